"""
File URLs as Zotero writes them, turned into paths of this computer. Pure; reads no disk.

Windows paths are recognised by their shape on every system, so that a URL is never half understood.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

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
    import sys

    return Path(path_text(url, windows=sys.platform == "win32"))
