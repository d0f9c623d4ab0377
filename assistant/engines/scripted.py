"""
An engine that says what it was told to say: for tests, and for showing the whole way without a model.

Replies are taken in order; what it was asked is kept for looking at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from assistant.model import CMOC, Hit
from assistant.ports import CandidateDraft, Draft, DraftFinding

T = TypeVar("T")


class ScriptEnded(AssertionError):
    """It was asked more than the script holds."""


@dataclass(slots=True)
class ScriptedEngine:
    answers: Iterable[Draft] = ()
    drafts: Iterable[CandidateDraft] = ()
    findings: Iterable[tuple[DraftFinding, ...]] = ()
    name: str = "scripted"
    asked: list[tuple[str, tuple[Hit, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = iter(self.answers)
        self.drafts = iter(self.drafts)
        self.findings = iter(self.findings)

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft:
        return self._next(self.answers, question, hits)

    def draft(self, question: str, hits: Sequence[Hit]) -> CandidateDraft:
        return self._next(self.drafts, question, hits)

    def test(self, cmoc: CMOC, hits: Sequence[Hit]) -> tuple[DraftFinding, ...]:
        return self._next(self.findings, cmoc.id, hits)

    def _next(self, script: Iterable[T], question: str, hits: Sequence[Hit]) -> T:
        self.asked.append((question, tuple(hits)))
        for one in script:
            return one
        raise ScriptEnded(question)
