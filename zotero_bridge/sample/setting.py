"""
How each kind of block is set: its face, its lines, the gaps around it. Knows nothing of pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zotero_bridge.sample import FONTS
from zotero_bridge.sample.lines import Face, Line, Piece, kept, set_lines
from zotero_bridge.sample.markup import Block

FACES = ("serif", "serif-italic", "serif-bold", "sans", "sans-bold")


def measure(text: str, font: str, size: float) -> float:
    """Width in points."""
    from reportlab.pdfbase import pdfmetrics

    return float(pdfmetrics.stringWidth(text, font, size))


def load_faces() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for face in FACES:
        if face not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(face, str(FONTS / f"{face}.ttf")))


class Setting:
    """The faces of one look. `body` is the face of plain paragraphs."""

    def __init__(self, head: Mapping[str, str], look: str) -> None:
        self.head = head
        self.look = look
        self.body = self._body_face()

    def lines(self, block: Block, width: float) -> list[Line]:
        if block.kind == "table":
            return self._table(block, width)
        if block.kind == "figure":
            drawn = Line(120.0 if width < 300 else 150.0, bars=block.bars, keep=True)
            return [drawn, Line(6.0, keep=True), *self._caption(block, width)]
        bold = 0
        face = self._face(block)
        if block.kind == "bullet":
            bullet = Piece(face.indent - 9, "\u2022 ", face.font, face.size)
            lines = set_lines(block, face, width, measure)
            return [replace(lines[0], pieces=(bullet, *lines[0].pieces)), *lines[1:]]
        if self.look == "transcript" and ": " in block.text[:70] and block.kind == "paragraph":
            bold = block.text.index(":") + 1
        return set_lines(block, face, width, measure, bold=bold)

    def _caption(self, block: Block, width: float) -> list[Line]:
        face = replace(self.body, size=self.body.size - 1, leading=self.body.leading - 1.5, justify=False, first=0.0)
        start = block.text.find(". ") + 1
        return set_lines(replace(block, italic=()), face, width, measure, bold=start)

    def _table(self, block: Block, width: float) -> list[Line]:
        lines = kept(self._caption(block, width))
        lines[-1] = replace(lines[-1], rule=True)
        face = Face("sans", "sans", 7.2 if width < 300 else 8.4, 9.2 if width < 300 else 10.8, justify=False)
        face = replace(face, hyphenate=False, ligatures=False)
        shares = _shares(block.rows, width, face.size)
        for number, row in enumerate(block.rows):
            bold = 1000 if number == 0 else 0
            cells = [
                set_lines(Block("cell", cell), face, width * share - 6, measure, bold=bold)
                for cell, share in zip(row, shares, strict=True)
            ]
            deep = max(len(cell) for cell in cells)
            for depth in range(deep):
                pieces: list[Piece] = []
                for column, cell in enumerate(cells):
                    x = width * sum(shares[:column])
                    pieces += [replace(p, x=p.x + x) for p in (cell[depth].pieces if depth < len(cell) else ())]
                last = depth == deep - 1
                height = face.leading + (3 if last else 0)
                lines.append(Line(height, tuple(pieces), rule=last and number in (0, len(block.rows) - 1)))
        return lines

    def _body_face(self) -> Face:
        flags = {
            "ligatures": self.head.get("ligatures", "yes") == "yes",
            "hyphenate": self.head.get("hyphenate", "yes") == "yes",
        }
        if self.look == "journal":
            return Face("serif", "serif-italic", 9.8, 12.4, first=11.0, **flags)
        if self.look == "transcript":
            return Face("sans", "sans", 10.5, 16.0, justify=False, hyphenate=False, ligatures=False)
        if self.look == "report":
            return Face("serif", "serif-italic", 11.5, 16.2, justify=self.head.get("justify") == "yes", **flags)
        return Face("serif", "serif-italic", 10.4, 14.2, first=14.0, **flags)

    def _face(self, block: Block) -> Face:
        body = self.body
        plain = replace(body, justify=False, first=0.0, hyphenate=False)
        if block.kind == "title":
            return replace(plain, font="sans-bold", italic="sans-bold", size=17.0, leading=21.0, ligatures=False)
        if block.kind == "heading":
            bold = "serif-bold" if self.look in ("journal", "article") else "sans-bold"
            return replace(plain, font=bold, italic=bold, size=body.size + 2, leading=body.leading + 3)
        if block.kind == "subheading":
            return replace(plain, font="serif-italic", italic="serif-italic", size=body.size + 0.5)
        if block.section_kind == "references" and block.kind == "paragraph":
            return replace(
                body, size=body.size - 1.2, leading=body.leading - 1.6, indent=9.0, first=-9.0, justify=False
            )
        if block.kind == "bullet":
            return replace(body, indent=16.0, first=0.0)
        if block.kind == "quotation":
            return replace(body, size=body.size - 0.5, leading=body.leading - 0.6, indent=14.0, first=0.0)
        if block.section_kind in ("front_matter", "abstract"):
            return replace(body, first=0.0)
        return body

    def gap_before(self, block: Block) -> float:
        return {"heading": 9.0, "subheading": 6.0, "quotation": 4.0, "table": 8.0, "figure": 8.0}.get(block.kind, 0.0)

    def gap_after(self, block: Block) -> float:
        roomy = self.body.first == 0.0 or block.section_kind in ("front_matter", "references")
        after = {"title": 10.0, "heading": 2.0, "quotation": 4.0, "table": 9.0, "figure": 9.0, "bullet": 2.5}
        return after.get(block.kind, 5.5 if roomy else 0.0)


def _shares(rows: tuple[tuple[str, ...], ...], width: float, size: float) -> list[float]:
    """How the width is shared: every column holds its longest word, the rest goes by its longest cell."""
    columns = list(zip(*rows, strict=True))
    least = [max(measure(word, "sans-bold", size) for cell in cells for word in cell.split()) + 8 for cells in columns]
    wish = [max(len(cell) for cell in cells) ** 0.8 for cells in columns]
    spare = max(0.0, width - sum(least))
    wide = [low + spare * want / sum(wish) for low, want in zip(least, wish, strict=True)]
    return [each / sum(wide) for each in wide]
