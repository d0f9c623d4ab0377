"""
Guess which way a passage leans on a claim, where the stricter reading of `stance` finds it silent.

Only for deciding in which of two lists a passage is offered for reading. General English: what did not happen, what
went the other way, words of refusal and loss, and the opposites of the claim's own words. Knows no theory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.retrieve_opposites import companions, opposites, words_of
from assistant.roles_words import words
from assistant.stance_tone import Tone, limiting, tone_of

_NOTHING_CAME = words(
    r"no (?:different|better|sooner|nearer|change|difference|effect|improvement|sign of)|(?:did|"
    r"does|was|were|had|has|have|could|would) (?:not|little|nothing)|\w+n['’]t|hardly|scarcely|"
    r"barely|seldom|rarely|nobody|no one|none|never|nothing|as (?:long|many|much|few|often|late|"
    r"before|ever)|all the same|still|went on|in vain|remained|stayed|only (?:a|one|two|three|few|"
    r"some|at|after)|left as|the same as|unchanged|without (?:effect|result|success)"
)
_TURNED_AWAY = words(
    r"shrug\w*|doubt\w*|disbel\w+|mistrust\w*|distrust\w*|suspect\w*|suspic\w+|ignor\w+|dismiss\w+|"
    r"reject\w+|refus\w+|resist\w*|avoid\w*|evad\w*|hid(?:e|es|ing|den)?|conceal\w*|with(?:drew|"
    r"draw\w*|held|hold\w*)|drift\w*|abandon\w*|quit|left|leave|resign\w*|lost|lapse\w*|intrusi\w+|"
    r"lectur\w+|burden\w*|threat\w*|blam\w+|punish\w*|resent\w*|offended|patroni[sz]\w*|insult\w*|"
    r"imposed|surveillance|watched|feared?|fears|afraid|wary|cynic\w*|scept\w+|indifferen\w+|bored|"
    r"confus\w+|to themselves|kept quiet|silence[ds]?|fail\w*|stall\w*|collaps\w*|broke down|fell apart|"
    r"wors\w+|harm\w*|backfir\w*|un(?:served|seen|heard|used|read|opened|answered|filled|met|able|"
    r"willing|sure|clear|fair|safe)"
)
_NOT_LOST = words(
    r"(?:no longer|not|never|without|nor|nobody|stopped|less|rather than|instead of) (?:\w+ ){0,3}?(?:fear\w*|"
    r"afraid|blam\w+|punish\w*|threat\w*|hid\w*|doubt\w*|alone|ignored|evict\w*|abandon\w*|lost|"
    r"refus\w+|suspect\w*|feeling)"
)
TELLS = 1.0
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Claimed:
    """Words that point the way a claim's words point, and words that point the other way."""

    along: frozenset[str]
    against: frozenset[str]


def claimed(*texts: str) -> Claimed:
    along = frozenset(words_of(" ".join(companions(text) for text in texts)))
    return Claimed(along, frozenset(words_of(" ".join(opposites(text) for text in texts))) - along)


def lean(sentences: list[str], claim: Claimed) -> float:
    """At `TELLS` or above where the sentences tell against the claim, and the higher the more does."""
    text = _NOT_LOST.sub(" ", " ".join(sentences))
    held = set(_WORD.findall(text.casefold()))
    nothing = len(_NOTHING_CAME.findall(text))
    turned = len(_TURNED_AWAY.findall(text))
    opposite = len(held & claim.against)
    along = len(held & claim.along)
    tones = sum(tone_of(sentence) is Tone.AGAINST for sentence in sentences)
    cues = sum(limiting(sentence) for sentence in sentences)
    against = min(nothing, 2) + min(turned, 2) + min(opposite, 2) + 0.5 * min(tones, 2) + 0.5 * min(cues, 2)
    return against - 0.5 * min(along, 2)
