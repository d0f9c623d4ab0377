"""
Read the signs of one clause: how much it looks like a context, a resource, a reasoning or an outcome.

Knows word classes and grammar, not the passage around; `roles` weighs the signs against each other. Offsets are relative
to the clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.roles_joints import Link
from assistant.roles_people import Modifier, actor, modifiers
from assistant.roles_verbs import finite_verbs
from assistant.roles_words import CHANGE, MAKES, MIND, MIND_NOUN, MOOD, OFFER, OFFERED, STANDING, STRONG_CHANGE, words


@dataclass(frozen=True, slots=True)
class Signs:
    context: float
    resource: float
    reasoning: float
    outcome: float
    mind_at: int = 0  # where the attitude begins
    made: bool = False  # something makes them feel so
    perfect: bool = False  # had been, had long …
    stative: bool = False  # was, were, had
    event: bool = False  # something happens
    verbal: bool = False  # has a finite verb
    strong_change: bool = False
    negated: bool = False
    novel: bool = False  # brought in, not merely done
    offered: bool = False  # a thing that can be offered, and the passive of offering
    modifiers: tuple[Modifier, ...] = ()
    actor: tuple[int, int] | None = None


_PERFECT = re.compile(
    r"\bhad (?!(?:a|an|the|no|little|few|some|any|to|better)\b)(?:\w+ )?(?:\w+ed|been|become|come|gone|grown|spent|lost|seen|run|fought|taken|left|made|begun|built|fallen|given|found|known|held|kept|met|put|got|had|broken|worked|never|long|always|usually)\b"
    r"|\b(?:we|they|it|nobody|I|she|he)['’]d (?:been|had|always|never|\w+ed)\b|\b(?:we|they|I)['’]ve (?:been|had|always|never)\b",
    re.IGNORECASE,
)


_STATIVE = re.compile(
    r"\b(?:was|were|is|are|(?:it|that|there|what|who|he|she|we|they)['’](?:s|re))\b(?! (?:\w+ )?(?:\w{3,}ed|given|sent|put|set|made|held|built|shown|taught|told|paid|brought|drawn|written|lent|led|run|begun|found|taken|seen|spent|kept|\w+ing)\b)|\b(?:had|have|has) (?:access|a|an|no|little|few|some|been|never|long|many|more|most|two|three|the)\b"
    r"|\b(?:rarely|seldom|hardly|never|usually|often|always|typically|still)\b|\b(?:was|were) (?:already|once|then)\b|\b(?:remained|lacked|lacks|stood|faced|belonged|depended|relied|tended|used to|continued to|don['’]t|stands?|served?|worked side)\b",
    re.IGNORECASE,
)


_NOVEL = words(
    r"introduc(?:ed|es|ing|tion)|launch(?:ed|es)?|establish(?:ed|es)|creat(?:ed|es)|implement(?:ed|s)|pilot(?:ed|s)|install(?:ed|s)|roll(?:ed|ing)[ -]out|set (?:up|aside)|appoint(?:ed|s)|invit(?:ed|es|ation)|offer(?:ed|s)|provid(?:ed|es)|"
    r"fund(?:ed|s)|grant(?:ed|s)|allocat(?:ed|es)|delegat(?:ed|es)|devolv(?:ed|es)|deploy(?:ed|s)|assign(?:ed|s)|pair(?:ed|s)|recruit(?:ed|s)|train(?:ed|s)|suppl(?:ied|ies)|given|gave|equip(?:ped|s)|extended|redesigned|"
    r"issu(?:ed|es)|distribut(?:ed|es)|waived|abolished|simplified|replaced|began|started|opened|added|moved|co-located|published|redeployed|awarded|subsidised|made available|brought in|put in place|new"
)


_NEGATED = re.compile(
    r"\b(?:not|no|never|nobody|no one|none|nothing|neither|nor|without|hardly|barely|scarcely|failed|refused|\w+n['’]t|unchanged|unchallenged|unfilled|abandoned|collapsed|withdrew|withheld|reverted)\b",
    re.IGNORECASE,
)


_PASSIVE_OFFER = re.compile(
    r"\b(?:was|were|been|being|is|are) (?:\w+ ){0,2}?(?:given|offered|provided|funded|appointed|invited|asked|handed|trained|supplied|paid|granted|allocated|circulated|introduced|signed|assigned|paired|set up|set aside|"
    r"established|created|launched|rolled out|piloted|issued|published|installed|placed|posted|displayed|sent|held|added|extended|devolved|delegated|moved|redesigned|shown|taught|told|lent|let|involved|consulted|included|"
    r"co-located|relocated|equipped|mentored|coached|matched|put|brought|drawn|written|opened|shared|reviewed|presented|distributed|adopted|merged|implemented|employed|recruited|hired|awarded|announced|promised|subsidised|reimbursed|formed|convened|organi[sz]ed|run|agreed|printed|replaced|commissioned|developed|built)\b",
    re.IGNORECASE,
)


_STANDING_STRONG = words(
    r"little faith|no faith|low trust|mistrust\w*|sceptical|wary|had never|for (?:years|decades|a generation|\w+ years)|until then|back then|history of|legacy of|shortages?|vacanc(?:y|ies)|turnover|deficits?|austerity|cuts?|"
    r"conflicting|competing|incompatible|at risk|special measures|stretched|short-?staffed|rivals?|rivalry|fought|rife|high|low|poor|chronic|cool|strained|fragmented|temporary|interim"
)


def signs_of(text: str, link: Link, *, fronted: bool) -> Signs:
    """The signs of one clause, read alone."""
    verbs = finite_verbs(text)
    singled = modifiers(text, verbs)
    whole = text
    for modifier in singled:
        text = text[: modifier.start] + " " * (modifier.end - modifier.start) + text[modifier.end :]
    if singled:
        verbs = finite_verbs(text)
    mind, made = MIND.search(text) or MOOD.search(text), MAKES.search(text)
    perfect, stative = _perfect(text, verbs, link), bool(_STATIVE.search(text))
    strong = bool(STRONG_CHANGE.search(text))
    return Signs(
        context=_context(text, link, fronted=fronted, perfect=perfect, stative=stative),
        resource=_resource(text, link, fronted=fronted, perfect=perfect, verbal=bool(verbs)),
        reasoning=_reasoning(text, link, mind, made),
        outcome=_outcome(text, link, strong=strong, fronted=fronted),
        mind_at=_mind_at(mind, made),
        made=made is not None,
        perfect=perfect,
        stative=stative,
        event=bool(verbs) and not stative and not perfect,
        verbal=bool(verbs),
        strong_change=strong,
        novel=bool(_NOVEL.search(text)),
        offered=bool(OFFERED.search(text)) and bool(_PASSIVE_OFFER.search(text)),
        negated=bool(_NEGATED.search(text)),
        modifiers=singled,
        actor=actor(whole, mind or made),
    )


def _mind_at(mind: re.Match[str] | None, made: re.Match[str] | None) -> int:
    """Where an attitude begins; a mood may be named at the end of its clause, and then the clause is kept whole."""
    starts = [m.start() for m in (mind, made) if m and m.re is not MOOD]
    return min(starts, default=0)


def _perfect(text: str, verbs: list[tuple[int, int]], link: Link) -> bool:
    """The clause itself, not a clause within it, tells how things had been."""
    found = _PERFECT.search(text)
    if found is None:
        return False
    return link in (Link.WHERE, Link.ONLY, Link.WHO) or not verbs or found.start() <= verbs[0][1]


def _context(text: str, link: Link, *, fronted: bool, perfect: bool, stative: bool) -> float:
    score = {Link.WHERE: 2.5, Link.ONLY: 2.5}.get(link, 0.0)
    score += 1.5 if perfect else 0.0
    score += 0.5 if stative else 0.0
    score += min(1.5, 0.5 * len(STANDING.findall(text)) + (0.5 if _STANDING_STRONG.search(text) else 0.0))
    if fronted and link in (Link.WHEN, Link.BECAUSE) and (perfect or stative):
        score += 1.0
    if fronted and link is Link.WHEN and _STANDING_STRONG.search(text) and not _offers(text):
        score += 1.5
    if link is Link.CONTRAST and (stative or perfect):
        score += 0.5
    if (
        link is Link.WHERE
        and fronted
        and re.match(
            r"(?:the|this|a) (?:\w+ ){0,2}(?:policy|scheme|arrangements?|programme|agreement|system|plan|model)$",
            text,
            re.IGNORECASE,
        )
    ):
        score -= 2.0
    if link in (Link.WHERE, Link.ONLY) and fronted and len(text.split()) < 3 and not STANDING.search(text):
        score -= 1.5
    if (
        link is Link.WHERE
        and _offers(text)
        and not perfect
        and not stative
        and finite_verbs(text)
        and not STANDING.search(text)
    ):
        score -= 2.0
    if link is Link.WHERE and re.match(
        r"(?:the |a |an )?(?:same |past |first |next |last |second |\w+ )?(?:month|year|week|day|end|time|spring|autumn|summer|winter|january|march|may|\d{4})\b",
        text,
        re.IGNORECASE,
    ):
        score -= 2.5
    return score


def _offers(text: str) -> bool:
    return bool(OFFER.search(text) or _PASSIVE_OFFER.search(text))


def _resource(text: str, link: Link, *, fronted: bool, perfect: bool, verbal: bool) -> float:
    score = 0.0
    if _PASSIVE_OFFER.search(text):
        score += 2.5
    elif OFFER.search(text):
        score += 1.5
    score += 1.0 if OFFERED.search(text) else 0.0
    score += 0.5 if link in (Link.WHEN, Link.BECAUSE) and fronted and score else 0.0
    if fronted and link is Link.WHEN and not verbal and not _PERCEIVING.match(text) and len(text.split()) > 1:
        score += 1.5
    if (
        re.match(r"(?:\w+, )?(?:we|they|there) (?:had|was|were)\b", text, re.IGNORECASE)
        and OFFERED.search(text)
        and not STANDING.search(text)
    ):
        score += 1.5
    if link in (Link.WHERE, Link.ONLY) and STANDING.search(text):
        score -= 2.0
    if link is Link.BECAUSE and not verbal:
        score += 2.0
    if perfect:
        score -= 1.5
    if link is Link.SO:
        score -= 1.0
    if link in (Link.WHERE, Link.ONLY) and not (verbal and _offers(text)):
        score -= 1.5
    return score


_BEGINS_IN_MIND = re.compile(
    r"^(?:a|an|the|their|growing|greater|more|less|increased|some|its|his|her)?\s?(?:[\w’'-]+ ){0,2}?(?="
    + MIND_NOUN.pattern[2:]
    + ")",
    re.IGNORECASE,
)


_PERCEIVING = re.compile(
    r"(?:having|hearing|reading|seeing|knowing|overhearing|feeling|being|watching|sensing|believing|thinking)\b",
    re.IGNORECASE,
)


_ASIDE = re.compile(
    r",\s(?:they|she|he|we were told|one|as one|(?:the|a|an|one) (?:[\w’'-]+ ){1,4}?)\s?(?:said|says?|told us|told me|explained|put it|recalled)\b[^,]{0,20},|^[\"“‘'][^\"”]{8,}[,.?!][\"”’']|,[\"”’'] (?:said|we heard)",
)


_ABOUT_THEM = re.compile(
    r"\b(?:they|them|themselves|it|that|this|we|us|I|me|you|none|nobody|neither|each|their|our|his|her|my)\b.{0,80}\b(?:would|could|was|were|is|are|had|not|never|nobody|no longer|\w+n['’]t|[’']s|[’']d)\b|\b(?:would|could) (?:not|never)\b",
    re.IGNORECASE,
)


def told(text: str, *, attributed: bool) -> float:
    """What people themselves say of it is often why they did it, whatever the words: 0, 1.5 or 2.5."""
    if not attributed and not _ASIDE.search(text):
        return 0.0
    if STRONG_CHANGE.search(text):
        return 0.0
    return 2.5 if _ABOUT_THEM.search(text) else 1.5


def _reasoning(text: str, link: Link, mind: re.Match[str] | None, made: re.Match[str] | None) -> float:
    score = 0.0
    head = re.split(r"\b(?:who|that|which|whose)\b", text, maxsplit=1)[0]
    if (
        not mind
        and not (made and made.start() < 3)
        and not finite_verbs(head)
        and _BEGINS_IN_MIND.match(text)
        and len(text.split()) > 3
    ):
        score += 3.0
    if mind:
        score += 3.0
    if made:
        score += 3.0
    if (
        not score
        and link in (Link.THEN, Link.START, Link.BECAUSE)
        and MIND_NOUN.search(text)
        and re.search(r"\b(?:was|were|had|lost|gained|showed|expressed|spoke of|described|reported|there was)\b", text)
    ):
        score += 1.0
    if score and link in (Link.WHERE, Link.ONLY):
        score -= 2.0
    return score


def _outcome(text: str, link: Link, *, strong: bool, fronted: bool) -> float:
    score = 2.5 if strong else 0.0
    if not strong and CHANGE.search(text):
        score += 1.0
    if link is Link.SO:
        score += 1.0
    if fronted or link in (Link.WHERE, Link.ONLY, Link.BECAUSE, Link.WHEN):
        score -= 2.0
    if not finite_verbs(text) and link is not Link.SO:
        score -= 0.5
    return score
