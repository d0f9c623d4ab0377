"""
Configurations: from proposed spans to a candidate whose every element is a proved quotation.

Empty elements stay empty. The statement is a template around the quotations, so no word of it is a machine's guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from assistant.ground import Grounder, Refused
from assistant.model import CMOC, Basis, DraftCandidate, Element, Refusal, Role
from zotero_bridge.model import Passage

PARTS = (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME)
UNSTATED = "not stated"
PART_NAMES = {
    Role.CONTEXT: "Context",
    Role.RESOURCE: "Mechanism: resource",
    Role.REASONING: "Mechanism: reasoning",
    Role.OUTCOME: "Outcome",
}


def assemble(proposed: DraftCandidate, grounder: Grounder, *, shown: Iterable[Passage], author: str) -> CMOC | Refusal:
    """A candidate, or why not: one element that cannot be proved refuses the whole."""
    passages = tuple(shown)
    parts: dict[Role, list[Element]] = {role: [] for role in PARTS}
    for element in proposed.elements:
        outcome = grounder.ground(element.quote, shown=passages)
        if isinstance(outcome, Refused):
            return Refusal(text=element.quote.quote, reason=outcome.reason, section=element.role.value)
        if element.role in parts:
            parts[element.role].append(Element(text=outcome.quote, basis=Basis.QUOTED, citation=outcome))
    return CMOC(
        id=candidate_id(proposed),
        version=1,
        title=proposed.title or UNSTATED,
        statement=statement(parts),
        context=tuple(parts[Role.CONTEXT]),
        resource=tuple(parts[Role.RESOURCE]),
        reasoning=tuple(parts[Role.REASONING]),
        outcome=tuple(parts[Role.OUTCOME]),
        author=author,
    )


def candidate_id(proposed: DraftCandidate) -> str:
    """The same spans always make the same candidate id."""
    spans = "|".join(f"{e.role.value}:{e.quote.passage_id}:{e.quote.quote}" for e in proposed.elements)
    return "cand-" + hashlib.sha256(spans.encode()).hexdigest()[:8]


def statement(parts: dict[Role, list[Element]]) -> str:
    """Context (C) · resource (M) → reasoning (M) → outcome (O), in the source's own words."""

    def words(role: Role) -> str:
        return "; ".join(f"“{e.text}”" for e in parts[role]) or f"[{UNSTATED}]"

    return (
        f"In the context of {words(Role.CONTEXT)} (C), {words(Role.RESOURCE)} (M-resource) "
        f"→ {words(Role.REASONING)} (M-reasoning) → {words(Role.OUTCOME)} (O)."
    )
