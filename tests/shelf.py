"""A shelf of documents held in memory, for tests that need an index and no library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zotero_bridge.errors import NoSuchSource
from zotero_bridge.model import (
    Collection,
    Coverage,
    DocumentText,
    Filters,
    Item,
    LibraryRef,
    Locator,
    Passage,
    Section,
    SectionKind,
    SourceInfo,
    SourceKind,
    passage_id,
)

LIBRARY = LibraryRef(kind="user", id="0", origin="zotero://local")


def document(
    text: str,
    *,
    key: str = "ATT1",
    pages: Sequence[int] = (0,),
    labels: Sequence[str] = ("",),
    sections: Sequence[Section] = (),
) -> DocumentText:
    whole = tuple(sections) or (Section(0, len(text), SectionKind.RESULTS, "Results"),)
    return DocumentText(key, text, tuple(pages), tuple(labels), whole, "test@1")


def passage_of(doc: DocumentText, *, start: int = 0, end: int | None = None, item: str = "ITEM1") -> Passage:
    end = len(doc.text) if end is None else end
    section = doc.section_at(start)
    return Passage(
        id=passage_id("test", doc.source_key, doc.text_sha256, start, end),
        item_key=item,
        source_kind=SourceKind.PDF,
        text=doc.text[start:end],
        locator=Locator(
            source_key=doc.source_key,
            text_sha256=doc.text_sha256,
            start=start,
            end=end,
            page_index=doc.page_index_at(start) if doc.paged else None,
            page_label=doc.page_labels[doc.page_index_at(start)],
            section=section.heading if section else "",
            section_kind=section.kind if section else SectionKind.BODY,
        ),
    )


@dataclass
class Shelf:
    """As much of a PassageIndex as grounding, showing and talking need. Ranks by shared words."""

    documents: Mapping[str, DocumentText]
    held: Sequence[Passage]
    books: Mapping[str, Item] = field(default_factory=dict)

    def document(self, source_key: str) -> DocumentText:
        if source_key not in self.documents:
            raise NoSuchSource(f"There is no source {source_key}.")
        return self.documents[source_key]

    def item(self, key: str) -> Item | None:
        return self.books.get(key)

    def items(self) -> list[Item]:
        return list(self.books.values())

    def source(self, source_key: str) -> SourceInfo | None:
        for p in self.held:
            if p.locator.source_key == source_key:
                return SourceInfo(source_key, p.item_key, p.source_kind, "")
        return None

    def sources(self, *, item_key: str | None = None) -> list[SourceInfo]:
        found = (self.source(key) for key in self.documents)
        return [s for s in found if s and item_key in (None, s.item_key)]

    def collections(self) -> list[Collection]:
        return []

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        known = {p.id: p for p in self.held}
        return [known[i] for i in ids if i in known]

    def passages_of(self, source_key: str) -> list[Passage]:
        return [p for p in self.held if p.locator.source_key == source_key]

    def score_words(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        wanted = set(query.casefold().split())
        return {p.id: float(len(wanted & set(p.text.casefold().split()))) for p in self.passages(ids)}

    def rank_words(self, query: str, *, limit: int, filters: Filters) -> list[tuple[str, float]]:
        scores = self.score_words(query, [p.id for p in self.held])
        return sorted(((i, s) for i, s in scores.items() if s), key=lambda pair: -pair[1])[:limit]

    def score_meaning(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        return {}

    def rank_meaning(self, query: str, *, limit: int, filters: Filters) -> list[tuple[str, float]]:
        return []

    def count(self, filters: Filters) -> tuple[int, int]:
        return len(self.held), len(self.documents)

    def marked(self, source_key: str) -> list[tuple[str, int, int]]:
        return []

    def coverage(self) -> Coverage:
        return Coverage(items=len(self.books), sources=len(self.documents), passages=len(self.held))


def shelf(*documents: DocumentText, items: Sequence[Item] = ()) -> Shelf:
    """One passage per document, each of an item of its own unless told otherwise."""
    books = list(items) or [Item(key=f"ITEM{n}", title=f"Title {n}") for n in range(1, len(documents) + 1)]
    held = [passage_of(d, item=books[min(n, len(books) - 1)].key) for n, d in enumerate(documents)]
    return Shelf({d.source_key: d for d in documents}, held, {b.key: b for b in books})
