"""A library that speaks to machines and to terminals: nothing follows it, and the reader is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import run
from tests.engines.test_fence import ATTACKS
from tests.openai_server.actor import acting_server

HONEST = "Leaders who told partners what they had got wrong were trusted more in the year that followed."


def item(number: int, attack: str) -> dict[str, object]:
    """One attack in one of five places: title, abstract, note, tag, author's name."""
    place = ("title", "abstract", "note", "keyword", "author")[number % 5]
    name = attack if place == "author" else f"Author{number}"
    made: dict[str, object] = {
        "id": f"item{number}",
        "type": "article-journal",
        "title": f"Paper {number}",
        "abstract": f"In place {number} the board met. {HONEST}",
        "issued": {"date-parts": [[2000 + number]]},
        "author": [{"family": name, "given": "A"}],
    }
    if place == "abstract":
        made["abstract"] = f"{HONEST} {attack}"
    elif place != "author":
        made[place] = attack
    return made


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    items = [item(n, attack) for n, attack in enumerate(ATTACKS)]
    items.append(item(99, "\u001b[2J\u001b]0;stolen\u0007\u202eEvil"))  # 99 % 5: an author's name
    (folder / "library.json").write_text(json.dumps(items), "utf-8")
    made = run(
        "init", str(folder / "r"), "--library", f"file:{folder / 'library.json'}", "--embedder", "none", cwd=folder
    )
    assert made.code == 0, made.err
    assert run("sync", cwd=folder / "r").code == 0
    return folder / "r"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with acting_server() as (url, _):
        yield url


@pytest.mark.parametrize("model", ["none", "openai:good", "openai:obeys"])
def test_no_attack_changes_an_answer_and_each_source_that_tries_is_named(
    model: str, review: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    ran = run("ask", "How do leaders come to be trusted by partners?", "--model", model, "--json", cwd=review)

    assert ran.code == 0, ran.err
    quotes = [c["quote"] for claim in ran.json["claims"] for c in claim["citations"]]
    assert all(q in HONEST or "the board met" in q for q in quotes), quotes
    assert bool(quotes) is (model != "openai:obeys")
    told = " ".join(ran.json["notices"])
    assert "tries to instruct a language model" in told
    for place in ("its title", "its abstract", "a note", "a tag"):
        assert place in told


def test_a_model_is_shown_no_attack(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting_server() as (url, script):
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        run("ask", "How do leaders come to be trusted by partners?", "--model", "openai:good", cwd=review)

        sent = json.dumps(script.requests, ensure_ascii=False)
    for attack in ATTACKS:
        assert attack not in sent


@pytest.mark.parametrize("words", [("ask", "Why are leaders trusted in place 99?"), ("search", "place 99")])
def test_a_name_cannot_steer_the_terminal(words: tuple[str, ...], review: Path) -> None:
    out = run(*words, cwd=review).out

    assert "Evil" in out
    assert not any(c in out for c in "\u001b\u0007\u202e")
