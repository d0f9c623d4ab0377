"""The local source, against the emulator of each Zotero version."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.library_source import LibrarySourceContract
from tests.emulator import EmulatedLibrary, Fault, LocalZoteroEmulator, generate_library, load_recorded
from tests.emulator.recorded import VERSIONS
from zotero_bridge.errors import AttachmentMissing, LibraryError, LibraryUnreachable, UnknownLibrary
from zotero_bridge.model import Annotation, Attachment, Item, LibraryObject, Note, Survey
from zotero_bridge.ports import LibrarySource
from zotero_bridge.sources.zotero_api_errors import (
    AnotherProfile,
    AnotherUser,
    HostRefused,
    LocalApiOff,
    MalformedReply,
    NotZotero,
    UnknownGroup,
    ZoteroNotRunning,
    ZoteroTooOld,
)
from zotero_bridge.sources.zotero_http import Patience
from zotero_bridge.sources.zotero_local import LocalLibrary, open_local, probe_local
from zotero_bridge.sources.zotero_local_contact import contact
from zotero_bridge.sources.zotero_local_unnumbered import Unnumbered

waits: list[float] = []
QUICK = Patience(attempts=4, longest=30.0, sleep=waits.append)


@pytest.fixture(params=VERSIONS)
def recorded(request: pytest.FixtureRequest) -> Iterator[LocalZoteroEmulator]:
    version = str(request.param)
    with LocalZoteroEmulator(load_recorded(version), version=version) as server:
        yield server


@pytest.fixture
def ten() -> Iterator[LocalZoteroEmulator]:
    with LocalZoteroEmulator(load_recorded("10.0"), version="10.0") as server:
        yield server


@pytest.fixture
def nine() -> Iterator[LocalZoteroEmulator]:
    with LocalZoteroEmulator(load_recorded("9.0.6"), version="9.0.6") as server:
        yield server


def opened(server: LocalZoteroEmulator) -> LocalLibrary:
    return open_local(server.uri, patience=QUICK)


def surveyed(library: LocalLibrary, mark: str | None = None) -> Survey:
    survey = library.survey(mark)
    assert survey is not None
    return survey


def everything(library: LocalLibrary) -> dict[str, LibraryObject]:
    return {o.key: o for o in library.fetch(list(surveyed(library).stamps))}


def titled(server: LocalZoteroEmulator, title: str) -> str:
    return next(k for k, d in server.library.items.items() if d.get("title") == title)


class TestTheLocalSource(LibrarySourceContract):
    @pytest.fixture
    def library(self, recorded: LocalZoteroEmulator) -> LibrarySource:
        return opened(recorded)


class TestAGroupOnTheLocalSource(LibrarySourceContract):
    @pytest.fixture
    def library(self, recorded: LocalZoteroEmulator) -> LibrarySource:
        return open_local(f"zotero://local/groups/4242?port={recorded.port}", patience=QUICK)


def test_every_kind_of_object_comes_in_from_each_version(recorded: LocalZoteroEmulator) -> None:
    objects = everything(opened(recorded)).values()

    assert {type(o) for o in objects} == {Item, Attachment, Note, Annotation}
    assert sum(isinstance(o, Annotation) for o in objects) >= 5
    assert "A Sample Study of Loopback Verification" in {o.title for o in objects if isinstance(o, Item)}


def test_the_trash_is_left_out(recorded: LocalZoteroEmulator) -> None:
    objects = everything(opened(recorded))

    assert titled(recorded, "Trashed page") not in objects


def test_what_hangs_below_something_trashed_is_left_out(recorded: LocalZoteroEmulator) -> None:
    article = next(k for k, d in recorded.library.items.items() if d["itemType"] == "journalArticle" and d.get("DOI"))
    gone = {article, *recorded.library.below(article)}
    recorded.library.trash(article)

    survey = surveyed(opened(recorded))

    assert not gone & set(survey.stamps)


def test_an_untouched_library_is_told_as_unchanged(recorded: LocalZoteroEmulator) -> None:
    library = opened(recorded)
    mark = surveyed(library).mark

    assert library.survey(mark) is None
    assert opened(recorded).survey(mark) is None


def test_an_edit_that_was_never_synced_is_seen(recorded: LocalZoteroEmulator) -> None:
    before = surveyed(opened(recorded))
    key = titled(recorded, "A Book")
    recorded.library.edit(key, title="Another Book")

    library = opened(recorded)
    after = surveyed(library, before.mark)

    assert {k for k in after.stamps if after.stamps[k] != before.stamps.get(k)} == {key}
    assert [o.title for o in library.fetch([key]) if isinstance(o, Item)] == ["Another Book"]


def test_a_tag_given_to_an_annotation_is_seen(recorded: LocalZoteroEmulator) -> None:
    before = surveyed(opened(recorded))
    key = next(k for k, d in recorded.library.items.items() if d["itemType"] == "annotation")
    recorded.library.edit(key, tags=[{"tag": "mechanism"}])

    after = surveyed(opened(recorded), before.mark)

    assert after.stamps[key] != before.stamps[key]


def test_what_was_erased_is_missing_from_the_next_survey(recorded: LocalZoteroEmulator) -> None:
    before = surveyed(opened(recorded))
    key = titled(recorded, "The TeXbook")
    recorded.library.erase(key)

    after = surveyed(opened(recorded), before.mark)

    assert set(before.stamps) - set(after.stamps) == {key}


def test_a_renamed_collection_alone_is_a_change(recorded: LocalZoteroEmulator) -> None:
    before = surveyed(opened(recorded))
    key = before.collections[0].key
    recorded.library.collections[key] |= {"name": "Renamed", "version": recorded.library.bump()}

    after = surveyed(opened(recorded), before.mark)

    assert "Renamed" in {c.name for c in after.collections}
    assert after.stamps == before.stamps


def test_nested_collections_and_saved_searches_are_listed(recorded: LocalZoteroEmulator) -> None:
    survey = surveyed(opened(recorded))
    names = {c.key: c.name for c in survey.collections}

    assert ("Alpha Sub", "Alpha") in {(c.name, names.get(c.parent_key or "")) for c in survey.collections}
    assert [s.name for s in survey.searches] == ["Manual tag search"]


def test_a_saved_search_gives_its_items_and_what_they_hold(recorded: LocalZoteroEmulator) -> None:
    library = opened(recorded)
    search = surveyed(library).searches[0]

    found = library.search_members(search.key)

    assert {titled(recorded, "A Book"), titled(recorded, "A Sample Study of <i>Loopback</i> Verification")} <= found


def test_a_search_that_finds_a_child_finds_its_item(ten: LocalZoteroEmulator) -> None:
    key = ten.library.add_search("Marked", [{"condition": "tag", "operator": "is", "value": "ann tag"}])

    assert titled(ten, "A Sample Study of <i>Loopback</i> Verification") in opened(ten).search_members(key)


def test_a_search_that_is_not_there_is_said_so(ten: LocalZoteroEmulator) -> None:
    with pytest.raises(LibraryError, match="no saved search NOSUCH22"):
        opened(ten).search_members("NOSUCH22")


def test_items_carry_the_address_that_zotero_itself_gives_them(recorded: LocalZoteroEmulator) -> None:
    items = [o for o in everything(opened(recorded)).values() if isinstance(o, Item)]

    assert {i.uri for i in items} == {
        f"http://zotero.org/users/local/{recorded.api.local_key}/items/{i.key}" for i in items
    }


def test_a_group_is_a_library_of_its_own(recorded: LocalZoteroEmulator) -> None:
    library = open_local(f"zotero://local/groups/4242?port={recorded.port}", patience=QUICK)
    (report,) = everything(library).values()

    assert isinstance(report, Item)
    assert (report.title, report.uri) == ("Group report", f"http://zotero.org/groups/4242/items/{report.key}")
    assert library.ref.kind == "group"


def test_ten_is_asked_for_changed_items_only_and_by_fifty_at_most(tmp_path: Path) -> None:
    with LocalZoteroEmulator(generate_library(120, 0, tmp_path)) as server:
        library = opened(server)
        keys = list(surveyed(library).stamps)
        server.faults.forget()

        got = list(library.fetch(keys[:70]))

    asked = [p for p in server.requests() if "itemKey=" in p and "csljson" not in p]
    assert len(got) == 70
    assert [p.count("%2C") + 1 for p in asked] == [50, 20]


def test_asking_for_an_attachment_does_not_bring_its_annotations(ten: LocalZoteroEmulator) -> None:
    library = opened(ten)
    surveyed(library)
    key = titled(ten, "Full Text PDF")

    assert [o.key for o in library.fetch([key])] == [key]


def test_a_first_reading_goes_by_pages_and_misses_nothing_that_moves(tmp_path: Path) -> None:
    generated = generate_library(450, 0, tmp_path)
    with LocalZoteroEmulator(generated) as server:
        library = opened(server)
        keys = list(surveyed(library).stamps)
        server.fault(Fault(match="start=200", before=lambda: generated.erase(keys[0])))

        got = {o.key for o in library.fetch(keys)}

    assert got >= set(keys) - {keys[0]}
    assert len([p for p in server.requests() if "itemKey=" in p and "csljson" not in p]) <= 1


def test_an_unchanged_library_of_any_size_costs_three_requests(tmp_path: Path) -> None:
    with LocalZoteroEmulator(generate_library(3000, 0, tmp_path)) as server:
        mark = surveyed(opened(server)).mark
        server.faults.forget()

        assert opened(server).survey(mark) is None
        assert len(server.requests()) == 3


def test_a_library_that_is_edited_during_the_survey_is_asked_again(ten: LocalZoteroEmulator) -> None:
    key = titled(ten, "A Book")
    ten.fault(Fault(match="/collections", before=lambda: ten.library.edit(key, title="Edited meanwhile")))

    library = opened(ten)
    survey = surveyed(library)

    assert survey.stamps[key].endswith(f":{ten.library.items[key]['version']}")
    assert library.survey(survey.mark) is None


def test_a_library_that_never_rests_comes_in_and_is_looked_at_again_next_time(ten: LocalZoteroEmulator) -> None:
    key = titled(ten, "A Book")
    ten.fault(Fault(match="/collections", times=99, before=lambda: ten.library.edit(key, title="Edited again")))

    survey = surveyed(opened(ten))
    ten.faults.waiting.clear()
    again = surveyed(opened(ten), survey.mark)

    assert set(again.stamps) == set(survey.stamps)
    assert again.stamps[key] != survey.stamps[key]


def test_after_an_upgrade_from_nine_everything_is_stamped_anew(nine: LocalZoteroEmulator) -> None:
    before = surveyed(opened(nine))
    nine.api.version, nine.api.server_id, nine.library.counts_versions = "10.0", "UPGRADED0001", True

    after = surveyed(opened(nine), before.mark)

    assert all(after.stamps[k] != before.stamps[k] for k in after.stamps)


def test_with_all_versions_at_nought_an_edit_is_still_seen(nine: LocalZoteroEmulator) -> None:
    nine.api.version, nine.api.server_id, nine.library.counts_versions = "10.0", "UPGRADED0001", True
    before = surveyed(opened(nine))
    key = titled(nine, "A Book")
    nine.library.edit(key, title="Edited in ten")

    after = surveyed(opened(nine), before.mark)

    assert {k for k in after.stamps if after.stamps[k] != before.stamps[k]} == {key}


def test_another_profile_is_not_taken_for_the_same_library(ten: LocalZoteroEmulator) -> None:
    mark = surveyed(opened(ten)).mark
    ten.api.server_id = "ANOTHERDB001"

    with pytest.raises(AnotherProfile) as caught:
        opened(ten).survey(mark)

    assert "--full" in caught.value.hint
    assert surveyed(opened(ten), None).stamps


def test_a_profile_that_changes_in_the_middle_is_noticed(ten: LocalZoteroEmulator) -> None:
    library = opened(ten)
    keys = list(surveyed(library).stamps)
    ten.api.server_id = "ANOTHERDB001"

    with pytest.raises(AnotherProfile):
        list(library.fetch(keys))


def test_a_library_that_was_never_synced_may_have_the_version_minus_one(nine: LocalZoteroEmulator) -> None:
    nine.library.version = -1

    assert surveyed(opened(nine)).stamps


def test_nothing_listening_means_zotero_is_not_running() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    waits.clear()

    with pytest.raises(ZoteroNotRunning) as caught:
        open_local(f"zotero://local?port={port}", patience=QUICK).survey(None)

    assert str(port) in str(caught.value)
    assert "Start Zotero" in caught.value.hint
    assert not waits


def test_a_switched_off_local_api_is_named_with_its_setting(recorded: LocalZoteroEmulator) -> None:
    recorded.api.enabled = False

    with pytest.raises(LocalApiOff) as caught:
        opened(recorded).survey(None)

    assert "Allow other applications on this computer to communicate with Zotero" in caught.value.hint


def test_zotero_6_is_too_old() -> None:
    with LocalZoteroEmulator(EmulatedLibrary(), version="6.0.37") as server:
        server.fault(
            Fault(match="/api/", status=404, headers={"X-Zotero-Version": "6.0.37"}, body="No endpoint found\n")
        )
        with pytest.raises(ZoteroTooOld, match=r"6\.0\.37"):
            opened(server).survey(None)


def test_another_program_on_the_port_is_not_taken_for_zotero(ten: LocalZoteroEmulator) -> None:
    ten.api.__class__ = type("Stranger", (type(ten.api),), {"marks": {}, "api_headers": {}})

    with pytest.raises(NotZotero):
        opened(ten).survey(None)


def test_a_refused_host_is_said_as_such(ten: LocalZoteroEmulator) -> None:
    ten.fault(Fault(match="/api/", status=400, body="Bad request\n"))

    with pytest.raises(HostRefused):
        opened(ten).survey(None)


def test_an_unknown_group_is_refused_with_those_there_are(recorded: LocalZoteroEmulator) -> None:
    with pytest.raises(UnknownGroup) as caught:
        open_local(f"zotero://local/groups/999?port={recorded.port}", patience=QUICK).survey(None)

    assert "Local Test Group (4242)" in caught.value.hint


def test_another_users_library_is_refused(recorded: LocalZoteroEmulator) -> None:
    with pytest.raises(AnotherUser, match="User 5"):
        open_local(f"zotero://local/users/5?port={recorded.port}", patience=QUICK).survey(None)


@pytest.mark.parametrize(
    "uri",
    [
        "zotero://web/users/1",
        "zotero://local/groups/x",
        "zotero://local?port=x",
        "zotero://local?port=0",
        "zotero://local?nosuch=1",
        "zotero://local/items/1",
        "http://local",
    ],
)
def test_an_address_that_names_no_local_library_is_refused(uri: str) -> None:
    with pytest.raises(UnknownLibrary):
        open_local(uri)


@pytest.mark.parametrize("fault", [{"cut": True}, {"keep_bytes": 40}, {"status": 503}, {"status": 500}])
def test_a_passing_fault_is_sat_out(ten: LocalZoteroEmulator, fault: dict[str, int]) -> None:
    ten.fault(Fault(match="format=versions", **fault))  # type: ignore[arg-type]  # one table for flags and numbers

    assert len(surveyed(opened(ten)).stamps) == 18


@pytest.mark.parametrize("fault", [{"cut": True}, {"keep_bytes": 4000}])
def test_a_lasting_fault_is_an_error_and_never_part_of_a_library(
    recorded: LocalZoteroEmulator, fault: dict[str, int]
) -> None:
    recorded.fault(Fault(match="/items", times=99, **fault))  # type: ignore[arg-type]  # as above
    if fault.get("keep_bytes") and recorded.api.major >= 10:
        recorded.faults.waiting[0].keep_bytes = 100

    with pytest.raises(LibraryUnreachable):
        opened(recorded).survey(None)


def test_a_list_shorter_than_it_says_is_not_believed(ten: LocalZoteroEmulator) -> None:
    ten.fault(Fault(match="format=versions", headers={"Total-Results": "19"}))

    with pytest.raises(MalformedReply):
        opened(ten).survey(None)


def test_a_library_larger_than_a_page_is_read_whole_from_nine(tmp_path: Path) -> None:
    generated = generate_library(130, 0, tmp_path)
    generated.counts_versions = False
    with LocalZoteroEmulator(generated, version="9.0.6") as server:
        first = next(iter(generated.items))
        server.fault(Fault(match="start=40", before=lambda: generated.erase(first)))

        read = Unnumbered.read(contact("user", "0", port=server.port, patience=QUICK), page=40)

    assert set(read.stamps) == set(generated.items)


def test_seven_says_that_it_hands_out_no_annotations() -> None:
    with LocalZoteroEmulator(load_recorded("8.0.5"), version="7.0.32") as server:
        library = opened(server)
        survey = surveyed(library)
        objects = list(library.fetch(list(survey.stamps)))

    assert not any(isinstance(o, Annotation) for o in objects)
    assert any("annotations" in notice for notice in library.notices)
    assert any("annotations" in problem for problem in survey.problems)


def test_never_more_than_two_requests_are_under_way(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with LocalZoteroEmulator(generate_library(30, 12, tmp_path)) as server:
        library = opened(server)
        files = [k for k, d in server.library.items.items() if d["itemType"] == "attachment"]
        server.fault(Fault(match="/file/", times=99, delay=0.02))
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda k: library.locate(Attachment(k, None)), files))

    assert all(path.is_file() for path in found)
    assert server.faults.most_at_once <= 2


def test_a_listed_file_is_opened_without_asking_again(tmp_path: Path) -> None:
    with LocalZoteroEmulator(generate_library(3, 1, tmp_path)) as server:
        library = opened(server)
        (attachment,) = [o for o in everything(library).values() if isinstance(o, Attachment)]
        server.faults.forget()

        path = library.locate(attachment)

    assert path.read_bytes().startswith(b"%PDF")
    assert server.requests() == []


def test_files_that_were_never_downloaded_cost_one_request_and_not_one_each(tmp_path: Path) -> None:
    generated = generate_library(12, 12, tmp_path)
    attachments = [k for k, d in generated.items.items() if d["itemType"] == "attachment"]
    for key in attachments[:9]:
        path = Path(generated.files[key])
        path.unlink()
        (path.parent / ".zotero-ft-cache").write_text("text", encoding="utf-8")
    with LocalZoteroEmulator(generated) as server:
        library = opened(server)
        known = [Attachment(k, None, filename=generated.items[k]["filename"]) for k in attachments]
        missing = 0
        for attachment in known:
            try:
                assert library.locate(attachment).is_file()
            except AttachmentMissing:
                missing += 1

    assert missing == 9
    assert len(server.requests()) == 1


def test_a_file_that_is_there_under_another_name_is_asked_for(tmp_path: Path) -> None:
    generated = generate_library(2, 2, tmp_path)
    one, other = (k for k, d in generated.items.items() if d["itemType"] == "attachment")
    with LocalZoteroEmulator(generated) as server:
        library = opened(server)
        library.locate(Attachment(one, None, filename=generated.items[one]["filename"]))

        assert library.locate(Attachment(other, None, filename="another name.pdf")).is_file()


def test_linked_files_below_the_base_folder_are_found(tmp_path: Path) -> None:
    library = EmulatedLibrary()
    made = {"itemType": "attachment", "linkMode": "linked_file", "contentType": "application/pdf"}
    keys = []
    for name in ("one.pdf", "two.pdf", "three.pdf"):
        path = tmp_path / "papers" / "2024" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF")
        keys.append(library.add({**made, "path": f"attachments:2024/{name}"}, path=path))
    (tmp_path / "papers" / "2024" / "three.pdf").unlink()
    with LocalZoteroEmulator(library) as server:
        source = opened(server)
        one, two, three = (o for o in source.fetch(keys) if isinstance(o, Attachment))
        server.faults.forget()

        assert [source.locate(one).name, source.locate(two).name] == ["one.pdf", "two.pdf"]
        with pytest.raises(AttachmentMissing, match=r"2024/three\.pdf"):
            source.locate(three)
    assert len(server.requests()) == 1


def test_a_file_that_is_not_on_this_computer_is_said_to_be_missing(recorded: LocalZoteroEmulator) -> None:
    library = opened(recorded)
    attachments = [o for o in everything(library).values() if isinstance(o, Attachment)]

    reasons = []
    for attachment in attachments:
        with pytest.raises(AttachmentMissing) as caught:
            library.locate(attachment)
        reasons.append(str(caught.value))

    assert sorted(reasons) == [
        "The linked file is not on this computer: /home/reader/Documents/sample.pdf.",
        "sample.pdf is not on this computer; open it once in Zotero, or switch on syncing of attachment files.",
    ]


def test_a_probe_tells_what_runs_here_and_what_it_holds(recorded: LocalZoteroEmulator) -> None:
    found = probe_local(recorded.port, patience=QUICK)

    assert found.version == recorded.api.version
    assert found.writable == (recorded.api.major >= 10)
    assert [library.uri for library in found.libraries] == [
        f"zotero://local?port={recorded.port}",
        f"zotero://local/groups/4242?port={recorded.port}",
    ]
    assert found.libraries[0].items >= 5
    assert len(found.libraries[0].collections) >= 2
    assert found.libraries[1].name == "Local Test Group"


def test_nothing_is_ever_written_by_reading(recorded: LocalZoteroEmulator) -> None:
    library = opened(recorded)
    everything(library)
    library.search_members(surveyed(library).searches[0].key)

    assert {s.method for s in recorded.faults.seen} == {"GET"}


@pytest.mark.parametrize("version", ["9.0.6", "10.0"])
def test_half_a_surrogate_pair_harms_nothing(version: str) -> None:
    library = EmulatedLibrary(counts_versions=version == "10.0")
    key = library.add(
        {"itemType": "book", "title": "Cut \ud83d off", "abstractNote": "Whole \U0001f600", "creators": []}
    )
    with LocalZoteroEmulator(library, version=version) as server:
        made = everything(opened(server))[key]

    assert isinstance(made, Item)
    assert (made.title, made.abstract) == ("Cut \ufffd off", "Whole \U0001f600")


def test_a_refusal_without_a_version_still_names_the_setting(ten: LocalZoteroEmulator) -> None:
    ten.fault(Fault(status=403, body="Local API is not enabled"))

    with pytest.raises(LocalApiOff):
        opened(ten).survey(None)


def test_an_erased_highlight_is_noticed_even_where_zotero_counts_no_erasure(tmp_path: Path) -> None:
    library = generate_library(3, 1, tmp_path, annotations=2)
    marks = [k for k, d in library.items.items() if d["itemType"] == "annotation"]
    with LocalZoteroEmulator(library) as server:
        before = surveyed(opened(server))
        version = library.version
        library.erase(marks[0])
        library.version = version

        after = opened(server).survey(before.mark)

    assert after is not None
    assert before.stamps.keys() - after.stamps.keys() == {marks[0]}
