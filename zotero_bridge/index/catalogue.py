"""
Read the catalogue: items, sources, texts, passages, failures.

Each question is answered from one state of the database, and a writer never keeps it waiting. Knows nothing of ranking.
A passage's text is stored as cut; its document's text is stored once, compressed, and is what citations are proved on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import Any

from zotero_bridge.errors import NoSuchSource
from zotero_bridge.index.catalogue_codec import decode_object, decode_text
from zotero_bridge.index.catalogue_open import in_our_words, open_to_read
from zotero_bridge.index.filters import count_within, passages_within
from zotero_bridge.model import (
    Annotation,
    Attachment,
    Collection,
    DocumentText,
    Failure,
    Filters,
    Item,
    LibraryObject,
    Locator,
    Note,
    Passage,
    SavedSearch,
    SectionKind,
    SourceInfo,
    SourceKind,
)
from zotero_bridge.ports import WordEntry

_PASSAGE = """
    SELECT p.id, s.item_key, s.kind, p.text, s.key, s.text_sha256, p.start, p.stop, p.page_index, p.page_label,
           p.page_label_end, p.section, p.section_kind
    FROM passages p JOIN sources s ON s.id = p.source_id
"""
_BATCH = 500  # SQLite's oldest limit on the parameters of a statement is 999


class Catalogue:
    """The catalogue of one index folder, for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @classmethod
    def open(cls, folder: Path) -> Catalogue:
        """Raises IndexMissing, IndexOfAnotherVersion or IndexDamaged."""
        return cls(open_to_read(folder))

    def close(self) -> None:
        self.connection.close()

    # Library objects

    def item(self, key: str) -> Item | None:
        """An item in scope, or what stands for one: an attachment or a note at the top of the library."""
        rows = self._rows("SELECT kind, body FROM objects WHERE key = ? AND in_scope", key)
        return _as_item(decode_object(*rows[0])) if rows else None

    def items(self) -> list[Item]:
        rows = self._rows("SELECT kind, body FROM objects WHERE kind = 'item' AND in_scope ORDER BY key")
        return [item for row in rows if (item := _as_item(decode_object(*row)))]

    def collections(self) -> list[Collection]:
        return [
            Collection(*row) for row in self._rows("SELECT key, name, parent_key FROM collections ORDER BY name, key")
        ]

    def searches(self) -> list[SavedSearch]:
        return [SavedSearch(*row) for row in self._rows("SELECT key, name FROM searches ORDER BY name, key")]

    def held(self, kind: str) -> Iterator[LibraryObject]:
        """Every object of a kind, in scope or not."""
        for row in self._rows("SELECT kind, body FROM objects WHERE kind = ? ORDER BY key", kind):
            yield decode_object(*row)

    def objects(self, keys: Sequence[str]) -> dict[str, LibraryObject]:
        rows = self._among("SELECT key, kind, body FROM objects WHERE kind <> 'nothing' AND key IN", keys)
        return {key: decode_object(kind, body) for key, kind, body in rows}

    # Sources

    def source(self, source_key: str) -> SourceInfo | None:
        found = self._sources("s.key = ?", source_key)
        return found[0] if found else None

    def sources(self, *, item_key: str | None = None) -> list[SourceInfo]:
        return self._sources("s.item_key = ?", item_key) if item_key is not None else self._sources("1")

    def _sources(self, condition: str, *values: str) -> list[SourceInfo]:
        rows = self._rows(
            "SELECT s.key, s.item_key, s.kind, s.path, o.kind, o.body FROM sources s LEFT JOIN objects o "
            "ON o.key = CASE s.kind WHEN 'abstract' THEN s.item_key ELSE s.key END "
            f"WHERE {condition} ORDER BY s.item_key, s.kind = 'annotation', s.kind = 'abstract', s.key",
            *values,
        )
        return [
            source_info(key, item_key, SourceKind(kind), path, decode_object(of, body))
            for key, item_key, kind, path, of, body in rows
            if body is not None
        ]

    def document(self, source_key: str) -> DocumentText:
        rows = self._rows("SELECT body FROM texts WHERE source_id = (SELECT id FROM sources WHERE key = ?)", source_key)
        if not rows:
            raise NoSuchSource(f"No text is held of a source {source_key}.")
        return decode_text(rows[0][0])

    # Passages

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """In the order asked for; ids that went meanwhile are left out."""
        known = {row[0]: _passage(row) for row in self._among(f"{_PASSAGE} WHERE p.id IN", ids)}
        return [known[i] for i in ids if i in known]

    def passages_of(self, source_key: str) -> list[Passage]:
        return [_passage(row) for row in self._rows(f"{_PASSAGE} WHERE s.key = ? ORDER BY p.start, p.stop", source_key)]

    def passage_ids(self) -> set[str]:
        return {row[0] for row in self._rows("SELECT id FROM passages")}

    def passage_count(self) -> int:
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def in_reading_order(self, ids: Set[str]) -> list[str]:
        """The same ids, source by source and from its beginning to its end."""
        return [row[0] for row in self._rows("SELECT id FROM passages ORDER BY source_id, start") if row[0] in ids]

    def passages_within(self, filters: Filters) -> frozenset[str]:
        with in_our_words():
            return passages_within(self.connection, filters)

    def count(self, filters: Filters) -> tuple[int, int]:
        """(passages, items they come from)."""
        with in_our_words():
            return count_within(self.connection, filters)

    def word_entries(self, ids: Sequence[str]) -> Iterator[WordEntry]:
        """What the word index should hold of these passages."""
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            rows = self._among(
                "SELECT p.id, p.text, p.section, s.item_key, s.key FROM passages p "
                "JOIN sources s ON s.id = p.source_id WHERE p.id IN",
                batch,
            )
            about = self.about({row[3] for row in rows} | {row[4] for row in rows})
            for passage_id, text, section, item_key, source_key in rows:
                title, item_tags = about.get(item_key, ("", ()))
                _, own_tags = about.get(source_key, ("", ()))
                tags = "\n".join(dict.fromkeys((*item_tags, *own_tags)))
                yield WordEntry(id=passage_id, body=text, title=title, heading=section, tags=tags)

    def about(self, keys: set[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Title and tags of these objects."""
        titles = dict(self._among("SELECT key, title FROM objects WHERE key IN", list(keys)))
        tags: dict[str, list[str]] = {}
        for key, tag in self._among("SELECT object_key, tag FROM object_tags WHERE object_key IN", list(keys)):
            tags.setdefault(key, []).append(tag)
        return {key: (title, tuple(sorted(tags.get(key, ())))) for key, title in titles.items()}

    # What is known of the index itself

    def meta(self, name: str) -> str:
        """ "" where nothing was said."""
        rows = self._rows("SELECT value FROM meta WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def failures(self) -> list[Failure]:
        rows = self._rows("SELECT source_key, item_key, title, reason FROM failures ORDER BY title, source_key")
        problems = json.loads(self.meta("problems") or "[]")
        library = self.meta("library_name")
        return [Failure(*row) for row in rows] + [Failure("", "", library, problem) for problem in problems]

    def totals(self) -> tuple[int, int, int, dict[str, int]]:
        """Items in scope, sources, passages, and sources by kind."""
        items = self._rows("SELECT count(*) FROM objects WHERE kind = 'item' AND in_scope")[0][0]
        kinds = {str(kind): int(n) for kind, n in self._rows("SELECT kind, count(*) FROM sources GROUP BY kind")}
        return int(items), sum(kinds.values()), self.passage_count(), kinds

    def links_of(self, source_key: str) -> list[tuple[str, int, int]]:
        """(annotation key, start, end): what is marked of a source's text, in order."""
        rows = self._rows(
            "SELECT l.annotation_key, l.start, l.stop FROM links l JOIN sources s ON s.id = l.source_id "
            "WHERE s.key = ? AND l.start IS NOT NULL ORDER BY l.start, l.stop",
            source_key,
        )
        return [(str(key), int(start), int(stop)) for key, start, stop in rows]

    def _rows(self, sql: str, *values: str | int | None) -> list[Any]:
        with in_our_words():
            return self.connection.execute(sql, values).fetchall()

    def _among(self, sql: str, keys: Sequence[str]) -> list[Any]:
        rows: list[Any] = []
        for start in range(0, len(keys), _BATCH):
            batch = list(keys[start : start + _BATCH])
            with in_our_words():
                rows += self.connection.execute(f"{sql} ({','.join('?' * len(batch))})", batch).fetchall()
        return rows


def source_info(key: str, item_key: str, kind: SourceKind, path: str, held: LibraryObject) -> SourceInfo:
    annotation = held if isinstance(held, Annotation) else None
    return SourceInfo(
        key=key,
        item_key=item_key,
        kind=kind,
        title=title_of(held),
        tags=held.tags,
        color=annotation.color.lower() if annotation else "",
        parent_key=annotation.parent_key if annotation else "",
        position=annotation.position if annotation else "",
        path=path,
    )


def title_of(held: LibraryObject) -> str:
    """How a reader would call it."""
    match held:
        case Item():
            return held.title
        case Attachment():
            return held.title or held.filename
        case Note():
            return held.title or "Note"
        case Annotation():
            return f"{held.annotation_type.capitalize()} on p. {held.page_label}" if held.page_label else "Annotation"


def _as_item(held: LibraryObject) -> Item | None:
    match held:
        case Item():
            return held
        case Attachment() | Note():
            return Item(
                key=held.key,
                title=title_of(held),
                version=held.version,
                item_type="attachment" if isinstance(held, Attachment) else "note",
                tags=held.tags,
                collections=held.collections,
            )
        case Annotation():
            return None


def _passage(row: tuple[Any, ...]) -> Passage:
    passage_id, item_key, kind, text, source_key, sha, start, stop, page, label, label_end, section, section_kind = row
    return Passage(
        id=passage_id,
        item_key=item_key,
        source_kind=SourceKind(kind),
        text=text,
        locator=Locator(
            source_key=source_key,
            text_sha256=sha,
            start=start,
            end=stop,
            page_index=page,
            page_label=label,
            page_label_end=label_end,
            section=section,
            section_kind=SectionKind(section_kind),
            annotation_key=source_key if kind == SourceKind.ANNOTATION else "",
        ),
    )
