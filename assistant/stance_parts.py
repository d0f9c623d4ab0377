"""
Take a configuration apart into what each of its parts says: its terms with their weights, and the way it points.

Reads the elements where there are any, else the statement, by its markers "(C)", "(M-resource)" or by its clauses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.model import CMOC, Role
from assistant.roles import tag
from assistant.stance_tone import sign_of
from assistant.terms import terms, weight

FULL = 2.5  # weight of shared terms that touches a part wholly
ROLES = (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME)
_MARKER = re.compile(
    r"\((?P<mark>C|context|M[\s-]*res(?:ource)?|resource|R|M[\s-]*reas(?:oning)?|reasoning|response|M|O|outcome)\)",
    re.IGNORECASE,
)
_MARKS = {"c": Role.CONTEXT, "r": Role.RESOURCE, "o": Role.OUTCOME}
_LEAD = re.compile(
    r"^\W*(?:where|when|if|in|so(?: that)?|then|because|leads?|makes?|builds?|gives?|which|and|partners to feel|people to)\b\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """A configuration as `stance` reads it. `sign` is -1 where the part itself speaks of loss or refusal."""

    texts: dict[Role, str]
    wanted: dict[Role, dict[str, float]]
    sign: dict[Role, int]


def parts_of(cmoc: CMOC | str) -> Parts:
    """The parts of a configuration, or of a statement of one."""
    if isinstance(cmoc, str):
        return _parts(cmoc, ())
    elements = tuple((role, " ".join(e.text for e in cmoc.part(role))) for role in ROLES if cmoc.part(role))
    return _parts(cmoc.statement, elements)


@lru_cache(maxsize=256)
def _parts(statement: str, elements: tuple[tuple[Role, str], ...]) -> Parts:
    texts = dict(elements) or _marked(statement) or _clauses(statement)
    if Role.REASONING not in texts and Role.RESOURCE not in texts and statement:
        texts[Role.RESOURCE] = statement
    return Parts(
        texts=texts,
        wanted={role: _wanted(text) for role, text in texts.items()},
        sign={role: sign_of(text) for role, text in texts.items()},
    )


def share_held(wanted: dict[str, float], text: str) -> float:
    """The share of a part's ideas that a text holds, 0 to 1; two or three in common are enough."""
    total = min(sum(wanted.values()), FULL)
    held = {term for term, _ in terms(text)}
    return min(1.0, sum(w for t, w in wanted.items() if t in held) / total) if total else 0.0


def _marked(statement: str) -> dict[Role, str]:
    found: dict[Role, str] = {}
    at = 0
    for marker in _MARKER.finditer(statement):
        piece = _LEAD.sub("", statement[at : marker.start()].strip(" ,;"))
        role = _role(marker["mark"].lower())
        found[role] = f"{found[role]} {piece}" if role in found else piece
        at = marker.end()
    return found


def _role(mark: str) -> Role:
    if "reas" in mark or mark in ("m", "response"):
        return Role.REASONING
    if "res" in mark:
        return Role.RESOURCE
    return _MARKS[mark[0]]


def _clauses(statement: str) -> dict[Role, str]:
    found: dict[Role, str] = {}
    for span in tag(statement):
        if span.role in ROLES:
            piece = statement[span.start : span.end]
            found[span.role] = f"{found[span.role]} {piece}" if span.role in found else piece
    return found


def _wanted(text: str) -> dict[str, float]:
    return {term: weight(term) * (1.0 if term.startswith("=") else 0.7) for term, _ in terms(text) if weight(term) > 0}
