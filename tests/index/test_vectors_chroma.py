"""Chroma: embedded under its lock, on a real server, and as a copy that is kept in step."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.chroma_server import chroma_run
from tests.contracts.vector_store import VectorStoreContract
from tests.index.test_vectors_flat import rows
from zotero_bridge.errors import IndexUnreachable
from zotero_bridge.index.embed_hash import HashEmbedder
from zotero_bridge.index.vectors import FLAT, OpenedBy, embedder_name, folder_of, open_vectors, serving, switch
from zotero_bridge.index.vectors_chroma import ChromaVectors, Credentials, collection_name, embedded, served
from zotero_bridge.index.vectors_copy import copy_embedded, copy_to_server, restore, take_from_server
from zotero_bridge.index.vectors_flat import FlatVectors
from zotero_bridge.ports import VectorStore

EMBEDDER = VectorStoreContract.EMBEDDER_ID


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_run(tmp_path_factory.mktemp("server")) as url:
        yield url


class TestEmbeddedChroma(VectorStoreContract):
    @pytest.fixture
    def vectors(self, tmp_path: Path) -> VectorStore:
        return embedded(tmp_path / "chroma", EMBEDDER)


class TestChromaServer(VectorStoreContract):
    @pytest.fixture
    def vectors(self, server: str, tmp_path: Path) -> VectorStore:
        return served(f"{server}/{tmp_path.name}", EMBEDDER)


class TestVectorsWithCopy(VectorStoreContract):
    @pytest.fixture
    def vectors(self, tmp_path: Path) -> VectorStore:
        class Named(HashEmbedder):
            @property
            def id(self) -> str:
                return EMBEDDER

        return OpenedBy(FLAT)(tmp_path / "vectors", Named(), writing=True)


def test_a_server_that_is_not_there_is_said_to_be_unreachable() -> None:
    with pytest.raises(IndexUnreachable, match="9"):
        served("chroma+http://127.0.0.1:9", EMBEDDER).ids()


def test_what_is_no_chroma_is_said_to_be_none() -> None:
    web = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        with pytest.raises(IndexUnreachable, match="no Chroma server"):
            served(f"chroma+http://127.0.0.1:{web.server_address[1]}", EMBEDDER).ids()
    finally:
        web.shutdown()
        web.server_close()


def test_a_database_that_is_not_there_is_said_with_where_to_name_another(server: str) -> None:
    with pytest.raises(IndexUnreachable) as told:
        served(f"{server}?tenant=nobody&database=nothing", EMBEDDER).ids()

    assert "CHROMA_TENANT" in told.value.hint


def test_a_token_and_headers_go_with_every_request() -> None:
    seen: list[dict[str, str]] = []

    class Gate(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            self.send_response(401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

    gate = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    threading.Thread(target=gate.serve_forever, daemon=True).start()
    credentials = Credentials(token="secret", headers={"X-Gate": "open"})
    try:
        with pytest.raises(IndexUnreachable) as told:
            served(f"chroma+http://127.0.0.1:{gate.server_address[1]}", EMBEDDER, credentials).ids()
    finally:
        gate.shutdown()
        gate.server_close()

    assert (seen[0]["x-chroma-token"], seen[0]["X-Gate"]) == ("secret", "open")
    assert "CHROMA_API_KEY" in told.value.hint
    assert "secret" not in str(told.value)


def test_the_hundred_nearest_are_nearly_all_found(tmp_path: Path) -> None:
    chroma, flat = embedded(tmp_path / "chroma", EMBEDDER), FlatVectors(tmp_path / "flat", EMBEDDER, writing=True)
    ids, matrix = [f"p{n}" for n in range(3_000)], rows(3_000, dim=64)
    chroma.add(ids, matrix)
    flat.add(ids, matrix)
    asked = rows(1, seed=3, dim=64)[0]

    near, exact = (dict(store.rank(asked, limit=100, among=None)) for store in (chroma, flat))

    assert len(near.keys() & exact.keys()) >= 97
    assert all(near[one] == pytest.approx(exact[one], abs=1e-4) for one in near.keys() & exact.keys())


class TestCopy:
    @pytest.fixture
    def flat(self, tmp_path: Path) -> FlatVectors:
        flat = FlatVectors(tmp_path / "flat", EMBEDDER, writing=True)
        flat.add([f"p{n}" for n in range(20)], rows(20))
        return flat

    def copied(self, flat: FlatVectors, tmp_path: Path) -> str:
        return copy_embedded(flat, tmp_path / "flat", tmp_path / "chroma")

    def test_it_holds_what_the_flat_file_holds_and_follows_it(self, flat: FlatVectors, tmp_path: Path) -> None:
        assert self.copied(flat, tmp_path) == ""
        flat.add(["p3", "new"], rows(2, seed=5))
        flat.remove(["p7"])

        assert self.copied(flat, tmp_path) == ""

        chroma = embedded(tmp_path / "chroma", EMBEDDER)
        assert chroma.ids() == flat.ids()
        assert chroma.scores(rows(2, seed=5)[0], ["p3"])["p3"] == pytest.approx(1.0, abs=1e-5)

    def test_where_nothing_changed_nothing_is_done(self, flat: FlatVectors, tmp_path: Path) -> None:
        self.copied(flat, tmp_path)
        before = {path: path.stat().st_mtime_ns for path in (tmp_path / "chroma").rglob("*")}

        assert self.copied(flat, tmp_path) == ""
        assert {path: path.stat().st_mtime_ns for path in (tmp_path / "chroma").rglob("*")} == before

    @pytest.mark.parametrize("keep", [0, 1000])
    def test_a_copy_cut_short_is_noticed_said_and_made_anew(self, flat: FlatVectors, tmp_path: Path, keep: int) -> None:
        self.copied(flat, tmp_path)
        database = tmp_path / "chroma" / "chroma.sqlite3"
        database.write_bytes(database.read_bytes()[:keep])

        told = self.copied(flat, tmp_path)

        assert "made anew" in told
        assert embedded(tmp_path / "chroma", EMBEDDER).ids() == flat.ids()

    def test_a_copy_damaged_where_its_size_does_not_show_it_is_made_anew(
        self, flat: FlatVectors, tmp_path: Path
    ) -> None:
        self.copied(flat, tmp_path)
        database = tmp_path / "chroma" / "chroma.sqlite3"
        database.write_bytes(os.urandom(database.stat().st_size))

        told = self.copied(flat, tmp_path)

        assert "made anew" in told
        assert embedded(tmp_path / "chroma", EMBEDDER).ids() == flat.ids()

    def test_a_copy_that_was_only_carried_elsewhere_is_left_as_it_is(self, flat: FlatVectors, tmp_path: Path) -> None:
        self.copied(flat, tmp_path)
        for path in (tmp_path / "chroma").rglob("*"):
            os.utime(path, (1, 1))

        assert self.copied(flat, tmp_path) == ""
        assert (tmp_path / "chroma" / "chroma.sqlite3").stat().st_mtime == 1

    def test_a_copy_that_is_gone_is_made_anew(self, flat: FlatVectors, tmp_path: Path) -> None:
        self.copied(flat, tmp_path)
        shutil.rmtree(tmp_path / "chroma")

        assert self.copied(flat, tmp_path) == ""
        assert embedded(tmp_path / "chroma", EMBEDDER).ids() == flat.ids()

    def test_a_copy_killed_half_way_is_completed(self, flat: FlatVectors, tmp_path: Path) -> None:
        flat.add([f"q{n}" for n in range(30_000)], rows(30_000, seed=8))
        child = subprocess.Popen(
            [sys.executable, "-m", "zotero_bridge.index.vectors_copy", "copy", str(tmp_path / "flat"), EMBEDDER,
             str(tmp_path / "chroma")]
        )  # fmt: skip
        while not (tmp_path / "chroma" / "chroma.sqlite3").exists() and child.poll() is None:
            time.sleep(0.01)
        time.sleep(0.3)
        child.kill() if os.name == "nt" else os.kill(child.pid, signal.SIGKILL)
        child.wait()
        flat.remove([f"q{n}" for n in range(29_000)])

        self.copied(flat, tmp_path)

        assert embedded(tmp_path / "chroma", EMBEDDER).ids() == flat.ids()

    def test_vectors_the_flat_file_lost_are_taken_from_the_copy(self, flat: FlatVectors, tmp_path: Path) -> None:
        self.copied(flat, tmp_path)
        shutil.rmtree(tmp_path / "flat")
        empty = FlatVectors(tmp_path / "flat", EMBEDDER, writing=True)

        assert restore(empty, ["p3", "p4", "never"], tmp_path / "chroma", lost=False) == {"p3", "p4"}

        assert empty.scores(rows(20)[3], ["p3"])["p3"] == pytest.approx(1.0, abs=1e-5)

    def test_a_copy_that_has_nothing_more_to_give_is_not_opened(self, flat: FlatVectors, tmp_path: Path) -> None:
        self.copied(flat, tmp_path)

        assert restore(flat, ["new"], tmp_path / "chroma", lost=False) == set()
        database = tmp_path / "chroma" / "chroma.sqlite3"
        database.write_bytes(database.read_bytes()[:1000])
        assert restore(flat, ["p3"], tmp_path / "chroma", lost=True) == set()

    def test_what_one_of_a_team_embedded_the_others_take(self, flat: FlatVectors, tmp_path: Path, server: str) -> None:
        url = f"{server}/{tmp_path.name}"
        copy_to_server(flat, served(url, EMBEDDER), tmp_path)
        other = FlatVectors(tmp_path / "other", EMBEDDER, writing=True)

        assert take_from_server(other, served(url, EMBEDDER), ["p4", "p5", "mine"]) == {"p4", "p5"}

        assert other.ids() == {"p4", "p5"}
        assert other.scores(rows(20)[4], ["p4"])["p4"] == pytest.approx(1.0, abs=1e-5)
        copy_to_server(other, served(url, EMBEDDER), tmp_path / "other")
        assert served(url, EMBEDDER).ids() == flat.ids()

    def test_a_server_that_lost_what_it_was_sent_is_sent_it_again(
        self, flat: FlatVectors, tmp_path: Path, server: str
    ) -> None:
        chroma = served(f"{server}/{tmp_path.name}", EMBEDDER)
        copy_to_server(flat, chroma, tmp_path)
        flat.add(["new"], rows(1, seed=4))
        copy_to_server(flat, chroma, tmp_path)
        assert chroma.ids() == flat.ids()
        chroma.remove(sorted(flat.ids())[:7])

        copy_to_server(flat, chroma, tmp_path)

        assert chroma.ids() == flat.ids()


USER = """
import sys
from pathlib import Path
import numpy as np
from zotero_bridge.index.vectors_chroma import embedded
chroma = embedded(Path(sys.argv[1]), "contract@1")
for n in range(6):
    if sys.argv[2] == "write":
        chroma.add([f"{sys.argv[3]}-{n}-{k}" for k in range(20)], np.random.rand(20, 8).astype("float32"))
    else:
        chroma.rank(np.ones(8, "float32"), limit=5, among=None)
"""


def test_two_writers_and_a_reader_at_once_destroy_nothing(tmp_path: Path) -> None:
    jobs = [("write", "a"), ("write", "b"), ("read", "r")]
    children = [
        subprocess.Popen([sys.executable, "-c", USER, str(tmp_path / "chroma"), *job], stderr=subprocess.PIPE)
        for job in jobs
    ]
    ends = [(child.communicate()[1].decode(errors="replace"), child.returncode) for child in children]

    assert [code for _, code in ends] == [0, 0, 0], ends
    chroma = embedded(tmp_path / "chroma", EMBEDDER)
    assert chroma.ids() == {f"{who}-{n}-{k}" for who in "ab" for n in range(6) for k in range(20)}
    assert len(chroma.rank(rows(1)[0], limit=240, among=None)) >= 235


class TestOpenVectors:
    def test_a_sync_leaves_a_copy_in_chroma_and_another_embedder_builds_beside(self, tmp_path: Path) -> None:
        class Other(HashEmbedder):
            @property
            def id(self) -> str:
                return "other:model@1"

        folder = tmp_path / "vectors"
        embedder = HashEmbedder()
        store = open_vectors(folder, embedder, writing=True)
        store.add(["p1"], embedder.embed_passages(["one"]))
        store.close()  # type: ignore[attr-defined]  # not of the port
        switch(folder, embedder.id)

        assert embedded(tmp_path / "chroma", embedder.id).ids() == {"p1"}
        assert open_vectors(folder, Other(), writing=False).ids() == set()
        assert serving(folder) == embedder.id
        newer = OpenedBy(FLAT)(folder, Other(), writing=True)
        newer.add(["p1"], Other().embed_passages(["one"]))
        assert open_vectors(folder, embedder, writing=False).ids() == {"p1"}

        switch(folder, Other().id)

        assert serving(folder) == "other:model@1"
        assert not folder_of(folder, embedder.id).exists()
        assert open_vectors(folder, Other(), writing=False).ids() == {"p1"}

    def test_a_server_that_went_away_costs_nothing_but_a_notice(self, tmp_path: Path) -> None:
        told: list[str] = []
        settings = OpenedBy("chroma+http://127.0.0.1:9", notify=told.append)
        store = settings(tmp_path / "vectors", HashEmbedder(), writing=True)
        store.add(["p1"], HashEmbedder().embed_passages(["one"]))

        store.close()  # type: ignore[attr-defined]  # not of the port

        assert "next sync" in told[-1]
        assert settings(tmp_path / "vectors", HashEmbedder(), writing=False).ids() == {"p1"}

    @pytest.mark.parametrize(
        ("embedder_id", "name"),
        [("minilm-l6-v2-int8@1", "minilm"), ("hash-128@1", "hash"), ("openai:small:v1@1", "openai:small:v1")],
    )  # fmt: skip
    def test_the_embedder_that_serves_can_be_opened_by_name(self, embedder_id: str, name: str) -> None:
        assert embedder_name(embedder_id) == name

    def test_a_collection_has_a_name_that_chroma_takes(self) -> None:
        assert collection_name("minilm-l6-v2-int8@1") == "realist-minilm-l6-v2-int8-1"
        assert collection_name("ollama:nomic/v1@1", "North review") == "North-review-ollama-nomic-v1-1"
        assert isinstance(embedded(Path("x"), "e@1"), ChromaVectors)
