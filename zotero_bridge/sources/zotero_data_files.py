"""
Where Zotero keeps the files of attachments: its storage, or wherever a link leads.

Links relative to the base directory ("attachments:…") need Zotero's preferences, which lie in its profile, apart from
the data directory.
"""

from __future__ import annotations

from pathlib import Path

from zotero_bridge.errors import AttachmentMissing
from zotero_bridge.model import Attachment
from zotero_bridge.sources.discover import preferences_for
from zotero_bridge.sources.export_files import last_name

_BASE = "attachments:"


def locate_file(attachment: Attachment, directory: Path, home: Path) -> Path:
    """The file of an attachment in a data directory. Raises AttachmentMissing with the path that was tried."""
    if attachment.link_mode == "linked_file":
        return _linked(attachment.path, directory, home)
    name = last_name(attachment.path.removeprefix("storage:") or attachment.filename)
    if not name or name in (".", ".."):
        raise AttachmentMissing(
            "Zotero has no file for this attachment.", hint="Add the file in Zotero, or delete the attachment."
        )
    path = directory / "storage" / attachment.key / name
    return _existing(
        path,
        f"The file is not on this computer: {path}.",
        "Open the attachment once in Zotero, so that Zotero downloads it, and run `realist sync` again.",
    )


def _linked(stated: str, directory: Path, home: Path) -> Path:
    hint = "Use Locate in Zotero to say where the file is now, and run `realist sync` again."
    if not stated.startswith(_BASE):
        return _existing(Path(stated), f"The linked file is not at {stated}.", hint)
    base = preferences_for(directory, home).get("extensions.zotero.baseAttachmentPath")
    if not isinstance(base, str) or not base:
        raise AttachmentMissing(
            f"The file is linked as {stated}, and Zotero's base directory for linked files is not known.",
            hint="Set it in Zotero: Settings > Advanced > Files and Folders > Linked Attachment Base Directory.",
        )
    path = Path(base).joinpath(*stated.removeprefix(_BASE).replace("\\", "/").split("/"))
    return _existing(path, f"The linked file is not at {path}.", hint)


def _existing(path: Path, message: str, hint: str) -> Path:
    try:
        if path.is_file():
            return path
    except (OSError, ValueError):  # a name that this system does not allow
        pass
    raise AttachmentMissing(message, hint=hint)
