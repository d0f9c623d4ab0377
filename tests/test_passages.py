"""Passages are slices: of one section, in order, with nothing but white space between them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.extract.build import Block, assemble, block
from zotero_bridge.model import DocumentText, Passage, SectionKind, SourceKind
from zotero_bridge.passages import MAX_WORDS, cut


def cut_all(document: DocumentText, **settings: int) -> list[Passage]:
    return cut(document, library="user-0-abc", item_key="ITEM0001", source_kind=SourceKind.PDF, **settings)


def document_of(*blocks: Block, pages: int = 1) -> DocumentText:
    return assemble(blocks, source_key="SRC00001", extractor="test@1", page_labels=[str(i + 5) for i in range(pages)])


SENTENCE = st.integers(1, 40).map(lambda n: "Leaders " + "trusted one another " * n + "here.")
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=8).map(" ".join)
ODD = st.sampled_from(["x" * 3000, "12 " * 400, "…", "• point", "Why? P1: Because.", "a\u00adb " * 200, "١٢٣ " * 90])
BLOCKS = st.lists(
    st.tuples(
        st.one_of(PARAGRAPH, ODD, st.text(max_size=80)),
        st.sampled_from([0, 0, 0, 2, 3]),
        st.sampled_from([None, None, SectionKind.FOOTNOTE, SectionKind.TABLE]),
        st.integers(0, 1),
    ),
    max_size=12,
)


@st.composite
def documents(draw: st.DrawFn) -> DocumentText:
    page = 0
    blocks: list[Block] = []
    for text, level, kind, turn in draw(BLOCKS):
        half = len(text) // 2
        if turn and not level:
            blocks.append(Block(((page, text[:half]), (page + 1, text[half:])), 0, kind))
            page += 1
        else:
            blocks.append(Block(((page, text),), level, None if level else kind))
    return document_of(*blocks, pages=page + 1)


@given(documents(), st.integers(5, 200))
def test_passages_are_slices_in_order_within_a_section_and_nothing_is_left_out(
    document: DocumentText, max_words: int
) -> None:
    passages = cut_all(document, max_words=max_words)

    at = 0
    for passage in passages:
        locator = passage.locator
        assert document.text[locator.start : locator.end] == passage.text
        assert not document.text[at : locator.start].strip()
        assert passage.text == passage.text.strip() != ""
        at = locator.end
        section = document.section_at(locator.start)
        assert section is not None and locator.end <= section.end
        assert (locator.section, locator.section_kind) == (section.heading, section.kind)
    assert not document.text[at:].strip()
    assert len({p.id for p in passages}) == len(passages)


@given(documents())
def test_a_passage_is_never_longer_than_an_embedder_sees(document: DocumentText) -> None:
    for passage in cut_all(document):
        assert len(passage.text.split()) <= MAX_WORDS


@given(documents())
def test_a_passage_names_the_pages_it_stands_on(document: DocumentText) -> None:
    for passage in cut_all(document):
        locator = passage.locator
        first, last = document.page_index_at(locator.start), document.page_index_at(locator.end - 1)
        assert locator.page_label == document.page_labels[first]
        assert locator.page_label_end == (document.page_labels[last] if first != last else "")


def test_a_heading_goes_with_the_text_below_it() -> None:
    document = document_of(block("Findings", level=2), block("Theme 1", level=3), block("Leaders met. They agreed."))

    passages = cut_all(document)

    assert [p.text for p in passages] == ["Findings\n\nTheme 1\n\nLeaders met. They agreed."]
    assert passages[0].locator.section == "Theme 1"
    assert passages[0].locator.section_kind is SectionKind.RESULTS


def test_sections_are_not_mixed() -> None:
    document = document_of(
        block("Methods", level=2), block("We met."), block("Findings", level=2), block("They agreed.")
    )

    assert [p.locator.section_kind for p in cut_all(document)] == [SectionKind.METHODS, SectionKind.RESULTS]


def test_a_short_text_is_one_passage() -> None:
    document = document_of(block("Leaders met. They agreed. It helped."))

    assert [p.text for p in cut_all(document)] == [document.text]


def test_an_empty_text_has_no_passages() -> None:
    assert cut_all(document_of()) == []


def test_prose_is_cut_into_passages_of_a_useful_size() -> None:
    sentence = "The partnership board described a shared purpose because trust had been established over years."
    document = document_of(*(block(" ".join([sentence] * 5)) for _ in range(30)))

    sizes = [len(p.text.split()) for p in cut_all(document)]

    assert all(90 <= size <= MAX_WORDS for size in sizes[:-1])


def test_passages_end_with_sentences() -> None:
    sentence = "The board described a shared purpose because trust had been established over many years of work."
    document = document_of(block(" ".join([sentence] * 60)))

    assert all(p.text.endswith("work.") for p in cut_all(document))


def test_a_question_goes_with_its_answer() -> None:
    answer = "Participant 3: It was the equipment store. " + "We counted the beds together that year. " * 12
    turns = [turn for _ in range(8) for turn in (block("Interviewer: How did you share it?"), block(answer.strip()))]

    passages = cut_all(document_of(*turns))

    assert not any(p.text.endswith("How did you share it?") for p in passages)


def test_the_same_slice_always_has_the_same_id_and_libraries_do_not_share_it() -> None:
    document = document_of(block("Leaders met."))
    one = cut(document, library="a", item_key="I", source_kind=SourceKind.NOTE)
    two = cut(document, library="b", item_key="I", source_kind=SourceKind.NOTE)

    assert one == cut(document, library="a", item_key="I", source_kind=SourceKind.NOTE)
    assert one[0].id != two[0].id


@pytest.mark.parametrize("endless", ["x" * 1_000_000, "word " * 100_000, "1,2;3 " * 50_000, "漢" * 100_000])
def test_text_without_sentences_is_cut_all_the_same(endless: str) -> None:
    passages = cut_all(document_of(block(endless)))

    assert sum(len(p.text.replace(" ", "")) for p in passages) == len(endless.replace(" ", ""))
    assert all(b.locator.start >= a.locator.end for a, b in pairwise(passages))
