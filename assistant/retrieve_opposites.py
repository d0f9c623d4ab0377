"""
Words that say the opposite of a text's, for searching what contradicts it. General English; knows no theory.
"""

from __future__ import annotations

import re

_PAIRS = (
    ("improve improved improves improving improvement better", "worsened deteriorated worse no better"),
    (
        "increase increased increases increasing rise rose rises grew grow grows more",
        "decreased fell declined fewer less",
    ),
    (
        "decrease decreased reduce reduced reduces reduction fell falls fewer lower less",
        "increased rose grew more higher",
    ),
    ("trust trusts trusted trusting", "mistrust distrust suspicion suspected"),
    ("confident confidence", "doubt doubted unsure"),
    ("willing willingness keen", "reluctant unwilling refused hesitated"),
    ("share shares shared sharing", "withheld hoarded guarded kept to themselves"),
    (
        "engage engaged engages engagement involved involvement participate participation",
        "disengaged excluded withdrew",
    ),
    ("align aligned aligns alignment consistent coherent", "conflicting fragmented inconsistent divided diverged"),
    ("agree agreed agreement consensus", "disagreed dispute disputed conflict"),
    (
        "collaborate collaboration collaborative cooperate cooperation together joint",
        "competed rivalry apart silos separate",
    ),
    ("own owned ownership", "imposed disowned bystanders onlookers"),
    ("purpose meaning meaningful", "meaningless pointless empty slogan"),
    ("safe safety safely", "unsafe afraid fear blamed"),
    ("feel felt valued respected heard listened", "ignored dismissed undermined unheard"),
    ("motivate motivated motivates motivation inspire inspires inspired", "demotivated cynical disillusioned"),
    ("accountable answerable accountability responsibility responsible", "blame evaded unchallenged nobody answerable"),
    ("fair fairness fairly", "unfair favoured resented"),
    ("empower empowered empowerment control autonomy", "powerless disempowered controlled"),
    ("adopt adopted adoption uptake implemented sustained embedded", "abandoned rejected lapsed reverted resisted"),
    ("retain retained retention stay stays stayed remain", "left resigned turnover vacancies drifted"),
    ("attend attended attendance", "absent missed stopped attending"),
    ("succeed succeeded success successful achieved achieve met", "failed failure missed stalled"),
    ("clear clarity", "unclear confused ambiguous"),
    ("open openly openness transparent honest", "hidden closed secret defensive"),
    ("support supported supportive", "unsupported undermined obstructed"),
    ("quick quicker faster sooner earlier timely short shorter", "delayed slower later longer waited"),
    ("regular regularly often frequently", "irregular rarely seldom missed absent"),
    ("known seen recognised noticed", "anonymous unknown overlooked intruded"),
    ("save saved savings cheaper", "cost costs dearer overspent"),
    ("satisfied satisfaction pleased", "dissatisfied complaints frustrated"),
    ("learn learned learning", "ignored repeated mistakes"),
    ("worse worsened worsens harm harmed harms", "improved better benefit"),
    ("fail failed fails failure", "succeeded worked achieved"),
    ("fear feared afraid anxious", "safe confident reassured"),
    ("resist resisted resistance refuse refused", "accepted welcomed adopted"),
)
_OPPOSITES = {word: against for words, against in _PAIRS for word in words.split()}
_COMPANIONS = {word: words for words, _ in _PAIRS for word in words.split()}
_WORD = re.compile(r"[^\W\d_]+")


def companions(text: str) -> str:
    """The words that point the way those of `text` point, where they are known; empty where none is."""
    found = (_COMPANIONS.get(word) for word in words_of(text))
    return " ".join(dict.fromkeys(one for one in found if one))


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def opposites(text: str) -> str:
    """The opposites of the words of `text` that have one, each once; empty where none has."""
    found = (_OPPOSITES.get(word) for word in words_of(text))
    return " ".join(dict.fromkeys(one for one in found if one))
