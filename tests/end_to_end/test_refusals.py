"""What the operating system refuses is two lines and an exit code, and what was there is still there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.end_to_end.conftest import run


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """A synced review of one reference with an abstract."""
    (tmp_path / "refs.ris").write_text(
        "TY  - JOUR\nTI  - Trust\nAU  - Ng, A.\nPY  - 2020\nAB  - Where leaders shared data openly, partners felt safe "
        "and trusted them, so that waiting times fell.\nER  - \n",
        encoding="utf-8",
    )
    run("init", "r", "--library", "file:refs.ris", "--embedder", "none", cwd=tmp_path)
    done = run("sync", cwd=tmp_path / "r")
    assert done.code == 0, done.err
    return tmp_path / "r"


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder nobody may write in; skips the test for a superuser, whom no permission stops."""
    paths = [folder, *folder.rglob("*")]
    before = [(path, path.stat().st_mode) for path in paths]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        if os.access(folder, os.W_OK):
            pytest.skip("permissions do not bind this user")
        yield
    finally:
        for path, mode in before:
            path.chmod(mode)


@pytest.mark.parametrize("words", [["answer", "list"], ["cmoc", "list", "--json"], ["ask", "trust", "--keep"]])
def test_a_ledger_that_is_no_file_is_told_in_two_lines(review: Path, words: list[str]) -> None:
    (review / "ledger.jsonl").mkdir()

    refused = run(*words, cwd=review)

    assert refused.code == 1
    assert "ledger.jsonl cannot be read" in refused.err
    assert "Hint:" in refused.err


def test_doctor_names_a_ledger_that_cannot_be_read(review: Path) -> None:
    (review / "ledger.jsonl").mkdir()

    told = {check["name"]: check for check in run("doctor", "--json", cwd=review).json["checks"]}

    assert told["ledger"]["ok"] is False
    assert told["python"]["hint"] == ""


def test_a_review_cannot_be_made_inside_a_file(review: Path) -> None:
    refused = run("init", "review.toml/inner", "--library", "sample", cwd=review)

    assert refused.code == 1
    assert "review.toml" in refused.err


def test_a_line_cut_off_by_a_crash_is_told_until_it_is_set_aside(review: Path) -> None:
    run("ask", "trust", "--keep", cwd=review)
    ledger = review / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + b'{"event": "Mem')

    first = run("answer", "list", cwd=review)
    run("ask", "partners", "--keep", cwd=review)
    second = run("answer", "list", cwd=review)

    assert "cut off (14 bytes" in first.err
    assert "cut off" not in second.err
    assert [path.read_bytes() for path in review.glob("ledger.jsonl.torn-*")] == [b'{"event": "Mem']
    assert ledger.read_bytes().startswith(whole)


def test_status_needs_no_leave_to_write(review: Path) -> None:
    with read_only(review):
        told = run("status", "--json", cwd=review)
        refused = run("sync", cwd=review)

    assert told.json["sources"] == 1
    assert refused.code == 1
    assert "cannot be used" in refused.err


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_is_misuse(review: Path, question: str) -> None:
    refused = run("ask", question, "--json", cwd=review)

    assert refused.code == 2
    assert refused.out == ""


@pytest.mark.parametrize("name", ["answer.md", "answer.docx"])
def test_an_export_replaces_itself_and_never_what_someone_has_edited(review: Path, name: str) -> None:
    run("ask", "trust", "--keep", cwd=review)
    file = review / name

    first = run("export", "A1", "-o", name, cwd=review)
    again = run("export", "A1", "-o", name, "--json", cwd=review)
    edited = file.read_bytes() + b"mine"
    file.write_bytes(edited)
    refused = run("export", "A1", "-o", name, "--json", cwd=review)
    kept = file.read_bytes()
    forced = run("export", "A1", "-o", name, "--force", cwd=review)

    assert (first.code, again.code, refused.code, forced.code) == (0, 0, 1, 0), refused.err
    assert Path(again.json["path"]) == file
    assert kept == edited
    assert refused.out == ""
    assert "--force" in refused.err
    assert not file.read_bytes().endswith(b"mine")


def test_a_bibliography_that_lies_beside_is_not_written_over(review: Path) -> None:
    run("ask", "trust", "--keep", cwd=review)
    (review / "answer.csl.json").write_text("mine", encoding="utf-8")

    refused = run("export", "A1", "-o", "answer.md", cwd=review)

    assert refused.code == 1
    assert (review / "answer.csl.json").read_text(encoding="utf-8") == "mine"
    assert not (review / "answer.md").exists()


def test_the_ending_of_a_name_is_a_format(review: Path) -> None:
    run("ask", "trust", "--keep", cwd=review)

    run("export", "A1", "-o", "answer.docx", cwd=review)
    run("export", "ledger", "-o", "ledger.csv", cwd=review)

    assert (review / "answer.docx").read_bytes().startswith(b"PK")
    assert (review / "ledger.csv").read_text(encoding="utf-8-sig").count("\n") >= 2


def test_what_cannot_be_exported_is_answered_with_what_can(review: Path) -> None:
    refused = run("export", "everything", cwd=review)

    assert refused.code == 1
    assert "ai-statement" in refused.err


def test_what_was_kept_is_shown_without_an_index(review: Path) -> None:
    run("ask", "trust", "--keep", cwd=review)
    shutil.rmtree(review / ".realist")

    told = run("answer", "show", "A1", cwd=review)

    assert told.code == 0, told.err
    assert "partners felt safe" in told.out
