"""
The export command's work: which thing, in which format, to which file.

Without a file name it goes to the review's `exports/`, under a name that says what it is; a manuscript someone may have
edited is never written over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assistant.config import Review
from assistant.export.answer import export_answer
from assistant.export.conversation import export_conversation
from assistant.export.disclosure import ai_statement
from assistant.export.pandoc import SUFFIXES, format_named
from assistant.export.review_tables import appraisal_table, cmoc_table, evidence_table, ledger_table, matrix_table
from assistant.export.tables import Table, export_table, table_format
from assistant.export.writing import free_path
from assistant.ledger import Ledger, Log
from assistant.ledger_events import Entry
from assistant.ledger_moves import NoSuchEntry, answer_of
from assistant.ledger_state import ReviewState, fold_events
from assistant.matrix import read_matrix
from assistant.wiring import open_reading
from zotero_bridge.errors import IndexMissing
from zotero_bridge.model import Item


def run_export(review: Review, what: str, *, fmt: str, output: Path | None, style: str | None) -> Path:
    """The file that was written."""
    log = Ledger(review.ledger_path).read()
    state = fold_events(log.entries)
    items = _items(review)
    wanted_style = style or review.citation_style
    make = _tables(review, log, items).get(what.lower())
    if make is not None:
        path = output or free_path(review.exports / f"{what.lower()}{_suffix(table_format(fmt))}")
        path.parent.mkdir(parents=True, exist_ok=True)
        return export_table(make(state), items, fmt=fmt, path=path, style=wanted_style, force=output is not None).path
    if what.lower() == "conversation":
        return _conversation(review, state, items, fmt=fmt, output=output, style=wanted_style)
    kept = answer_of(state, what)
    path = output or free_path(review.exports / f"{kept.id}{_suffix(format_named(fmt))}")
    path.parent.mkdir(parents=True, exist_ok=True)
    return export_answer(kept.answer, items, fmt=fmt, path=path, style=wanted_style, force=output is not None).path


def _conversation(
    review: Review, state: ReviewState, items: Mapping[str, Item], *, fmt: str, output: Path | None, style: str
) -> Path:
    """The last conversation that holds an answer."""
    named = [name for name, turns in state.conversations.items() if any(turn.answer for turn in turns)]
    if not named:
        raise NoSuchEntry("There is no conversation yet.", hint="`realist chat` begins one.")
    path = output or free_path(review.exports / f"conversation{_suffix(format_named(fmt))}")
    path.parent.mkdir(parents=True, exist_ok=True)
    turns = state.conversations[named[-1]]
    forced = output is not None
    return export_conversation(named[-1], turns, items, fmt=fmt, path=path, style=style, force=forced).path


def _items(review: Review) -> Mapping[str, Item]:
    """The library's items; none where the index is gone, for the ledger has its own words."""
    try:
        with open_reading(review) as reading:
            return {item.key: item for item in reading.index.items()}
    except IndexMissing:
        return {}


def _tables(review: Review, log: Log, items: Mapping[str, Item]) -> dict[str, Callable[[ReviewState], Table]]:
    return {
        "cmocs": cmoc_table,
        "evidence": evidence_table,
        "matrix": lambda _: matrix_table(read_matrix(review)),
        "appraisals": lambda state: appraisal_table(state, items),
        "ledger": lambda _: ledger_table(log.entries),
        "ai-statement": lambda state: ai_statement(state, who=_people(log.entries)),
    }


def _people(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.who for entry in entries))


def _suffix(fmt: str) -> str:
    return SUFFIXES.get(fmt, f".{fmt}")
