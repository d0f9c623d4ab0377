from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pypandoc
import pytest
from lxml import etree

from assistant import ledger_moves as moves
from assistant.export.disclosure import ai_statement
from assistant.export.pandoc import UnknownFormat
from assistant.export.review_tables import (
    MatrixCell,
    appraisal_table,
    cmoc_table,
    evidence_table,
    ledger_table,
    matrix_table,
    only_theory,
)
from assistant.export.tables import Table, export_table, said
from assistant.ledger_codec import decode
from assistant.ledger_events import Appraisal, Entry, Event
from assistant.ledger_state import ReviewState, fold_events
from assistant.model import CMOC, Basis, Citation, Element, Stance
from tests.ledger.values import answer, citation, cmoc, items, quoted
from zotero_bridge.model import Item

Move = Callable[[ReviewState], Sequence[Event]]


def entries(*made: Move) -> list[Entry]:
    out: list[Entry] = []
    for move in made:
        out += [Entry(e, "Ada", "2026-03-01T09:00:00+00:00") for e in move(fold_events(out))]
    return [replace(e, line=n, hash=f"{n:064d}") for n, e in enumerate(out, start=1)]


def review() -> list[Entry]:
    inferred = Element("they expected others to answer too", Basis.INFERRED, memo="read across from p. 127")
    written = replace(cmoc(), reasoning=(inferred,), outcome=(quoted("referrals *rose* by 3 [sic]", item="ITEM2"),))
    return entries(
        lambda s: moves.add(s, written),
        lambda s: moves.add_candidates(s, [cmoc("cand-2", title="Second")]),
        lambda s: moves.write_theory(s, title="Accountability"),
        lambda s: moves.assign(s, "C2", theory="T1"),
        lambda s: moves.judge(
            s,
            "C1",
            citation("trust fell"),
            part="outcome",
            stance=Stance.REFUTES,
            reason="opposite",
            who="Ada",
            time="t",
        ),
        lambda s: moves.retire(s, "C2", reason="thin"),
        lambda s: moves.add_candidates(s, [cmoc("cand-3", title="Third")]),
        lambda s: moves.keep_answer(s, answer()),
        lambda s: [Appraisal("ITEM1", "thick account", richness="high")],
    )


def state() -> ReviewState:
    return fold_events(review())


@dataclass(frozen=True)
class Cell:
    cmoc: CMOC
    item: Item
    stance: str
    quotes: tuple[Citation, ...] = ()
    stale: bool = False
    reason: str = ""


def cells() -> list[MatrixCell]:
    library, known = items(), state().cmocs
    return [
        Cell(known["C1"], library["ITEM1"], "refutes", (citation("trust fell"),), stale=True),
        Cell(known["C1"], library["ITEM2"], "unread"),
        Cell(known["C3"], library["ITEM1"], "silent"),
        Cell(known["C3"], library["ITEM2"], "unread", reason="scanned"),
    ]


def every_table() -> list[Table]:
    return [
        cmoc_table(state()),
        evidence_table(state()),
        matrix_table(cells()),
        appraisal_table(state(), items()),
        ledger_table(review()),
        ai_statement(state(), who=("Ada",)),
    ]


def plain(path: Path, fmt: str) -> str:
    return " ".join(str(pypandoc.convert_file(str(path), "plain", format=fmt, extra_args=["--wrap=none"])).split())


def sheet_words(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as book:
        strings = etree.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(one.itertext()) for one in strings]


@pytest.mark.parametrize("made", every_table(), ids=lambda t: t.title)
def test_every_table_takes_every_format(tmp_path: Path, made: Table) -> None:
    for fmt in ("md", "docx", "html", "csv", "xlsx", "json"):
        path = tmp_path / f"table.{fmt}"
        assert export_table(made, items(), fmt=fmt, path=path).path == path
        assert path.stat().st_size > 40


def test_the_table_of_configurations_quotes_verbatim_and_marks_what_is_inferred(tmp_path: Path) -> None:
    export_table(cmoc_table(state()), items(), fmt="docx", path=tmp_path / "t.docx")

    with zipfile.ZipFile(tmp_path / "t.docx") as word:
        document = etree.fromstring(word.read("word/document.xml"))
    words = "".join(document.itertext())
    assert "“referrals *rose* by 3 [sic]” (North Vale Care Board, n.d., 127)" in words.replace("\u00a0", " ")
    assert "they expected others to answer too (inferred: read across from p. 127)" in words
    namespace = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    size = document.find(".//w:sectPr/w:pgSz", namespace)
    assert size is not None
    assert size.get(f"{{{namespace['w']}}}orient") == "landscape"


def test_closed_configurations_are_left_out_of_the_table_and_stay_in_the_ledgers() -> None:
    assert [row[0][0].words for row in cmoc_table(state()).rows] == ["C1", "C3"]
    assert any("C2" in row[4][0].words and "thin" in row[4][0].words for row in ledger_table(review()).rows)


def test_evidence_against_stands_beside_evidence_for(tmp_path: Path) -> None:
    made = evidence_table(state())

    assert made.header[2:] == ("Supports", "Refines", "Extends", "Refutes")
    row = made.rows[0]
    assert row[2] == ()
    assert row[5][0].words == "trust fell"
    assert "outcome; opposite" in row[5][0].note


def test_unread_is_never_written_as_silent(tmp_path: Path) -> None:
    export_table(matrix_table(cells()), items(), fmt="csv", path=tmp_path / "m.csv")

    rows = list(csv.reader(io.StringIO((tmp_path / "m.csv").read_text("utf-8-sig"))))
    assert rows == [
        ["Document", "C1", "C3"],
        ["Åkesson and O’Neill (2021)", "refutes (p. 127; judged for an earlier version)", "silent"],
        ["North Vale Care Board (n.d.)", "unread", "unread (scanned)"],
    ]


def test_a_spreadsheet_never_runs_what_a_source_says(tmp_path: Path) -> None:
    made = Table("t", ("A", "B"), ((said("=HYPERLINK(1)"), said("+1 a month")),), (0.5, 0.5), value={})

    export_table(made, {}, fmt="csv", path=tmp_path / "t.csv")
    export_table(made, {}, fmt="xlsx", path=tmp_path / "t.xlsx")

    assert "'=HYPERLINK(1),'+1 a month" in (tmp_path / "t.csv").read_text("utf-8-sig")
    assert "=HYPERLINK(1)" in sheet_words(tmp_path / "t.xlsx")
    with zipfile.ZipFile(tmp_path / "t.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_json_holds_what_the_cells_leave_out(tmp_path: Path) -> None:
    export_table(cmoc_table(state()), items(), fmt="json", path=tmp_path / "t.json")

    again = json.loads((tmp_path / "t.json").read_text("utf-8"))
    assert [decode(CMOC, raw) for raw in again["cmocs"]] == list(state().open_cmocs)


def test_an_empty_review_makes_empty_tables_that_say_so(tmp_path: Path) -> None:
    export_table(cmoc_table(ReviewState()), {}, fmt="md", path=tmp_path / "t.md")

    assert "Nothing is recorded yet." in (tmp_path / "t.md").read_text("utf-8")


def test_one_theory_can_have_a_table_of_its_own() -> None:
    assert cmoc_table(only_theory(state(), "t1")).rows == ()


def test_the_disclosure_counts_extractive_engines_and_what_people_did() -> None:
    made = ai_statement(state(), who=("Ada", "Ben"))

    assert "its extractive engine, version 0.1.0" in made.note
    assert "No generative model was used" in made.note
    assert "fate is recorded: 2, of which 1 accepted unchanged, 1 rejected." in made.note
    assert "Ada and Ben" in made.note
    assert any("not decided 1" in row[5][0].words for row in made.rows if row[5])


def test_the_disclosure_names_a_model_as_its_provider_reported_it() -> None:
    base = answer()
    modelled = replace(
        base, provenance=replace(base.provenance, engine="openai:m-large", model_reported="m-large-2026-02-01")
    )

    note = ai_statement(fold_events(entries(lambda s: moves.keep_answer(s, modelled)))).note

    assert "openai:m-large (m-large-2026-02-01)" in note
    assert "No generative model" not in note


def test_the_disclosure_answers_every_element_of_the_template_or_leaves_it_to_the_authors_by_name() -> None:
    base = answer()
    provenance = replace(
        base.provenance,
        engine="openai:m-large",
        model_reported="m-large-2026-02-01",
        prompt_sha256={"answer": "ab" * 32},
        parameters={"server": "models.example:8080"},
    )
    used = fold_events(
        entries(
            lambda s: moves.record_ai(
                s, replace(provenance, time="2026-01-02"), purpose="answer", proposed=3, refused=2
            ),
            lambda s: moves.keep_answer(s, replace(base, provenance=replace(provenance, time="2026-03-04"))),
        )
    )

    made = ai_statement(used, who=("Ada",))

    told = made.value["elements"]
    assert "developer: OpenAI, or whoever runs the server" in told["Tools, versions and developers"]
    assert told["When"] == "2026-01-02 to 2026-03-04"
    assert told["Purpose and stage"].startswith("Reading and synthesis.")
    assert "prompts of its own for answer" in told["How it was used"]
    assert "Answers shown 2, kept 1, withdrawn later 0." in told["Human verification"]
    assert "refused 2 proposals" in told["Limits and biases"]
    assert "openai:m-large at models.example:8080" in told["What left the machine"]
    assert told["Competing interests"].startswith("[For the authors")
    assert "accepted 1, not kept 1" in made.rows[0][5][0].words
    assert all(f"{name}. {what}" in made.note for name, what in told.items())


def test_candidates_of_a_rule_based_engine_are_counted_with_their_fate() -> None:
    verified = ai_statement(state(), who=("Ada",)).value["elements"]["Human verification"]

    assert "put in the ledger 2: accepted 0 (0 % of those decided)" in verified
    assert "rejected 1; not decided 1." in verified


def test_a_review_that_used_no_machine_says_so() -> None:
    assert ai_statement(ReviewState()).note.startswith("No use of automation")


def test_a_format_no_table_has_is_told_with_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat) as raised:
        export_table(cmoc_table(state()), {}, fmt="xls", path=tmp_path / "t")
    assert "xlsx" in raised.value.hint
