"""
A Zotero data directory as a library, whether Zotero runs or not.

Each survey reads a fresh copy of the database; `fetch` and `search_members` answer from what that survey saw. Stamps
are hashes of what an object holds. Files are read where Zotero keeps them, and never written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zotero_bridge.errors import LibraryError
from zotero_bridge.model import Attachment, Collection, Item, LibraryObject, LibraryRef, SavedSearch, Survey
from zotero_bridge.sources.export_entries import stamp_of
from zotero_bridge.sources.zotero_data_copy import Snapshot, check_there, fingerprint_of, open_snapshot
from zotero_bridge.sources.zotero_data_files import locate_file
from zotero_bridge.sources.zotero_data_rows import (
    StoredLibrary,
    check_schema,
    item_data,
    parse_objects,
    read_collections,
    read_searches,
    stored_libraries,
    user_uri,
)
from zotero_bridge.sources.zotero_data_search import Condition, members, read_conditions

_READER_VERSION = "1"  # part of the mark: another version reads an unchanged database again


def open_data_directory(directory: Path, *, group: str = "", home: Path | None = None) -> ZoteroDataSource:
    """
    The user's library, or the group with this number. `home` is where Zotero's profiles are looked for.

    Raises LibraryError where there is no database, or the group is not in it. A database that cannot be read is found
    out by the first survey: to open it must be cheap, because an unchanged library needs no copy.
    """
    if directory.name == "zotero.sqlite":
        directory = directory.parent
    directory = directory.expanduser().absolute()
    check_there(directory)
    stored = _find_group(directory, group) if group else StoredLibrary(number=1, group="", name="My Library")
    return ZoteroDataSource(directory, _ref(directory, stored), home or Path.home())


@dataclass(frozen=True, slots=True)
class LibraryThere:
    """A library to choose from. `ref.origin` is its URI."""

    ref: LibraryRef
    collections: tuple[Collection, ...]


def list_libraries(directory: Path) -> tuple[LibraryThere, ...]:
    """The libraries in a data directory: the user's own first, then the groups."""
    with open_snapshot(directory) as snapshot:
        check_schema(snapshot.connection)
        return tuple(
            LibraryThere(_ref(directory, stored), read_collections(snapshot.connection, stored.number))
            for stored in stored_libraries(snapshot.connection)
        )


def _find_group(directory: Path, group: str) -> StoredLibrary:
    with open_snapshot(directory) as snapshot:
        check_schema(snapshot.connection)
        return _chosen(stored_libraries(snapshot.connection), group, directory)


def _chosen(libraries: list[StoredLibrary], group: str, directory: Path) -> StoredLibrary:
    for stored in libraries:
        if stored.group == group:
            return stored
    groups = ", ".join(f"{stored.group} ({stored.name})" for stored in libraries if stored.group)
    raise LibraryError(
        f"There is no group {group} in {directory}." if group else f"There is no user library in {directory}.",
        hint=f"Groups there: {groups}." if groups else "No group is there; sync it in Zotero first.",
    )


@dataclass(frozen=True, slots=True)
class _Contents:
    objects: dict[str, LibraryObject]
    collections: tuple[Collection, ...]
    searches: tuple[SavedSearch, ...]
    conditions: dict[str, tuple[Condition, ...]]
    data: tuple[dict[str, object], ...]
    problems: tuple[str, ...]
    mark: str


@dataclass(slots=True)
class ZoteroDataSource:
    """`zotero_bridge.ports.LibrarySource` over a data directory."""

    directory: Path
    ref: LibraryRef
    home: Path
    _held: _Contents | None = field(default=None, repr=False)

    def reach(self) -> tuple[str, ...]:
        """What is there, in words for the reader. Raises LibraryError."""
        contents = self._contents()
        items = sum(isinstance(entry, Item) for entry in contents.objects.values())
        return (f"{self.ref.name}, {items} items, read from a copy of the database", *contents.problems)

    def survey(self, mark: str | None) -> Survey | None:
        now = f"{_READER_VERSION}:{fingerprint_of(self.directory)}"
        if mark == now:
            return None
        if self._held is None or self._held.mark != now:
            self._held = self._read()
        contents = self._held
        return Survey(
            stamps={key: stamp_of(entry) for key, entry in contents.objects.items()},
            mark=contents.mark,
            collections=contents.collections,
            searches=contents.searches,
            problems=contents.problems,
        )

    def fetch(self, keys: Sequence[str]) -> Iterator[LibraryObject]:
        objects = self._contents().objects
        return (objects[key] for key in dict.fromkeys(keys) if key in objects)

    def search_members(self, search_key: str) -> frozenset[str]:
        contents = self._contents()
        if all(search.key != search_key for search in contents.searches):
            raise LibraryError(
                f"There is no saved search '{search_key}' in {self.ref.name}.",
                hint="`realist status` lists the saved searches there are.",
            )
        return members(contents.conditions.get(search_key, ()), contents.data, contents.collections)

    def locate(self, attachment: Attachment) -> Path:
        return locate_file(attachment, self.directory, self.home)

    def _contents(self) -> _Contents:
        if self._held is None:
            self._held = self._read()
        return self._held

    def _read(self) -> _Contents:
        with open_snapshot(self.directory) as snapshot:
            check_schema(snapshot.connection)
            try:
                return self._from(snapshot)
            except sqlite3.DatabaseError as error:
                raise LibraryError(
                    f"The Zotero database in {self.directory} is not as expected: {error}.",
                    hint="Read the library through Zotero itself: start Zotero and use `zotero://local`.",
                ) from error

    def _from(self, snapshot: Snapshot) -> _Contents:
        connection = snapshot.connection
        group = self.ref.id if self.ref.kind == "group" else ""
        stored = _chosen(stored_libraries(connection), group, self.directory)
        base_uri = f"http://zotero.org/groups/{stored.group}" if stored.group else user_uri(connection)
        problems: tuple[str, ...] = ()
        if snapshot.backup_of:
            problems = (f"The database is damaged; its backup of {snapshot.backup_of} was read instead.",)
        data = tuple(item_data(connection, stored.number))
        return _Contents(
            objects={entry.key: entry for entry in parse_objects(data, self.ref, base_uri)},
            collections=read_collections(connection, stored.number),
            searches=read_searches(connection, stored.number),
            conditions=read_conditions(connection, stored.number),
            data=data,
            problems=problems,
            mark=f"{_READER_VERSION}:{snapshot.fingerprint}",
        )


def _ref(directory: Path, stored: StoredLibrary) -> LibraryRef:
    origin = f"zotero-data:{directory.as_posix()}"
    if stored.group:
        return LibraryRef(kind="group", id=stored.group, origin=f"{origin}?group={stored.group}", name=stored.name)
    return LibraryRef(kind="user", id="0", origin=origin, name=stored.name)
