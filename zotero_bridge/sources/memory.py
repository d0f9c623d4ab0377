"""
A library held in memory, for trying things out and for every test that needs a library and no Zotero.

It behaves as the port promises and as Zotero does: stamps change with an object's content, what is in the trash is not
surveyed, a key that went meanwhile is left out of a fetch, and a survey with nothing new is None.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from zotero_bridge.errors import AttachmentMissing, LibraryError
from zotero_bridge.model import (
    Attachment,
    Collection,
    LibraryObject,
    LibraryRef,
    SavedSearch,
    Survey,
)

_REF = LibraryRef(kind="user", id="0", origin="memory:", name="In memory")


class MemoryLibrary:
    """A LibrarySource that can be edited."""

    def __init__(self, objects: Iterable[LibraryObject] = (), *, ref: LibraryRef = _REF) -> None:
        self._ref = ref
        self._objects: dict[str, LibraryObject] = {}
        self._files: dict[str, Path] = {}
        self._collections: dict[str, Collection] = {}
        self._searches: dict[str, tuple[SavedSearch, frozenset[str]]] = {}
        self.put(*objects)

    # Editing

    def put(self, *objects: LibraryObject) -> None:
        """Adds objects, or replaces those of the same key."""
        for held in objects:
            self._objects[held.key] = held

    def put_file(self, attachment: Attachment, path: Path) -> None:
        self.put(replace(attachment, path=str(path), filename=attachment.filename or path.name))
        self._files[attachment.key] = path

    def put_collection(self, collection: Collection) -> None:
        self._collections[collection.key] = collection

    def put_search(self, search: SavedSearch, members: Iterable[str]) -> None:
        self._searches[search.key] = (search, frozenset(members))

    def remove(self, *keys: str) -> None:
        """Removes objects with all that hangs on them."""
        for key in keys:
            self._objects.pop(key, None)
            self._files.pop(key, None)
            self.remove(*[o.key for o in list(self._objects.values()) if getattr(o, "parent_key", None) == key])

    @property
    def objects(self) -> Mapping[str, LibraryObject]:
        return self._objects

    # The port

    @property
    def ref(self) -> LibraryRef:
        return self._ref

    def survey(self, mark: str | None) -> Survey | None:
        stamps = {key: _stamp(held) for key, held in self._objects.items()}
        shelves = repr((sorted(self._collections.items()), sorted(self._searches)))
        now = hashlib.sha256((repr(sorted(stamps.items())) + shelves).encode()).hexdigest()
        if mark == now:
            return None
        return Survey(
            stamps=stamps,
            mark=now,
            collections=tuple(self._collections.values()),
            searches=tuple(search for search, _ in self._searches.values()),
        )

    def fetch(self, keys: Sequence[str]) -> Iterator[LibraryObject]:
        for key in keys:
            if key in self._objects:
                yield self._objects[key]

    def search_members(self, search_key: str) -> frozenset[str]:
        if search_key not in self._searches:
            raise LibraryError(f"There is no saved search {search_key}.")
        return self._searches[search_key][1]

    def locate(self, attachment: Attachment) -> Path:
        path = self._files.get(attachment.key)
        if path is None:
            raise AttachmentMissing("The library holds no file of this attachment.")
        if not path.is_file():
            raise AttachmentMissing(f"There is no file at {path}.")
        return path


def _stamp(held: LibraryObject) -> str:
    return hashlib.sha256(repr(held).encode("utf-8", "surrogatepass")).hexdigest()[:16]
