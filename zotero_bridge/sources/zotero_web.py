"""
A library on zotero.org, over its web API.

A survey is one list of versions, or one "not modified"; lists that were answered at different versions of the library
are asked for again. The key goes to zotero.org alone and is shown nowhere: not in errors, not in reprs, not in files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from zotero_bridge.errors import LibraryError, LibraryRefused, UnknownLibrary
from zotero_bridge.model import Attachment, LibraryObject, LibraryRef, SavedSearch, Survey
from zotero_bridge.sources.item_json import parse_object
from zotero_bridge.sources.zotero_api import LOOPBACK, WEB_API, Reply, ZoteroApi, web_api
from zotero_bridge.sources.zotero_api_errors import KeyMayNot, MalformedReply, WrongKey
from zotero_bridge.sources.zotero_http import Patience, PatientSender
from zotero_bridge.sources.zotero_local_contact import collections_of
from zotero_bridge.sources.zotero_web_files import Downloads

T = TypeVar("T")

KEYS_A_REQUEST = 50  # the documented most
OBJECTS_A_PAGE = 100
STEADY_TRIES = 4
VERSION = "Last-Modified-Version"
FORM = re.compile(r"zotero://web/(users|groups)/(\d+)/?")
WEB_PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Rights:
    """What a key may do with one library."""

    owner: str  # the name of the account the key belongs to; "" without a key
    library: bool = True
    notes: bool = True
    files: bool = True
    write: bool = False
    groups: int = 0  # how many groups it says something of; one of them may stand for all

    def __str__(self) -> str:
        """For the person whose key it is."""
        if not self.owner:
            return "no key: only what is public comes in"
        reads = [n for n, may in (("items", self.library), ("notes", self.notes), ("files", self.files)) if may]
        may = [f"read {', '.join(reads)}"] if reads else []
        may += ["write"] if self.write else []
        may += ["use groups"] if self.groups else []
        return f"the key of {self.owner} may {' and '.join(may) or 'do nothing here'}"


def open_web(
    uri: str, api_key: str, cache_dir: Path, *, base_url: str = WEB_API, patience: Patience = WEB_PATIENCE
) -> WebLibrary:
    """
    `zotero://web/users/ID` or `zotero://web/groups/ID`. Asks nothing yet; without a key only public libraries answer.

    Downloads are kept below `cache_dir`. `base_url` is another server that speaks Zotero's web API.
    """
    kind, number = parse_web(uri)
    ref = LibraryRef(kind, number, uri, f"{'Group' if kind == 'group' else 'User'} {number}")
    return WebLibrary(web_contact(uri, api_key, base_url=base_url, patience=patience), ref, cache_dir)


def parse_web(uri: str) -> tuple[Literal["user", "group"], str]:
    """Raises UnknownLibrary."""
    match = FORM.fullmatch(uri)
    if match is None:
        raise UnknownLibrary(f"Not a library address: {uri}")
    return ("group" if match[1] == "groups" else "user"), match[2]


def web_contact(uri: str, api_key: str, *, base_url: str, patience: Patience) -> WebContact:
    """Raises UnknownLibrary, or WrongKey for what cannot be a key: it is sent nowhere."""
    kind, number = parse_web(uri)
    server = urlsplit(base_url)
    if server.scheme != "https" and not (server.scheme == "http" and server.hostname in LOOPBACK):
        raise UnknownLibrary(
            "A key is sent over https alone.", hint="Correct ZOTERO_API_URL, or unset it to use zotero.org."
        )
    if not re.fullmatch(r"[\x21-\x7e]*", api_key.strip()):
        raise WrongKey
    return WebContact(web_api(kind, number, api_key.strip(), base_url=base_url), kind, number, bool(api_key), patience)


class WebContact:
    """Requests about one library, patient with the server, and what its refusals mean."""

    def __init__(self, api: ZoteroApi, kind: str, number: str, keyed: bool, patience: Patience) -> None:
        self.api, self.patience = api, patience
        self._kind, self._number, self._keyed = kind, number, keyed
        self._sender = PatientSender(patience, server="zotero.org", retry_refused=True)
        self._rights: Rights | None = None

    def __repr__(self) -> str:
        return f"WebContact({self._kind} {self._number})"

    @property
    def rights(self) -> Rights:
        """Asked once. Raises WrongKey, or KeyMayNot when the key may not read this library."""
        if self._rights is None:
            self._rights = self._ask_rights()
        return self._rights

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        read: Callable[[Reply], T],
        accept: frozenset[int] = frozenset(),
    ) -> T:
        """`read` of the reply. Statuses other than 200 and `accept` are errors."""

        def checked(reply: Reply) -> T:
            if reply.status != 200 and reply.status not in accept:
                raise self.refusal(reply, path)
            return read(reply)

        return self._sender.send(lambda: self.api.request(path, params, headers), checked)

    def refusal(self, reply: Reply, path: str) -> LibraryError:
        """What a status means. Nothing of the reply's text is repeated but for plain refusals of a parameter."""
        name = f"{self._kind} {self._number}"
        if path == "/keys/current" and reply.status in (401, 403, 404):
            return WrongKey()
        if reply.status in (401, 403):
            if "invalid key" in reply.text.lower():
                return WrongKey()
            if not self._keyed:
                return LibraryRefused(
                    f"The library of {name} on zotero.org is not public, and no key was given.",
                    hint="Make a key at https://www.zotero.org/settings/keys and give it with `realist login`.",
                )
            return KeyMayNot(f"The key may not read the library of {name}.")
        if reply.status == 404:
            return LibraryRefused(f"zotero.org has no library of {name}.", hint="Check the number in the address.")
        return MalformedReply(f"zotero.org answered {reply.status} to {path.split('?')[0]}.")

    def rights_of_key(self) -> Rights:
        """What the key may do with the library of its own user, whichever library this is. Raises WrongKey."""
        if not self._keyed:
            raise WrongKey
        _, owner, access = self._key()
        own = access.get("user") or {}
        may = {name: bool(own.get(name)) for name in ("library", "notes", "files", "write")}
        return Rights(owner, **may, groups=len(access.get("groups") or {}))

    def _key(self) -> tuple[str, str, Mapping[str, Any]]:
        """(the owner's number, their name, what the key gives access to)."""
        raw = self.get("/keys/current", read=lambda reply: reply.json())
        if not isinstance(raw, dict):
            raise MalformedReply("zotero.org did not say what the key may do.")
        access = raw.get("access")  # an empty one is a list
        number = str(raw.get("userID") or "")
        return number, str(raw.get("username") or number), access if isinstance(access, dict) else {}

    def _ask_rights(self) -> Rights:
        if not self._keyed:
            return Rights("")
        number, owner, access = self._key()
        if self._kind == "user":
            own = (access.get("user") or {}) if number == self._number else None
            if own is None:
                return Rights(owner)  # somebody else's library may be public: the first request will tell
            if not own.get("library"):
                raise KeyMayNot("The key may not read the library of its own user.")
            return Rights(owner, True, bool(own.get("notes")), bool(own.get("files")), bool(own.get("write")))
        groups = access.get("groups") or {}
        own = groups.get(self._number) or groups.get("all") or {}
        return Rights(owner, write=bool(own.get("write")))


class WebLibrary:
    """A `LibrarySource`."""

    def __init__(self, zotero: WebContact, ref: LibraryRef, cache_dir: Path) -> None:
        self._zotero = zotero
        self._ref = ref
        self._downloads = Downloads(zotero.api, zotero.patience, cache_dir / ref.slug)

    @property
    def ref(self) -> LibraryRef:
        return self._ref

    @property
    def notices(self) -> tuple[str, ...]:
        """What the key keeps from coming in, in words for the reader."""
        rights = self._zotero.rights
        lacking = [name for name, given in (("notes", rights.notes), ("files", rights.files)) if not given]
        return tuple(f"The key may not read {name}, so none come in." for name in lacking)

    def reach(self) -> tuple[str, ...]:
        """What answers there, in words for the reader. Raises LibraryError."""
        params = {"limit": "1", "format": "keys"}
        count = self._zotero.get("items/top", params, read=lambda reply: reply.number("Total-Results"))
        return (f"{count} items; {self._zotero.rights}", *self.notices)

    def survey(self, mark: str | None) -> Survey | None:
        _ = self._zotero.rights
        known = _version_of(mark)
        headers = {"If-Modified-Since-Version": str(known)} if known else {}
        listed = self._zotero.get("items", {"format": "versions"}, headers, read=_versions, accept=frozenset({304}))
        if listed is None:
            return None
        for attempt in range(STEADY_TRIES):
            stamps, version = listed
            collections, at_collections = self._objects("collections")
            searches, at_searches = self._objects("searches")
            if {version} == at_collections == at_searches or attempt == STEADY_TRIES - 1:
                break
            self._zotero.patience.wait("the library is being changed", 2.0)
            listed = self._zotero.get("items", {"format": "versions"}, read=_versions) or listed
        # Changed all the while: the list of items is of one moment, and the older mark brings the rest next time.
        return Survey(
            {key: str(number) for key, number in stamps.items()},
            json.dumps({"web": min({version} | at_collections | at_searches)}),
            collections_of(collections),
            tuple(SavedSearch(e["key"], str(e["data"].get("name", ""))) for e in searches if not _trashed(e)),
            self.notices,
        )

    def fetch(self, keys: Sequence[str]) -> Iterator[LibraryObject]:
        wanted = list(dict.fromkeys(keys))
        for at in range(0, len(wanted), KEYS_A_REQUEST):
            batch = wanted[at : at + KEYS_A_REQUEST]
            params = {"itemKey": ",".join(batch), "limit": str(OBJECTS_A_PAGE)}
            for envelope in self._zotero.get("items", params, read=Reply.envelopes):
                if envelope["key"] not in batch or _trashed(envelope):
                    continue
                made = parse_object(envelope["data"], library=self._ref, version=int(envelope["version"]))
                if made is not None:
                    yield made

    def search_members(self, search_key: str) -> frozenset[str]:
        raise LibraryError(
            "zotero.org keeps saved searches but cannot run them.",
            hint="Scope the review by collections or tags, or read the library from the Zotero here: zotero://local.",
        )

    def locate(self, attachment: Attachment) -> Path:
        return self._downloads.fetch(attachment)

    def _objects(self, kind: str) -> tuple[list[dict[str, Any]], set[int]]:
        """All of them, and the library versions that the pages were answered at."""
        found: list[dict[str, Any]] = []
        versions: set[int] = set()
        start, total = 0, 1
        while start < total:
            params = {"limit": str(OBJECTS_A_PAGE), "start": str(start)}
            page, total, version = self._zotero.get(
                kind, params, read=lambda r: (r.envelopes(), r.number("Total-Results"), r.number(VERSION))
            )
            found += page
            versions.add(version)
            start += OBJECTS_A_PAGE
        return found, versions


def _trashed(envelope: Mapping[str, Any]) -> bool:
    return bool(envelope["data"].get("deleted"))


def _version_of(mark: str | None) -> int:
    """0 for a mark that this source did not make."""
    try:
        made = json.loads(mark) if mark else {}
    except ValueError:
        return 0
    version = made.get("web", 0) if isinstance(made, dict) else 0
    return version if isinstance(version, int) else 0


def _versions(reply: Reply) -> tuple[dict[str, int], int] | None:
    """None: not modified. Raises MalformedReply where the list is shorter than the reply says."""
    if reply.status == 304:
        return None
    made = reply.json()
    if made == []:  # as an empty library is answered
        made = {}
    if not isinstance(made, dict) or len(made) != reply.number("Total-Results"):
        raise MalformedReply("The list of items from zotero.org is not as long as it says.")
    return made, reply.number(VERSION)
