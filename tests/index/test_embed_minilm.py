"""The embedder that works alone: the graph is right, and the same text always has the same vector."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.contracts.embedder import EmbedderContract
from tests.index.make_minilm_reference import forward
from zotero_bridge.index.minilm import PIECES, MiniLM, even_windows, open_minilm
from zotero_bridge.index.minilm_graph import DIM, LAYERS, build_graph, quantize_rows
from zotero_bridge.index.minilm_run import open_session
from zotero_bridge.index.model_store import installed, load_model
from zotero_bridge.ports import Embedder

REFERENCE = json.loads((Path(__file__).with_name("minilm_reference.json")).read_text(encoding="utf-8"))
needs_weights = pytest.mark.skipif(installed() is None, reason="the model's weights are not installed")


def random_weights(words: int = 300) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)

    def table(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.06).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": table(words, DIM),
        "embeddings.position_embeddings.weight": table(512, DIM),
        "embeddings.token_type_embeddings.weight": table(2, DIM),
        "embeddings.LayerNorm.weight": 1 + table(DIM),
        "embeddings.LayerNorm.bias": table(DIM),
    }
    for n in range(LAYERS):
        at = f"encoder.layer.{n}"
        sizes = {
            "attention.self.query": (DIM, DIM),
            "attention.self.key": (DIM, DIM),
            "attention.self.value": (DIM, DIM),
            "attention.output.dense": (DIM, DIM),
            "intermediate.dense": (4 * DIM, DIM),
            "output.dense": (DIM, 4 * DIM),
        }
        for name, (out, into) in sizes.items():
            weights[f"{at}.{name}.weight"] = table(out, into)
            weights[f"{at}.{name}.bias"] = table(out)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"{at}.{name}.weight"] = 1 + table(DIM)
            weights[f"{at}.{name}.bias"] = table(DIM)
    return weights


@pytest.mark.parametrize(("quantized", "alike"), [(False, 0.99999), (True, 0.97)])
def test_the_graph_computes_what_the_plain_arithmetic_does(quantized: bool, alike: float) -> None:
    weights = random_weights()
    session = open_session(build_graph(weights, quantized=quantized), exact_kernels=True)
    wide = {name: table.astype(np.float64) for name, table in weights.items()}

    for ids in ([101 % 300, 7, 8], list(range(40)), [5] * 80):
        found = session.run(None, {"input_ids": np.array([ids], np.int64)})[0][0]

        assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-5)
        assert float(found @ forward(ids, wide)) > alike


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@needs_weights
class TestMiniLM(EmbedderContract):
    @pytest.fixture
    def embedder(self, cache: Path) -> Embedder:
        return open_minilm(cache)

    def test_its_vectors_are_those_of_the_model(self, embedder: Embedder) -> None:
        found = embedder.embed_passages([one["text"] for one in REFERENCE])

        for row, one in zip(found, REFERENCE, strict=True):
            assert float(row @ np.array(one["vector"])) > 0.985, one["text"][:40]

    def test_as_many_threads_as_there_may_be_give_the_same_bits(self, cache: Path) -> None:
        texts = [one["text"] for one in REFERENCE] * 3
        stored = load_model(cache)

        one, four = (MiniLM(stored, threads=n).embed_passages(texts) for n in (1, 4))

        assert np.array_equal(one, four)

    def test_a_passage_and_a_query_of_the_same_words_have_the_same_vector(self, embedder: Embedder) -> None:
        text = "What makes partners share what they know?"

        assert np.array_equal(embedder.embed_query(text), embedder.embed_passages([text])[0])

    def test_nothing_of_a_long_text_goes_unseen(self, embedder: Embedder) -> None:
        long = "Budgets were pooled across the county. " * 120

        plain = embedder.embed_query(long)
        with_tail = embedder.embed_query(long + "Lighthouse keepers mended their nets at dawn. " * 8)

        assert float(plain @ with_tail) < 0.995

    def test_meaning_brings_texts_together_that_share_no_word(self, embedder: Embedder) -> None:
        asked = embedder.embed_query("clinicians exchanging patient information")
        near, far = embedder.embed_passages(["Doctors and nurses shared medical records.", "The bread rose overnight."])

        assert float(asked @ near) > float(asked @ far) + 0.3


@given(st.lists(st.integers(), max_size=1200), st.integers(1, 300))
def test_windows_are_even_and_leave_nothing_out(pieces: list[int], most: int) -> None:
    windows = even_windows(pieces, most)

    assert [piece for window in windows for piece in window] == pieces
    assert all(len(window) <= most for window in windows)
    assert all(abs(len(a) - len(b)) <= 1 for a, b in pairwise(windows))
    assert len(windows) == max(1, -(-len(pieces) // most))
    assert PIECES + 2 == 256


@given(st.lists(st.lists(st.floats(-50, 50, width=32), min_size=4, max_size=4), min_size=1, max_size=8))
@example([[0.0, 0.0, 0.0, 1.401298464324817e-45]])
def test_a_rounded_row_is_within_half_a_scale(rows: list[list[float]]) -> None:
    table = np.array(rows, np.float32)
    whole, scales = quantize_rows(table)

    assert (np.abs(whole * scales[:, None] - table) <= scales[:, None] * 0.501).all()
    assert (scales > 0).all()
    assert whole.dtype == np.int8
