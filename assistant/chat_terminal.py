"""
The conversation at a prompt: reads lines, prints answers, keeps going.

With a terminal there are history and completion; piped, each line of standard input is a question and the end of input
ends the conversation. Ctrl-C stops an answer, never the conversation.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from assistant import chat, show
from assistant.config import Review
from assistant.model import Citation
from assistant.wiring import open_engine, open_reading
from zotero_bridge.errors import RealistError
from zotero_bridge.model import Filters

if TYPE_CHECKING:
    from assistant.answer import Reading
    from assistant.ports import Engine

Prompt = Callable[[], str]  # raises EOFError at the end


def converse(review: Review, filters: Filters, *, model: str | None, resume: bool, stdin: TextIO, out: TextIO) -> None:
    """Talks until /quit or the end of input. The conversation is in the ledger, turn by turn."""
    with open_reading(review) as reading:
        talk = Talk(review, reading, open_engine(review, model), out=out)
        talk.begin(filters, resume=resume)
        for line in _lines(review, stdin):
            if not talk.take(line):
                break


def _lines(review: Review, stdin: TextIO) -> Iterator[str]:
    if not stdin.isatty():
        for line in stdin:
            yield line.rstrip("\n")
        return
    prompt = _terminal_prompt(review.index_folder / "chat_history")
    while True:
        try:
            yield prompt()
        except KeyboardInterrupt:
            print("(/quit leaves)", file=sys.stderr)  # noqa: T201 - the prompt's own talk
        except EOFError:
            return


def _terminal_prompt(history: Path) -> Prompt:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    history.parent.mkdir(parents=True, exist_ok=True)
    commands = [line.split()[0] for line in chat.HELP.splitlines() if line.strip().startswith("/")]
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)), completer=WordCompleter(commands, sentence=True), complete_while_typing=False
    )
    return lambda: session.prompt("> ")


class Talk:
    """One conversation at a terminal or a pipe: takes a line, prints what follows from it."""

    def __init__(self, review: Review, reading: Reading, engine: Engine, *, out: TextIO) -> None:
        self._review = review
        self._reading = reading
        self._engine = engine
        self._out = out
        self._conversation = chat.Conversation()
        self._name = ""
        self._commands: dict[str, Callable[[str], None]] = {
            "help": lambda _: self._say(chat.HELP),
            "sources": lambda _: self._sources(),
            "show": lambda n: self._say(chat.surroundings(self._citation(n), self._reading)),
            "open": self._open,
            "why": self._why,
            "filter": self._filter,
            "keep": lambda _: self._keep(),
            "draft": self._draft,
            "export": self._export,
            "model": self._model,
            "undo": lambda _: self._undo(),
        }

    def begin(self, filters: Filters, *, resume: bool) -> None:
        from assistant.records import state_of

        self._conversation.filters = filters
        self._name = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if resume:
            conversations = state_of(self._review).conversations
            if conversations:
                self._name = list(conversations)[-1]
                self._conversation.turns = [
                    chat.Turn(t.question, t.query or t.question, t.answer)
                    for t in conversations[self._name]
                    if t.answer is not None
                ]
                self._say(f"Going on with the conversation of {self._name} ({len(self._conversation.turns)} turns).")
        coverage = self._reading.index.coverage()
        self._say(
            f"{coverage.items} items, {coverage.passages} passages; engine: {self._engine.name}. /help lists commands."
        )

    def take(self, line: str) -> bool:
        """False when the conversation is over. A failure is told and the conversation goes on."""
        text = line.strip()
        if text in ("/quit", "/exit", "/q"):
            self._say("Goodbye. What you kept is in the ledger.")
            return False
        if not text:
            return True
        try:
            if text.startswith("/"):
                self._command(text[1:])
            else:
                self._ask(text)
        except RealistError as error:
            self._say(f"Error: {error}\nHint: {error.hint}" if error.hint else f"Error: {error}")
        except KeyboardInterrupt:
            self._say("\nStopped this answer. The conversation goes on.")
        return True

    def _say(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()

    def _command(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        command = self._commands.get(name.lower())
        if command is None:
            self._say(f"There is no /{name}; /help lists what there is.")
            return
        command(rest.strip())

    def _ask(self, question: str) -> None:
        """Claims of an engine that talks are shown as they are proved; the rest of the answer follows them."""
        from assistant.ledger_events import Turn as LedgerTurn
        from assistant.records import move

        written = show.Written(self._reading.index.item, say=self._say)
        turn, notices = chat.put(
            question,
            self._conversation,
            self._reading,
            self._engine,
            asked_as=lambda query: self._say("\n".join(show.hanging("Asked as: ", query))),
            claimed=written.claim,
        )
        written.rest(turn.answer, notices)
        told = LedgerTurn(self._name, question, query=turn.query, answer=turn.answer)
        move(self._review, lambda _: (told,))

    def _last(self) -> chat.Turn | None:
        turn = self._conversation.last
        if turn is None:
            self._say("Nothing has been asked yet.")
        return turn

    def _citation(self, number: str) -> Citation:
        from assistant.errors import Misused

        turn = self._conversation.last
        citations = chat.numbered_citations(turn.answer) if turn else []
        if not number.isdigit() or not 1 <= int(number) <= len(citations):
            raise Misused(
                f"There is no citation {number or '(none named)'}.", hint=f"Numbers go from 1 to {len(citations)}."
            )
        return citations[int(number) - 1]

    def _sources(self) -> None:
        turn = self._last()
        if turn is None:
            return
        numbered = show.Numbered(self._reading.index.item)
        for citation in chat.numbered_citations(turn.answer):
            numbered.number(citation)
        self._say("\n".join(numbered.lines()) or "The last answer has no sources.")

    def _open(self, number: str) -> None:
        citation = self._citation(number)
        if not citation.uri:
            self._say("This source has no link; /show prints its words.")
            return
        self._say(citation.uri)
        if sys.stdout.isatty():
            import webbrowser

            with suppress(webbrowser.Error):
                webbrowser.open(citation.uri)

    def _why(self, number: str) -> None:
        self._citation(number)
        turn = self._conversation.last
        if turn:
            self._say(chat.why(int(number), turn.answer, self._reading))

    def _filter(self, words: str) -> None:
        from assistant.filter_words import parse_filters

        self._conversation.filters = parse_filters(self._review, words)
        passages, documents = self._reading.index.count(self._conversation.filters)
        self._say(f"Looking through {passages} passages in {documents} documents from now on.")

    def _keep(self) -> None:
        from assistant.records import keep_answer

        turn = self._last()
        if turn is None:
            return
        if turn.kept:
            self._say(f"Kept already, as {turn.kept}.")
            return
        kept = keep_answer(self._review, turn.answer)
        chat.mark_kept(self._conversation, kept)
        self._say(f"Kept as {kept}.")

    def _draft(self, about: str) -> None:
        from assistant.answer import draft

        question = about or (self._conversation.last.query if self._conversation.last else "")
        drafted = draft(question, self._reading, self._engine, filters=self._conversation.filters)
        self._say(show.candidates(drafted.candidates, drafted.abstained, drafted.searched, self._reading.index.item))

    def _export(self, fmt: str) -> None:
        from assistant.exporting import run_export

        turn = self._last()
        if turn is None:
            return
        if not turn.kept:
            self._keep()
        turn = self._conversation.turns[-1]
        self._say(str(run_export(self._review, turn.kept, fmt=fmt or "md", output=None, style=None)))

    def _model(self, name: str) -> None:
        if name:
            self._engine = open_engine(self._review, name)
        self._say(f"Engine: {self._engine.name}")

    def _undo(self) -> None:
        from assistant.ledger_events import TurnUndone
        from assistant.records import move

        turn = chat.undo(self._conversation)
        if turn is None:
            self._say("There is nothing to forget.")
            return
        move(self._review, lambda _: (TurnUndone(self._name),))
        self._say(f"Forgot “{turn.question}”." + (f" {turn.kept} stays in the ledger." if turn.kept else ""))
