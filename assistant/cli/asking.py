"""Commands that ask: search, ask, chat, draft."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from assistant.cli.options import Context, as_json, emit, filtered, say, working

_MODEL = click.option("--model", help="A chat model, as LangChain names it; `none` needs no model.")
_KEEP = click.option("--keep", is_flag=True, help="Keep it in the review's ledger.")


@click.command()
@click.argument("query", required=False)
@click.option("-k", "limit", type=click.IntRange(1), default=10, show_default=True, help="How many passages.")
@click.option("--for", "supporting", metavar="CLAIM", help="Two lists: what supports this claim, and what limits it.")
@click.option("--against", metavar="CLAIM", help="Only what limits or contradicts this claim.")
@click.option("--more-like", metavar="PASSAGE_ID", help="Passages like this one.")
@click.option(
    "--queries",
    type=click.Path(path_type=Path, dir_okay=False),
    help='A file with one {"id", "query"} a line, as plain text; prints the bare ranking, one JSON line each.',
)
@click.option("--flood", is_flag=True, help="Let one document fill the list.")
@filtered
@as_json
@click.pass_obj
def search(context: Context, /, query: str | None, **options: Any) -> None:
    """Find passages by words and by meaning. Put phrases in "quotes"; -word leaves a word out.

    \b
    realist search '"shared purpose" trust -finance' --year 2015-
    realist search --for "Shared accountability improves population health"
    """
    from assistant.searching import run_search
    from assistant.wiring import open_reading

    review = context.review()
    filters = context.filters(review, options)
    with open_reading(review) as reading:
        run_search(reading, query, filters, options, print_=click.echo)


@click.command()
@click.argument("question")
@filtered
@_MODEL
@_KEEP
@as_json
@click.pass_obj
def ask(context: Context, /, question: str, model: str | None, keep: bool, as_json: bool, **options: Any) -> None:
    """Answer a question with citations that can be proved.

    \b
    realist ask "When does shared accountability backfire?" --keep
    realist ask "How do leaders build trust?" --collection Interviews --year 2018-
    """
    from assistant import answer, jsonout, show
    from assistant.errors import Misused
    from assistant.records import keep_answer, note_use
    from assistant.wiring import open_engine, open_reading

    if not question.strip():
        raise Misused("There is no question.", hint='Put it in quotation marks: `realist ask "How does …?"`.')
    review = context.review()
    filters = context.filters(review, options)
    with open_reading(review) as reading:
        engine = open_engine(review, model, notify=say)
        working(engine.name)
        result, notices = answer.ask(question, reading, engine, filters=filters)
        made = (len(result.claims), len(result.refused))
        hindered = note_use(review, result.provenance, "answer", proposed=made[0], refused=made[1])
        kept = keep_answer(review, result) if keep else None
        if hindered:
            say(hindered)
        if as_json:
            told = {"provenance": jsonout.provenance(result.provenance), "notices": list(notices), "kept": kept}
            emit({**jsonout.answer(result), **told})
            return
        click.echo(show.answer(result, reading.index.item, notices=notices))
        if kept:
            say(f"Kept as {kept}. Next: `realist export {kept} --to docx`.")


@click.command()
@click.argument("question", required=False)
@filtered
@_MODEL
@_KEEP
@as_json
@click.pass_obj
def draft(
    context: Context, /, question: str | None, model: str | None, keep: bool, as_json: bool, **options: Any
) -> None:
    """Draft candidate CMOCs from the sources. What a source does not state stays empty.

    A CMOC is a context–mechanism–outcome configuration: in this context, what is offered meets how people reason, and
    that leads to the outcome. Candidates count once you accept them.

    \b
    realist draft "shared accountability" --keep
    """
    from assistant import answer, jsonout, show
    from assistant.records import keep_candidates, note_use
    from assistant.wiring import open_engine, open_reading

    review = context.review()
    filters = context.filters(review, options)
    with open_reading(review) as reading:
        engine = open_engine(review, model, notify=say)
        working(engine.name)
        drafted = answer.draft(question or "", reading, engine, filters=filters)
        made = (len(drafted.candidates), len(drafted.refused))
        hindered = note_use(review, drafted.provenance, "candidates", proposed=made[0], refused=made[1])
        if hindered:
            say(hindered)
        candidates = keep_candidates(review, drafted.candidates) if keep else drafted.candidates
        if as_json:
            emit(
                {
                    "question": question or "",
                    "engine": engine.name,
                    "candidates": [jsonout.cmoc(c) for c in candidates],
                    "abstained": drafted.abstained,
                    "refused": [jsonout.refusal(r) for r in drafted.refused],
                    "searched": jsonout.searched(drafted.searched),
                    "provenance": jsonout.provenance(drafted.provenance),
                    "notices": list(drafted.notices),
                }
            )
            return
        click.echo(show.candidates(candidates, drafted, reading.index.item))
        if keep and candidates:
            say("Kept. Next: `realist cmoc list`, and `realist cmoc accept ID` for those that hold.")


@click.command()
@filtered
@_MODEL
@click.option("--resume", is_flag=True, help="Go on with the last conversation.")
@click.pass_obj
def chat(context: Context, /, model: str | None, resume: bool, **options: Any) -> None:
    """Talk with your library. /help lists what else can be typed; /quit ends."""
    from assistant.chat_terminal import converse

    review = context.review()
    converse(review, context.filters(review, options), model=model, resume=resume, stdin=sys.stdin, out=sys.stdout)


COMMANDS = (search, ask, chat, draft)
