"""
The tables of a review: configurations, evidence, CMOC × document, appraisals, the ledger itself.

Pure. What is empty in the review is empty in the table; closed configurations stand in the ledger's table alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from assistant.export.tables import Cell, Said, Table, said
from assistant.ledger_codec import encode
from assistant.ledger_events import NAMES, Entry
from assistant.ledger_state import ReviewState
from assistant.model import CMOC, Citation, Element, Role, Stance
from zotero_bridge.fold import readable
from zotero_bridge.model import Item

_STANCES = (Stance.SUPPORTS, Stance.REFINES, Stance.EXTENDS, Stance.REFUTES)


def cmoc_table(state: ReviewState) -> Table:
    """One row a configuration, one column a part; every quoted element with its citation."""
    roles = (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME)
    rows = [
        (
            said(cmoc.id, note="" if cmoc.version == 1 else f"version {cmoc.version}"),
            (*said(_theory(state, cmoc)), *said(cmoc.title, note=cmoc.status.value)),
            *(_elements(cmoc.part(role)) for role in roles),
        )
        for cmoc in _by_theory(state)
    ]
    return Table(
        title="Context–mechanism–outcome configurations",
        header=("CMOC", "Title", "Context", "Mechanism: resource", "Mechanism: reasoning", "Outcome"),
        rows=tuple(rows),
        widths=(0.07, 0.13, 0.2, 0.2, 0.2, 0.2),
        value={"cmocs": [encode(c) for c in _by_theory(state)]},
        note="“…” are the sources’ own words. An element marked inferred is the reviewer’s, with the reason. "
        "An empty cell: no source cited here states that part."
        if rows
        else "",
    )


def _elements(elements: Iterable[Element]) -> Cell:
    return tuple(
        Said(e.citation.quote, e.citation) if e.citation else Said(e.text, note=f"inferred: {e.memo or 'no memo'}")
        for e in elements
    )


def _by_theory(state: ReviewState) -> list[CMOC]:
    order = {id: n for n, id in enumerate(state.theories)}
    return sorted(state.open_cmocs, key=lambda c: order.get(c.theory, len(order)))


def _theory(state: ReviewState, cmoc: CMOC) -> str:
    versions = state.theories.get(cmoc.theory)
    return f"{cmoc.theory}: {versions[-1].title}" if versions else cmoc.theory


def evidence_table(state: ReviewState) -> Table:
    """One row a configuration, what supports it beside what refines, extends and refutes it, and who read it silent."""
    rows = []
    for cmoc in _by_theory(state):
        judged = state.judgements_of(cmoc.id)
        by_stance = [
            tuple(
                Said(
                    j.citation.quote,
                    j.citation,
                    note="; ".join(
                        filter(None, (j.part, j.reason, "judged for an earlier version" if j.stale else ""))
                    ),
                )
                for j in judged
                if j.stance is stance
            )
            for stance in _STANCES
        ]
        rows.append((said(cmoc.id), said(cmoc.title, note=cmoc.statement), *by_stance))
    return Table(
        title="Evidence for and against each configuration",
        header=("CMOC", "Configuration", *(_STANCE_NAMES[s] for s in _STANCES)),
        rows=tuple(rows),
        widths=(0.06, 0.16, 0.195, 0.195, 0.195, 0.195),
        value={"judgements": [encode(j) for j in state.judgements], "silences": [encode(s) for s in state.silences]},
        note="An empty cell means that nothing was recorded, not that nothing exists." if rows else "",
    )


_STANCE_NAMES = {
    Stance.SUPPORTS: "Supports",
    Stance.REFINES: "Refines",
    Stance.EXTENDS: "Extends",
    Stance.REFUTES: "Refutes",
}


class MatrixCell(Protocol):
    """What one document says about one configuration (see `assistant.matrix`)."""

    @property
    def cmoc(self) -> CMOC: ...
    @property
    def item(self) -> Item: ...
    @property
    def stance(self) -> str: ...
    @property
    def quotes(self) -> tuple[Citation, ...]: ...
    @property
    def stale(self) -> bool: ...
    @property
    def reason(self) -> str: ...


def matrix_table(cells: Sequence[MatrixCell]) -> Table:
    """One row a document, one column a configuration. Unread is written as unread."""
    cmocs = list({c.cmoc.id: c.cmoc for c in cells}.values())
    by_item: dict[str, dict[str, MatrixCell]] = {}
    names: dict[str, str] = {}
    for cell in cells:
        by_item.setdefault(cell.item.key, {})[cell.cmoc.id] = cell
        names[cell.item.key] = f"{cell.item.creators_display or cell.item.title} ({cell.item.year or 'n.d.'})"
    rows = tuple(
        (said(names[key]), *(_stance(row[c.id]) if c.id in row else () for c in cmocs)) for key, row in by_item.items()
    )
    width = 0.7 / max(1, len(cmocs))
    return Table(
        title="Configurations and documents",
        header=("Document", *(c.id for c in cmocs)),
        rows=rows,
        widths=(0.3, *(width for _ in cmocs)),
        value={
            "rows": [
                {
                    "cmoc": c.cmoc.id,
                    "version": c.cmoc.version,
                    "item_key": c.item.key,
                    "stance": c.stance,
                    "stale": c.stale,
                    "reason": c.reason,
                    "quotes": [encode(q) for q in c.quotes],
                }
                for c in cells
            ]
        },
        note="; ".join(f"{c.id}: {c.title}" for c in cmocs) + ". Unread means not judged yet; silent means read, and "
        "nothing said."
        if rows
        else "",
    )


def _stance(cell: MatrixCell) -> Cell:
    pages = ", ".join(f"p. {q.page_label}" for q in cell.quotes if q.page_label)
    note = "; ".join(filter(None, (pages, "judged for an earlier version" if cell.stale else "", cell.reason)))
    return said(cell.stance, note=note)


def appraisal_table(state: ReviewState, items: Mapping[str, Item]) -> Table:
    """Relevance, richness and rigour, side by side and never summed."""
    rows = []
    for one in state.appraisals:
        item = items.get(one.item_key)
        name = f"{item.creators_display or item.title} ({item.year or 'n.d.'})" if item else one.item_key
        rows.append(
            (
                said(name, note=one.cmoc_id),
                said(one.relevance),
                said(one.richness),
                said(one.rigour),
                said(one.reason),
            )
        )
    return Table(
        title="Appraisal",
        header=("Document", "Relevance", "Richness", "Rigour", "Reason"),
        rows=tuple(rows),
        widths=(0.25, 0.12, 0.12, 0.12, 0.39),
        value={"appraisals": [encode(a) for a in state.appraisals]},
    )


def ledger_table(entries: Sequence[Entry]) -> Table:
    """Every event in its order: the audit trail."""
    rows = tuple(
        (
            said(str(entry.line)),
            said(entry.time),
            said(entry.who),
            said(NAMES[type(entry.event)].replace("_", " ")),
            said(summary(entry)),
        )
        for entry in entries
    )
    return Table(
        title="The review’s record",
        header=("Line", "Time", "Who", "What", "Of what"),
        rows=rows,
        widths=(0.07, 0.2, 0.13, 0.15, 0.45),
        value={
            "entries": [
                {
                    "line": e.line,
                    "time": e.time,
                    "who": e.who,
                    "event": NAMES[type(e.event)],
                    "hash": e.hash,
                    "data": encode(e.event),
                }
                for e in entries
            ]
        },
        note=f"The hash of the last line is {entries[-1].hash}." if entries else "",
    )


def summary(entry: Entry) -> str:
    """An event in one line: its ids first, then its words."""
    raw = encode(entry.event)
    for name in ("cmoc", "theory", "judgement", "result"):
        if isinstance(raw.get(name), dict):
            raw = {**{k: v for k, v in raw.items() if k != name}, **raw[name]}
    named = [str(raw[key]) for key in ("id", "cmoc_id", "item_key", "event_id", "conversation") if raw.get(key)]
    lists = [", ".join(_id(one) for one in raw[key]) for key in ("merged", "parts", "object_keys") if raw.get(key)]
    answer = raw.get("answer") or {}
    told = [raw.get(key) for key in ("title", "question", "stance", "action", "purpose", "text", "what", "reason")]
    words = [str(one) for one in (*told, answer.get("question") if not raw.get("question") else "") if one]
    return readable(" · ".join([" ".join(named), *lists, *words]).strip(" ·"))


def _id(one: object) -> str:
    return str(one["id"]) if isinstance(one, dict) else str(one)


def only_theory(state: ReviewState, theory: str) -> ReviewState:
    """The state with the configurations of one programme theory alone, for a table of each."""
    kept = {id: v for id, v in state.versions.items() if v[-1].theory == theory.strip().upper()}
    return replace(state, versions=kept)
