"""
Read files in worker processes, each within bounds of time and memory.

Workers are started when first needed and kept; one that crashes, hangs or grows beyond its bound is ended and
replaced, and only the file it was reading is unreadable. Plain subprocesses rather than multiprocessing: the same on
every system, and a worker loads nothing of the program that started it. Knows nothing of formats.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO, cast

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.worker import TOO_MUCH_MEMORY, decoded, receive, send
from zotero_bridge.model import DocumentText

_LOOK = 0.1  # seconds between looks at the clock and the memory of workers; also how soon Ctrl-C is heard on Windows
_START = (
    "import sys; sys.path.append(sys.argv[1]); from zotero_bridge.extract.worker import main; "
    "main(float(sys.argv[2]), int(sys.argv[3]))"
)


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read."""

    path: Path
    source_key: str
    content_type: str = ""


class Extractor:
    """
    Keeps the port `TextExtractor`, and reads many files at once.

    `seconds` and `megabytes` bound one file each. Close it, or use it as a context, to end its workers.
    """

    def __init__(self, *, workers: int | None = None, seconds: float = 120.0, megabytes: int = 2048) -> None:
        """`workers` None: as many as there are processors, at most four."""
        self.workers = workers or min(4, os.cpu_count() or 1)
        self._seconds, self._megabytes = seconds, megabytes
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="extract")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._all: list[_Worker] = []
        self._closed = threading.Event()
        self._guard: threading.Thread | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Extractor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the workers, whatever they are doing. May be called again."""
        self._closed.set()
        for worker in list(self._all):
            worker.end("it was interrupted")
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in list(self._all):  # one that was just being started
            worker.end("it was interrupted")

    def extract(self, path: Path, *, source_key: str, content_type: str) -> DocumentText:
        """Raises SourceUnreadable with a reason a reviewer understands."""
        future = self._threads.submit(self._read, Job(path, source_key, content_type))
        try:
            while not wait((future,), timeout=_LOOK).done:
                pass
        except BaseException:
            self.close()
            raise
        return _result(future)

    def extract_many(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, DocumentText | SourceUnreadable]]:
        """Each job with its text or the reason why there is none, as they are finished. Takes jobs only as needed."""
        coming = iter(jobs)
        waiting: dict[Future[DocumentText], Job] = {}
        try:
            while True:
                while len(waiting) < 2 * self.workers and (job := next(coming, None)) is not None:
                    waiting[self._threads.submit(self._read, job)] = job
                if not waiting:
                    return
                for future in wait(waiting, timeout=_LOOK, return_when=FIRST_COMPLETED).done:
                    job = waiting.pop(future)
                    try:
                        yield job, _result(future)
                    except SourceUnreadable as error:
                        yield job, error
        finally:
            for future in waiting:
                future.cancel()

    def _read(self, job: Job) -> DocumentText:
        worker = self._worker()
        try:
            answer = worker.ask({"path": str(job.path), "source_key": job.source_key, "content_type": job.content_type})
        finally:
            self._idle.put(worker)
        if "unreadable" in answer:
            raise SourceUnreadable(answer["unreadable"])
        return decoded(answer)

    def _worker(self) -> _Worker:
        """An idle worker, or a new one: there are never more than threads."""
        while not self._idle.empty():
            return self._idle.get()
        worker = _Worker(self._seconds, self._megabytes)
        with self._lock:
            self._all.append(worker)
            if self._guard is None:
                self._guard = threading.Thread(target=self._watch, daemon=True)
                self._guard.start()
        return worker

    def _watch(self) -> None:
        while not self._closed.wait(_LOOK):
            for worker in list(self._all):
                worker.check()


def _result(future: Future[DocumentText]) -> DocumentText:
    if future.cancelled():
        raise SourceUnreadable("it was interrupted")
    return future.result()


class _Worker:
    """One process and what it is bound to. `ask` is called by one thread at a time; the guard may end it meanwhile."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: BinaryIO | None = None
        self._due = 0.0  # when the document at hand must be read; 0.0 while idle
        self._ended = ""  # why we ended the process
        self._final = False
        self._lock = threading.Lock()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            process = self._running()
            stdin, stdout = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
            self._due = time.monotonic() + self._seconds
            send(stdin, request)
            answer = receive(stdout)
        except (BrokenPipeError, ConnectionError):
            answer = None
        except OSError as error:  # Windows tells a broken pipe this way
            if self._process is not None and self._process.poll() is None:
                raise SourceUnreadable(f"the reader could not be started ({error})") from error
            answer = None
        finally:
            self._due = 0.0
        return answer if answer is not None else {"unreadable": self._post_mortem()}

    def check(self) -> None:
        """Ends the process when it is over its bounds."""
        process, due = self._process, self._due
        if process is None or not due:
            return
        if time.monotonic() > due:
            self.end(f"it took longer than {self._seconds:g} seconds", final=False)
        elif _resident(process.pid) > self._megabytes * 2**20:
            self.end(TOO_MUCH_MEMORY, final=False)

    def end(self, reason: str, *, final: bool = True) -> None:
        with self._lock:
            self._final = self._final or final
            if self._process is not None and self._process.poll() is None:
                self._ended = self._ended or reason
                self._process.kill()
            if final and not self._due:
                self._forget()

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._final:
                raise SourceUnreadable("it was interrupted")
            if self._process is None or self._process.poll() is not None:
                self._forget()
                self._ended = ""
                self._errors = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - closed with the process
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-X", "utf8", "-c", _START, *self._arguments()],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            return self._process

    def _arguments(self) -> list[str]:
        root = Path(__file__).parents[2]
        return [str(root), str(self._seconds), str(self._megabytes)]

    def _post_mortem(self) -> str:
        """Why the process ended, for the reader of the report."""
        with self._lock:
            process, errors = self._process, self._errors
            if process is None:
                return self._ended or "the reader could not be started"
            if process.stdin:
                process.kill()
            code = process.wait()
            last = ""
            if errors is not None:
                errors.seek(0)
                lines = errors.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
                last = lines[-1].strip()[:200] if lines else ""
            reason = self._ended
            self._forget()
        if reason:
            return reason
        if "MemoryError" in last or "bad_alloc" in last or "out of memory" in last.lower():
            return TOO_MUCH_MEMORY
        if code == 3:
            return f"it took longer than {self._seconds:g} seconds"
        return f"the reader crashed on it ({last or f'exit code {code}'})"

    def _forget(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:  # what was left to write has no reader any more
                        continue
            process.wait()
        if self._errors is not None:
            self._errors.close()
            self._errors = None


def _resident(pid: int) -> int:
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
