"""
Help text for the README, taken from the commands themselves.

A block between `<!-- help:realist sync -->` and `<!-- /help -->` is replaced by what `realist sync --help` prints.
`python -m assistant.cli.readme README.md` writes it; a test says when it is out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

_BLOCK = re.compile(r"(<!-- help:realist ?(?P<command>[^>]*?) -->\n).*?(<!-- /help -->)", re.DOTALL)


def help_text(words: str) -> str:
    """What `realist WORDS --help` prints, 100 columns wide."""
    from assistant.cli import command_tree

    command: click.Command = command_tree()
    context = click.Context(command, info_name="realist", max_content_width=100, terminal_width=100)
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


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")
