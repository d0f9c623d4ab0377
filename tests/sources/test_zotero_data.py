"""Zotero's data directory: the recorded ones of Zotero 9.0.6 and 10.0, closed and running."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.contracts.library_source import LibrarySourceContract
from zotero_bridge.errors import AttachmentMissing, LibraryError
from zotero_bridge.model import Annotation, Attachment, Item, LibraryObject, Note, Tag
from zotero_bridge.ports import LibrarySource
from zotero_bridge.sources import open_library
from zotero_bridge.sources.zotero_data import ZoteroDataSource, list_libraries, open_data_directory
from zotero_bridge.sources.zotero_data_copy import open_snapshot

PROFILES = Path(__file__).parent.parent / "data" / "zotero-profiles"
VERSIONS = ["zotero-9.0.6", "zotero-10.0", "zotero-10.0-running"]
LONG_AGO = 1_700_000_000


def profile(version: str, folder: Path) -> Path:
    """The data directory of a recorded Zotero, with its stored file, written long ago."""
    folder.mkdir(exist_ok=True)
    for end in ("sqlite", "sqlite-wal"):
        packed = PROFILES / f"{version}.{end}.gz"
        if packed.is_file():
            (folder / f"zotero.{end}").write_bytes(gzip.decompress(packed.read_bytes()))
            os.utime(folder / f"zotero.{end}", (LONG_AGO, LONG_AGO))
    key = next(
        o.key for o in objects(open_data_directory(folder)) if isinstance(o, Attachment) and o.path[:8] == "storage:"
    )
    stored = folder / "storage" / key
    stored.mkdir(parents=True)
    shutil.copy(PROFILES / "sample.pdf", stored)
    return folder


def objects(source: LibrarySource) -> list[LibraryObject]:
    survey = source.survey(None)
    assert survey is not None
    return list(source.fetch(list(survey.stamps)))


def edit(directory: Path, *statements: str) -> None:
    """Changes the database as another program would, Zotero being closed."""
    with closing(sqlite3.connect(directory / "zotero.sqlite")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def titled(source: LibrarySource, title: str) -> Item:
    return next(o for o in objects(source) if isinstance(o, Item) and o.title.startswith(title))


class TestZotero9KeepsTheContract(LibrarySourceContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> LibrarySource:
        return open_data_directory(profile("zotero-9.0.6", tmp_path / "data"))


class TestARunningZotero10KeepsTheContract(LibrarySourceContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> LibrarySource:
        return open_data_directory(profile("zotero-10.0-running", tmp_path / "data"))


class TestAGroupKeepsTheContract(LibrarySourceContract):
    @pytest.fixture
    def library(self, tmp_path: Path) -> LibrarySource:
        return open_library(f"zotero-data:{profile('zotero-10.0', tmp_path / 'data')}?group=4242", cache_dir=tmp_path)


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_in_the_library_is_read(tmp_path: Path, version: str) -> None:
    source = open_data_directory(profile(version, tmp_path / "data"))

    found = objects(source)
    item = titled(source, "A Sample Study of")
    pdf = next(o for o in found if isinstance(o, Attachment) and o.parent_key == item.key)
    marks = [o for o in found if isinstance(o, Annotation) and o.parent_key == pdf.key]

    assert [c.display for c in item.creators] == ["Ada Lovelace", "Charles Babbage", "Analytical Society"]
    assert (item.citekey, item.doi, item.year) == ("sample2023", "10.5555/12345678", 2023)
    assert {Tag("auto tag", automatic=True), Tag("manual tag"), Tag("ünïcode/täg & more")} <= set(item.tags)
    assert item.abstract == "Abstract with ünïcode — and “quotes”."
    assert len(item.collections) == 2
    assert item.relations[0][0] == "dc:relation"
    assert item.uri.startswith("http://zotero.org/users/local/")
    assert item.date_added.endswith("Z")
    assert source.locate(pdf).read_bytes() == (PROFILES / "sample.pdf").read_bytes()
    assert {"highlight", "underline", "note", "ink", "image"} <= {mark.annotation_type for mark in marks}
    quick = next(mark for mark in marks if mark.text == "the quick brown fox")
    assert (quick.comment, quick.color, quick.page_label, quick.page_index) == ("my comment", "#ffd400", "1", 0)
    assert quick.tags == (Tag("ann tag"),)
    notes = [o for o in found if isinstance(o, Note)]
    assert {note.parent_key for note in notes} == {item.key, None}
    assert all("zotero-note" not in note.html for note in notes)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_trash_and_links_to_the_web_are_left_out(tmp_path: Path, version: str) -> None:
    found = objects(open_data_directory(profile(version, tmp_path / "data")))

    assert not [o for o in found if isinstance(o, Item) and o.title == "Trashed page"]
    assert not [o for o in found if isinstance(o, Attachment) and o.title == "Linked page"]


def test_an_edit_that_only_the_log_holds_is_seen(tmp_path: Path) -> None:
    running = open_data_directory(profile("zotero-10.0-running", tmp_path / "running"))
    (tmp_path / "stale").mkdir()
    shutil.copy(tmp_path / "running" / "zotero.sqlite", tmp_path / "stale")
    stale = open_data_directory(tmp_path / "stale")

    def edited(source: LibrarySource) -> list[str]:
        return [o.key for o in objects(source) if isinstance(o, Item) and Tag("edited-in-wal") in o.tags]

    assert len(edited(running)) == 1
    assert edited(stale) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_reading_leaves_no_trace_in_the_data_directory(tmp_path: Path, version: str) -> None:
    directory = profile(version, tmp_path / "data")

    def state() -> list[tuple[str, int, bytes]]:
        files = sorted(p for p in directory.rglob("*") if p.is_file())
        return [(p.name, p.stat().st_mtime_ns, p.read_bytes()) for p in files]

    before = state()
    source = open_data_directory(directory)
    objects(source)

    assert state() == before


def test_a_locked_database_is_read_all_the_same(tmp_path: Path) -> None:
    directory = profile("zotero-9.0.6", tmp_path / "data")
    with closing(sqlite3.connect(directory / "zotero.sqlite", isolation_level=None)) as zotero:
        zotero.execute("PRAGMA locking_mode = EXCLUSIVE")
        zotero.execute("BEGIN EXCLUSIVE")

        assert objects(open_data_directory(directory))

        zotero.execute("ROLLBACK")


def test_what_a_running_zotero_has_committed_to_its_log_is_seen_at_once(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")
    source = open_data_directory(directory)
    first = source.survey(None)
    assert first is not None
    with closing(sqlite3.connect(directory / "zotero.sqlite", isolation_level=None)) as zotero:
        zotero.execute("PRAGMA locking_mode = EXCLUSIVE")
        zotero.execute("PRAGMA journal_mode = WAL")
        zotero.execute("PRAGMA wal_autocheckpoint = 0")
        zotero.execute("UPDATE tags SET name = 'renamed' WHERE name = 'tex'")

        second = source.survey(first.mark)

        assert second is not None
        changed = {key for key in second.stamps if second.stamps[key] != first.stamps.get(key)}
        assert changed == {titled(source, "The TeXbook").key}
        assert Tag("renamed", automatic=True) in titled(source, "The TeXbook").tags


def test_a_write_that_zotero_has_not_finished_is_not_seen(tmp_path: Path) -> None:
    directory = profile("zotero-9.0.6", tmp_path / "data")
    source = open_data_directory(directory)
    first = source.survey(None)
    assert first is not None
    before = (directory / "zotero.sqlite").read_bytes()
    with closing(sqlite3.connect(directory / "zotero.sqlite", isolation_level=None)) as zotero:
        zotero.execute("PRAGMA locking_mode = EXCLUSIVE")
        zotero.execute("PRAGMA cache_size = 2")  # so that pages reach the file before the end of the transaction
        zotero.execute("BEGIN EXCLUSIVE")
        zotero.execute("UPDATE itemDataValues SET value = value || ' torn'")
        zotero.execute("UPDATE tags SET name = name || ' torn'")
        assert (directory / "zotero.sqlite").read_bytes() != before

        during = source.survey(first.mark)

        assert during is not None
        assert during.stamps == first.stamps
        zotero.execute("ROLLBACK")


def test_an_unchanged_library_is_not_read_again(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")
    first = open_data_directory(directory).survey(None)
    assert first is not None

    assert open_data_directory(directory).survey(first.mark) is None


def test_a_library_written_a_moment_ago_is_read_again_in_case_the_clock_hid_a_write(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")
    (directory / "zotero.sqlite").touch()
    source = open_data_directory(directory)
    first = source.survey(None)
    assert first is not None

    again = source.survey(first.mark)

    assert again is not None
    assert again.stamps == first.stamps


def test_a_local_edit_changes_the_stamp_of_its_object_alone(tmp_path: Path) -> None:
    directory = profile("zotero-9.0.6", tmp_path / "data")
    source = open_data_directory(directory)
    first = source.survey(None)
    assert first is not None
    book = titled(source, "A Book").key

    edit(directory, "UPDATE itemDataValues SET value = 'A Longer Book' WHERE value = 'A Book'")
    second = source.survey(first.mark)

    assert second is not None
    assert {key for key in second.stamps if second.stamps[key] != first.stamps[key]} == {book}


def test_children_and_annotations_of_trashed_parents_are_in_the_trash(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")
    source = open_data_directory(directory)
    item = titled(source, "A Sample Study of")

    edit(directory, f"INSERT INTO deletedItems (itemID) SELECT itemID FROM items WHERE key = '{item.key}'")
    left = objects(source)

    assert item.key not in {o.key for o in left}
    assert not [o for o in left if isinstance(o, Annotation)]
    assert all(o.parent_key != item.key for o in left if isinstance(o, Attachment | Note))


def test_collections_in_the_trash_take_those_inside_with_them(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")

    edit(
        directory,
        "INSERT INTO deletedCollections (collectionID) "
        "SELECT collectionID FROM collections WHERE collectionName = 'Alpha'",
    )
    survey = open_data_directory(directory).survey(None)

    assert survey is not None
    assert {c.name for c in survey.collections}.isdisjoint({"Alpha", "Alpha Sub"})


def test_groups_are_libraries_of_their_own(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")
    group = open_library(f"zotero-data:{directory}/groups/4242", cache_dir=tmp_path)

    found = objects(group)

    assert [o.title for o in found if isinstance(o, Item)] == ["Group report"]
    assert (group.ref.kind, group.ref.id, group.ref.name) == ("group", "4242", "Local Test Group")
    assert "Group report" not in {o.title for o in objects(open_data_directory(directory)) if isinstance(o, Item)}
    assert isinstance(found[0], Item)
    assert found[0].uri.startswith("http://zotero.org/groups/4242/items/")
    there = list_libraries(directory)
    assert [library.ref.name for library in there] == ["My Library", "Local Test Group"]
    assert [{c.name for c in library.collections} >= {"Alpha"} for library in there] == [True, False]
    assert len({library.ref.slug for library in there}) == 2
    assert there[1].ref == group.ref
    assert there[0].ref == open_library(there[0].ref.origin, cache_dir=tmp_path).ref


def test_an_unknown_group_is_refused_with_the_groups_there_are(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")

    with pytest.raises(LibraryError, match="no group 7") as refused:
        open_data_directory(directory, group="7")

    assert "4242 (Local Test Group)" in refused.value.hint


def test_a_signed_in_account_gives_items_their_public_uri(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")

    edit(directory, "INSERT INTO settings (setting, key, value) VALUES ('account', 'userID', '123')")

    assert titled(open_data_directory(directory), "A Book").uri.startswith("http://zotero.org/users/123/items/")


def test_a_linked_file_is_found_where_it_is_and_below_the_base_directory(tmp_path: Path) -> None:
    directory, base = profile("zotero-10.0", tmp_path / "data"), tmp_path / "base"
    (base / "sub").mkdir(parents=True)
    (base / "sub" / "linked.pdf").write_bytes(b"%PDF linked")
    settings = tmp_path / "home" / ".zotero" / "zotero" / "abc.default"
    settings.mkdir(parents=True)
    escaped = str(base).replace("\\", "\\\\")
    (settings / "prefs.js").write_text(
        f'user_pref("extensions.zotero.dataDir", "{str(directory).replace(chr(92), chr(92) * 2)}");\n'
        f'user_pref("extensions.zotero.baseAttachmentPath", "{escaped}");\n',
        encoding="utf-8",
    )
    source = open_data_directory(directory, home=tmp_path / "home")

    def linked_to(path: str) -> Path:
        return source.locate(Attachment("ABCD2345", None, link_mode="linked_file", path=path))

    assert linked_to("attachments:sub/linked.pdf") == base / "sub" / "linked.pdf"
    assert linked_to(str(base / "sub" / "linked.pdf")) == base / "sub" / "linked.pdf"
    with pytest.raises(AttachmentMissing, match=r"gone\.pdf"):
        linked_to("attachments:gone.pdf")


def test_a_base_directory_that_is_not_known_is_said(tmp_path: Path) -> None:
    source = open_data_directory(profile("zotero-10.0", tmp_path / "data"), home=tmp_path)

    with pytest.raises(AttachmentMissing, match="base directory") as missing:
        source.locate(Attachment("ABCD2345", None, link_mode="linked_file", path="attachments:a.pdf"))

    assert "Linked Attachment Base Directory" in missing.value.hint


@pytest.mark.parametrize(
    "path", ["storage:../../zotero.sqlite", "storage:..", "storage:", "storage:a\0b", "storage:gone.pdf"]
)
def test_a_stored_file_is_looked_for_in_its_own_folder_only(tmp_path: Path, path: str) -> None:
    source = open_data_directory(profile("zotero-10.0", tmp_path / "data"))

    with pytest.raises(AttachmentMissing):
        source.locate(Attachment("A8YD2TSA", None, path=path))


def test_a_damaged_database_gives_way_to_the_backup_and_says_so(tmp_path: Path) -> None:
    directory = profile("zotero-9.0.6", tmp_path / "data")
    whole = (directory / "zotero.sqlite").read_bytes()
    (directory / "zotero.sqlite.bak").write_bytes(whole)
    (directory / "zotero.sqlite").write_bytes(whole[:300_000])

    survey = open_data_directory(directory).survey(None)

    assert survey is not None
    assert len(survey.stamps) > 10
    assert "backup" in survey.problems[0]


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_database_that_is_none_is_an_error_with_a_hint(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "zotero.sqlite").write_bytes(content)

    with pytest.raises(LibraryError) as refused:
        open_data_directory(tmp_path).survey(None)

    assert refused.value.hint


def test_a_database_before_zotero_7_is_told_to_be_updated(tmp_path: Path) -> None:
    directory = profile("zotero-9.0.6", tmp_path / "data")

    edit(directory, "UPDATE version SET version = 107 WHERE schema = 'userdata'", "DROP TABLE itemAnnotations")

    with pytest.raises(LibraryError, match="before version 7"):
        open_data_directory(directory).survey(None)


def test_a_database_of_a_later_zotero_is_tried_and_refused_only_for_what_is_missing(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path / "data")
    edit(directory, "UPDATE version SET version = 150 WHERE schema = 'userdata'")
    assert objects(open_data_directory(directory))

    edit(directory, "ALTER TABLE itemNotes RENAME TO itemNotesRenamed")
    with pytest.raises(LibraryError, match="no itemNotes"):
        open_data_directory(directory).survey(None)


def test_a_database_that_is_written_while_it_is_copied_is_copied_again(tmp_path: Path) -> None:
    directory = profile("zotero-9.0.6", tmp_path / "data")
    writes = iter(["once", "twice"])

    def write() -> None:
        for title in writes:
            edit(directory, f"UPDATE itemDataValues SET value = '{title}' WHERE value IN ('A Book', 'once')")
            return

    with open_snapshot(directory, between=write) as snapshot:
        row = snapshot.connection.execute("SELECT value FROM itemDataValues WHERE value IN ('A Book', 'once', 'twice')")
        assert row.fetchall() == [("twice",)]


def test_a_snapshot_cannot_be_written(tmp_path: Path) -> None:
    with open_snapshot(profile("zotero-9.0.6", tmp_path / "data")) as snapshot, pytest.raises(sqlite3.OperationalError):
        snapshot.connection.execute("DELETE FROM items")


def test_a_saved_search_finds_what_zotero_finds(tmp_path: Path) -> None:
    source = open_data_directory(profile("zotero-10.0", tmp_path / "data"))
    survey = source.survey(None)
    assert survey is not None

    found = source.search_members(survey.searches[0].key)

    assert found == {o.key for o in objects(source) if isinstance(o, Item) and Tag("manual tag") in o.tags}


Conditions = list[tuple[str, str, str]]


@pytest.fixture
def search(tmp_path: Path) -> Callable[[Conditions], set[str]]:
    """Titles of the items that a search with these conditions finds."""
    directory = profile("zotero-10.0", tmp_path / "data")
    source = open_data_directory(directory)
    search_key = "XBGPTDX5"

    def run(conditions: Conditions) -> set[str]:
        statements = ["DELETE FROM savedSearchConditions"]
        for number, (name, operator, value) in enumerate(conditions):
            statements.append(
                f"INSERT INTO savedSearchConditions VALUES (1, {number}, '{name}', '{operator}', '{value}')"
            )
        edit(directory, *statements)
        source.survey(None)
        found = source.search_members(search_key)
        return {o.title for o in objects(source) if isinstance(o, Item) and o.key in found}

    return run


def test_the_common_conditions_of_saved_searches_are_run(search: Callable[[Conditions], set[str]]) -> None:
    study, book = "A Sample Study of Loopback Verification", "A Book"

    assert search([("title", "contains", "sample study")]) == {study}
    assert search([("itemType", "is", "book"), ("tag", "is", "manual tag")]) == {book}
    assert search([("joinMode", "any", ""), ("title", "is", "a book"), ("creator", "contains", "lovelace")]) == {
        study,
        book,
    }
    assert search([("collection", "is", "VFYE8JEV"), ("noChildren", "true", "")]) == {study}
    assert search([("tag", "isNot", "manual tag"), ("itemType", "is", "book")]) == {"The TeXbook", ""}
    assert search([("tag", "isNot", "manual tag")]).isdisjoint({study, book})
    assert search([("year", "is", "1984")]) == {"The TeXbook"}
    assert search([("note", "contains", "child")]) == {study}
    assert search([]) == set()


def test_a_condition_that_cannot_be_run_is_refused_and_never_guessed(search: Callable[[Conditions], set[str]]) -> None:
    for condition in (
        ("dateAdded", "isInTheLast", "3 days"),
        ("fulltextContent", "contains", "x"),
        ("tag", "like", "x"),
    ):
        with pytest.raises(LibraryError, match=condition[0]) as refused:
            search([condition])
        assert "zotero://local" in refused.value.hint


def test_a_source_says_nothing_of_where_it_looks_for_profiles(tmp_path: Path) -> None:
    source = open_data_directory(profile("zotero-10.0", tmp_path / "data"))

    assert isinstance(source, ZoteroDataSource)
    assert source.ref.origin == f"zotero-data:{(tmp_path / 'data').as_posix()}"


def test_a_text_that_is_no_utf8_does_not_hide_the_library(tmp_path: Path) -> None:
    directory = profile("zotero-10.0", tmp_path)
    edit(
        directory,
        "UPDATE itemDataValues SET value = CAST(X'4C6F76656C616365EDA0BD' AS TEXT) WHERE valueID = "
        "(SELECT valueID FROM itemData JOIN fieldsCombined USING (fieldID) WHERE fieldName = 'title' LIMIT 1)",
    )

    assert titled(open_data_directory(directory), "Lovelace\ufffd")
