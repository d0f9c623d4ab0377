"""
A question becomes an answer: retrieve, draft, ground, check, and say what was refused and what was searched.

The same few steps whatever the engine; nothing an engine says is shown without a citation made by `ground`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.checked import checked, lost_sense
from assistant.cmoc import PARTS, assemble
from assistant.gather import ASKED_BESIDE, gather
from assistant.ground import Grounder, Refused
from assistant.model import CMOC, Answer, Claim, DraftClaim, Finding, Hit, Provenance, Refusal, Searched
from assistant.ports import Engine, FindingDraft, TalkingEngine, Told
from assistant.provenance import provenance_of
from assistant.retrieve import retrieve
from assistant.warned import warnings
from zotero_bridge.model import Filters, LibraryRef
from zotero_bridge.ports import PassageIndex

PASSAGES_READ = 60  # an engine reads this many of the best passages; spread over documents


@dataclass(frozen=True, slots=True)
class Reading:
    """An open review as the questions need it."""

    index: PassageIndex
    library: LibraryRef
    grounder: Grounder


@dataclass(frozen=True, slots=True)
class Drafted:
    """Candidate configurations, and how many passages held none."""

    candidates: tuple[CMOC, ...]
    abstained: int
    refused: tuple[Refusal, ...]
    searched: Searched
    provenance: Provenance
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tested:
    """What bears on a configuration, and what was searched to find it."""

    findings: tuple[Finding, ...]
    refused: tuple[Refusal, ...]
    searched: Searched
    provenance: Provenance
    notices: tuple[str, ...] = ()


def ask(
    question: str,
    reading: Reading,
    engine: Engine,
    *,
    filters: Filters,
    limit: int = PASSAGES_READ,
    query: str | None = None,
    claimed: Callable[[Claim], None] | None = None,
    drafting: Callable[[str], None] | None = None,
) -> tuple[Answer, tuple[str, ...]]:
    """
    The answer, and notices for the reader. `query` is the question rewritten to stand alone, where it was.

    `claimed` gets each claim of an engine that talks as soon as it is whole and proved; the answer has them all.
    `drafting` gets the words before that, unproved, and "" at the end of each claim.
    """
    asked = query or question
    hits = gather(reading.index, asked, limit=limit, filters=filters)
    shown = [hit.passage for hit in hits]

    def proved(drafted: DraftClaim) -> None:
        claims, _ = checked(reading.grounder.claims([drafted], shown=shown)[0], shown, reading.index)
        if drafting:
            drafting("")
        for claim in claims:
            if claimed:
                claimed(claim)

    if claimed and isinstance(engine, TalkingEngine):
        draft = engine.answer(asked, hits, tokens=drafting, claimed=proved)
    else:
        draft = engine.answer(asked, hits)
    claims, refused = reading.grounder.claims(draft.claims, shown=shown)
    supported, unsupported = checked(claims, shown, reading.index)
    answer = Answer(
        question=question,
        claims=supported,
        refused=(*draft.refused, *refused, *unsupported),
        searched=replace(look(reading.index, filters), asked=(asked, *ASKED_BESIDE)),
        provenance=_provenance(asked, reading, engine, draft, hits, filters),
    )
    return answer, (*draft.notices, *warnings(hits, reading.index))


def look(index: PassageIndex, filters: Filters) -> Searched:
    """What a search within these filters looks through, and how many sources could not be read."""
    passages, documents = index.count(filters)
    return Searched(passages=passages, documents=documents, unread=len(index.coverage().failures))


def draft(question: str, reading: Reading, engine: Engine, *, filters: Filters, limit: int = PASSAGES_READ) -> Drafted:
    """Candidate configurations from the passages that bear on the question; every element is a proved quotation."""
    hits = gather(reading.index, question, limit=limit, filters=filters)
    proposed = engine.draft(question, hits)
    shown = [hit.passage for hit in hits]
    candidates: list[CMOC] = []
    refused: list[Refusal] = list(proposed.refused)
    for one in proposed.candidates:
        outcome = assemble(one, reading.grounder, shown=shown, author=engine.name)
        if isinstance(outcome, CMOC) and isinstance(engine, TalkingEngine):
            outcome = _whole_in_sense(outcome, reading.index)
        if isinstance(outcome, CMOC):
            candidates.append(outcome)
        else:
            refused.append(outcome)
    return Drafted(
        candidates=tuple(candidates),
        abstained=proposed.abstained,
        refused=tuple(refused),
        searched=look(reading.index, filters),
        provenance=_provenance(question, reading, engine, proposed, hits, filters),
        notices=(*proposed.notices, *warnings(hits, reading.index)),
    )


def test(cmoc: CMOC, reading: Reading, engine: Engine, *, filters: Filters, limit: int = PASSAGES_READ) -> Tested:
    """What supports, refines or refutes a configuration. Silence is told by what was searched, never by a finding."""
    hits = _bearing_on(cmoc, reading.index, filters, limit)
    shown = [hit.passage for hit in hits]
    if isinstance(engine, TalkingEngine):
        proposed = engine.find(cmoc, hits)
    else:
        proposed = FindingDraft(findings=engine.test(cmoc, hits))
    findings: list[Finding] = []
    refused: list[Refusal] = list(proposed.refused)
    for one in proposed.findings:
        citation = reading.grounder.ground(one.quote, shown=shown)
        if isinstance(citation, Refused):
            why = citation.reason
        else:
            why = lost_sense(citation, reading.index) if isinstance(engine, TalkingEngine) else ""
        if why or isinstance(citation, Refused):
            refused.append(Refusal(one.quote.quote, why, section=one.stance.value))
        else:
            findings.append(Finding(stance=one.stance, part=one.part, reason=one.reason, citation=citation))
    return Tested(
        findings=tuple(findings),
        refused=tuple(refused),
        searched=look(reading.index, filters),
        provenance=_provenance(cmoc.statement, reading, engine, proposed, hits, filters),
        notices=(*proposed.notices, *warnings(hits, reading.index)),
    )


def _provenance(
    asked: str, reading: Reading, engine: Engine, draft: Told, hits: Sequence[Hit], filters: Filters
) -> Provenance:
    return provenance_of(
        asked,
        engine=engine.name,
        draft=draft,
        hits=hits,
        filters=filters,
        coverage=reading.index.coverage(),
        library=reading.library,
    )


def _whole_in_sense(cmoc: CMOC, index: PassageIndex) -> CMOC | Refusal:
    """A model picks spans freely: one that lost its "must" or its "may" refuses the candidate."""
    for element in (e for role in PARTS for e in cmoc.part(role)):
        lost = lost_sense(element.citation, index) if element.citation else ""
        if lost:
            return Refusal(element.text, lost)
    return cmoc


def _bearing_on(cmoc: CMOC, index: PassageIndex, filters: Filters, limit: int) -> list[Hit]:
    """The best passages for the whole configuration and for each of its parts, each passage once."""
    parts = [cmoc.statement, *(" ".join(e.text for e in part) for part in (cmoc.context, cmoc.resource))]
    parts += [" ".join(e.text for e in part) for part in (cmoc.reasoning, cmoc.outcome)]
    found: dict[str, Hit] = {}
    for query in filter(None, parts):
        for hit in retrieve(index, query, limit=limit, filters=filters):
            known = found.get(hit.passage.id)
            if known is None or hit.score > known.score:
                found[hit.passage.id] = hit
    return sorted(found.values(), key=lambda h: (-h.score, h.passage.id))[: 2 * limit]
