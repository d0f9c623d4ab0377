"""The fitted judge hears what is told in other words, and stays silent beside what has nothing to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from assistant.config import cache_dir
from assistant.model import CMOC, Stance
from assistant.stance_fitted import STANCES, FittedJudge, Judge, RuleJudge, load_weights
from assistant.tagging import RuleTagger
from tests.realist.marked import Pair, held_out, held_out_pairs, pairs
from tests.realist.test_tagging import needs_weights, passage
from zotero_bridge.index.minilm import open_minilm
from zotero_bridge.model import SectionKind


@cache
def fitted() -> FittedJudge:
    return FittedJudge(open_minilm(cache_dir()))


def stated(statement: str) -> CMOC:
    return CMOC(id="C1", version=1, title="", statement=statement)


def right(judge: Judge, given: Sequence[Pair]) -> int:
    said = [judge.bearings([passage(p.passage)], stated(p.statement))[0].stance.value for p in given]
    return sum(one == pair.stance for one, pair in zip(said, given, strict=True))


@needs_weights
def test_more_is_judged_as_a_reviewer_did_than_by_the_rules() -> None:
    given = held_out_pairs()

    assert right(fitted(), given) >= max(0.5 * len(given), 1.3 * right(RuleJudge(RuleTagger()), given))


@needs_weights
def test_what_is_known_is_judged_right() -> None:
    assert right(fitted(), pairs()) >= 0.85 * len(pairs())


@needs_weights
def test_most_of_a_library_is_silent_on_a_configuration() -> None:
    others = [passage(e.text) for e in held_out()]
    statement = pairs()[0].statement

    said = [b.stance for b in fitted().bearings(others, stated(statement))]

    assert said.count(Stance.SILENT) >= 0.7 * len(said)


@needs_weights
def test_a_section_that_holds_no_findings_says_nothing() -> None:
    pair = next(p for p in pairs() if p.stance == "supports")

    (bearing,) = fitted().bearings([passage(pair.passage, SectionKind.METHODS)], stated(pair.statement))

    assert bearing.stance is Stance.SILENT


@needs_weights
def test_what_is_quoted_is_a_slice_of_few_sentences_and_a_reason_is_given() -> None:
    for pair in held_out_pairs():
        (bearing,) = fitted().bearings([passage(pair.passage)], stated(pair.statement))
        if bearing.stance is not Stance.SILENT:
            assert 0 <= bearing.start < bearing.end <= len(pair.passage)
            assert bearing.reason
            assert 0 < bearing.closeness <= 1


@needs_weights
def test_a_passage_is_judged_alike_alone_and_among_others() -> None:
    many = [passage(p.passage) for p in held_out_pairs()[:20]]
    cmoc = stated(held_out_pairs()[0].statement)

    assert fitted().bearings(many, cmoc) == [fitted().bearings([one], cmoc)[0] for one in many]


def test_the_weights_are_those_of_the_signs() -> None:
    weights = load_weights()

    assert weights.weights.shape == (len(weights.mean), len(STANCES))
    assert weights.loss.shape == (384,)
    assert float(weights.probabilities(weights.mean).sum()) == pytest.approx(1)
