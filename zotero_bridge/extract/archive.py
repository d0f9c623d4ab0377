"""
Read members of a zip archive that may be damaged or hostile.

Nothing is ever unpacked to disk, and no more is inflated than the limits here allow, whatever the archive claims about
its sizes. XML is parsed without entities, document types or network.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from urllib.parse import unquote

from lxml import etree

from zotero_bridge.errors import SourceUnreadable

MEMBER_LIMIT = 96 * 2**20  # bytes inflated of one member
TOTAL_LIMIT = 512 * 2**20  # bytes inflated of one archive
MEMBERS_LIMIT = 20_000


class Archive:
    """A zip archive read with bounds. Raises SourceUnreadable for what cannot be a sound document."""

    def __init__(self, raw: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as error:
            raise SourceUnreadable(f"it is truncated or damaged ({error})") from error
        self.names = self._zip.namelist()
        if len(self.names) > MEMBERS_LIMIT:
            raise SourceUnreadable(f"too large: it claims to hold {len(self.names)} files")
        self._known = set(self.names)
        self._lower = {name.lower(): name for name in self.names}
        self._read = 0

    def __contains__(self, name: str) -> bool:
        return self._real(name) is not None

    def _real(self, name: str) -> str | None:
        for candidate in (name, unquote(name)):
            if candidate in self._known:
                return candidate
            if candidate.lower() in self._lower:
                return self._lower[candidate.lower()]
        return None

    def read(self, name: str) -> bytes:
        real = self._real(name)
        if real is None:
            raise SourceUnreadable(f"it is damaged: {posixpath.basename(name)} is missing from it")
        try:
            with self._zip.open(real) as member:
                data = member.read(min(MEMBER_LIMIT, TOTAL_LIMIT - self._read) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise SourceUnreadable(f"it is truncated or damaged ({posixpath.basename(real)}: {error})") from error
        except RuntimeError as error:  # zipfile's word for "password required"
            raise SourceUnreadable("it is encrypted and needs a password") from error
        self._read += len(data)
        if len(data) > MEMBER_LIMIT or self._read > TOTAL_LIMIT:
            raise SourceUnreadable(f"too large: {posixpath.basename(real)} inflates beyond all measure")
        return data

    def xml(self, name: str) -> etree._Element:
        """A parsed member. Raises SourceUnreadable when it is not XML at all."""
        return parse_xml(self.read(name), posixpath.basename(name))


def parse_xml(data: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: etree._Element | None = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceUnreadable(f"it is damaged ({name} is not XML)") from error
    if root is None:
        raise SourceUnreadable(f"it is damaged ({name} is not XML)")
    return root
