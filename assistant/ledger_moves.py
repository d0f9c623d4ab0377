"""
What a reviewer can do to the ledger: each move looks at the state and says which events follow, or why it cannot be.

Pure. A move never changes what was recorded: an edit is a new version, deleting is retiring, and ids (A1, C1, T1, E1)
count everything that ever was. Typical use: `ledger.record(lambda state: retire(state, "C3", reason=why), who=me)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from assistant.ledger_events import (
    AiEvent,
    AiOutcome,
    AnswerKept,
    AnswerWithdrawn,
    CmocAccepted,
    CmocAdded,
    CmocAssigned,
    CmocChanged,
    CmocMerged,
    CmocRetired,
    CmocSplit,
    Event,
    Judged,
    ProgrammeTheory,
    Purpose,
    Silence,
    TheoryWritten,
)
from assistant.ledger_find import (
    EntryClosed,
    MoveRefused,
    NoSuchEntry,
    answer_of,
    last_number,
    next_id,
    open_cmoc_of,
    reason_given,
)
from assistant.ledger_state import ReviewState
from assistant.model import CMOC, Answer, Citation, CmocStatus, Element, Judgement, Provenance, Role, Stance

PARTS = (
    "context",
    "resource",
    "reasoning",
    "outcome",
    "context→mechanism",
    "mechanism→outcome",
    "whole",
)
ELEMENT_ROLES = (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME)


def keep_answer(state: ReviewState, answer: Answer) -> tuple[Event, ...]:
    """Keeps an answer, with the record of the machine that proposed it."""
    answer_id = next_id("A", state.answers)
    settled = {outcome.event_id for outcome in state.ai_outcomes}
    known = _event_of(state, answer.provenance)
    known = "" if known in settled else known
    event_id = known or next_id("E", state.ai_events)
    noted = AiEvent(event_id, "answer", answer.provenance, len(answer.claims), len(answer.refused))
    return (
        *(() if known else (noted,)),
        AnswerKept(id=answer_id, answer=answer),
        AiOutcome(event_id=event_id, action="accepted", object_id=answer_id),
    )


def withdraw_answer(state: ReviewState, id: str, *, reason: str) -> tuple[Event, ...]:
    kept = answer_of(state, id)
    if kept.withdrawn:
        raise EntryClosed(f"{kept.id} was withdrawn already: {kept.withdrawn}.")
    return (AnswerWithdrawn(id=kept.id, reason=reason_given(reason)),)


def record_ai(
    state: ReviewState,
    provenance: Provenance,
    *,
    purpose: Purpose,
    proposed: int,
    refused: int,
) -> tuple[Event, ...]:
    """Notes what a machine proposed, whatever becomes of it; the same proposal once."""
    if _event_of(state, provenance):
        return ()
    return (AiEvent(next_id("E", state.ai_events), purpose, provenance, proposed, refused),)


def _event_of(state: ReviewState, provenance: Provenance) -> str:
    """The id under which the same proposal was noted; "" where it was not."""
    return next((id for id, event in state.ai_events.items() if event.provenance == provenance), "")


def reject(state: ReviewState, event_id: str, *, object_id: str = "") -> tuple[Event, ...]:
    if event_id not in state.ai_events:
        raise NoSuchEntry(f"There is no machine proposal {event_id}.")
    return (AiOutcome(event_id=event_id, action="rejected", object_id=object_id),)


def add_candidates(state: ReviewState, candidates: Iterable[CMOC]) -> tuple[Event, ...]:
    """Drafted configurations enter as candidates; one that is in the ledger already is left out."""
    events: list[Event] = []
    number = last_number("C", state.versions)
    for candidate in candidates:
        if candidate.id in state.drafted_as:
            continue
        number += 1
        events.append(
            CmocAdded(
                replace(candidate, id=f"C{number}", version=1, status=CmocStatus.CANDIDATE), drafted_as=candidate.id
            )
        )
    return tuple(events)


def add(state: ReviewState, cmoc: CMOC) -> tuple[Event, ...]:
    """A configuration written by a person; its id and version are given here."""
    _check_elements(cmoc)
    return (CmocAdded(replace(cmoc, id=next_id("C", state.versions), version=1, status=CmocStatus.ACTIVE)),)


def accept(
    state: ReviewState, id: str, *, drafted: Mapping[str, CMOC] | None = None, event_id: str = ""
) -> tuple[Event, ...]:
    """
    A candidate becomes active. `drafted` holds candidates that are not in the ledger yet, by the engine's id;
    `event_id` names the machine proposal it came from.
    """
    fresh = (drafted or {}).get(id)
    if fresh is not None and id not in state.drafted_as:
        added = replace(fresh, id=next_id("C", state.versions), version=1, status=CmocStatus.ACTIVE)
        events: tuple[Event, ...] = (CmocAdded(added, drafted_as=id),)
        return (*events, *_outcome(state, event_id, "accepted", added.id))
    known = open_cmoc_of(state, id)
    if known.status is CmocStatus.ACTIVE:
        raise EntryClosed(f"{known.id} is active already.", hint="Nothing to do.")
    return (CmocAccepted(id=known.id), *_outcome(state, event_id, "accepted", known.id))


def edit(
    state: ReviewState,
    id: str,
    *,
    author: str,
    title: str | None = None,
    statement: str | None = None,
    parts: Mapping[Role, tuple[Element, ...]] | None = None,
    reason: str = "",
) -> tuple[Event, ...]:
    """A new version; what is None stays. Judgements of the earlier version become stale."""
    known = open_cmoc_of(state, id)
    changed = _with_parts(known, parts or {})
    changed = replace(
        changed,
        title=known.title if title is None else title,
        statement=known.statement if statement is None else statement,
    )
    if changed == known:
        raise MoveRefused(f"{known.id} would not change.", hint="Say what differs: --title, --statement or an element.")
    _check_elements(changed)
    return (CmocChanged(replace(changed, version=known.version + 1, author=author), reason=reason),)


def merge(
    state: ReviewState, ids: Sequence[str], *, into: str, author: str, statement: str | None = None, reason: str = ""
) -> tuple[Event, ...]:
    """`into` takes the elements of the others, each once; the others are closed with a pointer to it."""
    target = open_cmoc_of(state, into)
    others = _distinct(open_cmoc_of(state, id) for id in ids)
    others = tuple(c for c in others if c.id != target.id)
    if not others:
        raise MoveRefused(
            "A merge needs two CMOCs.", hint="Name at least one other: `realist cmoc merge C2 --into C1`."
        )
    result = replace(
        _with_parts(target, {r: _joined(target.part(r), *(c.part(r) for c in others)) for r in ELEMENT_ROLES}),
        version=target.version + 1,
        statement=target.statement if statement is None else statement,
        lineage=(*target.lineage, *(f"took in {c.id}" for c in others)),
        author=author,
    )
    return (CmocMerged(result=result, merged=tuple(c.id for c in others), reason=reason),)


def split(state: ReviewState, id: str, parts: Sequence[CMOC], *, author: str, reason: str = "") -> tuple[Event, ...]:
    """The original is closed; `parts` (their ids and versions are given here) take its place and its theory."""
    known = open_cmoc_of(state, id)
    if len(parts) < 2:
        raise MoveRefused("A split makes at least two CMOCs.")
    number = last_number("C", state.versions)
    made: list[CMOC] = []
    for offset, part in enumerate(parts, start=1):
        _check_elements(part)
        made.append(
            replace(
                part,
                id=f"C{number + offset}",
                version=1,
                status=known.status,
                theory=part.theory or known.theory,
                lineage=(f"split from {known.id}",),
                author=author,
            )
        )
    return (CmocSplit(id=known.id, parts=tuple(made), reason=reason),)


def retire(state: ReviewState, id: str, *, reason: str) -> tuple[Event, ...]:
    return (CmocRetired(id=open_cmoc_of(state, id).id, reason=reason_given(reason)),)


def assign(state: ReviewState, id: str, *, theory: str) -> tuple[Event, ...]:
    """Puts a CMOC under a programme theory, or under none ("")."""
    known = open_cmoc_of(state, id)
    name = theory.strip().upper()
    if name and name not in state.theories:
        raise NoSuchEntry(f"There is no programme theory {theory}.")
    return (CmocAssigned(id=known.id, theory=name),)


def judge(
    state: ReviewState,
    id: str,
    citation: Citation,
    *,
    part: str,
    stance: Stance,
    reason: str,
    who: str,
    time: str,
) -> tuple[Event, ...]:
    """What a reviewer holds an excerpt to say about the current version."""
    known = open_cmoc_of(state, id)
    if part not in PARTS:
        raise MoveRefused(f"{part} is no part of a CMOC.", hint=f"Use one of: {', '.join(PARTS)}.")
    if stance is Stance.SILENT:
        raise MoveRefused("A quotation is not silent.", hint="Silence is noted for a whole document.")
    return (
        Judged(
            Judgement(
                cmoc_id=known.id,
                cmoc_version=known.version,
                part=part,
                stance=stance,
                reason=reason_given(reason),
                citation=citation,
                who=who,
                time=time,
            )
        ),
    )


def note_silence(state: ReviewState, id: str, item_key: str, *, query: str = "", reason: str = "") -> tuple[Event, ...]:
    known = open_cmoc_of(state, id)
    return (Silence(known.id, known.version, item_key, query=query, reason=reason),)


def write_theory(
    state: ReviewState,
    *,
    title: str,
    narrative: str = "",
    substantive: tuple[str, ...] = (),
    id: str | None = None,
    retired: bool = False,
    reason: str = "",
) -> tuple[Event, ...]:
    """A new programme theory, or with `id` a new version of one."""
    if id is None:
        return (TheoryWritten(ProgrammeTheory(next_id("T", state.theories), 1, title, narrative, substantive), reason),)
    versions = state.theories.get(id.strip().upper())
    if versions is None:
        raise NoSuchEntry(f"There is no programme theory {id}.")
    last = versions[-1]
    return (TheoryWritten(ProgrammeTheory(last.id, last.version + 1, title, narrative, substantive, retired), reason),)


def _outcome(
    state: ReviewState, event_id: str, action: Literal["accepted", "edited", "rejected"], object_id: str
) -> tuple[Event, ...]:
    if not event_id:
        return ()
    if event_id not in state.ai_events:
        raise NoSuchEntry(f"There is no machine proposal {event_id}.")
    return (AiOutcome(event_id=event_id, action=action, object_id=object_id),)


def _with_parts(cmoc: CMOC, parts: Mapping[Role, tuple[Element, ...]]) -> CMOC:
    return replace(
        cmoc,
        context=parts.get(Role.CONTEXT, cmoc.context),
        resource=parts.get(Role.RESOURCE, cmoc.resource),
        reasoning=parts.get(Role.REASONING, cmoc.reasoning),
        outcome=parts.get(Role.OUTCOME, cmoc.outcome),
    )


def _check_elements(cmoc: CMOC) -> None:
    """An inferred element needs a memo; a quoted one its citation."""
    for role in ELEMENT_ROLES:
        for element in cmoc.part(role):
            if element.citation is None and not element.memo.strip():
                raise MoveRefused(
                    f"The {role.value} “{element.text}” is inferred and has no memo.",
                    hint="Say what it is inferred from; the memo stands beside it in every table.",
                )


def _joined(*parts: tuple[Element, ...]) -> tuple[Element, ...]:
    seen: dict[tuple[object, ...], Element] = {}
    for element in (e for part in parts for e in part):
        at = element.citation
        seen.setdefault((element.text, at and (at.source_key, at.start, at.end)), element)
    return tuple(seen.values())


def _distinct(cmocs: Iterable[CMOC]) -> tuple[CMOC, ...]:
    return tuple({c.id: c for c in cmocs}.values())
