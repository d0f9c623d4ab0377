"""BibTeX in the dialects of the programs that write it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zotero_bridge.model import Attachment, Creator, Item, LibraryRef, Note
from zotero_bridge.sources.bibtex_entries import read_bibtex
from zotero_bridge.sources.bibtex_fields import attached_files, person_names, split_groups, split_keywords
from zotero_bridge.sources.bibtex_latex import plain_text
from zotero_bridge.sources.bibtex_syntax import take_apart
from zotero_bridge.sources.export_entries import ExportContents

LIBRARY = LibraryRef(kind="user", id="0", origin="file:/library.bib")


def read(text: str) -> ExportContents:
    return read_bibtex(text, LIBRARY)


def items(text: str) -> list[Item]:
    return [o for o in read(text).objects if isinstance(o, Item)]


def test_an_article_is_read_whole() -> None:
    (item,) = items(
        r"""@article{okonjo2023,
          title = {Answerable to {Whom}? \emph{Peers} \& boards},
          author = {Okonjo-Brandt, Ad{\'a}eze and {Ministry of Health and Care} and van den Berg, J{\"o}rg},
          journaltitle = {Journal of Integrated Care}, date = {2023-05}, volume = 12, number = {3},
          pages = {127--136}, doi = {https://doi.org/10.5555/abc_1}, langid = {english},
          abstract = {It works -- for some.}, keywords = {context, mechanism}
        }"""
    )

    assert item.title == "Answerable to Whom? Peers & boards"
    assert item.item_type == "journalArticle"
    assert item.creators == (
        Creator("Okonjo-Brandt", "Adáeze"),
        Creator("Ministry of Health and Care", single_field=True),
        Creator("van den Berg", "Jörg"),
    )
    assert (item.date, item.year, item.citekey) == ("2023-05", 2023, "okonjo2023")
    assert item.doi == "10.5555/abc_1"
    assert item.publication == "Journal of Integrated Care"
    assert item.abstract == "It works – for some."
    assert [tag.name for tag in item.tags] == ["context", "mechanism"]
    csl = json.loads(item.csl)
    assert csl["id"] == "okonjo2023"
    assert csl["title"] == "Answerable to Whom? <i>Peers</i> & boards"
    assert csl["issued"] == {"date-parts": [[2023, 5]]}
    assert (csl["volume"], csl["issue"], csl["page"]) == ("12", "3", "127–136")
    assert csl["author"][1] == {"literal": "Ministry of Health and Care"}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Full Text PDF:files/12/x.pdf:application/pdf", [("Full Text PDF", "files/12/x.pdf")]),
        (
            "PDF:files/1/a.pdf:application/pdf;Page:files/2/b.html:text/html",
            [("PDF", "files/1/a.pdf"), ("Page", "files/2/b.html")],
        ),
        (r"A\: b\; c:files/1/a\;b.pdf:application/pdf", [("A: b; c", "files/1/a;b.pdf")]),
        (
            r"PDF:C\:\\Users\\me\\Zotero\\storage\\ABCD2345\\x.pdf:application/pdf",
            [("PDF", r"C:\Users\me\Zotero\storage\ABCD2345\x.pdf")],
        ),
        (":papers/x.pdf:PDF", [("", "papers/x.pdf")]),
        (r":C\:/Users/me/x.pdf:PDF", [("", "C:/Users/me/x.pdf")]),
        (":C:/Users/me/x.pdf:PDF", [("", "C:/Users/me/x.pdf")]),
        (":x.pdf:PDF;:y.html:URL", [("", "x.pdf"), ("", "y.html")]),
        (":home/me/Smith{\\_}2020.pdf:pdf", [("", "home/me/Smith_2020.pdf")]),
        (":C$\\backslash$:/Users/me/x.pdf:pdf", [("", "C:/Users/me/x.pdf")]),
        (':home/me/M{\\"{u}}ller.pdf:pdf', [("", "home/me/Müller.pdf")]),
        ("/home/me/Zotero/storage/ABCD2345/x.pdf", [("", "/home/me/Zotero/storage/ABCD2345/x.pdf")]),
        ("C:\\Users\\me\\x.pdf", [("", "C:\\Users\\me\\x.pdf")]),
        ("x.pdf:PDF", [("", "x.pdf")]),
        ("Title:x.pdf", [("Title", "x.pdf")]),
        ("file:///home/me/x.pdf", [("", "file:///home/me/x.pdf")]),
        (":https\\://example.org/x.pdf:PDF", []),
        ("", []),
        (";;:", []),
    ],
)
def test_a_file_field_is_understood_in_every_dialect(field: str, expected: list[tuple[str, str]]) -> None:
    assert [(file.title, file.path) for file in attached_files({"file": field})] == expected


def test_addresses_are_taken_out_of_their_latex() -> None:
    (item,) = items(
        "@article{a, title={{A}}, doi={10.5555/a{\\_}b\\_c}, "
        "url={https://example.org/a{\\_}b?c=1{\\&}d=100\\%25 https://example.org/other}}"
    )

    assert item.doi == "10.5555/a_b_c"
    assert json.loads(item.csl)["URL"] == "https://example.org/a_b?c=1&d=100%25"


def test_an_attachment_in_zoteros_storage_keeps_its_key() -> None:
    contents = read("@book{a, title={A}, file={/home/me/Zotero/storage/ABCD2345/x.pdf}}")

    attachment = next(o for o in contents.objects if isinstance(o, Attachment))

    assert attachment.key == "ABCD2345"
    assert attachment.parent_key == contents.objects[0].key


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("Smith, Jo", [("Smith", "Jo")]),
        ("Jo Smith", [("Smith", "Jo")]),
        ("Jo van der Smith", [("van der Smith", "Jo")]),
        ("van der Smith, Jo", [("van der Smith", "Jo")]),
        ("Smith, Jr, Jo", [("Smith", "Jo, Jr")]),
        ("{NHS England}", [("NHS England", "")]),
        ("{Barnes and Noble} and Smith, Jo", [("Barnes and Noble", ""), ("Smith", "Jo")]),
        ("Smith, Jo and others", [("Smith", "Jo")]),
        ("Smith, Jo\n  and\n  Jones, Al", [("Smith", "Jo"), ("Jones", "Al")]),
        ("family=Berg, given=Jo, prefix=van den", [("van den Berg", "Jo")]),
        (r"Mbeki, Th{\'e}r{\`e}se", [("Mbeki", "Thérèse")]),
        (r"{\O}ster, {\AA}sa", [("Øster", "Åsa")]),
        ("Alexander", [("Alexander", "")]),
        ("", []),
    ],
)
def test_names_are_taken_apart(names: str, expected: list[tuple[str, str]]) -> None:
    found = [(p.get("name", p.get("lastName", "")), p.get("firstName", "")) for p in person_names(names)]

    assert found == expected


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"{\'e}{\`e}{\^e}{\"e}\'{e}\c{c}{\v s}\~n", "éèêëéçšñ"),
        (r"{\ss} {\ae} {\o} \l{}od\'z", "ß æ ø łodź"),
        (r"\'{\i}\"\i", "íï"),
        (r"100\% \& \$5 \_x \#1", "100% & $5 _x #1"),
        ("a--b---c", "a–b—c"),
        ("``quoted''", "“quoted”"),
        (r"{The {NHS}}", "The NHS"),
        (r"\textit{in vivo} \unknown{kept}", "in vivo kept"),
        (r"$\alpha$-error \textgreater{} 5", "α-error > 5"),
        (r"H\textsubscript{2}O", "H2O"),
        (r"\href{http://x}{text}", "text"),
        ("no latex at all", "no latex at all"),
        ("un}balanced{", "unbalanced"),
    ],
)
def test_latex_becomes_plain_text(latex: str, plain: str) -> None:
    assert plain_text(latex) == plain


@given(st.text(alphabet="\\{}$~'\"`^-abcuvHi \n%&", max_size=80))
def test_no_latex_breaks_the_decoder(latex: str) -> None:
    assert isinstance(plain_text(latex, markup=True), str)


def test_groups_become_collections_where_jabrefs_tree_has_them() -> None:
    contents = read(
        "@book{a, title={A}, groups={Child, Loose}}\n"
        "@book{b, title={B}, mendeley-groups={Theory/Realist,Other}}\n"
        "@Comment{jabref-meta: grouping:\n0 AllEntriesGroup:;\n1 StaticGroup:Parent\\;0\\;1\\;\\;\\;\\;;\n"
        "2 StaticGroup:Child\\;0\\;1\\;\\;\\;\\;;\n}\n"
    )

    names = {c.key: c for c in contents.collections}
    paths = {c.name: names[c.parent_key].name if c.parent_key else None for c in contents.collections}
    assert paths == {
        "Parent": None,
        "Child": "Parent",
        "Loose": None,
        "Theory": None,
        "Realist": "Theory",
        "Other": None,
    }
    first = next(o for o in contents.objects if isinstance(o, Item))
    assert {names[key].name for key in first.collections} == {"Child", "Loose"}


def test_keywords_and_groups_may_be_written_in_several_ways() -> None:
    assert split_keywords({"keywords": "a, b,a , ", "mendeley-tags": "c"}) == ["a", "b", "c"]
    assert split_keywords({"keywords": "trust, in leaders; b"}) == ["trust, in leaders", "b"]
    assert split_groups({"groups": r"trust\, power, {\'e}lan"}) == (("trust, power",), ("élan",))


def test_strings_and_joined_values_are_put_in() -> None:
    (item,) = items(
        '@string{jic = "Journal of Care"}\n@article{a, title={A}, journal = jic # " (" # {UK} # ")",'
        "year=1999, month=feb}"
    )

    assert item.publication == "Journal of Care (UK)"
    assert item.date == "1999-02"


def test_strings_that_double_without_end_fill_no_memory() -> None:
    doubling = "".join(f"@string{{s{i + 1} = s{i} # s{i}}}\n" for i in range(40))

    contents = read("@string{s0 = {words}}\n" + doubling + "@book{a, title={A}}")

    assert [o.title for o in contents.objects if isinstance(o, Item)] == ["A"]
    assert "add up to more" in contents.problems[0]


def test_a_paper_takes_from_its_proceedings_what_it_lacks() -> None:
    paper, book = items(
        "@inproceedings{p, title={Paper}, crossref={PROC}}\n"
        "@proceedings{proc, title={Proceedings}, year=2001, publisher={Press}, editor={Ed, It}}"
    )

    assert (paper.title, paper.publication, paper.year) == ("Paper", "Proceedings", 2001)
    assert book.title == "Proceedings"


def test_notes_are_a_readers_and_not_a_programs() -> None:
    contents = read("@book{a, title={A}, annote={Type: says <why>}, note={PMID: 123}, comment-jo={Second\n\nthought}}")

    notes = [o for o in contents.objects if isinstance(o, Note)]

    assert [note.html for note in notes] == ["<p>Type: says &lt;why&gt;</p>", "<p>Second</p><p>thought</p>"]


def test_a_broken_entry_is_said_and_the_rest_is_read() -> None:
    contents = read(
        "@book{one, title={One}}\n@book{two, title={Two, year=2000}\n@book{three, title={Three}}\n"
        "@book{four, title {Four}}\n@book{five, title={Five}}\n"
    )

    assert [o.citekey for o in contents.objects if isinstance(o, Item)] == ["one", "three", "five"]
    assert len(contents.problems) == 2
    assert "line 2" in contents.problems[0]
    assert "line 4" in contents.problems[1]


def test_braces_missing_here_and_too_many_there_swallow_nothing_between() -> None:
    contents = read("@book{one, title={One, year=2000}\n@book{two, title={Two}}\n@book{three, title={Three}}}\n")

    assert [o.citekey for o in contents.objects if isinstance(o, Item)] == ["two", "three"]
    assert "before the next entry" in contents.problems[0]


def test_an_export_cut_short_is_said_to_be() -> None:
    contents = read("@book{one, title={One}}\n@book{two,\n  title = {Tw")

    assert len(contents.objects) == 1
    assert "begins on line 2" in contents.problems[0]


def test_fields_after_a_brace_too_many_are_said_to_be_unread() -> None:
    contents = read("@book{one, title={One}},\n  year = {2000}\n}\n@book{two, title={Two}}")

    assert len([o for o in contents.objects if isinstance(o, Item)]) == 2
    assert "Line 2" in contents.problems[0]
    assert "one" in contents.problems[0]


def test_a_citation_key_used_twice_cites_one_reference_only() -> None:
    contents = read("@book{same, title={One}}\n@book{same, title={Two}}")

    first, second = (o for o in contents.objects if isinstance(o, Item))
    assert (first.citekey, second.citekey) == ("same", "")
    assert first.key != second.key
    assert json.loads(second.csl)["id"] == second.key
    assert "same" in contents.problems[0]


def test_comments_and_mail_addresses_between_entries_are_no_entries() -> None:
    contents = read('% jo@example.org wrote {this}\nLoose text, jo@example.org.\n@preamble{"x"}\n@book(a, title={A})\n')

    assert [o.title for o in contents.objects if isinstance(o, Item)] == ["A"]
    assert contents.problems == ()


@given(st.text(alphabet='@book{}(),="# \n\\%ax1', max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    taken = take_apart(text)

    assert all(isinstance(problem, str) for problem in taken.problems)


names = st.text(alphabet="abcdefgh", min_size=1, max_size=6)
values = st.text(alphabet='abc ,=@#%"é{}', max_size=20).filter(lambda v: v.count("{") == v.count("}") == 0)


@given(st.lists(st.tuples(names, st.dictionaries(names, values, max_size=4)), max_size=6))
def test_whatever_is_written_is_read_again(entries: list[tuple[str, dict[str, str]]]) -> None:
    text = "\n".join(
        f"@book{{{key}{''.join(f',{name} = {{{value}}}' for name, value in fields.items())}}}"
        for key, fields in entries
    )

    taken = take_apart(text)

    assert [(entry.key, entry.fields) for entry in taken.entries] == entries
    assert taken.problems == ()


@given(st.lists(names, min_size=1, max_size=6, unique=True), st.integers(0, 5))
def test_one_broken_entry_never_costs_another(keys: list[str], at: int) -> None:
    texts = [f"@book{{{key},\n title = {{T {key}}}\n}}\n" for key in keys]
    broken = "@book{broken,\n title = {never closed,\n year = 2000\n}\n"
    position = min(at, len(texts))

    taken = take_apart("".join([*texts[:position], broken, *texts[position:]]))

    assert [entry.key for entry in taken.entries] == keys
    assert taken.problems
