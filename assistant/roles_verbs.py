"""
The forms by which finite verbs are known: auxiliaries, irregular pasts, and common verbs in the present.

A closed list for each; `roles_clauses` knows regular pasts by their ending.
"""

from __future__ import annotations

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
