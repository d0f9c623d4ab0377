"""
Help text and a terminal recording for the README, taken from the commands themselves.

A block between `<!-- help:realist sync -->` and `<!-- /help -->` is replaced by what `realist sync --help` prints; a
test says when it is out of date. The recording between `<!-- demo -->` and `<!-- /demo -->` is what `realist demo`
prints, cut where `[…]` stands. `python -m assistant.cli.readme README.md` writes both.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

_RECORDING = re.compile(r"(<!-- demo -->\n).*?(<!-- /demo -->)", re.DOTALL)
_BLOCK = re.compile(r"(<!-- help:realist ?(?P<command>[^>]*?) -->\n).*?(<!-- /help -->)", re.DOTALL)


def help_text(words: str) -> str:
    """What `realist WORDS --help` prints, 100 columns wide."""
    from assistant.cli import command_tree

    command: click.Command = command_tree()
    names = command.context_settings["help_option_names"]
    context = click.Context(
        command, info_name="realist", max_content_width=100, terminal_width=100, help_option_names=names
    )
    for word in words.split():
        assert isinstance(command, click.Group)
        command = command.commands[word]
        context = click.Context(command, info_name=word, parent=context, max_content_width=100, terminal_width=100)
    return command.get_help(context)


def updated(readme: str) -> str:
    """The README with every help block as the commands print it now."""

    def block(found: re.Match[str]) -> str:
        return f"{found[1]}```text\n{help_text(found['command'])}\n```\n{found[3]}"

    return _BLOCK.sub(block, readme)


def recorded(readme: str, demonstrate: Callable[[Path, list[str]], None]) -> str:
    """The README with a recording of now. `demonstrate` works in a folder and adds to a list what is printed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "demo-review"
        printed: list[str] = []
        demonstrate(folder, printed)
        lines = "\n".join(printed).replace(str(folder), "demo-review").split("\n")
    return _RECORDING.sub(lambda found: f"{found[1]}```text\n{_cut(lines)}\n```\n{found[2]}", readme)


def _cut(lines: list[str]) -> str:
    """The beginning with some claims, one candidate, two sources, and the end."""
    candidate, files = lines.index(next(line for line in lines if line.startswith("C1  "))), lines.index("Wrote")
    sources = lines.index(next(line for line in lines if line.startswith("[1] ")))
    first = lines[: _blank_after(lines, 30)]
    return "\n".join(
        [
            *first,
            "[…]",
            "",
            "Sources",
            "-------",
            *(_short(line) for line in lines[sources : sources + 4]),
            "[…]",
            "",
            *lines[candidate : _blank_after(lines, candidate)],
            "",
            "[…]",
            "",
            *lines[files:],
        ]
    ).rstrip()


def _blank_after(lines: list[str], at: int) -> int:
    return lines.index("", at)


def _short(line: str) -> str:
    """An address without the folders of the machine it was recorded on."""
    return re.sub(r"file://\S*/library/files/", "file://…/files/", line)


def _demonstrate(folder: Path, printed: list[str]) -> None:
    from assistant.cli.machine import QUESTION
    from assistant.demonstration import run_demo

    run_demo(folder, QUESTION, say=printed.append, show_=printed.append, progress=None, settle=lambda: None)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(recorded(updated(path.read_text(encoding="utf-8")), _demonstrate), encoding="utf-8")
