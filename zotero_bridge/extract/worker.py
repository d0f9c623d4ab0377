"""
The process that reads files: takes a request from its standard input, answers on its standard output, until that
ends.

It bounds itself as far as the system allows (address space, processor time, a clock of its own) so that it cannot
outlive a parent that is gone. Messages are JSON behind their length; nothing a hostile file may have put into this
process is ever executed by the parent. An unforeseen error ends the process with its traceback on standard error.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import struct
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.model import DocumentText, Section, SectionKind

TOO_MUCH_MEMORY = "it needed too much memory"
_LENGTH = struct.Struct(">Q")
_GRACE = 10.0  # seconds beyond the bound after which this process ends itself


def main(seconds: float, megabytes: int) -> None:
    """Answers requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; it closes our input
    requests, answers = _own_pipes()
    bounds = _Bounds(seconds, megabytes)
    gc.disable()  # a document is dropped whole; collecting between documents is enough
    while (request := receive(requests)) is not None:
        bounds.begin()
        answer = _answer(request)
        bounds.end()
        try:
            send(answers, answer)
        except BrokenPipeError:
            return
        del answer
        gc.collect()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    from zotero_bridge.extract.formats import read

    try:
        document = read(Path(request["path"]), source_key=request["source_key"], content_type=request["content_type"])
    except SourceUnreadable as error:
        return {"unreadable": str(error)}
    except MemoryError:
        return {"unreadable": TOO_MUCH_MEMORY}
    except RecursionError:
        return {"unreadable": "it is nested too deeply"}
    return encoded(document)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Private copies of the standard streams; whatever else prints goes to standard error."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(0, os.O_BINARY)
        msvcrt.setmode(1, os.O_BINARY)
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, answers


class _Bounds:
    """Limits on this process itself, renewed for each document."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None
        if sys.platform != "win32":
            import resource

            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            bound = (megabytes + 1024) * 2**20  # address space: libraries and their reserves stand in it too
            if hard == resource.RLIM_INFINITY or bound < hard:
                resource.setrlimit(resource.RLIMIT_AS, (bound, hard))

    def begin(self) -> None:
        self._timer = threading.Timer(self._seconds + _GRACE, os._exit, (3,))
        self._timer.daemon = True
        self._timer.start()
        if sys.platform != "win32":
            import resource

            usage = resource.getrusage(resource.RUSAGE_SELF)
            bound = int(usage.ru_utime + usage.ru_stime + self._seconds + _GRACE) + 1
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            if hard == resource.RLIM_INFINITY or bound < hard:
                resource.setrlimit(resource.RLIMIT_CPU, (bound, hard))

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def send(stream: BinaryIO, message: dict[str, Any]) -> None:
    body = json.dumps(message, ensure_ascii=False).encode()
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message; None where the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        return None
    message: dict[str, Any] = json.loads(body)
    return message


def encoded(document: DocumentText) -> dict[str, Any]:
    return {
        "source_key": document.source_key,
        "text": document.text,
        "page_starts": document.page_starts,
        "page_labels": document.page_labels,
        "sections": [(s.start, s.end, s.kind.value, s.heading) for s in document.sections],
        "extractor": document.extractor,
        "moved": document.moved,
        "notes": document.notes,
    }


def decoded(message: dict[str, Any]) -> DocumentText:
    return DocumentText(
        source_key=message["source_key"],
        text=message["text"],
        page_starts=tuple(message["page_starts"]),
        page_labels=tuple(message["page_labels"]),
        sections=tuple(Section(start, end, SectionKind(kind), name) for start, end, kind, name in message["sections"]),
        extractor=message["extractor"],
        moved=tuple((start, end, page) for start, end, page in message["moved"]),
        notes=tuple(message["notes"]),
    )
