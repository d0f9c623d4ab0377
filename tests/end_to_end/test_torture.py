"""Syncs, searches and a chat of one review at once, and syncs killed: the next command works and nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT, Ran, run_process
from tests.end_to_end.test_kept_vectors import library
from zotero_bridge.index.vectors_chroma import embedded

MINUTE = 60.0


@pytest.fixture
def review(tmp_path: Path) -> Path:
    library(tmp_path / "library.json", 200)
    folder = tmp_path / "review"
    made = run_process("init", str(folder), "--library", "file:library.json", "--embedder", "hash", cwd=tmp_path)
    assert made.code == 0, made.err
    return folder


def begin(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *words],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def end(child: subprocess.Popen[str], stdin: str = "") -> Ran:
    out, err = child.communicate(stdin)
    return Ran(child.returncode, out, err)


def kill(child: subprocess.Popen[str]) -> None:
    child.kill() if os.name == "nt" else os.kill(child.pid, signal.SIGKILL)
    child.communicate()


def in_step(folder: Path, count: int) -> None:
    """A last sync completes it; catalogue, words, vectors and Chroma then hold the same."""
    done = run_process("sync", cwd=folder)
    assert done.code == 0, done.err
    told = run_process("status", "--json", cwd=folder).json
    assert (told["passages"], told["vectors"]) == (count, count)
    found = run_process("search", f"trust in county {count - 10}", "-k", "1", "--json", cwd=folder)
    assert (found.code, found.err) == (0, "")
    assert f"county {count - 10}," in found.json["hits"][0]["text"]
    assert len(embedded(folder / ".realist" / "chroma", told["embedder"]).ids()) == count


def test_two_syncs_and_searches_at_once_meet_no_harm(review: Path, tmp_path: Path) -> None:
    assert run_process("sync", cwd=review).code == 0
    library(tmp_path / "library.json", 400)

    syncs = [begin(review, "sync") for _ in range(2)]
    searches = [end(begin(review, "search", "trust in county 20", "--json")) for _ in range(3)]

    assert [end(one).code for one in syncs] == [0, 0]
    assert [one.code for one in searches] == [0, 0, 0], searches
    in_step(review, 400)


def test_a_sync_killed_in_the_middle_is_completed(review: Path) -> None:
    child = begin(review, "sync")
    while not (review / ".realist" / "vectors").exists() and child.poll() is None:
        time.sleep(0.005)
    kill(child)

    in_step(review, 200)


@pytest.mark.slow
def test_a_minute_of_syncs_kills_searches_and_a_chat(review: Path, tmp_path: Path) -> None:
    assert run_process("sync", cwd=review).code == 0
    dice = random.Random(5)
    count, wrong = 200, []
    chat = begin(review, "chat")
    until = time.monotonic() + MINUTE
    while time.monotonic() < until:
        count += 50
        library(tmp_path / "library.json", count)
        syncs = [begin(review, "sync"), begin(review, "sync")]
        searches = [begin(review, "search", f"trust in county {n}", "--json") for n in range(3)]
        if dice.random() < 0.5:
            time.sleep(dice.uniform(0.3, 3.0))
            kill(syncs[0])
        for one in (*searches, *(s for s in syncs if s.poll() is None)):
            ran = end(one)
            if ran.code != 0 or "Traceback" in ran.err:
                wrong.append(ran.err)
    talked = end(chat, "When does trust matter?\n/quit\n")

    assert not wrong
    assert (talked.code, "Traceback" in talked.err) == (0, False)
    in_step(review, count)
