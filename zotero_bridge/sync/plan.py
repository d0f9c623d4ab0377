"""
Say what a sync has to do, before anything is done.

Pure: what a library holds now and what the catalogue knows go in, a plan comes out. First which objects to fetch; then,
when they are known, which sources to read. A library that lost most of itself at once is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from zotero_bridge.errors import LibraryVanished
from zotero_bridge.index.catalogue_known import KnownFailure, KnownObject, KnownSource
from zotero_bridge.model import SourceKind

_FEW_CHILDREN = 20  # fewer files, notes and marks than these a reader may well delete in one go


@dataclass(frozen=True, slots=True)
class ObjectPlan:
    """Which objects of the library to fetch and to forget, by key."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A source there should be."""

    key: str
    item_key: str
    kind: SourceKind | None  # None: a file, whose kind is known when it has been opened
    made_of: str

    @property
    def object_key(self) -> str:
        """The key of the library object it is made of."""
        return self.item_key if self.kind is SourceKind.ABSTRACT else self.key


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """
    What to do with each source. `take` is made of what the library itself holds, `open` of files that are new, changed
    or due again; a file in `open` may yet turn out to be the one that was read.
    """

    take: tuple[Wanted, ...] = ()
    open: tuple[Wanted, ...] = ()
    move: tuple[Wanted, ...] = ()  # the text stays, the item it belongs to is another
    gone: tuple[str, ...] = ()
    again: frozenset[str] = frozenset()  # of `take` and `open`, those that failed before
    anew: frozenset[str] = frozenset()  # of `take` and `open`, those that hold a text already
    unchanged: int = 0
    skipped: int = 0  # attachments of a kind that is not read: pictures, recordings, archives


@dataclass(frozen=True, slots=True)
class Plan:
    objects: ObjectPlan
    sources: SourcePlan

    def lines(self) -> Iterator[str]:
        """The plan for a reader."""
        o, s = self.objects, self.sources
        yield f"In the library: {len(o.new)} objects are new, {len(o.changed)} changed, {len(o.gone)} went."
        due = (*s.take, *s.open)
        fresh = sum(w.key not in s.anew and w.key not in s.again for w in due)
        yield (
            f"To read: {fresh} new sources, {len(s.anew)} that changed or may have, "
            f"{len(s.again - s.anew)} that could not be read before."
        )
        yield f"To drop: {len(s.gone)}. Unchanged: {s.unchanged}. Not of a kind that is read: {s.skipped}."


@dataclass(frozen=True, slots=True)
class FileState:
    size: int
    mtime_ns: int


def plan_objects(
    stamps: Mapping[str, str] | None, known: Mapping[str, KnownObject], *, full: bool = False
) -> ObjectPlan:
    """`stamps` None: the library says that nothing changed. With `full`, everything is fetched again."""
    if stamps is None:
        return ObjectPlan()
    return ObjectPlan(
        new=tuple(key for key in stamps if key not in known),
        changed=tuple(key for key, stamp in stamps.items() if key in known and (full or known[key].stamp != stamp)),
        gone=tuple(key for key in known if key not in stamps),
    )


def check_vanished(plan: ObjectPlan, known: Mapping[str, KnownObject], *, library: str) -> None:
    """
    Raises LibraryVanished when more than half of the items went at once, or most of what hangs on items that stayed.
    """
    gone = frozenset(plan.gone)
    items = {o.key for o in known.values() if not o.parent_key and o.kind != "nothing"}
    if 2 * len(items & gone) > len(items):
        raise LibraryVanished(f"{len(items & gone)} of {len(items)} items of {library} are not there any more.")
    children = {o.key for o in known.values() if o.parent_key and not _under_any(o, gone, known)}
    if len(children) >= _FEW_CHILDREN and 2 * len(children & gone) > len(children):
        raise LibraryVanished(
            f"{len(children & gone)} of {len(children)} files, notes and annotations of {library} "
            "are not there any more."
        )


def _under_any(held: KnownObject, gone: Set[str], known: Mapping[str, KnownObject]) -> bool:
    """Whether what it hangs on went: then its going is no news."""
    parent = known.get(held.parent_key)
    return held.parent_key in gone or (parent is not None and parent.parent_key in gone)


def wanted_sources(known: Mapping[str, KnownObject], scope: Set[str]) -> tuple[dict[str, Wanted], int]:
    """The sources there should be, and how many attachments are of a kind that is not read."""
    wanted: dict[str, Wanted] = {}
    skipped = 0
    for held in known.values():
        item_key = _item_of(held, known)
        if item_key not in scope:
            continue
        if held.kind == "attachment" and not held.made_of:
            skipped += 1
        elif held.made_of:
            source = _source_of(held, item_key)
            wanted[source.key] = source
    return wanted, skipped


def _item_of(held: KnownObject, known: Mapping[str, KnownObject]) -> str:
    """The key of what it belongs to at the top of the library; "" for an orphan."""
    for _ in range(3):  # annotation, attachment, item
        if not held.parent_key:
            return "" if held.kind in ("annotation", "nothing") else held.key
        parent = known.get(held.parent_key)
        if parent is None or parent.kind == "nothing":
            return ""
        held = parent
    return ""


def _source_of(held: KnownObject, item_key: str) -> Wanted:
    if held.kind == "item":
        return Wanted(f"{held.key}-abstract", item_key, SourceKind.ABSTRACT, held.made_of)
    kind = {"note": SourceKind.NOTE, "annotation": SourceKind.ANNOTATION}.get(held.kind)
    return Wanted(held.key, item_key, kind, held.made_of)


def plan_sources(
    wanted: Mapping[str, Wanted],
    sources: Mapping[str, KnownSource],
    failures: Mapping[str, KnownFailure],
    files: Mapping[str, FileState | None],
    *,
    reader: str,
    full: bool = False,
    skipped: int = 0,
) -> SourcePlan:
    """
    `files` says what stands at each path that was read or failed; None or nothing where no file is.

    A failure is due again when its file or what the library says of it changed, when another version reads, when the
    file was missing, and with `full`.
    """
    take: list[Wanted] = []
    open_: list[Wanted] = []
    move: list[Wanted] = []
    unchanged = 0
    for want in wanted.values():
        source, failure = sources.get(want.key), failures.get(want.key)
        if failure is not None:
            due = full or failure.missing or _differs(failure, want, files, reader)
        else:
            due = source is None or _differs(source, want, files, reader if full else source.extractor)
            due = due or (full and want.kind is None)
        if due:
            (open_ if want.kind is None else take).append(want)
        elif source is not None:
            unchanged += 1
            if source.item_key != want.item_key:
                move.append(want)
    due_keys = {w.key for w in (*take, *open_)}
    return SourcePlan(
        take=tuple(take),
        open=tuple(open_),
        move=tuple(move),
        gone=tuple(sorted((sources.keys() | failures.keys()) - wanted.keys())),
        again=frozenset(due_keys & failures.keys()),
        anew=frozenset(due_keys & sources.keys()),
        unchanged=unchanged,
        skipped=skipped,
    )


def _differs(
    known: KnownSource | KnownFailure, want: Wanted, files: Mapping[str, FileState | None], reader: str
) -> bool:
    if known.made_of != want.made_of or known.extractor != reader:
        return True
    if want.kind is not None or not known.file.path:
        return False
    return files.get(known.file.path) != FileState(known.file.size, known.file.mtime_ns)


def moved(source: KnownSource, want: Wanted) -> KnownSource:
    return replace(source, item_key=want.item_key, made_of=want.made_of)
