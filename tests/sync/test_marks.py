"""An annotation is linked to the words it marks, whatever Zotero's reader made of them, and to no others."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zotero_bridge.fold import fold
from zotero_bridge.model import Annotation, DocumentText
from zotero_bridge.sync.marks import marked_slice

PAGES = (
    "Leaders kept their promises. Partners were account\u00adable to one another for pooled budgets.",
    "Leaders kept their promises. A well-known problem of decision making remained un\u00adsolved, they said.",
    "The \ufb01nal page says that nobody’s promises were kept by anyone, in any of the three counties they visited.",
)
STARTS = (0, len(PAGES[0]) + 2, len(PAGES[0]) + len(PAGES[1]) + 4)
DOCUMENT = DocumentText("ATTA0001", "\n\n".join(PAGES), STARTS, ("12", "13", "14"))
FOLDED = fold(DOCUMENT.text)


def marked(text: str, **about: object) -> str | None:
    match = marked_slice(Annotation("ANNO0001", "ATTA0001", text=text, **about), DOCUMENT, FOLDED)  # type: ignore[arg-type]
    return match and f"{DOCUMENT.page_index_at(match.start)}:{DOCUMENT.text[match.start : match.end]}"


@pytest.mark.parametrize(
    ("text", "page", "found"),
    [
        ("kept their promises", 1, "1:kept their promises"),
        ("kept their promises", 0, "0:kept their promises"),
        ("kept their promises", None, "0:kept their promises"),
        ("accountable to one another", 0, "0:account\u00adable to one another"),
        ("account-able to one another", 0, "0:account\u00adable to one another"),
        ("account- able toone another", 0, "0:account\u00adable to one another"),
        ("A wellknown problem of decisionmaking", 1, "1:A well-known problem of decision making"),
        ("Leaderskept theirpromises", 1, "1:Leaders kept their promises"),
        ("The final page says", 2, "2:The \ufb01nal page says"),
        ("final page saysthat nobody's promises", 2, "2:\ufb01nal page says that nobody’s promises"),
        ("nobody's promises", 2, "2:nobody’s promises"),
        ("promises were broken by everyone", 2, None),
        ("   ", 2, None),
        ("kept", 1, "1:kept"),
    ],
)
def test_a_mark_is_found_where_its_words_stand(text: str, page: int | None, found: str | None) -> None:
    assert marked(text, page_index=page) == found


def test_a_label_tells_the_page_where_no_index_does() -> None:
    assert marked("kept their promises", page_label="13") == "1:kept their promises"


def test_a_long_mark_is_known_by_its_ends() -> None:
    garbled = PAGES[2].replace("\ufb01", "fi").replace("were kept", "XX were kept")

    assert marked(garbled, page_index=2) == f"2:{PAGES[2]}"


@given(st.integers(0, len(DOCUMENT.text) - 1), st.integers(1, 120), st.data())
def test_a_slice_without_its_spaces_is_found_again(start: int, length: int, data: st.DataObject) -> None:
    end = min(start + length, len(DOCUMENT.text))
    assume(DOCUMENT.page_index_at(end - 1) - DOCUMENT.page_index_at(start) < 2)  # no mark of Zotero's spans three pages
    words = DOCUMENT.text[start:end]
    without = "".join(c for c in words if not c.isspace() or data.draw(st.booleans()))
    page = DOCUMENT.page_index_at(start)

    match = marked_slice(Annotation("A", "ATTA0001", text=without, page_index=page), DOCUMENT, FOLDED)

    if match is not None:
        found = _bare(DOCUMENT.text[match.start : match.end])
        assert _bare(without) in found  # half a ligature cannot be marked
        assert len(found) <= len(_bare(without)) + 2
    else:
        assert len(_bare(without)) < 12


def _bare(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in "-\u00ad").replace("\ufb01", "fi").replace("’", "'")
