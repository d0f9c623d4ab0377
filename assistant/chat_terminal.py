"""
The conversation at a prompt: takes a line, prints what follows from it, keeps going.

Every turn is in the ledger as soon as it is answered. Ctrl-C stops an answer, never the conversation; a question that
was stopped, cut off or failed can be asked again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from assistant import chat, show
from assistant.chat_prompt import Drafting, lines_of
from assistant.config import Review
from assistant.model import CMOC, Citation
from assistant.ports import CUT
from assistant.wiring import open_engine, open_reading
from zotero_bridge.errors import RealistError
from zotero_bridge.model import Filters

if TYPE_CHECKING:
    from assistant.answer import Reading
    from assistant.ports import Engine


def converse(review: Review, filters: Filters, *, model: str | None, resume: bool, stdin: TextIO, out: TextIO) -> None:
    """Talks until /quit or the end of input. The conversation is in the ledger, turn by turn."""
    with open_reading(review) as reading:
        talk = Talk(review, reading, model, out=out)
        talk.begin(filters, resume=resume)
        for line in lines_of(stdin, history=review.index_folder / "chat_history"):
            if not talk.take(line):
                break


class Talk:
    """One conversation at a terminal or a pipe: takes a line, prints what follows from it."""

    def __init__(self, review: Review, reading: Reading, model: str | None, *, out: TextIO) -> None:
        self._review = review
        self._reading = reading
        self._out = out
        self._drafting = Drafting(out)
        self._engine: Engine = open_engine(review, model, notify=self._say)
        self._asked = ""  # the last question, answered or not
        self._drafted: tuple[CMOC, ...] = ()
        self._conversation = chat.Conversation()
        self._name = ""
        self._commands: dict[str, Callable[[str], None]] = {
            "help": lambda _: self._say(chat.HELP),
            "sources": lambda _: self._sources(),
            "show": lambda n: self._say(chat.surroundings(self._citation(n), self._reading)),
            "open": self._open,
            "why": self._why,
            "filter": self._filter,
            "keep": self._keep,
            "draft": self._draft,
            "export": self._export,
            "model": self._model,
            "again": lambda _: self._again(),
            "undo": lambda _: self._undo(),
        }

    def begin(self, filters: Filters, *, resume: bool) -> None:
        self._conversation.filters = filters
        self._name = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if resume:
            self._resume()
        coverage = self._reading.index.coverage()
        self._say(
            f"{coverage.items} items, {coverage.passages} passages; engine: {self._engine.name}. /help lists commands."
        )

    def _resume(self) -> None:
        """The last conversation, with what was kept of it, and its filters unless others were named."""
        from assistant.records import state_of

        state = state_of(self._review)
        named = [name for name, turns in state.conversations.items() if turns]
        if not named:
            self._say("There is no conversation to go on with; this is a new one.")
            return
        self._name = named[-1]
        kept = list(state.answers.values())
        self._conversation.turns = [
            chat.Turn(
                t.question, t.query or t.question, t.answer, next((k.id for k in kept if k.answer == t.answer), "")
            )
            for t in state.conversations[self._name]
            if t.answer is not None
        ]
        turns = self._conversation.turns
        count = "1 turn" if len(turns) == 1 else f"{len(turns)} turns"
        self._say(f"Going on with the conversation of {self._name} ({count}).")
        if turns:
            self._asked = turns[-1].question
            self._say("\n".join(show.hanging("Last asked: ", turns[-1].question)))
            if self._conversation.filters == Filters():
                self._conversation.filters = turns[-1].answer.provenance.filters

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
            self._say("\n".join(show.hanging("Error: ", str(error))))
            if error.hint:
                self._say("\n".join(show.hanging("Hint: ", error.hint)))
            if not text.startswith("/") or text.startswith("/again"):
                self._say("To go on: /again asks it once more, /model changes who answers.")
        except KeyboardInterrupt:
            self._say("\nStopped. The conversation goes on; /again asks the last question once more.")
        return True

    def _say(self, text: str) -> None:
        self._drafting.wipe()
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
        from assistant.ledger_moves import record_ai
        from assistant.records import move

        self._asked = question
        written = show.Written(self._reading.index.item, say=self._say)
        turn, notices = chat.put(
            question,
            self._conversation,
            self._reading,
            self._engine,
            asked_as=lambda query: self._say("\n".join(show.hanging("Asked as: ", query))),
            claimed=written.claim,
            drafting=self._drafting.piece,
        )
        written.rest(turn.answer, notices)
        if CUT in notices:
            self._say("To go on: /again asks it once more.")
        told = LedgerTurn(self._name, question, query=turn.query, answer=turn.answer)
        made = turn.answer
        move(
            self._review,
            lambda s: (
                told,
                *record_ai(s, made.provenance, purpose="answer", proposed=len(made.claims), refused=len(made.refused)),
            ),
        )

    def _again(self) -> None:
        """The last question once more; an answer it already had makes room."""
        if not self._asked:
            self._say("Nothing has been asked yet.")
            return
        question, last = self._asked, self._conversation.last
        if last is not None and last.question == question and not last.kept:
            self._forget()
        self._ask(question)

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
            known = f"Numbers go from 1 to {len(citations)}." if citations else "Ask something first."
            raise Misused(f"There is no citation {number or '(none named)'}.", hint=known)
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

    def _keep(self, what: str) -> None:
        from assistant.records import keep_answer, keep_candidates

        if what == "draft":
            kept_now = keep_candidates(self._review, self._drafted)
            names = ", ".join(c.id for c in kept_now)
            self._say(f"Kept as {names}." if names else "Nothing has been drafted yet; /draft does.")
            return
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
        from assistant.records import note_use

        question = about or (self._conversation.last.query if self._conversation.last else "")
        drafted = draft(question, self._reading, self._engine, filters=self._conversation.filters)
        self._drafted = drafted.candidates
        self._say(show.candidates(drafted.candidates, drafted, self._reading.index.item))
        made = (len(drafted.candidates), len(drafted.refused))
        hindered = note_use(self._review, drafted.provenance, "candidates", proposed=made[0], refused=made[1])
        if hindered or drafted.candidates:
            self._say(hindered or "/keep draft puts them in the ledger as candidates.")

    def _export(self, words: str) -> None:
        from assistant.exporting import run_export

        what, _, fmt = words.partition(" ") if words.startswith("conversation") else ("", "", words)
        turn = self._last()
        if turn is None:
            return
        if not what and not turn.kept:
            self._keep("")
        what = what or self._conversation.turns[-1].kept
        self._say(str(run_export(self._review, what, fmt=fmt.strip() or "md", output=None, style=None)))

    def _model(self, name: str) -> None:
        if name:
            self._engine = open_engine(self._review, name, notify=self._say)
        self._say(f"Engine: {self._engine.name}")

    def _undo(self) -> None:
        turn = self._forget()
        if turn is None:
            self._say("There is nothing to forget.")
            return
        self._say(f"Forgot “{turn.question}”." + (f" {turn.kept} stays in the ledger." if turn.kept else ""))

    def _forget(self) -> chat.Turn | None:
        from assistant.ledger_events import TurnUndone
        from assistant.records import move

        turn = chat.undo(self._conversation)
        self._asked = self._conversation.last.question if self._conversation.last else ""
        if turn is not None:
            move(self._review, lambda _: (TurnUndone(self._name),))
        return turn
