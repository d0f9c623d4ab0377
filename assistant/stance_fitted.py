"""
How a passage bears on a configuration, weighed by fitted weights: meaning counts, not only shared words.

Silence is the default, and a sentence that is no evidence says nothing. A proposal for a reviewer, never a judgement.
`bench/fit_stance.py` made the weights, from fictional passages and configurations, and says how good they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.gates import Sentence, read
from assistant.model import CMOC, Role, Stance
from assistant.roles_head import LikelySpan, likely_spans, load_head
from assistant.stance import Bearing, bears
from assistant.stance_parts import parts_of
from assistant.stance_signs import Loss, Meant, pooled, signs
from assistant.stance_tone import conditional
from assistant.tagging import LEAST_SURE, Tagger
from zotero_bridge.model import Passage
from zotero_bridge.ports import PieceReader, Vectors

WEIGHTS = "stance.safetensors"
STANCES = (Stance.SUPPORTS, Stance.REFINES, Stance.REFUTES, Stance.SILENT)
MOST_QUOTED = 4  # sentences
IDLE = 0.45  # what a sentence must be worth to be quoted beside another
AT_ONCE = 16  # passages whose states are held at once

Array = NDArray[np.float32]
SILENT = Bearing(Stance.SILENT, "whole", "It tells nothing of it.", 0, 0)


class Judge(Protocol):
    """Says how passages bear on a configuration, in their order."""

    def bearings(self, passages: Sequence[Passage], cmoc: CMOC) -> list[Bearing]: ...


@dataclass(frozen=True, slots=True)
class RuleJudge:
    """By shared words and the tone of what is told; needs nothing."""

    tagger: Tagger

    def bearings(self, passages: Sequence[Passage], cmoc: CMOC) -> list[Bearing]:
        tagged = zip(passages, self.tagger.tag(passages), strict=True)
        return [
            bears(p.text, cmoc, spans=spans, section_kind=p.locator.section_kind, source_kind=p.source_kind)
            for p, spans in tagged
        ]


class Reader(PieceReader, Protocol):
    """A model that reads piece by piece and makes vectors of whole texts."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the signs, in their order, for each of `STANCES`; signs are first brought to mean 0 and spread 1."""

    mean: Array  # (signs,)
    spread: Array  # (signs,)
    weights: Array  # (signs, 4)
    bias: Array  # (4,)
    loss: Array  # (384,)
    loss_bias: Array  # (1,)

    @property
    def toward_loss(self) -> Loss:
        return Loss(self.loss, float(self.loss_bias[0]))

    def probabilities(self, found: Array) -> Array:
        """(4,), in the order of `STANCES`."""
        logits = (found - self.mean) / self.spread @ self.weights + self.bias
        likely = np.exp(logits - logits.max())
        return np.asarray(likely / likely.sum(), np.float32)


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The weights that come with the package."""
    from safetensors.numpy import load

    return Weights(**load(files("assistant").joinpath(WEIGHTS).read_bytes()))


class FittedJudge:
    """Implements `Judge` over MiniLM's states."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def bearings(self, passages: Sequence[Passage], cmoc: CMOC) -> list[Bearing]:
        beside = Beside(self._reader, cmoc)
        found: list[Bearing] = []
        for start in range(0, len(passages), AT_ONCE):
            some = passages[start : start + AT_ONCE]
            told = [read(p.text, p.locator.section_kind, p.source_kind) for p in some]
            looks = beside.look([p.text for p in some], told)
            found += [_bearing(p.text, t, look) for p, t, look in zip(some, told, looks, strict=True)]
        return found


@dataclass(frozen=True, slots=True)
class Look:
    """One passage seen beside a configuration."""

    spans: tuple[LikelySpan, ...]
    signs: Array
    near: tuple[float, ...]  # how near each sentence comes to the configuration, a cosine


class Beside:
    """A configuration, for passages to be seen beside it."""

    def __init__(self, reader: Reader, cmoc: CMOC | str) -> None:
        self._reader = reader
        self._parts = parts_of(cmoc)
        named = {role: text for role, text in self._parts.texts.items() if text.strip()}
        stated = cmoc if isinstance(cmoc, str) else cmoc.statement
        vectors = reader.embed_passages([stated or ". ".join(named.values()), *named.values()])
        self._meant = Meant(vectors[0], dict(zip(named, vectors[1:], strict=True)))

    def look(self, texts: Sequence[str], told: Sequence[Sequence[Sentence]]) -> list[Look]:
        found: list[Look] = []
        for text, sentences, states in zip(texts, told, self._reader.states(texts), strict=True):
            spans = likely_spans(states, load_head())
            found.append(
                Look(
                    spans,
                    signs(text, sentences, states, spans, self._parts, self._meant, load_weights().toward_loss),
                    tuple(float(self._meant.whole @ pooled(states, s.start, s.end)) for s in sentences),
                )
            )
        return found


def _bearing(text: str, told: Sequence[Sentence], look: Look) -> Bearing:
    if not any(s.evidence for s in told):
        return SILENT
    likely = [float(p) for p in load_weights().probabilities(look.signs)]
    stance = STANCES[likely.index(max(likely))]
    if stance is Stance.SILENT:
        return SILENT
    first, last = _quoted(told, look)
    roles = {s.role for s in look.spans if s.probability >= LEAST_SURE}
    part, reason = _reason(text, stance, roles)
    return Bearing(stance, part, reason, told[first].start, told[last].end, 1 - likely[STANCES.index(Stance.SILENT)])


def _quoted(told: Sequence[Sentence], look: Look) -> tuple[int, int]:
    """The run of at most a few sentences, all evidence at its ends, that tells most and comes nearest."""
    worth = [
        look.near[n] + sum(s.probability for s in look.spans if sentence.start <= s.start < sentence.end)
        if sentence.evidence
        else 0.0
        for n, sentence in enumerate(told)
    ]
    runs = [
        (sum(worth[i : j + 1]) - IDLE * (j - i + 1), i, j)
        for i in range(len(told))
        for j in range(i, min(i + MOST_QUOTED, len(told)))
        if told[i].evidence and told[j].evidence
    ]
    _, first, last = max(runs, key=lambda run: (run[0], -run[1]))
    return first, last


def _reason(text: str, stance: Stance, roles: set[Role]) -> tuple[str, str]:
    """Which part is tested, and why it is said to be."""
    if stance is Stance.REFINES:
        condition = conditional(text)
        held = f"It seems to hold only under a condition: “{condition}”." if condition else ""
        return "context→mechanism", held or "It seems to hold for some, or in other circumstances, and not for others."
    both = {Role.REASONING, Role.OUTCOME} <= roles
    part = "reasoning" if Role.REASONING in roles else "outcome"
    if stance is Stance.REFUTES:
        return (
            ("mechanism→outcome", "The response or what follows seems to be absent or the opposite.")
            if both or Role.RESOURCE in roles
            else (part, "What it tells seems to be the opposite.")
        )
    whole = both and Role.RESOURCE in roles
    return (
        "whole" if whole else "mechanism→outcome" if both else part,
        "What is offered, the response or what follows seems to agree with it.",
    )
