"""A small library with real files, readers that count what they do, and what an index holds, as one value."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.formats import read
from zotero_bridge.index import Parts
from zotero_bridge.model import (
    Annotation,
    Attachment,
    Collection,
    DocumentText,
    Item,
    Note,
    Scope,
    Section,
    SectionKind,
    Tag,
)
from zotero_bridge.ports import Vectors
from zotero_bridge.sources.memory import MemoryLibrary
from zotero_bridge.sync import SyncReport, sync

TRUST = "Trust between partners grew slowly. Leaders who kept their promises were believed, even in a bad winter."
BUDGETS = "Budgets were pooled across the county. Nobody felt that the money was theirs, and so nobody guarded it."


class CountingExtractor:
    """Reads text files in this process and remembers which."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def extract(self, path: Path, *, source_key: str, content_type: str) -> DocumentText:
        self.read.append(source_key)
        text = path.read_text(encoding="utf-8")
        if text.startswith("SCAN"):
            raise SourceUnreadable("it holds no text (scanned?)")
        if text.startswith("PAGES"):
            return _paged(source_key, text)
        return read(path, source_key=source_key, content_type=content_type)


def _paged(source_key: str, text: str) -> DocumentText:
    pages = text.removeprefix("PAGES\n").split("\f")
    whole = "\n\n".join(pages)
    starts = [0]
    for page in pages[:-1]:
        starts.append(starts[-1] + len(page) + 2)
    labels = tuple(str(number) for number in range(101, 101 + len(pages)))
    return DocumentText(
        source_key, whole, tuple(starts), labels, (Section(0, len(whole), SectionKind.RESULTS, "Results"),), "pdf@test"
    )


@dataclass
class CountingEmbedder:
    """Eight numbers made of a text's letters; counts the texts it was given."""

    id: str = "letters@1"
    dim: int = 8
    texts: list[str] = field(default_factory=list)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.stack([self.embed_query(t) for t in texts]) if texts else np.zeros((0, self.dim), np.float32)

    def embed_query(self, text: str) -> Vectors:
        row = np.full(self.dim, 0.1, np.float32)
        for letter in text.lower():
            row[ord(letter) % self.dim] += 1
        return np.asarray(row / np.linalg.norm(row), np.float32)


class MemoryVectors:
    """A VectorStore that a test can look into and break. Kept from one opening to the next in `kept`."""

    def __init__(self, kept: dict[str, Vectors], embedder_id: str) -> None:
        self.kept = kept
        self._embedder_id = embedder_id

    @property
    def embedder_id(self) -> str:
        return self._embedder_id

    def ids(self) -> set[str]:
        return set(self.kept)

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        self.kept.update(zip(ids, vectors, strict=True))

    def remove(self, ids: Sequence[str]) -> None:
        for passage_id in ids:
            self.kept.pop(passage_id, None)

    def rank(self, vector: Vectors, *, limit: int, among: frozenset[str] | None) -> list[tuple[str, float]]:
        scores = self.scores(vector, [i for i in self.kept if among is None or i in among])
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def scores(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        return {i: float(self.kept[i] @ vector) for i in ids if i in self.kept}


@dataclass
class Desk:
    """A library, its files and an index folder in one place, with everything a sync needs."""

    root: Path
    library: MemoryLibrary = field(default_factory=MemoryLibrary)
    extractor: CountingExtractor = field(default_factory=CountingExtractor)
    embedder: CountingEmbedder = field(default_factory=CountingEmbedder)
    vectors: dict[str, Vectors] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)

    @property
    def folder(self) -> Path:
        return self.root / ".realist"

    @property
    def parts(self) -> Parts:
        def open_vectors(folder: Path, embedder: object, /, *, writing: bool) -> MemoryVectors:
            return MemoryVectors(self.vectors, self.embedder.id)

        return Parts(vectors=open_vectors, embedder=self.embedder)

    def file(self, name: str, text: str) -> Path:
        path = self.root / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def attach(self, key: str, parent: str | None, text: str, *, name: str = "") -> Attachment:
        attachment = Attachment(key=key, parent_key=parent, title="Full text", content_type="text/plain")
        self.library.put_file(attachment, self.file(name or f"{key}.txt", text))
        return attachment

    def sync(self, **options: object) -> SyncReport:
        return sync(self.library, self.folder, self.extractor, scope=self.scope, parts=self.parts, **options)  # type: ignore[arg-type]  # options are sync's own


def furnished(root: Path) -> Desk:
    """Three items: one with two files, a note and marks; one with a scan; one with an abstract alone."""
    desk = Desk(root)
    desk.library.put_collection(Collection("COLLTOP1", "Academic papers"))
    desk.library.put_collection(Collection("COLLSUB1", "Empirical", "COLLTOP1"))
    desk.library.put(
        Item("ITEM0001", "Keeping promises", year=2019, item_type="journalArticle", tags=(Tag("trust"),),
             collections=("COLLSUB1",), abstract="We asked how partners come to trust each other."),
        Item("ITEM0002", "Pooled budgets", year=2003, item_type="report", tags=(Tag("money", automatic=True),)),
        Item("ITEM0003", "An abstract alone", collections=("COLLTOP1",), abstract="Boards met every month."),
        Note("NOTE0001", "ITEM0001", "<p>Compare with the <b>winter</b> crisis.</p>"),
        Annotation("ANNO0001", "ATTA0001", text="kept their promises", color="#FFD400", page_index=1, page_label="102",
                   tags=(Tag("M-res"),)),
    )  # fmt: skip
    desk.attach("ATTA0001", "ITEM0001", f"PAGES\n{BUDGETS}\f{TRUST}\fNothing else was found.")
    desk.attach("ATTA0002", "ITEM0001", f"A supplement on pooling.\n\n{BUDGETS}")
    desk.attach("ATTA0003", "ITEM0002", "SCAN of a report")
    return desk


def contents(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that an index holds and a reader could see, without what only tells when it was made."""
    columns = {
        "objects": "key, stamp, kind, parent_key, made_of, title, item_type, year, color, in_scope, body",
        "object_tags": "*",
        "object_collections": "*",
        "collections": "*",
        "searches": "*",
        "sources": "key, item_key, kind, made_of, text_sha256, extractor, path, size, file_sha256, worded",
        "failures": "source_key, item_key, title, reason, made_of, path, file_sha256, missing",
    }
    joined = {
        "texts": "SELECT s.key, t.body FROM texts t JOIN sources s ON s.id = t.source_id",
        "passages": "SELECT p.id, s.key, p.start, p.stop, p.page_label, p.section_kind, p.text FROM passages p "
        "JOIN sources s ON s.id = p.source_id",
        "links": "SELECT l.annotation_key, s.key, l.start, l.stop FROM links l "
        "LEFT JOIN sources s ON s.id = l.source_id",
    }
    queries = {name: f"SELECT {what} FROM {name}" for name, what in columns.items()} | joined
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    try:
        found = {name: sorted(connection.execute(query).fetchall(), key=repr) for name, query in queries.items()}
        found["mark"] = connection.execute("SELECT value FROM meta WHERE name = 'mark'").fetchall()
    finally:
        connection.close()
    return found
