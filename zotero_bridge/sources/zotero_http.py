"""
Patience with a server: which replies are worth another try, how long to wait before it, and saying so while waiting.

It knows HTTP's words for "later" (429, 5xx, Retry-After) and Zotero's (Backoff), and nothing of libraries.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from zotero_bridge.errors import LibraryUnreachable
from zotero_bridge.sources.zotero_api import ConnectionLost, ConnectionRefused, Reply

Countdown = Callable[[str, int], None]  # why, seconds left; once a second, 0 at the end
T = TypeVar("T")

LATER = frozenset({429, 500, 502, 503, 504})
FIRST_TRIES = 3
FIRST_PAUSE = 1.0  # doubled each time, where the server states no time of its own


def silent(reason: str, seconds: int) -> None:
    """Nobody is watching."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long. `longest` is the longest wait that is still sat out."""

    attempts: int = 7
    longest: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    countdown: Countdown = silent

    def wait(self, reason: str, seconds: float) -> None:
        """Sits it out in steps of a second at most, counting down."""
        left = seconds
        while left > 0:
            self.countdown(reason, int(left + 0.999))
            step = min(left, 1.0)
            self.sleep(step)
            left -= step
        self.countdown(reason, 0)


class PatientSender:
    """Sends one request after another, and keeps to what the server asked for in between."""

    def __init__(self, patience: Patience, *, server: str, retry_refused: bool) -> None:
        self._patience = patience
        self._server = server
        self._retry_refused = retry_refused  # a web server comes back; a closed Zotero does not
        self._quiet_until = 0.0
        self._heard = False  # a server that never answered is more likely out of reach than busy

    def send(self, request: Callable[[], Reply], read: Callable[[Reply], T]) -> T:
        """
        `read` of the first reply that is not "later"; a ConnectionLost from `read` is worth another try as well.

        Raises LibraryUnreachable when patience ends, ConnectionRefused at once unless a web server is asked.
        """
        trouble = ""
        for attempt in range(self._patience.attempts):
            self._keep_quiet()
            pause = FIRST_PAUSE * 2**attempt
            try:
                reply = request()
                self._heard = True
                self._note_backoff(reply)
                if reply.status not in LATER:
                    return read(reply)
                trouble = f"{self._server} answered {reply.status}"
                stated = seconds_asked(reply.headers.get("retry-after", ""))
                if stated is not None:
                    pause = stated
            except ConnectionLost as error:
                trouble = f"{self._server}: {error}"
            except ConnectionRefused as error:
                if not self._retry_refused:
                    raise
                if not self._heard and attempt + 1 >= FIRST_TRIES:
                    raise LibraryUnreachable(
                        f"{self._server} cannot be reached.", hint="Check the network connection and try again."
                    ) from error
                trouble = f"{self._server}: {error}"
            if pause > self._patience.longest:
                raise LibraryUnreachable(f"{trouble} and asks to wait {int(pause)} seconds.", hint="Try again later.")
            if attempt + 1 < self._patience.attempts:
                self._patience.wait(trouble, pause)
        raise LibraryUnreachable(
            f"{trouble}, {self._patience.attempts} times in a row.", hint="Check the connection and try again later."
        )

    def _note_backoff(self, reply: Reply) -> None:
        seconds = seconds_asked(reply.headers.get("backoff", ""))
        if seconds:
            self._quiet_until = self._patience.clock() + min(seconds, self._patience.longest)

    def _keep_quiet(self) -> None:
        left = self._quiet_until - self._patience.clock()
        self._quiet_until = 0.0
        if left > 0:
            self._patience.wait(f"{self._server} asked for a pause", left)


def seconds_asked(value: str) -> float | None:
    """Retry-After and Backoff: seconds, or a date. None where there is nothing to read."""
    value = value.strip()
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
