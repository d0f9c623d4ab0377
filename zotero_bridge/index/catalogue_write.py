"""
Write the catalogue. Every public method is one transaction: done, or as if never begun.

The caller holds the write lock. Knows nothing of why something is written; the sync decides.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath

from zotero_bridge.index.catalogue import Catalogue, title_of
from zotero_bridge.index.catalogue_codec import encode_object, encode_text, kind_of, made_of
from zotero_bridge.index.catalogue_known import FileIdentity, KnownFailure, KnownObject, KnownSource, Link
from zotero_bridge.index.catalogue_open import in_our_words, open_to_write
from zotero_bridge.model import (
    Annotation,
    Attachment,
    Collection,
    DocumentText,
    Item,
    LibraryObject,
    Note,
    Passage,
    SavedSearch,
    SourceKind,
)


class CatalogueWriter(Catalogue):
    """The catalogue of one index folder, for the one writer."""

    @classmethod
    def open(cls, folder: Path) -> CatalogueWriter:
        """Made when it is not there. Raises IndexOfAnotherVersion or IndexDamaged."""
        return cls(open_to_write(folder))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with in_our_words():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    # What is known

    def known_objects(self) -> dict[str, KnownObject]:
        rows = self._rows("SELECT key, stamp, kind, parent_key, made_of, in_scope FROM objects")
        return {row[0]: KnownObject(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in rows}

    def known_sources(self) -> dict[str, KnownSource]:
        rows = self._rows(
            "SELECT key, item_key, kind, made_of, text_sha256, extractor, path, size, mtime_ns, file_sha256 "
            "FROM sources"
        )
        return {
            key: KnownSource(key, item_key, SourceKind(kind), made_of, sha, extractor, FileIdentity(*file))
            for key, item_key, kind, made_of, sha, extractor, *file in rows
        }

    def known_failures(self) -> dict[str, KnownFailure]:
        rows = self._rows(
            "SELECT source_key, item_key, title, reason, made_of, extractor, missing, attempts, "
            "path, size, mtime_ns, file_sha256 FROM failures"
        )
        return {
            key: KnownFailure(
                key, item_key, title, reason, made_of, extractor, FileIdentity(*file), bool(missing), attempts
            )
            for key, item_key, title, reason, made_of, extractor, missing, attempts, *file in rows
        }

    def known_links(self) -> dict[str, tuple[str, str]]:
        """Of each annotation looked for: (text_sha256, made_of) it was looked for with."""
        return {r[0]: (r[1], r[2]) for r in self._rows("SELECT annotation_key, text_sha256, made_of FROM links")}

    def tags_by_object(self) -> dict[str, tuple[str, ...]]:
        return self._pairs("SELECT object_key, tag FROM object_tags")

    def collections_by_object(self) -> dict[str, tuple[str, ...]]:
        return self._pairs("SELECT object_key, collection_key FROM object_collections")

    def _pairs(self, sql: str) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for key, value in self._rows(sql):
            found.setdefault(key, []).append(value)
        return {key: tuple(values) for key, values in found.items()}

    def source_of_file(self, sha256: str, *, reader: str, suffix: str) -> str:
        """The key of a source read from a file of this content and suffix by this version; "" where there is none."""
        rows = self._rows("SELECT key, path FROM sources WHERE file_sha256 = ? AND extractor = ?", sha256, reader)
        return next((str(key) for key, path in rows if PurePath(path).suffix == suffix), "")

    # Library objects

    def put_objects(
        self, held: Iterable[LibraryObject], stamps: Mapping[str, str], *, nothing: Iterable[str] = ()
    ) -> None:
        """Objects with their stamps; `nothing` are keys that turned out to be of no use here."""
        with self.transaction() as connection:
            for one in held:
                _put_object(connection, one, stamps[one.key])
            for key in nothing:
                connection.execute(
                    "INSERT OR REPLACE INTO objects "
                    "(key, stamp, kind, parent_key, made_of, title, item_type, color, body) "
                    "VALUES (?, ?, 'nothing', '', '', '', '', '', '')",
                    (key, stamps[key]),
                )

    def drop_objects(self, keys: Iterable[str]) -> None:
        with self.transaction() as connection:
            for key in keys:
                connection.execute("DELETE FROM objects WHERE key = ?", (key,))
                connection.execute("DELETE FROM object_tags WHERE object_key = ?", (key,))
                connection.execute("DELETE FROM object_collections WHERE object_key = ?", (key,))

    def put_shelves(self, collections: Sequence[Collection], searches: Sequence[SavedSearch]) -> None:
        """All collections and saved searches there are."""
        if sorted(collections, key=lambda c: c.key) == sorted(self.collections(), key=lambda c: c.key) and sorted(
            searches, key=lambda s: s.key
        ) == sorted(self.searches(), key=lambda s: s.key):
            return
        with self.transaction() as connection:
            connection.execute("DELETE FROM collections")
            connection.execute("DELETE FROM searches")
            rows = [(c.key, _clean(c.name), c.parent_key) for c in collections]
            connection.executemany("INSERT OR REPLACE INTO collections VALUES (?, ?, ?)", rows)
            connection.executemany(
                "INSERT OR REPLACE INTO searches VALUES (?, ?)", [(s.key, _clean(s.name)) for s in searches]
            )

    def put_scope(self, entering: Iterable[str], leaving: Iterable[str]) -> None:
        with self.transaction() as connection:
            connection.executemany("UPDATE objects SET in_scope = 1 WHERE key = ?", [(k,) for k in entering])
            connection.executemany("UPDATE objects SET in_scope = 0 WHERE key = ?", [(k,) for k in leaving])

    # Sources

    def put_source(self, source: KnownSource, document: DocumentText, passages: Sequence[Passage]) -> None:
        """A source that was read: its text and passages replace what was held, and its failure is forgotten."""
        with self.transaction() as connection:
            _drop_source(connection, source.key)
            file = source.file
            cursor = connection.execute(
                "INSERT INTO sources (key, item_key, kind, made_of, text_sha256, extractor, path, size, mtime_ns, "
                "file_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    source.key,
                    source.item_key,
                    source.kind.value,
                    source.made_of,
                    source.text_sha256,
                    source.extractor,
                    _clean(file.path),
                    file.size,
                    file.mtime_ns,
                    file.sha256,
                ),
            )
            number = cursor.lastrowid
            connection.execute("INSERT INTO texts VALUES (?, ?)", (number, encode_text(document)))
            connection.executemany(
                "INSERT INTO passages (id, source_id, start, stop, page_index, page_label, page_label_end, section, "
                "section_kind, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        p.id,
                        number,
                        p.locator.start,
                        p.locator.end,
                        p.locator.page_index,
                        p.locator.page_label,
                        p.locator.page_label_end,
                        p.locator.section,
                        p.locator.section_kind.value,
                        p.text,
                    )
                    for p in passages
                ],
            )
            connection.execute("DELETE FROM failures WHERE source_key = ?", (source.key,))

    def touch_sources(self, sources: Iterable[KnownSource]) -> None:
        """Sources whose text stays, though the library or the file system now says something else of them."""
        with self.transaction() as connection:
            for s in sources:
                connection.execute(
                    "UPDATE sources SET item_key = ?, made_of = ?, path = ?, size = ?, mtime_ns = ? WHERE key = ?",
                    (s.item_key, s.made_of, _clean(s.file.path), s.file.size, s.file.mtime_ns, s.key),
                )
                connection.execute("DELETE FROM failures WHERE source_key = ?", (s.key,))

    def drop_sources(self, keys: Iterable[str]) -> None:
        with self.transaction() as connection:
            for key in keys:
                _drop_source(connection, key)
                connection.execute("DELETE FROM failures WHERE source_key = ?", (key,))
                connection.execute("DELETE FROM links WHERE annotation_key = ?", (key,))

    def put_failure(self, failure: KnownFailure, *, when: str, keep_text: bool) -> None:
        """A source that could not be read. Its former text goes with it, unless it is still what the file last said."""
        with self.transaction() as connection:
            if not keep_text:
                _drop_source(connection, failure.source_key)
            file = failure.file
            connection.execute(
                "INSERT INTO failures VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (source_key) DO UPDATE SET item_key = excluded.item_key, title = excluded.title, "
                "reason = excluded.reason, "
                "attempts = attempts + 1, failed_at = excluded.failed_at, made_of = excluded.made_of, "
                "path = excluded.path, size = excluded.size, mtime_ns = excluded.mtime_ns, "
                "file_sha256 = excluded.file_sha256, extractor = excluded.extractor, missing = excluded.missing",
                (
                    failure.source_key,
                    failure.item_key,
                    _clean(failure.title),
                    _clean(failure.reason),
                    when,
                    failure.made_of,
                    _clean(file.path),
                    file.size,
                    file.mtime_ns,
                    file.sha256,
                    failure.extractor,
                    failure.missing,
                ),
            )

    def put_links(self, links: Iterable[Link]) -> None:
        with self.transaction() as connection:
            for link in links:
                connection.execute(
                    "INSERT OR REPLACE INTO links SELECT ?, id, ?, ?, ?, ? FROM sources WHERE key = ?",
                    (link.annotation_key, link.text_sha256, link.made_of, link.start, link.end, link.source_key),
                )

    # The index itself

    def put_meta(self, **values: str) -> None:
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def worded(self) -> dict[str, tuple[str, str, str]]:
        """Of each source: (what the word index was given, the item's key, the key of its own object)."""
        rows = self._rows("SELECT key, worded, item_key, kind FROM sources")
        return {r[0]: (r[1], r[2], r[2] if r[3] == SourceKind.ABSTRACT else r[0]) for r in rows}

    def put_worded(self, states: Mapping[str, str]) -> None:
        with self.transaction() as connection:
            connection.executemany("UPDATE sources SET worded = ? WHERE key = ?", [(w, k) for k, w in states.items()])

    def ids_of_sources(self, keys: Sequence[str]) -> list[str]:
        rows = self._among(
            "SELECT p.id FROM passages p JOIN sources s ON s.id = p.source_id WHERE s.key IN", list(keys)
        )
        return [row[0] for row in rows]


def _put_object(connection: sqlite3.Connection, held: LibraryObject, stamp: str) -> None:
    item = held if isinstance(held, Item) else None
    alone = isinstance(held, Attachment | Note) and held.parent_key is None
    parent = "" if isinstance(held, Item) else held.parent_key or ""
    connection.execute(
        "INSERT INTO objects (key, stamp, kind, parent_key, made_of, title, item_type, year, color, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET stamp = excluded.stamp, "
        "kind = excluded.kind, parent_key = excluded.parent_key, made_of = excluded.made_of, title = excluded.title, "
        "item_type = excluded.item_type, year = excluded.year, color = excluded.color, body = excluded.body",
        (
            held.key,
            stamp,
            kind_of(held),
            parent,
            made_of(held) if _worth_opening(held) else "",
            _clean(title_of(held)),
            item.item_type if item else (kind_of(held) if alone else ""),
            item.year if item else None,
            held.color.lower() if isinstance(held, Annotation) else "",
            encode_object(held),
        ),
    )
    connection.execute("DELETE FROM object_tags WHERE object_key = ?", (held.key,))
    connection.execute("DELETE FROM object_collections WHERE object_key = ?", (held.key,))
    tags = {_clean(tag.name) for tag in held.tags}
    connection.executemany("INSERT INTO object_tags VALUES (?, ?)", [(held.key, tag) for tag in tags])
    shelves = () if isinstance(held, Annotation) else set(held.collections)
    connection.executemany("INSERT INTO object_collections VALUES (?, ?)", [(held.key, c) for c in shelves])


def _worth_opening(held: LibraryObject) -> bool:
    """Pictures, recordings and archives are not sources, and no failures either."""
    if not isinstance(held, Attachment):
        return True
    from zotero_bridge.extract.formats import readable

    return readable(held.filename or PurePath(held.path.replace("\\", "/")).name, held.content_type)


def _drop_source(connection: sqlite3.Connection, key: str) -> None:
    row = connection.execute("SELECT id FROM sources WHERE key = ?", (key,)).fetchone()
    if row is None:
        return
    for table in ("passages", "texts", "links"):
        connection.execute(f"DELETE FROM {table} WHERE source_id = ?", row)
    connection.execute("DELETE FROM sources WHERE id = ?", row)


def _clean(text: str) -> str:
    """Without lone surrogates, which no database can hold."""
    return text.encode("utf-8", "replace").decode()
