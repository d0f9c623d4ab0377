"""
A Zotero library in memory: items, collections, searches, files, and the versions they move through.

It knows what Zotero knows of a library and nothing of HTTP. `data` dicts are Zotero's own item JSON. An edit made here
is what a person does in Zotero's window: before version 10 it leaves every version as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Data = dict[str, Any]
KEY_LETTERS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
NOT_REGULAR = ("attachment", "note", "annotation")


@dataclass
class EmulatedLibrary:
    """Objects are kept in the order Zotero created them; a listing sorts them stably by `dateModified`."""

    kind: str = "user"
    id: int = 0
    name: str = "My Library"
    description: str = ""
    version: int = 0
    group_version: int = 0
    counts_versions: bool = True  # 10 and the web count every change; 7 to 9 keep what the last sync gave
    items: dict[str, Data] = field(default_factory=dict)
    collections: dict[str, Data] = field(default_factory=dict)
    searches: dict[str, Data] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # attachment key -> absolute path or file URL
    sizes: dict[str, int] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)  # what the web's file storage holds
    fulltext: dict[str, Data] = field(default_factory=dict)
    deleted: dict[str, dict[str, int]] = field(default_factory=lambda: {"items": {}, "collections": {}, "searches": {}})
    clock: int = 0
    now: str = "2026-11-23T09:00:00Z"  # when edits that come over the API happen
    next_keys: list[str] = field(default_factory=list)  # given to new objects before any made-up one
    rendered: dict[str, str] = field(default_factory=dict)  # JSON per item, dropped when it changes
    _children: dict[str, list[str]] | None = None

    def new_key(self) -> str:
        if self.next_keys:
            return self.next_keys.pop(0)
        self.clock += 1
        number, letters = self.clock * 2654435761 % (33**8), ""
        for _ in range(8):
            number, digit = divmod(number, 33)
            letters += KEY_LETTERS[digit]
        return letters if letters not in self.items and letters not in self.collections else self.new_key()

    def bump(self) -> int:
        if self.counts_versions:
            self.version += 1
        return self.version

    def add(self, data: Data, *, first: bool = False, path: Path | None = None) -> str:
        """A new item. `first` puts it before all others of the same second, as a later one would be."""
        key = str(data.get("key") or self.new_key())
        version = self.bump()
        entry = {
            "key": key,
            "version": version if self.counts_versions else 0,
            **{k: v for k, v in data.items() if k != "key"},
        }
        entry["version"] = version if self.counts_versions else 0
        entry.setdefault("tags", [])
        entry.setdefault("relations", {})
        entry.setdefault("dateAdded", "2026-11-22T21:00:00Z")
        entry.setdefault("dateModified", entry["dateAdded"])
        if entry["itemType"] != "annotation" and not entry.get("parentItem"):
            entry.setdefault("collections", [])
        self.items = {key: entry, **self.items} if first else {**self.items, key: entry}
        if path is not None:
            self.files[key] = str(path)
        self._changed(key)
        return key

    def edit(self, key: str, **fields: Any) -> int:
        version = self.bump()
        self.items[key] = {**self.items[key], **fields}
        if self.counts_versions:
            self.items[key]["version"] = version
        self._changed(key)
        return version

    def trash(self, key: str) -> int:
        return self.edit(key, deleted=True)

    def restore(self, key: str) -> int:
        version = self.edit(key)
        del self.items[key]["deleted"]
        return version

    def erase(self, key: str) -> int:
        version = self.bump()
        for gone in [key, *self.below(key)]:
            self.items.pop(gone, None)
            self.deleted["items"][gone] = version
            self._changed(gone)
        return version

    def add_collection(self, name: str, parent: str | None = None) -> str:
        key = self.new_key()
        version = self.bump()
        self.collections[key] = {
            "key": key,
            "version": version,
            "name": name,
            "parentCollection": parent or False,
            "relations": {},
        }
        return key

    def add_search(self, name: str, conditions: list[dict[str, str]]) -> str:
        key = self.new_key()
        version = self.bump()
        self.searches[key] = {"key": key, "version": version, "name": name, "conditions": conditions}
        return key

    def children(self, key: str) -> list[str]:
        if self._children is None:
            found: dict[str, list[str]] = {}
            for child, data in self.items.items():
                if parent := data.get("parentItem"):
                    found.setdefault(parent, []).append(child)
            self._children = found
        return self._children.get(key, [])

    def below(self, key: str) -> list[str]:
        """Everything under an item: attachments, notes and their annotations."""
        return [k for child in self.children(key) for k in (child, *self.below(child))]

    def in_trash(self, key: str) -> bool:
        """In the trash itself, or under something that is."""
        data: Data | None = self.items.get(key)
        while data is not None:
            if data.get("deleted"):
                return True
            data = self.items.get(data.get("parentItem", ""))
        return False

    def listed(self, keys: Iterable[str], *, annotations: bool = True) -> set[str]:
        """These items with their children, as a Zotero search with children finds them."""
        found: set[str] = set()
        for key in keys:
            found.add(key)
            found.update(self.below(key))
        return found if annotations else {k for k in found if self.items[k]["itemType"] != "annotation"}

    def run_search(self, conditions: list[dict[str, str]]) -> set[str]:
        """The few conditions the tests use: a tag, a title, an item type."""
        return {k for k, d in self.items.items() if not self.in_trash(k) and all(_meets(d, c) for c in conditions)}

    def tags(self) -> list[Data]:
        """Every tag in use outside the trash, by name."""
        found: dict[str, Data] = {}
        for key, data in self.items.items():
            for tag in data.get("tags", []) if not self.in_trash(key) else []:
                entry = found.setdefault(tag["tag"], {"tag": tag["tag"], "type": tag.get("type", 0), "numItems": 0})
                entry["numItems"] += 1
        return [found[name] for name in sorted(found)]

    def meta(self, key: str) -> Data:
        data = self.items[key]
        made: Data = {}
        authors = [c for c in data.get("creators", []) if c["creatorType"] == "author"] or data.get("creators", [])
        names = [c.get("lastName") or c.get("name", "") for c in authors]
        if len(names) == 1:
            made["creatorSummary"] = names[0]
        elif len(names) == 2:
            made["creatorSummary"] = f"\u2068{names[0]}\u2069 and \u2068{names[1]}\u2069"
        elif names:
            made["creatorSummary"] = f"{names[0]} et al."
        if match := re.search(r"\d{4}(-\d\d){0,2}", data.get("date", "")):
            made["parsedDate"] = match[0]
        regular = data["itemType"] not in NOT_REGULAR
        made["numChildren"] = sum(not self.in_trash(k) for k in self.children(key)) if regular else 0
        return made

    def sorted_items(self, keys: Iterable[str], sort: str, descending: bool) -> list[str]:
        wanted = set(keys)
        found = [k for k in self.items if k in wanted]
        return sorted(found, key=lambda k: str(self.items[k].get(sort, "")), reverse=descending)

    def live(self) -> Iterator[str]:
        return (k for k in self.items if not self.in_trash(k))

    def _changed(self, key: str) -> None:
        self._children = None
        related = {key, *(self.below(key) if key in self.items else [])}
        if parent := self.items.get(key, {}).get("parentItem"):
            related |= {parent, self.items.get(parent, {}).get("parentItem", "")}
        for one in related:
            self.rendered.pop(one, None)


def _meets(data: Data, condition: dict[str, str]) -> bool:
    value = condition["value"]
    match condition["condition"], condition["operator"]:
        case "tag", "is":
            return any(t["tag"] == value for t in data.get("tags", []))
        case "title", "contains":
            return value.lower() in data.get("title", "").lower()
        case "itemType", "is":
            return bool(data["itemType"] == value)
    return False
