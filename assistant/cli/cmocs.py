"""Commands on the ledger's configurations and programme theories: cmoc, theory."""

from __future__ import annotations

from typing import Any

import click

from assistant.cli.options import Context, as_json, emit, say

_PARTS = ("context", "resource", "reasoning", "outcome", "context→mechanism", "mechanism→outcome", "whole")
_STANCES = ("supports", "refines", "extends", "refutes")


@click.group()
def cmoc() -> None:
    """The review's CMOCs. Every version stays in the ledger, nothing is erased."""


@cmoc.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed ones too.")
@as_json
@click.pass_obj
def cmoc_list(context: Context, /, everything: bool, as_json: bool) -> None:
    """The CMOCs with their status, and what is to be read again."""
    from assistant import jsonout
    from assistant.records import state_of
    from assistant.show import hanging

    state = state_of(context.review())
    shown = tuple(state.cmocs.values()) if everything else state.open_cmocs
    if as_json:
        emit({"cmocs": [jsonout.cmoc(c) for c in shown], "to_reread": len(state.to_reread)})
        return
    for one in shown:
        click.echo("\n".join(hanging(f"{one.id:<4} v{one.version} {one.status.value:<9} ", one.title)))
    if not shown:
        click.echo("No CMOC yet.")
        say('Next: `realist draft "…" --keep`.')
    if state.to_reread:
        say(f"{len(state.to_reread)} judgements are of earlier versions: read those passages again.")


@cmoc.command("show")
@click.argument("cmoc_id")
@as_json
@click.pass_obj
def cmoc_show(context: Context, /, cmoc_id: str, as_json: bool) -> None:
    """One CMOC with its elements, judgements and versions."""
    from assistant import jsonout, show
    from assistant.exporting import known_items
    from assistant.ledger_find import cmoc_of
    from assistant.records import state_of

    review = context.review()
    state = state_of(review)
    one = cmoc_of(state, cmoc_id)
    judgements = state.judgements_of(one.id)
    if as_json:
        emit(
            {
                **jsonout.cmoc(one),
                "versions": [jsonout.cmoc(v) for v in state.versions[one.id]],
                "judgements": [jsonout.judgement(j) for j in judgements],
            }
        )
        return
    numbered = show.Numbered(known_items(review).get)
    click.echo("\n".join(show.candidate(one, numbered)))
    click.echo("\n".join(show.hanging("  ", one.statement)))
    click.echo(f"  {one.status.value}, version {one.version}, by {one.author or 'nobody named'}")
    for line in one.lineage:
        click.echo(f"  {line}")
    for j in judgements:
        stale = " (of an earlier version: read again)" if j.stale else ""
        click.echo(
            "\n".join(show.hanging(f"  {j.stance.value}, {j.part}: ", f"“{j.citation.quote}” {j.reason}{stale}"))
        )
    if numbered.citations:
        click.echo("\n".join(["", *numbered.lines()]))


def _told(message: str, state_cmocs: Any, cmoc_id: str, as_json: bool) -> None:
    from assistant import jsonout

    if as_json:
        emit(jsonout.cmoc(state_cmocs[cmoc_id]))
    else:
        click.echo(message)


@cmoc.command("accept")
@click.argument("cmoc_id")
@as_json
@click.pass_obj
def cmoc_accept(context: Context, /, cmoc_id: str, as_json: bool) -> None:
    """Take a candidate into the review as active."""
    from assistant import ledger_moves
    from assistant.ledger_find import cmoc_of
    from assistant.records import move

    state = move(context.review(), lambda s: ledger_moves.accept(s, cmoc_id))
    one = cmoc_of(state, cmoc_id)
    _told(f"{one.id} is active.", state.cmocs, one.id, as_json)


@cmoc.command("edit")
@click.argument("cmoc_id")
@click.option("--title", help="A short name for it.")
@click.option("--statement", help="The sentence, in your own words.")
@click.option(
    "--quote", "quotes", nargs=3, multiple=True, metavar="PART PASSAGE_ID WORDS", help="Add a quoted element."
)
@click.option("--infer", "inferences", nargs=3, multiple=True, metavar="PART WORDS MEMO", help="Add an inferred one.")
@click.option("--drop", "drops", nargs=2, type=(str, int), multiple=True, metavar="PART NUMBER", help="Drop one.")
@click.option("--theory", help="The programme theory it belongs to, e.g. T1.")
@click.option("--reason", default="", help="Why it changes.")
@as_json
@click.pass_obj
def cmoc_edit(context: Context, /, cmoc_id: str, theory: str | None, as_json: bool, **changes: Any) -> None:
    """Make a new version. Judgements of the earlier one are marked to be read again.

    \b
    realist cmoc edit C1 --title "Shared accountability" --drop context 2
    realist cmoc edit C1 --quote outcome 3f2a… "waits fell" --reason "Stated on p. 9"
    """
    from assistant import ledger_moves
    from assistant.config import reviewer
    from assistant.editing import edited_parts
    from assistant.ledger_find import cmoc_of
    from assistant.records import move

    review = context.review()
    parts = edited_parts(
        review, cmoc_id, quotes=changes["quotes"], inferences=changes["inferences"], drops=changes["drops"]
    )
    worded = parts or changes["title"] is not None or changes["statement"] is not None
    if worded or theory is None:
        state = move(
            review,
            lambda s: ledger_moves.edit(
                s,
                cmoc_id,
                author=reviewer(),
                title=changes["title"],
                statement=changes["statement"],
                parts=parts,
                reason=changes["reason"],
            ),
        )
    if theory is not None:
        state = move(review, lambda s: ledger_moves.assign(s, cmoc_id, theory=theory))
    one = cmoc_of(state, cmoc_id)
    _told(f"{one.id} is at version {one.version}.", state.cmocs, one.id, as_json)


@cmoc.command("merge")
@click.argument("cmoc_ids", nargs=-1, required=True)
@click.option("--into", required=True, help="The CMOC that takes the others in.")
@click.option("--reason", default="", help="Why they are one.")
@as_json
@click.pass_obj
def cmoc_merge(context: Context, /, cmoc_ids: tuple[str, ...], into: str, reason: str, as_json: bool) -> None:
    """Merge CMOCs into one; the others are closed with a pointer to it."""
    from assistant import ledger_moves
    from assistant.config import reviewer
    from assistant.ledger_find import cmoc_of
    from assistant.records import move

    state = move(
        context.review(), lambda s: ledger_moves.merge(s, cmoc_ids, into=into, author=reviewer(), reason=reason)
    )
    one = cmoc_of(state, into)
    _told(f"{one.id} took in {', '.join(cmoc_ids)} and is at version {one.version}.", state.cmocs, one.id, as_json)


@cmoc.command("split")
@click.argument("cmoc_id")
@click.option("--title", "titles", multiple=True, required=True, help="A part's title. Give at least two.")
@click.option("--reason", default="", help="Why it is more than one.")
@as_json
@click.pass_obj
def cmoc_split(context: Context, /, cmoc_id: str, titles: tuple[str, ...], reason: str, as_json: bool) -> None:
    """Split a CMOC; each part starts with all its elements, to be edited."""
    from dataclasses import replace

    from assistant import jsonout, ledger_moves
    from assistant.config import reviewer
    from assistant.ledger_find import open_cmoc_of
    from assistant.ledger_state import ReviewState
    from assistant.records import move

    before: set[str] = set()

    def decide(s: ReviewState) -> Any:
        before.update(s.versions)
        original = open_cmoc_of(s, cmoc_id)
        parts = [replace(original, title=title) for title in titles]
        return ledger_moves.split(s, cmoc_id, parts, author=reviewer(), reason=reason)

    state = move(context.review(), decide)
    made = [c for c in state.cmocs.values() if c.id not in before]
    if as_json:
        emit({"parts": [jsonout.cmoc(c) for c in made]})
    else:
        click.echo(f"Split into {', '.join(c.id for c in made)}.")


@cmoc.command("retire")
@click.argument("cmoc_id")
@click.option("--reason", required=True, help="Why it no longer holds.")
@as_json
@click.pass_obj
def cmoc_retire(context: Context, /, cmoc_id: str, reason: str, as_json: bool) -> None:
    """Close a CMOC with the reason. It stays in the ledger."""
    from assistant import ledger_moves
    from assistant.ledger_find import cmoc_of
    from assistant.records import move

    state = move(context.review(), lambda s: ledger_moves.retire(s, cmoc_id, reason=reason))
    one = cmoc_of(state, cmoc_id)
    _told(f"{one.id} is retired.", state.cmocs, one.id, as_json)


def _part(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """A link may be typed with a hyphen or with the arrow that the ledger has."""
    part = value.strip().lower().replace("->", "→").replace("-", "→")
    if part not in _PARTS:
        raise click.BadParameter(f"{value} is no part of a configuration: {', '.join(_PARTS).replace('→', '-')}.")
    return part


@cmoc.command("judge")
@click.argument("cmoc_id")
@click.option("--passage", "passage_id", required=True, help="The passage the words stand in.")
@click.option("--quote", "words", default="", help="The words; the whole passage without this.")
@click.option("--stance", required=True, type=click.Choice(_STANCES))
@click.option(
    "--part",
    default="whole",
    show_default=True,
    callback=_part,
    metavar="PART",
    help="context, resource, reasoning, outcome, context-mechanism, mechanism-outcome or whole.",
)
@click.option("--reason", required=True, help="Why you hold it to say so.")
@as_json
@click.pass_obj
def cmoc_judge(context: Context, /, cmoc_id: str, as_json: bool, **judged: str) -> None:
    """Record what an excerpt says about a CMOC. `realist test C1` and `realist search` show passage ids.

    \b
    realist cmoc judge C1 --passage 3f2a… --stance refines --part context-mechanism \\
        --quote "only where the chair had agreed" --reason "A condition we had not stated"
    """
    from assistant import jsonout, records
    from assistant.ledger_find import cmoc_of
    from assistant.wiring import open_reading

    review = context.review()
    with open_reading(review) as reading:
        state = records.judge(review, reading, cmoc_id, **judged)
    one = cmoc_of(state, cmoc_id)
    if as_json:
        emit(jsonout.judgement(state.judgements_of(one.id)[-1]))
    else:
        click.echo(f"Recorded: {judged['stance']} {one.id} ({judged['part']}).")


@cmoc.command("silent")
@click.argument("cmoc_id")
@click.argument("item_key")
@click.option("--reason", default="", help="How you looked.")
@as_json
@click.pass_obj
def cmoc_silent(context: Context, /, cmoc_id: str, item_key: str, reason: str, as_json: bool) -> None:
    """Record that you read a document and it says nothing about a CMOC."""
    from assistant import ledger_moves
    from assistant.ledger_find import cmoc_of
    from assistant.records import move
    from assistant.wiring import known_item

    review = context.review()
    key = known_item(review, item_key)
    state = move(review, lambda s: ledger_moves.note_silence(s, cmoc_id, key, reason=reason))
    one = cmoc_of(state, cmoc_id)
    if as_json:
        emit({"cmoc": one.id, "item_key": key, "stance": "silent"})
    else:
        click.echo(f"Recorded: {key} is silent about {one.id}.")


@click.group()
def theory() -> None:
    """The review's programme theories."""


@theory.command("add")
@click.argument("title")
@click.option("--narrative", default="", help="The theory in a paragraph.")
@as_json
@click.pass_obj
def theory_add(context: Context, /, title: str, narrative: str, as_json: bool) -> None:
    """Write a programme theory; put CMOCs under it with `realist cmoc edit ID --theory T1`."""
    from assistant import ledger_moves
    from assistant.records import move

    state = move(context.review(), lambda s: ledger_moves.write_theory(s, title=title, narrative=narrative))
    added = list(state.theories.values())[-1][-1]
    if as_json:
        emit({"id": added.id, "version": added.version, "title": added.title, "narrative": added.narrative})
    else:
        click.echo(f"{added.id}: {added.title}")


@theory.command("list")
@as_json
@click.pass_obj
def theory_list(context: Context, /, as_json: bool) -> None:
    """The programme theories and the CMOCs under each."""
    from assistant.records import state_of

    state = state_of(context.review())
    rows: list[dict[str, Any]] = [
        {
            "id": versions[-1].id,
            "version": versions[-1].version,
            "title": versions[-1].title,
            "cmocs": [c.id for c in state.open_cmocs if c.theory == versions[-1].id],
        }
        for versions in state.theories.values()
    ]
    if as_json:
        emit({"theories": rows})
        return
    for row in rows:
        click.echo(f"{row['id']} v{row['version']} {row['title']}: {', '.join(row['cmocs']) or 'no CMOC yet'}")
    if not rows:
        click.echo("No programme theory yet.")


COMMANDS = (cmoc, theory)
