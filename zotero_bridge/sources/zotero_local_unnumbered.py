"""
Reading a whole library from Zotero 7 to 9, whose versions say nothing of unsynced edits.

Every item is read and given a digest of what it holds. The replies are kept as text, one per item, so that what
changed need not be asked for again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zotero_bridge.sources.zotero_api import Reply
from zotero_bridge.sources.zotero_api_errors import MalformedReply
from zotero_bridge.sources.zotero_local_contact import LocalContact

ITEMS_A_PAGE = 5000  # a library of this size is one reply, and so of one moment
TRIES = 3
NOISE = frozenset({"version", "lastRead"})  # change without the item changing


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """A library's live items at one moment: key -> envelope as JSON, key -> stamp."""

    texts: Mapping[str, str]
    stamps: Mapping[str, str]

    @classmethod
    def read(cls, zotero: LocalContact, *, page: int = ITEMS_A_PAGE) -> Unnumbered:
        """Pages are read anew until they agree with the list of keys; at last all is asked for in one reply."""
        for _ in range(TRIES):
            envelopes = _read_pages(zotero, page)
            if len(envelopes) <= page or envelopes.keys() == _keys(zotero):
                break
        else:
            envelopes = _read_pages(zotero, 0)
        if not any('"annotation"' in text for text in envelopes.values()):
            envelopes |= _annotations(zotero)
        stamps = {key: stamp_of(json.loads(text)) for key, text in envelopes.items()}
        return cls(envelopes, stamps)

    def envelopes(self, keys: Iterable[str]) -> Iterator[dict[str, Any]]:
        return (json.loads(self.texts[key]) for key in keys if key in self.texts)

    def digest(self, more: Iterable[str]) -> str:
        """The same for the same library, whatever order it is listed in."""
        lines = [f"{key} {stamp}" for key, stamp in sorted(self.stamps.items())]
        return hashlib.sha256("\n".join([*lines, *more]).encode()).hexdigest()


def stamp_of(envelope: Mapping[str, Any]) -> str:
    """A digest of all that an item says, and of its file's length; not of its version."""
    data = {name: value for name, value in envelope["data"].items() if name not in NOISE}
    length = envelope.get("links", {}).get("enclosure", {}).get("length", "")
    text = json.dumps([data, length], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read_pages(zotero: LocalContact, size: int) -> dict[str, str]:
    found: dict[str, str] = {}
    start, total = 0, 1
    while start < total:
        params = {"sort": "dateAdded", "direction": "asc"}
        if size:
            params |= {"limit": str(size), "start": str(start)}
        page, total = zotero.get("items", params, read=_texts)
        found |= page
        start += size or total
    if size == 0 and len(found) != total:
        raise MalformedReply("Zotero's list of items is not as long as it says.")
    return found


def _texts(reply: Reply) -> tuple[dict[str, str], int]:
    """Compact JSON per item: a tenth of the memory of the parsed objects, a third of the reply."""
    kept = {e["key"]: json.dumps(e, ensure_ascii=False, separators=(",", ":")) for e in reply.envelopes()}
    return kept, reply.number("Total-Results")


def _keys(zotero: LocalContact) -> set[str]:
    return zotero.get("items", {"format": "versions"}, read=lambda reply: set(reply.json()))


def _annotations(zotero: LocalContact) -> dict[str, str]:
    listed, _ = zotero.get("items", {"itemType": "annotation"}, read=_texts)
    return listed
