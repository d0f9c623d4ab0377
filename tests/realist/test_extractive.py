"""The engine that works alone: quotations only, in order, and silence where nothing bears on the question."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from assistant.candidates import stories
from assistant.engines.extractive import Extractive
from assistant.engines.extractive_order import HEADINGS, LIMITS
from assistant.model import CMOC, Hit, Role, Stance
from assistant.roles import tag
from assistant.terms import asked, term_set
from assistant.theme import Text, themes
from tests.realist.marked import passages
from zotero_bridge.model import Locator, Passage, SectionKind, SourceKind

BROAD = "How does it work, for whom, and in what circumstances?"


def passage(name: str, text: str, kind: SectionKind = SectionKind.RESULTS) -> Passage:
    return Passage(name, name, SourceKind.PDF, text, Locator(name, "0" * 64, 0, len(text), section_kind=kind))


def hits(*texts: str, kind: SectionKind = SectionKind.RESULTS) -> list[Hit]:
    return [Hit(passage(f"p{i}", text, kind), score=1 - i / 1000) for i, text in enumerate(texts)]


LIBRARY = hits(*(e.text for e in passages()))
NOTHING = hits(*(e.text for e in passages() if e.kind == "negative"))
BLAME = (
    "Quarterly public scrutiny of waits was introduced while posts stood empty. "
    "Leaders experienced the sessions as blame, and attention shifted to defending the figures."
)
PRIDE = (
    "Public scrutiny of waits was introduced in a stable town. "
    "Leaders felt answerable to residents, and waits fell by a third."
)


def test_every_claim_is_a_slice_of_the_passage_it_cites() -> None:
    texts = {hit.passage.id: hit.passage.text for hit in LIBRARY}
    claims = Extractive().answer(BROAD, LIBRARY).claims

    assert claims
    assert all(c.text == c.quotes[0].quote and c.text in texts[c.quotes[0].passage_id] for c in claims)


def test_the_same_question_and_passages_give_the_same_draft() -> None:
    assert Extractive().answer(BROAD, LIBRARY) == Extractive().answer(BROAD, LIBRARY)


def test_a_broad_answer_is_short_spread_over_sources_and_headed() -> None:
    claims = Extractive().answer(BROAD, LIBRARY).claims
    sources = Counter(c.quotes[0].passage_id for c in claims)

    assert 6 <= len(claims) <= 16
    assert max(sources.values()) <= 3
    assert all(" — " in c.section for c in claims)


def test_a_heading_stays_together() -> None:
    sections = [c.section for c in Extractive().answer(BROAD, LIBRARY).claims]

    assert sections == sorted(sections, key=sections.index)


def test_what_limits_stands_beside_what_supports() -> None:
    claims = Extractive().answer("How does public scrutiny of waits work?", hits(PRIDE, BLAME)).claims

    assert Stance.SUPPORTS in {c.stance for c in claims}
    assert {c.stance for c in claims} & {Stance.REFUTES, Stance.REFINES}
    assert [c.section for c in claims][-1] == LIMITS


def test_a_question_about_failure_is_answered_with_failure() -> None:
    claims = Extractive().answer("When does public scrutiny backfire?", hits(PRIDE, BLAME)).claims

    assert "Leaders experienced the sessions as blame" in " ".join(c.text for c in claims)
    assert any(c.section == LIMITS for c in claims)


def test_a_question_that_the_library_does_not_know_gets_no_claims() -> None:
    assert Extractive().answer("What is the best treatment for asthma?", LIBRARY).claims == ()
    assert Extractive().answer("Does robotic surgery shorten operations?", LIBRARY).claims == ()
    assert Extractive().answer(BROAD, []).claims == ()


def test_nothing_is_quoted_from_passages_that_hold_no_evidence() -> None:
    assert Extractive().answer(BROAD, NOTHING).claims == ()
    assert Extractive().answer(BROAD, hits(PRIDE, kind=SectionKind.METHODS)).claims == ()


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it() -> None:
    text = "Protected sessions were provided for a year. This signalled that the offer would last, and doctors joined."
    claims = Extractive().answer("What do protected sessions signal to doctors?", hits(text)).claims

    assert text in [c.text for c in claims]


def test_two_quotations_that_say_the_same_are_one() -> None:
    claims = Extractive().answer("How does public scrutiny of waits work?", hits(PRIDE, PRIDE)).claims
    texts = [c.text for c in claims]

    assert len(texts) == len(set(texts))


def test_words_of_asking_are_not_what_a_question_is_about() -> None:
    assert asked(BROAD) == {}
    assert set(asked("When does public scrutiny backfire?")) == {"public", "=accountability"}


def test_a_narrow_answer_needs_no_theme() -> None:
    claims = Extractive().answer("How does public scrutiny of waits work?", hits(PRIDE, BLAME)).claims

    assert {c.section for c in claims} <= {*HEADINGS.values(), LIMITS, "For whom"}


def test_a_candidate_is_made_of_words_of_its_passage_and_says_whether_it_limits() -> None:
    draft = Extractive().draft("", hits(PRIDE, BLAME))
    quotes = [e.quote.quote for c in draft.candidates for e in c.elements]

    assert {c.elements[0].quote.passage_id: c.limits for c in draft.candidates} == {"p0": False, "p1": True}
    assert all(quote in PRIDE or quote in BLAME for quote in quotes)
    assert all(c.title for c in draft.candidates)


def test_a_passage_without_a_configuration_is_counted_and_not_completed() -> None:
    draft = Extractive().draft("", [*hits(PRIDE), *NOTHING])

    assert len(draft.candidates) == 1
    assert draft.abstained == len(NOTHING)


def test_an_element_that_is_not_told_stays_empty() -> None:
    text = "A shared record was rolled out in May. Duplicate assessments fell by a fifth in six months."
    (partial,) = stories(passage("p", text), tag(text))

    assert {e.role for e in partial.candidate.elements} == {Role.RESOURCE, Role.OUTCOME}


def test_the_same_words_met_twice_make_one_candidate() -> None:
    assert len(Extractive().draft("", hits(PRIDE, PRIDE)).candidates) == 1


def test_only_passages_that_bear_on_a_configuration_give_findings() -> None:
    cmoc = CMOC(
        id="C1",
        version=1,
        title="",
        statement="In stable towns (C), public scrutiny of waits (M-resource) makes leaders feel answerable (M-reasoning), "
        "so waits fall (O).",
    )
    findings = Extractive().test(cmoc, [*hits(PRIDE, BLAME), *NOTHING])

    assert {f.stance for f in findings} == {Stance.SUPPORTS, Stance.REFUTES}
    assert all(f.quote.quote in PRIDE or f.quote.quote in BLAME for f in findings)


def test_a_theme_is_an_idea_that_several_sources_share() -> None:
    texts = [
        Text("a", "Trust grew between the teams.", ""),
        Text("b", "Nobody trusted the figures.", ""),
        Text("c", "Every leader was held to account.", ""),
        Text("d", "Scrutiny made executives answerable.", ""),
    ]
    found = {theme.name.split(" and ")[0]: theme.members for theme in themes(texts)}

    assert found["Trust"] == (0, 1)
    assert found["Accountability"] == (2, 3)


def test_near_synonyms_share_a_term_and_lookalikes_do_not() -> None:
    assert term_set("Staff were held to account") & term_set("They felt answerable") == {"=accountability"}
    assert "=training" not in term_set("Of course they came")
    assert "=trust" not in term_set("The acute trust opened a ward")


PIECES = st.sampled_from(
    [e.text for e in passages()] + ["", "So.", "“", "This held only in", "Interviewer: why?", "\n\n"]
)


@given(st.lists(PIECES, max_size=4).map(" ".join), st.text(max_size=60))
def test_no_passage_and_no_question_breaks_the_engine_or_its_promise(text: str, question: str) -> None:
    engine, found = Extractive(), hits(text)
    claims = engine.answer(question, found).claims
    elements = [e.quote.quote for c in engine.draft(question, found).candidates for e in c.elements]

    assert all(c.text in text for c in claims)
    assert all(quote and quote in text for quote in elements)
