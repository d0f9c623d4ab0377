"""
Give each clause of a passage its part: reasoning first, then the rest by their words and by where they stand to it.

Knows the signs of clauses and their order, not their text beyond a first word. A clause that shows too little keeps none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.model import Role
from assistant.roles_joints import Link
from assistant.roles_score import Signs

Label = tuple[Role, float] | None

ENOUGH = {Role.CONTEXT: 2.0, Role.RESOURCE: 2.0, Role.REASONING: 2.5, Role.OUTCOME: 2.0}
ENOUGH_ALONE = {Role.CONTEXT: 2.5, Role.RESOURCE: 2.5, Role.REASONING: 2.5, Role.OUTCOME: 2.5}


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause of the passage with what it shows."""

    start: int
    end: int
    link: Link
    fronted: bool
    sentence: int
    signs: Signs


def labelled(text: str, units: list[Unit]) -> tuple[list[Label], bool]:
    """The part of each clause, None where it has none; and whether somebody's response is among them."""
    minds = [
        i
        for i, unit in enumerate(units)
        if unit.signs.reasoning >= ENOUGH[Role.REASONING] and not _standing_mind(units, i)
    ]
    first, last = (minds[0], minds[-1]) if minds else (None, None)
    labels: list[Label] = []
    for i, unit in enumerate(units):
        role, strength = _best(units, i, first, last, i in minds)
        least = (ENOUGH if minds else ENOUGH_ALONE)[role]
        labels.append((role, strength) if strength >= least and unit.link is not Link.SAID else None)
    if first is not None and last is not None:
        _complete(units, labels, first, last)
    _put_right(text, units, labels)
    return labels, bool(minds)


def _complete(units: list[Unit], labels: list[Label], first: int, last: int) -> None:
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
        offered = [i for i in range(first) if _is_context(labels[i]) and units[i].signs.offered]
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


def _worded(unit: Unit) -> bool:
    return unit.end - unit.start >= 16


_AGAIN = re.compile(r"(?:the|this|that|these|those|such|its|her|his|their)\b", re.IGNORECASE)


def _put_right(text: str, units: list[Unit], labels: list[Label]) -> None:
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


def _standing_mind(units: list[Unit], at: int) -> bool:
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


def _best(units: list[Unit], at: int, first: int | None, last: int | None, mind: bool) -> tuple[Role, float]:
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


def _effect_first(units: list[Unit], at: int) -> bool:
    """ "They stayed longer because …": the effect is told before its cause."""
    following = units[at + 1] if at + 1 < len(units) else None
    return (
        following is not None
        and following.sentence == units[at].sentence
        and not units[at].fronted
        and following.link in (Link.BECAUSE, Link.WHEN)
    )


def _is_context(label: Label) -> bool:
    return label is not None and label[0] is Role.CONTEXT
