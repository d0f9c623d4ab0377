"""
Take the text of a PDF page from PDFium, one character for each of PDFium's, so that offsets are its own indexes.

Mends what old and mathematical fonts do to words: ligatures and quotation marks under control codes, accents that
stand beside their letter, letters from the mathematical alphabets. Knows nothing of lines.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator

from zotero_bridge.extract.pdf_calls import char_box, characters_in, text_between, unicode_at
from zotero_bridge.extract.pdf_garbled import garbled

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_UNCLEAN = re.compile("[^\x20-\x7e\u00a1-\u00a7\u00a9-\u00ac\u00ae-\u024f\u2010-\u2026]")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "ft", 0xFB06: "st"}
_SPACES = dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_MATHEMATICAL = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x1D400, 0x1D800)}  # 𝑝 is a p
_CLEAN = {
    **_MATHEMATICAL,
    **_LIGATURES,
    **_SPACES,
    **dict.fromkeys([*range(32), 0x7F, 0x200B, 0xFEFF, 0xFFFE, 0xFFFF]),
    9: " ",
}
# TeX's own encodings (OT1 from 0x0b, T1 from 0x10) where a font does not say what its codes stand for. A lone carriage
# return is OT1's "fl": PDFium itself writes them in pairs with a line feed.
_LIGATURE_CODES = "[\x0b\x0c\x0e\x0f\x1b-\x1f]"
_CODED = re.compile(f"(?<=[^\\W\\d_]){_LIGATURE_CODES}|{_LIGATURE_CODES}(?=[^\\W\\d_])|[\x10-\x12\x15\x16]")
_CODES = {
    **dict(zip("\x0b\x0c\x0e\x0f", "\ufb00\ufb01\ufb03\ufb04", strict=True)),
    **dict(zip("\x1b\x1c\x1d\x1e\x1f", "\ufb00\ufb01\ufb02\ufb03\ufb04", strict=True)),
    **dict(zip("\x10\x11\x12\x15\x16", "“”„–—", strict=True)),
}
_LONE_RETURN = re.compile("(?<=[^\\W\\d_])\r(?=[a-z])|\r(?=[a-z]{3})")
_ACCENT = re.compile("[\u00a8\u00af\u00b4\u00b8`\u02c6\u02c7\u02d8-\u02da\u02dc\u02dd]")
_COMBINING = dict(
    zip(
        "\u00a8\u00af\u00b4\u00b8`\u02c6\u02c7\u02d8\u02d9\u02da\u02dc\u02dd",
        "\u0308\u0304\u0301\u0327\u0300\u0302\u030c\u0306\u0307\u030a\u0303\u030b",
        strict=True,
    )
)
_ODD = re.compile(f"[\x0b\x0c\x0e-\x1f{''.join(_COMBINING)}]")  # a page without these needs no mending
_NEAR = (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 8, -8)  # where PDFium puts the letter, mostly
_LINE_LENGTH = 200
_ACCENTS = 2_000  # of one page


def page_text(handle: int) -> str | None:
    """
    A page's text; None where its fonts do not say which letters they hold.

    Line ends are "\\r\\n"; "\\ufffe" or "\\x02" stands for a hyphen that PDFium takes for a line end's.
    """
    count = characters_in(handle)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count * 2 + 2))()
    written = text_between(handle, 0, count, ctypes.addressof(buffer)) - 1
    text = bytes(memoryview(buffer)[: max(0, written)]).decode("utf-16-le", "surrogatepass")
    if written != count:  # PDFium's own text leaves out what is beyond the basic plane
        text = "".join([chr(unicode_at(handle, index)) for index in range(count)])
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    if len(text) != count:  # where PDFium's characters are halves of a pair
        text = _ASTRAL.sub(lambda m: m.group() + "\0", text)
    if garbled(text):
        return None
    if text.count("\r") != text.count("\r\n"):
        text = _LONE_RETURN.sub("\ufb02", text)
    if not _ODD.search(text):
        return text
    text = _CODED.sub(lambda m: _CODES[m.group()], text)
    return _accented(handle, text) if _ACCENT.search(text) else text


def cleaned(text: str) -> str:
    """As a reader would type it: ligatures spelt out, plain spaces, nothing that cannot be shown."""
    return text.translate(_CLEAN).strip() if _UNCLEAN.search(text) else text


def _accented(handle: int, text: str) -> str:
    """Accents that old fonts draw over a letter, put into the letter: "S¨arndal", "Rucker ¨ et al."."""
    characters = list(text)
    for count, found in enumerate(_ACCENT.finditer(text)):
        if count == _ACCENTS:
            break
        at = found.start()
        left, right, bottom, _ = _box(handle, at)
        middle = (left + right) / 2
        for letter in _letters_about(characters, at):
            base = {"ı": "i", "ȷ": "j"}.get(characters[letter], characters[letter])
            composed = unicodedata.normalize("NFC", base + _COMBINING[found.group()])
            if len(composed) > 1:
                continue
            begin, end, foot, head = _box(handle, letter)
            if begin - 0.3 <= middle <= end + 0.3 and foot - (head - foot) < bottom < head + 0.6 * (head - foot):
                characters[letter], characters[at] = composed, "\0"
                if 0 < at < len(text) - 1 and text[at - 1] == text[at + 1] == " ":
                    characters[at - 1] = "\0"
                break
    return "".join(characters)


def _letters_about(characters: list[str], at: int) -> Iterator[int]:
    """Where the letter under an accent may be: near it, or anywhere in the line whose end the accent was put to."""
    for near in _NEAR:
        if 0 <= at + near < len(characters) and characters[at + near].isalpha():
            yield at + near
    for letter in range(at + _NEAR[-1] - 1, max(-1, at - _LINE_LENGTH), -1):
        if characters[letter] == "\n":
            return
        if characters[letter].isalpha():
            yield letter


def _box(handle: int, index: int) -> tuple[float, float, float, float]:
    """Left, right, bottom, top."""
    edges = (ctypes.c_double * 4)()
    char_box(handle, index, *(ctypes.addressof(edges) + 8 * edge for edge in range(4)))
    return edges[0], edges[1], edges[2], edges[3]
