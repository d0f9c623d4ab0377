"""
A bibliography export as a library: CSL JSON, Better BibTeX JSON, BibTeX or RIS, with the files it names.

The export is read whole each time it changed and never written. Stamps are hashes of what an object holds, so a
re-exported library with one edit has one changed stamp.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zotero_bridge.errors import ExportMalformed, LibraryError
from zotero_bridge.model import Attachment, LibraryObject, LibraryRef, Survey
from zotero_bridge.sources.export_entries import ExportContents, stamp_of
from zotero_bridge.sources.export_files import find_attached
from zotero_bridge.sources.export_text import decode, digest, find_export, parse_json, read_export

_READER_VERSION = "1"  # part of the mark: another version reads an unchanged export again
_RIS_START = re.compile(r"^\s*TY  ?- ", re.MULTILINE)
_BIB_START = re.compile(r"^\s*@\s*\w+\s*[{(]", re.MULTILINE)


def open_export(path: Path) -> ExportSource:
    """The export at a path, or the only one in a folder. Raises ExportMissing."""
    return ExportSource(find_export(path).absolute())


@dataclass(slots=True)
class ExportSource:
    """`zotero_bridge.ports.LibrarySource` over one export file."""

    path: Path
    origin: str = ""  # where it is not the path
    name: str = ""
    _held: tuple[str, ExportContents] | None = field(default=None, repr=False)

    @property
    def ref(self) -> LibraryRef:
        return LibraryRef(
            kind="user", id="0", origin=self.origin or f"file:{self.path.as_posix()}", name=self.name or self.path.stem
        )

    def survey(self, mark: str | None) -> Survey | None:
        content = read_export(self.path)
        now = f"{_READER_VERSION}:{digest(content)}"
        if mark == now:
            return None
        contents = self._contents(content)
        return Survey(
            stamps={entry.key: stamp_of(entry) for entry in contents.objects},
            mark=now,
            collections=contents.collections,
            problems=contents.problems,
        )

    def fetch(self, keys: Sequence[str]) -> Iterator[LibraryObject]:
        wanted = set(keys)
        return (entry for entry in self._contents(read_export(self.path)).objects if entry.key in wanted)

    def search_members(self, search_key: str) -> frozenset[str]:
        raise LibraryError(
            f"An export holds no saved searches, so '{search_key}' finds nothing in {self.path.name}.",
            hint="Choose by collection or tag instead, or read the library from Zotero itself.",
        )

    def locate(self, attachment: Attachment) -> Path:
        return find_attached(attachment.path, self.path.parent, export_name=self.path.name)

    def _contents(self, content: bytes) -> ExportContents:
        fingerprint = digest(content)
        if self._held is None or self._held[0] != fingerprint:
            self._held = (fingerprint, read_contents(content, self.path.name, self.ref))
        return self._held[1]


def read_contents(content: bytes, name: str, library: LibraryRef) -> ExportContents:
    """What an export holds. Raises ExportMalformed; an export without a single reference is one too."""
    text = decode(content)
    contents = _read(text, name, library)
    if not contents.objects:
        first = f" ({contents.problems[0]})" if contents.problems else ""
        raise ExportMalformed(
            f"{name} holds no references{first}.", hint="Export the library again from your reference manager."
        )
    return contents


def _read(text: str, name: str, library: LibraryRef) -> ExportContents:
    suffix = Path(name).suffix.lower()
    if suffix == ".ris" or (suffix not in (".json", ".bib") and _RIS_START.search(text)):
        from zotero_bridge.sources.ris_entries import read_ris

        return read_ris(text, library)
    if suffix == ".json" or text.lstrip()[:1] in ("{", "["):
        return _read_json(text, name, library)
    if suffix in (".bib", ".bibtex", ".biblatex") or _BIB_START.search(text):
        from zotero_bridge.sources.bibtex_entries import read_bibtex

        return read_bibtex(text, library)
    if not text.strip():
        raise ExportMalformed(f"{name} is empty.", hint="Export the library again from your reference manager.")
    raise ExportMalformed(
        f"{name} is neither CSL JSON, Better BibTeX JSON, BibTeX nor RIS.",
        hint="Export the library as one of these.",
    )


def _read_json(text: str, name: str, library: LibraryRef) -> ExportContents:
    if not text.strip():
        raise ExportMalformed(f"{name} is empty.", hint="Export the library again from your reference manager.")
    from zotero_bridge.sources.bbt_json import read_zotero_json
    from zotero_bridge.sources.csl_import import read_csl

    parsed = parse_json(text, name)
    entries = parsed
    if isinstance(parsed, dict):
        entries = parsed.get("items", parsed.get("references", [parsed] if "type" in parsed else None))
    if not isinstance(entries, list):
        raise ExportMalformed(
            f"{name} is JSON, but neither CSL JSON nor Better BibTeX JSON.", hint="Export as one of these."
        )
    if any(isinstance(entry, dict) and ("itemType" in entry or "data" in entry) for entry in entries):
        collections = parsed.get("collections") if isinstance(parsed, dict) else None
        return read_zotero_json(entries, collections, name, library)
    return read_csl(entries, name, library)
