"""What every VectorStore promises."""

from __future__ import annotations

import numpy as np
import pytest

from zotero_bridge.ports import Vectors, VectorStore

DIM = 8


def unit(*values: float) -> Vectors:
    row = np.zeros(DIM, dtype=np.float32)
    row[: len(values)] = values
    return np.asarray(row / np.linalg.norm(row), dtype=np.float32)


A, B, C = "a" * 16, "b" * 16, "c" * 16
ROWS = np.stack([unit(1), unit(1, 1), unit(0, 0, 1)])


class VectorStoreContract:
    """Inherit, and give a fixture `vectors` that is empty and of dimension DIM, made by the embedder `EMBEDDER_ID`."""

    EMBEDDER_ID = "contract@1"

    @pytest.fixture
    def vectors(self) -> VectorStore:
        raise NotImplementedError

    @pytest.fixture
    def filled(self, vectors: VectorStore) -> VectorStore:
        vectors.add([A, B, C], ROWS)
        return vectors

    def test_it_says_whose_vectors_it_keeps(self, vectors: VectorStore) -> None:
        assert vectors.embedder_id == self.EMBEDDER_ID

    def test_it_begins_empty_and_answers_with_nothing(self, vectors: VectorStore) -> None:
        assert vectors.ids() == set()
        assert vectors.rank(unit(1), limit=5, among=None) == []
        assert vectors.scores(unit(1), [A]) == {}

    def test_it_holds_what_it_was_given(self, filled: VectorStore) -> None:
        assert filled.ids() == {A, B, C}

    def test_the_nearest_comes_first_with_its_cosine(self, filled: VectorStore) -> None:
        ranked = filled.rank(unit(1), limit=2, among=None)

        assert [i for i, _ in ranked] == [A, B]
        assert ranked[0][1] == pytest.approx(1.0, abs=1e-3)
        assert ranked[1][1] == pytest.approx(2**-0.5, abs=1e-3)

    def test_only_what_is_among_is_ranked(self, filled: VectorStore) -> None:
        assert [i for i, _ in filled.rank(unit(1), limit=5, among=frozenset({C, "f" * 16}))] == [C]
        assert filled.rank(unit(1), limit=5, among=frozenset()) == []

    def test_scores_are_exact_cosines(self, filled: VectorStore) -> None:
        scores = filled.scores(unit(0, 1), [C, B, "f" * 16])

        assert scores == {C: pytest.approx(0.0, abs=1e-3), B: pytest.approx(2**-0.5, abs=1e-3)}

    def test_adding_what_is_held_replaces_it(self, filled: VectorStore) -> None:
        filled.add([A], np.stack([unit(0, 0, 0, 1)]))

        assert filled.ids() == {A, B, C}
        assert filled.scores(unit(0, 0, 0, 1), [A])[A] == pytest.approx(1.0, abs=1e-3)

    def test_what_is_removed_is_found_no_more(self, filled: VectorStore) -> None:
        filled.remove([A, "f" * 16])

        assert filled.ids() == {B, C}
        assert A not in dict(filled.rank(unit(1), limit=5, among=None))

    def test_adding_and_removing_nothing_is_no_error(self, filled: VectorStore) -> None:
        filled.add([], np.zeros((0, DIM), dtype=np.float32))
        filled.remove([])

        assert filled.ids() == {A, B, C}
