"""
The engine that works alone: it answers with sentences of the sources, and proposes configurations from their own words.

Every claim is a quotation, word for word; nothing is rewritten, joined or completed. It says nothing where nothing
bears on the question. Deterministic: the same question and passages always give the same draft.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.candidates import stories
from assistant.engines.extractive_order import arranged
from assistant.engines.extractive_pick import SECTION_WORTH, Ask, Quotable, apart, asking, quotables
from assistant.model import CMOC, DraftCandidate, DraftClaim, DraftQuote, Hit, Stance
from assistant.ports import CandidateDraft, Draft, DraftFinding
from assistant.roles import RoleSpan
from assistant.stance_fitted import Judge, RuleJudge
from assistant.tagging import RuleTagger, Tagger
from assistant.terms import term_set
from zotero_bridge.model import SectionKind

ENOUGH_FOUND = 3  # quotable runs; where there are fewer, the rules are asked as well


class Extractive:
    """Implements `Engine`, with the rules alone unless it is given a better tagger and a better judge."""

    name = "extractive"

    def __init__(self, tagger: Tagger | None = None, judge: Judge | None = None) -> None:
        self._tagger = tagger or RuleTagger()
        self._judge = judge or RuleJudge(self._tagger)

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        """Quoted sentences under headings; none where nothing bears on the question."""
        ask = asking(question, hits)
        found = quotables(ask, hits, self._tagger)
        if len(found) < ENOUGH_FOUND:  # the rules find more, and more that should not be found
            found += [q for q in quotables(ask, hits, RuleTagger()) if all(apart(q, other) for other in found)]
        claims = tuple(_claim(section, quotable) for section, quotable in arranged(ask, found))
        return Draft(claims=claims, parameters={"tagger": self._tagger.id})

    def draft(self, question: str, hits: Sequence[Hit]) -> CandidateDraft:
        """The configurations that bear on the question, the fullest and nearest first, near-duplicates once."""
        ask = asking(question, hits)
        told: list[_Told] = []
        abstained = 0
        for hit, spans in self._tagged(hits):
            able = _tellable(ask, hit, spans)
            abstained += not able
            told.extend(able)
        return CandidateDraft(tuple(_ranked(told)), abstained)

    def test(self, cmoc: CMOC, hits: Sequence[Hit]) -> tuple[DraftFinding, ...]:
        """What bears on a configuration; silent passages give no finding."""
        found: list[tuple[float, DraftFinding]] = []
        seen: list[frozenset[str]] = []
        passages = [hit.passage for hit in hits]
        for passage, bearing in zip(passages, self._judge.bearings(passages, cmoc), strict=True):
            if bearing.stance is Stance.SILENT:
                continue
            quote = passage.text[bearing.start : bearing.end]
            held = term_set(quote)
            if any(_overlap(held, other) >= SAME for other in seen):
                continue
            seen.append(held)
            finding = DraftFinding(bearing.stance, bearing.part, bearing.reason, DraftQuote(passage.id, quote))
            found.append((bearing.closeness, finding))
        found.sort(key=lambda pair: -pair[0])
        return tuple(finding for _, finding in found)

    def _tagged(self, hits: Sequence[Hit]) -> Iterator[tuple[Hit, tuple[RoleSpan, ...]]]:
        return zip(hits, self._tagger.tag([hit.passage for hit in hits]), strict=True)


@dataclass(frozen=True, slots=True)
class _Told:
    """A configuration with its rank, and the source that tells it."""

    rank: float
    source_key: str
    candidate: DraftCandidate


def _tellable(ask: Ask, hit: Hit, spans: tuple[RoleSpan, ...]) -> list[_Told]:
    """The configurations of a passage that are full enough and near enough to the question."""
    kind = hit.passage.locator.section_kind
    if not ask.known or kind in NO_CONFIGURATIONS:
        return []
    narrow = bool(ask.wanted) and not ask.broad
    found: list[_Told] = []
    for story in stories(hit.passage, spans):
        words = term_set(hit.passage.text[story.start : story.end])
        near = ask.near(hit, words, words) if narrow else 0.0
        if story.worth >= FULL_ENOUGH and (not narrow or near >= NEAR_ENOUGH):
            rank = story.worth + 2 * near + SECTION_WORTH.get(kind, 0.0)
            found.append(_Told(rank, hit.passage.locator.source_key, story.candidate))
    return found


def _ranked(told: list[_Told]) -> Iterator[DraftCandidate]:
    """The best first, each source paying for what it told before; near-duplicates once, at most `MOST_CANDIDATES`."""
    left, used, seen = list(told), Counter[str](), list[frozenset[str]]()
    while left and len(seen) < MOST_CANDIDATES:
        best = max(left, key=lambda one: one.rank - USED_AGAIN * used[one.source_key])
        left.remove(best)
        held = term_set(" ".join(e.quote.quote for e in best.candidate.elements))
        if any(_overlap(held, other) >= SAME for other in seen):
            continue
        seen.append(held)
        used[best.source_key] += 1
        yield best.candidate


NEAR_ENOUGH = 0.15  # a candidate is ranked by nearness, so more may be offered than an answer may quote
USED_AGAIN = 0.15  # what each earlier configuration from the same source costs
MOST_CANDIDATES = 20
FULL_ENOUGH = 1.0  # worth of a response told with one other part, or of an offer told close to what followed
NO_CONFIGURATIONS = frozenset({SectionKind.INTRODUCTION, SectionKind.RECOMMENDATIONS})  # theories and wishes
SAME = 0.8  # share of terms in common from which two texts are held to be one


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(1, min(len(a), len(b)))


def _claim(section: str, quotable: Quotable) -> DraftClaim:
    return DraftClaim(
        text=quotable.text,
        quotes=(DraftQuote(quotable.passage.id, quotable.text),),
        section=section,
        role=quotable.role,
        stance=quotable.stance,
        voice=quotable.voice,
    )
