"""`realist … --model openai:PART` against a server on loopback that plays the part, well or badly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Ran, run
from tests.openai_server.actor import acting_server
from tests.openai_server.server import Script

QUESTION = "How does leadership in integrated care systems work?"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, Script]]:
    with acting_server() as server:
        yield server


@pytest.fixture
def play(synced: Path, server: tuple[str, Script], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs `realist` with the environment alone saying where the server is."""
    monkeypatch.setenv("OPENAI_BASE_URL", server[0])
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return lambda *words, stdin="": run(*words, cwd=synced, stdin=stdin)


def proved(ran: Ran, play: Callable[..., Ran]) -> int:
    """How many claims there are; every quotation is looked up in the stored text, as anyone could."""
    for claim in ran.json["claims"]:
        assert claim["located"]
        for c in claim["citations"]:
            text = play("show-text", c["source_key"], "--json").json["text"]
            assert text[c["start"] : c["end"]] == c["raw"]
    return len(ran.json["claims"])


@pytest.mark.parametrize("part", ["good", "words-only", "fenced-json", "no-usage", "long"])
def test_a_good_reply_in_any_form_is_an_answer_with_its_proof(part: str, play: Callable[..., Ran]) -> None:
    ran = play("ask", QUESTION, "--model", f"openai:{part}", "--json")

    assert ran.code == 0, ran.err
    assert proved(ran, play) >= 3
    if part != "long":  # not waited for to its end, where the model is named
        assert ran.json["provenance"]["model_reported"] == "m-large-2026-02-01"
        assert bool(ran.json["provenance"]["tokens_in"]) is (part != "no-usage")


@pytest.mark.parametrize(
    "part, reason, sound",
    [
        ("one-word", "differ", 1),
        ("adds-not", "A negation differs", 1),
        ("adds-number", "A number differs", 1),
        ("stitched", "differs|separate places", 1),
        ("invented", "not among those searched|not in the document|rests on no quotation", 0),
        ("broken", "not JSON|does not keep the form", 0),
        ("prose", "does not keep the form", 0),
        ("french", "no word of substance", 0),
        ("obeys", "too short", 0),
        ("nothing", "", 0),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason_and_never_shown_as_an_answer(
    part: str, reason: str, sound: int, server: tuple[str, Script], play: Callable[..., Ran]
) -> None:
    before = len(server[1].requests)
    ran = play("ask", QUESTION, "--model", f"openai:{part}", "--json")

    assert ran.code == 0, ran.err
    assert proved(ran, play) == sound
    assert all(re.search(reason, r["reason"]) for r in ran.json["refused"])
    assert bool(ran.json["refused"]) is bool(reason)
    assert len(server[1].requests) - before <= 2, "one repair round"


@pytest.mark.parametrize("part", ["prose", "invented", "nothing"])
def test_an_answer_without_a_proved_claim_says_so_with_what_was_searched(part: str, play: Callable[..., Ran]) -> None:
    out = " ".join(play("ask", QUESTION, "--model", f"openai:{part}").out.split())

    assert "Not found in this library" in out
    assert re.search(r"Searched \d+ passages in 18 documents; 1 source could not be read", out)


@pytest.mark.parametrize(
    "part, says",
    [
        ("401", "does not accept the key"),
        ("429", "wait 1 s"),
        ("429-long", "wait 3600 s"),
        ("500", "(500)"),
        ("cut-early", "connection broke"),
    ],
)
def test_a_failure_is_two_lines_and_no_traceback(part: str, says: str, play: Callable[..., Ran]) -> None:
    ran = play("ask", QUESTION, "--model", f"openai:{part}", "--json")

    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err
    assert "Hint: " in ran.err
    assert "Traceback" not in ran.err
    assert "sk-secret" not in ran.err


def test_the_address_may_stand_in_the_environment_under_either_name_or_in_the_review(
    synced: Path, server: tuple[str, Script], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_BASE", server[0])
    assert run("ask", QUESTION, "--model", "openai:good", cwd=synced).code == 0
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9/v1")
    own = tmp_path / "review"
    shutil.copytree(synced, own)
    toml = own / "review.toml"
    toml.write_text(f'base_url = "{server[0]}"\n{toml.read_text("utf-8")}', "utf-8")
    assert run("ask", QUESTION, "--model", "openai:good", cwd=own).code == 0


def test_every_use_of_a_model_is_in_the_disclosure_whether_it_was_kept_or_not(play: Callable[..., Ran]) -> None:
    play("ask", QUESTION, "--model", "openai:good")
    kept = play("ask", QUESTION, "--model", "openai:good", "--keep", "--json").json["kept"]

    exported = play("export", "ai-statement", "--to", "md", "--json").json["path"]

    statement = Path(exported).read_text("utf-8")
    assert "openai:good (m-large-2026-02-01)" in statement
    assert kept.startswith("A")


def test_a_follow_up_is_rewritten_by_the_model_and_shown(play: Callable[..., Ran]) -> None:
    talk = play("chat", "--model", "openai:good", stdin=f"{QUESTION}\nand for whom?\n/quit\n")

    assert "Asked as: and for whom in integrated care systems?" in talk.out
    assert "tokens read" in talk.out


def test_a_conversation_outlives_every_failure_of_the_server(play: Callable[..., Ran]) -> None:
    asked = "".join(f"/model openai:{part}\n{QUESTION}\n" for part in ("401", "cut", "cut-early", "prose", "good"))
    talk = play("chat", stdin=asked + "/sources\n/quit\n")

    assert talk.code == 0
    assert "does not accept the key" in talk.out
    assert "/again" in talk.out
    assert talk.out.rstrip().endswith("Goodbye. What you kept is in the ledger.")
    assert "Traceback" not in talk.out + talk.err
