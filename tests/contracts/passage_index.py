"""What every PassageIndex promises."""

from __future__ import annotations

import pytest

from zotero_bridge.errors import NoSuchSource
from zotero_bridge.model import Filters, SectionKind, SourceKind
from zotero_bridge.ports import PassageIndex

NOTHING = Filters()


class PassageIndexContract:
    """Inherit, and give a fixture `index` with at least two documents, in one of which stands the word "promises"."""

    @pytest.fixture
    def index(self) -> PassageIndex:
        raise NotImplementedError

    def test_a_passage_is_a_slice_of_its_document(self, index: PassageIndex) -> None:
        for source in index.sources():
            document = index.document(source.key)
            for passage in index.passages_of(source.key):
                assert passage.locator.source_key == source.key
                assert passage.locator.text_sha256 == document.text_sha256
                assert document.text[passage.locator.start : passage.locator.end] == passage.text

    def test_passages_of_a_source_stand_in_document_order(self, index: PassageIndex) -> None:
        for source in index.sources():
            starts = [p.locator.start for p in index.passages_of(source.key)]
            assert starts == sorted(starts)

    def test_every_source_belongs_to_an_item(self, index: PassageIndex) -> None:
        for source in index.sources():
            assert index.item(source.item_key) is not None
            assert source in index.sources(item_key=source.item_key)
            assert index.source(source.key) == source

    def test_passages_come_in_the_order_asked_for_and_unknown_ones_are_left_out(self, index: PassageIndex) -> None:
        ids = [p.id for s in index.sources() for p in index.passages_of(s.key)]

        backwards = index.passages([*reversed(ids), "f" * 16])

        assert [p.id for p in backwards] == ids[::-1]

    def test_what_is_said_is_found(self, index: PassageIndex) -> None:
        ranked = index.rank_words("promises", limit=10, filters=NOTHING)

        assert ranked
        assert all("promise" in p.text.lower() for p in index.passages([ranked[0][0]]))
        assert [s for _, s in ranked] == sorted((s for _, s in ranked), reverse=True)

    def test_scores_are_those_of_the_ranking(self, index: PassageIndex) -> None:
        ranked = dict(index.rank_words("promises", limit=10, filters=NOTHING))
        scored = index.score_words("promises", list(ranked))

        assert scored == {i: pytest.approx(s, rel=1e-4) for i, s in ranked.items()}

    def test_meaning_and_its_scores_agree(self, index: PassageIndex) -> None:
        ranked = dict(index.rank_meaning("promises", limit=10, filters=NOTHING))
        scored = index.score_meaning("promises", list(ranked))

        assert scored == {i: pytest.approx(s, abs=1e-4) for i, s in ranked.items()}

    @pytest.mark.parametrize("query", ["", '"', "-", "(((", "\x00", "AND OR NOT", "日本語 🙂", "x" * 5_000])
    def test_any_text_is_a_valid_query(self, index: PassageIndex, query: str) -> None:
        assert isinstance(index.rank_words(query, limit=3, filters=NOTHING), list)
        assert isinstance(index.rank_meaning(query, limit=3, filters=NOTHING), list)

    def test_a_filter_leaves_just_what_passes_it(self, index: PassageIndex) -> None:
        for kind in SourceKind:
            filters = Filters(source_kinds=(kind,))
            every = [p for s in index.sources() if s.kind is kind for p in index.passages_of(s.key)]
            ranked = index.passages([i for i, _ in index.rank_words("promises", limit=99, filters=filters)])

            assert index.count(filters) == (len(every), len({p.item_key for p in every}))
            assert all(p.source_kind is kind for p in ranked)

    def test_section_kinds_are_filtered_exactly(self, index: PassageIndex) -> None:
        every = [p for s in index.sources() for p in index.passages_of(s.key)]
        for kind in SectionKind:
            assert index.count(Filters(section_kinds=(kind,)))[0] == sum(p.locator.section_kind is kind for p in every)

    def test_a_filter_that_nothing_passes_leaves_nothing(self, index: PassageIndex) -> None:
        filters = Filters(tags=("no such tag",))

        assert index.count(filters) == (0, 0)
        assert index.rank_words("promises", limit=3, filters=filters) == []
        assert index.rank_meaning("promises", limit=3, filters=filters) == []

    def test_no_filter_counts_everything(self, index: PassageIndex) -> None:
        passages, documents = index.count(NOTHING)

        assert passages == index.coverage().passages == sum(len(index.passages_of(s.key)) for s in index.sources())
        assert documents == len({s.item_key for s in index.sources() if index.passages_of(s.key)})

    def test_what_is_not_there_is_said(self, index: PassageIndex) -> None:
        assert index.item("NOSUCH00") is None
        assert index.source("NOSUCH00") is None
        assert index.passages_of("NOSUCH00") == []
        with pytest.raises(NoSuchSource):
            index.document("NOSUCH00")
