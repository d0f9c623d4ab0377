"""A sync that ends anywhere, however it ends, is completed by the next one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.library import contents, furnished
from zotero_bridge.errors import DiskFull
from zotero_bridge.index import Index
from zotero_bridge.index.catalogue_write import CatalogueWriter
from zotero_bridge.model import Filters, LibraryObject, Note
from zotero_bridge.ports import Vectors
from zotero_bridge.sources.memory import MemoryLibrary

HOUSE = Path(__file__).parents[2]


def run_killed(root: Path, fatal: int, limit: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.sync.killed", str(root), str(fatal), str(limit)],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def whole(root: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a sync that was left in peace makes of the same library in the same place."""
    desk = furnished(root)
    desk.sync()
    found = contents(desk.folder)
    (desk.folder).rename(root / "whole")
    return found


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> int:
    done = run_killed(tmp_path_factory.mktemp("whole"), 0)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.62, 0.7, 0.78, 0.85, 0.9, 0.94, 0.97, 0.99])
def test_killed_at_any_statement_the_next_sync_completes_it(tmp_path: Path, statements: int, share: float) -> None:
    expected = whole(tmp_path)
    killed = run_killed(tmp_path, round(statements * share))
    assert killed.returncode not in (0, 1, 28), killed.stderr

    desk = furnished(tmp_path)
    desk.sync()

    assert contents(desk.folder) == expected
    with Index.open(desk.folder, desk.parts) as index:
        every = {p.id for s in index.sources() for p in index.passages_of(s.key)}
        assert index.rank_words("promises", limit=5, filters=Filters())
    assert set(desk.vectors) == every


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files to set")
@pytest.mark.parametrize("limit", [4_096, 40_000, 90_000, 140_000])
def test_a_full_disk_is_said_and_what_was_there_stays(tmp_path: Path, limit: int) -> None:
    expected = whole(tmp_path)

    full = run_killed(tmp_path, 0, limit)

    assert full.returncode == 28, full.stderr
    desk = furnished(tmp_path)
    desk.sync()
    assert contents(desk.folder) == expected


class Stop(BaseException):
    """Like Ctrl-C: not an error of anyone's."""


class Interrupting:
    """Raises when it has been called so many times."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stop


class StoppedLibrary(MemoryLibrary):
    stop: Callable[[], None] = staticmethod(lambda: None)

    def survey(self, mark: str | None) -> object:  # type: ignore[override]  # the same, looser
        self.stop()
        return super().survey(mark)

    def fetch(self, keys: object) -> Iterator[LibraryObject]:  # type: ignore[override]  # the same, looser
        for held in super().fetch(keys):  # type: ignore[arg-type]
            self.stop()
            yield held

    def locate(self, attachment: object) -> Path:  # type: ignore[override]  # the same, looser
        self.stop()
        return super().locate(attachment)  # type: ignore[arg-type]


@pytest.mark.parametrize("joint", ["progress", "library", "extractor", "embedder"])
def test_interrupted_after_any_step_the_next_sync_completes_it(tmp_path: Path, joint: str) -> None:
    expected = whole(tmp_path)
    for after in range(40):
        desk = furnished(tmp_path)
        stop = Interrupting(after)
        if joint == "library":
            library = StoppedLibrary()
            library.__dict__.update(desk.library.__dict__)
            library.stop = stop
            desk.library = library
        if joint == "extractor":
            extract = desk.extractor.extract

            def stopping(path: Path, *, source_key: str, content_type: str, stop: Interrupting = stop, extract=extract):  # type: ignore[no-untyped-def]  # as the port
                stop()
                return extract(path, source_key=source_key, content_type=content_type)

            desk.extractor.extract = stopping  # type: ignore[method-assign]
        if joint == "embedder":
            embed = desk.embedder.embed_passages

            def halting(texts, stop: Interrupting = stop, embed=embed) -> Vectors:  # type: ignore[no-untyped-def]  # as the port
                stop()
                return embed(texts)

            desk.embedder.embed_passages = halting  # type: ignore[method-assign]
        try:
            desk.sync(progress=stop if joint == "progress" else None)
        except Stop:
            interrupted = True
        else:
            interrupted = False
        again = furnished(tmp_path)
        again.vectors = desk.vectors
        again.sync()
        assert contents(again.folder) == expected
        (again.folder).rename(tmp_path / f"done{after}")
        if not interrupted:
            assert after > 0
            return
    pytest.fail("the sync never came to its end")


def test_an_interrupted_embedding_goes_on_where_it_stopped(tmp_path: Path) -> None:
    desk = furnished(tmp_path)
    for number in range(300):
        desk.library.put(Note(f"MANY{number:04}", "ITEM0003", f"<p>Note number {number} about gardens.</p>"))
    embed = desk.embedder.embed_passages
    stop = Interrupting(1)

    def halting(texts, stop: Interrupting = stop, embed=embed) -> Vectors:  # type: ignore[no-untyped-def]  # as the port
        stop()
        return embed(texts)

    desk.embedder.embed_passages = halting  # type: ignore[method-assign]
    with pytest.raises(Stop):
        desk.sync()
    first = set(desk.embedder.texts)
    assert first
    desk.embedder.embed_passages = embed  # type: ignore[method-assign]
    desk.embedder.texts.clear()

    desk.sync()

    assert first.isdisjoint(desk.embedder.texts)


def test_a_rebuild_that_is_interrupted_leaves_the_old_index_and_goes_on(tmp_path: Path) -> None:
    desk = furnished(tmp_path)
    desk.sync()
    before = contents(desk.folder)
    extract = desk.extractor.extract
    stop = Interrupting(2)

    def stopping(path: Path, *, source_key: str, content_type: str):  # type: ignore[no-untyped-def]  # as the port
        stop()
        return extract(path, source_key=source_key, content_type=content_type)

    desk.extractor.extract = stopping  # type: ignore[method-assign]
    with pytest.raises(Stop):
        desk.sync(rebuild=True)
    assert contents(desk.folder) == before
    desk.extractor.extract = extract  # type: ignore[method-assign]
    desk.extractor.read.clear()

    desk.sync(rebuild=True)

    assert contents(desk.folder) == before
    assert len(desk.extractor.read) == 1


def test_a_reader_is_not_kept_waiting_by_a_writer_and_sees_what_was_committed(tmp_path: Path) -> None:
    desk = furnished(tmp_path)
    desk.sync()
    writer = CatalogueWriter.open(desk.folder)

    with Index.open(desk.folder, desk.parts) as index, writer.transaction() as connection:
        connection.execute("DELETE FROM passages")
        assert index.count(Filters())[0] > 0
        assert index.passages_of("ATTA0001")


def test_a_transaction_the_disk_cannot_hold_leaves_what_was_there(tmp_path: Path) -> None:
    desk = furnished(tmp_path)
    desk.sync()
    before = contents(desk.folder)
    writer = CatalogueWriter.open(desk.folder)
    writer.connection.execute("PRAGMA max_page_count = 1")
    notes = [Note(f"MANY{n:04}", None, f"<p>{n} {'words ' * 500}</p>") for n in range(500)]

    with pytest.raises(DiskFull):
        writer.put_objects(notes, {n.key: "1" for n in notes})
    writer.close()

    assert contents(desk.folder) == before
