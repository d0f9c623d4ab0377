"""
The index: the catalogue, with what is derived from it for ranking, as one thing to ask.

The catalogue alone is the truth here. Words and vectors are derived, may lag behind it for a moment and can be made
anew from it; what they name and it no longer holds is left out of every answer. Readers take no lock, but to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, TypeVar, runtime_checkable

from zotero_bridge.errors import IndexDamaged
from zotero_bridge.index.catalogue import Catalogue
from zotero_bridge.model import (
    Collection,
    Coverage,
    DocumentText,
    Filters,
    Item,
    Passage,
    SourceInfo,
)
from zotero_bridge.ports import Embedder, VectorStore, WordIndex

_REMEMBERED_FILTERS = 8
_Answer = TypeVar("_Answer")


class OpenWords(Protocol):
    def __call__(self, folder: Path, /, *, writing: bool) -> WordIndex: ...


class OpenVectors(Protocol):
    def __call__(self, folder: Path, embedder: Embedder, /, *, writing: bool) -> VectorStore: ...


def open_fts(folder: Path, *, writing: bool) -> WordIndex:
    """SQLite's own words, for a machine that has nothing better."""
    from zotero_bridge.index.fts_words import FtsWords

    return FtsWords(folder / "words.sqlite", writing=writing)


@dataclass(frozen=True, slots=True)
class Parts:
    """
    What an index derives from its catalogue. Each opener is given a folder of its own to keep its files in.

    Without an embedder, or an opener for its vectors, an index searches by words alone. `mend` makes the words anew
    from the catalogue when a reader finds them damaged; without it the reader is told.
    """

    words: OpenWords = open_fts
    vectors: OpenVectors | None = None
    embedder: Embedder | None = None
    mend: Callable[[], None] | None = None
    notify: Callable[[str], None] = lambda _: None  # what whoever asks should be told of the index


@runtime_checkable
class _Closes(Protocol):
    def close(self) -> None: ...


class Index:
    """A PassageIndex over one index folder. Words and vectors are opened when first asked for."""

    def __init__(self, folder: Path, catalogue: Catalogue, parts: Parts) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._parts = parts
        self._opened_words: WordIndex | None = None
        self._opened_vectors: VectorStore | None = None
        self._within: dict[Filters, frozenset[str]] = {}
        self._within_at = -1

    @classmethod
    def open(cls, folder: Path, parts: Parts | None = None) -> Index:
        """Raises IndexMissing, IndexOfAnotherVersion or IndexDamaged."""
        return cls(folder, Catalogue.open(folder), parts or Parts())

    def close(self) -> None:
        for part in (self._opened_words, self._opened_vectors):
            close_part(part)
        self._opened_words = self._opened_vectors = None
        self._catalogue.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Ranking

    def rank_words(self, query: str, *, limit: int, filters: Filters) -> list[tuple[str, float]]:
        among = self._among(filters)
        return self._ask_words(lambda words: words.rank(query, limit=limit, among=among))

    def rank_meaning(self, query: str, *, limit: int, filters: Filters) -> list[tuple[str, float]]:
        vectors, embedder = self._vectors, self._parts.embedder
        if vectors is None or embedder is None:
            return []
        return vectors.rank(embedder.embed_query(query), limit=limit, among=self._among(filters))

    def score_words(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        return self._ask_words(lambda words: words.scores(query, ids))

    def score_meaning(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        vectors, embedder = self._vectors, self._parts.embedder
        if vectors is None or embedder is None:
            return {}
        return vectors.scores(embedder.embed_query(query), ids)

    def _ask_words(self, ask: Callable[[WordIndex], _Answer]) -> _Answer:
        """Mends them once where they are damaged: they may be found so on opening, or at any question."""
        try:
            return ask(self._words)
        except IndexDamaged:
            if self._parts.mend is None:
                raise
        close_part(self._opened_words)
        self._opened_words = None
        self._parts.mend()
        return ask(self._words)

    @property
    def _words(self) -> WordIndex:
        if self._opened_words is None:
            self._opened_words = self._parts.words(words_folder(self._folder), writing=False)
        return self._opened_words

    @property
    def _vectors(self) -> VectorStore | None:
        parts = self._parts
        if self._opened_vectors is None and parts.vectors is not None and parts.embedder is not None:
            self._opened_vectors = parts.vectors(vectors_folder(self._folder), parts.embedder, writing=False)
            self._tell_of_missing(self._opened_vectors)
        return self._opened_vectors

    def _tell_of_missing(self, vectors: VectorStore) -> None:
        passages = self._catalogue.passage_count()
        missing = passages - len(vectors.ids())
        if missing > 0:
            self._parts.notify(
                f"{missing} of {passages} passages have no vector yet and are found by their words alone; "
                "`realist sync` makes them."
            )

    def _among(self, filters: Filters) -> frozenset[str] | None:
        """None where nothing is filtered. Remembered until the catalogue changes."""
        if filters.empty:
            return None
        at = int(self._catalogue.connection.execute("PRAGMA data_version").fetchone()[0])
        if at != self._within_at:
            self._within.clear()
            self._within_at = at
        if filters not in self._within:
            while len(self._within) >= _REMEMBERED_FILTERS:
                self._within.pop(next(iter(self._within)))
            self._within[filters] = self._catalogue.passages_within(filters)
        return self._within[filters]

    # What is there

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        return self._catalogue.passages(ids)

    def passages_of(self, source_key: str) -> list[Passage]:
        return self._catalogue.passages_of(source_key)

    def document(self, source_key: str) -> DocumentText:
        return self._catalogue.document(source_key)

    def item(self, key: str) -> Item | None:
        return self._catalogue.item(key)

    def items(self) -> list[Item]:
        return self._catalogue.items()

    def source(self, source_key: str) -> SourceInfo | None:
        return self._catalogue.source(source_key)

    def sources(self, *, item_key: str | None = None) -> list[SourceInfo]:
        return self._catalogue.sources(item_key=item_key)

    def collections(self) -> list[Collection]:
        return self._catalogue.collections()

    def marked(self, source_key: str) -> list[tuple[str, int, int]]:
        return self._catalogue.links_of(source_key)

    def mark(self) -> str:
        """The library's state as of the last whole sync, as its source names it; "" before the first."""
        return self._catalogue.meta("mark")

    def count(self, filters: Filters) -> tuple[int, int]:
        return self._catalogue.count(filters)

    def coverage(self) -> Coverage:
        items, sources, passages, kinds = self._catalogue.totals()
        vectors = self._vectors
        return Coverage(
            items=items,
            sources=sources,
            passages=passages,
            failures=tuple(self._catalogue.failures()),
            library=self._catalogue.meta("library_name"),
            embedder=vectors.embedder_id if vectors is not None else "",
            vectors=len(vectors.ids()) if vectors is not None else 0,
            synced_at=self._catalogue.meta("synced_at"),
            by_kind=kinds,
        )


def words_folder(folder: Path) -> Path:
    return folder / "words"


def vectors_folder(folder: Path) -> Path:
    return folder / "vectors"


def close_part(part: WordIndex | VectorStore | None) -> None:
    """Whatever holds files open says so by having a `close`."""
    if isinstance(part, _Closes):
        part.close()
