"""
Find an entry of the ledger by its id, or say why it cannot be worked on; and what a new entry is called.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.ledger_state import OPEN, Kept, ReviewState
from assistant.model import CMOC
from zotero_bridge.errors import RealistError


class NoSuchEntry(RealistError):
    hint = "`realist cmoc list`, `realist answer list` and `realist theory list` show what there is."


class EntryClosed(RealistError):
    hint = "Closed entries stay as they are; add a new one, or work on what it went into."


class MoveRefused(RealistError):
    hint = "Nothing was recorded."


def cmoc_of(state: ReviewState, id: str) -> CMOC:
    """The current version, closed or not; `id` in either case. Raises NoSuchEntry."""
    known = state.cmocs.get(id.strip().upper())
    if known is None:
        drafted = state.drafted_as.get(id.strip())
        known = state.cmocs.get(drafted) if drafted else None
    if known is None:
        raise NoSuchEntry(f"There is no CMOC {id} in the ledger.")
    return known


def open_cmoc_of(state: ReviewState, id: str) -> CMOC:
    """Raises NoSuchEntry, or EntryClosed with what became of it."""
    known = cmoc_of(state, id)
    if known.status not in OPEN:
        became = known.lineage[-1] if known.lineage else known.status.value
        raise EntryClosed(f"{known.id} is closed: {became}.")
    return known


def answer_of(state: ReviewState, id: str) -> Kept:
    known = state.answers.get(id.strip().upper())
    if known is None:
        raise NoSuchEntry(f"There is no kept answer {id}.")
    return known


def reason_given(text: str) -> str:
    if not text.strip():
        raise MoveRefused("A reason is needed.", hint="Add --reason “…”; one sentence is enough.")
    return text.strip()


def next_id(letter: str, known: Mapping[str, object]) -> str:
    return f"{letter}{last_number(letter, known) + 1}"


def last_number(letter: str, known: Mapping[str, object]) -> int:
    return max((int(id[len(letter) :]) for id in known if id[len(letter) :].isdigit()), default=0)
