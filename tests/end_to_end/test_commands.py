"""The commands as a script sees them: JSON alone on stdout, proof in it, and the right exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT, Realist, run, run_process
from zotero_bridge.fold import readable

QUESTION = "How does leadership in integrated care systems work, for whom, and in what circumstances?"
CITATION = {
    "item_key",
    "source_key",
    "citekey",
    "quote",
    "raw",
    "start",
    "end",
    "text_sha256",
    "page_label",
    "page_index",
    "section",
    "annotation_key",
    "uri",
}


def test_status_tells_what_is_indexed_and_what_could_not_be_read(realist: Realist) -> None:
    told = realist("status", "--json").json

    assert {"items", "sources", "passages", "failed", "embedder", "library", "synced_at"} <= told.keys()
    assert told["items"] == 18
    assert len(told["failed"]) == 1
    assert "no text" in told["failed"][0]["reason"]
    assert told["unmapped"]["tags"]


def test_a_second_sync_reads_nothing_again(realist: Realist) -> None:
    told = realist("sync", "--json").json

    assert told["sources_read"] == 0
    assert told["unchanged"] > 50
    assert {"items", "passages", "removed", "failed"} <= told.keys()


def test_every_citation_of_an_answer_stands_in_the_stored_text(realist: Realist) -> None:
    told = realist("ask", QUESTION, "--json").json

    assert {"question", "engine", "claims", "refused", "searched"} <= told.keys()
    assert len(told["claims"]) >= 6
    texts: dict[str, str] = {}
    for claim in told["claims"]:
        assert {"text", "section", "basis", "citations"} <= claim.keys()
        for citation in claim["citations"]:
            assert citation.keys() >= CITATION
            key = citation["source_key"]
            texts.setdefault(key, realist("show-text", key).out)
            assert texts[key][citation["start"] : citation["end"]] == citation["raw"]
            assert readable(citation["raw"]) == citation["quote"]
    assert len(texts) >= 4


def test_a_question_the_library_cannot_answer_is_not_answered(realist: Realist) -> None:
    told = realist("ask", "Which anticoagulant is best after a hip replacement in children?", "--json").json

    assert told["claims"] == []
    assert told["searched"]["passages"] > 300
    assert told["searched"]["unread"] == 1


def test_candidates_are_quoted_element_by_element(realist: Realist) -> None:
    told = realist("draft", "shared accountability", "--json").json

    assert {"candidates", "abstained"} <= told.keys()
    for candidate in told["candidates"]:
        assert {"id", "title", "statement", "context", "resource", "reasoning", "outcome"} <= candidate.keys()
        for part in ("context", "resource", "reasoning", "outcome"):
            for element in candidate[part]:
                assert element["basis"] == "quoted"
                assert element["citation"]["quote"] == element["text"]


@pytest.mark.parametrize(
    ("option", "value", "check"),
    [
        ("--year", "2023-", lambda h: h["year"] >= 2023),
        ("--source-kind", "note", lambda h: h["source_kind"] == "note"),
        ("--source-kind", "annotation", lambda h: h["annotation_key"]),
        ("--type", "journalArticle", lambda h: h["citekey"]),
        ("--section", "results", lambda h: h["section_kind"] == "results"),
    ],
)
def test_filters_let_nothing_else_through(realist: Realist, option: str, value: str, check: object) -> None:
    hits = realist("search", "leaders and trust", option, value, "-k", "20", "--json").json["hits"]

    assert hits
    assert callable(check)
    assert all(check(hit) for hit in hits)


def test_hits_name_their_place_and_rank(realist: Realist) -> None:
    hits = realist("search", "trust between chief executives", "-k", "5", "--json").json["hits"]

    wanted = {"rank", "score", "passage_id", "item_key", "source_key", "title", "creators", "year", "text"}
    wanted |= {"page_label", "page_index", "section", "uri", "tags"}
    assert [h["rank"] for h in hits] == [1, 2, 3, 4, 5]
    assert all(h.keys() >= wanted for h in hits)


def test_a_file_of_queries_gives_one_line_each(realist: Realist, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "1", "query": "trust"}\n{"id": "2", "query": "vision"}\n', encoding="utf-8")

    lines = realist("search", "--queries", str(queries), "-k", "3", "--json").out.splitlines()

    assert [json.loads(line)["id"] for line in lines] == ["1", "2"]
    assert all(len(json.loads(line)["hits"]) == 3 for line in lines)


def test_a_claim_gets_two_lists_of_equal_size(realist: Realist) -> None:
    told = realist("search", "--for", "a shared vision gives staff a sense of purpose", "-k", "4", "--json").json

    assert len(told["supporting"]) == len(told["limiting"]) == 4


def test_a_kept_answer_becomes_a_manuscript_with_its_bibliography(realist: Realist, tmp_path: Path) -> None:
    kept = realist("ask", QUESTION, "--keep", "--json").json["kept"]
    markdown = tmp_path / "answer.md"
    word = tmp_path / "answer.docx"

    assert realist("export", kept, "--to", "md", "-o", str(markdown)).code == 0
    assert realist("export", kept, "--to", "docx", "-o", str(word)).code == 0

    assert re.search(r"\[@[\w-]+, p\. ", markdown.read_text(encoding="utf-8"))
    assert (tmp_path / "answer.csl.json").exists()
    assert word.read_bytes()[:2] == b"PK"


def test_a_configuration_lives_through_the_ledger(realist: Realist) -> None:
    drafted = realist("draft", "--keep", "--json").json["candidates"]
    one, two = drafted[0]["id"], drafted[1]["id"]
    passage = drafted[0]["reasoning"] or drafted[0]["resource"]
    passage_id = passage[0]["citation"]["passage_id"]

    assert realist("cmoc", "accept", one).code == 0
    assert realist("cmoc", "edit", one, "--title", "Another title").code == 0
    judged = realist(
        "cmoc", "judge", one, "--passage", passage_id, "--stance", "refines", "--reason", "It narrows it.", "--json"
    )
    assert judged.json["stance"] == "refines"
    merged = realist("cmoc", "merge", two, "--into", one, "--reason", "the same", "--json").json
    assert merged["version"] == 3
    shown = realist("cmoc", "show", one, "--json").json
    assert len(shown["versions"]) == 3
    assert shown["judgements"][0]["stale"]
    rows = realist("matrix", "--json").json["rows"]
    stances = {r["stance"] for r in rows if r["cmoc"] == one}
    assert {"refines", "unread"} <= stances
    tested = realist("test", one, "--json").json
    assert {"cmoc", "findings", "searched"} <= tested.keys()
    assert all({"stance", "part", "reason", "citation"} <= f.keys() for f in tested["findings"])


def test_words_that_are_not_in_a_passage_cannot_be_judged(realist: Realist) -> None:
    one = realist("draft", "trust", "--keep", "--json").json["candidates"][0]["id"]
    hit = realist("search", "trust", "-k", "1", "--json").json["hits"][0]

    refused = realist(
        "cmoc", "judge", one, "--passage", hit["passage_id"], "--quote", "nobody ever wrote this", "--stance",
        "supports", "--reason", "x",
    )  # fmt: skip

    assert refused.code == 1
    assert "not in the document" in refused.err
    assert "nothing was recorded" in refused.err


def test_a_conversation_works_when_piped(realist: Realist) -> None:
    talk = realist(
        "chat",
        stdin="How do leaders build trust?\n/sources\n/show 1\n/why 1\n/show 99\nand in small charities?\n"
        "/filter --year x\n/nonsense\n/keep\n/undo\n/quit\n",
    )

    assert talk.code == 0
    assert "Asked as:" in talk.out
    assert "located   yes" in talk.out
    assert "Numbers go from 1" in talk.out
    assert "is not a range of years" in talk.out
    assert "There is no /nonsense" in talk.out
    assert "Kept as A" in talk.out
    assert "stays in the ledger" in talk.out


def test_a_conversation_can_be_taken_up_again(realist: Realist) -> None:
    realist("chat", stdin="How does a vision become a purpose?\n")

    again = realist("chat", "--resume", stdin="/sources\n")

    assert "Going on with the conversation" in again.out
    assert "[1]" in again.out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["show-text", "NOSUCHKEY"], 1, "NOSUCHKEY"),
        (["search", "x", "--year", "soon"], 2, "not a range of years"),
        (["search"], 2, "one thing to search for"),
        (["search", "x", "--role", "hope"], 2, "means hope"),
        (["cmoc", "show", "C999"], 1, "no CMOC C999"),
        (["export", "A999"], 1, "A999"),
        (["ask"], 2, "QUESTION"),
        (["push", "A1"], 2, "sample"),
        (["ask", "x", "--model", "nosuchprovider:m"], 2, "nosuchprovider"),
    ],
)
def test_a_refusal_says_what_and_what_next(realist: Realist, words: list[str], code: int, says: str) -> None:
    refused = realist(*words)

    assert refused.code == code, refused.err
    assert says in refused.err
    assert "Traceback" not in refused.err
    assert refused.out == ""


@pytest.mark.parametrize("library", ["nowhere://x", "file:missing.bib", "zotero-data:missing"])
def test_a_library_that_cannot_be_is_refused_before_anything_is_made(tmp_path: Path, library: str) -> None:
    refused = run("init", "r", "--library", library, cwd=tmp_path)

    assert refused.code in (1, 2)
    assert "Hint:" in refused.err
    assert not (tmp_path / "r").exists()


def test_no_command_works_outside_a_review_without_saying_so(tmp_path: Path) -> None:
    refused = run("ask", "Why?", cwd=tmp_path)

    assert refused.code == 1
    assert "realist init" in refused.err


def test_a_review_that_was_never_synced_says_so(tmp_path: Path) -> None:
    run("init", "r", "--library", "sample", cwd=tmp_path)

    refused = run("ask", "Why?", cwd=tmp_path / "r")

    assert refused.code == 1
    assert "realist sync" in refused.err


def test_a_malformed_export_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "refs.json").write_text('[\n  {"id": "a", "title": "x",,}\n]\n', encoding="utf-8")
    run("init", "r", "--library", "file:refs.json", cwd=tmp_path)

    refused = run("sync", cwd=tmp_path / "r")

    assert refused.code == 1
    assert "line 2" in refused.err


def test_help_does_not_load_what_it_does_not_need(tmp_path: Path) -> None:
    code = "import sys; from assistant.cli import command_tree; command_tree(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"chromadb", "langchain", "langchain_core", "numpy", "onnxruntime", "tantivy", "sqlite3"} & set(loaded)


def test_an_interrupted_sync_says_so_and_the_next_one_finishes(tmp_path: Path) -> None:
    run("init", "r", "--library", "sample", "--embedder", "hash", cwd=tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "sync"],
        cwd=tmp_path / "r",
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    while not (tmp_path / "r" / ".realist" / "catalogue.sqlite").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    finished = run("sync", "--json", cwd=tmp_path / "r")
    status = run("status", "--json", cwd=tmp_path / "r").json

    assert process.returncode in (0, 130), err
    assert "Traceback" not in err
    assert finished.code == 0
    assert status["items"] == 18


def test_output_is_utf_8_whatever_the_console_says(synced: Path) -> None:
    told = run_process("search", "Vašková", "-k", "1", "--json", cwd=synced, env={"PYTHONIOENCODING": "cp1252"})

    assert told.code == 0, told.err
    assert "š" in told.out


def test_an_old_locale_takes_no_accented_file_away(tmp_path: Path) -> None:
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "cp1252"}
    run("init", "r", "--library", "sample", "--embedder", "none", cwd=tmp_path)

    told = run_process("sync", "--json", cwd=tmp_path / "r", env=env)

    assert told.code == 0, told.err
    assert len(json.loads(told.out)["failed"]) == 1


def test_whoever_reads_the_terminal_can_judge_what_it_shows(realist: Realist) -> None:
    found = realist("search", "peer accountability", "-k", "1")
    kept = realist("draft", "--keep", "--json").json["candidates"][0]["id"]
    passage = re.search(r"passage ([0-9a-f]{16})", found.out)
    assert passage

    told = realist(
        *["cmoc", "judge", kept, "--passage", passage[1], "--stance", "refines"],
        *["--part", "context-mechanism", "--reason", "seen", "--json"],
    )

    assert told.code == 0, told.err
    assert told.json["part"] == "context→mechanism"


@pytest.mark.parametrize("command", ["ask", "search", "draft"])
def test_a_filter_that_names_nothing_is_not_taken_for_a_silent_library(realist: Realist, command: str) -> None:
    told = realist(command, "trust", "--collection", "No Such Collection")

    assert told.code == 0
    assert "no passage passes these filters" in " ".join(told.out.split())
    assert "bears on the question" not in told.out
