"""
Find who a clause is about: what singles a group or place out, and whose response is told.

Knows nouns for people and places, and where a subject ends. Offsets are relative to the clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.roles_words import OFFERED, PEOPLE, STANDING


@dataclass(frozen=True, slots=True)
class Modifier:
    """What singles out a group or place within a clause: "who had …", "with a single partner"."""

    start: int
    end: int
    strength: float


_MODIFIER = re.compile(
    r"\b(?P<head>"
    + PEOPLE.pattern[5:-3]
    + r")(?P<mod>\s(?:who (?:had|have|has|were|was|are|lacked|lived|live|worked|work|came|joined|did|do|already|never|rarely)|whose|without|with (?!(?:the|their|its|each|one|that|this|it|them|him|her)\b)|"
    r"in (?:which|departments|units|areas|places|districts|deprived|rural|remote|small|large|wards|schools|communities|charge|their first)|"
    r"living|serving|carrying|facing|discharged|displaced|covering|spanning|lacking|running|recovering|caring|working (?:in|for|on|at|nights)|employed (?:on|by)|already|that had|that lacked|under|new to|from (?:outside|the|minority|poorer))\b)",
    re.IGNORECASE,
)


_KIND = re.compile(
    r"^(?:the |some |many |most )?(?:small\w*|large\w*|rural|remote|isolated|deprived|older|younger|junior|senior|newly|inexperienced|experienced|single-handed|under-resourced|tiny|permanent|temporary|geographically|poorer|frail|unqualified|part-time|night|agency|migrant|minority|independent|[\w-]+ (?:on|in|at) (?:permanent|temporary|night|small|rural|remote|short))\b",
    re.IGNORECASE,
)


def modifiers(text: str, verbs: list[tuple[int, int]]) -> tuple[Modifier, ...]:
    found = _MODIFIER.search(text)
    if found is None:
        return _adjectival(text, verbs)
    start = found.start("mod") + 1
    relative = re.match(r"who\b|whose\b|that\b|in which\b", text[start:], re.IGNORECASE)
    later = [v for v in verbs if v[0] > start + 3]
    index = 1 if relative else 0
    if len(later) <= index:
        return ()  # the modifier runs to the end of the clause: no subject of it
    end = later[index][0] - 1
    if OFFERED.search(text[start:end]) and re.search(
        r"\b(?:completed|received|attended|given|offered|joined|taken)\b", text[start:end]
    ):
        return ()  # singled out by what they were offered
    whole = re.match(
        r"(?:places|practices|hospitals|schools|wards|units|systems|areas|managers|those|teams|leaders|clinics|organi[sz]ations|councils|sites)\b",
        text[found.start("head") :],
        re.IGNORECASE,
    )
    start = found.start("head") if whole and found.start("head") == 0 else start
    if not 2 <= len(text[start:end].split()) <= 16:
        return ()
    return (Modifier(start, end, 2.0 if relative or STANDING.search(text[start:end]) or whole else 1.5),)


def _adjectival(text: str, verbs: list[tuple[int, int]]) -> tuple[Modifier, ...]:
    """A subject that its adjectives single out: "Small and isolated teams tended to"."""
    if not verbs or not _KIND.match(text) or not PEOPLE.search(text[: verbs[0][0]]):
        return ()
    end = verbs[0][0] - 1
    return (Modifier(0, end, 1.5),) if 2 <= len(text[:end].split()) <= 9 else ()


def actor(text: str, mind: re.Match[str] | None) -> tuple[int, int] | None:
    if mind is None or mind.start() < 3:
        return None
    subject = text[: mind.start()].rstrip(" ,")
    people = re.match(
        r"(?:the |some |many |most |several |all |other )?(?:[\w’'-]+ ){0,3}?(?:" + PEOPLE.pattern[5:-3] + r")\b",
        subject,
        re.IGNORECASE,
    )
    return people.span() if people else None
