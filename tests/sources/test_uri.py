"""Library URIs and the door they open."""

from __future__ import annotations

from pathlib import Path

import pytest

from zotero_bridge.errors import ExportMissing, LibraryError, UnknownLibrary
from zotero_bridge.sources import open_library
from zotero_bridge.sources.uri import parse_uri


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("sample", "sample"),
        ("zotero://local", "local"),
        ("zotero://local?port=23120", "local"),
        ("zotero://local/groups/42", "local"),
        ("zotero://web/users/42", "web"),
        ("zotero://web/groups/42", "web"),
        ("zotero-data:/home/me/Zotero", "data"),
        ("file:library.bib", "file"),
    ],
)
def test_every_way_in_has_its_uri(uri: str, kind: str) -> None:
    assert parse_uri(uri).kind == kind


@pytest.mark.parametrize(
    "uri", ["", "zotero:", "zotero://", "zotero://localhost", "zotero://web/42", "http://x.org", "file:"]
)
def test_a_uri_that_means_nothing_is_refused_with_the_forms_there_are(uri: str) -> None:
    with pytest.raises(UnknownLibrary) as refused:
        parse_uri(uri)

    assert "file:PATH" in refused.value.hint
    assert refused.value.exit_code == 2


def test_a_bare_path_is_told_how_to_be_a_library(tmp_path: Path) -> None:
    export = tmp_path / "library.bib"
    export.write_text("", encoding="utf-8")

    with pytest.raises(UnknownLibrary) as refused:
        parse_uri(str(export))

    assert f"file:{export}" in refused.value.hint


def test_a_path_may_be_written_as_a_url_or_plainly() -> None:
    assert parse_uri("file:///home/me/My%20Library.bib").path == Path("/home/me/My Library.bib")
    assert parse_uri("file:/home/me/100%25 sure.bib").path == Path("/home/me/100%25 sure.bib")
    assert parse_uri("file:///C:/Users/me/x.ris").path == Path("C:/Users/me/x.ris")
    assert parse_uri("file:~/x.ris").path == Path.home() / "x.ris"


def test_a_group_is_named_by_query_or_by_path() -> None:
    assert parse_uri("zotero-data:/data?group=42").group == "42"
    by_path = parse_uri("zotero-data:/data/groups/42")
    assert (by_path.path, by_path.group) == (Path("/data"), "42")
    assert parse_uri("zotero-data:/data").group == ""
    with pytest.raises(UnknownLibrary):
        parse_uri("zotero-data:/data?group=ours")


def test_a_missing_export_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ExportMissing, match="no export at"):
        open_library(f"file:{tmp_path}/nothing.bib", cache_dir=tmp_path)


def test_a_folder_stands_for_the_one_export_in_it(tmp_path: Path) -> None:
    with pytest.raises(ExportMissing, match="holds no export"):
        open_library(f"file:{tmp_path}", cache_dir=tmp_path)

    (tmp_path / "My Library.ris").write_text("TY  - BOOK\nTI  - One\nER  - \n", encoding="utf-8")
    assert open_library(f"file:{tmp_path}", cache_dir=tmp_path).survey(None) is not None

    (tmp_path / "Other.bib").write_text("@book{a, title={A}}", encoding="utf-8")
    with pytest.raises(ExportMissing, match="2 exports"):
        open_library(f"file:{tmp_path}", cache_dir=tmp_path)


def test_a_folder_without_a_zotero_database_is_no_data_directory(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"no zotero\.sqlite"):
        open_library(f"zotero-data:{tmp_path}", cache_dir=tmp_path)


def test_the_key_is_asked_for_only_when_the_web_is(tmp_path: Path) -> None:
    def never() -> str:
        raise AssertionError("asked for a key")

    assert open_library("sample", cache_dir=tmp_path, api_key=never).ref.origin == "sample"
