"""
Puts the house together: the one place, beside the command line, that names adapters.

Everything else asks for ports. Heavy parts are imported when they are opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import Review, cache_dir, zotero_api_key
from zotero_bridge.errors import MissingPart, NoSuchSource

if TYPE_CHECKING:
    from assistant.answer import Reading
    from assistant.ports import Engine
    from zotero_bridge.index import Parts
    from zotero_bridge.model import LibraryRef
    from zotero_bridge.ports import Embedder, LibrarySource, PassageIndex, Progress, VectorStore, WordIndex
    from zotero_bridge.sync import SyncReport
    from zotero_bridge.writeback_target import Target

Notify = Callable[[str], None]


def check_library_uri(uri: str) -> str:
    """The URI with its path made absolute. Raises UnknownLibrary, or ExportMissing for a file that is not there."""
    from zotero_bridge.errors import ExportMissing
    from zotero_bridge.sources.uri import parse_uri

    parsed = parse_uri(uri)
    if parsed.kind in ("file", "data"):
        path = parsed.path.resolve()
        if not path.exists():
            raise ExportMissing(f"There is no {path}.", hint="Check the path.")
        scheme = "file:" if parsed.kind == "file" else "zotero-data:"
        return f"{scheme}{path}" + (f"?group={parsed.group}" if parsed.group else "")
    return parsed.text


def library_ref(uri: str) -> LibraryRef:
    """Which library a URI names, without asking it; links are made from this."""
    from zotero_bridge.model import LibraryRef
    from zotero_bridge.sources.uri import parse_uri

    group = parse_uri(uri).group or "".join(re.findall(r"^zotero://(?:local|web)/groups/(\d+)", uri))
    user = re.findall(r"^zotero://web/users/(\d+)", uri)
    return LibraryRef("group", group, uri) if group else LibraryRef("user", user[0] if user else "0", uri)


def open_source(review: Review) -> LibrarySource:
    """The review's library, to be read."""
    from zotero_bridge.sources import open_library

    return open_library(review.library, cache_dir=cache_dir() / "downloads", api_key=zotero_api_key)


def run_sync(
    review: Review,
    *,
    progress: Progress | None,
    notify: Notify,
    dry_run: bool = False,
    rebuild: bool = False,
    full: bool = False,
    accept_removals: bool = False,
) -> SyncReport:
    """Brings the review's library in."""
    from zotero_bridge.extract.pool import Extractor
    from zotero_bridge.sync import sync

    library = open_source(review)
    with Extractor() as extractor:
        report = sync(
            library,
            review.index_folder,
            extractor,
            scope=review.scope,
            parts=parts_of(review, notify=notify),
            progress=progress,
            dry_run=dry_run,
            full=full,
            rebuild=rebuild,
            accept_removals=accept_removals,
        )
    for notice in getattr(library, "notices", ()):
        notify(notice)
    return report


def parts_of(review: Review, *, notify: Notify = lambda _: None) -> Parts:
    """What this review's index derives: words always, vectors where its embedder is at hand."""
    from zotero_bridge.index import Parts

    embedder = _embedder(review, notify)
    return Parts(words=_open_words, vectors=_open_vectors if embedder else None, embedder=embedder)


def _embedder(review: Review, notify: Notify) -> Embedder | None:
    from zotero_bridge.index.embed import open_embedder

    try:
        return open_embedder(review.embedder, cache_dir())
    except MissingPart as missing:
        notify(f"{missing} {missing.hint}")
        return None


def _open_words(folder: Path, /, *, writing: bool) -> WordIndex:
    from zotero_bridge.index import open_fts
    from zotero_bridge.index.words_tantivy import TantivyWords

    try:
        return TantivyWords(folder, writing=writing)
    except MissingPart:
        return open_fts(folder, writing=writing)


def _open_vectors(folder: Path, embedder: Embedder, /, *, writing: bool) -> VectorStore:
    from zotero_bridge.index.vectors_flat import FlatVectors

    return FlatVectors(folder, embedder.id, writing=writing)


def owner_of_key(key: str) -> str:
    """The account a zotero.org key belongs to. Raises WrongKey, or LibraryUnreachable."""
    from zotero_bridge.sources.zotero_api import WEB_API
    from zotero_bridge.sources.zotero_web import WEB_PATIENCE, web_contact

    contact = web_contact("zotero://web/users/0", key, base_url=WEB_API, patience=WEB_PATIENCE)
    return contact.rights.owner


def open_push_target(review: Review) -> Target:
    """The review's library, to be written to at the reviewer's request. Raises WriteUnavailable, UnknownLibrary."""
    from zotero_bridge.writeback import open_target

    key = zotero_api_key() if review.library.startswith("zotero://web") else ""
    return open_target(review.library, api_key=key)


@contextmanager
def open_reading(review: Review) -> Iterator[Reading]:
    """The review's index to be asked, with what proves quotations in it. Raises IndexMissing before the first sync."""
    from assistant.answer import Reading
    from assistant.ground import Grounder
    from zotero_bridge.index import Index

    with Index.open(review.index_folder, parts_of(review)) as index:
        library = library_ref(review.library)
        yield Reading(index=index, library=library, grounder=Grounder(index, library))


def open_engine(review: Review, model: str | None) -> Engine:
    """The engine a command names, else the review's; `none` is the one that needs no model."""
    return open_named_engine(model or review.model, base_url=review.base_url, prompts=review.prompts)


def open_named_engine(name: str, *, base_url: str, prompts: Mapping[str, str]) -> Engine:
    if name == "none":
        from assistant.engines.extractive import Extractive

        return Extractive()
    from assistant.engines.chat_model import open_chat_engine

    return open_chat_engine(name, base_url=base_url or None, prompts=prompts)


def known_item(review: Review, key: str) -> str:
    """The item key behind a key or a citation key. Raises NoSuchSource."""
    with open_reading(review) as reading:
        for item in reading.index.items():
            if key in (item.key, item.citekey):
                return item.key
    raise NoSuchSource(f"There is no item {key} in this review.")


def unmapped_marks(review: Review, index: PassageIndex) -> dict[str, list[str]]:
    """Annotation tags and colours in use that review.toml gives no meaning."""
    from zotero_bridge.model import SourceKind

    marks = [s for s in index.sources() if s.kind is SourceKind.ANNOTATION]
    tags = {t.name for s in marks for t in s.tags} - set(review.tag_map)
    colors = {s.color for s in marks if s.color} - {c.lower() for c in review.color_map}
    return {"tags": sorted(tags), "colours": sorted(colors)}
