"""Following a library: politely, telling only what changed, and waiting for one that is away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from assistant.cli.following import RATIO, follow
from zotero_bridge.errors import LibraryRefused, LibraryUnreachable
from zotero_bridge.sync import SyncReport
from zotero_bridge.sync.plan import ObjectPlan, Plan, SourcePlan

AWAY = LibraryUnreachable("Zotero: the connection broke, 4 times in a row.")


def report(read: int, *, removed: int = 0) -> SyncReport:
    plan = Plan(ObjectPlan(), SourcePlan())
    return SyncReport(items=9, sources_read=read, passages=0, unchanged=9 - read, removed=removed, failed=(), plan=plan)


class Time:
    """A clock that looks and sleeps move; a look takes as long as it is said to."""

    def __init__(self, took: float = 0.0) -> None:
        self.now = 0.0
        self.took = took
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def looks(self, outcomes: Iterable[SyncReport | Exception]) -> Callable[[], SyncReport]:
        given: Iterator[SyncReport | Exception] = iter(outcomes)

        def look() -> SyncReport:
            self.now += self.took
            outcome = next(given, KeyboardInterrupt())
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        return look


def told(
    time: Time, *outcomes: SyncReport | Exception, every: float = 30, said: list[str] | None = None
) -> list[SyncReport]:
    said = [] if said is None else said
    found: list[SyncReport] = []
    with pytest.raises(KeyboardInterrupt):
        looks = time.looks(outcomes)
        found.extend(follow(looks, every=every, notify=said.append, sleep=time.sleep, clock=lambda: time.now))
    return found


def test_only_what_changed_is_told_after_the_first_look() -> None:
    first, same, edit, erased = report(9), report(0), report(1), report(0, removed=1)

    assert told(Time(), first, same, same, edit, same, erased) == [first, edit, erased]


def test_ten_times_as_long_passes_as_a_look_took_and_never_less_than_was_said() -> None:
    slow, quick = Time(took=7), Time(took=0.1)
    told(slow, report(9), report(0))
    told(quick, report(9), report(0))

    assert slow.slept == [7 * RATIO, 7 * RATIO]
    assert quick.slept == [30, 30]


def test_a_library_that_is_away_is_waited_for_and_said_once() -> None:
    time, said = Time(took=7), []
    found = told(time, report(9), AWAY, AWAY, report(1), said=said)

    assert [one.sources_read for one in found] == [9, 1]
    assert len(said) == 2
    assert "connection broke" in said[0]
    assert said[1] == "It is there again."
    assert time.slept[1:3] == [30, 30]  # its own patience is no measure of what the library can bear


def test_the_first_look_must_succeed_and_other_failures_end_the_following() -> None:
    with pytest.raises(LibraryUnreachable):
        next(follow(Time().looks([AWAY]), every=5, notify=lambda _: None))
    following = follow(
        Time().looks([report(1), LibraryRefused("No.")]), every=0, notify=lambda _: None, sleep=lambda _: None
    )
    next(following)
    with pytest.raises(LibraryRefused):
        next(following)
