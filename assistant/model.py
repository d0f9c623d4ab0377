"""
The values of the assistant: what is claimed, on which words it rests, and what a review decides.

Frozen throughout. A `Citation` is made by `assistant.ground` alone; whatever else carries words from a source is a
draft. `raw` is the exact slice of the stored text, `quote` the same words made readable (white space, line-end
hyphens, ligatures); nothing else ever differs between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from zotero_bridge.model import Filters, Passage, SectionKind


class Basis(StrEnum):
    """How a claim or an element stands to its source."""

    QUOTED = "quoted"
    PARAPHRASED = "paraphrased"
    INFERRED = "inferred"


class Role(StrEnum):
    """The parts of a configuration (Dalkin et al. 2015 split the mechanism), and for whom it holds."""

    CONTEXT = "context"
    RESOURCE = "resource"
    REASONING = "reasoning"
    OUTCOME = "outcome"
    ACTOR = "actor"


class Stance(StrEnum):
    """How an excerpt bears on a claim or CMOC. Silent is a result: searched, read, nothing said."""

    SUPPORTS = "supports"
    REFINES = "refines"
    EXTENDS = "extends"
    REFUTES = "refutes"
    SILENT = "silent"


class Voice(StrEnum):
    """Whose statement it is. An author's speculation is different evidence from a participant's words."""

    PARTICIPANT = "participant"
    AUTHOR = "author"
    CITED_WORK = "cited work"
    ASPIRATION = "aspiration"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Citation:
    """A proved quotation: `document.text[start:end] == raw`, on the page it names."""

    item_key: str
    source_key: str
    citekey: str
    quote: str
    raw: str
    start: int
    end: int
    text_sha256: str
    page_index: int | None  # 0-based, physical; None where the source has no pages
    page_label: str  # what is printed on the page; "12–13" where the quotation runs over a page break
    section: str
    section_kind: SectionKind
    annotation_key: str
    uri: str  # opens the place in Zotero, or the file
    passage_id: str = ""


@dataclass(frozen=True, slots=True)
class DraftQuote:
    """Words an engine says stand in a passage. Nothing is believed until `ground` has found them."""

    passage_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """What an engine proposes. `section` is the heading it belongs under."""

    text: str
    quotes: tuple[DraftQuote, ...]
    section: str = ""
    basis: Basis = Basis.QUOTED
    role: Role | None = None  # None: not tied to one part
    stance: Stance = Stance.SUPPORTS
    voice: Voice | None = None  # None: not told


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with its proof. `located` is a fact about the words; `supported` a judgement, None if none was made."""

    text: str
    section: str
    basis: Basis
    citations: tuple[Citation, ...]
    role: Role | None = None
    stance: Stance = Stance.SUPPORTS
    voice: Voice | None = None
    supported: bool | None = None
    support_reason: str = ""

    @property
    def located(self) -> bool:
        return bool(self.citations)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A drafted sentence that was not let through, and why."""

    text: str
    reason: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. `score` orders hits of one query and says nothing about strength of evidence."""

    passage: Passage
    score: float
    words: float = 0.0
    meaning: float = 0.0
    duplicates: int = 0  # near-duplicates collapsed into this hit


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked through: passages and documents within the filters, and sources that could not be read."""

    passages: int
    documents: int
    unread: int
    asked: tuple[str, ...] = ()  # the question as it was searched, and what was asked for beside it


@dataclass(frozen=True, slots=True)
class Provenance:
    """Enough to say how an answer came about, and to ask again."""

    tool_version: str
    engine: str  # "extractive", or LangChain's provider:model
    query: str
    filters: Filters = field(default_factory=Filters)
    prompt_sha256: Mapping[str, str] = field(default_factory=dict)  # prompt name -> hash; empty without a model
    parameters: Mapping[str, str] = field(default_factory=dict)
    model_reported: str = ""  # name and version as the provider reports them
    index_id: str = ""
    embedder_id: str = ""
    library: str = ""
    library_mark: str = ""
    passages_shown: tuple[str, ...] = ()  # "passage_id:text_sha256"
    tokens_in: int = 0
    tokens_out: int = 0
    time: str = ""  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    claims: tuple[Claim, ...]
    refused: tuple[Refusal, ...]
    searched: Searched
    provenance: Provenance

    @property
    def found(self) -> bool:
        return bool(self.claims)


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a configuration. An inferred element has no citation and needs a memo."""

    text: str
    basis: Literal[Basis.QUOTED, Basis.INFERRED]
    citation: Citation | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True)
class DraftElement:
    role: Role
    quote: DraftQuote


@dataclass(frozen=True, slots=True)
class DraftCandidate:
    """A candidate configuration as an extractor proposes it: spans only, empty where the text has none."""

    elements: tuple[DraftElement, ...]
    title: str = ""
    limits: bool = False  # the passage contradicts or limits rather than supports


class CmocStatus(StrEnum):
    CANDIDATE = "candidate"
    ACTIVE = "active"
    MERGED = "merged"
    SPLIT = "split"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class CMOC:
    """A context–mechanism–outcome configuration, one version of it. Empty elements are left empty."""

    id: str
    version: int
    title: str
    statement: str
    context: tuple[Element, ...] = ()
    resource: tuple[Element, ...] = ()
    reasoning: tuple[Element, ...] = ()
    outcome: tuple[Element, ...] = ()
    status: CmocStatus = CmocStatus.CANDIDATE
    theory: str = ""  # programme theory it belongs to; "" where none yet
    lineage: tuple[str, ...] = ()  # "split from C3", "merged into C1"
    author: str = ""  # a person, or the engine's name for candidates

    def part(self, role: Role) -> tuple[Element, ...]:
        return {
            Role.CONTEXT: self.context,
            Role.RESOURCE: self.resource,
            Role.REASONING: self.reasoning,
            Role.OUTCOME: self.outcome,
        }.get(role, ())


@dataclass(frozen=True, slots=True)
class Finding:
    """What the machine proposes about an excerpt and a CMOC. It becomes a Judgement only when a person says so."""

    stance: Stance
    part: str  # context, resource, reasoning, outcome, context→mechanism, mechanism→outcome, whole
    reason: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Judgement:
    """The core record of a review: what a reviewer holds an excerpt to say about one version of a CMOC."""

    cmoc_id: str
    cmoc_version: int
    part: str
    stance: Stance
    reason: str
    citation: Citation
    who: str
    time: str
    stale: bool = False  # the CMOC has changed since
