"""
The rows file of the flat vectors: one line per batch, each with its own checksum.

A line counts once it is whole. What follows the first line that is not whole, or does not have its checksum, was never
committed (or is damaged) and is not read. Pure but for reading and writing the file it is given.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

GENERATION_FILE = "generation"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows `first_row` onwards belong to `ids`, in order; `crc` is of their bytes."""

    first_row: int
    ids: tuple[str, ...]
    dim: int
    crc: int


@dataclass(frozen=True, slots=True)
class Removal:
    ids: tuple[str, ...]


def row_line(record: Batch | Removal) -> bytes:
    value = (
        {"add": record.ids, "row": record.first_row, "dim": record.dim, "crc": record.crc}
        if isinstance(record, Batch)
        else {"remove": record.ids}
    )
    text = json.dumps(value, separators=(",", ":")).encode("utf-8")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def read_rows(path: Path, offset: int) -> Iterator[tuple[Batch | Removal, int]]:
    """Committed records from `offset` on, each with the offset behind it."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            for line in file:
                record = _record(line)
                if record is None:
                    return
                offset += len(line)
                yield record, offset
    except FileNotFoundError:
        return


def _record(line: bytes) -> Batch | Removal | None:
    crc, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or crc != b"%08x" % zlib.crc32(text):
        return None
    value = json.loads(text)
    if "remove" in value:
        return Removal(tuple(value["remove"]))
    return Batch(value["row"], tuple(value["add"]), value["dim"], value["crc"])


def read_generation(folder: Path) -> int:
    """0 until there was a compaction."""
    try:
        return int((folder / GENERATION_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return 0


def to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def write_whole(path: Path, content: bytes) -> None:
    """The old file or the new one, never a part of it."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        to_disk(file)
    for pause in (0.01, 0.05, 0.2, 1.0):
        try:
            beside.replace(path)
            return
        except PermissionError:  # Windows, while a reader has the old one open
            time.sleep(pause)
    beside.replace(path)
