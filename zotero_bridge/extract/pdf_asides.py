"""
Tell headings, captions, tables and footnotes of a PDF from its prose, by how they are set and what they say. Pure.
"""

from __future__ import annotations

import re

from zotero_bridge.extract.headings import bare_heading, kind_of, numbering_depth
from zotero_bridge.extract.pdf_body import BULLET, FOOTNOTE_MARK, Body, Paragraph
from zotero_bridge.extract.pdf_lines import PageLines
from zotero_bridge.model import SectionKind

_CAPTION = re.compile(
    r"(?:supplementary |appendix |online )?(?:fig(?:ure)?s?\.?|tables?|box|exhibit|chart|panel|scheme|plate)\s*"
    r"(?:[A-Z]?\d{1,3}(?:\.\d{1,2})?[A-Za-z]?|[IVX]{1,5})\s*(?:[.:|–—-]|\s|$)",
    re.IGNORECASE,
)
_TABLE_CAPTION = re.compile(r"(?:supplementary |appendix |online )?tables?\b", re.IGNORECASE)
_CAPTION_PROSE = re.compile(
    r"\S+\s*\S+\s+"
    r"(?:shows?|presents?|summari[sz]es?|lists?|gives?|illustrates?|provides?|outlines?|describes?|sets? out|"
    r"and|"
    r"below|above|details?|"
    r"depicts?|displays?|contains?|reports?|indicates?|demonstrates?|\()\b"
)
_IMPRINT = re.compile(
    r"correspond(?:ing|ence)|e-?mail|@|doi\.org|\bdoi:|©|"
    r"\(c\) 20|copyright|received|accepted|creative commons|open access|issn",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"[\d\s.,%()±<>=*|/–−-]*[\d%]|[●○■□▲△▼◆◇•·∙×+\s\d.,–−-]+")
_FORMULA = re.compile("[=≤≥∈∑∫√∏∂∇]")
_LETTER = re.compile(r"[^\W\d_]")


def classified(found: list[Paragraph], body: Body, page: PageLines) -> list[Paragraph]:
    """The paragraphs of a strip with their kinds and levels; the rows of a table become one."""
    for paragraph in found:
        _classify(paragraph, body)
    _mark_footnotes(found, body, page)
    return _tables(found, body)


def _classify(paragraph: Paragraph, body: Body) -> None:
    text = paragraph.text
    if (_NO_WORDS.fullmatch(text) and not paragraph.opens_strip) or (
        len(paragraph.lines) > 2 and _rows(paragraph) > 0.7 and not BULLET.match(text)
    ):
        paragraph.kind = SectionKind.TABLE
    elif _CAPTION.match(text) and not _CAPTION_PROSE.match(text) and len(text) < 600:
        paragraph.kind = SectionKind.CAPTION
    else:
        paragraph.level = heading_level(paragraph, body)


def heading_level(paragraph: Paragraph, body: Body) -> int:
    """1 for the largest headings, deeper ones higher; 0 for what is no heading."""
    text = paragraph.text
    if len(text) > 180 or len(paragraph.lines) > 4:
        return 0
    if paragraph.lines[-1].hyphen and len(paragraph.lines) == 1:
        return 0
    if paragraph.lines[0].cells > 1 and not kind_of(text):  # the head of a table
        return 0
    if text[0] in "“\"‘'•" or BULLET.match(text) or (len(text) > 90 and text[-1] in ".?!”"):
        return 0
    letters = len(_LETTER.findall(text))
    if letters < 3:
        return 0
    larger = paragraph.size > body.size * 1.1
    heavier = paragraph.bold and not body.bold
    told = kind_of(text)
    if not larger and text[-1] in ".,;" and not (told and len(text) < 40):
        return 0
    if (text[0].islower() or _FORMULA.search(text)) and not told:
        return 0
    if larger:
        rank = sum(s > paragraph.size * 1.04 for s in body.sizes[:6])
        return min(5, 1 + rank)
    if paragraph.size < body.size * 0.85 and not told:
        return 0
    if heavier and text[-1] != ":":
        return (3 if _centred(paragraph) else 4) if numbering_depth(text) < 2 else 3 + numbering_depth(text)
    if heavier and told:
        return 4
    if _alone(paragraph) and told and len(bare_heading(text)) < 70:
        return 4
    if (
        _alone(paragraph)
        and 4 < len(text) < 90
        and sum(c.isupper() for c in text) > 0.8 * letters
        and not BULLET.match(text)
    ):
        return 4
    if (
        _alone(paragraph)
        and paragraph.lines[0].italic
        and not body.italic
        and len(text) < 80
        and text[-1] not in ".:?!"
    ):
        return 5
    if _alone(paragraph) and numbering_depth(text) and text.split(" ", 1)[1][:1].isupper() and len(text) < 90:
        return 4 if text[-1] not in ".,;:" and (numbering_depth(text) > 1 or _centred(paragraph)) else 0
    return 0


def _centred(paragraph: Paragraph) -> bool:
    """Set in the middle of the column, as the higher of two kinds of headings in one size are."""
    width = paragraph.right - paragraph.left
    lefts = [line.x0 - paragraph.left for line in paragraph.lines]
    rights = [paragraph.right - line.x1 for line in paragraph.lines]
    return min(lefts) > 0.1 * width and all(abs(a - b) < 0.06 * width for a, b in zip(lefts, rights, strict=True))


def _alone(paragraph: Paragraph) -> bool:
    """One short line that did not fill its column."""
    return len(paragraph.lines) == 1 and not paragraph.full


def _mark_footnotes(found: list[Paragraph], body: Body, page: PageLines) -> None:
    """
    Smaller print at the foot of a column, under text of the usual size, is footnotes; a reference list is not.

    A strip of its own low on the page is too, when it is short and begins with a mark or says what first pages say.
    """
    tail = len(found)
    while tail and not found[tail - 1].level and found[tail - 1].size < 0.96 * body.size:
        tail -= 1
    if tail == len(found):
        return
    first = found[tail]
    y, small = first.lines[0].y, first.size < 0.9 * body.size
    marked = bool(FOOTNOTE_MARK.match(first.text)) or (small and bool(_IMPRINT.search(first.text)))
    if tail:
        above = found[tail - 1]
        apart = not above.level and (marked or (small and y > 0.85 * page.height))
        notes = apart and y > 0.4 * page.height
    else:
        notes = marked and y > 0.75 * page.height and sum(len(p.lines) for p in found) <= 10
    if notes:
        for paragraph in found[tail:]:
            paragraph.kind = paragraph.kind or SectionKind.FOOTNOTE


def _tables(found: list[Paragraph], body: Body) -> list[Paragraph]:
    """What follows a table's caption is its cells until prose begins again; they become one paragraph."""
    out: list[Paragraph] = []
    index = 0
    while index < len(found):
        paragraph = found[index]
        out.append(paragraph)
        index += 1
        if paragraph.kind is not SectionKind.CAPTION or not _TABLE_CAPTION.match(paragraph.text):
            continue
        end = index
        while end < len(found) and _is_cells(found[end], body):
            end += 1
        if end > index:
            cells = found[index:end]
            lines = [line for p in cells for line in p.lines]
            out.append(Paragraph(lines, kind=SectionKind.TABLE, left=cells[0].left, right=cells[0].right))
            index = end
    return out


def _rows(paragraph: Paragraph) -> float:
    """The share of lines that fall into cells."""
    return sum(line.cells > 1 for line in paragraph.lines) / len(paragraph.lines)


def _is_cells(paragraph: Paragraph, body: Body) -> bool:
    """Smaller print, or short lines that make no sentence."""
    if paragraph.kind in (SectionKind.FOOTNOTE, SectionKind.CAPTION):
        return False
    text = paragraph.text
    if _rows(paragraph) >= 0.5:
        return True
    if paragraph.size < 0.93 * body.size:
        return not (paragraph.level and kind_of(text))
    if paragraph.level:
        return (
            len(text) < 60 and kind_of(text) is None and paragraph.size < 1.1 * body.size and not numbering_depth(text)
        )
    first = paragraph.lines[0]
    prose = first.x1 > paragraph.right - 3 * body.size and (len(paragraph.lines) > 1 or first.words > 6)
    return not prose and not text.endswith((".", "?", "!")) and len(text) < 200
