"""
Fit the weights of the stances: `python -m bench.fit_stance [--write assistant/stance.safetensors]`.

Needs torch beside the project (`pip install torch`); nothing else in the project does. First a direction towards loss is
fitted to the marked passages (configurations that worked the other way or were blocked, against those that worked); then
the weights of `assistant.stance_signs` to pairs of a passage and a configuration with a reviewer's stance.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

import assistant.stance_fitted as fitted
from assistant.config import cache_dir
from assistant.gates import read
from assistant.model import Stance
from assistant.stance_fitted import STANCES, Beside, Weights
from assistant.stance_signs import pooled
from bench.fit_roles import MARKED, TESTS
from bench.fit_roles import read as read_marked
from tests.realist.marked import Pair, pairs, pairs_of
from zotero_bridge.index.minilm import MiniLM, open_minilm

SPAN_SCALE, SPAN_DECAY = 10.0, 1e-3  # vectors of length 1 are small beside 0.001
DECAY = 0.03
STRANGE = 60  # more of them, and what is told in other words is no longer heard


def minimised(loss: Callable[[], torch.Tensor], free: Sequence[torch.Tensor]) -> None:
    optimizer = torch.optim.LBFGS(list(free), max_iter=300)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)


def toward_loss(reader: MiniLM) -> tuple[np.ndarray, np.ndarray]:
    """From the outcomes and responses of passages that worked or did not."""
    rows, lost = [], []
    for path in (TESTS, *sorted(MARKED.glob("*.txt"))):
        for example in read_marked(path):
            if example.kind not in ("cmo", "contradicting"):
                continue
            states = reader.states([example.text])[0]
            for letter in "om":
                vectors = [pooled(states, a, b) for role, a, b in example.spans if role == letter]
                if vectors:
                    mean = np.mean(vectors, axis=0)
                    rows.append(SPAN_SCALE * mean / max(float(np.linalg.norm(mean)), 1e-9))
                    lost.append(example.kind == "contradicting")
    found, wanted = torch.tensor(np.array(rows, np.float32)), torch.tensor(lost).float()
    weights, bias = torch.zeros(found.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    rare = (len(wanted) - wanted.sum()) / wanted.sum()
    minimised(
        lambda: (
            binary_cross_entropy_with_logits(found @ weights + bias, wanted, pos_weight=rare)
            + SPAN_DECAY * (weights @ weights)
        ),
        (weights, bias),
    )
    return SPAN_SCALE * weights.detach().numpy(), bias.detach().numpy()


def signs_of(reader: MiniLM, given: Sequence[Pair]) -> np.ndarray:
    looks = [Beside(reader, pair.statement).look([pair.passage], [read(pair.passage)])[0] for pair in given]
    return np.array([look.signs for look in looks], np.float32)


def weighed(rows: np.ndarray, stances: np.ndarray) -> dict[str, np.ndarray]:
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    found, wanted = torch.tensor((rows - mean) / spread), torch.tensor(stances)
    weights = torch.zeros(rows.shape[1], len(STANCES), requires_grad=True)
    bias = torch.zeros(len(STANCES), requires_grad=True)
    minimised(
        lambda: cross_entropy(found @ weights + bias, wanted) + DECAY * (weights * weights).sum(), (weights, bias)
    )
    return {"mean": mean, "spread": spread, "weights": weights.detach().numpy(), "bias": bias.detach().numpy()}


def strangers(given: Sequence[Pair], chance: random.Random) -> Iterator[Pair]:
    """Passages beside configurations they have nothing to do with: most of a library, for any configuration."""
    statements = sorted({(p.cmoc, p.statement) for p in given})
    told = [(p.cmoc, p.passage) for p in given]
    told += [("", e.text) for path in sorted(MARKED.glob("*.txt")) for e in read_marked(path) if not e.negative]
    chance.shuffle(told)
    for cmoc, passage in told[:STRANGE]:
        other, statement = chance.choice([s for s in statements if s[0] != cmoc])
        yield Pair("strange", other, statement, Stance.SILENT.value, passage)


def with_silent(rows: np.ndarray, stances: np.ndarray, idle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    silent = np.full(len(idle), STANCES.index(Stance.SILENT))
    return np.concatenate([rows, idle]), np.concatenate([stances, silent])


def crossed(
    rows: np.ndarray, stances: np.ndarray, given: Sequence[Pair], idle: np.ndarray
) -> Iterator[tuple[int, int]]:
    """(right, all) with each configuration left out in turn."""
    for name in dict.fromkeys(p.cmoc for p in given):
        out = np.array([p.cmoc == name for p in given])
        made = weighed(*with_silent(rows[~out], stances[~out], idle))
        logits = (rows[out] - made["mean"]) / made["spread"] @ made["weights"] + made["bias"]
        yield int((logits.argmax(axis=1) == stances[out]).sum()), int(out.sum())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.fit_stance", description=__doc__)
    parser.add_argument("--write", type=Path, required=True, help="where the weights go")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    reader = open_minilm(cache_dir())
    loss, loss_bias = toward_loss(reader)
    zeros = np.zeros(1, np.float32)
    fitted.load_weights = lambda: Weights(zeros, zeros, zeros, zeros, loss, loss_bias)  # the signs need no more
    given = [*pairs(), *(p for path in sorted(MARKED.glob("stance*.jsonl")) for p in pairs_of(path))]
    strange = list(strangers(given, random.Random(1)))
    rows, idle = signs_of(reader, given), signs_of(reader, strange)
    stances = np.array([STANCES.index(Stance(p.stance)) for p in given])
    counts = list(crossed(rows, stances, given, idle))
    print(f"{len(given)} pairs and {len(strange)} strangers")
    print(f"each configuration left out in turn: {sum(r for r, _ in counts) / len(given):.2f} right")
    made = {**weighed(*with_silent(rows, stances, idle)), "loss": loss, "loss_bias": loss_bias}
    save_file({name: np.ascontiguousarray(a.astype(np.float32)) for name, a in made.items()}, arguments.write)
    print(json.dumps({name: list(a.shape) for name, a in made.items()}))


if __name__ == "__main__":
    main()
