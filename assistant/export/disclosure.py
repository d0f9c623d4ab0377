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
from assistant.export.tables import Table, said
from assistant.ledger_codec import encode
from assistant.ledger_events import AiEvent
from assistant.ledger_state import ReviewState
from assistant.model import CmocStatus, Provenance
from zotero_bridge import __version__

_PURPOSES = {
    "answer": "answering questions from the library",
    "candidates": "proposing candidate configurations",
    "findings": "finding passages that bear on a configuration",
    "rewriting": "rewriting follow-up questions",
    "check": "checking whether quotations bear the claims made from them",
}


@dataclass(frozen=True, slots=True)
class _Use:
    """One engine put to one purpose."""

    purpose: str
    engine: str
    events: tuple[AiEvent, ...]


def ai_statement(state: ReviewState, *, who: Sequence[str] = ()) -> Table:
    """The paragraph (`note`) and the table. `who` are the people who recorded decisions."""
    outcomes: dict[str, str] = {o.event_id: o.action for o in state.ai_outcomes}
    rows = []
    for use in _uses(state):
        did = Counter(outcomes.get(e.id, "not recorded") for e in use.events)
        first = use.events[0].provenance
        rows.append(
            (
                said(_PURPOSES[use.purpose].capitalize()),
                said(_named(use.events)),
                said("; ".join(f"{n}: {v}" for n, v in provenance_facts(first) if n in _SETTINGS)),
                said(_span(use.events)),
                said(
                    f"{_times(len(use.events))}; {sum(e.proposed for e in use.events)} proposals, "
                    f"{sum(e.refused for e in use.events)} refused by the checks"
                ),
                said(", ".join(f"{action} {count}" for action, count in sorted(did.items()))),
            )
        )
    for engine, fates in _drafted(state).items():
        count = sum(fates.values())
        did = Counter({_FATES[fate]: n for fate, n in fates.items()})
        rows.append(
            (
                said("Configurations drafted by a machine and put in the ledger"),
                said(_RULES.get(engine, engine)),
                said(""),
                said(""),
                said(f"{count} candidates"),
                said(", ".join(f"{action} {n}" for action, n in sorted(did.items()))),
            )
        )
    return Table(
        title="Use of automation and artificial intelligence",
        header=("Purpose", "Tool and version", "Settings", "When", "Extent", "What the reviewers did"),
        rows=tuple(rows),
        widths=(0.17, 0.17, 0.26, 0.12, 0.14, 0.14),
        value={
            "statement": statement(state, who=who),
            "events": [encode(e) for e in state.ai_events.values()],
            "outcomes": [encode(o) for o in state.ai_outcomes],
        },
        note=statement(state, who=who),
    )


_SETTINGS = ("Settings", "Prompts (SHA-256)", "Library", "Index", "Search by meaning")


def statement(state: ReviewState, *, who: Sequence[str] = ()) -> str:
    """The paragraph for Methods and Acknowledgements."""
    uses = _uses(state)
    if not uses and not _drafted(state):
        return "No use of automation or artificial intelligence is recorded in this review."
    version = _listed(sorted({e.provenance.tool_version for e in state.ai_events.values()} or {__version__}))
    purposes = [f"{_PURPOSES[u.purpose]} (with {_named(u.events)})" for u in uses]
    if "candidates" not in {u.purpose for u in uses}:
        purposes += [f"{_PURPOSES['candidates']} (with {_RULES.get(engine, engine)})" for engine in _drafted(state)]
    rules = {*(e.provenance.engine for e in state.ai_events.values()), *_drafted(state)} <= {"extractive"}
    actions: Counter[str] = Counter(o.action for o in state.ai_outcomes)
    for fates in _drafted(state).values():
        actions.update({fate: n for fate, n in fates.items() if fate in _ACTIONS})
    settled = sum(actions.values())
    sentences = [
        f"We used realist {version} for {_listed(purposes)}.",
        "No generative model was used: the engine is rule-based and quotes sources word for word."
        if rules
        else "Text proposed by the model was shown only where every quotation it rests on was found word for word in "
        "the source.",
        "Every quotation was located in the stored text of its source by exact comparison; whether it supports the "
        "claim made from it was for the reviewers to judge.",
    ]
    if settled:
        share = ", ".join(f"{actions[a]} {w}" for a, w in _ACTIONS.items() if actions[a])
        sentences.append(f"Proposals whose fate is recorded: {settled}, of which {share}.")
    if who:
        sentences.append(f"Decisions were made by {_listed(list(who))}; the authors answer for the text.")
    sentences.append("Prompts, settings, versions and every decision are in the review’s ledger.")
    return " ".join(sentences)


_ACTIONS = {
    "accepted": "accepted unchanged",
    "edited": "accepted after editing",
    "rejected": "rejected",
}


_RULES = {"extractive": "its rule-based engine"}
_FATES = {"accepted": "accepted", "edited": "edited", "rejected": "rejected", "": "not decided"}


def _drafted(state: ReviewState) -> dict[str, Counter[str]]:
    """What became of each engine's candidates, read off the configurations themselves."""
    fates: dict[str, Counter[str]] = {}
    for id in state.drafted_as.values():
        versions = state.versions[id]
        if len(versions) > 1 or versions[-1].status in (CmocStatus.MERGED, CmocStatus.SPLIT):
            fate = "edited"
        else:
            fate = {CmocStatus.ACTIVE: "accepted", CmocStatus.RETIRED: "rejected"}.get(versions[-1].status, "")
        fates.setdefault(versions[0].author or "an unnamed engine", Counter())[fate] += 1
    return fates


def _uses(state: ReviewState) -> list[_Use]:
    grouped: dict[tuple[str, str], list[AiEvent]] = {}
    for event in state.ai_events.values():
        grouped.setdefault((event.purpose, event.provenance.engine), []).append(event)
    return [_Use(purpose, engine, tuple(events)) for (purpose, engine), events in grouped.items()]


def _named(events: Sequence[AiEvent]) -> str:
    return _listed(sorted({_tool(e.provenance) for e in events}))


def _tool(provenance: Provenance) -> str:
    if provenance.engine == "extractive":
        return f"{_RULES['extractive']}, version {provenance.tool_version}"
    reported = provenance.model_reported or "version not reported by the provider"
    return f"{provenance.engine} ({reported})"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _span(events: Sequence[AiEvent]) -> str:
    times = sorted(e.provenance.time[:10] for e in events if e.provenance.time)
    if not times:
        return ""
    return times[0] if times[0] == times[-1] else f"{times[0]} to {times[-1]}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
