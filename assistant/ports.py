"""What an engine promises: it proposes, and never decides what is shown as proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from assistant.model import CMOC, DraftCandidate, DraftClaim, DraftQuote, Hit, Refusal, Stance

Tokens = Callable[[str], None]  # called with each piece of text as it arrives
Claimed = Callable[[DraftClaim], None]  # called with each claim once it is whole, before the rest has arrived

CUT = "The connection broke before the model had finished; what had arrived whole is shown. Ask again for the rest."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a draft was made, as far as the engine knows."""

    refused: tuple[Refusal, ...] = ()  # what the engine itself would not stand by
    left_out: int = 0  # passages it was given and could not read, from the end
    model_reported: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    prompt_sha256: Mapping[str, str] = field(default_factory=dict)  # prompt name -> hash; empty without a model
    parameters: Mapping[str, str] = field(default_factory=dict)  # as the model was asked
    notices: tuple[str, ...] = ()  # to be shown to the reader


@dataclass(frozen=True, slots=True)
class Draft(Told):
    """What an engine proposes for one question."""

    claims: tuple[DraftClaim, ...]


@dataclass(frozen=True, slots=True)
class DraftFinding:
    stance: Stance
    part: str
    reason: str
    quote: DraftQuote


@dataclass(frozen=True, slots=True)
class CandidateDraft(Told):
    candidates: tuple[DraftCandidate, ...]
    abstained: int  # passages looked at that hold no configuration


@dataclass(frozen=True, slots=True)
class FindingDraft(Told):
    findings: tuple[DraftFinding, ...]


class Engine(Protocol):
    """Drafts answers and configurations from passages. It sees nothing else."""

    @property
    def name(self) -> str:
        """'extractive', or LangChain's provider:model."""
        ...

    def answer(self, question: str, hits: Sequence[Hit]) -> Draft: ...

    def draft(self, question: str, hits: Sequence[Hit]) -> CandidateDraft: ...

    def test(self, cmoc: CMOC, hits: Sequence[Hit]) -> tuple[DraftFinding, ...]: ...


@runtime_checkable
class TalkingEngine(Engine, Protocol):
    """An engine that answers bit by bit, and can make a follow-up stand alone."""

    def answer(
        self, question: str, hits: Sequence[Hit], *, tokens: Tokens | None = None, claimed: Claimed | None = None
    ) -> Draft: ...

    def rewrite(self, question: str, history: Sequence[str]) -> str:
        """The question in words that need none of the former ones; unchanged where it needs no rewriting."""
        ...

    def find(self, cmoc: CMOC, hits: Sequence[Hit]) -> FindingDraft:
        """As `test`, with what was refused and how it was made."""
        ...
