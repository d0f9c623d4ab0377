"""
The part of the role tagger that was fitted: from what MiniLM makes of each word piece to the spans of a text.

Several small networks (one recurrent layer in each direction) were fitted to fictional passages marked by hand, and their
opinions are averaged; `bench/fit_roles.py` made the weights and says how. Pure: numbers in, spans out. It knows neither
sentences nor sections.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from assistant.model import Role
from zotero_bridge.ports import PieceStates

WEIGHTS = "roles.safetensors"
READER = "minilm-l6-v2-int8@1"  # whose states the weights were fitted to
ROLES = (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME)
LABELS: tuple[tuple[Role | None, bool], ...] = (
    (None, False),
    *((role, begins) for role in ROLES for begins in (True, False)),
)  # of a piece: the role it plays, and whether a span begins with it
IMPOSSIBLE = -1e9

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LikelySpan:
    """`text[start:end]` plays this role, with a probability that is a mean over its pieces."""

    role: Role
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Head:
    """Weights of all the networks, stacked: `n` networks, `p` projected and `h` recurrent units, 9 labels."""

    projection: Array  # (n, width, p)
    projection_bias: Array  # (n, p)
    inward: Array  # (n, 2, p, 3h); the second of two is the way back; gates reset, update, new
    inward_bias: Array  # (n, 2, 3h)
    recurrent: Array  # (n, 2, h, 3h)
    recurrent_bias: Array  # (n, 2, 3h)
    outward: Array  # (n, 2h, 9)
    outward_bias: Array  # (n, 9)

    def log_probabilities(self, states: Array) -> Array:
        """(pieces, width) → (pieces, 9): the logarithm of the mean opinion on each piece's label."""
        networks, units = len(self.projection), self.recurrent.shape[2]
        projected = np.maximum(states[None] @ self.projection + self.projection_bias[:, None], 0)
        both = np.stack([projected, projected[:, ::-1]], axis=1)  # (n, 2, pieces, p)
        inward = both @ self.inward + self.inward_bias[:, :, None]
        memory = np.zeros((networks, 2, 1, units), np.float32)
        kept = np.empty((networks, 2, len(states), units), np.float32)
        recurrent_bias = self.recurrent_bias[:, :, None]
        for step in range(len(states)):
            given = inward[:, :, step : step + 1]
            held = memory @ self.recurrent + recurrent_bias
            gates = 1 / (1 + np.exp(-(given[..., : 2 * units] + held[..., : 2 * units])))
            new = np.tanh(given[..., 2 * units :] + gates[..., :units] * held[..., 2 * units :])
            memory = new + gates[..., units:] * (memory - new)
            kept[:, :, step : step + 1] = memory
        joined = np.concatenate([kept[:, 0], kept[:, 1, ::-1]], axis=-1)
        logits = joined @ self.outward + self.outward_bias[:, None]
        logits -= logits.max(axis=-1, keepdims=True)
        opinions = np.exp(logits)
        opinions /= opinions.sum(axis=-1, keepdims=True)
        mean: Array = np.log(opinions.mean(axis=0) + 1e-12)
        return mean


@lru_cache(maxsize=1)
def load_head() -> Head:
    """The weights that come with the package."""
    from safetensors.numpy import load

    stored = load(files("assistant").joinpath(WEIGHTS).read_bytes())
    return Head(**{name: array.astype(np.float32) for name, array in stored.items()})


def likely_spans(read: PieceStates, head: Head) -> tuple[LikelySpan, ...]:
    """The spans of the likeliest labelling as a whole, in text order, none overlapping another."""
    if not len(read.offsets):
        return ()
    scores = head.log_probabilities(read.states)
    path = _likeliest(scores)
    starts = [i for i, label in enumerate(path) if label and (LABELS[label][1] or not i)]
    found: list[LikelySpan] = []
    for start in starts:
        role = LABELS[path[start]][0]
        end = start + 1
        while end < len(path) and LABELS[path[end]] == (role, False):
            end += 1
        if role is not None:
            sure = float(np.exp(scores[range(start, end), path[start:end]].mean()))
            found.append(LikelySpan(role, int(read.offsets[start, 0]), int(read.offsets[end - 1, 1]), sure))
    return tuple(found)


def _likeliest(scores: Array) -> list[int]:
    """Viterbi: the best path of labels, in which a span goes on only where it has begun."""
    best = scores[0] + np.where([role is None or begins for role, begins in LABELS], 0.0, IMPOSSIBLE)
    back: list[NDArray[np.intp]] = []
    steps = _steps()
    for row in scores[1:]:
        ways = best[:, None] + steps
        came = ways.argmax(axis=0)
        back.append(came)
        best = ways[came, np.arange(len(LABELS))] + row
    path = [int(best.argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    return path[::-1]


@lru_cache(maxsize=1)
def _steps() -> NDArray[np.float64]:
    allowed = [[then_begins or then is None or then is role for then, then_begins in LABELS] for role, _ in LABELS]
    return np.where(allowed, 0.0, IMPOSSIBLE)
