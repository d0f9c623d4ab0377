"""
Zotero's saved searches, run over item JSON: the conditions that scope a review.

A condition that is not known here is never guessed at: the search is refused, and Zotero itself can run it. Texts are
compared without regard to case, as Zotero does.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from zotero_bridge.errors import LibraryError
from zotero_bridge.model import Collection
from zotero_bridge.sources.csl_dates import year_of
from zotero_bridge.sources.csl_fields import first_filled

_TEXT_FIELDS = {
    "title": "title",
    "publicationTitle": "container-title",
    "date": "issued",
    "publisher": "publisher",
    "DOI": "",
    "ISBN": "ISBN",
    "ISSN": "ISSN",
    "abstractNote": "abstract",
    "language": "language",
    "extra": "",
    "url": "URL",
    "citationKey": "",
    "place": "publisher-place",
    "series": "collection-title",
    "volume": "volume",
    "note": "",
    "annotationText": "",
    "annotationComment": "",
}
_CREATOR_ROLES = ("author", "editor", "bookAuthor")

Data = Mapping[str, object]
Test = Callable[[Data], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    name: str
    operator: str
    value: str


def read_conditions(connection: sqlite3.Connection, number: int) -> dict[str, tuple[Condition, ...]]:
    """The conditions of each saved search of a library, by the search's key."""
    found: dict[str, list[Condition]] = defaultdict(list)
    for key, name, operator, value in connection.execute(
        "SELECT s.key, c.condition, c.operator, c.value FROM savedSearches s "
        "JOIN savedSearchConditions c USING (savedSearchID) WHERE s.libraryID = ? "
        "ORDER BY s.savedSearchID, c.searchConditionID",
        (number,),
    ):
        found[key].append(Condition(name or "", operator or "", value or ""))
    return {key: tuple(conditions) for key, conditions in found.items()}


def members(conditions: Sequence[Condition], data: Sequence[Data], collections: Sequence[Collection]) -> frozenset[str]:
    """
    Keys of the live objects a search finds; where no condition excludes, with the items that found children belong to.

    Raises LibraryError that names the condition this reader does not run.
    """
    settings = {c.name: c for c in conditions if c.name in ("joinMode", "noChildren", "recursive")}
    tests = [_test(c, collections, "recursive" in settings and _is_on(settings["recursive"])) for c in conditions]
    asked = [test for test in tests if test is not None]
    join = any if "joinMode" in settings and settings["joinMode"].operator == "any" else all
    parents = {str(d["key"]): str(d.get("parentItem") or "") for d in data}
    only_top = "noChildren" in settings and _is_on(settings["noChildren"])
    only_includes = all(c.operator not in ("isNot", "doesNotContain") for c in conditions)
    found: set[str] = set()
    for entry in data:
        key = str(entry["key"])
        if (only_top and parents[key]) or not asked or not join(test(entry) for test in asked):
            continue
        while key:
            found.add(key)
            key = parents.get(key, "") if only_includes else ""
    return frozenset(found)


def _test(condition: Condition, collections: Sequence[Collection], recursive: bool) -> Test | None:
    """None for what is not a condition but a setting of the whole search."""
    name, operator, value = condition.name, condition.operator, condition.value
    if name in ("joinMode", "noChildren", "recursive"):
        return None
    if name == "tag":
        return _over_texts(operator, value, _tags, condition)
    if name in ("itemType", "itemTypeID"):
        return _over_texts(operator, value, lambda d: [str(d["itemType"])], condition)
    if name in ("creator", *_CREATOR_ROLES):
        return _over_texts(operator, value, lambda d: _creators(d, "" if name == "creator" else name), condition)
    if name == "year":
        return _over_texts(operator, value, lambda d: [str(year_of(first_filled(d, "issued")) or "")], condition)
    if name == "collection":
        return _in_collection(operator, value.split("_")[-1], collections, recursive, condition)
    if name in _TEXT_FIELDS:
        return _over_texts(operator, value, lambda d: [_field(d, name)], condition)
    raise _refusal(condition)


def _over_texts(operator: str, value: str, texts: Callable[[Data], list[str]], condition: Condition) -> Test:
    wanted = value.casefold()
    match operator:
        case "is":
            return lambda d: any(text.casefold() == wanted for text in texts(d))
        case "isNot":
            return lambda d: all(text.casefold() != wanted for text in texts(d))
        case "contains":
            return lambda d: any(wanted in text.casefold() for text in texts(d))
        case "doesNotContain":
            return lambda d: all(wanted not in text.casefold() for text in texts(d))
        case "beginsWith":
            return lambda d: any(text.casefold().startswith(wanted) for text in texts(d))
    raise _refusal(condition)


def _in_collection(
    operator: str, key: str, collections: Sequence[Collection], recursive: bool, condition: Condition
) -> Test:
    keys = {key}
    size = 0
    while recursive and len(keys) > size:
        size = len(keys)
        keys |= {c.key for c in collections if c.parent_key in keys}
    if operator == "is":
        return lambda d: not keys.isdisjoint(_strings(d.get("collections")))
    if operator == "isNot":
        return lambda d: keys.isdisjoint(_strings(d.get("collections")))
    raise _refusal(condition)


def _refusal(condition: Condition) -> LibraryError:
    return LibraryError(
        f"The saved search asks '{condition.name} {condition.operator}', which can only be run by Zotero itself.",
        hint="Start Zotero and use `zotero://local`, or choose by collection or tag instead.",
    )


def _field(data: Data, name: str) -> str:
    variable = _TEXT_FIELDS[name]
    return (first_filled(data, variable) if variable else "") or str(data.get(name) or "")


def _tags(data: Data) -> list[str]:
    tags = data.get("tags")
    return [str(tag["tag"]) for tag in tags if isinstance(tag, Mapping)] if isinstance(tags, list) else []


def _creators(data: Data, role: str) -> list[str]:
    creators = data.get("creators")
    names = []
    for creator in creators if isinstance(creators, list) else []:
        if not role or creator.get("creatorType") == role:
            whole = f"{creator.get('firstName', '')} {creator.get('lastName', '')}".strip()
            names += [str(creator["name"])] if "name" in creator else [whole, str(creator.get("lastName", ""))]
    return names


def _strings(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _is_on(condition: Condition) -> bool:
    return condition.operator == "true"
