"""What is evidence, and whose words they are."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.gates import Turned, read, why_not
from assistant.model import Voice
from tests.realist.marked import Example, passages
from zotero_bridge.model import SectionKind

TURNED = [
    ("Leaders must build trust and should listen to staff.", Turned.NORMATIVE),
    ("Ask every partner what they would give up.", Turned.NORMATIVE),
    ("Our vision is to be the best place to grow old.", Turned.ASPIRATION),
    ("We are committed to giving communities a stronger voice.", Turned.ASPIRATION),
    ("Protected time might lead staff to feel valued.", Turned.HYPOTHETICAL),
    ("It is possible that small sites benefit most.", Turned.HYPOTHETICAL),
    ("Psychological safety is defined as a shared belief that the team is safe.", Turned.DEFINITION),
    ("Interviews lasted between 30 and 60 minutes and were audio-recorded.", Turned.METHODS),
    ("Transcripts were coded by two researchers.", Turned.METHODS),
    ("Effects on services were not assessed.", Turned.NO_FINDING),
    ("The authors declare that they have no competing interests.", Turned.ACKNOWLEDGEMENT),
    ("Ethical approval was granted by the committee.", Turned.ACKNOWLEDGEMENT),
    ("This report may be reproduced free of charge.", Turned.BOILERPLATE),
    ("The next section describes how the review was carried out.", Turned.STRUCTURE),
    ("What did you feel when the rota changed?", Turned.QUESTION),
    ("Earlier studies have found that visible leaders raise morale (Adeyemi, 2012).", Turned.CITED),
    ("Co-location builds trust between professions [14,15].", Turned.CITED),
    ("How trust develops over time.", Turned.FRAGMENT),
]
EVIDENCE = [
    "Nurses felt that they could challenge the consultant, and errors fell.",
    "Staff feared that the figures would be used against them.",
    "A record was rolled out across both boroughs in May.",
    "They could see how their own work counted.",
    "Managers stayed in post longer when they were protected from requests for data.",
    "It was agreed because everyone believed that the other side would keep its word.",
]


@pytest.mark.parametrize(("sentence", "turned"), TURNED)
def test_what_is_no_evidence_is_turned_away_with_its_reason(sentence: str, turned: Turned) -> None:
    assert why_not(sentence) is turned


@pytest.mark.parametrize("sentence", EVIDENCE)
def test_a_finding_is_evidence_whatever_is_in_somebodys_mind(sentence: str) -> None:
    assert why_not(sentence) is None


@pytest.mark.parametrize(
    "kind", [SectionKind.REFERENCES, SectionKind.METHODS, SectionKind.ACKNOWLEDGEMENTS, SectionKind.FRONT_MATTER]
)
def test_nothing_in_a_closed_section_is_evidence(kind: SectionKind) -> None:
    told = read("Nurses felt safe to challenge. Errors fell by half.", kind)

    assert [s.turned for s in told] == [Turned.SECTION, Turned.SECTION]


def test_a_hope_dressed_as_a_belief_is_a_hope() -> None:
    assert why_not("We believe that strong relationships will unlock the potential of our people.") is not None


def test_the_interviewer_is_not_evidence_and_the_participant_is() -> None:
    told = read("Interviewer: It sounds as if people trusted her. Participant 7: We felt safe with her from the start.")

    assert [s.turned for s in told] == [Turned.QUESTION, None]
    assert told[1].voice is Voice.PARTICIPANT


def test_a_participants_words_are_followed_to_the_end_of_the_quotation() -> None:
    told = read("“She sat with us. We felt that we counted,” said a porter. Absence fell.", SectionKind.RESULTS)

    assert [s.voice for s in told] == [Voice.PARTICIPANT, Voice.PARTICIPANT, Voice.AUTHOR]


def test_what_others_found_is_kept_apart_from_what_the_authors_found() -> None:
    told = read("Staff felt heard. Earlier work has shown that being heard reduces turnover [3].", SectionKind.RESULTS)

    assert [s.voice for s in told] == [Voice.AUTHOR, Voice.CITED_WORK]


def test_the_parts_of_a_structured_abstract_are_told_apart_by_their_labels() -> None:
    told = read(
        "Background: Leaders matter to staff. Methods: Staff were asked how they felt. They felt free to answer. "
        "Results: Staff felt trusted when the budget was theirs.",
        SectionKind.ABSTRACT,
    )

    assert [s.evidence for s in told] == [False, False, False, True]


def test_a_third_of_reference_entries_make_a_reference_list() -> None:
    text = (
        "12. Okafor T, Lindqvist M. Trust leads to sharing. J Care. 2019;7(2):44-58. "
        "13. Patel R. Why vision results in change. Rev. 2020;11:101-9."
    )

    assert all(not s.evidence for s in read(text))


@pytest.mark.parametrize("example", [e for e in passages() if e.kind == "cmo"], ids=lambda e: e.id)
def test_no_configuration_is_turned_away_whole(example: Example) -> None:
    assert any(s.evidence for s in read(example.text))


PIECES = st.sampled_from(
    ["Interviewer:", "P3:", "“We felt", "safe,”", "said one.", "(Lee, 2012)", "[14]", "?", ".", " must ", "’", "1.2 3",
     "doi:10.1/x", "\n\n", "Results:", "Table 2", "they felt", "é", "'", '"', "…", " because "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map(" ".join))
def test_sentences_are_slices_in_order_whatever_the_text(text: str) -> None:
    told = read(text)

    assert all(text[s.start : s.end] == s.text for s in told)
    assert all(a.end <= b.start for a, b in itertools.pairwise(told))
