"""
Puts the house together: the one place, beside the command line, that names adapters.

Everything else asks for ports. Heavy parts are imported when they are opened.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import (
    TIMEOUT,
    Review,
    cache_dir,
    chroma_access,
    remembered_leave,
    server_of,
    zotero_api_key,
    zotero_api_url,
)
from zotero_bridge.errors import MissingPart, NoSuchSource, RealistError

if TYPE_CHECKING:
    from assistant.answer import Reading
    from assistant.ports import Engine
    from assistant.stance_fitted import Judge
    from assistant.tagging import Tagger
    from zotero_bridge.index import Parts
    from zotero_bridge.index.vectors_chroma import Credentials
    from zotero_bridge.model import LibraryRef
    from zotero_bridge.ports import Embedder, LibrarySource, Progress, WordIndex
    from zotero_bridge.sources.zotero_web import Rights
    from zotero_bridge.sync import SyncReport
    from zotero_bridge.writeback_target import Target

Notify = Callable[[str], None]
Countdown = Callable[[str, int], None]  # why a busy server is waited for, and the seconds left


def check_library_uri(uri: str) -> str:
    """
    The URI with its path made absolute; nothing is asked of a server.

    Raises UnknownLibrary, ExportMissing for a file that is not there, LibraryError for a folder without a database or
    a group that is not in it.
    """
    from zotero_bridge.errors import ExportMissing
    from zotero_bridge.sources.uri import parse_uri
    from zotero_bridge.sources.zotero_data import open_data_directory
    from zotero_bridge.sources.zotero_local_contact import parse_local
    from zotero_bridge.sources.zotero_web import parse_web

    parsed = parse_uri(uri)
    if parsed.kind == "local":
        parse_local(parsed.text)
    if parsed.kind == "web":
        parse_web(parsed.text)
    if parsed.kind in ("file", "data"):
        path = parsed.path.resolve()
        if parsed.kind == "data":
            open_data_directory(path, group=parsed.group)
        elif not path.exists():
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


def open_source(review: Review, *, countdown: Countdown | None = None) -> LibrarySource:
    """The review's library, to be read."""
    from zotero_bridge.sources import open_library

    return open_library(
        review.library,
        cache_dir=cache_dir() / "downloads",
        api_key=zotero_api_key,
        countdown=countdown,
        web_address=zotero_api_url(),
    )


def run_sync(
    review: Review,
    *,
    progress: Progress | None,
    notify: Notify,
    countdown: Countdown | None = None,
    dry_run: bool = False,
    rebuild: bool = False,
    full: bool = False,
    accept_removals: bool = False,
) -> SyncReport:
    """Brings the review's library in."""
    from zotero_bridge.extract.pool import Extractor
    from zotero_bridge.sync import sync

    library = open_source(review, countdown=countdown)
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


def parts_of(review: Review, *, notify: Notify = lambda _: None, writing: bool = True) -> Parts:
    """
    What this review's index derives: words always, vectors where its embedder is at hand. For reading, the embedder
    is the one whose vectors are complete, while those of another are still being made.
    """
    from zotero_bridge.index import Parts, vectors_folder
    from zotero_bridge.index.vectors import OpenedBy

    embedder = _embedder(review.embedder, notify)
    if not writing and review.embedder != "none":
        embedder = _serving(embedder, vectors_folder(review.index_folder), notify)
    vectors = OpenedBy(review.index, _credentials(review), notify)
    return Parts(
        words=_open_words,
        vectors=vectors if embedder else None,
        embedder=embedder,
        mend=None if writing else partial(_mend, review.index_folder, notify),
        notify=notify,
    )


def _mend(folder: Path, notify: Notify) -> None:
    from zotero_bridge.sync.mend import mend_words

    notify("The word index is missing or damaged; making it anew from the catalogue.")
    mend_words(folder, _open_words)


def _credentials(review: Review) -> Credentials | None:
    if not review.index.startswith("chroma+"):
        return None
    from zotero_bridge.index.vectors_chroma import Credentials

    access = chroma_access()
    return Credentials(access.token, access.headers, access.tenant, access.database)


def _embedder(name: str, notify: Notify) -> Embedder | None:
    from zotero_bridge.index.embed import open_embedder

    try:
        return open_embedder(name, cache_dir())
    except MissingPart as missing:
        notify(f"{missing} {missing.hint}")
        return None


def _serving(wanted: Embedder | None, folder: Path, notify: Notify) -> Embedder | None:
    """The embedder whose vectors answer. It is not the one wanted while a switch is under way."""
    from zotero_bridge.index.embed import open_embedder
    from zotero_bridge.index.vectors import embedder_name, serving

    held = serving(folder)
    if not held or (wanted is not None and wanted.id == held):
        return wanted
    try:
        former = open_embedder(embedder_name(held), cache_dir())
    except RealistError:  # it went with what made it; the wanted one's vectors answer as far as they are made
        return wanted
    if former is None or former.id != held:
        return wanted
    name = wanted.id if wanted else "the review's embedder"
    notify(f"The vectors of {name} are not complete; those of {held} answer until `realist sync` has made them.")
    return former


def _open_words(folder: Path, /, *, writing: bool) -> WordIndex:
    from zotero_bridge.index import open_fts
    from zotero_bridge.index.words_tantivy import TantivyWords

    try:
        return TantivyWords(folder, writing=writing)
    except MissingPart:
        return open_fts(folder, writing=writing)


def look_at_server(review: Review) -> tuple[int | None, str]:
    """How many vectors the review's Chroma server holds, or None and why not; None and "" where it has no server."""
    from zotero_bridge.errors import IndexFailure
    from zotero_bridge.index import vectors_folder
    from zotero_bridge.index.vectors import serving
    from zotero_bridge.index.vectors_chroma import served

    if not review.index.startswith("chroma+"):
        return None, ""
    embedder_id = serving(vectors_folder(review.index_folder))
    if not embedder_id:
        return None, "nothing was sent there yet: run `realist sync`"
    try:
        return served(review.index, embedder_id, _credentials(review)).count(), ""
    except IndexFailure as failure:
        return None, f"{failure} {failure.hint}"


def rights_of_key(key: str, *, countdown: Countdown) -> Rights:
    """What a zotero.org key may do. Raises WrongKey, or LibraryUnreachable."""
    from dataclasses import replace

    from zotero_bridge.sources.zotero_api import WEB_API
    from zotero_bridge.sources.zotero_web import WEB_PATIENCE, web_contact

    patience = replace(WEB_PATIENCE, countdown=countdown)
    contact = web_contact("zotero://web/users/0", key, base_url=zotero_api_url() or WEB_API, patience=patience)
    return contact.rights_of_key()


def open_push_target(review: Review, *, countdown: Countdown) -> Target:
    """The review's library, to be written to at the reviewer's request. Raises WriteUnavailable, UnknownLibrary."""
    from zotero_bridge.sources.zotero_api import WEB_API
    from zotero_bridge.writeback import open_target

    on_web = review.library.startswith("zotero://web")
    return open_target(
        review.library,
        api_key=zotero_api_key() if on_web else "",
        local_key="" if on_web else remembered_leave(),
        base_url=zotero_api_url() or WEB_API,
        countdown=countdown,
    )


@contextmanager
def open_reading(review: Review, *, notify: Notify | None = None) -> Iterator[Reading]:
    """
    The review's index to be asked, with what proves quotations in it. `notify` is told of damage, on stderr unless said
    otherwise. Raises IndexMissing before the first sync.
    """
    from assistant.answer import Reading
    from assistant.ground import Grounder
    from zotero_bridge.index import Index

    with Index.open(review.index_folder, parts_of(review, notify=notify or _tell, writing=False)) as index:
        library = library_ref(review.library)
        yield Reading(index=index, library=library, grounder=Grounder(index, library))


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def open_engine(review: Review | None, model: str | None, *, notify: Notify = lambda _: None) -> Engine:
    """
    The engine a command names, else the review's; `none` is the one that needs no model. `notify` is told why an answer
    takes longer.
    """
    name = model or (review.model if review else "none")
    if name == "none":
        from assistant.engines.extractive import Extractive

        return Extractive(*_open_readers(review))
    from assistant.engines.chat_model import open_chat_engine

    base_url = (review.base_url if review else "") or server_of(name.partition(":")[0])
    return open_chat_engine(
        name,
        base_url=base_url or None,
        prompts=review.prompts if review else {},
        timeout=review.timeout if review else TIMEOUT,
        context=review.context if review else 0,
        notify=notify,
    )


def _open_readers(review: Review | None) -> tuple[Tagger, Judge]:
    """
    What tells the parts of a passage, and how it bears on a configuration: fitted, where MiniLM is on this machine,
    whatever embeds the review.
    """
    from assistant.roles_memory import RolesMemory
    from assistant.stance_fitted import FittedJudge, RuleJudge
    from assistant.tagging import FittedTagger, RuleTagger
    from zotero_bridge.index.minilm import open_minilm

    try:
        memory = RolesMemory(review.index_folder, FittedTagger.id) if review else None
        model = open_minilm(cache_dir())
        return FittedTagger(model, memory), FittedJudge(model)
    except MissingPart:
        rules = RuleTagger()
        return rules, RuleJudge(rules)


def known_item(review: Review, key: str) -> str:
    """The item key behind a key or a citation key. Raises NoSuchSource."""
    with open_reading(review) as reading:
        for item in reading.index.items():
            if key in (item.key, item.citekey):
                return item.key
    raise NoSuchSource(f"There is no item {key} in this review.")
