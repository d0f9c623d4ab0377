"""
zotero.org's API, version 3, as far as reading, downloading and writing items goes.

Differs from the local one: a key with rights, pages of at most 100, a feed of deletions, `deleted` as 1, empty fields
written out, downloads sent on to another host.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.emulator.faults import Seen
from tests.emulator.library import EmulatedLibrary
from tests.emulator.listing import BadRequest, Listing, Query
from tests.emulator.render import Renderer
from tests.emulator.reply import Reply
from tests.emulator.writes import Refused, check_version, write_many, write_one

EMPTY_FIELDS = ("abstractNote", "date", "language", "url", "extra")
USER_ID = 77


class WebRenderer(Renderer):
    def item(self, key: str) -> dict[str, Any]:
        made = copy.deepcopy(super().item(key))
        data = made["data"]
        if data["itemType"] not in ("attachment", "note", "annotation"):
            made["data"] = data = {**dict.fromkeys(EMPTY_FIELDS, ""), **data}
        if data.get("deleted"):
            data["deleted"] = 1
        made["links"].pop("enclosure", None)
        if key in self.library.contents:
            href = f"{self.root}/{self.prefix}/items/{key}/file/view"
            made["links"]["enclosure"] = {"type": data["contentType"], "href": href, "title": data.get("filename", "")}
        return made


@dataclass
class WebApi:
    libraries: Sequence[EmulatedLibrary]
    key: str
    storage: str
    write: bool = True
    files: bool = True
    may_read: bool = True
    compressed: set[str] = field(default_factory=set)  # attachments kept as a zip
    tokens: set[str] = field(default_factory=set)

    def answer(self, request: Seen) -> Reply:
        headers = {k.lower(): v for k, v in request.headers.items()}
        parts = urlsplit(request.path)
        query = Query(parse_qsl(parts.query, keep_blank_values=True), parts.path, headers.get("host", ""), headers)
        given = headers.get("authorization", "").removeprefix("Bearer ") or headers.get("zotero-api-key", "")
        if given != self.key:
            return self._marked(Reply.text(403, "Invalid key" if given else "Forbidden"))
        path = [unquote(p) for p in parts.path.split("/")[1:]]
        if path == ["keys", "current"]:
            return self._marked(Reply.json(self._rights()))
        library = next((x for x in self.libraries if [f"{x.kind}s", str(x.id)] == path[:2]), None)
        if library is None or not self.may_read:
            return self._marked(Reply.text(403, "Forbidden"))
        try:
            return self._marked(self._serve(request, query, library, path[2:]))
        except BadRequest as error:
            return self._marked(Reply.text(400, str(error)))
        except Refused as refused:
            return self._marked(Reply.text(refused.code, refused.message))

    def _serve(self, request: Seen, query: Query, library: EmulatedLibrary, rest: list[str]) -> Reply:
        render = WebRenderer(library, "https://api.zotero.org", "", library.id if library.kind == "user" else 0)
        if request.method != "GET":
            return self._write(request, query, library, render, rest)
        listing = Listing(library, render, self._limited(query))
        match rest:
            case ["items"]:
                wanted = query.get("itemKey")
                return listing.of(wanted.split(",") if wanted else library.items)
            case ["items", "top"]:
                return listing.of(k for k, d in library.items.items() if not d.get("parentItem"))
            case ["items", "trash"]:
                return listing.of((k for k, d in library.items.items() if d.get("deleted")), trashed=True)
            case ["collections"]:
                return listing.many([render.collection(k) for k in library.collections])
            case ["searches"]:
                return listing.many([render.search(k) for k in library.searches])
            case ["deleted"]:
                if (since := query.get("since")) is None:
                    raise BadRequest("'since' parameter must be provided")
                gone = {kind: [k for k, v in of.items() if v > int(since)] for kind, of in library.deleted.items()}
                return Reply.json({**gone, "tags": [], "settings": []}, {"Last-Modified-Version": str(library.version)})
            case ["items", key] if key in library.items:
                made = render.item(key)
                return Reply.json(made, {"Last-Modified-Version": str(made["version"])})
            case ["items", key, "file", *_] if key in library.items:
                return self._file(library, key)
        return Reply.text(404, "Not found")

    def _file(self, library: EmulatedLibrary, key: str) -> Reply:
        if key not in library.contents or not self.files:
            return Reply.text(404, "Not found")
        data = library.items[key]
        return Reply(
            302,
            b"",
            {
                "Location": f"{self.storage}/{key}/{quote(data.get('filename', ''))}?X-Amz-Signature=abc",
                "Zotero-File-MD5": data.get("md5", ""),
                "Zotero-File-Compressed": "Yes" if key in self.compressed else "No",
            },
        )

    def _write(self, request: Seen, query: Query, library: EmulatedLibrary, render: Renderer, rest: list[str]) -> Reply:
        if not self.write:
            return Reply.text(403, "Write access denied")
        token = query.headers.get("zotero-write-token", "")
        if token and token in self.tokens:
            return Reply.text(412, "Write token already used")
        header = query.headers.get("if-unmodified-since-version")
        version = int(header) if header is not None else None
        match request.method, rest:
            case "POST", ["items"]:
                entries = json.loads(request.body)
                if len(entries) > 50:
                    return Reply.text(413, "Cannot add more than 50 items at a time")
                if version is not None and library.version > version:
                    return Reply.text(412, f"Library has been modified since specified version (expected {version})")
                made = write_many(library, render, entries, header=version, strict=False)
                self.tokens |= {token} if token else set()
                return Reply.json(made, {"Last-Modified-Version": str(library.version)})
            case "PATCH", ["items", key] if key in library.items:
                write_one(library, {**json.loads(request.body), "key": key}, header=version, strict=False)
            case "DELETE", ["items", key] if key in library.items:
                check_version(library.items[key]["version"], None, version, strict=False)
                library.erase(key)
            case _:
                return Reply.text(404, "Not found")
        return Reply(204, b"", {"Last-Modified-Version": str(library.version)})

    def _limited(self, query: Query) -> Query:
        if query.get("format") in ("keys", "versions"):
            return query
        limit = 100 if query.get("itemKey") else min(query.number("limit", 25) or 25, 100)
        pairs = [(k, v) for k, v in query.pairs if k != "limit"]
        return Query([*pairs, ("limit", str(limit))], query.path, query.host, query.headers)

    def _rights(self) -> dict[str, Any]:
        user = {"library": self.may_read, "files": self.files, "notes": True, "write": self.write}
        groups = {
            str(x.id): {"library": self.may_read, "write": self.write} for x in self.libraries if x.kind == "group"
        }
        owner = next((x.id for x in self.libraries if x.kind == "user"), USER_ID)
        access: dict[str, Any] = {"user": user} | ({"groups": groups} if groups else {})
        return {"key": self.key, "userID": owner, "username": "reader", "displayName": "Reader", "access": access}

    def _marked(self, reply: Reply) -> Reply:
        return reply.having({"Zotero-API-Version": "3", "Zotero-Schema-Version": "41"})


def md5_of(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()
