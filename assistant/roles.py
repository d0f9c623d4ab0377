"""
Find the parts of a configuration in a passage: context, resource, reasoning, outcome, and who responds.

Works on the clauses of sentences that are evidence. Reasoning is looked for first; the rest is read by its own words and
by where it stands to the reasoning. Knows no document, theory or sector. Invariants: spans are slices of the passage,
disjoint, in order; a role with nothing to show for it stays empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.gates import Sentence, read
from assistant.model import Role
from assistant.roles_cause import split_cause
from assistant.roles_clauses import clauses
from assistant.roles_joints import Clause, Link
from assistant.roles_labels import Unit, labelled
from assistant.roles_score import signs_of, told
from zotero_bridge.model import SectionKind, SourceKind


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """`text[start:end]` plays this role. `strength` orders spans of one passage and means nothing beyond it."""

    role: Role
    start: int
    end: int
    strength: float
    sentence: int  # which sentence of the passage


MOST = {Role.CONTEXT: 2, Role.RESOURCE: 2, Role.REASONING: 2, Role.OUTCOME: 3}


@lru_cache(maxsize=4096)
def tag(
    text: str, section_kind: SectionKind = SectionKind.BODY, source_kind: SourceKind = SourceKind.PDF
) -> tuple[RoleSpan, ...]:
    """The role spans of a passage, in text order."""
    units = [
        unit
        for number, sentence in enumerate(read(text, section_kind, source_kind))
        if sentence.evidence
        for unit in _units(sentence, number)
    ]
    return _decoded(text, units)


def _units(sentence: Sentence, number: int) -> list[Unit]:
    found: list[Unit] = []
    said = False
    for clause in clauses(sentence.text):
        found.extend([_unit(sentence, number, part, said=said) for part in split_cause(sentence.text, clause)])
        said = clause.link is Link.SAID and not _AUTHORS.match(sentence.text[clause.start : clause.end])
    return found


_AUTHORS = re.compile(
    r"^\W*(?:we|it|the (?:authors?|study|review|report|evaluation|data|analysis|survey|figures)|results|findings|this)\b",
    re.IGNORECASE,
)


def _unit(sentence: Sentence, number: int, clause: Clause, *, said: bool) -> Unit:
    text = sentence.text[clause.start : clause.end]
    signs = signs_of(sentence.text[clause.start : clause.end], clause.link, fronted=clause.fronted)
    if clause.link is not Link.SAID:
        signs = replace(signs, reasoning=max(signs.reasoning, told(text, attributed=said)))
    return Unit(sentence.start + clause.start, sentence.start + clause.end, clause.link, clause.fronted, number, signs)


def _decoded(text: str, units: list[Unit]) -> tuple[RoleSpan, ...]:
    labels, has_mind = labelled(text, units)
    spans: list[RoleSpan] = []
    for i, unit in enumerate(units):
        label = labels[i]
        if label is not None:
            spans.append(_span(text, unit, *label))
        said = unit.link is Link.SAID and i + 1 < len(units) and labels[i + 1]
        spans.extend(_modifiers(unit, Role.REASONING if said else label[0] if label else None, has_mind=has_mind))
    return tuple(_telling(_kept(_joined(text, spans, units))))


def _telling(spans: list[RoleSpan]) -> list[RoleSpan]:
    """A circumstance, an offer or a change told alone tells nothing of how one leads to another."""
    roles = {s.role for s in spans} - {Role.ACTOR}
    return spans if Role.REASONING in roles or len(roles) > 1 else []


def _joined(text: str, spans: list[RoleSpan], units: list[Unit]) -> list[RoleSpan]:
    """Neighbouring clauses of one sentence that play the same part by subordination are one span."""
    result: list[RoleSpan] = []
    for span in spans:
        before = result[-1] if result else None
        gap = text[before.end : span.start] if before else ""
        link = next((u.link for u in units if u.start <= span.start < u.end), Link.START)
        close = (
            before is not None and before.role is span.role and before.sentence == span.sentence and 0 <= len(gap) <= 24
        )
        if before is not None and close and "." not in gap and _one(before, span, link, text):
            result[-1] = replace(before, end=span.end, strength=max(before.strength, span.strength))
        else:
            result.append(span)
    return result


def _one(before: RoleSpan, span: RoleSpan, link: Link, text: str) -> bool:
    if span.role is Role.CONTEXT:
        return link in (Link.WHERE, Link.ONLY, Link.WHEN, Link.WHO)
    if span.role is Role.REASONING:
        return before.end - before.start < 25
    return span.role is Role.RESOURCE and text[before.end : span.start].strip(" ,") in ("and", "")


_LEAD = re.compile(
    r"^(?:(?:and|but|so|then|that|which|therefore|also|the fact that|thereby|in turn|there|after that|as a result|eventually|later|soon),?\s+)+",
    re.IGNORECASE,
)


def _span(text: str, unit: Unit, role: Role, strength: float) -> RoleSpan:
    start, end = unit.start, unit.end
    if lead := _LEAD.match(text[start:end]):
        start += lead.end()
    if (
        role is Role.REASONING
        and unit.signs.mind_at > 0
        and len(text[start : unit.start + unit.signs.mind_at].split()) > 4
    ):
        start = unit.start + unit.signs.mind_at
    return RoleSpan(role, start, end, strength, unit.sentence)


def _modifiers(unit: Unit, role: Role | None, *, has_mind: bool) -> list[RoleSpan]:
    """What singles out the people or places a clause is about, and who responds."""
    found: list[RoleSpan] = []
    for modifier in unit.signs.modifiers:
        if role not in (None, Role.CONTEXT):
            strength = modifier.strength + (0.5 if has_mind else 0.0)
            if strength >= 2.0 and modifier.end - modifier.start >= 12:
                start = unit.start + modifier.start
                found.append(RoleSpan(Role.CONTEXT, start, unit.start + modifier.end, strength, unit.sentence))
    if role is Role.REASONING and unit.signs.actor:
        start = unit.start + unit.signs.actor[0]
        found.append(RoleSpan(Role.ACTOR, start, unit.start + unit.signs.actor[1], 1.0, unit.sentence))
    return found


def _kept(spans: list[RoleSpan]) -> list[RoleSpan]:
    """The strongest of each role, made disjoint: a modifier inside a longer span is cut out of it where it leads."""
    kept: list[RoleSpan] = []
    for role, most in MOST.items():
        best = sorted((s for s in spans if s.role is role), key=lambda s: (-s.strength, s.start))[:most]
        kept.extend(best)
    actors = [s for s in spans if s.role is Role.ACTOR][:2]
    return sorted([*_disjoint(kept), *actors], key=lambda s: (s.start, s.role))


def _disjoint(spans: list[RoleSpan]) -> list[RoleSpan]:
    result: list[RoleSpan] = []
    for span in sorted(spans, key=lambda s: (s.end - s.start, s.start)):
        clash = next((k for k in result if k.start < span.end and span.start < k.end), None)
        if clash is None:
            result.append(span)
            continue
        left, right = clash.start - span.start, span.end - clash.end
        if right >= max(left, 12):
            result.append(replace(span, start=clash.end + 1))
        elif left >= 12:
            result.append(replace(span, end=clash.start - 1))
    return result
