"""
all-MiniLM-L6-v2 in onnxruntime, int8, without torch.

The same text always gives the same vector, bit for bit: each text is run by itself, since int8 scales are taken over
a batch (cosine down to .987 between batches). Several run at once, one thread each. A text longer than the model sees
is read in even windows whose vectors are averaged, so that nothing is unseen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zotero_bridge.errors import MissingPart
from zotero_bridge.index.minilm_graph import DIM
from zotero_bridge.index.minilm_run import open_session
from zotero_bridge.index.model_store import MODEL_ID, StoredModel, load_model
from zotero_bridge.ports import Embedder, PieceReader, PieceStates, Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PIECES = 254  # word pieces per window: 256 with [CLS] and [SEP], as the model was trained
PIECES_READ = 510  # the most that has positions; states of single pieces stay good beyond what vectors were trained on
CLS, SEP = 101, 102
THREADS_MOST = 8
REMEMBERED = 16  # questions


@lru_cache(maxsize=1)
def open_minilm(cache_dir: Path) -> MiniLM:
    """Raises MissingPart where the model is neither stored nor installed."""
    return MiniLM(load_model(cache_dir))


class MiniLM(Embedder, PieceReader):
    """The embedder that works alone; it reads texts piece by piece as well."""

    def __init__(self, stored: StoredModel, *, threads: int | None = None) -> None:
        try:
            from tokenizers import Tokenizer
        except ImportError as error:
            raise MissingPart("The package tokenizers is not installed.", hint="pip install tokenizers") from error
        self._session = open_session(stored.graph, exact_kernels=stored.exact_kernels)
        self.tokenizer: Tokenizer = Tokenizer.from_str(stored.tokenizer)
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self._asked: dict[str, Vectors] = {}
        self._threads = threads or min(os.cpu_count() or 1, THREADS_MOST)

    @property
    def id(self) -> str:
        return MODEL_ID

    @property
    def dim(self) -> int:
        return DIM

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), DIM), np.float32)
        if not texts:
            return rows
        encoded = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        pieces = [one.ids for one in encoded]
        longest_first = sorted(range(len(texts)), key=lambda i: -len(pieces[i]))  # so that no thread ends late

        def embed(i: int) -> None:
            rows[i] = self._vector(pieces[i])

        self._each(embed, longest_first)
        return rows

    def states(self, texts: Sequence[str]) -> list[PieceStates]:
        encoded = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        found: dict[int, PieceStates] = {}

        def read(i: int) -> None:
            windows = even_windows(encoded[i].ids, PIECES_READ)
            rows = [self._run(window, "states")[1:-1] for window in windows]
            offsets = np.array(encoded[i].offsets, np.int32).reshape(-1, 2)
            found[i] = PieceStates(offsets, np.concatenate(rows))

        self._each(read, sorted(range(len(texts)), key=lambda i: -len(encoded[i].ids)))
        return [found[i] for i in range(len(texts))]

    def _each(self, act: Callable[[int], None], order: list[int]) -> None:
        """Texts run side by side, one thread each."""
        if self._threads == 1 or len(order) <= 1:
            for i in order:
                act(i)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            for _ in pool.map(act, order):
                pass

    def embed_query(self, text: str) -> Vectors:
        """A question is asked for its neighbours and again for exact scores: the last few are remembered."""
        known = self._asked.get(text)
        if known is None:
            known = self._vector(self.tokenizer.encode(text, add_special_tokens=False).ids)
            known.flags.writeable = False
            while len(self._asked) >= REMEMBERED:
                self._asked.pop(next(iter(self._asked)))
            self._asked[text] = known
        return known

    def _vector(self, pieces: list[int]) -> Vectors:
        windows = even_windows(pieces, PIECES)
        if len(windows) == 1:
            return self._run(windows[0], "vectors")
        whole = sum((self._run(w, "vectors") * np.float32(len(w)) for w in windows), np.zeros(DIM, np.float32))
        return np.asarray(whole / np.linalg.norm(whole), np.float32)

    def _run(self, pieces: list[int], output: str) -> NDArray[np.float32]:
        ids = np.array([[CLS, *pieces, SEP]], np.int64)
        row: NDArray[np.float32] = self._session.run([output], {"input_ids": ids})[0][0]
        return row


def even_windows(pieces: list[int], most: int) -> list[list[int]]:
    """`pieces` in as few windows of at most `most` as will do, of sizes that differ by one at most; [[]] of none."""
    count = max(1, -(-len(pieces) // most))
    edges = [len(pieces) * n // count for n in range(count + 1)]
    return [pieces[a:b] for a, b in pairwise(edges)]
