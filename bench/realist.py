"""
Print how well the offline reading of passages does: spans by role, over-fill, abstention, stance, and time.

    python -m bench.realist [-v] [PASSAGES.jsonl] [STANCE.jsonl]

`held out` was written by another hand than the passages that the tagger was fitted to, and was seen only when the kind of
network was chosen: its figures are the honest ones, if a little kind. The three batches are among what it was fitted to
and what the rules were tuned to; at first sight the rules gave them a span F1 (context, resource, reasoning, outcome) of
.91 .82 .91 .88, .60 .41 .65 .48 and .72 .67 .57 .62. The held-out stance pairs are about configurations that the judge
was not fitted to.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from assistant.config import cache_dir
from assistant.model import CMOC, Role
from assistant.stance_fitted import FittedJudge, Judge, RuleJudge
from assistant.tagging import FittedTagger, RuleTagger, Tagger
from tests.realist.marked import (
    ROLES,
    Example,
    Pair,
    held_out,
    held_out_pairs,
    matched,
    pairs,
    pairs_of,
    passages,
    tally,
)
from zotero_bridge.errors import MissingPart
from zotero_bridge.index.minilm import open_minilm
from zotero_bridge.model import Locator, Passage, SourceKind

BATCHES = (("first batch", "P"), ("second batch", "Q"), ("third batch", "T"))
STANCES = ("supports", "refines", "refutes", "silent")


def main() -> None:
    verbose = "-v" in sys.argv
    started = time.perf_counter()
    for path in _named("passages"):
        report_spans(path.name, _given_passages(path), verbose=verbose)
    report_spans("held out", held_out(), verbose=False)
    for name, letter in BATCHES:
        report_spans(name, [e for e in passages() if e.batch == letter], verbose=verbose)
    for path in _named("stance"):
        report_stance(path.name, pairs_of(path), verbose=verbose)
    report_stance("held out", held_out_pairs(), verbose=False)
    report_stance("development pairs", [p for p in pairs() if p.split == "d"], verbose=verbose)
    report_stance("former held-out pairs", [p for p in pairs() if p.split == "h"], verbose=False)
    _write(f"{time.perf_counter() - started:.2f} s in all")


def report_spans(name: str, examples: Sequence[Example], *, verbose: bool) -> None:
    _write(f"{name}: {len(examples)} passages")
    for tagger in taggers():
        started = time.perf_counter()
        found = spans_of(tagger, examples)
        took = (time.perf_counter() - started) / len(examples)
        counts = tally(examples, found)
        scores = "  ".join(f"{role.value} {counts.f1(role):.2f}" for role in ROLES)
        _write(f"   {tagger.id}: F1 {scores}; {1000 * took:.0f} ms each")
        _write(
            f"      over-fill {counts.overfilled} of {counts.empty} empty parts; "
            f"abstained on {counts.abstained} of {counts.negatives} that hold nothing"
        )
        if verbose:
            for example, spans in zip(examples, found, strict=True):
                _complain(example, spans)


@cache
def taggers() -> tuple[Tagger, ...]:
    try:
        return RuleTagger(), FittedTagger(open_minilm(cache_dir()))
    except MissingPart:
        return (RuleTagger(),)


def spans_of(tagger: Tagger, examples: Sequence[Example]) -> list[dict[Role, list[str]]]:
    passages = [Passage(e.id, e.id, SourceKind.PDF, e.text, Locator(e.id, "0" * 64, 0, len(e.text))) for e in examples]
    return [
        {role: [e.text[s.start : s.end] for s in spans if s.role is role] for role in ROLES}
        for e, spans in zip(examples, tagger.tag(passages), strict=True)
    ]


def report_stance(name: str, examples: Sequence[Pair], *, verbose: bool) -> None:
    for judge in judges():
        table: Counter[tuple[str, str]] = Counter()
        for pair in examples:
            told = Passage("p", "p", SourceKind.PDF, pair.passage, Locator("p", "0" * 64, 0, len(pair.passage)))
            (bearing,) = judge.bearings([told], CMOC(id="C1", version=1, title="", statement=pair.statement))
            table[pair.stance, bearing.stance.value] += 1
            if verbose and bearing.stance.value != pair.stance:
                _write(f"   {pair.cmoc}: {pair.stance}, said {bearing.stance.value} ({bearing.reason}) {pair.passage}")
        right = sum(count for (gold, said), count in table.items() if gold == said)
        _write(f"stance, {name}, {type(judge).__name__}: {right} of {len(examples)}")
        for gold in STANCES:
            _write(f"   {gold:9} {dict(Counter({said: n for (g, said), n in table.items() if g == gold}))}")


@cache
def judges() -> tuple[Judge, ...]:
    rules = RuleJudge(RuleTagger())
    try:
        return rules, FittedJudge(open_minilm(cache_dir()))
    except MissingPart:
        return (rules,)


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


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
