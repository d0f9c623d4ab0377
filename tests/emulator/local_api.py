"""
Zotero's local API, versions 7 to 10: who may ask, where a request goes, and the headers every reply carries.

Written from the recorded replies and from what is known of Zotero's behaviour. Listings are `listing`'s work, writes
are `local_writes`'.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.emulator.faults import Seen
from tests.emulator.library import EmulatedLibrary
from tests.emulator.listing import BadRequest, Listing, Query, csl_json
from tests.emulator.local_writes import LocalWrites
from tests.emulator.render import Renderer
from tests.emulator.reply import CUT, Reply, dump

LIBRARY_PARTS = ("items", "collections", "searches", "tags", "fulltext", "groups", "settings", "publications")


@dataclass
class LocalApi:
    version: str
    libraries: Sequence[EmulatedLibrary]
    server_id: str = ""
    local_key: str = "LocalKey"  # names the user's items in URIs while nobody is logged in
    user_id: int = 0  # 0: nobody is logged in to zotero.org
    enabled: bool = True
    port: int = 23119
    consent: list[str] = field(default_factory=list)  # answers to the dialog: allow, always, deny
    keys: dict[str, bool] = field(default_factory=dict)  # key -> remembered
    asked: list[str] = field(default_factory=list)  # names the dialog showed
    read_only: bool = False

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    @property
    def marks(self) -> dict[str, str]:
        return {"X-Zotero-Version": self.version, "X-Zotero-Connector-API-Version": "3"}

    @property
    def api_headers(self) -> dict[str, str]:
        made = {"Zotero-API-Version": "3", "Zotero-Schema-Version": "41"}
        return made | ({"Zotero-Server-ID": self.server_id} if self.major >= 10 else {})

    def answer(self, request: Seen) -> Reply:
        headers = {k.lower(): v for k, v in request.headers.items()}
        host = headers.get("host", "").rsplit(":", 1)[0]
        if host not in ("127.0.0.1", "localhost", "[::1]"):
            return Reply(400, b"Bad request\n", {"content-type": "text/plain;charset=utf-8", "connection": "close"})
        foreign = headers.get("user-agent", "").startswith("Mozilla/") or "origin" in headers
        if foreign and not {"zotero-allowed-request", "x-zotero-connector-api-version"} & set(headers):
            return CUT if self.major >= 9 else self._plain(403, "Request not allowed\n")
        path = urlsplit(request.path).path
        if request.method == "HEAD":
            return Reply(200, b"", {**self.marks, "Content-Length": "0"})
        serve = self._route(path)
        if serve is None:
            return self._plain(404, "No endpoint found\n")
        if request.method != "GET" and self.major < 10:
            if request.method == "POST":
                return self._plain(400, "Endpoint does not support method\n")
            return self._plain(501, "Method not implemented\n")
        return self._checked(request, headers, serve)

    def _checked(self, request: Seen, headers: dict[str, str], serve: Callable[[Seen, Query], Reply]) -> Reply:
        parts = urlsplit(request.path)
        query = Query(parse_qsl(parts.query, keep_blank_values=True), parts.path, headers.get("host", ""), headers)
        if not self.enabled:
            return self._api(Reply.text(403, "Local API is not enabled"))
        asked = headers.get("zotero-api-version") or query.get("v") or "3"
        if asked != "3" and parts.path != "/api/":
            return self._api(Reply.text(501, f"API version not implemented: {asked}"))
        given = headers.get("zotero-server-id")
        if self.major >= 10 and given and given != self.server_id:
            return self._api(Reply.text(412, "Zotero-Server-ID does not match this server"))
        try:
            reply = serve(request, query)
        except BadRequest as error:
            reply = Reply.text(400, str(error))
        return reply.having(self.marks) if "WWW-Authenticate" in reply.headers else self._api(reply)

    def _route(self, path: str) -> Callable[[Seen, Query], Reply] | None:
        parts = [unquote(p) for p in path.split("/")[1:]]
        if path == "/api/":
            return lambda request, query: Reply.text(200, "Nothing to see here.")
        if path == "/api/local/authorize" and self.major >= 10:
            return LocalWrites(self).authorize
        if len(parts) < 3 or parts[0] != "api" or parts[1] not in ("users", "groups"):
            return None
        rest = parts[3:]
        if (rest and rest[0] not in LIBRARY_PARTS) or (rest[:1] == ["items"] and rest[2:3] == ["tags"]):
            return None
        if not rest and parts[1] == "users":
            return None
        return lambda request, query: self._in_library(request, query, parts[1], parts[2], rest)

    def _in_library(self, request: Seen, query: Query, kind: str, number: str, rest: list[str]) -> Reply:
        if kind == "users" and number not in ("0", str(self.user_id)):
            suffix = f" or {self.user_id}" if self.user_id else ""
            text = f"Only data for the logged-in user is available locally -- use userID 0{suffix}"
            return Reply.text(400, text)
        found = [lib for lib in self.libraries if lib.kind + "s" == kind and (kind == "users" or str(lib.id) == number)]
        if not found:
            return Reply.text(404, "Not found")
        library = found[0]
        render = Renderer(library, f"http://localhost:{self.port}/api", self.local_key, self.user_id)
        if request.method != "GET":
            return LocalWrites(self).write(request, query, library, render, rest)
        return self._read(Listing(library, render, query, annotations=self.major >= 8), query, rest)

    def _read(self, listing: Listing, query: Query, rest: list[str]) -> Reply:
        library, render = listing.library, listing.render
        match rest:
            case []:
                return self._single(render.group(library), query, version=library.group_version)
            case ["groups"]:
                groups = [g for g in self.libraries if g.kind == "group"]
                reply = listing.many([render.group(g) for g in groups], sort=False)
                keep = {k: v for k, v in reply.headers.items() if self.major < 10 or k != "Last-Modified-Version"}
                return Reply(reply.status, reply.body, keep)
            case ["settings"]:
                return Reply.json({})
            case ["tags"]:
                return listing.many([render.tag(t) for t in library.tags()], sort=False)
            case ["fulltext"]:
                return self._fulltext_versions(library, query)
            case ["collections", *_] if (made := self._collections(listing, rest)) is not None:
                return made
            case ["searches"]:
                return listing.many([render.search(k) for k in library.searches], sort=False)
            case ["searches", key]:
                return self._single(render.search(key), query) if key in library.searches else _missing()
            case ["searches", key, "items"] if key in library.searches:
                return listing.of(library.listed(library.run_search(library.searches[key]["conditions"])))
            case ["items", *_] if (made := self._items(listing, query, rest)) is not None:
                return made
        return _missing()

    def _collections(self, listing: Listing, rest: list[str]) -> Reply | None:
        library, render = listing.library, listing.render
        match rest:
            case ["collections"] | ["collections", "top"]:
                top = len(rest) == 2
                keys = [k for k, c in library.collections.items() if not (top and c["parentCollection"])]
                return listing.many([render.collection(k) for k in keys], sort=False)
            case ["collections", key] if key in library.collections:
                return self._single(render.collection(key), Query([], listing.query.path, listing.query.host, {}))
            case ["collections", key, "collections"]:
                keys = [k for k, c in library.collections.items() if c["parentCollection"] == key]
                return listing.many([render.collection(k) for k in keys], sort=False)
            case ["collections", key, "items", *top]:
                inside = {k for k, d in library.items.items() if key in d.get("collections", ())}
                return listing.of(inside if top == ["top"] else library.listed(inside, annotations=False))
        return None

    def _items(self, listing: Listing, query: Query, rest: list[str]) -> Reply | None:
        library = listing.library
        match rest:
            case ["items"]:
                keys = query.get("itemKey")
                wanted = (
                    library.listed(k for k in keys.split(",") if k in library.items) if keys else set(library.items)
                )
                return listing.of(wanted)
            case ["items", "top"]:
                return listing.of({k for k, d in library.items.items() if not d.get("parentItem")})
            case ["items", "trash", *_]:
                return listing.of({k for k, d in library.items.items() if d.get("deleted")}, trashed=True)
            case ["items", key, *_] if key not in library.items:
                return _missing()
            case ["items", key]:
                return self._single(listing.render.item(key), query)
            case ["items", key, "children"]:
                scoped = query.get("itemType") is not None
                return listing.of(library.listed([key], annotations=scoped) - {key})
            case ["items", key, "file", *view]:
                return self._file(library, key, url=view == ["view", "url"])
            case ["items", key, "fulltext"]:
                text = dict(library.fulltext.get(key, {}))
                version = text.pop("version", 0)
                return Reply.json(text, {"Last-Modified-Version": str(version)}) if text else _missing()
        return None

    def _single(self, made: dict[str, object], query: Query, version: int | None = None) -> Reply:
        if query.get("format") in ("keys", "versions"):
            return Reply.text(400, f"Only multi-object requests can output {query.get('format')}")
        number = str(made["version"] if version is None else version)
        return Reply.json(made, {"Total-Results": "1", "Link": "", "Last-Modified-Version": number})

    def _file(self, library: EmulatedLibrary, key: str, *, url: bool) -> Reply:
        data = library.items[key]
        if data["itemType"] != "attachment" or data["linkMode"] == "linked_url":
            return Reply.text(400, f"Not a file attachment: {key}")
        place = library.files.get(key, "")
        if not place:
            return Reply.text(404, "Not found")
        place = place if place.startswith("file:") else file_url(place)
        return Reply.text(200, place) if url else Reply(302, b"", {"Location": place, "Content-Length": "0"})

    def _fulltext_versions(self, library: EmulatedLibrary, query: Query) -> Reply:
        if self.major < 8:
            return Reply.text(404, "Not found")
        since = query.get("since")
        if since is None or not since.isdigit():
            raise BadRequest(f"Invalid 'since' value '{'null' if since is None else since}'")
        found = {k: t["version"] for k, t in library.fulltext.items() if since == "0" or t["version"] > int(since)}
        return Reply.json(found)

    def _plain(self, status: int, text: str) -> Reply:
        return Reply.text(status, text, self.marks)

    def _api(self, reply: Reply) -> Reply:
        return reply.having({**self.marks, **self.api_headers})


def _missing() -> Reply:
    return Reply.text(404, "Not found")


def file_url(path: str) -> str:
    shape = path.replace("\\", "/")
    return "file://" + quote(shape if shape.startswith("/") else "/" + shape, safe="/:~!$&'()*+,;=@")


__all__ = ["LocalApi", "csl_json", "dump", "file_url"]
