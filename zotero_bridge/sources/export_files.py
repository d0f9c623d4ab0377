"""
Find the file that an export names, although the export was made on another machine.

Tried in turn: the path as it stands, relative to the export, and ever shorter tails of it beside the export. Only
documents are ever opened: a path out of the export's folder to anything else is refused, and so is a path to another
computer that the export itself does not come from.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from zotero_bridge.errors import AttachmentMissing

CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".epub": "application/epub+zip",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".doc": "application/msword",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
}
_PLAIN = (".txt", ".md", ".markdown")
_DRIVE = re.compile(r"^[A-Za-z]:")
_ENDNOTE = re.compile(r"^internal-pdf:/*", re.IGNORECASE)
_LONGEST = 4096
_HINT = "Put the file where the export names it, or beside the export, and run `realist sync` again."


def find_attached(stated: str, folder: Path, *, export_name: str = "") -> Path:
    """The file an export in `folder` calls `stated`. Raises AttachmentMissing with the path that was tried."""
    if not stated.strip() or len(stated) > _LONGEST or any(ord(letter) < 32 for letter in stated):
        raise AttachmentMissing("The export names a file by a path that cannot be one.", hint=_HINT)
    refused = False
    for candidate in _candidates(stated.strip(), folder, export_name):
        found = _existing(candidate)
        if found is None:
            continue
        if _may_be_opened(found, folder):
            return found
        refused = True
    if refused:
        raise AttachmentMissing(f"{stated} lies outside the export's folder and is not a document.", hint=_HINT)
    raise AttachmentMissing(f"The file is not at {stated}, nor beside the export in {folder}.", hint=_HINT)


def content_type_of(path: str) -> str:
    """By the ending of the name; "" where that tells nothing."""
    return CONTENT_TYPES.get(os.path.splitext(last_name(path))[1].lower(), "")  # noqa: PTH122 - of either system


def last_name(path: str) -> str:
    """The last part of a path written for any system."""
    return re.split(r"[/\\]", path.rstrip("/\\"))[-1]


def _candidates(stated: str, folder: Path, export_name: str) -> Iterator[Path]:
    """The most literal reading first."""
    if _ENDNOTE.match(stated):
        yield from _endnote_candidates(unquote(_ENDNOTE.sub("", stated)), folder, export_name)
        return
    for plain in dict.fromkeys((_from_url(stated), unquote(_from_url(stated)))):
        if Path(plain).is_absolute() and not _is_elsewhere(plain, folder):
            yield Path(plain)
        parts = [part for part in re.split(r"[/\\]", _DRIVE.sub("", plain)) if part not in ("", ".")]
        if not _is_absolute(plain):
            yield folder.joinpath(*parts)
            yield Path("/", *parts)  # Mendeley leaves the first slash out
        tail = parts[len(parts) - parts[::-1].index("..") :] if ".." in parts else parts
        for start in range(len(tail)):
            yield folder.joinpath(*tail[start:])


def _endnote_candidates(rest: str, folder: Path, export_name: str) -> Iterator[Path]:
    """EndNote keeps files in NAME.Data/PDF beside the library."""
    parts = [part for part in re.split(r"[/\\]", rest) if part not in ("", ".", "..")]
    places = [folder / f"{Path(export_name).stem}.Data" / "PDF"] if export_name else []
    for place in [*places, *(data / "PDF" for data in sorted(folder.glob("*.Data"))), folder / "PDF", folder]:
        for start in range(len(parts)):
            yield place.joinpath(*parts[start:])


def _from_url(stated: str) -> str:
    if not stated.lower().startswith("file:"):
        return stated
    path = unquote(stated[5:])
    if path.startswith("//"):
        host, _, rest = path[2:].partition("/")
        path = f"/{rest}" if host.lower() in ("", "localhost") else f"/{host}/{rest}"
    return re.sub(r"^/+(?=[A-Za-z]:)", "", path)


def _is_absolute(path: str) -> bool:
    return path.startswith(("/", "\\")) or _DRIVE.match(path) is not None


def _is_elsewhere(path: str, folder: Path) -> bool:
    """Whether a path leads to another computer than the export's: opening it would call there."""
    if os.name != "nt" or not path.replace("/", "\\").startswith("\\\\"):
        return False
    return Path(path).drive.lower() != folder.resolve().drive.lower()


def _existing(candidate: Path) -> Path | None:
    """The regular file at this path, also under the other Unicode form of its name."""
    for name in dict.fromkeys((str(candidate), *(unicodedata.normalize(f, str(candidate)) for f in ("NFC", "NFD")))):
        path = Path(name)
        try:
            if path.is_file():
                return path
        except (OSError, ValueError):  # a name too long, or none a file system allows
            return None
    return None


def _may_be_opened(found: Path, folder: Path) -> bool:
    """Anything in the export's folder; elsewhere only documents, and plain text only where no `..` leads to it."""
    if found.resolve().is_relative_to(folder.resolve()):
        return True
    suffix = found.resolve().suffix.lower()
    return suffix in CONTENT_TYPES and not (".." in found.parts and suffix in _PLAIN)
