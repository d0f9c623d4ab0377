"""Word, RTF, plain text, and what a file really is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.formats import expected_kind, kind_of_text, read, readable
from zotero_bridge.extract.plain import extract_plain
from zotero_bridge.extract.rtf import extract_rtf
from zotero_bridge.extract.word import extract_word
from zotero_bridge.model import SectionKind, SourceKind

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, **parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, xml in parts.items():
            archive.writestr(f"word/{name}.xml", xml)
    return buffer.getvalue()


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_word_document_is_read_in_order_with_headings_and_tables() -> None:
    document = Document()
    document.add_heading("A study of trust", 0)
    document.add_heading("Findings", 1)
    document.add_paragraph("They met.")
    table = document.add_table(rows=2, cols=2)
    for index, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"cell {index}"
    document.add_heading("A theme", 2)
    document.add_paragraph("They agreed.")
    buffer = io.BytesIO()
    document.save(buffer)

    text = extract_word(buffer.getvalue(), source_key="K")

    assert text.text.split("\n\n") == [
        "A study of trust",
        "Findings",
        "They met.",
        "cell 0 | cell 1\ncell 2 | cell 3",
        "A theme",
        "They agreed.",
    ]
    assert [(s.kind, s.heading) for s in text.sections] == [
        (SectionKind.RESULTS, "Findings"),
        (SectionKind.TABLE, "Findings"),
        (SectionKind.RESULTS, "A theme"),
    ]


def test_tracked_insertions_are_read_and_deletions_are_not() -> None:
    body = (
        "<w:p><w:r><w:t>They </w:t></w:r><w:ins><w:r><w:t>never </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>always </w:delText></w:r></w:del><w:moveFrom><w:r><w:t>gone </w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden </w:t></w:r>"
        "<w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>agreed.</w:t></w:r></w:p>"
    )

    assert extract_word(docx(body), source_key="K").text == "They never agreed."


def test_footnotes_follow_the_paragraph_that_calls_them() -> None:
    body = '<w:p><w:r><w:t>They met.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>' + p("They agreed.")
    footnotes = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{p("Twice.")}</w:footnote></w:footnotes>'
    )

    document = extract_word(docx(body, footnotes=footnotes), source_key="K")

    assert document.text == "They met.\n\nTwice.\n\nThey agreed."
    assert [s.kind for s in document.sections] == [SectionKind.BODY, SectionKind.FOOTNOTE, SectionKind.BODY]


def test_a_short_bold_line_is_a_heading() -> None:
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Methods</w:t></w:r></w:p>"

    document = extract_word(docx(bold + p("We asked.")), source_key="K")

    assert document.sections[0].kind is SectionKind.METHODS


def test_a_word_file_with_entities_or_a_bomb_is_refused_or_read_plainly() -> None:
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
            f'<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document {W}><w:body>{p("x &b; &f; y")}</w:body>'
            "</w:document>",
        )
    text = extract_word(buffer.getvalue(), source_key="K").text

    assert "root:" not in text
    assert len(text) < 100


def test_rtf_gives_its_words() -> None:
    raw = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}{\*\generator X;}{\info{\title T}}"
        rb"\pard Na\'efve caf\u233?\par Methods\par {\b We} asked.\line Twice.\par}"
    )

    document = extract_rtf(raw, source_key="K")

    assert document.text.split("\n\n") == ["Naïve café", "Methods", "We asked.\nTwice."]
    assert document.sections[-1].kind is SectionKind.METHODS


def test_headings_of_rtf_are_those_of_its_outline() -> None:
    raw = rb"{\rtf1 {\pard \outlinelevel0 \b Where we are now\par}{\pard Staff stayed.\par}}"

    document = extract_rtf(raw, source_key="K")

    assert document.text == "Where we are now\n\nStaff stayed."
    assert [s.heading for s in document.sections] == ["Where we are now"]


def test_markdown_headings_make_sections() -> None:
    raw = b"# Trust\n\nAn opening.\n\n## Methods\n\nWe **asked** [them](https://x.example/a).\n- one\n- two\n"

    document = extract_plain(raw, source_key="K", markdown=True)

    assert document.text.split("\n\n") == ["Trust", "An opening.", "Methods", "We asked them.", "- one", "- two"]
    assert [s.heading for s in document.sections] == ["Trust", "Methods"]


def test_plain_text_is_unwrapped_and_its_form_feeds_are_pages() -> None:
    document = extract_plain(
        b"One line\nand another.\n\nINTRODUCTION\n\nText.\x0cSecond page.", source_key="K", markdown=False
    )

    assert document.text.split("\n\n") == ["One line and another.", "INTRODUCTION", "Text.", "Second page."]
    assert document.page_index_at(document.text.index("Second")) == 1


def test_markdown_of_brackets_without_end_is_read() -> None:
    document = extract_plain(b"[" * 300_000 + b"![map](m.png) words", source_key="K", markdown=True)

    assert document.text.endswith("[map words")


def test_turns_of_a_transcript_are_paragraphs() -> None:
    raw = b"Interviewer: How?\nParticipant 3: By phone,\nmostly.\nInterviewer: I see."

    assert extract_plain(raw, source_key="K", markdown=False).text.split("\n\n") == [
        "Interviewer: How?",
        "Participant 3: By phone, mostly.",
        "Interviewer: I see.",
    ]


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), st.sampled_from(["utf-8", "utf-16"])
)
def test_the_words_of_a_text_are_all_there(text: str, encoding: str) -> None:
    if not text.replace("\ufeff", "").strip():
        return
    raw = text.encode(encoding)

    assert extract_plain(raw, source_key="K", markdown=False).text.split() == text.replace("\ufeff", "").split()


def put(tmp_path: Path, name: str, raw: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(raw)
    return path


def test_a_web_page_that_is_called_a_pdf_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = put(tmp_path, "paper.pdf", b"<!DOCTYPE html><html><body><p>Please sign in to read this.</p></body></html>")

    document = read(path, source_key="K", content_type="application/pdf")

    assert kind_of_text(document) is SourceKind.HTML
    assert "the file is called a PDF but holds a web page" in document.notes


@pytest.mark.parametrize(
    ("name", "raw", "content_type", "reason"),
    [
        ("a.pdf", b"", "application/pdf", "empty"),
        ("a.pdf", b"no such thing", "application/pdf", "truncated or damaged"),
        ("a.pdf", b"%PDF-1.7\n%%EOF", "application/pdf", "truncated or damaged"),
        ("a.docx", b"PK\x03\x04 cut off", "", "truncated or damaged"),
        ("a.epub", b"PK\x03\x04 cut off", "", "truncated or damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "", "known kind"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "text/plain", "an image"),
        ("a", bytes(range(256)) * 20, "", "known kind"),
        ("a.zip", b"PK\x03\x04" + b"0" * 100, "", "an archive"),
        ("a.csv", b"a,b\n1,2\n", "text/csv", "table of data"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, raw: bytes, content_type: str, reason: str) -> None:
    with pytest.raises(SourceUnreadable, match=reason):
        read(put(tmp_path, name, raw), source_key="K", content_type=content_type)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="cannot be opened"):
        read(tmp_path / "gone.pdf", source_key="K", content_type="")


def test_kinds_are_expected_by_type_and_name() -> None:
    assert expected_kind("a.bin", "application/pdf") is SourceKind.PDF
    assert expected_kind("a.docx", "") is SourceKind.WORD
    assert readable("a.pdf", "") and readable("x", "text/html; charset=utf-8")
    assert not readable("a.mp4", "video/mp4")
