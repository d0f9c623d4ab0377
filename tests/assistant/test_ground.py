"""Grounding: what is let through stands in the source, word for word; what is not says why."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ground import Grounder, Refused
from assistant.model import Basis, Citation, DraftClaim, DraftQuote
from tests.shelf import LIBRARY, Shelf, document, shelf
from zotero_bridge.fold import readable
from zotero_bridge.model import DocumentText, Item, Section, SectionKind

TEXT = (
    "In the eastern districts the partnership met every week. Leaders did not trust the forecast, because it had "
    "risen by 12.5 per cent in a year. They shared the “wait\u00ading lists” with the coun\u00adcil and e\ufb03ciency "
    "grew.\n\nTwo charities withdrew before the service opened. Members were unable to speak openly at the board."
)


def ground(quote: str, doc: DocumentText | None = None) -> Citation | Refused:
    doc = doc or document(TEXT)
    kept = shelf(doc)
    return Grounder(kept, LIBRARY).ground(DraftQuote(kept.held[0].id, quote), shown=kept.held)


@pytest.mark.parametrize(
    "quote",
    [
        "the partnership met every week",
        'They shared the "waiting lists" with the council and efficiency grew.',
        "shared the 'waiting lists' with the council".replace("'", "“", 1).replace("'", "”", 1),
        "“the partnership met every week”",
        "met  every\nweek",
        "the partnership met.".replace(".", " every."),
    ],
)
def test_words_that_stand_in_the_source_are_found_whatever_the_typesetter_did(quote: str) -> None:
    citation = ground(quote)

    assert isinstance(citation, Citation)
    assert TEXT[citation.start : citation.end] == citation.raw
    assert readable(citation.raw) == citation.quote


@pytest.mark.parametrize(
    ("quote", "because"),
    [
        ("Leaders did trust the forecast", "negation"),
        ("Leaders did not trust the forecasts", "differ"),
        ("it had risen by 15 per cent in a year", "number"),
        ("it had risen by 12 per cent in a year", "number"),
        ("risen by 12", "not exact"),
        ("5 per cent in a year", "not exact"),
        ("the partnership met every week ... Two charities withdrew", "separate places"),
        ("In the eastern districts the partnership Two charities withdrew before the service", "separate places"),
        ("able to speak openly", "not exact"),
        ("trust the forecast", "turn its meaning"),
        ("speak openly at the board", "turn its meaning"),
        ("leaders did not trust the forecast", "capitals"),
        ("The moon is made of green cheese", "not in the document"),
        ("week", "too short"),
        ("", "too short"),
        (". .", "too short"),
        ("\u200b \u200b", "too short"),
        ("in the", "too short"),
    ],
)
def test_words_that_differ_are_refused_with_the_reason(quote: str, because: str) -> None:
    outcome = ground(quote)

    assert isinstance(outcome, Refused)
    assert because in outcome.reason


def test_a_passage_that_was_not_shown_cannot_be_cited() -> None:
    kept = shelf(document(TEXT))

    outcome = Grounder(kept, LIBRARY).ground(DraftQuote("feedfeedfeedfeed", "met every week"), shown=kept.held)

    assert isinstance(outcome, Refused)
    assert "not among those searched" in outcome.reason


def test_words_of_another_document_are_refused_and_the_other_is_named() -> None:
    first = document(TEXT, key="ATT1")
    second = document("The chair apologised to the whole board in public.", key="ATT2")
    kept = shelf(first, second)

    outcome = Grounder(kept, LIBRARY).ground(
        DraftQuote(kept.held[0].id, "The chair apologised to the whole board"), shown=kept.held
    )

    assert isinstance(outcome, Refused)
    assert "Title 2" in outcome.reason


def test_a_quotation_over_a_page_break_names_both_pages() -> None:
    text = "Leaders met and then they agreed to share the risk between them."
    doc = document(text, pages=(0, 22), labels=("12", "13"))

    citation = ground("they agreed to share", doc)
    over = ground("and then they agreed to share", doc)

    assert isinstance(citation, Citation)
    assert isinstance(over, Citation)
    assert (over.page_label, over.page_index) == ("12–13", 0)


def test_the_place_nearest_the_cited_passage_is_chosen() -> None:
    sentence = "Trust grew slowly there. "
    doc = document(sentence * 3, sections=[Section(0, 75, SectionKind.RESULTS, "Findings")])
    from tests.shelf import passage_of

    middle = passage_of(doc, start=25, end=50)
    kept = Shelf({doc.source_key: doc}, [middle], {"ITEM1": Item(key="ITEM1", title="T")})

    citation = Grounder(kept, LIBRARY).ground(DraftQuote(middle.id, "Trust grew slowly"), shown=[middle])

    assert isinstance(citation, Citation)
    assert citation.start == 25


def claim(text: str, *quotes: str, basis: Basis = Basis.PARAPHRASED) -> DraftClaim:
    pid = shelf(document(TEXT)).held[0].id
    return DraftClaim(text=text, quotes=tuple(DraftQuote(pid, q) for q in quotes), basis=basis)


def test_a_claim_with_one_unproved_quotation_is_refused_whole() -> None:
    kept = shelf(document(TEXT))
    drafted = claim("They met, and they trusted.", "the partnership met every week", "Leaders did trust the forecast")

    claims, refused = Grounder(kept, LIBRARY).claims([drafted], shown=kept.held)

    assert not claims
    assert "negation" in refused[0].reason


def test_a_quoted_claim_says_nothing_but_its_quotations() -> None:
    kept = shelf(document(TEXT))
    drafted = claim("Leaders trusted everyone.", "the partnership met every week", basis=Basis.QUOTED)

    claims, _ = Grounder(kept, LIBRARY).claims([drafted], shown=kept.held)

    assert claims[0].text == "the partnership met every week"


def test_quotation_marks_inside_a_paraphrase_are_checked_too() -> None:
    kept = shelf(document(TEXT))
    invented = claim("A leader said “we never trusted anyone here”.", "Leaders did not trust the forecast")
    true = claim("Leaders “did not trust the forecast” there.", "Leaders did not trust the forecast")

    claims, refused = Grounder(kept, LIBRARY).claims([invented, true], shown=kept.held)

    assert [c.text for c in claims] == [true.text]
    assert "quotation marks" in refused[0].reason


def test_a_claim_without_a_quotation_is_refused() -> None:
    kept = shelf(document(TEXT))

    claims, refused = Grounder(kept, LIBRARY).claims([claim("Leadership matters.")], shown=kept.held)

    assert not claims
    assert refused[0].reason == "It rests on no quotation."


@pytest.mark.parametrize(
    ("text", "quote", "because"),
    [
        ("Leaders didn't trust it at all.", "Leaders did trust it at all.", "negation"),
        ("Leaders didn’t trust it at all.", "trust it at all", "turn its meaning"),
        ("They do not, in general, share their data.", "share their data", "turn its meaning"),
        ("They do not, in general, share their data.", "in general, share their data", "turn its meaning"),
        ("No evidence was found that trust grew.", "trust grew", "turn its meaning"),
        ("It is unclear whether trust grew there.", "trust grew there", "turn its meaning"),
        ("Few of the partners trusted the board.", "partners trusted the board", "turn its meaning"),
        ("They declined to share the data with us.", "share the data with us", "turn its meaning"),
        ("Trust grew by 1,5 points there.", "Trust grew by 1.5 points there", "number"),
        ("Trust grew to −3 points there.", "3 points there", "cuts a number"),
        ("It was a rise of 12 per cent in all.", "a rise of 12", "“12 per cent”"),
        ("It was a rise of 12% in all.", "a rise of 12", "“12%”"),
        ("They saved £12 million there.", "12 million there", "“£12”"),
        ("Between 10–12 sites joined us.", "12 sites joined us", "cuts a number"),
        ("It helped 12 of 40 sites.", "It helped 12", "“12 of 40”"),
        ("trust grew² in the region", "trust grew in the region", "differ"),
        ("trust grew.12 Then partners withdrew.", "trust grew. Then partners withdrew", "number"),
        ("trust grew slowly there", "tr\u0443st grew slowly there", "differ"),
        ("trust grew very slowly there", "trust grew […] slowly there", "separate places"),
        ("trust grew very slowly there", "[T]rust grew very slowly", "differ"),
        ("non-compliance with the plan grew", "compliance with the plan grew", "not exact"),
        ("non compliance with the plan grew", "compliance with the plan grew", "turn its meaning"),
        ("Trust un\u00addid the plan of the board", "did the plan of the board", "not exact"),
    ],
)
def test_what_a_careless_or_a_cunning_writer_does_is_refused(text: str, quote: str, because: str) -> None:
    outcome = ground(quote, document(text))

    assert isinstance(outcome, Refused), outcome
    assert because in outcome.reason


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("They saved a little trust among partners.", "trust among partners"),
        ("In 2019 the plan of the 3 boards held.", "the 3 boards held"),
        ("trust grew very slowly there", "trust grew very slowly."),
        ("the first office made an effort", "the ﬁrst oﬃce made an eﬀort"),
        ("caf\u00e9 staff met weekly", "cafe\u0301 staff met weekly"),
        ("There were 12 in the end, in 2019.", "There were 12"),
        ("It rose to 12 in 2019 and held.", "It rose to 12"),
    ],
)
def test_care_does_not_turn_away_what_is_exact(text: str, quote: str) -> None:
    outcome = ground(quote, document(text))

    assert isinstance(outcome, Citation), outcome
    assert readable(outcome.raw) == outcome.quote


@pytest.mark.parametrize("quote", ["leaders met weekly and shared " * 4000, "word " * 40_000])
def test_a_quotation_as_long_as_a_book_is_refused_at_once(quote: str) -> None:
    begun = time.perf_counter()
    outcome = ground(quote, document("leaders met weekly and shared data. " * 4000))

    assert isinstance(outcome, Refused)
    assert time.perf_counter() - begun < 5


SAMPLE = "leaders trust not the board never shared 12 12.5 risk co-produced data, and. (plans) wait\u00ading"
WORDS = st.lists(st.sampled_from(SAMPLE.split()), min_size=6, max_size=40)


@given(words=WORDS, ends=st.tuples(st.integers(0, 39), st.integers(0, 39)))
def test_every_run_of_whole_words_is_found_where_it_stands_or_refused_for_a_negation(
    words: list[str], ends: tuple[int, int]
) -> None:
    text = " ".join(words)
    first, last = sorted(min(e, len(words) - 1) for e in ends)
    quote = readable(" ".join(words[first : last + 1]))

    outcome = ground(quote, document(text))

    if isinstance(outcome, Citation):
        assert text[outcome.start : outcome.end] == outcome.raw
        assert readable(outcome.raw) == quote
    else:
        assert any(why in outcome.reason for why in ("too short", "turn its meaning", "cuts a number"))


@given(words=WORDS, at=st.integers(0, 39), other=st.sampled_from(["13", "always", "12.6", "nobody"]))
def test_one_changed_word_is_never_let_through(words: list[str], at: int, other: str) -> None:
    changed = list(words)
    changed[at % len(words)] = other

    outcome = ground(readable(" ".join(changed)), document(" ".join(words)))

    assert isinstance(outcome, Refused)


@given(
    words=WORDS,
    at=st.integers(0, 39),
    noise=st.sampled_from(["\u200b", "\u00ad", "\u2060", "\n", "\u00a0", "  "]),
    ends=st.tuples(st.integers(0, 39), st.integers(0, 39)),
)
def test_what_a_typesetter_puts_between_words_changes_no_verdict(
    words: list[str], at: int, noise: str, ends: tuple[int, int]
) -> None:
    first, last = sorted(min(e, len(words) - 1) for e in ends)
    quote = readable(" ".join(words[first : last + 1]))
    at = at % len(words)
    noisy = " ".join([*words[:at], noise + " " + words[at], *words[at + 1 :]])

    plain, set_ = ground(quote, document(" ".join(words))), ground(quote, document(noisy))

    assert isinstance(plain, Citation) is isinstance(set_, Citation)


@given(words=WORDS, at=st.integers(0, 39))
def test_a_word_left_out_of_the_middle_is_never_let_through(words: list[str], at: int) -> None:
    at = 1 + at % (len(words) - 2)
    shorter = readable(" ".join([*words[:at], *words[at + 1 :]]))

    outcome = ground(shorter, document(" ".join(words)))

    assert isinstance(outcome, Refused) or stands(shorter, words)


def stands(quote: str, words: list[str]) -> bool:
    return quote.rstrip(".,;:") in readable(" ".join(words))
