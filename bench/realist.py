"""Print how well the offline reading of passages does: spans by role, over-fill, abstention, stance, and time."""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from assistant.model import Role
from assistant.roles import tag
from assistant.stance import bears

ROLES = (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME)
LETTERS = {"c": Role.CONTEXT, "r": Role.RESOURCE, "m": Role.REASONING, "o": Role.OUTCOME}
DATA = Path(__file__).resolve().parent.parent / "tests" / "realist" / "data"
_MARK = re.compile(r"\{([crmo]):(.*?)\}")
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Example:
    id: str
    kind: str
    style: str
    split: str
    text: str
    gold: dict[Role, list[str]] = field(default_factory=dict)


def marked(line: str) -> Example:
    split, id_, kind, style, text = (part.strip() for part in line.split("|", 4))
    gold: dict[Role, list[str]] = {role: [] for role in ROLES}
    for letter, span in _MARK.findall(text):
        gold[LETTERS[letter]].append(span)
    return Example(id_, kind, style, split, _MARK.sub(r"\2", text), gold)


def own_passages() -> list[Example]:
    lines = (DATA / "passages.txt").read_text(encoding="utf-8").splitlines()
    return [marked(line) for line in lines if line and not line.startswith("#")]


def given_passages(path: Path) -> list[Example]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append(Example(row["id"], row["kind"], "", "given", row["text"], {r: row[r.value] for r in ROLES}))
    return found


def token_f1(a: str, b: str) -> float:
    left, right = Counter(_TOKEN.findall(a.lower())), Counter(_TOKEN.findall(b.lower()))
    common = sum((left & right).values())
    return 2 * common / (sum(left.values()) + sum(right.values())) if common else 0.0


def matched(gold: list[str], predicted: list[str]) -> int:
    pairs = sorted(((token_f1(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted)), reverse=True)
    used: set[tuple[str, int]] = set()
    count = 0
    for score, i, j in pairs:
        if score >= 0.5 and ("g", i) not in used and ("p", j) not in used:
            used |= {("g", i), ("p", j)}
            count += 1
    return count


def spans_report(name: str, examples: list[Example], *, verbose: bool) -> None:
    totals = {role: [0, 0, 0] for role in ROLES}
    empty = overfilled = negatives = abstained = 0
    for example in examples:
        spans = tag(example.text)
        complaints = []
        for role in ROLES:
            predicted = [example.text[s.start : s.end] for s in spans if s.role is role]
            gold = example.gold[role]
            hits = matched(gold, predicted)
            for slot, value in enumerate((hits, len(gold), len(predicted))):
                totals[role][slot] += value
            if not gold:
                empty += 1
                overfilled += bool(predicted)
            if hits < max(len(gold), len(predicted)):
                complaints.append(f"   {role.value}: gold {gold}  got {predicted}")
        if example.kind == "negative":
            negatives += 1
            abstained += not [s for s in spans if s.role in ROLES]
        if verbose and complaints:
            print(f"{example.id} [{example.kind}] {example.text}", *complaints, sep="\n")
    print(f"== {name}: {len(examples)} passages")
    for role, (hits, gold_count, predicted_count) in totals.items():
        precision, recall = hits / max(1, predicted_count), hits / max(1, gold_count)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(
            f"   {role.value:10} P {precision:.2f} R {recall:.2f} F1 {f1:.2f}  (gold {gold_count}, found {predicted_count})"
        )
    print(
        f"   over-fill {overfilled}/{empty} empty roles = {overfilled / max(1, empty):.1%}; negatives abstained {abstained}/{negatives}"
    )


def given_pairs(path: Path) -> list[tuple[str, str, str, str]]:
    names = {"support": "supports", "refine": "refines", "contradict": "refutes", "silent": "silent"}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(f"{r['id']}/{r['cmoc']}", r["cmoc_text"], names[r["stance"]], r["passage"]) for r in rows]


def own_pairs(split: str) -> list[tuple[str, str, str, str]]:
    statements: dict[str, str] = dict(_pair(row) for row in _rows("cmocs.txt", 1))
    return [
        (cmoc, statements[cmoc], stance, passage)
        for which, cmoc, stance, passage in _rows("stance.txt", 3)
        if which == split
    ]


def _rows(name: str, bars: int) -> list[tuple[str, ...]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [tuple(p.strip() for p in line.split("|", bars)) for line in lines if line and not line.startswith("#")]


def _pair(row: tuple[str, ...]) -> tuple[str, str]:
    return row[0], row[1]


def stance_report(name: str, pairs: list[tuple[str, str, str, str]], *, verbose: bool) -> None:
    table: Counter[tuple[str, str]] = Counter()
    for label, statement, gold, passage in pairs:
        bearing = bears(passage, statement)
        table[gold, bearing.stance.value] += 1
        if verbose and bearing.stance.value != gold:
            print(f"   {label}: gold {gold}, got {bearing.stance.value} ({bearing.part}: {bearing.reason}) {passage}")
    right = sum(n for (gold, got), n in table.items() if gold == got)
    print(f"== stance, {name}: {right}/{len(pairs)} right")
    for gold in ("supports", "refines", "refutes", "silent"):
        row = {got: n for (g, got), n in table.items() if g == gold}
        print(f"   {gold:9} {row}")


def main() -> None:
    verbose = "-v" in sys.argv
    given = [Path(a) for a in sys.argv[1:] if a.endswith("passages.jsonl")]
    first = [e for e in own_passages() if e.id.startswith("P")]
    second = [e for e in own_passages() if e.id.startswith("Q")]
    started = time.perf_counter()
    for path in given:
        spans_report(path.name, given_passages(path), verbose=verbose)
    for name, own in (("first batch", first), ("second batch", second)):
        spans_report(f"{name}, development", [e for e in own if e.split == "d"], verbose=verbose)
        spans_report(f"{name}, held out", [e for e in own if e.split == "h"], verbose=verbose)
    spans_report("third batch", [e for e in own_passages() if e.id.startswith("T")], verbose=verbose)
    for path in (Path(a) for a in sys.argv[1:] if a.endswith("stance.jsonl")):
        stance_report(path.name, given_pairs(path), verbose=verbose)
    stance_report("own, development", own_pairs("d"), verbose=verbose)
    stance_report("own, held out", own_pairs("h"), verbose=False)
    print(f"{time.perf_counter() - started:.2f} s in all")


if __name__ == "__main__":
    main()
