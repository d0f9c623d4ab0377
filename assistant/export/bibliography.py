"""
The bibliography of an export: CSL JSON from the library's own records, one entry a cited item.

References are never written by a machine: an entry is what the library says, or, where it says too little, what the
item's fields say. Keys are unique and can be typed in a manuscript; a citation key of the library is kept wherever it
can be.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.export.tree import Reference
from assistant.model import Citation
from zotero_bridge.fold import readable
from zotero_bridge.model import Item, SectionKind

Csl = dict[str, Any]

_NOT_IN_KEYS = re.compile(r"[^\w:.#$%&+?<>~/-]+")
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_PLACES = {"note": "reader’s note", "annotation": "annotation", SectionKind.ABSTRACT.value: "abstract"}


@dataclass(frozen=True, slots=True)
class Bibliography:
    """Keys by item key, and the entries in the order of their keys."""

    keys: Mapping[str, str]
    entries: tuple[Csl, ...]

    def reference(self, citation: Citation) -> Reference:
        """How a manuscript cites this place."""
        return Reference(key=self.keys[citation.item_key], page_label=citation.page_label, place=_place(citation))

    @property
    def as_json(self) -> str:
        return json.dumps(list(self.entries), ensure_ascii=False, indent=2) + "\n"


def _place(citation: Citation) -> str:
    """Where it stands, in words; used where no page is printed. Physical pages are named as such."""
    if citation.page_index is not None:
        return f"file page {citation.page_index + 1}"
    section = readable(citation.section)
    return f"“{section}”" if section else _PLACES.get(citation.section_kind.value, "")


def bibliography(citations: Iterable[Citation], items: Mapping[str, Item]) -> Bibliography:
    """Entries for every item cited. An item that left the library meanwhile is named as such, never dropped."""
    keys: dict[str, str] = {}
    entries: list[Csl] = []
    cited = {c.item_key: c for c in citations}
    taken: set[str] = set()
    for item_key in sorted(cited, key=lambda k: (not _own_key(cited[k], items), k)):
        item = items.get(item_key)
        key = _free(_typable(_own_key(cited[item_key], items)) or _made_key(item, item_key), taken)
        taken.add(key.casefold())
        keys[item_key] = key
        entries.append({**(_entry(item) if item else _missing(item_key)), "id": key})
    return Bibliography(keys=keys, entries=tuple(sorted(entries, key=lambda e: str(e["id"]))))


def _own_key(citation: Citation, items: Mapping[str, Item]) -> str:
    item = items.get(citation.item_key)
    return (item.citekey if item else "") or citation.citekey


def _typable(key: str) -> str:
    """The key with what pandoc cannot read replaced, and no punctuation at its ends or doubled."""
    plain = _NOT_IN_KEYS.sub("_", unicodedata.normalize("NFC", key))
    return re.sub(r"([^\w])[^\w]+", r"\1", _EDGES.sub("", plain)).strip("_")


def _made_key(item: Item | None, item_key: str) -> str:
    """'Åkesson2021Shared', from what the library knows; the item key where it knows nothing."""
    if item is None:
        return _typable(item_key) or "item"
    name = item.creators[0].last.split(",")[0] if item.creators else ""
    first = next((w for w in re.findall(r"\w{4,}", item.title)), "")
    made = _typable("".join((name.title().replace(" ", ""), str(item.year or ""), first.capitalize())))
    return made if made and not made.isdigit() else _typable(item_key) or "item"


def _free(key: str, taken: set[str]) -> str:
    """`key`, or with the first letter that makes it unique. Differing capitals alone do not."""
    if key.casefold() not in taken:
        return key
    number = 2
    while f"{key}-{number}".casefold() in taken:
        number += 1
    return f"{key}-{number}"


def _entry(item: Item) -> Csl:
    try:
        stored = json.loads(item.csl)
    except ValueError:
        stored = None
    entry: Csl = stored if isinstance(stored, dict) else {}
    if entry.get("title") and isinstance(entry.get("type"), str):
        return entry
    return {**_from_fields(item), **{k: v for k, v in entry.items() if v}}


def _from_fields(item: Item) -> Csl:
    entry: Csl = {"type": _CSL_TYPES.get(item.item_type, "document"), "title": item.title or f"Untitled ({item.key})"}
    authors = [c for c in item.creators if c.role == "author"] or list(item.creators)
    if authors:
        entry["author"] = [
            {"literal": c.last} if c.single_field else {"family": c.last, "given": c.first} for c in authors
        ]
    if item.year is not None:
        entry["issued"] = {"date-parts": [[item.year]]}
    for field, value in (("container-title", item.publication), ("DOI", item.doi), ("language", item.language)):
        if value:
            entry[field] = value
    return entry


def _missing(item_key: str) -> Csl:
    return {"type": "document", "title": f"No longer in the library: {item_key}"}


_CSL_TYPES = {
    "journalArticle": "article-journal",
    "book": "book",
    "bookSection": "chapter",
    "report": "report",
    "thesis": "thesis",
    "conferencePaper": "paper-conference",
    "webpage": "webpage",
    "interview": "interview",
    "newspaperArticle": "article-newspaper",
    "magazineArticle": "article-magazine",
    "preprint": "article",
    "presentation": "speech",
    "letter": "personal_communication",
}
