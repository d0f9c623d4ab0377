"""
Whether the files of a tantivy index are whole, by the checksums that tantivy writes at their ends and does not look at.

A file cut short or gone is otherwise noticed only by the question that happens to need it. A file ends with a JSON
footer holding the CRC-32 of what stands before it, the footer's length and a magic number; should another version of
tantivy end its files otherwise, nothing is said to be damaged here.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

_MAGIC = 1337
_END = struct.Struct("<II")
_PARTS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
_LOOKS = 3  # a writer may take files away between a look at the list and a look at them


def complete(folder: Path) -> bool:
    """Whether every file is there to its end. Costs a millisecond."""
    return any(all(_footer(path) is not None for path in _listed(folder)) for _ in range(_LOOKS)) or _unknown(folder)


def undamaged(folder: Path) -> bool:
    """Whether every byte is as it was written. Reads all of it; for the one writer."""
    return all(_sound(path) for path in _listed(folder)) or _unknown(folder)


def _listed(folder: Path) -> Iterator[Path]:
    """The files of the segments that are in use. None where the list cannot be read: tantivy itself says so."""
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        for segment in segments:
            name = str(segment["segment_id"]).replace("-", "")
            yield from (folder / f"{name}.{part}" for part in _PARTS)
    except (OSError, ValueError, KeyError, TypeError):
        return


def _unknown(folder: Path) -> bool:
    return all(_footer(path) is None for path in folder.glob("*.store"))


def _footer(path: Path) -> tuple[int, int] | None:
    """(bytes before the footer, their checksum); None where the file does not end as tantivy ends it."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _END.size))
            length, magic = _END.unpack(file.read(_END.size))
            if magic != _MAGIC or length > size - _END.size:
                return None
            file.seek(size - _END.size - length)
            return size - _END.size - length, int(json.loads(file.read(length))["crc"])
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return None


def _sound(path: Path) -> bool:
    footer = _footer(path)
    if footer is None:
        return False
    left, crc = footer[0], 0
    with path.open("rb") as file:
        while left and (block := file.read(min(left, 1 << 20))):
            crc = zlib.crc32(block, crc)
            left -= len(block)
    return crc == footer[1]
