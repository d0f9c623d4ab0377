"""
Make texts of what the library itself holds: notes, annotations, abstracts.

These have no pages of their own. What a reader sees is kept, citations and quoted marks included; what only a program
reads (attributes, JATS and HTML tags in abstracts) is not.
"""

from __future__ import annotations

import html
import re

from zotero_bridge.extract.build import Block, assemble, block, tidy
from zotero_bridge.model import Annotation, DocumentText, Item, Note, SectionKind

EXTRACTOR = "library@1"
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>]*)?/?>")
_BREAKING_TAG = re.compile(
    r"</?(?:jats:)?(?:p|title|sec|div|br|li|list|list-item|h[1-6]|abstract|ul|ol)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_TITLE_TAG = re.compile(
    r"<(?:jats:)?(?:title|h[1-6])(?:\s[^<>]*)?>\s*([^<>]{1,80}?)[\s.:]*</(?:jats:)?(?:title|h[1-6])>"
    r"\s*(?:<(?:jats:)?p(?:\s[^<>]*)?>)?",
    re.IGNORECASE,
)


def note_document(note: Note) -> DocumentText:
    """The text of a note as its reader sees it; an empty text for an empty note."""
    from zotero_bridge.extract.html import parse
    from zotero_bridge.extract.markup import blocks_of

    root = parse(note.html.encode("utf-8", "replace")) if _TAG.search(note.html) else None
    blocks: list[Block] = blocks_of(root) if root is not None else _paragraphs(plain(note.html))
    return assemble(blocks, source_key=note.key, extractor=EXTRACTOR)


def annotation_document(annotation: Annotation) -> DocumentText:
    """What is marked, a blank line, what the reader wrote about it."""
    blocks = [*_paragraphs(plain(annotation.text)), *_paragraphs(plain(annotation.comment))]
    before = ("",) * (annotation.page_index or 0)  # the pages before it hold none of this text
    return assemble(
        (Block(((len(before), b.text),)) for b in blocks),
        source_key=annotation.key,
        extractor=EXTRACTOR,
        page_labels=(*before, annotation.page_label),
    )


def abstract_document(item: Item) -> DocumentText:
    """The abstract of an item; its source key is the item's with "-abstract" behind it."""
    blocks = [Block(b.parts, b.level, SectionKind.ABSTRACT) for b in _paragraphs(plain(item.abstract))]
    return assemble(blocks, source_key=f"{item.key}-abstract", extractor=EXTRACTOR)


def plain(text: str) -> str:
    """Words without HTML or JATS tags and with character references resolved; "p < 0.05" stays as it is."""
    if "<" in text:
        text = _TITLE_TAG.sub(r"\n\n\1: ", text)
        text = _TAG.sub("", _BREAKING_TAG.sub("\n\n", text))
    return html.unescape(text) if "&" in text else text


def _paragraphs(text: str) -> list[Block]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [block(clean) for part in re.split(r"\n[^\S\n]*\n", text) if (clean := tidy(part.replace("\n", " ")))]
