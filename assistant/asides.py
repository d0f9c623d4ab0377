"""
Sentences that read like findings and are none: how a document was made, what its authors hold, sayings, promises.

A second look after the gates, for quoting alone: what is turned away here may still be shown by a search. Speech is
left alone, since a participant's "we" and "you" are no author's.
"""

from __future__ import annotations

import re

from assistant.gates import Sentence
from assistant.model import Voice

_DOCUMENT = (
    r"(?:paper|evaluation|report|chapter|article|study|review|handbook|guide|document|section|analysis|framework|"
    r"authors?|editors?|box|appendix)"
)
_DOES = (
    r"(?:argues?|takes?|asks?|suggests?|aims?|considers?|sets?|grew|draws?|reports?|concerns?|contributes?|offers|tells|"
    r"looks|was (?:written|made|compiled|put together|prepared)|is (?:for|about|an?|the))"
)
_WE_DO = (
    r"(?:left out|read them|report\b|reported|tried|wrote|chose|use the|used the|return to|began (?:with|by|from)|"
    r"started (?:with|from)|set out|listened|counted|compared|borrow|believed|are (?:still )?inclined|"
    r"cannot (?:tell|say|show)|do not know|offer\b|note that|hope|wish|thank|owe|looked for|went back|followed up)"
)
_ABOUT_THE_WORK = re.compile(
    rf"^\W*(?:in (?:what follows|this \w+),? )?(?:"
    rf"(?:the|this|our|an?) {_DOCUMENT} (?:also |now |then |further )?{_DOES}|"
    rf"we (?:have )?(?:also |then |therefore |still |now |do not |did not |here |only |both )?{_WE_DO}|"
    r"(?:the )?(?:reader|readers|you)\b (?:may|might|can|could|should|will|wants?|need))",
    re.IGNORECASE,
)
_MADE_BY = re.compile(
    r"\b(?:observations?|findings|notes|cases|examples|stories|accounts) (?:\w+ )?(?:was|were) "
    r"(?:made|gathered|written|compiled|collected|chosen|supplied) by\b|\bnames? (?:have been|were) changed\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\b(?:accepts? no|without) (?:legal )?(?:liability|responsibility for (?:any|the use))\b|"
    r"\b(?:is|are|was|were) not research\b|\bour (?:field ?)?note(?:book)?s\b|\bso far as we (?:could|can)\b|"
    rf"\brough theor(?:y|ies)\b|\bthis {_DOCUMENT} is (?:about|for)\b|\bin need of testing\b",
    re.IGNORECASE,
)
_PROMISES = re.compile(
    r"\bwhere these \w+ (?:things|steps|conditions|principles) are (?:done|taken|met|followed)\b|"
    r"\b(?:trust|staff|outcomes|care|services|people) will (?:\w+ )?"
    r"(?:grow|improve|feel|benefit|follow|flourish|come)\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"^\W*(?:those|people|leaders|teams|organi[sz]ations|systems) (?:who|that|which) "
    r"\w+(?: \w+){0,3} \w+ (?:it|them)\b\W",
    re.IGNORECASE,
)
_TO_THE_READER = re.compile(r"\b(?:your|yourself|yourselves)\b|^\W*(?:if|when|before) you\b", re.IGNORECASE)
_ASIDES = (_ABOUT_THE_WORK, _MADE_BY, _WITHIN, _PROMISES, _SAYING, _TO_THE_READER)


def aside(sentence: Sentence) -> bool:
    """Whether a sentence speaks of the document, to its reader, or of what is hoped, and not of what was found."""
    return sentence.voice is not Voice.PARTICIPANT and any(pattern.search(sentence.text) for pattern in _ASIDES)
