"""
The sample library that ships with the package: a Better BibTeX export with its files.

Where the package is installed as plain files they are read in place. From a zip they are copied out once, into the
user's cache, under the hash of the export.
"""

from __future__ import annotations

import shutil
import tempfile
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from zotero_bridge.errors import ExportMissing
from zotero_bridge.sources.export_source import ExportSource
from zotero_bridge.sources.export_text import digest

_NAME = "library.json"


def open_sample(*, library: Traversable | None = None, cache: Path | None = None) -> ExportSource:
    """`library` and `cache` are the folders to read from and to unpack to, where they are not the usual ones."""
    folder = files("zotero_bridge.sample").joinpath("library") if library is None else library
    if not folder.joinpath(_NAME).is_file():
        raise ExportMissing("The sample library is not part of this installation.", hint="Install `realist` again.")
    on_disk = folder if isinstance(folder, Path) else _unpacked(folder, cache)
    return ExportSource(on_disk / _NAME, origin="sample", name="Sample library")


def _unpacked(folder: Traversable, cache: Path | None) -> Path:
    if cache is None:
        from platformdirs import user_cache_path

        cache = user_cache_path("realist", appauthor=False)
    target = cache / f"sample-{digest(folder.joinpath(_NAME).read_bytes())[:12]}"
    if not (target / _NAME).is_file():
        cache.mkdir(parents=True, exist_ok=True)
        # filled aside and then renamed, so that a copy cut short is never taken for the library
        aside = Path(tempfile.mkdtemp(prefix="sample-", dir=cache))
        _copy(folder, aside)
        try:
            aside.rename(target)
        except OSError:  # another process was quicker
            shutil.rmtree(aside, ignore_errors=True)
    return target


def _copy(folder: Traversable, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for entry in folder.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name)
        else:
            (target / entry.name).write_bytes(entry.read_bytes())
