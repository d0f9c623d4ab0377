"""The fitted tagger: right on passages by a hand it was not fitted to, and never outside the passage's evidence."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.config import cache_dir
from assistant.gates import read
from assistant.model import Role
from assistant.roles_head import READER, WEIGHTS, Head, LikelySpan, likely_spans, load_head
from assistant.roles_memory import FILE, RolesMemory
from assistant.tagging import FittedTagger, RuleTagger, Tagger
from tests.realist.marked import ROLES, Example, held_out, passages, tally
from zotero_bridge.index.minilm import open_minilm
from zotero_bridge.index.model_store import MODEL_ID, installed
from zotero_bridge.model import Locator, Passage, SectionKind, SourceKind
from zotero_bridge.ports import PieceStates

needs_weights = pytest.mark.skipif(installed() is None, reason="the model's weights are not installed")


def passage(text: str, kind: SectionKind = SectionKind.BODY) -> Passage:
    return Passage("p", "p", SourceKind.PDF, text, Locator("p", "0" * 64, 0, len(text), section_kind=kind))


@cache
def fitted() -> FittedTagger:
    return FittedTagger(open_minilm(cache_dir()))


def found(tagger: Tagger, examples: Sequence[Example]) -> list[dict[Role, list[str]]]:
    tagged = tagger.tag([passage(e.text) for e in examples])
    return [
        {role: [e.text[s.start : s.end] for s in spans if s.role is role] for role in ROLES}
        for e, spans in zip(examples, tagged, strict=True)
    ]


@needs_weights
def test_parts_are_found_and_empty_parts_stay_empty_in_passages_by_another_hand() -> None:
    counts = tally(held_out(), found(fitted(), held_out()))

    assert {role.value: counts.f1(role) >= 0.7 for role in ROLES} == {role.value: True for role in ROLES}
    assert counts.overfilled <= 0.08 * counts.empty
    assert counts.abstained >= 0.88 * counts.negatives


@needs_weights
def test_the_fitted_tagger_is_much_better_than_the_rules() -> None:
    ours, theirs = (tally(held_out(), found(tagger, held_out())) for tagger in (fitted(), RuleTagger()))

    assert all(ours.f1(role) > theirs.f1(role) + 0.1 for role in ROLES)
    assert ours.overfilled * 2 < theirs.overfilled


@needs_weights
@given(
    st.lists(
        st.sampled_from([e.text for e in passages()] + ["", "“", "So.", "\n\n", "\u00ad", "Où?", "中", "P3: no. "]),
        max_size=3,
    ).map(" ".join)
    | st.text(max_size=80)
)
@settings(max_examples=40, deadline=None)
def test_spans_are_disjoint_slices_of_single_sentences_that_are_evidence(text: str) -> None:
    (spans,) = fitted().tag([passage(text)])
    told = read(text, SectionKind.BODY, SourceKind.PDF)

    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    for span in spans:
        inside = told[span.sentence]
        assert inside.start <= span.start < span.end <= inside.end
        assert inside.evidence
        assert text[span.start : span.end] == text[span.start : span.end].strip()


@needs_weights
def test_a_section_that_holds_no_findings_is_not_read() -> None:
    text = next(e.text for e in held_out() if e.kind == "cmo")

    assert fitted().tag([passage(text, SectionKind.REFERENCES)]) == [()]


@needs_weights
def test_a_long_passage_is_read_to_its_end() -> None:
    one = next(e for e in held_out() if e.kind == "cmo" and e.gold[Role.REASONING])
    text = " ".join(["The committee met on the second Tuesday of the month."] * 90 + [one.text])

    (spans,) = fitted().tag([passage(text)])

    assert any(s.role is Role.REASONING and s.start > len(text) - len(one.text) - 2 for s in spans)


class NoReader:
    """A reader that must not be asked."""

    id = READER

    def states(self, texts: Sequence[str]) -> list[PieceStates]:
        raise AssertionError(f"asked to read {len(texts)} texts")


TOLD = "Chairs felt answerable to one another, so waits fell."
SPANS = (LikelySpan(Role.REASONING, 7, 37, 0.9), LikelySpan(Role.OUTCOME, 42, 52, 0.8))


def test_what_was_read_once_is_remembered_by_the_next_command(tmp_path: Path) -> None:
    RolesMemory(tmp_path, FittedTagger.id).keep({TOLD: SPANS})

    (spans,) = FittedTagger(NoReader(), RolesMemory(tmp_path, FittedTagger.id)).tag([passage(TOLD)])

    assert [TOLD[s.start : s.end] for s in spans] == ["felt answerable to one another", "waits fell"]


def test_what_another_tagger_read_is_not_taken_for_ones_own(tmp_path: Path) -> None:
    RolesMemory(tmp_path, "another@1").keep({TOLD: SPANS})

    assert RolesMemory(tmp_path, FittedTagger.id).known([TOLD]) == {}


@pytest.mark.parametrize("damage", [b"", b"not a database" * 99])
def test_a_damaged_memory_costs_time_and_nothing_else(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).write_bytes(damage)
    memory = RolesMemory(tmp_path, FittedTagger.id)

    memory.keep({TOLD: SPANS})

    assert memory.known([TOLD]) in ({}, {TOLD: SPANS})


def test_a_folder_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    memory = RolesMemory(tmp_path / "gone", FittedTagger.id)

    memory.keep({TOLD: SPANS})

    assert memory.known([TOLD]) == {}
    assert not (tmp_path / "gone").exists()


def test_the_weights_belong_to_the_reader_that_is_used() -> None:
    assert READER == MODEL_ID
    assert READER in FittedTagger.id
    assert load_head().projection.shape[1] == 3 * 384, WEIGHTS


def test_other_weights_are_another_tagger() -> None:
    """What was read is remembered under the tagger's id, and provenance names it: fit anew, and give it a new number."""
    weights = files("assistant").joinpath(WEIGHTS).read_bytes()

    assert (FittedTagger.id.split()[0], hashlib.sha256(weights).hexdigest()[:16]) == ("fitted@1", "f4a1f7210a21b5a2")


def head(units: int = 4, width: int = 6, seed: int = 0) -> Head:
    random = np.random.default_rng(seed)

    def table(*shape: int) -> np.ndarray:
        return random.standard_normal(shape).astype(np.float32)

    return Head(
        projection=table(2, width, 5),
        projection_bias=table(2, 5),
        inward=table(2, 2, 5, 3 * units),
        inward_bias=table(2, 2, 3 * units),
        recurrent=table(2, 2, units, 3 * units),
        recurrent_bias=table(2, 2, 3 * units),
        outward=table(2, 2 * units, 9),
        outward_bias=table(2, 9),
    )


def plain_recurrence(inputs: np.ndarray, h: Head, network: int, way: int) -> list[np.ndarray]:
    """One way of one network, gate by gate, as the formula of a gated recurrent unit has it."""
    units = h.recurrent.shape[2]
    memory, kept = np.zeros(units), []
    for row in inputs:
        given = row @ h.inward[network, way] + h.inward_bias[network, way]
        held = memory @ h.recurrent[network, way] + h.recurrent_bias[network, way]
        reset = 1 / (1 + np.exp(-(given[:units] + held[:units])))
        update = 1 / (1 + np.exp(-(given[units : 2 * units] + held[units : 2 * units])))
        new = np.tanh(given[2 * units :] + reset * held[2 * units :])
        memory = (1 - update) * new + update * memory
        kept.append(memory)
    return kept


def test_the_head_computes_what_the_plain_formula_does() -> None:
    h = head()
    states = np.random.default_rng(1).standard_normal((7, 6)).astype(np.float32)
    opinions = []
    for network in range(2):
        projected = np.maximum(states @ h.projection[network] + h.projection_bias[network], 0)
        there = plain_recurrence(projected, h, network, 0)
        back = plain_recurrence(projected[::-1], h, network, 1)[::-1]
        logits = np.concatenate([there, back], axis=1) @ h.outward[network] + h.outward_bias[network]
        opinions.append(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))

    assert np.allclose(h.log_probabilities(states), np.log(np.mean(opinions, axis=0)), atol=1e-4)


@given(st.integers(0, 1000), st.integers(0, 12))
def test_whatever_the_weights_spans_are_in_order_and_apart(seed: int, pieces: int) -> None:
    states = np.random.default_rng(seed).standard_normal((pieces, 6)).astype(np.float32)
    offsets = np.array([[3 * n, 3 * n + 2] for n in range(pieces)], np.int32).reshape(-1, 2)

    spans = likely_spans(PieceStates(offsets, states), head(seed=seed))

    assert all(0 <= s.start < s.end for s in spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(0 < s.probability <= 1.001 for s in spans)
