"""
Tell which way words point: with a gain, against it, or neither; and whether a condition or a contrast is drawn.

Knows negation, loss and refusal in general English, and nothing of any theory.
"""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.roles_words import words


class Tone(StrEnum):
    """How a span stands to a part of a configuration that speaks of gain."""

    WITH = "with"
    AGAINST = "against"
    MIXED = "mixed"
    NONE = "none"


_LOSS = words(
    r"(?:mis|dis)trust\w*|suspic\w+|suspect\w*|fear(?:ed|s|ful)?|afraid|anxi\w+|worr(?:y|ied)|dread\w*|threat\w*|blam\w+|reproach\w*|punish\w*|sham(?:e|ed)|humiliat\w+|resent\w*|cynic\w*|scept\w+|skeptic\w+|wary|reluctan\w+|unwilling\w*|hesita\w+|"
    r"expos(?:ed|ure)|watched|fobbed|burden\w*|betray\w*|abandoned|ignored|dismissed|remote|empty|hollow|meaningless|pointless|wallpaper|(?:like|as) theatre|unfair|defensive\w*|territorial|inspections?|trick|insult\w*|powerless|demorali[sz]\w*|frustrat\w+|"
    r"overwhelm\w*|confus\w+|excluded|isolated|alienat\w+|caution|personal risk|one more|formality|tick-?box|lip service|disput(?:ed|e)|undermin\w*|demotivat\w+|disillusion\w*|imposed|policing|control over|take control|looked down|"
    r"withdrew|withdrawn|withheld|withhold\w*|abandoned|dropped|cut|collapsed|stalled|failed|fail|lapsed|reverted|retreated|disengag\w+|resign(?:ed|ations?)|refused|unchallenged|unfilled|unchanged|worsen\w*|deteriorat\w+|declin(?:ed|es)|"
    r"complaints rose|complaints (?:increased|doubled)|rehearsed|gam(?:ed|ing)|hid|hoard\w*|guard(?:ed|ing)|defending|protecting (?:its|their) own|siloe?s?|silos|conflict\w*|filed|left within|stayed below|further apart|duplicated|went unanswered|onlookers|turned away"
)
_NOT = re.compile(
    r"\b(?:not|no|never|nobody|no one|none|nothing|neither|nor|hardly|barely|scarcely|cannot|ceased to|stopped (?:believ|trust|attend|us)\w*|\w+n['’]t)\b",
    re.IGNORECASE,
)
_GAIN_WHEN_DENIED = words(
    r"no longer (?:\w+ )?(?:abandoned|fear\w*|worr\w+|seem\w*|felt|repeated|paralysed|needed|refused|blame\w*|excluded|conflict\w*|duplicat\w*)|never again|not (?:\w+ )?(?:abandoned|exploit\w*|punish\w*|blame\w*|hidden|favoured|dangerous|alone|be punished|a personal failing|exploited|use what|be used)|"
    r"nothing was (?:being )?hidden|nobody was favoured|would not (?:exploit|use|punish|be punished|blame)|no (?:fewer|longer repeated)|stopped (?:feeling|calling|fearing|worrying|entering)|removed (?:their|the|his|her) (?:fear|dread)\w*|took away (?:the|their) (?:dread|fear)|"
    r"not (?:used )?once|not only|without appeal|not just|not merely|no (?:readmissions?|deaths|incidents|complaints)|not regarded as"
)
_LOWER_IS_GAIN = words(
    r"(?:fewer|lower|less|reduced|shorter|fell|halved|declined|dropped|rarer|decreas\w+|cut) (?:\w+ ){0,4}?(?:admissions?|complaints|waits?|errors|absence|turnover|falls|infections?|mortality|delays?|stay|incidents|spending|costs?|stress|burnout|readmissions?|transfers?|duplicat\w+|vacancies|restraint|conflict)|"
    r"(?:admissions?|complaints|waits?|errors|absence|turnover|falls|infections?|mortality|delays?|stay|incidents|spending|costs?|stress|burnout|readmissions?|transfers?|restraint|vacancies|disturbances|sores) (?:\w+ ){0,6}?(?:fell|halved|declined|dropped|shortened|decreased|were (?:fewer|lower|filled|reduced)|ceased|ended|dried|became (?:rarer|exceptional))"
)
_ABSENT = words(
    r"no (?:\w+ )?(?:better|sooner|greater|more|difference|change|improvement|effect|progress|new|closer|further|longer term)|nothing (?:\w+ )?(?:changed|happened|came)|none of (?:them|the \w+)|nobody|no one|not (?:one|improve|change|rise|fall|alter|return|attend|lessen|reach|take)|"
    r"(?:did|does|do|was|were|has|had|have|is|are|could|would|can)(?: not|n['’]t)|remained (?:its own|their own|unchanged|high|low|the same|separate|as before|afraid|onlookers|with)|stayed (?:as they were|where|the same|with|in the pocket|below)|as (?:many|few|much|little) \w+ (?:\w+ )*as before|as before|still (?:thought|saw|withheld|went|belonged|felt|believed|refused|kept)"
)


_WITHIN = re.compile(
    r"\b(?:that|which|who|whom) (?:had|have|has|was|were|is|are) [^,;.]*", re.IGNORECASE
)  # told of something else


def tone_of(text: str, sign: int = 1) -> Tone:
    """Which way a span points; `sign` is -1 where the part it is set against speaks of loss itself."""
    text = _WITHIN.sub("", text)
    cleared = _LOWER_IS_GAIN.sub(" gain ", _GAIN_WHEN_DENIED.sub(" gain ", text))
    losses, denials = len(_LOSS.findall(cleared)), len(_ABSENT.findall(cleared))
    if losses == 0 and denials == 0 and _NOT.search(cleared):
        denials = 1
    against = losses > 0 or denials > 0
    if (
        losses == 1
        and denials == 1
        and re.search(
            r"\b(?:not|no longer|never|n['’]t|nothing|nobody)\b(?:\W+\w+){0,3}\W+" + _LOSS.pattern,
            cleared,
            re.IGNORECASE,
        )
    ):
        against = False
    if sign < 0:
        against = not against
    return Tone.AGAINST if against else Tone.WITH


def sign_of(text: str) -> int:
    """-1 where a part of a configuration itself speaks of loss, refusal or absence."""
    return -1 if tone_of(text) is Tone.AGAINST else 1


_CONDITION = re.compile(
    r"\b(?:but )?only (?:in|where|when|among|after|if|for|once|under|with)\b[^.;]{3,80}|\b(?:provided|providing|on condition|so long as|as long as)(?: that)?\b[^.;]{3,80}|\bunless\b[^.;]{3,80}|"
    r"\b(?:particularly|especially|chiefly|above all|most strongly|mainly) (?:in|where|when|among|for)\b[^.;]{3,80}|\bdepend(?:s|ed|ent|ing) on\b[^.;]{3,80}|\bexcept (?:in|where|when|among)\b[^.;]{3,80}",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:but|yet|however|whereas|while|whilst|although|though|elsewhere|by contrast|in contrast|nonetheless|nevertheless|even so|in the other|others|those who|those (?:invited|without|in|with)|the same|among (?:the )?(?:others|elders|older|younger)|it did not reach|in other|for others|under)\b|;",
    re.IGNORECASE,
)
_LIMITING = re.compile(
    r"\b(?:however|nonetheless|nevertheless|even so|despite|in spite of|although|far from|contrary to|rather than|whereas|by contrast|elsewhere|instead|unintended|perverse|backfired|counterproductive|yet)\b",
    re.IGNORECASE,
)


def conditional(text: str) -> str:
    """The words that set a condition, or "" where none is set."""
    found = _CONDITION.search(text)
    return " ".join(found[0].split()) if found else ""


def contrasted(text: str) -> bool:
    """Whether one group, place or time is set against another."""
    return bool(_CONTRAST.search(text))


def limiting(text: str) -> bool:
    """Whether a passage says so in so many words that something did not go as hoped."""
    return bool(_LIMITING.search(text))
