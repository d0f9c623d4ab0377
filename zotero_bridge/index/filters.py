"""
Which passages a filter leaves, exactly.

A filter is resolved on the small side first: tags, collections, types and years to items and sources, then one index
read to passages. Values of one field are alternatives; fields add up. A name that nothing carries leaves nothing.
A tag or collection is meant as it is spelt where something is spelt so, and without regard to case otherwise.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from zotero_bridge.model import Collection, Filters, Marks

_FROM = "FROM sources s JOIN passages p ON p.source_id = s.id"
_Ask = Callable[..., None]  # a condition and its values


def passages_within(connection: sqlite3.Connection, filters: Filters) -> frozenset[str]:
    """Ids of all passages that pass every field that is set."""
    where, values = _where(connection, filters)
    return frozenset(row[0] for row in connection.execute(f"SELECT p.id {_FROM} WHERE {where}", values))


def count_within(connection: sqlite3.Connection, filters: Filters) -> tuple[int, int]:
    """(passages, items they come from) that the filters leave."""
    where, values = _where(connection, filters)
    counted = f"SELECT count(*), count(DISTINCT s.item_key) {_FROM} WHERE {where}"
    passages, items = connection.execute(counted, values).fetchone()
    return int(passages), int(items)


def _where(connection: sqlite3.Connection, filters: Filters) -> tuple[str, list[str | int]]:
    conditions: list[str] = []
    values: list[str | int] = []

    def ask(condition: str, *given: str | int) -> None:
        conditions.append(condition)
        values.extend(given)

    if filters.item_keys:
        ask("s.item_key IN (SELECT value FROM json_each(?))", _listed(filters.item_keys))
    if filters.source_kinds:
        ask("s.kind IN (SELECT value FROM json_each(?))", _listed(k.value for k in filters.source_kinds))
    if filters.section_kinds:
        ask("p.section_kind IN (SELECT value FROM json_each(?))", _listed(k.value for k in filters.section_kinds))
    if filters.item_types:
        ask(
            "s.item_key IN (SELECT key FROM objects WHERE lower(item_type) IN (SELECT value FROM json_each(?)))",
            _listed(t.lower() for t in filters.item_types),
        )
    if filters.year_from is not None or filters.year_to is not None:
        years = "SELECT key FROM objects WHERE year BETWEEN ? AND ?"
        ask(f"s.item_key IN ({years})", _bound(filters.year_from, -9999), _bound(filters.year_to, 9999))
    if filters.collections:
        keys = collection_keys(_collections(connection), filters.collections)
        ask(
            "s.item_key IN (SELECT object_key FROM object_collections WHERE collection_key IN "
            "(SELECT value FROM json_each(?)))",
            _listed(keys),
        )
    if filters.tags:
        _ask_tags(connection, filters.tags, ask)
    if filters.colors:
        annotations = _colored(connection, filters.colors, overriding=())
        ask(*_marked_by(annotations))
    if filters.marks is not None:
        ask(*_marked_by(_marked(connection, filters.marks)))

    return " AND ".join(conditions) or "1", values


def collection_keys(collections: Iterable[Collection], wanted: Sequence[str]) -> set[str]:
    """Keys of the collections meant by names, "Parent/Child" paths or keys, with all their sub-collections."""
    known = {c.key: c for c in collections}
    children: dict[str, list[str]] = {}
    for collection in known.values():
        children.setdefault(collection.parent_key or "", []).append(collection.key)
    found: set[str] = set()
    for name in wanted:
        waiting = _named(known, name)
        while waiting:
            key = waiting.pop()
            if key not in found:  # a collection within itself is malformed, and harmless here
                found.add(key)
                waiting += children.get(key, ())
    return found


def _named(known: Mapping[str, Collection], wanted: str) -> list[str]:
    if wanted in known:
        return [wanted]
    for fold in (_plain, _caseless):
        meant = fold(wanted)
        found = [key for key, c in known.items() if meant in (fold(c.name), fold(_path(known, c)))]
        if found:
            return found
    return []


def _path(known: Mapping[str, Collection], collection: Collection) -> str:
    names = [collection.name]
    seen = {collection.key}
    parent = known.get(collection.parent_key or "")
    while parent is not None and parent.key not in seen:
        seen.add(parent.key)
        names.append(parent.name)
        parent = known.get(parent.parent_key or "")
    return "/".join(reversed(names))


def tags_meant(held: Iterable[str], wanted: Sequence[str]) -> set[str]:
    """Of the tags held, those meant."""
    by_spelling: dict[str, set[str]] = {}
    by_letters: dict[str, set[str]] = {}
    for tag in held:
        by_spelling.setdefault(_plain(tag), set()).add(tag)
        by_letters.setdefault(_caseless(tag), set()).add(tag)
    meant: set[str] = set()
    for tag in wanted:
        meant |= by_spelling.get(_plain(tag)) or by_letters.get(_caseless(tag), set())
    return meant


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().strip("/")


def _caseless(name: str) -> str:
    return " ".join(_plain(name).casefold().split())


def _ask_tags(connection: sqlite3.Connection, tags: Sequence[str], ask: _Ask) -> None:
    """An item's tag, a source's own, or one of an annotation that marks the passage."""
    carriers = _carriers(connection, tags)
    listed = _listed(carriers)
    marked, *values = _marked_by(carriers)
    ask(
        f"(s.item_key IN (SELECT value FROM json_each(?)) OR s.key IN (SELECT value FROM json_each(?)) OR {marked})",
        listed,
        listed,
        *values,
    )


def _carriers(connection: sqlite3.Connection, tags: Sequence[str]) -> set[str]:
    meant = tags_meant((row[0] for row in connection.execute("SELECT DISTINCT tag FROM object_tags")), tags)
    rows = connection.execute(
        "SELECT object_key FROM object_tags WHERE tag IN (SELECT value FROM json_each(?))", (_listed(meant),)
    )
    return {row[0] for row in rows}


def _colored(connection: sqlite3.Connection, colors: Sequence[str], *, overriding: Sequence[str]) -> set[str]:
    rows = connection.execute(
        "SELECT key FROM objects WHERE kind = 'annotation' AND color IN (SELECT value FROM json_each(?))",
        (_listed(c.lower() for c in colors),),
    )
    colored = {row[0] for row in rows}
    return colored - _carriers(connection, overriding) if overriding else colored


def _marked(connection: sqlite3.Connection, marks: Marks) -> set[str]:
    """Annotations of one role. A tag that is mapped decides; a colour speaks where no tag does."""
    tagged = _carriers(connection, marks.tags)
    return tagged | _colored(connection, marks.colors, overriding=marks.overriding_tags)


def _marked_by(annotations: Iterable[str]) -> tuple[str, str, str]:
    """A condition and its values: the annotations themselves, and the passages they mark."""
    listed = _listed(annotations)
    return (
        "((s.kind = 'annotation' AND s.key IN (SELECT value FROM json_each(?))) OR p.number IN ("
        "SELECT m.number FROM links l JOIN passages m ON m.source_id = l.source_id "
        "WHERE l.start < m.stop AND l.stop > m.start AND l.annotation_key IN (SELECT value FROM json_each(?))))",
        listed,
        listed,
    )


def _collections(connection: sqlite3.Connection) -> list[Collection]:
    return [Collection(*row) for row in connection.execute("SELECT key, name, parent_key FROM collections")]


def _listed(values: Iterable[str]) -> str:
    return json.dumps(sorted(set(values)))


def _bound(year: int | None, otherwise: int) -> int:
    return otherwise if year is None else year
