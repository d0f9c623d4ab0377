"""Mixing, collapsing and spreading: pure, so proved by properties."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Hit
from assistant.retrieve_mix import mix, weigh
from assistant.retrieve_spread import collapse, spread, studies
from tests.retrieval.stacks import passage
from zotero_bridge.model import Item

SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 40), min_size=1)


@given(SCORES, SCORES)
def test_a_mix_stays_between_its_sides_and_keeps_an_order_both_agree_on(
    words: dict[str, float], meaning: dict[str, float]
) -> None:
    meaning = {one: meaning.get(one, 0.0) for one in words}
    mixed = mix(words, meaning, head=words)

    assert mixed.keys() == words.keys()
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in mixed.values())
    for one in words:
        for other in words:
            if words[one] >= words[other] and meaning[one] >= meaning[other]:
                assert mixed[one] >= mixed[other] - 1e-9


@given(SCORES, st.floats(0.1, 9), st.floats(0, 9))
def test_the_scale_of_a_side_does_not_matter(words: dict[str, float], factor: float, shift: float) -> None:
    meaning = {one: float(ord(one)) for one in words}
    scaled = {one: score * factor + shift for one, score in words.items()}

    one, other = mix(words, meaning, head=words), mix(scaled, meaning, head=words)

    if max(words.values()) - min(words.values()) > 1e-6:
        assert all(one[key] == pytest.approx(other[key], abs=1e-3) for key in words)


def test_half_and_half() -> None:
    mixed = mix({"a": 10.0, "b": 0.0, "c": 5.0}, {"a": 0.2, "b": 0.6, "c": 0.5}, head="abc")

    assert mixed == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.5 * 0.5 + 0.5 * 0.75})


def test_more_candidates_do_not_change_the_order_of_the_head() -> None:
    words, meaning = {"a": 9.0, "b": 7.0, "c": 6.5}, {"a": 0.3, "b": 0.7, "c": 0.5}
    short = mix(words, meaning, head="abc")

    longer = mix({**words, "z": 0.1}, {**meaning, "z": -0.4}, head="abc")

    assert {one: longer[one] for one in "abc"} == short
    assert longer["z"] < 0


def test_without_meaning_words_decide_and_without_words_meaning_does() -> None:
    assert mix({"a": 3.0, "b": 1.0}, {}, head="ab") == {"a": 1.0, "b": 0.0}
    assert mix({"a": 0.0, "b": 0.0}, {"a": 0.1, "b": 0.9}, head="ab") == {"a": 0.0, "b": 1.0}
    assert mix({}, {}, head="") == {}


def test_a_passage_without_a_vector_yet_is_not_lost() -> None:
    mixed = mix({"a": 5.0, "b": 4.0, "c": 1.0}, {"b": 0.4, "c": 0.1}, head="abc")

    assert mixed["b"] > mixed["a"] > mixed["c"]


@given(st.floats(-2, 1), st.floats(0, 1))
def test_weighing_never_lifts(score: float, weight: float) -> None:
    assert weigh(score, weight) <= score


def hit(text: str, item: str, score: float = 0.5, page: int | None = 0) -> Hit:
    return Hit(passage(text, item=item, page=page, source=f"{item}-{len(text)}"), score)


TEXTS = [" ".join(f"w{n}x{k}" for k in range(12)) for n in range(6)]


@given(st.lists(st.tuples(st.sampled_from(range(6)), st.sampled_from("ABCD")), max_size=25))
def test_collapsing_loses_nothing_and_keeps_the_order(drawn: list[tuple[int, str]]) -> None:
    hits = [hit(TEXTS[n], item, 1 - at / 100) for at, (n, item) in enumerate(drawn)]

    kept = collapse(hits)

    assert sum(1 + one.duplicates for one in kept) == len(hits)
    assert [one.passage.text for one in kept] == list(dict.fromkeys(h.passage.text for h in hits))
    assert [one.score for one in kept] == sorted((one.score for one in kept), reverse=True)


@given(st.lists(st.sampled_from("ABCD"), max_size=40), st.integers(1, 30))
def test_no_study_is_in_the_way_of_others(items: list[str], limit: int) -> None:
    hits = [hit(f"text {at}", item, 1 - at / 100) for at, item in enumerate(items)]

    chosen = spread(hits, limit, lambda key: key)

    most = max(2, isqrt(limit))
    counts = Counter(one.passage.item_key for one in chosen)
    assert len(chosen) == min(limit, len(hits))
    assert len({one.passage.id for one in chosen}) == len(chosen)
    flooding = [item for item, n in counts.items() if n > most]
    if flooding:
        wanting = Counter(items)
        assert all(counts[item] == min(wanting[item], counts[item]) for item in wanting)
        assert all(counts[item] >= min(most, wanting[item]) for item in wanting)


def test_the_same_words_on_a_page_are_shown_rather_than_those_of_an_abstract() -> None:
    text = "Leaders who met weekly came to trust one another, and shared their budgets within the year."
    first, second = hit(text, "A", 0.9, page=None), hit(text + " ", "B", 0.8, page=3)

    (shown,) = collapse([first, second])

    assert shown.passage.locator.page_index == 3
    assert (shown.score, shown.duplicates) == (0.9, 1)


def test_a_passage_that_differs_by_a_not_among_few_words_is_another_passage() -> None:
    one, other = hit("Trust did grow between the boards", "A"), hit("Trust did not grow between the boards", "B")

    assert len(collapse([one, other])) == 2


def test_siblings_of_one_study_count_as_one() -> None:
    items = [
        Item("AAAA", "A trial of huddles", relations=(("dc:relation", "http://zotero.org/users/1/items/BBBB"),)),
        Item("BBBB", "Huddles: the process evaluation"),
        Item("CCCC", "Leadership in four integrated systems"),
        Item("DDDD", "Leadership in Four Integrated Systems."),
        Item("EEEE", "Editorial"),
        Item("FFFF", "Editorial"),
    ]

    study = studies(items)

    assert study["AAAA"] == study["BBBB"]
    assert study["CCCC"] == study["DDDD"]
    assert len({study[i.key] for i in items}) == 4
    assert studies([replace(items[0])]) == {"AAAA": "AAAA"}
