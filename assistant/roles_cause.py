"""
Part what is offered from what it does to people, where one clause tells both.

Knows verbs that make people feel something and passives of seeing; nothing of the passage around.
"""

from __future__ import annotations

import re

from assistant.roles_joints import Clause, Link
from assistant.roles_verbs import finite_verbs
from assistant.roles_words import MAKES, MIND, OFFERED, PEOPLE

_PRONOUN_SUBJECT = re.compile(
    r"^(?:this|that|it|they|he|she|we|i|you|these|which|who|what|these|such|doing so|one|many|most|some|all|both)\b",
    re.IGNORECASE,
)


_ANAPHOR = re.compile(r"^(?:its|her|his|their|such|the) [\w’'-]+(?: (?:itself|alone|together))?$", re.IGNORECASE)


_HUMAN_SUBJECT = re.compile(
    r"^(?:the |a |an |some |many |most |several |all |these |those )?(?:[\w’'-]+ ){0,2}?(?:"
    + PEOPLE.pattern[5:-3]
    + r")$",
    re.IGNORECASE,
)


_SEEN = re.compile(
    r"(?:was|were|is|are) (?:\w+ )?(?:looked upon|thought of|spoken of|regarded|treated|read|seen|taken|perceived|experienced|interpreted|understood|received) (?:by [\w ]{3,30} )?as\b|(?:was|were|is|are) (?:a|an) (?:\w+ )?(?:mark|sign|signal|token|proof|symbol) of|(?:came|come) across as|(?:was|were) (?:\w+ )?(?:valued|welcomed|resented|appreciated|mistrusted|dismissed)\b",
    re.IGNORECASE,
)


_WORKING_BY = re.compile(
    r"\s+(?:(?:appear|seem|tend)(?:ed|s)? to |was (?:thought|felt|said) to )?(?:work(?:ed|s)?|operated?s?|helped) by$",
    re.IGNORECASE,
)


def split_cause(sentence: str, clause: Clause) -> list[Clause]:
    """ "A champion from within lends legitimacy to it" is two parts: what is offered, and what it does to people."""
    text = sentence[clause.start : clause.end]
    cause = MAKES.search(text) or _SEEN.search(text)
    if cause is None or cause.start() < 8:
        return [clause]
    subject = text[: cause.start()].rstrip(" ,")
    subject = _WORKING_BY.sub("", subject)
    if cause.re is not MAKES and not OFFERED.search(subject) and (PEOPLE.search(subject) or len(subject.split()) > 12):
        return [clause]
    if (
        _PRONOUN_SUBJECT.match(subject)
        or _ANAPHOR.match(subject)
        or _HUMAN_SUBJECT.match(subject)
        or len(subject.split()) < 2
        or finite_verbs(" ".join(subject.split()[-1:]))
    ):
        return [clause]
    if (MIND.search(subject) and len(subject.split()) > 6) or (
        finite_verbs(subject) and not re.search(r"\b(?:that|which|who)\b", subject)
    ):
        return [clause]
    return [
        Clause(clause.start, clause.start + len(subject), Link.WHEN, fronted=True),
        Clause(clause.start + cause.start(), clause.end, Link.THEN),
    ]
