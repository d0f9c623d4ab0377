"""
A whole, current copy of a Zotero database, made while Zotero may be running.

Zotero locks its database, and from version 10 keeps the newest changes in a write-ahead log beside it: opening the live
file fails, or (with `immutable=1`) shows an old state. So the database and its log or journal are copied together,
again if they changed meanwhile, and only the copy is opened. The live files are read and never opened for writing.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from zotero_bridge.errors import DiskFull, LibraryError

DATABASE = "zotero.sqlite"
_BACKUP = "zotero.sqlite.bak"
_BESIDE = ("-wal", "-journal")  # never -shm: it belongs to the process that made it
_ATTEMPTS = 8
_COARSEST_CLOCK = 3.0  # seconds; FAT keeps times to two
_HINT = "Close Zotero and try again; if it stays so, let Zotero repair its database (Settings > Advanced)."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open copy. `backup_of` says of when it is, in words, where only Zotero's backup could be read."""

    connection: sqlite3.Connection
    fingerprint: str
    backup_of: str = ""


def check_there(directory: Path) -> None:
    """Raises LibraryError where there is nothing to copy."""
    if not (directory / DATABASE).is_file() and not (directory / _BACKUP).is_file():
        raise LibraryError(
            f"There is no {DATABASE} in {directory}.",
            hint="Name Zotero's data directory; Zotero shows it under Settings > Advanced > Files and Folders.",
        )


@contextmanager
def open_snapshot(directory: Path, *, between: Callable[[], None] | None = None) -> Iterator[Snapshot]:
    """
    The database of a data directory, as it stands now. `between` runs after each copying (for tests).

    Raises LibraryError where there is no database or none that is whole, DiskFull where the copy does not fit.
    """
    check_there(directory)
    with tempfile.TemporaryDirectory(prefix="realist-zotero-", ignore_cleanup_errors=True) as place:
        reason = f"There is no {DATABASE} in {directory}."
        for _ in range(2):  # a copy that is not whole may have caught a write; a second one says whether it had
            if (directory / DATABASE).is_file():
                fingerprint = _copy(directory, Path(place), between)
                with closing(_open(Path(place) / DATABASE)) as connection:
                    reason = _fault(connection)
                    if not reason:
                        yield Snapshot(connection, fingerprint)
                        return
        backup = directory / _BACKUP
        if backup.is_file():
            target = Path(place) / _BACKUP
            _copy_file(backup, target)
            with closing(_open(target)) as connection:
                if not _fault(connection):
                    when = time.strftime("%d %B %Y, %H:%M", time.localtime(backup.stat().st_mtime))
                    yield Snapshot(connection, fingerprint_of(directory), backup_of=when)
                    return
        raise LibraryError(f"The Zotero database in {directory} is not whole: {reason}", hint=_HINT)


def fingerprint_of(directory: Path, *, lasting: bool = False) -> str:
    """
    Changes whenever the database may have: from sizes, times and the headers that SQLite rewrites.

    Unless `lasting`, a database written a moment ago has another fingerprint at each call, because a clock that is too
    coarse would hide the next write.
    """
    digest = hashlib.sha256()
    newest = 0.0
    for name in (DATABASE, *(DATABASE + end for end in _BESIDE)):
        path = directory / name
        try:
            stat = path.stat()
            with path.open("rb") as file:
                head = file.read(100)  # holds the change counter, or the log's salts
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LibraryError(f"{path} cannot be read: {error.strerror}.", hint=_HINT) from error
        newest = max(newest, stat.st_mtime)
        digest.update(f"{name}:{stat.st_size}:{stat.st_mtime_ns}:".encode() + head)
    if not lasting and abs(time.time() - newest) < _COARSEST_CLOCK:
        digest.update(str(time.time_ns()).encode())
    return digest.hexdigest()[:32]


def _copy(directory: Path, place: Path, between: Callable[[], None] | None) -> str:
    """Copies database, log and journal of one moment; returns the fingerprint of that moment."""
    for attempt in range(_ATTEMPTS):
        for old in place.iterdir():
            old.unlink()
        before = fingerprint_of(directory, lasting=True)
        for name in (DATABASE, *(DATABASE + end for end in _BESIDE)):
            source = directory / name
            try:
                _copy_file(source, place / name)
            except FileNotFoundError:
                continue  # a journal that went meanwhile; the fingerprint tells
        if between is not None:
            between()
        if before == fingerprint_of(directory, lasting=True):
            return fingerprint_of(directory)
        time.sleep(0.1 * (attempt + 1))
    raise LibraryError(
        f"Zotero kept writing to {directory / DATABASE} while it was copied.",
        hint="Wait until Zotero has finished syncing or importing, and try again.",
    )


def _copy_file(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
            raise DiskFull(f"There is no room for a copy of {source} in {target.parent}.") from error
        raise LibraryError(f"{source} cannot be read: {error.strerror}.", hint=_HINT) from error


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)  # read and write: SQLite puts in what the log or journal holds
    connection.text_factory = lambda text: text.decode("utf-8", "replace")  # one broken text is not a broken library
    return connection


def _fault(connection: sqlite3.Connection) -> str:
    """What is wrong with a copy; "" for a whole one, which from then on cannot be written."""
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found is None or found[0] != "ok":
            return f"{found[0] if found else 'no answer'}."
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        return f"{error}."
    return ""
