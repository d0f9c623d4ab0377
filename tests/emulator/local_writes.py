"""Writing to Zotero 10 over its local API: the consent dialog, its keys, and what each write must carry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.emulator.faults import Seen
from tests.emulator.library import EmulatedLibrary
from tests.emulator.listing import Query
from tests.emulator.render import Renderer
from tests.emulator.reply import Reply
from tests.emulator.writes import Refused, check_version, write_many, write_one

if TYPE_CHECKING:
    from tests.emulator.local_api import LocalApi

MOST_PROMPTS = 5


class LocalWrites:
    def __init__(self, api: LocalApi) -> None:
        self.api = api

    def authorize(self, request: Seen, query: Query) -> Reply:
        """Shows the dialog: the next of `consent` is what the person presses."""
        if request.method != "POST":
            return Reply.text(400, "Endpoint does not support method\n")
        if "zotero-server-id" not in query.headers:
            return Reply.text(428, "Zotero-Server-ID not provided")
        if len(self.api.asked) >= MOST_PROMPTS:
            return Reply.text(429, "Too many requests", {"Retry-After": "60"})
        self.api.asked.append(str(json.loads(request.body)["appName"]))
        pressed = self.api.consent.pop(0) if self.api.consent else "allow"
        if pressed == "deny":
            return Reply.json({"denied": True}, status=403)
        key = f"LocalKeyLocalKeyLocalKey{len(self.api.asked):08d}"
        self.api.keys[key] = pressed == "always"
        return Reply.json({"key": key, "remember": pressed == "always"})

    def write(self, request: Seen, query: Query, library: EmulatedLibrary, render: Renderer, rest: list[str]) -> Reply:
        if refusal := self._unauthorized(query):
            return refusal
        if self.api.read_only:
            return Reply.text(403, "Library is read-only")
        header = query.headers.get("if-unmodified-since-version")
        version = int(header) if header is not None else None
        try:
            return self._written(request, library, render, rest, version)
        except Refused as refused:
            return Reply.text(refused.code, refused.message)

    def _written(
        self, request: Seen, library: EmulatedLibrary, render: Renderer, rest: list[str], header: int | None
    ) -> Reply:
        match request.method, rest:
            case "POST", ["items"]:
                entries = json.loads(request.body)
                if len(entries) > 50:
                    return Reply.text(413, "Cannot add more than 50 items at a time")
                made = write_many(library, render, entries, header=header, strict=True)
                return Reply.json(made, {"Last-Modified-Version": str(library.version)})
            case "PATCH", ["items", key] if key in library.items:
                write_one(library, {**json.loads(request.body), "key": key}, header=header, strict=True)
            case "DELETE", ["items", key] if key in library.items:
                check_version(library.items[key]["version"], None, header, strict=True)
                library.erase(key)
            case _:
                return Reply.text(404, "Not found")
        return Reply(204, b"", {"Last-Modified-Version": str(library.version), "Content-Length": "0"})

    def _unauthorized(self, query: Query) -> Reply | None:
        if "zotero-server-id" not in query.headers:
            return Reply.text(428, "Zotero-Server-ID not provided")
        bearer = query.headers.get("authorization", "").removeprefix("Bearer ")
        key = query.headers.get("zotero-api-key") or query.get("key") or bearer
        challenge = {"WWW-Authenticate": 'Zotero-API-Key realm="Zotero Local API"'}
        if not key:
            return Reply.text(401, "API key required -- POST /api/local/authorize to obtain one", challenge)
        if key not in self.api.keys:
            return Reply.text(401, "Invalid or expired API key", challenge)
        if not self.api.keys[key]:
            del self.api.keys[key]  # used up by the asking, whatever becomes of the write
        return None
