"""
The text and the JSON of an export file, whatever wrote it.

Reads UTF-8 with or without a mark, UTF-16, and the Windows code page of older programs. Says what is missing or
malformed, and where.
"""

from __future__ import annotations

import codecs
import hashlib
import json
from pathlib import Path

from zotero_bridge.errors import ExportMalformed, ExportMissing, LibraryError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SUFFIXES = (".json", ".bib", ".bibtex", ".biblatex", ".ris")


def find_export(path: Path) -> Path:
    """The export file: the path itself, or the one export in a folder. Raises ExportMissing."""
    if path.is_file():
        return path
    if path.is_dir():
        exports = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file())
        if len(exports) == 1:
            return exports[0]
        if (path / "zotero.sqlite").is_file():
            raise ExportMissing(f"{path} is a Zotero data directory.", hint=f"Write it as `zotero-data:{path}`.")
        names = ", ".join(p.name for p in exports[:5])
        found = f"holds {len(exports)} exports ({names})" if exports else "holds no export (.json, .bib or .ris)"
        raise ExportMissing(f"The folder {path} {found}.", hint="Name the export file itself: `file:PATH`.")
    raise ExportMissing(f"There is no export at {path}.")


def read_export(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ExportMissing(f"There is no export at {path}.") from error
    except OSError as error:
        hint = "Check that you may read the file, and that nothing else holds it open."
        raise LibraryError(f"The export {path} cannot be read: {error.strerror}.", hint=hint) from error


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def decode(content: bytes) -> str:
    """The text, with line ends as "\\n". Bytes that no encoding explains are read as Latin-1, so nothing is lost."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    if not encoding and b"\0" in content[:200]:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    for candidate in (encoding, "utf-8", "cp1252") if encoding else ("utf-8", "cp1252"):
        try:
            return _plain_lines(content.decode(candidate))
        except UnicodeDecodeError:
            continue
    return _plain_lines(content.decode("latin-1"))


def parse_json(text: str, name: str) -> object:
    """Raises ExportMalformed with line and column."""
    try:
        parsed = json.loads(text)
        if "\\ud" in text.lower():  # half of a surrogate pair is no character: nothing could store it
            parsed = json.loads(json.dumps(parsed, ensure_ascii=False).encode("utf-8", "replace"))
        return parsed
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ExportMalformed(f"{name} is not whole JSON: {error.msg} at {where}.") from error
    except RecursionError as error:
        raise ExportMalformed(f"{name} is nested too deeply to be an export.") from error
    except ValueError as error:  # a number of thousands of digits
        raise ExportMalformed(f"{name} is not JSON that can be read: {error}.") from error


def _plain_lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
