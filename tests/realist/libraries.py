"""
Two libraries whose evidence is known: the sample, and nine short documents from six other fields.

`Shelf.rate` tells how much of an answer lies in evidence and on which topics, so that tests and trials read the same
figure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import zotero_bridge.sample
from assistant.answer import Drafted, Reading, ask, draft
from assistant.engines.extractive import Extractive
from assistant.ground import Grounder
from assistant.model import CMOC, Answer, Citation, Stance
from zotero_bridge.extract.formats import read
from zotero_bridge.fold import find, fold
from zotero_bridge.index import Index, Parts
from zotero_bridge.model import Attachment, DocumentText, Filters, Item
from zotero_bridge.ports import LibrarySource
from zotero_bridge.sources.memory import MemoryLibrary
from zotero_bridge.sources.sample import open_sample
from zotero_bridge.sync import sync

SECOND = Path(__file__).parent / "data" / "second_library.txt"
HELD = 0.5  # of a quotation's characters that must lie in evidence
_MARK = re.compile(r"\{(?P<stance>supports|refines|refutes): (?P<text>[^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Evidence:
    source_key: str
    quote: str
    topics: tuple[str, ...]
    stance: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Rating:
    """How an answer stands to the evidence that was planted."""

    claims: int
    held: int
    on_topic: int
    topics: frozenset[str]
    stances: frozenset[str]
    sources: int

    @property
    def share(self) -> float:
        return self.held / self.claims if self.claims else 0.0


class InProcess:
    """A TextExtractor without a worker."""

    def extract(self, path: Path, *, source_key: str, content_type: str) -> DocumentText:
        return read(path, source_key=source_key, content_type=content_type)


@dataclass(frozen=True, slots=True)
class Shelf:
    """An open library with its evidence and an engine."""

    reading: Reading
    engine: Extractive
    evidence: tuple[Evidence, ...]

    def ask(self, question: str) -> Answer:
        return ask(question, self.reading, self.engine, filters=Filters())[0]

    def draft(self, question: str) -> Drafted:
        return draft(question, self.reading, self.engine, filters=Filters())

    def behind(self, citation: Citation) -> list[Evidence]:
        """The evidence in which most of a quotation stands."""
        found = [e for e in self.evidence if e.source_key == citation.source_key]
        shared = [(max(0, min(e.end, citation.end) - max(e.start, citation.start)), e) for e in found]
        total = sum(n for n, _ in shared)
        return [e for n, e in shared if n] if total >= HELD * (citation.end - citation.start) else []

    def rate(self, answer: Answer, topic: str = "") -> Rating:
        behind = [self.behind(claim.citations[0]) for claim in answer.claims]
        return Rating(
            claims=len(answer.claims),
            held=sum(map(bool, behind)),
            on_topic=sum(any(topic in e.topics for e in held) for held in behind),
            topics=frozenset(t for held in behind for e in held for t in e.topics),
            stances=frozenset(e.stance for held in behind for e in held),
            sources=len({claim.citations[0].source_key for claim in answer.claims}),
        )

    def rate_draft(self, drafted: Drafted) -> Rating:
        held = [[e for c in citations(one) for e in self.behind(c)] for one in drafted.candidates]
        return Rating(
            claims=len(held),
            held=sum(map(bool, held)),
            on_topic=0,
            topics=frozenset(t for found in held for e in found for t in e.topics),
            stances=frozenset(e.stance for found in held for e in found),
            sources=len({c.source_key for one in drafted.candidates for c in citations(one)}),
        )


def citations(cmoc: CMOC) -> list[Citation]:
    elements = (*cmoc.context, *cmoc.resource, *cmoc.reasoning, *cmoc.outcome)
    return [e.citation for e in elements if e.citation is not None]


def limiting(answer: Answer) -> int:
    return sum(claim.stance is not Stance.SUPPORTS for claim in answer.claims)


@contextmanager
def sample_shelf(folder: Path, parts: Parts | None = None) -> Iterator[Shelf]:
    key = json.loads((Path(zotero_bridge.sample.__file__).parent / "answer_key.json").read_text(encoding="utf-8"))
    evidence = [
        Evidence(e["source_key"], e["quote"], tuple(e["theories"]), e["stance"])
        for document in key["documents"]
        for e in document["evidence"]
    ]
    with _open(open_sample(), folder, evidence, parts) as shelf:
        yield shelf


@contextmanager
def second_shelf(folder: Path, parts: Parts | None = None) -> Iterator[Shelf]:
    library = MemoryLibrary()
    evidence: list[Evidence] = []
    for document in re.split(r"^= ", SECOND.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, body = document.partition("\n")
        name, field, title = (part.strip() for part in head.split("|"))
        evidence += [Evidence(f"{name}F", m["text"], (field,), m["stance"]) for m in _MARK.finditer(body)]
        path = folder / "files" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        plain = re.sub(r"^- ", "## ", _MARK.sub(r"\g<text>", body), flags=re.MULTILINE)
        path.write_text(f"# {title}\n\n{plain}", encoding="utf-8")
        library.put(Item(name, title, year=2020))
        library.put_file(Attachment(f"{name}F", name, title="Full text", content_type="text/markdown"), path)
    with _open(library, folder, evidence, parts) as shelf:
        yield shelf


@contextmanager
def _open(library: LibrarySource, folder: Path, evidence: Sequence[Evidence], parts: Parts | None) -> Iterator[Shelf]:
    parts = parts or Parts()
    sync(library, folder / ".realist", InProcess(), parts=parts)
    with Index.open(folder / ".realist", parts) as index:
        located = tuple(_located(evidence, index))
        reading = Reading(index=index, library=library.ref, grounder=Grounder(index, library.ref))
        yield Shelf(reading, Extractive(), located)


def _located(evidence: Sequence[Evidence], index: Index) -> Iterator[Evidence]:
    """Each with its place; what stands in a source that could not be read is left out."""
    texts = {s.key: fold(index.document(s.key).text) for s in index.sources()}
    for one in evidence:
        match = next(find(one.quote, texts[one.source_key]), None) if one.source_key in texts else None
        if match is not None:
            yield replace(one, start=match.start, end=match.end)
