"""
The rows of a Zotero database as Zotero's item JSON, one library at a time.

Written for the schemas of Zotero 7 to 10 (userdata 121 to 129). What lies in the trash, or below something that does,
is not there. Versions are not to be trusted: before Zotero 10 a local edit leaves them as they were.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zotero_bridge.errors import LibraryError
from zotero_bridge.model import Collection, LibraryObject, LibraryRef, SavedSearch
from zotero_bridge.sources.item_json import parse_object

_LINK_MODES = ("imported_file", "imported_url", "linked_file", "linked_url", "embedded_image")
_ANNOTATION_TYPES = ("", "highlight", "note", "image", "ink", "underline", "text")
_TABLES = {
    "collectionItems",
    "collections",
    "creatorTypes",
    "creators",
    "deletedItems",
    "fieldsCombined",
    "groups",
    "itemAnnotations",
    "itemAttachments",
    "itemCreators",
    "itemData",
    "itemDataValues",
    "itemNotes",
    "itemRelations",
    "itemTags",
    "itemTypesCombined",
    "items",
    "libraries",
    "relationPredicates",
    "savedSearches",
    "tags",
    "version",
}
_NOTE_WRAPPER = re.compile(r"^<div class=\"zotero-note znv\d+\">(.*)</div>$", re.DOTALL)  # the API leaves it out too
_FIRST_SCHEMA = 121  # Zotero 7


@dataclass(frozen=True, slots=True)
class StoredLibrary:
    """A library in the database: `number` is the database's own, `group` Zotero's number of a group, else ""."""

    number: int
    group: str
    name: str


def check_schema(connection: sqlite3.Connection) -> None:
    """Raises LibraryError where the database is of a Zotero that this reader cannot read."""
    try:
        names = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table','view')")
        }
        missing = sorted(_TABLES - names)
        schema = 0
        if "version" in names:
            row = connection.execute("SELECT version FROM version WHERE schema = 'userdata'").fetchone()
            schema = int(row[0]) if row else 0
    except (sqlite3.DatabaseError, ValueError) as error:
        raise LibraryError(f"The Zotero database cannot be read: {error}.") from error
    if missing and schema and schema < _FIRST_SCHEMA:
        raise LibraryError(
            f"The database is of a Zotero before version 7 (schema {schema}).",
            hint="Update Zotero and start it once, so that it brings its database up to date.",
        )
    if missing:
        raise LibraryError(
            f"The database is not one this version of realist can read (schema {schema}; no {', '.join(missing)}).",
            hint="Read the library through Zotero itself: start Zotero and use `zotero://local`.",
        )


def stored_libraries(connection: sqlite3.Connection) -> list[StoredLibrary]:
    """The user's library first, then the groups by name; feeds are no libraries here."""
    rows = connection.execute(
        "SELECT l.libraryID, l.type, g.groupID, g.name FROM libraries l LEFT JOIN groups g USING (libraryID) "
        "WHERE l.type IN ('user', 'group') ORDER BY l.type = 'group', g.name"
    )
    return [
        StoredLibrary(number, str(group) if kind == "group" else "", name or "My Library")
        for number, kind, group, name in rows
    ]


def user_uri(connection: sqlite3.Connection) -> str:
    """What the URIs of the user's items begin with: the account's number, or the local key before there is one."""
    settings = dict(connection.execute("SELECT key, value FROM settings WHERE setting = 'account'"))
    if settings.get("userID"):
        return f"http://zotero.org/users/{settings['userID']}"
    return f"http://zotero.org/users/local/{settings['localUserKey']}" if settings.get("localUserKey") else ""


def parse_objects(data: Iterable[dict[str, object]], library: LibraryRef, base_uri: str) -> Iterator[LibraryObject]:
    """The library objects that item JSON describes; what the bridge does not read is left out."""
    for fields in data:
        version = fields["version"]
        parsed = parse_object(
            fields, library=library, version=version if isinstance(version, int) else 0, base_uri=base_uri
        )
        if parsed is not None:
            yield parsed


def item_data(connection: sqlite3.Connection, number: int) -> list[dict[str, object]]:
    """Zotero's item JSON of every live object of one library, in the order they were added."""
    items: dict[int, dict[str, object]] = {}
    for item, key, version, kind, added, modified in connection.execute(
        "SELECT i.itemID, i.key, i.version, t.typeName, i.dateAdded, i.dateModified "
        "FROM items i JOIN itemTypesCombined t USING (itemTypeID) WHERE i.libraryID = ? ORDER BY i.itemID",
        (number,),
    ):
        items[item] = {
            "key": key,
            "version": version,
            "itemType": kind,
            "dateAdded": _utc(added),
            "dateModified": _utc(modified),
        }
    parents = _add_children(connection, items)
    _add_fields(connection, items)
    _add_lists(connection, items)
    trashed = {item for (item,) in connection.execute("SELECT itemID FROM deletedItems")}
    return [data for item, data in items.items() if not _is_below(item, trashed, parents)]


def read_collections(connection: sqlite3.Connection, number: int) -> tuple[Collection, ...]:
    """Collections outside the trash; one whose parent is in the trash is there with it."""
    trashed = _trashed(connection, "deletedCollections", "collectionID")
    rows = connection.execute(
        "SELECT c.collectionID, c.key, c.collectionName, c.parentCollectionID FROM collections c "
        "WHERE c.libraryID = ? ORDER BY c.collectionID",
        (number,),
    ).fetchall()
    parents = {item: parent for item, _, _, parent in rows if parent is not None}
    keys = {item: key for item, key, _, _ in rows}
    return tuple(
        Collection(key=key, name=name, parent_key=keys.get(parent))
        for item, key, name, parent in rows
        if not _is_below(item, trashed, parents)
    )


def read_searches(connection: sqlite3.Connection, number: int) -> tuple[SavedSearch, ...]:
    trashed = _trashed(connection, "deletedSearches", "savedSearchID")
    rows = connection.execute(
        "SELECT savedSearchID, key, savedSearchName FROM savedSearches WHERE libraryID = ? ORDER BY savedSearchID",
        (number,),
    )
    return tuple(SavedSearch(key=key, name=name) for search, key, name in rows if search not in trashed)


def _add_children(connection: sqlite3.Connection, items: dict[int, dict[str, object]]) -> dict[int, int]:
    """Fills in attachments, notes and annotations; returns every child's parent."""
    parents: dict[int, int] = {}

    def belongs(item: int, parent: int | None) -> None:
        if parent is not None:
            parents[item] = parent
            if parent in items:
                items[item]["parentItem"] = items[parent]["key"]

    for item, parent, mode, kind, path in connection.execute(
        "SELECT itemID, parentItemID, linkMode, contentType, path FROM itemAttachments"
    ):
        if item in items:
            belongs(item, parent)
            link_mode = _LINK_MODES[mode] if mode is not None and 0 <= mode < len(_LINK_MODES) else "imported_file"
            items[item].update(linkMode=link_mode, contentType=kind or "", path=path or "")
            if path and path.startswith("storage:"):
                items[item]["filename"] = path.removeprefix("storage:")
    for item, parent, note in connection.execute("SELECT itemID, parentItemID, note FROM itemNotes"):
        if item in items:
            belongs(item, parent)
            items[item]["note"] = _NOTE_WRAPPER.sub(r"\1", note or "")
    for item, parent, kind, *values in connection.execute(
        "SELECT itemID, parentItemID, type, authorName, text, comment, color, pageLabel, sortIndex, position "
        "FROM itemAnnotations"
    ):
        if item in items:
            belongs(item, parent)
            items[item]["annotationType"] = _ANNOTATION_TYPES[kind] if 0 < kind < len(_ANNOTATION_TYPES) else "note"
            names = ("AuthorName", "Text", "Comment", "Color", "PageLabel", "SortIndex", "Position")
            items[item].update({f"annotation{name}": value or "" for name, value in zip(names, values, strict=True)})
    return parents


def _add_fields(connection: sqlite3.Connection, items: dict[int, dict[str, object]]) -> None:
    for item, name, value in connection.execute(
        "SELECT d.itemID, f.fieldName, v.value FROM itemData d JOIN fieldsCombined f USING (fieldID) "
        "JOIN itemDataValues v USING (valueID)"
    ):
        if item in items:
            items[item][name] = _utc(str(value)) if name == "accessDate" else str(value)


def _add_lists(connection: sqlite3.Connection, items: dict[int, dict[str, object]]) -> None:
    lists: dict[int, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for item, role, first, last, mode in connection.execute(
        "SELECT ic.itemID, ct.creatorType, c.firstName, c.lastName, c.fieldMode FROM itemCreators ic "
        "JOIN creators c USING (creatorID) JOIN creatorTypes ct USING (creatorTypeID) ORDER BY ic.itemID, ic.orderIndex"
    ):
        name = {"name": last} if mode == 1 else {"firstName": first or "", "lastName": last or ""}
        lists[item]["creators"].append({"creatorType": role, **name})
    for item, name, kind in connection.execute(
        "SELECT it.itemID, t.name, it.type FROM itemTags it JOIN tags t USING (tagID) ORDER BY it.itemID, t.name"
    ):
        lists[item]["tags"].append({"tag": name, "type": kind})
    gone = _trashed(connection, "deletedCollections", "collectionID")
    for item, collection, key in connection.execute(
        "SELECT ci.itemID, ci.collectionID, c.key FROM collectionItems ci JOIN collections c USING (collectionID) "
        "ORDER BY ci.itemID, c.key"
    ):
        if collection not in gone:
            lists[item]["collections"].append(key)
    relations: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for item, predicate, uri in connection.execute(
        "SELECT r.itemID, p.predicate, r.object FROM itemRelations r JOIN relationPredicates p USING (predicateID)"
    ):
        relations[item][predicate].append(uri)
    for item, data in items.items():
        data.update(lists.get(item, {}))
        data["relations"] = dict(relations.get(item, {}))


def _trashed(connection: sqlite3.Connection, table: str, column: str) -> set[int]:
    """What a table of the trash lists; the tables for collections and searches came with Zotero 7."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    return {number for (number,) in connection.execute(f"SELECT {column} FROM {table}")} if known else set()


def _is_below(item: int, trashed: set[int], parents: dict[int, int]) -> bool:
    seen: set[int] = set()
    current: int | None = item
    while current is not None and current not in seen:
        if current in trashed:
            return True
        seen.add(current)
        current = parents.get(current)
    return False


def _utc(timestamp: str | None) -> str:
    """ "2026-11-22 21:06:39" as the API writes it: "2026-11-22T21:06:39Z"."""
    if timestamp and len(timestamp) == 19 and timestamp[10] == " ":
        return f"{timestamp[:10]}T{timestamp[11:]}Z"
    return timestamp or ""
