"""
What can be measured of a passage beside a configuration: how near its parts come in meaning and in words, and which way
what it tells points.

Pure: states, vectors and words in, numbers out. Their weights are fitted (`assistant.stance_fitted`); nothing here decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.gates import Sentence
from assistant.model import Role
from assistant.roles_head import ROLES, LikelySpan
from assistant.stance_parts import Parts, share_held
from assistant.stance_tone import Tone, conditional, contrasted, limiting, tone_of
from zotero_bridge.ports import PieceStates

WIDTH = 384  # of the last layer, which comes first in the states
MISSING = 0.7  # share of the whole's nearness that a part without words of its own is held to have
TONES = {Tone.WITH: 1.0, Tone.AGAINST: -1.0, Tone.MIXED: 0.0, Tone.NONE: 0.0}
_BOUNDS = re.compile(
    r"\b(?:only|unless|except|provided|so long as|elsewhere|whereas|where|when|those|others?|"
    r"in (?:the )?\w+ (?:that|where))\b",
    re.IGNORECASE,
)
_DENIALS = re.compile(r"\b(?:not|no|never|nobody|none|nothing|neither|without|\w+n['’]t)\b", re.IGNORECASE)
_TURNS = re.compile(
    r"\b(?:but|however|yet|although|though|despite|even so|nonetheless|nevertheless|instead|rather than|far from)\b",
    re.IGNORECASE,
)

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Loss:
    """A direction in the last layer's states: how much words tell of what did not work, or worked the other way."""

    toward: Vector  # (384,)
    bias: float

    def of(self, vector: Vector) -> float:
        return float(vector @ self.toward) + self.bias


@dataclass(frozen=True, slots=True)
class Meant:
    """A configuration in vectors of length 1: its statement, and its parts where it has them."""

    whole: Vector
    parts: dict[Role, Vector]


def signs(
    text: str,
    told: Sequence[Sentence],
    read: PieceStates,
    spans: Sequence[LikelySpan],
    parts: Parts,
    meant: Meant,
    loss: Loss,
) -> Vector:
    """(40,) float32, in a fixed order. `spans` are all likely ones of the passage, sure or not."""
    sentences = [pooled(read, s.start, s.end) for s in told]
    nearness = _nearness(text, read, sentences, spans, parts, meant)
    shape = _shape(told, spans)
    direction = _direction(text, told, read, sentences, spans, parts, loss)
    return np.array([*nearness, *shape, *direction], np.float32)


def pooled(read: PieceStates, start: int, end: int) -> Vector:
    """The mean of the last layer over `text[start:end]`, of length 1; zeros where no piece lies within."""
    within = (read.offsets[:, 0] >= start) & (read.offsets[:, 1] <= end)
    if not within.any():
        return np.zeros(WIDTH, np.float32)
    mean: Vector = read.states[within, :WIDTH].mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _nearness(
    text: str, read: PieceStates, sentences: list[Vector], spans: Sequence[LikelySpan], parts: Parts, meant: Meant
) -> list[float]:
    whole = float(meant.whole @ pooled(read, 0, len(text)))
    found = [whole, max((float(meant.whole @ v) for v in sentences), default=0.0)]
    closest: list[float] = []
    for role in ROLES:
        vector = meant.parts.get(role)
        if vector is None:
            found += [MISSING * whole, MISSING * whole, 0.0]
            closest.append(MISSING * whole)
            continue
        own = [pooled(read, s.start, s.end) for s in spans if s.role is role]
        closest.append(max((float(vector @ v) for v in sentences), default=0.0))
        found += [
            closest[-1],
            max((float(vector @ v) for v in own), default=0.0),
            share_held(parts.wanted.get(role, {}), text),
        ]
    mechanism = closest[ROLES.index(Role.RESOURCE)], closest[ROLES.index(Role.REASONING)]
    return [*found, min(mechanism), sum(closest) / len(closest)]


def _shape(told: Sequence[Sentence], spans: Sequence[LikelySpan]) -> list[float]:
    evidence = [s.evidence for s in told]
    sure = [s.probability for s in spans if s.role in (Role.REASONING, Role.OUTCOME)]
    return [
        sum(evidence) / max(1, len(evidence)),
        float(any(evidence)),
        *(float(any(s.role is role for s in spans)) for role in ROLES),
        max(sure, default=0.0),
    ]


def _direction(
    text: str,
    told: Sequence[Sentence],
    read: PieceStates,
    sentences: list[Vector],
    spans: Sequence[LikelySpan],
    parts: Parts,
    loss: Loss,
) -> list[float]:
    sign = {role: parts.sign.get(role, 1) for role in (Role.REASONING, Role.OUTCOME)}
    lost = {role: [loss.of(pooled(read, s.start, s.end)) for s in spans if s.role is role] for role in sign}
    by_sentence = [loss.of(v) for v in sentences] or [0.0]
    mean = sum(by_sentence) / len(by_sentence)
    told_of = [*lost[Role.OUTCOME], *lost[Role.REASONING]] or [0.0]
    tones = {
        role: [TONES[tone_of(text[s.start : s.end], sign[role])] for s in spans if s.role is role] for role in sign
    }
    by_tone = [TONES[tone_of(s.text, sign[Role.OUTCOME])] for s in told]
    way = sign[Role.OUTCOME]
    return [
        *(way * (sum(lost[role]) / len(lost[role]) if lost[role] else mean) for role in (Role.OUTCOME, Role.REASONING)),
        way * max(by_sentence),
        way * mean,
        max(told_of) - min(told_of),
        max(by_sentence) - min(by_sentence),
        *(sum(tones[role]) / max(1, len(tones[role])) for role in (Role.OUTCOME, Role.REASONING)),
        sum(by_tone) / max(1, len(by_tone)),
        min(by_tone, default=0.0),
        float(1.0 in by_tone and -1.0 in by_tone),
        float(bool(conditional(text))),
        float(contrasted(text)),
        float(limiting(text)),
        len(_BOUNDS.findall(text)) / 3,
        len(_DENIALS.findall(text)) / 3,
        float(bool(_TURNS.search(text))),
    ]
