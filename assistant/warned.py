"""
Tells the reader which sources hold text that tries to instruct a language model, wherever in them it stands.

A model never sees titles, tags or headings, and never the words of a passage that speak to it; a reader may be looking
at all of them, and should know. Whatever the engine, the warning is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.engines.fence import addresses_model
from assistant.model import Hit
from zotero_bridge.fold import readable
from zotero_bridge.model import Item, SourceKind
from zotero_bridge.ports import PassageIndex

_NAMES = {SourceKind.NOTE: "a note", SourceKind.ANNOTATION: "an annotation", SourceKind.ABSTRACT: "its abstract"}


def warnings(hits: Sequence[Hit], index: PassageIndex) -> tuple[str, ...]:
    """A line for each item among the hits that speaks to a machine, saying where in it."""
    places: dict[str, dict[str, None]] = {}
    for hit in hits:
        for place in _places(hit, index):
            places.setdefault(hit.passage.item_key, {})[place] = None
    return tuple(_told(index.item(key), key, list(found)) for key, found in places.items())


def _places(hit: Hit, index: PassageIndex) -> Iterator[str]:
    passage = hit.passage
    item = index.item(passage.item_key)
    source = index.source(passage.locator.source_key)
    if addresses_model(passage.text):
        yield _NAMES.get(passage.source_kind, "its text")
    if addresses_model(passage.locator.section):
        yield "a heading"
    if any(addresses_model(title) for title in (item.title if item else "", source.title if source else "")):
        yield "its title"
    tags = [*(item.tags if item else ()), *(source.tags if source else ())]
    if any(addresses_model(tag.name) for tag in tags):
        yield "a tag"


def _told(item: Item | None, key: str, places: list[str]) -> str:
    who = f"{item.creators_display or 'Unnamed'} ({item.year or 'n.d.'}, {key})" if item else key
    where = " and ".join(filter(None, (", ".join(places[:-1]), places[-1])))
    return f"{readable(who)} tries to instruct a language model, in {where}; no engine follows it."
