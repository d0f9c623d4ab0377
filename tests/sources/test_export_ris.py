"""RIS in the dialects of the programs that write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.model import Attachment, Creator, Item, LibraryRef, Note
from zotero_bridge.sources.export_entries import ExportContents
from zotero_bridge.sources.ris_entries import read_ris

LIBRARY = LibraryRef(kind="user", id="0", origin="file:/library.ris")
WHOLE = """TY  - JOUR
TI  - Answerable to whom?
AU  - Okonjo-Brandt, Adaeze
AU  - NHS England
A2  - Ed, It
T2  - Journal of Integrated Care
DA  - 2023/05/17/
PY  - 2023
VL  - 12
IS  - 3
SP  - 127
EP  - 136
DO  - 10.5555/abc
UR  - https://example.org/a
AB  - It works
for some.
KW  - context
KW  - mechanism
N1  - <p>Read <b>twice</b></p>
L1  - files/12/x.pdf
L1  - files/13/y.pdf
LA  - en
ER  -
"""


def read(text: str) -> ExportContents:
    return read_ris(text, LIBRARY)


def test_a_record_is_read_whole() -> None:
    contents = read(WHOLE)

    item, first, second, note = contents.objects
    assert isinstance(item, Item)
    assert item.title == "Answerable to whom?"
    assert item.creators == (
        Creator("Okonjo-Brandt", "Adaeze"),
        Creator("NHS England", single_field=True),
        Creator("Ed", "It", role="editor"),
    )
    assert (item.item_type, item.date, item.year) == ("journalArticle", "2023-05-17", 2023)
    assert (item.publication, item.doi, item.language) == ("Journal of Integrated Care", "10.5555/abc", "en")
    assert item.abstract == "It works for some."
    assert [tag.name for tag in item.tags] == ["context", "mechanism"]
    assert isinstance(first, Attachment)
    assert isinstance(second, Attachment)
    assert (first.path, second.path) == ("files/12/x.pdf", "files/13/y.pdf")
    assert isinstance(note, Note)
    assert note.html == "<p>Read <b>twice</b></p>"
    assert contents.problems == ()
    assert '"page": "127-136"' in item.csl


@pytest.mark.parametrize(
    ("lines", "paths"),
    [
        ("L1  - file:///C:/papers/x.pdf", ["file:///C:/papers/x.pdf"]),
        ("L1  - internal-pdf://0123/x.pdf", ["internal-pdf://0123/x.pdf"]),
        (
            "L1  - internal-pdf://01/x.pdf\ninternal-pdf://02/y.pdf",
            ["internal-pdf://01/x.pdf", "internal-pdf://02/y.pdf"],
        ),
        ("L1  - x.pdf\nL2  - y.html\nL4  - z.pdf", ["x.pdf", "y.html", "z.pdf"]),
        ("L1  - https://example.org/x.pdf", []),
        ("UR  - file:///home/me/x.pdf", ["file:///home/me/x.pdf"]),
    ],
)
def test_files_are_found_under_every_tag(lines: str, paths: list[str]) -> None:
    contents = read(f"TY  - BOOK\nTI  - A\n{lines}\nER  - \n")

    assert [o.path for o in contents.objects if isinstance(o, Attachment)] == paths


@pytest.mark.parametrize(
    ("lines", "date", "year"),
    [
        ("PY  - 2020", "2020", 2020),
        ("PY  - 2020///", "2020", 2020),
        ("Y1  - 2020/5/1/", "2020-05-01", 2020),
        ("PY  - 2020///Spring", "Spring 2020", 2020),
        ("PY  - 2020\nDA  - 2020/05", "2020/05", 2020),
        ("PY  - in press", "in press", None),
        ("", "", None),
    ],
)
def test_dates_are_read_as_far_as_they_tell(lines: str, date: str, year: int | None) -> None:
    item = read(f"TY  - BOOK\nTI  - A\n{lines}\nER  - \n").objects[0]

    assert isinstance(item, Item)
    assert (item.date, item.year) == (date, year)


def test_keywords_on_lines_that_go_on_are_keywords() -> None:
    item = read("TY  - JOUR\nTI  - A\nKW  - context\nmechanism\noutcome; trust\nER  - \n").objects[0]

    assert isinstance(item, Item)
    assert [tag.name for tag in item.tags] == ["context", "mechanism", "outcome", "trust"]


def test_paragraphs_of_an_abstract_stay_apart_and_lines_of_a_note_too() -> None:
    contents = read("TY  - BOOK\nTI  - A\nAB  - One\nline.\n\n\nTwo.\nN1  - First\nsecond\n\nthird\n\nER  - \n")

    item, note = contents.objects
    assert isinstance(item, Item)
    assert isinstance(note, Note)
    assert item.abstract == "One line.\n\nTwo."
    assert note.html == "<p>First<br>second</p><p>third</p>"


def test_a_doi_in_the_wrong_place_is_a_doi_and_no_page() -> None:
    item = read("TY  - JOUR\nTI  - A\nSP  - DOI: 10.1111/j.1-2.x\nER  - \n").objects[0]

    assert isinstance(item, Item)
    assert item.doi == "10.1111/j.1-2.x"
    assert "page" not in item.csl


def test_a_record_cut_short_is_read_and_said() -> None:
    contents = read(WHOLE + "TY  - BOOK\nTI  - Half a rec")

    assert [o.title for o in contents.objects if isinstance(o, Item)] == ["Answerable to whom?", "Half a rec"]
    assert "line 24" in contents.problems[0]


def test_a_record_that_is_not_closed_does_not_swallow_the_next() -> None:
    contents = read("TY  - BOOK\nTI  - One\nTY  - BOOK\nTI  - Two\nER  - \n")

    assert [o.title for o in contents.objects if isinstance(o, Item)] == ["One", "Two"]
    assert len(contents.problems) == 1


def test_lines_outside_every_record_are_said() -> None:
    contents = read("TY  - BOOK\nTI  - One\nER  - \nAU  - Lost, Person\n")

    assert "Line 4" in contents.problems[0]


def test_a_second_abstract_is_a_note() -> None:
    contents = read("TY  - BOOK\nTI  - One\nAB  - The abstract\nN2  - What I think\nER  - \n")

    assert [o.html for o in contents.objects if isinstance(o, Note)] == ["<p>What I think</p>"]


def test_keys_stay_when_the_library_is_exported_again_in_another_order() -> None:
    other = "TY  - BOOK\nTI  - Other\nAU  - B, A\nER  - \n"

    keys = {o.key for o in read(WHOLE + other).objects}

    assert {o.key for o in read(other + WHOLE).objects} == keys


@given(st.text(alphabet="TYERAUKWL1 -\n:/ab.;", max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    contents = read(text)

    keys = [o.key for o in contents.objects]
    assert len(keys) == len(set(keys))


titles = st.text(alphabet="abc déf,;:'", min_size=1, max_size=20).map(str.strip).filter(bool)


@given(st.lists(titles, max_size=6))
def test_every_record_that_is_written_is_read_again(written: list[str]) -> None:
    contents = read("".join(f"TY  - BOOK\nTI  - {title}\nER  - \n\n" for title in written))

    assert [o.title for o in contents.objects if isinstance(o, Item)] == [" ".join(title.split()) for title in written]
    assert contents.problems == ()
