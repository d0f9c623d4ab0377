"""Two lists for a claim: the passages that contradict it must not hide among those that do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.model import CMOC, Basis, Element
from assistant.retrieve_opposites import companions, opposites
from assistant.retrieve_sides import Sides, retrieve_for
from tests.retrieval.stacks import Stacks, passage, stacks
from zotero_bridge.model import Filters, SectionKind

CLAIMS = json.loads(Path(__file__).with_name("claims.json").read_text(encoding="utf-8"))
EVERYTHING = Filters()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Stacks:
    held = [
        passage(text, item=f"{n}-{side}-{at}")
        for n, claim in enumerate(CLAIMS)
        for side in ("against", "support", "near")
        for at, text in enumerate(claim[side])
    ]
    return stacks(tmp_path_factory.mktemp("sides"), held)


def places(sides: Sides, prefix: str) -> tuple[list[int], list[int]]:
    """Where passages whose item key begins so stand: among the supporting, among the limiting."""
    supporting, limiting = (
        [at for at, hit in enumerate(hits) if hit.passage.item_key.startswith(prefix)]
        for hits in (sides.supporting, sides.limiting)
    )
    return supporting, limiting


def test_nine_of_ten_planted_contradictions_are_among_the_first_ten_limiting_passages(shelf: Stacks) -> None:
    found = total = 0
    for n, claim in enumerate(CLAIMS):
        sides = retrieve_for(shelf, claim["claim"], limit=10, filters=EVERYTHING)
        found += len(places(sides, f"{n}-against")[1])
        total += len(claim["against"])

    assert found >= 0.9 * total


def test_most_of_what_supports_a_claim_is_among_the_supporting(shelf: Stacks) -> None:
    sides = [retrieve_for(shelf, claim["claim"], limit=10, filters=EVERYTHING) for claim in CLAIMS]

    assert sum(bool(places(one, f"{n}-support")[0]) for n, one in enumerate(sides)) >= 4


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_the_lists_are_equal_in_size_and_share_no_passage(shelf: Stacks, limit: int) -> None:
    for claim in CLAIMS:
        sides = retrieve_for(shelf, claim["claim"], limit=limit, filters=EVERYTHING)

        assert len(sides.supporting) == len(sides.limiting) == limit
        assert not {h.passage.id for h in sides.supporting} & {h.passage.id for h in sides.limiting}


def test_a_configuration_is_searched_for_by_its_parts(shelf: Stacks) -> None:
    def element(text: str) -> tuple[Element, ...]:
        return (Element(text=text, basis=Basis.INFERRED),)

    cmoc = CMOC(
        id="C1",
        version=1,
        title="",
        statement="",
        context=element("wards with high staff turnover"),
        resource=element("short daily huddles led by the senior nurse"),
        reasoning=element("staff feel safe to speak up"),
        outcome=element("errors are reported sooner"),
    )

    sides = retrieve_for(shelf, cmoc, limit=5, filters=EVERYTHING)

    assert len(places(sides, "3-against")[1]) == 2
    assert any("huddles" in asked and "sooner" in asked for asked in sides.searched_by)
    assert any("delayed" in asked for asked in sides.searched_by)


def test_filters_hold_on_both_sides(shelf: Stacks) -> None:
    only = Filters(item_keys=("0-against-0", "0-support-0"))
    sides = retrieve_for(shelf, CLAIMS[0]["claim"], limit=5, filters=only)

    assert {h.passage.item_key for h in (*sides.supporting, *sides.limiting)} <= set(only.item_keys)


def test_nothing_to_search_gives_two_empty_lists(tmp_path: Path) -> None:
    empty = stacks(tmp_path, [])

    assert retrieve_for(empty, "Trust makes partners share.", limit=5, filters=EVERYTHING).supporting == ()


def test_findings_come_before_hopes_methods_and_references(tmp_path: Path) -> None:
    text = "Regular meetings built trust between the partners, who then shared their data."
    kinds = (SectionKind.METHODS, SectionKind.REFERENCES, SectionKind.RESULTS, SectionKind.FRONT_MATTER)
    held = [passage(f"{text} {kind.value}", item=kind.value, kind=kind) for kind in kinds]
    hoped = "Partners should hold regular meetings so that trust may be built and data may be shared in future."
    shelf = stacks(tmp_path, [*held, passage(hoped, item="hope")])

    sides = retrieve_for(shelf, "Regular meetings build trust, so partners share data.", limit=5, filters=EVERYTHING)

    assert sides.supporting[0].passage.item_key == "results"


def test_words_have_opposites_both_ways() -> None:
    assert "worsened" in opposites("Care improved.")
    assert "withheld" in opposites("They share data")
    assert "shared" in companions("They share data")
    assert opposites("The clerk counted pencils.") == ""
