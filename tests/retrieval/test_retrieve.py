"""Finding passages, with the real word index and exact vectors behind it."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from assistant.errors import Misused
from assistant.retrieve import BatchQuery, more_like, read_queries, retrieve, retrieve_batch
from tests.retrieval.stacks import Stacks, passage, stacks
from zotero_bridge.errors import NoSuchSource
from zotero_bridge.model import Filters, Item, SectionKind, SourceKind

EVERYTHING = Filters()


@pytest.fixture
def shelf(tmp_path: Path) -> Stacks:
    return stacks(
        tmp_path,
        [
            passage("Weekly meetings let partners build trust before the budgets were pooled.", item="A"),
            passage("Partners kept their budgets apart and spoke only through lawyers.", item="B"),
            passage("The reading room is open on weekdays and closed in August.", item="C"),
            passage(
                "Trust and budgets, weekly meetings. J Build Trust 2015; 4: 12. Partners pooled, 2016.",
                item="D",
                kind=SectionKind.REFERENCES,
            ),
        ],
    )


def keys(hits: object) -> list[str]:
    return [hit.passage.item_key for hit in hits]  # type: ignore[attr-defined]  # hits of any sequence


def test_the_passage_that_says_it_comes_first_and_a_reference_list_does_not(shelf: Stacks) -> None:
    found = retrieve(shelf, "How do weekly meetings build trust between partners?", limit=3, filters=EVERYTHING)

    assert keys(found)[0] == "A"
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)


def test_a_kind_of_section_that_is_asked_for_is_not_weighed_down(shelf: Stacks) -> None:
    found = retrieve(shelf, "trust", limit=3, filters=Filters(section_kinds=(SectionKind.REFERENCES,)))

    assert keys(found) == ["D"]
    assert found[0].score >= 0


def test_a_phrase_is_required_as_long_as_something_holds_it(shelf: Stacks) -> None:
    assert keys(retrieve(shelf, '"budgets apart"', limit=5, filters=EVERYTHING)) == ["B"]
    assert keys(retrieve(shelf, 'trust "no such words here"', limit=5, filters=EVERYTHING))[0] in "AD"


def test_what_is_excluded_is_not_found_by_meaning_either(shelf: Stacks) -> None:
    found = retrieve(shelf, "budgets -lawyers -references", limit=5, filters=EVERYTHING)

    assert "B" not in keys(found)
    assert "A" in keys(found)


@pytest.mark.parametrize("query", ["", "   ", '"', "-", "the of and"])
def test_a_question_without_words_is_answered_by_nothing_or_by_meaning_alone(shelf: Stacks, query: str) -> None:
    assert isinstance(retrieve(shelf, query, limit=5, filters=EVERYTHING), list)


def test_the_same_question_has_the_same_answer(shelf: Stacks) -> None:
    first = retrieve(shelf, "budgets of partners", limit=4, filters=EVERYTHING)

    assert all(retrieve(shelf, "budgets of partners", limit=4, filters=EVERYTHING) == first for _ in range(3))


def test_words_alone_find_too(tmp_path: Path) -> None:
    shelf = stacks(tmp_path, [passage("Trust grew.", item="A"), passage("Rain fell.", item="B")], words_alone=True)

    assert keys(retrieve(shelf, "trust", limit=5, filters=EVERYTHING)) == ["A"]


def test_a_passage_whose_vector_is_still_to_come_is_found_by_its_words(shelf: Stacks) -> None:
    shelf.forget_vectors([p.id for p in shelf.held])

    assert keys(retrieve(shelf, "lawyers", limit=2, filters=EVERYTHING)) == ["B"]


def test_filters_hold(shelf: Stacks) -> None:
    assert keys(retrieve(shelf, "trust budgets partners", limit=9, filters=Filters(item_keys=("B", "C")))) == ["B", "C"]
    assert retrieve(shelf, "trust", limit=9, filters=Filters(source_kinds=(SourceKind.NOTE,))) == []


def test_no_document_floods_the_list_unless_asked(tmp_path: Path) -> None:
    flood = [
        passage(f"Trust grew in year {n} among leaders of the north, {'and again ' * n}.", item="A", start=n)
        for n in range(12)
    ]
    others = [passage(f"Some trust was seen in place {n}, late and slowly.", item=f"B{n}") for n in range(6)]
    shelf = stacks(tmp_path, [*flood, *others])

    spread = keys(retrieve(shelf, "trust among leaders of the north", limit=8, filters=EVERYTHING))
    flooded = keys(retrieve(shelf, "trust among leaders of the north", limit=8, filters=EVERYTHING, spread=False))

    assert spread.count("A") == 2
    assert flooded.count("A") > 4
    only = retrieve(shelf, "trust among leaders of the north", limit=8, filters=Filters(item_keys=("A",)))
    assert keys(only) == ["A"] * 8


def test_the_title_of_an_item_helps_its_passages(tmp_path: Path) -> None:
    items = [Item("A", "Housing officers and tenants"), Item("B", "Bees of the upper valley")]
    held = [passage("They visited twice a year.", item=key, source=key) for key in "AB"]
    held[1] = passage("They were visited twice a year.", item="B")
    shelf = stacks(tmp_path, held, items=items)

    assert keys(retrieve(shelf, "how often do housing officers visit", limit=1, filters=EVERYTHING)) == ["A"]


def test_passages_like_one_leave_it_and_its_reprints_out(tmp_path: Path) -> None:
    text = "Partners met every week, spoke plainly, and trusted each other with money."
    one = passage(text, item="A")
    shelf = stacks(
        tmp_path,
        [one, passage(text + " ", item="R"), passage("Plainly spoken partners trusted each other.", item="B")],
    )

    found = more_like(shelf, one.id, limit=5, filters=EVERYTHING)

    assert keys(found) == ["B"]
    with pytest.raises(NoSuchSource):
        more_like(shelf, "0" * 16, limit=5, filters=EVERYTHING)


def test_a_passage_full_of_quotation_marks_and_hyphens_is_like_others_too(tmp_path: Path) -> None:
    one = passage('"We trust them" - said a director - "and -money follows".', item="A")
    shelf = stacks(tmp_path, [one, passage("Money follows where directors trust.", item="B")])

    assert keys(more_like(shelf, one.id, limit=5, filters=EVERYTHING)) == ["B"]


class TestBatch:
    def test_each_line_is_answered_in_order(self, shelf: Stacks, tmp_path: Path) -> None:
        path = tmp_path / "queries.jsonl"
        lines = [{"id": "q1", "query": "lawyers"}, {"_id": "q2", "text": "reading room", "metadata": {}}]
        text = "\ufeff" + "\n\n".join(json.dumps(line) for line in lines) + '\n{"id": 3, "query": ""}\n'
        path.write_text(text, encoding="utf-8")

        answered = list(retrieve_batch(shelf, read_queries(path), limit=2, filters=EVERYTHING))

        assert [one.id for one, _ in answered] == ["q1", "q2", "3"]
        assert [keys(hits)[:1] for _, hits in answered] == [["B"], ["C"], []]

    @pytest.mark.parametrize("line", ["not json", "[]", '{"id": "x"}', '{"query": "x"}', '{"id": true, "query": "x"}'])
    def test_a_line_that_is_no_query_is_named(self, line: str, tmp_path: Path) -> None:
        path = tmp_path / "queries.jsonl"
        path.write_text('{"id": "1", "query": "fine"}\n' + line, encoding="utf-8")

        with pytest.raises(Misused, match="line 2"):
            read_queries(path)

    def test_a_file_that_is_not_there_is_said_so(self, tmp_path: Path) -> None:
        with pytest.raises(Misused):
            read_queries(tmp_path / "none.jsonl")

    def test_a_query_is_plain_text_and_every_document_stands_for_itself(self, tmp_path: Path) -> None:
        said = "Money follows where directors trust each other and say so aloud."
        books = [Item(key=f"B{n}", title="One title that many chapters of a long work share") for n in range(8)]
        shelf = stacks(tmp_path, [passage(said, item=one.key) for one in books], items=books)
        query = BatchQuery("q", '"directors of museums" trust -money - "aloud"')

        [(_, hits)] = retrieve_batch(shelf, [query], limit=100, filters=EVERYTHING)

        assert sorted(keys(hits)) == [one.key for one in books]
        assert all(hit.duplicates == 0 for hit in hits)

    def test_the_ranking_is_the_one_that_was_measured(self, tmp_path: Path) -> None:
        """The hundred best of each side, exact scores of all of them on both, least to 0, best to 1, half and half."""
        dice = random.Random(1)
        vocabulary = [f"{a}{b}" for a in ("ba", "de", "ko", "mi", "tu") for b in ("lam", "ner", "pix", "rov", "sut")]
        texts = [" ".join(dice.choices(vocabulary, k=dice.randint(3, 30))) + f" n{n}" for n in range(400)]
        shelf = stacks(tmp_path, [passage(text, item=f"D{n:03}") for n, text in enumerate(texts)])
        text = "balam koner koner tusut unheard"

        [(_, hits)] = retrieve_batch(shelf, [BatchQuery("q", text)], limit=100, filters=EVERYTHING)

        words = dict(shelf.rank_words(text, limit=400, filters=EVERYTHING))
        meaning = dict(shelf.rank_meaning(text, limit=400, filters=EVERYTHING))
        pool = {*list(words)[:100], *list(meaning)[:100]}

        def scaled(scores: dict[str, float]) -> dict[str, float]:
            among = {one: scores.get(one, 0.0) for one in pool}
            low, high = min(among.values()), max(among.values())
            return {one: (score - low) / (high - low) for one, score in among.items()}

        by_words, by_meaning = scaled(words), scaled(meaning)
        expected = sorted(((by_words[one] + by_meaning[one]) / 2 for one in pool), reverse=True)[:100]
        assert len(pool) > 100
        assert [hit.score for hit in hits] == pytest.approx(expected, abs=1e-5)


def test_what_a_figure_leaves_behind_does_not_lead_the_list(tmp_path: Path) -> None:
    shelf = stacks(
        tmp_path,
        [
            passage("12 vision", item="A"),
            passage("A vision that the wards had written gave their staff a reason to stay on.", item="B"),
            passage("The reading room is open on weekdays and closed in August.", item="C"),
        ],
    )

    assert keys(retrieve(shelf, "vision", limit=2, filters=EVERYTHING))[0] == "B"
