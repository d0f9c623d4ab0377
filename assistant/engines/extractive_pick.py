"""
Which runs of sentences could answer a question, and how well.

Invariant: a quotable's text is a slice of its passage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.engines.extractive_ask import Ask, asking
from assistant.engines.extractive_runs import Run, runs
from assistant.model import Hit, Role, Stance, Voice
from assistant.tagging import Tagger
from zotero_bridge.model import Passage, SectionKind, SourceKind

__all__ = ["SECTION_WORTH", "Ask", "Quotable", "apart", "asking", "quotables"]

ENOUGH_NEAR = 0.27  # nearness below which a run has nothing to do with the question
SECTION_WORTH = {
    SectionKind.RESULTS: 0.1, SectionKind.ABSTRACT: -0.15, SectionKind.CONCLUSION: -0.05,
    SectionKind.INTRODUCTION: -0.4, SectionKind.RECOMMENDATIONS: -0.25, SectionKind.APPENDIX: -0.15,
}  # fmt: skip
_SOURCE_WORTH = {SourceKind.NOTE: -0.3, SourceKind.ANNOTATION: -0.05, SourceKind.ABSTRACT: -0.15}


@dataclass(frozen=True, slots=True)
class Quotable:
    """Words that may be quoted, with the parts they tell. `score` orders quotables of one question."""

    text: str
    passage: Passage
    roles: tuple[Role, ...]  # most telling first, never empty
    stance: Stance
    voice: Voice
    score: float
    near: float  # to the question; 0 where it is broad
    whom: bool  # tells for whom it holds
    terms: frozenset[str]

    @property
    def role(self) -> Role:
        return self.roles[0]


def quotables(ask: Ask, hits: Sequence[Hit], tagger: Tagger) -> list[Quotable]:
    """Every run of the passages that bears on the question, best first."""
    if not ask.known:
        return []
    tagged = zip(hits, tagger.tag([hit.passage for hit in hits]), strict=True)
    found = [
        q for hit, spans in tagged for run in runs(hit.passage, spans) if (q := _quotable(ask, hit, run)) is not None
    ]
    order = {id(q): i for i, q in enumerate(found)}
    return sorted(found, key=lambda q: (-q.score, order[id(q)]))


def apart(one: Quotable, other: Quotable) -> bool:
    """Whether two runs share no words of one passage."""
    return one.passage.id != other.passage.id or (one.text not in other.text and other.text not in one.text)


def _quotable(ask: Ask, hit: Hit, run: Run) -> Quotable | None:
    narrow = bool(ask.wanted) and not ask.broad
    near = ask.near(hit, run.terms, run.around) if narrow else 0.0
    if narrow and near < ENOUGH_NEAR:
        return None
    score = near + 0.3 * run.worth if narrow else run.worth + 0.2 * hit.score / ask.best_score
    score += 0.05 if ask.roles & set(run.roles) else 0.0
    score += 0.15 if ask.limits and run.stance is not Stance.SUPPORTS else 0.0
    score += SECTION_WORTH.get(hit.passage.locator.section_kind, 0.0)
    score += _SOURCE_WORTH.get(hit.passage.source_kind, 0.0)
    return Quotable(
        run.text, hit.passage, run.roles, run.stance, run.voice, score, near, bool(_WHOM.search(run.text)), run.terms
    )


_WHOM = re.compile(
    r"\b(?:particularly|especially|chiefly|mainly|only|most|less so|not) (?:for|among|in|with|where|those)\b|"
    r"\bamong (?:the )?\w+|\bfor (?:those|people|staff|patients|families|women|men|small\w*|junior|senior|younger|older)\b|"
    r"\bthose (?:who|with|without|in)\b",
    re.IGNORECASE,
)
