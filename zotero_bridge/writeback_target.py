"""
Where notes and tags are written: a running Zotero 10, which asks its person first, or zotero.org, with a key that may.

Every write here creates, merges or moves to the trash; nothing here erases. A reply that was lost on the way is never
answered by sending the same again: what arrived is looked up.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from zotero_bridge.errors import LibraryRefused, UnknownLibrary
from zotero_bridge.model import LibraryRef
from zotero_bridge.sources.zotero_api import WEB_API, ConnectionLost, ConnectionRefused, Denied, Reply, ZoteroApi
from zotero_bridge.sources.zotero_api_errors import KeyMayNot
from zotero_bridge.sources.zotero_http import FIRST_PAUSE, Countdown, Patience, seconds_asked, silent
from zotero_bridge.sources.zotero_local_contact import LOCAL_PATIENCE, LocalContact, contact, parse_local
from zotero_bridge.sources.zotero_web import WEB_PATIENCE, WebContact, parse_web, web_contact
from zotero_bridge.writeback_model import Entry

MOST_AT_ONCE = 50  # objects a request, on either API
NOT_DONE = frozenset({429, 503})  # the server says that it has done nothing yet
PROBLEM_LENGTH = 300

CONFLICT = 412


class WriteRefused(LibraryRefused):
    """The whole request was refused, or could not be made. Nothing of it was written."""


class ReplyLost(Exception):
    """It was sent, and no answer came: it may or may not have been written."""


class WriteUnavailable(LibraryRefused):
    """This library cannot be written to from here."""


@dataclass(frozen=True, slots=True)
class Present:
    """An object as it stands in Zotero now."""

    key: str
    version: int
    data: Mapping[str, Any]
    trashed: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of each entry of one request, by its place in it."""

    written: Mapping[int, Present]
    unchanged: frozenset[int]
    failed: Mapping[int, tuple[int, str]]  # code and message


class _Contact(Protocol):
    @property
    def api(self) -> ZoteroApi: ...

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        read: Callable[[Reply], Any],
        accept: frozenset[int] = frozenset(),
    ) -> Any: ...


class Target:
    """One library that is open for writing."""

    def __init__(self, zotero: _Contact, ref: LibraryRef, patience: Patience, *, server_id: str, app_name: str) -> None:
        self._zotero, self._patience, self._app_name = zotero, patience, app_name
        self.ref, self.server_id = ref, server_id
        self.remembered_key = ""  # set once the person at Zotero pressed "Always Allow"; for the keyring, nowhere else
        self._usable = False

    def __repr__(self) -> str:
        return f"Target({self.ref.origin})"

    @property
    def will_ask(self) -> bool:
        """Whether the next write makes Zotero ask its person."""
        return self._zotero.api.local and not self._usable

    def version(self) -> int:
        """The library's, now."""
        params = {"limit": "1", "format": "keys"}
        return int(self._zotero.get("items", params, read=lambda reply: reply.number("Last-Modified-Version")))

    def present(self, keys: Iterable[str]) -> dict[str, Present]:
        """Those of these objects that exist, in the trash or not."""
        found: dict[str, Present] = {}
        wanted = list(dict.fromkeys(keys))
        for at in range(0, len(wanted), MOST_AT_ONCE):
            batch = wanted[at : at + MOST_AT_ONCE]
            params = {"itemKey": ",".join(batch), "includeTrashed": "1"}
            if not self._zotero.api.local:
                params["limit"] = "100"  # here it would cut off: annotations below these are listed as well
            for envelope in self._zotero.get("items", params, read=Reply.envelopes):
                if envelope["key"] in batch:
                    found[envelope["key"]] = _present(envelope)
        return found

    def notes_since(self, version: int) -> list[Present]:
        """Notes that were added or changed after this version of the library."""
        params = {"itemType": "note", "since": str(version), "limit": "100"}
        return [_present(e) for e in self._zotero.get("items", params, read=Reply.envelopes)]

    def write(self, entries: Sequence[Entry]) -> Answered:
        """At most 50 new objects, or changes to present ones. Raises WriteRefused, ReplyLost."""
        reply = self._send("POST", "items", list(entries), {"Zotero-Write-Token": secrets.token_hex(16)})
        if reply.status != 200:
            raise WriteRefused(f"Zotero refused to write: {_problem(reply)}", hint="Nothing was written.")
        try:
            made = reply.json()
        except ConnectionLost as error:
            raise ReplyLost(str(error)) from error
        written = {int(place): _present(envelope) for place, envelope in made.get("successful", {}).items()}
        failed = {int(p): (int(f.get("code", 0)), str(f.get("message", ""))) for p, f in made.get("failed", {}).items()}
        return Answered(written, frozenset(int(place) for place in made.get("unchanged", {})), failed)

    def patch(self, key: str, fields: Entry, version: int) -> str:
        """One change to one object. "" when done, else why not. Raises WriteRefused, ReplyLost."""
        reply = self._send("PATCH", f"items/{key}", fields, {"If-Unmodified-Since-Version": str(version)})
        return "" if reply.status == 204 else _problem(reply)

    def _send(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Reply:
        self._ask_leave()
        asked_again = False
        for attempt in range(self._patience.attempts):
            sent = {**headers, **self._zotero.api.write_headers}
            try:
                reply = self._zotero.api.request(path, headers=sent, method=method, body=body)
            except ConnectionRefused as error:
                raise WriteRefused("Nobody answers any more; nothing of this was written.") from error
            except ConnectionLost as error:
                raise ReplyLost(str(error)) from error
            if reply.status == 401 and self._zotero.api.local and not asked_again:
                asked_again, self._usable = True, False  # the leave given earlier was used up or taken back
                self._ask_leave()
                continue
            self._usable = self._usable and bool(self.remembered_key)
            if reply.status not in NOT_DONE:
                return reply
            stated = seconds_asked(reply.headers.get("retry-after", ""))
            pause = FIRST_PAUSE * 2**attempt if stated is None else stated
            if pause > self._patience.longest:
                raise WriteRefused(f"Zotero asks to wait {int(pause)} seconds.", hint="Try again later.")
            self._patience.wait(f"Zotero answered {reply.status}", pause)
        raise WriteRefused("Zotero was busy each time.", hint="Try again later; nothing of this was written.")

    def _ask_leave(self) -> None:
        """Zotero shows its dialog, unless it was told to allow this always."""
        if not self._zotero.api.local or self._usable:
            return
        try:
            key, remember = self._zotero.api.authorize(self._app_name)
        except Denied as error:
            raise WriteRefused(f"{error}.", hint='Push again and press "Allow" in Zotero.') from error
        except ConnectionLost as error:
            raise WriteRefused(
                "No button was pressed in Zotero.", hint="Push again and answer its question."
            ) from error
        except ConnectionRefused as error:
            raise WriteRefused("Zotero was closed.", hint="Start it and push again.") from error
        self._zotero.api.use_local_key(key)
        self._usable, self.remembered_key = True, key if remember else ""

    def use_remembered(self, key: str) -> None:
        self._zotero.api.use_local_key(key)
        self._usable, self.remembered_key = True, key


def open_target(
    uri: str,
    *,
    api_key: str = "",
    local_key: str = "",
    app_name: str = "realist",
    base_url: str = WEB_API,
    patience: Patience | None = None,
    countdown: Countdown = silent,
) -> Target:
    """
    The library behind `zotero://local…` or `zotero://web/…`, for writing. `local_key` is one that Zotero remembers.

    Raises WriteUnavailable where it cannot be written to, UnknownLibrary for any other kind of library.
    """
    if uri.startswith("zotero://web"):
        return _web_target(uri, api_key, base_url, patience or replace(WEB_PATIENCE, countdown=countdown), app_name)
    if not uri.startswith("zotero://local"):
        raise UnknownLibrary(
            f"Nothing can be written to {uri}.",
            hint="Only zotero://local and zotero://web libraries take notes and tags.",
        )
    kind, number, port = parse_local(uri)
    patience = patience or replace(LOCAL_PATIENCE, countdown=countdown)
    zotero: LocalContact = contact(kind, number, port=port, patience=patience)
    greeting = zotero.greet()
    if not greeting.counts_edits:
        raise WriteUnavailable(
            f"Zotero {greeting.version} can be read but not written to from outside.",
            hint="Update to Zotero 10, or write to the library on zotero.org: zotero://web/users/ID.",
        )
    ref = LibraryRef("group" if kind == "group" else "user", number, uri)
    target = Target(zotero, ref, patience, server_id=greeting.server_id, app_name=app_name)
    zotero.api.use_server(greeting.server_id)
    if local_key:
        target.use_remembered(local_key)
    return target


def _web_target(uri: str, api_key: str, base_url: str, patience: Patience, app_name: str) -> Target:
    zotero: WebContact = web_contact(uri, api_key, base_url=base_url, patience=patience)
    if not zotero.rights.write:
        raise KeyMayNot("The key may read this library but not write to it.")
    kind, number = parse_web(uri)
    return Target(zotero, LibraryRef(kind, number, uri), patience, server_id="", app_name=app_name)


def _present(envelope: Mapping[str, Any]) -> Present:
    data = envelope["data"]
    return Present(str(envelope["key"]), int(envelope["version"]), data, bool(data.get("deleted")))


def _problem(reply: Reply) -> str:
    line = " ".join(reply.text.split())[:PROBLEM_LENGTH]
    return f"{reply.status} {line}".strip()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
