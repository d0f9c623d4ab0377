"""
Which tags and highlight colours a library uses, which of them the review gives no meaning, and what they may mean.

Pure. A suggestion is made from a tag's own words and is only ever shown: the map in review.toml is the reviewer's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.config import Review
from zotero_bridge.model import Item, SourceInfo, SourceKind, Tag

COLOR_NAMES = {  # Zotero's own, annotations.js
    "#ffd400": "yellow",
    "#ff6666": "red",
    "#5fb236": "green",
    "#2ea8e5": "blue",
    "#a28ae5": "purple",
    "#e56eee": "magenta",
    "#f19837": "orange",
    "#aaaaaa": "grey",
}
_HINTS = (  # the first that fits; a tag that fits none is listed without a suggestion
    (r"exclude|screened[ _-]?out|\breject", "excluded"),
    (r"include|screened[ _-]?in\b", "included"),
    (r"theor|^i?pt ?\d", "theory"),
    (r"reasoning|reaction|^m[ _-]?rea", "reasoning"),
    (r"resource|^m[ _-]?res", "resource"),
    (r"mechanism|^m(?:[-_:/]|$)", "mechanism"),
    (r"context|circumstance|^c(?:[-_:/]|$)", "context"),
    (r"outcome|^o(?:[-_:/]|$)", "outcome"),
)


@dataclass(frozen=True, slots=True)
class Unmapped:
    """In use and without a meaning, the most used first. `suggested`: tag -> what its words point to."""

    tags: Mapping[str, int]
    colors: Mapping[str, int]
    suggested: Mapping[str, str]


def unmapped(review: Review, items: Iterable[Item], sources: Iterable[SourceInfo]) -> Unmapped:
    """Automatic tags of items are left out: they are a catalogue's words, not the reviewer's."""
    held = list(sources)
    marks = [s for s in held if s.kind is SourceKind.ANNOTATION]
    own = [t for s in held if s.kind is not SourceKind.ABSTRACT for t in s.tags]
    used = Counter(t.name for t in [*_by_hand(t for i in items for t in i.tags), *own])
    mapped = {t.casefold() for t in review.tag_map}
    tags = {n: c for n, c in _ranked(used) if n.casefold() not in mapped and not n.startswith(review.tag_namespace)}
    known = {c.lower() for c in review.color_map}
    colors = {n: c for n, c in _ranked(Counter(s.color for s in marks if s.color)) if n not in known}
    return Unmapped(tags, colors, {tag: meant for tag in tags if (meant := suggestion(tag))})


def suggestion(tag: str) -> str:
    """What a tag's words point to; "" for most tags."""
    return next((meant for pattern, meant in _HINTS if re.search(pattern, tag.casefold())), "")


def color_name(color: str) -> str:
    """ "#ffd400 yellow"; other colours have no name."""
    return f"{color} {COLOR_NAMES.get(color, '')}".strip()


def _by_hand(tags: Iterable[Tag]) -> list[Tag]:
    return [t for t in tags if not t.automatic]


def _ranked(used: Counter[str]) -> list[tuple[str, int]]:
    return sorted(used.items(), key=lambda pair: (-pair[1], pair[0]))
