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
from assistant.export.pandoc import BIBLIOGRAPHY, SUFFIXES, UnknownFormat, format_named
from assistant.export.review_tables import appraisal_table, cmoc_table, evidence_table, ledger_table, matrix_table
from assistant.export.tables import Table, export_table, table_format
from assistant.export.writing import ExportExists, free_path
from assistant.export.written import ExportRecord
from assistant.ledger import Ledger, Log
from assistant.ledger_events import Entry, Turn
from assistant.ledger_find import NoSuchEntry, answer_of
from assistant.ledger_state import Kept, ReviewState, fold_events
from assistant.matrix import read_matrix
from assistant.wiring import open_reading
from zotero_bridge.errors import IndexMissing
from zotero_bridge.model import Item

TABLES = ("cmocs", "evidence", "matrix", "appraisals", "ledger", "ai-statement")


def run_export(
    review: Review, what: str, *, fmt: str | None, output: Path | None, style: str | None, force: bool = False
) -> Path:
    """The file that was written. Without a format it is the one that the name of `output` ends in, else Markdown."""
    log = Ledger(review.ledger_path).read()
    state = fold_events(log.entries)
    items = known_items(review)
    fmt = fmt or _format_of(output)
    wanted_style = style or review.citation_style
    written = ExportRecord(review.index_folder / "exports.json")

    def place(name: str, suffix: str) -> Path:
        if output is None:
            return free_path(review.exports / f"{name}{suffix}")
        if not force:
            _check_left(written, output)
        return output

    make = _tables(review, log, items).get(what.lower())
    if make is not None:
        path = place(what.lower(), _suffix(table_format(fmt)))
        made = export_table(make(state), items, fmt=fmt, path=path, style=wanted_style, force=True)
    elif what.lower() == "conversation":
        name, turns = _conversation(state)
        path = place("conversation", _suffix(format_named(fmt)))
        made = export_conversation(name, turns, items, fmt=fmt, path=path, style=wanted_style, force=True)
    else:
        kept = _kept(state, what)
        path = place(kept.id, _suffix(format_named(fmt)))
        made = export_answer(kept.answer, items, fmt=fmt, path=path, style=wanted_style, with_refused=True, force=True)
    written.remember((made.path, *made.beside))
    return made.path.absolute()


def _format_of(output: Path | None) -> str:
    try:
        return table_format(output.suffix) if output else "md"
    except UnknownFormat:
        return "md"


def _check_left(written: ExportRecord, output: Path) -> None:
    """Raises ExportExists for what this tool has not written, or someone has edited since."""
    for file in (output, output.with_suffix(BIBLIOGRAPHY)):
        if file.is_file() and not written.as_left(file):
            raise ExportExists(f"{file} is there already, and not as an export left it.")


def _kept(state: ReviewState, what: str) -> Kept:
    try:
        return answer_of(state, what)
    except NoSuchEntry as error:
        hint = f"Name an answer (`realist answer list`) or one of: conversation, {', '.join(TABLES)}."
        raise NoSuchEntry(str(error), hint=hint) from error


def _conversation(state: ReviewState) -> tuple[str, tuple[Turn, ...]]:
    """The last conversation that holds an answer."""
    named = [name for name, turns in state.conversations.items() if any(turn.answer for turn in turns)]
    if not named:
        raise NoSuchEntry("There is no conversation yet.", hint="`realist chat` begins one.")
    return named[-1], tuple(state.conversations[named[-1]])


def known_items(review: Review) -> Mapping[str, Item]:
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


def _suffix(fmt: str) -> str:
    return SUFFIXES.get(fmt, f".{fmt}")


def _people(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.who for entry in entries))
