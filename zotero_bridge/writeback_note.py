"""
A note as Zotero's own editor holds it: HTML with quotations, citations that Zotero knows, and links to pages.

Pure. A citation is a `span` whose `data-citation` names the cited item by its Zotero URI; the items' own data stands
once, in `data-citation-items` of the note, so that Zotero can cite an item that is not in the reader's library. A
quotation of the reader's highlight is a `span` with `data-annotation`. All three hold JSON with percent escapes.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from zotero_bridge.model import LibraryRef

NOTE_SCHEMA = 9  # of the note editor in Zotero 7 to 10
LONGEST_NOTE = 500_000  # characters; zotero.org refuses more
LONGEST_TAG = 255
MARKUP = re.compile(r"<[^>]*>")
LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')
UNESCAPED = "!'()*-._~"  # as encodeURIComponent leaves them, which wrote every such attribute there is


@dataclass(frozen=True, slots=True)
class PushQuotation:
    """Words of a source, and where they stand. `label` is what a reader sees: 'Smith and Jones, 2019'."""

    text: str
    item_uri: str  # the cited item's Zotero URI
    csl: str = "{}"  # its CSL JSON
    label: str = ""
    page_label: str = ""  # as printed
    page_index: int | None = None  # 0-based, physical
    attachment_key: str = ""  # opens at the page; "" where there is no file
    annotation_key: str = ""
    annotation_position: str = ""  # Zotero's annotationPosition
    color: str = ""


@dataclass(frozen=True, slots=True)
class PushParagraph:
    """A paragraph in the reviewer's own words, with the quotations it rests on cited at its end."""

    text: str
    cites: tuple[PushQuotation, ...] = ()
    heading: bool = False


@dataclass(frozen=True, slots=True)
class PushNote:
    """A note to be written: below an item, or standing alone when there is no `parent_item_key`."""

    title: str
    blocks: tuple[PushParagraph | PushQuotation, ...]
    parent_item_key: str | None = None
    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()  # of a note that stands alone
    ref: str = ""  # what it is in the ledger


@dataclass(frozen=True, slots=True)
class PushTags:
    """Tags to be added to an item, an attachment, a note or an annotation."""

    item_key: str
    tags: tuple[str, ...]
    title: str = ""
    ref: str = ""


def note_html(note: PushNote, library: LibraryRef) -> str:
    """The note's HTML, as Zotero stores it."""
    cited = list(_cited(note.blocks))
    attributes = f'data-schema-version="{NOTE_SCHEMA}"'
    if cited:
        attributes = f'data-citation-items="{_escaped(_citation_items(cited))}" {attributes}'
    parts = [f"<h1>{html.escape(note.title, quote=False)}</h1>"]
    parts += [_block(block, library) for block in note.blocks]
    return f"<div {attributes}>" + "\n".join(parts) + "</div>"


def page_link(quotation: PushQuotation, library: LibraryRef) -> str:
    """`zotero://open-pdf/…`: the page counted from 1, and the highlight where there is one. "" without a file."""
    if not quotation.attachment_key:
        return ""
    scope = f"groups/{library.id}" if library.kind == "group" else "library"
    query = [f"page={quotation.page_index + 1}"] if quotation.page_index is not None else []
    query += [f"annotation={quotation.annotation_key}"] if quotation.annotation_key else []
    return f"zotero://open-pdf/{scope}/items/{quotation.attachment_key}" + ("?" + "&".join(query) if query else "")


def shown_lines(note: str) -> list[str]:
    """A note as its reader sees it, line by line, links with where they lead; for a terminal."""
    text = LINK.sub(lambda link: f"{link[2]} ({link[1]})", note)
    lines = (html.unescape(MARKUP.sub("", line)).strip() for line in text.split("\n"))
    return [line for line in lines if line]


def gist(note: str) -> str:
    """The words of a note, whatever was done to its markup on the way."""
    return " ".join(html.unescape(MARKUP.sub(" ", note)).split())


def _block(block: PushParagraph | PushQuotation, library: LibraryRef) -> str:
    if isinstance(block, PushQuotation):
        parts = (_quoted(block), _citation([block]), _opener(block, library))
        return f"<blockquote>\n<p>{' '.join(p for p in parts if p)}</p>\n</blockquote>"
    if block.heading:
        return f"<h2>{_words(block.text)}</h2>"
    citation = _citation(block.cites)
    paragraphs = [p for p in block.text.split("\n\n") if p.strip()] or [""]
    paragraphs = [_words(p) for p in paragraphs]
    return "\n".join(f"<p>{p}</p>" for p in [*paragraphs[:-1], f"{paragraphs[-1]} {citation}".strip()])


def _quoted(quotation: PushQuotation) -> str:
    shown = f"\N{LEFT DOUBLE QUOTATION MARK}{_words(quotation.text)}\N{RIGHT DOUBLE QUOTATION MARK}"
    position = _position(quotation.annotation_position)
    if not (quotation.annotation_key and quotation.attachment_key and position):
        return shown
    annotation: dict[str, object] = {
        "attachmentURI": quotation.item_uri.rpartition("/")[0] + "/" + quotation.attachment_key,
        "annotationKey": quotation.annotation_key,
        "color": quotation.color or "#ffd400",
        "pageLabel": quotation.page_label,
        "position": position,
        "citationItem": _citation_item(quotation),
    }
    return f'<span class="highlight" data-annotation="{_escaped(annotation)}">{shown}</span>'


def _citation(quotations: Iterable[PushQuotation]) -> str:
    """One citation of these, each item and page once."""
    once = {(q.item_uri, q.page_label): q for q in quotations if q.item_uri}
    if not once:
        return ""
    data = {"citationItems": [_citation_item(q) for q in once.values()], "properties": {}}
    shown = "; ".join(f'<span class="citation-item">{_label(q)}</span>' for q in once.values())
    return f'<span class="citation" data-citation="{_escaped(data)}">({shown})</span>'


def _citation_item(quotation: PushQuotation) -> dict[str, object]:
    made: dict[str, object] = {"uris": [quotation.item_uri]}
    if quotation.page_label:
        made |= {"locator": quotation.page_label, "label": "page"}
    return made


def _citation_items(quotations: Iterable[PushQuotation]) -> list[dict[str, object]]:
    once = {q.item_uri: q for q in quotations}
    return [{"uris": [uri], "itemData": _item_data(q)} for uri, q in once.items()]


def _item_data(quotation: PushQuotation) -> object:
    made = json.loads(quotation.csl or "{}")
    return {**made, "id": quotation.item_uri} if isinstance(made, dict) else {}


def _opener(quotation: PushQuotation, library: LibraryRef) -> str:
    link = page_link(quotation, library)
    if not link:
        return ""
    if quotation.page_label:
        shown = f"p. {_words(quotation.page_label)}"
    elif quotation.page_index is not None:
        shown = f"page {quotation.page_index + 1} of the file"
    else:
        shown = "open"
    return f'<a href="{html.escape(link)}">{shown}</a>'


def _label(quotation: PushQuotation) -> str:
    label = quotation.label or quotation.item_uri.rpartition("/")[2]
    return _words(f"{label}, p. {quotation.page_label}" if quotation.page_label else label)


def _cited(blocks: Iterable[PushParagraph | PushQuotation]) -> Iterator[PushQuotation]:
    for block in blocks:
        yield from (q for q in ((block,) if isinstance(block, PushQuotation) else block.cites) if q.item_uri)


def _position(text: str) -> dict[str, object]:
    try:
        made = json.loads(text) if text else {}
    except ValueError:
        return {}
    return made if isinstance(made, dict) else {}


def _words(text: str) -> str:
    return html.escape(" ".join(text.split()), quote=False)


def _escaped(value: object) -> str:
    return quote(json.dumps(value, ensure_ascii=False, separators=(",", ":")), safe=UNESCAPED)
