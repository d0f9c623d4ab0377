"""
The main job's figures: cold starts, the sample sync split into its stages, an unchanged sync, answers cold and warm.

Each command runs as a whole process; the median of several is printed with its aim.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

QUESTION = "How does leadership in integrated care systems work, for whom, and in what circumstances?"
REALIST = [sys.executable, "-m", "assistant"]


def main() -> None:
    _print("realist --help, cold", _median([*REALIST, "--help"], times=7), "aim 0.25 s")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "review"
        _run([*REALIST, "init", str(folder), "--library", "sample"])
        sync = [*REALIST, "-C", str(folder), "sync", "--json"]
        begun = time.perf_counter()
        report = json.loads(_run(sync))
        spent = time.perf_counter() - begun
        _print("sample sync, whole process", spent, f"{report['passages'] / spent:.0f} passages/s")
        for stage, seconds in report["seconds"].items():
            _print(f"  {stage}", seconds, "")
        _print("sync with nothing changed", _median(sync, times=5), "aim 1 s")
        ask = [*REALIST, "-C", str(folder), "ask", QUESTION, "--json"]
        _print("ask, cold", _median(ask, times=5), "aim 2.5 s")
        _warm_ask(folder)
        _peak(ask)
        _sizes(folder)
        _extraction()


def _warm_ask(folder: Path) -> None:
    from assistant.answer import ask
    from assistant.config import load_review
    from assistant.wiring import open_engine, open_reading
    from zotero_bridge.model import Filters

    review = load_review(folder)
    with open_reading(review) as reading:
        engine = open_engine(review, "none")
        times = []
        for _ in range(8):
            begun = time.perf_counter()
            ask(QUESTION, reading, engine, filters=Filters())
            times.append(time.perf_counter() - begun)
    _print("ask, warm", statistics.median(times[1:]), "aim 0.2 s")


def _peak(command: list[str]) -> None:
    import psutil

    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, process.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.01)
    print(f"{'ask, peak memory':<34}{peak / 2**20:>9.0f} MB")


def _sizes(folder: Path) -> None:
    site = Path(os.__file__).parent / "site-packages"
    installed = Path(sys.prefix) / "lib"
    print(f"{'installed environment':<34}{_size(installed if installed.exists() else site) / 2**20:>9.0f} MB")
    print(f"{'index of the sample':<34}{_size(folder / '.realist') / 2**20:>9.1f} MB")


def _extraction() -> None:
    """Our extraction beside bare pypdfium2 text of the same pages, in one run: in this process, and by the workers."""
    import gc

    from zotero_bridge.extract.formats import read
    from zotero_bridge.extract.pool import Extractor, Job
    from zotero_bridge.sample import LIBRARY_JSON

    paths = [p for p in sorted(LIBRARY_JSON.parent.rglob("*.pdf")) if "scan" not in p.name.lower()]
    bare, here, there = [], [], []
    with Extractor() as extractor:
        for _ in range(5):
            bare.append(_spent(lambda: [_bare(path) for path in paths]))
            gc.disable()  # as a worker does while it reads
            here.append(_spent(lambda: [read(path, source_key="K", content_type="") for path in paths]))
            gc.enable()
            there.append(_spent(lambda: list(extractor.extract_many([Job(path, path.name) for path in paths]))))
    usual = statistics.median(bare)
    for name, times in (("in one process", here), (f"by {extractor.workers} workers", there)):
        spent = statistics.median(times[1:])
        _print(f"extraction, {name}", spent, f"{spent / usual:.2f} x bare pypdfium2 (aim 1.3)")


def _bare(path: Path) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    for page in pdf:
        page.get_textpage().get_text_bounded()
    pdf.close()


def _spent(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _median(command: list[str], *, times: int) -> float:
    spent = []
    for _ in range(times + 1):
        begun = time.perf_counter()
        _run(command)
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent[1:])


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def _print(name: str, seconds: float, beside: str) -> None:
    print(f"{name:<34}{seconds:>9.3f} s   {beside}")


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


if __name__ == "__main__":
    main()
