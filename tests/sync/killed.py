"""
Run a sync that kills its own process, as kill -9 does, before it runs its Nth SQL statement: `killed.py ROOT N`.

Prints how many statements a whole sync runs when N is 0. With LIMIT instead, no file may grow beyond so many bytes:
`killed.py ROOT 0 LIMIT`.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from tests.sync.library import Desk, furnished
from zotero_bridge.errors import DiskFull


class Counting(sqlite3.Connection):
    """Counts what is executed on all connections, and ends the process when it has been enough."""

    ran = 0
    fatal = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.set_trace_callback(Counting.note)

    @staticmethod
    def note(statement: str) -> None:
        Counting.ran += 1
        if Counting.ran == Counting.fatal:
            if hasattr(signal, "SIGKILL"):
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(9)


def main(root: Path, fatal: int, limit: int) -> int:
    Counting.fatal = fatal
    connect = sqlite3.connect
    sqlite3.connect = lambda *a, **o: connect(*a, factory=Counting, **o)  # type: ignore[assignment, misc]  # this process only
    desk: Desk = furnished(root)
    if limit:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        desk.sync()
    except DiskFull:
        return 28
    sys.stdout.write(f"{Counting.ran}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0))
