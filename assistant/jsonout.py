"""
What `--json` prints: plain dictionaries with the keys that scripts rely on.

Keys are added, never renamed. Offsets count characters of the stored text (`realist show-text SOURCE_KEY`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.model import (
    CMOC,
    Answer,
    Citation,
    Claim,
    Element,
    Finding,
    Hit,
    Judgement,
    Provenance,
    Refusal,
    Role,
    Searched,
)

if TYPE_CHECKING:
    from assistant.matrix import Cell
    from zotero_bridge.model import Coverage, Failure, LibraryRef, Passage, SourceInfo
    from zotero_bridge.ports import PassageIndex

Json = dict[str, Any]


def citation(c: Citation) -> Json:
    return {
        "item_key": c.item_key,
        "source_key": c.source_key,
        "citekey": c.citekey,
        "quote": c.quote,
        "raw": c.raw,
        "start": c.start,
        "end": c.end,
        "text_sha256": c.text_sha256,
        "page_label": c.page_label,
        "page_index": c.page_index,
        "section": c.section,
        "section_kind": c.section_kind.value,
        "annotation_key": c.annotation_key,
        "uri": c.uri,
        "passage_id": c.passage_id,
    }


def claim(c: Claim) -> Json:
    return {
        "text": c.text,
        "section": c.section,
        "basis": c.basis.value,
        "role": c.role.value if c.role else None,
        "stance": c.stance.value,
        "voice": c.voice.value if c.voice else None,
        "located": c.located,
        "supported": c.supported,
        "support_reason": c.support_reason,
        "citations": [citation(one) for one in c.citations],
    }


def refusal(r: Refusal) -> Json:
    return {"text": r.text, "reason": r.reason, "section": r.section}


def searched(s: Searched) -> Json:
    return {"passages": s.passages, "documents": s.documents, "unread": s.unread, "asked": list(s.asked)}


def answer(a: Answer) -> Json:
    return {
        "question": a.question,
        "engine": a.provenance.engine,
        "found": a.found,
        "claims": [claim(c) for c in a.claims],
        "refused": [refusal(r) for r in a.refused],
        "searched": searched(a.searched),
    }


def element(e: Element) -> Json:
    return {
        "text": e.text,
        "basis": e.basis.value,
        "citation": citation(e.citation) if e.citation else None,
        "memo": e.memo,
    }


def cmoc(c: CMOC) -> Json:
    return {
        "id": c.id,
        "version": c.version,
        "title": c.title,
        "statement": c.statement,
        "status": c.status.value,
        "theory": c.theory,
        "author": c.author,
        "lineage": list(c.lineage),
        **{
            role.value: [element(e) for e in c.part(role)]
            for role in (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME)
        },
    }


def judgement(j: Judgement) -> Json:
    return {
        "cmoc": j.cmoc_id,
        "cmoc_version": j.cmoc_version,
        "part": j.part,
        "stance": j.stance.value,
        "reason": j.reason,
        "who": j.who,
        "time": j.time,
        "stale": j.stale,
        "citation": citation(j.citation),
    }


def cell(c: Cell) -> Json:
    return {
        "cmoc": c.cmoc.id,
        "cmoc_version": c.cmoc.version,
        "item_key": c.item.key,
        "title": c.item.title,
        "stance": c.stance,
        "stale": c.stale,
        "reason": c.reason,
        "quotes": [citation(q) for q in c.quotes],
    }


def provenance(p: Provenance) -> Json:
    return {
        "tool_version": p.tool_version,
        "engine": p.engine,
        "model_reported": p.model_reported,
        "query": p.query,
        "filters": {name: value for name, value in asdict(p.filters).items() if value},
        "prompt_sha256": dict(p.prompt_sha256),
        "parameters": dict(p.parameters),
        "index_id": p.index_id,
        "embedder_id": p.embedder_id,
        "library": p.library,
        "library_mark": p.library_mark,
        "passages_shown": list(p.passages_shown),
        "tokens_in": p.tokens_in,
        "tokens_out": p.tokens_out,
        "time": p.time,
    }


def finding(f: Finding) -> Json:
    return {"stance": f.stance.value, "part": f.part, "reason": f.reason, "citation": citation(f.citation)}


def hit(rank: int, found: Hit, index: PassageIndex, library: LibraryRef) -> Json:
    from zotero_bridge.links import source_uri

    passage = found.passage
    at = passage.locator
    item = index.item(passage.item_key)
    source = index.source(at.source_key)
    label = at.page_label + (f"–{at.page_label_end}" if at.page_label_end else "")
    return {
        "rank": rank,
        "score": round(found.score, 6),
        "passage_id": passage.id,
        "item_key": passage.item_key,
        "source_key": at.source_key,
        "source_kind": passage.source_kind.value,
        "title": item.title if item else (source.title if source else ""),
        "creators": [c.display for c in item.creators] if item else [],
        "year": item.year if item else None,
        "citekey": item.citekey if item else "",
        "text": passage.text,
        "start": at.start,
        "end": at.end,
        "text_sha256": at.text_sha256,
        "page_label": label,
        "page_index": at.page_index,
        "section": at.section,
        "section_kind": at.section_kind.value,
        "annotation_key": at.annotation_key,
        **_marks(passage, index, source),
        "uri": source_uri(library, source, page_index=at.page_index) if source else "",
        "tags": sorted({t.name for t in (*(item.tags if item else ()), *(source.tags if source else ()))}),
        "duplicates": found.duplicates,
    }


def _marks(passage: Passage, index: PassageIndex, source: SourceInfo | None) -> Json:
    """What an annotation marks, as a slice of its document's text; which annotations mark a passage."""
    from zotero_bridge.model import SourceKind

    at = passage.locator
    if passage.source_kind is SourceKind.ANNOTATION:
        parent = source.parent_key if source else ""
        slices = [(s, e) for key, s, e in index.marked(parent) if key == at.source_key]
        return {"marks": [{"source_key": parent, "start": s, "end": e} for s, e in slices]}
    return {"marked_by": [key for key, s, e in index.marked(at.source_key) if s < at.end and e > at.start]}


def failure(f: Failure) -> Json:
    return {"item_key": f.item_key, "source_key": f.source_key, "title": f.title, "reason": f.reason}


def coverage(c: Coverage) -> Json:
    return {
        "items": c.items,
        "sources": c.sources,
        "passages": c.passages,
        "failed": [failure(f) for f in c.failures],
        "embedder": c.embedder,
        "vectors": c.vectors,
        "library": c.library,
        "synced_at": c.synced_at,
        "by_kind": dict(c.by_kind),
    }
