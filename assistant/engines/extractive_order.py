"""
Arrange what may be quoted into an orderly brief: themes, then parts, with what limits beside what supports.

Chooses few quotations, from many sources, none like another. Knows nothing of where they came from beyond their source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.engines.extractive_pick import Ask, Quotable
from assistant.model import Role, Stance
from assistant.terms import terms
from assistant.theme import Text, themes

MOST_CLAIMS = 14
MOST_CLAIMS_NARROW = 7
MOST_THEMES = 4
ALIKE = 0.55  # share of terms in common from which two quotations are held to say the same
USED_AGAIN = 0.12  # what each earlier quotation from the same source costs
LEAST_OF_BEST = 0.45  # a narrow answer keeps what scores at least this share of its best

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
    least = found[0].score * LEAST_OF_BEST
    able = [q for q in found if q.score >= least]
    limiting = [q for q in able if q.stance is not Stance.SUPPORTS]
    if ask.limits and limiting:
        able = limiting + [q for q in able if q.stance is Stance.SUPPORTS][:2]
    picked = _picked(able, MOST_CLAIMS_NARROW, [])
    if not any(q.stance is not Stance.SUPPORTS for q in picked) and limiting:
        picked = [*picked[: MOST_CLAIMS_NARROW - 1], *_picked(limiting, 1, picked)]
    sections = [(_heading(ask, q), q) for q in picked]
    return sorted(sections, key=lambda pair: _ORDER.index(pair[0]))


def _broad(ask: Ask, found: Sequence[Quotable]) -> list[tuple[str, Quotable]]:
    texts = [
        Text(q.passage.locator.source_key, q.text, f"{q.passage.locator.section}. {q.passage.text}") for q in found
    ]
    groups = themes(texts, most=MOST_THEMES, without=frozenset(t for t, _ in terms(ask.question)))
    if not groups:
        return sorted(
            ((_heading(ask, q), q) for q in _picked(found, MOST_CLAIMS, [])), key=lambda p: _ORDER.index(p[0])
        )
    taken: list[Quotable] = []
    result: list[tuple[str, Quotable]] = []
    share = max(3, MOST_CLAIMS // len(groups))
    for group in groups:
        members = [found[i] for i in group.members]
        chosen = _of_each_part(members, share, taken)
        taken.extend(chosen)
        sections = [(_heading(ask, q), q) for q in chosen]
        sections.sort(key=lambda pair: _ORDER.index(pair[0]))
        result.extend((f"{group.name} — {heading}", q) for heading, q in sections)
    return result


def _of_each_part(members: list[Quotable], most: int, taken: list[Quotable]) -> list[Quotable]:
    """The best of each part, one that limits among them, then the best of what is left."""
    chosen: list[Quotable] = []
    supporting = [q for q in members if q.stance is Stance.SUPPORTS]
    for role in (Role.REASONING, Role.OUTCOME, Role.RESOURCE, Role.CONTEXT):
        if len(chosen) < most - 1:
            chosen += _picked([q for q in supporting if q.role is role], 1, [*taken, *chosen])
    chosen += _picked([q for q in members if q.stance is not Stance.SUPPORTS], 1, [*taken, *chosen])
    chosen += _picked(members, most - len(chosen), [*taken, *chosen])
    return chosen


def _picked(able: Sequence[Quotable], most: int, taken: Sequence[Quotable]) -> list[Quotable]:
    """Greedily the best, paying for a source used before; never two that say the same."""
    picked: list[Quotable] = []
    used = Counter(q.passage.locator.source_key for q in taken)
    left = [q for q in able if q not in taken]
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
    return HEADINGS.get(quotable.role or Role.OUTCOME, HEADINGS[Role.OUTCOME])
