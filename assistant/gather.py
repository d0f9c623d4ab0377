"""
Gathers what an engine is to read for a question: the best passages for it, and for each part of an explanation.

A question's own words find what speaks of its subject; what explains anything (a circumstance, something offered, a
response, what followed, what stood in the way) is often told in other words. So each part is asked for beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.model import Hit
from assistant.retrieve import retrieve
from assistant.terms import terms, weight
from zotero_bridge.model import Filters
from zotero_bridge.ports import PassageIndex

# Words of each part of a configuration as papers and people use them; English, like the stemming.
PARTS = (
    "in places where, at a time when, under pressure, after years of, had always been",
    "set up, offered, introduced, gave them time, met every week, was invited, asked them to",
    "felt, believed, trusted, feared, saw it as, were willing, reluctant, because they knew",
    "as a result, within a year, fell, rose, shared, withdrew, stopped, was abandoned",
    "however, although, but did not, failed, only where, unless, instead, nothing changed",
)
MAIN_SHARE = 0.5  # of the passages read, found by the question itself
PART_WORTH = 0.8  # a passage found by a part's words counts for less than one found by the question


def gather(index: PassageIndex, question: str, *, limit: int, filters: Filters) -> list[Hit]:
    """At most `limit` passages, best first; without a question, whatever the parts find."""
    found: dict[str, Hit] = {}
    main = max(1, int(limit * MAIN_SHARE)) if question else 0
    for hit in retrieve(index, question, limit=limit, filters=filters)[:main] if question else []:
        found[hit.passage.id] = hit
    each = max(1, (limit - len(found)) // len(PARTS))
    for query in _questions(question):
        fresh = (h for h in retrieve(index, query, limit=2 * each, filters=filters) if h.passage.id not in found)
        for _, hit in zip(range(each), fresh, strict=False):
            found[hit.passage.id] = replace(hit, score=PART_WORTH * hit.score)
    return sorted(found.values(), key=lambda h: (-h.score, h.passage.id))


def _questions(question: str) -> Iterator[str]:
    subject = " ".join(word for term, word in terms(question) if weight(term) > 0)
    for part in PARTS:
        yield f"{subject} {part}".strip()
