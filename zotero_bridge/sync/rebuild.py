"""
Make a catalogue anew beside the old one, and switch in one step.

The old catalogue answers until the new one stands, and stays if it never does. A rebuild that was interrupted goes on
where it stopped, unless another version of this tool began it. Switching goes through SQLite's own backup, one
transaction, so readers see the old catalogue or the new one, on every system.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zotero_bridge.errors import IndexDamaged, IndexFailure, IndexOfAnotherVersion
from zotero_bridge.index.catalogue_open import CATALOGUE, in_our_words
from zotero_bridge.index.catalogue_write import CatalogueWriter

_BESIDE = "rebuild"


@contextmanager
def rebuilding(folder: Path, *, reader: str) -> Iterator[CatalogueWriter]:
    """The catalogue in the making. Thrown away when the rebuild is done, kept when it was interrupted."""
    beside = folder / _BESIDE
    catalogue = _resumed(beside, reader)
    try:
        yield catalogue
    except BaseException:
        catalogue.close()
        raise
    catalogue.close()
    shutil.rmtree(beside, ignore_errors=True)


def _resumed(beside: Path, reader: str) -> CatalogueWriter:
    try:
        catalogue = CatalogueWriter.open(beside)
        if catalogue.meta("reader") == reader:
            return catalogue
        catalogue.close()
    except (IndexDamaged, IndexOfAnotherVersion):
        pass  # it holds nothing that the library does not
    shutil.rmtree(beside, ignore_errors=True)
    catalogue = CatalogueWriter.open(beside)
    catalogue.put_meta(reader=reader)
    return catalogue


def switch(catalogue: CatalogueWriter, folder: Path) -> CatalogueWriter:
    """The live catalogue, holding what the new one holds."""
    try:
        live = CatalogueWriter.open(folder)
    except IndexFailure:
        for name in (CATALOGUE, f"{CATALOGUE}-wal", f"{CATALOGUE}-shm"):
            (folder / name).unlink(missing_ok=True)
        live = CatalogueWriter.open(folder)
    with in_our_words():
        catalogue.connection.backup(live.connection)
    return live
