"""
Collapse what says the same, and let no document flood a list. Pure: works on hits in order, best first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from math import isqrt
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.model import Hit
from zotero_bridge.model import Item

ALIKE = 0.8  # of the word triples of two passages that they share; printings of one text are well above
TRIPLE = 3
SKETCH = 8  # triples by which near-duplicates find each other: two that are alike share one of these all but surely
_WORD = re.compile(r"\w+")
# odd numbers whose products, modulo 2 to the 64th, spread evenly: the least of a text's triples are any of them
_SPREAD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
Triples = NDArray[np.uint64]


def collapse(hits: Sequence[Hit]) -> list[Hit]:
    """
    Each group of near-duplicates once, in the place of its best, with the number of those left out.

    Shown is the best of them; where the best has no page and another has, that one, since a page can be cited.
    """
    kept: list[Hit] = []
    triples_of: list[Triples] = []
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for hit in hits:
        triples = _triples(hit.passage.text)
        sketch = triples[:SKETCH].tolist()
        near = sorted({at for mark in sketch for at in holders[mark]})
        twin = next((at for at in near if _alike(triples, triples_of[at])), None)
        if twin is None:
            for mark in sketch:
                holders[mark].append(len(kept))
            kept.append(hit)
            triples_of.append(triples)
        else:
            kept[twin] = _joined(kept[twin], hit)
    return kept


def _alike(one: Triples, other: Triples) -> bool:
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return False
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= ALIKE * (len(one) + len(other) - shared)


def _joined(shown: Hit, twin: Hit) -> Hit:
    count = shown.duplicates + 1
    if shown.passage.locator.page_index is None and twin.passage.locator.page_index is not None:
        return replace(shown, passage=twin.passage, duplicates=count)
    return replace(shown, duplicates=count)


def _triples(text: str) -> Triples:
    """Every three words in a row, once, as numbers that are the same on every machine; sorted."""
    marks = np.array([_mark(word) for word in _WORD.findall(text.replace("\u00ad", "").casefold())], np.uint64)
    if len(marks) < TRIPLE:
        return np.array([marks.sum()], np.uint64)
    return np.unique(_SPREAD[0] * marks[:-2] + _SPREAD[1] * marks[1:-1] + _SPREAD[2] * marks[2:])


@lru_cache(maxsize=50_000)
def _mark(word: str) -> int:
    return crc32(word.encode("utf-8", "replace"))


def spread(hits: Sequence[Hit], limit: int, study: Callable[[str], str]) -> list[Hit]:
    """
    At most about the root of `limit` passages of one study (3 of 10, 7 of 60), as long as others are to be had; the
    rest follow in their own order. `study` names the study an item belongs to.
    """
    most = share_of_one(limit)
    taken: Counter[str] = Counter()
    first: list[Hit] = []
    later: list[Hit] = []
    for hit in hits:
        name = study(hit.passage.item_key)
        if taken[name] < most:
            taken[name] += 1
            first.append(hit)
        else:
            later.append(hit)
    return [*first, *later][:limit]


def share_of_one(limit: int) -> int:
    """How many passages of a list one study may have while others wait."""
    return max(2, isqrt(limit))


def studies(items: Iterable[Item]) -> dict[str, str]:
    """
    For each item the name of its study: items that the library relates to each other, or that carry one title (a
    report and its reprint), are siblings.
    """
    items = list(items)
    name = {item.key: item.key for item in items}

    def root(key: str) -> str:
        while name[key] != key:
            key = name[key]
        return key

    def join(one: str, other: str) -> None:
        a, b = sorted((root(one), root(other)))
        name[b] = a

    by_title: dict[str, str] = {}
    for item in items:
        for _, uri in item.relations:
            sibling = uri.rstrip("/").rpartition("/")[2]
            if sibling in name:
                join(item.key, sibling)
        title = " ".join(_WORD.findall(item.title.casefold()))
        if len(title) > 20:  # "Editorial" and "Annual report" name no study
            join(item.key, by_title.setdefault(title, item.key))
    return {key: root(key) for key in name}
