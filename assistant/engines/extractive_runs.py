"""
The shortest runs of sentences that tell a part of a configuration together with what it hangs on.

A run is one to three neighbouring sentences, all of them evidence, that carry linked spans; it never begins with a word
that points at something left out. Invariant: a run is a slice of its passage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.asides import aside
from assistant.candidates import PART_WORTH, linked
from assistant.gates import Sentence, Turned, read
from assistant.model import Role, Stance, Voice
from assistant.roles import RoleSpan
from assistant.stance_tone import Tone, conditional, contrasted, tone_of
from assistant.terms import term_set
from zotero_bridge.model import Passage, SectionKind, SourceKind

MOST_SENTENCES = 3
LONGEST = 700  # characters of one quotation
SHORTEST = 7  # words
COMFORTABLE = 330  # characters from which a run pays for its length
WHOLE = sum(PART_WORTH.values())
IDLE = 0.35  # what a sentence that carries nothing costs
LEANS, LEANS_HARD = 0.3, 0.9  # what it costs to begin with a word that points back
LEAST = 0.65  # worth below which a run tells too little
TOLD_ALONE = 0.33  # share of a run that a part must fill to be its subject


@dataclass(frozen=True, slots=True)
class Run:
    """`text` of a passage, the parts that it tells (most of it first), and which way it points."""

    text: str
    start: int
    end: int
    around: frozenset[str]  # terms of the sentences beside it
    terms: frozenset[str]
    roles: tuple[Role, ...]
    stance: Stance
    voice: Voice
    worth: float  # how much of a configuration it tells, 0 to about 1


def runs(passage: Passage, spans: tuple[RoleSpan, ...]) -> tuple[Run, ...]:
    """The runs of a passage that do not overlap, in text order; none where its spans tell no configuration."""
    return _runs(passage.text, passage.locator.section_kind, passage.source_kind, spans)


@lru_cache(maxsize=4096)
def _runs(
    text: str, section_kind: SectionKind, source_kind: SourceKind, all_spans: tuple[RoleSpan, ...]
) -> tuple[Run, ...]:
    told = read(text, section_kind, source_kind)
    spans = tuple(s for s in linked(all_spans) if s.role is not Role.ACTOR)
    good = [s.evidence and not aside(s) for s in told]
    spans = tuple(s for s in spans if good[s.sentence])
    windows = [
        (_worth(text, told, spans, i, j), i, j)
        for i in range(len(told))
        for j in range(i, min(len(told), i + MOST_SENTENCES))
        if all(good[i : j + 1]) and _together(text, told, i, j)
    ]
    taken: set[int] = set()
    found: list[tuple[int, Run]] = []
    for worth, i, j in sorted(windows, key=lambda w: (-w[0], w[2] - w[1], w[1])):
        if worth < LEAST or taken & set(range(i, j + 1)):
            continue
        taken |= set(range(i, j + 1))
        found.append((i, _run(text, told, spans, i, j, worth)))
    return tuple(run for _, run in sorted(found, key=lambda pair: pair[0]))


def _together(text: str, told: tuple[Sentence, ...], i: int, j: int) -> bool:
    """Whether the sentences stand in one paragraph and make a quotation of bearable length."""
    length = told[j].end - told[i].start
    if length > LONGEST or len(text[told[i].start : told[j].end].split()) < SHORTEST:
        return False
    return all("\n\n" not in text[told[k].end : told[k + 1].start] for k in range(i, j))


def _worth(text: str, told: tuple[Sentence, ...], spans: tuple[RoleSpan, ...], i: int, j: int) -> float:
    mine = [s for s in spans if i <= s.sentence <= j]
    roles = {s.role for s in mine}
    if not roles or not {s.sentence for s in mine} >= {j}:
        return 0.0
    if Role.REASONING not in roles and not {Role.RESOURCE, Role.OUTCOME} <= roles:
        return 0.0
    worth = sum(PART_WORTH[role] for role in roles)
    worth += 0.08 * min(max((s.strength for s in mine if s.role is Role.REASONING), default=0.0), 4.0)
    worth -= IDLE * sum(k not in {s.sentence for s in mine} for k in range(i, j + 1))
    worth -= max(0, told[j].end - told[i].start - COMFORTABLE) / COMFORTABLE * 0.4
    worth -= 0.1 * (j - i)
    return worth - _leaning(text, told, i)


_LEANS = re.compile(
    r"^[\"'“‘(\[]*(?:that|those|its|both|the (?:former|latter|same|effect|result|difference|change|others?)|"
    r"consequently|nevertheless|elsewhere|by contrast|in contrast|only|several|some|most|many|one of|two|three|half|none|all|"
    r"each|another|others?|similarly|likewise|also|afterwards|after that|now|there|here|since then|"
    r"within (?:a|two|three|six) \w+|reading it|by then)\b",
    re.IGNORECASE,
)
_LEANS_HARD = re.compile(
    r"^[\"'“‘(\[]*(?:this|these|such|it|they|their|he|she|his|her|them|him|as a (?:result|consequence)|so|then|therefore|"
    r"thus|even so|however|nonetheless|but|yet|and|instead|far from|in turn|only there|several then|neither|"
    r"(?:none|most|some|all|both|one|two|three|half|many|few|several|each) of (?:them|these|those|which|us))\b",
    re.IGNORECASE,
)
_SPEECH_OPENS = re.compile(
    r"^[\"'“‘(\[]*(?:and|but|so|then|well|now|there|here|it(?:['’]s| was)|that['’]s)\b", re.IGNORECASE
)


def _leaning(text: str, told: tuple[Sentence, ...], i: int) -> float:
    """What it costs to begin with sentence `i`: little in speech, where people begin so, much elsewhere."""
    sentence = told[i]
    spoken = sentence.voice is Voice.PARTICIPANT and bool(_SPEECH_OPENS.match(sentence.text))
    if _LEANS_HARD.match(sentence.text):
        return LEANS if spoken else LEANS_HARD
    return LEANS if _LEANS.match(sentence.text) and not spoken else 0.0


_LABEL = re.compile(r"^\W*(?:results?|findings?|conclusions?|main findings|interpretation)\s?[:–—]\s+", re.IGNORECASE)


def _run(text: str, told: tuple[Sentence, ...], spans: tuple[RoleSpan, ...], i: int, j: int, worth: float) -> Run:
    start, end = told[i].start, told[j].end
    if label := _LABEL.match(text[start:end]):
        start += label.end()
    quoted = text[start:end]
    mine = [s for s in spans if i <= s.sentence <= j]
    beside = told[max(0, i - 1) : j + 2]
    return Run(
        text=quoted,
        start=start,
        end=end,
        around=frozenset().union(*(term_set(s.text) for s in beside if s.turned is not Turned.QUESTION)),
        terms=term_set(quoted),
        roles=_roles(mine, end - start),
        stance=stance_of(quoted, text, mine),
        voice=told[j].voice,
        worth=worth / WHOLE,
    )


def _roles(spans: list[RoleSpan], length: int) -> tuple[Role, ...]:
    """The parts that fill enough of a run to be its subject, the most telling first."""
    filled = {role: sum(s.end - s.start for s in spans if s.role is role) for role in PART_WORTH}
    able = [role for role in PART_WORTH if filled[role] >= TOLD_ALONE * length]
    return tuple(able) or (max(PART_WORTH, key=lambda role: filled[role] * PART_WORTH[role]),)


def stance_of(quoted: str, text: str, spans: list[RoleSpan]) -> Stance:
    """Refines where a condition or a contrast with loss is told, refutes where it ends in loss, else supports."""
    if conditional(quoted):
        return Stance.REFINES
    lost = tone_of(quoted) is Tone.AGAINST
    if contrasted(quoted) and lost:
        return Stance.REFINES
    outcomes = [tone_of(text[s.start : s.end]) for s in spans if s.role is Role.OUTCOME]
    responses = [tone_of(text[s.start : s.end]) for s in spans if s.role is Role.REASONING]
    if outcomes and outcomes[-1] is Tone.AGAINST and lost:
        return Stance.REFUTES
    if not outcomes and responses and all(tone is Tone.AGAINST for tone in responses):
        return Stance.REFUTES
    return Stance.SUPPORTS
