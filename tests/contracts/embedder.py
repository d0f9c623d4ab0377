"""What every Embedder promises."""

from __future__ import annotations

import numpy as np
import pytest

from zotero_bridge.ports import Embedder

TEXTS = (
    "Trust grew between partners.",
    "Budgets were pooled across the county, slowly, and against the advice of two of the three boards.",
    "",
    "Naïve café 🙂 日本語",
    "word " * 2_000,
)


class EmbedderContract:
    """Inherit, and give a fixture `embedder`."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise NotImplementedError

    def test_every_text_has_a_row_of_length_one(self, embedder: Embedder) -> None:
        vectors = embedder.embed_passages(TEXTS)

        assert vectors.shape == (len(TEXTS), embedder.dim)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)

    def test_a_query_is_one_vector_of_length_one(self, embedder: Embedder) -> None:
        vector = embedder.embed_query("What makes partners trust each other?")

        assert vector.shape == (embedder.dim,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)

    def test_the_same_text_has_the_same_vector_whatever_stands_beside_it(self, embedder: Embedder) -> None:
        together = embedder.embed_passages(TEXTS)
        alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
        turned = embedder.embed_passages(TEXTS[::-1])[::-1]

        assert np.array_equal(together, alone)
        assert np.array_equal(together, turned)

    def test_no_texts_give_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed_passages([]).shape == (0, embedder.dim)

    def test_it_has_a_name_and_a_version(self, embedder: Embedder) -> None:
        assert embedder.id
        assert embedder.dim > 0
