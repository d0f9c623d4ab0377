"""Kept answers asked again or set side by side: what changed, and why."""

from __future__ import annotations

from assistant.answer import ask
from assistant.config import Review
from assistant.ledger_find import answer_of
from assistant.provenance import Changes, differences
from assistant.records import note_use, state_of
from assistant.wiring import open_engine, open_reading


def compare(review: Review, first: str, second: str) -> Changes:
    """What differs between two kept answers. Raises NoSuchEntry."""
    state = state_of(review)
    return differences(answer_of(state, first).answer, answer_of(state, second).answer)


def rerun(review: Review, answer_id: str, *, model: str | None) -> Changes:
    """Asks a kept answer's question again, within its filters, with its engine or another."""
    kept = answer_of(state_of(review), answer_id).answer
    made_by = kept.provenance.engine
    engine = open_engine(review, model or ("none" if made_by == "extractive" else made_by))
    with open_reading(review) as reading:
        fresh, _ = ask(
            kept.question, reading, engine, filters=kept.provenance.filters, query=kept.provenance.query or None
        )
    made = (len(fresh.claims), len(fresh.refused))
    note_use(review, fresh.provenance, "answer", proposed=made[0], refused=made[1])
    return differences(kept, fresh)
