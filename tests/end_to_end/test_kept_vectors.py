"""Where a review keeps its vectors: beside it, on a server, in the flat file alone; and what is mended when asked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chroma_server import chroma_run
from tests.end_to_end.conftest import Ran, run

SUBJECTS = ["trust", "budgets", "meetings", "vision", "housing", "winter", "nurses", "boards", "targets", "letters"]
Call = Callable[..., Ran]


def library(path: Path, count: int) -> Path:
    entries = [
        {
            "id": f"doc{n}",
            "type": "report",
            "title": f"Report {n} on {SUBJECTS[n % 10]}",
            "abstract": f"In county {n}, {SUBJECTS[n % 10]} mattered more than {SUBJECTS[(n + 3) % 10]}.",
        }
        for n in range(count)
    ]
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


@pytest.fixture
def review(tmp_path: Path) -> Call:
    """A review of thirty reports, not synced yet."""
    library(tmp_path / "library.json", 30)
    made = run("init", "review", "--library", "file:library.json", "--embedder", "hash", cwd=tmp_path)
    assert made.code == 0, made.err

    def call(*words: str) -> Ran:
        return run(*words, cwd=tmp_path / "review")

    return call


def settings(folder: Path, **values: str) -> None:
    path = folder / "review" / "review.toml"
    text = path.read_text(encoding="utf-8")
    for name, value in values.items():
        text = f'{name} = "{value}"\n' + re.sub(rf"(?m)^{name} = .*\n", "", text)
    path.write_text(text, encoding="utf-8")


def found(call: Call, query: str = "trust in county 20") -> list[str]:
    ran = call("search", query, "--json")
    assert ran.code == 0, ran.err
    return [hit["passage_id"] for hit in ran.json["hits"]]


def test_a_sync_leaves_a_chroma_beside_and_a_review_may_do_without(review: Call, tmp_path: Path) -> None:
    assert review("sync").code == 0
    first = found(review)
    assert (tmp_path / "review" / ".realist" / "chroma" / "chroma.sqlite3").exists()

    settings(tmp_path, index="flat")
    shutil.rmtree(tmp_path / "review" / ".realist" / "chroma")

    assert review("sync").code == 0
    assert not (tmp_path / "review" / ".realist" / "chroma").exists()
    assert found(review) == first


def test_a_chroma_cut_short_is_said_and_made_anew_by_the_next_sync(review: Call, tmp_path: Path) -> None:
    review("sync")
    first = found(review)
    database = tmp_path / "review" / ".realist" / "chroma" / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:1000])

    assert found(review) == first
    told = review("sync")

    assert (told.code, "made anew" in told.err) == (0, True)
    assert review("sync").err == ""


def test_lost_vectors_are_told_and_come_back_without_the_embedder(review: Call, tmp_path: Path) -> None:
    review("sync")
    first = found(review)
    shutil.rmtree(next((tmp_path / "review" / ".realist" / "vectors").glob("hash*")))

    assert "30 of 30 passages have no vector" in review("search", "trust", "--json").err
    told = review("sync", "--json").json

    assert told["seconds"]["embed"] > 0
    assert found(review) == first
    assert review("status", "--json").json["vectors"] == 30


@pytest.mark.parametrize("damage", ["gone", "idx", "pos", "term", "store", "fast", "fieldnorm"])
def test_a_search_mends_the_words_it_finds_damaged(review: Call, tmp_path: Path, damage: str) -> None:
    review("sync")
    first = found(review)
    words = tmp_path / "review" / ".realist" / "words"
    if damage == "gone":
        shutil.rmtree(words)
    else:
        for path in words.glob(f"*.{damage}"):
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    told = review("search", "trust in county 20", "--json")

    assert "making it anew" in told.err
    assert [hit["passage_id"] for hit in told.json["hits"]] == first
    assert review("search", "trust", "--json").err == ""


def test_while_another_embedder_is_not_ready_the_former_one_answers(review: Call, tmp_path: Path) -> None:
    review("sync")
    first = found(review)

    settings(tmp_path, embedder="sentence-transformers:not-installed")
    told = review("search", "trust in county 20", "--json")

    assert "hash-128@1 answer until" in told.err
    assert [hit["passage_id"] for hit in told.json["hits"]] == first
    assert review("status", "--json").json["embedder"] == "hash-128@1"


class TestServer:
    def test_vectors_go_to_the_server_and_a_colleague_takes_them_from_there(self, review: Call, tmp_path: Path) -> None:
        (tmp_path / "server").mkdir()
        with chroma_run(tmp_path / "server") as url:
            settings(tmp_path, index=f"{url}/north-review")
            assert review("sync").code == 0
            first = found(review)
            told = review("status", "--json").json
            assert (told["index"], told["server"]) == (f"{url}/north-review", {"vectors": 30, "trouble": ""})
            assert "30 vectors" in review("status").out

            shutil.rmtree(tmp_path / "review" / ".realist")  # as a colleague begins
            assert review("sync").code == 0
            assert found(review) == first

            library(tmp_path / "library.json", 31)
            assert review("sync").code == 0
            assert review("status", "--json").json["server"]["vectors"] == 31
        assert not (tmp_path / "review" / ".realist" / "chroma").exists()
        assert found(review)[0] == first[0]  # the vectors are here too

    def test_tenant_and_database_come_from_the_environment(
        self, review: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "server").mkdir()
        with chroma_run(tmp_path / "server") as url:
            settings(tmp_path, index=url)
            monkeypatch.setenv("CHROMA_API_KEY", "ck-secret")
            monkeypatch.setenv("CHROMA_DATABASE", "nowhere")

            refused = review("sync")
            monkeypatch.setenv("CHROMA_DATABASE", "default_database")
            taken = review("sync")

        assert (refused.code, "CHROMA_DATABASE" in refused.err, "ck-secret" in refused.err) == (1, True, False)
        assert taken.code == 0, taken.err

    def test_a_server_that_is_away_is_an_error_with_what_to_do(self, review: Call, tmp_path: Path) -> None:
        settings(tmp_path, index="chroma+http://127.0.0.1:9")

        told = review("sync")

        assert told.code == 1
        assert "No Chroma server answers at http://127.0.0.1:9" in told.err
        assert "chroma run" in told.err
        assert len(found(review)) == 10  # words are there
        assert "nothing was sent" in review("status").out

    @pytest.mark.parametrize("index", ["chroma", "http://127.0.0.1:8000", "chroma+http://", "chroma+ftp://host"])
    def test_what_is_no_place_for_vectors_is_said(self, review: Call, tmp_path: Path, index: str) -> None:
        settings(tmp_path, index=index)

        told = review("sync")

        assert told.code == 1
        assert "chroma+http://host:8000" in told.err
