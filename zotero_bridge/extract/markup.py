"""
Turn parsed HTML into blocks: paragraphs, headings, tables, captions, in document order.

Knows the elements of HTML and nothing of where they came from: web pages, chapters of an EPUB and Zotero notes all pass
here. Iterative throughout, so that markup nested without end cannot exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from lxml import etree

from zotero_bridge.extract.build import Block, tidy
from zotero_bridge.model import SectionKind

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "map",
        "select",
        "option",
        "button",
        "input",
        "textarea",
        "form-control",
        "rp",
        "datalist",
        "dialog",
        "frame",
        "frameset",
        "applet",
        "colgroup",
        "col",
        "source",
        "track",
    ]
)
_BREAKING = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "address",
        "fieldset",
        "details",
        "summary",
        "center",
        "form",
        "body",
        "html",
        "hgroup",
        "tr",
        "td",
        "th",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "caption",
        "legend",
        "hr",
        "label",
    ]
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}

_LONGEST_CELL = 600  # characters; a table with longer cells lays out a page, it does not tabulate

Event = Literal["start", "end", "left_out"]
Skip = Callable[[etree._Element], bool]
PageBreak = Callable[[etree._Element], int | None]


def tag_of(element: etree._Element) -> str:
    """The element's name in lower case, without a namespace; "" for comments and instructions."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].lower()


class _Writer:
    """Collects text until something breaks the paragraph."""

    def __init__(self, page: int) -> None:
        self.blocks: list[Block] = []
        self.page = page
        self._parts: list[tuple[int, list[str]]] = []

    def write(self, text: str | None) -> None:
        if not text:
            return
        if not self._parts or self._parts[-1][0] != self.page:
            self._parts.append((self.page, []))
        self._parts[-1][1].append(text)

    def close(self, *, level: int = 0, kind: SectionKind | None = None) -> None:
        parts = _tidy_parts([(page, "".join(texts)) for page, texts in self._parts])
        self._parts = []
        if parts:
            self.blocks.append(Block(parts, level, kind))


def _tidy_parts(parts: list[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    kept: list[tuple[int, str]] = []
    for page, text in parts:
        clean = tidy(text.replace("\n", " ").replace("\u0001", "\n"))
        if not clean:
            if kept and text:
                kept[-1] = (kept[-1][0], kept[-1][1].rstrip() + " ")
            continue
        if kept and text[:1].isspace() and not kept[-1][1].endswith(" "):
            kept[-1] = (kept[-1][0], kept[-1][1] + " ")
        kept.append((page, clean + (" " if text[-1:].isspace() else "")))
    if kept:
        kept[-1] = (kept[-1][0], kept[-1][1].rstrip())
    return tuple(kept)


def blocks_of(
    root: etree._Element,
    *,
    skip: Skip | None = None,
    page: int = 0,
    page_break: PageBreak | None = None,
) -> list[Block]:
    """
    The blocks under an element. `skip` says which elements to leave out; `page_break` gives the page an element opens.
    """
    writer = _Writer(page)
    heading: etree._Element | None = None  # the heading we are in
    caption: etree._Element | None = None

    def left_out(element: etree._Element) -> bool:
        return tag_of(element) in _SKIPPED or (skip is not None and skip(element))

    for event, element in _walk(root, left_out, _is_data_table):
        tag = tag_of(element)
        if event == "start":
            if page_break is not None and (opened := page_break(element)) is not None:
                writer.page = opened
            if tag in _HEADINGS and heading is None:
                writer.close(kind=SectionKind.CAPTION if caption is not None else None)
                heading = element
            elif tag == "br":
                writer.write(" " if heading is not None else "\u0001")
            elif tag in _BREAKING:
                if heading is not None:
                    writer.write(" ")
                else:
                    writer.close(kind=SectionKind.CAPTION if caption is not None else None)
                    caption = element if caption is None and tag in ("figcaption", "caption") else caption
            writer.write(element.text)
            continue
        if event == "left_out" and tag == "table" and not left_out(element):
            writer.close(kind=SectionKind.CAPTION if caption is not None else None)
            writer.blocks.extend(_table(element, writer.page, left_out))
        elif element is heading:
            writer.close(level=_HEADINGS[tag])
            heading = None
        elif tag in _BREAKING:
            if heading is not None:
                writer.write(" ")
            else:
                writer.close(kind=SectionKind.CAPTION if caption is not None else None)
        if element is caption:
            caption = None
        if element is not root:
            writer.write(element.tail)
    writer.close()
    return writer.blocks


def _walk(root: etree._Element, *stops: Skip) -> Iterator[tuple[Event, etree._Element]]:
    """Start and end of every element in document order; "left_out" once for what a stop keeps from being entered."""
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    stopped: etree._Element | None = None
    for event, element in walker:
        if event == "start" and element is not root and any(stop(element) for stop in stops):
            stopped = element
            walker.skip_subtree()
        elif event == "start":
            yield "start", element
        elif event == "end" and element is not stopped:
            yield "end", element
        else:
            stopped = None
            yield "left_out", element


def _is_data_table(element: etree._Element) -> bool:
    if tag_of(element) != "table" or element.get("role") in ("presentation", "none"):
        return False
    if _holds_words(element):
        return False
    cells = 0
    for inner in element.iterdescendants():
        tag = tag_of(inner)
        if tag == "table" or (tag in _GRID and _holds_words(inner)):
            return False
        if tag in ("td", "th"):
            if tag_of(inner.getparent()) != "tr":
                return False
            cells += 1
            length = 0
            for text in inner.itertext():
                length += len(text)
                if length > _LONGEST_CELL:
                    return False
    return cells > 1


_GRID = ("tr", "tbody", "thead", "tfoot", "colgroup")


def _holds_words(element: etree._Element) -> bool:
    """Words between the cells: a table of rows alone would lose them."""
    texts = [element.text, *(child.tail for child in element)]
    return any(text and text.strip() for text in texts)


def _table(table: etree._Element, page: int, left_out: Skip) -> list[Block]:
    """The caption and the rows of a table, a line each, cells parted by bars."""
    caption, rows = "", []
    for element in table.iterdescendants():
        tag = tag_of(element)
        if tag == "caption":
            caption = _inline(element, left_out)
        elif tag == "tr":
            cells = [_inline(cell, left_out) for cell in element if tag_of(cell) in ("td", "th")]
            rows.append(" | ".join(cells).strip(" |"))
    text = "\n".join(row for row in rows if row)
    blocks = [Block(((page, caption),), 0, SectionKind.CAPTION)] if caption else []
    return [*blocks, Block(((page, text),), 0, SectionKind.TABLE)] if text else blocks


def _inline(element: etree._Element, left_out: Skip) -> str:
    parts: list[str] = []
    for event, inner in _walk(element, left_out):
        if event == "start":
            if tag_of(inner) == "br" or tag_of(inner) in _BREAKING:
                parts.append(" ")
            parts.append(inner.text or "")
        elif inner is not element:
            if tag_of(inner) in _BREAKING:
                parts.append(" ")
            parts.append(inner.tail or "")
    return tidy("".join(parts).replace("\n", " "))
