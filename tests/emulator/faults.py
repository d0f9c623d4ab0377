"""
Faults that a server can be told to have: slowness, cut connections, error replies, changes between two requests.

A fault is used up by the requests it matches; every request the server saw is kept for the tests to count.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Fault:
    """Happens to the next `times` requests whose "METHOD path" contains `match`, after `skip` of them went well."""

    match: str = ""
    times: int = 1
    skip: int = 0
    status: int = 0  # 0: answer as usual
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    delay: float = 0.0
    cut: bool = False  # close the connection without a word
    keep_bytes: int = -1  # close it after so many bytes of the body
    before: Callable[[], object] | None = None  # done just before the request is answered
    after: Callable[[], object] | None = None  # done once the answer is made, before it is sent


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        with self._lock:
            self.waiting.append(fault)

    def take(self, request: Seen) -> Fault | None:
        with self._lock:
            self.seen.append(request)
            for fault in self.waiting:
                if fault.match not in f"{request.method} {request.path}":
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None

    def enter(self) -> None:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)

    def leave(self) -> None:
        with self._lock:
            self.at_once -= 1

    def paths(self) -> list[str]:
        with self._lock:
            return [f"{s.method} {s.path}" for s in self.seen]

    def forget(self) -> None:
        with self._lock:
            self.seen.clear()
            self.most_at_once = 0
