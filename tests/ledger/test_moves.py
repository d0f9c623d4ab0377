from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from assistant import ledger_moves as moves
from assistant.ledger_events import AiOutcome, CmocAdded, Entry, Event, Judged
from assistant.ledger_find import EntryClosed, MoveRefused, NoSuchEntry
from assistant.ledger_state import ReviewState, fold_events
from assistant.model import CmocStatus, Role, Stance
from tests.ledger.values import answer, citation, cmoc, judgement, quoted
from zotero_bridge.errors import RealistError

Move = Callable[[ReviewState], Sequence[Event]]


def after(*made: Move) -> ReviewState:
    entries: list[Entry] = []
    for move in made:
        entries += [Entry(e, "Ada", "2026-03-01T09:00:00+00:00") for e in move(fold_events(entries))]
    return fold_events(entries)


def candidates(*ids: str) -> Move:
    return lambda s: moves.add_candidates(s, [cmoc(id) for id in ids])


def accept(id: str) -> Move:
    return lambda s: moves.accept(s, id)


def retire(id: str) -> Move:
    return lambda s: moves.retire(s, id, reason="superseded")


def edit(id: str, statement: str) -> Move:
    return lambda s: moves.edit(s, id, author="Ada", statement=statement)


def merge(*ids: str, into: str) -> Move:
    return lambda s: moves.merge(s, ids, into=into, author="Ada")


def split(id: str) -> Move:
    return lambda s: moves.split(s, id, [cmoc(title="one"), cmoc(title="two")], author="Ada")


def judge(id: str, stance: Stance = Stance.SUPPORTS, reason: str = "says so") -> Move:
    return lambda s: moves.judge(s, id, citation(), part="whole", stance=stance, reason=reason, who="Ada", time="t")


def test_ids_are_stable_and_never_given_twice() -> None:
    state = after(candidates("cand-1", "cand-2"), retire("C2"), candidates("cand-3"), split("C1"))

    assert list(state.versions) == ["C1", "C2", "C3", "C4", "C5"]


def test_a_candidate_that_is_in_the_ledger_is_not_added_again() -> None:
    state = after(candidates("cand-1"), candidates("cand-1", "cand-2"))

    assert list(state.versions) == ["C1", "C2"]


def test_accepting_a_candidate_makes_it_active_and_leaves_its_version() -> None:
    state = after(candidates("cand-1"), accept("c1"))

    assert state.cmocs["C1"].status is CmocStatus.ACTIVE
    assert state.cmocs["C1"].version == 1


def test_a_candidate_can_be_accepted_by_the_id_its_engine_gave_it() -> None:
    assert after(candidates("cand-9"), accept("cand-9")).cmocs["C1"].status is CmocStatus.ACTIVE


def test_a_fresh_candidate_enters_as_active() -> None:
    state = after(lambda s: moves.accept(s, "cand-9", drafted={"cand-9": cmoc("cand-9")}))

    assert state.cmocs["C1"].status is CmocStatus.ACTIVE
    assert state.drafted_as == {"cand-9": "C1"}


def test_an_edit_is_a_new_version_and_the_old_one_stays() -> None:
    state = after(candidates("cand-1"), edit("C1", "Other words."))

    assert [c.version for c in state.versions["C1"]] == [1, 2]
    assert state.versions["C1"][0].statement != "Other words."
    assert state.cmocs["C1"].statement == "Other words."
    assert state.cmocs["C1"].author == "Ada"


def test_judgements_of_an_earlier_version_are_stale_and_due_for_reading() -> None:
    state = after(candidates("cand-1"), judge("C1"), edit("C1", "Other words."), judge("C1", reason="read again"))

    assert [j.stale for j in state.judgements] == [True, False]
    assert [j.reason for j in state.to_reread] == ["says so"]


def test_accepting_and_filing_under_a_theory_makes_no_judgement_stale() -> None:
    state = after(
        candidates("cand-1"),
        judge("C1"),
        accept("C1"),
        lambda s: moves.write_theory(s, title="Purpose"),
        lambda s: moves.assign(s, "C1", theory="t1"),
    )

    assert [j.stale for j in state.judgements] == [False]
    assert state.cmocs["C1"].theory == "T1"


def test_a_reviewer_who_judges_the_same_words_again_has_changed_their_mind() -> None:
    state = after(candidates("cand-1"), judge("C1"), judge("C1", Stance.REFUTES))

    assert [j.stance for j in state.judgements] == [Stance.REFUTES]


def test_two_reviewers_may_differ() -> None:
    events: list[Event] = [
        CmocAdded(cmoc("C1")),
        Judged(judgement()),
        Judged(replace(judgement(stance=Stance.REFUTES), who="Ben")),
    ]

    assert len(fold_events(Entry(e, "x", "t") for e in events).judgements) == 2


def test_a_merge_keeps_every_element_once_and_closes_the_others() -> None:
    def with_outcome(s: ReviewState) -> Sequence[Event]:
        return moves.add(s, cmoc(outcome=(quoted("referrals rose", item="ITEM2"),)))

    state = after(candidates("cand-1"), with_outcome, merge("C2", "c1", into="C1"))

    assert state.cmocs["C1"].version == 2
    assert [e.text for e in state.cmocs["C1"].context] == ["where the board published its figures"]
    assert [e.text for e in state.cmocs["C1"].outcome] == ["referrals rose"]
    assert state.cmocs["C2"].status is CmocStatus.MERGED
    assert state.cmocs["C2"].lineage == ("merged into C1",)
    assert [c.id for c in state.open_cmocs] == ["C1"]


def test_a_split_closes_the_original_and_its_parts_know_where_they_come_from() -> None:
    state = after(candidates("cand-1"), split("C1"))

    assert state.cmocs["C1"].status is CmocStatus.SPLIT
    assert state.cmocs["C1"].lineage == ("split into C2, C3",)
    assert [(c.id, c.lineage) for c in state.open_cmocs] == [("C2", ("split from C1",)), ("C3", ("split from C1",))]


def test_retiring_keeps_the_configuration_and_the_reason() -> None:
    state = after(candidates("cand-1"), retire("C1"))

    assert state.cmocs["C1"].status is CmocStatus.RETIRED
    assert state.retired_for["C1"] == "superseded"


def test_parts_can_be_edited_and_an_inferred_element_needs_a_memo() -> None:
    inferred = replace(quoted("felt watched"), basis="inferred", citation=None)  # type: ignore[arg-type]  # the literal
    state = after(candidates("cand-1"))

    with pytest.raises(MoveRefused, match="memo"):
        moves.edit(state, "C1", author="Ada", parts={Role.REASONING: (inferred,)})
    assert moves.edit(state, "C1", author="Ada", parts={Role.REASONING: (replace(inferred, memo="from p. 3"),)})


@pytest.mark.parametrize(
    "move, error",
    [
        (accept("C9"), NoSuchEntry),
        (retire("C9"), NoSuchEntry),
        (retire("C2"), EntryClosed),
        (edit("C2", "x"), EntryClosed),
        (edit("C1", cmoc().statement), MoveRefused),
        (accept("C2"), EntryClosed),
        (merge("C1", into="C1"), MoveRefused),
        (merge("C2", into="C1"), EntryClosed),
        (lambda s: moves.split(s, "C1", [cmoc()], author="Ada"), MoveRefused),
        (lambda s: moves.retire(s, "C1", reason=" "), MoveRefused),
        (lambda s: moves.assign(s, "C1", theory="T7"), NoSuchEntry),
        (judge("C2"), EntryClosed),
        (judge("C1", Stance.SILENT), MoveRefused),
        (lambda s: moves.withdraw_answer(s, "A1", reason="x"), NoSuchEntry),
        (lambda s: moves.write_theory(s, title="x", id="T9"), NoSuchEntry),
    ],
)
def test_a_move_that_cannot_be_is_refused_with_a_hint(move: Move, error: type[RealistError]) -> None:
    state = after(candidates("cand-1", "cand-2"), retire("C2"))

    with pytest.raises(error) as raised:
        move(state)
    assert raised.value.hint


def test_a_kept_answer_leaves_a_record_of_the_machine_that_proposed_it() -> None:
    state = after(lambda s: moves.keep_answer(s, answer()), lambda s: moves.keep_answer(s, answer()))

    assert list(state.answers) == ["A1", "A2"]
    assert state.ai_events["E2"].provenance.engine == "extractive"
    assert state.ai_outcomes[1] == AiOutcome("E2", "accepted", "A2")


def test_a_withdrawn_answer_stays_with_its_reason() -> None:
    state = after(
        lambda s: moves.keep_answer(s, answer()), lambda s: moves.withdraw_answer(s, "a1", reason="wrong scope")
    )

    assert state.answers["A1"].withdrawn == "wrong scope"
    with pytest.raises(EntryClosed):
        moves.withdraw_answer(state, "A1", reason="again")


def test_a_document_that_was_read_and_says_nothing_is_noted_for_this_version() -> None:
    state = after(candidates("cand-1"), lambda s: moves.note_silence(s, "C1", "ITEM2", query="trust"))

    assert [(s.cmoc_id, s.cmoc_version, s.item_key) for s in state.silences] == [("C1", 1, "ITEM2")]
