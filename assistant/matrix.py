"""
CMOC × document: what the reviewer holds each document to say about each configuration.

Unread and silent are kept apart: only a recorded silence is silent, and whatever nobody has judged is unread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.config import Review
from assistant.ledger_state import ReviewState
from assistant.model import CMOC, Citation
from zotero_bridge.model import Item

UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one document says about one CMOC, as far as the reviewer has recorded it."""

    cmoc: CMOC
    item: Item
    stance: str  # supports, refines, extends, refutes, mixed, silent, unread
    quotes: tuple[Citation, ...] = ()
    stale: bool = False
    reason: str = ""  # why it is unread, where a file could not be read


def matrix(state: ReviewState, items: Iterable[Item], unreadable: Mapping[str, str]) -> list[Cell]:
    """
    Every open CMOC against every document. What nobody has judged is unread; only a recorded silence is silent.

    `unreadable` names items without any readable source, with the reason.
    """
    documents = sorted(items, key=lambda i: (i.creators_display, i.year or 0, i.key))
    return [_cell(state, cmoc, item, unreadable.get(item.key, "")) for cmoc in state.open_cmocs for item in documents]


def _cell(state: ReviewState, cmoc: CMOC, item: Item, trouble: str) -> Cell:
    judgements = [j for j in state.judgements_of(cmoc.id) if j.citation.item_key == item.key]
    if judgements:
        stances = {j.stance.value for j in judgements}
        return Cell(
            cmoc=cmoc,
            item=item,
            stance=stances.pop() if len(stances) == 1 else "mixed",
            quotes=tuple(j.citation for j in judgements),
            stale=any(j.stale for j in judgements),
        )
    silent = [s for s in state.silences if s.cmoc_id == cmoc.id and s.item_key == item.key]
    if silent:
        stale = all(s.cmoc_version != cmoc.version for s in silent)
        return Cell(cmoc, item, "silent", stale=stale, reason=silent[-1].reason)
    return Cell(cmoc, item, UNREAD, reason=trouble)


def read_matrix(review: Review) -> list[Cell]:
    """The matrix of a review as its ledger and its index stand."""
    from assistant.records import state_of
    from assistant.wiring import open_reading

    state = state_of(review)
    with open_reading(review) as reading:
        failures = reading.index.coverage().failures
        read = {s.item_key for s in reading.index.sources()}
        unreadable = {f.item_key: f.reason for f in failures if f.item_key not in read}
        return matrix(state, reading.index.items(), unreadable)


_MARKS = {"supports": "+", "refines": "~", "extends": "*", "refutes": "-", "mixed": "±", "silent": "0", UNREAD: "?"}


def table(cells: Sequence[Cell]) -> str:
    """One line a document, one column a CMOC, and a legend; 80 columns hold eight CMOCs."""
    cmocs = list({c.cmoc.id: c.cmoc for c in cells}.values())
    rows: dict[str, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.item.key, []).append(cell)
    lines = [f"{'':<40}" + "".join(f"{c.id:>5}" for c in cmocs)]
    for row in rows.values():
        item = row[0].item
        name = f"{item.creators_display or item.title} ({item.year or 'n.d.'})"
        marks = "".join(f"{_MARKS[c.stance] + ('!' if c.stale else ''):>5}" for c in row)
        lines.append(f"{name[:38]:<40}{marks}")
    legend = ", ".join(f"{mark} {name}" for name, mark in _MARKS.items())
    return "\n".join([*lines, "", legend, "! judged for an earlier version: read again"])
