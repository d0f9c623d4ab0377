"""
Keeps a Chroma in step with the flat file of vectors, without embedding anything again.

What was copied is written down: how far the flat file had been read, and each file Chroma left behind with its size,
time and checksum. If that no longer fits (cut short, changed, thrown away, another generation) the whole copy is made
anew. An embedded Chroma is
written by a child process of its own: a damaged one does not raise an error, it ends the process that opens it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zotero_bridge.errors import RealistError
from zotero_bridge.index.vectors_chroma import BATCH, ChromaVectors, embedded
from zotero_bridge.index.vectors_flat import FlatVectors
from zotero_bridge.index.vectors_rows import write_whole

COPIED = "copied.json"
SENT = "sent.json"
SAMPLE = 200  # ids looked for on a server before it is believed to hold what it was sent


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy knows of itself: which embedder's vectors, up to where, and the files as they were left."""

    embedder_id: str
    position: tuple[int, int]
    files: dict[str, tuple[int, int, int]]  # size, time of change in ns, CRC-32


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
        ours = known is not None and known.embedder_id == flat.embedder_id
        if chroma_folder.exists() and (known is None or (ours and not _as_left(known, chroma_folder))):
            told = "The copy of the vectors in Chroma was damaged; it was made anew."
        shutil.rmtree(chroma_folder, ignore_errors=True)
        known = None
    for attempt in (known, None):
        if attempt is None:
            shutil.rmtree(chroma_folder, ignore_errors=True)
        reason = _child(["copy", str(flat_folder.resolve()), flat.embedder_id, str(chroma_folder.resolve())])
        if not reason:
            return told
        told = "The copy of the vectors in Chroma could not be continued; it was made anew."
    return f"Vectors could not be copied to Chroma ({reason}). Searching does not need it."


def restore(flat: FlatVectors, ids: Sequence[str], chroma_folder: Path, *, lost: bool) -> set[str]:
    """
    Vectors of these ids from the Chroma beside, where it was left whole and the flat file has `lost` some or is
    behind it. Returns the ids that were found there.
    """
    known = _read(chroma_folder)
    if known is None or known.embedder_id != flat.embedder_id or not _as_left(known, chroma_folder):
        return set()
    if not lost and flat.changes_since(known.position) is not None:
        return set()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        asked, found = Path(scratch) / "ids.json", Path(scratch) / "found.npz"
        asked.write_text(json.dumps(list(ids)), encoding="utf-8")
        if _child(["restore", str(chroma_folder.resolve()), flat.embedder_id, str(asked), str(found)]):
            return set()  # made anew below, as if there had been no copy
        with np.load(found) as held:
            names, rows = [str(one) for one in held["ids"]], np.asarray(held["rows"], np.float32)
    if names and (not np.isfinite(rows).all() or (flat.dim and rows.shape[1] != flat.dim)):
        return set()
    for start in range(0, len(names), BATCH):
        flat.add(names[start : start + BATCH], rows[start : start + BATCH])
    return set(names)


def copy_to_server(flat: FlatVectors, chroma: ChromaVectors, note_folder: Path) -> None:
    """
    The server holds at least what the flat file holds. Nothing is taken out there: others of the team may need it,
    and what nobody needs is never found, since the flat files answer. Raises IndexUnreachable.

    What was sent is written down, so that a sync with nothing new asks for little; a server that does not hold
    some of it any more is sent everything it lacks.
    """
    with chroma.held():
        sent = _sent(note_folder / SENT, chroma.place)
        changes = flat.changes_since(sent) if sent is not None else None
        if changes is None or not _holds_a_sample(flat, chroma, {*changes[0], *changes[1]}):
            ids = flat.ids()
            due = sorted(ids - (chroma.ids() if chroma.count() < 2 * len(ids) else chroma.holds(sorted(ids))))
        else:
            due = changes[0]
        _put(flat, chroma, due)
    note = {"place": chroma.place, "position": flat.position}
    write_whole(note_folder / SENT, json.dumps(note).encode("utf-8"))


def _holds_a_sample(flat: FlatVectors, chroma: ChromaVectors, but: set[str]) -> bool:
    ids = sorted(flat.ids() - but)
    sample = ids[:: max(1, len(ids) // SAMPLE)]
    return chroma.count() >= len(ids) and chroma.holds(sample) == set(sample)


def _sent(note: Path, place: str) -> tuple[int, int] | None:
    try:
        value = json.loads(note.read_text(encoding="utf-8"))
        generation, offset = value["position"]
        return (int(generation), int(offset)) if value["place"] == place else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def take_from_server(flat: FlatVectors, chroma: ChromaVectors, ids: Sequence[str]) -> set[str]:
    """Vectors of these ids that others of the team have made, so that they are not made again. Returns those found."""
    taken: set[str] = set()
    with chroma.held():
        if chroma.count() == 0:
            return taken
        for start in range(0, len(ids), BATCH):
            found = chroma.vectors(ids[start : start + BATCH])
            if found:
                flat.add(list(found), np.stack(list(found.values())))
                taken.update(found)
    return taken


def main(arguments: list[str]) -> int:
    """The child: it copies, or restores."""
    try:
        if arguments[0] == "restore":
            return _find(*arguments[1:])
        return _copy_all(*arguments[1:])
    except RealistError as error:
        sys.stderr.write(str(error))
        return 1


def _copy_all(flat_path: str, embedder_id: str, chroma_path: str) -> int:
    chroma_folder = Path(chroma_path)
    flat = FlatVectors(Path(flat_path), embedder_id, writing=False)
    known = _read(chroma_folder)
    changes = flat.changes_since(known.position) if known is not None else None
    position = flat.position
    chroma = embedded(chroma_folder, embedder_id)
    with chroma.held():
        added, removed = changes if changes is not None else (sorted(flat.ids()), [])
        _put(flat, chroma, added)
        chroma.remove(removed)
        if chroma.count() != len(flat.ids()):
            sys.stderr.write("it does not hold what it should")
            return 1
    _write(chroma_folder, Copied(embedder_id, position, _files(chroma_folder)))
    return 0


def _find(chroma_path: str, embedder_id: str, asked: str, found: str) -> int:
    chroma_folder = Path(chroma_path)
    known = _read(chroma_folder)
    chroma = embedded(chroma_folder, embedder_id)
    with chroma.held():
        rows = chroma.vectors(json.loads(Path(asked).read_text(encoding="utf-8")))
    np.savez(found, ids=np.array(list(rows), np.str_), rows=np.array(list(rows.values()), np.float32))
    if known is not None:
        _write(chroma_folder, Copied(known.embedder_id, known.position, _files(chroma_folder)))
    return 0


def _put(flat: FlatVectors, chroma: ChromaVectors, ids: list[str]) -> None:
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        chroma.add(part, flat.vectors(part))


def _child(arguments: list[str], run: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run) -> str:
    """ "" when done, else why not."""
    done = run(
        [sys.executable, "-m", "zotero_bridge.index.vectors_copy", *arguments],
        cwd=Path(__file__).parents[2],  # so that it is this very code, installed or not
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
            value["embedder"],
            (int(generation), int(offset)),
            {str(k): (int(size), int(at), int(crc)) for k, (size, at, crc) in value["files"].items()},
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
        and _as_left(known, chroma_folder)
    )


def _as_left(known: Copied, chroma_folder: Path) -> bool:
    """Whether each file is what it was. One that is of another time but the same size (copied, say) is read through."""
    there = {name: (path, path.stat()) for name, path in _paths(chroma_folder).items()}
    return there.keys() == known.files.keys() and all(
        state.st_size == size and (state.st_mtime_ns == at or _crc(path) == crc)
        for (path, state), (size, at, crc) in ((there[name], known.files[name]) for name in there)
    )


def _files(chroma_folder: Path) -> dict[str, tuple[int, int, int]]:
    paths = _paths(chroma_folder)
    return {name: ((state := path.stat()).st_size, state.st_mtime_ns, _crc(path)) for name, path in paths.items()}


def _paths(chroma_folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(chroma_folder).as_posix(): path
        for path in sorted(chroma_folder.rglob("*"))
        if path.is_file() and not path.name.startswith(COPIED) and not path.name.endswith(("-wal", "-shm", "-journal"))
    }


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return crc


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
