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

from assistant.config import Review, cache_dir
from zotero_bridge.errors import RealistError

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str
    hint: str = ""


def examine(review: Review | None, *, trouble: RealistError | None, model: str | None, notify: Notify) -> list[Check]:
    """Every check, the machine's first, then the review's; a chat model only when it is named."""
    checks = [_python(), _meaning(), _words(), _pandoc(), _zotero()]
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
        return Check("meaning", True, "the model that searches by meaning is here")
    return Check("meaning", False, "no model: searching by words alone", "Run `realist model fetch` while online.")


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


def _zotero() -> Check:
    from zotero_bridge.errors import LibraryError
    from zotero_bridge.sources.zotero_local import probe_local

    try:
        zotero = probe_local()
    except LibraryError as error:
        return Check("zotero", False, str(error), error.hint)
    names = ", ".join(f"{one.name} ({one.items} items)" for one in zotero.libraries)
    return Check("zotero", True, f"Zotero {zotero.version}: {names}", " ".join(zotero.notices))


def _library(review: Review) -> Check:
    from assistant.wiring import open_source

    try:
        ref = open_source(review).ref
    except RealistError as error:
        return Check("library", False, f"{review.library}: {error}", error.hint)
    return Check("library", True, f"{review.library} {ref.name}".strip())


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
    from assistant.wiring import open_named_engine

    try:
        engine = open_named_engine(
            name, base_url=review.base_url if review else "", prompts=review.prompts if review else {}
        )
    except RealistError as error:
        return [Check("chat model", False, f"{name}: {error}", error.hint)]
    if not tried:
        return [Check("chat model", True, f"{name} (try it: `realist doctor --model {name}`)")]
    from assistant.trial import try_model

    return [Check(s.name, s.ok, s.detail, "" if s.ok else s.hint) for s in try_model(engine, notify=notify)]
