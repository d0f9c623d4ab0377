"""
What the catalogue knows of a library, as the sync compares it with what is there now.

Small values without texts: a whole library's worth of them is read in one go.
"""

from __future__ import annotations

from dataclasses import dataclass

from zotero_bridge.model import SourceKind


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What a file was when it was read. All empty for a text that has no file."""

    path: str = ""
    size: int = 0
    mtime_ns: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class KnownObject:
    key: str
    stamp: str
    kind: str  # item, attachment, note, annotation, nothing
    parent_key: str
    made_of: str
    in_scope: bool


@dataclass(frozen=True, slots=True)
class KnownSource:
    key: str
    item_key: str
    kind: SourceKind
    made_of: str
    text_sha256: str
    extractor: str
    file: FileIdentity


@dataclass(frozen=True, slots=True)
class KnownFailure:
    source_key: str
    item_key: str
    title: str
    reason: str
    made_of: str
    extractor: str
    file: FileIdentity
    missing: bool = False  # the file was not there
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Link:
    """Which slice of a text an annotation marks. `start` is None where it was looked for and not found."""

    annotation_key: str
    source_key: str
    text_sha256: str
    made_of: str
    start: int | None = None
    end: int | None = None
