"""
Retrieval's figures: embedding beside bare onnxruntime, latency and disk at growing sizes, quality on a BEIR-format set.

Synthetic passages measure time and never quality: their words follow Zipf's law and their vectors are random. Quality
is computed by ir-measures on the folder given with --data (corpus.jsonl, queries.jsonl, qrels/test.tsv), through the
whole product: library, sync, index, retrieve.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.made_up import MadeUpVectors, made_up_passages, made_up_words
from zotero_bridge.model import Filters, Item, Tag

if TYPE_CHECKING:
    from zotero_bridge.index import Index
    from zotero_bridge.ports import Embedder

SIZES = (10_000, 50_000, 200_000)
SHARES = {"5 %": 0.05, "44 %": 0.44}
LATENCY_AIM, OPENING_AIM, EMBEDDING_AIM = 60.0, 0.5, 0.9  # ms p95 at 200,000; s; of bare onnxruntime
QUESTIONS = 40


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--data", type=Path, help="a BEIR-format folder")
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    arguments = parser.parse_args()
    if arguments.data:
        quality(arguments.data)
        return 0
    embedder = _minilm()
    if embedder is None:
        print("The model is not installed: no embedding is measured, and questions have made-up vectors.")
    else:
        embedding()
    for size in arguments.sizes:
        latency(size, embedder)
    return 0


def embedding(texts: int = 256) -> None:
    """The embedder, and the same word pieces given to onnxruntime directly on as many threads."""
    import os

    from safetensors.numpy import load_file

    from zotero_bridge.index.minilm import CLS, SEP, THREADS_MOST, MiniLM
    from zotero_bridge.index.minilm_graph import build_graph
    from zotero_bridge.index.minilm_run import open_session
    from zotero_bridge.index.model_store import StoredModel, installed, load_model

    sample = [one for one, _ in zip(made_up_passages(seed=1, ordinary=True), range(texts), strict=False)]
    threads = min(os.cpu_count() or 1, THREADS_MOST)
    with tempfile.TemporaryDirectory() as cache:
        int8 = load_model(Path(cache))
    models = {"int8": int8}
    official = installed()
    if official is not None:
        graph = build_graph(load_file(official.weights), quantized=False)
        models["fp32"] = StoredModel(graph, int8.tokenizer, int8.exact_kernels)
    for name, stored in models.items():
        embedder = MiniLM(stored)
        pieces = [[CLS, *one.ids, SEP] for one in embedder.tokenizer.encode_batch(sample, add_special_tokens=False)]
        session = open_session(stored.graph, exact_kernels=stored.exact_kernels)
        batches = [np.array([ids], np.int64) for ids in pieces]

        def bare(session: object = session, batches: list[object] = batches) -> None:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(lambda ids: session.run(None, {"input_ids": ids}), batches))  # type: ignore[attr-defined]

        embedder.embed_passages(sample[:16])
        ours = _best(lambda embedder=embedder: embedder.embed_passages(sample))
        theirs = _best(bare)
        questions = iter(range(100))  # a question asked again is remembered
        asked = _median(
            lambda embedder=embedder, n=questions: embedder.embed_query(
                f"How do {next(n)} weekly meetings build trust?"
            )
        )
        print(
            f"embedding {name:<5} {texts / ours:7.1f} passages/s, mean {statistics.mean(map(len, pieces)):.0f} pieces; "
            f"bare onnxruntime {texts / theirs:.1f}; ratio {theirs / ours:.2f} (aim {EMBEDDING_AIM}); "
            f"a question {1000 * asked:.1f} ms"
        )


def latency(size: int, embedder: Embedder | None) -> None:
    """Building, opening, asking; made-up vectors, real words index, real catalogue."""
    from assistant.retrieve import retrieve
    from zotero_bridge.index import Index

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch) / ".realist"
        parts = _parts(MadeUpVectors(embedder))
        begun = time.perf_counter()
        passages = _build(folder, size, parts)
        built = time.perf_counter() - begun
        disk = {one.name: _size(one) / passages for one in sorted(folder.iterdir())}
        sizes = ", ".join(f"{name} {per / 1024:.2f}" for name, per in disk.items() if per >= 10)
        print(f"\n{passages:,} passages: built in {built:.0f} s; MB per 1,000 passages: {sizes}")
        begun = time.perf_counter()
        with Index.open(folder, parts) as index:
            retrieve(index, "first question", limit=10, filters=Filters())
            print(f"  opened and first answered in {time.perf_counter() - begun:.2f} s (aim {OPENING_AIM} to open)")
            questions = [" ".join(made_up_words(16, seed=n)) for n in range(QUESTIONS)]
            for name, filters in {"all": Filters(), **{n: Filters(tags=(n,)) for n in SHARES}}.items():
                begun = time.perf_counter()
                retrieve(index, questions[0], limit=10, filters=filters)
                first = 1000 * (time.perf_counter() - begun)
                times = [_timed(lambda q=q, f=filters: retrieve(index, q, limit=10, filters=f)) for q in questions]
                words = [_timed(lambda q=q, f=filters: index.rank_words(q, limit=100, filters=f)) for q in questions]
                near = [_timed(lambda q=q, f=filters: index.rank_meaning(q, limit=100, filters=f)) for q in questions]
                print(
                    f"  {name:<5} question of 16 words: p50 {_at(times, 50):.1f} ms, p95 {_at(times, 95):.1f} ms "
                    f"(aim {LATENCY_AIM:.0f} at 200,000); first {first:.0f}; words p50 {_at(words, 50):.1f}, "
                    f"meaning p50 {_at(near, 50):.1f}"
                )


def quality(data: Path) -> None:
    import ir_measures
    from ir_measures import R, nDCG

    from assistant.retrieve import retrieve
    from zotero_bridge.index import Index

    with (data / "queries.jsonl").open(encoding="utf-8") as file:
        queries = {one["_id"]: one["text"] for one in map(json.loads, file)}
    with (data / "qrels" / "test.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    judged = [ir_measures.Qrel(q, d, int(rel)) for q, d, rel in rows[1:]]
    wanted = [q for q in queries if q in {one.query_id for one in judged}]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch) / ".realist"
        with (data / "corpus.jsonl").open(encoding="utf-8") as file:
            documents = [json.loads(line) for line in file]
        names = {f"D{n:07}": one["_id"] for n, one in enumerate(documents)}
        items = [
            Item(key, one.get("title", ""), abstract=one["text"]) for key, one in zip(names, documents, strict=True)
        ]
        parts = _parts(_minilm())
        _sync(folder, items, parts)
        with Index.open(folder, parts) as mixed, Index.open(folder, _parts(None)) as words:

            def product(index: Index) -> Callable[[str], list[tuple[str, float]]]:
                def ask(query: str) -> list[tuple[str, float]]:
                    hits = retrieve(index, _plain(query), limit=200, filters=Filters(), spread=False)
                    return [(h.passage.item_key, h.score) for h in hits]

                return ask

            def meaning(query: str) -> list[tuple[str, float]]:
                ranked = mixed.rank_meaning(query, limit=200, filters=Filters())
                held = {p.id: p.item_key for p in mixed.passages([i for i, _ in ranked])}
                return [(held[i], score) for i, score in ranked if i in held]

            for name, ask in (("words", product(words)), ("meaning", meaning), ("mixed", product(mixed))):
                run = [one for q in wanted for one in _documents(q, ask(queries[q]), names)]
                found = ir_measures.calc_aggregate([nDCG @ 10, R @ 100], judged, run)
                print(f"{name:<8} nDCG@10 {found[nDCG @ 10]:.3f}  recall@100 {found[R @ 100]:.3f}  n={len(wanted)}")


def _documents(query: str, passages: list[tuple[str, float]], names: dict[str, str]) -> Iterator[object]:
    """Each document once, at its best passage's place."""
    import ir_measures

    best = list(dict.fromkeys(key for key, _ in passages))[:100]
    for rank, key in enumerate(best):
        yield ir_measures.ScoredDoc(query, names[key], 1.0 / (1 + rank))


def _plain(query: str) -> str:
    """A judged question asks for no phrases and excludes nothing, whatever marks it holds."""
    from assistant.retrieve import plain

    return plain(query)


def _minilm() -> Embedder | None:
    from zotero_bridge.errors import MissingPart
    from zotero_bridge.index.minilm import open_minilm

    with tempfile.TemporaryDirectory() as cache:
        try:
            return open_minilm(Path(cache))
        except MissingPart:
            return None


def _parts(embedder: object) -> object:
    from zotero_bridge.index import Parts
    from zotero_bridge.index.vectors import OpenedBy
    from zotero_bridge.index.words_tantivy import TantivyWords

    return Parts(words=TantivyWords, vectors=OpenedBy("flat") if embedder else None, embedder=embedder)  # type: ignore[arg-type]


def _build(folder: Path, size: int, parts: object) -> int:
    random = np.random.default_rng(3)
    tagged = {name: random.random(size) < share for name, share in SHARES.items()}
    texts = made_up_passages(seed=2)
    items = [
        Item(
            f"D{n:07}",
            " ".join(made_up_words(8, seed=n)),
            abstract=next(texts),
            year=1990 + n % 35,
            tags=tuple(Tag(name) for name, marked in tagged.items() if marked[n]),
        )
        for n in range(size)
    ]
    _sync(folder, items, parts)
    return size


def _sync(folder: Path, items: list[Item], parts: object) -> None:
    from zotero_bridge.extract import Extractor
    from zotero_bridge.sources.memory import MemoryLibrary
    from zotero_bridge.sync import sync

    begun = time.perf_counter()
    with Extractor() as extractor:
        report = sync(MemoryLibrary(items), folder, extractor, parts=parts)  # type: ignore[arg-type]
    stages = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in report.timings.items())
    print(f"  {report.passages:,} passages in {time.perf_counter() - begun:.1f} s: {stages}", flush=True)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def _best(work: Callable[[], object], times: int = 3) -> float:
    return min(_timed(work) for _ in range(times)) / 1000


def _median(work: Callable[[], object], times: int = 30) -> float:
    return statistics.median(_timed(work) for _ in range(times)) / 1000


def _at(times: list[float], percent: int) -> float:
    return float(np.percentile(times, percent))


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)


if __name__ == "__main__":
    sys.exit(main())
