"""
Gather quotable sentences under the themes their own sources share.

A theme is an idea that several sources speak of; its name is made of words that stand in them. Nothing is known about
any programme theory. Deterministic: ties are broken by the order of the passages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.terms import telling, terms, weight

TOO_COMMON = 0.7  # an idea in more than this share of the texts tells them not apart
LEAST_SOURCES = 2
BELONGS = 1  # occurrences that make a text a member


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be gathered: a sentence with the passage it stands in. `key` names its source."""

    key: str
    sentence: str
    around: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A name, and the positions of its texts among those given. Every text belongs to at most one theme."""

    name: str
    members: tuple[int, ...]


def themes(texts: Sequence[Text], *, most: int = 5, without: frozenset[str] = frozenset()) -> tuple[Theme, ...]:
    """Up to `most` themes, the most widely shared first. Terms in `without` (the question's own) name no theme."""
    held = [_weights(text, without) for text in texts]
    chosen: list[str] = []
    free = set(range(len(texts)))
    while len(chosen) < most:
        best = _most_shared(texts, held, free, chosen)
        if best is None:
            break
        chosen.append(best)
        free -= {i for i in free if held[i].get(best, 0) >= 2}
    groups: dict[str, list[int]] = defaultdict(list)
    for i, weights in enumerate(held):
        mine = max(chosen, key=lambda term: (weights.get(term, 0), -chosen.index(term)), default=None)
        if mine is not None and weights.get(mine, 0) >= BELONGS:
            groups[mine].append(i)
    return tuple(
        Theme(_name(term, groups[term], texts, chosen), tuple(groups[term])) for term in chosen if groups[term]
    )


def _weights(text: Text, without: frozenset[str]) -> dict[str, float]:
    """How strongly a text speaks of each idea: its sentence counts twice its surroundings."""
    found: Counter[str] = Counter()
    for term, _ in terms(text.around):
        if weight(term) >= 1 and term not in without:
            found[term] = max(found[term], 1)
    for term, _ in terms(text.sentence):
        if weight(term) >= 1 and term not in without:
            found[term] = max(found[term], 1) + (1 if found[term] < 3 else 0)
    return dict(found)


def _most_shared(texts: Sequence[Text], held: list[dict[str, float]], free: set[int], chosen: list[str]) -> str | None:
    sources: dict[str, set[str]] = defaultdict(set)
    strength: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for i, weights in enumerate(held):
        for term, value in weights.items():
            spread[term] += 1
            if i in free:
                sources[term].add(texts[i].key)
                strength[term] += int(value)
    able = [
        term
        for term in sources
        if term not in chosen
        and len(sources[term]) >= LEAST_SOURCES
        and spread[term] <= TOO_COMMON * max(len(texts), 3)
    ]
    if not able:
        return None
    first_seen = {term: i for i, term in enumerate(t for weights in held for t in weights)}
    return max(able, key=lambda t: (telling(t) * (len(sources[t]) + 0.1 * strength[t]), -first_seen[t]))


def _name(term: str, members: list[int], texts: Sequence[Text], chosen: list[str]) -> str:
    """The idea and its closest companion, in the sources' own words."""
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    company: Counter[str] = Counter()
    for i in members:
        seen = terms(texts[i].sentence) + terms(texts[i].around)
        for found, word in seen:
            surfaces[found][word.lower()] += 1
        company.update({found for found, _ in seen})
    everywhere = Counter(t for text in texts for t in {found for found, _ in terms(text.sentence) + terms(text.around)})
    able = [t for t in company if t != term and t not in chosen and telling(t) > 1 and company[t] * 3 >= len(members)]
    companion = max(able, key=lambda t: (company[t] / everywhere[t], company[t], t), default=None)
    names = [_spoken(t, surfaces[t]) for t in (term, companion) if t is not None]
    return " and ".join(dict.fromkeys(names)).capitalize()


def _spoken(term: str, surfaces: Counter[str]) -> str:
    if term.startswith("=") or not surfaces:
        return term.removeprefix("=")
    return max(surfaces, key=lambda word: (surfaces[word], len(word), word))
