"""
Propose configurations from a passage: linked spans in its own words, nothing where there is no configuration.

The gate (after METHOD of the review): something offered or somebody's response, and what it led to or where it held,
told within two sentences of each other. Two stories told side by side are two candidates, or one and a rest left alone.
Empty elements stay empty; titles are words of the passage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.asides import aside
from assistant.gates import Sentence, read
from assistant.model import DraftCandidate, DraftElement, DraftQuote, Role
from assistant.roles import RoleSpan
from assistant.stance_tone import Tone, limiting, tone_of
from zotero_bridge.fold import readable
from zotero_bridge.model import Passage

LINKED = 2  # sentences that may stand between linked spans
REACH = 5  # sentences before and after a story in which what else adds to it may stand
STORY = 4  # sentences that one configuration may be told in
APART = 0.12  # what each further sentence costs
PART_WORTH = {Role.REASONING: 1.0, Role.OUTCOME: 0.7, Role.RESOURCE: 0.5, Role.CONTEXT: 0.4}
FEWEST_WORDS = {Role.REASONING: 2, Role.OUTCOME: 2, Role.RESOURCE: 2, Role.CONTEXT: 2}  # a span of fewer tells nothing
TITLE_WORDS = 7  # of each half of a title
_TRAILING = re.compile(
    r"(?:\s+(?:the|a|an|of|to|for|with|by|in|on|at|and|or|that|which|who|their|its|his|her|was|were|had|from|as))+$"
)


@dataclass(frozen=True, slots=True)
class Story:
    """One configuration of a passage, with the place it is told in and how much of a configuration it is."""

    candidate: DraftCandidate
    start: int
    end: int
    worth: float


def stories(passage: Passage, spans: tuple[RoleSpan, ...]) -> tuple[Story, ...]:
    """The configurations told by a passage's spans, none sharing a sentence with another, in text order."""
    told = read(passage.text, passage.locator.section_kind, passage.source_kind)
    able = tuple(
        s
        for s in spans
        if s.role in PART_WORTH
        and not aside(told[s.sentence])
        and len(passage.text[s.start : s.end].split()) >= FEWEST_WORDS[s.role]
    )
    sentences = sorted({s.sentence for s in linked(able)})
    windows = [
        (_worth(mine, i, j), i, j)
        for i in sentences
        for j in sentences
        if 0 <= j - i < STORY
        and "\n\n" not in passage.text[told[i].start : told[j].end]
        and (mine := linked(tuple(s for s in able if i <= s.sentence <= j)))
    ]
    taken: set[int] = set()
    cores: list[tuple[float, int, int]] = []
    for worth, i, j in sorted(windows, key=lambda w: (-w[0], w[2] - w[1], w[1])):
        if not taken & set(range(i, j + 1)):
            taken |= set(range(i, j + 1))
            cores.append((worth, i, j))
    found: list[Story] = []
    for worth, i, j in sorted(cores, key=lambda core: core[1]):
        first, last = _reach(i, j, cores, told, passage.text)
        mine = tuple(s for s in able if first <= s.sentence <= last)
        found.append(Story(_candidate(passage, mine), told[mine[0].sentence].start, told[mine[-1].sentence].end, worth))
    return tuple(found)


def _reach(
    i: int, j: int, cores: list[tuple[float, int, int]], told: tuple[Sentence, ...], text: str
) -> tuple[int, int]:
    """The sentences around a story's core that may add to it: near, in its paragraph, and nearer to no other story."""

    def joined(a: int, b: int) -> bool:
        return "\n\n" not in text[told[a].start : told[b].end]

    before = max((b for _, _, b in cores if b < i), default=-1)
    after = min((a for _, a, _ in cores if a > j), default=len(told))
    first = max(before + 1 + (i - before - 1) // 2, i - REACH, 0)
    last = min(after - 1 - (after - j - 1) // 2, j + REACH, len(told) - 1)
    while first < i and not joined(first, i):
        first += 1
    while last > j and not joined(j, last):
        last -= 1
    return first, last


def _worth(spans: tuple[RoleSpan, ...], first: int, last: int) -> float:
    strength = max((s.strength for s in spans if s.role is Role.REASONING), default=0.0)
    worth = sum(PART_WORTH[role] for role in {s.role for s in spans}) + 0.08 * min(strength, 4.0)
    return worth - APART * (last - first)


def _candidate(passage: Passage, spans: tuple[RoleSpan, ...]) -> DraftCandidate:
    elements = tuple(
        DraftElement(span.role, DraftQuote(passage.id, passage.text[span.start : span.end])) for span in spans
    )
    return DraftCandidate(elements, title=_title(passage.text, spans), limits=limits(passage.text, spans))


def linked(spans: tuple[RoleSpan, ...]) -> tuple[RoleSpan, ...]:
    """The spans that make a configuration: those close to the mechanism. None where the gate holds."""
    responses = [s for s in spans if s.role is Role.REASONING]
    offers = [s for s in spans if s.role is Role.RESOURCE]
    anchors = responses or offers
    near = tuple(s for s in spans if any(abs(s.sentence - a.sentence) <= LINKED for a in anchors))
    held = {s.role for s in near}
    complete = bool(held & {Role.CONTEXT, Role.OUTCOME}) or (bool(responses) and bool(offers))
    explained = Role.REASONING in held or {Role.RESOURCE, Role.OUTCOME} <= held
    return near if complete and explained else ()


def limits(text: str, spans: tuple[RoleSpan, ...]) -> bool:
    """Whether a configuration tells of what did not work, or worked the other way."""
    tones = {
        role: {tone_of(text[s.start : s.end]) for s in spans if s.role is role}
        for role in (Role.REASONING, Role.OUTCOME)
    }
    against = [role for role, found in tones.items() if found == {Tone.AGAINST}]
    if len(against) == 2:
        return True
    return bool(against) and (limiting(text) or not tones[Role.OUTCOME] or Role.OUTCOME in against)


def _title(text: str, spans: tuple[RoleSpan, ...]) -> str:
    def first(*roles: Role) -> str:
        found = next((s for role in roles for s in spans if s.role is role), None)
        return _short(text[found.start : found.end]) if found else ""

    halves = [first(Role.RESOURCE, Role.CONTEXT), first(Role.REASONING, Role.OUTCOME)]
    return " → ".join(h for h in halves if h)


def _short(span: str) -> str:
    words = readable(span).split()
    short = " ".join(words[:TITLE_WORDS]).rstrip(" ,;:")
    return _TRAILING.sub("", short) + ("…" if len(words) > TITLE_WORDS else "")
