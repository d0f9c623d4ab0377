"""
Talking to the Zotero on this computer: which one answers, what it can do, and what each refusal means.

Every refusal becomes an error of its own with the fix; a reply that is let through was sent by a Zotero of version 7
or newer with its local API switched on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from zotero_bridge.errors import LibraryRefused, UnknownLibrary
from zotero_bridge.model import Collection
from zotero_bridge.sources.discover import LOCAL_PORT
from zotero_bridge.sources.zotero_api import ConnectionRefused, Reply, ZoteroApi, local_api
from zotero_bridge.sources.zotero_api_errors import (
    AnotherProfile,
    AnotherUser,
    HostRefused,
    LocalApiOff,
    MalformedReply,
    NotZotero,
    UnknownGroup,
    ZoteroNotRunning,
    ZoteroTooOld,
)
from zotero_bridge.sources.zotero_http import Patience, PatientSender

T = TypeVar("T")

LOCAL_PATIENCE = Patience(attempts=4, longest=30.0)
GREETING_SECONDS = 15.0  # a Zotero that takes longer to say what it is hangs
NO_ANNOTATIONS = (
    "Zotero 7 does not hand out highlights and other annotations; update Zotero to bring them in, "
    "or read its files: zotero-data:DIR."
)
NO_LOCAL_EDITS = "This Zotero does not number its own edits, so every item is compared at each sync."


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a Zotero says of itself in every reply."""

    version: str
    server_id: str  # "" before version 10

    @property
    def major(self) -> int:
        head = self.version.split(".")[0]
        return int(head) if head.isdigit() else 0

    @property
    def counts_edits(self) -> bool:
        return self.major >= 10 and bool(self.server_id)

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader of this Zotero should know."""
        return self.lacks if self.counts_edits else (*self.lacks, NO_LOCAL_EDITS)

    @property
    def lacks(self) -> tuple[str, ...]:
        """What of a library this Zotero does not hand out."""
        return (NO_ANNOTATIONS,) if self.major < 8 else ()


@dataclass(frozen=True, slots=True)
class FoundLibrary:
    uri: str
    name: str
    items: int  # at the top, outside the trash
    collections: tuple[Collection, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalZotero:
    """A running Zotero and what it holds."""

    version: str
    server_id: str
    port: int
    libraries: tuple[FoundLibrary, ...]
    writable: bool  # its local API takes notes and tags, after asking the person
    notices: tuple[str, ...] = ()


class LocalContact:
    """Requests to one library of one running Zotero."""

    def __init__(self, api: ZoteroApi, kind: str, number: str, port: int, patience: Patience) -> None:
        self.api, self.port = api, port
        self._kind, self._number = kind, number
        self._sender = PatientSender(patience, server="Zotero", retry_refused=False)
        self.pause: Callable[[float], None] = patience.sleep
        self._greeting: Greeting | None = None

    def greet(self) -> Greeting:
        """Asked anew each time: another Zotero may have been started meanwhile."""
        self._greeting = None
        reply = self.get("/", read=lambda reply: reply, seconds=GREETING_SECONDS)
        self._greeting = _greeting(reply)
        return self._greeting

    @property
    def greeting(self) -> Greeting:
        return self._greeting or self.greet()

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        read: Callable[[Reply], T],
        accept: frozenset[int] = frozenset(),
        seconds: float | None = None,
    ) -> T:
        """`read` of the reply. Statuses other than 200 and `accept` are errors."""
        sent = dict(headers or {})
        if self._greeting and self._greeting.server_id:
            sent["Zotero-Server-ID"] = self._greeting.server_id

        def checked(reply: Reply) -> T:
            self._check(reply, path, accept)
            return read(reply)

        try:
            return self._sender.send(lambda: self.api.request(path, params, sent, seconds=seconds), checked)
        except ConnectionRefused as error:
            raise ZoteroNotRunning(self.port) from error

    def _check(self, reply: Reply, path: str, accept: frozenset[int]) -> None:
        if reply.status == 400 and "x-zotero-version" not in reply.headers and _about_host(reply.text):
            raise HostRefused(self.port)
        first_line = reply.text.strip().split("\n")[0][:200] if reply.status not in (200, 304) else ""
        if reply.status == 403 and "local api" in first_line.lower():
            raise LocalApiOff
        version = reply.headers.get("x-zotero-version")
        if version is None:
            raise NotZotero(self.port)
        if path == "/" and reply.status == 404:
            raise ZoteroTooOld(version)
        if reply.status == 412 and "server-id" in first_line.lower():
            raise AnotherProfile
        if reply.status == 400 and "logged-in user" in first_line:
            raise AnotherUser(self._number)
        if reply.status == 200 or reply.status in accept:
            return
        if reply.status == 404 and self._kind == "group" and self.group_missing():
            raise UnknownGroup(self._number, self.known_groups())
        if reply.status == 403:
            raise LibraryRefused(f"Zotero refused: {first_line}", hint="Restart Zotero and run the command again.")
        raise MalformedReply(f"Zotero answered {reply.status} to {path}: {first_line}")

    def group_missing(self) -> bool:
        return self._number not in {str(g["id"]) for g in self._groups()}

    def known_groups(self) -> str:
        return ", ".join(f"{g['data']['name']} ({g['id']})" for g in self._groups()) or "no group at all"

    def _groups(self) -> list[dict[str, dict[str, str]]]:
        return list(self.api.request("/users/0/groups").json())


def contact(kind: str, number: str, *, port: int = LOCAL_PORT, patience: Patience = LOCAL_PATIENCE) -> LocalContact:
    return LocalContact(local_api(kind, number, port=port), kind, number, port, patience)


def probe_local(port: int = LOCAL_PORT, *, patience: Patience | None = None) -> LocalZotero:
    """The Zotero that runs here, with its libraries and their collections. Raises LibraryError with the fix."""
    patience = patience or Patience(attempts=2, longest=5.0, sleep=time.sleep)
    user = contact("user", "0", port=port, patience=patience)
    greeting = user.greet()
    suffix = "" if port == LOCAL_PORT else f"?port={port}"
    found = [_found(user, f"zotero://local{suffix}", "My Library")]
    for group in user.get("groups", read=lambda reply: reply.json()):
        own = contact("group", str(group["id"]), port=port, patience=patience)
        found.append(_found(own, f"zotero://local/groups/{group['id']}{suffix}", group["data"]["name"]))
    return LocalZotero(
        greeting.version, greeting.server_id, port, tuple(found), greeting.counts_edits, greeting.notices
    )


def parse_local(uri: str) -> tuple[str, str, int]:
    """(kind, number, port) of zotero://local, also with /groups/ID, /users/ID and ?port=N. Raises UnknownLibrary."""
    from urllib.parse import parse_qs, urlsplit

    try:
        parts = urlsplit(uri)
        asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
        port = int(asked.pop("port", [str(LOCAL_PORT)])[0])
    except ValueError as error:
        raise UnknownLibrary(f"Not a library address: {uri}") from error
    names = parts.path.strip("/").split("/") if parts.path.strip("/") else []
    if parts.scheme != "zotero" or parts.netloc != "local" or asked or not 0 < port < 65536:
        raise UnknownLibrary(f"Not a library address: {uri}")
    match names:
        case []:
            return "user", "0", port
        case ["groups" | "users" as kind, number] if number.isdigit():
            return kind[:-1], number, port
    raise UnknownLibrary(f"Not a library address: {uri}")


def collections_of(envelopes: list[dict[str, Any]]) -> tuple[Collection, ...]:
    """Collections as the API lists them, without those in the trash; what hung below one of these is at the top."""
    kept = {e["key"]: e["data"] for e in envelopes if not e["data"].get("deleted")}
    parents = {key: data.get("parentCollection") for key, data in kept.items()}
    return tuple(
        Collection(key, str(data.get("name", "")), parents[key] if parents[key] in kept else None)
        for key, data in kept.items()
    )


def _found(own: LocalContact, uri: str, name: str) -> FoundLibrary:
    count = own.get("items/top", {"limit": "1", "format": "keys"}, read=lambda reply: reply.number("Total-Results"))
    return FoundLibrary(uri, name, count, own.get("collections", read=lambda reply: collections_of(reply.envelopes())))


def _about_host(text: str) -> bool:
    return any(words in text.lower() for words in ("bad request", "host header"))


def _greeting(reply: Reply) -> Greeting:
    made = Greeting(reply.headers["x-zotero-version"], reply.headers.get("zotero-server-id", ""))
    if made.major < 7:
        raise ZoteroTooOld(made.version)
    return made
