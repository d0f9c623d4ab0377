"""What a sync brings in, what it leaves alone, and what it does not believe."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sync.library import BUDGETS, TRUST, Desk, contents, furnished
from zotero_bridge.errors import (
    IndexLocked,
    IndexMissing,
    IndexOfAnotherVersion,
    LibraryError,
    LibraryUnreachable,
    LibraryVanished,
)
from zotero_bridge.index import Index
from zotero_bridge.index.lock import write_lock
from zotero_bridge.model import (
    Annotation,
    Attachment,
    Filters,
    Item,
    LibraryRef,
    Marks,
    Note,
    SavedSearch,
    Scope,
    SourceKind,
    Tag,
)
from zotero_bridge.sources.memory import MemoryLibrary
from zotero_bridge.sync import sync


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return furnished(tmp_path)


def index_of(desk: Desk) -> Index:
    return Index.open(desk.folder, desk.parts)


def found(desk: Desk, query: str, filters: Filters | None = None) -> list[str]:
    with index_of(desk) as index:
        ids = [i for i, _ in index.rank_words(query, limit=20, filters=filters or Filters())]
        return [p.locator.source_key for p in index.passages(ids)]


# What comes in


def test_everything_a_library_holds_comes_in(desk: Desk) -> None:
    report = desk.sync()

    assert (report.items, report.sources_read, report.removed, report.unchanged) == (3, 6, 0, 0)
    assert [(f.item_key, f.source_key, f.title) for f in report.failed] == [("ITEM0002", "ATTA0003", "ATTA0003.txt")]
    with index_of(desk) as index:
        coverage = index.coverage()
    assert dict(coverage.by_kind) == {"pdf": 1, "text": 1, "note": 1, "annotation": 1, "abstract": 2}
    assert coverage.passages == report.passages == coverage.vectors
    assert coverage.synced_at


def test_a_passage_is_a_slice_of_its_document(desk: Desk) -> None:
    desk.sync()

    with index_of(desk) as index:
        for source in index.sources():
            document = index.document(source.key)
            for passage in index.passages_of(source.key):
                assert document.text[passage.locator.start : passage.locator.end] == passage.text
                assert passage.item_key == source.item_key


def test_an_annotation_is_a_source_linked_to_what_it_marks(desk: Desk) -> None:
    desk.sync()

    with index_of(desk) as index:
        [(key, start, end)] = index.marked("ATTA0001")
        assert (key, index.document("ATTA0001").text[start:end]) == ("ANNO0001", "kept their promises")
        [passage] = index.passages_of("ANNO0001")
        assert passage.locator.annotation_key == "ANNO0001"
        assert (passage.locator.page_index, passage.locator.page_label) == (1, "102")
        source = index.source("ANNO0001")
    assert source is not None
    assert (source.color, source.parent_key, source.item_key) == ("#ffd400", "ATTA0001", "ITEM0001")


@pytest.mark.parametrize(
    "marks",
    [Filters(tags=("m-RES",)), Filters(colors=("#FFD400",)), Filters(marks=Marks(tags=("M-res",))),
     Filters(marks=Marks(colors=("#ffd400",)))],
)  # fmt: skip
def test_what_is_marked_is_found_by_its_mark(desk: Desk, marks: Filters) -> None:
    desk.sync()

    with index_of(desk) as index:
        passages = index.passages([i for i, _ in index.rank_words("promises", limit=9, filters=marks)])

    assert {p.locator.source_key for p in passages} == {"ANNO0001", "ATTA0001"}
    assert all("promises" in p.text for p in passages)


def test_an_items_own_tag_gives_all_of_it_a_meaning(desk: Desk) -> None:
    desk.library.put(Item("ITEM0003", "Boards", abstract="Boards met partners.", tags=(Tag("screened in"),)))
    desk.sync()

    with index_of(desk) as index:
        _, items = index.count(Filters(marks=Marks(tags=("Screened in",))))
        hits = index.rank_words("boards partners", limit=9, filters=Filters(marks=Marks(tags=("Screened in",))))
        assert items == 1
        assert {p.item_key for p in index.passages([i for i, _ in hits])} == {"ITEM0003"}


def test_a_tag_with_another_role_cancels_a_colour(desk: Desk) -> None:
    desk.sync()
    other_role = Filters(marks=Marks(colors=("#ffd400",), overriding_tags=("M-res",)))

    with index_of(desk) as index:
        assert index.count(other_role) == (0, 0)


def test_filters_add_up_and_their_values_are_alternatives(desk: Desk) -> None:
    desk.sync()

    assert set(found(desk, "pooled", Filters(source_kinds=(SourceKind.TEXT,)))) == {"ATTA0002"}
    assert set(found(desk, "boards partners", Filters(collections=("Academic papers",)))) >= {
        "ITEM0001-abstract",
        "ITEM0003-abstract",
    }
    assert found(desk, "boards", Filters(collections=("Academic papers/Empirical",))) == []
    assert found(desk, "boards", Filters(year_from=1990)) == []
    assert set(found(desk, "pooled", Filters(year_from=2019, year_to=2019))) == {"ATTA0001", "ATTA0002"}
    assert found(desk, "pooled", Filters(item_types=("report",))) == []
    assert found(desk, "pooled", Filters(item_keys=("ITEM0003", "ITEM0002"))) == []
    assert set(found(desk, "pooled", Filters(tags=("trust", "nothing")))) == {"ATTA0001", "ATTA0002"}
    with index_of(desk) as index:
        assert index.count(Filters())[1] == 2
        assert index.count(Filters(item_keys=("ITEM0003",))) == (1, 1)


def test_attachments_that_are_not_text_are_skipped_and_counted(desk: Desk) -> None:
    desk.library.put(Attachment("ATTA0009", "ITEM0001", content_type="image/png", filename="figure.png"))

    report = desk.sync()

    assert report.skipped == 1
    assert "ATTA0009" not in {f.source_key for f in report.failed}


def test_what_stands_alone_has_an_item_of_its_own(desk: Desk) -> None:
    desk.library.put(Note("NOTE0009", None, "<p>A thought about gardens.</p>", title="A thought"))

    report = desk.sync()

    assert report.items == 3
    with index_of(desk) as index:
        [passage] = index.passages_of("NOTE0009")
        item = index.item(passage.item_key)
    assert item is not None
    assert (item.title, item.item_type) == ("A thought", "note")


def test_one_file_in_two_items_is_a_source_of_each_and_read_once(desk: Desk) -> None:
    desk.attach("ATTA0008", "ITEM0002", f"A supplement on pooling.\n\n{BUDGETS}")

    desk.sync()

    assert {"ATTA0002", "ATTA0008"} <= set(found(desk, "supplement"))
    assert len({"ATTA0002", "ATTA0008"} & set(desk.extractor.read)) == 1


# What is left alone


def test_a_sync_with_nothing_new_does_nothing(desk: Desk) -> None:
    desk.sync()
    before = contents(desk.folder)
    desk.extractor.read.clear()
    desk.embedder.texts.clear()

    report = desk.sync()

    assert (report.sources_read, report.passages, report.removed, report.unchanged) == (0, 0, 0, 6)
    assert len(report.failed) == 1
    assert desk.extractor.read == []
    assert desk.embedder.texts == []
    assert contents(desk.folder) == before


def test_a_change_of_metadata_embeds_nothing_and_reaches_the_word_index(desk: Desk) -> None:
    desk.sync()
    desk.extractor.read.clear()
    desk.embedder.texts.clear()
    item = desk.library.objects["ITEM0001"]
    assert isinstance(item, Item)
    desk.library.put(replace(item, title="On zealous gardeners", tags=(Tag("greenhouse"),)))

    report = desk.sync()

    assert report.sources_read == 0
    assert desk.extractor.read == []
    assert desk.embedder.texts == []
    assert {"ATTA0001", "ATTA0002", "ITEM0001-abstract"} <= set(found(desk, "gardeners"))
    assert "ATTA0001" in found(desk, "greenhouse")


def test_a_renamed_file_is_not_read_again(desk: Desk) -> None:
    desk.sync()
    desk.extractor.read.clear()
    old = desk.root / "files" / "ATTA0002.txt"
    new = old.rename(old.with_name("renamed.txt"))
    attachment = desk.library.objects["ATTA0002"]
    assert isinstance(attachment, Attachment)
    desk.library.put_file(replace(attachment, filename="renamed.txt"), new)

    report = desk.sync()

    assert desk.extractor.read == []
    assert report.unchanged == 6
    with index_of(desk) as index:
        source = index.source("ATTA0002")
    assert source is not None
    assert source.path == str(new)


def test_a_touched_file_is_not_read_again(desk: Desk) -> None:
    desk.sync()
    desk.extractor.read.clear()
    os.utime(desk.root / "files" / "ATTA0002.txt", (1_000_000, 1_000_000))

    assert desk.sync().sources_read == 0
    assert desk.extractor.read == []


def test_a_replaced_file_is_read_though_the_library_says_nothing(desk: Desk) -> None:
    desk.sync()
    desk.file("ATTA0002.txt", "Now it is about gardens.")

    report = desk.sync()

    assert (report.sources_read, report.passages) == (1, 1)
    assert found(desk, "gardens") == ["ATTA0002"]
    assert "ATTA0002" not in found(desk, "supplement")


def test_an_attachment_moved_to_another_item_is_not_read_again(desk: Desk) -> None:
    desk.sync()
    desk.extractor.read.clear()
    attachment = desk.library.objects["ATTA0002"]
    assert isinstance(attachment, Attachment)
    desk.library.put(replace(attachment, parent_key="ITEM0003"))

    desk.sync()

    assert desk.extractor.read == []
    with index_of(desk) as index:
        assert {p.item_key for p in index.passages_of("ATTA0002")} == {"ITEM0003"}


# What went


def test_what_went_is_dropped_with_all_that_was_made_of_it(desk: Desk) -> None:
    desk.sync()
    desk.library.remove("ITEM0001")

    report = desk.sync()

    assert report.removed == 5
    assert found(desk, "trust promises pooled") == []
    with index_of(desk) as index:
        assert index.item("ITEM0001") is None
        assert set(desk.vectors) == {p.id for s in index.sources() for p in index.passages_of(s.key)}


def test_a_library_that_vanished_is_not_believed(desk: Desk) -> None:
    desk.sync()
    before = contents(desk.folder)
    desk.library.remove("ITEM0001", "ITEM0002")

    with pytest.raises(LibraryVanished):
        desk.sync()
    assert contents(desk.folder) == before

    assert desk.sync(accept_removals=True).removed == 6


def test_an_empty_library_is_not_believed(desk: Desk) -> None:
    desk.sync()
    desk.library.remove("ITEM0001", "ITEM0002", "ITEM0003")

    with pytest.raises(LibraryVanished):
        desk.sync()


def test_files_that_vanished_all_at_once_are_not_believed(desk: Desk) -> None:
    for number in range(30):
        desk.library.put(Note(f"MANY{number:04}", "ITEM0003", f"<p>Note {number}</p>"))
    desk.sync()
    desk.library.remove(*[f"MANY{number:04}" for number in range(30)])

    with pytest.raises(LibraryVanished):
        desk.sync()


# Failures


def test_a_failure_is_due_again_when_its_file_changed(desk: Desk) -> None:
    desk.sync()
    desk.extractor.read.clear()
    desk.sync()
    assert desk.extractor.read == []
    desk.file("ATTA0003.txt", TRUST)

    report = desk.sync()

    assert report.sources_read == 1
    assert report.failed == ()


def test_a_failure_is_due_again_on_a_full_sync(desk: Desk) -> None:
    desk.sync()
    desk.extractor.read.clear()

    report = desk.sync(full=True)

    assert desk.extractor.read == ["ATTA0003"]
    assert len(report.failed) == 1


def test_a_missing_file_is_looked_for_each_time(desk: Desk) -> None:
    path = desk.root / "files" / "ATTA0002.txt"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert len(desk.sync().failed) == 2
    desk.file("ATTA0002.txt", text)

    assert len(desk.sync().failed) == 1
    assert "ATTA0002" in found(desk, "supplement")


def test_a_file_that_is_away_takes_nothing_of_what_was_read_with_it(desk: Desk) -> None:
    desk.sync()
    path = desk.root / "files" / "ATTA0002.txt"
    path.rename(path.with_name("elsewhere"))

    report = desk.sync()

    assert "kept" in next(f.reason for f in report.failed if f.source_key == "ATTA0002")
    assert "ATTA0002" in found(desk, "supplement")

    path.with_name("elsewhere").rename(path)
    desk.extractor.read.clear()
    assert "ATTA0002" not in {f.source_key for f in desk.sync().failed}
    assert desk.extractor.read == []


def test_a_file_that_became_unreadable_takes_its_old_text_with_it(desk: Desk) -> None:
    desk.sync()
    desk.file("ATTA0002.txt", "SCAN now")

    desk.sync()

    assert "ATTA0002" not in found(desk, "supplement")


def test_a_mark_on_a_text_that_is_gone_marks_nothing(desk: Desk) -> None:
    desk.sync()
    desk.file("ATTA0001.txt", "SCAN now")

    desk.sync()

    assert contents(desk.folder)["links"] == []
    with index_of(desk) as index:
        assert index.count(Filters(colors=("#ffd400",))) == (1, 1)


def test_nothing_read_is_no_success(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.library.put(Item("ITEM0001", "A scan"))
    desk.attach("ATTA0001", "ITEM0001", "SCAN")

    assert desk.sync().nothing_read


# Scope


def test_only_what_is_in_scope_comes_in(desk: Desk) -> None:
    desk.scope = Scope(collections=("Academic papers/Empirical",))

    assert desk.sync().items == 1

    desk.scope = Scope(collections=("academic papers",))
    assert desk.sync().items == 2
    desk.scope = Scope(collections=("Academic papers",), tags=("trust", "money"))
    report = desk.sync()
    assert (report.items, report.removed) == (1, 1)


def test_a_saved_search_can_be_the_scope(desk: Desk) -> None:
    desk.library.put_search(SavedSearch("SEARCH01", "Recent"), ["ITEM0003", "ATTA0003"])
    desk.scope = Scope(searches=("Recent",))

    assert desk.sync().items == 2


@pytest.mark.parametrize("scope", [Scope(collections=("Acadmic",)), Scope(searches=("Recnt",))])
def test_a_typing_mistake_in_the_scope_drops_nothing(desk: Desk, scope: Scope) -> None:
    desk.sync()
    before = contents(desk.folder)
    desk.scope = scope

    with pytest.raises(LibraryError):
        desk.sync()
    assert contents(desk.folder) == before


# Safety


def test_a_dry_run_says_what_would_be_done_and_touches_nothing(desk: Desk) -> None:
    report = desk.sync(dry_run=True)

    assert report.sources_read == 7
    assert "7 new sources" in "\n".join(report.plan_lines)
    assert not desk.folder.exists()

    desk.sync()
    before = contents(desk.folder)
    desk.library.remove("NOTE0001")
    assert desk.sync(dry_run=True).removed == 1
    assert contents(desk.folder) == before


def test_two_syncs_at_once_do_not_meet(desk: Desk) -> None:
    with write_lock(desk.folder), pytest.raises(IndexLocked, match="by process"):
        desk.sync(wait=0.1)

    assert desk.sync(wait=0.1).items == 3


def test_an_index_is_of_one_library(desk: Desk) -> None:
    desk.sync()
    other = MemoryLibrary(
        desk.library.objects.values(), ref=LibraryRef(kind="group", id="7", origin="memory:group", name="Another")
    )

    with pytest.raises(IndexOfAnotherVersion, match="another library"):
        sync(other, desk.folder, desk.extractor)


def test_a_library_that_breaks_off_is_completed_by_the_next_sync(desk: Desk) -> None:
    class Breaking(MemoryLibrary):
        def fetch(self, keys):  # type: ignore[no-untyped-def]  # as the parent's
            for number, held in enumerate(super().fetch(keys)):
                if number == 4:
                    raise LibraryUnreachable("Zotero went away.")
                yield held

    with pytest.raises(LibraryUnreachable):
        sync(Breaking(desk.library.objects.values()), desk.folder, desk.extractor, parts=desk.parts)
    with pytest.raises(IndexMissing):
        Index.open(desk.root / "elsewhere")

    assert desk.sync().sources_read == 6


def test_a_rebuild_makes_the_same_index_anew(desk: Desk) -> None:
    desk.sync()
    before = contents(desk.folder)
    desk.extractor.read.clear()

    report = desk.sync(rebuild=True)

    assert report.sources_read == 6
    assert len(desk.extractor.read) == 3
    assert contents(desk.folder) == before
    assert not (desk.folder / "rebuild").exists()


@pytest.mark.parametrize("damage", [b"", b"not a database, and long enough to be taken for one" * 100])
def test_a_damaged_catalogue_is_said_and_made_anew(desk: Desk, damage: bytes) -> None:
    desk.sync()
    before = contents(desk.folder)
    for name in ("catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        (desk.folder / name).unlink(missing_ok=True)
    (desk.folder / "catalogue.sqlite").write_bytes(damage)

    with (
        pytest.raises((IndexOfAnotherVersion, IndexMissing))
        if not damage
        else pytest.raises(Exception, match="damaged")
    ):
        index_of(desk).items()
    desk.sync(rebuild=True)

    assert contents(desk.folder) == before


def test_derived_indexes_are_made_anew_from_the_catalogue_alone(desk: Desk) -> None:
    desk.sync()
    vectors = dict(desk.vectors)
    desk.vectors.clear()
    for path in (desk.folder / "words").iterdir():
        path.write_bytes(b"damaged" * 1000)
    desk.extractor.read.clear()

    desk.sync()

    assert desk.extractor.read == []
    assert {i: v.tolist() for i, v in desk.vectors.items()} == {i: v.tolist() for i, v in vectors.items()}
    assert "ATTA0002" in found(desk, "supplement")


def test_another_mark_on_the_same_words_is_linked_anew(desk: Desk) -> None:
    desk.sync()
    mark = desk.library.objects["ANNO0001"]
    assert isinstance(mark, Annotation)
    desk.library.put(replace(mark, text="pooled across the county", page_index=0))

    desk.sync()

    with index_of(desk) as index:
        [(_, start, end)] = index.marked("ATTA0001")
        assert index.document("ATTA0001").text[start:end] == "pooled across the county"
