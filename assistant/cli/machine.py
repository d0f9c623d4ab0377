"""Commands about this machine: demo, doctor, model, login."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.options import Context, as_json, countdown, emit, progress_bar, say
from assistant.errors import Misused

if TYPE_CHECKING:
    from assistant.config import Review
    from zotero_bridge.errors import RealistError

QUESTION = "How does leadership in integrated care systems work, for whom, and in what circumstances?"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("realist-demo"))
def demo(folder: Path) -> None:
    """Show the whole way on the sample library. Eighteen fictional documents: sync, ask, draft, export."""
    from assistant.demonstration import run_demo

    progress, finish = progress_bar()
    try:
        run_demo(folder.resolve(), QUESTION, say=say, show_=click.echo, progress=progress, settle=finish)
    finally:
        finish()


@click.command()
@click.option("--model", help="Try this chat model for two minutes and print a score card.")
@as_json
@click.pass_obj
def doctor(context: Context, /, model: str | None, as_json: bool) -> None:
    """What works here and what does not, with the fix."""
    from assistant.errors import NoReview, ReviewMalformed
    from assistant.health import examine

    review: Review | None = None
    trouble: RealistError | None = None
    try:
        review = context.review()
    except (NoReview, ReviewMalformed) as error:
        trouble = error
    checks = examine(review, trouble=trouble, model=model, notify=say)
    if as_json:
        emit({"checks": [{"name": c.name, "ok": c.ok, "detail": c.detail, "hint": c.hint} for c in checks]})
        return
    for check in checks:
        click.echo(f"{'ok ' if check.ok else 'NO '} {check.name:<12} {check.detail}")
        if check.hint and (not check.ok or check.name in ("zotero", "library")):
            click.echo(f"                 → {check.hint}")


@click.group()
def model() -> None:
    """The model that searches by meaning."""


@model.command("fetch")
@as_json
def model_fetch(as_json: bool) -> None:
    """Download the small model that searches by meaning (once; about 90 MB) and keep it for this user."""
    from assistant.config import cache_dir
    from zotero_bridge.index.model_store import fetch_model

    progress, finish = progress_bar()
    try:
        path = fetch_model(cache_dir(), progress)
    finally:
        finish()
    if as_json:
        emit({"path": str(path)})
    else:
        click.echo(f"The model is ready in {path}.")
        say("Next: `realist sync` gives every passage its vector.")


@click.command()
@click.option("--forget", is_flag=True, help="Take the key out of the keyring.")
def login(forget: bool) -> None:
    """Keep a zotero.org key in the keyring. For zotero://web libraries; it is written nowhere else."""
    from assistant.config import forget_zotero_api_key, store_zotero_api_key
    from assistant.wiring import rights_of_key

    if forget:
        forget_zotero_api_key()
        click.echo("The key is forgotten.")
        return
    if sys.stdin.isatty():
        say("Make a key at https://www.zotero.org/settings/keys; reading is enough.")
        key = click.prompt("Key (not shown)", hide_input=True, err=True).strip()
    else:
        key = sys.stdin.readline().strip()
    if not key:
        raise Misused("No key was given.", hint="Make one at https://www.zotero.org/settings/keys and paste it here.")
    rights = rights_of_key(key, countdown=countdown(None))
    store_zotero_api_key(key)
    click.echo(f"It is in the keyring: {rights}.")


COMMANDS = (demo, doctor, model, login)
