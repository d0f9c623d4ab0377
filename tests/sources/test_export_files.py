"""Files that exports name: found although the export moved, refused where they are none of its business."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.errors import AttachmentMissing
from zotero_bridge.sources.export_files import content_type_of, find_attached, last_name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "export"
    (place / "files" / "12").mkdir(parents=True)
    (place / "files" / "12" / "x.pdf").write_bytes(b"%PDF")
    (place / "100% sure.pdf").write_bytes(b"%PDF")
    return place


@pytest.mark.parametrize(
    "stated",
    [
        "files/12/x.pdf",
        "./files/12/x.pdf",
        "files\\12\\x.pdf",
        "/home/someone/exports/files/12/x.pdf",
        "C:\\Users\\someone\\Export\\files\\12\\x.pdf",
        "C:/Users/someone/Export/files/12/x.pdf",
        "\\\\server\\share\\files\\12\\x.pdf",
        "file:///C:/Users/someone/files/12/x.pdf",
        "file:///home/some%20one/files/12/x.pdf",
        "file://localhost/home/someone/files/12/x.pdf",
        "files/12/%78.pdf",
        "../moved/files/12/x.pdf",
    ],
)
def test_a_file_is_found_by_the_tail_of_its_path(folder: Path, stated: str) -> None:
    assert find_attached(stated, folder).read_bytes() == b"%PDF"


def test_a_percent_sign_in_a_name_is_only_that(folder: Path) -> None:
    assert find_attached("100% sure.pdf", folder).name == "100% sure.pdf"


def test_an_absolute_path_on_this_machine_is_taken_as_it_stands(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "storage" / "y.pdf"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"%PDF elsewhere")

    assert find_attached(str(elsewhere), folder) == elsewhere
    assert find_attached(elsewhere.as_uri(), folder) == elsewhere


@pytest.mark.skipif(os.name == "nt", reason="Mendeley leaves out a slash only where paths begin with one")
def test_a_path_without_its_first_slash_is_found(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "mendeley.pdf"
    elsewhere.write_bytes(b"%PDF")

    assert find_attached(str(elsewhere).lstrip("/"), folder) == elsewhere


def test_endnote_keeps_its_files_in_a_data_folder(folder: Path) -> None:
    stored = folder / "My Library.Data" / "PDF" / "0123" / "x.pdf"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"%PDF endnote")

    assert find_attached("internal-pdf://0123/x.pdf", folder, export_name="My Library.ris") == stored
    assert find_attached("internal-pdf://0123/x.pdf", folder, export_name="other.ris") == stored


def test_both_unicode_forms_of_a_name_are_one_name(folder: Path) -> None:
    (folder / unicodedata.normalize("NFD", "Müller.pdf")).write_bytes(b"%PDF")
    (folder / unicodedata.normalize("NFC", "Brücke.pdf")).write_bytes(b"%PDF")

    assert find_attached(unicodedata.normalize("NFC", "Müller.pdf"), folder).is_file()
    assert find_attached(unicodedata.normalize("NFD", "Brücke.pdf"), folder).is_file()


def test_a_missing_file_is_said_to_be_missing_with_the_path(folder: Path) -> None:
    with pytest.raises(AttachmentMissing, match=r"nowhere/z\.pdf") as missing:
        find_attached("nowhere/z.pdf", folder)

    assert str(folder) in str(missing.value)
    assert missing.value.hint


@pytest.mark.parametrize(
    "stated", ["", " ", "\0", "a\nb.pdf", "x" * 5000, "a" * 300 + ".pdf", "/", "..", "C:", "files", "."]
)
def test_an_absurd_path_is_only_a_missing_file(folder: Path, stated: str) -> None:
    with pytest.raises(AttachmentMissing):
        find_attached(stated, folder)


def test_a_path_out_of_the_folder_leads_to_documents_only(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")

    assert find_attached("../paper.pdf", folder).is_file()
    for stated in ("../secret", "../secret.txt", str(tmp_path / "secret"), "../export/../secret"):
        with pytest.raises(AttachmentMissing, match="not a document"):
            find_attached(stated, folder)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_in_the_folder_leads_to_documents_only(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (folder / "innocent.pdf").symlink_to(tmp_path / "secret")

    with pytest.raises(AttachmentMissing, match="not a document"):
        find_attached("innocent.pdf", folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_is_not_a_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe.pdf")

    with pytest.raises(AttachmentMissing):
        find_attached("pipe.pdf", folder)


@given(st.text(max_size=60))
def test_no_path_makes_the_search_fail_in_another_way(stated: str) -> None:
    try:
        find_attached(stated, Path(__file__).parent / "no such folder")
    except AttachmentMissing:
        return
    raise AssertionError("found something in a folder that is not there")


def test_names_and_types_are_those_of_either_system() -> None:
    assert last_name("C:\\papers\\a.pdf") == "a.pdf"
    assert last_name("/papers/a.PDF") == "a.PDF"
    assert content_type_of("C:\\papers\\a.PDF") == "application/pdf"
    assert content_type_of("x.unknown") == ""
