"""
Where libraries come from: one module for each way in.

`open_library` turns a library URI into a source. Adapters are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from zotero_bridge.ports import LibrarySource
from zotero_bridge.sources.uri import parse_uri


def open_library(uri: str, *, cache_dir: Path, api_key: Callable[[], str] | None = None) -> LibrarySource:
    """
    The library behind a URI. `cache_dir` is where downloads and snapshots may be kept.

    `api_key` is asked only for a library on the web. Raises UnknownLibrary for a URI that means nothing, and
    LibraryError where the library cannot be opened.
    """
    parsed = parse_uri(uri)
    match parsed.kind:
        case "sample":
            from zotero_bridge.sources.sample import open_sample

            return open_sample()
        case "file":
            from zotero_bridge.sources.export_source import open_export

            return open_export(parsed.path)
        case "data":
            from zotero_bridge.sources.zotero_data import open_data_directory

            return open_data_directory(parsed.path, group=parsed.group)
        case "local":
            from zotero_bridge.sources.zotero_local import open_local

            return open_local(parsed.text)
        case "web":
            from zotero_bridge.sources.zotero_web import open_web

            return open_web(parsed.text, api_key() if api_key is not None else "", cache_dir)
