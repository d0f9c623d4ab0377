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
from assistant.roles_clauses import Clause, Link, clauses
from assistant.roles_score import Signs, signs_of, split_cause, told
from zotero_bridge.model import SectionKind, SourceKind


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """`text[start:end]` plays this role. `strength` orders spans of one passage and means nothing beyond it."""

    role: Role
    start: int
    end: int
    strength: float
    sentence: int  # which sentence of the passage
    limiting: bool = False  # stands in a clause of contrast, condition or failure


@dataclass(frozen=True, slots=True)
class _Unit:
    """A clause of the passage with what it shows."""

    start: int
    end: int
    link: Link
    fronted: bool
    sentence: int
    signs: Signs


ENOUGH = {Role.CONTEXT: 2.0, Role.RESOURCE: 2.0, Role.REASONING: 2.5, Role.OUTCOME: 2.0}
ENOUGH_ALONE = {Role.CONTEXT: 2.5, Role.RESOURCE: 2.5, Role.REASONING: 2.5, Role.OUTCOME: 2.5}
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


def _units(sentence: Sentence, number: int) -> list[_Unit]:
    found: list[_Unit] = []
    said = False
    for clause in clauses(sentence.text):
        found.extend([_unit(sentence, number, part, said=said) for part in split_cause(sentence.text, clause)])
        said = clause.link is Link.SAID and not _AUTHORS.match(sentence.text[clause.start : clause.end])
    return found


_AUTHORS = re.compile(
    r"^\W*(?:we|it|the (?:authors?|study|review|report|evaluation|data|analysis|survey|figures)|results|findings|this)\b",
    re.IGNORECASE,
)


def _unit(sentence: Sentence, number: int, clause: Clause, *, said: bool) -> _Unit:
    text = sentence.text[clause.start : clause.end]
    signs = signs_of(sentence.text[clause.start : clause.end], clause.link, fronted=clause.fronted)
    if clause.link is not Link.SAID:
        signs = replace(signs, reasoning=max(signs.reasoning, told(text, attributed=said)))
    return _Unit(sentence.start + clause.start, sentence.start + clause.end, clause.link, clause.fronted, number, signs)


def _decoded(text: str, units: list[_Unit]) -> tuple[RoleSpan, ...]:
    minds = [
        i
        for i, unit in enumerate(units)
        if unit.signs.reasoning >= ENOUGH[Role.REASONING] and not _standing_mind(units, i)
    ]
    first, last = (minds[0], minds[-1]) if minds else (None, None)
    labels: list[tuple[Role, float] | None] = []
    for i, unit in enumerate(units):
        role, strength = _best(units, i, first, last, i in minds)
        least = (ENOUGH if minds else ENOUGH_ALONE)[role]
        labels.append((role, strength) if strength >= least and unit.link is not Link.SAID else None)
    if first is not None and last is not None:
        _complete(units, labels, first, last)
    _put_right(text, units, labels)
    spans: list[RoleSpan] = []
    for i, unit in enumerate(units):
        label = labels[i]
        if label is not None:
            spans.append(_span(text, unit, *label))
        said = unit.link is Link.SAID and i + 1 < len(units) and labels[i + 1]
        spans.extend(_modifiers(unit, Role.REASONING if said else label[0] if label else None, has_mind=bool(minds)))
    return tuple(_telling(_kept(_joined(text, spans, units))))


def _telling(spans: list[RoleSpan]) -> list[RoleSpan]:
    """A circumstance, an offer or a change told alone tells nothing of how one leads to another."""
    roles = {s.role for s in spans} - {Role.ACTOR}
    return spans if Role.REASONING in roles or len(roles) > 1 else []


def _complete(units: list[_Unit], labels: list[tuple[Role, float] | None], first: int, last: int) -> None:
    """Around a response, what stands next to it has its part even where its words do not tell."""
    for i in range(last + 1, len(units)):
        if units[i].sentence != units[last].sentence or units[i].link not in (Link.THEN, Link.SO):
            break
        if labels[i] is None and units[i].signs.verbal and not units[i].signs.perfect and _worded(units[i]):
            labels[i] = (Role.OUTCOME, ENOUGH[Role.OUTCOME])
    held = {label[0] for label in labels if label}
    if Role.OUTCOME not in held:
        after = [
            i
            for i in range(last + 1, len(units))
            if labels[i] is None
            and units[i].link is not Link.SAID
            and units[i].signs.verbal
            and _worded(units[i])
            and not units[i].signs.perfect
            and not units[i].fronted
            and units[i].link in (Link.START, Link.THEN, Link.SO, Link.CONTRAST)
            and units[i].sentence - units[last].sentence <= 1
            and (
                units[i].sentence == units[last].sentence
                or units[i].signs.event
                or units[i].signs.outcome >= 1
                or units[i].link is Link.SO
            )
        ]
        if after:
            labels[after[0]] = (Role.OUTCOME, ENOUGH[Role.OUTCOME])
    if Role.RESOURCE not in held:
        before = [
            i
            for i in range(first)
            if labels[i] is None
            and units[i].signs.event
            and units[i].link not in (Link.WHERE, Link.SAID)
            and units[first].sentence - units[i].sentence <= 1
        ]
        offered = [i for i in range(first) if labels[i] and labels[i][0] is Role.CONTEXT and units[i].signs.offered]  # type: ignore[index]
        beside = [
            i
            for i in range(last + 1, len(units))
            if labels[i] is None
            and units[i].sentence == units[last].sentence
            and units[i].link in (Link.WHEN, Link.BECAUSE)
            and units[i].signs.event
        ]
        if before:
            labels[before[-1]] = (Role.RESOURCE, ENOUGH[Role.RESOURCE])
        elif beside:
            labels[beside[0]] = (Role.RESOURCE, ENOUGH[Role.RESOURCE])
        elif offered:
            labels[offered[-1]] = (Role.RESOURCE, ENOUGH[Role.RESOURCE])


def _worded(unit: _Unit) -> bool:
    return unit.end - unit.start >= 16


_AGAIN = re.compile(r"(?:the|this|that|these|those|such|its|her|his|their)\b", re.IGNORECASE)


def _put_right(text: str, units: list[_Unit], labels: list[tuple[Role, float] | None]) -> None:
    """What was usual before something new was brought in is a circumstance, not a second offer."""
    for i, unit in enumerate(units[:-1]):
        follows = units[i + 1]
        nominal = (
            labels[i] is None and not unit.signs.verbal and unit.link in (Link.START, Link.CONTRAST) and _worded(unit)
        )
        if nominal and follows.link is Link.SO and follows.sentence == unit.sentence and labels[i + 1]:
            labels[i] = (Role.RESOURCE if unit.signs.resource >= 1 else Role.CONTEXT, ENOUGH[Role.CONTEXT])
    offers = [i for i, label in enumerate(labels) if label and label[0] is Role.RESOURCE]
    if len(offers) > 1 and not units[offers[0]].signs.novel and units[offers[-1]].signs.novel:
        if units[offers[0]].sentence < units[offers[-1]].sentence and Role.CONTEXT not in {x[0] for x in labels if x}:
            labels[offers[0]] = (Role.CONTEXT, ENOUGH[Role.CONTEXT])
    for i in offers:
        again = _AGAIN.match(text[units[i].start : units[i].end]) and not units[i].signs.verbal
        if again and any(units[j].sentence < units[i].sentence for j in offers):
            labels[i] = None
    for i, unit in enumerate(units[1:], 1):
        before = labels[i - 1]
        same = units[i - 1].sentence == unit.sentence and not units[i - 1].fronted
        if same and before and before[0] is Role.CONTEXT and unit.link in (Link.ONLY, Link.WHEN) and not unit.fronted:
            if units[i - 1].signs.perfect or units[i - 1].signs.stative:
                labels[i] = (Role.CONTEXT, before[1])


def _joined(text: str, spans: list[RoleSpan], units: list[_Unit]) -> list[RoleSpan]:
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


def _standing_mind(units: list[_Unit], at: int) -> bool:
    """A state of mind told before anything is offered: how people stood, not how they responded."""
    unit = units[at]
    if (
        at
        and unit.link is Link.SO
        and units[at - 1].signs.perfect
        and any(u.signs.resource >= 1.5 for u in units[at + 1 :])
    ):
        return True
    if unit.signs.made or unit.link in (Link.SO, Link.BECAUSE):
        return False
    if unit.signs.perfect:
        return True
    later_mind = any(u.signs.reasoning >= ENOUGH[Role.REASONING] for u in units[at + 1 :])
    offered_before = any(u.signs.resource >= 2 for u in units[:at])
    offered_later = any(u.signs.resource >= 2 for u in units[at + 1 :])
    first = at == 0 and any(u.signs.event for u in units[1:]) and any(u.sentence > unit.sentence for u in units)
    return unit.signs.stative and later_mind and (offered_later or first) and not offered_before


def _best(units: list[_Unit], at: int, first: int | None, last: int | None, mind: bool) -> tuple[Role, float]:
    unit = units[at]
    signs = unit.signs
    if mind:
        return Role.REASONING, signs.reasoning
    if first is not None and at < first and signs.reasoning >= ENOUGH[Role.REASONING]:
        return Role.CONTEXT, max(ENOUGH[Role.CONTEXT], signs.context)  # how people stood before
    scores = {Role.CONTEXT: signs.context, Role.RESOURCE: signs.resource, Role.OUTCOME: signs.outcome}
    if first is None or last is None:
        if at == 0 and signs.stative:
            scores[Role.CONTEXT] += 1.0
        if not signs.novel:
            scores[Role.RESOURCE] -= 1.5
        return max(scores.items(), key=lambda item: item[1])
    if at < first:
        scores[Role.OUTCOME] += 1.0 if _effect_first(units, at) else -1.0
        scores[Role.RESOURCE] += 1.5 if signs.event else 0.5
        scores[Role.CONTEXT] += 1.5 if signs.stative or signs.perfect else 0.0
        scores[Role.CONTEXT] += 0.5 if at == 0 and not unit.fronted else 0.0
    if at > first:
        scores[Role.RESOURCE] -= 1.5
        scores[Role.OUTCOME] += 1.0 if signs.event or signs.verbal else 0.0
        scores[Role.OUTCOME] += 1.0 if unit.link is Link.SO else 0.0
        if unit.link is Link.BECAUSE:
            scores[Role.OUTCOME] -= 2.0
        if signs.perfect and not signs.strong_change:
            scores[Role.OUTCOME] -= 1.0
        if unit.link is Link.BECAUSE and (signs.stative or signs.perfect):
            scores[Role.CONTEXT] += 1.5
        if unit.link is Link.THEN and signs.perfect:
            scores[Role.CONTEXT] -= 2.0
    return max(scores.items(), key=lambda item: item[1])


def _effect_first(units: list[_Unit], at: int) -> bool:
    """ "They stayed longer because …": the effect is told before its cause."""
    following = units[at + 1] if at + 1 < len(units) else None
    return (
        following is not None
        and following.sentence == units[at].sentence
        and not units[at].fronted
        and following.link in (Link.BECAUSE, Link.WHEN)
    )


_LEAD = re.compile(
    r"^(?:(?:and|but|so|then|that|which|therefore|also|the fact that|thereby|in turn|there|after that|as a result|eventually|later|soon),?\s+)+",
    re.IGNORECASE,
)
_ATTITUDE_AT = re.compile(
    r"^(?:[\w’'-]+\s+){4,}?(?=(?:felt|feel|believed|thought|saw|came to|regarded|became|were|was|no longer)\b)",
    re.IGNORECASE,
)


def _span(text: str, unit: _Unit, role: Role, strength: float) -> RoleSpan:
    start, end = unit.start, unit.end
    if lead := _LEAD.match(text[start:end]):
        start += lead.end()
    if (
        role is Role.REASONING
        and unit.signs.mind_at > 0
        and len(text[start : unit.start + unit.signs.mind_at].split()) > 4
    ):
        start = unit.start + unit.signs.mind_at
    limiting = unit.link in (Link.ONLY, Link.CONTRAST) or unit.signs.negated
    return RoleSpan(role, start, end, strength, unit.sentence, limiting)


def _modifiers(unit: _Unit, role: Role | None, *, has_mind: bool) -> list[RoleSpan]:
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
