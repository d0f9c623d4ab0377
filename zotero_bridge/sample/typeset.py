"""
Set a sample text as a PDF: columns, running heads and feet, footnotes, tables, figures, printed page labels.

The look comes from the text's head: `look` (journal, article, report, transcript), `columns`, `first_page` (the printed
number of the first page), `running` and `journal`. The same text always gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zotero_bridge.sample import FICTIONAL
from zotero_bridge.sample.lines import Line, kept, set_lines
from zotero_bridge.sample.markup import Block, Text
from zotero_bridge.sample.setting import Setting, load_faces, measure

A4 = (595.28, 841.89)
PAGES = {"journal": (496.0, 708.0), "article": (442.0, 663.0)}  # other looks are set on A4
SIDES = {"journal": 44.0, "article": 54.0}
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")


@dataclass(slots=True)
class _Column:
    left: float
    width: float
    top: float
    bottom: float
    y: float = 0.0
    notes: list[Line] = field(default_factory=list)

    @property
    def floor(self) -> float:
        return self.bottom + (sum(line.height for line in self.notes) + 6 if self.notes else 0)


def set_pdf(text: Text, path: Path) -> None:
    """Writes the PDF. Needs reportlab."""
    press = _Press(text, path)
    press.run()
    press.canvas.save()


class _Press:
    """One PDF in the making. The page under hand is `columns[at]`."""

    def __init__(self, text: Text, path: Path) -> None:
        from reportlab.pdfgen.canvas import Canvas

        load_faces()
        self.text = text
        self.look = text.head.get("look", "article")
        self.width, self.height = PAGES.get(self.look, A4)
        self.sides = SIDES.get(self.look, 72.0)
        self.canvas: Any = Canvas(str(path), pagesize=(self.width, self.height), invariant=1, pageCompression=1)
        self.canvas.setTitle(text.head["title"])
        self.canvas.setAuthor(text.head.get("pdf_author", ""))
        self.page = -1
        self.roman = 0  # physical pages of front matter
        self.in_front = self.look == "report"
        self.columns: list[_Column] = []
        self.at = 0
        self.setting = Setting(text.head, self.look)
        self.body = self.setting.body

    def run(self) -> None:
        self._begin_page(first=True)
        blocks = list(self.text.blocks)
        for position, block in enumerate(blocks):
            following = blocks[position + 1].kind if position + 1 < len(blocks) else ""
            self._put(block, following)
        self._end_page()

    # what stands on a page

    @property
    def label(self) -> str:
        if self.look == "report":
            return ROMAN[self.page] if self.in_front else str(self.page - self.roman + 1)
        prefix = self.text.head.get("label_prefix", "")
        return prefix + str(int(self.text.head.get("first_page", "1")) + self.page)

    def _begin_page(self, *, first: bool = False) -> None:
        self.page += 1
        top = self.height - 72
        if first:
            top = self._first_page_notice()
        count = int(self.text.head.get("columns", "1")) if not first or self.look != "journal" else 1
        self._open_columns(count, self.sides, top)
        if self.look != "journal" or self.page % 2 == 0:
            self._furniture()

    def _open_columns(self, count: int, sides: float, top: float) -> None:
        gutter = 18.0
        width = (self.width - 2 * sides - gutter * (count - 1)) / count
        self.columns = [_Column(sides + n * (width + gutter), width, top, 66.0, top) for n in range(count)]
        self.at = 0

    def _end_page(self) -> None:
        if self.look == "journal" and self.page % 2 == 1:
            self._furniture()  # some producers write running heads last, some first
        for column in self.columns:
            self._draw_notes(column)
        self._label_page()
        self.canvas.showPage()

    def _label_page(self) -> None:
        number = int("".join(c for c in self.label if c.isdigit()) or 0)
        if self.look == "report":
            if self.page == 0:
                self.canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
            elif self.page == self.roman and not self.in_front:
                self.canvas.addPageLabel(self.page, style="ARABIC", start=1)
        elif self.page == 0 and self.text.head.get("page_labels", "yes") == "yes":
            prefix = self.text.head.get("label_prefix", "")
            self.canvas.addPageLabel(0, style="ARABIC", start=number, prefix=prefix or None)

    def _first_page_notice(self) -> float:
        """The line that says the document is fictional, on every first page. Returns where the page goes on."""
        y = self.height - 58
        self.canvas.setFont("sans", 7.5)
        self.canvas.drawString(self.sides, y, FICTIONAL)
        if self.look == "journal":
            self.canvas.setFont("serif-italic", 8.5)
            self.canvas.drawString(self.sides, y - 13, self.text.head["journal"])
            y -= 13
        return y - (150 if self.look == "report" else 20)

    def _furniture(self) -> None:
        """Running head and foot. A first page has a foot alone."""
        head, canvas = self.text.head, self.canvas
        even = self.page % 2 == 1
        if self.page > 0 and self.look != "transcript":
            canvas.setFont("serif-italic", 8.5)
            running = head.get("running", head["title"])
            line = head.get("journal", running) if even else running
            if even:
                canvas.drawString(self.sides, self.height - 46, line)
            else:
                canvas.drawRightString(self.width - self.sides, self.height - 46, line)
        if self.look == "transcript":
            canvas.setFont("sans", 7.5)
            canvas.drawRightString(self.width - self.sides, self.height - 40, head["running"])
        if self.look == "report" and self.page == 0:
            return
        canvas.setFont("serif" if self.look != "transcript" else "sans", 8.5)
        if self.look == "transcript":
            canvas.drawCentredString(self.width / 2, 36, f"Page {self.label}")
        elif even:
            canvas.drawString(self.sides, 40, self.label)
        else:
            canvas.drawRightString(self.width - self.sides, 40, self.label)

    # the way of a block

    def _put(self, block: Block, following: str) -> None:
        if block.kind == "main":
            self._end_page()
            self.in_front, self.roman = False, self.page + 1
            self._begin_page()
            return
        if block.kind == "newpage":
            self._end_page()
            self._begin_page()
            return
        starts_columns = self.look == "journal" and self.page == 0 and block.kind == "heading"
        if starts_columns and len(self.columns) == 1 and block.section_kind not in ("abstract", "front_matter"):
            only = self.columns[0]
            self._open_columns(int(self.text.head.get("columns", "1")), only.left, only.y - 8)
        width = self.columns[self.at].width
        lines = self.setting.lines(block, width)
        if block.kind in ("heading", "subheading", "title"):
            lines = kept(lines)
        if block.kind == "paragraph" and following in ("bullet", "quotation") and lines:
            lines[-1] = replace(lines[-1], keep=True)
        self._space(self.setting.gap_before(block))
        for number, line in enumerate(lines):
            self._place(line, lines[number + 1 :])
        self._space(self.setting.gap_after(block))

    def _place(self, line: Line, after: list[Line]) -> None:
        notes = [note for call in line.calls for note in self._note_lines(call)]
        need = line.height + sum(note.height for note in notes) + (6 if notes else 0)
        if line.keep:
            need += 2.2 * self.body.leading + sum(following.height for following in after)
        column = self.columns[self.at]
        if column.y - need < column.floor:
            self._next_column()
            column = self.columns[self.at]
        column.notes.extend(notes)
        column.y -= line.height
        self._draw(line, column.left, column.y + (0 if line.bars else 0.25 * line.height), column.width)

    def _next_column(self) -> None:
        if self.at + 1 < len(self.columns):
            self.at += 1
        else:
            self._end_page()
            self._begin_page()

    def _space(self, points: float) -> None:
        column = self.columns[self.at]
        if column.y < column.top:
            column.y -= points

    def _draw(self, line: Line, left: float, y: float, width: float) -> None:
        if line.bars:
            self._draw_bars(line, left, y, width)
        for piece in line.pieces:
            self.canvas.setFont(piece.font, piece.size)
            self.canvas.drawString(left + piece.x, y + piece.rise, piece.text)
        if line.rule:
            self.canvas.setLineWidth(0.4)
            self.canvas.line(left, y - 0.28 * line.height, left + width, y - 0.28 * line.height)

    def _draw_bars(self, line: Line, left: float, y: float, width: float) -> None:
        highest = max(value for _, value in line.bars)
        step = (width - 20) / len(line.bars)
        for number, (name, value) in enumerate(line.bars):
            height = (line.height - 34) * value / highest
            x = left + 10 + number * step
            self.canvas.setFillGray(0.6)
            self.canvas.rect(x + step * 0.15, y + 14, step * 0.7, height, stroke=0, fill=1)
            self.canvas.setFillGray(0)
            self.canvas.setFont("sans", 6.5 if step > 50 else 5.4)
            self.canvas.drawCentredString(x + step / 2, y + 17 + height, f"{value:g}")
            self.canvas.drawCentredString(x + step / 2, y + 4, name)

    def _draw_notes(self, column: _Column) -> None:
        y = column.bottom + sum(line.height for line in column.notes)
        if column.notes:
            self.canvas.setLineWidth(0.4)
            self.canvas.line(column.left, y + 2, column.left + 70, y + 2)
        for line in column.notes:
            y -= line.height
            self._draw(line, column.left, y + 2, column.width)

    def _note_lines(self, number: int) -> list[Line]:
        block = self.text.footnotes[number]
        numbered = replace(block, text=f"{number} {block.text}", italic=())
        face = replace(self.body, size=7.2, leading=8.8, justify=False, first=0.0)
        return set_lines(numbered, face, self.columns[self.at].width, measure)
