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
    from prompt_toolkit.completion import Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import FileHistory

    class Commands(Completer):
        def get_completions(self, document: Document, _: object) -> Iterator[Completion]:
            stem, words = completed(document.text_before_cursor)
            return (Completion(word, start_position=-len(stem)) for word in words)

    history.parent.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)), completer=Commands(), complete_while_typing=False
    )
    return lambda: session.prompt("> ")


_FOLLOWING = {
    "/filter": OPTIONS,
    "/export": (*_FORMATS, "conversation"),
    "/keep": ("draft",),
    "/model": ("none", "openai:", "anthropic:", "ollama:", "google_genai:"),
}


def completed(typed: str) -> tuple[str, list[str]]:
    """The word being typed, and what it may become: a command, or what may follow one. Questions are left alone."""
    command, space, rest = typed.partition(" ")
    if not space:
        known = dict.fromkeys(line.split()[0] for line in chat.HELP.splitlines() if line.strip().startswith("/"))
        return typed, [one for one in known if typed and one.startswith(typed)]
    stem = rest.rpartition(" ")[2]
    return stem, [one for one in _FOLLOWING.get(command, ()) if one.startswith(stem)]


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
