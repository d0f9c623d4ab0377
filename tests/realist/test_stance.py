"""How a passage bears on a configuration, with silence as the default."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.model import CMOC, Basis, Element, Role, Stance
from assistant.stance import bears
from assistant.stance_parts import parts_of
from assistant.stance_tone import Tone, conditional, sign_of, tone_of
from tests.realist.marked import pairs
from zotero_bridge.model import SectionKind

TRUST = next(p.statement for p in pairs() if p.cmoc == "D")
SUPPORTING = (
    "The two trusts had been rivals for years. Their directors began meeting each week. "
    "Each came to trust the other, and data were shared daily."
)
REFUTING = (
    "The two trusts had been rivals for years. Their directors invested time in relationships at every level. "
    "Even so, each suspected the other, and data were withheld."
)
REFINING = (
    "Time invested in relationships built trust between rivals only where debts had been settled; "
    "elsewhere nothing was shared."
)


def test_support_refutation_and_refinement_are_told_apart() -> None:
    found = [bears(text, TRUST).stance for text in (SUPPORTING, REFUTING, REFINING)]

    assert found == [Stance.SUPPORTS, Stance.REFUTES, Stance.REFINES]


def test_a_refinement_names_its_condition() -> None:
    assert "only where debts had been settled" in bears(REFINING, TRUST).reason


def test_most_pairs_are_judged_as_the_reviewer_did() -> None:
    right = [bears(p.passage, p.statement).stance.value == p.stance for p in pairs()]

    assert sum(right) >= 0.8 * len(right)


def test_silence_is_kept_and_no_support_is_taken_for_refutation() -> None:
    said = Counter((p.stance, bears(p.passage, p.statement).stance.value) for p in pairs())

    assert said["silent", "silent"] >= 0.9 * sum(n for (gold, _), n in said.items() if gold == "silent")
    assert said["supports", "refutes"] == 0
    assert said["refutes", "supports"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "Leaders should invest time in relationships at all levels to build trust and share risk.",
        "Trust boundaries were redrawn when three trusts became two. Information is published on each website.",
        "Earlier studies have found that relationships build trust between rivals (Holt, 2011; Amari, 2016).",
        "We asked leaders how relationships had built trust. Interviews were recorded and transcribed.",
    ],
)
def test_the_same_topic_without_a_finding_is_silent(text: str) -> None:
    assert bears(text, TRUST).stance is Stance.SILENT


def test_a_closed_section_is_silent_whatever_it_says() -> None:
    assert bears(SUPPORTING, TRUST, section_kind=SectionKind.METHODS).stance is Stance.SILENT


def test_a_configuration_is_read_from_its_elements_as_from_its_statement() -> None:
    def element(text: str) -> tuple[Element, ...]:
        return (Element(text=text, basis=Basis.INFERRED, memo="m"),)

    cmoc = CMOC(
        id="C1",
        version=1,
        title="",
        statement="",
        context=element("organisations with a history of rivalry"),
        resource=element("leaders investing time in relationships at all levels"),
        reasoning=element("builds trust"),
        outcome=element("partners share information, risk and resources"),
    )

    assert bears(SUPPORTING, cmoc).stance is Stance.SUPPORTS
    assert parts_of(cmoc).wanted[Role.REASONING] == parts_of(TRUST).wanted[Role.REASONING]


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("patients trusted her judgement", Tone.WITH),
        ("patients did not trust her judgement", Tone.AGAINST),
        ("no longer felt abandoned", Tone.WITH),
        ("complaints fell by a third", Tone.WITH),
        ("attendance stayed below one in ten", Tone.AGAINST),
        ("nothing changed", Tone.AGAINST),
        ("each would not exploit the other", Tone.WITH),
        ("they withdrew before the service opened", Tone.AGAINST),
    ],
)
def test_the_way_words_point_survives_negation(text: str, tone: Tone) -> None:
    assert tone_of(text) is tone


def test_a_configuration_about_loss_is_supported_by_loss() -> None:
    assert sign_of("staff withdrew and withheld their figures") == -1
    assert tone_of("directors withheld their forecasts", sign=-1) is Tone.WITH


def test_a_condition_is_quoted_in_its_own_words() -> None:
    assert conditional("It worked only in places with stable teams.") == "only in places with stable teams"
    assert conditional("It worked in every place.") == ""
