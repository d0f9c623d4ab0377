"""
Where libraries come from: one module for each way in.

`open_library` turns a library URI into a source. Adapters are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from zotero_bridge.ports import LibrarySource
from zotero_bridge.sources.uri import parse_uri


def open_library(
    uri: str,
    *,
    cache_dir: Path,
    api_key: Callable[[], str] | None = None,
    countdown: Callable[[str, int], None] | None = None,
    web_address: str = "",
) -> LibrarySource:
    """
    The library behind a URI. `cache_dir` is where downloads and snapshots may be kept.

    `api_key` is asked only for a library on the web. `countdown` is told, once a second, why a busy server is waited
    for and how many seconds are left. `web_address` names a Zotero server other than zotero.org.
    Raises UnknownLibrary for a URI that means nothing, and LibraryError where the library cannot be opened.
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
            from zotero_bridge.sources.zotero_local import LOCAL_PATIENCE, open_local

            local = replace(LOCAL_PATIENCE, countdown=countdown) if countdown else LOCAL_PATIENCE
            return open_local(parsed.text, patience=local)
        case "web":
            from zotero_bridge.sources.zotero_api import WEB_API
            from zotero_bridge.sources.zotero_web import WEB_PATIENCE, open_web

            web = replace(WEB_PATIENCE, countdown=countdown) if countdown else WEB_PATIENCE
            key = api_key() if api_key is not None else ""
            return open_web(parsed.text, key, cache_dir, base_url=web_address or WEB_API, patience=web)
