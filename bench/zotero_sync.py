"""
A sync of 10,000 items with 2,000 one-page PDFs from the emulator of Zotero 10, then unchanged, then with one edit.

The emulator runs in a process of its own, as Zotero does, so that its time and memory are not ours.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path

UNCHANGED_AIM = 3.0  # seconds, and fewer than 10 requests
EDITED_AIM = 2.0
REQUESTS_AIM = 10


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.zotero_sync", description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--attachments", type=int, default=2_000)
    parser.add_argument("--version", default="10.0", help="of the emulated Zotero")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        with _zotero(scratch, arguments.items, arguments.attachments, arguments.version) as zotero:
            return _measure(zotero, scratch / "index")


class Zotero:
    """The other process."""

    def __init__(self, pipe: Connection, pid: int) -> None:
        self._pipe, self.pid = pipe, pid
        self.uri: str = pipe.recv()

    def tell(self, word: str) -> int:
        """The requests it got since it was last told something. "edit" changes one item first."""
        self._pipe.send(word)
        return int(self._pipe.recv())


def _measure(zotero: Zotero, folder: Path) -> int:
    from zotero_bridge.extract import Extractor
    from zotero_bridge.sources.zotero_local import open_local
    from zotero_bridge.sync import SyncReport, sync

    def run(title: str) -> tuple[float, int, SyncReport]:
        zotero.tell("requests")
        with _peak_memory(zotero.pid) as peak:
            begun = time.perf_counter()
            with Extractor() as extractor:
                report = sync(open_local(zotero.uri), folder, extractor)
            spent = time.perf_counter() - begun
        requests = zotero.tell("requests")
        stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in report.timings.items() if seconds > 0.05)
        print(f"{title:<12} {spent:7.2f} s  {requests:5} requests  peak {peak[0]:5.0f} MB  ({stages})", flush=True)
        return spent, requests, report

    spent, _, report = run("first sync")
    read = f"{report.sources_read} sources read, {report.passages} passages, {len(report.failed)} failed"
    print(f"{'':<12} {report.items / spent:7.0f} items/s   {report.items} items, {read}")
    unchanged, requests, _ = run("unchanged")
    zotero.tell("edit")
    edited, _, _ = run("one edited")
    print(f"aims: unchanged < {UNCHANGED_AIM} s and < {REQUESTS_AIM} requests, one edited < {EDITED_AIM} s")
    return 0 if unchanged < UNCHANGED_AIM and requests < REQUESTS_AIM and edited < EDITED_AIM else 1


@contextmanager
def _zotero(scratch: Path, items: int, attachments: int, version: str) -> Iterator[Zotero]:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, scratch, items, attachments, version), daemon=True
    )
    server.start()
    try:
        yield Zotero(ours, server.pid or 0)
    finally:
        ours.send("stop")
        server.join(10)


def _serve(pipe: Connection, scratch: Path, items: int, attachments: int, version: str) -> None:
    from tests.emulator import LocalZoteroEmulator, generate_library

    library = generate_library(items, attachments, scratch)
    library.counts_versions = version.startswith("10")
    with LocalZoteroEmulator(library, version=version) as server:
        pipe.send(server.uri)
        while (word := pipe.recv()) != "stop":
            if word == "edit":
                library.edit(next(iter(library.items)), title="An edited title", abstractNote="An edited abstract.")
            pipe.send(len(server.requests()))
            server.faults.forget()


@contextmanager
def _peak_memory(but: int) -> Iterator[list[float]]:
    """[MB]: the most that this process and its workers held at once, looked at twenty times a second; without `but`."""
    import psutil

    peak, done = [0.0], threading.Event()

    def look() -> None:
        process = psutil.Process()
        while not done.wait(0.05):
            held = 0
            for one in [process, *process.children(recursive=True)]:
                with suppress(psutil.Error):  # it has just ended
                    held += one.memory_info().rss if one.pid != but else 0
            peak[0] = max(peak[0], held / 1e6)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


if __name__ == "__main__":
    sys.exit(main())
