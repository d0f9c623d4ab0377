"""A whole sync from a running Zotero: what comes in, what it costs, and that it stays so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import Fault, LocalZoteroEmulator, WebZoteroEmulator, generate_library, load_recorded
from tests.emulator.recorded import VERSIONS
from zotero_bridge.errors import LibraryError
from zotero_bridge.extract import Extractor
from zotero_bridge.index import Index
from zotero_bridge.model import Filters, SourceKind
from zotero_bridge.ports import LibrarySource
from zotero_bridge.sources.zotero_http import Patience
from zotero_bridge.sources.zotero_local import open_local
from zotero_bridge.sources.zotero_web import open_web
from zotero_bridge.sync import SyncReport, sync

QUICK = Patience(attempts=3, longest=30.0, sleep=lambda seconds: None, clock=lambda: 0.0)


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor(workers=1) as made:
        yield made


@pytest.fixture(params=VERSIONS)
def recorded(request: pytest.FixtureRequest) -> Iterator[LocalZoteroEmulator]:
    version = str(request.param)
    with LocalZoteroEmulator(load_recorded(version), version=version) as server:
        yield server


def brought_in(library: LibrarySource, folder: Path, extractor: Extractor) -> SyncReport:
    return sync(library, folder, extractor)


def test_a_real_library_comes_in_from_each_version(
    recorded: LocalZoteroEmulator, tmp_path: Path, extractor: Extractor
) -> None:
    report = brought_in(open_local(recorded.uri, patience=QUICK), tmp_path, extractor)

    with Index.open(tmp_path) as index:
        kinds = {s.kind for s in index.sources()}
        titles = {i.title for i in index.items()}
    assert kinds == {SourceKind.NOTE, SourceKind.ANNOTATION, SourceKind.ABSTRACT}
    assert "A Sample Study of Loopback Verification" in titles
    assert "Trashed page" not in titles
    assert {f.title for f in report.failed} == {"sample.pdf"}


def test_an_edited_web_link_is_not_fetched_again_and_again(
    recorded: LocalZoteroEmulator, tmp_path: Path, extractor: Extractor
) -> None:
    library = recorded.library
    link = next(k for k, d in library.items.items() if d.get("linkMode") == "linked_url")
    brought_in(open_local(recorded.uri, patience=QUICK), tmp_path, extractor)
    library.edit(link, title="Another title of a link")
    brought_in(open_local(recorded.uri, patience=QUICK), tmp_path, extractor)
    recorded.faults.forget()

    brought_in(open_local(recorded.uri, patience=QUICK), tmp_path, extractor)

    assert not [p for p in recorded.requests() if "itemKey" in p]
    with Index.open(tmp_path) as index:
        assert index.mark() != ""


@pytest.mark.parametrize("version", ["9.0.6", "10.0"])
def test_files_are_read_once_and_an_edit_reads_one_item(version: str, tmp_path: Path, extractor: Extractor) -> None:
    library = generate_library(40, 6, tmp_path, annotations=1)
    library.counts_versions = version == "10.0"
    with LocalZoteroEmulator(library, version=version) as server:
        first = brought_in(open_local(server.uri, patience=QUICK), tmp_path / "index", extractor)
        server.faults.forget()
        same = brought_in(open_local(server.uri, patience=QUICK), tmp_path / "index", extractor)
        requests = len(server.requests())
        library.edit(next(iter(library.items)), abstractNote="Edited words about a rare heron.")
        edited = brought_in(open_local(server.uri, patience=QUICK), tmp_path / "index", extractor)

    assert (first.sources_read, first.failed) == (40 + 6 + 6, ())
    assert (same.sources_read, requests < 10) == (0, True)
    assert edited.sources_read == 1
    with Index.open(tmp_path / "index") as index:
        assert index.rank_words("heron", limit=3, filters=Filters())


def test_a_zotero_that_quits_in_the_middle_loses_nothing(tmp_path: Path, extractor: Extractor) -> None:
    library = generate_library(60, 4, tmp_path)
    with LocalZoteroEmulator(library) as server:
        server.fault(Fault(match="itemKey", times=9, cut=True, skip=1))
        with pytest.raises(LibraryError):
            brought_in(open_local(server.uri, patience=QUICK), tmp_path / "index", extractor)
        server.faults.waiting.clear()
        report = brought_in(open_local(server.uri, patience=QUICK), tmp_path / "index", extractor)

    assert (report.items, report.failed) == (60, ())


def test_a_library_on_the_web_comes_in_with_its_files(tmp_path: Path, extractor: Extractor) -> None:
    with WebZoteroEmulator(generate_library(12, 4, tmp_path, number=7)) as server:

        def opened() -> LibrarySource:
            return open_web(server.uri, server.key, tmp_path / "cache", base_url=server.base_url, patience=QUICK)

        first = brought_in(opened(), tmp_path / "index", extractor)
        server.faults.forget()
        same = brought_in(opened(), tmp_path / "index", extractor)

    assert (first.sources_read, first.failed) == (16, ())
    assert (same.sources_read, len(server.requests())) == (0, 2)
