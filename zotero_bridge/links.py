"""
Links that open a source where a reader can check it: in Zotero at the page or the mark, or the file itself.

Pages in Zotero's links are physical and counted from 1 (Zotero 10, ZoteroProtocolHandler.mjs), never printed labels.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, urlencode

from zotero_bridge.model import LibraryRef, SourceInfo, SourceKind

_OPENS_IN_READER = {SourceKind.PDF, SourceKind.EPUB, SourceKind.HTML}


def source_uri(library: LibraryRef, source: SourceInfo, *, page_index: int | None = None) -> str:
    """Where to look: `zotero://open-pdf/…?page=`, `zotero://select/…`, or `file://…#page=`; "" where nothing opens."""
    if library.origin.startswith("zotero"):
        return _zotero_uri(library, source, page_index)
    return _file_uri(source, page_index)


def item_uri(library: LibraryRef, item_key: str) -> str:
    """Selects an item in Zotero; "" for a library that is not Zotero's."""
    return f"zotero://select/{_scope(library)}/items/{item_key}" if library.origin.startswith("zotero") else ""


def _scope(library: LibraryRef) -> str:
    return f"groups/{library.id}" if library.kind == "group" else "library"


def _zotero_uri(library: LibraryRef, source: SourceInfo, page_index: int | None) -> str:
    if source.kind is SourceKind.ANNOTATION and source.parent_key:
        query: dict[str, str | int] = {"annotation": source.key}
        page = _annotated_page(source.position)
        if page is not None:
            query = {"page": page + 1, **query}
        return f"zotero://open-pdf/{_scope(library)}/items/{source.parent_key}?{urlencode(query)}"
    if source.kind is SourceKind.PDF and page_index is not None:
        return f"zotero://open-pdf/{_scope(library)}/items/{source.key}?page={page_index + 1}"
    if source.kind in _OPENS_IN_READER:
        return f"zotero://open-pdf/{_scope(library)}/items/{source.key}"
    key = source.item_key if source.kind is SourceKind.ABSTRACT else source.key
    return f"zotero://select/{_scope(library)}/items/{key}"


def _annotated_page(position: str) -> int | None:
    try:
        page = json.loads(position).get("pageIndex") if position else None
    except (ValueError, AttributeError):
        return None
    return page if isinstance(page, int) else None


def _file_uri(source: SourceInfo, page_index: int | None) -> str:
    if not source.path:
        return ""
    path = Path(source.path)
    uri = path.as_uri() if path.is_absolute() else "file:" + quote(path.as_posix())
    return f"{uri}#page={page_index + 1}" if page_index is not None and source.kind is SourceKind.PDF else uri
