"""
What works on this machine and in this review, and how to mend what does not.

Each check looks at one thing, changes nothing and says one fact; a failing one carries its fix.
"""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.config import Review, cache_dir
from zotero_bridge.errors import RealistError
from zotero_bridge.ports import Reachable

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str
    hint: str = ""


def examine(review: Review | None, *, trouble: RealistError | None, model: str | None, notify: Notify) -> list[Check]:
    """Every check, the machine's first, then the review's; a chat model only when it is named."""
    checks = [_python(), _meaning(), _words(), _pandoc(), _zotero(review), *_data_folders()]
    if review is not None:
        checks += [_library(review), _index(review), _ledger(review)]
    elif trouble is not None:
        checks.append(Check("review", False, str(trouble), trouble.hint))
    name = model or (review.model if review else "none")
    if name != "none":
        checks += _chat_model(name, review, tried=model is not None, notify=notify)
    return checks


def _python() -> Check:
    version = platform.python_version()
    ok = sys.version_info >= (3, 11)
    return Check("python", ok, f"{version} on {platform.system()}", "" if ok else "Install Python 3.11 or later.")


def _meaning() -> Check:
    from zotero_bridge.index.model_store import model_present

    if model_present(cache_dir()):
        return Check("meaning", True, "the model that searches by meaning, and helps to draft CMOCs, is here")
    missing = "no model: searching by words alone, and drafting CMOCs by rules of language alone"
    return Check("meaning", False, missing, "Run `realist model fetch` while online.")


def _words() -> Check:
    if importlib.util.find_spec("tantivy"):
        return Check("words", True, "tantivy")
    return Check("words", False, "SQLite's own index (slower on large libraries)", "pip install tantivy")


def _pandoc() -> Check:
    from assistant.export.pandoc import api_version

    try:
        return Check("manuscripts", True, f"pandoc, document tree {'.'.join(map(str, api_version()))}")
    except RealistError as error:
        return Check("manuscripts", False, str(error), error.hint)


def _zotero(review: Review | None) -> Check:
    from zotero_bridge.errors import LibraryError
    from zotero_bridge.sources.discover import local_ports
    from zotero_bridge.sources.zotero_local import probe_local
    from zotero_bridge.sources.zotero_local_contact import parse_local

    ports = local_ports(Path.home())
    if review is not None and review.library.startswith("zotero://local"):
        ports = [parse_local(review.library)[2]]
    trouble: LibraryError | None = None
    for port in ports:
        try:
            zotero = probe_local(port)
        except LibraryError as error:
            trouble = trouble or error
            continue
        names = ", ".join(f"{one.name} ({one.items} items; {one.uri})" for one in zotero.libraries)
        writes = "push can write to it, after it asked you" if zotero.writable else "it can be read, not written to"
        return Check("zotero", True, f"Zotero {zotero.version}: {names}; {writes}", " ".join(zotero.notices))
    return Check("zotero", False, str(trouble), trouble.hint if trouble else "")


def _data_folders() -> list[Check]:
    from zotero_bridge.sources.discover import discover

    return [Check("zotero data", True, found.uri) for found in discover(Path.home())]


def _library(review: Review) -> Check:
    from assistant.wiring import open_source

    try:
        source = open_source(review)
        facts = source.reach() if isinstance(source, Reachable) else (source.ref.name,)
    except RealistError as error:
        return Check("library", False, f"{review.library}: {error}", error.hint)
    return Check("library", True, f"{review.library}: {facts[0]}", " ".join(facts[1:]))


def _index(review: Review) -> Check:
    from assistant.wiring import open_reading

    try:
        with open_reading(review) as reading:
            coverage = reading.index.coverage()
    except RealistError as error:
        return Check("index", False, str(error), error.hint)
    detail = f"{coverage.passages} passages of {coverage.sources} sources; {len(coverage.failures)} could not be read"
    return Check("index", True, detail)


def _ledger(review: Review) -> Check:
    from assistant.ledger import Ledger

    try:
        log = Ledger(review.ledger_path).read()
    except RealistError as error:
        return Check("ledger", False, str(error), error.hint)
    return Check("ledger", True, f"{len(log.entries)} events, unbroken. {log.notice}".strip())


def _chat_model(name: str, review: Review | None, *, tried: bool, notify: Notify) -> list[Check]:
    from assistant.wiring import open_engine

    try:
        engine = open_engine(review, name, notify=notify)
    except RealistError as error:
        return [Check("chat model", False, f"{name}: {error}", error.hint)]
    if not tried:
        return [Check("chat model", True, f"{name} (try it: `realist doctor --model {name}`)")]
    from assistant.trial import try_model

    return [Check(s.name, s.ok, s.detail, "" if s.ok else s.hint) for s in try_model(engine, notify=notify)]
