"""
Say what a file really is, and read it with the extractor for that.

The content decides first, then the declared type, then the name: a saved login page that is called paper.pdf is read as
the web page it is. Raises SourceUnreadable for all that cannot be read, with a reason a reviewer understands.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.model import DocumentText, SourceKind

SIZE_LIMIT = 1024 * 2**20  # bytes of a file
TEXT_LIMIT = 50_000_000  # characters of its text: some 20,000 printed pages


class Format(StrEnum):
    PDF = "PDF"
    HTML = "web page"
    EPUB = "EPUB"
    WORD = "Word document"
    RTF = "RTF"
    MARKDOWN = "Markdown"
    TEXT = "text"


SOURCE_KINDS = {
    Format.PDF: SourceKind.PDF,
    Format.HTML: SourceKind.HTML,
    Format.EPUB: SourceKind.EPUB,
    Format.WORD: SourceKind.WORD,
    Format.RTF: SourceKind.WORD,
    Format.MARKDOWN: SourceKind.TEXT,
    Format.TEXT: SourceKind.TEXT,
}
_SUFFIXES = {
    ".pdf": Format.PDF,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".epub": Format.EPUB,
    ".docx": Format.WORD,
    ".docm": Format.WORD,
    ".rtf": Format.RTF,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
}
_TYPES = {
    "application/pdf": Format.PDF,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "application/epub+zip": Format.EPUB,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": Format.WORD,
    "application/vnd.ms-word.document.macroenabled.12": Format.WORD,
    "application/rtf": Format.RTF,
    "text/rtf": Format.RTF,
    "text/markdown": Format.MARKDOWN,
    "text/plain": Format.TEXT,
}
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_REFUSED = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Office file (or an encrypted one); save it as docx or PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"%!PS", "PostScript"),
    (b"AT&TFORM", "DjVu"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"ID3", "a recording"),
    (b"OggS", "a recording"),
)


def readable(filename: str, content_type: str) -> bool:
    """Whether a file so named and declared is worth opening: of a kind that is read here, or of no kind known."""
    suffix = Path(filename).suffix.lower()
    declared = content_type.split(";")[0].strip().lower()
    if suffix in _SUFFIXES or declared in _TYPES:
        return True
    return not suffix and not declared


def expected_kind(filename: str, content_type: str) -> SourceKind:
    """The kind a file seems to be before it is opened."""
    declared = _TYPES.get(content_type.split(";")[0].strip().lower())
    return SOURCE_KINDS[declared or _SUFFIXES.get(Path(filename).suffix.lower(), Format.TEXT)]


def kind_of_text(document: DocumentText) -> SourceKind:
    """The kind a text was really read as."""
    name = document.extractor.split("@")[0].split("-")[0]
    return {
        "pdf": SourceKind.PDF,
        "html": SourceKind.HTML,
        "epub": SourceKind.EPUB,
        "word": SourceKind.WORD,
        "rtf": SourceKind.WORD,
    }.get(name, SourceKind.TEXT)


def detect(head: bytes, *, filename: str, content_type: str) -> Format:
    """What these first bytes are the beginning of. Raises SourceUnreadable for what is no document of a known kind."""
    suffix = Path(filename).suffix.lower()
    declared = _TYPES.get(content_type.split(";")[0].strip().lower())
    if b"%PDF-" in head[:2048]:
        return Format.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(head, suffix, declared)
    if head.lstrip().startswith(b"{\\rtf"):
        return Format.RTF
    if _HTML_START.match(head.lstrip(b"\xef\xbb\xbf")[:4096]):
        return Format.HTML
    for magic, name in _REFUSED:
        if head.startswith(magic):
            raise SourceUnreadable(f"it is not a document of a known kind: it is {name}")
    if declared is Format.HTML or suffix in (".html", ".htm", ".xhtml"):
        return Format.HTML
    claimed = declared if declared not in (None, Format.TEXT) else _SUFFIXES.get(suffix, declared)
    if claimed in (Format.PDF, Format.EPUB, Format.WORD):
        raise SourceUnreadable(f"it is truncated or damaged, or is no {claimed.value} at all")
    if suffix == ".csv" or content_type == "text/csv":
        raise SourceUnreadable("it is a table of data, not a document")
    return claimed or Format.TEXT


def _zipped(head: bytes, suffix: str, declared: Format | None) -> Format:
    if b"application/epub+zip" in head[:200] or suffix == ".epub" or declared is Format.EPUB:
        return Format.EPUB
    if suffix in (".docx", ".docm") or declared is Format.WORD or b"word/" in head:
        return Format.WORD
    raise SourceUnreadable("it is not a document of a known kind: it is an archive")


def read(path: Path, *, source_key: str, content_type: str) -> DocumentText:
    """The text of a file, in this process. Raises SourceUnreadable."""
    try:
        size = path.stat().st_size
        if size == 0:
            raise SourceUnreadable("the file is empty")
        if size > SIZE_LIMIT:
            raise SourceUnreadable(f"the file is too large ({size // 2**20} MB)")
        with path.open("rb") as file:
            head = file.read(8192)
            found = detect(head, filename=path.name, content_type=content_type)
            raw = b"" if found is Format.PDF else head + file.read()
    except OSError as error:
        raise SourceUnreadable(f"the file cannot be opened ({error.strerror or error})") from error
    document = _with(found, path, raw, source_key)
    if len(document.text) > TEXT_LIMIT:
        raise SourceUnreadable(
            f"it holds {len(document.text) // 10**6} million characters, more than any document does"
        )
    return document


def _with(found: Format, path: Path, raw: bytes, source_key: str) -> DocumentText:
    if found is Format.PDF:
        from zotero_bridge.extract.pdf import extract_pdf

        return extract_pdf(path, source_key=source_key)
    if found is Format.HTML:
        from zotero_bridge.extract.html import extract_html

        document = extract_html(raw, source_key=source_key)
        if path.suffix.lower() == ".pdf":
            return replace(document, notes=(*document.notes, "the file is called a PDF but holds a web page"))
        return document
    if found is Format.EPUB:
        from zotero_bridge.extract.epub import extract_epub

        return extract_epub(raw, source_key=source_key)
    if found is Format.WORD:
        from zotero_bridge.extract.word import extract_word

        return extract_word(raw, source_key=source_key)
    if found is Format.RTF:
        from zotero_bridge.extract.rtf import extract_rtf

        return extract_rtf(raw, source_key=source_key)
    from zotero_bridge.extract.plain import extract_plain

    return extract_plain(raw, source_key=source_key, markdown=found is Format.MARKDOWN)
