"""
Bring what is derived from the catalogue in step with it: the word index and the vectors.

What they hold is compared with what they should hold, so it does not matter how they came to differ: an interrupted
sync, a deleted folder, another embedder. Vectors are written as they are made; an interrupted embedding goes on where
it stopped. A new title reaches the word index without anything being embedded again.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from zotero_bridge.errors import IndexDamaged
from zotero_bridge.index import OpenWords, Parts, close_part, vectors_folder, words_folder
from zotero_bridge.index.catalogue_open import in_our_words
from zotero_bridge.index.catalogue_write import CatalogueWriter
from zotero_bridge.index.embed_text import embedding_text
from zotero_bridge.ports import Embedder, Progress, VectorStore, WordEntry, WordIndex
from zotero_bridge.sync.report import Stopwatch

_BATCH = 128  # passages embedded between two writes: what an interruption can cost, about a second


@runtime_checkable
class _HasCopies(Protocol):
    """A vector store beside which vectors may lie that need not be made again, and which may be one of several."""

    def take(self, ids: Sequence[str]) -> set[str]: ...

    def complete(self) -> None: ...


def derive(
    catalogue: CatalogueWriter, folder: Path, parts: Parts, *, progress: Progress, watch: Stopwatch, anew: bool = False
) -> None:
    """`anew`: everything is derived again, whatever is there; it is replaced, so readers go on meanwhile."""
    with in_our_words():
        with watch("words"):
            _derive_words(catalogue, words_folder(folder), parts.words, progress, anew=anew)
        if parts.vectors is not None and parts.embedder is not None:
            with watch("embed"):
                vectors = parts.vectors(vectors_folder(folder), parts.embedder, writing=True)
                try:
                    _derive_vectors(catalogue, vectors, parts.embedder, progress, anew=anew)
                    if isinstance(vectors, _HasCopies):
                        vectors.complete()
                finally:
                    close_part(vectors)


def _derive_words(
    catalogue: CatalogueWriter, folder: Path, open_words: OpenWords, progress: Progress, *, anew: bool
) -> None:
    words, held = _opened(open_words, folder)
    try:
        wanted = catalogue.passage_ids()
        due = _retitled(catalogue)
        stale = set() if anew or not due else set(catalogue.ids_of_sources(list(due)))
        add = sorted(wanted if anew else (wanted - held) | stale)
        remove = held - wanted
        if add or remove:
            words.update(_counted(catalogue.word_entries(add), len(add), progress), remove)
        if due:
            catalogue.put_worded(due)
    finally:
        close_part(words)


def _opened(open_words: OpenWords, folder: Path) -> tuple[WordIndex, set[str]]:
    """The word index and what it holds. A damaged one is thrown away: nothing in it is the only copy."""
    try:
        words = open_words(folder, writing=True)
        return words, words.ids()
    except IndexDamaged:
        shutil.rmtree(folder, ignore_errors=True)
        words = open_words(folder, writing=True)
        return words, words.ids()


def _retitled(catalogue: CatalogueWriter) -> dict[str, str]:
    """Of each source whose title or tags the word index has not been given yet: what it will have been given."""
    states = catalogue.worded()
    about = catalogue.about({key for _, item, own in states.values() for key in (item, own)})
    due: dict[str, str] = {}
    for key, (given, item, own) in states.items():
        title, tags = about.get(item, ("", ()))
        _, own_tags = about.get(own, ("", ()))
        now = hashlib.sha256(repr((title, tags, own_tags)).encode("utf-8", "replace")).hexdigest()[:16]
        if now != given:
            due[key] = now
    return due


def _counted(entries: Iterator[WordEntry], total: int, progress: Progress) -> Iterator[WordEntry]:
    for done, entry in enumerate(entries, start=1):
        yield entry
        if done % 500 == 0 or done == total:
            progress("Indexing words", done, total)


def _derive_vectors(
    catalogue: CatalogueWriter, vectors: VectorStore, embedder: Embedder, progress: Progress, *, anew: bool
) -> None:
    wanted, held = catalogue.passage_ids(), vectors.ids()
    if gone := held - wanted:
        vectors.remove(gone)
    due = wanted if anew else wanted - held
    if due and not anew and isinstance(vectors, _HasCopies):
        due = due - vectors.take(sorted(due))
    missing = catalogue.in_reading_order(due) if due else []
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        progress("Embedding", start, len(missing))
        entries = list(catalogue.word_entries(batch))
        rows = embedder.embed_passages([embedding_text(e.title, e.heading, e.body) for e in entries])
        vectors.add([e.id for e in entries], rows)
    if missing:
        progress("Embedding", len(missing), len(missing))
