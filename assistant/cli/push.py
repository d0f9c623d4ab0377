"""The one command that writes to Zotero: push, and its undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import Context, as_json, countdown, emit, say
from assistant.errors import Misused

if TYPE_CHECKING:
    from assistant.config import Review
    from zotero_bridge.writeback import NotWritten
    from zotero_bridge.writeback_target import Target

ZOTERO_ASKS = "Zotero asks in a window of its own whether it may; press Allow there."


@click.command()
@click.argument("what", required=False)
@click.option("--to", "parent", metavar="ITEM", help="Below this item, by key or citation key; standing alone without.")
@click.option("--tags", is_flag=True, help="Also tag every item it cites, in the namespace of review.toml.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--undo", is_flag=True, help="Take back what was written: notes to the trash, tags off again.")
@click.option("--edited-too", is_flag=True, help="With --undo: also notes that were edited in Zotero since.")
@as_json
@click.pass_obj
def push(
    context: Context,
    /,
    what: str | None,
    parent: str | None,
    tags: bool,
    dry_run: bool,
    undo: bool,
    edited_too: bool,
    as_json: bool,
) -> None:
    """Write an answer or a CMOC to Zotero, as a note. It shows exactly what will be written, and asks."""
    review = context.review()
    if undo:
        _undo(review, what, dry_run=dry_run, edited_too=edited_too, as_json=as_json)
        return
    if not what:
        raise Misused("Say what to push.", hint="For example: realist push A1 --to smith2020 --dry-run")
    _push(review, what, parent=parent, tags=tags, dry_run=dry_run, as_json=as_json)


def _push(review: Review, what: str, *, parent: str | None, tags: bool, dry_run: bool, as_json: bool) -> None:
    from assistant.pushing import journal_of, record, wanted
    from assistant.records import move, state_of
    from assistant.wiring import known_item, open_push_target, open_reading
    from zotero_bridge import writeback

    state = state_of(review)
    below = known_item(review, parent) if parent else None
    target = open_push_target(review, countdown=countdown(None))
    with open_reading(review) as reading:
        asked = wanted(state, what, reading.index, parent=below, namespace=review.tag_namespace, tags=tags)
    plan = writeback.plan_push(target, asked, namespace=review.tag_namespace, journal=journal_of(state))
    for line in plan.lines:
        say(line)
    planned = [{"kind": write.kind, "title": write.title, "entry": write.entry} for write in plan.writes]
    if dry_run or not plan.writes or not click.confirm(f"Write this to {review.library}?", default=False, err=True):
        value = {"planned": planned, "written": [], "failed": _listed(plan.refused), "dry_run": dry_run}
        _told(value, "Nothing was written.", as_json)
        raise click.exceptions.Exit(1 if plan.refused else 0)
    _announce(target)
    outcome = writeback.push(target, plan)
    if outcome.written:
        move(review, lambda _: (record(review.library, what.strip().upper(), outcome.written),))
    _remember(target)
    for failed in outcome.failed:
        say(f"Not written: {failed.title}: {failed.reason}")
    count = len(outcome.written)
    _told(
        {"planned": planned, "written": [w.to_json() for w in outcome.written], "failed": _listed(outcome.failed)},
        f"Wrote {count}; `realist push --undo` takes it back." if count else "Nothing was written.",
        as_json,
    )
    raise click.exceptions.Exit(1 if outcome.failed else 0)


def _undo(review: Review, what: str | None, *, dry_run: bool, edited_too: bool, as_json: bool) -> None:
    from assistant.pushing import journal_of, record_undone
    from assistant.records import move, state_of
    from assistant.wiring import open_push_target
    from zotero_bridge import writeback

    journal = journal_of(state_of(review), what)
    for written in journal:
        say(f"{written.key}  {written.title}: {'to the trash' if written.kind == 'note' else 'tags off again'}")
    if dry_run or not journal:
        _told({"undone": [], "failed": []}, "Nothing to take back." if not journal else "Nothing was changed.", as_json)
        return
    if not click.confirm(f"Take this back from {review.library}?", default=False, err=True):
        _told({"undone": [], "failed": []}, "Nothing was changed.", as_json)
        return
    target = open_push_target(review, countdown=countdown(None))
    _announce(target)
    outcome = writeback.undo(target, journal, even_if_edited=edited_too)
    if outcome.undone:
        move(review, lambda _: (record_undone(review.library, outcome.undone),))
    _remember(target)
    for failed in outcome.failed:
        say(f"Not taken back: {failed.title}: {failed.reason}")
    if any(failed.conflict for failed in outcome.failed) and not edited_too:
        say("`realist push --undo --edited-too` takes edited notes back as well.")
    _told(
        {"undone": [w.key for w in outcome.undone], "failed": _listed(outcome.failed)},
        f"Took back {len(outcome.undone)}.",
        as_json,
    )
    if outcome.failed:
        raise click.exceptions.Exit(1)


def _announce(target: Target) -> None:
    if target.will_ask:
        say(ZOTERO_ASKS)


def _remember(target: Target) -> None:
    """ "Always Allow" was pressed: Zotero's key goes to the keyring, and Zotero need not ask again."""
    from assistant.config import remember_leave, remembered_leave

    if target.remembered_key and target.remembered_key != remembered_leave():
        remember_leave(target.remembered_key)


def _listed(failed: tuple[NotWritten, ...]) -> list[dict[str, Any]]:
    return [{"title": f.title, "key": f.key, "reason": f.reason, "conflict": f.conflict} for f in failed]


def _told(value: dict[str, Any], message: str, as_json: bool) -> None:
    if as_json:
        emit(value)
    else:
        click.echo(message)


COMMANDS = (push,)
