"""The sample library is what its generator makes, and its answer key is true of its files."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.fold import find, fold
from zotero_bridge.sample import ANSWER_KEY, FICTIONAL, LIBRARY_JSON
from zotero_bridge.sample.catalogue import load
from zotero_bridge.sample.lines import Face, break_points, set_lines
from zotero_bridge.sample.make_sample import make
from zotero_bridge.sample.markup import Block, _inline

LIBRARY = LIBRARY_JSON.parent
KEY: dict[str, Any] = json.loads(ANSWER_KEY.read_text(encoding="utf-8"))
EXPORT: dict[str, Any] = json.loads(LIBRARY_JSON.read_text(encoding="utf-8"))
ITEMS = [item for item in EXPORT["items"] if item["itemType"] != "note"]
FILES = [file for document in KEY["documents"] for file in document["files"]]
PDFS = [file for file in FILES if file["path"].endswith(".pdf") and file["readable"]]
EVIDENCE = [entry for document in KEY["documents"] for entry in document["evidence"]]
NOT_EVIDENCE = [entry for document in KEY["documents"] for entry in document["not_evidence"]]
PATHS = {file["key"]: LIBRARY / file["path"] for file in FILES}


def pages(path: Path) -> list[str]:
    """Each page's text; a hyphen at a line end becomes soft, as the bridge stores it."""
    if path.suffix == ".pdf":
        document = pdfium.PdfDocument(str(path))
        read = [page.get_textpage().get_text_range() for page in document]
        document.close()
        return [re.sub(r"[\ufffe\x02](\r\n)?|-(?=\r\n)", "\u00ad", page) for page in read]
    if path.suffix == ".html":
        markup = path.read_text(encoding="utf-8")
    else:
        with zipfile.ZipFile(path) as archive:
            inside = [name for name in archive.namelist() if "chapter" in name or name == "word/document.xml"]
            markup = "\n".join(archive.read(name).decode() for name in inside)
    plain = re.sub(r"<[^>]+>", "", re.sub(r"</(p|w:p|h\d|li|blockquote)>", "\n", markup))
    return [plain.replace("&amp;", "&")]


TEXTS = {file["key"]: pages(PATHS[file["key"]]) for file in FILES}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    make(folder)
    return folder


# the generator


def test_the_generator_makes_the_committed_library(made: Path) -> None:
    assert json.loads((made / "library" / "library.json").read_text(encoding="utf-8")) == EXPORT
    assert json.loads((made / "answer_key.json").read_text(encoding="utf-8")) == KEY


@pytest.mark.parametrize("file", FILES, ids=lambda file: Path(file["path"]).name)
def test_every_file_says_what_the_committed_one_says(made: Path, file: dict[str, Any]) -> None:
    assert pages(made / "library" / file["path"]) == TEXTS[file["key"]]


def test_the_library_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in LIBRARY.rglob("*") if path.is_file()) < 3_000_000


# the documents


def test_there_are_eighteen_documents_of_three_kinds() -> None:
    kinds = [document["kind"] for document in KEY["documents"]]

    assert len(kinds) == 18
    assert sum(kind in ("strategy", "guidance") for kind in kinds) == 5
    assert kinds.count("paper") == 9
    assert kinds.count("interview") == 4


def test_every_document_has_nine_hundred_words_and_four_are_long() -> None:
    words = [item.text.words for item in load().items]

    assert min(words) >= 900
    assert sum(2500 <= count <= 4000 for count in words) >= 4


def test_every_first_page_says_that_the_document_is_fictional() -> None:
    for file in FILES:
        if file["readable"]:
            assert any(find(FICTIONAL, fold(TEXTS[file["key"]][0]))), file["path"]
    for item in load().items:
        if item.text.head["look"] == "scan":
            assert FICTIONAL in [block.text for block in item.text.blocks[:3]]


def test_the_scan_holds_pictures_and_no_text() -> None:
    scans = [file for file in FILES if not file["readable"]]

    assert len(scans) == 1
    assert len(TEXTS[scans[0]["key"]]) >= 2
    assert "".join(TEXTS[scans[0]["key"]]).strip() == ""


def test_there_is_one_e_book_one_web_page_one_word_file_and_a_document_with_two_attachments() -> None:
    endings = [PATHS[file["key"]].suffix for file in FILES]

    assert [endings.count(ending) for ending in (".epub", ".html", ".docx")] == [1, 1, 1]
    assert sorted(len(item["attachments"]) for item in ITEMS)[-2:] == [1, 2]


def test_the_printed_page_is_not_the_physical_one_in_papers_and_reports() -> None:
    for document in KEY["documents"]:
        file = document["files"][0]
        if document["kind"] != "interview" and file in PDFS:
            printed = file["page_labels"]
            assert printed != [str(number + 1) for number in range(len(printed))], file["path"]


def test_every_page_label_is_printed_on_its_page() -> None:
    for file in PDFS:
        for number, (label, page) in enumerate(zip(file["page_labels"], TEXTS[file["key"]], strict=True)):
            cover = number == 0 and label == "i"
            assert cover or label in page.split(), (file["path"], label)


def test_one_pdf_prints_page_numbers_that_its_file_does_not_declare() -> None:
    declared = {}
    for file in PDFS:
        document = pdfium.PdfDocument(str(PATHS[file["key"]]))
        declared[file["path"]] = [document.get_page_label(n) for n in range(len(document))] == file["page_labels"]
        document.close()

    assert list(declared.values()).count(False) == 1


def test_papers_have_hyphens_at_line_ends() -> None:
    texts = ["".join(TEXTS[file["key"]]) for file in PDFS]

    assert sum(text.count("\u00ad") >= 5 for text in texts) >= 5


def test_papers_are_set_with_ligatures() -> None:
    """Read from the fonts' own tables, since pdfium spells ligatures out."""
    tables = [b"".join(streams(PATHS[file["key"]])).lower() for file in PDFS]

    assert sum(b"<fb01>" in table for table in tables) >= 5


def streams(path: Path) -> list[bytes]:
    """Every stream that is deflated and nothing more; fonts and their tables are."""
    found = re.findall(rb"stream\r?\n(x.*?)\r?\n?endstream", path.read_bytes(), re.DOTALL)
    return [zlib.decompressobj().decompress(stream) for stream in found]


def line_boxes(path: Path, page: int) -> list[tuple[float, float, float, float]]:
    """(left, bottom, right, top) of each run of text on a page."""
    document = pdfium.PdfDocument(str(path))
    shown = document[page].get_textpage()
    boxes = [shown.get_rect(n) for n in range(shown.count_rects())]
    document.close()
    return boxes


def test_papers_are_set_in_two_columns() -> None:
    """Two edges at which many lines begin, and nothing that runs across the gap between them."""
    two = 0
    for file in PDFS:
        boxes = [box for box in line_boxes(PATHS[file["key"]], 1) if box[3] < 700]
        edges = Counter(round(left) for left, *_ in boxes).most_common(2)
        if len(edges) < 2 or edges[1][1] < 20 or abs(edges[0][0] - edges[1][0]) < 150:
            continue
        right = max(edges[0][0], edges[1][0])
        two += sum(left < right - 5 and end > right + 5 for left, _, end, _ in boxes) <= 6

    assert two >= 5


def test_most_pdfs_repeat_a_running_head() -> None:
    repeated = 0
    for file in PDFS:
        heads = [re.sub(r"\d+", "", page.strip().split("\r\n")[0]).strip() for page in TEXTS[file["key"]][1:]]
        repeated += any(head and heads.count(head) > 1 for head in heads)

    assert repeated >= 8


def test_there_are_footnotes_and_tables_in_what_is_printed() -> None:
    texts = [item.text for item in load().items]
    notes = [block.text for text in texts for block in text.footnotes.values()]
    tables = [block for text in texts for block in text.blocks if block.kind == "table"]
    printed = " ".join(fold(" ".join(pages)).text for pages in TEXTS.values())

    assert len(notes) >= 3
    assert len(tables) >= 3
    assert sum(fold(note).text[:40] in printed for note in notes) >= 3


def test_items_have_notes_of_their_own() -> None:
    assert sum(len(item.get("notes", [])) for item in ITEMS) >= 4


def test_the_web_page_has_furniture_around_its_article() -> None:
    markup = next(path for path in PATHS.values() if path.suffix == ".html").read_text(encoding="utf-8")

    assert all(f"<{tag}" in markup for tag in ("nav", "header", "footer", "script", "aside"))
    assert "cookie" in markup


def test_the_e_book_opens_with_its_media_type() -> None:
    with zipfile.ZipFile(next(path for path in PATHS.values() if path.suffix == ".epub")) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/epub+zip"


# the answer key


def on_its_page(entry: dict[str, Any]) -> bool:
    text = TEXTS[entry["source_key"]]
    page = entry["page_index"] or 0
    if not entry["interrupted"]:
        return len(list(find(entry["quote"], fold("\n".join(text[page : page + 2]))))) == 1
    words = entry["quote"].split()
    starts = any(any(find(" ".join(words[:many]), fold(text[page]))) for many in (2, 1))
    ends = any(find(words[-1], fold("\n".join(text[page : page + 2]))))
    return starts and bool(ends)


@pytest.mark.parametrize("document", KEY["documents"], ids=lambda document: document["citekey"])
def test_every_planted_quotation_stands_in_its_file_on_the_page_it_names(document: dict[str, Any]) -> None:
    readable = {file["key"] for file in document["files"] if file["readable"]}
    labels = {file["key"]: file["page_labels"] for file in document["files"]}
    for entry in document["evidence"] + document["not_evidence"]:
        if entry["source_key"] not in readable:
            continue
        assert on_its_page(entry), entry["quote"]
        if entry["page_index"] is not None:
            assert labels[entry["source_key"]][entry["page_index"]] == entry["page_label"]
        for role in entry.get("roles", []):
            assert role["quote"] in entry["quote"]


def test_few_quotations_are_interrupted_but_some_are() -> None:
    interrupted = [entry for entry in EVIDENCE + NOT_EVIDENCE if entry["interrupted"]]

    assert 3 <= len(interrupted) <= 0.1 * len(EVIDENCE + NOT_EVIDENCE)


def test_each_theory_is_supported_refined_and_refuted_in_several_documents() -> None:
    documents = defaultdict(set)
    for document in KEY["documents"]:
        for entry in document["evidence"]:
            for theory in entry["theories"]:
                documents[theory, entry["stance"]].add(document["item_key"])

    assert set(KEY["theories"]) == set("ABCD")
    for theory in "ABCD":
        for stance in ("supports", "refines", "refutes"):
            assert len(documents[theory, stance]) >= 4, (theory, stance)


def test_partial_evidence_states_no_reasoning_and_full_evidence_does() -> None:
    for entry in EVIDENCE:
        reasoning = any(role["role"] == "reasoning" for role in entry["roles"])
        assert reasoning is not entry["partial"], entry["quote"]

    assert sum(entry["partial"] for entry in EVIDENCE) >= 20


def test_there_is_plenty_that_must_not_be_taken_for_evidence() -> None:
    reasons = [entry["why"] for entry in NOT_EVIDENCE]

    assert len(reasons) >= 100
    assert {"aspiration", "methods", "boilerplate", "governance", "cited", "hypothetical"} <= set(reasons)
    assert {entry["quote"] for entry in EVIDENCE}.isdisjoint(entry["quote"] for entry in NOT_EVIDENCE)


def test_two_documents_hold_nothing_to_extract() -> None:
    assert sum(document["nothing_to_extract"] for document in KEY["documents"]) == 2


# the export


def test_every_file_the_export_names_is_there_and_no_other() -> None:
    named = {attachment["path"] for item in ITEMS for attachment in item["attachments"]}
    there = {path.relative_to(LIBRARY).as_posix() for path in (LIBRARY / "files").rglob("*") if path.is_file()}

    assert named == there


def test_keys_are_zotero_keys_and_never_repeat() -> None:
    attachments = [attachment for item in ITEMS for attachment in item["attachments"]]
    inner = [each for item in ITEMS for each in item["notes"]]
    marks = [mark for attachment in attachments for mark in attachment.get("annotations", [])]
    keys = [each["key"] for each in [*EXPORT["items"], *attachments, *inner, *marks]] + list(EXPORT["collections"])

    assert all(re.fullmatch("[2-9A-NP-Z]{8}", key) for key in keys)
    assert len(set(keys)) == len(keys)


def test_collections_nest_and_hold_items_that_exist() -> None:
    numbers = {item["itemID"] for item in EXPORT["items"]}
    collections = EXPORT["collections"]

    assert all(set(collection["items"]) <= numbers for collection in collections.values())
    assert set().union(*(collection["items"] for collection in collections.values())) == numbers
    for key, collection in collections.items():
        assert all(collections[child]["parent"] == key for child in collection["collections"])
    assert any(collections[c["parent"]]["parent"] for c in collections.values() if c["parent"])


def test_the_library_has_the_odd_records_that_real_ones_have() -> None:
    creators = [creator for item in ITEMS for creator in item["creators"]]

    assert any("name" in creator for creator in creators)
    assert any(not creator.get("lastName", "a").isascii() for creator in creators)
    assert any("date" not in item for item in ITEMS if item["itemType"] == "report")
    assert any(item["itemType"] == "note" for item in EXPORT["items"])
    assert any(tag.get("type") == 1 for item in ITEMS for tag in item["tags"])
    assert len({item["citationKey"] for item in ITEMS}) == 18


MARKS = [
    (attachment, mark)
    for item in ITEMS
    for attachment in item["attachments"]
    for mark in attachment.get("annotations", [])
]


@pytest.mark.parametrize(("attachment", "mark"), MARKS, ids=[mark["key"] for _, mark in MARKS])
def test_a_highlight_marks_the_words_it_quotes(attachment: dict[str, Any], mark: dict[str, Any]) -> None:
    position = json.loads(mark["annotationPosition"])
    document = pdfium.PdfDocument(str(LIBRARY / attachment["path"]))
    boxes = [(position["pageIndex"], rect) for rect in position["rects"]]
    boxes += [(position["pageIndex"] + 1, rect) for rect in position.get("nextPageRects", [])]
    covered = [
        document[page].get_textpage().get_text_bounded(left - 0.5, bottom - 1, right + 0.5, top + 1)
        for page, (left, bottom, right, top) in boxes
    ]
    document.close()
    words = fold(re.sub(r"[\ufffe\x02](\r\n)?|-\n", "\u00ad", "\n".join(line + "\n" for line in covered)))

    assert mark["parentItem"] == attachment["key"]
    assert mark["annotationType"] == "note" or any(find(mark["annotationText"], words)), covered


def test_highlights_have_colours_comments_and_tags_of_a_coding_scheme() -> None:
    marks = [mark for _, mark in MARKS]
    tags = {tag["tag"] for mark in marks for tag in mark["tags"]}

    assert len(marks) >= 20
    assert {"C", "M-res", "M-reas", "O", "CMOC 3"} <= tags
    assert len({mark["annotationColor"] for mark in marks}) >= 4
    assert sum(bool(mark["annotationComment"]) for mark in marks) >= 8


# the parts of the generator

WORDS = st.lists(st.text("abcdefilmnoprstu", min_size=1, max_size=14), min_size=1, max_size=40)


@given(before=WORDS, marked=WORDS, after=WORDS)
def test_marked_words_are_cut_out_exactly(before: list[str], marked: list[str], after: list[str]) -> None:
    raw = f"{' '.join(before)} {{B~?|<c:{marked[0]}> {' '.join(marked)}}} *{' '.join(after)}*[^3]"

    block = _inline(Block("paragraph"), raw)

    (mark,) = block.planted
    assert block.text == " ".join([*before, marked[0], *marked, *after])
    assert block.text[mark.start : mark.end] == " ".join([marked[0], *marked])
    assert [(role, block.text[start:end]) for role, start, end in mark.roles] == [("context", marked[0])]
    assert (mark.theories, mark.stance, mark.partial) == ("B", "refines", True)
    assert block.calls == ((len(block.text), 3),)


@pytest.mark.parametrize("raw", ["{A+|left open", "a > b", "*half", "<c:no brace", "{Z+|no such theory}"])
def test_broken_markup_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"markup left open|stray"):
        _inline(Block("paragraph"), raw)


def by_letters(text: str, font: str, size: float) -> float:
    return len(text) * size / 2


@given(words=WORDS, width=st.integers(60, 240))
def test_setting_lines_loses_no_letter_and_fills_no_margin(words: list[str], width: int) -> None:
    face = Face("serif", "serif-italic", 6.0, 8.0)

    lines = set_lines(Block("paragraph", " ".join(words)), face, width, by_letters)

    said = ["".join(piece.text for piece in line.pieces).strip() for line in lines]
    joined = " ".join(said).replace("- ", "").replace("\ufb01", "fi").replace("\ufb02", "fl")
    assert joined == " ".join(words)
    for line in lines:
        assert all(piece.x + by_letters(piece.text.strip(), "", 6.0) <= width + 0.01 for piece in line.pieces)


@given(st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=24))
def test_a_word_is_broken_only_between_three_letters_and_three(word: str) -> None:
    for at in break_points(word):
        own_hyphen = word[at - 1] == "-"
        assert own_hyphen or (word[at - 3 : at].isalpha() and word[at : at + 3].isalpha())
