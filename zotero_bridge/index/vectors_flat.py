"""
Vectors in one flat file, searched exactly.

`vectors-G.f32` holds rows of float32, `rows-G.jsonl` says which passage each row belongs to; both only grow. A batch is
on the disk before the line that commits it, so whatever a killed writer left behind is never read: a reader sees whole
batches only. Readers take no lock and map the file; one process writes at a time (the index lock sees to it).
Removing is a line too; when half the rows are dead, a writer makes the next generation G beside and switches to it.

Measured at 200,000 vectors of 384 on two cores: every query exact in 12 ms, filtered or not, where an approximate index
with filters took up to 400 ms. Any other store can be made from this one without embedding again.
"""

from __future__ import annotations

import errno
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zotero_bridge.errors import DiskFull, IndexDamaged
from zotero_bridge.index.vectors_rows import (
    GENERATION_FILE,
    Batch,
    Removal,
    read_generation,
    read_rows,
    row_line,
    to_disk,
    write_whole,
)
from zotero_bridge.ports import Vectors

EMBEDDER_FILE = "embedder"
COMPACT_FROM = 4_096  # rows; below, dead rows cost nothing worth a copy
GATHER_BELOW = 0.2  # of all rows: picking rows out and multiplying is quicker than multiplying all
ROWS_AT_ONCE = 65_536  # rows copied or summed in one go


@dataclass(slots=True)
class _State:
    """What the rows file says, as far as it was read."""

    generation: int = 0
    dim: int = 0
    read_to: int = 0  # bytes of the rows file
    rows: int = 0
    batches: list[Batch] = field(default_factory=list)
    row_of: dict[str, int] = field(default_factory=dict)
    id_of: dict[int, str] = field(default_factory=dict)


def _dot(rows: Vectors, vector: Vectors) -> Vectors:
    """
    Row by row, so that a passage has the same score to the last bit whatever it is ranked among. And three times as
    fast as `@` over a mapped file of 200,000 rows (13 against 40 ms).
    """
    return np.asarray(np.einsum("ij,j->i", rows, np.asarray(vector, np.float32)))


def _written_by(folder: Path) -> str | None:
    """None where nothing says so yet."""
    try:
        return (folder / EMBEDDER_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


class FlatVectors:
    """A VectorStore in `folder`, of one embedder."""

    def __init__(self, folder: Path, embedder_id: str, *, writing: bool) -> None:
        """
        Opened for writing, rows that are cut short or damaged are forgotten, so that `ids()` asks for them anew.

        Vectors of another embedder are never served: a writer throws them away, a reader finds the folder empty.
        """
        self._folder = folder
        self._embedder_id = embedder_id
        self._writing = writing
        self._state = _State()
        self._matrix: Vectors = np.zeros((0, 0), np.float32)
        self._mapped = (-1, 0)
        self.notices: tuple[str, ...] = ()
        self._foreign = (_written_by(folder) or embedder_id) != embedder_id
        if writing:
            self._settle()
        elif self._foreign:
            self.notices = (f"The vectors in {folder} were not made by {embedder_id}; sync makes them anew.",)
        self._refresh()
        if writing:
            self._mend()
        self._rows_among = lru_cache(maxsize=8)(self._find_rows)

    @property
    def embedder_id(self) -> str:
        return self._embedder_id

    @property
    def position(self) -> tuple[int, int]:
        """(generation, bytes of the rows file): what a copy of this store has to remember to catch up later."""
        return self._state.generation, self._state.read_to

    @property
    def dim(self) -> int:
        """0 before the first vector."""
        return self._state.dim

    def ids(self) -> set[str]:
        self._refresh()
        return set(self._state.row_of)

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        if not ids:
            return
        vectors = np.ascontiguousarray(vectors, np.float32)
        if vectors.shape[0] != len(ids) or (self._state.dim and vectors.shape[1] != self._state.dim):
            raise ValueError(f"{len(ids)} ids do not go with vectors of shape {vectors.shape}")
        block = vectors.tobytes()
        batch = Batch(self._state.rows, tuple(ids), vectors.shape[1], zlib.crc32(block))
        with self._writable():
            path = self._vectors_path(self._state.generation)
            path.touch()
            with path.open("r+b") as file:
                file.seek(batch.first_row * batch.dim * 4)  # over what an interrupted writer may have left
                file.write(block)
                to_disk(file)
            self._commit([batch])

    def remove(self, ids: Iterable[str]) -> None:
        gone = tuple(i for i in ids if i in self._state.row_of)
        if gone:
            with self._writable():
                self._commit([Removal(gone)])

    def rank(self, vector: Vectors, *, limit: int, among: frozenset[str] | None) -> list[tuple[str, float]]:
        self._refresh()
        if not self._state.row_of or limit < 1:
            return []
        rows = self._rows_among(among, self.position)
        if not len(rows):
            return []
        cosines = self._cosines(vector, rows)
        if limit < len(rows):
            edge = np.partition(cosines, len(rows) - limit)[len(rows) - limit]
            near = np.flatnonzero(
                cosines >= edge
            )  # ties at the edge are all looked at, so the order is always the same
        else:
            near = np.arange(len(rows))
        found = [(self._state.id_of[int(rows[i])], float(cosines[i])) for i in near]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def scores(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        self._refresh()
        held = [i for i in ids if i in self._state.row_of]
        if not held:
            return {}
        rows = np.fromiter((self._state.row_of[i] for i in held), np.int64, len(held))
        return dict(zip(held, _dot(self._matrix[rows], vector).tolist(), strict=True))

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Rows of these ids, in order. Raises KeyError for an id that is not held."""
        rows = np.fromiter((self._state.row_of[i] for i in ids), np.int64, len(ids))
        return np.asarray(self._matrix[rows])

    def changes_since(self, position: tuple[int, int]) -> tuple[list[str], list[str]] | None:
        """(ids added or replaced, ids removed) since `position`; None where that was another generation."""
        self._refresh()
        generation, offset = position
        if generation != self._state.generation or offset > self._state.read_to:
            return None
        touched: dict[str, None] = {}
        for record, _ in read_rows(self._rows_path(generation), offset):
            touched.update(dict.fromkeys(record.ids))
        added = [i for i in touched if i in self._state.row_of]
        return added, [i for i in touched if i not in self._state.row_of]

    def close(self) -> None:
        """Lets go of the file."""
        self._matrix, self._mapped = np.zeros((0, 0), np.float32), (-1, 0)
        self._state = _State()

    def _cosines(self, vector: Vectors, rows: NDArray[np.int64]) -> Vectors:
        if len(rows) < GATHER_BELOW * len(self._matrix):
            return _dot(self._matrix[rows], vector)
        every = _dot(self._matrix, vector)
        return every if len(rows) == len(every) else np.asarray(every[rows])

    def _find_rows(self, among: frozenset[str] | None, position: tuple[int, int]) -> NDArray[np.int64]:
        """Rows in file order. `position` is here for the cache alone."""
        del position
        row_of = self._state.row_of
        if among is None:
            rows = list(row_of.values())
        else:
            fewer = among if len(among) < len(row_of) else row_of.keys() & among
            rows = [row for row in map(row_of.get, fewer) if row is not None]
        return np.sort(np.array(rows, np.int64))

    def _settle(self) -> None:
        """The folder is this embedder's, whatever it was before."""
        with self._writable():
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._foreign:
                for path in self._folder.iterdir():
                    if path.is_file():
                        path.unlink()
                self._foreign = False
            if _written_by(self._folder) is None:
                write_whole(self._folder / EMBEDDER_FILE, self._embedder_id.encode("utf-8"))

    def _refresh(self) -> None:
        """Reads what was committed since, and maps the rows it speaks of."""
        if self._foreign:
            return
        generation = read_generation(self._folder)
        if generation != self._state.generation:
            self._state = _State(generation=generation)
        state = self._state
        for record, end in read_rows(self._rows_path(generation), state.read_to):
            state.read_to = end
            if isinstance(record, Removal):
                for passage_id in record.ids:
                    state.id_of.pop(state.row_of.pop(passage_id, -1), None)
                continue
            state.batches.append(record)
            state.dim, state.rows = record.dim, record.first_row + len(record.ids)
            for row, passage_id in enumerate(record.ids, record.first_row):
                state.id_of.pop(state.row_of.get(passage_id, -1), None)
                state.row_of[passage_id], state.id_of[row] = row, passage_id
        if (generation, state.rows) != self._mapped:
            self._map()
            self._mapped = (generation, state.rows)

    def _map(self) -> None:
        state = self._state
        path = self._vectors_path(state.generation)
        whole = path.stat().st_size // (4 * state.dim) if state.dim and path.exists() else 0
        rows = min(whole, state.rows)
        self._matrix = (
            np.asarray(np.memmap(path, np.float32, "r", shape=(rows, state.dim)))
            if rows
            else np.zeros((0, state.dim), np.float32)
        )
        self._forget(range(rows, state.rows), "cut short")

    def _forget(self, rows: Iterable[int], why: str) -> None:
        lost = [i for i in (self._state.id_of.pop(row, None) for row in rows) if i is not None]
        for passage_id in lost:
            del self._state.row_of[passage_id]
        if lost:
            self.notices += (f"The file of vectors was {why}: {len(lost)} passages have none until the next sync.",)

    def _mend(self) -> None:
        """Before writing: batches whose bytes are not what was committed are dropped, and dead rows cleared away."""
        state = self._state
        for batch in state.batches:
            rows = range(batch.first_row, min(batch.first_row + len(batch.ids), len(self._matrix)))
            if len(rows) == len(batch.ids) and zlib.crc32(self._matrix[rows.start : rows.stop].tobytes()) != batch.crc:
                self._forget(rows, "damaged")
        dead = state.rows - len(state.row_of)
        if self.notices or (state.rows >= COMPACT_FROM and 2 * dead > state.rows):
            self._compact()

    def _compact(self) -> None:
        """The living rows alone, in the next generation."""
        state, old = self._state, self._state.generation
        living = sorted(state.id_of.items())
        fresh = old + 1
        with self._writable():
            first, lines = 0, []
            with self._vectors_path(fresh).open("wb") as file:
                for start in range(0, len(living), ROWS_AT_ONCE):
                    part = living[start : start + ROWS_AT_ONCE]
                    block = np.ascontiguousarray(self._matrix[[row for row, _ in part]]).tobytes()
                    file.write(block)
                    lines.append(row_line(Batch(first, tuple(i for _, i in part), state.dim, zlib.crc32(block))))
                    first += len(part)
                to_disk(file)
            write_whole(self._rows_path(fresh), b"".join(lines))
            write_whole(self._folder / GENERATION_FILE, str(fresh).encode())
        self._refresh()
        for path in (self._vectors_path(old), self._rows_path(old)):
            try:
                path.unlink(missing_ok=True)
            except PermissionError:
                continue  # Windows, while a reader has it open; the next compaction leaves it behind

    def _commit(self, records: Sequence[Batch | Removal]) -> None:
        path = self._rows_path(self._state.generation)
        path.touch()
        with path.open("r+b") as file:
            file.seek(self._state.read_to)
            file.truncate()  # a line that an interrupted writer did not finish
            file.write(b"".join(row_line(record) for record in records))
            to_disk(file)
        self._refresh()

    @contextmanager
    def _writable(self) -> Iterator[None]:
        if not self._writing:
            raise IndexDamaged(f"The vectors in {self._folder} were opened for reading alone.")
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise DiskFull(f"The disk is full: {self._folder} could not be written.") from error
            raise

    def _vectors_path(self, generation: int) -> Path:
        return self._folder / f"vectors-{generation}.f32"

    def _rows_path(self, generation: int) -> Path:
        return self._folder / f"rows-{generation}.jsonl"
