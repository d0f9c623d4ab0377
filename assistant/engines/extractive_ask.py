"""
What a question asks: its subject, whether it singles anything out, and how near a text comes to it.

Nearness is made of words and, where there are vectors, of meaning; it orders texts for one question and says nothing about
strength of evidence. A follow-up ("in rural areas — how is trust built?") is about what it asks anew, most of all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.gather import FOLLOWS_UP
from assistant.model import Hit, Role
from assistant.stance_tone import Tone, tone_of
from assistant.terms import asked, covered, term_set

KNOWN = 0.5  # share of the question's weight that one passage must hold for the library to know the subject
KNOWN_MEANT = 0.5  # cosine from which the library knows a subject whose words it does not use
UNHEARD = 1.5  # weight of a word of the question that no passage holds, where it is decided whether it is known
UNHEARD_LATER = 0.4  # its weight afterwards: what nobody says tells no text apart
ANEW, BEFORE = 2.0, 0.5  # weight of what a follow-up asks anew, and of the question before it
FAR, NEAR = 0.25, 0.6  # cosines between which meaning counts
MEANING = 0.4  # of nearness, where there are vectors

_WANTS_LIMITS = re.compile(
    r"\b(?:backfire\w*|fail\w*|not work|doesn['’]t work|harm\w*|undermin\w+|hinder\w*|barriers?|limits?|limit\w+|stops?|"
    r"contradict\w*|against|unintended|wrong|block\w*|obstacles?|problems? with|downsides?|risks? of|break down|"
    r"breaks down|exceptions?|tension\w*)\b",
    re.IGNORECASE,
)
_WANTS = {
    Role.CONTEXT: re.compile(r"\b(?:when|where|circumstances?|conditions?|contexts?|settings?)\b", re.IGNORECASE),
    Role.RESOURCE: re.compile(
        r"\bwhat (?:do|does|did|can|could|should) \w+ (?:do|offer|provide|give)|\boffer(?:ed|s)?\b|\bhow (?:do|does|can) \w+",
        re.IGNORECASE,
    ),
    Role.REASONING: re.compile(
        r"\b(?:why|feel|think|respond|react|believe|motivat\w+|mechanisms?|how do (?:people|staff))\b", re.IGNORECASE
    ),
    Role.OUTCOME: re.compile(
        r"\b(?:outcomes?|effects?|results?|happens?|impacts?|consequences?|difference|achieve\w*|improve\w*|reduce\w*|"
        r"lead to)\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as the engine reads it. `wanted` are its content terms; broad where they single nothing out."""

    question: str
    wanted: dict[str, float]
    broad: bool
    known: bool  # some passage has to do with it
    limits: bool  # asks for what stands in the way
    roles: frozenset[Role]
    best_score: float
    nearest: float  # the highest cosine among the passages; 0 where there are no vectors

    def meant(self, hit: Hit) -> float:
        """How near a passage is in meaning, 0 to 1, beside the nearest."""
        top = min(NEAR, max(self.nearest, FAR + 0.1))
        return max(0.0, min(1.0, (hit.meaning - FAR) / (top - FAR))) if self.nearest else 0.0

    def near(self, hit: Hit, words: frozenset[str], around: frozenset[str]) -> float:
        """How near words quoted from a passage come to the question, 0 to 1; `around` is what stands beside them."""
        whole = around | term_set(f"{hit.passage.locator.section}. {hit.passage.text}")
        by_words = (
            0.55 * covered(self.wanted, words)
            + 0.25 * covered(self.wanted, around | words)
            + 0.2 * covered(self.wanted, whole)
        )
        if not self.nearest:
            return by_words
        return (1 - MEANING) * by_words + MEANING * self.meant(hit)


def asking(question: str, hits: Sequence[Hit]) -> Ask:
    """Reads the question against what the passages speak of."""
    wanted = _wanted(question)
    held = [term_set(h.passage.text) for h in hits]
    heard = frozenset().union(*held)
    strict = {t: (w if t in heard else w * UNHEARD) for t, w in wanted.items()}
    nearest = max((h.meaning for h in hits), default=0.0)
    broad = not any(weight >= 1 for weight in asked(question).values())
    best = max((covered(strict, terms) for terms in held), default=0.0)
    return Ask(
        question=question,
        wanted={t: (w if t in heard else w * UNHEARD_LATER) for t, w in wanted.items()},
        broad=broad,
        known=not wanted or best >= KNOWN or nearest >= KNOWN_MEANT or (broad and covered(wanted, heard) >= KNOWN),
        limits=bool(_WANTS_LIMITS.search(question)) or tone_of(question) is Tone.AGAINST,
        roles=frozenset(role for role, pattern in _WANTS.items() if pattern.search(question)),
        best_score=max((h.score for h in hits), default=0.0) or 1.0,
        nearest=nearest,
    )


def _wanted(question: str) -> dict[str, float]:
    anew, mark, before = question.partition(FOLLOWS_UP)
    if not mark or not asked(anew):
        return asked(question)
    wanted = {term: BEFORE * weight for term, weight in asked(before).items()}
    return wanted | {term: ANEW * max(weight, 0.5) for term, weight in asked(anew).items()}
