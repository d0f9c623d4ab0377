"""
What a reviewer keeps: thin steps from a result to the ledger, signed with who decided.

Every move itself is pure and lives in `ledger_moves`; here is only who, where and when.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from assistant import ledger_moves
from assistant.answer import Reading
from assistant.config import Review, reviewer
from assistant.errors import Misused
from assistant.ground import Refused
from assistant.ledger import Ledger, LedgerDamaged, LedgerLocked, LedgerOfAnotherVersion, LedgerUnwritable
from assistant.ledger_events import AnswerKept, Event, Purpose
from assistant.ledger_state import ReviewState
from assistant.model import CMOC, Answer, Basis, Citation, DraftQuote, Element, Provenance, Role, Stance
from zotero_bridge.errors import RealistError

Move = Callable[[ReviewState], Sequence[Event]]


class NotGrounded(RealistError):
    hint = "Copy the words from `realist search` or `realist show-text`; nothing was recorded."


def move(review: Review, decide: Move) -> ReviewState:
    """Records what `decide` makes of the newest state; the state after it."""
    return Ledger(review.ledger_path).record(decide, who=reviewer()).state


def ledger_notice(review: Review) -> str:
    """What to tell before anything else about the ledger; "" where nothing is amiss or it cannot be read at all."""
    path = review.ledger_path
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0 or file.seek(-1, os.SEEK_END) < 0 or file.read(1) == b"\n":
                return ""  # as it nearly always is: nothing more is read
        return Ledger(path).read().notice
    except (OSError, RealistError):
        return ""  # the command that needs the ledger says what is wrong with it


def state_of(review: Review) -> ReviewState:
    return Ledger(review.ledger_path).state()


def keep_answer(review: Review, answer: Answer) -> str:
    """The id it was kept under: A1, A2, …"""
    recorded = Ledger(review.ledger_path).record(lambda s: ledger_moves.keep_answer(s, answer), who=reviewer())
    return next(e.event.id for e in recorded.entries if isinstance(e.event, AnswerKept))


def note_use(review: Review, provenance: Provenance, purpose: Purpose, *, proposed: int, refused: int) -> str:
    """
    Notes in the ledger that a machine proposed something, kept or not, for the disclosure; once for the same proposal.
    Returns what hindered it, "" where nothing did: an answer is not withheld because its use cannot be noted.
    """
    try:
        move(
            review,
            lambda s: ledger_moves.record_ai(s, provenance, purpose=purpose, proposed=proposed, refused=refused),
        )
    except (LedgerDamaged, LedgerLocked, LedgerOfAnotherVersion, LedgerUnwritable) as error:
        return f"This use of a machine is not in the ledger: {error}"
    return ""


def keep_candidates(review: Review, candidates: Iterable[CMOC]) -> tuple[CMOC, ...]:
    """Candidates as the ledger holds them now, with their ids (C1, C2, …); known ones are not added twice."""
    drafted = tuple(candidates)
    state = move(review, lambda s: ledger_moves.add_candidates(s, drafted))
    return tuple(state.cmocs[state.drafted_as[c.id]] for c in drafted if c.id in state.drafted_as)


def quoted(reading: Reading, passage_id: str, words: str) -> Citation:
    """The proof of words a reviewer typed. Raises NotGrounded with the reason."""
    shown = reading.index.passages([passage_id])
    if not shown:
        raise NotGrounded(f"There is no passage {passage_id}.")
    outcome = reading.grounder.ground(DraftQuote(passage_id, words or shown[0].text), shown=shown)
    if isinstance(outcome, Refused):
        raise NotGrounded(outcome.reason)
    return outcome


def quoted_element(reading: Reading, passage_id: str, words: str) -> Element:
    citation = quoted(reading, passage_id, words)
    return Element(text=citation.quote, basis=Basis.QUOTED, citation=citation)


def inferred_element(words: str, memo: str) -> Element:
    return Element(text=words, basis=Basis.INFERRED, memo=memo)


def role_of(name: str) -> Role:
    """Raises Misused for what is no part of a configuration."""
    try:
        role = Role(name.lower())
    except ValueError:
        role = Role.ACTOR
    if role is Role.ACTOR:
        names = ", ".join(r.value for r in ledger_moves.ELEMENT_ROLES)
        raise Misused(f"{name} is no part of a configuration.", hint=f"Use one of: {names}.")
    return role


def judge(
    review: Review, reading: Reading, cmoc_id: str, *, passage_id: str, words: str, part: str, stance: str, reason: str
) -> ReviewState:
    citation = quoted(reading, passage_id, words)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return move(
        review,
        lambda s: ledger_moves.judge(
            s, cmoc_id, citation, part=part, stance=Stance(stance), reason=reason, who=reviewer(), time=now
        ),
    )
