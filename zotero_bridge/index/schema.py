"""
The shape of the catalogue's database, and the ordered steps from every older shape to it.

Knows SQL and nothing of libraries. A step, once released, is never edited: a change of shape is a new step. The number
of steps is the version, kept in `PRAGMA user_version`; a database of a higher version is left alone.
"""

from __future__ import annotations

import sqlite3

from zotero_bridge.errors import IndexOfAnotherVersion

APPLICATION_ID = 0x5245414C  # "REAL", so that another program's database is never taken for a catalogue

_FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE objects (
    key TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    kind TEXT NOT NULL,            -- item, attachment, note, annotation; 'nothing': surveyed, and of no use here
    parent_key TEXT NOT NULL,      -- '' at the top
    made_of TEXT NOT NULL,         -- changes with whatever the object's text is made of; '' where it has none
    title TEXT NOT NULL,
    item_type TEXT NOT NULL,       -- '' for all but items and what stands alone
    year INTEGER,
    color TEXT NOT NULL,           -- annotations only
    in_scope INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX objects_plan ON objects(key, stamp, kind, parent_key, made_of, in_scope);
CREATE INDEX objects_kind ON objects(kind, in_scope);

CREATE TABLE object_tags (
    object_key TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (object_key, tag)
) WITHOUT ROWID;
CREATE INDEX object_tags_tag ON object_tags(tag, object_key);

CREATE TABLE object_collections (
    object_key TEXT NOT NULL, collection_key TEXT NOT NULL, PRIMARY KEY (object_key, collection_key)
) WITHOUT ROWID;
CREATE INDEX object_collections_collection ON object_collections(collection_key, object_key);

CREATE TABLE collections (key TEXT PRIMARY KEY, name TEXT NOT NULL, parent_key TEXT) WITHOUT ROWID;
CREATE TABLE searches (key TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    item_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    made_of TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    extractor TEXT NOT NULL,
    path TEXT NOT NULL,            -- '' where there is no file
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    file_sha256 TEXT NOT NULL,
    worded TEXT NOT NULL DEFAULT ''  -- what title and tags the word index was last given
);
CREATE INDEX sources_item ON sources(item_key);
CREATE INDEX sources_file ON sources(file_sha256);

CREATE TABLE texts (source_id INTEGER PRIMARY KEY, body BLOB NOT NULL);

CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source_id INTEGER NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    page_index INTEGER,
    page_label TEXT NOT NULL,
    page_label_end TEXT NOT NULL,
    section TEXT NOT NULL,
    section_kind TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX passages_place ON passages(source_id, start, stop, section_kind, id);

CREATE TABLE links (               -- which slice of its attachment's text an annotation marks
    annotation_key TEXT PRIMARY KEY,
    source_id INTEGER NOT NULL,
    text_sha256 TEXT NOT NULL,
    made_of TEXT NOT NULL,
    start INTEGER,                 -- NULL: looked for and not found
    stop INTEGER
) WITHOUT ROWID;
CREATE INDEX links_source ON links(source_id);

CREATE TABLE failures (
    source_key TEXT PRIMARY KEY,
    item_key TEXT NOT NULL,
    title TEXT NOT NULL,
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    failed_at TEXT NOT NULL,
    made_of TEXT NOT NULL,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    file_sha256 TEXT NOT NULL,
    extractor TEXT NOT NULL,
    missing INTEGER NOT NULL       -- 1: the file was not there
) WITHOUT ROWID;
"""

STEPS: tuple[str, ...] = (_FIRST,)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of a database; 0 where nothing has been made yet. Raises IndexOfAnotherVersion for a foreign one."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if version == 0 and application == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        return 0
    if application != APPLICATION_ID:
        raise IndexOfAnotherVersion("The catalogue was not made by realist.")
    if version > len(STEPS):
        raise IndexOfAnotherVersion(f"The index is of version {version}; this realist knows up to {len(STEPS)}.")
    return version


def bring_up(connection: sqlite3.Connection) -> None:
    """All steps that are still to be taken, each whole or not at all."""
    for number, step in enumerate(STEPS[version_of(connection) :], start=version_of(connection) + 1):
        connection.executescript(
            f"BEGIN IMMEDIATE; {step} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}; COMMIT;"
        )
