"""What typeset articles and reports do that plain ones do not: old fonts, heads that change, headings without a gap."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.extract.press import raw_pdf
from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.pdf import extract_pdf
from zotero_bridge.model import DocumentText, SectionKind

Piece = tuple[float, float, str, str, float]  # x, y from the foot, text, font, size
PROSE = (
    "Leaders of the invented boards met every week and told each other what had gone wrong. "
    "Staff who had been listened to stayed in their posts, and those who had not been left within the year. "
    "Partners from the voluntary sector asked for longer contracts before they would share what they knew. "
)


def read(raw: bytes, tmp_path: Path) -> DocumentText:
    path = tmp_path / "paper.pdf"
    path.write_bytes(raw)
    return extract_pdf(path, source_key="K")


def drawn(pages: list[list[Piece]]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for page in pages:
        for x, y, text, font, size in page:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def wrapped(text: str, *, top: float, left: float = 72, size: float = 10, width: int = 80) -> list[Piece]:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [(left, top - 12 * i, line, "Helvetica", size) for i, line in enumerate(lines)]


def test_letters_of_the_mathematical_alphabets_are_kept_and_do_not_shift_what_follows(tmp_path: Path) -> None:
    lines = ["The effect was small (P < 0.05) in every site.", "Trust grew slowly.", "Purpose came first."]

    document = read(raw_pdf(lines, unicode={"P": "\U0001d45d"}), tmp_path)

    assert document.text == "The effect was small (p < 0.05) in every site. Trust grew slowly. purpose came first."
    assert document.notes == ()


def test_ligatures_under_the_codes_of_old_fonts_are_letters(tmp_path: Path) -> None:
    lines = ["The signiFcant eGect of the oHces was conFrmed in the Feld."]

    document = read(raw_pdf(lines, unicode={"F": "\x1c", "G": "\x1b", "H": "\x1e"}), tmp_path)

    assert document.text == "The significant effect of the offices was confirmed in the field."


def test_an_accent_drawn_over_a_letter_is_part_of_it(tmp_path: Path) -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    before = stringWidth("The book by S", "Helvetica", 10)
    shift = (stringWidth("a", "Helvetica", 10) - stringWidth("¨", "Helvetica", 10)) / 2
    page = [
        (72, 700, "The book by S", "Helvetica", 10),
        (72 + before + shift, 700, "¨", "Helvetica", 10),
        (72 + before, 700, "arndal is old.", "Helvetica", 10),
    ]

    assert "The book by Särndal is old." in read(drawn([page]), tmp_path).text


def test_a_page_whose_fonts_do_not_say_their_letters_is_told_as_such(tmp_path: Path) -> None:
    shifted = "".join(chr(ord(c) - 29) if c.isalpha() else c for c in PROSE * 3)
    garbled, sound = wrapped(shifted, top=760), wrapped(PROSE * 3, top=760)

    document = read(drawn([sound, garbled]), tmp_path)

    assert "Leaders of the invented boards" in document.text
    assert shifted[:12] not in document.text
    assert document.notes == ("1 of 2 pages are set in fonts that do not say which letters they hold",)
    with pytest.raises(SourceUnreadable, match="fonts do not say"):
        read(drawn([garbled, garbled]), tmp_path)


def test_headings_in_capitals_or_with_a_number_need_no_gap_below_them(tmp_path: Path) -> None:
    page: list[Piece] = []
    top = 770.0
    for heading in ("1 INTRODUCTION", "2 METHODS", "2.1 Sampling of sites", "3 FINDINGS"):
        page.append((72, top, heading, "Helvetica", 10))
        body = wrapped(PROSE, top=top - 12)
        page += body
        top = body[-1][1] - 24

    document = read(drawn([page]), tmp_path)

    assert [(s.heading, s.kind) for s in document.sections] == [
        ("1 INTRODUCTION", SectionKind.INTRODUCTION),
        ("2 METHODS", SectionKind.METHODS),
        ("2.1 Sampling of sites", SectionKind.METHODS),
        ("3 FINDINGS", SectionKind.RESULTS),
    ]
    assert "\n\n" + PROSE.strip() in document.text


def test_heads_that_name_the_section_are_left_out_though_each_is_another(tmp_path: Path) -> None:
    pages: list[list[Piece]] = []
    for n, name in enumerate(
        ["Purpose", "Vision", "Trust", "Ownership", "Relations", "Funding", "Turnover", "Silence"]
    ):
        heading: Piece = (72, 765, f"{n + 1} {name} in teams", "Helvetica-Bold", 14)
        head: Piece = (200, 800, f"{name} in teams", "Helvetica", 9)
        pages.append([head, heading, *wrapped(f"{'So it was. ' * n}{PROSE}" * 4, top=740)])

    document = read(drawn(pages), tmp_path)

    assert [s.heading for s in document.sections][2] == "3 Trust in teams"
    assert document.text.count("Trust in teams") == 1
    assert document.text.count("Leaders of the invented boards") == 32


def test_heads_in_a_deep_margin_are_left_out_and_give_the_labels(tmp_path: Path) -> None:
    pages: list[list[Piece]] = []
    for n in range(6):
        head: list[Piece] = [(72, 710, "CHAPTER 2. TRUST", "Helvetica", 10), (500, 710, str(n + 31), "Helvetica", 10)]
        pages.append([*head, *wrapped(f"{'So it was. ' * n}{PROSE}" * 3, top=680)])

    document = read(drawn(pages), tmp_path)

    assert "CHAPTER" not in document.text
    assert document.page_labels == ("31", "32", "33", "34", "35", "36")


def test_headings_that_open_every_page_are_no_running_heads(tmp_path: Path) -> None:
    names = ["Foreword", "Summary", "Where we are", "Purpose", "Trust", "Recommendations", "Next steps", "References"]
    pages: list[list[Piece]] = [
        [(72, 790, name, "Helvetica-Bold", 18), *wrapped(f"{'So it was. ' * n}{PROSE}" * 3, top=750)]
        for n, name in enumerate(names)
    ]

    document = read(drawn(pages), tmp_path)

    assert [s.heading for s in document.sections] == names


def test_labels_written_sideways_are_not_taken_for_unseen(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for x, y, text, font, size in wrapped(PROSE * 2, top=400):
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
    canvas.rotate(90)
    canvas.drawString(700, -60, "Share of staff")
    canvas.showPage()
    canvas.save()

    document = read(buffer.getvalue(), tmp_path)

    assert "Share of staff" in document.text
    assert document.notes == ()


def test_a_line_in_italics_over_a_paragraph_is_its_heading(tmp_path: Path) -> None:
    page: list[Piece] = [(72, 770, "METHODS", "Helvetica-Bold", 11), (72, 752, "Sites and people", "Times-Italic", 10)]
    page += wrapped(PROSE, top=740)

    document = read(drawn([page]), tmp_path)

    assert [(s.heading, s.kind) for s in document.sections] == [("Sites and people", SectionKind.METHODS)]


def test_rows_of_cells_are_a_table_whatever_stands_over_them(tmp_path: Path) -> None:
    page = wrapped(PROSE, top=760)
    rows = [("Site", "Leaders", "What followed"), ("Aldport", "none", "Silence"), ("Norhithe", "two", "Trust grew")]
    for n, row in enumerate(rows * 2):
        page += [(x, 690 - 12 * n, cell, "Helvetica", 10) for x, cell in zip((72, 200, 330), row, strict=True)]
    page += wrapped(PROSE, top=590)

    document = read(drawn([page]), tmp_path)

    assert [s.kind for s in document.sections] == [SectionKind.BODY, SectionKind.TABLE, SectionKind.BODY]
    assert "Norhithe two Trust grew\n" in document.text


def test_items_with_numbers_are_paragraphs_of_their_own(tmp_path: Path) -> None:
    items = [
        (90, 700 - 12 * i, f"{i + 1}. {text}", "Helvetica", 10)
        for i, text in enumerate(["hold leaders to account,", "protect long contracts,", "write it down together."])
    ]

    document = read(drawn([[*wrapped(PROSE, top=760), *items]]), tmp_path)

    assert "1. hold leaders to account,\n\n2. protect long contracts,\n\n3. write it down" in document.text


def test_the_numbered_lines_of_a_last_short_page_lose_their_numbers(tmp_path: Path) -> None:
    first, last = wrapped(PROSE * 4, top=760, left=100), wrapped(PROSE, top=760, left=100)
    number = 0
    pages: list[list[Piece]] = []
    for page in (first, last[:3]):
        numbered = list(page)
        for _, y, *_ in page:
            number += 1
            numbered.append((60, y, str(number), "Helvetica", 7))
        pages.append(numbered)

    text = read(drawn(pages), tmp_path).text

    assert not any(c.isdigit() for c in text)
