"""The web source, against the emulator of zotero.org."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import traceback
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.library_source import LibrarySourceContract
from tests.emulator import EmulatedLibrary, Fault, WebZoteroEmulator, generate_library
from zotero_bridge.errors import AttachmentMissing, LibraryError, LibraryRefused, LibraryUnreachable, UnknownLibrary
from zotero_bridge.model import Attachment, Item, LibraryObject, Survey
from zotero_bridge.ports import LibrarySource
from zotero_bridge.sources.zotero_api_errors import KeyMayNot, MalformedReply, WrongKey
from zotero_bridge.sources.zotero_http import Patience, seconds_asked
from zotero_bridge.sources.zotero_web import WebLibrary, open_web
from zotero_bridge.sources.zotero_web_files import safe_name

waits: list[float] = []
told: list[tuple[str, int]] = []
QUICK = Patience(
    attempts=4,
    longest=60.0,
    sleep=waits.append,
    clock=lambda: 0.0,
    countdown=lambda why, left: told.append((why, left)),
)


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    waits.clear()
    told.clear()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebZoteroEmulator]:
    with WebZoteroEmulator(generate_library(130, 3, tmp_path / "made", number=475425, annotations=2)) as server:
        yield server


def opened(server: WebZoteroEmulator, folder: Path, *, key: str | None = None) -> WebLibrary:
    used = server.key if key is None else key
    return open_web(server.uri, used, folder / "cache", base_url=server.base_url, patience=QUICK)


def surveyed(library: WebLibrary, mark: str | None = None) -> Survey:
    survey = library.survey(mark)
    assert survey is not None
    return survey


def everything(library: WebLibrary) -> dict[str, LibraryObject]:
    return {o.key: o for o in library.fetch(list(surveyed(library).stamps))}


def an_attachment(library: WebLibrary) -> Attachment:
    return next(o for o in everything(library).values() if isinstance(o, Attachment))


class TestTheWebSource(LibrarySourceContract):
    @pytest.fixture
    def library(self, web: WebZoteroEmulator, tmp_path: Path) -> LibrarySource:
        return opened(web, tmp_path)


def test_a_whole_library_comes_in_fifty_at_a_time(web: WebZoteroEmulator, tmp_path: Path) -> None:
    objects = everything(opened(web, tmp_path))

    assert set(objects) == set(web.library.items)
    assert all(p.count("%2C") < 50 for p in web.requests() if "itemKey" in p)


def test_items_carry_their_address_on_zotero_org(web: WebZoteroEmulator, tmp_path: Path) -> None:
    item = next(o for o in everything(opened(web, tmp_path)).values() if isinstance(o, Item))

    assert item.uri == f"http://zotero.org/users/475425/items/{item.key}"


def test_an_unchanged_library_is_one_not_modified(web: WebZoteroEmulator, tmp_path: Path) -> None:
    mark = surveyed(opened(web, tmp_path)).mark
    web.faults.forget()

    assert opened(web, tmp_path).survey(mark) is None
    assert web.requests() == ["GET /keys/current", "GET /users/475425/items?format=versions"]


def test_edits_removals_and_the_trash_show_in_the_next_survey(web: WebZoteroEmulator, tmp_path: Path) -> None:
    before = surveyed(opened(web, tmp_path))
    edited, erased, trashed = list(before.stamps)[:1] + list(before.stamps)[-2:]
    web.library.edit(edited, title="Edited")
    web.library.erase(erased)
    web.library.trash(trashed)

    after = surveyed(opened(web, tmp_path), before.mark)

    assert set(before.stamps) - set(after.stamps) == {erased, trashed}
    assert {k for k in after.stamps if after.stamps[k] != before.stamps[k]} == {edited}


def test_more_collections_than_a_page_holds_all_come_in(web: WebZoteroEmulator, tmp_path: Path) -> None:
    for number in range(130):
        web.library.add_collection(f"More {number}")

    assert len(surveyed(opened(web, tmp_path)).collections) == 138


def test_what_hangs_below_a_trashed_collection_comes_to_the_top(web: WebZoteroEmulator, tmp_path: Path) -> None:
    outer = web.library.add_collection("Outer")
    inner = web.library.add_collection("Inner", outer)
    web.library.collections[outer]["deleted"] = 1

    collections = {c.name: c for c in surveyed(opened(web, tmp_path)).collections}

    assert "Outer" not in collections
    assert (collections["Inner"].key, collections["Inner"].parent_key) == (inner, None)


def test_an_empty_library_is_a_library(tmp_path: Path) -> None:
    with WebZoteroEmulator(EmulatedLibrary(id=7)) as server:
        survey = surveyed(opened(server, tmp_path))

    assert (dict(survey.stamps), survey.collections) == ({}, ())


def test_a_library_changed_during_the_survey_is_asked_again(web: WebZoteroEmulator, tmp_path: Path) -> None:
    key = next(iter(web.library.items))
    web.fault(Fault(match="/collections", before=lambda: web.library.edit(key, title="Edited meanwhile")))
    library = opened(web, tmp_path)

    survey = surveyed(library)

    assert survey.stamps[key] == str(web.library.items[key]["version"])
    assert library.survey(survey.mark) is None


def test_a_library_that_never_rests_is_looked_at_again_next_time(web: WebZoteroEmulator, tmp_path: Path) -> None:
    key = next(iter(web.library.items))
    web.fault(Fault(match="/collections", times=99, before=lambda: web.library.edit(key, title="Again")))
    library = opened(web, tmp_path)
    survey = surveyed(library)
    web.faults.waiting.clear()

    again = surveyed(library, survey.mark)

    assert again.stamps[key] != survey.stamps[key]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("items?format=versions", status=429, headers={"Retry-After": "7"}),
        Fault("items?format=versions", status=503, headers={"Retry-After": "7"}),
    ],
)
def test_a_stated_wait_is_kept_and_counted_down(web: WebZoteroEmulator, tmp_path: Path, fault: Fault) -> None:
    web.fault(replace(fault))

    surveyed(opened(web, tmp_path))

    assert sum(waits) == 7
    assert [left for _, left in told] == [7, 6, 5, 4, 3, 2, 1, 0]
    assert str(fault.status) in told[0][0]


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(status=502), Fault(cut=True), Fault(keep_bytes=20), Fault(status=503)]
)
def test_passing_faults_are_sat_out_longer_each_time(web: WebZoteroEmulator, tmp_path: Path, fault: Fault) -> None:
    web.fault(replace(fault, match="items?format=versions", times=2))

    assert len(surveyed(opened(web, tmp_path)).stamps) == len(web.library.items)
    assert sum(waits) == 1 + 2


def test_a_pause_that_is_asked_for_on_a_good_reply_is_kept(web: WebZoteroEmulator, tmp_path: Path) -> None:
    web.fault(Fault(match="items?format=versions", headers={"Backoff": "4"}))

    surveyed(opened(web, tmp_path))

    assert sum(waits) == 4


def test_patience_ends(web: WebZoteroEmulator, tmp_path: Path) -> None:
    web.fault(Fault(match="items?format=versions", times=99, status=500))

    with pytest.raises(LibraryUnreachable, match="500, 4 times in a row"):
        opened(web, tmp_path).survey(None)


def test_a_wait_beyond_all_patience_is_said_and_not_sat_out(web: WebZoteroEmulator, tmp_path: Path) -> None:
    web.fault(Fault(match="items?format=versions", status=429, headers={"Retry-After": "86400"}))

    with pytest.raises(LibraryUnreachable, match="86400 seconds"):
        opened(web, tmp_path).survey(None)
    assert waits == []


def test_no_network_is_an_error_with_a_hint(tmp_path: Path) -> None:
    library = open_web("zotero://web/users/1", "k", tmp_path, base_url="http://127.0.0.1:1", patience=QUICK)

    with pytest.raises(LibraryUnreachable) as caught:
        library.survey(None)

    assert "try again" in caught.value.hint
    assert sum(waits) == 3


@pytest.mark.parametrize("body", ["{}", "[1]", '[{"key": "A"}]', '[{"key": 1, "version": 1, "data": {}}]', "null"])
def test_what_is_no_library_is_not_taken_for_one(web: WebZoteroEmulator, tmp_path: Path, body: str) -> None:
    web.fault(Fault(match="itemKey", status=200, body=body))

    with pytest.raises(MalformedReply):
        list(opened(web, tmp_path).fetch(["ABCD2345"]))


def test_a_wrong_key_is_refused(web: WebZoteroEmulator, tmp_path: Path) -> None:
    with pytest.raises(WrongKey):
        opened(web, tmp_path, key="WrongKeyWrongKeyWrongKey").survey(None)


def test_a_private_library_without_a_key_is_refused(web: WebZoteroEmulator, tmp_path: Path) -> None:
    with pytest.raises(LibraryRefused, match="no key was given"):
        opened(web, tmp_path, key="").survey(None)


def test_a_key_without_the_right_to_read_is_refused(web: WebZoteroEmulator, tmp_path: Path) -> None:
    web.api.may_read = False

    with pytest.raises(KeyMayNot):
        opened(web, tmp_path).survey(None)


def test_another_users_private_library_is_refused(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = open_web("zotero://web/users/999", web.key, tmp_path, base_url=web.base_url, patience=QUICK)

    with pytest.raises(KeyMayNot, match="user 999"):
        library.survey(None)


def test_a_key_without_the_right_to_files_says_so(web: WebZoteroEmulator, tmp_path: Path) -> None:
    web.api.files = False

    library = opened(web, tmp_path)

    assert library.notices == ("The key may not read files, so none come in.",)
    assert surveyed(library).problems == library.notices


@pytest.mark.parametrize(
    "uri", ["zotero://web/users/x", "zotero://web", "zotero://web/groups/1/items", "zotero://local"]
)
def test_an_address_that_names_no_web_library_is_refused(uri: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownLibrary):
        open_web(uri, "k", tmp_path)


def test_saved_searches_cannot_be_run_there(web: WebZoteroEmulator, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot run"):
        opened(web, tmp_path).search_members("ABCD2345")


def test_a_download_is_kept_and_not_fetched_twice(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    path = library.locate(attachment)
    web.storage.faults.forget()

    again = opened(web, tmp_path).locate(attachment)

    assert again == path
    assert hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() == attachment.md5
    assert web.storage.requests() == []


def test_the_storage_never_sees_the_key(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    library.locate(an_attachment(library))

    shown = [f"{s.path} {s.headers}" for s in web.storage.faults.seen]
    assert shown
    assert not any(web.key in one or "uthorization" in one for one in shown)


@pytest.mark.parametrize("cut", [Fault(keep_bytes=700), Fault(keep_bytes=0)])
def test_a_broken_download_goes_on_where_it_stopped(web: WebZoteroEmulator, tmp_path: Path, cut: Fault) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    web.storage.fault(replace(cut))

    path = library.locate(attachment)

    ranges = [s.headers.get("Range") for s in web.storage.faults.seen]
    assert path.read_bytes() == web.library.contents[attachment.key]
    assert ranges == [None, "bytes=700-" if cut.keep_bytes else None]


def test_a_later_run_goes_on_with_what_an_earlier_one_left(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    web.storage.fault(Fault(keep_bytes=500, times=1))
    web.storage.fault(Fault(cut=True, times=3))
    with pytest.raises(LibraryUnreachable, match="could not be downloaded"):
        library.locate(attachment)
    web.storage.faults.forget()

    path = opened(web, tmp_path).locate(attachment)

    assert path.read_bytes() == web.library.contents[attachment.key]
    assert [s.headers.get("Range") for s in web.storage.faults.seen] == ["bytes=500-"]


def test_pieces_that_do_not_fit_together_are_fetched_anew(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    path = library.locate(attachment)
    path.unlink()
    path.with_name(path.name + ".part").write_bytes(b"something else")

    assert library.locate(attachment).read_bytes() == web.library.contents[attachment.key]


def test_more_than_there_is_is_fetched_anew(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    path = library.locate(attachment)
    path.rename(path.with_name(path.name + ".part"))
    with path.with_name(path.name + ".part").open("ab") as part:
        part.write(b"more")

    assert library.locate(attachment).read_bytes() == web.library.contents[attachment.key]


def test_a_new_title_alone_downloads_nothing(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    library.locate(attachment)
    web.library.edit(attachment.key, title="Another title")
    (retitled,) = [o for o in library.fetch([attachment.key]) if isinstance(o, Attachment)]
    web.storage.faults.forget()

    assert library.locate(retitled).is_file()
    assert web.storage.requests() == []


def test_what_is_trashed_between_survey_and_fetch_is_left_out(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    keys = list(surveyed(library).stamps)[:2]
    shown = [{"key": k, "version": 1, "data": {"key": k, "itemType": "book", "title": k}} for k in keys]
    shown[0]["data"] |= {"deleted": 1}  # type: ignore[operator]  # a nested table of plain JSON
    web.fault(Fault(match="itemKey", status=200, body=json.dumps(shown)))

    assert [o.key for o in library.fetch(keys)] == keys[1:]


def test_a_file_that_is_not_the_one_described_is_not_taken(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    web.library.contents[attachment.key] = b"%PDF-1.4 another one"

    with pytest.raises(AttachmentMissing, match="md5 differs"):
        library.locate(attachment)
    assert not list((tmp_path / "cache").rglob("*.p*"))


def test_a_file_that_is_another_each_time_is_not_downloaded_at_every_sync(
    web: WebZoteroEmulator, tmp_path: Path
) -> None:
    attachment = an_attachment(opened(web, tmp_path))
    web.library.contents[attachment.key] = b"%PDF-1.4 another one"
    with pytest.raises(AttachmentMissing):
        opened(web, tmp_path).locate(attachment)
    downloads = len(web.storage.requests())

    with pytest.raises(AttachmentMissing, match="md5 differs"):
        opened(web, tmp_path).locate(attachment)

    assert (downloads, len(web.storage.requests())) == (2, 2)
    with pytest.raises(AttachmentMissing):  # another version is another file
        opened(web, tmp_path).locate(replace(attachment, version=attachment.version + 1))
    assert len(web.storage.requests()) == 4


def test_a_file_cut_short_without_a_word_is_downloaded_anew(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    web.storage.fault(Fault(status=200, body="%PDF-1.4 and no more"))

    assert library.locate(attachment).read_bytes() == web.library.contents[attachment.key]


def test_a_busy_storage_is_waited_for(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    web.storage.fault(Fault(status=503, headers={"Retry-After": "5"}))

    assert library.locate(attachment).is_file()
    assert sum(waits) == 5


def test_an_expired_address_is_asked_for_anew(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    web.storage.fault(Fault(status=403))

    assert library.locate(attachment).is_file()


def test_a_file_that_zotero_org_does_not_hold_is_said_to_be_elsewhere(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    del web.library.contents[attachment.key]

    with pytest.raises(AttachmentMissing, match="WebDAV"):
        library.locate(attachment)


def test_a_file_known_to_be_elsewhere_is_asked_for_again_once_it_is_uploaded(
    web: WebZoteroEmulator, tmp_path: Path
) -> None:
    library = opened(web, tmp_path)
    attachment = an_attachment(library)
    body = web.library.contents.pop(attachment.key)
    with pytest.raises(AttachmentMissing):
        library.locate(attachment)
    web.faults.forget()
    with pytest.raises(AttachmentMissing, match="WebDAV"):
        opened(web, tmp_path).locate(attachment)
    asked = len(web.requests())
    web.library.contents[attachment.key] = body
    web.library.edit(attachment.key, mtime=1)
    (uploaded,) = [o for o in library.fetch([attachment.key]) if isinstance(o, Attachment)]

    assert asked == 0
    assert library.locate(uploaded).read_bytes() == body


def test_a_linked_file_is_said_to_be_on_its_own_computer(web: WebZoteroEmulator, tmp_path: Path) -> None:
    with pytest.raises(AttachmentMissing, match="linked file"):
        opened(web, tmp_path).locate(Attachment("ABCD2345", None, filename="a.pdf", link_mode="linked_file"))


def test_a_snapshot_kept_as_a_zip_is_unpacked(web: WebZoteroEmulator, tmp_path: Path) -> None:
    page = b"<html><body>A page</body></html>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("style.css", "p {}")
        archive.writestr("page.html", page)
    data = {"itemType": "attachment", "linkMode": "imported_url", "contentType": "text/html", "filename": "page.html"}
    key = web.library.add({**data, "title": "Snapshot", "md5": hashlib.md5(page, usedforsecurity=False).hexdigest()})
    web.library.contents[key] = packed.getvalue()
    library = opened(web, tmp_path)
    (snapshot,) = [o for o in library.fetch([key]) if isinstance(o, Attachment)]

    assert library.locate(snapshot).read_bytes() == page


def test_a_replaced_file_is_another_file(web: WebZoteroEmulator, tmp_path: Path) -> None:
    library = opened(web, tmp_path)
    old = an_attachment(library)
    before = library.locate(old)
    body = web.library.contents[old.key] + b"\n% revised"
    web.library.contents[old.key] = body
    web.library.edit(old.key, md5=hashlib.md5(body, usedforsecurity=False).hexdigest())
    (new,) = [o for o in library.fetch([old.key]) if isinstance(o, Attachment)]

    assert library.locate(new).read_bytes() == body
    assert library.locate(new) != before


def test_the_key_is_shown_nowhere(
    web: WebZoteroEmulator, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    library = opened(web, tmp_path)
    library.locate(an_attachment(library))
    said = [repr(library), str(library.ref), repr(library.__dict__)]
    faults = (
        Fault(match="/items", times=9, status=500),
        Fault(match="/items", status=403, body=web.key),
        Fault(match="/items", status=400, body=web.key),
        Fault(match="/items", times=9, cut=True),
    )
    for fault in faults:
        web.faults.waiting.clear()
        web.fault(fault)
        with pytest.raises(LibraryError) as caught:
            library.survey(None)
        said.append("".join(traceback.format_exception(caught.value)) + caught.value.hint + repr(caught.value))
    said.append(caplog.text + "".join(capsys.readouterr()))
    said += [p.read_text("latin-1") + str(p) for p in (tmp_path / "cache").rglob("*") if p.is_file()]

    assert not [one for one in said if web.key in one]


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("", None), ("soon", None), (" 3 ", 3.0)])
def test_a_wait_is_read_in_seconds(value: str, seconds: float | None) -> None:
    assert seconds_asked(value) == seconds


def test_a_wait_is_read_from_a_date() -> None:
    assert seconds_asked("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert (seconds_asked("Wed, 21 Oct 2999 07:28:00 GMT") or 0) > 1e9


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_every_system_takes(name: str) -> None:
    made = safe_name(name)

    assert 0 < len(made) <= 121
    assert not set(made) & set('<>:"/\\|?*\0')
    assert made not in (".", "..")
    assert made == made.rstrip(". ")
