"""
Turn the lines of a page's strips into paragraphs, headings, captions, tables and footnotes.

A paragraph begins where the typesetter shows it: a wider gap, an indent, another size or weight, a bullet, or a line that
ended though the next word would have fitted. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from statistics import median

from zotero_bridge.extract.headings import bare_heading, kind_of, numbering_depth
from zotero_bridge.extract.pdf_lines import Line, PageLines
from zotero_bridge.model import SectionKind

_BULLET = re.compile(r"(?:[•●▪■◦‣○□➢➤✓]|\uf0b7|\uf0a7)\s*")
_ENUMERATOR = re.compile(
    r"(?:[*–—·-]|o(?= [A-Z])|\((?:[a-z]|\d{1,2}|[ivx]{1,4})\)|(?:[a-z]|\d{1,3}|[ivx]{1,4})[.)]|\[\d{1,3}\])\s"
)
_CAPTION = re.compile(
    r"(?:supplementary |appendix |online )?(?:fig(?:ure)?s?\.?|tables?|box|exhibit|chart|panel|scheme|plate)\s*"
    r"(?:[A-Z]?\d{1,3}(?:\.\d{1,2})?[A-Za-z]?|[IVX]{1,5})\s*(?:[.:|–—-]|\s|$)",
    re.IGNORECASE,
)
_TABLE_CAPTION = re.compile(r"(?:supplementary |appendix |online )?tables?\b", re.I)
_CAPTION_PROSE = re.compile(
    r"\S+\s*\S+\s+(?:shows?|presents?|summari[sz]es?|lists?|gives?|illustrates?|provides?|outlines?|describes?|sets? out|and|"
    r"below|above|details?|depicts?|displays?|contains?|reports?|indicates?|demonstrates?|\()\b"
)
_FOOTNOTE = re.compile(r"(?:\d{1,3}|[*†‡§¶]{1,3}|[a-z])(?:[.)]|\s|(?=[A-Z“\"']))")
_IMPRINT = re.compile(
    r"correspond(?:ing|ence)|e-?mail|@|doi\.org|\bdoi:|©|\(c\) 20|copyright|received|accepted|creative commons|open access|issn",
    re.I,
)
_TERMINAL = re.compile(r"[.!?:;][\"'’”)\]]*(?:\s?\d{1,3}(?:[,–-]\d{1,3})*)?$|[\])]$")
_TURN = re.compile(r"[A-Z][\w .'’()-]{0,30}?:\s")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together. `kind` is set for what stands aside; `level` for headings; `ended` when it is over."""

    lines: list[Line]
    kind: SectionKind | None = None
    level: int = 0
    indented: bool = False  # the first line begins further right than the column
    opens_strip: bool = False
    full: bool = False  # the last line reaches the column's right edge
    left: float = 0.0
    right: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        return median(line.size for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


@dataclass(slots=True)
class Body:
    """What the document's ordinary text looks like."""

    size: float = 10.0
    leading: float = 12.0
    bold: bool = False
    sizes: list[float] = field(default_factory=list)  # those of headings, largest first

    def on(self, page: PageLines) -> Body:
        """The same for one page, where its ordinary text is set larger: a report with its own summary, a merged file."""
        sizes: Counter[float] = Counter()
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
        if not sizes:
            return self
        size, count = sizes.most_common(1)[0]
        if size <= self.size or count < 0.5 * sizes.total() or count < 600:
            return self
        return replace(self, size=size, leading=self.leading * size / self.size)


def body_of(pages: list[PageLines]) -> Body:
    """The commonest size by characters, and the distance of lines in it."""
    sizes: Counter[float] = Counter()
    bold = total = 0
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
            bold += len(line.text) if line.bold else 0
            total += len(line.text)
    if not sizes:
        return Body()
    size = sizes.most_common(1)[0][0]
    steps: Counter[float] = Counter()
    for page in pages:
        for above, below in zip(page.lines, page.lines[1:], strict=False):
            step = below.y - above.y
            if abs(above.size - size) < 0.6 and abs(below.size - size) < 0.6 and 0.8 * size < step < 3 * size:
                steps[round(step * 2) / 2] += 1
    leading = steps.most_common(1)[0][0] if steps else 1.2 * size
    larger = sorted({s for s, n in sizes.items() if s > size * 1.08}, reverse=True)
    return Body(size, leading, total > 0 and bold > 0.6 * total, larger)


def paragraphs(strip: list[Line], body: Body, page: PageLines) -> list[Paragraph]:
    """The paragraphs of one strip, in order, classified as far as a page can tell."""
    rows = _merged_rows(strip)
    if not rows:
        return []
    left, right = _edges(rows)
    hanging = _hanging(rows, left)
    step = _step(rows, body)
    found: list[Paragraph] = []
    for index, line in enumerate(rows):
        before = rows[index - 1] if index else None
        if before is None or _begins(line, before, found[-1], left, right, hanging, step):
            found.append(Paragraph([line], indented=line.x0 > left + 0.6 * line.size, left=left, right=right))
        else:
            found[-1].lines.append(line)
    found[0].opens_strip = True
    for paragraph in found:
        last = paragraph.lines[-1]
        paragraph.full = last.hyphen or last.x1 > right - 1.5 * last.size
        _classify(paragraph, body)
    _mark_footnotes(found, body, page)
    return _tables(found, body)


def _merged_rows(strip: list[Line]) -> list[Line]:
    """Pieces on one baseline become one line: superscripts, bold words, cells."""
    rows: list[Line] = []
    for line in sorted(strip, key=lambda piece: piece.y):
        if rows and abs(line.y - rows[-1].y) < 0.45 * max(line.size, rows[-1].size) and _beside(rows[-1], line):
            rows[-1] = _joined(rows[-1], line)
        else:
            rows.append(line)
    return rows


def _beside(one: Line, other: Line) -> bool:
    return other.x0 >= one.x1 - 0.3 * one.size or one.x0 >= other.x1 - 0.3 * other.size


def _joined(one: Line, other: Line) -> Line:
    first, second = (one, other) if one.x0 <= other.x0 else (other, one)
    main = one if len(one.text) >= len(other.text) else other
    gap = second.x0 - first.x1
    text = first.text + ("-" if first.hyphen else "") + (" " if gap > 0.12 * main.size else "") + second.text
    return Line(
        text,
        main.page,
        first.x0,
        max(one.x1, other.x1),
        main.y,
        main.size,
        one.bold and other.bold,
        second.hyphen,
        first.first,
        second.last,
    )


def _edges(rows: list[Line]) -> tuple[float, float]:
    """Where the column's lines begin and end: edges many of them share, so that one stray line does not widen it."""
    starts = sorted(line.x0 for line in rows)
    ends = sorted(line.x1 for line in rows)
    return starts[len(starts) // 20], ends[-1 - len(ends) // 20]


def _hanging(rows: list[Line], left: float) -> bool:
    """Whether first lines stand out to the left: reference lists, lists with bullets."""
    out = [line for line in rows if line.x0 < left + 0.4 * line.size]
    inside = len(rows) - len(out)
    if inside <= len(out) or len(rows) < 4:
        return False
    after_out = sum(1 for a, b in zip(rows, rows[1:], strict=False) if a.x0 < left + 0.4 * a.size < b.x0)
    return after_out >= 0.5 * len(out)


def _step(rows: list[Line], body: Body) -> float:
    """The usual distance of lines here."""
    steps = [b.y - a.y for a, b in zip(rows, rows[1:], strict=False) if 0.7 * a.size < b.y - a.y < 2.6 * a.size]
    if len(steps) >= 4:
        return sorted(steps)[len(steps) // 3]
    return body.leading * rows[0].size / body.size


def _begins(
    line: Line, before: Line, current: Paragraph, left: float, right: float, hanging: bool, step: float
) -> bool:
    """Whether a line begins a new paragraph."""
    gap = line.y - before.y
    if gap > 1.35 * max(step, 1.1 * min(line.size, before.size)) or gap < -1:
        return True
    if abs(line.size - before.size) > 0.12 * max(line.size, before.size):
        return not (_drop_cap(current) or min(len(line.text), len(before.text)) < 4)
    if line.size < 0.97 * before.size and line.y > 300 and _FOOTNOTE.match(line.text):
        return True
    if line.bold != before.bold and not before.hyphen and (before.bold or gap > 1.1 * step):
        return len(before.text) < 120 and not (before.bold and line.text[:1].islower())
    if before.hyphen:
        return False
    indent = line.x0 - left
    if hanging:
        if indent < 0.4 * line.size and before.x0 > left + 0.4 * line.size:
            return True
    elif indent > 0.6 * line.size and abs(before.x0 - left) < 0.4 * line.size and indent < 6 * line.size:
        return not (line.text[:1].islower() and not _TERMINAL.search(before.text)) and not _BULLET.match(before.text)
    if (
        _BULLET.match(line.text)
        and not line.text[:1].isalpha()
        and (line.x0 < before.x0 + 1 or before.x1 < right - line.size)
    ):
        return line.text[0] not in "–—([*" or _TERMINAL.search(before.text) is not None
    if hanging:
        return False
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) * len(word) / max(1, len(line.text)) + 0.5 * line.size
    fitted = before.x1 + width < right
    if fitted and _TURN.match(line.text):
        return True
    return fitted and _TERMINAL.search(before.text) is not None and not line.text[:1].islower()


def _listed(text: str) -> bool:
    return bool(_BULLET.match(text) or _ENUMERATOR.match(text))


def _drop_cap(current: Paragraph) -> bool:
    return len(current.lines) == 1 and len(current.lines[0].text) == 1


def _classify(paragraph: Paragraph, body: Body) -> None:
    text = paragraph.text
    if not _LETTER.search(text):
        paragraph.kind = SectionKind.TABLE if len(text) < 40 else None
    elif _CAPTION.match(text) and not _CAPTION_PROSE.match(text) and len(text) < 600:
        paragraph.kind = SectionKind.CAPTION
    else:
        paragraph.level = heading_level(paragraph, body)


def heading_level(paragraph: Paragraph, body: Body) -> int:
    """1 for the largest headings, deeper ones higher; 0 for what is no heading."""
    text = paragraph.text
    if len(text) > 180 or len(paragraph.lines) > 4 or len(_LETTER.findall(text)) < 3:
        return 0
    if paragraph.lines[-1].hyphen and len(paragraph.lines) == 1:
        return 0
    if text[0] in "“\"‘'•" or _BULLET.match(text) or (len(text) > 90 and text[-1] in ".?!”"):
        return 0
    larger = paragraph.size > body.size * 1.1
    heavier = paragraph.bold and not body.bold
    told = kind_of(text)
    if not larger and text[-1] in ".,;" and not (told and len(text) < 40):
        return 0
    if text[0].islower() and not told:
        return 0
    if larger:
        rank = sum(s > paragraph.size * 1.04 for s in body.sizes[:6])
        return min(5, 1 + rank)
    if paragraph.size < body.size * 0.85 and not told:
        return 0
    if heavier and text[-1] != ":":
        return 4 if numbering_depth(text) < 2 else 3 + numbering_depth(text)
    if heavier and told:
        return 4
    if _alone(paragraph) and told and len(bare_heading(text)) < 70:
        return 4
    capitals = sum(c.isupper() for c in text)
    if (
        _alone(paragraph)
        and capitals > 0.8 * len(_LETTER.findall(text))
        and 4 < len(text) < 90
        and not _BULLET.match(text)
    ):
        return 4
    if _alone(paragraph) and numbering_depth(text) and text.split(" ", 1)[1][:1].isupper() and len(text) < 90:
        return 4 if text[-1] not in ".,;:" and numbering_depth(text) > 1 else 0
    return 0


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
    marked = bool(_FOOTNOTE.match(first.text)) or (small and bool(_IMPRINT.search(first.text)))
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
    """What follows a table's caption, or comes before it, is its cells until prose begins again: one paragraph a table."""
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


def _is_cells(paragraph: Paragraph, body: Body) -> bool:
    """Smaller print, or short lines that make no sentence."""
    if paragraph.kind in (SectionKind.FOOTNOTE, SectionKind.CAPTION):
        return False
    text = paragraph.text
    if paragraph.size < 0.93 * body.size:
        return not (paragraph.level and kind_of(text))
    if paragraph.level:
        return (
            len(text) < 60 and kind_of(text) is None and paragraph.size < 1.1 * body.size and not numbering_depth(text)
        )
    prose = len(paragraph.lines) >= 2 and paragraph.lines[0].x1 > paragraph.right - 2 * body.size
    return not prose and not text.endswith((".", "?", "!")) and len(text) < 200
