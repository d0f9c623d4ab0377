"""What the README shows is what the commands print, and what it points to is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from assistant.cli import command_tree
from assistant.cli.readme import updated

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def every_command(group: click.Group, words: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name, command in group.commands.items():
        found.append(((*words, name), command))
        if isinstance(command, click.Group):
            found += every_command(command, (*words, name))
    return found


COMMANDS = dict(every_command(command_tree()))


def test_the_help_in_the_readme_is_what_the_commands_print() -> None:
    assert updated(README) == README, "run `make readme`"


def test_every_command_the_readme_names_exists() -> None:
    named = set(re.findall(r"(?:^|`| {4})realist (?:-C \w+ )?([a-z][a-z-]+)", README, re.MULTILINE))

    assert {"init", "sync", "ask", "export"} <= named
    assert named <= {words[0] for words in COMMANDS}


@pytest.mark.parametrize("words", sorted(COMMANDS), ids=" ".join)
def test_every_command_and_option_says_what_it_does(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]

    assert command.help
    unsaid = [
        option.opts[0]
        for option in command.params
        if isinstance(option, click.Option) and not option.help and not isinstance(option.type, click.Choice)
    ]
    assert unsaid == []


def test_every_make_target_the_readme_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in set(re.findall(r"`make ([a-z-]+)`", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-model.lock"])
def test_the_lock_names_hashes_and_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert "--hash=sha256:" in text
    assert "://" not in text
