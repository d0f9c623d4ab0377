"""
Gather quotable sentences under the themes their own sources share.

A theme is an idea that several sources speak of, with the ideas that keep it company; its name is made of words that
stand in them. What a heading names counts too, since its author gathered under it. Nothing is known about any
programme theory. Deterministic: ties are broken by the order of the passages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from assistant.terms import telling, terms, weight

TOO_COMMON = 0.6  # an idea in more than this share of the texts tells them not apart
LEAST_SOURCES = 2
IN_SENTENCE, AROUND, IN_HEADING = 1.0, 0.4, 0.8  # how strongly an idea is spoken of where it stands
COMPANY = 0.5  # what an idea's companions count, beside the idea itself
COMPANIONS = 4
LEAST = 0.4  # strength from which a text belongs to a theme
SAME_TEXTS = 0.6  # share of texts in common from which two ideas are one theme


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be gathered: a sentence with the passage and the heading it stands under. `key` names its source."""

    key: str
    sentence: str
    around: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A name, and the positions of its texts among those given, with how strongly each belongs (to 1)."""

    name: str
    members: tuple[int, ...]
    strengths: tuple[float, ...] = ()


Held = dict[str, float]


def themes(texts: Sequence[Text], *, most: int = 5, without: frozenset[str] = frozenset()) -> tuple[Theme, ...]:
    """Up to `most` themes, the most widely shared first. Terms in `without` (the question's own) name no theme."""
    held = [{t: v for t, v in _held(text).items() if t not in without} for text in texts]
    spread = Counter(term for one in held for term in one)
    company = _company(held, spread)
    chosen = _chosen(texts, held, spread, company, most)
    groups: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for i, one in enumerate(held):
        strengths = {term: _strength(one, term, company[term]) for term in chosen}
        best = max(chosen, key=lambda term: (strengths[term], -chosen.index(term)), default=None)
        if best is not None and strengths[best] >= LEAST:
            groups[best].append((i, strengths[best]))
    found: list[Theme] = []
    for term in chosen:
        members = groups[term]
        if len({texts[i].key for i, _ in members}) < LEAST_SOURCES:
            continue
        top = max(strength for _, strength in members)
        name = _name(term, company[term], [texts[i] for i, _ in members], {*chosen})
        found.append(Theme(name, tuple(i for i, _ in members), tuple(0.5 + 0.5 * s / top for _, s in members)))
    return tuple(found)


@lru_cache(maxsize=4096)
def _held(text: Text) -> Held:
    """How strongly a text speaks of each idea."""
    found: Held = defaultdict(float)
    for part, counts in ((text.around, AROUND), (text.sentence, IN_SENTENCE), (text.heading, IN_HEADING)):
        for term in {term for term, _ in terms(part)}:
            if weight(term) >= 1:
                found[term] += counts
    return dict(found)


def _company(held: list[Held], spread: Counter[str]) -> dict[str, dict[str, float]]:
    """For each telling idea those found with it more often than chance has it, each with how much it counts."""
    ideas = {term for term, n in spread.items() if n >= 2 and telling(term) >= 1}
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for one in held:
        mine = [term for term in one if term in ideas]
        for term in mine:
            together[term].update(other for other in mine if other != term)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for term, others in together.items():
        lift = {
            other: n / spread[term] * log(n * len(held) / (spread[term] * spread[other]))
            for other, n in others.items()
            if n >= 2 and n * len(held) > spread[term] * spread[other]
        }
        for other in sorted(lift, key=lambda o: (-lift[o], o))[:COMPANIONS]:
            found[term][other] = COMPANY * min(1.0, lift[other] * 2)
    return found


def _strength(one: Held, term: str, company: dict[str, float]) -> float:
    return one.get(term, 0.0) + sum(counts * one.get(other, 0.0) for other, counts in company.items())


def _chosen(
    texts: Sequence[Text], held: list[Held], spread: Counter[str], company: dict[str, dict[str, float]], most: int
) -> list[str]:
    """Ideas that many sources speak of strongly and that gather different texts, the widest first."""
    first_seen = {term: n for n, term in enumerate(dict.fromkeys(t for one in held for t in one))}
    free = [1.0] * len(texts)
    chosen: list[str] = []
    able = {
        term
        for term, n in spread.items()
        if n <= TOO_COMMON * max(len(texts), 3)
        and len({texts[i].key for i, one in enumerate(held) if term in one}) >= LEAST_SOURCES
    }
    while able and len(chosen) < most:
        worth = {term: _worth(term, texts, held, free) * telling(term) ** 2 for term in able}
        best = max(able, key=lambda term: (worth[term], -first_seen[term]))
        if worth[best] <= 0:
            break
        chosen.append(best)
        mine = {i for i, one in enumerate(held) if one.get(best, 0.0) >= IN_SENTENCE}
        for i, one in enumerate(held):
            free[i] *= 1 - min(0.9, 0.6 * _strength(one, best, company[best]))
        able = {t for t in able - {best} if t not in company[best] and not _same(t, mine, held)}
    return chosen


def _worth(term: str, texts: Sequence[Text], held: list[Held], free: list[float]) -> float:
    """The root of what each source says of it, summed: many sources count for more than much from one."""
    by_source: dict[str, float] = defaultdict(float)
    for text, one, left in zip(texts, held, free, strict=True):
        if term in one:
            by_source[text.key] += one[term] * left
    return sum(sqrt(value) for value in by_source.values())


def _same(term: str, mine: set[int], held: list[Held]) -> bool:
    own = {i for i, one in enumerate(held) if one.get(term, 0.0) >= IN_SENTENCE}
    return len(own) > 1 and len(own & mine) >= SAME_TEXTS * len(own)


def _name(term: str, company: dict[str, float], members: Sequence[Text], chosen: set[str]) -> str:
    """The idea and its closest companion, in the sources' own words."""
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    for text in members:
        for found, word in (*terms(text.sentence), *terms(text.around), *terms(text.heading)):
            surfaces[found][word.lower()] += 1
    able = [other for other in company if other not in chosen and telling(other) > 1]
    companion = max(able, key=lambda other: (company[other], other), default=None)
    names = [_spoken(t, surfaces[t]) for t in (term, companion) if t is not None]
    return " and ".join(dict.fromkeys(names)).capitalize()


def _spoken(term: str, surfaces: Counter[str]) -> str:
    """An idea by its own name, a word as it is mostly written."""
    if term.startswith("=") or not surfaces:
        return term.removeprefix("=")
    return max(surfaces, key=lambda word: (surfaces[word], len(word), word))
