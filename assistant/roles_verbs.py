"""
Find the finite verbs of a stretch of English by form: auxiliaries, irregular pasts, common presents, regular endings.

Knows nothing of meaning. Good enough to find clauses, no more.
"""

from __future__ import annotations

import re
from typing import Final

from assistant.terms_words import spaced

AUXILIARY: Final = spaced(
    """
    am are aren't be became become becomes been can can't cannot can’t could couldn't couldn’t did didn't didn’t do
    does doesn't doesn’t don't don’t had hadn't hadn’t has hasn't have haven't i'd i'm i've is isn't isn’t it's it’s
    i’d i’m i’ve may might must should that's that’s there's they'd they're they've they’d they’re they’ve was
    wasn't wasn’t we'd we're we've were weren't weren’t we’d we’re we’ve will won't won’t would wouldn't wouldn’t
    you're you’re
    """
)
IRREGULAR_PAST: Final = spaced(
    """
    ate beat became began bent bet bid bit bled blew bore bought bound broke brought built burst came caught chose
    clung cost crept dealt drank drew drove dug fed fell felt fled flew forgot fought found gave got grew heard held
    hid hit hung hurt kept knelt knew laid led left lent let lit lost made meant met overcame paid put quit ran rang
    read rewrote rode rose said sang sank sat saw sent set shone shook shot shut slept slid sold sought spent split
    spoke spread stole stood struck stuck swam swept swore taught thought threw told took tore understood undertook
    went withdrew withheld woke won wore wound wrote
    """
)
PRESENT: Final = spaced(
    """
    accept accepts act acts adhere adheres adopt adopts affect affects agree agrees allow allows ask asks attend
    attends attract attracts avoid avoids become becomes believe believes belong belongs bring brings build builds
    carries carry cause causes cease ceases choose chooses collaborate collaborates come comes communicate
    communicates complete completes consider considers continue continues convince convinces create creates decide
    decides decline declines deliver delivers depend depends develop develops disappear disappears discourage
    discourages doubt doubts drop drops ease eases enable enables encourage encourages endorse endorses engage
    engages erode erodes expect expects experience experiences face faces fall falls fear fears feel feels find
    finds follow follows foster fosters generate generates get gets give gives go goes grow grows hear hears help
    helps hide hides hold holds identifies identify improve improves include includes increase increases involve
    involves join joins judge judges keep keeps know knows lack lacks lead leads learn learns leave leaves lend
    lends lessen lessens listen listens look looks lower lowers make makes mean means meet meets motivate motivates
    narrow narrows need needs offer offers participate participates perceive perceives persist persists persuade
    persuades prefer prefers prevent prevents produce produces protect protects provide provides put puts raise
    raises reassure reassures receive receives recognise recognises reduce reduces refer refers refuse refuses
    regard regards remain remains report reports require requires resent resents resist resists respond responds
    result results retain retains rise rises say says see seem seems sees serve serves share shares show shows speak
    speaks spread spreads start starts stay stays stop stops strengthen strengthens support supports take takes talk
    talks tell tells tend tends think thinks top tops treat treats trigger triggers trust trusts undermine
    undermines understand understands use uses value values vanish vanishes view views visit visits wait waits want
    wants weaken weakens weigh weighs widen widens withdraw withdraws work works worries worry
    """
)

# After one of these a participle is an adjective: "the retired officers".
_NOT_FINITE_AFTER: Final = spaced(
    """
    a an and any are as at be been being both by each eight every five for former four from get got had has have her
    highly his in is its jointly less more most my never new newly nine no not of on one or other our own poorly
    recently seven shared single six some ten than that the their these this those three to two very was well were
    which who whom with without your
    """
)
_NOT_VERBS_ED: Final = spaced("bed breed embed feed hundred indeed naked need red sacred seed shed speed united")
_TOKEN = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d[\d.,]*%?")
_LY = re.compile(r"\w+ly$", re.IGNORECASE)


def finite_verbs(text: str) -> list[tuple[int, int]]:
    """Where finite verbs seem to stand, by form alone. Good enough to find clauses, no more."""
    found: list[tuple[int, int]] = []
    before = ["", ""]
    for token in _TOKEN.finditer(text):
        word = token[0].lower()
        if _finite(word, before):
            found.append(token.span())
        before = [before[1], word]
    if len(found) > 1 and text[: found[0][0]].strip() == "" and text[slice(*found[0])].endswith("ed"):
        del found[0]  # "Structured debriefing helped": an adjective at the head
    return found


def _finite(word: str, before: list[str]) -> bool:
    if word in AUXILIARY:
        return before[1] != "to" and word not in ("be", "been")
    if before[1] == "to":
        return False
    adjectival = before[1] in _NOT_FINITE_AFTER or (_LY.match(before[1]) and before[0] in _NOT_FINITE_AFTER)
    if word in IRREGULAR_PAST:
        return not adjectival or before[1] in ("who", "which", "that", "and", "each", "both", "never", "one")
    if word in PRESENT:
        return before[1] in (
            "who",
            "which",
            "that",
            "they",
            "we",
            "it",
            "you",
            "i",
            "he",
            "she",
            "people",
            "staff",
        ) or (not adjectival and bool(before[1]))
    if word.endswith("ed") and len(word) > 4 and word not in _NOT_VERBS_ED:
        return not adjectival or before[1] in ("who", "which", "each", "both", "never", "and")
    return False
