"""After any history of edits, syncs and interruptions, an index holds what a first sync of the same library makes."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.sync.library import Desk, contents
from zotero_bridge.model import Annotation, Attachment, Collection, Item, Note, Scope, Tag

KEYS = [f"ITEM000{n}" for n in range(4)]
TEXTS = [
    "Trust grew slowly.",
    "Budgets were pooled. Nobody minded.",
    "SCAN of it",
    "PAGES\nTrust here.\fBudgets there.",
    "",
]
SCOPES = [Scope(), Scope(tags=("in",)), Scope(collections=("Papers",))]


class Stop(BaseException):
    """An interruption."""


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.desk = Desk(self.root)
        self.clean = False  # nothing happened since the last whole sync
        self.clock = 1_000_000

    def teardown(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    @initialize()
    def begin(self) -> None:
        self.desk.library.put_collection(Collection("COLL0001", "Papers"))
        self.desk.library.put(Item("ALWAYS01", "Always there", tags=(Tag("in"),), collections=("COLL0001",)))
        self.desk.library.put(Item("ALWAYS02", "So is this", abstract="Trust.", collections=("COLL0001",)))

    @rule(
        key=st.sampled_from(KEYS),
        title=st.sampled_from(["One", "Two"]),
        abstract=st.sampled_from(TEXTS),
        tags=st.sampled_from([(), (Tag("in"),)]),
        shelves=st.sampled_from([(), ("COLL0001",)]),
    )
    def edit_item(self, key: str, title: str, abstract: str, tags: tuple[Tag, ...], shelves: tuple[str, ...]) -> None:
        self.desk.library.put(Item(key, title, abstract=abstract, tags=tags, collections=shelves))
        self.clean = False

    @rule(key=st.sampled_from(KEYS), text=st.sampled_from(TEXTS), parent=st.sampled_from([*KEYS, "ALWAYS01", None]))
    def edit_note(self, key: str, text: str, parent: str | None) -> None:
        if parent is None or parent in self.desk.library.objects:
            self.desk.library.put(Note(key.replace("ITEM", "NOTE"), parent, f"<p>{text}</p>" if text else ""))
            self.clean = False

    @rule(key=st.sampled_from(KEYS), text=st.sampled_from(TEXTS[:4]), name=st.sampled_from(["a.txt", "b.txt", "p.png"]))
    def attach(self, key: str, text: str, name: str) -> None:
        if key in self.desk.library.objects:
            attachment = Attachment(
                key.replace("ITEM", "FILE"), key, content_type="text/plain" if name != "p.png" else ""
            )
            path = self.desk.file(f"{key}-{name}", text)
            self.clock += 1
            os.utime(path, (self.clock, self.clock))
            self.desk.library.put_file(attachment, path)
            self.clean = False

    @rule(
        key=st.sampled_from(KEYS),
        words=st.sampled_from(["Trust", "pooled", "elsewhere"]),
        page=st.sampled_from([0, 1, None]),
    )
    def mark(self, key: str, words: str, page: int | None) -> None:
        file = key.replace("ITEM", "FILE")
        if file in self.desk.library.objects:
            mark = Annotation(key.replace("ITEM", "MARK"), file, text=words, page_index=page, color="#ffd400")
            self.desk.library.put(mark)
            self.clean = False

    @rule(key=st.sampled_from(KEYS), text=st.sampled_from(TEXTS[:4]))
    def replace_the_file_behind_its_back(self, key: str, text: str) -> None:
        held = self.desk.library.objects.get(key.replace("ITEM", "FILE"))
        if isinstance(held, Attachment):
            Path(held.path).write_text(text, encoding="utf-8")
            self.clock += 1
            os.utime(held.path, (self.clock, self.clock))
            self.clean = False

    @rule(key=st.sampled_from(KEYS), new=st.sampled_from([*KEYS, "ALWAYS01"]))
    def move_the_file(self, key: str, new: str) -> None:
        held = self.desk.library.objects.get(key.replace("ITEM", "FILE"))
        if isinstance(held, Attachment) and new in self.desk.library.objects:
            self.desk.library.put(replace(held, parent_key=new))
            self.clean = False

    @rule(
        key=st.sampled_from(
            [*KEYS, *(k.replace("ITEM", "FILE") for k in KEYS), *(k.replace("ITEM", "NOTE") for k in KEYS)]
        )
    )
    def remove(self, key: str) -> None:
        self.desk.library.remove(key)
        self.clean = False

    @rule(scope=st.sampled_from(SCOPES))
    def change_the_scope(self, scope: Scope) -> None:
        self.desk.scope = scope
        self.clean = False

    @rule(full=st.booleans(), rebuild=st.booleans())
    def sync(self, full: bool, rebuild: bool) -> None:
        self.desk.sync(accept_removals=True, full=full, rebuild=rebuild)
        self.clean = True

    @rule(after=st.integers(0, 12))
    def sync_and_be_interrupted(self, after: int) -> None:
        left = after

        def stop(stage: str, done: int, total: int) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Stop

        try:
            self.desk.sync(accept_removals=True, progress=stop)
        except Stop:
            self.clean = False
        else:
            self.clean = True

    @precondition(lambda self: self.clean)
    @rule()
    def a_second_sync_reads_nothing(self) -> None:
        self.desk.extractor.read.clear()
        self.desk.embedder.texts.clear()

        report = self.desk.sync()

        assert (report.sources_read, report.removed) == (0, 0)
        assert self.desk.extractor.read == []
        assert self.desk.embedder.texts == []

    @precondition(lambda self: self.clean)
    @invariant()
    def it_holds_what_a_first_sync_makes(self) -> None:
        first = Desk(self.root / "first", library=self.desk.library, scope=self.desk.scope)
        first.sync()
        try:
            assert contents(self.desk.folder) == contents(first.folder)
            assert set(self.desk.vectors) == set(first.vectors)
        finally:
            shutil.rmtree(first.root)


TestHistory = History.TestCase
TestHistory.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
