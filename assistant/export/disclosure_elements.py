"""
The elements a reporting template asks for, one by one, each answered from the records or left to the authors by name.

After the reporting template of RAISE and of the joint position statement of Cochrane, Campbell, JBI and CEE (Flemyng et
al. 2025): name, version, date and developer; purpose and stage; how it was used; justification; human verification;
limits; competing interests; where inputs, outputs and prompts are. What no record can tell stands in square brackets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from assistant.ledger_events import AiEvent
from assistant.ledger_state import ReviewState
from assistant.model import CmocStatus, Provenance
from prompts import NAMES, load_prompt
from zotero_bridge import __version__

RULES = "its extractive engine"
_CHOICE = (
    "rules of language and, where MiniLM is installed, a small classifier fitted to fictional marked passages (which "
    "of them is among the settings of each answer)"
)
STAGES = {
    "answer": "reading and synthesis",
    "candidates": "data extraction and theory building",
    "findings": "testing of the programme theories",
    "rewriting": "searching the library",
    "check": "checking of quotations",
}
_DEVELOPERS = {
    "openai": "OpenAI, or whoever runs the server named in the settings",
    "anthropic": "Anthropic",
    "google_genai": "Google",
    "ollama": "the model’s publisher; run locally by Ollama",
}


def elements(state: ReviewState, *, who: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(element, what is recorded of it), in the template's order."""
    events = tuple(state.ai_events.values())
    return (
        ("Tools, versions and developers", _tools(events, state)),
        ("When", span(events) or "not recorded"),
        ("Purpose and stage", _stages(events, state)),
        ("How it was used", _use(events)),
        ("Justification and validation", _JUSTIFICATION),
        ("Human verification", verification(state, who=who)),
        ("Limits and biases", _limits(events, state)),
        ("What left the machine", _sent(events)),
        ("Competing interests", "[For the authors: any interest in the tools named here, or that there is none.]"),
        ("Where inputs, outputs and prompts are", _WHERE),
    )


_JUSTIFICATION = (
    "Quotations are compared character by character with the stored text, and one that is not there is refused; this "
    "needs no validation set. On 100 fictional passages by another hand the developers report for the extractive "
    "engine span F1 between .78 and .89 for each part of a configuration and 4 % of empty parts filled (rules alone: "
    ".43 to .59 and 22 %). No validation of the engine’s judgements on this review’s material is recorded. [For the "
    "authors: why the tool was fit for this use, with any test of your own.]"
)
_WHERE = (
    "The review’s ledger (ledger.jsonl) holds each question, the identifiers and hashes of the passages read, the "
    "settings, the hashes of the prompts and every decision with who made it; the whole of what was kept or said in a "
    "conversation, with what was refused and why; and of answers that were not kept, the counts. `realist export "
    "ledger` writes it out. The prompts are in the tool’s source, or in the review’s folder where it has its own."
)


def tool(provenance: Provenance) -> str:
    """Name and version, as far as they were told."""
    if provenance.engine == "extractive":
        return f"{RULES}, version {provenance.tool_version}"
    reported = provenance.model_reported or "version not reported by the provider"
    return f"{provenance.engine} ({reported})"


def listed(words: Iterable[str]) -> str:
    each = list(dict.fromkeys(words))
    return "".join(each) if len(each) < 2 else f"{', '.join(each[:-1])} and {each[-1]}"


def span(events: Iterable[AiEvent]) -> str:
    """The first and the last day."""
    days = sorted(e.provenance.time[:10] for e in events if e.provenance.time)
    return "" if not days else days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"


def models(events: Iterable[AiEvent], state: ReviewState) -> tuple[str, ...]:
    """The chat models that proposed anything; none where only rules did."""
    engines = [*(e.provenance.engine for e in events), *drafted(state)]
    return tuple(dict.fromkeys(engine for engine in engines if engine != "extractive"))


def _tools(events: Sequence[AiEvent], state: ReviewState) -> str:
    versions = listed(sorted({e.provenance.tool_version for e in events} or {__version__}))
    told = [f"realist {versions} (its own project; MIT licence), {RULES} included"]
    for name in models(events, state):
        reported = listed(sorted({e.provenance.model_reported for e in events if e.provenance.engine == name} - {""}))
        developer = _DEVELOPERS.get(name.partition(":")[0], f"the provider {name.partition(':')[0]}")
        told.append(f"{name}, reported as {reported or 'nothing by its provider'} (developer: {developer})")
    return "; ".join(told) + "."


def _stages(events: Sequence[AiEvent], state: ReviewState) -> str:
    purposes = [e.purpose for e in events] + (["candidates"] if drafted(state) else [])
    return f"{listed(STAGES[p] for p in purposes).capitalize()}. The tool neither screens nor appraises."


def _use(events: Sequence[AiEvent]) -> str:
    own = sorted({name for e in events for name in changed_prompts(e.provenance.prompt_sha256)})
    said = "Questions were put to the reviewed documents alone; the model had no tools and no access to the web."
    prompts = f"The review used prompts of its own for {listed(own)}." if own else "The shipped prompts were used."
    asked = any(e.provenance.prompt_sha256 for e in events)
    chosen = f"Sentences and spans of the reviewed documents were picked by {_CHOICE}; no prompt."
    return f"{said} {prompts}" if asked else chosen


def changed_prompts(hashes: Mapping[str, str]) -> tuple[str, ...]:
    """The prompts that are not those shipped with this version."""
    shipped = {name: load_prompt(name).sha256 for name in NAMES}
    return tuple(name for name, digest in hashes.items() if shipped.get(name) != digest)


def verification(state: ReviewState, *, who: Sequence[str]) -> str:
    """What people did with what was proposed, counted."""
    answers = [e for e in state.ai_events.values() if e.purpose == "answer"]
    kept = {o.event_id for o in state.ai_outcomes if o.action != "rejected"} & {e.id for e in answers}
    withdrawn = sum(bool(k.withdrawn) for k in state.answers.values())
    parts = []
    if answers:
        parts.append(f"Answers shown {len(answers)}, kept {len(kept)}, withdrawn later {withdrawn}.")
    fates = sum(drafted(state).values(), Counter[str]())
    if fates:
        settled = fates["accepted"] + fates["edited"] + fates["rejected"]
        accepted = fates["accepted"] + fates["edited"]
        rate = f" ({100 * accepted / settled:.0f} % of those decided)" if settled else ""
        parts.append(
            f"Candidate configurations put in the ledger {sum(fates.values())}: accepted {accepted}{rate}, of which "
            f"unchanged {fates['accepted']} and after editing {fates['edited']}; rejected {fates['rejected']}; not "
            f"decided {fates['']}."
        )
    findings = sum(e.proposed for e in state.ai_events.values() if e.purpose == "findings")
    if findings or state.judgements:
        parts.append(f"Findings proposed {findings}; judgements recorded by people {len(state.judgements)}.")
    parts.append(f"Decisions were recorded by {listed(who)}." if who else "Nobody is recorded as having decided.")
    return " ".join(parts)


def drafted(state: ReviewState) -> dict[str, Counter[str]]:
    """What became of each engine's candidates, read off the configurations themselves; "" where nothing did yet."""
    fates: dict[str, Counter[str]] = {}
    for id in state.drafted_as.values():
        versions = state.versions[id]
        if len(versions) > 1 or versions[-1].status in (CmocStatus.MERGED, CmocStatus.SPLIT):
            fate = "edited"
        else:
            fate = {CmocStatus.ACTIVE: "accepted", CmocStatus.RETIRED: "rejected"}.get(versions[-1].status, "")
        fates.setdefault(versions[0].author or "an unnamed engine", Counter())[fate] += 1
    return fates


def _limits(events: Sequence[AiEvent], state: ReviewState) -> str:
    refused = sum(e.refused for e in events)
    unread = max((k.answer.searched.unread for k in state.answers.values()), default=0)
    said = [
        "A located quotation is proved; what it means is not. Rules look for numbers, denials, hedges, demands and "
        "attributions that went missing, and leave the rest to the reviewers.",
        f"The checks refused {refused} proposals.",
    ]
    if unread:
        said.append(f"Sources that could not be read, and so were not searched: {unread}.")
    if any(e.provenance.engine == "extractive" for e in events) or "extractive" in drafted(state):
        said.append(
            "The rules and the classifier are made for English and for how health-services prose is written; they miss "
            "wordings they do not know."
        )
    if models(events, state):
        said.append("A model may overlook passages, favour what is common in its training, and answer otherwise again.")
    return " ".join(said)


def _sent(events: Sequence[AiEvent]) -> str:
    servers = sorted(
        {f"{e.provenance.engine} at {_server(e.provenance)}" for e in events if e.provenance.engine != "extractive"}
    )
    if not servers:
        return "Nothing: no text of a source was sent anywhere."
    return f"Passages of the sources, without bibliographic data, tags or headings, were sent to {listed(servers)}."


def _server(provenance: Provenance) -> str:
    return provenance.parameters.get("server") or "its provider’s own address"
