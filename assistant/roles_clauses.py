"""
Split a sentence into clauses, each with the word that ties it to the one before.

Knows the joints of English sentences and nothing of roles. One invariant: clauses are slices of the sentence, in order
and disjoint, and the connectives between them belong to none.
"""

from __future__ import annotations

import re

from assistant.roles_joints import (
    ATTRIBUTED,
    CLEFT,
    CONSEQUENCE,
    DENIED,
    EDGE,
    EFFECTIVE,
    GROUP_LINK,
    INNER_WHEN,
    INTERROGATIVE,
    JOINTS,
    KIND_OF,
    NEEDS_VERB,
    NEW_CLAUSE,
    NEW_SUBJECT,
    OPENER_CONTRAST,
    OPENER_ONLY,
    OPENER_SO,
    OPENER_SUBORDINATE,
    PLACE_HEAD,
    PLACE_WITHIN,
    SAID_TAIL,
    SAYS,
    SPEAKER,
    Clause,
    Link,
)
from assistant.roles_verbs import finite_verbs


def clauses(sentence: str) -> list[Clause]:
    """The clauses of one sentence."""
    start, end = 0, len(sentence)
    if label := SPEAKER.match(sentence):
        start = label.end()
    start, end = _trim(sentence, start, end)
    if credit := re.search(r"[.!?…]?[\"”’']\s*\([^()]{2,80}\)\W*$", sentence[start:end]):
        end = start + credit.start()
    if tail := SAID_TAIL.search(sentence, start, end):
        end = tail.start()
    link = Link.START
    for pattern, opener in ((OPENER_CONTRAST, Link.CONTRAST), (OPENER_SO, Link.SO), (OPENER_ONLY, Link.ONLY)):
        if (found := pattern.match(sentence[start:end])) and start + found.end() < end:
            start += found.end()
            link = opener
            break
    found_clauses: list[Clause] = []
    if says := SAYS.match(sentence[start:end]):
        found_clauses.append(Clause(start, start + says.end(), Link.SAID))
        start += says.end()
    fronted = _framed(sentence, start, end) or _fronted(sentence, start, end)
    if fronted:
        found_clauses.extend(_places_within(sentence, fronted[0]))
        start = fronted[1]
        if says := SAYS.match(sentence[start:end]):
            found_clauses.append(Clause(start, start + says.end(), Link.SAID))
            start += says.end()
    attributed = ATTRIBUTED.match(sentence[start:end])
    if attributed and not fronted:
        effect, cause = attributed.span("effect"), attributed.span("cause")
        found_clauses.append(Clause(start + effect[0], start + effect[1], Link.SO))
        found_clauses.extend(_jointed(sentence, start + cause[0], end, Link.BECAUSE))
    else:
        found_clauses.extend(_jointed(sentence, start, end, link))
    return [c for c in (_trimmed(sentence, c) for c in found_clauses) if c.end - c.start > 2]


def _fronted(sentence: str, start: int, end: int) -> tuple[Clause, int] | None:
    """A subordinate clause or phrase at the head of the sentence, and where the main clause begins."""
    opener = OPENER_SUBORDINATE.match(sentence[start:end])
    if opener is None:
        return None
    word = opener["word"].lower()
    if word in DENIED and (comma := re.search(r",\s+", sentence[start:end])):
        at = start + comma.end()
        return Clause(start, start, Link.CONTRAST, fronted=True), at
    link = Link.ONLY if word.startswith(("only", "except")) else KIND_OF.get(word, Link.WHERE)
    participle = word.endswith("ing") and word not in KIND_OF and word != "during"
    if participle:
        link = Link.WHEN
    body = start + opener.end()
    if participle and finite_verbs(re.split(r"[,;]", sentence[body:end], maxsplit=1)[0]):
        return None  # "Investing in X built trust": the subject, not a circumstance
    inverted = re.search(r"\s(?=(?:did|were|was|do|does|had|have) (?:\w+ ){1,4}\w+)", sentence[body:end])
    if link is Link.ONLY and inverted:
        return Clause(body, body + inverted.start(), link, fronted=True), body + inverted.end()
    for comma in re.finditer(r"[,;]\s+", sentence[body:end]):
        rest = sentence[body + comma.end() : end]
        main = re.split(r"[,;]", rest, maxsplit=1)[0]
        if re.match(r"(?:and|or|but|which|who|where|in which|whose|many|including|such as)\b", rest) and not re.match(
            r"and [^,]*,", rest
        ):
            continue
        if finite_verbs(main) or re.match(r"then\b", rest):
            skip = re.match(r"then\s+", rest)
            at = body if not participle else start
            return Clause(at, body + comma.start(), link, fronted=True), body + comma.end() + (
                skip.end() if skip else 0
            )
    verbs = finite_verbs(sentence[body:end])
    if word in ("where", "when", "once", "if", "because") and len(verbs) >= 2:
        subject = re.search(
            r"\s(?=(?:they|he|she|it|we|nobody|no one|staff|people)\s)",
            sentence[body + verbs[0][1] : body + verbs[1][0]],
        )
        if subject:
            at = body + verbs[0][1] + subject.start()
            return Clause(body, at, link, fronted=True), at + 1
    pronoun = re.search(r"\s(?=(?:they|he|she|it|we|nobody|no one)\s+\w+)", sentence[body:end])
    if (
        pronoun
        and link in (Link.WHERE, Link.ONLY)
        and word != "for"
        and finite_verbs(sentence[body + pronoun.end() : end])
    ) and not finite_verbs(sentence[body : body + pronoun.start()]):
        return Clause(body, body + pronoun.start(), link, fronted=True), body + pronoun.end()
    return None


def _places_within(sentence: str, clause: Clause) -> list[Clause]:
    """ "If patients are shown X in clinics with time for Y": the place is a clause of its own."""
    found = PLACE_WITHIN.search(sentence, clause.start, clause.end)
    if clause.link is Link.WHERE or found is None or found.start() - clause.start < 10:
        return [clause]
    return [
        Clause(clause.start, found.start(), clause.link, fronted=True),
        Clause(found.end(), clause.end, Link.WHERE, fronted=True),
    ]


def _jointed(sentence: str, start: int, end: int, link: Link) -> list[Clause]:
    found: list[Clause] = []
    at = start
    for joint in JOINTS.finditer(sentence, start, end):
        group = joint.lastgroup or ""
        group = "only" if joint["only"] else group
        if joint.start() <= at:
            continue
        rest = sentence[joint.end() : end]
        if group == "where" and found and at and link is Link.WHERE and PLACE_HEAD.match(sentence[at : joint.start()]):
            continue
        if group == "where" and not finite_verbs(sentence[at : joint.start()]) and link is not Link.WHERE:
            inner = finite_verbs(rest)
            aside = re.search(r",\s+", rest)
            if (
                sentence[joint.start()] == ","
                and aside
                and finite_verbs(rest[: aside.start()])
                and finite_verbs(rest[aside.end() :])
            ):
                found.append(Clause(joint.start() + 2, joint.end() + aside.start(), Link.WHERE))
                at = joint.end() + aside.end()
                continue
            second = 0 if PLACE_HEAD.match(rest) and " where " not in rest and " which " not in rest else 1
            if len(inner) > second and not re.search(r"[,;]", rest[: inner[second][0]]):
                found.append(
                    Clause(
                        joint.start() + (1 if sentence[joint.start()] == " " else 2),
                        joint.end() + inner[second][0] - 1,
                        Link.WHERE,
                    )
                )
                at = joint.end() + inner[second][0]
                continue
        if group == "when" and _starts_with_verb(rest):
            continue
        if (
            group in NEEDS_VERB
            and not re.match(r"(?:it|they|we|she|he|you|I)\b", rest)
            and not finite_verbs(re.split(r"[;]", rest, maxsplit=1)[0][:90])
        ):
            continue
        if group == "where" and INTERROGATIVE.search(sentence[at : joint.start()]):
            continue
        left = sentence[at : joint.start()]
        phrase = link in (Link.WHERE, Link.ONLY) and bool(found)
        if (
            group in ("and", "which", "comma")
            and not finite_verbs(left)
            and not phrase
            and not (len(left.split()) > 4 and NEW_CLAUSE.match(rest))
        ):
            continue
        found.append(Clause(at, joint.start(), link))
        at = joint.end()
        link = GROUP_LINK[group]
    found.append(Clause(at, end, link))
    return [part for clause in found for part in _unfronted(sentence, clause)]


def _starts_with_verb(text: str) -> bool:
    verbs = finite_verbs(text[:40])
    return bool(verbs) and verbs[0][0] == 0


def _framed(sentence: str, start: int, end: int) -> tuple[Clause, int] | None:
    """The cause that a sentence names before its effect: "One consequence of X was Y", "It was X that Y"."""
    for frame in (CONSEQUENCE, CLEFT, EFFECTIVE):
        found = frame.match(sentence[start:end])
        if found and len(found["cause"].split()) > 1:
            return Clause(
                start + found.start("cause"), start + found.end("cause"), Link.WHEN, fronted=True
            ), start + found.end()
    return None


def _unfronted(sentence: str, clause: Clause) -> list[Clause]:
    """Parts a subordinate clause from the main clause that follows it, where no comma does: "and when X grew each Y fell"."""
    text = sentence[clause.start : clause.end]
    if clause.link is Link.START or not INNER_WHEN.match(text):
        return [clause]
    front = _fronted(sentence, clause.start, clause.end)
    if front:
        return [front[0], Clause(front[1], clause.end, clause.link)]
    verbs = finite_verbs(text)
    if len(verbs) >= 2 and (subject := NEW_SUBJECT.search(text, verbs[0][1])) and subject.start() < verbs[1][0]:
        opener = OPENER_SUBORDINATE.match(text)
        skip = opener.end() if opener else 0
        return [
            Clause(clause.start + skip, clause.start + subject.start(), Link.WHEN, fronted=True),
            Clause(clause.start + subject.end(), clause.end, clause.link),
        ]
    return [clause]


def _trim(sentence: str, start: int, end: int) -> tuple[int, int]:
    while start < end and sentence[start] in EDGE:
        start += 1
    while end > start and sentence[end - 1] in EDGE:
        if sentence[end - 1] == ")" and "(" in sentence[start:end]:
            break
        end -= 1
    return start, end


def _trimmed(sentence: str, clause: Clause) -> Clause:
    start, end = _trim(sentence, clause.start, clause.end)
    return Clause(start, end, clause.link, clause.fronted)
