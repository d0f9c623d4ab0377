"""
Taking back what was written to Zotero: notes to the trash, added tags off again. Nothing is ever erased.

One request for many objects, so that Zotero asks its person once; what it did not do is then tried one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from zotero_bridge.sources.zotero_api_errors import AnotherProfile
from zotero_bridge.writeback_model import Entry, NotWritten, UndoOutcome, Written
from zotero_bridge.writeback_note import gist
from zotero_bridge.writeback_target import CONFLICT, MOST_AT_ONCE, Present, ReplyLost, Target, WriteRefused, digest


def undo(target: Target, journal: Sequence[Written], *, even_if_edited: bool = False) -> UndoOutcome:
    """
    Takes back what the journal lists, newest first: notes to the trash, added tags off again.

    A note that was edited in Zotero since stays, unless `even_if_edited`. What is gone already counts as undone.
    """
    own = [w for w in reversed(journal) if w.library == target.ref.origin]
    if any(w.server_id and target.server_id and w.server_id != target.server_id for w in own):
        raise AnotherProfile
    present = target.present(w.key for w in own)
    undone: list[Written] = []
    failed = [_not_undone(w, f"it was written to {w.library}") for w in journal if w.library != target.ref.origin]
    changes: dict[str, tuple[list[Written], Entry]] = {}
    for write in own:
        now = present.get(write.key)
        if now is None or (now.trashed and write.kind == "note"):
            undone.append(write)
        elif write.kind == "note" and not even_if_edited and _edited(write, str(now.data.get("note", ""))):
            failed.append(_not_undone(write, "it was edited in Zotero since, and stays", conflict=True))
        else:
            _merge(changes, write, now)
    done, problems = _take_back(target, list(changes.values()), present)
    return UndoOutcome(tuple(undone + done), tuple(failed + problems))


def _edited(write: Written, note: str) -> bool:
    return digest(note) != write.stored_sha256 and digest(gist(note)) != write.gist_sha256


def _merge(changes: dict[str, tuple[list[Written], Entry]], write: Written, now: Present) -> None:
    """One change per object, whatever was written to it in however many pushes."""
    writes, entry = changes.setdefault(write.key, ([], {"key": now.key, "version": now.version}))
    writes.append(write)
    if write.kind == "note":
        entry["deleted"] = True
    else:
        tags = entry.get("tags", list(now.data.get("tags", [])))
        entry["tags"] = [t for t in tags if t["tag"] not in write.tags]


def _take_back(
    target: Target, changes: list[tuple[list[Written], Entry]], present: dict[str, Present]
) -> tuple[list[Written], list[NotWritten]]:
    """One request for fifty, so that Zotero asks its person once; what did not take is tried on its own."""
    undone: list[Written] = []
    failed: list[NotWritten] = []
    for at in range(0, len(changes), MOST_AT_ONCE):
        batch = changes[at : at + MOST_AT_ONCE]
        problems: dict[str, tuple[int, str]] = {}
        try:
            answered = target.write([entry for _, entry in batch])
            problems = {batch[place][1]["key"]: why for place, why in answered.failed.items()}
        except ReplyLost as loss:
            problems = dict.fromkeys((entry["key"] for _, entry in batch), (0, str(loss)))
        except WriteRefused as refusal:
            failed += [_not_undone(w, str(refusal)) for writes, _ in batch for w in writes]
            continue
        now = target.present(entry["key"] for _, entry in batch)
        for writes, entry in batch:
            code, why = problems.get(entry["key"], (0, ""))
            if not _taken_back(entry, now.get(entry["key"])) and code != CONFLICT:
                why = _alone(target, entry, now.get(entry["key"], present[entry["key"]]).version)
            elif code != CONFLICT:
                why = ""
            if why:
                failed += [_not_undone(w, why, conflict=code == CONFLICT) for w in writes]
            else:
                undone += writes
    return undone, failed


def _taken_back(entry: Entry, now: Present | None) -> bool:
    if now is None or (entry.get("deleted") and now.trashed):
        return True
    return "deleted" not in entry and now.data.get("tags", []) == entry["tags"]


def _alone(target: Target, entry: Entry, version: int) -> str:
    """ "" when done, else why not."""
    fields = {name: value for name, value in entry.items() if name not in ("key", "version")}
    try:
        return target.patch(entry["key"], fields, version)
    except (WriteRefused, ReplyLost) as error:
        return str(error)


def _not_undone(write: Written, reason: str, *, conflict: bool = False) -> NotWritten:
    return NotWritten(write.title, reason, write.ref, write.key, conflict)
