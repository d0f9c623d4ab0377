"""
Library objects and texts as the catalogue keeps them, and back.

An object is JSON by field name, so that a field added to the model later with a default reads back from older rows. A
text is the same, compressed. Decoding what encoding made gives an equal value.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import fields
from typing import Any

from zotero_bridge.model import (
    Annotation,
    Attachment,
    Creator,
    DocumentText,
    Item,
    LibraryObject,
    Note,
    Section,
    SectionKind,
    Tag,
)

_CLASSES: dict[str, type[Item] | type[Attachment] | type[Note] | type[Annotation]] = {
    "item": Item,
    "attachment": Attachment,
    "note": Note,
    "annotation": Annotation,
}
_FIELDS = {kind: frozenset(f.name for f in fields(cls)) for kind, cls in _CLASSES.items()}
_KINDS = {cls: kind for kind, cls in _CLASSES.items()}


def kind_of(held: LibraryObject) -> str:
    return _KINDS[type(held)]


def encode_object(held: LibraryObject) -> str:
    data: dict[str, Any] = {f.name: getattr(held, f.name) for f in fields(held)}
    data["tags"] = [[t.name, t.automatic] for t in held.tags]
    if isinstance(held, Item):
        data["creators"] = [[c.last, c.first, c.role, c.single_field] for c in held.creators]
    return json.dumps(data, separators=(",", ":"))


def decode_object(kind: str, body: str) -> LibraryObject:
    cls = _CLASSES[kind]
    known = _FIELDS[kind]
    data: dict[str, Any] = {name: value for name, value in json.loads(body).items() if name in known}
    data["tags"] = tuple(Tag(name, automatic) for name, automatic in data["tags"])
    if "collections" in data:
        data["collections"] = tuple(data["collections"])
    if cls is Item:
        data["creators"] = tuple(Creator(*c) for c in data["creators"])
        data["relations"] = tuple((predicate, uri) for predicate, uri in data["relations"])
    return cls(**data)


def made_of(held: LibraryObject) -> str:
    """
    Changes with whatever the object's text is made of, and with nothing else; "" where it has no text of its own.

    For an attachment it is what the library says of the file, which may be unchanged though the file is another.
    """
    match held:
        case Item(abstract=abstract):
            return _hash(abstract) if abstract.strip() else ""
        case Note(html=html):
            return _hash(html) if html.strip() else ""
        case Annotation(text=text, comment=comment):
            pages = f"{held.page_index}|{held.page_label}"
            return _hash(text, comment, pages, held.parent_key) if (text + comment).strip() else ""
        case Attachment():
            return _hash(held.path, held.filename, held.link_mode, held.content_type, held.md5)


def _hash(*parts: str) -> str:
    whole = "\x00".join(parts)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def encode_text(document: DocumentText) -> bytes:
    data = {
        "source_key": document.source_key,
        "text": document.text,
        "page_starts": document.page_starts,
        "page_labels": document.page_labels,
        "sections": [[s.start, s.end, s.kind.value, s.heading] for s in document.sections],
        "extractor": document.extractor,
        "moved": document.moved,
        "notes": document.notes,
    }
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 6)


def decode_text(body: bytes) -> DocumentText:
    data = json.loads(zlib.decompress(body))
    return DocumentText(
        source_key=data["source_key"],
        text=data["text"],
        page_starts=tuple(data["page_starts"]),
        page_labels=tuple(data["page_labels"]),
        sections=tuple(
            Section(start, end, SectionKind(kind), heading) for start, end, kind, heading in data["sections"]
        ),
        extractor=data["extractor"],
        moved=tuple((start, end, page) for start, end, page in data["moved"]),
        notes=tuple(data["notes"]),
    )
