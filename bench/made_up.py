"""
Passages and vectors that measure time and never quality: words follow Zipf's law, vectors are random.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from zotero_bridge.ports import Embedder, Vectors


class MadeUpVectors:
    """Random vectors for passages; a question costs what the real model takes for it."""

    id, dim = "made-up@1", 384

    def __init__(self, model: Embedder | None) -> None:
        self._model = model
        self._random = np.random.default_rng(0)

    def embed_passages(self, texts: list[str]) -> Vectors:
        rows = self._random.standard_normal((len(texts), self.dim), dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def embed_query(self, text: str) -> Vectors:
        return self._model.embed_query(text) if self._model else self.embed_passages([text])[0]


def made_up_passages(*, seed: int, ordinary: bool = False) -> Iterator[str]:
    """Sentences of 12 words, 110 words in all. `ordinary` words have word pieces as English has."""
    random = np.random.default_rng(seed)
    while True:
        words = made_up_words(110, seed=int(random.integers(1 << 31)), ordinary=ordinary)
        yield " ".join(f"{' '.join(words[at : at + 12]).capitalize()}." for at in range(0, len(words), 12))


_SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "lu",
    "ma",
    "ne",
    "pi",
    "ro",
    "su",
    "ta",
    "ve",
    "ki",
    "no",
    "ra",
    "te",
    "si",
    "lo",
    "mu",
    "da",
]
_ORDINARY = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "that",
    "for",
    "partners",
    "leaders",
    "services",
    "trust",
    "staff",
    "budgets",
    "meetings",
    "care",
    "systems",
    "boards",
    "shared",
    "accountability",
    "neighbourhood",
    "commissioners",
    "collaboration",
    "were",
    "was",
    "when",
    "they",
    "felt",
    "population",
    "health",
    "inequalities",
]


def made_up_words(count: int, *, seed: int, ordinary: bool = False) -> list[str]:
    random = np.random.default_rng(seed)
    if ordinary:
        return [_ORDINARY[n] for n in random.integers(len(_ORDINARY), size=count)]
    return [_word(int(n)) for n in np.minimum(random.zipf(1.15, count), 60_000)]


def _word(number: int) -> str:
    letters = []
    while True:
        number, rest = divmod(number, len(_SYLLABLES))
        letters.append(_SYLLABLES[rest])
        if not number:
            return "".join(letters) + "k"
