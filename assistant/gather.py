"""
Gathers what an engine is to read for a question: the best passages for it, and for each part of an explanation.

A question's own words find what speaks of its subject; what explains anything (a circumstance, something offered, a
response, what followed, what stood in the way) is often told in other words. So each part is asked for beside them.
Every passage is then measured against the question itself, so that `words` and `meaning` of all hits compare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from assistant.model import Hit
from assistant.retrieve import candidates, retrieve, shortlist
from assistant.terms import asked, terms, weight
from zotero_bridge.index.words_query import WordQuery
from zotero_bridge.model import Filters
from zotero_bridge.ports import PassageIndex

# Words of each part of a configuration as papers and people use them; English, like the stemming.
PARTS = (
    "in places where, at a time when, under pressure, after years of, set up, offered, introduced, was invited",
    "felt, believed, trusted, feared, saw it as, were willing, reluctant, because they knew",
    "as a result, however, although, but did not, fell, rose, withdrew, only where, unless, nothing changed",
)
ASKED_BESIDE = (  # what each of the parts asks for, in the reader's words
    "what the circumstances were and what was offered",
    "how people took it",
    "what came of it, and what limits or contradicts it",
)
MAIN_SHARE = 0.5  # of the passages read, found by the question itself
MAIN_SHARE_NARROW = 0.7  # the same, where the question has a subject of its own
PART_WORTH = 0.8  # a passage found by a part's words counts for less than one found by the question
DEEPER = 3  # candidates looked at for each passage kept
TELLING = 0.3  # of a candidate's score is how much it tells of people and what came of it
TELLING_BROAD = 0.7  # the same, where the question singles nothing out
FOLLOWS_UP = " — "  # parts what a follow-up asks from the question that it follows


def gather(index: PassageIndex, question: str, *, limit: int, filters: Filters) -> list[Hit]:
    """At most `limit` passages, best first; without a question, whatever the parts find."""
    found: dict[str, Hit] = {}
    narrow = any(w >= 1 for w in asked(question).values())
    share = TELLING if narrow else TELLING_BROAD
    main = max(1, int(limit * (MAIN_SHARE_NARROW if narrow else MAIN_SHARE))) if question else 0
    if question:
        for hit in _found_by(index, question, limit, main, filters, share):
            found[hit.passage.id] = hit
    each = -(-(limit - len(found)) // len(PARTS))
    for query in _questions(question):
        deep = _by_telling(candidates(index, WordQuery(query), query, limit=limit, filters=filters), share)
        fresh = (h for h in deep if h.passage.id not in found)
        for _, hit in zip(range(each), fresh, strict=False):
            found[hit.passage.id] = replace(hit, score=PART_WORTH * hit.score)
    ordered = sorted(found.values(), key=lambda h: (-h.score, h.passage.id))
    kept = shortlist(index, ordered, limit=limit)
    return _measured(index, question, sorted(kept, key=lambda h: (-h.score, h.passage.id)))


def _found_by(index: PassageIndex, question: str, limit: int, main: int, filters: Filters, share: float) -> list[Hit]:
    """What the question finds; half of it, where it follows another up, by what it asks anew."""
    fresh, mark, _ = question.partition(FOLLOWS_UP)
    anew = _by_telling(candidates(index, WordQuery(fresh), fresh, limit=limit, filters=filters), share) if mark else []
    seen = {h.passage.id: h for h in anew[: main // 2]}
    whole = retrieve(index, question, limit=DEEPER * limit if share == TELLING_BROAD else limit, filters=filters)
    return [*seen.values(), *(h for h in _by_telling(whole, share) if h.passage.id not in seen)][:main]


_WORDS = re.compile(r"[^\W\d_]+")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_RESPONSE = _set(
    "felt feel feels feeling feelings believe believed believes trust trusted trusts mistrust mistrusted distrust fear "
    "feared fears afraid worry worried worries proud pride ashamed shame willing unwilling reluctant reluctance confident "
    "confidence convinced persuaded realised realized understood suspect suspected suspicion suspicious doubt doubted "
    "doubts resent resented resentment valued respect respected thought thinks saw regard regarded sense motivated "
    "motivation angry anger safe owned ownership wanted minded cared knew accept accepted embarrassed embarrassment "
    "hopeless relief relieved comfortable blame blamed betrayed insulted glad hoped supposed took taken seen"
)
_CAME_OF_IT = _set(
    "because therefore consequently fell rose dropped doubled halved tripled stopped began withdrew refused agreed shared "
    "cancelled abandoned unchanged fewer until nobody unless although but only longer cent nothing after once whereas "
    "kept left went grew increased decreased declined improved worsened"
)
_HOPED = _set("should must will shall aim aims ensure may might could ambition commitment")


def _by_telling(hits: list[Hit], share: float) -> list[Hit]:
    """Passages that tell how people took something, and what came of it, before those that announce or define."""
    weighed = [
        replace(h, score=(1 - share) * h.score + share * telling(h.passage.text) * max(h.score, 0.3)) for h in hits
    ]
    return sorted(weighed, key=lambda h: (-h.score, h.passage.id))


@lru_cache(maxsize=8192)
def telling(text: str) -> float:
    """How much a passage tells of responses and what came of them, 0 to 1; a quick look, not a reading."""
    words = _WORDS.findall(text.lower())
    responses = min(3, sum(w in _RESPONSE for w in words))
    followed = min(3, sum(w in _CAME_OF_IT for w in words))
    hoped = min(4, sum(w in _HOPED for w in words))
    return max(0.0, (0.5 * responses + 0.5 * followed - 0.3 * hoped) / 3)


def _questions(question: str) -> Iterator[str]:
    subject = " ".join(word for term, word in terms(question) if weight(term) > 0)
    for part in PARTS:
        yield f"{subject} {part}".strip()


def _measured(index: PassageIndex, question: str, hits: list[Hit]) -> list[Hit]:
    """With words and meaning against the question, whichever query found them."""
    if not question or not hits:
        return hits
    ids = [h.passage.id for h in hits]
    words, meaning = index.score_words(question, ids), index.score_meaning(question, ids)
    return [replace(h, words=words.get(h.passage.id, 0.0), meaning=meaning.get(h.passage.id, 0.0)) for h in hits]
