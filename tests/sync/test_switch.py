"""Another embedder's vectors are made beside the old ones, go on where they stopped, and then take over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.library import CountingEmbedder, Desk, furnished
from zotero_bridge.index import Index, Parts, vectors_folder
from zotero_bridge.index.vectors import FLAT, OpenedBy, folder_of, serving
from zotero_bridge.model import Filters, Note
from zotero_bridge.ports import Vectors
from zotero_bridge.sync import sync


class Stop(Exception):
    """As if someone had pressed Ctrl-C."""


class Halting(CountingEmbedder):
    """Stops at its second batch."""

    def embed_passages(self, texts: list[str]) -> Vectors:  # type: ignore[override]  # a list is a sequence
        if self.texts:
            raise Stop
        return super().embed_passages(texts)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = furnished(tmp_path)
    for number in range(300):
        desk.library.put(Note(f"MANY{number:04}", "ITEM0003", f"<p>Note number {number} about gardens.</p>"))
    return desk


def parts(embedder: CountingEmbedder) -> Parts:
    return Parts(vectors=OpenedBy(FLAT), embedder=embedder)


def test_the_old_vectors_answer_until_the_new_ones_are_complete(desk: Desk) -> None:
    folder = vectors_folder(desk.folder)
    sync(desk.library, desk.folder, desk.extractor, parts=parts(CountingEmbedder()))
    with Index.open(desk.folder, parts(CountingEmbedder())) as index:
        before = index.rank_meaning("gardens", limit=5, filters=Filters())

    with pytest.raises(Stop):
        sync(desk.library, desk.folder, desk.extractor, parts=parts(Halting("sounds@1")))

    assert serving(folder) == "letters@1"
    with Index.open(desk.folder, parts(CountingEmbedder())) as index:
        assert index.rank_meaning("gardens", limit=5, filters=Filters()) == before

    going_on = CountingEmbedder("sounds@1")
    sync(desk.library, desk.folder, desk.extractor, parts=parts(going_on))

    assert serving(folder) == "sounds@1"
    assert not folder_of(folder, "letters@1").exists()
    with Index.open(desk.folder, parts(going_on)) as index:
        coverage = index.coverage()
        assert (coverage.embedder, coverage.vectors) == ("sounds@1", coverage.passages)
        assert len(going_on.texts) == coverage.passages - 128  # the first batch was there
