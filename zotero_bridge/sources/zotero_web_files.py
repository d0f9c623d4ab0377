"""
Attachments downloaded from zotero.org's storage, kept, and proved by their md5.

A download that breaks goes on where it stopped. The storage is another host: it is never shown the key. A file is
in its place only once it is whole; what is under way is called `.part`.
"""

from __future__ import annotations

import errno
import hashlib
import re
import time
import zipfile
import zlib
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from zotero_bridge.errors import AttachmentMissing, DiskFull, LibraryUnreachable
from zotero_bridge.model import Attachment
from zotero_bridge.sources.zotero_api import ConnectionLost, ConnectionRefused, Reply, ZoteroApi, open_download
from zotero_bridge.sources.zotero_http import FIRST_PAUSE, LATER, Patience, PatientSender, seconds_asked

NAME_LENGTH = 120
ABSENT_SECONDS = 24 * 3600.0  # then it is asked again, whatever its version
LARGEST_MEMBER = 1 << 30
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # Windows' names of devices


class Broken(Exception):
    """The file did not arrive whole this time. The text says what happened."""


class Downloads:
    """Attachments of one library, below one folder."""

    def __init__(self, api: ZoteroApi, patience: Patience, folder: Path) -> None:
        self._api, self._patience, self._folder = api, patience, folder
        self._sender = PatientSender(patience, server="zotero.org", retry_refused=True)

    def fetch(self, attachment: Attachment) -> Path:
        """The file, downloaded unless it is here already. Raises AttachmentMissing with the reason."""
        if attachment.link_mode == "linked_file":
            raise AttachmentMissing(
                f"{_name(attachment)} is a linked file, which stays on the computer it was linked on; "
                "read the library there with zotero://local."
            )
        target = self._place(attachment)
        if target.is_file():
            return target
        if known := self._known_absence(attachment):
            raise AttachmentMissing(known)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            return self._download(attachment, target)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise DiskFull(f"The disk is full: {_name(attachment)} could not be kept.") from error
            raise

    def _absence(self, attachment: Attachment) -> Path:
        """Says why the file is not to be had; an upload gives the attachment another version, and so another place."""
        return self._folder / safe_name(attachment.key) / f"absent-v{attachment.version}"

    def _known_absence(self, attachment: Attachment) -> str:
        """The reason, for a day; "" where it must be asked for."""
        note = self._absence(attachment)
        if not note.is_file() or time.time() - note.stat().st_mtime >= ABSENT_SECONDS:
            return ""
        return note.read_text(encoding="utf-8") or _absent(attachment)

    def _remember_absence(self, attachment: Attachment, reason: str) -> None:
        self._absence(attachment).parent.mkdir(parents=True, exist_ok=True)
        self._absence(attachment).write_text(reason, encoding="utf-8")

    def _place(self, attachment: Attachment) -> Path:
        """One folder per content, so that a replaced file is another file."""
        content = attachment.md5[:16] or f"v{attachment.version}"
        return self._folder / safe_name(attachment.key) / safe_name(content) / safe_name(_name(attachment))

    def _download(self, attachment: Attachment, target: Path) -> Path:
        part = target.with_name(target.name + ".part")
        trouble, broken_before = "", False
        for attempt in range(self._patience.attempts):
            pause = FIRST_PAUSE * 2**attempt
            url, stated = self._storage_address(attachment)
            try:
                later = self._receive(url, part)
                if later is None:
                    return self._proved(attachment, part, target, {attachment.md5, stated})
                pause, trouble = max(pause, later), "the file storage is busy"
            except (ConnectionLost, ConnectionRefused) as error:
                trouble = str(error)
            except Broken as broken:
                part.unlink(missing_ok=True)
                trouble = str(broken)
                if broken_before:  # whole, twice, and twice another file
                    reason = f"{trouble[:1].upper()}{trouble[1:]}."
                    self._remember_absence(attachment, reason)
                    raise AttachmentMissing(reason) from broken
                broken_before = True
                continue  # begun anew at once: the pieces did not fit, or it broke off unnoticed
            if attempt + 1 < self._patience.attempts:
                self._patience.wait(f"{_name(attachment)}: {trouble}", min(pause, self._patience.longest))
        raise LibraryUnreachable(
            f"{_name(attachment)} could not be downloaded: {trouble}.",
            hint="Run the command again; the download goes on where it stopped.",
        )

    def _storage_address(self, attachment: Attachment) -> tuple[str, str]:
        """(address, md5 as the server states it)."""
        request = self._api.request
        path = f"items/{attachment.key}/file"
        reply = self._sender.send(lambda: request(path), lambda reply: reply)
        if reply.status == 404:
            self._remember_absence(attachment, _absent(attachment))
            raise AttachmentMissing(_absent(attachment))
        if reply.status in (401, 403):
            raise AttachmentMissing(f"The key may not read files, so {_name(attachment)} was not downloaded.")
        location = urljoin(f"{self._base}/", reply.headers.get("location", ""))
        if reply.status not in (301, 302, 303, 307) or not self._safe(location):
            raise AttachmentMissing(f"zotero.org does not say where {_name(attachment)} is kept.")
        return location, reply.headers.get("zotero-file-md5", "")

    @property
    def _base(self) -> str:
        return self._api.address

    def _safe(self, location: str) -> bool:
        """Never from an encrypted address to a plain one."""
        scheme = urlsplit(location).scheme
        return scheme == "https" or (scheme == "http" and urlsplit(self._base).scheme == "http")

    def _receive(self, url: str, part: Path) -> float | None:
        """Appends what is missing. None when all is there, else the seconds to wait. Raises ConnectionLost, Broken."""
        start = part.stat().st_size if part.is_file() else 0
        with open_download(url, start=start) as (reply, body):
            if reply.status in LATER:
                return seconds_asked(reply.headers.get("retry-after", "")) or 0.0
            if reply.status == 416:
                raise Broken("more had arrived than there is")
            if reply.status == 403:
                raise ConnectionLost("the address had expired")
            if reply.status not in (200, 206):
                raise Broken(f"the file storage answered {reply.status}")
            with part.open("ab" if reply.status == 206 and _continues(reply, start) else "wb") as out:
                for piece in body:
                    out.write(piece)
        return None

    def _proved(self, attachment: Attachment, part: Path, target: Path, wanted: set[str]) -> Path:
        """Moves it to its place. A file packed as a zip on the server is unpacked. Raises Broken when it is another."""
        wanted = {one.lower() for one in wanted if one}
        if wanted and _md5(part) not in wanted and not _unpack(part, wanted):
            raise Broken("what arrived is not the file that Zotero describes (its md5 differs)")
        part.replace(target)
        return target


def safe_name(name: str) -> str:
    """A file name that every system takes, with its suffix kept."""
    cleaned = UNSAFE.sub("_", name).strip().rstrip(". ") or "file"
    stem, dot, suffix = cleaned.rpartition(".")
    if len(cleaned) > NAME_LENGTH and dot and len(suffix) < 10:
        cleaned = f"{stem[: NAME_LENGTH - len(suffix) - 1]}.{suffix}"
    cleaned = cleaned[:NAME_LENGTH]
    return f"_{cleaned}" if RESERVED.match(cleaned) else cleaned


def _absent(attachment: Attachment) -> str:
    return (
        f"zotero.org does not hold {_name(attachment)}: it was not uploaded, or its files are kept on a WebDAV server. "
        "Read the library from a computer that has it: zotero://local."
    )


def _name(attachment: Attachment) -> str:
    return attachment.filename or attachment.title or attachment.key


def _continues(reply: Reply, start: int) -> bool:
    """The range begins where we stopped."""
    return reply.headers.get("content-range", "").startswith(f"bytes {start}-")


def _md5(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)  # what Zotero names files by; nothing is kept secret by it
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _unpack(part: Path, wanted: set[str]) -> bool:
    """Replaces a zip by the member that is the wanted file. False where there is none."""
    if not zipfile.is_zipfile(part):
        return False
    out = part.with_name(part.name + ".unpacked")
    try:
        with zipfile.ZipFile(part) as packed:
            found = any(_is_wanted(packed, member, out, wanted) for member in packed.infolist())
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError):  # RuntimeError: it asks for a password
        found = False
    if found:
        out.replace(part)
    else:
        out.unlink(missing_ok=True)
    return found


def _is_wanted(packed: zipfile.ZipFile, member: zipfile.ZipInfo, out: Path, wanted: set[str]) -> bool:
    """Unpacks one member to `out` and looks at its md5."""
    if member.is_dir() or member.file_size > LARGEST_MEMBER:
        return False
    with packed.open(member) as file, out.open("wb") as plain:
        while piece := file.read(1 << 20):
            plain.write(piece)
    return _md5(out) in wanted
