"""
The command line: parse, call, print. Results go to stdout, talk to stderr; the only place that handles errors.

Each command imports what it needs when it runs, so that `realist --help` answers at once.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import click

from assistant.cli.options import Context, say
from zotero_bridge import __version__
from zotero_bridge.errors import DiskFull, FileRefused, RealistError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}  # Windows knows no EDQUOT
_REFUSED = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.EEXIST,
    errno.ENAMETOOLONG,
    errno.EIO,
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="realist")
@click.option(
    "-C",
    "--review",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The review folder. Otherwise the nearest one upward.",
)
@click.pass_context
def realist(context: click.Context, folder: Path | None) -> None:
    """Ask your Zotero library how something works, for whom, in what circumstances.

    Every quotation shown is in its source, word for word, on the page it names. What cannot be verified is shown as
    refused. Nothing leaves this machine unless you name a chat model or a web library.

    A CMOC is a context–mechanism–outcome configuration, the unit of a realist review.

    Start with `realist demo`, or with your own library: `realist init my-review`, then `realist sync` and
    `realist ask "…"` in that folder.
    """
    context.obj = Context(folder)


def command_tree() -> click.Group:
    """`realist` with every command in its place."""
    from assistant.cli import asking, cmocs, library, machine, push, records

    for module in (library, asking, cmocs, records, push, machine):
        for command in module.COMMANDS:
            realist.add_command(command)
    return realist


def main() -> None:
    """Runs a command; the one place where an expected failure becomes two lines and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        sys.exit(command_tree().main(standalone_mode=False) or 0)
    except RealistError as error:
        sys.exit(_report(error))
    except click.exceptions.Abort:
        say("\nStopped. Nothing is lost; run the command again to go on.")
        sys.exit(130)
    except KeyboardInterrupt:
        say("\nStopped. Nothing is lost; run the command again to go on.")
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        if error.errno in _FULL:
            sys.exit(_report(DiskFull("The disk is full.")))
        if error.errno in _REFUSED and error.filename:
            sys.exit(_report(FileRefused(f"{error.filename} cannot be used: {error.strerror}.")))
        raise


def _report(error: RealistError) -> int:
    say(f"Error: {error}")
    if error.hint:
        say(f"Hint: {error.hint}")
    return error.exit_code
