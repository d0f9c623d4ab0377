"""
Keeps a Chroma in step with the flat file of vectors, without embedding anything again.

What was copied is written down: how far the flat file had been read, and the size of each file Chroma left behind. If
that no longer fits (cut short, thrown away, another generation) the whole copy is made anew. An embedded Chroma is
written by a child process of its own: a damaged one does not raise an error, it ends the process that opens it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zotero_bridge.errors import RealistError
from zotero_bridge.index.vectors_chroma import BATCH, ChromaVectors, embedded
from zotero_bridge.index.vectors_flat import FlatVectors
from zotero_bridge.index.vectors_rows import write_whole

COPIED = "copied.json"


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy knows of itself: which embedder's vectors, up to where, and the files as they were left."""

    embedder_id: str
    position: tuple[int, int]
    files: dict[str, int]


def copy_embedded(flat: FlatVectors, flat_folder: Path, chroma_folder: Path) -> str:
    """
    Brings the Chroma in `chroma_folder` in step. Returns what a reader should be told, "" where all is well.

    Costs nothing where nothing changed. A Chroma that cannot be mended is made anew, once.
    """
    known = _read(chroma_folder)
    if known is not None and _intact(known, flat, chroma_folder) and known.position == flat.position:
        return ""
    told = ""
    if known is None or not _intact(known, flat, chroma_folder):
        if chroma_folder.exists():
            told = "The copy of the vectors in Chroma was damaged or of another kind; it was made anew."
        shutil.rmtree(chroma_folder, ignore_errors=True)
        known = None
    for attempt in (known, None):
        if attempt is None:
            shutil.rmtree(chroma_folder, ignore_errors=True)
        reason = _child(flat_folder, flat.embedder_id, chroma_folder)
        if not reason:
            return told
        told = "The copy of the vectors in Chroma could not be continued; it was made anew."
    return f"Vectors could not be copied to Chroma ({reason}). Searching does not need it."


def copy_to_server(flat: FlatVectors, chroma: ChromaVectors) -> None:
    """
    The server holds at least what the flat file holds. Nothing is taken out there: others of the team may need it,
    and what nobody needs is never found, since the flat files answer. Raises IndexUnreachable or IndexDamaged.
    """
    with chroma.held():
        _put(flat, chroma, sorted(flat.ids() - chroma.ids()))


def take_from_server(flat: FlatVectors, chroma: ChromaVectors) -> int:
    """Vectors that others of the team have made, so that they are not made again. Returns how many were taken."""
    with chroma.held():
        missing = sorted(chroma.ids() - flat.ids() - flat.removed)
        for start in range(0, len(missing), BATCH):
            found = chroma.vectors(missing[start : start + BATCH])
            if found:
                flat.add(list(found), np.stack(list(found.values())))
    return len(missing)


def main(arguments: list[str]) -> int:
    """The child: `FLAT_FOLDER EMBEDDER_ID CHROMA_FOLDER`. Says on stderr what went wrong."""
    flat_folder, embedder_id, chroma_folder = Path(arguments[0]), arguments[1], Path(arguments[2])
    flat = FlatVectors(flat_folder, embedder_id, writing=False)
    known = _read(chroma_folder)
    changes = flat.changes_since(known.position) if known is not None else None
    position = flat.position
    try:
        chroma = embedded(chroma_folder, embedder_id)
        with chroma.held():
            added, removed = changes if changes is not None else (sorted(flat.ids()), [])
            _put(flat, chroma, added)
            chroma.remove(removed)
            if chroma.count() != len(flat.ids()):
                sys.stderr.write("it does not hold what it should")
                return 1
    except RealistError as error:
        sys.stderr.write(str(error))
        return 1
    _write(chroma_folder, Copied(embedder_id, position, _files(chroma_folder)))
    return 0


def _put(flat: FlatVectors, chroma: ChromaVectors, ids: list[str]) -> None:
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        chroma.add(part, flat.vectors(part))


def _child(
    flat_folder: Path,
    embedder_id: str,
    chroma_folder: Path,
    run: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run,
) -> str:
    """ "" when done, else why not."""
    done = run(
        [sys.executable, "-m", __name__, str(flat_folder), embedder_id, str(chroma_folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"Chroma ended with {done.returncode}"])[-1]


def _read(chroma_folder: Path) -> Copied | None:
    try:
        value = json.loads(_note(chroma_folder).read_text(encoding="utf-8"))
        generation, offset = value["position"]
        return Copied(
            value["embedder"], (int(generation), int(offset)), {str(k): int(v) for k, v in value["files"].items()}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(chroma_folder: Path, copied: Copied) -> None:
    value = {"embedder": copied.embedder_id, "position": copied.position, "files": copied.files}
    write_whole(_note(chroma_folder), json.dumps(value).encode("utf-8"))


def _note(chroma_folder: Path) -> Path:
    return chroma_folder / COPIED


def _intact(known: Copied, flat: FlatVectors, chroma_folder: Path) -> bool:
    return (
        known.embedder_id == flat.embedder_id
        and flat.changes_since(known.position) is not None
        and _files(chroma_folder) == known.files
    )


def _files(chroma_folder: Path) -> dict[str, int]:
    return {
        path.relative_to(chroma_folder).as_posix(): path.stat().st_size
        for path in sorted(chroma_folder.rglob("*"))
        if path.is_file() and not path.name.startswith(COPIED) and not path.name.endswith(("-wal", "-shm", "-journal"))
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
