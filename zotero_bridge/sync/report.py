"""What a sync did, or would do, for whoever asked for it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from zotero_bridge.model import Failure
from zotero_bridge.sync.plan import Plan


@dataclass(frozen=True, slots=True)
class SyncReport:
    """
    `sources_read` and `passages` are of this sync; `items` and `failed` are what stands after it. In a dry run
    `sources_read` and `removed` are what would be read and removed.
    """

    items: int
    sources_read: int
    passages: int
    unchanged: int
    removed: int
    failed: tuple[Failure, ...]
    plan: Plan
    skipped: int = 0  # attachments of a kind that is not read
    sources: int = 0  # held after this sync
    timings: Mapping[str, float] = field(
        default_factory=dict
    )  # seconds: survey, fetch, extract, cut, write, words, embed
    dry_run: bool = False

    @property
    def plan_lines(self) -> tuple[str, ...]:
        return tuple(self.plan.lines())

    @property
    def nothing_read(self) -> bool:
        """There was something to read, and none of it could be."""
        return bool(self.failed) and self.sources == 0 and not self.dry_run


class Stopwatch:
    """Adds up the seconds spent in each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = dict.fromkeys(
            ("survey", "fetch", "extract", "cut", "write", "words", "embed"), 0.0
        )

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - begun
