"""Embedders by name: what is opened, what is missing, and what a provider may do wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from tests.contracts.embedder import EmbedderContract
from zotero_bridge.errors import EmbedderFailed, MissingPart, UnknownEmbedder
from zotero_bridge.index.embed import open_embedder
from zotero_bridge.index.embed_hash import HashEmbedder
from zotero_bridge.index.embed_langchain import RemoteEmbedder
from zotero_bridge.index.embed_text import embedding_text
from zotero_bridge.ports import Embedder


class TestHashEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return HashEmbedder()


class TestRemoteEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        def documents(texts: list[str]) -> list[list[float]]:
            return [[1.0 + len(text), 2.0, -3.0] for text in texts]

        return RemoteEmbedder("there:model", documents, lambda text: documents([text])[0])


@pytest.mark.parametrize("name", ["", "minilm:", "none:x", "word2vec", "nobody:model", ":x"])
def test_a_name_that_means_nothing_is_misuse(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownEmbedder) as told:
        open_embedder(name, tmp_path)
    assert told.value.exit_code == 2


def test_none_is_words_alone(tmp_path: Path) -> None:
    assert open_embedder("none", tmp_path) is None


@pytest.mark.parametrize(
    ("name", "line"),
    [("cohere:embed-english", "pip install langchain-cohere"), ("mistralai:m", "pip install langchain-mistralai")],
)
def test_a_package_that_is_missing_is_named_with_the_line_to_type(name: str, line: str, tmp_path: Path) -> None:
    with pytest.raises(MissingPart) as told:
        open_embedder(name, tmp_path)
    assert told.value.hint == line


@pytest.mark.parametrize(
    "given", [[], [[1.0, 2.0]], [[float("nan"), 1.0], [1.0, 1.0]], [[0.0, 0.0], [1.0, 0.0]], [[], []], [1.0, 2.0]]
)
def test_what_are_not_two_vectors_is_not_taken(given: list[list[float]]) -> None:
    embedder = RemoteEmbedder("there:model", lambda _: given, lambda _: given[0])

    with pytest.raises(EmbedderFailed):
        embedder.embed_passages(["one", "two"])


def test_a_provider_that_changes_its_dimension_is_found_out() -> None:
    embedder = RemoteEmbedder("there:model", lambda t: [[1.0, 2.0, 3.0]] * len(t), lambda _: [1.0, 2.0])
    embedder.embed_passages(["one"])

    with pytest.raises(EmbedderFailed):
        embedder.embed_query("two")


@pytest.fixture
def provider() -> Iterator[ThreadingHTTPServer]:
    """A server of OpenAI's embeddings protocol; it fails on the word `overload`."""

    class Protocol(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
            status = 400 if any("overload" in text for text in asked) else 200
            vectors = [{"index": n, "object": "embedding", "embedding": [len(t), 1.0]} for n, t in enumerate(asked)]
            body = json.dumps({"object": "list", "model": "m", "data": vectors, "usage": {}}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Protocol)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_langchain_embedder_is_asked_in_plain_text_and_its_faults_are_told(
    provider: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{provider.server_port}/v1")
    embedder = open_embedder("openai:small:v1", tmp_path)
    assert embedder is not None

    assert embedder.id == "openai:small:v1@1"
    vectors = embedder.embed_passages(["a" * 3, "b" * 9] * 50)
    assert vectors.shape == (100, 2)
    assert vectors[0] == pytest.approx(np.array([3, 1]) / 10**0.5, abs=1e-3)
    assert embedder.dim == 2
    with pytest.raises(EmbedderFailed, match="openai:small:v1"):
        embedder.embed_passages(["overload"])


def test_a_provider_without_its_key_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(EmbedderFailed, match="OPENAI_API_KEY"):
        open_embedder("openai:small", tmp_path)


def test_the_title_goes_before_the_passage_and_nowhere_else() -> None:
    assert embedding_text("A  title\n of two lines", "Results", "The body.") == "A title of two lines\nThe body."
    assert embedding_text(" ", "Results", "The body.") == "The body."


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, assistant.retrieve, zotero_bridge.index.embed, zotero_bridge.index.minilm, "
        "zotero_bridge.index.vectors, zotero_bridge.index.words_tantivy\n"
        "heavy = ('chromadb', 'onnx', 'onnxruntime', 'langchain', 'tokenizers', 'tantivy')\n"
        "print([name for name in heavy if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
