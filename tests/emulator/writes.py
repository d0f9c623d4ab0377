"""What a written item does to a library, and what is said about it; the same on Zotero 10 and on zotero.org."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.emulator.library import EmulatedLibrary
from tests.emulator.render import Renderer

KNOWN_TYPES = {"note", "attachment", "annotation", "book", "journalArticle", "report", "webpage", "document"}


@dataclass(frozen=True)
class Refused(Exception):
    code: int
    message: str


def write_many(
    library: EmulatedLibrary, render: Renderer, entries: list[dict[str, Any]], *, header: int | None, strict: bool
) -> dict[str, Any]:
    """One version for the whole batch. `strict`: a given version must be the present one, not only as new."""
    made: dict[str, Any] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
    version = library.version
    for number, entry in enumerate(entries):
        library.version = version
        try:
            key = write_one(library, entry, header=header, strict=strict)
        except Refused as refusal:
            failure = {"key": entry.get("key", ""), "code": refusal.code, "message": refusal.message}
            made["failed"][str(number)] = failure
            continue
        made["successful"][str(number)] = render.item(key)
        made["success"][str(number)] = key
    library.version = version + 1 if made["success"] else version
    return made


def write_one(library: EmulatedLibrary, entry: dict[str, Any], *, header: int | None, strict: bool) -> str:
    """Adds or merges one item; the key of what was written."""
    key = str(entry.get("key", ""))
    fields = {k: v for k, v in entry.items() if k not in ("key", "version")}
    if "deleted" in fields and not fields["deleted"]:
        fields.pop("deleted")
    for name in fields.get("collections", ()):
        if name not in library.collections:
            raise Refused(409, f"Collection {name} not found")
    if key and key in library.items:
        check_version(library.items[key]["version"], entry.get("version"), header, strict=strict)
        library.edit(key, **fields, dateModified=library.now)
        return key
    if entry.get("itemType") not in KNOWN_TYPES:
        raise Refused(400, f"Unknown itemType '{entry.get('itemType')}'")
    parent = entry.get("parentItem")
    if parent and parent not in library.items:
        raise Refused(409, f"Parent item {parent} not found")
    if len(str(entry.get("note", ""))) > 500_000:
        raise Refused(413, "Note is too long")
    return library.add({**fields, "dateAdded": library.now, "dateModified": library.now}, first=True)


def check_version(present: int, given: Any, header: int | None, *, strict: bool) -> None:
    if given is None and header is None:
        raise Refused(428, "If-Unmodified-Since-Version not provided")
    expected = int(given if given is not None else header or 0)
    equal_needed = strict and given is not None
    if (equal_needed and present != expected) or present > expected:
        text = f"item has been modified since specified version (expected {expected}, found {present})"
        raise Refused(412, text)
