"""
Writing chosen notes and tags to Zotero, and taking them back: plan first, then act, with an account of each.

`plan_push` reads and writes nothing. `push` writes what the plan says, each object at the version that was looked at;
what was changed meanwhile is a conflict and stays as it is. Each thing written becomes a `Written`, which is all that
`undo` needs: notes go to the trash, tags that were added are taken off again, nothing is ever erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from zotero_bridge.errors import LibraryError
from zotero_bridge.writeback_model import Entry, NotWritten, PlannedWrite, PushOutcome, PushPlan, UndoOutcome, Written
from zotero_bridge.writeback_note import LONGEST_NOTE, LONGEST_TAG, PushNote, PushTags, gist, note_html
from zotero_bridge.writeback_target import (
    CONFLICT,
    MOST_AT_ONCE,
    Answered,
    Present,
    ReplyLost,
    Target,
    WriteRefused,
    digest,
    open_target,
)
from zotero_bridge.writeback_undo import undo

__all__ = [
    "NotWritten",
    "PushNote",
    "PushOutcome",
    "PushPlan",
    "PushTags",
    "UndoOutcome",
    "Written",
    "open_target",
    "plan_push",
    "push",
    "undo",
]

NOT_PARENTS = ("attachment", "note", "annotation")


def plan_push(
    target: Target, wanted: Sequence[PushNote | PushTags], *, namespace: str, journal: Sequence[Written] = ()
) -> PushPlan:
    """
    What would be written. Every tag is put into `namespace`; a note that `journal` says is there already is left out.
    """
    version = target.version()
    asked = [w.item_key if isinstance(w, PushTags) else w.parent_item_key for w in wanted]
    known = {w.key: w for w in journal if w.kind == "note" and w.library == target.ref.origin}
    present = target.present([key for key in asked if key] + list(known))
    standing = {w.sent_sha256 for w in known.values() if w.key in present and not present[w.key].trashed}
    writes: list[PlannedWrite] = []
    refused: list[NotWritten] = []
    unchanged: list[str] = []
    for one in wanted:
        made = _tags(one, present, namespace) if isinstance(one, PushTags) else _note(one, target, present, namespace)
        if isinstance(made, NotWritten):
            refused.append(made)
        elif (made.kind == "tags" and not made.adds) or digest(made.entry.get("note", "")) in standing:
            unchanged.append(made.title)
        else:
            writes.append(made)
    return PushPlan(target.ref, version, tuple(writes), tuple(refused), tuple(unchanged))


def push(target: Target, plan: PushPlan) -> PushOutcome:
    """Writes what was planned, fifty at a time. A request that fails fails its own entries; the rest go on."""
    written: list[Written] = []
    failed: list[NotWritten] = list(plan.refused)
    for at in range(0, len(plan.writes), MOST_AT_ONCE):
        batch = plan.writes[at : at + MOST_AT_ONCE]
        try:
            answered = target.write([write.entry for write in batch])
        except WriteRefused as refusal:
            failed += [_failure(write, str(refusal)) for write in batch]
            continue
        except ReplyLost as loss:
            answered = _looked_up(target, plan.version, batch, str(loss))
        for place, write in enumerate(batch):
            if place in answered.written:
                written.append(_journal(target, write, answered.written[place]))
            elif place not in answered.unchanged:
                code, message = answered.failed.get(place, (0, "Zotero did not say what became of it"))
                failed.append(_failure(write, message, conflict=code == CONFLICT))
    return PushOutcome(tuple(written), tuple(failed))


def _note(note: PushNote, target: Target, present: dict[str, Present], namespace: str) -> PlannedWrite | NotWritten:
    body = note_html(note, target.ref)
    tags = tuple(dict.fromkeys(in_namespace(tag, namespace) for tag in note.tags))
    parent = present.get(note.parent_item_key or "")
    problem = _tag_problem(tags)
    if len(body) > LONGEST_NOTE:
        problem = f"it has {len(body)} characters, and Zotero takes {LONGEST_NOTE}"
    elif note.parent_item_key and parent is None:
        problem = f"the library has no item {note.parent_item_key}"
    elif parent is not None and parent.trashed:
        problem = f"{parent.key} is in the trash"
    elif parent is not None and parent.data.get("itemType") in NOT_PARENTS:
        problem = f"{parent.key} is no item that a note can hang on"
    if problem:
        return NotWritten(note.title, problem, note.ref, note.parent_item_key or "")
    entry: Entry = {"itemType": "note", "note": body, "tags": [{"tag": tag} for tag in tags]}
    if note.parent_item_key:
        entry["parentItem"] = note.parent_item_key
    elif note.collections:
        entry["collections"] = list(note.collections)
    return PlannedWrite("note", note.title, entry, note.ref, tags)


def _tags(wanted: PushTags, present: dict[str, Present], namespace: str) -> PlannedWrite | NotWritten:
    now = present.get(wanted.item_key)
    title = wanted.title or wanted.item_key
    tags = tuple(dict.fromkeys(in_namespace(tag, namespace) for tag in wanted.tags))
    problem = _tag_problem(tags)
    if now is None:
        problem = f"the library has no item {wanted.item_key}"
    elif now.trashed:
        problem = f"{wanted.item_key} is in the trash"
    if problem or now is None:
        return NotWritten(title, problem, wanted.ref, wanted.item_key)
    there = list(now.data.get("tags", []))
    adds = tuple(tag for tag in tags if tag not in {t["tag"] for t in there})
    entry: Entry = {"key": now.key, "version": now.version, "tags": [*there, *({"tag": tag} for tag in adds)]}
    return PlannedWrite("tags", title, entry, wanted.ref, adds)


def in_namespace(tag: str, namespace: str) -> str:
    return tag if tag.startswith(namespace) else f"{namespace}{tag}"


def _tag_problem(tags: Sequence[str]) -> str:
    return next((f"the tag '{t[:40]}…' is longer than {LONGEST_TAG}" for t in tags if len(t) > LONGEST_TAG), "")


def _looked_up(target: Target, version: int, batch: Sequence[PlannedWrite], loss: str) -> Answered:
    """What arrived of a request whose reply was lost. Nothing is sent twice."""
    failure = (0, f"{loss}, and it is not in the library; push again")
    try:
        notes = {(gist(n.data.get("note", "")), n.data.get("parentItem")): n for n in target.notes_since(version)}
        tagged = target.present(write.entry["key"] for write in batch if write.kind == "tags")
    except LibraryError as error:
        return Answered({}, frozenset(), dict.fromkeys(range(len(batch)), (0, f"{loss}; it may be there: {error}")))
    found: dict[int, Present] = {}
    for place, write in enumerate(batch):
        now = tagged.get(write.entry.get("key", ""))
        if write.kind == "note":
            now = notes.get((gist(write.entry["note"]), write.entry.get("parentItem")))
        elif now is not None and not set(write.adds) <= {t["tag"] for t in now.data.get("tags", [])}:
            now = None
        if now is not None and not now.trashed:
            found[place] = now
    return Answered(found, frozenset(), {p: failure for p in range(len(batch)) if p not in found})


def _journal(target: Target, write: PlannedWrite, now: Present) -> Written:
    return Written(
        write.kind,
        now.key,
        now.version,
        target.ref.origin,
        target.server_id,
        write.title,
        write.ref,
        write.adds,
        digest(write.entry["note"]) if write.kind == "note" else "",
        digest(str(now.data.get("note", ""))) if write.kind == "note" else "",
        datetime.now(UTC).isoformat(timespec="seconds"),
        digest(gist(str(now.data.get("note", "")))) if write.kind == "note" else "",
    )


def _failure(write: PlannedWrite, reason: str, *, conflict: bool = False) -> NotWritten:
    return NotWritten(write.title, reason, write.ref, write.entry.get("key", ""), conflict)
