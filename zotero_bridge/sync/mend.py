"""
Make the word index anew from the catalogue, for a reader that found it missing or damaged.

The library is not asked. One process mends while others wait for it; what another has mended meanwhile is left alone.
"""

from __future__ import annotations

from pathlib import Path

from zotero_bridge.errors import IndexDamaged
from zotero_bridge.index import OpenWords, Parts, close_part, words_folder
from zotero_bridge.index.catalogue_write import CatalogueWriter
from zotero_bridge.index.lock import write_lock
from zotero_bridge.sync.derive import derive
from zotero_bridge.sync.report import Stopwatch


def mend_words(folder: Path, open_words: OpenWords, *, wait: float = 10.0) -> None:
    """`folder` is the index's own. Raises IndexLocked where a sync is at work, IndexFailure where it cannot be done."""
    try:
        with write_lock(folder, wait=wait):
            catalogue = CatalogueWriter.open(folder)
            try:
                if not _sound(words_folder(folder), open_words, catalogue.passage_ids()):
                    derive(catalogue, folder, Parts(words=open_words), progress=_silent, watch=Stopwatch())
            finally:
                catalogue.close()
    except PermissionError as error:
        raise IndexDamaged(f"The word index is damaged, and {folder} cannot be written to mend it.") from error


def _sound(folder: Path, open_words: OpenWords, wanted: set[str]) -> bool:
    """A writer empties what it finds damaged."""
    try:
        words = open_words(folder, writing=True)
    except IndexDamaged:
        return False
    try:
        return words.ids() == wanted
    except IndexDamaged:
        return False
    finally:
        close_part(words)


def _silent(stage: str, done: int, total: int) -> None:
    """No progress is shown."""
