"""
What the review holds now: its events, folded.

Pure: the same entries always fold to the same state, and nothing is kept anywhere else. Ids are counted over
everything that ever was, so none is given twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from assistant.ledger_events import (
    AiEvent,
    AiOutcome,
    AnswerKept,
    AnswerWithdrawn,
    Appraisal,
    CmocAccepted,
    CmocAdded,
    CmocAssigned,
    CmocChanged,
    CmocMerged,
    CmocRetired,
    CmocSplit,
    Decision,
    Entry,
    Judged,
    Memo,
    ProgrammeTheory,
    Pushed,
    Silence,
    TheoryWritten,
    Turn,
    TurnUndone,
)
from assistant.model import CMOC, Answer, CmocStatus, Judgement

OPEN = frozenset({CmocStatus.CANDIDATE, CmocStatus.ACTIVE})


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept answer. `withdrawn` is the reason it no longer counts, "" while it does."""

    id: str
    answer: Answer
    who: str
    time: str
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A memo, decision, appraisal or silence with who and when."""

    value: Memo | Decision | Appraisal | Silence
    who: str
    time: str


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Everything by id, in the order it came. `versions` holds every version of a CMOC, oldest first."""

    answers: Mapping[str, Kept] = field(default_factory=dict)
    versions: Mapping[str, tuple[CMOC, ...]] = field(default_factory=dict)
    drafted_as: Mapping[str, str] = field(default_factory=dict)  # candidate id of an engine -> CMOC id
    judgements: tuple[Judgement, ...] = ()
    theories: Mapping[str, tuple[ProgrammeTheory, ...]] = field(default_factory=dict)
    notes: tuple[Noted, ...] = ()
    pushes: tuple[Pushed, ...] = ()
    ai_events: Mapping[str, AiEvent] = field(default_factory=dict)
    ai_outcomes: tuple[AiOutcome, ...] = ()
    conversations: Mapping[str, tuple[Turn, ...]] = field(default_factory=dict)
    retired_for: Mapping[str, str] = field(default_factory=dict)  # CMOC id -> why it was closed

    @property
    def cmocs(self) -> dict[str, CMOC]:
        """The current version of each, closed ones included."""
        return {id: versions[-1] for id, versions in self.versions.items()}

    @property
    def open_cmocs(self) -> tuple[CMOC, ...]:
        return tuple(c for c in self.cmocs.values() if c.status in OPEN)

    def judgements_of(self, cmoc_id: str) -> tuple[Judgement, ...]:
        return tuple(j for j in self.judgements if j.cmoc_id == cmoc_id)

    @property
    def to_reread(self) -> tuple[Judgement, ...]:
        """Judgements whose CMOC has changed since, of CMOCs that are still open."""
        still_open = {c.id for c in self.open_cmocs}
        return tuple(j for j in self.judgements if j.stale and j.cmoc_id in still_open)

    @property
    def silences(self) -> tuple[Silence, ...]:
        return tuple(n.value for n in self.notes if isinstance(n.value, Silence))

    @property
    def appraisals(self) -> tuple[Appraisal, ...]:
        return tuple(n.value for n in self.notes if isinstance(n.value, Appraisal))


def fold_events(entries: Iterable[Entry]) -> ReviewState:
    """The state after these entries, in this order."""
    folding = _Folding()
    for entry in entries:
        folding.take(entry)
    return folding.state()


class _Folding:
    """Working copies while folding; handed out once, as a frozen state."""

    def __init__(self) -> None:
        self._answers: dict[str, Kept] = {}
        self._versions: dict[str, tuple[CMOC, ...]] = {}
        self._drafted_as: dict[str, str] = {}
        self._judgements: dict[tuple[object, ...], Judgement] = {}
        self._theories: dict[str, tuple[ProgrammeTheory, ...]] = {}
        self._notes: list[Noted] = []
        self._pushes: list[Pushed] = []
        self._ai_events: dict[str, AiEvent] = {}
        self._ai_outcomes: list[AiOutcome] = []
        self._conversations: dict[str, tuple[Turn, ...]] = {}
        self._closed_for: dict[str, str] = {}

    def take(self, entry: Entry) -> None:
        match entry.event:
            case AnswerKept(id=id, answer=answer):
                self._answers[id] = Kept(id, answer, entry.who, entry.time)
            case AnswerWithdrawn(id=id, reason=reason) if id in self._answers:
                self._answers[id] = replace(self._answers[id], withdrawn=reason or "withdrawn")
            case Judged(judgement=judgement):
                self._judge(judgement)
            case TheoryWritten(theory=theory):
                self._theories[theory.id] = (*self._theories.get(theory.id, ()), theory)
            case Memo() | Decision() | Appraisal() | Silence() as note:
                self._notes.append(Noted(note, entry.who, entry.time))
            case Pushed() as push:
                self._pushes.append(push)
            case AiEvent() as event:
                self._ai_events[event.id] = event
            case AiOutcome() as outcome:
                self._ai_outcomes.append(outcome)
            case Turn() as turn:
                self._conversations[turn.conversation] = (*self._conversations.get(turn.conversation, ()), turn)
            case TurnUndone(conversation=name):
                self._conversations[name] = self._conversations.get(name, ())[:-1]
            case _:
                self._take_cmoc(entry)

    def _take_cmoc(self, entry: Entry) -> None:
        match entry.event:
            case CmocAdded(cmoc=cmoc, drafted_as=drafted_as):
                self._put(cmoc)
                if drafted_as:
                    self._drafted_as[drafted_as] = cmoc.id
            case CmocAccepted(id=id):
                self._amend(id, status=CmocStatus.ACTIVE)
            case CmocChanged(cmoc=cmoc):
                self._put(cmoc)
            case CmocMerged(result=result, merged=merged, reason=reason):
                self._put(result)
                for id in merged:
                    self._close(id, CmocStatus.MERGED, f"merged into {result.id}", reason)
            case CmocSplit(id=id, parts=parts, reason=reason):
                for part in parts:
                    self._put(part)
                self._close(id, CmocStatus.SPLIT, f"split into {', '.join(p.id for p in parts)}", reason)
            case CmocRetired(id=id, reason=reason):
                self._close(id, CmocStatus.RETIRED, "", reason)
            case CmocAssigned(id=id, theory=theory):
                self._amend(id, theory=theory)

    def _judge(self, judgement: Judgement) -> None:
        """A reviewer who judges the same words for the same part and version again has changed their mind."""
        at = judgement.citation
        place = (at.source_key, at.text_sha256, at.start, at.end)
        key = (judgement.cmoc_id, judgement.cmoc_version, judgement.part, judgement.who, *place)
        self._judgements.pop(key, None)
        self._judgements[key] = judgement

    def _put(self, cmoc: CMOC) -> None:
        self._versions[cmoc.id] = (*self._versions.get(cmoc.id, ()), cmoc)

    def _amend(self, id: str, *, status: CmocStatus | None = None, theory: str | None = None) -> None:
        *earlier, last = self._versions[id]
        changed = replace(
            last, status=last.status if status is None else status, theory=last.theory if theory is None else theory
        )
        self._versions[id] = (*earlier, changed)

    def _close(self, id: str, status: CmocStatus, lineage: str, reason: str) -> None:
        *earlier, last = self._versions[id]
        kept = (*last.lineage, lineage) if lineage else last.lineage
        self._versions[id] = (*earlier, replace(last, status=status, lineage=kept))
        self._closed_for[id] = reason

    def state(self) -> ReviewState:
        current = {id: versions[-1].version for id, versions in self._versions.items()}
        return ReviewState(
            answers=self._answers,
            versions=self._versions,
            drafted_as=self._drafted_as,
            judgements=tuple(
                replace(j, stale=current.get(j.cmoc_id, j.cmoc_version) != j.cmoc_version)
                for j in self._judgements.values()
            ),
            theories=self._theories,
            notes=tuple(self._notes),
            pushes=tuple(self._pushes),
            ai_events=self._ai_events,
            ai_outcomes=tuple(self._ai_outcomes),
            conversations=self._conversations,
            retired_for=self._closed_for,
        )
