"""
Whether cited words bear the claim made from them: a look by rule, apart from whether they stand in the source.

It says no only where it can point to the difference: a number, a denial, a direction, a demand taken for a fact, a
"may" that went missing, another work's finding claimed as this one's. It says yes only where the claim keeps to the
words' substance. Everything between is left to the reader, with the reason. Knows nothing of models or libraries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.model import Basis, Claim, Voice
from assistant.support_words import (
    ATTRIBUTED,
    CREDITED_HERE,
    HEDGES,
    OPPOSITES,
    PLANS,
    SPEAKING,
    SPOKEN_OF,
    clauses,
    denied,
    near,
    numbers,
    plain,
)
from assistant.terms import asked, covered, term_set, terms

KEPT = 0.6  # share of the claim's substance that the cited words must hold for a yes
_NAME = re.compile(r"(?<![.!?:“\"]\s)(?<!^)\b[A-ZÀ-Þ][\w’'-]{2,}")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being) (?:\w+ly )?\w+(?:ed|en|lt|ld|de|ne)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Support:
    """True: borne out. False: not, and why. None: for the reader to judge."""

    supported: bool | None
    reason: str


def check_support(claim: Claim) -> Support:
    """A quotation bears itself; an inference is never borne out by rule, though it may be refused."""
    if claim.basis is Basis.QUOTED:
        return Support(True, "The claim is the quotation.")
    if not claim.citations:
        return Support(False, "It rests on no quotation.")
    quotes = [plain(c.quote) for c in claim.citations]
    text = plain(claim.text)
    doubts: list[str] = []
    for check in _CHECKS:
        found = check(text, quotes, claim.voice)
        if found is not None and found.supported is False:
            return found
        if found is not None:
            doubts.append(found.reason)
    if claim.basis is Basis.INFERRED:
        return Support(None, doubts[0] if doubts else "An inference: whether it follows is for you to judge.")
    return Support(None, doubts[0]) if doubts else Support(True, "It keeps to the cited words.")


Check = Callable[[str, Sequence[str], Voice | None], Support | None]


def _numbers(text: str, quotes: Sequence[str], _: Voice | None) -> Support | None:
    held = {number for quote in quotes for number in numbers(quote)}
    strange = [n for n in numbers(text) if n not in held]
    return Support(False, f"The claim says {strange[0]}; the cited words do not.") if strange else None


def _attribution(text: str, quotes: Sequence[str], voice: Voice | None) -> Support | None:
    joined = " ".join(quotes)
    for found in ATTRIBUTED.finditer(text):
        if found.group("name").casefold() not in joined.casefold():
            return Support(False, f"It credits {found.group('name')}; the cited words do not name them.")
    borrowed = [q for q in quotes if ATTRIBUTED.search(q) and not CREDITED_HERE.search(q)]
    if len(borrowed) == len(quotes) and voice is not Voice.CITED_WORK and not ATTRIBUTED.search(text):
        named = ATTRIBUTED.search(borrowed[0])
        other = named.group("name") if named else "another work"
        return Support(False, f"The cited words report what {other} found; the claim does not say so.")
    return None


def _denial(text: str, quotes: Sequence[str], _: Voice | None) -> Support | None:
    """A shared term that one side denies and the other does not."""
    claimed, said = denied(text), set().union(*(denied(q) for q in quotes))
    in_claim, in_quotes = term_set(text), set().union(*(term_set(q) for q in quotes))
    if (claimed & in_quotes) - said:
        return Support(False, "The claim denies what the cited words say.")
    if (said & in_claim) - claimed:
        return Support(False, "The cited words deny it; the claim does not.")
    if bool(claimed) != bool(said):
        return Support(None, "A denial stands on one side only: judge whether the sense is the same.")
    return None


def _direction(text: str, quotes: Sequence[str], _: Voice | None) -> Support | None:
    """Opposite words about the same thing: rose and fell, always and never."""
    for one, other in OPPOSITES:
        for a, b in ((one, other), (other, one)):
            if not a.search(text) or a.search(" ".join(quotes)) or b.search(text):
                continue
            turned = [q for q in quotes if b.search(q)]
            if turned and any(near(a, text) & near(b, q) for q in turned):
                if denied(text) or any(denied(q) for q in turned):
                    return Support(None, "It turns the words round with a denial: judge whether the sense is the same.")
                return Support(False, "The claim says the opposite of the cited words.")
    return None


def _modality(text: str, quotes: Sequence[str], voice: Voice | None) -> Support | None:
    """What a document demands, or holds possible, is no finding."""
    bearing = _bearing_clauses(text, quotes)
    if not bearing:
        return None
    if all(PLANS.search(c) for c in bearing) and not PLANS.search(text) and voice is not Voice.ASPIRATION:
        return Support(False, "The cited words say what is demanded or planned; the claim says that it is so.")
    if all(HEDGES.search(c) for c in bearing) and not HEDGES.search(text):
        return Support(False, "The cited words hold it possible; the claim says that it is so.")
    return None


def _bearing_clauses(text: str, quotes: Sequence[str]) -> list[str]:
    """The clauses that share most of the claim's substance."""
    wanted = asked(text)
    scored = [(covered(wanted, term_set(clause)), clause) for quote in quotes for clause in clauses(quote)]
    best = max((score for score, _ in scored), default=0.0)
    return [clause for score, clause in scored if score == best] if best > 0 else []


def _speaker(text: str, quotes: Sequence[str], voice: Voice | None) -> Support | None:
    if not all(SPEAKING.search(q) for q in quotes) or SPOKEN_OF.search(text) or SPEAKING.search(text):
        return None
    if voice is Voice.PARTICIPANT:
        return None
    return Support(None, "The cited words are what one person said; the claim does not say so.")


def _names(text: str, quotes: Sequence[str], _: Voice | None) -> Support | None:
    joined = " ".join(quotes).casefold()
    strange = [n.group() for n in _NAME.finditer(text) if n.group().casefold() not in joined]
    return Support(None, f"It names {strange[0]}; the cited words do not.") if strange else None


def _substance(text: str, quotes: Sequence[str], _: Voice | None) -> Support | None:
    wanted = asked(text)
    held = set().union(*(term_set(q) for q in quotes))
    share = covered(wanted, held)
    if len(wanted) > 1 and share == 0:
        return Support(False, "It has no word of substance in common with the cited words.")
    if share < KEPT:
        return Support(None, "It says it in words of its own: judge whether the sense is the same.")
    return None


def _order(text: str, quotes: Sequence[str], _: Voice | None) -> Support | None:
    """ "Partners trusted the board" is not "the board trusted partners"."""
    claimed = [t for t, _ in terms(text)]
    for quote in quotes:
        said = [t for t, _ in terms(quote)]
        if bool(_PASSIVE.search(text)) != bool(_PASSIVE.search(quote)):
            continue
        shared = [t for t in dict.fromkeys(claimed) if said.count(t) == 1 and claimed.count(t) == 1]
        pairs = list(combinations(shared, 2))
        turned = sum(said.index(a) > said.index(b) for a, b in pairs)
        if pairs and turned * 2 > len(pairs):
            return Support(None, "It puts the words in another order: judge who did what, and what followed.")
    return None


_CHECKS: tuple[Check, ...] = (
    _numbers,
    _attribution,
    _denial,
    _direction,
    _modality,
    _substance,
    _speaker,
    _names,
    _order,
)
