"""
Two lists for a claim or a configuration: what supports it, and what limits or contradicts it, equal in size.

Searching by a claim's own words finds only what agrees with it. So each part is searched for, each link between parts,
and each part beside words of contrast, failure and the opposite outcome; then every candidate is read for the way it
leans. A passage stands in one list only. A proposal for reading, never a judgement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.gates import read
from assistant.model import CMOC, Hit, Role, Stance, Voice
from assistant.retrieve import candidates, plain, shortlist
from assistant.retrieve_lean import TELLS, Claimed, claimed, lean
from assistant.retrieve_mix import EVIDENCE
from assistant.retrieve_opposites import opposites
from assistant.stance import bears
from assistant.stance_parts import Parts, parts_of
from zotero_bridge.index.words_query import WordQuery
from zotero_bridge.model import Filters
from zotero_bridge.ports import PassageIndex

CONTRAST = "however although despite whereas unless except only without not never"
FAILURE = "failed stalled refused withdrew unchanged worsened abandoned resisted mistrust no difference no change"
WHOLE, LINK, PART, COUNTER = 1.0, 0.9, 0.7, 0.9  # how much each kind of question counts
ABOUT = 0.6  # of a candidate's score is how near it is to the whole claim, the rest how near to what found it
# How far a passage belongs in its list, by how it bears on the claim.
LEANS = {Stance.SUPPORTS: 1.0, Stance.REFUTES: 1.0, Stance.REFINES: 0.95, Stance.EXTENDS: 0.7, Stance.SILENT: 0.45}
LEANING = 0.6  # silent by that reading, yet told in words that go against the claim; more of them, more
LEANING_STEP, LEANING_MOST = 0.08, 4


@dataclass(frozen=True, slots=True)
class Sides:
    """Passages for and against, best first, as many of each; `searched_by` are the questions that found them."""

    supporting: tuple[Hit, ...]
    limiting: tuple[Hit, ...]
    searched_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Leaning:
    hit: Hit
    limits: bool
    decided: bool  # False: nothing in it says which way


def retrieve_for(index: PassageIndex, claim: CMOC | str, *, limit: int, filters: Filters) -> Sides:
    """At most `limit` passages on each side. One side is the shorter only where there is nothing else to put there."""
    parts = parts_of(claim)
    statement = plain(claim if isinstance(claim, str) else claim.statement) or " ".join(
        map(plain, parts.texts.values())
    )
    questions = tuple(dict.fromkeys(_questions(statement, parts)))
    near = _near(index, questions, limit=limit, filters=filters)
    whole = {h.passage.id: h.score for h in candidates_for(index, statement, limit=2 * limit, filters=filters)}
    words = claimed(*(parts.texts.get(role, "") for role in (Role.REASONING, Role.OUTCOME)), statement)
    leaning = [
        _lean(replace(hit, score=ABOUT * max(0.0, whole.get(one, 0.0)) + (1 - ABOUT) * hit.score), claim, words)
        for one, hit in near.items()
    ]
    supporting, against = _sides(index, leaning, limit)
    return Sides(supporting, against, tuple(text for text, _ in questions))


def candidates_for(index: PassageIndex, text: str, *, limit: int, filters: Filters) -> list[Hit]:
    return candidates(index, WordQuery(text), text, limit=limit, filters=filters, weights=EVIDENCE)


def _questions(statement: str, parts: Parts) -> Iterator[tuple[str, float]]:
    """What to search by, and how much it counts."""
    yield statement, WHOLE
    texts = {role: plain(text) for role, text in parts.texts.items() if text.strip()}
    for text in texts.values():
        yield text, PART
    for one, other in (
        (Role.CONTEXT, Role.RESOURCE),
        (Role.RESOURCE, Role.REASONING),
        (Role.RESOURCE, Role.OUTCOME),
        (Role.REASONING, Role.OUTCOME),
    ):
        if one in texts and other in texts:
            yield f"{texts[one]} {texts[other]}", LINK
    offered = texts.get(Role.RESOURCE) or texts.get(Role.REASONING) or statement
    yield f"{statement} {CONTRAST}", COUNTER
    yield f"{offered} {FAILURE}", COUNTER  # what is offered, and nothing came of it
    turned = opposites(texts.get(Role.OUTCOME) or statement)
    if turned:
        yield f"{offered} {turned}", COUNTER
    if Role.REASONING in texts and (turned := opposites(texts[Role.REASONING])):
        yield f"{offered} {turned}", COUNTER


def _near(
    index: PassageIndex, questions: tuple[tuple[str, float], ...], *, limit: int, filters: Filters
) -> dict[str, Hit]:
    """Each candidate once, with the best of its scores."""
    found: dict[str, Hit] = {}
    for text, counts in questions:
        for hit in candidates_for(index, text, limit=limit, filters=filters)[: 4 * limit]:
            score = counts * max(0.0, hit.score)
            known = found.get(hit.passage.id)
            if known is None or score > known.score:
                found[hit.passage.id] = replace(hit, score=score)
    return found


def _lean(hit: Hit, claim: CMOC | str, words: Claimed) -> _Leaning:
    passage = hit.passage
    kind, source = passage.locator.section_kind, passage.source_kind
    bearing = bears(passage.text, claim, section_kind=kind, source_kind=source)
    sentences = read(passage.text, kind, source)
    told = [s for s in sentences if s.evidence]
    share = len(told) / len(sentences) if sentences else 0.0
    weight = LEANS[bearing.stance]
    limits = bearing.stance in (Stance.REFUTES, Stance.REFINES)
    if bearing.stance is Stance.SILENT and (against := lean([s.text for s in told], words)) >= TELLS:
        limits, weight = True, LEANING + LEANING_STEP * min(against, LEANING_MOST)
    if any(s.voice is Voice.PARTICIPANT for s in told):
        weight *= 1.05
    return _Leaning(
        hit=replace(hit, score=hit.score * weight * (0.5 + 0.5 * share)),
        limits=limits,
        decided=bearing.stance is not Stance.SILENT,
    )


def _sides(index: PassageIndex, leaning: list[_Leaning], limit: int) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
    """Equal in size; where a side falls short, passages that lean neither way fill it up."""
    ordered = sorted(leaning, key=lambda one: (-one.hit.score, one.hit.passage.id))
    against = shortlist(index, [one.hit for one in ordered if one.limits], limit=limit)
    supporting = shortlist(index, [one.hit for one in ordered if not one.limits], limit=limit)
    undecided = [one for one in ordered if not one.decided]
    while len(against) < min(limit, len(supporting)) or len(supporting) < min(limit, len(against)):
        short, long = (against, supporting) if len(against) < len(supporting) else (supporting, against)
        movable = {one.hit.passage.id for one in undecided}
        last = next((hit for hit in reversed(long) if hit.passage.id in movable), None)
        if last is None or len(long) - len(short) < 2:
            break
        long.remove(last)
        short.append(last)
    size = min(len(supporting), len(against)) or limit
    return tuple(supporting[:size]), tuple(against[:size])
