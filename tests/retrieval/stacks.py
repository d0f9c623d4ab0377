"""A PassageIndex over passages given by hand, with the real words and vectors behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.shelf import Shelf
from zotero_bridge.index.embed_hash import HashEmbedder
from zotero_bridge.index.embed_text import embedding_text
from zotero_bridge.index.vectors_flat import FlatVectors
from zotero_bridge.index.words_tantivy import TantivyWords
from zotero_bridge.model import DocumentText, Filters, Item, Locator, Passage, SectionKind, SourceKind, passage_id
from zotero_bridge.ports import Embedder, WordEntry


class Stacks(Shelf):
    """Passages of items, ranked as the product ranks them. Filters by item key, source kind and section kind."""

    def __init__(self, items: Sequence[Item], held: Sequence[Passage], folder: Path, embedder: Embedder | None) -> None:
        sources = {p.locator.source_key for p in held}
        super().__init__({key: DocumentText(key, "") for key in sources}, held, {i.key: i for i in items})
        self._embedder = embedder
        self._words = TantivyWords(folder / "words", writing=True)
        title = {i.key: i.title for i in items}
        self._words.update([WordEntry(p.id, p.text, title[p.item_key], p.locator.section) for p in held], [])
        self._vectors = FlatVectors(folder / "vectors", embedder.id if embedder else "none", writing=True)
        if embedder:
            texts = [embedding_text(title[p.item_key], p.locator.section, p.text) for p in held]
            self._vectors.add([p.id for p in held], embedder.embed_passages(texts))

    def rank_words(self, query: str, *, limit: int, filters: Filters) -> list[tuple[str, float]]:
        return self._words.rank(query, limit=limit, among=self._among(filters))

    def rank_meaning(self, query: str, *, limit: int, filters: Filters) -> list[tuple[str, float]]:
        if self._embedder is None:
            return []
        return self._vectors.rank(self._embedder.embed_query(query), limit=limit, among=self._among(filters))

    def score_words(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        return self._words.scores(query, ids)

    def score_meaning(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        return self._vectors.scores(self._embedder.embed_query(query), ids) if self._embedder else {}

    def forget_vectors(self, ids: Sequence[str]) -> None:
        self._vectors.remove(ids)

    def _among(self, filters: Filters) -> frozenset[str] | None:
        if filters.empty:
            return None
        tests: list[Callable[[Passage], bool]] = []
        if filters.item_keys:
            tests.append(lambda p: p.item_key in filters.item_keys)
        if filters.source_kinds:
            tests.append(lambda p: p.source_kind in filters.source_kinds)
        if filters.section_kinds:
            tests.append(lambda p: p.locator.section_kind in filters.section_kinds)
        return frozenset(p.id for p in self.held if all(test(p) for test in tests))


def passage(
    text: str,
    *,
    item: str = "ITEM1",
    kind: SectionKind = SectionKind.RESULTS,
    section: str = "",
    source_kind: SourceKind = SourceKind.PDF,
    source: str = "",
    page: int | None = 0,
    start: int = 0,
) -> Passage:
    source = source or f"S-{item}"
    return Passage(
        id=passage_id("test", source, text, start, start + len(text)),
        item_key=item,
        source_kind=source_kind,
        text=text,
        locator=Locator(source, "sha", start, start + len(text), page, section=section, section_kind=kind),
    )


def stacks(
    folder: Path,
    held: Sequence[Passage],
    *,
    items: Sequence[Item] = (),
    embedder: Embedder | None = None,
    words_alone: bool = False,
) -> Stacks:
    known = {i.key for i in items}
    others = dict.fromkeys(p.item_key for p in held if p.item_key not in known)
    books = [*items, *(Item(key=key, title=f"Report {key}") for key in others)]
    return Stacks(books, held, folder, None if words_alone else embedder or HashEmbedder())
