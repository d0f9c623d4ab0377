"""
Find the lines of a PDF page that no reader sees: white letters on white paper, letters beyond the page's edge.

White letters are common in headings on coloured bars, so they count as unseen only where nothing is painted behind
them. Asked only for pages that have white letters at all.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

from zotero_bridge.extract.pdf_lines import Line

_WHITE = 250
_OBJECTS = 5_000  # looked at on one page
Rect = tuple[float, float, float, float]  # left, bottom, right, top


def unseen(page: Any, handle: Any, lines: list[Line], width: float, height: float) -> list[Line]:
    """The lines that are not to be read. `page` and `handle` are PDFium's page and text page."""
    beyond = [line for line in lines if _beyond(line, width, height)]
    white = [line for line in lines if line.white]
    if not white:
        return beyond
    painted = _painted(page)
    return beyond + [line for line in white if not _on_any(handle, line, painted)]


def _beyond(line: Line, width: float, height: float) -> bool:
    """Whether a line lies off the page. What is written sideways is measured along its own direction."""
    if not line.upright:
        width = height = max(width, height)
    return line.x1 < 0 or line.x0 > width or line.y < -2 or line.y > height + line.size


def _painted(page: Any) -> list[Rect]:
    """Where something other than white is painted: bars, pictures, drawings."""
    areas: list[Rect] = []
    edges = [ctypes.c_float() for _ in range(4)]
    left, bottom, right, top = (ctypes.byref(edge) for edge in edges)
    for index in range(min(_OBJECTS, pdfium.FPDFPage_CountObjects(page))):
        thing = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT or (kind == pdfium.FPDF_PAGEOBJ_PATH and not _coloured(thing)):
            continue
        if pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            areas.append((edges[0].value, edges[1].value, edges[2].value, edges[3].value))
    return areas


def _coloured(path: Any) -> bool:
    """Whether a path is filled, and not with white."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(mode), ctypes.byref(stroke))
    if not mode.value:
        return False
    parts = [ctypes.c_uint() for _ in range(4)]
    known = pdfium.FPDFPageObj_GetFillColor(path, *(ctypes.byref(part) for part in parts))
    return not known or min(part.value for part in parts[:3]) < _WHITE


def _on_any(handle: Any, line: Line, painted: list[Rect]) -> bool:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    refs = (ctypes.byref(left), ctypes.byref(right), ctypes.byref(bottom), ctypes.byref(top))
    if not pdfium.FPDFText_GetCharBox(handle, line.first, *refs):
        return True
    x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
    return any(a <= x <= c and b <= y <= d for a, b, c, d in painted)
