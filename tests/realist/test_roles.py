"""The parts of a configuration are found where they stand, and nowhere else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Role
from assistant.roles import tag
from assistant.roles_clauses import clauses
from assistant.roles_joints import Link
from tests.realist.marked import ROLES, Example, passages, tally
from zotero_bridge.model import SectionKind

BATCHES = {letter: [e for e in passages() if e.batch == letter] for letter in "PQT"}


def found(text: str) -> dict[Role, list[str]]:
    spans = tag(text)
    return {role: [text[s.start : s.end] for s in spans if s.role is role] for role in ROLES}


@pytest.mark.parametrize(("letter", "least"), [("P", 0.9), ("Q", 0.8), ("T", 0.75)])
def test_each_part_is_found_in_passages_of_every_style(letter: str, least: float) -> None:
    counts = tally(BATCHES[letter], [found(e.text) for e in BATCHES[letter]])

    assert {role.value: counts.f1(role) >= least for role in ROLES} == {role.value: True for role in ROLES}


def test_a_part_that_is_not_told_is_left_empty() -> None:
    counts = tally(passages(), [found(e.text) for e in passages()])

    assert counts.overfilled <= 0.05 * counts.empty


@pytest.mark.parametrize("example", [e for e in passages() if e.kind == "negative"], ids=lambda e: e.id)
def test_nothing_is_found_where_there_is_nothing(example: Example) -> None:
    assert tag(example.text) == ()


def test_an_effect_told_before_its_cause_is_still_the_effect() -> None:
    spans = found(
        "Absence fell by a third when rotas were drawn up by the nurses, because they felt the rota was fair."
    )

    assert spans[Role.OUTCOME] == ["Absence fell by a third"]
    assert spans[Role.RESOURCE] == ["rotas were drawn up by the nurses"]
    assert spans[Role.REASONING] == ["they felt the rota was fair"]


def test_the_connective_stands_outside_the_span() -> None:
    spans = found("In wards without a manager, a peer was appointed. Staff felt safe, so they reported more errors.")

    assert spans[Role.CONTEXT] == ["wards without a manager"]
    assert spans[Role.OUTCOME] == ["they reported more errors"]


def test_what_makes_people_feel_is_parted_from_what_they_feel() -> None:
    spans = found(
        "In hierarchical settings, a champion from the ward lends legitimacy to the change, and uptake rises."
    )

    assert spans[Role.RESOURCE] == ["a champion from the ward"]
    assert spans[Role.REASONING] == ["lends legitimacy to the change"]


def test_how_people_stood_before_is_a_circumstance_and_not_a_response() -> None:
    spans = found(
        "Doctors were sceptical of new schemes after two had closed. A named lead was provided. "
        "Doctors became willing to join, and visits rose by a tenth."
    )

    assert spans[Role.CONTEXT] == ["Doctors were sceptical of new schemes after two had closed"]
    assert spans[Role.REASONING] == ["Doctors became willing to join"]


def test_what_people_offer_in_response_is_what_follows() -> None:
    spans = found(
        "The director asked them to map the problem. They came to see it as theirs. Several offered Sunday visits."
    )

    assert spans[Role.RESOURCE] == ["The director asked them to map the problem"]
    assert spans[Role.OUTCOME] == ["Several offered Sunday visits"]


def test_a_condition_told_after_is_a_circumstance() -> None:
    spans = found(
        "Shared notes made patients feel in charge, and errors fell. This held only in practices with a nurse."
    )

    assert spans[Role.CONTEXT] == ["practices with a nurse"]


def test_an_association_without_a_reason_gets_no_mechanism() -> None:
    spans = found("Hospitals with a weekend pharmacist had lower rates of delayed discharge. No reason was given.")

    assert spans[Role.RESOURCE] == []
    assert spans[Role.REASONING] == []
    assert spans[Role.OUTCOME] != []


def test_a_part_told_alone_tells_nothing() -> None:
    assert tag("A regional observatory was created to pool data on child health.") == ()
    assert tag("Waiting times fell from nine weeks to six.") == ()


def test_what_people_expected_and_did_not_get_is_not_their_response() -> None:
    spans = found(
        "Visits were offered weekly. Far from feeling included, relatives feared being judged, and few returned."
    )

    assert spans[Role.REASONING] == ["relatives feared being judged"]


def test_a_trust_is_a_body_and_trust_a_state_of_mind() -> None:
    assert found("In 2017 the trust devolved the budget to the site. Vacancies fell.")[Role.REASONING] == []
    assert found("A nurse was appointed. Patients trusted her judgement, and visits fell.")[Role.REASONING] != []


def test_nothing_is_tagged_in_a_closed_section() -> None:
    text = BATCHES["P"][0].text

    assert tag(text) != ()
    assert tag(text, SectionKind.METHODS) == ()


def test_a_frame_names_its_cause() -> None:
    first = clauses("One consequence of publishing results was a sense of unease among consultants.")

    assert first[0].link is Link.WHEN
    assert first[0].fronted


WORDS = st.sampled_from(
    ["when", "where", "because", "so", "and", "but", ",", ";", "which", "who", "only in", "the staff", "nurses", "they",
     "felt", "safe", "was", "offered", "had been", "fell", "by a third", "In places with", "As a result,", "it was",
     "that", "said", "“", "”", ".", "Interviewer:", "despite", "the", "system", "made them feel", "—", "(", ")"]
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)


@given(TEXTS)
def test_spans_are_disjoint_slices_in_order_whatever_the_text(text: str) -> None:
    spans = [s for s in tag(text) if s.role is not Role.ACTOR]

    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@given(TEXTS)
def test_clauses_are_disjoint_slices_in_order_whatever_the_sentence(text: str) -> None:
    parts = clauses(text)

    assert all(0 <= c.start < c.end <= len(text) for c in parts)
    assert all(a.end <= b.start for a, b in itertools.pairwise(parts))
