"""
The whole way on the sample library: review, sync, answer, candidates, manuscripts, and what to type next.

It does what a reader would do by hand, through the same functions as the commands.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant import answer, show
from assistant.config import REVIEW_FILE, Review, create_review, load_review
from assistant.exporting import run_export
from assistant.records import keep_answer, keep_candidates
from assistant.wiring import open_engine, open_reading, run_sync
from zotero_bridge.model import Filters, Scope
from zotero_bridge.ports import Progress

Print = Callable[[str], None]
CANDIDATES_SHOWN = 4


def run_demo(
    folder: Path, question: str, *, say: Print, show_: Print, progress: Progress | None, settle: Callable[[], None]
) -> None:
    """Makes `folder` a review of the sample library (or goes on with it) and shows the main job."""
    review = _review(folder, say)
    say("\nReading the library ...")
    report = run_sync(review, progress=progress, notify=say)
    settle()
    say(f"Read {report.sources_read} sources ({report.passages} passages), {report.unchanged} unchanged.")
    for failure in report.failed:
        say(f"Could not read {failure.title}: {failure.reason}")
    with open_reading(review) as reading:
        engine = open_engine(review, "none")
        say("\nAsking ...\n")
        result, notices = answer.ask(question, reading, engine, filters=Filters())
        show_(show.answer(result, reading.index.item, notices=notices))
        kept = keep_answer(review, result)
        say("\nDrafting candidate configurations ...\n")
        drafted = answer.draft(question, reading, engine, filters=Filters())
        candidates = keep_candidates(review, drafted.candidates)
        shown = candidates[:CANDIDATES_SHOWN]
        show_(show.candidates(shown, drafted, reading.index.item))
        if len(candidates) > len(shown):
            say(f"({len(candidates) - len(shown)} more: `realist cmoc list`)")
    paths = [run_export(review, kept, fmt=fmt, output=None, style=None) for fmt in ("md", "docx")]
    say("\nWrote")
    for path in paths:
        say(f"  {path}")
    say(_next(review, candidates[0].id if candidates else ""))


def _review(folder: Path, say: Print) -> Review:
    if (folder / REVIEW_FILE).exists():
        say(f"Going on with the review in {folder}.")
        return load_review(folder)
    say(f"Making a review of the sample library in {folder}: eighteen fictional documents.")
    return create_review(folder, library="sample", scope=Scope())


def _next(review: Review, candidate: str) -> str:
    lines = [
        "",
        "Next, try:",
        f'  cd "{review.folder}"',
        '  realist ask "When does public scrutiny make leaders defensive?"',
        "  realist chat",
        f"  realist test {candidate}" if candidate else "  realist status",
        "With your own library:  realist init my-review  (it looks for your Zotero)",
    ]
    return "\n".join(lines)
