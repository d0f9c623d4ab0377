"""
Open the catalogue's database, and say its failures in the words of the house.

Write-ahead logging lets readers go on while a writer writes. Everything SQLite can refuse that a user may
meet (a full disk, a damaged file, no permission) becomes an error with a hint here; anything else is a bug and passes.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zotero_bridge.errors import DiskFull, IndexDamaged, IndexFailure, IndexLocked, IndexMissing
from zotero_bridge.index.schema import bring_up, version_of

CATALOGUE = "catalogue.sqlite"
_DISK_CODES = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_BASE_CODE = 0xFF  # SQLite's extended result codes carry the plain one in their low byte


def open_to_read(folder: Path) -> sqlite3.Connection:
    """Raises IndexMissing, IndexOfAnotherVersion or IndexDamaged."""
    path = folder / CATALOGUE
    with in_our_words():
        if not path.is_file():
            raise IndexMissing("Nothing has been indexed here yet.")
        try:
            return _reading(_connect(path))
        except sqlite3.OperationalError as error:
            if not _may_not_write(error) or _has_log(path):
                raise
        # where nothing can be written there is no writer, and SQLite need not keep the file that looks out for one
        return _reading(_connect(f"{path.absolute().as_uri()}?immutable=1"))
    raise AssertionError("in_our_words swallows nothing")


def _reading(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        connection.execute("PRAGMA query_only = ON")
        if version_of(connection) == 0:
            raise IndexMissing("Nothing has been indexed here yet.")
    except BaseException:
        connection.close()
        raise
    return connection


def _may_not_write(error: sqlite3.OperationalError) -> bool:
    """No permission, or no room for the little file that readers and a writer share."""
    code = error.sqlite_errorcode
    return code == sqlite3.SQLITE_IOERR_SHMSIZE or code & _BASE_CODE in (
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
    )


def _has_log(path: Path) -> bool:
    """Whether some of the catalogue is still in its log, which only a folder that can be written to gives access to."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def open_to_write(folder: Path) -> sqlite3.Connection:
    """Made when it is not there, brought up to date when it is old. The caller holds the write lock."""
    folder.mkdir(parents=True, exist_ok=True)
    with in_our_words():
        connection = _connect(folder / CATALOGUE)
        try:
            version_of(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            bring_up(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _connect(path: Path | str) -> sqlite3.Connection:
    """A path, or a `file:` address."""
    connection = sqlite3.connect(
        path, timeout=10.0, isolation_level=None, check_same_thread=False, uri=isinstance(path, str)
    )
    connection.execute("PRAGMA synchronous = NORMAL")  # in WAL mode safe against a killed process and a power cut alike
    connection.execute("PRAGMA cache_size = -32000")
    return connection


@contextmanager
def in_our_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        told = _told(error)
        if told is None:
            raise
        raise told from error
    except OSError as error:
        if error.errno in _DISK_CODES:
            raise DiskFull("The disk is full; the index could not be written.") from error
        if isinstance(error, PermissionError):
            raise IndexFailure(
                f"{error.filename} cannot be used: {error.strerror}.",
                hint="Check who may read and write in the review folder's .realist.",
            ) from error
        raise


def _told(error: sqlite3.Error) -> IndexFailure | DiskFull | None:
    """None for what is a bug."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    base = code & _BASE_CODE
    if base == sqlite3.SQLITE_FULL or code in (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE):
        return DiskFull("The disk takes no more; the index could not be written.")
    if base in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return IndexDamaged(f"The catalogue is damaged ({error}).")
    if base in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexLocked("The catalogue is held by another program.")
    if base in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
        return IndexFailure(
            f"The catalogue cannot be opened or written ({error}).",
            hint="Check that the review folder's .realist can be written and lies on a local disk.",
        )
    return None
