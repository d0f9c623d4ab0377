"""
PDFium's functions that are asked for every line, bound so that a call costs a third.

They take addresses as numbers and keep the interpreter's lock: 0.3 microseconds a call instead of 0.9 through the
typed pointers of pypdfium2 (measured 2026-11), and a line needs eight. `handle` is the address of a loaded text
page (`address_of`), an index is one of its characters, everything else the address of what the answer is put into.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium

_INT, _ADDRESS, _DOUBLE = ctypes.c_int, ctypes.c_void_p, ctypes.c_double


def _bound(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, _ADDRESS).value or 0)


font_size = _bound(pdfium.FPDFText_GetFontSize, _DOUBLE, _ADDRESS, _INT)
font_weight = _bound(pdfium.FPDFText_GetFontWeight, _INT, _ADDRESS, _INT)
font_info = _bound(pdfium.FPDFText_GetFontInfo, ctypes.c_ulong, _ADDRESS, _INT, _ADDRESS, ctypes.c_ulong, _ADDRESS)
matrix_of = _bound(pdfium.FPDFText_GetMatrix, _INT, _ADDRESS, _INT, _ADDRESS)
loose_box = _bound(pdfium.FPDFText_GetLooseCharBox, _INT, _ADDRESS, _INT, _ADDRESS)
char_box = _bound(pdfium.FPDFText_GetCharBox, _INT, _ADDRESS, _INT, *[_ADDRESS] * 4)
fill_colour = _bound(pdfium.FPDFText_GetFillColor, _INT, _ADDRESS, _INT, *[_ADDRESS] * 4)
unicode_at = _bound(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _ADDRESS, _INT)
text_between = _bound(pdfium.FPDFText_GetText, _INT, _ADDRESS, _INT, _INT, _ADDRESS)
characters_in = _bound(pdfium.FPDFText_CountChars, _INT, _ADDRESS)


def address_of(handle: Any) -> int:
    """The number that stands for one of pypdfium2's handles."""
    return ctypes.cast(handle, _ADDRESS).value or 0
