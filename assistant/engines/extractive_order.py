"""
Arrange what may be quoted into an orderly brief: themes, then parts, with what limits beside what supports.

Chooses few quotations, from many sources, none like another. Knows nothing of where they came from beyond their source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assistant.engines.extractive_pick import Ask, Quotable
from assistant.model import Role, Stance
from assistant.terms import terms
from assistant.theme import Text, themes

MOST_CLAIMS = 16
MOST_CLAIMS_NARROW = 8
MOST_THEMES = 4
ALIKE = 0.55  # share of terms in common from which two quotations are held to say the same
USED_AGAIN = 0.12  # what each earlier quotation from the same source costs
FEW = 4  # quotations that a narrow answer keeps even where one is much the nearest
LEAST_NEAR = 0.55  # a narrow answer keeps what is at least this share as near to the question as the nearest
LIMITING_NEAR = 0.5  # the same, for what limits: it is told in other words

HEADINGS = {
    Role.CONTEXT: "In what circumstances",
    Role.RESOURCE: "What is offered or done",
    Role.REASONING: "How people respond",
    Role.OUTCOME: "What follows",
}
LEADERS_OFFER = "What leaders do or offer"
FOR_WHOM = "For whom"
LIMITS = "What limits or contradicts it"
_ORDER = (*HEADINGS.values(), LEADERS_OFFER, FOR_WHOM, LIMITS)


def arranged(ask: Ask, found: Sequence[Quotable]) -> list[tuple[str, Quotable]]:
    """(section, quotable) in reading order. Empty where nothing was found."""
    if not found:
        return []
    return _broad(ask, found) if ask.broad else _narrow(ask, found)


def _narrow(ask: Ask, found: Sequence[Quotable]) -> list[tuple[str, Quotable]]:
    """What is nearest to the question; about a third of it, where there is as much, limits or contradicts the rest."""
    nearest = max(q.near for q in found)
    able = [q for n, q in enumerate(found) if n < FEW or q.near >= LEAST_NEAR * nearest]
    limiting = [q for q in found if q.stance is not Stance.SUPPORTS and q.near >= LIMITING_NEAR * nearest]
    supporting = [q for q in able if q.stance is Stance.SUPPORTS]
    most = MOST_CLAIMS_NARROW
    first, second = (limiting, supporting) if ask.limits else (supporting, limiting)
    picked = _picked(first, most - min(len(second), most // 3), [])
    picked += _picked(second, most - len(picked), picked)
    return _headed(ask, picked)


def _broad(ask: Ask, found: Sequence[Quotable]) -> list[tuple[str, Quotable]]:
    texts = [Text(q.passage.locator.source_key, q.text, q.passage.text, q.passage.locator.section) for q in found]
    groups = themes(texts, most=MOST_THEMES, without=frozenset(t for t, _ in terms(ask.question)))
    if not groups:
        return _headed(ask, _picked(found, MOST_CLAIMS, []))
    taken: list[Quotable] = []
    result: list[tuple[str, Quotable]] = []
    share = max(3, MOST_CLAIMS // len(groups))
    for group in groups:
        belongs = dict(zip(group.members, group.strengths, strict=True))
        members = [replace(found[i], score=found[i].score * strength) for i, strength in belongs.items()]
        members.sort(key=lambda q: -q.score)
        chosen = _both_sides(members, share, taken)
        taken.extend(chosen)
        result.extend((f"{group.name} — {heading}", q) for heading, q in _headed(ask, chosen))
    return result


def _both_sides(members: list[Quotable], most: int, taken: list[Quotable]) -> list[Quotable]:
    """The best that supports, with as much as half as many that limit."""
    supporting = [q for q in members if q.stance is Stance.SUPPORTS]
    limiting = [q for q in members if q.stance is not Stance.SUPPORTS]
    chosen = _picked(supporting, most - min(len(limiting), max(1, most // 3)), taken)
    return chosen + _picked(limiting, min(most // 2, most - len(chosen)), [*taken, *chosen])


def _headed(ask: Ask, chosen: Sequence[Quotable]) -> list[tuple[str, Quotable]]:
    """Each under the part that it tells and that is told least so far, in the order of the parts."""
    told: Counter[Role] = Counter()
    headed: list[tuple[str, Quotable]] = []
    for quotable in chosen:
        role = min(quotable.roles, key=lambda r: (told[r], quotable.roles.index(r)))
        if quotable.stance is Stance.SUPPORTS:
            told[role] += 1
        one = replace(quotable, roles=(role, *(r for r in quotable.roles if r is not role)))
        headed.append((_heading(ask, one), one))
    return sorted(headed, key=lambda pair: _ORDER.index(pair[0]))


def _picked(able: Sequence[Quotable], most: int, taken: Sequence[Quotable]) -> list[Quotable]:
    """Greedily the best, paying for a source used before; never two that say the same."""
    picked: list[Quotable] = []
    used = Counter(q.passage.locator.source_key for q in taken)
    left = list(able)
    while left and len(picked) < most:
        best = max(left, key=lambda q: q.score - USED_AGAIN * used[q.passage.locator.source_key])
        left.remove(best)
        if any(_alike(best, other) for other in (*taken, *picked)):
            continue
        picked.append(best)
        used[best.passage.locator.source_key] += 1
    return picked


def _alike(a: Quotable, b: Quotable) -> bool:
    if a.passage.id == b.passage.id and (a.text in b.text or b.text in a.text):
        return True
    return len(a.terms & b.terms) / max(1, min(len(a.terms), len(b.terms))) >= ALIKE


def _heading(ask: Ask, quotable: Quotable) -> str:
    if quotable.stance is not Stance.SUPPORTS:
        return LIMITS
    if quotable.whom and quotable.role in (Role.CONTEXT, Role.OUTCOME):
        return FOR_WHOM
    if quotable.role is Role.RESOURCE and "leader" in ask.question.lower():
        return LEADERS_OFFER
    return HEADINGS.get(quotable.role, HEADINGS[Role.OUTCOME])
