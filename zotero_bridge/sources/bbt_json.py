"""
Better BibTeX JSON, and lists of Zotero's own item JSON.

Items hold their attachments, notes and, under the attachments, annotations. Keys are Zotero's where the export has
them. Kept as exported: collections by key, relations, citation keys, tags with their type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zotero_bridge.errors import ExportMalformed
from zotero_bridge.model import Annotation, Collection, Item, LibraryObject, LibraryRef
from zotero_bridge.sources.csl_import import as_html
from zotero_bridge.sources.export_entries import (
    ExportContents,
    KeyRing,
    identity,
    stable_key,
    stored_key,
    with_key,
)
from zotero_bridge.sources.export_files import content_type_of
from zotero_bridge.sources.item_json import parse_object

_URI = re.compile(r"^(?P<base>https?://(?:www\.)?zotero\.org/.+)/items/(?P<key>[A-Z0-9]{8})$")
_ANNOTATION_FIELDS = ("type", "text", "comment", "color", "pageLabel", "sortIndex", "position", "authorName")

JsonObject = Mapping[str, object]


def read_zotero_json(entries: Sequence[object], collections: object, name: str, library: LibraryRef) -> ExportContents:
    """`collections` is Better BibTeX's map of them, or None. Raises ExportMalformed naming the entry."""
    reading = _Reading(name=name, library=library)
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            raise ExportMalformed(f"{name} is not a Zotero export: item {number} is not an object.")
        data = entry.get("data")
        reading.take(data if isinstance(data, Mapping) and "itemType" in data else entry, number)
    return reading.finished(collections)


@dataclass(slots=True)
class _Reading:
    """One pass over an export; `members` collects which item ids and keys name which object."""

    name: str
    library: LibraryRef
    ring: KeyRing = field(default_factory=KeyRing)
    objects: list[LibraryObject] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    citekeys: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def take(self, data: JsonObject, number: int) -> None:
        if data.get("deleted"):
            return
        match data.get("itemType"):
            case "attachment":
                self._attachment(data, _text(data, "parentItem") or None)
            case "note":
                self._note(data, _text(data, "parentItem") or None, 0)
            case "annotation":
                self._annotation(data, _text(data, "parentItem"), 0)
            case str(item_type) if item_type:
                self._item(data, number)
            case _:
                raise ExportMalformed(f"{self.name}: item {number} has no itemType.")

    def finished(self, collections: object) -> ExportContents:
        found: dict[str, Collection] = {}
        inside: dict[str, list[str]] = {}
        listed: JsonObject = collections if isinstance(collections, Mapping) else {}
        for key, collection in listed.items():
            if isinstance(collection, Mapping):
                parent = collection.get("parent")
                found[str(key)] = Collection(
                    key=str(key),
                    name=_text(collection, "name") or str(key),
                    parent_key=str(parent) if parent and str(parent) in listed else None,
                )
                members = collection.get("items")
                for member in members if isinstance(members, list) else []:
                    if str(member) in self.members:
                        inside.setdefault(self.members[str(member)], []).append(str(key))
        objects = [_placed(entry, inside.get(entry.key, []), found) for entry in _hung(self.objects)]
        return ExportContents(tuple(objects), tuple(found.values()), tuple(self.problems))

    def _item(self, data: JsonObject, number: int) -> None:
        uri = _URI.match(_text(data, "uri"))
        stated = _text(data, "key") or _text(data, "itemKey") or (uri["key"] if uri else "")
        fields = {
            **data,
            "key": stated,
            "citationKey": _text(data, "citationKey") or _text(data, "citekey"),
            "relations": _relations(data.get("relations")),
        }
        item = self._parsed(fields, base_uri=uri["base"] if uri else "")
        if not isinstance(item, Item):
            return
        if item.citekey in self.citekeys:
            self.problems.append(
                f"The citation key {item.citekey} names two references (items {self.citekeys[item.citekey]} and "
                f"{number}); the second is cited by its item key instead."
            )
            item = replace(item, citekey="")
        elif item.citekey:
            self.citekeys[item.citekey] = number
        key = self.ring.claim(stated or stable_key(*identity(item)))
        self.objects.append(with_key(item, key))
        self._know(data, key)
        for file in _objects(data.get("attachments")):
            self._attachment(file, key)
        notes = data.get("notes")
        for ordinal, note in enumerate(notes if isinstance(notes, list) else []):
            self._note({"note": note} if isinstance(note, str) else note, key, ordinal)

    def _attachment(self, data: JsonObject, parent: str | None) -> None:
        if data.get("deleted"):
            return
        path = _text(data, "path") or _text(data, "localPath") or _text(data, "localpath") or _text(data, "defaultPath")
        if not path and not _text(data, "filename"):
            return  # a link to a web page
        path = path or _text(data, "filename")
        uri = _URI.match(_text(data, "uri"))
        stated = _text(data, "key") or _text(data, "itemKey") or (uri["key"] if uri else "") or stored_key(path)
        key = self.ring.claim(stated or stable_key(parent or "", "file", path))
        fields = {
            **data,
            "itemType": "attachment",
            "key": key,
            "parentItem": parent or "",
            "path": path,
            "contentType": _text(data, "contentType") or _text(data, "mimeType") or content_type_of(path),
        }
        self._add(fields)
        self._know(data, key)
        for ordinal, annotation in enumerate(_objects(data.get("annotations"))):
            self._annotation(annotation, key, ordinal)

    def _note(self, data: object, parent: str | None, ordinal: int) -> None:
        if not isinstance(data, Mapping) or data.get("deleted"):
            return
        body = _text(data, "note")
        if not body.strip():
            return
        uri = _URI.match(_text(data, "uri"))
        stated = _text(data, "key") or _text(data, "itemKey") or (uri["key"] if uri else "")
        key = self.ring.claim(stated or stable_key(parent or "", "note", str(ordinal) if parent else body))
        as_stored = body if "<" in body else as_html(body)
        self._add({**data, "itemType": "note", "key": key, "parentItem": parent or "", "note": as_stored})
        self._know(data, key)

    def _annotation(self, data: JsonObject, parent: str, ordinal: int) -> None:
        if data.get("deleted"):
            return
        long_names = {
            f"annotation{short[0].upper()}{short[1:]}": data[short]
            for short in _ANNOTATION_FIELDS
            if short in data and f"annotation{short[0].upper()}{short[1:]}" not in data
        }
        stated = _text(data, "key") or _text(data, "itemKey")
        place = (_text(data, "annotationSortIndex"), _text(data, "annotationText"), str(ordinal))
        key = self.ring.claim(stated or stable_key(parent, "annotation", *place))
        self._add({**data, **long_names, "itemType": "annotation", "key": key, "parentItem": parent})

    def _add(self, fields: JsonObject) -> None:
        parsed = self._parsed(fields, base_uri="")
        if parsed is not None:
            self.objects.append(parsed)

    def _parsed(self, fields: JsonObject, *, base_uri: str) -> LibraryObject | None:
        version = fields.get("version")
        return parse_object(
            fields, library=self.library, version=version if isinstance(version, int) else 0, base_uri=base_uri
        )

    def _know(self, data: JsonObject, key: str) -> None:
        self.members[key] = key
        for name in ("itemID", "key", "itemKey"):
            if isinstance(data.get(name), str | int):
                self.members.setdefault(str(data[name]), key)


def _hung(objects: Sequence[LibraryObject]) -> Iterator[LibraryObject]:
    """Each under a parent that the export holds: files and notes stand alone without it, annotations go."""
    keys = {entry.key for entry in objects}
    for entry in objects:
        if isinstance(entry, Item) or entry.parent_key is None or entry.parent_key in keys:
            yield entry
        elif not isinstance(entry, Annotation):
            yield replace(entry, parent_key=None)


def _placed(entry: LibraryObject, listed: list[str], known: Mapping[str, Collection]) -> LibraryObject:
    """With the collections that list it, besides those it names itself; unknown ones are kept where none are given."""
    if isinstance(entry, Annotation) or (not isinstance(entry, Item) and entry.parent_key is not None):
        return entry
    named = [key for key in entry.collections if key in known or not known]
    return replace(entry, collections=tuple(dict.fromkeys([*named, *listed])))


def _relations(value: object) -> object:
    """Better BibTeX writes a bare list of related URIs."""
    return {"dc:relation": value} if isinstance(value, list) else value


def _objects(value: object) -> list[JsonObject]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _text(data: JsonObject, name: str) -> str:
    value = data.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
