"""
Print how well the offline reading of passages does: spans by role, over-fill, abstention, stance, and time.

    python -m bench.realist [-v] [PASSAGES.jsonl] [STANCE.jsonl]

The three batches of fictional passages were written one after another, each before anything was changed on its account.
What they gave at first sight is the honest figure; by now all of them have been looked at. Span F1 at first sight, in the
order context, resource, reasoning, outcome; then over-filled of empty parts, and abstained of passages that hold nothing:

    first batch (held-out half)                    .91 .82 .91 .88    0 of 71    15 of 15
    second, in the manner of published papers      .60 .41 .65 .48    7 of 64    10 of 14
    third, other orders and more kinds of nothing  .72 .67 .57 .62    3 of 70    13 of 15
    evidence marked in the sample library          .43 .32 .58 .45   19 of 126

The held-out stance pairs were scored and never read for tuning, though their configurations were known.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from assistant.model import Role
from assistant.roles import tag
from assistant.stance import bears
from tests.realist.marked import ROLES, Example, Pair, matched, pairs, passages, tally

BATCHES = (("first batch", "P"), ("second batch", "Q"), ("third batch", "T"), ("fourth batch", "U"))
_STANCES = {"support": "supports", "refine": "refines", "contradict": "refutes", "silent": "silent"}


def main() -> None:
    verbose = "-v" in sys.argv
    started = time.perf_counter()
    for path in _named("passages"):
        report_spans(path.name, _given_passages(path), verbose=verbose)
    for name, letter in BATCHES:
        batch = [e for e in passages() if e.batch == letter]
        if batch:
            report_spans(name, batch, verbose=verbose)
    for path in _named("stance"):
        report_stance(path.name, _given_pairs(path), verbose=verbose)
    report_stance("development pairs", [p for p in pairs() if p.split == "d"], verbose=verbose)
    report_stance("held-out pairs", [p for p in pairs() if p.split == "h"], verbose=False)
    _write(f"{time.perf_counter() - started:.2f} s in all")


def report_spans(name: str, examples: Sequence[Example], *, verbose: bool) -> None:
    found = [spans_of(e.text) for e in examples]
    counts = tally(examples, found)
    _write(f"{name}: {len(examples)} passages")
    for role in ROLES:
        _write(
            f"   {role.value:10} F1 {counts.f1(role):.2f}  "
            f"(right {counts.right[role]}, gold {counts.gold[role]}, found {counts.found[role]})"
        )
    _write(f"   over-fill {counts.overfilled} of {counts.empty} empty parts")
    if counts.negatives:
        _write(f"   abstained on {counts.abstained} of {counts.negatives} passages that hold nothing")
    if verbose:
        for example, spans in zip(examples, found, strict=True):
            _complain(example, spans)


def spans_of(text: str) -> dict[Role, list[str]]:
    spans = tag(text)
    return {role: [text[s.start : s.end] for s in spans if s.role is role] for role in ROLES}


def report_stance(name: str, examples: Sequence[Pair], *, verbose: bool) -> None:
    table: Counter[tuple[str, str]] = Counter()
    for pair in examples:
        bearing = bears(pair.passage, pair.statement)
        table[pair.stance, bearing.stance.value] += 1
        if verbose and bearing.stance.value != pair.stance:
            _write(f"   {pair.cmoc}: {pair.stance}, said {bearing.stance.value} ({bearing.reason}) {pair.passage}")
    right = sum(count for (gold, said), count in table.items() if gold == said)
    _write(f"stance, {name}: {right} of {len(examples)}")
    for gold in _STANCES.values():
        _write(f"   {gold:9} {dict(Counter({said: n for (g, said), n in table.items() if g == gold}))}")


def _complain(example: Example, spans: dict[Role, list[str]]) -> None:
    wrong = [r for r in ROLES if matched(example.gold[r], spans[r]) < max(len(example.gold[r]), len(spans[r]))]
    if wrong:
        _write(f"{example.id} [{example.kind}] {example.text}")
    for role in wrong:
        _write(f"   {role.value}: gold {example.gold[role]} found {spans[role]}")


def _named(word: str) -> list[Path]:
    return [Path(a) for a in sys.argv[1:] if a.endswith(".jsonl") and word in Path(a).name]


def _given_passages(path: Path) -> list[Example]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Example(r["id"], r["kind"], "", "given", r["text"], {role: r[role.value] for role in ROLES}) for r in rows]


def _given_pairs(path: Path) -> list[Pair]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Pair("given", f"{r['id']}/{r['cmoc']}", r["cmoc_text"], _STANCES[r["stance"]], r["passage"]) for r in rows]


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
