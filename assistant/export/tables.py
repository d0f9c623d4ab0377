"""
A table of a review, and the formats it can take: a manuscript's (Word, Markdown, …), a spreadsheet's (xlsx, csv), json.

A cell is a few short statements; a quotation stays verbatim and keeps its citation. In a manuscript citations are set
in the chosen style; in a spreadsheet they are written out. No cell of a spreadsheet is ever a formula.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.export.answer import Exported
from assistant.export.bibliography import Bibliography, bibliography
from assistant.export.pandoc import SUFFIXES, UnknownFormat, format_named, write_manuscript
from assistant.export.styles import find_style, zotero_styles
from assistant.export.tree import (
    SPACE,
    Manuscript,
    Node,
    bibliography_here,
    cited,
    clean,
    emphasised,
    heading,
    paragraph,
    table,
    text,
)
from assistant.export.writing import check_free, placed, write_text
from assistant.model import Citation
from assistant.show import reference
from zotero_bridge.errors import MissingPart
from zotero_bridge.model import Item

_SHEETS = ("csv", "xlsx", "json")
_CELL_LIMIT = 32767  # characters, Excel's
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet may run what begins so


@dataclass(frozen=True, slots=True)
class Said:
    """One statement in a cell. `note` is said after it, in other type: a memo, a mark."""

    words: str
    citation: Citation | None = None
    note: str = ""


Cell = tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    value: Any  # the same as plain JSON, with everything the cells leave out
    note: str = ""  # said above it; an empty line parts paragraphs


def said(words: str, *, note: str = "") -> Cell:
    return (Said(words, note=note),) if words or note else ()


def export_table(
    made: Table,
    items: Mapping[str, Item],
    *,
    fmt: str,
    path: Path,
    style: str = "",
    styles_folders: Sequence[Path] | None = None,
    force: bool = False,
) -> Exported:
    """Writes the table as md, docx, odt, html, latex, pdf, csv, xlsx or json. Raises as `export_answer` does."""
    named = table_format(fmt)
    check_free(path, force=force)
    if named == "json":
        write_text(path, json.dumps(made.value, ensure_ascii=False, indent=2) + "\n")
        return Exported(path)
    if named == "csv":
        write_text(path, _as_csv(made, items), bom=True)
        return Exported(path)
    if named == "xlsx":
        _write_xlsx(made, items, path)
        return Exported(path)
    style_file = find_style(style, zotero_styles() if styles_folders is None else styles_folders)
    entries = bibliography((s.citation for row in made.rows for cell in row for s in cell if s.citation), items)
    beside = write_manuscript(_manuscript(made, entries), entries, fmt=named, path=path, style=style_file)
    return Exported(path, beside)


def table_format(name: str) -> str:
    wanted = name.strip().lstrip(".").lower()
    if wanted in _SHEETS:
        return wanted
    try:
        return format_named(wanted)
    except UnknownFormat as error:
        formats = ", ".join(["md", *sorted(SUFFIXES), *_SHEETS])
        raise UnknownFormat(str(error), hint=f"Use one of: {formats}.") from error


def _manuscript(made: Table, entries: Bibliography) -> Manuscript:
    rows = [[[_paragraph(one, entries) for one in cell] for cell in row] for row in made.rows]
    blocks: list[Node] = [table(made.header, rows, widths=made.widths)]
    if not made.rows:
        blocks = [paragraph(*text("Nothing is recorded yet."))]
    if made.note:
        blocks = [*(paragraph(*text(one)) for one in made.note.split("\n\n")), *blocks]
    if entries.entries:
        blocks += [heading(1, "References", numbered=False), bibliography_here()]
    return Manuscript(title=made.title, blocks=tuple(blocks), landscape=len(made.header) > 4)


def _paragraph(one: Said, entries: Bibliography) -> Node:
    nodes = text(f"“{one.words}”" if one.citation else one.words)
    if one.citation:
        nodes += [SPACE, cited([entries.reference(one.citation)])]
    if one.note:
        nodes += [SPACE, emphasised(f"({one.note})")]
    return paragraph(*nodes)


def in_words(one: Said, items: Mapping[str, Item]) -> str:
    """The statement as a spreadsheet shows it."""
    words = clean(f"“{one.words}”" if one.citation else one.words)
    if one.citation:
        words += f" [{clean(reference(one.citation, items.get(one.citation.item_key)))}]"
    return f"{words} ({clean(one.note)})" if one.note else words


def _cell_text(cell: Cell, items: Mapping[str, Item]) -> str:
    return "\n".join(in_words(one, items) for one in cell)


def _as_csv(made: Table, items: Mapping[str, Item]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(made.header)
    for row in made.rows:
        writer.writerow([_harmless(_cell_text(cell, items)) for cell in row])
    return out.getvalue()


def _harmless(words: str) -> str:
    """An apostrophe before what a spreadsheet would run; quotations begin with a quotation mark and need none."""
    return f"'{words}" if words.startswith(_FORMULA_STARTS) else words


def _write_xlsx(made: Table, items: Mapping[str, Item], path: Path) -> None:
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingPart("Spreadsheets need XlsxWriter.", hint="pip install XlsxWriter, or export to csv.") from error
    with placed(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet("Table")
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        for column, (words, width) in enumerate(zip(made.header, made.widths, strict=True)):
            sheet.set_column(column, column, max(6, round(width * 160)))
            sheet.write_string(0, column, words, bold)
        for line, row in enumerate(made.rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, _cell_text(cell, items)[:_CELL_LIMIT], wrapped)
        sheet.freeze_panes(1, 1)
        if made.rows:
            sheet.autofilter(0, 0, len(made.rows), len(made.header) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        book.close()
