"""
Finds a citation style: by its name, among those shipped here and in the user's own Zotero, or by path.

Nothing is fetched. A dependent style (a journal that follows another's style) is followed to the one it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from zotero_bridge.errors import RealistError

SHIPPED = Path(__file__).parent / "csl"
_PARENT = re.compile(r"""<link\b(?=[^>]*\brel=["']independent-parent["'])[^>]*\bhref=["']([^"']+)["']""")
_TITLE = re.compile(r"<title>([^<]+)</title>")


class StyleMissing(RealistError):
    hint = (
        "Install the style in Zotero (Settings, Cite, Get additional styles), or name a .csl file with --style. "
        "Without --style the Chicago author-date style is used."
    )


def zotero_styles() -> tuple[Path, ...]:
    """Where Zotero keeps its styles unless its data was moved."""
    return (Path.home() / "Zotero" / "styles",)


def find_style(name: str, folders: Sequence[Path]) -> Path | None:
    """The style's file; None for "", which is pandoc's own default. Raises StyleMissing."""
    wanted = name.strip()
    if not wanted:
        return None
    if re.match(r"https?://", wanted):
        wanted = wanted.rstrip("/").rsplit("/", 1)[-1]
    places = (*folders, SHIPPED)
    named = Path(wanted).expanduser()
    found = named if named.suffix == ".csl" and named.is_file() else _named(wanted, places)
    if found is None:
        known = ", ".join(sorted({p.stem for p in _styles(places)}))
        raise StyleMissing(f"There is no citation style {name!r} here. Known: {known}.")
    return _independent(found, (found.parent, *places))


def _named(name: str, places: Iterable[Path]) -> Path | None:
    wanted = name.removesuffix(".csl").casefold()
    spaced = re.sub(r"[\s_]+", "-", wanted)
    for path in _styles(places):
        if path.stem.casefold() in (wanted, spaced):
            return path
    for path in _styles(places):
        title = _TITLE.search(_read(path))
        if title and title.group(1).strip().casefold() == wanted:
            return path
    return None


def _styles(places: Iterable[Path]) -> list[Path]:
    return [path for place in places if place.is_dir() for path in sorted(place.rglob("*.csl"))]


def _independent(path: Path, places: Sequence[Path]) -> Path:
    content = _read(path)
    if "<style" not in content:
        raise StyleMissing(f"{path} is not a citation style.")
    parent = _PARENT.search(content)
    if parent is None:
        return path
    name = parent.group(1).rstrip("/").rsplit("/", 1)[-1]
    for candidate in _styles(places):
        if candidate.stem == name and not _PARENT.search(_read(candidate)):
            return candidate
    raise StyleMissing(f"{path.stem} follows the style {name}, which is not here.")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise StyleMissing(f"{path} cannot be read: {error.strerror}.") from error
