"""`realist` against Zotero and zotero.org, as processes: sync, watch, login, doctor, push and its undoing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.emulator import Fault, LocalZoteroEmulator, WebZoteroEmulator, generate_library
from tests.end_to_end.conftest import ROOT, Ran, run_process

Command = Callable[..., Ran]
QUESTION = "leaders trust partners shared purpose"


@pytest.fixture
def ten(tmp_path: Path) -> Iterator[LocalZoteroEmulator]:
    with LocalZoteroEmulator(generate_library(12, 4, tmp_path / "files", annotations=1), version="10.0") as server:
        yield server


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebZoteroEmulator]:
    with WebZoteroEmulator(generate_library(12, 3, tmp_path / "files", number=77)) as server:
        yield server


@pytest.fixture
def realist(tmp_path: Path) -> Command:
    """Runs in a home of its own, with a keyring of its own and no key."""
    (tmp_path / "home").mkdir()

    def call(*words: str, stdin: str = "", **more: str) -> Ran:
        return run_process(*words, cwd=tmp_path, stdin=stdin, env={**environment(tmp_path), **more})

    return call


def environment(folder: Path) -> dict[str, str]:
    return {
        "HOME": str(folder / "home"),
        "USERPROFILE": str(folder / "home"),
        "REALIST_CACHE_DIR": str(folder / "cache"),
        "PYTHON_KEYRING_BACKEND": "tests.emulator.keyring_file.FileKeyring",
        "REALIST_TEST_KEYRING": str(folder / "keyring.json"),
        "ZOTERO_API_KEY": "",
        "ZOTERO_API_URL": "",
    }


def kept_answer(realist: Command, uri: str, **more: str) -> None:
    assert realist("init", "r", "--library", uri, "--embedder", "none", **more).code == 0
    assert realist("-C", "r", "sync", **more).code == 0
    assert realist("-C", "r", "ask", QUESTION, "--keep", **more).code == 0


def test_a_push_shows_the_note_asks_here_and_in_zotero_and_can_be_taken_back(
    realist: Command, ten: LocalZoteroEmulator
) -> None:
    kept_answer(realist, ten.uri)
    before = json.dumps(ten.library.items)

    shown = realist("-C", "r", "push", "A1", "--tags", "--dry-run")
    refused = realist("-C", "r", "push", "A1", "--tags", stdin="n\n")

    assert json.dumps(ten.library.items) == before
    assert shown.code == refused.code == 0
    assert "Searched" in shown.err
    assert "zotero://open-pdf/library/items/" in shown.err
    assert not ten.api.asked

    done = realist("-C", "r", "push", "A1", "--tags", stdin="y\n")
    again = realist("-C", "r", "push", "A1", "--tags", stdin="y\n")

    notes = [d for d in ten.library.items.values() if d["itemType"] == "note"]
    assert done.code == 0, done.err
    assert "Zotero asks in a window of its own" in done.err
    assert len(notes) == 1
    assert "there already" in again.err

    back = realist("-C", "r", "push", "--undo", stdin="y\n")

    assert back.code == 0, back.err
    trashed = [d for d in ten.library.items.values() if d["itemType"] == "note"]
    assert [d["deleted"] for d in trashed] == [True]
    assert not any(t["tag"] == "realist/A1" for d in ten.library.items.values() for t in d["tags"] if d not in trashed)
    assert "DELETE" not in {s.method for s in ten.faults.seen}


def test_always_allow_is_remembered_in_the_keyring_alone(
    realist: Command, ten: LocalZoteroEmulator, tmp_path: Path
) -> None:
    kept_answer(realist, ten.uri)
    ten.api.consent[:] = ["always", "deny"]

    first = realist("-C", "r", "push", "A1", stdin="y\n")
    second = realist("-C", "r", "push", "--undo", stdin="y\n")

    (key,) = ten.api.keys
    assert (first.code, second.code, len(ten.api.asked)) == (0, 0, 1)
    assert "Zotero asks" not in second.err
    assert key in (tmp_path / "keyring.json").read_text()
    assert not leaks(key, tmp_path / "r", tmp_path / "cache") + [r for r in (first, second) if key in r.out + r.err]


def test_a_denied_push_writes_nothing_and_says_so(realist: Command, ten: LocalZoteroEmulator) -> None:
    kept_answer(realist, ten.uri)
    ten.api.consent[:] = ["deny"]
    before = json.dumps(ten.library.items)

    denied = realist("-C", "r", "push", "A1", "--json", stdin="y\n")

    assert denied.code == 1
    assert [f["reason"] for f in denied.json["failed"]] == ["Zotero was told not to allow it."]
    assert denied.json["written"] == []
    assert json.dumps(ten.library.items) == before


def test_what_changed_between_the_question_and_the_write_stays(realist: Command, ten: LocalZoteroEmulator) -> None:
    kept_answer(realist, ten.uri)
    articles = [k for k, d in ten.library.items.items() if d["itemType"] == "journalArticle"]

    def edited() -> None:
        for key in articles:
            ten.library.edit(key, title="Edited meanwhile")

    ten.fault(Fault(match="POST /api/users/0/items", before=edited))
    done = realist("-C", "r", "push", "A1", "--tags", "--json", stdin="y\n")

    assert done.code == 1
    assert [w["kind"] for w in done.json["written"]] == ["note"]
    assert done.json["failed"]
    assert all(f["conflict"] for f in done.json["failed"])
    assert all(ten.library.items[k]["title"] == "Edited meanwhile" for k in articles)


def test_a_note_edited_since_goes_to_the_trash_only_when_that_is_said(
    realist: Command, ten: LocalZoteroEmulator
) -> None:
    kept_answer(realist, ten.uri)
    parent = next(k for k, d in ten.library.items.items() if d["itemType"] == "journalArticle")
    assert realist("-C", "r", "push", "A1", "--to", parent, stdin="y\n").code == 0
    key = next(k for k, d in ten.library.items.items() if d["itemType"] == "note")
    assert ten.library.items[key]["parentItem"] == parent
    ten.library.edit(key, note="<p>My own thoughts by now.</p>")

    stays = realist("-C", "r", "push", "--undo", stdin="y\n")
    assert (stays.code, "deleted" in ten.library.items[key]) == (1, False)
    assert "--edited-too" in stays.err

    assert realist("-C", "r", "push", "--undo", "--edited-too", stdin="y\n").code == 0
    assert ten.library.items[key]["deleted"] is True


def test_a_zotero_that_cannot_be_written_to_says_which_can(
    realist: Command, ten: LocalZoteroEmulator, tmp_path: Path
) -> None:
    kept_answer(realist, ten.uri)
    with LocalZoteroEmulator(ten.library, version="9.0.6") as nine:
        review = tmp_path / "r" / "review.toml"
        review.write_text(review.read_text().replace(ten.uri, nine.uri))

        refused = realist("-C", "r", "push", "A1", "--dry-run")

    assert refused.code == 1
    assert "Update to Zotero 10" in refused.err


def test_a_key_is_checked_and_kept_in_the_keyring_alone(
    realist: Command, web: WebZoteroEmulator, tmp_path: Path
) -> None:
    there = {"ZOTERO_API_URL": web.base_url}

    empty, wrong = realist("login", stdin="\n", **there), realist("login", stdin="nonsense\n", **there)

    assert (empty.code, wrong.code) == (2, 1)
    assert not (tmp_path / "keyring.json").exists()

    kept = realist("login", stdin=f"{web.key}\n", **there)
    kept_answer(realist, web.uri, **there)
    pushed = realist("-C", "r", "push", "A1", stdin="y\n", **there)
    exported = realist("-C", "r", "export", "A1", "--to", "md", **there)
    looked = realist("-C", "r", "doctor", **there)
    forgotten = realist("login", "--forget", **there)

    ran = (kept, pushed, exported, looked, forgotten)
    assert [r.code for r in ran] == [0] * 5, [r.err for r in ran]
    assert "the key of reader may read items, notes, files and write" in kept.out
    assert web.key not in (tmp_path / "keyring.json").read_text()
    assert not leaks(web.key, tmp_path / "r", tmp_path / "cache") + [r for r in ran if web.key in r.out + r.err]


def test_a_key_goes_nowhere_without_encryption(realist: Command) -> None:
    refused = realist("login", stdin="WebKey\n", ZOTERO_API_URL="http://zotero.example")

    assert refused.code == 2
    assert "https alone" in refused.err


def test_a_busy_server_is_waited_for_aloud(realist: Command, web: WebZoteroEmulator) -> None:
    there = {"ZOTERO_API_URL": web.base_url, "ZOTERO_API_KEY": web.key}
    assert realist("init", "r", "--library", web.uri, "--embedder", "none", **there).code == 0
    web.fault(Fault(match="format=versions", status=503, headers={"Retry-After": "1"}))

    done = realist("-C", "r", "sync", **there)

    assert done.code == 0
    assert "Waiting 1 s: zotero.org answered 503." in done.err


def test_the_doctor_asks_the_library_of_the_review(realist: Command, tmp_path: Path) -> None:
    with LocalZoteroEmulator(generate_library(12, 0, tmp_path / "files")) as ten:
        assert realist("init", "r", "--library", ten.uri, "--embedder", "none").code == 0
        running = checks(realist("-C", "r", "doctor", "--json"))
        ten.api.enabled = False
        off = checks(realist("-C", "r", "doctor", "--json"))
    closed = checks(realist("-C", "r", "doctor", "--json"))

    assert "Zotero 10.0, 12 items" in str(running["library"]["detail"])
    assert (off["library"]["ok"], closed["library"]["ok"]) == (False, False)
    assert "Allow other applications" in str(off["library"]["hint"])
    assert "Start Zotero" in str(closed["library"]["hint"])


@pytest.mark.slow  # patience and politeness take their time; following itself is tested with a clock of its own
def test_watching_follows_edits_outlives_a_closed_zotero_and_ends_quietly(
    realist: Command, ten: LocalZoteroEmulator, tmp_path: Path
) -> None:
    assert realist("init", "r", "--library", ten.uri, "--embedder", "none").code == 0
    command = [sys.executable, "-m", "assistant", "-C", "r", "sync", "--watch", "--every", "5"]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a child inherits that it is ignored, in a background job
    watching = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert watching.stdout is not None
        assert watching.stdout.readline().startswith("Read 20 sources")
        article = next(k for k, d in ten.library.items.items() if d["itemType"] == "journalArticle")
        ten.fault(Fault(match="GET /api/", cut=True, times=4))  # as long as its patience lasts
        ten.library.edit(article, abstractNote="A fresh abstract about trust.")
        assert watching.stdout.readline().startswith("Read 1 sources")
        time.sleep(0.2)
        watching.send_signal(signal.SIGINT)
        _, err = watching.communicate(timeout=20)
    finally:
        watching.kill()

    assert watching.returncode == 0, err
    assert "Traceback" not in err
    assert ten.faults.most_at_once <= 2


def test_a_highlight_and_what_it_marks_name_each_other(realist: Command, tmp_path: Path) -> None:
    library = generate_library(1, 1, tmp_path / "files", annotations=1)
    mark = next(k for k, d in library.items.items() if d["itemType"] == "annotation")
    with LocalZoteroEmulator(library) as ten:
        assert realist("init", "r", "--library", ten.uri, "--embedder", "none").code == 0
        assert realist("-C", "r", "sync").code == 0
        (pdf,) = library.files
        text = realist("-C", "r", "show-text", pdf, "--json").json["text"]
        words = text[10:40].strip()
        library.edit(mark, annotationText=words)
        assert realist("-C", "r", "sync").code == 0

    (marked,) = realist("-C", "r", "show-text", pdf, "--json").json["marks"]
    hits = realist("-C", "r", "search", words, "--json").json["hits"]

    assert text[marked["start"] : marked["end"]].split() == words.split()
    assert marked["annotation_key"] == mark
    assert [h["marks"] for h in hits if h["source_key"] == mark] == [
        [{"source_key": pdf, "start": marked["start"], "end": marked["end"]}]
    ]
    assert [mark] in [h["marked_by"] for h in hits if h["source_key"] == pdf]


@pytest.mark.parametrize(
    ("uri", "code", "said"),
    [
        ("zotero://web/users/abc", 2, "Not a library address"),
        ("zotero://local?port=abc", 2, "Not a library address"),
        ("zotero://local/groups/x", 2, "Not a library address"),
        ("zotero-data:nowhere", 1, "Settings > Advanced > Files and Folders"),
    ],
)
def test_a_library_that_cannot_be_makes_no_review(
    realist: Command, tmp_path: Path, uri: str, code: int, said: str
) -> None:
    refused = realist("init", "r", "--library", uri)

    assert refused.code == code
    assert said in refused.err
    assert not (tmp_path / "r").exists()


def checks(ran: Ran) -> dict[str, dict[str, object]]:
    return {c["name"]: c for c in ran.json["checks"]}


def leaks(secret: str, *folders: Path) -> list[Path]:
    files = [path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if secret.encode() in path.read_bytes()]
