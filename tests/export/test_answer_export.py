from __future__ import annotations

import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pypandoc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.export import pandoc
from assistant.export.answer import export_answer
from assistant.export.bibliography import bibliography
from assistant.export.pandoc import UnknownFormat, format_named
from assistant.export.styles import StyleMissing, find_style
from assistant.export.tree import Reference, clean, locator
from assistant.export.writing import ExportExists, ExportUnwritable, free_path, placed
from assistant.model import Basis, Refusal, Voice
from tests.ledger.values import answer, citation, claim, items
from zotero_bridge.errors import MissingPart
from zotero_bridge.model import Creator, Item

HOSTILE = (
    "1. Where *stars*, _lines_, [links](x), [@key, p. 9], <b>tags</b>, $x^2$, \\alpha, `code`, ~~gone~~, H~2~O, # no, "
    "| pipe |, -- dash, ... dots, 'single' \"double\" ‘curly’ “quotes” ”backwards“, &amp; ::: +1 = 2 {.x} ^[note] stand"
)


def read_back(path: Path, *, fmt: str) -> str:
    text: str = pypandoc.convert_file(str(path), "plain", format=fmt, extra_args=["--wrap=none"])
    return text


def quote_answer(*quotes: str) -> object:
    return answer(*(claim(q, citations=(citation(q),)) for q in quotes))


@pytest.mark.parametrize("fmt", ["docx", "odt", "html"])
def test_a_quotation_full_of_markup_stands_verbatim(tmp_path: Path, fmt: str) -> None:
    path = tmp_path / f"answer.{fmt}"

    export_answer(answer(claim(HOSTILE, citations=(citation(HOSTILE),))), items(), fmt=fmt, path=path)

    assert HOSTILE in read_back(path, fmt=fmt)


def test_a_quotation_full_of_markup_survives_markdown_and_whoever_reads_it_next(tmp_path: Path) -> None:
    path = tmp_path / "answer.md"

    export_answer(answer(claim(HOSTILE, citations=(citation(HOSTILE),))), items(), fmt="md", path=path)

    # pandoc's Markdown reader puts a no-break space after "p."; white space is no part of a quotation's words
    assert HOSTILE in read_back(path, fmt="markdown").replace("\u00a0", " ")


@given(
    st.lists(
        st.text("ab 1.&amp;)(*_`#>|~^$\\<[]{}@!&:;=+-–—…'\"‘’“”„/\u00ad\u00e9中", min_size=1, max_size=24), max_size=4
    )
)
@settings(max_examples=25, deadline=None)
@example(["1", ":"])
def test_any_words_survive_the_way_through_markdown(quotes: list[str]) -> None:
    from assistant.export.tree import Manuscript, paragraph, quotation, text

    wanted = [" ".join(q.split()) for q in quotes if q.strip()]
    blocks = tuple(quotation(paragraph(*text("x " + q))) for q in wanted) + tuple(paragraph(*text(q)) for q in wanted)
    written = pandoc.as_markdown(Manuscript("t", blocks).tree(pandoc.api_version()))
    again = json.loads(pypandoc.convert_text(written, "json", format="markdown"))

    assert [_words(b) for b in again["blocks"]] == ["x " + q for q in wanted] + wanted


def _words(node: object) -> str:
    if isinstance(node, list):
        return "".join(map(_words, node))
    if not isinstance(node, dict):
        return ""
    match node.get("t"):
        case "Str":
            return str(node["c"])
        case "Space" | "SoftBreak":
            return " "
        case "Para" | "Plain" | "BlockQuote":
            return _words(node["c"])
        case kind:
            return f"<{kind}>"


def test_a_question_with_quotation_marks_and_colons_is_the_title(tmp_path: Path) -> None:
    asked = "Why: \"trust\" & ‘pride’ &lt; 'fear' — {x}? # 1"

    export_answer(replace(answer(), question=asked), items(), fmt="md", path=tmp_path / "a.md", with_appendix=False)

    again = json.loads(pypandoc.convert_file(str(tmp_path / "a.md"), "json", format="markdown"))
    assert _words(again["meta"]["title"]["c"]) == asked


def test_markdown_cites_by_key_and_printed_page_with_the_bibliography_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "answer.md"
    two = (citation(), replace(citation(item="ITEM2"), page_label="12–13"))

    made = export_answer(
        answer(claim("Purpose grew.", basis=Basis.PARAPHRASED, citations=two)), items(), fmt="md", path=path
    )

    written = path.read_text("utf-8")
    assert "Purpose grew [@akesson:2021, p. 127; @NorthValeCareBoardStrategy, pp. 12–13]." in written
    assert made.beside == (tmp_path / "answer.csl.json",)
    entries = json.loads(made.beside[0].read_text("utf-8"))
    assert {e["id"]: e["title"] for e in entries}["akesson:2021"] == "Shared purpose in *integrated* systems"


def test_the_markdown_makes_the_same_word_file_by_hand(tmp_path: Path) -> None:
    export_answer(answer(), items(), fmt="md", path=tmp_path / "answer.md")

    run = [pypandoc.get_pandoc_path(), "answer.md", "--citeproc", "-t", "plain"]
    made = subprocess.run(run, cwd=tmp_path, capture_output=True, check=True).stdout.decode("utf-8")

    assert "(Åkesson and O’Neill 2021, 127)" in made


@pytest.mark.parametrize(
    "style, shown", [("", "Åkesson and O’Neill 2021, 127"), ("author-year", "2021, p. 127"), ("numeric", "127")]
)
def test_word_sets_citations_and_references_in_the_chosen_style(tmp_path: Path, style: str, shown: str) -> None:
    path = tmp_path / "answer.docx"

    export_answer(answer(), items(), fmt="docx", path=path, style=style, styles_folders=())

    text = read_back(path, fmt="docx")
    assert shown in text
    assert "Journal of Fictional Care" in text


def test_what_was_refused_is_listed_only_when_asked_for_and_as_refused(tmp_path: Path) -> None:
    given_ = answer(refused=(Refusal("Leaders always win.", "The words differ."),))

    export_answer(given_, items(), fmt="md", path=tmp_path / "a.md")
    export_answer(given_, items(), fmt="md", path=tmp_path / "b.md", with_refused=True)

    assert "Leaders always win" not in (tmp_path / "a.md").read_text("utf-8")
    assert "Not let through" in (tmp_path / "b.md").read_text("utf-8")


def test_an_answer_that_found_nothing_says_so_and_what_was_searched(tmp_path: Path) -> None:
    export_answer(replace(answer(), claims=()), items(), fmt="md", path=tmp_path / "a.md")

    written = (tmp_path / "a.md").read_text("utf-8")
    assert "Nothing in this library bears on the question." in written
    assert "1200 passages in 18 documents; 1 source could not be read" in written


def test_the_appendix_says_how_the_answer_was_made_and_where_each_quotation_stands(tmp_path: Path) -> None:
    export_answer(answer(), items(), fmt="docx", path=tmp_path / "a.docx")

    text = read_back(tmp_path / "a.docx", fmt="docx")
    assert all(fact in text for fact in ("extractive", "sample", "tags: leadership; years: 2018–", "realist 0.1.0"))
    with zipfile.ZipFile(tmp_path / "a.docx") as word:
        assert b"zotero://open-pdf/library/items/S-ITEM1" in word.read("word/_rels/document.xml.rels")


@pytest.mark.parametrize(
    "label, place, shown",
    [
        ("127", "", "p. 127"),
        ("iv", "", "p. iv"),
        ("12–13", "", "pp. 12–13"),
        ("S12", "", "{p. S12}"),
        ("A-3", "", "{p. A\u20113}"),
        ("A}{3", "", "{p. A3}"),
        ("", "file page 3", "file page 3"),
        ("", "", ""),
    ],
)
def test_a_locator_names_the_printed_page_or_says_that_none_is_printed(label: str, place: str, shown: str) -> None:
    assert locator(Reference("k", page_label=label, place=place)) == shown


def test_citation_keys_are_unique_and_can_be_typed() -> None:
    library = {
        "I1": Item("I1", "One", citekey="smith 2020{x}"),
        "I2": Item("I2", "Two", citekey="Smith_2020_x"),
        "I3": Item("I3", "The long winter", creators=(Creator("de la Cruz", "Ana"),), year=2019),
        "I4": Item("I4", "", csl="not json"),
    }

    made = bibliography([citation(item=k) for k in ("I1", "I2", "I3", "I4", "I5")], library)

    assert made.keys == {"I1": "smith_2020_x", "I2": "Smith_2020_x-2", "I3": "DeLaCruz2019Long", "I4": "I4", "I5": "I5"}
    assert [e["id"] for e in made.entries] == sorted(made.keys.values())
    assert "No longer in the library: I5" in made.as_json


def test_the_librarys_own_record_is_the_reference() -> None:
    csl = {"id": "x", "type": "book", "title": "Kept", "publisher": "North Press", "note": "n"}

    made = bibliography([citation(item="I1")], {"I1": Item("I1", "Other", csl=json.dumps(csl), citekey="k1")})

    assert made.entries == ({**csl, "id": "k1"},)


def test_nothing_is_written_over_unless_told_to(tmp_path: Path) -> None:
    path = tmp_path / "answer.docx"
    path.write_text("edited by hand")

    with pytest.raises(ExportExists):
        export_answer(answer(), items(), fmt="docx", path=path)
    assert path.read_text() == "edited by hand"
    assert free_path(path) == tmp_path / "answer-2.docx"
    export_answer(answer(), items(), fmt="docx", path=path, force=True)
    assert zipfile.is_zipfile(path)


def test_an_export_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), placed(tmp_path / "a.md") as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ExportUnwritable):
        export_answer(answer(), items(), fmt="md", path=tmp_path / "file" / "a.md")


def test_an_unknown_format_or_style_is_told_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat):
        format_named("docs")
    with pytest.raises(StyleMissing, match="author-year"):
        export_answer(answer(), items(), fmt="docx", path=tmp_path / "a.docx", style="nowhere", styles_folders=())
    assert list(tmp_path.iterdir()) == []


def test_a_style_is_found_by_name_title_or_path_and_a_dependent_one_followed(tmp_path: Path) -> None:
    styles = tmp_path / "styles"
    styles.mkdir()
    parent = '<style xmlns="x"><info><title>Parent Style</title></info></style>'
    child = (
        "<style><info><title>Journal of X</title>"
        '<link href="http://www.zotero.org/styles/parent" rel="independent-parent"/></info></style>'
    )
    orphan = child.replace("styles/parent", "styles/gone")
    for name, content in (("parent", parent), ("journal-of-x", child), ("orphan", orphan)):
        (styles / f"{name}.csl").write_text(content, encoding="utf-8")

    for name in ("parent", "PARENT.csl", "Parent Style", "journal of x", str(styles / "journal-of-x.csl")):
        assert find_style(name, (styles,)) == styles / "parent.csl"
    assert find_style("", (styles,)) is None
    with pytest.raises(StyleMissing, match="gone"):
        find_style("orphan", (styles,))


def test_a_machine_without_a_typesetter_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingPart, match="typesetter"):
        export_answer(answer(), items(), fmt="pdf", path=tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


@given(st.text(st.characters(codec=None), max_size=30))
def test_no_character_is_left_that_a_word_file_cannot_hold(words: str) -> None:
    from lxml import etree

    element = etree.Element("w")
    element.text = clean(words)
    assert (element.text or "").encode("utf-8") == clean(words).encode("utf-8")


def test_a_theme_is_a_heading_and_its_parts_stand_below_it(tmp_path: Path) -> None:
    sections = ("Purpose — How people respond", "Purpose — What follows", "Trust — What follows", "Plain", "")
    claims = (claim(f"words number {n}", section=s) for n, s in enumerate(sections))

    export_answer(answer(*claims), items(), fmt="md", path=tmp_path / "a.md", with_appendix=False)

    headings = [line for line in (tmp_path / "a.md").read_text("utf-8").splitlines() if line.startswith("#")]
    assert headings[:6] == [
        "# Purpose",
        "## How people respond",
        "## What follows",
        "# Trust",
        "## What follows",
        "# Plain",
    ]


def test_a_demand_is_no_finding_in_a_manuscript_either(tmp_path: Path) -> None:
    demand = replace(claim("leaders must share their figures"), voice=Voice.ASPIRATION)

    export_answer(answer(demand), items(), fmt="md", path=tmp_path / "a.md")

    assert "*(a plan or a demand, not a finding)*" in " ".join((tmp_path / "a.md").read_text("utf-8").split())
