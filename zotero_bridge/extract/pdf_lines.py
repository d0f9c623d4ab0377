"""
Take the lines of a PDF page from PDFium, each with its place, size and weight.

This is the one door to PDFium's text functions. A page's characters are fetched in one call and only the first, the
last and one in the middle of each line are asked where they stand: asking every character costs several times the
extraction itself (measured). Knows nothing of columns, paragraphs or documents. Coordinates are turned so that text
reads upright: x to the right, y downwards.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium

from zotero_bridge.extract.pdf_text import cleaned, page_text

HYPHENS = "-\u00ad\u2010"
_LINE = re.compile(r"[^\S\r\n]*([^\r\n\ufffe\x02]+)(\r\n|[\r\n\ufffe\x02]|\Z)")
_BOLD_NAME = re.compile(rb"bold|black|heavy|semibd|demi|medi(?:um)?[,-]|-bd|cmbx|\.b$", re.IGNORECASE)
_PLAIN_NAME = re.compile(rb"regu|roman|book|light|normal|slant|-it|^[A-Z+]*CM(?!BX)", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # font descriptor flag, ISO 32000-1 table 123
Gap = tuple[int, float, float]  # offset of the space, its left, its right
_ROWS = 3  # lines with gaps that make a table
_PROBES = 6  # lines of a page
_LOOSE = 0.62  # em per character: prose takes 0.4 to 0.55, a line with a gap in it more
_TINY = 1.0  # points: smaller letters are not meant for readers


@dataclass(slots=True)
class Line:
    """A run of characters on one baseline. `hyphen` says that it ended with a hyphen, which `text` does not hold."""

    text: str
    page: int
    x0: float
    x1: float
    y: float  # baseline, from the top of the page
    size: float
    bold: bool
    hyphen: bool
    first: int  # PDFium's index of the first character
    last: int
    quarter: int = 0  # quarter turns of the writing against the page
    upright: bool = True
    white: bool = False
    cells: int = 1  # pieces with wide gaps between them, where it was put together from such

    @property
    def words(self) -> int:
        return self.text.count(" ") + 1


@dataclass(slots=True)
class PageLines:
    """The lines of a page in the order of its content stream, and the page's size as it is read."""

    lines: list[Line]
    width: float
    height: float
    garbled: bool = False  # there are words, but their letters cannot be told


class LineReader:
    """Reads lines from PDFium text pages. Keeps its buffers, so that a long document allocates little."""

    def __init__(self) -> None:
        self._box = pdfium.FS_RECTF()
        self._box_ref = ctypes.byref(self._box)
        self._matrix = pdfium.FS_MATRIX()
        self._matrix_ref = ctypes.byref(self._matrix)
        self._name = ctypes.create_string_buffer(96)
        self._flags = ctypes.c_int()
        self._flags_ref = ctypes.byref(self._flags)
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._colour_refs = [ctypes.byref(part) for part in self._colour]
        self._bold_names: dict[bytes, bool] = {}
        self._usual = 0.0  # the size of the line before

    def read(self, handle: Any, page: int, box: tuple[float, float, float, float]) -> PageLines:
        """`handle` is a loaded text page, `box` the page's left, bottom, right and top."""
        text = page_text(handle)
        if text is None:
            return PageLines([], box[2] - box[0], box[3] - box[1], garbled=True)
        lines = [line for found in _LINE.finditer(text) if (line := self._line(handle, found, page))]
        if lines:
            lines = self._parted(handle, text, lines, (box[2] - box[0]) / 2)
        turns = Counter[int]()
        for line in lines:
            turns[line.quarter] += len(line.text)
        upright = max(turns, key=lambda q: (turns[q], -q)) if turns else 0
        for line in lines:
            _turn(line, upright, box)
        left, bottom, right, top = box
        width, height = (right - left, top - bottom) if upright % 2 == 0 else (top - bottom, right - left)
        return PageLines(lines, width, height)

    def _line(self, handle: Any, found: re.Match[str], page: int) -> Line | None:
        text = found.group(1).rstrip()
        if not text:
            return None
        half = len(text) // 2
        while text[half] == " ":  # a space PDFium put in itself has no matrix
            half += 1
        first = found.start(1)
        middle, last = first + half, first + len(text) - 1
        size = pdfium.FPDFText_GetFontSize(handle, middle)
        matrix, box = self._matrix, self._box
        pdfium.FPDFText_GetMatrix(handle, middle, self._matrix_ref)
        a, b, e, f = matrix.a, matrix.b, matrix.e, matrix.f
        size *= (matrix.c**2 + matrix.d**2) ** 0.5
        if abs(size - self._usual) > 0.1 * size:
            size = self._middle_size(handle, first, last, size)
        self._usual = size
        if size < _TINY or not pdfium.FPDFText_GetLooseCharBox(handle, first, self._box_ref):
            return None
        if abs(b) <= abs(a):
            quarter, along, y = 0 if a >= 0 else 2, (box.left, box.right), f
        else:
            quarter, along, y = 1 if b > 0 else 3, (box.bottom, box.top), e
        pdfium.FPDFText_GetLooseCharBox(handle, last, self._box_ref)
        low, high = (box.left, box.right) if quarter % 2 == 0 else (box.bottom, box.top)
        hyphen = found.group(2) in ("\ufffe", "\x02")
        text = cleaned(text)
        if not text:
            return None
        if not hyphen and len(text) > 1 and text[-1] in HYPHENS and text[-2].isalpha():
            hyphen, text = True, text[:-1]
        bold = self._bold(handle, middle) and self._bold(handle, first) and self._bold(handle, last)
        pdfium.FPDFText_GetFillColor(handle, middle, *self._colour_refs)
        white = min(part.value for part in self._colour[:3]) >= 250
        x0, x1 = min(along[0], low), max(along[1], high)
        return Line(text, page, x0, x1, y, size, bold, hyphen, first, last, quarter, white=white)

    def _middle_size(self, handle: Any, first: int, last: int, size: float) -> float:
        """Of three sizes the middle one: a web address or a raised mark in the middle of a line is not its size."""
        sizes = [size]
        for index in (first, last):
            if pdfium.FPDFText_GetMatrix(handle, index, self._matrix_ref):
                scale: float = (self._matrix.c**2 + self._matrix.d**2) ** 0.5
                sizes.append(pdfium.FPDFText_GetFontSize(handle, index) * scale)
        return sorted(sizes)[len(sizes) // 2]

    def _parted(self, handle: Any, text: str, lines: list[Line], wide: float) -> list[Line]:
        """
        Lines that PDFium joined over the gutter, because the file draws row by row, are parted again.

        A few wide lines are probed; the rest of the page only where half of those have a gap no space leaves.
        A line much too long for its letters is probed anyhow: two headings side by side, the cells of a row.
        """
        candidates = [line for line in lines if line.quarter == 0 and line.x1 - line.x0 > wide and " " in line.text]
        probed = candidates[:: max(1, len(candidates) // _PROBES)]
        everywhere = bool(probed) and sum(bool(self._gaps(handle, text, line)) for line in probed) * 2 >= len(probed)
        gaps = [self._gaps(handle, text, line) if _probed(line, everywhere) else [] for line in lines]
        if not everywhere:
            _spare_tables(gaps)
        pieces = [p for line, at in zip(lines, gaps, strict=True) for p in (_pieces(text, line, at) if at else [line])]
        return [piece for piece in pieces if piece.text]

    def _gaps(self, handle: Any, text: str, line: Line) -> list[Gap]:
        """Where a line has a gap too wide for a space."""
        gaps: list[Gap] = []
        at = text.find(" ", line.first, line.last)
        while at != -1:
            if at + 1 <= line.last and text[at + 1] != " " and text[at - 1] != " ":
                pdfium.FPDFText_GetLooseCharBox(handle, at - 1, self._box_ref)
                left = float(self._box.right)
                pdfium.FPDFText_GetLooseCharBox(handle, at + 1, self._box_ref)
                right = float(self._box.left)
                if right - left > 1.3 * line.size:
                    gaps.append((at, left, right))
            at = text.find(" ", at + 1, line.last)
        return gaps

    def _bold(self, handle: Any, index: int) -> bool:
        length = pdfium.FPDFText_GetFontInfo(handle, index, self._name, 96, self._flags_ref)
        name = self._name.value if 0 < length <= 96 else b""
        known = self._bold_names.get(name)
        if known is None:
            known = bool(_BOLD_NAME.search(name)) or (
                not _PLAIN_NAME.search(name)  # the weight is PDFium's guess, and wrong of whole families
                and (bool(self._flags.value & _FORCE_BOLD) or pdfium.FPDFText_GetFontWeight(handle, index) >= 600)
            )
            if name:
                self._bold_names[name] = known
        return known


def _probed(line: Line, everywhere: bool) -> bool:
    loose = line.x1 - line.x0 > _LOOSE * line.size * len(line.text)
    spaced = line.text[1:2] == line.text[3:4] == " "  # "A R T I C L E  I N F O" beside "A B S T R A C T"
    return line.quarter == 0 and (everywhere or loose or spaced) and " " in line.text


def _spare_tables(gaps: list[list[Gap]]) -> None:
    """Several lines with gaps after each other are the rows of a table: they are best left as they are."""
    run: list[int] = []
    for index in range(len(gaps) + 1):
        if index < len(gaps) and gaps[index]:
            run.append(index)
            continue
        if len(run) >= _ROWS:
            for row in run:
                gaps[row] = []
        run = []


def _pieces(text: str, line: Line, gaps: list[Gap]) -> list[Line]:
    """A line parted at its gaps."""
    edges = [(line.first, line.x0), *((at + 1, right) for at, _, right in gaps)]
    ends = [*((at, left) for at, left, _ in gaps), (line.last + 1, line.x1)]
    pieces: list[Line] = []
    for (begin, x0), (end, x1) in zip(edges, ends, strict=True):
        words = cleaned(text[begin:end])
        hyphen = line.hyphen if end > line.last else False
        if len(words) > 1 and words[-1] in HYPHENS and words[-2].isalpha():
            hyphen, words = True, words[:-1]
        pieces.append(replace(line, text=words, first=begin, last=end - 1, x0=x0, x1=x1, hyphen=hyphen))
    return pieces


def _turn(line: Line, upright: int, box: tuple[float, float, float, float]) -> None:
    """Puts a line into its reading direction; what is written in another than the page's is marked."""
    left, bottom, right, top = box
    line.upright = line.quarter == upright
    if line.quarter == 0:
        line.x0, line.x1, line.y = line.x0 - left, line.x1 - left, top - line.y
    elif line.quarter == 1:  # writing runs upwards
        line.x0, line.x1, line.y = line.x0 - bottom, line.x1 - bottom, line.y - left
    elif line.quarter == 2:
        line.x0, line.x1, line.y = right - line.x1, right - line.x0, line.y - bottom
    else:
        line.x0, line.x1, line.y = top - line.x1, top - line.x0, right - line.y


def joined(one: Line, other: Line) -> Line:
    """Two pieces on one baseline as one line."""
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
        cells=one.cells + other.cells - (gap < 1.5 * main.size or len(first.text) < 5),
    )
