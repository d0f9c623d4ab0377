"""
Fit the role tagger's weights: `python -m bench.fit_roles [--write assistant/roles.safetensors]`.

Needs torch beside the project (`pip install torch`); nothing else in the project does. Reads the fictional passages of
`bench/marked/` and of the tests but never `held_out.txt`, on which the fitted weights are measured. MiniLM itself is left
as it is: its states are the input, word piece by word piece, as the tagger will see them on a user's machine.
"""

from __future__ import annotations

import argparse
import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn.functional import cross_entropy, dropout, relu
from torch.nn.utils import clip_grad_norm_
from torch.nn.utils.rnn import pad_sequence

from assistant.config import cache_dir
from assistant.roles_head import LABELS, ROLES
from zotero_bridge.index.minilm import open_minilm

MARKED = Path(__file__).parent / "marked"
TESTS = Path(__file__).parents[1] / "tests" / "realist" / "data" / "passages.txt"
NETWORKS = 3  # fitted from different beginnings; their opinions are averaged
PROJECTED, UNITS, DROPPED = 160, 96, 0.3
ROUNDS, BATCH, RATE, SMOOTH = 14, 16, 2e-3, 0.03
MIXED = 700  # passages put together from others: real documents tell little among much that tells nothing
_MARK = re.compile(r"\{([crmo]):(.*?)\}")
_SENTENCE_END = re.compile(r"[.!?]['\"”’]?\s+(?=[A-Z“‘'\"(])")
IGNORED = -100


@dataclass(frozen=True)
class Marked:
    text: str
    spans: tuple[tuple[str, int, int], ...]  # letter of the role, start, end
    kind: str

    @property
    def negative(self) -> bool:
        return self.kind == "negative"


def read(path: Path) -> Iterator[Marked]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            _, _, kind, _, marked = line.split(" | ", 4)
            text, spans, at = "", [], 0
            for mark in _MARK.finditer(marked):
                text += marked[at : mark.start()]
                spans.append((mark[1], len(text), len(text) + len(mark[2])))
                text += mark[2]
                at = mark.end()
            yield Marked(text + marked[at:], tuple(spans), kind)


def mixed(examples: Sequence[Marked], count: int, chance: random.Random) -> Iterator[Marked]:
    """Passages set one after another, and sentences that carry nothing set between those of others."""
    idle = [e for e in examples if e.negative]
    for _ in range(count):
        one = chance.choice(examples)
        if chance.random() < 0.5:
            pair = [one, chance.choice(examples if chance.random() < 0.6 else idle)]
            chance.shuffle(pair)
            yield joined(pair)
        else:
            yield joined(list(interspersed(one, chance.choice(idle), chance)))


def interspersed(one: Marked, other: Marked, chance: random.Random) -> Iterator[Marked]:
    own, strange = list(sentences(one)), list(sentences(other))
    chance.shuffle(strange)
    places = set(chance.sample(range(len(own) + 1), min(len(own) + 1, chance.randint(1, 3))))
    for n in range(len(own) + 1):
        if n in places and strange:
            yield strange.pop()
        if n < len(own):
            yield own[n]


def sentences(example: Marked) -> Iterator[Marked]:
    cuts = [m.end() for m in _SENTENCE_END.finditer(example.text)]
    for start, end in zip([0, *cuts], [*cuts, len(example.text)], strict=True):
        inside = tuple((r, a - start, b - start) for r, a, b in example.spans if start <= a and b <= end)
        yield Marked(example.text[start:end], inside, example.kind if inside else "negative")


def joined(parts: Sequence[Marked]) -> Marked:
    text, spans = "", []
    for part in parts:
        text += " " if text and not text.endswith(" ") else ""
        spans += [(r, a + len(text), b + len(text)) for r, a, b in part.spans]
        text += part.text
    return Marked(text, tuple(spans), "mixed" if spans else "negative")


def labels_of(example: Marked, offsets: np.ndarray) -> torch.Tensor:
    labels = torch.zeros(len(offsets), dtype=torch.long)
    by_letter = dict(zip("crmo", ROLES, strict=True))
    for letter, start, end in example.spans:
        begins = True
        for n, (a, b) in enumerate(offsets):
            if start <= a < b <= end:
                labels[n] = LABELS.index((by_letter[letter], begins))
                begins = False
    return labels


class Network(nn.Module):
    """Projection, one recurrent layer in each direction, labels; as `assistant.roles_head` computes it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.projection = nn.Linear(width, PROJECTED)
        self.recurrent = nn.GRU(PROJECTED, UNITS, bidirectional=True, batch_first=True)
        self.outward = nn.Linear(2 * UNITS, len(LABELS))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        hidden = dropout(states, DROPPED, self.training)
        hidden = dropout(relu(self.projection(hidden)), DROPPED, self.training)
        hidden, _ = self.recurrent(hidden)
        return self.outward(dropout(hidden, DROPPED, self.training))


Pairs = Sequence[tuple[torch.Tensor, torch.Tensor]]


def fitted(pairs: Pairs, seed: int) -> Network:
    torch.manual_seed(seed)
    chance = random.Random(seed)
    network = Network(pairs[0][0].shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    total = ROUNDS * math.ceil(len(pairs) / BATCH)
    step = 0
    for _ in range(ROUNDS):
        for batch in batches(pairs, chance):
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1, (step + 1) / (0.1 * total)) * max(0.02, 1 - step / total)
            states = pad_sequence([pairs[n][0].float() for n in batch], batch_first=True)
            wanted = pad_sequence([pairs[n][1] for n in batch], batch_first=True, padding_value=IGNORED)
            loss = cross_entropy(network(states).transpose(1, 2), wanted, ignore_index=IGNORED, label_smoothing=SMOOTH)
            optimizer.zero_grad()
            loss.backward()
            clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step += 1
    return network.eval()


def batches(pairs: Pairs, chance: random.Random) -> list[list[int]]:
    """Of about equal lengths, in random order."""
    order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][1]) + chance.random() * 20)
    cut = [order[n : n + BATCH] for n in range(0, len(order), BATCH)]
    chance.shuffle(cut)
    return cut


def stacked(networks: Sequence[Network]) -> dict[str, np.ndarray]:
    """The weights as `assistant.roles_head.Head` holds them, in half precision."""

    def stack(name: str, *, both: bool = False, turned: bool = False) -> np.ndarray:
        found = []
        for network in networks:
            weights = network.state_dict()
            ways = [weights[name], weights[f"{name}_reverse"]] if both else [weights[name]]
            arrays = [w.numpy().T if turned else w.numpy() for w in ways]
            found.append(np.stack(arrays) if both else arrays[0])
        return np.ascontiguousarray(np.stack(found).astype(np.float16))

    return {
        "projection": stack("projection.weight", turned=True),
        "projection_bias": stack("projection.bias"),
        "inward": stack("recurrent.weight_ih_l0", both=True, turned=True),
        "inward_bias": stack("recurrent.bias_ih_l0", both=True),
        "recurrent": stack("recurrent.weight_hh_l0", both=True, turned=True),
        "recurrent_bias": stack("recurrent.bias_hh_l0", both=True),
        "outward": stack("outward.weight", turned=True),
        "outward_bias": stack("outward.bias"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.fit_roles", description=__doc__)
    parser.add_argument("--write", type=Path, required=True, help="where the weights go")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # small matrices: more threads wait for each other
    examples = [e for path in (TESTS, *sorted(MARKED.glob("*.txt"))) for e in read(path)]
    examples += list(mixed(examples, MIXED, random.Random(1)))
    print(f"{len(examples)} passages", flush=True)
    reader = open_minilm(cache_dir())
    pairs = []
    for example in examples:
        seen = reader.states([example.text])[0]
        pairs.append((torch.from_numpy(seen.states).half(), labels_of(example, seen.offsets)))
    networks = []
    for seed in range(NETWORKS):
        networks.append(fitted(pairs, seed))
        print(f"network {seed + 1} of {NETWORKS}", flush=True)
    save_file(stacked(networks), arguments.write)


if __name__ == "__main__":
    main()
