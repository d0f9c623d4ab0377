"""
Take the lines of a PDF page from PDFium, each with its place, size and weight.

This is the one door to PDFium's text functions. A page's characters are fetched in one call and only a few of each
line's are asked for their boxes: asking all of them would cost more than the extraction itself (measured). Knows nothing
of columns, paragraphs or documents. Coordinates are turned so that text reads upright: x to the right, y downwards.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

HYPHENS = "-\u00ad\u2010"
_LINE = re.compile(r"([^\r\n\ufffe\x02]*)(\r\n|[\r\n\ufffe\x02]|\Z)")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_BOLD_NAME = re.compile(rb"bold|black|heavy|semibd|demi|medi(?:um)?[,-]|-bd|cmbx|\.b$", re.IGNORECASE)
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ft", 0xFB06: "st"}
_CLEAN = {
    **_LIGATURES,
    0: None,
    0xA0: " ",
    0x2002: " ",
    0x2003: " ",
    0x2009: " ",
    0x202F: " ",
    0x200B: None,
    0xFEFF: None,
}
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
    upright: bool = True

    @property
    def words(self) -> int:
        return self.text.count(" ") + 1


@dataclass(slots=True)
class PageLines:
    """The lines of a page in the order of its content stream, and the page's size as it is read."""

    lines: list[Line]
    width: float
    height: float
    handle: Any  # PDFium's text page: open as long as the caller keeps it so


class LineReader:
    """Reads lines from PDFium text pages. Keeps its buffers, so that a long document allocates little."""

    def __init__(self) -> None:
        self._box = pdfium.FS_RECTF()
        self._box_ref = ctypes.byref(self._box)
        self._matrix = pdfium.FS_MATRIX()
        self._matrix_ref = ctypes.byref(self._matrix)
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._x_ref, self._y_ref = ctypes.byref(self._x), ctypes.byref(self._y)
        self._name = ctypes.create_string_buffer(96)
        self._flags = ctypes.c_int()
        self._flags_ref = ctypes.byref(self._flags)

    def read(self, handle: Any, page: int, box: tuple[float, float, float, float]) -> PageLines:
        """`handle` is a loaded text page, `box` the page's left, bottom, right and top."""
        text = self._text(handle)
        raw: list[tuple[Line, int]] = []
        for found in _LINE.finditer(text):
            if line := self._line(handle, found, page):
                raw.append(line)
        turn = Counter[int]()
        for line, quarter in raw:
            turn[quarter] += len(line.text)
        upright = max(turn, key=lambda q: (turn[q], -q)) if turn else 0
        lines = [_turned(line, quarter, upright, box) for line, quarter in raw]
        left, bottom, right, top = box
        width, height = (right - left, top - bottom) if upright % 2 == 0 else (top - bottom, right - left)
        return PageLines(lines, width, height, handle)

    def _text(self, handle: Any) -> str:
        """All characters of a page; one character each for one of PDFium's, so that offsets agree."""
        count = pdfium.FPDFText_CountChars(handle)
        if count <= 0:
            return ""
        room = count * 2 + 2  # PDFium may insert characters of its own
        buffer = (ctypes.c_ushort * room)()
        written = pdfium.FPDFText_GetText(handle, 0, count, buffer)
        text = bytes(memoryview(buffer)[: max(0, written - 1)]).decode("utf-16-le", "surrogatepass")
        return _ASTRAL.sub(lambda m: m.group() + "\0", text)

    def _line(self, handle: Any, found: re.Match[str], page: int) -> tuple[Line, int] | None:
        body = found.group(1)
        stripped = body.strip()
        if not stripped:
            return None
        begin = found.start() + len(body) - len(body.lstrip())
        first = pdfium.FPDFText_GetCharIndexFromTextIndex(handle, begin)
        last = pdfium.FPDFText_GetCharIndexFromTextIndex(handle, begin + len(stripped) - 1)
        if first < 0 or last < 0:
            return None
        middle = first + (last - first) // 2
        size, quarter = self._size(handle, middle)
        if size < _TINY:
            return None
        if not pdfium.FPDFText_GetLooseCharBox(handle, first, self._box_ref):
            return None
        edges = (self._box.left, self._box.bottom, self._box.right, self._box.top)
        pdfium.FPDFText_GetLooseCharBox(handle, last, self._box_ref)
        ends = (self._box.left, self._box.bottom, self._box.right, self._box.top)
        pdfium.FPDFText_GetCharOrigin(handle, middle, self._x_ref, self._y_ref)
        hyphen = found.group(2) in ("\ufffe", "\x02")
        text = stripped.translate(_CLEAN)
        if not hyphen and len(text) > 1 and text[-1] in HYPHENS and text[-2].isalpha():
            hyphen, text = True, text[:-1]
        bold = self._bold(handle, middle) and self._bold(handle, first) and self._bold(handle, last)
        # x0, x1, y hold the unturned box for now: see _turned
        line = Line(text, page, 0.0, 0.0, 0.0, size, bold, hyphen, first, last)
        line.x0, line.x1 = _along(edges, ends, quarter)
        line.y = self._y.value if quarter % 2 == 0 else self._x.value
        return line, quarter

    def _size(self, handle: Any, index: int) -> tuple[float, int]:
        """Size in points as shown, and the quarter turns of the writing."""
        size: float = pdfium.FPDFText_GetFontSize(handle, index)
        if pdfium.FPDFText_GetMatrix(handle, index, self._matrix_ref):
            a, b, c, d = self._matrix.a, self._matrix.b, self._matrix.c, self._matrix.d
            scale = (c * c + d * d) ** 0.5
            if abs(b) > abs(a):
                return size * scale, 1 if b > 0 else 3
            return size * scale, 0 if a >= 0 else 2
        return size, 0

    def _bold(self, handle: Any, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(handle, index) >= 600:
            return True
        length = pdfium.FPDFText_GetFontInfo(handle, index, self._name, 96, self._flags_ref)
        return 0 < length <= 96 and bool(_BOLD_NAME.search(self._name.raw[: length - 1]))

    def left_of(self, handle: Any, index: int) -> float:
        """Left edge of a character, unturned."""
        pdfium.FPDFText_GetLooseCharBox(handle, index, self._box_ref)
        return float(self._box.left)

    def right_of(self, handle: Any, index: int) -> float:
        pdfium.FPDFText_GetLooseCharBox(handle, index, self._box_ref)
        return float(self._box.right)


def _along(
    first: tuple[float, float, float, float], last: tuple[float, float, float, float], quarter: int
) -> tuple[float, float]:
    """The extent of a line in its own direction, in page coordinates."""
    low, high = (0, 2) if quarter % 2 == 0 else (1, 3)
    return min(first[low], last[low]), max(first[high], last[high])


def _turned(line: Line, quarter: int, upright: int, box: tuple[float, float, float, float]) -> Line:
    """The line in the page's reading direction; what is written in another keeps its own and is marked."""
    left, bottom, right, top = box
    x0, x1, y = line.x0, line.x1, line.y
    if quarter == 0:
        line.x0, line.x1, line.y = x0 - left, x1 - left, top - y
    elif quarter == 1:  # writing runs upwards
        line.x0, line.x1, line.y = x0 - bottom, x1 - bottom, y - left
    elif quarter == 2:
        line.x0, line.x1, line.y = right - x1, right - x0, y - bottom
    else:
        line.x0, line.x1, line.y = top - x1, top - x0, right - y
    line.upright = quarter == upright
    return line
