"""Zotero's item JSON, CSL JSON and Better BibTeX JSON as model objects."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.model import Annotation, Attachment, Creator, Item, LibraryRef, Note, Tag
from zotero_bridge.sources.bbt_json import read_zotero_json
from zotero_bridge.sources.csl_dates import csl_date, date_parts, plain_date, written_date
from zotero_bridge.sources.csl_fields import CSL_TYPES
from zotero_bridge.sources.csl_import import read_csl
from zotero_bridge.sources.export_entries import is_zotero_key, stable_key
from zotero_bridge.sources.item_json import note_title, parse_object, plain_title

REPLIES = Path(__file__).parent.parent / "data" / "zotero-replies"
LOCAL = LibraryRef(kind="user", id="0", origin="zotero://local")
GROUP = LibraryRef(kind="group", id="42", origin="zotero://web/groups/42")
EXPORT = LibraryRef(kind="user", id="0", origin="file:/library.json")


def parsed(library: LibraryRef = LOCAL, **data: Any) -> Item:
    item = parse_object({"key": "ABCD2345", "itemType": "journalArticle", **data}, library=library, version=3)
    assert isinstance(item, Item)
    return item


def csl_of(**data: Any) -> dict[str, Any]:
    csl = json.loads(parsed(**data).csl)
    assert isinstance(csl, dict)
    return csl


def recorded(version: str) -> Iterator[dict[str, Any]]:
    """Every `data` object, with the CSL JSON beside it where it was asked for, that a real Zotero answered."""
    with gzip.open(REPLIES / f"replies-{version}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            exchange = json.loads(line)
            if "/items" not in exchange["request"]["path"] or exchange["response"].get("status") != 200:
                continue
            try:
                body = json.loads(exchange["response"]["body"])
            except ValueError:
                continue
            for entry in body if isinstance(body, list) else [body]:
                if isinstance(entry, dict) and isinstance(entry.get("data"), dict):
                    yield entry


@pytest.mark.parametrize("version", ["8.0.5", "9.0.6", "10.0"])
def test_everything_a_real_zotero_answered_is_read(version: str) -> None:
    kinds = set()
    for entry in recorded(version):
        found = parse_object(entry["data"], library=LOCAL, version=entry["version"])
        if entry["data"].get("linkMode") == "linked_url":
            assert found is None
            continue
        assert found is not None
        assert found.key == entry["data"]["key"]
        kinds.add(type(found))

    assert kinds == {Item, Attachment, Note, Annotation}


def test_csl_is_what_zotero_makes_of_the_same_item() -> None:
    compared = 0
    for entry in recorded("10.0"):
        for theirs in json.loads(entry.get("csljson", "[]")):
            item = parse_object(entry["data"], library=LOCAL, version=0)
            assert isinstance(item, Item)
            ours = json.loads(item.csl)
            theirs["issued"] = {
                "date-parts": [[int(p) for p in d] for d in theirs.get("issued", {}).get("date-parts", [])]
            }
            ours.setdefault("issued", {"date-parts": []})
            assert {**ours, "id": ""} == {**theirs, "id": ""}
            compared += 1
    assert compared


def test_an_item_is_read_whole() -> None:
    item = parsed(
        title="A <i>Sample</i> of 5 < 6 H<sub>2</sub>O \u2068x\u2069",
        creators=[
            {"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"},
            {"creatorType": "contributor", "name": "Analytical Society"},
        ],
        date="2023-05-17",
        publicationTitle="Journal of Local APIs",
        extra="Citation Key: sample2023\nDOI: https://doi.org/10.5555/1\nPMID: 1",
        tags=[{"tag": "auto", "type": 1}, {"tag": "own"}, {"tag": "own"}],
        collections=["VFYE8JEV"],
        relations={"dc:relation": ["http://zotero.org/users/1/items/B", "http://zotero.org/users/1/items/A"]},
    )

    assert item.title == "A Sample of 5 < 6 H2O x"
    assert item.creators[1] == Creator("Analytical Society", role="contributor", single_field=True)
    assert (item.year, item.version, item.citekey, item.doi) == (2023, 3, "sample2023", "10.5555/1")
    assert item.tags == (Tag("auto", automatic=True), Tag("own"))
    assert [uri[-1] for _, uri in item.relations] == ["A", "B"]
    assert item.uri == "http://zotero.org/users/0/items/ABCD2345"
    assert json.loads(item.csl)["note"] == "DOI: https://doi.org/10.5555/1\nPMID: 1"


def test_a_native_citation_key_wins_over_one_in_extra() -> None:
    assert parsed(citationKey="native", extra="Citation Key: old").citekey == "native"
    assert parsed(extra="bibtex: pinned2020").citekey == "pinned2020"


def test_an_items_uri_tells_its_library() -> None:
    assert parsed(GROUP).uri == "http://zotero.org/groups/42/items/ABCD2345"
    assert parsed(EXPORT).uri == ""


@pytest.mark.parametrize("item_type", CSL_TYPES)
def test_every_item_type_has_its_csl_type(item_type: str) -> None:
    assert csl_of(itemType=item_type)["type"] == CSL_TYPES[item_type]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"itemType": "report", "institution": "NHS", "reportNumber": "7"}, {"publisher": "NHS", "number": "7"}),
        ({"itemType": "thesis", "university": "York", "thesisType": "PhD"}, {"publisher": "York", "genre": "PhD"}),
        ({"itemType": "bookSection", "bookTitle": "Whole"}, {"container-title": "Whole"}),
        (
            {"itemType": "case", "caseName": "A v B", "court": "HC", "dateDecided": "1999"},
            {"title": "A v B", "authority": "HC"},
        ),
        (
            {"itemType": "webpage", "websiteTitle": "Site", "accessDate": "2020-01-02T03:04:05Z"},
            {"container-title": "Site"},
        ),
        ({"itemType": "preprint", "repository": "medRxiv", "archiveID": "1"}, {"publisher": "medRxiv", "number": "1"}),
    ],
)
def test_fields_of_a_type_stand_under_their_csl_name(data: dict[str, str], expected: dict[str, str]) -> None:
    assert expected.items() <= csl_of(**data).items()


def test_whoever_stands_for_the_author_is_the_author() -> None:
    for item_type, role in (("interview", "interviewee"), ("presentation", "presenter"), ("film", "director")):
        creators = [{"creatorType": role, "firstName": "A", "lastName": "B"}]
        assert csl_of(itemType=item_type, creators=creators)["author"] == [{"family": "B", "given": "A"}]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2023-05-17", (2023, 5, 17)),
        ("2023-05", (2023, 5)),
        ("2023", (2023,)),
        ("2023/5/7", (2023, 5, 7)),
        ("2012-00-00 2012", (2012,)),
        ("2012-05-00 May 2012", (2012, 5)),
        ("0000-00-00 in press", ()),
        ("May 2019", (2019, 5)),
        ("17 May 2019", (2019, 5, 17)),
        ("May 17th, 2019", (2019, 5, 17)),
        ("Mai 2019", (2019, 5)),
        ("17/05/2023", (2023, 5, 17)),
        ("05/17/2023", (2023, 5, 17)),
        ("03/04/2023", (2023,)),
        ("Spring 2020", (2020,)),
        ("May-June 2020", (2020,)),
        ("2019-2020", (2019,)),
        ("c. 1850", (1850,)),
        ("in press", ()),
        ("n.d.", ()),
        ("", ()),
        ("12345", ()),
        ("2023-13-45", (2023,)),
    ],
)
def test_dates_are_read_as_far_as_they_tell(text: str, parts: tuple[int, ...]) -> None:
    assert date_parts(text) == parts


def test_a_date_that_is_no_date_is_kept_as_words() -> None:
    assert csl_date("in press") == {"literal": "in press"}
    assert csl_date("") is None
    assert plain_date("2012-05-00 May 2012") == "May 2012"
    assert written_date({"date-parts": [["2020", 5], [2021]]}) == "2020-05/2021"
    assert written_date({"literal": "forthcoming"}) == "forthcoming"
    assert written_date({"raw": "May 2020"}) == "May 2020"


@given(st.text(max_size=30))
def test_no_date_breaks_the_reader(text: str) -> None:
    assert len(date_parts(text)) <= 3


def test_attachments_that_hold_no_document_are_none() -> None:
    for mode in ("linked_url", "embedded_image"):
        assert parse_object({"key": "A", "itemType": "attachment", "linkMode": mode}, library=LOCAL, version=0) is None


def test_a_linked_file_is_named_by_its_path() -> None:
    for path in ("/home/me/a b.pdf", "C:\\papers\\a b.pdf", "attachments:sub/a b.pdf", "attachments:a b.pdf"):
        found = parse_object(
            {"key": "A", "itemType": "attachment", "linkMode": "linked_file", "path": path}, library=LOCAL, version=0
        )
        assert isinstance(found, Attachment)
        assert found.filename == "a b.pdf"
        assert found.path == path


@pytest.mark.parametrize(
    ("position", "page"),
    [
        ('{"pageIndex":2,"rects":[]}', 2),
        ('{"type":"FragmentSelector","value":"epubcfi(/6)"}', None),
        ("not json", None),
        ('{"pageIndex":true}', None),
        ("[1]", None),
        ("", None),
    ],
)
def test_an_annotations_page_is_that_of_its_position(position: str, page: int | None) -> None:
    data = {"key": "A", "itemType": "annotation", "annotationPosition": position, "annotationColor": "#FFD400"}

    found = parse_object(data, library=LOCAL, version=0)

    assert isinstance(found, Annotation)
    assert found.page_index == page
    assert found.color == "#ffd400"


def test_a_note_is_named_by_its_first_line() -> None:
    assert note_title('<div data-schema-version="9"><h1>Read &amp; kept</h1><p>more</p></div>') == "Read & kept"
    assert note_title("<p> </p><p>second</p>") == "second"
    assert note_title("") == ""
    assert len(note_title("x" * 500)) == 120


def test_only_the_markup_of_titles_is_taken_from_titles() -> None:
    assert plain_title('A <span class="nocase">B</span>  if p<0.05 and q>1') == "A B if p<0.05 and q>1"


def test_csl_of_other_programs_is_read() -> None:
    contents = read_csl(
        [
            {
                "id": "smith2020",
                "type": "article-journal",
                "title": "On <i>trust</i>",
                "author": [
                    {"family": "Berg", "given": "Jo", "non-dropping-particle": "van den"},
                    {"literal": "NHS England"},
                    {"family": "Plato"},
                ],
                "issued": {"date-parts": [["2020", "5"]]},
                "keyword": "trust, leaders",
                "note": "PMID: 1\nReread before CMOC 3.",
                "DOI": "https://doi.org/10.1/X",
            },
            {"id": "http://zotero.org/groups/9/items/ABCD2345", "type": "report", "title": "Plan"},
            {"id": "ITEM-1", "type": "book", "title": "Counted"},
            {"id": 7, "type": "book", "title": "Numbered"},
            {"id": "smith2020", "type": "book", "title": "Twice"},
        ],
        "library.json",
        EXPORT,
    )

    items = [o for o in contents.objects if isinstance(o, Item)]
    assert [i.citekey for i in items] == ["smith2020", "", "ITEM-1", "7", ""]
    assert [c.display for c in items[0].creators] == ["Jo van den Berg", "NHS England", "Plato"]
    assert (items[0].title, items[0].year, items[0].doi) == ("On trust", 2020, "10.1/X")
    assert [t.name for t in items[0].tags] == ["trust", "leaders"]
    assert (items[1].key, items[1].uri) == ("ABCD2345", "http://zotero.org/groups/9/items/ABCD2345")
    assert all(json.loads(i.csl)["id"] == (i.citekey or i.key) for i in items)
    assert [o.html for o in contents.objects if isinstance(o, Note)] == ["<p>Reread before CMOC 3.</p>"]
    assert len(contents.problems) == 1


def test_better_bibtex_keeps_keys_tree_and_children() -> None:
    contents = read_zotero_json(
        [
            {
                "itemID": 1,
                "itemKey": "ITEM2222",
                "itemType": "book",
                "title": "Trust",
                "citekey": "trust2020",
                "relations": ["http://zotero.org/users/1/items/OTHER222"],
                "uri": "http://zotero.org/users/1/items/ITEM2222",
                "attachments": [
                    {
                        "path": "/home/me/Zotero/storage/FILE2222/a.pdf",
                        "annotations": [{"key": "MARK2222", "annotationType": "highlight", "annotationText": "t"}],
                    },
                    {"title": "Web page", "url": "https://example.org"},
                ],
                "notes": ["A plain note", {"key": "NOTE2222", "note": "<p>html</p>"}, {"key": "EMPTY222", "note": ""}],
            },
            {"itemID": 2, "itemType": "note", "note": "<p>alone</p>"},
            {"itemID": 3, "itemType": "attachment", "path": "b.pdf", "title": "Alone", "parentItem": "GONE2222"},
            {"itemType": "annotation", "key": "ORPHAN22", "parentItem": "GONE2222"},
            {"itemType": "book", "title": "Thrown away", "deleted": True},
            {"itemType": "book", "itemKey": "ITEM2222", "title": "Same key"},
        ],
        {
            "TOP": {"key": "TOP", "name": "Top", "parent": False, "items": [2, 3]},
            "SUB": {"key": "SUB", "name": "Sub", "parent": "TOP", "items": [1, 99]},
            "LOST": {"key": "LOST", "name": "Lost", "parent": "NOWHERE", "items": []},
        },
        "library.json",
        EXPORT,
    )

    found = {o.key: o for o in contents.objects}
    item, mark = found["ITEM2222"], found["MARK2222"]
    assert isinstance(item, Item)
    assert isinstance(mark, Annotation)
    assert (item.citekey, item.collections) == ("trust2020", ("SUB",))
    assert item.relations == (("dc:relation", "http://zotero.org/users/1/items/OTHER222"),)
    assert item.uri == "http://zotero.org/users/1/items/ITEM2222"
    assert mark.parent_key == "FILE2222"
    assert found["NOTE2222"].key
    notes = [o for o in contents.objects if isinstance(o, Note)]
    assert [n.html for n in notes] == ["<p>A plain note</p>", "<p>html</p>", "<p>alone</p>"]
    assert notes[2].collections == ("TOP",)
    assert "ORPHAN22" not in found
    alone = next(o for o in contents.objects if isinstance(o, Attachment) and o.title == "Alone")
    assert (alone.parent_key, alone.collections) == (None, ("TOP",))
    assert [o.title for o in contents.objects if isinstance(o, Item)] == ["Trust", "Same key"]
    assert {c.key: c.parent_key for c in contents.collections} == {"TOP": None, "SUB": "TOP", "LOST": None}


@given(st.lists(st.text(max_size=20), max_size=4))
def test_a_derived_key_looks_like_zoteros_and_never_changes(parts: list[str]) -> None:
    key = stable_key(*parts)

    assert is_zotero_key(key)
    assert key == stable_key(*parts)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(
    [
        "key",
        "itemKey",
        "itemID",
        "title",
        "creators",
        "tags",
        "collections",
        "relations",
        "attachments",
        "notes",
        "note",
        "date",
        "extra",
        "path",
        "url",
        "parentItem",
        "annotationPosition",
        "annotations",
        "version",
        "uri",
        "citationKey",
        "linkMode",
        "DOI",
    ]
)


@given(
    st.sampled_from(["book", "note", "attachment", "annotation"]), st.dictionaries(fields, values, max_size=8), values
)
def test_no_item_json_breaks_the_reader(item_type: str, data: dict[str, Any], collections: Any) -> None:
    contents = read_zotero_json([{**data, "itemType": item_type}], collections, "library.json", EXPORT)

    keys = [o.key for o in contents.objects]
    assert len(keys) == len(set(keys))


csl_fields = st.sampled_from(
    [
        "id",
        "type",
        "title",
        "author",
        "issued",
        "keyword",
        "note",
        "DOI",
        "abstract",
        "editor",
        "citation-key",
    ]
)


@given(st.lists(st.dictionaries(csl_fields, values, max_size=8), max_size=3))
def test_no_csl_breaks_the_reader(entries: list[dict[str, Any]]) -> None:
    contents = read_csl(entries, "library.json", EXPORT)

    assert len([o for o in contents.objects if isinstance(o, Item)]) == len(entries)
    assert len({o.key for o in contents.objects}) == len(contents.objects)


def test_a_numbered_reference_is_cited_by_its_number_and_known_by_its_title() -> None:
    def exported(*ids: str) -> list[Item]:
        entries = [{"id": one, "type": "book", "title": f"Book {one[-1]}"} for one in ids]
        return [o for o in read_csl(entries, "library.json", EXPORT).objects if isinstance(o, Item)]

    first, again = exported("11", "12"), exported("92", "91")

    assert [i.citekey for i in first] == ["11", "12"]
    assert {i.key for i in first} == {i.key for i in again}


def test_ten_thousand_references_without_a_title_keep_their_names_apart() -> None:
    entries = [{"id": str(n), "type": "document", "abstract": "Words."} for n in range(10_000)]

    items = [o for o in read_csl(entries, "library.json", EXPORT).objects if isinstance(o, Item)]

    assert len({i.key for i in items}) == 10_000
    assert [i.citekey for i in items[:2]] == ["0", "1"]
