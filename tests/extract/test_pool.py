"""Worker processes: what a hostile file does to one of them stays there."""

from __future__ import annotations

import io
import random
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.extract.press import article
from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract import Extractor, Job
from zotero_bridge.extract.worker import decoded, encoded, receive, send
from zotero_bridge.model import DocumentText, Section, SectionKind


def write(tmp_path: Path, name: str, content: str) -> Path:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_worker_reads_as_this_process_does(tmp_path: Path) -> None:
    from zotero_bridge.extract.formats import read

    path = tmp_path / "paper.pdf"
    path.write_bytes(article(1, pages=2)[0])

    with Extractor(workers=1) as extractor:
        there = extractor.extract(path, source_key="K", content_type="application/pdf")

    assert there == read(path, source_key="K", content_type="application/pdf")


def test_many_files_are_read_and_each_failure_is_its_own(tmp_path: Path) -> None:
    good = [Job(write(tmp_path, f"{i}.txt", f"Text number {i}."), f"K{i}") for i in range(12)]
    bad = [Job(tmp_path / "missing.txt", "GONE"), Job(write(tmp_path, "empty.txt", ""), "EMPTY")]

    with Extractor(workers=2) as extractor:
        results = {job.source_key: result for job, result in extractor.extract_many([*good, *bad])}

    assert {k: r.text for k, r in results.items() if isinstance(r, DocumentText)} == {
        f"K{i}": f"Text number {i}." for i in range(12)
    }
    assert isinstance(results["GONE"], SourceUnreadable)
    assert "empty" in str(results["EMPTY"])


def test_jobs_are_taken_only_as_they_are_needed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Text.")
    taken: list[int] = []

    def jobs() -> object:
        for i in range(50):
            taken.append(i)
            yield Job(path, str(i))

    with Extractor(workers=1) as extractor:
        stream = extractor.extract_many(jobs())  # type: ignore[arg-type]  # a generator of jobs
        next(stream)
        stream.close()  # type: ignore[attr-defined]  # extract_many is a generator

    assert len(taken) <= 4


def test_a_file_that_takes_too_long_fails_alone(tmp_path: Path) -> None:
    slow = tmp_path / "slow.pdf"
    slow.write_bytes(article(2, pages=40)[0])
    quick = write(tmp_path, "quick.txt", "Read at once.")

    hurried = Extractor(workers=1, seconds=0.02)
    with hurried, pytest.raises(SourceUnreadable, match=r"longer than 0\.02 seconds"):
        hurried.extract(slow, source_key="SLOW", content_type="")
    with Extractor(workers=1) as extractor:
        assert extractor.extract(quick, source_key="QUICK", content_type="").text == "Read at once."


def test_a_file_that_needs_too_much_memory_fails_alone(tmp_path: Path) -> None:
    heavy = tmp_path / "heavy.txt"
    heavy.write_bytes(b"word and more words. " * 4_000_000)
    light = write(tmp_path, "light.txt", "Read with ease.")

    with Extractor(workers=1, megabytes=60) as extractor:
        with pytest.raises(SourceUnreadable, match="memory"):
            extractor.extract(heavy, source_key="HEAVY", content_type="")
        assert extractor.extract(light, source_key="LIGHT", content_type="").text == "Read with ease."


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    import psutil

    path = write(tmp_path, "a.txt", "Read again.")
    with Extractor(workers=1) as extractor:
        extractor.extract(path, source_key="A", content_type="")
        for child in psutil.Process().children():
            if "extract.worker" in " ".join(child.cmdline()):
                child.kill()
        results = []
        for _ in range(2):
            try:
                results.append(extractor.extract(path, source_key="A", content_type="").text)
            except SourceUnreadable as error:
                results.append(str(error))

    assert results[-1] == "Read again."


def test_closing_ends_every_worker_even_a_busy_one(tmp_path: Path) -> None:
    import psutil

    slow = tmp_path / "slow.pdf"
    slow.write_bytes(article(2, pages=60)[0])
    extractor = Extractor(workers=1)
    failures: list[SourceUnreadable] = []

    def run() -> None:
        try:
            for _ in range(50):
                extractor.extract(slow, source_key="S", content_type="")
        except (SourceUnreadable, RuntimeError) as error:
            failures.append(SourceUnreadable(str(error)))

    thread = threading.Thread(target=run)
    thread.start()
    while not any("extract.worker" in " ".join(c.cmdline()) for c in psutil.Process().children()):
        time.sleep(0.01)
    extractor.close()
    thread.join(timeout=20)

    assert not thread.is_alive()
    assert failures
    assert not [c for c in psutil.Process().children() if "extract.worker" in " ".join(c.cmdline())]


def test_a_worker_loads_nothing_heavy(tmp_path: Path) -> None:
    import subprocess

    path = tmp_path / "a.pdf"
    path.write_bytes(article(1, pages=1)[0])
    code = (
        "import sys; from zotero_bridge.extract.formats import read; from pathlib import Path; "
        f"read(Path({str(path)!r}), source_key='k', content_type=''); "
        "print([m for m in ('numpy', 'chromadb', 'langchain', 'onnxruntime', 'docx', 'bs4') if m in sys.modules])"
    )

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "[]"


def test_messages_come_through_whole() -> None:
    document = DocumentText(
        "K",
        "Trüst\u00ad 𝒳\n\nab",
        (0, 6),
        ("i", ""),
        (Section(0, 11, SectionKind.RESULTS, "H"),),
        "x@1",
        ((1, 2, 0),),
        ("n",),
    )
    pipe = io.BytesIO()

    send(pipe, encoded(document))
    pipe.seek(0)
    message = receive(pipe)

    assert message is not None and decoded(message) == document
    assert receive(pipe) is None
    assert receive(io.BytesIO(pipe.getvalue()[:-1])) is None


def test_damaged_pdfs_end_in_a_text_or_a_reason(tmp_path: Path) -> None:
    whole = article(3, pages=2)[0]
    rng = random.Random(7)
    variants = [whole[: len(whole) * tenth // 10] for tenth in range(10)]
    for _ in range(20):
        damaged = bytearray(whole)
        for _ in range(rng.randint(1, 60)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        variants.append(bytes(damaged))
    jobs = []
    for index, raw in enumerate(variants):
        path = tmp_path / f"{index}.pdf"
        path.write_bytes(raw)
        jobs.append(Job(path, str(index), "application/pdf"))

    with Extractor(workers=2, seconds=20) as extractor:
        results = list(extractor.extract_many(jobs))

    assert len(results) == len(jobs)
    assert all(isinstance(r, DocumentText) or str(r) for _, r in results)
    assert any(isinstance(r, DocumentText) for _, r in results)
