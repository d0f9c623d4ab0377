"""The catalogue and the index over it: what goes in comes out, and filters leave exactly what passes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts.embedder import EmbedderContract
from tests.contracts.library_source import LibrarySourceContract
from tests.contracts.passage_index import PassageIndexContract
from tests.contracts.vector_store import DIM, VectorStoreContract
from tests.sync.library import CountingEmbedder, Desk, MemoryVectors, furnished
from zotero_bridge.errors import IndexMissing, IndexOfAnotherVersion
from zotero_bridge.index import Index
from zotero_bridge.index.catalogue_codec import decode_object, decode_text, encode_object, encode_text, kind_of
from zotero_bridge.index.catalogue_known import FileIdentity, KnownSource, Link
from zotero_bridge.index.catalogue_write import CatalogueWriter
from zotero_bridge.index.filters import collection_keys
from zotero_bridge.index.schema import STEPS, bring_up
from zotero_bridge.model import (
    Annotation,
    Attachment,
    Collection,
    Creator,
    DocumentText,
    Filters,
    Item,
    Locator,
    Marks,
    Note,
    Passage,
    Section,
    SectionKind,
    SourceKind,
    Tag,
)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = furnished(tmp_path_factory.mktemp("review"))
    desk.sync()
    return desk


class TestIndex(PassageIndexContract):
    @pytest.fixture
    def index(self, review: Desk) -> Iterator[Index]:
        with Index.open(review.folder, review.parts) as index:
            yield index


class TestIndexWithoutAnEmbedder(PassageIndexContract):
    @pytest.fixture
    def index(self, review: Desk) -> Iterator[Index]:
        with Index.open(review.folder) as index:
            yield index

    def test_it_says_so(self, index: Index) -> None:
        assert index.coverage().embedder == ""
        assert index.rank_meaning("trust", limit=3, filters=Filters()) == []


class TestMemoryLibrary(LibrarySourceContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> object:
        return furnished(tmp_path).library


class TestMemoryVectors(VectorStoreContract):
    @pytest.fixture
    def vectors(self) -> MemoryVectors:
        return MemoryVectors({}, self.EMBEDDER_ID)


class TestCountingEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> CountingEmbedder:
        assert CountingEmbedder().dim == DIM
        return CountingEmbedder()


def test_an_index_that_was_never_made_is_missing(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        Index.open(tmp_path)


def test_an_index_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    CatalogueWriter.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "catalogue.sqlite")
    connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    connection.close()

    with pytest.raises(IndexOfAnotherVersion):
        Index.open(tmp_path)
    with pytest.raises(IndexOfAnotherVersion):
        CatalogueWriter.open(tmp_path)


def test_another_programs_database_is_not_taken_for_a_catalogue(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "catalogue.sqlite")
    connection.execute("CREATE TABLE moz_places (id)")
    connection.commit()
    connection.close()

    with pytest.raises(IndexOfAnotherVersion):
        CatalogueWriter.open(tmp_path)


# What goes in comes out

texts = st.text(max_size=12)
tags = st.lists(st.builds(Tag, texts, st.booleans()), max_size=3).map(tuple)
names = st.lists(texts, max_size=3).map(tuple)
objects = st.one_of(
    st.builds(
        Item,
        key=texts,
        title=texts,
        creators=st.lists(st.builds(Creator, texts, texts, texts, st.booleans()), max_size=3).map(tuple),
        year=st.none() | st.integers(-500, 3000),
        tags=tags,
        collections=names,
        relations=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
        csl=texts,
    ),
    st.builds(Attachment, key=texts, parent_key=st.none() | texts, path=texts, tags=tags, collections=names),
    st.builds(Note, key=texts, parent_key=st.none() | texts, html=texts, tags=tags, collections=names),
    st.builds(Annotation, key=texts, parent_key=texts, text=texts, page_index=st.none() | st.integers(0, 9), tags=tags),
)


@given(objects)
def test_an_object_comes_back_as_it_went_in(held: Item | Attachment | Note | Annotation) -> None:
    assert decode_object(kind_of(held), encode_object(held)) == held


def test_an_object_with_a_field_that_is_gone_is_still_read() -> None:
    body = encode_object(Note("NOTE0001", None, "<p>x</p>")).replace('{"key"', '{"gone":1,"key"')

    assert decode_object("note", body) == Note("NOTE0001", None, "<p>x</p>")


@given(st.text(), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=3), names)
def test_a_text_comes_back_as_it_went_in(text: str, moved: list[tuple[int, int, int]], notes: tuple[str, ...]) -> None:
    sections = (Section(0, len(text), SectionKind.RESULTS, "Results"),)
    document = DocumentText("ATTA0001", text, (0, 3), ("iv", "1"), sections, "pdf@1", tuple(moved), notes)

    assert decode_text(encode_text(document)) == document


def test_lone_surrogates_of_a_library_harm_nothing(tmp_path: Path) -> None:
    writer = CatalogueWriter.open(tmp_path)
    item = Item("ITEM0001", "Broken \ud800 title", tags=(Tag("\udfff"),), collections=("COLL0001",))

    writer.put_objects([item], {"ITEM0001": "1"})
    writer.put_scope(["ITEM0001"], [])

    assert writer.item("ITEM0001") == item


# Filters, against the same rules in Python

TAGS, COLORS, SHELVES = ["a", "A", "b", "ß", "c/d"], ["#ffd400", "#ff6666"], ["C1", "C2", "C3", "C4"]
COLLECTIONS = [
    Collection("C1", "Papers"),
    Collection("C2", "Empirical", "C1"),
    Collection("C3", "papers", "C2"),
    Collection("C4", "Loop", "C4"),
]
some_tags = st.lists(st.sampled_from(TAGS), max_size=2, unique=True).map(lambda ts: tuple(Tag(t) for t in ts))


@st.composite
def shelves(
    draw: st.DrawFn,
) -> tuple[list[Item], list[tuple[Attachment, list[Passage]]], list[tuple[Annotation, Link]]]:
    """Items, a document of each with passages of ten letters, and marks on them."""
    items, documents, marks = [], [], []
    for number in range(draw(st.integers(1, 4))):
        item = Item(
            f"I{number}",
            "Title",
            year=draw(st.none() | st.integers(1999, 2002)),
            item_type=draw(st.sampled_from(["book", "report"])),
            tags=draw(some_tags),
            collections=tuple(draw(st.sets(st.sampled_from(SHELVES), max_size=2))),
        )
        attachment = Attachment(f"D{number}", item.key, tags=draw(some_tags))
        passages = [
            Passage(
                id=f"{number}-{start}",
                item_key=item.key,
                source_kind=SourceKind.PDF,
                text="x" * 10,
                locator=Locator(
                    attachment.key, "sha", start, start + 10, section_kind=draw(st.sampled_from(list(SectionKind)[:3]))
                ),
            )
            for start in range(0, draw(st.integers(1, 4)) * 10, 10)
        ]
        items.append(item)
        documents.append((attachment, passages))
        for m in range(draw(st.integers(1, 3))):
            color = draw(st.sampled_from(COLORS))
            mark = Annotation(f"M{number}{m}", attachment.key, "x", color=color, tags=draw(some_tags))
            start = draw(st.none() | st.sampled_from([0, 4, 9, 10, 11, 20]))
            end = None if start is None else start + draw(st.sampled_from([1, 6, 10, 11]))
            marks.append((mark, Link(mark.key, attachment.key, "sha", "m", start, end)))
    return items, documents, marks


few_tags = st.lists(st.sampled_from([*TAGS, "B", "SS", "zzz"]), max_size=2).map(tuple)
some_colors = st.lists(st.sampled_from([*COLORS, "#FFD400"]), max_size=1).map(tuple)
FIELDS: dict[str, st.SearchStrategy[object]] = {
    "tags": few_tags,
    "collections": st.lists(
        st.sampled_from(["C3", "Papers", "PAPERS", "Papers/Empirical", "Empirical", "Loop", "None"]), max_size=2
    ).map(tuple),
    "item_types": st.lists(st.sampled_from(["book", "report", "film"]), max_size=2).map(tuple),
    "item_keys": st.lists(st.sampled_from(["I0", "I1", "I9"]), max_size=2).map(tuple),
    "year_from": st.integers(1998, 2003),
    "year_to": st.integers(1998, 2003),
    "source_kinds": st.lists(st.sampled_from([SourceKind.PDF, SourceKind.ANNOTATION]), max_size=2).map(tuple),
    "section_kinds": st.lists(st.sampled_from(list(SectionKind)[:3]), max_size=2).map(tuple),
    "colors": some_colors,
    "marks": st.builds(
        Marks,
        tags=st.just(()) | few_tags,
        colors=st.lists(st.sampled_from(COLORS), min_size=1, max_size=2).map(tuple),
        overriding_tags=st.just(()) | few_tags,
    ),
}
JOINTS = ["marks", "marks", "marks", "colors", "tags"]  # where sources and single passages meet
filters = st.lists(st.sampled_from([*JOINTS, *sorted(FIELDS)]), min_size=1, max_size=3).flatmap(
    lambda names: st.builds(Filters, **{name: FIELDS[name] for name in names})
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shelves(), filters)
def test_filters_leave_exactly_what_passes_them(shelf: object, wanted: Filters) -> None:
    items, documents, marks = shelf  # type: ignore[misc]  # as `shelves` makes it
    catalogue = CatalogueWriter(sqlite3.connect(":memory:", isolation_level=None))
    bring_up(catalogue.connection)
    held = [*items, *(a for a, _ in documents), *(m for m, _ in marks)]
    catalogue.put_objects(held, {o.key: "1" for o in held})
    catalogue.put_shelves(COLLECTIONS, ())
    every: list[Passage] = []
    for attachment, passages in documents:
        _put(catalogue, attachment.key, passages[0].item_key, SourceKind.PDF, passages)
        every += passages
    for mark, _ in marks:
        item_key = next(a.parent_key for a, _ in documents if a.key == mark.parent_key)
        own = Passage(f"own-{mark.key}", item_key, SourceKind.ANNOTATION, "x", Locator(mark.key, "sha", 0, 1))
        _put(catalogue, mark.key, item_key, SourceKind.ANNOTATION, [own])
        every.append(own)
    catalogue.put_links([link for _, link in marks])

    expected = {p.id for p in every if _passes(p, wanted, items, documents, marks)}

    assert catalogue.passages_within(wanted) == expected
    assert catalogue.count(wanted) == (len(expected), len({p.item_key for p in every if p.id in expected}))
    catalogue.close()


def _put(catalogue: CatalogueWriter, key: str, item_key: str, kind: SourceKind, passages: list[Passage]) -> None:
    source = KnownSource(key, item_key, kind, "m", "sha", "test", FileIdentity())
    catalogue.put_source(source, DocumentText(key, "x" * 40), passages)


def _passes(p: Passage, f: Filters, items: list, documents: list, marks: list) -> bool:  # type: ignore[type-arg]
    item = next(i for i in items if i.key == p.item_key)
    own = next(o for o in [*(a for a, _ in documents), *(m for m, _ in marks)] if o.key == p.locator.source_key)
    on_it = [m for m, link in marks if m.key == p.locator.source_key or _overlaps(link, p)]
    spelt = {t.name for o in [*items, *(a for a, _ in documents), *(m for m, _ in marks)] for t in o.tags}

    def carries(o: Item | Attachment | Annotation, wanted: tuple[str, ...]) -> bool:
        for tag in wanted:
            for have in o.tags:
                if have.name == tag or (tag not in spelt and have.name.casefold() == tag.casefold()):
                    return True
        return False

    def has_role(m: Annotation, role: Marks) -> bool:
        return carries(m, role.tags) or (m.color in role.colors and not carries(m, role.overriding_tags))

    inside = collection_keys(COLLECTIONS, f.collections)
    return all(
        [
            not f.tags or carries(item, f.tags) or carries(own, f.tags) or any(carries(m, f.tags) for m in on_it),
            not f.collections or bool(inside & set(item.collections)),
            not f.item_types or item.item_type in f.item_types,
            not f.item_keys or item.key in f.item_keys,
            f.year_from is None or (item.year is not None and item.year >= f.year_from),
            f.year_to is None or (item.year is not None and item.year <= f.year_to),
            not f.source_kinds or p.source_kind in f.source_kinds,
            not f.section_kinds or p.locator.section_kind in f.section_kinds,
            not f.colors or any(m.color in [c.lower() for c in f.colors] for m in on_it),
            f.marks is None
            or carries(item, f.marks.tags)
            or carries(own, f.marks.tags)
            or any(has_role(m, f.marks) for m in on_it),
        ]
    )


def _overlaps(link: Link, p: Passage) -> bool:
    if link.start is None or link.end is None or link.source_key != p.locator.source_key:
        return False
    return link.start < p.locator.end and link.end > p.locator.start


@pytest.mark.parametrize(
    ("name", "keys"),
    [("Papers", {"C1", "C2", "C3"}), ("papers", {"C3"}), ("PAPERS", {"C1", "C2", "C3"}), ("C2", {"C2", "C3"}),
     ("Papers/Empirical", {"C2", "C3"}), ("Empirical/papers", set()), ("Loop", {"C4"}), ("nothing", set())],
)  # fmt: skip
def test_a_collection_is_named_by_name_path_or_key_and_brings_what_is_in_it(name: str, keys: set[str]) -> None:
    assert collection_keys(COLLECTIONS, [name]) == keys


def test_a_write_that_is_interrupted_is_as_if_never_begun(tmp_path: Path) -> None:
    writer = CatalogueWriter.open(tmp_path)

    def torn() -> Iterator[Item]:
        yield Item("ITEM0001", "One")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writer.put_objects(torn(), {"ITEM0001": "1"})

    assert writer.known_objects() == {}
    assert not writer.connection.in_transaction
