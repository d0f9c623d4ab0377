"""
What a review decides, one event at a time.

An event is a fact that was true when it was written and stays so: later events change what the review holds, never the
record. One decision is one event, so a crash never leaves half of a merge. Who and when stand on the `Entry`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assistant.model import CMOC, Answer, Judgement, Provenance

Purpose = Literal["answer", "candidates", "findings", "rewriting", "check"]
Rating = Literal["high", "moderate", "low", "unclear"]


@dataclass(frozen=True, slots=True)
class AnswerKept:
    id: str  # A1, A2, …
    answer: Answer


@dataclass(frozen=True, slots=True)
class AnswerWithdrawn:
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CmocAdded:
    """A candidate or an accepted configuration enters the ledger; its id is never given to another."""

    cmoc: CMOC
    drafted_as: str = ""  # the id it had as a machine's candidate; "" where a person wrote it


@dataclass(frozen=True, slots=True)
class CmocAccepted:
    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CmocChanged:
    """A new version: other words or elements. Judgements of earlier versions become stale."""

    cmoc: CMOC
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CmocMerged:
    """`result` is a new version of one of them; the others are closed."""

    result: CMOC
    merged: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CmocSplit:
    """The original is closed; its parts are new configurations."""

    id: str
    parts: tuple[CMOC, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CmocRetired:
    """Deleting is retiring: the configuration stays, with the reason."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CmocAssigned:
    """Which programme theory it belongs to; "" takes it out. Its words, and so its version, stay."""

    id: str
    theory: str


@dataclass(frozen=True, slots=True)
class Judged:
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Silence:
    """A document was read for a configuration and says nothing about it. Silent is a result; unread is not silent."""

    cmoc_id: str
    cmoc_version: int
    item_key: str
    query: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProgrammeTheory:
    """One version of a programme theory."""

    id: str  # T1, T2, …
    version: int
    title: str
    narrative: str = ""
    substantive: tuple[str, ...] = ()  # formal theories it borrows from
    retired: bool = False


@dataclass(frozen=True, slots=True)
class TheoryWritten:
    theory: ProgrammeTheory
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Appraisal:
    """Three separate ratings with their reason. Never summed, never a ground for exclusion by itself."""

    item_key: str
    reason: str
    relevance: Rating = "unclear"
    richness: Rating = "unclear"
    rigour: Rating = "unclear"
    cmoc_id: str = ""  # rigour is judged for an inference; "" where the rating is of the document


@dataclass(frozen=True, slots=True)
class Memo:
    """Thinking worth keeping: a hunch, a rival explanation, a gap, a retroductive step."""

    text: str
    kind: Literal["hunch", "rival", "gap", "retroduction", "move", "stakeholder", "note"] = "note"
    about: tuple[str, ...] = ()  # ids: CMOCs, theories, answers, items


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the review: a deviation from the protocol, a screening choice, a change of scope."""

    text: str
    reason: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pushed:
    """Something was written to the library at the reviewer's request: enough to find it and to undo it."""

    library: str
    what: str
    object_keys: tuple[str, ...]
    about: str = ""  # id of what was pushed
    undo: str = ""  # JSON, opaque to everyone but the writer


@dataclass(frozen=True, slots=True)
class AiEvent:
    """A machine proposed something. Rule-based engines are counted too, as the disclosure guidance asks."""

    id: str  # E1, E2, …
    purpose: Purpose
    provenance: Provenance
    proposed: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class AiOutcome:
    """What the reviewer did with a proposal."""

    event_id: str
    action: Literal["accepted", "edited", "rejected"]
    object_id: str = ""  # what became of it: A1, C3; "" where nothing did


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation."""

    conversation: str
    question: str
    query: str = ""  # the question rewritten to stand alone; "" where it was not
    answer: Answer | None = None  # None: it was stopped or cut off
    said: str = ""  # what had arrived when it was cut off


@dataclass(frozen=True, slots=True)
class TurnUndone:
    conversation: str


Event = (
    AnswerKept
    | AnswerWithdrawn
    | CmocAdded
    | CmocAccepted
    | CmocChanged
    | CmocMerged
    | CmocSplit
    | CmocRetired
    | CmocAssigned
    | Judged
    | Silence
    | TheoryWritten
    | Appraisal
    | Memo
    | Decision
    | Pushed
    | AiEvent
    | AiOutcome
    | Turn
    | TurnUndone
)

KINDS: dict[str, type[Event]] = {
    "answer_kept": AnswerKept,
    "answer_withdrawn": AnswerWithdrawn,
    "cmoc_added": CmocAdded,
    "cmoc_accepted": CmocAccepted,
    "cmoc_changed": CmocChanged,
    "cmoc_merged": CmocMerged,
    "cmoc_split": CmocSplit,
    "cmoc_retired": CmocRetired,
    "cmoc_assigned": CmocAssigned,
    "judgement": Judged,
    "silence": Silence,
    "theory": TheoryWritten,
    "appraisal": Appraisal,
    "memo": Memo,
    "decision": Decision,
    "push": Pushed,
    "ai_event": AiEvent,
    "ai_outcome": AiOutcome,
    "turn": Turn,
    "turn_undone": TurnUndone,
}
NAMES: dict[type[Event], str] = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with who recorded it and when (ISO 8601, UTC), as it stands on one line of the ledger."""

    event: Event
    who: str
    time: str
    line: int = field(default=0, compare=False)  # 1-based
    hash: str = field(default="", compare=False)
