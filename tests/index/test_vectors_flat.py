"""The flat file of vectors: the contract, and that nothing kills it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.contracts.vector_store import DIM, VectorStoreContract
from zotero_bridge.errors import IndexDamaged
from zotero_bridge.index import vectors_flat
from zotero_bridge.index.vectors_flat import FlatVectors
from zotero_bridge.ports import Vectors, VectorStore

EMBEDDER = VectorStoreContract.EMBEDDER_ID


def rows(count: int, *, seed: int = 0, dim: int = DIM) -> Vectors:
    made = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


class TestFlatVectors(VectorStoreContract):
    @pytest.fixture
    def vectors(self, tmp_path: Path) -> VectorStore:
        return FlatVectors(tmp_path / "v", EMBEDDER, writing=True)

    @pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.99])
    def test_filtered_search_is_exact_at_any_selectivity(self, vectors: VectorStore, share: float) -> None:
        matrix, ids = rows(400), [f"p{n:03}" for n in range(400)]
        vectors.add(ids, matrix)
        among = frozenset(np.random.default_rng(1).choice(ids, int(400 * share), replace=False).tolist())
        query = rows(1, seed=9)[0]

        ranked = vectors.rank(query, limit=10, among=among)

        by_hand = sorted(((i, float(matrix[n] @ query)) for n, i in enumerate(ids) if i in among), key=lambda p: -p[1])
        assert [i for i, _ in ranked] == [i for i, _ in by_hand[:10]]
        assert [s for _, s in ranked] == pytest.approx([s for _, s in by_hand[:10]], abs=1e-6)

    def test_equal_vectors_always_stand_in_the_same_order(self, vectors: VectorStore) -> None:
        same = np.repeat(rows(1), 6, axis=0)
        vectors.add(list("fcbead"), same)

        assert [i for i, _ in vectors.rank(same[0], limit=3, among=None)] == ["a", "b", "c"]

    def test_a_reader_sees_what_a_writer_adds_later(self, filled: VectorStore, tmp_path: Path) -> None:
        reader = FlatVectors(tmp_path / "v", EMBEDDER, writing=False)
        assert len(reader.ids()) == 3

        filled.add(["late"], rows(1, seed=4))

        assert reader.rank(rows(1, seed=4)[0], limit=1, among=None)[0][0] == "late"

    def test_a_reader_does_not_write(self, filled: VectorStore, tmp_path: Path) -> None:
        with pytest.raises(IndexDamaged):
            FlatVectors(tmp_path / "v", EMBEDDER, writing=False).add(["x"], rows(1))

    def test_vectors_of_another_embedder_are_never_served(self, filled: VectorStore, tmp_path: Path) -> None:
        other = FlatVectors(tmp_path / "v", "other@1", writing=False)

        assert other.rank(rows(1)[0], limit=5, among=None) == []
        assert "not made by other@1" in other.notices[0]
        assert FlatVectors(tmp_path / "v", "other@1", writing=True).ids() == set()
        assert FlatVectors(tmp_path / "v", EMBEDDER, writing=False).ids() == set()

    def test_rows_that_do_not_fit_are_refused(self, filled: VectorStore) -> None:
        with pytest.raises(ValueError, match="do not go with"):
            filled.add(["x", "y"], rows(1))
        with pytest.raises(ValueError, match="do not go with"):
            filled.add(["x"], rows(1, dim=DIM + 1))


class TestDamage:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        store = FlatVectors(tmp_path / "v", EMBEDDER, writing=True)
        for start in range(0, 30, 10):
            store.add([f"p{n:02}" for n in range(start, start + 10)], rows(10, seed=start))
        return tmp_path / "v"

    @pytest.mark.parametrize("cut", range(0, 30 * DIM * 4, 97))
    def test_vectors_cut_short_are_missed_and_the_rest_served(self, folder: Path, cut: int) -> None:
        path = folder / "vectors-0.f32"
        path.write_bytes(path.read_bytes()[:cut])

        reader = FlatVectors(folder, EMBEDDER, writing=False)

        whole = cut // (4 * DIM)
        assert reader.ids() == {f"p{n:02}" for n in range(whole)}
        assert "cut short" in reader.notices[0]
        assert len(reader.rank(rows(1)[0], limit=99, among=None)) == whole

    def test_a_writer_mends_a_file_cut_short_and_goes_on(self, folder: Path) -> None:
        path = folder / "vectors-0.f32"
        path.write_bytes(path.read_bytes()[: 14 * DIM * 4 + 3])

        store = FlatVectors(folder, EMBEDDER, writing=True)
        missing = sorted({f"p{n:02}" for n in range(30)} - store.ids())
        store.add(missing, rows(len(missing), seed=7))

        again = FlatVectors(folder, EMBEDDER, writing=False)
        assert len(missing) == 16
        assert len(again.ids()) == 30
        assert again.notices == ()
        assert again.scores(rows(10, seed=0)[3], ["p03"])["p03"] == pytest.approx(1.0, abs=1e-6)

    def test_a_line_of_the_rows_file_that_is_damaged_is_not_believed(self, folder: Path) -> None:
        path = folder / "rows-0.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(lines[0] + lines[1].replace(b"p15", b"q15") + lines[2])

        assert len(FlatVectors(folder, EMBEDDER, writing=False).ids()) == 10

    @pytest.mark.parametrize("cut", range(1, 60, 7))
    def test_a_line_that_was_not_finished_was_never_committed(self, folder: Path, cut: int) -> None:
        path = folder / "rows-0.jsonl"
        path.write_bytes(path.read_bytes()[:-cut])

        store = FlatVectors(folder, EMBEDDER, writing=True)
        assert len(store.ids()) == 20
        store.add(["new"], rows(1, seed=5))

        assert len(FlatVectors(folder, EMBEDDER, writing=False).ids()) == 21

    def test_bytes_that_changed_are_embedded_anew(self, folder: Path) -> None:
        path = folder / "vectors-0.f32"
        content = bytearray(path.read_bytes())
        content[12 * DIM * 4 + 2] ^= 0x40
        path.write_bytes(bytes(content))

        store = FlatVectors(folder, EMBEDDER, writing=True)

        assert store.ids() == {f"p{n:02}" for n in [*range(10), *range(20, 30)]}
        assert "damaged" in store.notices[0]
        assert store.scores(rows(10, seed=20)[4], ["p24"])["p24"] == pytest.approx(1.0, abs=1e-6)

    def test_both_files_gone_is_an_empty_store(self, folder: Path) -> None:
        for path in folder.iterdir():
            path.unlink()

        assert FlatVectors(folder, EMBEDDER, writing=True).ids() == set()

    def test_every_vector_gone_is_an_empty_store_that_can_be_filled(self, folder: Path) -> None:
        (folder / "vectors-0.f32").unlink()

        store = FlatVectors(folder, EMBEDDER, writing=True)
        assert store.ids() == set()
        store.add(["x"], rows(1))

        assert FlatVectors(folder, EMBEDDER, writing=False).ids() == {"x"}


WRITER = """
import sys
from pathlib import Path
import numpy as np
from zotero_bridge.index.vectors_flat import FlatVectors
store = FlatVectors(Path(sys.argv[1]), "contract@1", writing=True)
n = len(store.ids()) // 5
while True:
    block = np.full((5, 8), n, np.float32)
    store.add([f"{n}-{k}" for k in range(5)], block)
    print(n, flush=True)
    n += 1
"""


def test_a_writer_killed_at_any_moment_loses_nothing_it_committed(tmp_path: Path) -> None:
    folder = tmp_path / "v"
    for delay in (0.0, 0.004, 0.011, 0.023):
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        committed = int(child.stdout.readline())
        time.sleep(delay)
        child.kill() if os.name == "nt" else os.kill(child.pid, signal.SIGKILL)
        told = child.stdout.read().split()
        child.wait()
        committed = int(told[-1]) if told else committed

        store = FlatVectors(folder, EMBEDDER, writing=False)

        held = store.ids()
        assert {f"{n}-{k}" for n in range(committed + 1) for k in range(5)} <= held
        assert len(held) % 5 == 0
        unit = np.ones(8, np.float32)
        assert all(store.scores(unit, [one])[one] == 8 * int(one.split("-")[0]) for one in held)


class Compacting(RuleBasedStateMachine):
    """Adding, replacing, removing, reopening and compacting in any order, beside a plain dictionary."""

    @initialize()
    def begin(self) -> None:
        import tempfile

        self.place = tempfile.TemporaryDirectory()
        self.folder = Path(self.place.name) / "v"
        self.store = FlatVectors(self.folder, EMBEDDER, writing=True)
        self.reader = FlatVectors(self.folder, EMBEDDER, writing=False)
        self.known: dict[str, Vectors] = {}
        self.copied: dict[str, Vectors] = {}
        self.position = self.store.position

    @rule(numbers=st.lists(st.integers(0, 30), min_size=1, max_size=6), seed=st.integers(0, 10_000))
    def add(self, numbers: list[int], seed: int) -> None:
        made = rows(len(numbers), seed=seed)
        self.store.add([f"p{n}" for n in numbers], made)
        self.known.update({f"p{n}": row for n, row in zip(numbers, made, strict=True)})

    @rule(numbers=st.lists(st.integers(0, 30), max_size=6))
    def remove(self, numbers: list[int]) -> None:
        self.store.remove([f"p{n}" for n in numbers])
        for n in numbers:
            self.known.pop(f"p{n}", None)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = FlatVectors(self.folder, EMBEDDER, writing=True)

    @precondition(lambda self: self.store.ids())
    @rule()
    def compact(self) -> None:
        self.store._compact()

    @rule()
    def catch_up(self) -> None:
        changes = self.store.changes_since(self.position)
        if changes is None:
            self.copied = dict(zip(sorted(self.known), self.store.vectors(sorted(self.known)), strict=True))
        else:
            added, removed = changes
            self.copied.update(zip(added, self.store.vectors(added), strict=True))
            for one in removed:
                self.copied.pop(one, None)
        self.position = self.store.position
        assert self.copied.keys() == self.known.keys()
        assert all(np.array_equal(self.copied[one], self.known[one]) for one in self.known)

    @invariant()
    def holds_what_is_known(self) -> None:
        for store in (self.store, self.reader):
            assert store.ids() == set(self.known)
            for one, row in self.known.items():
                assert abs(store.scores(row, [one])[one] - 1) < 1e-5

    def teardown(self) -> None:
        for store in (self.store, self.reader):
            store.close()
        self.place.cleanup()


Compacting.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestCompacting = Compacting.TestCase


def test_dead_rows_are_cleared_away_when_they_are_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_flat, "COMPACT_FROM", 10)
    store = FlatVectors(tmp_path / "v", EMBEDDER, writing=True)
    store.add([f"p{n}" for n in range(20)], rows(20))
    store.remove([f"p{n}" for n in range(15)])
    reader = FlatVectors(tmp_path / "v", EMBEDDER, writing=False)

    again = FlatVectors(tmp_path / "v", EMBEDDER, writing=True)

    assert (tmp_path / "v" / "vectors-1.f32").stat().st_size == 5 * DIM * 4
    assert again.ids() == reader.ids() == {f"p{n}" for n in range(15, 20)}
    assert reader.scores(rows(20)[16], ["p16"])["p16"] == pytest.approx(1.0, abs=1e-6)
