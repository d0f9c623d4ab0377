"""
The ports of the bridge: what a library, an extractor, an embedder and an index promise to whoever uses them.

Adapters live behind these and are named only by `assistant.wiring`. Each port has one class of contract tests in
`tests/contracts/` that every adapter passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from zotero_bridge.model import (
    Attachment,
    Collection,
    Coverage,
    DocumentText,
    Filters,
    Item,
    LibraryObject,
    LibraryRef,
    Passage,
    SourceInfo,
    Survey,
)

Vectors = NDArray[np.float32]  # (n, dim), each row of length 1
Progress = Callable[[str, int, int], None]  # stage, done, total (total 0: unknown)


class LibrarySource(Protocol):
    """A library that can be read. Nothing here writes to it."""

    @property
    def ref(self) -> LibraryRef: ...

    def survey(self, mark: str | None) -> Survey | None:
        """
        What is there now. None when the source can tell that nothing changed since `mark` (a former `Survey.mark`).

        Raises LibraryError when the library cannot be read; never returns part of a library as if it were whole.
        """
        ...

    def fetch(self, keys: Sequence[str]) -> Iterator[LibraryObject]:
        """The live objects with these keys, in any order. A key that went meanwhile is left out."""
        ...

    def search_members(self, search_key: str) -> frozenset[str]:
        """Keys of the items a saved search finds. Raises LibraryError where this kind of library cannot run one."""
        ...

    def locate(self, attachment: Attachment) -> Path:
        """
        The attachment's file on this machine, downloaded if need be. Raises AttachmentMissing with the reason.
        """
        ...


class TextExtractor(Protocol):
    """Turns one file into text with exact offsets."""

    def extract(self, path: Path, *, source_key: str, content_type: str) -> DocumentText:
        """Raises SourceUnreadable with a reason a reviewer understands."""
        ...


class Embedder(Protocol):
    """Turns text into vectors. The same text always gives the same vector."""

    @property
    def id(self) -> str:
        """Name and version, kept beside every vector it made; vectors of different ids are never compared."""
        ...

    @property
    def dim(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per text, in order: (n, dim) float32, each row of length 1."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """(dim,) float32, of length 1."""
        ...


@dataclass(frozen=True, slots=True)
class PieceStates:
    """What a language model makes of each word piece of a text, in order; the pieces cover every word of it."""

    offsets: NDArray[np.int32]  # (pieces, 2): start and end of each in the text, in characters
    states: NDArray[np.float32]  # (pieces, width)


class PieceReader(Protocol):
    """Reads texts piece by piece. The same text always gives the same states on one machine."""

    @property
    def id(self) -> str:
        """Name and version; what was fitted to the states of one reader says nothing about another's."""
        ...

    def states(self, texts: Sequence[str]) -> list[PieceStates]: ...


class PassageIndex(Protocol):
    """What readers of the index may ask. Readers are never blocked by a writer."""

    def rank_words(self, query: str, *, limit: int, filters: Filters) -> list[tuple[str, float]]:
        """Best passages by words: (passage id, score), best first. Any text is a valid query."""
        ...

    def rank_meaning(self, query: str, *, limit: int, filters: Filters) -> list[tuple[str, float]]:
        """Best passages by meaning: (passage id, cosine), best first. Empty where there is no embedder."""
        ...

    def score_words(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        """Exact word scores of just these passages; 0.0 where nothing matches."""
        ...

    def score_meaning(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        """Exact cosines of just these passages. Empty where there is no embedder."""
        ...

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """In the order asked for; ids that went meanwhile are left out."""
        ...

    def passages_of(self, source_key: str) -> list[Passage]:
        """Every passage of a source, in document order."""
        ...

    def document(self, source_key: str) -> DocumentText:
        """Raises NoSuchSource."""
        ...

    def item(self, key: str) -> Item | None: ...

    def items(self) -> list[Item]: ...

    def source(self, source_key: str) -> SourceInfo | None: ...

    def sources(self, *, item_key: str | None = None) -> list[SourceInfo]: ...

    def collections(self) -> list[Collection]: ...

    def marked(self, source_key: str) -> list[tuple[str, int, int]]:
        """(annotation key, start, end): what the reader's annotations mark of a source's text, in order."""
        ...

    def count(self, filters: Filters) -> tuple[int, int]:
        """(passages, documents) that the filters leave."""
        ...

    def coverage(self) -> Coverage: ...


@dataclass(frozen=True, slots=True)
class WordEntry:
    """One passage as the word index sees it. `title` is the item's, `heading` the section's."""

    id: str
    body: str
    title: str = ""
    heading: str = ""
    tags: str = ""  # joined by newlines


@runtime_checkable
class Reachable(Protocol):
    """A library that may be out of reach, and can say whether it is."""

    def reach(self) -> tuple[str, ...]:
        """What answers there, then what it lacks, in words for the reader. Raises LibraryError."""
        ...


class WordIndex(Protocol):
    """Ranks passages by words. Derived from the catalogue, never the only copy."""

    def ids(self) -> set[str]:
        """Passage ids held."""
        ...

    def update(self, add: Iterable[WordEntry], remove: Iterable[str]) -> None:
        """All or nothing. Adding an id that is held replaces it; removing one that is not is no error."""
        ...

    def rank(self, query: str, *, limit: int, among: frozenset[str] | None) -> list[tuple[str, float]]:
        """(passage id, score), best first; only ids in `among` when it is given. Any text is a valid query."""
        ...

    def scores(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        """Exact scores of just these ids, comparable with `rank`; 0.0 where nothing matches."""
        ...


class VectorStore(Protocol):
    """Keeps one embedder's vectors. Derived from the catalogue, never the only copy."""

    @property
    def embedder_id(self) -> str: ...

    def ids(self) -> set[str]: ...

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Rows of `vectors` belong to `ids`, in order. Adding an id that is held replaces its vector."""
        ...

    def remove(self, ids: Iterable[str]) -> None: ...

    def rank(self, vector: Vectors, *, limit: int, among: frozenset[str] | None) -> list[tuple[str, float]]:
        """(passage id, cosine), best first; only ids in `among` when it is given, exact at any selectivity."""
        ...

    def scores(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Exact cosines of just these ids; ids without a vector are left out."""
        ...
