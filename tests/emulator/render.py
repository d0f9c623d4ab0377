"""Zotero's response JSON: the envelope around an object's data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from tests.emulator.library import NOT_REGULAR, EmulatedLibrary
from tests.emulator.reply import dump

JSON_TYPE = "application/json"


class Renderer:
    """Envelopes of one library. `root` is where the links point; `local_key` names a user who is not logged in."""

    def __init__(self, library: EmulatedLibrary, root: str, local_key: str, user_id: int = 0) -> None:
        self.library, self.root = library, root
        self.prefix = f"{library.kind}s/{library.id or user_id}"
        named = str(user_id) if user_id else f"local/{local_key}"
        self.account = f"users/{named}" if library.kind == "user" else f"groups/{library.id}"
        self._library = {
            "type": library.kind,
            "id": library.id or user_id,
            "name": library.name,
            "links": {"self": self._link("")},
        }

    def item(self, key: str) -> dict[str, Any]:
        data = self.library.items[key]
        links: dict[str, Any] = {"self": self._link(f"/items/{key}")}
        if parent := data.get("parentItem"):
            links["up"] = self._link(f"/items/{parent}")
        if data["itemType"] not in NOT_REGULAR and (best := self._best_attachment(key)):
            made = {**self._link(f"/items/{best}"), "attachmentType": self.library.items[best]["contentType"]}
            if size := self._size(best):
                made["attachmentSize"] = size
            links["attachment"] = made
        if data["itemType"] == "attachment" and (enclosure := self._enclosure(key, data)):
            links["enclosure"] = enclosure
        return self._envelope(data, links, self.library.meta(key))

    def item_text(self, key: str) -> str:
        """The same, as Zotero writes it inside a list; kept until the item changes."""
        text = self.library.rendered.get(key)
        if text is None:
            text = "    " + dump(self.item(key)).replace("\n", "\n    ")
            self.library.rendered[key] = text
        return text

    def collection(self, key: str) -> dict[str, Any]:
        data = self.library.collections[key]
        links = {"self": self._link(f"/collections/{key}")}
        if parent := data["parentCollection"]:
            links["up"] = self._link(f"/collections/{parent}")
        items = [k for k, d in self.library.items.items() if key in d.get("collections", ())]
        below = sum(c["parentCollection"] == key for c in self.library.collections.values())
        counted = sum(not self.library.in_trash(k) for k in items)
        return self._envelope(data, links, {"numCollections": below, "numItems": counted})

    def search(self, key: str) -> dict[str, Any]:
        return self._envelope(self.library.searches[key], {"self": self._link(f"/searches/{key}")}, {})

    def group(self, group: EmulatedLibrary) -> dict[str, Any]:
        data = {"id": group.id, "version": group.group_version, "name": group.name, "description": group.description}
        return {
            "id": group.id,
            "version": group.group_version,
            "links": {
                "self": {"href": f"{self.root}/groups/{group.id}", "type": JSON_TYPE},
                "alternate": {"href": f"https://www.zotero.org/groups/{group.id}", "type": "text/html"},
            },
            "meta": {"numItems": sum(not d.get("parentItem") for k, d in group.items.items() if not group.in_trash(k))},
            "data": data,
        }

    def tag(self, tag: dict[str, Any]) -> dict[str, Any]:
        href = f"https://api.zotero.org/{self.account}/tags/{quote_plus(tag['tag'])}"
        meta = {"type": tag["type"], "numItems": tag["numItems"]}
        return {"tag": tag["tag"], "links": {"self": {"href": href, "type": JSON_TYPE}}, "meta": meta}

    def csl(self, key: str) -> dict[str, Any]:
        """As far as the tests look: the address, the kind, the title, the names and the date."""
        data = self.library.items[key]
        made: dict[str, Any] = {"id": f"http://zotero.org/{self.account}/items/{key}", "type": data["itemType"]}
        if data.get("title"):
            made["title"] = data["title"]
        if names := [{"family": c["lastName"], "given": c["firstName"]} for c in data["creators"] if "lastName" in c]:
            made["author"] = names
        if match := re.search(r"\d{4}(-\d\d){0,2}", data.get("date", "")):
            made["issued"] = {"date-parts": [match[0].split("-")]}
        return made

    def _envelope(self, data: dict[str, Any], links: dict[str, Any], meta: dict[str, Any]) -> dict[str, Any]:
        made = {"key": data["key"], "version": data["version"], "library": self._library}
        return made | {"links": links, "meta": meta, "data": data}

    def _best_attachment(self, key: str) -> str:
        for child in self.library.children(key):
            data = self.library.items[child]
            is_file = data["itemType"] == "attachment" and data["linkMode"] != "linked_url"
            if is_file and not self.library.in_trash(child):
                return child
        return ""

    def _enclosure(self, key: str, data: dict[str, Any]) -> dict[str, Any]:
        place = self.library.files.get(key, "")
        if not place or data["linkMode"] not in ("imported_file", "imported_url") or not (size := self._size(key)):
            return {}
        from tests.emulator.local_api import file_url

        href = place if place.startswith("file:") else file_url(place)
        return {"href": href, "type": data["contentType"], "title": data.get("filename", ""), "length": size}

    def _size(self, key: str) -> int:
        if key in self.library.sizes:
            return self.library.sizes[key]
        place = Path(self.library.files.get(key, "nowhere"))
        return place.stat().st_size if place.is_file() else 0

    def _link(self, rest: str) -> dict[str, str]:
        return {"href": f"{self.root}/{self.prefix}{rest}", "type": JSON_TYPE}
