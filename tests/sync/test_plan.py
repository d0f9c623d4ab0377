"""The plan, which is pure: what is due, what went, what is not believed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.errors import LibraryVanished
from zotero_bridge.index.catalogue_known import FileIdentity, KnownFailure, KnownObject, KnownSource
from zotero_bridge.model import SourceKind
from zotero_bridge.sync.plan import (
    FileState,
    ObjectPlan,
    SourcePlan,
    Wanted,
    check_vanished,
    plan_objects,
    plan_sources,
    wanted_sources,
)

FILE = FileIdentity("/library/a.pdf", 10, 20, "sha")
WANT = Wanted("ATTA0001", "ITEM0001", None, "m1")
SOURCE = KnownSource("ATTA0001", "ITEM0001", SourceKind.PDF, "m1", "text", "reader 1", FILE)
FAILURE = KnownFailure("ATTA0001", "ITEM0001", "a.pdf", "it is empty", "m1", "reader 1", FILE)
THERE = {FILE.path: FileState(10, 20)}


def plan(
    source: KnownSource | None = None,
    failure: KnownFailure | None = None,
    *,
    want: Wanted = WANT,
    files: dict[str, FileState | None] = THERE,  # type: ignore[assignment]  # a dict of states is one of states or None
    reader: str = "reader 1",
    full: bool = False,
) -> SourcePlan:
    return plan_sources(
        {want.key: want},
        {source.key: source} if source else {},
        {failure.source_key: failure} if failure else {},
        files,
        reader=reader,
        full=full,
    )


def test_a_new_file_is_opened() -> None:
    assert plan().open == (WANT,)


def test_a_file_that_is_as_it_was_is_left_alone() -> None:
    assert plan(SOURCE) == SourcePlan(unchanged=1)


@pytest.mark.parametrize("state", [None, FileState(11, 20), FileState(10, 21)])
def test_a_file_that_looks_different_is_opened(state: FileState | None) -> None:
    assert plan(SOURCE, files={FILE.path: state}).open == (WANT,)
    assert plan(None, FAILURE, files={FILE.path: state}).open == (WANT,)


def test_a_file_of_which_the_library_says_something_new_is_opened() -> None:
    assert plan(replace(SOURCE, made_of="m0")).open == (WANT,)
    assert plan(None, replace(FAILURE, made_of="m0")).open == (WANT,)


def test_a_failure_is_due_only_by_rule() -> None:
    assert plan(None, FAILURE).open == ()
    assert plan(None, replace(FAILURE, missing=True)).again == {WANT.key}
    assert plan(None, FAILURE, reader="reader 2").open == (WANT,)
    assert plan(None, FAILURE, full=True).open == (WANT,)


def test_what_was_read_is_not_read_again_by_a_new_version_unasked() -> None:
    assert plan(SOURCE, reader="reader 2").open == ()
    assert plan(SOURCE, reader="reader 2", full=True).open == (WANT,)


def test_another_item_is_a_move_and_no_reading() -> None:
    want = replace(WANT, item_key="ITEM0002")

    assert plan(SOURCE, want=want) == SourcePlan(move=(want,), unchanged=1)


def test_what_is_not_wanted_any_more_goes_failures_too() -> None:
    gone = plan_sources({}, {"A": SOURCE}, {"B": FAILURE}, {}, reader="reader 1")

    assert gone.gone == ("A", "B")


def known(key: str, kind: str = "item", parent: str = "", made_of: str = "m", scope: bool = True) -> KnownObject:
    return KnownObject(key, "1", kind, parent, made_of, scope)


LIBRARY = {
    o.key: o
    for o in (
        known("I1"),
        known("I2", made_of=""),
        known("A1", "attachment", "I1"),
        known("A2", "attachment", "I1", made_of=""),
        known("M1", "annotation", "A1"),
        known("M2", "annotation", "A2"),
        known("M3", "annotation", "NONE"),
        known("N1", "note", "I2"),
        known("N2", "note"),
        known("N3", "note", "X1"),
        known("X1", "nothing"),
    )
}


def test_sources_are_what_hangs_on_items_in_scope_and_can_be_read() -> None:
    wanted, skipped = wanted_sources(LIBRARY, {"I1", "I2", "N2"})

    assert {w.key: (w.item_key, w.kind) for w in wanted.values()} == {
        "I1-abstract": ("I1", SourceKind.ABSTRACT),
        "A1": ("I1", None),
        "M1": ("I1", SourceKind.ANNOTATION),
        "M2": ("I1", SourceKind.ANNOTATION),
        "N1": ("I2", SourceKind.NOTE),
        "N2": ("N2", SourceKind.NOTE),
    }
    assert skipped == 1
    assert wanted["I1-abstract"].object_key == "I1"
    assert wanted_sources(LIBRARY, set()) == ({}, 0)


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12")), st.sets(st.sampled_from("abcdef")))
def test_a_plan_fetches_what_differs_and_forgets_what_went(stamps: dict[str, str], held: set[str]) -> None:
    objects = {key: known(key) for key in held}

    planned = plan_objects(stamps, objects)

    assert set(planned.new) == stamps.keys() - held
    assert set(planned.changed) == {k for k in stamps.keys() & held if stamps[k] != "1"}
    assert set(planned.gone) == held - stamps.keys()
    assert set(plan_objects(stamps, objects, full=True).changed) == stamps.keys() & held


def test_a_library_that_says_nothing_changed_is_believed() -> None:
    assert plan_objects(None, LIBRARY) == ObjectPlan()


@pytest.mark.parametrize(("items", "gone", "believed"), [(1, 1, False), (2, 1, True), (3, 2, False), (10, 5, True),
                                                         (10, 6, False), (0, 0, True)])  # fmt: skip
def test_more_than_half_of_the_items_do_not_go_at_once(items: int, gone: int, believed: bool) -> None:
    held = {f"I{n}": known(f"I{n}") for n in range(items)}
    planned = ObjectPlan(gone=tuple(held)[:gone])

    if believed:
        check_vanished(planned, held, library="mine")
    else:
        with pytest.raises(LibraryVanished, match="mine"):
            check_vanished(planned, held, library="mine")


def test_an_item_may_go_with_all_that_hangs_on_it() -> None:
    held = {k: known(k) for k in ("I1", "I2", "I3")} | {"A1": known("A1", "attachment", "I1")}
    held |= {f"M{n}": known(f"M{n}", "annotation", "A1") for n in range(100)}

    check_vanished(ObjectPlan(gone=("I1", "A1", *(k for k in held if k[0] == "M"))), held, library="mine")


def test_a_hundred_marks_do_not_go_while_their_file_stays() -> None:
    held = {k: known(k) for k in ("I1", "I2", "I3")} | {"A1": known("A1", "attachment", "I1")}
    held |= {f"M{n}": known(f"M{n}", "annotation", "A1") for n in range(100)}

    with pytest.raises(LibraryVanished):
        check_vanished(ObjectPlan(gone=tuple(k for k in held if k[0] == "M")), held, library="mine")
