"""A listing as Zotero makes it: the filters, the order, the page, the links, the format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.emulator.library import Data, EmulatedLibrary
from tests.emulator.render import Renderer
from tests.emulator.reply import Reply, dump

SORTS = ("dateAdded", "dateModified", "title", "creator", "itemType", "date", "publisher", "publicationTitle")
NOT_EMULATED = ("bibtex", "bib", "ris", "rdf_zotero")


class BadRequest(Exception):
    """Answered with 400 and this text."""


@dataclass(frozen=True)
class Query:
    pairs: list[tuple[str, str]]
    path: str
    host: str
    headers: dict[str, str]

    def get(self, name: str) -> str | None:
        return next((v for k, v in self.pairs if k == name), None)

    def all(self, name: str) -> list[str]:
        return [v for k, v in self.pairs if k == name]

    def number(self, name: str, default: int) -> int:
        value = self.get(name)
        return int(value) if value and value.lstrip("-").isdigit() else default

    def address(self, start: int) -> str:
        pairs = [(k, v) for k, v in self.pairs if k != "start"]
        if start and any(k == "start" for k, _ in self.pairs):
            pairs = [(k, str(start) if k == "start" else v) for k, v in self.pairs]
        elif start:
            pairs.append(("start", str(start)))
        return f"http://{self.host}{self.path}" + ("?" + urlencode(pairs) if pairs else "")


class Listing:
    """Answers one multi-object request of one library."""

    def __init__(self, library: EmulatedLibrary, render: Renderer, query: Query, *, annotations: bool = True) -> None:
        self.library, self.render, self.query = library, render, query
        self.annotations = annotations  # 7 does not list them

    def of(self, keys: Iterable[str], *, trashed: bool = False) -> Reply:
        """Items: live ones unless the request says otherwise."""
        kept = set(keys)
        if not trashed and self.query.get("includeTrashed") != "1":
            kept = {k for k in kept if not self.library.in_trash(k)}
        if not self.annotations:
            kept = {k for k in kept if self.library.items[k]["itemType"] != "annotation"}
        for condition in self.query.all("itemType"):
            if condition.startswith("-"):  # Zotero's searches by type leave annotations out unless they are named
                kept = {k for k in kept if self.library.items[k]["itemType"] != "annotation"}
            kept = {k for k in kept if _agrees(condition, [self.library.items[k]["itemType"]])}
        for condition in self.query.all("tag"):
            kept = {k for k in kept if _agrees(condition, [t["tag"] for t in self.library.items[k]["tags"]])}
        if q := self.query.get("q"):
            kept = {k for k in kept if _mentions(self.library.items[k], q.lower())}
        if (since := self._since()) is not None:
            kept = {k for k in kept if self.library.items[k]["version"] > since}
        sort, descending = self._sort(len(kept))
        return self._paged(self.library.sorted_items(kept, sort, descending))

    def many(self, objects: list[Data], *, sort: bool = True) -> Reply:
        """Collections, searches, tags, groups: rendered already, in their order."""
        if (since := self._since()) is not None:
            objects = [o for o in objects if o.get("version", -1) > since]
        page, headers = self._page(objects)
        if self._not_modified():
            return Reply(304, b"", {**headers, "Content-Length": "0"})
        match self.query.get("format"):
            case "keys":
                return Reply.text(200, "\n".join(o["key"] for o in page), headers)
            case "versions":
                return Reply.json({o["key"]: o["version"] for o in page}, headers)
        return Reply.json(page, headers)

    def _paged(self, keys: list[str]) -> Reply:
        page, headers = self._page(keys)
        if self._not_modified():
            return Reply(304, b"", {**headers, "Content-Length": "0"})
        match self.query.get("format"):
            case "atom":
                return Reply.text(501, "Local API does not support Atom output")
            case "keys":
                return Reply.text(200, "\n".join(page), headers)
            case "versions":
                return Reply.json({k: self.library.items[k]["version"] for k in page}, headers)
            case "csljson":
                return Reply.text(200, dump(csl_json(self.render, page)), headers)
            case None | "json":
                body = "[\n" + ",\n".join(self.render.item_text(k) for k in page) + "\n]" if page else "[]"
                return Reply(200, body.encode(), {"Content-Type": "application/json", **headers})
            case other:
                return Reply.text(501 if other in NOT_EMULATED else 400, f"Invalid 'format' value '{other}'")

    def _page(self, objects: list[Any]) -> tuple[list[Any], dict[str, str]]:
        total = len(objects)
        start = min(max(self.query.number("start", 0), 0), total)
        limit = max(self.query.number("limit", 0) or total - start, 0)
        headers = {"Total-Results": str(total), "Link": self._links(start, limit, total)}
        return objects[start : start + limit], headers | {"Last-Modified-Version": str(self.library.version)}

    def _links(self, start: int, limit: int, total: int) -> str:
        rels: list[tuple[str, int]] = []
        if start:
            rels += [("first", 0), ("prev", max(start - limit, 0))]
        if not start and limit >= total:
            rels.append(("last", 0))
        elif limit:
            last = total - total % limit
            rels.append(("last", max(total - limit if start >= total or last == total else last, 0)))
            if start + limit < total:
                rels.append(("next", start + limit))
        return ", ".join(f'<{self.query.address(at)}>; rel="{rel}"' for rel, at in rels)

    def _since(self) -> int | None:
        """Versions above this are listed; None: all. 7 takes 0 at its word, and so leaves out what was never synced."""
        since = self.query.get("since")
        if since is None:
            return None
        if not since.isdigit():
            raise BadRequest(f"Invalid 'since' value '{since}'")
        return int(since) if int(since) or not self.annotations else None

    def _sort(self, count: int) -> tuple[str, bool]:
        sort = self.query.get("sort") or "dateModified"
        if count > 1 and sort not in SORTS:
            raise BadRequest(f"Invalid 'sort' value '{sort}'")
        direction = self.query.get("direction") or ("desc" if sort.startswith("date") else "asc")
        if direction not in ("asc", "desc"):
            raise BadRequest(f"Invalid 'direction' value '{direction}'")
        return sort, direction == "desc"

    def _not_modified(self) -> bool:
        given = self.query.headers.get("if-modified-since-version", "0")
        return given.isdigit() and int(given) != 0 and self.library.version <= int(given)


def csl_json(render: Renderer, keys: Iterable[str]) -> list[dict[str, Any]]:
    items = render.library.items
    return [render.csl(k) for k in keys if items[k]["itemType"] not in ("attachment", "note", "annotation")]


def _agrees(condition: str, values: list[str]) -> bool:
    wanted = not condition.startswith("-")
    names = [name.strip() for name in condition.removeprefix("-").removeprefix("\\").split("||")]
    return any(name in values for name in names) == wanted


def _mentions(data: Data, words: str) -> bool:
    names = " ".join(c.get("lastName", c.get("name", "")) for c in data.get("creators", []))
    return words in f"{data.get('title', '')} {names} {data.get('date', '')}".lower()
