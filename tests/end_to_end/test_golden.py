"""
The prompts' contracts, on golden questions to the sample library with a scripted model.

For each question the model must be shown the words that answer it; what it says in them is proved; and the twin of the
same words, turned by a word, is refused. A prompt that loses its passages, its mark or its form fails here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import run
from tests.openai_server.actor import quoted
from tests.openai_server.server import Step, openai_server
from zotero_bridge.fold import readable

GOLDEN: list[dict[str, str]] = json.loads((Path(__file__).parent / "golden.json").read_text("utf-8"))
PASSAGE = re.compile(r"--- passage (\d+) .*? · (\w+) ---\n(.*?)\n--- end of \1 · \2 ---", re.DOTALL)


def saying(words: str, where: str) -> Any:
    """A model that says `words` of the passage that holds `where`; nothing, where no passage does."""

    def act(asked: dict[str, Any]) -> Step:
        sent = str(asked["messages"][1]["content"])
        found = [int(n) for n, _, text in PASSAGE.findall(sent) if where in readable(text)]
        return Step(json.dumps({"claims": [quoted(found[0], words)] if found else []}))

    return act


@pytest.fixture(scope="module")
def by_words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample library, searched by words alone: the same on every machine."""
    folder = tmp_path_factory.mktemp("golden") / "review"
    assert run("init", str(folder), "--library", "sample", "--embedder", "none", cwd=folder.parent).code == 0
    assert run("sync", cwd=folder).code == 0
    return folder


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda g: g["question"])
def test_a_golden_question_reaches_its_words_and_its_twin_is_refused(
    golden: dict[str, str], by_words: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = ("ask", golden["question"], "--model", "openai:golden", "--json")
    with openai_server(saying(golden["words"], golden["words"])) as (url, script):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        right = run(*ask, cwd=by_words).json
    with openai_server(saying(golden["twin"], golden["words"])) as (url, twins):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        wrong = run(*ask, cwd=by_words).json

    system = script.requests[0]["messages"][0]["content"]
    mark = PASSAGE.search(script.requests[0]["messages"][1]["content"])
    assert mark and mark.group(2) in system, "the mark is named to the model"
    assert golden["question"] in script.requests[0]["messages"][1]["content"]
    assert [c["citations"][0]["quote"] for c in right["claims"]] == [golden["words"].rstrip()]
    assert golden.get("voice") in (None, right["claims"][0]["voice"])
    assert len(script.requests) == 1
    assert wrong["claims"] == []
    assert re.search(golden["differs"], wrong["refused"][0]["reason"])
    assert len(twins.requests) == 2, "one repair round"


def test_where_nothing_is_there_an_empty_reply_is_the_answer(by_words: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with openai_server(Step('{"claims": []}')) as (url, _):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        ran = run("ask", "What is the melting point of tungsten?", "--model", "openai:golden", "--json", cwd=by_words)

    assert (ran.json["found"], ran.json["claims"], ran.json["refused"]) == (False, [], [])
    assert ran.json["searched"]["asked"][0] == "What is the melting point of tungsten?"
    assert ran.json["searched"]["unread"] == 1
