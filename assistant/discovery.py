"""
Looks around for a Zotero, so that nobody needs to know a library URI by heart.

A running Zotero comes first (it knows the newest edits), then data directories in the usual places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import Misused
from zotero_bridge.errors import LibraryError, LibraryUnreachable
from zotero_bridge.model import Collection

Ask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A library that was found. `collections` are its collections' paths, to choose a scope from."""

    uri: str
    name: str
    collections: tuple[str, ...] = ()


class NothingFound(LibraryError):
    hint = (
        "Start Zotero and switch on Settings > Advanced > “Allow other applications on this computer to communicate "
        "with Zotero”; or name a library, e.g. `--library file:refs.bib` or `--library sample`."
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What can be seen from here, and what stands in the way of more."""

    choices: tuple[Choice, ...]
    troubles: tuple[LibraryError, ...] = ()


def look_around(home: Path | None = None, ports: Sequence[int] | None = None) -> Found:
    """Libraries of a running Zotero, at the ports that profiles name unless others are, then of data directories."""
    from zotero_bridge.sources.discover import discover, local_ports

    place = home or Path.home()
    choices, troubles = _running(local_ports(place) if ports is None else ports)
    for found in discover(place):
        choices += _stored(found.directory, found.uri, troubles)
    return Found(tuple(choices), tuple(troubles))


def _running(ports: Sequence[int]) -> tuple[list[Choice], list[LibraryError]]:
    """A Zotero that answers but refuses is trouble; that none runs is none, data directories being looked at next."""
    from zotero_bridge.sources.zotero_local import probe_local

    choices: list[Choice] = []
    troubles: list[LibraryError] = []
    for port in ports:
        try:
            zotero = probe_local(port)
        except LibraryUnreachable:
            continue
        except LibraryError as error:
            troubles.append(error)
            continue
        choices += [
            Choice(
                one.uri,
                f"{one.name} ({one.items} items, in the Zotero {zotero.version} that runs)",
                _paths(one.collections),
            )
            for one in zotero.libraries
        ]
    return choices, troubles


def _stored(directory: Path, uri: str, troubles: list[LibraryError]) -> list[Choice]:
    from zotero_bridge.sources.zotero_data import list_libraries

    try:
        libraries = list_libraries(directory)
    except LibraryError as error:
        troubles.append(error)
        return []
    return [
        Choice(one.ref.origin, f"{one.ref.name} (Zotero's data in {directory})", _paths(one.collections))
        for one in libraries
    ]


def _paths(collections: Sequence[Collection]) -> tuple[str, ...]:
    """Every collection as "Parent/Child", in alphabetical order."""
    by_key = {c.key: c for c in collections}

    def path(collection: Collection) -> str:
        above = by_key.get(collection.parent_key or "")
        return f"{path(above)}/{collection.name}" if above else collection.name

    return tuple(sorted(path(c) for c in collections))


def choose_library(
    *,
    interactive: bool,
    notify: Callable[[str], None],
    ask: Ask = input,
    home: Path | None = None,
    ports: Sequence[int] | None = None,
) -> tuple[str, tuple[str, ...]]:
    """(library URI, collections). Asks where it may; with one library and nobody to ask, takes it."""
    around = look_around(home, ports)
    found = around.choices
    for trouble in around.troubles if found else ():
        notify(f"{trouble} {trouble.hint}")
    if not found and around.troubles:
        raise around.troubles[0]
    if not found:
        raise NothingFound("No Zotero was found on this machine.")
    if not interactive:
        if len(found) == 1:
            return found[0].uri, ()
        listed = "; ".join(f"{c.uri} ({c.name})" for c in found)
        raise Misused("There are several libraries here.", hint=f"Name one with --library: {listed}")
    (at,) = _numbers([f"{c.name}  {c.uri}" for c in found], "Which library? ", ask, several=False)
    chosen = found[at]
    if not chosen.collections:
        return chosen.uri, ()
    rows = ["the whole library", *chosen.collections]
    picked = _numbers(rows, "Which collections? (several: 2 5; sub-collections come with them) ", ask, several=True)
    return chosen.uri, () if 0 in picked else tuple(rows[at] for at in picked)


def _numbers(rows: Sequence[str], question: str, ask: Ask, *, several: bool) -> list[int]:
    listing = "\n".join(f"{n:>3}  {row}" for n, row in enumerate(rows, start=1))
    while True:
        said = ask(f"{listing}\n{question}").replace(",", " ").split()
        good = all(word.isdecimal() and 1 <= int(word) <= len(rows) for word in said)
        if said and good and (several or len(said) == 1):
            return list(dict.fromkeys(int(word) - 1 for word in said))
