"""
The content words of a text, reduced to what two writers share: stems, and a small thesaurus of common ideas.

Knows no theory and no document. A term is a stem, or the name of an idea that several stems express ("=trust"). The
thesaurus holds words that are near-synonyms in talk of services and organisations of any kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Protocol, cast

from assistant.terms_phrases import PHRASES
from assistant.terms_words import GENERAL_IDEAS, GENERIC, STOP, WEAK, ideas

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


def telling(term: str) -> float:
    """How well a term names a theme: a particular idea best, a general one or an ordinary word less."""
    return 2.0 if term.startswith("=") and term.removeprefix("=") not in GENERAL_IDEAS else 0.7


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


@cache
def _stemmer() -> _Stemmer:
    import snowballstemmer

    return cast(_Stemmer, snowballstemmer.stemmer("english"))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one lower-case English word; British and American spellings fall together."""
    word = word.replace("’", "'").removesuffix("'s").removesuffix("'")
    word = re.sub(r"is(e|ed|es|ing|ation|ations)$", r"iz\1", word) if len(word) > 6 else word
    return _stemmer().stemWord(word)


@cache
def _idea_of() -> dict[str, str]:
    """Idea of each stem; a member written "=word" holds for that word alone ("of course" is no training)."""
    found: dict[str, str] = {}
    for name, members in ideas():
        for member in members:
            found.setdefault(member if member.startswith("=") else stem(member), "=" + name)
    return found


@cache
def _stems(which: str) -> frozenset[str]:
    return frozenset(stem(w) for w in {"generic": GENERIC, "weak": WEAK}[which])


@lru_cache(maxsize=20_000)
def terms(text: str) -> tuple[tuple[str, str], ...]:
    """(term, word as written) for each content word, in order."""
    ideas = _idea_of()
    found: list[tuple[str, str]] = []
    for match in _WORD.finditer(text):
        word = match[0].lower().replace("’", "'")
        if word in STOP or len(word) < 3 or _is_body(match[0], text, match.start()):
            continue
        reduced = stem(word)
        found.append((ideas.get("=" + word) or ideas.get(reduced, reduced), match[0]))
    found.extend(("=" + name, phrase[0]) for name, pattern in _phrases() for phrase in pattern.finditer(text))
    return tuple(found)


@cache
def _phrases() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile("|".join(alternatives), re.IGNORECASE)) for name, alternatives in PHRASES)


_BODY_BEFORE = re.compile(
    r"\b(?:NHS|acute|hospital|foundation|each|the two|two|three|these|those|mental health|the)\s+$", re.IGNORECASE
)


def _is_body(word: str, text: str, at: int) -> bool:
    """ "Trusts" and "the acute trust" are bodies, not a state of mind."""
    if word.lower() == "trusts":
        return not re.match(r"\s+(?:that|in|her|him|them|it|each|the)\b", text[at + len(word) :])
    if word.lower() not in ("trust", "trust's"):
        return False
    return bool(_BODY_BEFORE.search(text[:at])) or bool(
        re.match(r"['’]s\b|\s+(?:board|executive|chief|boundar|devolved|headquarters)", text[at + len(word) :])
    )


def term_set(text: str) -> frozenset[str]:
    return frozenset(term for term, _ in terms(text))


def weight(term: str) -> float:
    """How much a term singles out: ideas and ordinary words 1, what every source says less, words of asking nothing."""
    if term.startswith("="):
        return 1.0
    if term in _stems("generic"):
        return 0.0
    return 0.35 if term in _stems("weak") else 1.0


def asked(question: str) -> dict[str, float]:
    """What a question is about: its terms with their weights, words of asking left out."""
    found = {term: weight(term) for term, word in terms(question) if weight(term) > 0 and " " not in word}
    return found or {term: weight(term) for term, _ in terms(question) if weight(term) > 0}


def covered(wanted: dict[str, float], held: Iterable[str]) -> float:
    """The share of the wanted weight that is held, 0 to 1."""
    total = sum(wanted.values())
    have = set(held)
    return sum(w for term, w in wanted.items() if term in have) / total if total else 0.0
