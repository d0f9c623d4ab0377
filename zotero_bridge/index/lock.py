"""
One writer at a time for an index, across processes; readers need no lock.

The operating system drops the lock when its holder dies, however it dies, so there is nothing to clean up. Who holds it
is written beside it for the message alone, and believed by nobody.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from zotero_bridge.errors import IndexLocked

_LOCK = "lock"
_HOLDER = "lock.holder"


@contextmanager
def write_lock(folder: Path, *, wait: float = 10.0) -> Iterator[None]:
    """
    Holds the index for writing. Waits up to `wait` seconds for another writer, then raises IndexLocked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=wait, poll_interval=0.05)
    except Timeout as error:
        raise IndexLocked(f"The index is being written{_holder(folder)}.") from error
    try:
        _sign(folder)
        yield
    finally:
        with suppress(OSError):
            (folder / _HOLDER).unlink()
        lock.release()


def _sign(folder: Path) -> None:
    since = datetime.now().astimezone().strftime("%H:%M:%S")
    with suppress(OSError):  # a full disk must not keep the lock from being taken: a sync may be about to free some
        (folder / _HOLDER).write_text(f"process {os.getpid()} on {platform.node()} since {since}", encoding="utf-8")


def _holder(folder: Path) -> str:
    try:
        return f" by {(folder / _HOLDER).read_text(encoding='utf-8')[:200]}"
    except OSError:
        return ""
