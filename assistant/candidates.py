"""
Propose configurations from a passage: linked spans in its own words, nothing where there is no configuration.

The gate (after METHOD of the review): something offered or somebody's response, and what it led to or where it held,
told within two sentences of each other. Empty elements stay empty; titles are words of the passage.
"""

from __future__ import annotations

import re

from assistant.model import DraftCandidate, DraftElement, DraftQuote, Role
from assistant.roles import RoleSpan, tag
from assistant.stance_tone import Tone, limiting, tone_of
from zotero_bridge.model import Passage

LINKED = 2  # sentences that may stand between linked spans
TITLE_WORDS = 7  # of each half of a title
_TRAILING = re.compile(
    r"(?:\s+(?:the|a|an|of|to|for|with|by|in|on|at|and|or|that|which|who|their|its|his|her|was|were|had|from|as))+$"
)


def configuration(passage: Passage) -> DraftCandidate | None:
    """The configuration of a passage, or None where it holds none."""
    spans = linked(tag(passage.text, passage.locator.section_kind, passage.source_kind))
    if not spans:
        return None
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
    words = span.split()
    short = " ".join(words[:TITLE_WORDS]).rstrip(" ,;:")
    return _TRAILING.sub("", short) + ("…" if len(words) > TITLE_WORDS else "")
