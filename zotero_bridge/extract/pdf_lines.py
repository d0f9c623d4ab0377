"""
Take the lines of a PDF page from PDFium, each with its place, size and weight.

A page's characters are fetched in one call (`pdf_text`) and only the first, the
last and one in the middle of each line are asked where they stand: asking every character costs several times the
extraction itself (measured). Knows nothing of columns, paragraphs or documents. Coordinates are turned so that text
reads upright: x to the right, y downwards.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import dataclass, replace

import pypdfium2.raw as pdfium

from zotero_bridge.extract.pdf_calls import fill_colour, font_info, font_size, font_weight, loose_box, matrix_of
from zotero_bridge.extract.pdf_text import cleaned, page_text

HYPHENS = "-\u00ad\u2010"
_LINE = re.compile(r"[^\S\r\n]*([^\r\n\ufffe\x02]+)(\r\n|[\r\n\ufffe\x02]|\Z)")
_BOLD_NAME = re.compile(rb"bold|black|heavy|semibd|demi|medi(?:um)?[,-]|-bd|cmbx|\.b$", re.IGNORECASE)
_PLAIN_NAME = re.compile(rb"regu|roman|book|light|normal|slant|-it|^[A-Z+]*CM(?!BX)", re.IGNORECASE)
_ITALIC_NAME = re.compile(rb"ital|obli|slant|-it|cmti|cmsl|\.i$", re.IGNORECASE)
_ITALIC = 1 << 6
_FORCE_BOLD = 1 << 18  # font descriptor flag, ISO 32000-1 table 123
Gap = tuple[int, float, float]  # offset of the space, its left, its right
_ROWS = 3  # lines with gaps that make a table
_PROBES = 5  # lines of a page
_MIDDLE = (0.25, 0.75)  # of a line's letters: where a gutter lies, of two columns or of three
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
    italic: bool = False
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
    head: float = 0.0  # what stands above this height, or below `foot`, may be a running head, a page number, a stamp
    foot: float = float("inf")
    garbled: bool = False  # there are words, but their letters cannot be told


class LineReader:
    """Reads lines from PDFium text pages. Keeps its buffers, so that a long document allocates little."""

    def __init__(self) -> None:
        self._box = pdfium.FS_RECTF()
        self._box_at = ctypes.addressof(self._box)
        self._matrix = pdfium.FS_MATRIX()
        self._matrix_at = ctypes.addressof(self._matrix)
        self._name = ctypes.create_string_buffer(96)
        self._flags = ctypes.c_int()
        self._flags_at = ctypes.addressof(self._flags)
        self._name_at = ctypes.addressof(self._name)
        self._colour = (ctypes.c_uint * 4)()
        self._colour_at = [ctypes.addressof(self._colour) + 4 * part for part in range(4)]
        self._styles: dict[bytes, tuple[bool, bool]] = {}  # of fonts by name: bold, italic
        self._usual = 0.0  # the size of the line before

    def read(self, handle: int, page: int, box: tuple[float, float, float, float]) -> PageLines:
        """`handle` is the address of a loaded text page, `box` the page's left, bottom, right and top."""
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

    def _line(self, handle: int, found: re.Match[str], page: int) -> Line | None:
        text = found.group(1).rstrip()
        if not text:
            return None
        half = len(text) // 2
        while text[half] == " ":  # a space PDFium put in itself has no matrix
            half += 1
        first = found.start(1)
        middle, last = first + half, first + len(text) - 1
        size = font_size(handle, middle)
        matrix, box = self._matrix, self._box
        matrix_of(handle, middle, self._matrix_at)
        a, b, e, f = matrix.a, matrix.b, matrix.e, matrix.f
        size *= (matrix.c**2 + matrix.d**2) ** 0.5
        if abs(size - self._usual) > 0.1 * size:
            size = self._middle_size(handle, first, last, size)
        self._usual = size
        if size < _TINY or not loose_box(handle, first, self._box_at):
            return None
        if abs(b) <= abs(a):
            quarter, along, y = 0 if a >= 0 else 2, (box.left, box.right), f
        else:
            quarter, along, y = 1 if b > 0 else 3, (box.bottom, box.top), e
        loose_box(handle, last, self._box_at)
        low, high = (box.left, box.right) if quarter % 2 == 0 else (box.bottom, box.top)
        hyphen = found.group(2) in ("\ufffe", "\x02")
        text = cleaned(text)
        if not text:
            return None
        if not hyphen and len(text) > 1 and text[-1] in HYPHENS and text[-2].isalpha():
            hyphen, text = True, text[:-1]
        bold, italic = self._style(handle, middle)
        if bold or italic:
            styles = (self._style(handle, first), self._style(handle, last))
            bold, italic = bold and all(b for b, _ in styles), italic and all(i for _, i in styles)
        fill_colour(handle, middle, *self._colour_at)
        white = min(self._colour[:3]) >= 250
        x0, x1 = min(along[0], low), max(along[1], high)
        return Line(text, page, x0, x1, y, size, bold, hyphen, first, last, quarter, white=white, italic=italic)

    def _middle_size(self, handle: int, first: int, last: int, size: float) -> float:
        """Of three sizes the middle one: a web address or a raised mark in the middle of a line is not its size."""
        sizes = [size]
        for index in (first, last):
            if matrix_of(handle, index, self._matrix_at):
                scale: float = (self._matrix.c**2 + self._matrix.d**2) ** 0.5
                sizes.append(font_size(handle, index) * scale)
        return sorted(sizes)[len(sizes) // 2]

    def _parted(self, handle: int, text: str, lines: list[Line], wide: float) -> list[Line]:
        """
        Lines that PDFium joined over the gutter, because the file draws row by row, are parted again.

        A few wide lines are probed; the rest of the page only where half of those have a gap no space leaves.
        A line much too long for its letters is probed anyhow: two headings side by side, the cells of a row.
        """
        candidates = [line for line in lines if line.quarter == 0 and line.x1 - line.x0 > wide and " " in line.text]
        probed = candidates[:: max(1, len(candidates) // _PROBES)]
        hits = sum(bool(self._gaps(handle, text, line, _MIDDLE)) for line in probed)
        everywhere = bool(probed) and hits * 2 >= len(probed)
        gaps = [self._gaps(handle, text, line) if _probed(line, everywhere) else [] for line in lines]
        if not any(gaps):
            return lines
        if not everywhere:
            _spare_tables(lines, gaps)
        pieces = [p for line, at in zip(lines, gaps, strict=True) for p in (_pieces(text, line, at) if at else [line])]
        return [piece for piece in pieces if piece.text]

    def _gaps(self, handle: int, text: str, line: Line, among: tuple[float, float] = (0.0, 1.0)) -> list[Gap]:
        """Where a line has a gap too wide for a space; `among` bounds the part of its letters that is looked at."""
        gaps: list[Gap] = []
        length = line.last - line.first
        until = line.first + int(length * among[1])
        at = text.find(" ", line.first + int(length * among[0]), until)
        while at != -1:
            if at + 1 <= line.last and text[at + 1] != " " and text[at - 1] != " ":
                loose_box(handle, at - 1, self._box_at)
                left = float(self._box.right)
                loose_box(handle, at + 1, self._box_at)
                right = float(self._box.left)
                if right - left > 1.3 * line.size:
                    gaps.append((at, left, right))
            at = text.find(" ", at + 1, until)
        return gaps

    def _style(self, handle: int, index: int) -> tuple[bool, bool]:
        """Whether a letter is bold, whether it is italic."""
        length = font_info(handle, index, self._name_at, 96, self._flags_at)
        name = self._name.value if 0 < length <= 96 else b""
        known = self._styles.get(name)
        if known is None:
            flags = self._flags.value
            bold = bool(_BOLD_NAME.search(name)) or (
                not _PLAIN_NAME.search(name)  # the weight is PDFium's guess, and wrong of whole families
                and (bool(flags & _FORCE_BOLD) or font_weight(handle, index) >= 600)
            )
            known = bold, bool(flags & _ITALIC) or bool(_ITALIC_NAME.search(name))
            if name:
                self._styles[name] = known
        return known


def _probed(line: Line, everywhere: bool) -> bool:
    loose = line.x1 - line.x0 > _LOOSE * line.size * len(line.text)
    spaced = line.text[1:2] == line.text[3:4] == " "  # "A R T I C L E  I N F O" beside "A B S T R A C T"
    return line.quarter == 0 and (everywhere or loose or spaced) and " " in line.text


def _spare_tables(lines: list[Line], gaps: list[list[Gap]]) -> None:
    """Several lines with gaps after each other are the rows of a table: they are best left as they are, and marked."""
    run: list[int] = []
    for index in range(len(gaps) + 1):
        if index < len(gaps) and gaps[index]:
            run.append(index)
            continue
        if len(run) >= _ROWS:
            for row in run:
                lines[row].cells, gaps[row] = len(gaps[row]) + 1, []
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


def _is_number(text: str) -> bool:
    """Whether this is the number of a heading or a note, and what stands far to the right of it is its text."""
    return len(text) < 7 and text[0].isdigit() and text[-1] in "0123456789."


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
        italic=one.italic and other.italic,
        cells=one.cells + other.cells - (gap < 1.25 * main.size or _is_number(first.text)),
    )
