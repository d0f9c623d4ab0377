"""
A library of the Zotero that runs on this computer, over its local API (Zotero 7 to 10).

Zotero 10 numbers every edit: a survey is one list of versions, or one "not modified". Zotero 7 to 9 number only what
was synced to zotero.org, so there a survey reads every item and compares digests; what it read is kept for `fetch`.
Stamps of 10 carry the database's id, for versions of one database say nothing about another's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from zotero_bridge.errors import AttachmentMissing, LibraryError
from zotero_bridge.model import Attachment, Collection, LibraryObject, LibraryRef, SavedSearch, Survey
from zotero_bridge.sources.item_json import parse_object
from zotero_bridge.sources.zotero_api import Reply
from zotero_bridge.sources.zotero_api_errors import AnotherProfile, MalformedReply
from zotero_bridge.sources.zotero_http import Patience
from zotero_bridge.sources.zotero_local_contact import (
    LOCAL_PATIENCE,
    Greeting,
    LocalContact,
    LocalZotero,
    collections_of,
    contact,
    parse_local,
    probe_local,
)
from zotero_bridge.sources.zotero_local_files import Places
from zotero_bridge.sources.zotero_local_unnumbered import Unnumbered, stamp_of

__all__ = ["LOCAL_PATIENCE", "LocalLibrary", "LocalZotero", "open_local", "probe_local", "stamp_of"]

KEYS_A_REQUEST = 50  # as Zotero's documentation allows
MANY_KEYS = 400  # of these, and of a quarter of the library, pages of all of it are quicker than lists of keys
ITEMS_A_PAGE = 1000  # Zotero sorts the whole library for each page, and hashes every file on it
NO_URI = ("attachment", "note", "annotation")
STEADY_TRIES = 3
STEADY_PAUSE = 0.3


def open_local(uri: str, *, patience: Patience = LOCAL_PATIENCE) -> LocalLibrary:
    """`zotero://local` or `zotero://local/groups/ID`, `?port=N` where Zotero's port was changed. Asks nothing yet."""
    kind, number, port = parse_local(uri)
    return LocalLibrary(contact(kind, number, port=port, patience=patience), _ref(uri, kind, number))


class LocalLibrary:
    """A `LibrarySource`."""

    def __init__(self, zotero: LocalContact, ref: LibraryRef) -> None:
        self._zotero = zotero
        self._ref = ref
        self._read: Unnumbered | None = None  # what a survey of Zotero 7 to 9 read
        self._live: frozenset[str] | None = None
        self._places = Places()
        self._base_uri: str | None = None

    @property
    def ref(self) -> LibraryRef:
        return self._ref

    @property
    def notices(self) -> tuple[str, ...]:
        """What this Zotero cannot give, in words for the reader."""
        return self._zotero.greeting.notices

    def reach(self) -> tuple[str, ...]:
        """What answers there, in words for the reader. Raises LibraryError."""
        greeting, count = self._zotero.greet(), self._count("items/top")
        writes = "can be written to when you push" if greeting.counts_edits else "can be read, not written to"
        return (f"Zotero {greeting.version}, {count} items; {writes}", *greeting.notices)

    def survey(self, mark: str | None) -> Survey | None:
        greeting = self._zotero.greet()
        former = _read_mark(mark)
        if former.get("server") and greeting.server_id and former["server"] != greeting.server_id:
            raise AnotherProfile
        made = self._survey_numbered(greeting, former) if greeting.counts_edits else self._survey_read(former)
        if made is not None:
            self._live = frozenset(made.stamps)
        return made

    def fetch(self, keys: Sequence[str]) -> Iterator[LibraryObject]:
        wanted = dict.fromkeys(keys)
        if self._read is not None:
            yield from self._parsed(self._read.envelopes(wanted))
            return
        if len(wanted) > MANY_KEYS and 4 * len(wanted) > len(self._live or ()):
            for envelope in self._pages(wanted):
                yield from self._parsed([envelope])
        for batch in key_batches(wanted):
            listed = self._list("items", {"itemKey": ",".join(batch)})
            yield from self._parsed(e for e in listed if wanted.pop(e["key"], "") is None)

    def search_members(self, search_key: str) -> frozenset[str]:
        """What the search finds, and the items at the top that these belong to."""
        found = self._list(f"searches/{search_key}/items", {}, missing=f"Zotero holds no saved search {search_key}.")
        parents = {e["key"]: e["data"].get("parentItem") for e in found}
        unlisted = {p for p in parents.values() if p and p not in parents}
        while unlisted:
            for batch in key_batches(unlisted):
                for envelope in self._list("items", {"itemKey": ",".join(batch)}):
                    if envelope["key"] in unlisted:
                        parents[envelope["key"]] = envelope["data"].get("parentItem")
            parents |= {key: None for key in unlisted if key not in parents}
            unlisted = {p for p in parents.values() if p and p not in parents}
        return frozenset(parents)

    def locate(self, attachment: Attachment) -> Path:
        path, known = self._places.find(attachment)
        if path is None and not known:
            url = self._zotero.get(
                f"items/{attachment.key}/file/view/url",
                read=lambda reply: reply.text.strip() if reply.status == 200 else "",
                accept=frozenset({400, 404, 500}),
            )
            self._places.answered(attachment, url)
            path, _ = self._places.find(attachment)
        if path is None:
            raise AttachmentMissing(_missing(attachment, self._places.told(attachment)))
        return path

    def _survey_numbered(self, greeting: Greeting, former: Mapping[str, Any]) -> Survey | None:
        known = int(former.get("version", 0)) if former.get("server") == greeting.server_id else 0
        headers = {"If-Modified-Since-Version": str(known)} if known else {}
        listed = self._zotero.get("items", {"format": "versions"}, headers, read=_versions, accept=frozenset({304}))
        if listed is None and self._count() == former.get("count"):
            return None
        if listed is None:  # something was erased, and nothing else has changed
            listed = self._zotero.get("items", {"format": "versions"}, read=_list_of_versions)
        for attempt in range(STEADY_TRIES):
            stamps, version = listed
            collections, at_collections = self._zotero.get("collections", read=_collections)
            searches, at_searches = self._zotero.get("searches", read=_searches)
            if version == at_collections == at_searches or attempt == STEADY_TRIES - 1:
                break
            self._zotero.pause(STEADY_PAUSE)
            listed = self._zotero.get("items", {"format": "versions"}, read=_list_of_versions)
        # Edited all the while: the list of items is of one moment, and the older mark brings the rest next time.
        oldest = min(version, at_collections, at_searches)
        mark = json.dumps({"server": greeting.server_id, "version": oldest, "count": len(stamps)})
        stamped = {key: f"{greeting.server_id}:{number}" for key, number in stamps.items()}
        return Survey(stamped, mark, collections, searches, greeting.lacks)

    def _count(self, path: str = "items") -> int:
        params = {"limit": "1", "format": "keys"}
        return self._zotero.get(path, params, read=lambda reply: reply.number("Total-Results"))

    def _survey_read(self, former: Mapping[str, Any]) -> Survey | None:
        self._read = Unnumbered.read(self._zotero)
        collections, _ = self._zotero.get("collections", read=_collections)
        searches, _ = self._zotero.get("searches", read=_searches)
        digest = self._read.digest([repr(collections), repr(searches)])
        if former.get("digest") == digest:
            return None
        lacks = self._zotero.greeting.lacks
        return Survey(self._read.stamps, json.dumps({"digest": digest}), collections, searches, lacks)

    def _pages(self, wanted: dict[str, None]) -> Iterator[dict[str, Any]]:
        """Takes what it finds out of `wanted`; what moved from one page to another meanwhile is left in it."""
        start, total = 0, 1
        while start < total and wanted:
            params = {"limit": str(ITEMS_A_PAGE), "start": str(start), "sort": "dateAdded", "direction": "asc"}
            page, total = self._zotero.get(
                "items", params, read=lambda reply: (reply.envelopes(), reply.number("Total-Results"))
            )
            yield from (e for e in page if wanted.pop(e["key"], "") is None)
            start += ITEMS_A_PAGE

    def _list(self, path: str, params: Mapping[str, str], *, missing: str = "") -> list[dict[str, Any]]:
        def read(reply: Reply) -> list[dict[str, Any]] | None:
            return reply.envelopes() if reply.status == 200 else None

        listed = self._zotero.get(path, params, read=read, accept=frozenset({404} if missing else ()))
        if listed is None:
            raise LibraryError(missing, hint="Run `realist sync` to see the searches there are now.")
        return listed

    def _parsed(self, envelopes: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Iterator[LibraryObject]:
        for envelope in envelopes:
            data = envelope["data"]
            parent = data.get("parentItem")
            if data.get("deleted") or (parent and self._live is not None and parent not in self._live):
                continue
            if enclosure := envelope.get("links", {}).get("enclosure"):
                self._places.heard(envelope["key"], str(enclosure["href"]))
            made = parse_object(data, library=self._ref, version=int(envelope["version"]), base_uri=self._base(data))
            if made is not None:
                yield made

    def _base(self, data: Mapping[str, Any]) -> str:
        """What stands before `/items/KEY` in this library's Zotero URIs; only Zotero's own CSL JSON tells it."""
        if self._base_uri is None and self._ref.kind == "group":
            self._base_uri = f"http://zotero.org/groups/{self._ref.id}"
        if self._base_uri is None and data["itemType"] not in NO_URI:
            params = {"itemKey": str(data["key"]), "itemType": str(data["itemType"]), "format": "csljson"}
            listed = self._zotero.get("items", params, read=_csl_ids, accept=frozenset({400, 500}))
            found = listed[0].rpartition("/items/")[0] if listed else ""
            self._base_uri = found or f"http://zotero.org/users/{self._ref.id}"
        return self._base_uri or ""


def key_batches(keys: Iterable[str]) -> Iterator[list[str]]:
    listed = list(keys)
    return (listed[at : at + KEYS_A_REQUEST] for at in range(0, len(listed), KEYS_A_REQUEST))


def _ref(uri: str, kind: str, number: str) -> LibraryRef:
    if kind == "group":
        return LibraryRef("group", number, uri, f"Group {number}")
    return LibraryRef("user", number, uri, "My Library")


def _read_mark(mark: str | None) -> Mapping[str, Any]:
    """{} for a mark that this source did not make."""
    try:
        made = json.loads(mark) if mark else {}
    except ValueError:
        return {}
    return made if isinstance(made, dict) else {}


def _versions(reply: Reply) -> tuple[dict[str, int], int] | None:
    """None: not modified."""
    return None if reply.status == 304 else _list_of_versions(reply)


def _list_of_versions(reply: Reply) -> tuple[dict[str, int], int]:
    """Raises MalformedReply where the list is shorter than the reply says."""
    made = reply.json()
    if not isinstance(made, dict) or len(made) != reply.number("Total-Results"):
        raise MalformedReply("Zotero's list of items is not as long as it says.")
    return made, reply.number("Last-Modified-Version")


def _collections(reply: Reply) -> tuple[tuple[Collection, ...], int]:
    return collections_of(reply.envelopes()), reply.number("Last-Modified-Version")


def _searches(reply: Reply) -> tuple[tuple[SavedSearch, ...], int]:
    kept = [e["data"] for e in reply.envelopes() if not e["data"].get("deleted")]
    return tuple(SavedSearch(d["key"], d["name"]) for d in kept), reply.number("Last-Modified-Version")


def _csl_ids(reply: Reply) -> list[str]:
    made = reply.json() if reply.status == 200 else []
    ids = [str(one.get("id", "")) for one in made if isinstance(one, dict)] if isinstance(made, list) else []
    return [one for one in ids if one.startswith("http://zotero.org/")]


def _missing(attachment: Attachment, place: str) -> str:
    name = attachment.filename or attachment.title or attachment.key
    if attachment.link_mode == "linked_file":
        return f"The linked file is not on this computer: {attachment.path or place or name}."
    return f"{name} is not on this computer; open it once in Zotero, or switch on syncing of attachment files."
