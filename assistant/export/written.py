"""
Remembers what was last written where, so that an export can replace itself and never what someone has edited.

Kept among the disposable files: where nothing is remembered, every file that is there counts as edited.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


class ExportRecord:
    """`record` is the file it is kept in."""

    def __init__(self, record: Path) -> None:
        self._record = record

    def as_left(self, file: Path) -> bool:
        """Whether the file holds what was last written to it."""
        try:
            return self._known().get(_name(file)) == _digest(file)
        except OSError:
            return False

    def remember(self, files: Iterable[Path]) -> None:
        with suppress(OSError):  # a review that cannot be written to may still be exported to another place
            known = {**self._known(), **{_name(file): _digest(file) for file in files}}
            self._record.parent.mkdir(parents=True, exist_ok=True)
            self._record.write_text(json.dumps(known, indent=1), encoding="utf-8")

    def _known(self) -> dict[str, str]:
        try:
            known = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}


def _name(file: Path) -> str:
    return str(file.resolve())


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
