"""Exports as libraries: the contract, marks and stamps, encodings, what is malformed."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.contracts.library_source import LibrarySourceContract
from zotero_bridge.errors import ExportMalformed, ExportMissing, LibraryError
from zotero_bridge.model import Attachment, Item
from zotero_bridge.ports import LibrarySource
from zotero_bridge.sources.export_source import ExportSource, open_export
from zotero_bridge.sources.sample import open_sample

BIB = "@book{smith2020, title = {Trust}, author = {Smith, Jo}, year = 2020, file = {:papers/trust.pdf:PDF}}\n"
RIS = "TY  - JOUR\nTI  - Trust\nAU  - Smith, Jo\nPY  - 2020\nL1  - papers/trust.pdf\nER  - \n"
CSL = json.dumps([{"id": "smith2020", "type": "book", "title": "Trust", "keyword": "a; b"}])
BBT = json.dumps(
    {
        "config": {"label": "BetterBibTeX JSON"},
        "collections": {"C": {"key": "C", "name": "Read", "parent": False, "items": [7], "collections": []}},
        "items": [
            {
                "itemID": 7,
                "key": "ABCD2345",
                "itemType": "book",
                "title": "Trust",
                "attachments": [{"itemType": "attachment", "title": "PDF", "path": "papers/trust.pdf"}],
                "notes": [{"key": "NNNN2222", "note": "<p>Read twice</p>"}],
            }
        ],
    }
)
EXPORTS = {"library.bib": BIB, "library.ris": RIS, "csl.json": CSL, "bbt.json": BBT}


def export(folder: Path, name: str, content: str | bytes) -> ExportSource:
    """An export with the file it names beside it."""
    (folder / "papers").mkdir(exist_ok=True)
    (folder / "papers" / "trust.pdf").write_bytes(b"%PDF-1.4")
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_export(folder / name)


def objects(source: LibrarySource) -> list[object]:
    survey = source.survey(None)
    assert survey is not None
    return list(source.fetch(list(survey.stamps)))


class TestBibtexKeepsTheContract(LibrarySourceContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> LibrarySource:
        return export(tmp_path, "library.bib", BIB)


class TestRisKeepsTheContract(LibrarySourceContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> LibrarySource:
        return export(tmp_path, "library.ris", RIS)


class TestCslKeepsTheContract(LibrarySourceContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> LibrarySource:
        return export(tmp_path, "csl.json", CSL)


class TestBetterBibtexKeepsTheContract(LibrarySourceContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> LibrarySource:
        return export(tmp_path, "bbt.json", BBT)


class TestTheSampleKeepsTheContract(LibrarySourceContract):
    @pytest.fixture
    def library(self) -> LibrarySource:
        return open_sample()


@pytest.mark.parametrize("name", EXPORTS)
def test_an_unchanged_export_is_not_read_again_and_a_changed_one_is(tmp_path: Path, name: str) -> None:
    source = export(tmp_path, name, EXPORTS[name])
    first = source.survey(None)
    assert first is not None

    assert source.survey(first.mark) is None
    assert open_export(tmp_path / name).survey(first.mark) is None

    export(tmp_path, name, EXPORTS[name].replace("Trust", "Distrust"))
    second = source.survey(first.mark)
    assert second is not None
    assert set(second.stamps) == set(first.stamps) or name == "library.ris"  # RIS names nothing but the title
    assert second.stamps != first.stamps


@pytest.mark.parametrize("name", ["library.bib", "library.ris", "bbt.json"])
def test_an_attached_file_is_found_beside_the_export(tmp_path: Path, name: str) -> None:
    source = export(tmp_path, name, EXPORTS[name])

    attachment = next(o for o in objects(source) if isinstance(o, Attachment))

    assert source.locate(attachment) == tmp_path / "papers" / "trust.pdf"
    assert attachment.content_type == "application/pdf"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_encoding_and_line_ends_of_an_export_are_recognised(tmp_path: Path, encoding: str, newline: str) -> None:
    text = RIS.replace("Trust", "Zwölf Brücken – “trust”").replace("\n", newline)

    source = export(tmp_path, "library.ris", text.encode(encoding))

    assert [o.title for o in objects(source) if isinstance(o, Item)] == ["Zwölf Brücken – “trust”"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", '[{"id": 1,\n "title": }]', "line 2"),
        ("a.json", "", "empty"),
        ("a.json", "[]", "no references"),
        ("a.json", '{"items": [], "config": {}}', "no references"),
        ("a.json", "[1, 2]", "entry 1"),
        ("a.json", '"text"', "neither"),
        ("a.json", "[" * 100_000, "nested|JSON"),
        ("a.json", '{"items": [{"itemType": "book"}, {"title": "x"}]}', "item 2"),
        ("a.bib", "", "no references"),
        ("a.bib", "just some prose", "no references"),
        ("a.bib", "\n\n@book{a, title = {never closed", "line 3"),
        ("a.ris", "", "no references"),
        ("a.ris", "AU  - Nobody\n", "Line 1"),
        ("a.xml", "<xml/>", "neither"),
        ("a.txt", "", "empty"),
    ],
)
def test_a_malformed_or_empty_export_is_an_error_that_says_where(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    source = export(tmp_path, name, content)

    with pytest.raises(ExportMalformed, match=said) as refused:
        source.survey(None)

    assert name in str(refused.value)
    assert refused.value.hint


def test_an_export_that_goes_away_is_missing_and_not_empty(tmp_path: Path) -> None:
    source = export(tmp_path, "library.bib", BIB)
    source.survey(None)

    (tmp_path / "library.bib").unlink()

    with pytest.raises(ExportMissing):
        source.survey(None)


def test_a_saved_search_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as refused:
        export(tmp_path, "library.bib", BIB).search_members("ABCD2345")

    assert "tag" in refused.value.hint


def test_an_export_is_known_by_its_content_whatever_it_is_called(tmp_path: Path) -> None:
    for name, content in {"a.txt": RIS, "b.txt": BIB, "c.txt": CSL, "d.bib": CSL}.items():
        assert [o.title for o in objects(export(tmp_path, name, content)) if isinstance(o, Item)] == ["Trust"]


def test_half_a_surrogate_pair_harms_nothing(tmp_path: Path) -> None:
    source = export(tmp_path, "csl.json", '[{"id": "a", "type": "book", "title": "half \\ud83d pair \\ud83d\\ude00"}]')

    item = next(o for o in objects(source) if isinstance(o, Item))

    assert item.title.encode()
    assert item.csl.encode()
    assert item.title.endswith("\N{GRINNING FACE}")


def test_the_sample_is_read_in_place_where_it_is_installed_as_files() -> None:
    source = open_sample()

    assert source.ref.origin == "sample"
    assert source.path.parent.parent.name == "sample"


def test_the_sample_works_from_a_zipped_installation(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("library/library.json", BBT)
        archive.writestr("library/papers/trust.pdf", b"%PDF-1.4")
    folder = zipfile.Path(tmp_path / "package.zip", "library/")
    shutil.rmtree(tmp_path / "cache", ignore_errors=True)

    for _ in range(2):
        source = open_sample(library=folder, cache=tmp_path / "cache")
        attachment = next(o for o in objects(source) if isinstance(o, Attachment))
        assert source.locate(attachment).read_bytes() == b"%PDF-1.4"

    assert len(list((tmp_path / "cache").iterdir())) == 1
