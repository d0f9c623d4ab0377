"""
An embedder that needs nothing: words and their beginnings, hashed into a short vector.

It finds texts that share word stems and knows no meaning. For trying things out and for tests; never a default.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from zotero_bridge.ports import Vectors

DIM = 128
STEM = 5  # letters; enough to hold "organi-se", "organi-zation" together
_WORD = re.compile(r"\w+")


class HashEmbedder:
    """Deterministic on every machine."""

    @property
    def id(self) -> str:
        return "hash-128@1"

    @property
    def dim(self) -> int:
        return DIM

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), DIM), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = self.embed_query(text)
        return rows

    def embed_query(self, text: str) -> Vectors:
        vector = np.zeros(DIM, np.float32)
        for word in _WORD.findall(text.casefold()):
            for part, weight in ((word, 1.0), (word[:STEM], 1.0)):
                digest = zlib.crc32(part.encode("utf-8"))
                vector[digest % DIM] += weight if digest & 0x80000000 else -weight
        length = float(np.linalg.norm(vector))
        if length == 0:
            vector[0] = length = 1.0
        return np.asarray(vector / np.float32(length), np.float32)
