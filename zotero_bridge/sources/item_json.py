"""
Zotero's item JSON as model objects.

Takes the `data` object of the web and local API (Zotero 7 to 10) and of exports that follow it. Empty and missing
fields mean the same. Knows nothing of transport, trash or files on disk.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping

from zotero_bridge.model import Annotation, Attachment, Creator, Item, LibraryObject, LibraryRef, Note, Tag
from zotero_bridge.sources.csl_dates import date_parts, plain_date
from zotero_bridge.sources.csl_fields import csl_from_zotero, first_filled

_MARKUP = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_CITEKEY = re.compile(r"^[ \t]*(?:citation[ -]key|citekey|bibtex)\*?[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_DOI_LINE = re.compile(r"^[ \t]*DOI[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_FIRST_BLOCK = re.compile(r"</(?:p|h\d|li|div|blockquote|td)>|<br\s*/?>|\n", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_NOTE_TITLE_LENGTH = 120  # as Zotero cuts it

JsonObject = Mapping[str, object]


def parse_object(
    data: JsonObject, *, library: LibraryRef, version: int, base_uri: str | None = None
) -> LibraryObject | None:
    """
    The object that a `data` object describes; None for what the bridge does not read (web links, images in notes).

    `base_uri` is what stands before `/items/KEY` in the item's Zotero URI; by default it is made from `library`.
    Objects in the trash are the caller's to leave out.
    """
    match _text(data, "itemType"):
        case "attachment":
            return _attachment(data, version)
        case "note":
            return _note(data, version)
        case "annotation":
            return _annotation(data, version)
        case _:
            return _item(data, version, zotero_base_uri(library) if base_uri is None else base_uri)


def zotero_base_uri(library: LibraryRef) -> str:
    """What Zotero item URIs of this library begin with; "" outside Zotero."""
    if not library.origin.startswith("zotero"):
        return ""
    return f"http://zotero.org/{'groups' if library.kind == 'group' else 'users'}/{library.id}"


def plain_title(title: str) -> str:
    """A title without the markup Zotero allows in it."""
    return " ".join(_MARKUP.sub("", title).split())


def plain_doi(doi: str) -> str:
    return _DOI.sub("", doi.strip())


def note_title(note_html: str) -> str:
    """The first line of a note, as Zotero names it."""
    for block in _FIRST_BLOCK.split(note_html):
        line = " ".join(html.unescape(_TAG.sub("", block)).split())
        if line:
            return line[:_NOTE_TITLE_LENGTH]
    return ""


def parse_creators(value: object) -> tuple[Creator, ...]:
    return tuple(creator for entry in _objects(value) if (creator := _creator(entry)) is not None)


def parse_tags(value: object) -> tuple[Tag, ...]:
    """Tags of item JSON: objects with `type` 1 when automatic, or bare names in older exports."""
    tags: dict[str, Tag] = {}
    for entry in value if isinstance(value, list) else []:
        name = entry if isinstance(entry, str) else _text(entry, "tag") if isinstance(entry, Mapping) else ""
        if name.strip():
            automatic = isinstance(entry, Mapping) and entry.get("type") == 1
            tags.setdefault(name.strip(), Tag(name=name.strip(), automatic=automatic))
    return tuple(tags.values())


def parse_relations(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        return ()
    pairs = [
        (str(predicate), str(uri))
        for predicate, uris in value.items()
        for uri in (uris if isinstance(uris, list) else [uris])
        if isinstance(uri, str) and uri
    ]
    return tuple(sorted(pairs))


def page_index_of(position: str) -> int | None:
    """0-based page of an annotationPosition; None where it names none (EPUB, snapshots)."""
    try:
        parsed = json.loads(position) if position else None
    except ValueError:
        return None
    page = parsed.get("pageIndex") if isinstance(parsed, dict) else None
    return page if isinstance(page, int) and not isinstance(page, bool) and page >= 0 else None


def _item(data: JsonObject, version: int, base_uri: str) -> Item:
    key = _text(data, "key")
    extra = _text(data, "extra")
    citekey = _text(data, "citationKey") or _found(_CITEKEY, extra)
    doi = plain_doi(_text(data, "DOI") or _found(_DOI_LINE, extra))
    creators = parse_creators(data.get("creators"))
    date = first_filled(data, "issued")
    parts = date_parts(date)
    csl = csl_from_zotero(data, creators, id=citekey or key, citekey=citekey, doi=doi)
    return Item(
        key=key,
        title=plain_title(first_filled(data, "title")),
        version=version,
        item_type=_text(data, "itemType") or "document",
        creators=creators,
        date=plain_date(date),
        year=parts[0] if parts else None,
        abstract=_text(data, "abstractNote"),
        citekey=citekey,
        doi=doi,
        language=_text(data, "language"),
        publication=plain_title(first_filled(data, "container-title")),
        tags=parse_tags(data.get("tags")),
        collections=_keys(data.get("collections")),
        relations=parse_relations(data.get("relations")),
        csl=json.dumps(csl, ensure_ascii=False, sort_keys=True),
        uri=f"{base_uri}/items/{key}" if base_uri else "",
        date_added=_text(data, "dateAdded"),
        date_modified=_text(data, "dateModified"),
    )


def _attachment(data: JsonObject, version: int) -> Attachment | None:
    link_mode = _text(data, "linkMode") or "imported_file"
    if link_mode in ("linked_url", "embedded_image"):
        return None
    path = _text(data, "path")
    filename = _text(data, "filename") or re.split(r"[/\\:]", path)[-1]
    return Attachment(
        key=_text(data, "key"),
        parent_key=_text(data, "parentItem") or None,
        title=plain_title(_text(data, "title")) or filename,
        version=version,
        link_mode=link_mode,
        content_type=_text(data, "contentType"),
        filename=filename,
        path=path,
        md5=_text(data, "md5"),
        tags=parse_tags(data.get("tags")),
        collections=_keys(data.get("collections")),
        url=_text(data, "url"),
    )


def _note(data: JsonObject, version: int) -> Note:
    body = _text(data, "note")
    return Note(
        key=_text(data, "key"),
        parent_key=_text(data, "parentItem") or None,
        html=body,
        version=version,
        title=note_title(body),
        tags=parse_tags(data.get("tags")),
        collections=_keys(data.get("collections")),
    )


def _annotation(data: JsonObject, version: int) -> Annotation:
    position = data.get("annotationPosition")
    written = position if isinstance(position, str) else json.dumps(position) if position else ""
    return Annotation(
        key=_text(data, "key"),
        parent_key=_text(data, "parentItem"),
        annotation_type=_text(data, "annotationType") or "highlight",
        text=_text(data, "annotationText"),
        comment=_text(data, "annotationComment"),
        color=_text(data, "annotationColor").lower(),
        page_label=_text(data, "annotationPageLabel"),
        page_index=page_index_of(written),
        sort_index=_text(data, "annotationSortIndex"),
        position=written,
        version=version,
        author=_text(data, "annotationAuthorName"),
        tags=parse_tags(data.get("tags")),
    )


def _creator(entry: JsonObject) -> Creator | None:
    role = _text(entry, "creatorType") or "author"
    if name := _text(entry, "name"):
        return Creator(last=name, role=role, single_field=True)
    last, first = _text(entry, "lastName"), _text(entry, "firstName")
    if not last and not first:
        return None
    if not last:
        return Creator(last=first, role=role, single_field=True)
    return Creator(last=last, first=first, role=role, single_field=entry.get("fieldMode") == 1)


def _text(data: JsonObject, name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return str(value).replace("\u2068", "").replace("\u2069", "").strip()


def _objects(value: object) -> list[JsonObject]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _keys(value: object) -> tuple[str, ...]:
    return tuple(key for key in value if isinstance(key, str)) if isinstance(value, list) else ()


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""
