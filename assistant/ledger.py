"""
The review's append-only record: `ledger.jsonl`, one event a line, each line carrying the hash of the one before.

Nothing written here is ever rewritten. A line that was changed, removed from the middle, added or moved is found and
its number told; what the chain cannot show is whole lines missing from the very end. A last line torn by a crash is set
aside in a file next to the ledger, never thrown away. Writers take turns behind a lock and see the newest state before
they decide, so an id is never given twice. Knows how lines are kept and nothing of what they mean.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.ledger_codec import Undecodable, UnknownField, canonical, decode, encode
from assistant.ledger_events import KINDS, NAMES, Entry, Event
from assistant.ledger_state import ReviewState, fold_events
from zotero_bridge.errors import DiskFull, RealistError

FORMAT = 1
START = "0" * 64  # what the first line carries, having no line before it
LOCK_SECONDS = 20.0  # a writer holds the lock for milliseconds; longer means a stuck disk or a stopped program

Decide = Callable[[ReviewState], Sequence[Event]]


class LedgerDamaged(RealistError):
    hint = "Nothing was changed. Compare the ledger with your backup or its history; the line named above differs."


class LedgerOfAnotherVersion(RealistError):
    hint = "A newer realist wrote this ledger; update yours. Nothing was changed."


class LedgerLocked(RealistError):
    hint = "Another realist is writing to this review. Wait for it to finish, or end it, and try again."


class LedgerUnreadable(RealistError):
    hint = "Check that it is a file and that you may read it. Nothing was changed."


class LedgerUnwritable(RealistError):
    hint = "Check that the folder can be written to and that no other program holds the file open."


@dataclass(frozen=True, slots=True)
class Log:
    """The ledger as it stands. `head` is the last line's hash; `torn` the bytes after the last whole line."""

    entries: tuple[Entry, ...]
    head: str
    torn: bytes = b""
    whole_bytes: int = 0  # up to here the file is sound
    unended: bool = False  # the last line is whole but for its line end

    @property
    def notice(self) -> str:
        """What to tell the reader, "" where nothing is amiss."""
        if not self.torn:
            return ""
        return (
            f"The last line of the ledger was cut off ({len(self.torn)} bytes, after line {len(self.entries)}); what "
            "is there of it goes to a file beside the ledger when something is next recorded."
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written, the state after it, and the file a torn line was set aside in (None: there was none)."""

    entries: tuple[Entry, ...]
    state: ReviewState
    set_aside: Path | None = None


class Ledger:
    """The ledger of one review. Opening makes no file; the first event does."""

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], datetime] | None = None,
        patience: float = LOCK_SECONDS,
        to_disk: Callable[[int], None] = os.fsync,
    ) -> None:
        self._path = path
        self._now = now or (lambda: datetime.now(UTC))
        self._patience = patience
        self._to_disk = to_disk  # takes a file descriptor; returns once its bytes are on disk

    @property
    def path(self) -> Path:
        return self._path

    def read(self) -> Log:
        """Every entry, checked. Raises LedgerDamaged naming the line, LedgerOfAnotherVersion or LedgerUnreadable."""
        try:
            return parse(self._path.read_bytes())
        except FileNotFoundError:
            return Log(entries=(), head=START)
        except OSError as error:
            raise LedgerUnreadable(f"{self._path} cannot be read: {error.strerror}.") from error

    def state(self) -> ReviewState:
        return fold_events(self.read().entries)

    def record(self, decide: Decide, *, who: str) -> Recorded:
        """
        Appends what `decide` makes of the newest state, all or nothing as far as the disk allows, and on disk when
        this returns. Raises whatever `decide` raises, with nothing written.
        """
        from filelock import FileLock, Timeout

        lock = self._path.parent / ".realist" / "ledger.lock"
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(lock, timeout=self._patience):
                return self._record(decide, who)
        except Timeout as error:
            raise LedgerLocked(f"{self._path.name} is being written by another program.") from error
        except PermissionError as error:
            raise LedgerUnwritable(f"{self._path} cannot be written: {error.strerror}.") from error

    def append(self, events: Sequence[Event], *, who: str) -> Recorded:
        """Records events that do not depend on the state."""
        return self.record(lambda _: events, who=who)

    def _record(self, decide: Decide, who: str) -> Recorded:
        log = self.read()
        events = tuple(decide(fold_events(log.entries)))
        time = self._now().astimezone(UTC).isoformat(timespec="seconds")
        lines: list[str] = []
        entries: list[Entry] = []
        head = log.head
        for number, event in enumerate(events, start=len(log.entries) + 1):
            line, head = _line(event, who=who, time=time, previous=head)
            lines.append(line)
            entries.append(Entry(event=event, who=who, time=time, line=number, hash=head))
        set_aside = self._set_aside(log) if events else None
        if events:
            self._write(("\n" if log.unended else "") + "".join(f"{line}\n" for line in lines), after=log.whole_bytes)
        return Recorded(tuple(entries), fold_events((*log.entries, *entries)), set_aside)

    def _set_aside(self, log: Log) -> Path | None:
        """Moves a torn last line to a file of its own, so that the next line starts clean."""
        if not log.torn:
            return None
        aside = self._path.with_name(f"{self._path.name}.torn-{hashlib.sha256(log.torn).hexdigest()[:8]}")
        with aside.open("wb") as file:
            file.write(log.torn)
            file.flush()
            self._to_disk(file.fileno())
        with self._path.open("r+b") as file:
            file.truncate(log.whole_bytes)
        return aside

    def _write(self, text: str, *, after: int) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._path.open("ab") as file:
                file.write(text.encode())
                file.flush()
                self._to_disk(file.fileno())
        except OSError as error:
            self._take_back(after)
            if error.errno == errno.ENOSPC:
                raise DiskFull("The disk is full; the ledger is as it was.") from error
            raise

    def _take_back(self, size: int) -> None:
        """After a failed write: what did arrive is removed. Where even that fails, the next reader finds it torn."""
        try:
            with self._path.open("r+b") as file:
                file.truncate(size)
        except OSError:
            return


def _line(event: Event, *, who: str, time: str, previous: str) -> tuple[str, str]:
    body: dict[str, Any] = {
        "data": encode(event),
        "event": NAMES[type(event)],
        "prev": previous,
        "time": time,
        "v": FORMAT,
        "who": who,
    }
    digest = _hash(body)
    return canonical({**body, "hash": digest}), digest


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def parse(content: bytes) -> Log:
    """The log of these bytes. Line ends may be \\n or \\r\\n: a version control system may have changed them."""
    *whole, rest = content.split(b"\n")
    entries: list[Entry] = []
    head = START
    for number, line in enumerate(whole, start=1):
        entry = _entry(line, number=number, previous=head)
        entries.append(entry)
        head = entry.hash
    size = len(content) - len(rest)
    if not rest:
        return Log(tuple(entries), head, whole_bytes=size)
    try:
        last = _entry(rest, number=len(whole) + 1, previous=head)
    except LedgerDamaged:
        return Log(tuple(entries), head, torn=rest, whole_bytes=size)
    return Log((*entries, last), last.hash, whole_bytes=len(content), unended=True)


def _entry(line: bytes, *, number: int, previous: str) -> Entry:
    try:
        raw = json.loads(line.decode(), parse_constant=_no_such_number)
    except (ValueError, RecursionError) as error:  # ValueError: not UTF-8, not JSON, or a number out of range
        raise LedgerDamaged(f"Line {number} of the ledger is not JSON.") from error
    if not isinstance(raw, dict) or not all(
        isinstance(raw.get(name), str) for name in ("event", "hash", "prev", "time", "who")
    ):
        raise LedgerDamaged(f"Line {number} of the ledger is no event.")
    claimed = raw.pop("hash")
    if _hash(raw) != claimed:
        raise LedgerDamaged(f"Line {number} of the ledger has been changed since it was written.")
    if raw["prev"] != previous:
        raise LedgerDamaged(f"Line {number} of the ledger does not follow the line before it.")
    if raw.get("v") != FORMAT or raw["event"] not in KINDS:
        raise LedgerOfAnotherVersion(f"Line {number} of the ledger holds {raw['event']!r}, which is not known here.")
    try:
        event = decode(KINDS[raw["event"]], raw.get("data"))
    except UnknownField as error:
        raise LedgerOfAnotherVersion(f"Line {number} of the ledger: {error}.") from error
    except Undecodable as error:
        raise LedgerDamaged(f"Line {number} of the ledger: {error}.") from error
    return Entry(event=event, who=raw["who"], time=raw["time"], line=number, hash=claimed)


def _no_such_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
