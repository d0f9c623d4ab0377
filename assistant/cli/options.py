"""What commands share: the review at hand, filters, output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from assistant.config import Review
    from zotero_bridge.model import Filters
    from zotero_bridge.ports import Progress

Command = TypeVar("Command", bound=Callable[..., Any])
SOURCE_KINDS = ("pdf", "html", "epub", "word", "text", "note", "annotation", "abstract")


@dataclass(frozen=True, slots=True)
class Context:
    """Which review the commands work on."""

    folder: Path | None

    def review(self) -> Review:
        from assistant.config import find_review, load_review

        review = load_review(self.folder.resolve()) if self.folder else find_review(Path.cwd())
        if review.ledger_path.exists():
            from assistant.records import ledger_notice

            if notice := ledger_notice(review):
                say(f"Note: {notice}")
        return review

    def filters(self, review: Review, chosen: dict[str, Any]) -> Filters:
        from assistant.filtering import filters_from

        return filters_from(review, chosen)


def say(message: str = "") -> None:
    """Talk goes to stderr, so that stdout holds results alone."""
    from assistant.show import legible

    click.echo(legible(message), err=True)


def working(engine: str) -> None:
    """A chat model may take its time; a reader at a terminal is told that it was asked."""
    if engine != "extractive" and sys.stderr.isatty():
        say(f"Asking {engine} ... (Ctrl-C stops)")


def emit(value: object) -> None:
    """One JSON value on stdout, and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value and nothing else.")


def filtered(command: Command) -> Command:
    """The filters of search, ask, draft and test. Values of one option are alternatives; options add up."""
    options = [
        click.option("--tag", "tags", multiple=True, help="Only what carries this tag. Repeat for alternatives."),
        click.option("--collection", "collections", multiple=True, help="Only this collection, sub-collections too."),
        click.option("--type", "types", multiple=True, help="Only this item type, as Zotero names it."),
        click.option("--item", "items", multiple=True, help="Only the item with this key or citation key."),
        click.option("--year", help="Only these years: 2020, 2018-2022, 2018- or -2022."),
        click.option(
            "--source-kind", "kinds", multiple=True, type=click.Choice(SOURCE_KINDS), help="Only this kind of source."
        ),
        click.option("--section", "sections", multiple=True, help="Only this kind of section, e.g. results."),
        click.option("--role", help="Only what your tag and colour map marks with this meaning, e.g. context."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def countdown(progress: Progress | None) -> Callable[[str, int], None]:
    """Says why a busy server is waited for: on a terminal as a bar that fills, elsewhere once for each wait."""
    whole: dict[str, int] = {}

    def tell(reason: str, left: int) -> None:
        fresh = left > whole.get(reason, 0)
        if fresh:
            whole[reason] = left
            if progress is None:
                say(f"Waiting {left} s: {reason}.")
        if progress is not None:
            progress(f"Waiting: {reason}", whole.get(reason, 0) - left, whole.get(reason, 0))
        if left == 0:
            whole.pop(reason, None)

    return tell


def progress_bar() -> tuple[Progress | None, Callable[[], None]]:
    """A progress callback for a terminal and what ends it; (None, no-op) where stderr is not one."""
    if not sys.stderr.isatty():
        return None, lambda: None
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description:<22}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, Any] = {}
    bars.start()

    def report(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total or None, rate="")
        task = bars.tasks[tasks[stage]]
        rate = f"{task.speed:.0f}/s" if task.speed else ""
        bars.update(tasks[stage], completed=done, total=total or None, rate=rate)

    return report, bars.stop
