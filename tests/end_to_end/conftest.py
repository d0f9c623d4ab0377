"""A synced review of the sample library, and a way to run `realist` and see what it printed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Realist = Callable[..., Ran]


def run(*words: str, cwd: Path, stdin: str = "") -> Ran:
    """`realist WORDS` with no terminal, in this process: an import a command is an import too many."""
    from assistant.cli import main

    out, err = io.StringIO(), io.StringIO()
    before = sys.argv, sys.stdin, Path.cwd()
    sys.argv, sys.stdin = ["realist", *words], io.StringIO(stdin)
    os.chdir(cwd)
    code: object = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv, sys.stdin = before[:2]
        os.chdir(before[2])
    return Ran(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())


def run_process(*words: str, cwd: Path, stdin: str = "", env: dict[str, str] | None = None) -> Ran:
    """`realist WORDS` as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample library, synced by words and a cheap embedder."""
    folder = tmp_path_factory.mktemp("sample") / "review"
    made = run("init", str(folder), "--library", "sample", "--embedder", "hash", cwd=folder.parent)
    assert made.code == 0, made.err
    done = run("sync", cwd=folder)
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def realist(synced: Path) -> Realist:
    def call(*words: str, stdin: str = "") -> Ran:
        return run(*words, cwd=synced, stdin=stdin)

    return call
