"""Notes are HTML as Zotero's editor writes it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.extract.notes import note_document
from zotero_bridge.model import LibraryRef, Note
from zotero_bridge.writeback_note import PushNote, PushParagraph, PushQuotation, gist, note_html, page_link

USER = LibraryRef("user", "0", "zotero://local")
GROUP = LibraryRef("group", "4242", "zotero://local/groups/4242")
QUOTATION = PushQuotation(
    text="leaders who are\n trusted <share> blame",
    item_uri="http://zotero.org/users/local/H5WKkPbf/items/CA83UUR9",
    csl='{"id": "sample2023", "type": "article-journal", "title": "A Sample"}',
    label="Lovelace and Babbage, 2023",
    page_label="104",
    page_index=4,
    attachment_key="A8YD2TSA",
)
HIGHLIGHT = PushQuotation(
    text="the quick brown fox",
    item_uri=QUOTATION.item_uri,
    label="Lovelace and Babbage, 2023",
    page_label="1",
    page_index=0,
    attachment_key="A8YD2TSA",
    annotation_key="M6H36627",
    annotation_position='{"pageIndex":0,"rects":[[72,730,250,745]]}',
    color="#ffd400",
)


class Spans(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.found.append({"tag": tag, **{k: v or "" for k, v in attrs}})

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def spans(html: str, **wanted: str) -> list[dict[str, str]]:
    return [s for s in Spans(html).found if all(s.get(k.rstrip("_")) == v for k, v in wanted.items())]


def held(attribute: str) -> dict[str, object]:
    made = json.loads(unquote(attribute))
    assert isinstance(made, dict)
    return made


def test_a_citation_names_its_item_and_its_page() -> None:
    html = note_html(PushNote("Trust", (QUOTATION,)), USER)

    (citation,) = spans(html, class_="citation")
    assert held(citation["data-citation"]) == {
        "citationItems": [{"uris": [QUOTATION.item_uri], "locator": "104", "label": "page"}],
        "properties": {},
    }
    assert '(<span class="citation-item">Lovelace and Babbage, 2023, p. 104</span>)' in html


def test_the_cited_items_data_stands_once_in_the_note() -> None:
    html = note_html(PushNote("Trust", (QUOTATION, HIGHLIGHT, QUOTATION)), USER)

    (outer,) = [s for s in Spans(html).found if "data-citation-items" in s]
    (item,) = json.loads(unquote(outer["data-citation-items"]))
    assert (outer["tag"], outer["data-schema-version"], item["uris"]) == ("div", "9", [QUOTATION.item_uri])
    assert html.startswith("<div data-citation-items=")


def test_the_item_data_is_csl_json() -> None:
    html = note_html(PushNote("Trust", (QUOTATION,)), USER)

    (outer,) = [s for s in Spans(html).found if "data-citation-items" in s]
    assert json.loads(unquote(outer["data-citation-items"]))[0]["itemData"]["title"] == "A Sample"


def test_a_page_link_counts_from_one_and_names_the_attachment() -> None:
    assert page_link(QUOTATION, USER) == "zotero://open-pdf/library/items/A8YD2TSA?page=5"
    assert page_link(HIGHLIGHT, GROUP) == "zotero://open-pdf/groups/4242/items/A8YD2TSA?page=1&annotation=M6H36627"


def test_a_quotation_of_a_highlight_points_to_it() -> None:
    (highlight,) = spans(note_html(PushNote("Fox", (HIGHLIGHT,)), USER), class_="highlight")

    assert held(highlight["data-annotation"]) == {
        "attachmentURI": "http://zotero.org/users/local/H5WKkPbf/items/A8YD2TSA",
        "annotationKey": "M6H36627",
        "color": "#ffd400",
        "pageLabel": "1",
        "position": {"pageIndex": 0, "rects": [[72, 730, 250, 745]]},
        "citationItem": {"uris": [QUOTATION.item_uri], "locator": "1", "label": "page"},
    }


def test_a_paragraph_cites_each_page_once() -> None:
    html = note_html(PushNote("Trust", (PushParagraph("Trust grows.", (QUOTATION, QUOTATION, HIGHLIGHT)),)), USER)

    (citation,) = spans(html, class_="citation")
    items = held(citation["data-citation"])["citationItems"]
    assert isinstance(items, list)
    assert [i["locator"] for i in items] == ["104", "1"]


def test_a_note_without_citations_carries_none() -> None:
    html = note_html(PushNote("Plain", (PushParagraph("Words & <signs>"),)), USER)

    assert html == '<div data-schema-version="9"><h1>Plain</h1>\n<p>Words &amp; &lt;signs&gt;</p></div>'


def test_the_reader_of_notes_finds_the_words_again() -> None:
    html = note_html(PushNote("Trust", (PushParagraph("It helps.", heading=True), QUOTATION)), USER)

    text = note_document(Note("ABCD2345", None, html)).text
    assert "leaders who are trusted <share> blame" in text
    assert text.startswith("Trust")


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@given(title=TEXTS, text=TEXTS, label=TEXTS, page=TEXTS, csl=st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_any_words_come_back_whole(title: str, text: str, label: str, page: str, csl: dict[str, str]) -> None:
    quotation = PushQuotation(text, "http://zotero.org/users/1/items/ABCD2345", json.dumps(csl), label, page, 0, "K")
    html = note_html(PushNote(title, (quotation, PushParagraph(text, (quotation,)))), USER)

    parsed = Spans(html)
    assert parsed.open == []
    (outer,) = [s for s in parsed.found if "data-citation-items" in s]
    data = json.loads(unquote(outer["data-citation-items"]))[0]["itemData"]
    assert data == {**csl, "id": quotation.item_uri}
    assert " ".join(text.split()) in gist(html)


@pytest.mark.parametrize("position", ["", "not json", "[1]"])
def test_a_highlight_without_a_place_is_a_plain_quotation(position: str) -> None:
    from dataclasses import replace

    html = note_html(PushNote("Fox", (replace(HIGHLIGHT, annotation_position=position),)), USER)

    assert spans(html, class_="highlight") == []
    assert "the quick brown fox" in html
