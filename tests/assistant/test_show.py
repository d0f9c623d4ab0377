"""What a reader sees: numbered sources, honest labels, lines that fit, links that are never broken."""

from __future__ import annotations

from assistant import show
from assistant.ground import Grounder
from assistant.model import Answer, Basis, Citation, Claim, DraftQuote, Provenance, Refusal, Searched
from tests.shelf import LIBRARY, document, shelf
from zotero_bridge.model import Creator, Item

TEXT = "Leaders met weekly with the charities. They then shared the waiting lists with the council in public."
ITEM = Item(key="ITEM1", title="A title", creators=(Creator("Åkesson", "Eva"), Creator("Ng", "Li")), year=2021)


def cited(quote: str) -> Citation:
    kept = shelf(document(TEXT, labels=("127",), pages=(0,)), items=[ITEM])
    outcome = Grounder(kept, LIBRARY).ground(DraftQuote(kept.held[0].id, quote), shown=kept.held)
    assert isinstance(outcome, Citation)
    return outcome


def answer(*claims: Claim, refused: tuple[Refusal, ...] = (), unread: int = 0) -> Answer:
    return Answer(
        question="How?",
        claims=claims,
        refused=refused,
        searched=Searched(passages=1234, documents=17, unread=unread),
        provenance=Provenance(tool_version="0", engine="extractive", query="How?"),
    )


def test_a_citation_names_author_year_printed_page_and_section() -> None:
    text = show.answer(answer(Claim("x", "S", Basis.QUOTED, (cited("Leaders met weekly"),))), lambda _: ITEM)

    assert "Åkesson and Ng (2021), p. 127, Results" in text
    assert "zotero://open-pdf/library/items/ATT1?page=1" in text.splitlines()[-3].strip() or "page=1" in text


def test_the_same_words_keep_their_number() -> None:
    same = cited("Leaders met weekly")
    text = show.answer(
        answer(Claim("x", "S", Basis.QUOTED, (same,)), Claim("y", "S", Basis.QUOTED, (same,))), lambda _: ITEM
    )

    assert "[1]" in text
    assert "[2]" not in text


def test_no_line_but_a_link_is_wider_than_eighty_columns() -> None:
    long = Claim("word " * 60, "A section " * 3, Basis.PARAPHRASED, (cited("Leaders met weekly"),))
    refused = Refusal("A claim " * 20, "Because " * 20)

    text = show.answer(answer(long, refused=(refused,), unread=2), lambda _: ITEM)

    assert all(len(line) <= 80 for line in text.splitlines() if "://" not in line)


def test_what_was_refused_is_shown_with_its_reason() -> None:
    text = show.answer(answer(refused=(Refusal("Trust grew.", "A number differs."),)), lambda _: ITEM)

    assert "Refused (1)" in text
    assert "Trust grew. — A number differs." in text


def test_an_answer_that_found_nothing_says_so_and_what_was_searched() -> None:
    text = show.answer(answer(unread=1), lambda _: ITEM)

    assert "Not found in this library" in text
    assert "17 documents" in text
    assert "1 source could not be read" in text


def test_an_unjudged_paraphrase_is_left_to_the_reader() -> None:
    claim = Claim("They met often.", "S", Basis.PARAPHRASED, (cited("Leaders met weekly"),), supported=None)

    text = show.answer(answer(claim), lambda _: ITEM)

    assert "located; whether the words support it is for you to judge" in " ".join(text.split())
    assert "“Leaders met weekly”" in text
