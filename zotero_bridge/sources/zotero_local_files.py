"""
Where the files of a running Zotero lie, from the file URLs it has told so far.

Windows paths are recognised by their shape on every system, so that a URL is never half understood. Files that Zotero
keeps lie at `storage/KEY/filename`, so one URL tells where all others must be: a library with hundreds of files that
were never downloaded costs one request and not hundreds.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from zotero_bridge.model import Attachment

LINKED_BASE = "attachments:"  # before paths below the folder of linked files
DRIVE = re.compile(r"^/*([A-Za-z]):(?=/|$)")


def path_text(url: str, *, windows: bool) -> str:
    """
    The path that a file URL names: `/home/…` or `C:\\…` or `\\\\server\\share\\…`. A plain path is kept as it is.

    Raises ValueError where the URL names no file.
    """
    parts = urlsplit(url)
    if parts.scheme.lower() != "file":
        if not url or (parts.scheme and len(parts.scheme) > 1):
            raise ValueError(f"no file URL: {url!r}")
        return url
    # urlsplit takes ? and # for the start of something else; Zotero escapes them in file URLs, so none can follow
    path = unquote(parts.path)
    if drive := DRIVE.match(path):
        return f"{drive[1].upper()}:" + (path[drive.end() :] or "/").replace("/", "\\")
    host = parts.netloc if parts.netloc.lower() not in ("", "localhost") else ""
    if not host and path.startswith("//"):  # file://///server/share is how some write a share
        host, _, path = path.lstrip("/").partition("/")
        path = "/" + path
    if host:
        return f"\\\\{host}{path}".replace("/", "\\") if windows else f"//{host}{path}"
    if not path.startswith("/"):
        raise ValueError(f"no file URL: {url!r}")
    return path


def path_of(url: str) -> Path:
    """Raises ValueError where the URL names no file."""
    return Path(path_text(url, windows=sys.platform == "win32"))


class Places:
    """What is known of where attachments lie. `ask` is needed only where this cannot tell."""

    def __init__(self) -> None:
        self._urls: dict[str, str] = {}
        self._storage: Path | None = None
        self._linked: Path | None = None

    def heard(self, key: str, url: str) -> None:
        """Zotero listed this URL for a stored file."""
        self._urls[key] = url
        self._learn_storage(key, url)

    def answered(self, attachment: Attachment, url: str) -> None:
        """Zotero answered this URL when asked, whether or not the file is there."""
        self._urls[attachment.key] = url
        if attachment.link_mode != "linked_file":
            self._learn_storage(attachment.key, url)
        elif attachment.path.startswith(LINKED_BASE):
            path, below = _path(url), Path(attachment.path.removeprefix(LINKED_BASE)).parts
            if path is not None and below and path.parts[-len(below) :] == below:
                self._linked = Path(*path.parts[: -len(below)])

    def find(self, attachment: Attachment) -> tuple[Path | None, bool]:
        """(the file, True), (None, True) where it is surely missing, (None, False) where Zotero must be asked."""
        told = _path(self._urls.get(attachment.key, ""))
        if told is not None and _is_file(told):
            return told, True
        if attachment.link_mode == "linked_file":
            return self._find_linked(attachment)
        if self._storage is None:
            return None, False
        folder = self._storage / attachment.key
        if attachment.filename and _is_file(folder / attachment.filename):
            return folder / attachment.filename, True
        return None, told is not None or not _holds_something(folder)

    def told(self, attachment: Attachment) -> str:
        """Where it should be, as far as Zotero has said."""
        return self._urls.get(attachment.key, "")

    def _find_linked(self, attachment: Attachment) -> tuple[Path | None, bool]:
        path = _path(attachment.path)
        if attachment.path.startswith(LINKED_BASE):
            path = self._linked / attachment.path.removeprefix(LINKED_BASE) if self._linked is not None else None
        if path is None or not path.is_absolute():
            return None, False
        return (path, True) if _is_file(path) else (None, True)

    def _learn_storage(self, key: str, url: str) -> None:
        path = _path(url)
        if path is not None and path.is_absolute() and path.parent.name == key:
            self._storage = path.parent.parent


def _path(place: str) -> Path | None:
    try:
        return path_of(place)
    except ValueError:
        return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_absolute() and path.is_file()
    except (OSError, ValueError):  # a name that this system cannot hold
        return False


def _holds_something(folder: Path) -> bool:
    """Anything but the files that Zotero hides there itself."""
    try:
        return any(not entry.name.startswith(".") for entry in folder.iterdir())
    except OSError:
        return False
