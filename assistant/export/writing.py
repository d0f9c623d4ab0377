"""
Puts a finished export in its place: whole or not at all, and never over something that is there.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zotero_bridge.errors import RealistError


class ExportExists(RealistError):
    hint = "Name another file with -o, or add --force to write over it."


class ExportUnwritable(RealistError):
    hint = "Close the file in other programs, or name another with -o."


def free_path(wanted: Path) -> Path:
    """`wanted`, or the first of `name-2`, `name-3`, … that is not there: an edited manuscript is never written over."""
    path, number = wanted, 1
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return path


def check_free(path: Path, *, force: bool) -> None:
    """Raises ExportExists, before any work is done."""
    if path.is_dir():
        raise ExportExists(f"{path} is a folder.", hint="Name a file with -o.")
    if path.exists() and not force:
        raise ExportExists(f"{path} is there already.")


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` to write to; it takes the place of `path` when the block ends well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise ExportUnwritable(f"{path.parent} cannot be written to: {error.strerror}.") from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _as_usual_file(temporary)
        try:
            temporary.replace(path)
        except PermissionError as error:
            raise ExportUnwritable(f"{path} cannot be replaced: another program may hold it open.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _as_usual_file(path: Path) -> None:
    """mkstemp makes a file for its owner alone; an export is as readable as any other new file."""
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        path.chmod(0o666 & ~mask)


def write_text(path: Path, content: str, *, bom: bool = False) -> None:
    """UTF-8 with \\n line ends. `bom` is for spreadsheets that take anything else for another encoding."""
    with placed(path) as temporary:
        temporary.write_bytes((b"\xef\xbb\xbf" if bom else b"") + content.encode("utf-8", "replace"))
