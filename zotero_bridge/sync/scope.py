"""
Which items of a library a review brings in.

Pure. Fields of a scope add up, values of one are alternatives. A collection or saved search that the library does not
have is an error rather than an empty review: a typing mistake must not drop an index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from zotero_bridge.errors import LibraryError
from zotero_bridge.index.catalogue_known import KnownObject
from zotero_bridge.index.filters import collection_keys, tags_meant
from zotero_bridge.model import Collection, SavedSearch, Scope


def in_scope(
    scope: Scope,
    known: Mapping[str, KnownObject],
    *,
    tags: Callable[[], Mapping[str, tuple[str, ...]]],
    shelved: Callable[[], Mapping[str, tuple[str, ...]]],
    collections: Sequence[Collection],
    searches: Sequence[SavedSearch],
    members: Callable[[str], frozenset[str]],
) -> set[str]:
    """
    Keys of items, and of attachments and notes that stand alone. `tags` and `shelved` tell an object's tags and
    collections, `members` what a saved search finds; each is asked only when the scope needs it.
    """
    found = {o.key for o in known.values() if not o.parent_key and o.kind not in ("nothing", "annotation")}
    if scope.collections:
        keys = _collections(scope.collections, collections)
        shelves = shelved()
        found = {key for key in found if not keys.isdisjoint(shelves.get(key, ()))}
    if scope.tags:
        tagged = tags()
        meant = tags_meant({tag for own in tagged.values() for tag in own}, scope.tags)
        found = {key for key in found if not meant.isdisjoint(tagged.get(key, ()))}
    if scope.searches:
        hits = frozenset[str]().union(*(members(key) for key in _searches(scope.searches, searches)))
        tops = {_top(key, known) for key in hits}
        found &= tops
    return found


def _collections(wanted: Sequence[str], held: Sequence[Collection]) -> set[str]:
    for name in wanted:
        if not collection_keys(held, [name]):
            names = ", ".join(sorted(c.name for c in held)[:20]) or "none"
            raise LibraryError(
                f'The library has no collection "{name}".',
                hint=f"Correct it under [scope] in review.toml. Collections there: {names}.",
            )
    return collection_keys(held, wanted)


def _searches(wanted: Sequence[str], held: Sequence[SavedSearch]) -> list[str]:
    keys: list[str] = []
    for name in wanted:
        found = [s.key for s in held if name in (s.key, s.name)]
        if not found:
            names = ", ".join(sorted(s.name for s in held)[:20]) or "none"
            raise LibraryError(
                f'The library has no saved search "{name}".',
                hint=f"Correct it under [scope] in review.toml. Saved searches there: {names}.",
            )
        keys += found
    return keys


def _top(key: str, known: Mapping[str, KnownObject]) -> str:
    """A saved search may find a file or a note: it brings in the item."""
    for _ in range(3):
        held = known.get(key)
        if held is None or not held.parent_key:
            break
        key = held.parent_key
    return key
