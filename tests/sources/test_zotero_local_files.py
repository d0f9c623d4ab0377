"""File URLs become paths, as Zotero writes them on each system."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.model import Attachment
from zotero_bridge.sources.zotero_local_files import Places, path_text


@pytest.mark.parametrize(
    ("url", "windows", "path"),
    [
        (
            "file:///home/reader/Zotero/storage/A8YD2TSA/sample.pdf",
            False,
            "/home/reader/Zotero/storage/A8YD2TSA/sample.pdf",
        ),
        ("file:///home/r/My%20File%20%231%3F%2520.pdf", False, "/home/r/My File #1?%20.pdf"),
        ("file:///C:/Users/R%C3%A9a/Zotero/storage/K/a%20b.pdf", True, "C:\\Users\\Réa\\Zotero\\storage\\K\\a b.pdf"),
        ("file:///c:/x.pdf", True, "C:\\x.pdf"),
        ("file://localhost/home/r/x.pdf", False, "/home/r/x.pdf"),
        ("file://server/share/x.pdf", True, "\\\\server\\share\\x.pdf"),
        ("file://///server/share/x.pdf", True, "\\\\server\\share\\x.pdf"),
        ("/home/r/x.pdf", False, "/home/r/x.pdf"),
        ("C:\\Users\\r\\x.pdf", True, "C:\\Users\\r\\x.pdf"),
    ],
)
def test_a_file_url_names_its_path(url: str, windows: bool, path: str) -> None:
    assert path_text(url, windows=windows) == path


@pytest.mark.parametrize("url", ["", "http://example.org/x.pdf", "file:", "attachments:x.pdf"])
def test_what_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        path_text(url, windows=False)


@given(st.lists(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1), min_size=2))
def test_any_posix_path_comes_back_from_its_url(names: list[str]) -> None:
    path = "/home/" + "/".join(names)

    assert path_text("file://" + quote(path), windows=False) == path


def test_a_file_that_lies_elsewhere_does_not_tell_where_the_storage_is() -> None:
    places = Places()

    places.heard("A8YD2TSA", "file:///home/reader/elsewhere/sample.pdf")

    assert places.find(Attachment("BRH3ZGXU", None, filename="other.pdf")) == (None, False)


def test_once_the_storage_is_known_an_empty_place_in_it_is_surely_empty() -> None:
    places = Places()

    places.heard("A8YD2TSA", "file:///nowhere/storage/A8YD2TSA/sample.pdf")

    assert places.find(Attachment("BRH3ZGXU", None, filename="other.pdf")) == (None, True)
