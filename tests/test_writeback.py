"""Pushing to Zotero and taking it back, against the emulators of Zotero 10 and of zotero.org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.emulator import (
    EmulatedLibrary,
    Fault,
    LocalZoteroEmulator,
    WebZoteroEmulator,
    generate_library,
    load_recorded,
)
from zotero_bridge.errors import UnknownLibrary
from zotero_bridge.sources.zotero_api_errors import AnotherProfile, KeyMayNot
from zotero_bridge.sources.zotero_http import Patience
from zotero_bridge.writeback import PushNote, PushTags, Written, open_target, plan_push, push, undo
from zotero_bridge.writeback_note import PushParagraph
from zotero_bridge.writeback_target import Target, WriteUnavailable

QUICK = Patience(attempts=4, longest=60.0, sleep=lambda seconds: None, clock=lambda: 0.0)
Server = LocalZoteroEmulator | WebZoteroEmulator


@pytest.fixture
def ten() -> Iterator[LocalZoteroEmulator]:
    with LocalZoteroEmulator(load_recorded("10.0"), version="10.0") as server:
        yield server


@pytest.fixture(params=["local", "web"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    library = generate_library(70, 2, tmp_path, number=0 if request.param == "local" else 475425)
    made: Server = LocalZoteroEmulator(library) if request.param == "local" else WebZoteroEmulator(library)
    with made:
        yield made


def target_of(server: Server) -> Target:
    if isinstance(server, LocalZoteroEmulator):
        return open_target(server.uri, patience=QUICK)
    return open_target(server.uri, api_key=server.key, base_url=server.base_url, patience=QUICK)


def note(title: str, *, parent: str | None = None, tags: tuple[str, ...] = ()) -> PushNote:
    return PushNote(title, (PushParagraph(f"What {title} says."),), parent, tags, ref=f"ref-{title}")


def first_item(library: EmulatedLibrary) -> str:
    return next(k for k, d in library.items.items() if d["itemType"] == "journalArticle")


def test_notes_and_tags_are_written_and_recorded(server: Server) -> None:
    target, item = target_of(server), first_item(server.library)
    before = server.library.items[item]["tags"]
    plan = plan_push(
        target, [note("A", parent=item, tags=("cmoc:1",)), PushTags(item, ("kept",))], namespace="realist:"
    )

    outcome = push(target, plan)

    written, tagged = outcome.written
    stored = server.library.items[written.key]
    assert outcome.failed == ()
    assert (stored["parentItem"], stored["tags"]) == (item, [{"tag": "realist:cmoc:1"}])
    assert server.library.items[item]["tags"] == [*before, {"tag": "realist:kept"}]
    assert (tagged.key, tagged.tags, written.ref, written.library) == (item, ("realist:kept",), "ref-A", server.uri)


def test_planning_writes_nothing_and_says_what_would_be_written(server: Server) -> None:
    before, item = json.dumps(server.library.items), first_item(server.library)

    wanted: list[PushNote | PushTags] = [
        note("A", parent=item, tags=("x",)),
        note("B"),
        PushTags(item, ("y",), "An article"),
    ]
    plan = plan_push(target_of(server), wanted, namespace="realist:")

    assert json.dumps(server.library.items) == before
    assert {s.method for s in server.faults.seen} == {"GET"}
    assert [line.split(" (")[0] for line in plan.lines] == [
        f"note 'A' below {item}, tagged realist:x",
        "    A",
        "    What A says.",
        "note 'B' standing alone",
        "    B",
        "    What B says.",
        f"{item}  An article: add realist:y",
    ]


def test_a_tag_that_is_there_already_is_left_alone(server: Server) -> None:
    item = first_item(server.library)
    server.library.edit(item, tags=[{"tag": "realist:kept", "type": 1}])

    plan = plan_push(target_of(server), [PushTags(item, ("kept",))], namespace="realist:")

    assert (plan.writes, plan.unchanged) == ((), (item,))


def test_a_note_that_was_pushed_before_is_not_pushed_twice(server: Server) -> None:
    target = target_of(server)
    outcome = push(target, plan_push(target, [note("A")], namespace=""))

    again = plan_push(target, [note("A"), note("B")], namespace="", journal=outcome.written)

    assert (again.unchanged, [w.title for w in again.writes]) == (("A",), ["B"])


def test_what_cannot_be_written_is_refused_one_by_one(server: Server) -> None:
    library, item = server.library, first_item(server.library)
    attachment = next(k for k, d in library.items.items() if d["itemType"] == "attachment")
    trashed = list(library.items)[-1]
    library.trash(trashed)
    wanted: list[PushNote | PushTags] = [
        note("nowhere", parent="NOSUCH22"),
        note("trashed", parent=trashed),
        note("on a file", parent=attachment),
        note("long tag", tags=("x" * 300,)),
        PushNote("long", (PushParagraph("x" * 600_000),)),
        PushTags("NOSUCH22", ("x",), "tags nowhere"),
        note("good", parent=item),
    ]

    plan = plan_push(target_of(server), wanted, namespace="realist:")

    assert [w.title for w in plan.writes] == ["good"]
    assert [r.title for r in plan.refused] == ["nowhere", "trashed", "on a file", "long tag", "long", "tags nowhere"]
    assert all(r.reason for r in plan.refused)


def test_an_item_tagged_meanwhile_is_a_conflict_and_stays_as_it_is(server: Server) -> None:
    target, item = target_of(server), first_item(server.library)
    plan = plan_push(target, [PushTags(item, ("kept",)), note("A")], namespace="realist:")
    server.library.edit(item, tags=[{"tag": "the reader's own"}])

    outcome = push(target, plan)

    assert [w.title for w in outcome.written] == ["A"]
    assert [(f.key, f.conflict) for f in outcome.failed] == [(item, True)]
    assert server.library.items[item]["tags"] == [{"tag": "the reader's own"}]


def test_a_parent_erased_meanwhile_fails_its_note_alone(server: Server) -> None:
    target, item = target_of(server), first_item(server.library)
    plan = plan_push(target, [note("A", parent=item), note("B")], namespace="")
    server.library.erase(item)

    outcome = push(target, plan)

    assert [w.title for w in outcome.written] == ["B"]
    assert [(f.title, "not found" in f.reason) for f in outcome.failed] == [("A", True)]


def test_many_go_fifty_at_a_time(server: Server) -> None:
    target = target_of(server)

    outcome = push(target, plan_push(target, [note(f"N{n}") for n in range(120)], namespace=""))

    sizes = [len(json.loads(s.body)) for s in server.faults.seen if s.method == "POST" and "/items" in s.path]
    assert (len(outcome.written), sizes) == (120, [50, 50, 20])


def test_everything_written_can_be_taken_back_to_the_trash(server: Server) -> None:
    target, item = target_of(server), first_item(server.library)
    before = server.library.items[item]["tags"]
    outcome = push(
        target, plan_push(target, [note("A", parent=item), note("B"), PushTags(item, ("k",))], namespace="r:")
    )
    journal = [Written.from_json(json.loads(json.dumps(w.to_json()))) for w in outcome.written]

    taken = undo(target_of(server), journal)

    notes = [w.key for w in journal if w.kind == "note"]
    assert (set(taken.undone), taken.failed) == (set(journal), ())
    assert all(server.library.items[key]["deleted"] for key in notes)
    assert server.library.items[item]["tags"] == before
    assert not [s for s in server.faults.seen if s.method == "DELETE"]


def test_a_note_whose_markup_zotero_renewed_is_not_taken_for_edited(server: Server) -> None:
    target = target_of(server)
    (written,) = push(target, plan_push(target, [note("A")], namespace="realist:")).written
    stored = server.library.items[written.key]["note"]
    server.library.edit(written.key, note=stored.replace('data-schema-version="9"', 'data-schema-version="10"'))

    outcome = undo(target, [written])

    assert outcome.failed == ()
    assert server.library.items[written.key]["deleted"]


def test_a_note_that_was_edited_since_is_not_thrown_away(server: Server) -> None:
    target = target_of(server)
    outcome = push(target, plan_push(target, [note("A"), note("B")], namespace=""))
    edited = outcome.written[0]
    server.library.edit(edited.key, note="<p>my own words</p>")

    taken = undo(target, outcome.written)

    assert [w.title for w in taken.undone] == ["B"]
    assert [(f.title, f.conflict) for f in taken.failed] == [("A", True)]
    assert "deleted" not in server.library.items[edited.key]
    assert undo(target, [edited], even_if_edited=True).undone == (edited,)


def test_tags_the_reader_added_since_stay_when_ours_are_taken_off(server: Server) -> None:
    target, item = target_of(server), first_item(server.library)
    first = push(target, plan_push(target, [PushTags(item, ("one",))], namespace="r:"))
    second = push(target, plan_push(target, [PushTags(item, ("two",))], namespace="r:"))
    server.library.edit(item, tags=[*server.library.items[item]["tags"], {"tag": "own"}])

    taken = undo(target, [*first.written, *second.written])

    assert len(taken.undone) == 2
    assert not any(t["tag"].startswith("r:") for t in server.library.items[item]["tags"])
    assert {"tag": "own"} in server.library.items[item]["tags"]


def test_what_is_gone_already_counts_as_taken_back(server: Server) -> None:
    target = target_of(server)
    outcome = push(target, plan_push(target, [note("A"), note("B")], namespace=""))
    server.library.erase(outcome.written[0].key)
    server.library.trash(outcome.written[1].key)

    assert len(undo(target, outcome.written).undone) == 2


def test_undoing_twice_does_nothing_more(server: Server) -> None:
    target = target_of(server)
    outcome = push(target, plan_push(target, [note("A")], namespace=""))
    undo(target, outcome.written)
    version = server.library.version

    assert undo(target, outcome.written).undone == outcome.written
    assert server.library.version == version


def test_an_edit_between_looking_and_undoing_is_a_conflict(server: Server) -> None:
    target = target_of(server)
    outcome = push(target, plan_push(target, [note("A")], namespace=""))
    key = outcome.written[0].key
    server.fault(
        Fault(match="POST", before=lambda: server.library.edit(key, note="<p>mine</p>"), skip=_prompts(server))
    )

    taken = undo(target, outcome.written)

    assert [f.conflict for f in taken.failed] == [True]
    assert "deleted" not in server.library.items[key]


def test_where_a_list_cannot_trash_each_is_trashed_by_itself(server: Server) -> None:
    target = target_of(server)
    outcome = push(target, plan_push(target, [note("A"), note("B")], namespace=""))
    server.fault(Fault(match="/items", status=200, body='{"successful":{},"unchanged":{"0":"x","1":"y"},"failed":{}}'))
    server.faults.waiting[0].skip = 1  # the reading that comes first

    taken = undo(target, outcome.written)

    assert len(taken.undone) == 2
    assert all(server.library.items[w.key]["deleted"] for w in outcome.written)
    assert [s.method for s in server.faults.seen].count("PATCH") == 2


def test_a_write_whose_reply_is_lost_is_looked_up_and_never_sent_twice(server: Server) -> None:
    target, item = target_of(server), first_item(server.library)
    plan = plan_push(target, [note("A", parent=item), PushTags(item, ("k",))], namespace="r:")
    server.fault(Fault(match="/items", keep_bytes=5, skip=0))

    outcome = push(target, plan)

    assert [w.title for w in outcome.written] == ["A", item]
    assert sum(d["itemType"] == "note" for d in server.library.items.values()) == 1
    assert len([s for s in server.faults.seen if s.method == "POST" and s.path.endswith("/items")]) == 1


def test_a_write_that_never_arrived_is_a_failure(server: Server) -> None:
    target = target_of(server)
    plan = plan_push(target, [note("A")], namespace="")
    server.fault(Fault(match="/items", cut=True))

    outcome = push(target, plan)

    assert outcome.written == ()
    assert "push again" in outcome.failed[0].reason


def test_a_busy_server_is_waited_for(server: Server) -> None:
    target = target_of(server)
    plan = plan_push(target, [note("A")], namespace="")
    server.fault(Fault(match="/items", status=503, headers={"Retry-After": "3"}))

    assert len(push(target, plan).written) == 1


def test_denying_in_zotero_writes_nothing(ten: LocalZoteroEmulator) -> None:
    ten.api.consent = ["deny"]
    target = target_of(ten)
    before = set(ten.library.items)

    outcome = push(target, plan_push(target, [note("A"), note("B")], namespace=""))

    assert (outcome.written, len(outcome.failed), set(ten.library.items)) == ((), 2, before)
    assert "told not to allow" in outcome.failed[0].reason


def test_allowing_once_serves_one_request_of_up_to_fifty(ten: LocalZoteroEmulator) -> None:
    target = target_of(ten)

    push(target, plan_push(target, [note(f"N{n}") for n in range(60)], namespace=""))

    assert ten.api.asked == ["realist", "realist"]
    assert target.remembered_key == ""


def test_allowing_always_asks_once_and_is_remembered(ten: LocalZoteroEmulator) -> None:
    ten.api.consent = ["always"]
    target = target_of(ten)
    outcome = push(target, plan_push(target, [note(f"N{n}") for n in range(60)], namespace=""))

    later = open_target(ten.uri, local_key=target.remembered_key, patience=QUICK)
    undo(later, outcome.written)

    assert ten.api.asked == ["realist"]
    assert len(outcome.written) == 60


def test_a_leave_that_was_taken_back_is_asked_for_again(ten: LocalZoteroEmulator) -> None:
    target = open_target(ten.uri, local_key="LocalKeyThatIsNoLongerGoodForAny", patience=QUICK)

    outcome = push(target, plan_push(target, [note("A")], namespace=""))

    assert (len(outcome.written), ten.api.asked) == (1, ["realist"])


def test_nine_cannot_be_written_to_and_says_what_can() -> None:
    with (
        LocalZoteroEmulator(load_recorded("9.0.6"), version="9.0.6") as server,
        pytest.raises(WriteUnavailable, match=r"Zotero 9\.0\.6") as caught,
    ):
        open_target(server.uri, patience=QUICK)

    assert "zotero://web" in caught.value.hint


def test_a_read_only_group_refuses_and_nothing_is_lost(ten: LocalZoteroEmulator) -> None:
    ten.api.read_only = True
    target = target_of(ten)

    outcome = push(target, plan_push(target, [note("A")], namespace=""))

    assert "read-only" in outcome.failed[0].reason


def test_a_key_that_may_only_read_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with WebZoteroEmulator(generate_library(2, 0, tmp_path, number=5)) as server:
        server.api.write = False
        with pytest.raises(KeyMayNot):
            target_of(server)


def test_a_journal_of_another_zotero_is_not_undone_here(ten: LocalZoteroEmulator) -> None:
    target = target_of(ten)
    outcome = push(target, plan_push(target, [note("A")], namespace=""))
    foreign = [replace(outcome.written[0], server_id="ANOTHERDB001")]

    with pytest.raises(AnotherProfile):
        undo(target, foreign)


def test_what_went_to_another_library_is_said_and_left(ten: LocalZoteroEmulator) -> None:
    target = target_of(ten)
    outcome = push(target, plan_push(target, [note("A")], namespace=""))

    taken = undo(target, [replace(outcome.written[0], library="zotero://web/users/1")])

    assert (taken.undone, "zotero://web/users/1" in taken.failed[0].reason) == ((), True)


@pytest.mark.parametrize("uri", ["zotero-data:/x", "file:/x.json", "sample"])
def test_only_zotero_takes_notes(uri: str) -> None:
    with pytest.raises(UnknownLibrary):
        open_target(uri)


def _prompts(server: Server) -> int:
    """How many POSTs come before the write itself: Zotero 10 asks its person first."""
    return 1 if isinstance(server, LocalZoteroEmulator) else 0
