"""
Library URIs, taken apart: `zotero://…`, `zotero-data:DIR`, `file:PATH`, `sample`.

Knows what a URI means, opens nothing. Paths may be written for either kind of system, with `~`, and as `file:///…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote

from zotero_bridge.errors import UnknownLibrary

_DRIVE = re.compile(r"^/+([A-Za-z]:[/\\])")
_DATA_GROUP = re.compile(r"[/\\]groups[/\\](\d+)[/\\]?$")


@dataclass(frozen=True, slots=True)
class LibraryUri:
    """`path` and `group` are set for `file` and `data` only; `text` is the URI as given."""

    kind: Literal["local", "web", "data", "file", "sample"]
    text: str
    path: Path = Path()
    group: str = ""  # a group's numeric id; "" for the user's own library


def parse_uri(uri: str) -> LibraryUri:
    """Raises UnknownLibrary, which names the forms there are."""
    text = uri.strip()
    if text == "sample":
        return LibraryUri("sample", text)
    if re.match(r"zotero://local(?:[/?]|$)", text):
        return LibraryUri("local", text)
    if re.match(r"zotero://web/(?:users|groups)/\w+", text):
        return LibraryUri("web", text)
    scheme, separator, rest = text.partition(":")
    if separator and scheme == "file" and rest.strip():
        return LibraryUri("file", text, path=path_of(rest))
    if separator and scheme == "zotero-data" and rest.strip():
        return _data_uri(text, rest)
    if text and not re.match(r"[A-Za-z][\w+.-]+:", text) and Path(text).exists():
        is_data = (Path(text) / "zotero.sqlite").is_file()
        suggestion = f"{'zotero-data' if is_data else 'file'}:{text}"
        raise UnknownLibrary(f"'{uri}' is a path, not a library.", hint=f"Write it as `{suggestion}`.")
    raise UnknownLibrary(f"'{uri}' is not a library.")


def path_of(rest: str) -> Path:
    """The path in what follows `file:`; percent signs mean something only after `//`, as URLs have it."""
    if rest.startswith("//"):
        host, _, tail = rest[2:].partition("/")
        decoded = unquote("/" + tail)
        if host not in ("", "localhost"):
            decoded = f"//{host}{decoded}"
        return Path(_DRIVE.sub(r"\1", decoded)).expanduser()
    return Path(rest).expanduser()


def _data_uri(text: str, rest: str) -> LibraryUri:
    place, _, query = rest.partition("?")
    group = "".join(parse_qs(query).get("group", []))
    if query and not group.isdecimal():
        raise UnknownLibrary(f"'{text}' names no group.", hint="Write the group's number: `zotero-data:DIR?group=ID`.")
    in_path = _DATA_GROUP.search(place)
    if in_path and not Path(place).expanduser().is_dir():
        place, group = place[: in_path.start()], in_path[1]
    return LibraryUri("data", text, path=path_of(place), group=group)
