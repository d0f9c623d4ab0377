"""A review is a folder; its settings say so, and bad ones say where."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import chroma_access, create_review, find_review, load_review
from assistant.errors import Misused, NoReview, ReviewExists, ReviewMalformed
from assistant.filter_words import parse_filters
from assistant.filtering import filters_from
from zotero_bridge.errors import RealistError
from zotero_bridge.model import Filters, Scope, SectionKind, SourceKind


def test_a_review_is_found_from_any_folder_below_it(tmp_path: Path) -> None:
    made = create_review(tmp_path / "r", library="sample", scope=Scope(collections=("Interviews",)))
    below = made.folder / "exports" / "drafts"
    below.mkdir(parents=True)

    found = find_review(below)

    assert found.folder == made.folder
    assert found.scope.collections == ("Interviews",)


def test_no_review_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoReview) as refused:
        find_review(tmp_path)

    assert "realist init" in refused.value.hint


def test_a_review_is_never_made_over_another(tmp_path: Path) -> None:
    create_review(tmp_path, library="sample", scope=Scope())
    before = (tmp_path / "review.toml").read_bytes()

    with pytest.raises(ReviewExists):
        create_review(tmp_path, library="file:other.bib", scope=Scope())

    assert (tmp_path / "review.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('library = "sample\n', "line 1"),
        ('library = "sample"\nscope = 3\n', "scope"),
        ("model = 'none'\n", "names no library"),
        ('library = "sample"\n[map.tags]\nC = 3\n', "meaning of `C`"),
        ('library = "sample"\n[scope]\ntags = "x"\n', "list of texts"),
    ],
)
def test_a_bad_setting_names_its_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "review.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ReviewMalformed) as refused:
        load_review(tmp_path)

    assert says in str(refused.value)


def test_a_file_library_may_be_named_relative_to_its_review(tmp_path: Path) -> None:
    (tmp_path / "review.toml").write_text('library = "file:refs/my.bib"\n', encoding="utf-8")

    review = load_review(tmp_path)

    assert review.library == f"file:{(tmp_path / 'refs' / 'my.bib').resolve()}"


def test_a_mapped_tag_wins_over_a_mapped_colour(tmp_path: Path) -> None:
    (tmp_path / "review.toml").write_text(
        'library = "sample"\n[map.tags]\nC = "context"\nO = "outcome"\n[map.colors]\n"#FFD400" = "context"\n',
        encoding="utf-8",
    )

    marks = load_review(tmp_path).marks("Context")

    assert marks.tags == ("C",)
    assert marks.colors == ("#ffd400",)
    assert marks.overriding_tags == ("O",)


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        ("2020", 2020, 2020),
        ("2018-2022", 2018, 2022),
        ("2018–2022", 2018, 2022),
        ("2018-", 2018, None),
        ("-9", None, 9),
    ],
)
def test_years_are_a_range_open_on_either_side(tmp_path: Path, year: str, first: int, last: int) -> None:
    review = create_review(tmp_path, library="sample", scope=Scope())

    filters = filters_from(review, {"year": year})

    assert (filters.year_from, filters.year_to) == (first, last)


@pytest.mark.parametrize(
    "chosen", [{"year": "soon"}, {"year": "2022-2018"}, {"sections": ["nowhere"]}, {"role": "hope"}]
)
def test_a_filter_that_cannot_be_is_misuse(tmp_path: Path, chosen: dict[str, object]) -> None:
    review = create_review(tmp_path, library="sample", scope=Scope())

    with pytest.raises(RealistError) as refused:
        filters_from(review, chosen)

    assert refused.value.exit_code == 2
    assert refused.value.hint


def test_filters_of_a_conversation_are_those_of_the_command_line(tmp_path: Path) -> None:
    review = create_review(tmp_path, library="sample", scope=Scope())

    filters = parse_filters(review, '--tag "case study" --section results --source-kind pdf --year 2020-')

    assert filters == Filters(
        tags=("case study",),
        section_kinds=(SectionKind.RESULTS,),
        source_kinds=(SourceKind.PDF,),
        year_from=2020,
    )
    assert parse_filters(review, "").empty


class TestChromaAccess:
    def test_the_environment_says_who_asks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CHROMA_API_KEY", "ck-1")
        monkeypatch.setenv("CHROMA_TENANT", "north")
        monkeypatch.setenv("CHROMA_DATABASE", "reviews")
        monkeypatch.setenv("CHROMA_HEADERS", "Authorization: Bearer a:b; X-Gate: open")

        access = chroma_access()

        assert (access.token, access.tenant, access.database) == ("ck-1", "north", "reviews")
        assert access.headers == {"Authorization": "Bearer a:b", "X-Gate": "open"}

    @pytest.mark.parametrize("headers", ["Bearer abc", ": abc", "X-Gate: öffnen"])
    def test_what_is_no_header_is_said(self, monkeypatch: pytest.MonkeyPatch, headers: str) -> None:
        monkeypatch.setenv("CHROMA_HEADERS", headers)

        with pytest.raises(Misused, match="CHROMA_HEADERS"):
            chroma_access()
