"""
What the fitted tagger has read before, kept beside the index so that a second question is quick.

Disposable: it holds nothing that cannot be read again, so whatever is wrong with the file (locked, full disk, damaged,
of another version) costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

from assistant.model import Role
from assistant.roles_head import LikelySpan

FILE = "roles.sqlite"
AT_ONCE = 500  # texts looked up by one statement
PATIENCE = 0.5  # seconds to wait for another process that is writing
_TABLE = (
    "CREATE TABLE IF NOT EXISTS read (tagger TEXT, text_sha256 TEXT, spans TEXT, PRIMARY KEY (tagger, text_sha256))"
)

Spans = tuple[LikelySpan, ...]


class RolesMemory:
    """Spans by text, for one tagger. `folder` may be gone; then nothing is remembered."""

    def __init__(self, folder: Path, tagger: str) -> None:
        self._path = folder / FILE
        self._tagger = tagger

    def known(self, texts: Iterable[str]) -> dict[str, Spans]:
        """What was read of these texts before."""
        found: dict[str, Spans] = {}
        by_hash = {_hash(text): text for text in texts}
        if not by_hash or not self._path.is_file():
            return found
        with suppress(sqlite3.Error, ValueError, KeyError), closing(self._open()) as memory:
            for some in _some(list(by_hash)):
                marks = ",".join("?" * len(some))
                rows = memory.execute(
                    f"SELECT text_sha256, spans FROM read WHERE tagger = ? AND text_sha256 IN ({marks})",
                    (self._tagger, *some),
                )
                found.update((by_hash[name], _decoded(spans)) for name, spans in rows)
        return found

    def keep(self, read: Mapping[str, Spans]) -> None:
        rows = [(self._tagger, _hash(text), _encoded(spans)) for text, spans in read.items()]
        with suppress(sqlite3.Error), closing(self._open()) as memory, memory:
            memory.execute(_TABLE)
            memory.executemany("INSERT OR REPLACE INTO read VALUES (?, ?, ?)", rows)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=PATIENCE)


def _some(names: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(names[n : n + AT_ONCE]) for n in range(0, len(names), AT_ONCE))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _encoded(spans: Spans) -> str:
    return json.dumps([[s.role.value, s.start, s.end, round(s.probability, 4)] for s in spans])


def _decoded(spans: str) -> Spans:
    return tuple(LikelySpan(Role(role), start, end, sure) for role, start, end, sure in json.loads(spans))
