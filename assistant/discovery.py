"""
Looks around for a Zotero, so that nobody needs to know a library URI by heart.

A running Zotero comes first (it knows the newest edits), then data directories in the usual places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import Misused
from zotero_bridge.errors import LibraryError
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


def look_around(home: Path | None = None) -> list[Choice]:
    """Every library that can be seen from here."""
    from zotero_bridge.sources.discover import discover

    found = [*_running()]
    found += [Choice(d.uri, f"Zotero data in {d.directory}") for d in discover(home or Path.home())]
    return found


def _running() -> Sequence[Choice]:
    from zotero_bridge.sources.zotero_local import probe_local

    try:
        zotero = probe_local()
    except LibraryError:
        return ()
    return [Choice(lib.uri, lib.name, _paths(lib.collections)) for lib in zotero.libraries]


def _paths(collections: Sequence[Collection]) -> tuple[str, ...]:
    """Every collection as "Parent/Child", in alphabetical order."""
    by_key = {c.key: c for c in collections}

    def path(collection: Collection) -> str:
        above = by_key.get(collection.parent_key or "")
        return f"{path(above)}/{collection.name}" if above else collection.name

    return tuple(sorted(path(c) for c in collections))


def choose_library(*, interactive: bool, ask: Ask = input, home: Path | None = None) -> tuple[str, tuple[str, ...]]:
    """(library URI, collections). Asks where it may; with one library and nobody to ask, takes it."""
    found = look_around(home)
    if not found:
        raise NothingFound("No Zotero was found on this machine.")
    if not interactive:
        if len(found) == 1:
            return found[0].uri, ()
        listed = "; ".join(f"{c.uri} ({c.name})" for c in found)
        raise Misused("There are several libraries here.", hint=f"Name one with --library: {listed}")
    chosen = found[_number([f"{c.name}  {c.uri}" for c in found], "Which library? ", ask)]
    if not chosen.collections:
        return chosen.uri, ()
    rows = ["the whole library", *chosen.collections]
    at = _number(rows, "Which collection? ", ask)
    return chosen.uri, () if at == 0 else (rows[at],)


def _number(rows: Sequence[str], question: str, ask: Ask) -> int:
    listing = "\n".join(f"{n:>3}  {row}" for n, row in enumerate(rows, start=1))
    while True:
        said = ask(f"{listing}\n{question}").strip()
        if said.isdigit() and 1 <= int(said) <= len(rows):
            return int(said) - 1
