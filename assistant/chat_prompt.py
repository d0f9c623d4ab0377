"""
The two ends of a conversation at a terminal: lines that are typed, and words that are still being drafted.

Piped, each line of standard input is a question and nothing moves. At a terminal there are history and completion, and
what a model is drafting passes by on one line, which is wiped before anything is said: unproved words never stay.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from assistant import chat
from assistant.config import moves_cursor
from assistant.filter_words import OPTIONS
from assistant.show import WIDTH

Prompt = Callable[[], str]  # raises EOFError at the end
_WIPE = "\r\x1b[K"
_FORMATS = ("md", "docx", "odt", "html", "latex")


def lines_of(stdin: TextIO, *, history: Path) -> Iterator[str]:
    """What is typed or piped, line by line, until the end of input. Ctrl-C at the prompt forgets the line."""
    if not stdin.isatty():
        for line in stdin:
            yield line.rstrip("\n")
        return
    prompt = _terminal_prompt(history)
    while True:
        try:
            yield prompt()
        except KeyboardInterrupt:
            print("(/quit leaves)", file=sys.stderr)  # noqa: T201 - the prompt's own talk
        except EOFError:
            return


def _terminal_prompt(history: Path) -> Prompt:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import NestedCompleter
    from prompt_toolkit.history import FileHistory

    history.parent.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)),
        completer=NestedCompleter.from_nested_dict(completions()),
        complete_while_typing=False,
    )
    return lambda: session.prompt("> ")


def completions() -> dict[str, set[str] | None]:
    """What may follow each command, as the completer takes it."""
    known: dict[str, set[str] | None] = {
        line.split()[0]: None for line in chat.HELP.splitlines() if line.strip().startswith("/")
    }
    return {
        **known,
        "/filter": set(OPTIONS),
        "/export": {*_FORMATS, "conversation"},
        "/keep": {"draft"},
        "/model": {"none", "openai:", "anthropic:", "ollama:", "google_genai:"},
    }


class Drafting:
    """Words that are being drafted, on one line that is wiped; silent where the cursor cannot be moved."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._able = out.isatty() and moves_cursor()
        self._words = ""

    def piece(self, words: str) -> None:
        """The next words of a claim; "" at its end."""
        self._words = self._words + words if words else ""
        line = " ".join(self._words.split())
        self._put(line if len(line) < WIDTH - 2 else "…" + line[3 - WIDTH :])

    def wipe(self) -> None:
        self._words = ""
        self._put("")

    def _put(self, line: str) -> None:
        if self._able:
            self._out.write(_WIPE + line)
            self._out.flush()
