"""Commands that bring a library in and say what is there: init, sync, status, show-text."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import Context, as_json, countdown, emit, progress_bar, say
from assistant.errors import Misused

if TYPE_CHECKING:
    from assistant.config import Review
    from assistant.marking import Unmapped
    from zotero_bridge.sync import SyncReport

MOST_TAGS = 30  # that are listed on a screen


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--library", "uri", help="Where the library is, e.g. zotero://local, file:refs.bib, sample.")
@click.option("--collection", "collections", multiple=True, help="Bring in only this collection. Repeatable.")
@click.option("--tag", "tags", multiple=True, help="Bring in only what carries this tag. Repeatable.")
@click.option("--search", "searches", multiple=True, help="Bring in only what this saved search finds. Repeatable.")
@click.option("--embedder", default="minilm", show_default=True, help="For meaning: minilm, none, or provider:model.")
@click.option("--model", default="none", show_default=True, help="A chat model, as LangChain names it.")
@as_json
def init(
    folder: Path,
    uri: str | None,
    collections: tuple[str, ...],
    tags: tuple[str, ...],
    searches: tuple[str, ...],
    embedder: str,
    model: str,
    as_json: bool,
) -> None:
    """Make a review folder. Without --library it looks around for a Zotero and lets you choose.

    \b
    realist init my-review --library zotero://local --collection "Leadership"
    realist init my-review --library zotero://web/groups/12345
    realist init my-review --library zotero-data:/home/me/Zotero
    realist init my-review --library file:refs.bib     (or .ris, or .json)
    realist init my-review --library sample
    """
    from assistant.config import create_review
    from assistant.discovery import choose_library
    from assistant.wiring import check_library_uri
    from zotero_bridge.model import Scope

    if uri is None:
        uri, chosen = choose_library(interactive=sys.stdin.isatty() and not as_json, notify=say)
        collections = collections or chosen
    uri = check_library_uri(uri)
    review = create_review(
        folder.resolve(),
        library=uri,
        scope=Scope(collections, tags, searches),
        embedder=embedder,
        model=model,
    )
    if as_json:
        emit({"review": str(review.folder), "library": review.library})
        return
    click.echo(f"Made a review in {review.folder} of {review.library}.")
    say(f'Next: `cd "{folder}"`, then `realist sync`.')


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--rebuild", is_flag=True, help="Make the index anew; the old one is kept until the new one stands.")
@click.option("--full", is_flag=True, help="Look at everything again, and retry what failed.")
@click.option("--accept-removals", is_flag=True, help="Believe a library that shrank by more than half.")
@click.option("--watch", is_flag=True, help="Go on following the library until stopped.")
@click.option("--every", type=click.IntRange(5), default=30, show_default=True, help="Seconds between looks.")
@as_json
@click.pass_obj
def sync(
    context: Context,
    /,
    dry_run: bool,
    rebuild: bool,
    full: bool,
    accept_removals: bool,
    watch: bool,
    every: int,
    as_json: bool,
) -> None:
    """Bring in what is new or changed. Nothing is ever written to Zotero."""
    from contextlib import suppress

    from assistant.cli.following import follow

    if watch and (dry_run or rebuild):
        raise Misused("--watch goes with neither --dry-run nor --rebuild.")
    review = context.review()
    if not watch:
        report = _look(review, dry_run=dry_run, rebuild=rebuild, full=full, accept_removals=accept_removals)
        _tell(report, dry_run=dry_run, as_json=as_json)
        if report.nothing_read:
            sys.exit(1)
        return
    asked = iter([(full, accept_removals)])  # of the first look alone

    def look() -> SyncReport:
        with_all, believing = next(asked, (False, False))
        return _look(review, full=with_all, accept_removals=believing, notify=once)

    once = _once(say)
    say("Following the library; Ctrl-C ends it.")
    with suppress(KeyboardInterrupt):
        for report in follow(look, every=every, notify=say):
            _tell(report, as_json=as_json)


def _look(
    review: Review,
    *,
    dry_run: bool = False,
    rebuild: bool = False,
    full: bool = False,
    accept_removals: bool = False,
    notify: Callable[[str], None] = say,
) -> SyncReport:
    from assistant.wiring import run_sync

    progress, finish = progress_bar()
    try:
        return run_sync(
            review,
            progress=progress,
            notify=notify,
            countdown=countdown(progress),
            dry_run=dry_run,
            rebuild=rebuild,
            full=full,
            accept_removals=accept_removals,
        )
    finally:
        finish()


def _once(notify: Callable[[str], None]) -> Callable[[str], None]:
    """Says the same thing a single time."""
    said: set[str] = set()

    def tell(message: str) -> None:
        if message not in said:
            said.add(message)
            notify(message)

    return tell


def _tell(report: SyncReport, *, dry_run: bool = False, as_json: bool) -> None:
    if as_json:
        emit(report_json(report))
    else:
        _print_report(report, dry_run=dry_run)
    sys.stdout.flush()


def report_json(report: SyncReport) -> dict[str, Any]:
    from assistant import jsonout

    return {
        "items": report.items,
        "sources_read": report.sources_read,
        "passages": report.passages,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "failed": [jsonout.failure(f) for f in report.failed],
        "seconds": {stage: round(spent, 3) for stage, spent in report.timings.items()},
    }


def _print_report(report: SyncReport, *, dry_run: bool) -> None:
    from assistant.show import hanging

    if dry_run:
        for line in report.plan_lines:
            click.echo(line)
        return
    click.echo(
        f"Read {report.sources_read} sources ({report.passages} passages), {report.unchanged} unchanged, "
        f"dropped {report.removed}" + (f", could not read {len(report.failed)}:" if report.failed else ".")
    )
    for failure in report.failed:
        click.echo("\n".join(hanging(f"  {failure.source_key}  ", f"{failure.title}: {failure.reason}")))


@click.command()
@as_json
@click.pass_obj
def status(context: Context, /, as_json: bool) -> None:
    """What is indexed and what could not be read. Also which tags and colours have no meaning yet."""
    from assistant import jsonout
    from assistant.marking import unmapped
    from assistant.show import hanging
    from assistant.wiring import look_at_server, open_reading

    review = context.review()
    with open_reading(review) as reading:
        coverage = reading.index.coverage()
        left = unmapped(review, reading.index.items(), reading.index.sources())
    on_server, trouble = look_at_server(review)
    if as_json:
        server = {"vectors": on_server, "trouble": trouble} if review.index.startswith("chroma+") else None
        named = {"tags": list(left.tags), "colours": list(left.colors)}
        more = {"index": review.index, "server": server, "unmapped": named, "suggested": {"tags": dict(left.suggested)}}
        emit({**jsonout.coverage(coverage), **more})
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(coverage.by_kind.items()))
    click.echo(f"Library   {coverage.library}")
    click.echo(f"Synced    {coverage.synced_at or 'never: run `realist sync`'}")
    click.echo(f"Indexed   {coverage.items} items, {coverage.sources} sources ({kinds}), {coverage.passages} passages")
    if coverage.embedder:
        click.echo(f"Meaning   {coverage.embedder}: {coverage.vectors} of {coverage.passages} passages have a vector")
    else:
        click.echo("Meaning   none: searching by words alone (see `realist doctor`)")
    if on_server is not None:
        click.echo(f"Server    {review.index}: {on_server} vectors")
    elif trouble:
        click.echo("\n".join(hanging("Server    ", f"{review.index}: {trouble}")))
    if coverage.failures:
        click.echo(f"Could not read {len(coverage.failures)}:")
        for failure in coverage.failures:
            click.echo("\n".join(hanging(f"  {failure.source_key}  ", f"{failure.title}: {failure.reason}")))
    _print_unmapped(left)


def _print_unmapped(left: Unmapped) -> None:
    from assistant.marking import color_name
    from assistant.show import hanging

    tags = [f"{name} ({count})" for name, count in left.tags.items()]
    if len(tags) > MOST_TAGS:
        tags = [*tags[:MOST_TAGS], f"and {len(tags) - MOST_TAGS} more (`realist status --json` lists all)"]
    colors = [f"{color_name(name)} ({count})" for name, count in left.colors.items()]
    for kind, names in (("Tags", tags), ("Colours", colors)):
        if names:
            click.echo("\n".join(hanging(f"{kind} without a meaning in review.toml: ", ", ".join(names))))
    if left.suggested:
        click.echo("You may mean, to be put under [map.tags] if so:")
        for tag, meant in left.suggested.items():
            click.echo(f"  {json.dumps(tag, ensure_ascii=False)} = {json.dumps(meant)}")


@click.command("show-text")
@click.argument("source_key")
@click.option("--start", type=click.IntRange(0), help="From this offset.")
@click.option("--end", type=click.IntRange(0), help="Up to this offset.")
@as_json
@click.pass_obj
def show_text(context: Context, /, source_key: str, start: int | None, end: int | None, as_json: bool) -> None:
    """Print the stored text of a source. With it anyone can check a citation's offsets."""
    from assistant.wiring import open_reading

    with open_reading(context.review()) as reading:
        document, marked = reading.index.document(source_key), reading.index.marked(source_key)
    text = document.text[slice(start, end)]
    if not as_json:
        sys.stdout.write(text)
        return
    emit(
        {
            "source_key": source_key,
            "text": text,
            "text_sha256": document.text_sha256,
            "page_starts": list(document.page_starts),
            "page_labels": list(document.page_labels),
            "sections": [
                {"start": s.start, "end": s.end, "kind": s.kind.value, "heading": s.heading} for s in document.sections
            ],
            "marks": [{"annotation_key": key, "start": s, "end": e} for key, s, e in marked],
            "extractor": document.extractor,
        }
    )


COMMANDS = (init, sync, status, show_text)
