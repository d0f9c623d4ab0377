"""
Finishes a Word file that pandoc made: tables with lines, landscape where columns are many.

Changes no words.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table


def finish(path: Path, *, landscape: bool) -> None:
    """Rewrites the file in place."""
    from docx import Document
    from docx.shared import Pt

    document = Document(str(path))
    document.styles["Title"].font.size = Pt(18)  # questions are long titles
    if landscape:
        _turn(document)
    for table in document.tables:
        _rule(table)
    document.save(str(path))


def _turn(document: WordDocument) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    for section in document.sections:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(15)
        section.top_margin = section.bottom_margin = Mm(18)


def _rule(table: Table) -> None:
    """Thin lines around and between the cells, and small type: these tables hold whole sentences."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt
    from docx.text.run import Run

    properties = table._tbl.tblPr
    for old in properties.findall(qn("w:tblBorders")):
        properties.remove(old)
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "999999")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    after = [properties.find(qn(f"w:{name}")) for name in ("shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption")]
    following = next((one for one in after if one is not None), None)
    if following is None:
        properties.append(borders)
    else:
        following.addprevious(borders)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(3)
                for run in paragraph._p.iter(qn("w:r")):
                    Run(run, paragraph).font.size = Pt(9)
