"""Putting blocks together: sections cover the text, pages stay true, headings tell what a section is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.extract.build import Block, assemble, block, tidy
from zotero_bridge.extract.headings import kind_of, runs_in
from zotero_bridge.model import DocumentText, SectionKind

K = SectionKind


def document_of(*blocks: Block, pages: int = 1) -> DocumentText:
    return assemble(blocks, source_key="K", extractor="x@1", page_labels=[""] * pages)


def kinds(document: DocumentText) -> list[tuple[SectionKind, str]]:
    return [(s.kind, s.heading) for s in document.sections]


BLOCKS = st.lists(
    st.builds(
        Block,
        st.lists(st.tuples(st.integers(0, 4), st.text(max_size=30)), min_size=1, max_size=3).map(tuple),
        st.sampled_from([0, 0, 1, 2, 3]),
        st.sampled_from([None, None, K.FOOTNOTE, K.TABLE]),
    ),
    max_size=15,
)


@given(BLOCKS)
def test_sections_cover_the_text_and_every_part_is_on_its_own_page(blocks: list[Block]) -> None:
    document = document_of(*blocks, pages=5)

    at = 0
    for section in document.sections:
        assert section.start == at < section.end
        at = section.end
    assert at == len(document.text)
    assert len(document.page_starts) == 5
    assert list(document.page_starts) == sorted(document.page_starts)
    at = 0
    for b in (b for b in blocks if b.text.strip()):
        for page, text in b.parts:
            assert document.text.startswith(text, at)
            if text:
                assert document.page_index_at(at) == page
                assert document.page_index_at(at + len(text) - 1) == page
            at += len(text)
        at += 2


def test_what_stands_before_an_abstract_is_front_matter() -> None:
    document = document_of(
        block("On trust", level=1), block("A. Okonjo"), block("Abstract", level=2), block("They met."),
        block("The nature of trust", level=2), block("It grew."),
    )  # fmt: skip

    assert kinds(document) == [(K.FRONT_MATTER, "On trust"), (K.ABSTRACT, "Abstract"), (K.BODY, "The nature of trust")]


def test_the_parts_of_a_structured_abstract_are_the_abstract() -> None:
    document = document_of(
        block("Abstract", level=2),
        block("Results", level=3),
        block("They met."),
        block("Results", level=2),
        block("So."),
    )

    assert kinds(document) == [(K.ABSTRACT, "Results"), (K.RESULTS, "Results")]


def test_a_heading_on_no_list_takes_the_kind_of_the_one_above_it() -> None:
    document = document_of(
        block("Findings", level=2),
        block("One."),
        block("Trust", level=3),
        block("Two."),
        block("Money", level=2),
        block("3."),
    )

    assert kinds(document) == [(K.RESULTS, "Findings"), (K.RESULTS, "Trust"), (K.BODY, "Money")]


def test_an_aside_does_not_end_the_section_around_it() -> None:
    document = document_of(block("Findings", level=2), block("One."), block("1 Note.", kind=K.FOOTNOTE), block("Two."))

    assert kinds(document) == [(K.RESULTS, "Findings"), (K.FOOTNOTE, "Findings"), (K.RESULTS, "Findings")]


def test_a_paragraph_that_names_its_own_matter_stands_aside() -> None:
    document = document_of(
        block("Conclusion", level=2), block("So."), block("Funding: none was received."), block("End.")
    )

    assert [s.kind for s in document.sections] == [K.CONCLUSION, K.ACKNOWLEDGEMENTS, K.CONCLUSION]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("1. Introduction", K.INTRODUCTION),
        ("A B S T R A C T", K.ABSTRACT),
        ("EXECUTIVE SUMMARY", K.ABSTRACT),
        ("2.1 Data collection and analysis", K.METHODS),
        ("Materials and methods", K.METHODS),
        ("What we heard", K.RESULTS),
        ("IV. RESULTS", K.RESULTS),
        ("Strengths and limitations", K.DISCUSSION),
        ("Conclusions", K.CONCLUSION),
        ("Implications for policy and practice", K.RECOMMENDATIONS),
        ("References", K.REFERENCES),
        ("Declaration of competing interest", K.ACKNOWLEDGEMENTS),
        ("Appendix B: search terms", K.APPENDIX),
        ("Trust and its limits", None),
        ("Methods of torture in history and what became of them in the long run of things that nobody asked for", None),
    ],
)
def test_headings_tell_what_a_section_is_for(heading: str, kind: SectionKind | None) -> None:
    assert kind_of(heading) is kind


@pytest.mark.parametrize(
    ("paragraph", "kind"),
    [
        ("Methods: We asked them.", K.METHODS),
        ("BACKGROUND We asked them.", K.INTRODUCTION),
        ("Funding. This was paid for.", K.ACKNOWLEDGEMENTS),
        ("Contributors AO wrote it.", K.ACKNOWLEDGEMENTS),
        ("Funding This research was not paid for.", K.ACKNOWLEDGEMENTS),
        ("Funding NHS boards directly was refused.", None),
        ("Methods of this sort are rare.", None),
        ("They met. Results: none.", None),
    ],
)
def test_a_heading_may_stand_at_the_head_of_its_paragraph(paragraph: str, kind: SectionKind | None) -> None:
    found = runs_in(paragraph)

    assert (found[1] if found else None) is kind


@given(st.text())
def test_tidy_text_has_single_spaces_and_nothing_unprintable(text: str) -> None:
    clean = tidy(text)

    assert "  " not in clean
    assert clean == clean.strip()
    assert clean == tidy(clean)
    clean.encode("utf-8")


def told_of(*blocks: Block) -> list[tuple[str, SectionKind]]:
    return [(s.heading, s.kind) for s in document_of(*blocks).sections]


def test_an_abstract_set_larger_than_the_sections_does_not_hold_them() -> None:
    told = told_of(
        block("Abstract", level=1), block("They met, and trust grew. " * 12),
        block("Introduction", level=3), block("They had not met before."),
        block("Trust and time", level=3), block("It took a year."),
    )  # fmt: skip

    assert [kind for _, kind in told] == [SectionKind.ABSTRACT, SectionKind.INTRODUCTION, SectionKind.BODY]


def test_a_structured_abstract_ends_where_a_kind_of_section_comes_again() -> None:
    told = told_of(
        block("Abstract", level=1), block("Background", level=3), block("They had not met."),
        block("Results", level=3), block("Trust grew."),
        block("Introduction", level=3), block("Trust is slow."),
    )  # fmt: skip

    assert [kind for _, kind in told] == [SectionKind.ABSTRACT, SectionKind.ABSTRACT, SectionKind.INTRODUCTION]


def test_entries_of_a_table_of_contents_are_no_headings() -> None:
    told = told_of(
        block("Contents", level=2), block("1 Introduction 3", level=2), block("2 Methods ........ 7", level=2),
        block("1 Introduction", level=2), block("They met."),
    )  # fmt: skip

    assert told == [("Contents", SectionKind.FRONT_MATTER), ("1 Introduction", SectionKind.INTRODUCTION)]


def test_lettered_sections_after_numbered_ones_are_appendices() -> None:
    told = told_of(
        block("1 Introduction", level=2), block("They met."), block("2 Trust", level=2), block("It grew."),
        block("A. Search terms", level=2), block("Trust OR faith."),
    )  # fmt: skip

    assert told[-1] == ("A. Search terms", SectionKind.APPENDIX)


def test_a_chapter_ends_the_summary_though_its_number_is_set_smaller_than_its_title() -> None:
    told = told_of(
        block("Executive summary", level=1), block("Trust grew."),
        block("Chapter 1", level=2), block("Why trust matters", level=1), block("It is slow."),
    )  # fmt: skip

    assert told == [("Executive summary", SectionKind.ABSTRACT), ("Why trust matters", SectionKind.BODY)]


def test_the_second_line_of_a_heading_does_not_end_what_the_first_one_told() -> None:
    told = told_of(block("Appendix A", level=3), block("The instrument", level=3), block("Ten questions."))

    assert told == [("The instrument", SectionKind.APPENDIX)]


def test_a_picture_under_the_title_does_not_make_the_authors_body() -> None:
    told = told_of(
        block("On trust", level=1), block("A. Okonjo"), block("Figure 1. A team.", kind=SectionKind.CAPTION),
        block("Abstract", level=2), block("They met."),
    )  # fmt: skip

    assert [kind for _, kind in told] == [SectionKind.FRONT_MATTER, SectionKind.CAPTION, SectionKind.ABSTRACT]
