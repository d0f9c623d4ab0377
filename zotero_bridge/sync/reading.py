"""
Read the sources a plan names, and write each into the catalogue in one transaction.

A file is known by its content: the same bytes under another name or date are not read again, other bytes under the same
name are. Its identity is taken before it is read, so a file that changes meanwhile is read again by the next sync. What
cannot be read is written down with its reason, and the run goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath

from zotero_bridge.errors import AttachmentMissing, SourceUnreadable
from zotero_bridge.extract import (
    Job,
    abstract_document,
    annotation_document,
    kind_of_text,
    note_document,
)
from zotero_bridge.index.catalogue import title_of
from zotero_bridge.index.catalogue_known import FileIdentity, KnownFailure, KnownSource
from zotero_bridge.index.catalogue_write import CatalogueWriter
from zotero_bridge.model import Annotation, Attachment, DocumentText, Item, LibraryObject, Note
from zotero_bridge.passages import cut
from zotero_bridge.ports import LibrarySource, Progress, TextExtractor
from zotero_bridge.sync.plan import FileState, SourcePlan, Wanted, moved
from zotero_bridge.sync.report import Stopwatch

_BLOCK = 1 << 20
_MISSING = "the file is missing"


@dataclass(slots=True)
class Tally:
    sources: int = 0
    passages: int = 0
    unchanged: int = 0
    done: int = 0  # of all that is to be read, whatever came of it


@dataclass(frozen=True, slots=True)
class Reading:
    """One run over the sources of a plan."""

    library: LibrarySource
    catalogue: CatalogueWriter
    extractor: TextExtractor
    reader: str
    full: bool
    progress: Progress
    watch: Stopwatch
    tally: Tally

    def run(self, plan: SourcePlan) -> None:
        total = len(plan.take) + len(plan.open)
        if not total:
            return
        sources, failures = self.catalogue.known_sources(), self.catalogue.known_failures()
        held = self.catalogue.objects([w.object_key for w in (*plan.take, *plan.open)])
        for want in plan.take:
            if want.object_key in held:
                self._put(want, _text_of(held[want.object_key]), FileIdentity())
            self.progress("Reading", self.tally.done, total)

        opened: dict[str, tuple[Wanted, Attachment, FileIdentity]] = {}
        for job, text in self._texts(self._jobs(plan.open, held, sources, failures, opened)):
            want, attachment, file = opened.pop(job.source_key)
            if isinstance(text, DocumentText):
                self._put(want, text, file)
            else:
                self._fail(want, attachment, str(text), file)
            self.progress("Reading", self.tally.done, total)
        self.progress("Reading", total, total)

    def _texts(self, jobs: Iterator[Job]) -> Iterator[tuple[Job, DocumentText | SourceUnreadable]]:
        """Each job with its text, several read at once where the extractor can."""
        many = getattr(self.extractor, "extract_many", None)
        answers = many(jobs) if many is not None else self._one_by_one(jobs)
        while True:
            with self.watch("extract"):
                answer = next(answers, None)
            if answer is None:
                return
            yield answer

    def _one_by_one(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, DocumentText | SourceUnreadable]]:
        for job in jobs:
            try:
                yield job, self.extractor.extract(job.path, source_key=job.source_key, content_type=job.content_type)
            except SourceUnreadable as error:
                yield job, error

    def _jobs(
        self,
        wanted: Iterable[Wanted],
        held: dict[str, LibraryObject],
        sources: dict[str, KnownSource],
        failures: dict[str, KnownFailure],
        opened: dict[str, tuple[Wanted, Attachment, FileIdentity]],
    ) -> Iterator[Job]:
        """The files that must be read. Those that turn out to be read already, or not to be there, are settled here."""
        for want in wanted:
            attachment = held.get(want.key)
            if not isinstance(attachment, Attachment):
                continue
            source = sources.get(want.key)
            try:
                file = identify(self.library.locate(attachment))
            except SourceUnreadable as error:
                self._missing(want, attachment, str(error), source, missing=isinstance(error, AttachmentMissing))
                continue
            except OSError as error:
                self._missing(want, attachment, f"the file cannot be opened ({error.strerror})", source, missing=True)
                continue
            if source is not None and source.file.sha256 == file.sha256 and self._current(source.extractor):
                self.catalogue.touch_sources([replace(moved(source, want), file=file)])
                self.tally.unchanged += 1
                self.tally.done += 1
                continue
            failure = failures.get(want.key)
            if failure is not None and not failure.missing and not self.full and _same(failure, file, self.reader):
                self._fail(want, attachment, failure.reason, file)
                continue
            twin = self._twin(file)
            if twin is not None:
                self._put(want, replace(twin, source_key=want.key), file)
                continue
            opened[want.key] = (want, attachment, file)
            yield Job(Path(file.path), want.key, attachment.content_type)

    def _current(self, reader: str) -> bool:
        return not self.full or reader == self.reader

    def _twin(self, file: FileIdentity) -> DocumentText | None:
        """The text of another source that was read from the very same bytes by this version."""
        key = self.catalogue.source_of_file(file.sha256, reader=self.reader, suffix=PurePath(file.path).suffix)
        return self.catalogue.document(key) if key else None

    def _put(self, want: Wanted, document: DocumentText, file: FileIdentity) -> None:
        kind = want.kind or kind_of_text(document)
        with self.watch("cut"):
            passages = cut(document, library=self.library.ref.slug, item_key=want.item_key, source_kind=kind)
        source = KnownSource(want.key, want.item_key, kind, want.made_of, document.text_sha256, self.reader, file)
        with self.watch("write"):
            self.catalogue.put_source(source, document, passages)
        self.tally.sources += 1
        self.tally.done += 1
        self.tally.passages += len(passages)

    def _missing(
        self, want: Wanted, attachment: Attachment, reason: str, source: KnownSource | None, *, missing: bool
    ) -> None:
        """A file that is away for now (a drive not plugged in) takes nothing of what was read of it with it."""
        keep = source is not None and source.made_of == want.made_of
        if keep:
            reason = f"{reason} (what was read of it before is kept)"
        self._fail(want, attachment, reason, FileIdentity(), missing=missing, keep_text=keep)

    def _fail(
        self,
        want: Wanted,
        attachment: Attachment,
        reason: str,
        file: FileIdentity,
        *,
        missing: bool = False,
        keep_text: bool = False,
    ) -> None:
        failure = KnownFailure(
            source_key=want.key,
            item_key=want.item_key,
            title=attachment.filename or title_of(attachment),
            reason=reason,
            made_of=want.made_of,
            extractor=self.reader,
            file=file,
            missing=missing,
        )
        with self.watch("write"):
            self.catalogue.put_failure(failure, when=now(), keep_text=keep_text)
        self.tally.done += 1


def identify(path: Path) -> FileIdentity:
    """What a file is now. Raises OSError."""
    state = path.stat()
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            sha.update(block)
    return FileIdentity(str(path), state.st_size, state.st_mtime_ns, sha.hexdigest())


def look(paths: Iterable[str]) -> dict[str, FileState | None]:
    """What stands at each path; None where there is no file or it cannot be looked at."""
    found: dict[str, FileState | None] = {}
    for path in paths:
        try:
            state = Path(path).stat()
        except (OSError, ValueError):
            found[path] = None
        else:
            found[path] = FileState(state.st_size, state.st_mtime_ns)
    return found


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _same(failure: KnownFailure, file: FileIdentity, reader: str) -> bool:
    return failure.file.sha256 == file.sha256 and failure.extractor == reader


def _text_of(held: LibraryObject) -> DocumentText:
    match held:
        case Item():
            return abstract_document(held)
        case Note():
            return note_document(held)
        case Annotation():
            return annotation_document(held)
        case Attachment():
            raise AssertionError("an attachment's text is in its file")
