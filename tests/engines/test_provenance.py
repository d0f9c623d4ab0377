from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from assistant.model import Answer, Refusal
from assistant.ports import Draft
from assistant.provenance import differences, index_id, provenance_of
from tests.ledger.values import answer, citation, claim
from zotero_bridge.model import Coverage, Filters, LibraryRef

SHA = "ab" * 32


def shown(made: Answer, *passages: str, **settings: object) -> Answer:
    return replace(made, provenance=replace(made.provenance, passages_shown=passages, **settings))  # type: ignore[arg-type]  # fields by name


def cited(words: str, passage: str) -> object:
    return claim(words, citations=(replace(citation(words), passage_id=passage),))


def test_the_same_answer_is_called_the_same() -> None:
    again = replace(answer(), provenance=replace(answer().provenance, time="2027-01-01T00:00:00+00:00", tokens_in=9))

    changes = differences(answer(), again)

    assert changes.nothing
    assert "The same answer" in changes.text


def test_words_that_moved_within_a_text_read_again_are_the_same_words() -> None:
    moved = answer(claim(citations=(citation(start=900),)))

    assert differences(answer(), moved).kept == 1


def test_a_change_of_engine_prompts_or_filters_is_told_with_both_values() -> None:
    other = replace(
        answer().provenance,
        engine="openai:m-large",
        prompt_sha256={"answer": "cd" * 32},
        filters=Filters(tags=("leadership",), year_from=2020),
    )

    told = {s.name: (s.before, s.after) for s in differences(answer(), replace(answer(), provenance=other)).settings}

    assert told["engine"] == ("extractive", "openai:m-large")
    assert told["prompt sha256"] == (f"answer={SHA[:12]}", "answer=cdcdcdcdcdcd")
    assert told["filters"] == ("year_from=2018", "year_from=2020")


def test_a_claim_that_went_has_its_reason() -> None:
    first, second = claim("trust grew slowly"), claim("visits went on")
    first = replace(first, citations=(replace(first.citations[0], passage_id="p1"),))
    second = replace(second, citations=(replace(second.citations[0], passage_id="p2"),))
    before = shown(answer(first, second), f"p1:{SHA}", f"p2:{SHA}")

    refused = replace(
        shown(answer(second), f"p1:{SHA}", f"p2:{SHA}"), refused=(Refusal(first.text, "A number differs."),)
    )
    unseen = shown(answer(second), f"p2:{SHA}", "p3:" + "cd" * 32)
    chosen = shown(answer(second), f"p1:{SHA}", f"p2:{SHA}")
    other = shown(answer(second), f"p1:{SHA}", f"p2:{SHA}", engine="openai:m")
    read_again = shown(answer(second), "p4:" + "cd" * 32)

    reasons = [differences(before, after).gone[0].why for after in (refused, unseen, chosen, other, read_again)]
    assert reasons == [
        "refused there: A number differs.",
        "its passage was not among those shown",
        "the engine chose otherwise",
        "another engine",
        "its document was not among those shown, or has been read again since",
    ]
    assert differences(unseen, before).new[0].text == "trust grew slowly"


def test_the_changes_are_told_in_words_and_as_json() -> None:
    reworded = answer(replace(claim(), text="Partners dared to ask."), claim("visits went on"))

    changes = differences(answer(), reworded)

    assert "Reworded: partners felt safe to ask → Partners dared to ask." in changes.text
    assert "New: visits went on" in changes.text
    assert changes.as_json["kept"] == 1


def test_provenance_holds_what_the_draft_and_the_index_tell() -> None:
    coverage = Coverage(items=2, sources=3, passages=40, embedder="minilm@1", synced_at="2026-03-01T08:00:00+00:00")
    drafted = Draft(
        (), model_reported="m-1", tokens_in=3, prompt_sha256={"answer": SHA}, parameters={"temperature": "0"}
    )

    made = provenance_of(
        "q?",
        engine="openai:m",
        draft=drafted,
        hits=(),
        filters=Filters(),
        coverage=coverage,
        library=LibraryRef("user", "0", "sample"),
        now=datetime(2026, 3, 1, 9, tzinfo=UTC),
    )

    assert (made.model_reported, made.tokens_in, made.parameters) == ("m-1", 3, {"temperature": "0"})
    assert (made.library, made.library_mark, made.embedder_id) == ("sample", coverage.synced_at, "minilm@1")
    assert made.index_id == index_id(coverage) != index_id(replace(coverage, embedder="other@1"))
    assert made.time == "2026-03-01T09:00:00+00:00"
