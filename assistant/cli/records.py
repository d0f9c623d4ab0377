"""Commands on the review's records: test, matrix, answer, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assistant.cli.options import Context, as_json, emit, filtered, say, working


@click.command()
@click.argument("cmoc_id")
@filtered
@click.option("--model", help="A chat model, as LangChain names it; `none` needs no model.")
@as_json
@click.pass_obj
def test(context: Context, /, cmoc_id: str, model: str | None, as_json: bool, **options: Any) -> None:
    """Look for what supports, refines and refutes a CMOC. What is found is a proposal, for you to judge."""
    from assistant import answer, jsonout, show
    from assistant.ledger_find import cmoc_of
    from assistant.records import note_use, state_of
    from assistant.wiring import open_engine, open_reading

    review = context.review()
    one = cmoc_of(state_of(review), cmoc_id)
    with open_reading(review) as reading:
        engine = open_engine(review, model, notify=say)
        working(engine.name)
        tested = answer.test(one, reading, engine, filters=context.filters(review, options))
        made = (len(tested.findings), len(tested.refused))
        hindered = note_use(review, tested.provenance, "findings", proposed=made[0], refused=made[1])
        if hindered:
            say(hindered)
        if as_json:
            emit(
                {
                    "cmoc": jsonout.cmoc(one),
                    "findings": [jsonout.finding(f) for f in tested.findings],
                    "refused": [jsonout.refusal(r) for r in tested.refused],
                    "searched": jsonout.searched(tested.searched),
                    "engine": engine.name,
                    "provenance": jsonout.provenance(tested.provenance),
                    "notices": list(tested.notices),
                }
            )
            return
        click.echo("\n".join(show.hanging(f"{one.id}  ", one.title)) + "\n")
        click.echo(show.findings(tested, reading.index.item))


@click.command()
@as_json
@click.pass_obj
def matrix(context: Context, /, as_json: bool) -> None:
    """CMOC × document: supports, refines, refutes, silent or unread. Unread is never shown as silent."""
    from assistant import jsonout
    from assistant.matrix import read_matrix, table

    cells = read_matrix(context.review())
    if as_json:
        emit({"rows": [jsonout.cell(c) for c in cells]})
        return
    if not cells:
        click.echo("No CMOC yet.")
        say('Next: `realist draft "…" --keep`.')
        return
    click.echo(table(cells))


@click.group()
def answer() -> None:
    """The answers you kept."""


@answer.command("list")
@as_json
@click.pass_obj
def answer_list(context: Context, /, as_json: bool) -> None:
    """The kept answers."""
    from assistant.records import state_of

    kept = [k for k in state_of(context.review()).answers.values() if not k.withdrawn]
    if as_json:
        emit({"answers": [{"id": k.id, "question": k.answer.question, "time": k.time, "who": k.who} for k in kept]})
        return
    for one in kept:
        click.echo(f"{one.id:<4} {one.time[:10]}  {one.answer.question}")
    if not kept:
        click.echo("No answer kept yet.")
        say('Next: `realist ask "…" --keep`.')


@answer.command("show")
@click.argument("answer_id")
@as_json
@click.pass_obj
def answer_show(context: Context, /, answer_id: str, as_json: bool) -> None:
    """A kept answer with its provenance."""
    from assistant import jsonout, show
    from assistant.export.answer import provenance_facts
    from assistant.exporting import known_items
    from assistant.ledger_find import answer_of
    from assistant.records import state_of

    review = context.review()
    kept = answer_of(state_of(review), answer_id)
    if as_json:
        emit({"id": kept.id, **jsonout.answer(kept.answer), "provenance": jsonout.provenance(kept.answer.provenance)})
        return
    click.echo(show.answer(kept.answer, known_items(review).get))
    click.echo("\nHow it was made\n---------------")
    for name, value in provenance_facts(kept.answer.provenance):
        click.echo("\n".join(show.hanging(f"  {name:<18} ", value)))


@answer.command("rerun")
@click.argument("answer_id")
@click.option("--model", help="Another model than the one it was made with.")
@as_json
@click.pass_obj
def answer_rerun(context: Context, /, answer_id: str, model: str | None, as_json: bool) -> None:
    """Ask again, and say what changed and why."""
    from assistant import show
    from assistant.again import rerun

    changes = rerun(context.review(), answer_id, model=model)
    if as_json:
        emit(changes.as_json)
    else:
        click.echo("\n".join(line for one in changes.text.splitlines() for line in show.hanging("", one)))


@answer.command("diff")
@click.argument("first")
@click.argument("second")
@as_json
@click.pass_obj
def answer_diff(context: Context, /, first: str, second: str, as_json: bool) -> None:
    """What differs between two kept answers, and why."""
    from assistant import show
    from assistant.again import compare

    changes = compare(context.review(), first, second)
    if as_json:
        emit(changes.as_json)
    else:
        click.echo("\n".join(line for one in changes.text.splitlines() for line in show.hanging("", one)))


@click.command()
@click.argument("what")
@click.option(
    "--to",
    "fmt",
    help="md, docx, odt, html or latex; a table also csv, xlsx or json. Otherwise as the name after -o ends, or md.",
)
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="Where to; otherwise exports/.")
@click.option("--force", is_flag=True, help="Write over the file after -o even where it was edited.")
@click.option("--style", help="A CSL style: a file, or the name of one that Zotero has.")
@as_json
@click.pass_obj
def export(
    context: Context,
    /,
    what: str,
    fmt: str | None,
    output: Path | None,
    force: bool,
    style: str | None,
    as_json: bool,
) -> None:
    """Write a manuscript or a table.

    WHAT is an answer (A1), conversation (the last), cmocs, matrix, evidence, appraisals, ledger or ai-statement. What
    you have edited is never written over: without -o a new name is found in exports/, and a file named with -o is
    replaced only if it is as the last export left it.

    \b
    realist export A1 --to docx --style vancouver
    realist export cmocs --to xlsx -o tables/cmocs.xlsx
    """
    from assistant.exporting import run_export

    path = run_export(context.review(), what, fmt=fmt, output=output, style=style, force=force)
    if as_json:
        emit({"path": str(path)})
    else:
        click.echo(str(path))


COMMANDS = (test, matrix, answer, export)
