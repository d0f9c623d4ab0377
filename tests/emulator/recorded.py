"""
The recorded exchanges of real Zoteros, and the library they were recorded from.

The library is put together from the replies themselves: the order of the full listing, the items, the trash, the
collections, the searches, the group, the files and their text.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.emulator.library import EmulatedLibrary

REPLIES = Path(__file__).parent.parent / "data" / "zotero-replies"
VERSIONS = ("8.0.5", "9.0.6", "10.0")


@dataclass(frozen=True)
class Exchange:
    number: int
    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int | None  # None: the connection was closed without an answer
    reason: str
    reply_headers: dict[str, str]
    reply_body: str


@dataclass
class Recorded:
    user: EmulatedLibrary
    groups: list[EmulatedLibrary]
    server_id: str
    local_key: str
    storage: str  # file URL of the data directory's storage


def load_exchanges(version: str) -> list[Exchange]:
    with gzip.open(REPLIES / f"replies-{version}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_exchange(number, json.loads(line)) for number, line in enumerate(lines)]


def _exchange(number: int, raw: dict[str, Any]) -> Exchange:
    request, response = raw["request"], raw["response"]
    return Exchange(
        number,
        request["method"],
        request["path"],
        dict(request["headers"]),
        request.get("body") or "",
        response.get("status"),
        response.get("reason", ""),
        dict(response.get("headers", [])),
        response.get("body") or "",
    )


def load_recorded(version: str) -> Recorded:
    """The library as it stood before the first recorded write."""
    replies: dict[str, Exchange] = {}
    for exchange in load_exchanges(version):
        if exchange.method == "GET" and not exchange.headers:
            replies.setdefault(exchange.path, exchange)
    prefix = "/api/users/0/"
    user = EmulatedLibrary(counts_versions=version.startswith("10"))
    listed = replies[prefix + "items?format=keys&includeTrashed=1"].reply_body.split("\n")
    envelopes = {o["key"]: o for p in ("items", "items/trash") for o in json.loads(replies[prefix + p].reply_body)}
    for key in listed:
        user.items[key] = envelopes[key]["data"]
        if enclosure := envelopes[key]["links"].get("enclosure"):
            user.files[key], user.sizes[key] = enclosure["href"], enclosure["length"]
        if best := envelopes[key]["links"].get("attachment"):
            user.sizes[best["href"].rsplit("/", 1)[1]] = best["attachmentSize"]
    for kind, store in (("collections", user.collections), ("searches", user.searches)):
        store.update({o["key"]: o["data"] for o in json.loads(replies[prefix + kind].reply_body)})
    for key, number in json.loads(replies[prefix + "fulltext?since=0"].reply_body).items():
        text = replies.get(f"{prefix}items/{key}/fulltext")
        user.fulltext[key] = {"version": number, **(json.loads(text.reply_body) if text else {})}
    for path, reply in replies.items():
        if path.endswith("/file/view/url") and reply.status == 200:
            user.files.setdefault(path.split("/")[-4], reply.reply_body)
    user.version = int(replies[prefix + "items"].reply_headers["Last-Modified-Version"])
    groups = []
    for raw in json.loads(replies[prefix + "groups"].reply_body):
        group = EmulatedLibrary("group", raw["id"], raw["data"]["name"], raw["data"]["description"])
        group.group_version, group.counts_versions = raw["version"], user.counts_versions
        reply = replies[f"/api/groups/{group.id}/items"]
        group.items = {o["key"]: o["data"] for o in json.loads(reply.reply_body)}
        group.version = int(reply.reply_headers["Last-Modified-Version"])
        groups.append(group)
    tag = json.loads(replies[prefix + "tags"].reply_body)[0]
    local_key = tag["links"]["self"]["href"].split("/users/local/")[1].split("/")[0]
    server_id = replies["/api/"].reply_headers.get("Zotero-Server-ID", "")
    return Recorded(user, groups, server_id, local_key, "")
