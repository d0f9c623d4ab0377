"""Read the fictional passages and pairs of `data/`, and score spans against them as the method asks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.model import Role

ROLES = (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME)
DATA = Path(__file__).resolve().parent / "data"
_LETTERS = {"c": Role.CONTEXT, "r": Role.RESOURCE, "m": Role.REASONING, "o": Role.OUTCOME}
_MARK = re.compile(r"\{([crmo]):(.*?)\}")
_TOKEN = re.compile(r"\w+")
MATCHES = 0.5  # token F1 from which two spans are held to be the same


@dataclass(frozen=True, slots=True)
class Example:
    """A passage with its gold spans; `batch` is the letter its id begins with."""

    id: str
    kind: str
    style: str
    split: str
    text: str
    gold: dict[Role, list[str]] = field(default_factory=dict)

    @property
    def batch(self) -> str:
        return self.id[0]


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage, a configuration, and how the one bears on the other."""

    split: str
    cmoc: str
    statement: str
    stance: str
    passage: str


def passages() -> list[Example]:
    return [_marked(line) for line in _lines("passages.txt")]


def held_out() -> list[Example]:
    """By another hand; nothing is fitted to them. They were seen when the kind of network was chosen."""
    return [_marked(line) for line in _lines("held_out.txt")]


def pairs() -> list[Pair]:
    statements = dict(_cells(line, 1) for line in _lines("cmocs.txt"))
    rows = [_cells(line, 3) for line in _lines("stance.txt")]
    return [Pair(split, cmoc, statements[cmoc], stance, passage) for split, cmoc, stance, passage in rows]


_STANCES = {"support": "supports", "refine": "refines", "contradict": "refutes", "silent": "silent"}


def pairs_of(path: Path) -> list[Pair]:
    """Pairs as the stance set of the method has them, one JSON object a line."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Pair("given", r["cmoc"], r["cmoc_text"], _STANCES[r["stance"]], r["passage"]) for r in rows]


def held_out_pairs() -> list[Pair]:
    """About configurations that nothing is fitted to. They were seen when the share of strangers was chosen."""
    return pairs_of(DATA / "stance_held_out.jsonl")


def _marked(line: str) -> Example:
    split, id_, kind, style, text = _cells(line, 4)
    gold: dict[Role, list[str]] = {role: [] for role in ROLES}
    for letter, span in _MARK.findall(text):
        gold[_LETTERS[letter]].append(span)
    return Example(id_, kind, style, split, _MARK.sub(r"\2", text), gold)


def _lines(name: str) -> list[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _cells(line: str, bars: int) -> list[str]:
    return [cell.strip() for cell in line.split("|", bars)]


def token_f1(a: str, b: str) -> float:
    left, right = Counter(_TOKEN.findall(a.lower())), Counter(_TOKEN.findall(b.lower()))
    common = sum((left & right).values())
    return 2 * common / (sum(left.values()) + sum(right.values())) if common else 0.0


def matched(gold: Sequence[str], found: Sequence[str]) -> int:
    """How many gold spans have a found span of their own."""
    scored = sorted(((token_f1(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)), reverse=True)
    left: set[int] = set()
    right: set[int] = set()
    for score, i, j in scored:
        if score >= MATCHES and i not in left and j not in right:
            left.add(i)
            right.add(j)
    return len(left)


@dataclass(slots=True)
class Tally:
    """Counts over a set of passages."""

    right: Counter[Role] = field(default_factory=Counter)
    gold: Counter[Role] = field(default_factory=Counter)
    found: Counter[Role] = field(default_factory=Counter)
    empty: int = 0
    overfilled: int = 0
    negatives: int = 0
    abstained: int = 0

    def f1(self, role: Role) -> float:
        precision = self.right[role] / max(1, self.found[role])
        recall = self.right[role] / max(1, self.gold[role])
        return 2 * precision * recall / max(1e-9, precision + recall)


def tally(examples: Sequence[Example], found: Sequence[dict[Role, list[str]]]) -> Tally:
    counts = Tally()
    for example, spans in zip(examples, found, strict=True):
        for role in ROLES:
            gold, mine = example.gold[role], spans.get(role, [])
            counts.right[role] += matched(gold, mine)
            counts.gold[role] += len(gold)
            counts.found[role] += len(mine)
            counts.empty += not gold
            counts.overfilled += not gold and bool(mine)
        if example.kind == "negative":
            counts.negatives += 1
            counts.abstained += not any(spans.get(role) for role in ROLES)
    return counts
