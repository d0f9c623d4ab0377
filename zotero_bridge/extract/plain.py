"""
Read plain text and Markdown.

Knows which bytes are text and in which encoding, and the few marks by which plain text shows structure: blank lines,
underlined or `#` headings, form feeds as page breaks. Knows nothing of other formats.
"""

from __future__ import annotations

import re

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.build import Block, assemble, block, tidy
from zotero_bridge.extract.headings import kind_of, numbering_depth
from zotero_bridge.model import DocumentText

EXTRACTOR = "plain@1"
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"(=+|-+)\s*$")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•–]|\d{1,3}[.)])\s+\S")
_TURN = re.compile(r"\s*(?:\*\*)?[A-Z][\w .'’()-]{0,30}?:(?:\*\*)?\s+\S")
_STAMP = re.compile(r"\s*[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?\s*$")
_EMPHASIS = re.compile(r"(?<![\w*])(\*\*|__)(?=\S)(.{1,500}?)(?<=\S)\1(?![\w*])")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)")


def extract_plain(raw: bytes, *, source_key: str, markdown: bool) -> DocumentText:
    """Raises SourceUnreadable for bytes that are no text."""
    text = decode(raw).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise SourceUnreadable("it is empty")
    pages = text.split("\f") if text.count("\f") >= 1 else [text]
    if len(pages) > 1 and not pages[-1].strip():
        pages.pop()
    blocks = [b for index, page in enumerate(pages) for b in _blocks(page, index, markdown=markdown)]
    return assemble(blocks, source_key=source_key, extractor=EXTRACTOR, page_labels=[""] * len(pages))


def decode(raw: bytes, declared: str = "") -> str:
    """Bytes to text: by byte order mark, UTF-8, the declared encoding, then the likeliest. Raises SourceUnreadable."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw.decode(encoding, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            return raw.decode(declared)
        except (LookupError, UnicodeDecodeError):
            pass
    return _guessed(raw)


def _guessed(raw: bytes) -> str:
    sample = raw[:65536]
    if sample.count(0) > len(sample) // 5 and b"\x00\x00\x00" not in sample:
        return raw.decode(
            "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be", errors="replace"
        )
    controls = sum(sample.count(bytes([c])) for c in (*range(9), *range(14, 27), *range(28, 32)))
    if controls > max(3, len(sample) // 100):
        raise SourceUnreadable("it is not a document of a known kind")
    replaced = raw.decode("utf-8", errors="replace")
    if replaced.count("\ufffd") * 200 < len(replaced):  # UTF-8 with a damaged place or two
        return replaced
    return raw.decode("cp1252", errors="replace")


def _blocks(page: str, index: int, *, markdown: bool) -> list[Block]:
    blocks: list[Block] = []
    for paragraph in re.split(r"\n[^\S\n]*(?:\n[^\S\n]*)+", page):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        while lines:
            taken = _heading(lines, index, markdown=markdown)
            if taken:
                blocks.append(taken[0])
                lines = lines[taken[1] :]
                continue
            count = _paragraph_length(lines, markdown=markdown)
            text = tidy(" ".join(lines[:count]))
            blocks.append(block(_unmarked(text) if markdown else text, index))
            lines = lines[count:]
    return blocks


def _heading(lines: list[str], index: int, *, markdown: bool) -> tuple[Block, int] | None:
    """The heading these lines begin with and how many of them it takes."""
    first = lines[0].strip()
    if markdown and (found := _MARKDOWN_HEADING.match(first)):
        return block(tidy(_unmarked(found.group(2))), index, level=len(found.group(1))), 1
    if len(lines) > 1 and _UNDERLINE.match(lines[1]) and len(lines[1].strip()) >= 3 and len(first) < 120:
        return block(tidy(first), index, level=1 if lines[1].strip()[0] == "=" else 2), 2
    alone = len(lines) == 1 and len(first) <= 80 and first[-1] not in ".,;?!"
    numbered = numbering_depth(first) > 0 and first.split(None, 1)[-1][:1].isupper()
    if alone and (kind_of(first) or numbered or (first.isupper() and sum(c.isalpha() for c in first) > 3)):
        return block(tidy(first), index, level=2), 1
    return None


def _paragraph_length(lines: list[str], *, markdown: bool) -> int:
    """How many lines belong together: a list item, a speaker's turn or the whole paragraph."""
    for count, line in enumerate(lines[1:], start=1):
        if _LIST_ITEM.match(line) or _TURN.match(line) or _STAMP.match(lines[count - 1]):
            return count
        if markdown and _MARKDOWN_HEADING.match(line.strip()):
            return count
    return len(lines)


def _unmarked(text: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _LINK.sub(r"\1", text)))  # twice: an image inside a link
