"""
References of an export as library objects with keys of their own.

Readers of formats make an `Entry` for each reference; `assemble` gives keys, which look like Zotero's and stay the same
when the library is exported again: they follow from the citation key, else the DOI, else title, year and creators.
Knows nothing of formats or files on disk.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from zotero_bridge.model import Attachment, Collection, Item, LibraryObject, Note
from zotero_bridge.sources.export_files import content_type_of, last_name
from zotero_bridge.sources.item_json import note_title

_ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"  # Zotero's
_KEY = re.compile(rf"^[{_ALPHABET}]{{8}}$")
_STORED_AT = re.compile(rf"(?:^|[/\\])storage[/\\]([{_ALPHABET}]{{8}})[/\\]")
_POSITIONAL = re.compile(r"^(?:ITEM-)?\d+$")  # a counter, not a name: Mendeley's CSL JSON, EndNote's record numbers


@dataclass(frozen=True, slots=True)
class AttachedFile:
    path: str  # as the export states it
    title: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reference. `item.key` is empty unless the export holds Zotero's; `groups` are paths from the top."""

    item: Item
    where: str  # "entry 3", "line 12"
    files: tuple[AttachedFile, ...] = ()
    notes: tuple[str, ...] = ()  # HTML
    groups: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ExportContents:
    """Everything an export holds, and what of it could not be read."""

    objects: tuple[LibraryObject, ...]
    collections: tuple[Collection, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class KeyRing:
    """Keys already given. No key is ever given twice."""

    taken: set[str] = field(default_factory=set)
    ordinals: dict[str, int] = field(default_factory=dict)  # how often a key was wanted; many references may want one

    def claim(self, key: str) -> str:
        """This key, or one derived from it when it is taken."""
        ordinal, claimed = self.ordinals.get(key, 1), key
        while claimed in self.taken:
            ordinal += 1
            claimed = stable_key(key, str(ordinal))
        self.ordinals[key] = ordinal
        self.taken.add(claimed)
        return claimed


def assemble(entries: Sequence[Entry], problems: Iterable[str] = ()) -> ExportContents:
    """Keys, parents and collections for the entries of one export, in its order."""
    ring, collections = KeyRing(), _Collections()
    named: dict[str, str] = {}
    objects: list[LibraryObject] = []
    said = list(problems)
    for entry in entries:
        item = entry.item
        if item.citekey and item.citekey in named:
            said.append(
                f"The citation key {item.citekey} names two references ({named[item.citekey]} and {entry.where}); "
                "the second is cited by its item key instead."
            )
            item = replace(item, citekey="")
        elif item.citekey:
            named[item.citekey] = entry.where
        item = with_key(item, ring.claim(item.key or stable_key(*identity(item))))
        objects.append(replace(item, collections=tuple(dict.fromkeys(collections.key(path) for path in entry.groups))))
        objects += _attachments(entry, item.key, ring)
        objects += _notes(entry, item.key, ring)
    return ExportContents(tuple(objects), collections.all(), tuple(said))


def stable_key(*parts: str) -> str:
    """Eight characters of Zotero's alphabet that follow from the parts alone."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:8], "big")
    letters = []
    for _ in range(8):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return "".join(letters)


def is_zotero_key(text: str) -> bool:
    return _KEY.match(text) is not None


def stored_key(path: str) -> str:
    """The attachment's key in a path into Zotero's storage; "" where there is none."""
    found = _STORED_AT.search(path)
    return found[1] if found else ""


def is_positional(name: str) -> bool:
    """Whether an entry's name only counts, so that another export may give it to another reference."""
    return _POSITIONAL.match(name) is not None


def stamp_of(content: LibraryObject) -> str:
    """Equal stamps mean equal content."""
    return hashlib.sha256(repr(content).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def identity(item: Item) -> tuple[str, ...]:
    """What stays the same about a reference when it is exported again."""
    if item.citekey and not (is_positional(item.citekey) and item.title):
        return ("citekey", item.citekey)
    if item.doi:
        return ("doi", item.doi.lower())
    people = ";".join(f"{creator.last},{creator.first}" for creator in item.creators)
    return ("title", " ".join(item.title.casefold().split()), str(item.year or ""), people.casefold())


def with_key(item: Item, key: str) -> Item:
    """The item under this key; its CSL JSON goes by the citation key, else by the item key."""
    csl = json.loads(item.csl)
    csl["id"] = item.citekey or key
    if not item.citekey:
        csl.pop("citation-key", None)
    return replace(item, key=key, csl=json.dumps(csl, ensure_ascii=False, sort_keys=True))


def _attachments(entry: Entry, item_key: str, ring: KeyRing) -> list[Attachment]:
    return [
        Attachment(
            key=ring.claim(stored_key(file.path) or stable_key(item_key, "file", file.path)),
            parent_key=item_key,
            title=file.title or last_name(file.path),
            link_mode="linked_file",
            content_type=content_type_of(file.path) or file.content_type,
            filename=last_name(file.path),
            path=file.path,
        )
        for file in {file.path: file for file in reversed(entry.files)}.values()
    ][::-1]


def _notes(entry: Entry, item_key: str, ring: KeyRing) -> list[Note]:
    return [
        Note(
            key=ring.claim(stable_key(item_key, "note", str(number))),
            parent_key=item_key,
            html=text,
            title=note_title(text),
        )
        for number, text in enumerate(entry.notes)
    ]


@dataclass(slots=True)
class _Collections:
    """Collections by their path, parents made as they are needed."""

    found: dict[tuple[str, ...], Collection] = field(default_factory=dict)

    def key(self, path: tuple[str, ...]) -> str:
        if path not in self.found:
            parent = self.key(path[:-1]) if len(path) > 1 else None
            self.found[path] = Collection(key=stable_key("collection", *path), name=path[-1], parent_key=parent)
        return self.found[path].key

    def all(self) -> tuple[Collection, ...]:
        return tuple(self.found.values())
