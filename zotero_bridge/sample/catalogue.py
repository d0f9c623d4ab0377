"""
Write the sample library's `library.json`: what Zotero holds, as Better BibTeX's JSON translator exports it.

Keys are made from names and so never change; no clock is read. `make_sample` says what the format is.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zotero_bridge.sample import TEXTS
from zotero_bridge.sample.markup import Block, Text, read
from zotero_bridge.sample.readings import Reading

_LETTERS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"  # the letters of Zotero's keys
_URI = "http://zotero.org/users/local/sAmPlE01/items"
_ADDED, _MODIFIED = "2024-06-03T09:12:44Z", "2024-06-21T16:40:05Z"
MIME = {
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".html": "text/html",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One attachment: which text it is set from and where it stands beside library.json."""

    key: str
    text: Text
    title: str
    path: str

    def reading(self, folder: Path) -> Reading:
        """The finished file, read again."""
        head = self.text.head
        furniture = [head.get("running", ""), head.get("journal", ""), head["title"]]
        printed = int(head["first_page"]) if head.get("page_labels") == "no" else None
        footnotes = [f"{number} {note.text}" for number, note in self.text.footnotes.items()]
        return Reading(folder / self.path, furniture, footnotes=footnotes, first_printed=printed)


@dataclass(frozen=True, slots=True)
class SampleItem:
    key: str
    number: int  # Zotero's itemID
    record: Mapping[str, Any]  # its table in library.toml
    files: tuple[SampleFile, ...]

    @property
    def text(self) -> Text:
        return self.files[0].text


@dataclass(frozen=True, slots=True)
class Catalogue:
    items: tuple[SampleItem, ...]
    collections: tuple[str, ...]  # paths
    notes: tuple[Mapping[str, Any], ...]  # standalone
    theories: Mapping[str, str]


def key_of(name: str) -> str:
    """The eight-letter key that stands for a name."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
    letters = []
    for _ in range(8):
        number, at = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[at])
    return "".join(letters)


def load(texts: Path = TEXTS) -> Catalogue:
    table = tomllib.loads((texts / "library.toml").read_text(encoding="utf-8"))
    items = []
    for number, record in enumerate(table["item"], start=1):
        item_id = 10 * number
        files = [_file(texts, record["text"], "Full text", record["file"], item_id + 1)]
        if extra := record.get("supplement"):
            files.append(_file(texts, extra["text"], extra["title"], extra["file"], item_id + 2))
        items.append(SampleItem(key_of("item " + record["text"]), item_id, record, tuple(files)))
    paths = tuple(collection["path"] for collection in table["collection"])
    return Catalogue(tuple(items), paths, tuple(table["standalone_note"]), table["theories"])


def _file(texts: Path, name: str, title: str, filename: str, number: int) -> SampleFile:
    return SampleFile(key_of("file " + name), read(texts / f"{name}.md"), title, f"files/{number}/{filename}")


def export(catalogue: Catalogue, folder: Path) -> str:
    """library.json, for files that already stand in `folder`."""
    items = [_item(item, folder) for item in catalogue.items]
    notes = [_standalone_note(note, 900 + number) for number, note in enumerate(catalogue.notes)]
    data = {
        "config": {
            "id": "36a3b0b5-bad0-4a04-b79b-441c7cef77db",
            "label": "BetterBibTeX JSON",
            "preferences": {},
            "options": {"exportFileData": True, "exportNotes": True, "Items": True, "Normalize": True},
        },
        "version": {"zotero": "7.0.11", "bbt": "6.7.248"},
        "collections": _collections(catalogue),
        "items": [*items, *notes],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _item(item: SampleItem, folder: Path) -> dict[str, Any]:
    record = item.record
    abstract = " ".join(b.text for b in item.text.blocks if b.section_kind == "abstract" and b.kind == "paragraph")
    data = {
        **_dated(item.key),
        "version": 1,
        "itemID": item.number,
        "itemKey": item.key,
        "libraryID": 1,
        "itemType": record["type"],
        "citationKey": record["citekey"],
        "title": item.text.head["title"],
        "creators": [_creator(name) for name in record["creators"]],
        "date": record["date"],
        "abstractNote": abstract,
        "language": "en-GB",
        **record.get("fields", {}),
        **_pages(item, folder),
        "tags": [_tag(name) for name in record.get("tags", [])],
        "notes": [_note(html, f"note {item.key} {n}") for n, html in enumerate(record.get("notes", []))],
        "attachments": [_attachment(item, file, folder) for file in item.files],
    }
    return {name: value for name, value in data.items() if value != ""}


def _pages(item: SampleItem, folder: Path) -> dict[str, str]:
    """The printed pages of a paper, from the paper itself."""
    if "first_page" not in item.text.head:
        return {}
    labels = item.files[0].reading(folder).labels
    return {"pages": f"{labels[0]}-{labels[-1]}"}


def _dated(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "uri": f"{_URI}/{key}",
        "select": f"zotero://select/library/items/{key}",
        "dateAdded": _ADDED,
        "dateModified": _MODIFIED,
        "relations": {},
    }


def _creator(name: str) -> dict[str, str]:
    role, colon, rest = name.partition(": ")
    role, name = (role, rest) if colon else ("author", name)
    last, comma, first = name.partition(", ")
    if comma and role != "interviewee":
        return {"creatorType": role, "firstName": first, "lastName": last}
    return {"creatorType": role, "name": name}


def _tag(name: str) -> dict[str, Any]:
    return {"tag": name[1:], "type": 1} if name.startswith("*") else {"tag": name}


def _note(html: str, name: str) -> dict[str, Any]:
    return {**_dated(key_of(name)), "itemType": "note", "note": html, "tags": []}


def _standalone_note(note: Mapping[str, Any], number: int) -> dict[str, Any]:
    key = key_of(f"standalone note {number}")
    tags = [_tag(name) for name in note["tags"]]
    return {**_dated(key), "itemID": number, "itemKey": key, "itemType": "note", "note": note["html"], "tags": tags}


def _attachment(item: SampleItem, file: SampleFile, folder: Path) -> dict[str, Any]:
    data = {
        **_dated(file.key),
        "itemType": "attachment",
        "title": file.title,
        "path": file.path,
        "mimeType": MIME[Path(file.path).suffix],
        "tags": [],
    }
    if file is item.files[0] and (highlights := item.record.get("highlights")):
        reading = file.reading(folder)
        data["annotations"] = [_annotation(file, each, n, reading) for n, each in enumerate(highlights)]
    return data


def _annotation(file: SampleFile, record: Mapping[str, Any], number: int, reading: Reading) -> dict[str, Any]:
    note = record.get("page_note")
    words = note or _span(file.text, record["starts"])
    place = reading.place(words)
    key = key_of(f"annotation {file.key} {number}")
    position: dict[str, Any] = {"pageIndex": place.page_index, "rects": [list(rect) for rect in place.rects]}
    if place.next_rects:
        position["nextPageRects"] = [list(rect) for rect in place.next_rects]
    data = {
        **_dated(key),
        "version": 1,
        "itemType": "annotation",
        "parentItem": file.key,
        "annotationType": "note" if note else "highlight",
        "annotationAuthorName": "",
        "annotationText": "" if note else words,
        "annotationComment": record.get("comment", ""),
        "annotationColor": record["color"],
        "annotationPageLabel": place.page_label,
        "annotationSortIndex": f"{place.page_index or 0:05d}|{place.offset:06d}|{max(0, int(place.top)):05d}",
        "annotationPosition": json.dumps(position, separators=(",", ":")),
        "tags": [{"tag": tag} for tag in record.get("tags", [])],
    }
    if note:
        del data["annotationText"]
    return data


def _span(text: Text, begins: str) -> str:
    """The planted span, a role or a whole mark, that begins with these words."""
    for block, start, end in _spans(text):
        if block.text[start:end].startswith(begins):
            return block.text[start:end]
    raise LookupError(f"{text.name}: no planted span begins with {begins!r}")


def _spans(text: Text) -> list[tuple[Block, int, int]]:
    roles = [(block, start, end) for block, mark in text.planted() for _, start, end in mark.roles]
    return roles + [(block, mark.start, mark.end) for block, mark in text.planted()]


def _collections(catalogue: Catalogue) -> dict[str, Any]:
    found = {}
    for number, path in enumerate(catalogue.collections, start=1):
        key = key_of("collection " + path)
        parent, slash, name = path.rpartition("/")
        members = [item.number for item in catalogue.items if path in item.record["collections"]]
        members += [900 + n for n, note in enumerate(catalogue.notes) if path in note["collections"]]
        found[key] = {
            "id": number,
            "key": key,
            "parent": key_of("collection " + parent) if slash else "",
            "name": name if slash else path,
            "items": members,
            "collections": [
                key_of("collection " + other) for other in catalogue.collections if other.rpartition("/")[0] == path
            ],
        }
    return found
