"""
The disclosure that evidence-synthesis bodies ask for: which machine suggested what, and what people did with it.

Written from the ledger's records alone. A rule-based engine is counted as well as a chat model. It states what is
recorded and leaves the judgement of it to the authors; what nobody recorded, it says was not recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.export.answer import provenance_facts
from assistant.export.disclosure_elements import RULES, drafted, elements, listed, models, span, tool
from assistant.export.tables import Table, said
from assistant.ledger_codec import encode
from assistant.ledger_events import AiEvent
from assistant.ledger_state import ReviewState
from zotero_bridge import __version__

_PURPOSES = {
    "answer": "answering questions from the library",
    "candidates": "proposing candidate configurations",
    "findings": "finding passages that bear on a configuration",
    "rewriting": "rewriting follow-up questions",
    "check": "checking whether quotations bear the claims made from them",
}
_SETTINGS = ("Settings", "Prompts (SHA-256)", "Library", "Index", "Search by meaning")
_ACTIONS = {
    "accepted": "accepted unchanged",
    "edited": "accepted after editing",
    "rejected": "rejected",
}
_FATES = {"accepted": "accepted", "edited": "edited", "rejected": "rejected", "": "not decided"}


@dataclass(frozen=True, slots=True)
class _Use:
    """One engine put to one purpose."""

    purpose: str
    engine: str
    events: tuple[AiEvent, ...]


def ai_statement(state: ReviewState, *, who: Sequence[str] = ()) -> Table:
    """The paragraphs (`note`) and the table. `who` are the people who recorded decisions."""
    outcomes: dict[str, str] = {o.event_id: o.action for o in state.ai_outcomes}
    rows = []
    for use in _uses(state):
        did = Counter(outcomes.get(e.id) or _NOTHING.get(use.purpose, "not recorded") for e in use.events)
        settings = listed(
            "; ".join(f"{n}: {v}" for n, v in provenance_facts(e.provenance) if n in _SETTINGS) for e in use.events
        )
        proposed, refused = sum(e.proposed for e in use.events), sum(e.refused for e in use.events)
        rows.append(
            (
                said(_PURPOSES[use.purpose].capitalize()),
                said(listed(sorted({tool(e.provenance) for e in use.events}))),
                said(settings),
                said(span(use.events)),
                said(f"{_times(len(use.events))}; {_count(proposed, 'proposal')}, {refused} refused by the checks"),
                said(", ".join(f"{action} {count}" for action, count in sorted(did.items()))),
            )
        )
    for engine, fates in drafted(state).items():
        did = Counter({_FATES[fate]: n for fate, n in fates.items()})
        rows.append(
            (
                said("Configurations drafted by a machine and put in the ledger"),
                said(_engine(engine)),
                said(""),
                said(""),
                said(_count(sum(fates.values()), "candidate")),
                said(", ".join(f"{action} {n}" for action, n in sorted(did.items()))),
            )
        )
    used = bool(rows)
    told = elements(state, who=who) if used else ()
    return Table(
        title="Use of automation and artificial intelligence",
        header=("Purpose", "Tool and version", "Settings", "When", "Extent", "What the reviewers did"),
        rows=tuple(rows),
        widths=(0.17, 0.17, 0.26, 0.12, 0.14, 0.14),
        value={
            "statement": statement(state, who=who),
            "elements": dict(told),
            "events": [encode(e) for e in state.ai_events.values()],
            "outcomes": [encode(o) for o in state.ai_outcomes],
        },
        note="\n\n".join([statement(state, who=who), *(f"{name}. {what}" for name, what in told)]),
    )


_NOTHING = {"answer": "not kept", "candidates": "see below", "findings": "see the judgements"}


def statement(state: ReviewState, *, who: Sequence[str] = ()) -> str:
    """The paragraph for Methods and Acknowledgements."""
    events = tuple(state.ai_events.values())
    if not events and not drafted(state):
        return "No use of automation or artificial intelligence is recorded in this review."
    version = listed(sorted({e.provenance.tool_version for e in events} or {__version__}))
    actions: Counter[str] = Counter(o.action for o in state.ai_outcomes)
    for fates in drafted(state).values():
        actions.update({fate: n for fate, n in fates.items() if fate in _ACTIONS})
    settled = sum(actions.values())
    when = span(events)
    sentences = [
        f"We used realist {version}{f' ({when})' if when else ''} for {listed(_purposes(state))}.",
        "Text proposed by the model was shown only where every quotation it rests on was found word for word in the "
        "source."
        if models(events, state)
        else "No generative model was used: the engine quotes sources word for word, and picks what to quote by rules "
        "of language and a small fitted classifier.",
        "Every quotation was located in the stored text of its source by exact comparison; whether it supports the "
        "claim made from it was for the reviewers to judge.",
    ]
    if settled:
        share = ", ".join(f"{actions[a]} {w}" for a, w in _ACTIONS.items() if actions[a])
        sentences.append(f"Proposals whose fate is recorded: {settled}, of which {share}.")
    if who:
        sentences.append(f"Decisions were made by {listed(who)}; the authors answer for the text.")
    sentences.append("Prompts, settings, versions and every decision are in the review’s ledger.")
    return " ".join(sentences)


def _purposes(state: ReviewState) -> list[str]:
    """Each purpose once, with the tools that served it."""
    tools: dict[str, list[str]] = {}
    for event in state.ai_events.values():
        tools.setdefault(event.purpose, []).append(tool(event.provenance))
    if "candidates" not in tools and drafted(state):
        tools["candidates"] = [_engine(engine) for engine in drafted(state)]
    return [f"{_PURPOSES[purpose]} (with {listed(sorted(set(used)))})" for purpose, used in tools.items()]


def _engine(name: str) -> str:
    return RULES if name == "extractive" else name


def _uses(state: ReviewState) -> list[_Use]:
    grouped: dict[tuple[str, str], list[AiEvent]] = {}
    for event in state.ai_events.values():
        grouped.setdefault((event.purpose, event.provenance.engine), []).append(event)
    return [_Use(purpose, engine, tuple(events)) for (purpose, engine), events in grouped.items()]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _count(count: int, of: str) -> str:
    return f"{count} {of}" if count == 1 else f"{count} {of}s"
