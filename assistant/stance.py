"""
Say how a passage bears on a configuration: supports, refines, refutes, or is silent; which part it tests, and why.

Silence is the default. A passage speaks only where it touches the mechanism (what is offered, or how people respond) and
tells what came of it. Knows the configuration's own words, a thesaurus, and how English says no; it does not know any
theory. A proposal for a reviewer, never a judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.gates import Sentence, read
from assistant.model import CMOC, Role, Stance
from assistant.roles import RoleSpan, tag
from assistant.stance_parts import Parts, parts_of, share_held
from assistant.stance_tone import Tone, conditional, contrasted, limiting, tone_of
from assistant.terms import terms, weight
from zotero_bridge.model import SectionKind, SourceKind


@dataclass(frozen=True, slots=True)
class Bearing:
    """How one passage bears on one configuration. `start:end` is what to quote."""

    stance: Stance
    part: str
    reason: str
    start: int
    end: int
    closeness: float = 0.0  # how much of the configuration the passage touches; orders findings, nothing more


TOUCHES = 0.34  # share of a part's weight that the passage must hold for the part to count as touched
TOUCHES_ALONE = 0.5  # the same, where only one part of the mechanism is touched


def bears(
    text: str,
    cmoc: CMOC | str,
    *,
    section_kind: SectionKind = SectionKind.BODY,
    source_kind: SourceKind = SourceKind.PDF,
    spans: Sequence[RoleSpan] | None = None,
) -> Bearing:
    """
    How this passage bears on the configuration; SILENT where it does not. `spans` are the passage's parts, where
    they are known already.
    """
    parts = parts_of(cmoc)
    told = [s for s in read(text, section_kind, source_kind) if s.evidence]
    if not told:
        return _silent("No sentence of the passage is evidence.")
    found = tag(text, section_kind, source_kind) if spans is None else spans
    spans = [s for s in found if s.role is not Role.ACTOR]
    touched = _touched(text, told, spans, parts)
    if touched.get(Role.RESOURCE, 0) < TOUCHES and touched.get(Role.REASONING, 0) < TOUCHES:
        return _silent("It does not touch what is offered or how people respond.")
    mechanism = [touched.get(r, 0) for r in (Role.RESOURCE, Role.REASONING)]
    told_against = limiting(text) and {Role.REASONING, Role.OUTCOME} <= {s.role for s in spans}
    alone = TOUCHES if told_against else TOUCHES_ALONE
    if min(mechanism) < TOUCHES and max(mechanism) < alone and touched.get(Role.OUTCOME, 0) < TOUCHES:
        return _silent("It touches the mechanism only in passing.")
    return _weighed(text, told, spans, parts, touched)


def _silent(reason: str) -> Bearing:
    return Bearing(Stance.SILENT, "whole", reason, 0, 0)


def _touched(text: str, told: list[Sentence], spans: list[RoleSpan], parts: Parts) -> dict[Role, float]:
    """For each part of the configuration, how much of it the passage holds: in spans of that role, else anywhere."""
    everywhere = " ".join(s.text for s in told)
    found: dict[Role, float] = {}
    for role, wanted in parts.wanted.items():
        if not wanted:
            continue
        own = " ".join(text[s.start : s.end] for s in spans if s.role in _READ_AS[role])
        found[role] = max(share_held(wanted, own), 0.8 * share_held(wanted, everywhere))
    return found


# A span may be tagged as its neighbour: what is offered is often told as the circumstance, a response as what follows.
_READ_AS = {
    Role.CONTEXT: (Role.CONTEXT,),
    Role.RESOURCE: (Role.RESOURCE, Role.CONTEXT),
    Role.REASONING: (Role.REASONING, Role.OUTCOME),
    Role.OUTCOME: (Role.OUTCOME, Role.REASONING),
}


def _weighed(
    text: str, told: list[Sentence], spans: list[RoleSpan], parts: Parts, touched: dict[Role, float]
) -> Bearing:
    reasoning = _tone(text, spans, Role.REASONING, parts)
    outcome = _tone(text, spans, Role.OUTCOME, parts)
    start, end = told[0].start, told[-1].end
    closeness = sum(touched.values())
    if reasoning is Tone.NONE and outcome is Tone.NONE:
        outcome = _tone_of_sentences(told, parts, touched)
    if reasoning is Tone.NONE and outcome is Tone.NONE:
        return _silent("It tells neither how people responded nor what followed.")
    whole = " ".join(s.text for s in told)
    tones = {reasoning, outcome}
    mixed = Tone.MIXED in tones or tones >= {Tone.WITH, Tone.AGAINST}
    condition = _condition(told, spans)

    def bearing(stance: Stance, part: str, reason: str) -> Bearing:
        return Bearing(stance, part, reason, start, end, closeness)

    if condition and (Tone.WITH in tones or mixed):
        return bearing(Stance.REFINES, "context→mechanism", f"It holds only under a condition: “{condition}”.")
    if mixed and contrasted(whole):
        return bearing(Stance.REFINES, "context→mechanism", "It holds for some and not for others.")
    if Tone.AGAINST in tones:
        part = _part(reasoning, outcome, touched)
        return bearing(Stance.REFUTES, part, _against(part))
    if Tone.WITH in tones or mixed:
        return bearing(
            Stance.SUPPORTS,
            _supported(reasoning, outcome, touched),
            "What is offered, the response or what follows agree with it.",
        )
    return _silent("It does not say which way it went.")


def _tone_of_sentences(told: list[Sentence], parts: Parts, touched: dict[Role, float]) -> Tone:
    """Where no span was told apart but most of the configuration is spoken of: the sentences that speak of what follows."""
    if touched.get(Role.RESOURCE, 0) < 0.6 or touched.get(Role.OUTCOME, 0) < TOUCHES:
        return Tone.NONE
    wanted = parts.wanted.get(Role.OUTCOME, {}) | parts.wanted.get(Role.REASONING, {})
    tones = {tone_of(s.text, parts.sign.get(Role.OUTCOME, 1)) for s in told[1:] if share_held(wanted, s.text) > 0}
    return Tone.NONE if not tones else tones.pop() if len(tones) == 1 else Tone.MIXED


def _condition(told: list[Sentence], spans: list[RoleSpan]) -> str:
    """A condition set on the response or what follows, not one that belongs to the circumstances told before."""
    speaking = [s for s in spans if s.role in (Role.REASONING, Role.OUTCOME)]
    first = min((s.start for s in speaking), default=None)
    for sentence in told:
        found = conditional(sentence.text)
        if found and first is not None and sentence.end > first:
            return found
    return ""


def _tone(text: str, spans: list[RoleSpan], role: Role, parts: Parts) -> Tone:
    tones = {tone_of(text[s.start : s.end], parts.sign.get(role, 1)) for s in spans if s.role is role}
    tones.discard(Tone.NONE)
    if not tones:
        return Tone.NONE
    return tones.pop() if len(tones) == 1 else Tone.MIXED


def _part(reasoning: Tone, outcome: Tone, touched: dict[Role, float]) -> str:
    if reasoning is Tone.AGAINST and outcome is not Tone.AGAINST:
        return "reasoning"
    if outcome is Tone.AGAINST and reasoning is not Tone.AGAINST:
        return "outcome" if touched.get(Role.RESOURCE, 0) < TOUCHES else "mechanism→outcome"
    return "mechanism→outcome"


def _supported(reasoning: Tone, outcome: Tone, touched: dict[Role, float]) -> str:
    if reasoning is Tone.WITH and outcome is Tone.WITH:
        return "whole" if touched.get(Role.RESOURCE, 0) >= TOUCHES else "mechanism→outcome"
    return "reasoning" if reasoning is Tone.WITH else "outcome"


def _against(part: str) -> str:
    return {
        "reasoning": "People respond in another way than it says.",
        "outcome": "What follows is absent or the opposite.",
        "mechanism→outcome": "With what is offered in place, the response or what follows is absent or the opposite.",
    }[part]


def salient(text: str) -> list[str]:
    """The terms of a text that single it out, in order, without repeats."""
    return list(dict.fromkeys(t for t, _ in terms(text) if weight(t) >= 1.0))
