"""
Turn the lines of a page's strips into paragraphs.

A paragraph begins where the typesetter shows it: a wider gap, an indent, another size or weight, a bullet, a speaker's
name, or a line that ended though the next word would have fitted. Pure.
"""

from __future__ import annotations

import itertools
import re

from zotero_bridge.extract.headings import kind_of, numbering_depth
from zotero_bridge.extract.pdf_asides import classified
from zotero_bridge.extract.pdf_body import BULLET, FOOTNOTE_MARK, TURN, Body, Paragraph
from zotero_bridge.extract.pdf_lines import Line, PageLines, joined

_TERMINAL = re.compile(r"[.!?:;][\"'’”)\]]*(?:\s?\d{1,3}(?:[,–-]\d{1,3})*)?$|[\])]$")

_LETTERS = re.compile(r"[^\W\d_]")
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z]")
_ITEM = re.compile(r"([(\[]?)(\d{1,2})([.)\]])\s")


def paragraphs(strip: list[Line], body: Body, page: PageLines) -> list[Paragraph]:
    """The paragraphs of one strip, in order, classified as far as a page can tell."""
    rows = _merged_rows(strip)
    if not rows:
        return []
    left, right = _edges(rows)
    hanging = _hanging(rows, left, right)
    step = _step(rows, body)
    spaced = sum(b.y - a.y > 1.35 * step and a.size == b.size for a, b in itertools.pairwise(rows)) >= 3
    found: list[Paragraph] = []
    for index, line in enumerate(rows):
        before = rows[index - 1] if index else None
        if before is None or _begins(line, before, found[-1], left, right, hanging, step, spaced, body.speakers):
            found.append(Paragraph([line], indented=line.x0 > left + 0.6 * line.size, left=left, right=right))
        else:
            found[-1].lines.append(line)
    found[0].opens_strip = True
    for paragraph in found:
        last = paragraph.lines[-1]
        paragraph.full = last.hyphen or last.x1 > right - 1.5 * last.size
    return classified(found, body, page)


def _merged_rows(strip: list[Line]) -> list[Line]:
    """Pieces on one baseline become one line: superscripts, bold words, cells."""
    rows: list[Line] = []
    for line in sorted(strip, key=lambda piece: piece.y):
        if rows and abs(line.y - rows[-1].y) < 0.45 * max(line.size, rows[-1].size) and _beside(rows[-1], line):
            rows[-1] = joined(rows[-1], line)
        else:
            rows.append(line)
    return rows


def _beside(one: Line, other: Line) -> bool:
    return other.x0 >= one.x1 - 0.3 * one.size or one.x0 >= other.x1 - 0.3 * other.size


def _edges(rows: list[Line]) -> tuple[float, float]:
    """Where the column's lines begin and end: edges many of them share, so that one stray line does not widen it."""
    starts = sorted(line.x0 for line in rows)
    ends = sorted(line.x1 for line in rows)
    return starts[len(starts) // 20], ends[-1 - len(ends) // 20]


def _hanging(rows: list[Line], left: float, right: float) -> bool:
    """Whether first lines stand out to the left: reference lists, lists with bullets."""
    out = [line for line in rows if line.x0 < left + 0.4 * line.size]
    inside = len(rows) - len(out)
    if inside <= len(out) or len(rows) < 4:
        return False
    pairs = list(itertools.pairwise(rows))
    after_out = sum(1 for a, b in pairs if a.x0 < left + 0.4 * a.size < b.x0)
    back = [a for a, b in pairs if b.x0 < left + 0.4 * b.size < a.x0]
    runs_on = sum(a.hyphen or (a.x1 > right - 1.5 * a.size and not _ended(a)) for a in back)
    return after_out >= 0.5 * len(out) and runs_on <= 0.5 * len(back)  # an indented first line runs on to the left


def _step(rows: list[Line], body: Body) -> float:
    """The usual distance of lines here."""
    steps = [b.y - a.y for a, b in itertools.pairwise(rows) if 0.7 * a.size < b.y - a.y < 2.6 * a.size]
    if len(steps) >= 4:
        return sorted(steps)[len(steps) // 3]
    return body.leading * rows[0].size / body.size


def _begins(
    line: Line,
    before: Line,
    current: Paragraph,
    left: float,
    right: float,
    hanging: bool,
    step: float,
    spaced: bool,
    speakers: frozenset[str],
) -> bool:
    """Whether a line begins a new paragraph."""
    gap = line.y - before.y
    if gap > 1.35 * max(step, 1.1 * min(line.size, before.size)) or gap < -1:
        return True
    if abs(line.size - before.size) > 0.12 * max(line.size, before.size):
        return not (_drop_cap(current) or min(len(line.text), len(before.text)) < 4)
    if line.size < 0.97 * before.size and line.y > 300 and FOOTNOTE_MARK.match(line.text):
        return True
    if line.bold != before.bold and not before.hyphen and (before.bold or gap > 1.1 * step):
        return len(before.text) < 120 and not (before.bold and line.text[:1].islower())
    if before.hyphen:
        return False
    turn = TURN.match(line.text) if ":" in line.text else None
    if turn and turn[1] in speakers:
        return True
    if (len(current.lines) == 1 and _heading_above(before, line, right - left, right)) or _next_item(line, current):
        return True
    indent = line.x0 - left
    if hanging:
        if indent < 0.4 * line.size and before.x0 > left + 0.4 * line.size:
            runs_on = before.x1 > right - 2 * before.size and not _ended(before)
            return not (runs_on and line.text[:1].islower())
    elif indent > 0.6 * line.size and abs(before.x0 - left) < 0.4 * line.size and indent < 6 * line.size:
        return not (line.text[:1].islower() and not _ended(before)) and not BULLET.match(before.text)
    if (
        BULLET.match(line.text)
        and not line.text[:1].isalpha()
        and (line.x0 < before.x0 + 1 or before.x1 < right - line.size)
    ):
        return line.text[0] not in "–—([*" or _ended(before)
    if hanging:
        return False
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) * len(word) / max(1, len(line.text)) + 0.5 * line.size
    fitted = before.x1 + 1.2 * width < right - (0.25 * (right - left) if spaced else 0)
    if fitted and turn and _ended(before):
        return True
    return fitted and _ended(before) and not line.text[:1].islower()


def _heading_above(before: Line, line: Line, width: float, right: float) -> bool:
    """Whether a lone line is a heading by its words, set in the text's own size without a gap below it."""
    text = before.text
    if len(text) > 90 or text[-1] in ".,;:" or not line.text[0].isupper():
        return False
    short = before.x1 < right - 0.12 * width
    if text.isupper():
        return len(_LETTERS.findall(text)) > 3 and (short or numbering_depth(text) > 0) and not line.text.isupper()
    if before.italic and not line.italic and text[0].isupper():
        return short and text[-1] not in "?!" and before.text.count(" ") < 10
    return short and (bool(numbering_depth(text) and _NUMBERED.match(text)) or kind_of(text) is not None)


def _next_item(line: Line, current: Paragraph) -> bool:
    """Whether a line carries the number after the one its paragraph begins with."""
    found, before = _ITEM.match(line.text), _ITEM.match(current.lines[0].text)
    if found is None or before is None or abs(line.x0 - current.lines[0].x0) > 0.6 * line.size:
        return False
    return found[1] == before[1] and found[3] == before[3] and int(found[2]) == int(before[2]) + 1


def _ended(line: Line) -> bool:
    """Whether a sentence ends with the line."""
    return _TERMINAL.search(line.text[-16:]) is not None


def _drop_cap(current: Paragraph) -> bool:
    return len(current.lines) == 1 and len(current.lines[0].text) == 1
