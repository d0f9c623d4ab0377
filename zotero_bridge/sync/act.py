"""
Bring a library into an index: look, plan, fetch, read, derive, and only then remember that it is done.

Every step is written down as it is taken and looks at what is there rather than at what it remembers. So a sync that
was killed anywhere is completed by the next one, which does nothing twice. Nothing here writes to the library.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path

from zotero_bridge import __version__
from zotero_bridge.errors import IndexFailure, IndexMissing, IndexOfAnotherVersion, LibraryVanished
from zotero_bridge.extract import READING
from zotero_bridge.index import Parts
from zotero_bridge.index.catalogue_known import KnownObject
from zotero_bridge.index.catalogue_open import in_our_words, open_to_read
from zotero_bridge.index.catalogue_write import CatalogueWriter
from zotero_bridge.index.lock import write_lock
from zotero_bridge.index.schema import bring_up
from zotero_bridge.model import Scope, Survey
from zotero_bridge.ports import LibrarySource, Progress, TextExtractor
from zotero_bridge.sync.derive import derive
from zotero_bridge.sync.linking import link_annotations
from zotero_bridge.sync.plan import (
    ObjectPlan,
    Plan,
    SourcePlan,
    check_vanished,
    moved,
    plan_objects,
    plan_sources,
    wanted_sources,
)
from zotero_bridge.sync.reading import Reading, Tally, look, now
from zotero_bridge.sync.rebuild import rebuilding, switch
from zotero_bridge.sync.report import Stopwatch, SyncReport
from zotero_bridge.sync.scope import in_scope

_FETCHED_AT_ONCE = 200  # objects between two writes: what an interruption can cost


def sync(
    library: LibrarySource,
    folder: Path,
    extractor: TextExtractor,
    *,
    scope: Scope = Scope(),  # noqa: B008 - frozen
    parts: Parts = Parts(),  # noqa: B008 - frozen
    progress: Progress | None = None,
    dry_run: bool = False,
    full: bool = False,
    rebuild: bool = False,
    accept_removals: bool = False,
    wait: float = 10.0,
) -> SyncReport:
    """
    `folder` is the index's own (`.realist`); another writer is waited for `wait` seconds, then IndexLocked is raised.

    With `full` everything is looked at again and what failed is tried again. With `rebuild` the index is made anew
    beside the old one, which is kept until the new one stands. `accept_removals` believes a library that shrank by more
    than half.
    Raises LibraryError, LibraryVanished, IndexFailure, DiskFull.
    """
    run = _Run(library, extractor, scope, progress or _silent, full=full, accept_removals=accept_removals)
    if dry_run:
        with _known_so_far(folder, anew=rebuild) as catalogue:
            return run.report(catalogue, run.look_and_plan(catalogue), dry_run=True)
    with write_lock(folder, wait=wait):
        if rebuild:
            with rebuilding(folder, reader=_reader()) as catalogue:
                plan = run.look_and_plan(catalogue, former=_known_before(folder, library))
                run.act(catalogue, plan)
                live = switch(catalogue, folder)
                try:
                    derive(live, folder, parts, progress=run.progress, watch=run.watch, anew=True)
                    run.finish(live)
                    return run.report(live, plan)
                finally:
                    live.close()
        catalogue = CatalogueWriter.open(folder)
        try:
            plan = run.look_and_plan(catalogue)
            run.act(catalogue, plan)
            derive(catalogue, folder, parts, progress=run.progress, watch=run.watch)
            run.finish(catalogue)
            return run.report(catalogue, plan)
        finally:
            catalogue.close()


@dataclass(slots=True)
class _Run:
    """One sync: what it was asked for, and what it has found out so far."""

    library: LibrarySource
    extractor: TextExtractor
    scope: Scope
    progress: Progress
    full: bool
    accept_removals: bool
    watch: Stopwatch = field(default_factory=Stopwatch)
    tally: Tally = field(default_factory=Tally)
    mark: str = ""  # what to hand back at the next survey, once all is done

    def look_and_plan(self, catalogue: CatalogueWriter, *, former: Mapping[str, KnownObject] | None = None) -> Plan:
        """
        Brings the library's objects in, and says what is to be done with its sources. `former` is what another
        catalogue knew of this library: a rebuild must not believe that it vanished either.
        """
        self._claim(catalogue)
        known = catalogue.known_objects()
        self.progress("Looking", 0, 0)
        self.mark = catalogue.meta("mark")
        with self.watch("survey"):
            survey = self.library.survey(None if self.full else self.mark or None)
        objects = plan_objects(survey.stamps if survey else None, known, full=self.full)
        if not self.accept_removals:
            check_vanished(objects, known, library=self._name)
            if former and survey is not None:
                check_vanished(plan_objects(survey.stamps, former), former, library=self._name)
        if survey is not None:
            useless = {key for key in objects.changed if known[key].kind == "nothing"}  # a web link, as before
            whole = self._fetch(catalogue, objects, survey, useless)
            self.mark = survey.mark if whole else ""
            catalogue.drop_objects(objects.gone)
            catalogue.put_shelves(survey.collections, survey.searches)
            catalogue.put_meta(problems=json.dumps(survey.problems))
        return Plan(objects, self._plan_sources(catalogue))

    @property
    def _name(self) -> str:
        return self.library.ref.name or self.library.ref.origin

    def _claim(self, catalogue: CatalogueWriter) -> None:
        """An index is of one library; the keys of two may be the same."""
        slug = self.library.ref.slug
        held = catalogue.meta("library")
        if held and held != slug:
            raise IndexOfAnotherVersion(
                f"The index is of another library ({catalogue.meta('library_name')}), not of {self._name}.",
                hint="Run `realist sync --rebuild` to index this one instead; your ledger is not touched.",
            )
        if not held or catalogue.meta("library_name") != self._name:
            catalogue.put_meta(library=slug, library_name=self._name)

    def _fetch(self, catalogue: CatalogueWriter, plan: ObjectPlan, survey: Survey, useless: set[str]) -> bool:
        """
        Whether all came that is known to be there. What the catalogue holds and the library now leaves out stays as it
        is: if it went, the next survey says so.
        """
        wanted = [*plan.new, *plan.changed]
        came: set[str] = set()
        with self.watch("fetch"):
            coming = iter(self.library.fetch(wanted))
            while batch := [o for o in islice(coming, _FETCHED_AT_ONCE) if o.key in survey.stamps]:
                catalogue.put_objects(batch, survey.stamps)
                came |= {o.key for o in batch}
                self.progress("Fetching", len(came), len(wanted))
            nothing = {*plan.new, *useless} - came
            catalogue.put_objects((), survey.stamps, nothing=[key for key in wanted if key in nothing])
        return all(key in came or key in nothing for key in plan.changed)

    def _plan_sources(self, catalogue: CatalogueWriter) -> SourcePlan:
        known = catalogue.known_objects()
        inside = in_scope(
            self.scope,
            known,
            tags=catalogue.tags_by_object,
            shelved=catalogue.collections_by_object,
            collections=catalogue.collections(),
            searches=catalogue.searches(),
            members=self.library.search_members,
        )
        before = {key for key, held in known.items() if held.in_scope}
        if before and not inside and not self.accept_removals:
            raise LibraryVanished(f"Nothing of {self._name} is within the scope of this review any more.")
        if inside != before:
            catalogue.put_scope(inside - before, before - inside)
        wanted, skipped = wanted_sources(known, inside)
        sources, failures = catalogue.known_sources(), catalogue.known_failures()
        paths = {s.file.path for s in sources.values()} | {f.file.path for f in failures.values()}
        return plan_sources(
            wanted, sources, failures, look(paths - {""}), reader=_reader(), full=self.full, skipped=skipped
        )

    def act(self, catalogue: CatalogueWriter, plan: Plan) -> None:
        """Carries the plan out on the catalogue."""
        sources = plan.sources
        catalogue.drop_sources(sources.gone)
        if sources.move:
            held = catalogue.known_sources()
            catalogue.touch_sources([moved(held[want.key], want) for want in sources.move])
        Reading(
            library=self.library,
            catalogue=catalogue,
            extractor=self.extractor,
            reader=_reader(),
            full=self.full,
            progress=self.progress,
            watch=self.watch,
            tally=self.tally,
        ).run(sources)
        link_annotations(catalogue)

    def finish(self, catalogue: CatalogueWriter) -> None:
        catalogue.put_meta(mark=self.mark, synced_at=now(), scope=json.dumps(asdict(self.scope)))

    def report(self, catalogue: CatalogueWriter, plan: Plan, *, dry_run: bool = False) -> SyncReport:
        items, held, _, _ = catalogue.totals()
        due = len(plan.sources.take) + len(plan.sources.open)
        return SyncReport(
            items=items,
            sources_read=due if dry_run else self.tally.sources,
            passages=self.tally.passages,
            unchanged=plan.sources.unchanged + self.tally.unchanged,
            removed=len(plan.sources.gone),
            failed=tuple(catalogue.failures()),
            plan=plan,
            skipped=plan.sources.skipped,
            sources=held,
            timings=self.watch.seconds,
            dry_run=dry_run,
        )


def _known_before(folder: Path, library: LibrarySource) -> dict[str, KnownObject]:
    """What the old catalogue knows of this library; nothing where it cannot be read any more."""
    try:
        catalogue = CatalogueWriter(open_to_read(folder))
    except IndexFailure:
        return {}
    try:
        return catalogue.known_objects() if catalogue.meta("library") == library.ref.slug else {}
    except IndexFailure:
        return {}
    finally:
        catalogue.close()


@contextmanager
def _known_so_far(folder: Path, *, anew: bool) -> Iterator[CatalogueWriter]:
    """What the catalogue knows, texts left out, in memory: a dry run plans on it and touches nothing."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        bring_up(connection)
        if not anew:
            _copy_known(folder, connection)
        yield CatalogueWriter(connection)
    finally:
        connection.close()


def _copy_known(folder: Path, connection: sqlite3.Connection) -> None:
    try:
        held = open_to_read(folder)
    except IndexMissing:
        return
    try:
        with in_our_words():
            for table in (
                "meta",
                "objects",
                "object_tags",
                "object_collections",
                "collections",
                "searches",
                "sources",
                "failures",
            ):
                rows = held.execute(f"SELECT * FROM {table}").fetchall()
                if rows:
                    connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
    finally:
        held.close()


def _reader() -> str:
    """Which version reads. A new one may read what an old one could not."""
    try:
        pdfium = version("pypdfium2")
    except PackageNotFoundError:
        pdfium = "none"
    return f"realist {__version__}, reading {READING}, pypdfium2 {pdfium}"


def _silent(stage: str, done: int, total: int) -> None:
    """No progress is shown."""
