"""
Read RTF files: the words and the paragraphs, nothing of their dress.

Knows the control words that make text, and which groups hold none (fonts, styles, pictures, fields' codes). Iterative;
time grows with the file.
"""

from __future__ import annotations

import re

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.build import assemble, block, tidy
from zotero_bridge.extract.headings import kind_of
from zotero_bridge.model import DocumentText

EXTRACTOR = "rtf@2"
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr headerf footerl footerr footerf "
    b"fldinst themedata colorschememapping datastore xmlnstbl listtable listoverridetable rsidtbl "
    b"generator latentstyles "
    b"pgdsctbl revtbl annotation atnid atnauthor filetbl mmathPr nonshppict bkmkstart bkmkend".split()
)
_SIGNS = {
    b"tab": " ",
    b"line": "\n",
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"emspace": " ",
    b"enspace": " ",
    b"cell": " | ",
    b"~": " ",
}
_OUTLINE = re.compile("\u0002([0-8])\u0003")
_BREAKS = frozenset((b"par", b"sect", b"page", b"row"))


def extract_rtf(raw: bytes, *, source_key: str) -> DocumentText:
    """Raises SourceUnreadable where there is no text."""
    blocks = []
    for paragraph in _text(raw).split("\u0001"):
        outline = _OUTLINE.search(paragraph)
        text = tidy(_OUTLINE.sub("", paragraph)).strip(" |")
        if text:
            told = len(text) <= 80 and "\n" not in text and kind_of(text) is not None
            level = 2 + int(outline[1]) if outline and len(text) <= 200 else 2 if told else 0
            blocks.append(block(text, level=level))
    if not blocks:
        raise SourceUnreadable("the document holds no text")
    return assemble(blocks, source_key=source_key, extractor=EXTRACTOR)


def _text(raw: bytes) -> str:
    """The text, with U+0001 where a paragraph ends, and U+0002, a digit, U+0003 in one that the outline names."""
    out: list[str] = []
    encoding = "cp1252"
    silent, fallback, skip = False, 1, 0  # within a silent group; characters that stand for one \u; how many to skip
    stack: list[tuple[bool, int]] = []
    for found in _TOKEN.finditer(raw):
        word, number, code, sign, brace, plain = found.groups()
        if brace == b"{":
            stack.append((silent, fallback))
        elif brace == b"}":
            silent, fallback = stack.pop() if stack else (False, 1)
        elif word is not None:
            silent = silent or word in _SILENT
            if word == b"ansicpg" and number:
                encoding = _known("cp" + number.decode())
            elif word == b"uc" and number:
                fallback = min(8, max(0, int(number)))
            elif word == b"u" and number and not silent:
                out.append(chr(int(number) % 65536))
                skip = fallback
            elif word == b"outlinelevel" and number and not silent:
                out.append(f"\u0002{min(8, max(0, int(number)))}\u0003")
            elif not silent:
                out.append("\u0001" if word in _BREAKS else _SIGNS.get(word, ""))
        elif sign == b"*":
            silent = True
        elif skip and (code or plain):
            if plain and len(plain) > skip:
                out.append("" if silent else plain[skip:].decode(encoding, "replace"))
            skip = 0 if plain else skip - 1
        elif not silent:
            piece = bytes.fromhex(code.decode()) if code else plain or b""
            out.append(piece.decode(encoding, "replace") if piece else _SIGN_CHARACTERS.get(sign or b"", ""))
    return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_SIGN_CHARACTERS = {b"~": " ", b"_": "\u2011", b"-": "", b"\\": "\\", b"{": "{", b"}": "}"}


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        return "cp1252"
    return encoding
