"""
A conversation with a library: turns, follow-ups that stand alone, and the commands a reader may type.

Knows nothing of terminals: a line comes in, text goes out through `say`. Each turn remembers its citations, so that
`/show 3` and `/why 3` speak of what was shown last.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from assistant import show
from assistant.answer import Reading, ask
from assistant.model import Answer, Citation, Claim
from assistant.ports import Engine, TalkingEngine
from zotero_bridge.fold import readable
from zotero_bridge.model import Filters

HELP = """\
Type a question, or:
  /sources        the sources of the last answer
  /show N         citation N in its surroundings
  /open N         open citation N in Zotero, at the page
  /why N          which words, which place, which check
  /filter …       e.g. /filter --tag interview --year 2020-; alone, it clears
  /keep [draft]   keep the last answer in the ledger, or what was drafted last
  /draft [about]  candidate CMOCs, about the last question or what you name
  /export [FMT]   the last answer to a manuscript: md, docx, odt, html, latex;
                  /export conversation [FMT] has all of it
  /model [NAME]   which engine answers; a name changes it
  /again          ask the last question once more, in place of its answer
  /undo           forget the last question and answer
  /help           this list
  /quit           leave, as Ctrl-D does; Ctrl-C stops only the answer"""

_LEANING = re.compile(
    r"^(?:and|but|or|so|also|then|why|what about|how about|what of|in what way|for whom|where|when|who)\b"
    r"|\b(?:it|they|them|their|its|this|that|these|those|there|he|she|the same|such)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:and|but|so|or|also|then|what about|how about|what of)\b[\s,]*", re.IGNORECASE)
SHORT_QUESTION = 6  # words; shorter questions lean on the one before
SURROUNDINGS = 280  # characters shown on either side of a citation by /show


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer. `query` is the question as it was searched, standing alone."""

    question: str
    query: str
    answer: Answer
    kept: str = ""  # the answer's id in the ledger


@dataclass(slots=True)
class Conversation:
    """The state of one conversation; changed only by the functions here."""

    filters: Filters = field(default_factory=Filters)
    turns: list[Turn] = field(default_factory=list)

    @property
    def last(self) -> Turn | None:
        return self.turns[-1] if self.turns else None


def standalone(question: str, previous: str | None) -> str:
    """
    The question so that it can be searched alone. A question that leans on the one before takes its words along.

    Used where no model rewrites; the reader is shown the result.
    """
    if previous is None:
        return question
    words = question.split()
    if not _LEANING.search(question) and len(words) >= SHORT_QUESTION:
        return question
    if re.match(r"^/?(?:how|what|which|does|do|is|are)\b", question, re.IGNORECASE) and not _LEANING.search(question):
        return question
    return f"{_LEADING.sub('', question).rstrip('?').strip()} — {previous.split(' — ')[-1]}"


def put(
    question: str,
    conversation: Conversation,
    reading: Reading,
    engine: Engine,
    *,
    asked_as: Callable[[str], None] | None = None,
    claimed: Callable[[Claim], None] | None = None,
    drafting: Callable[[str], None] | None = None,
) -> tuple[Turn, tuple[str, ...]]:
    """Asks, and adds the turn to the conversation. `asked_as` is told the question as it will be searched."""
    former = [turn.query for turn in conversation.turns]
    if isinstance(engine, TalkingEngine):
        query = engine.rewrite(question, former)
    else:
        query = standalone(question, former[-1] if former else None)
    if asked_as and query != question:
        asked_as(query)
    answer, notices = ask(
        question, reading, engine, filters=conversation.filters, query=query, claimed=claimed, drafting=drafting
    )
    turn = Turn(question=question, query=query, answer=answer)
    conversation.turns.append(turn)
    return turn, notices


def numbered_citations(answer: Answer) -> list[Citation]:
    """In the order their numbers were shown."""
    numbered = show.Numbered(lambda _key: None)
    for claim in answer.claims:
        for citation in claim.citations:
            numbered.number(citation)
    return numbered.citations


def surroundings(citation: Citation, reading: Reading) -> str:
    """The words around a citation, the citation itself between » and «."""
    text = reading.index.document(citation.source_key).text
    before = readable(text[max(0, citation.start - SURROUNDINGS) : citation.start])
    after = readable(text[citation.end : citation.end + SURROUNDINGS])
    item = reading.index.item(citation.item_key)
    head = show.hanging("", show.reference(citation, item))
    body = show.hanging("  ", f"… {before} »{citation.quote}« {after} …")
    return "\n".join([*head, *body, *([f"  {citation.uri}"] if citation.uri else [])])


def why(number: int, answer: Answer, reading: Reading) -> str:
    """Which passage, which words, which check, for citation `number`."""
    citation = numbered_citations(answer)[number - 1]
    lines = show.hanging(f"[{number}] ", f"“{citation.quote}”")
    lines.append(f"  passage   {citation.passage_id}")
    lines.append(f"  place     {citation.source_key}, characters {citation.start}–{citation.end}")
    lines.append(f"  text      sha256 {citation.text_sha256[:16]}…")
    stored = reading.index.document(citation.source_key)
    same = stored.text[citation.start : citation.end] == citation.raw
    lines.append(f"  located   {'yes: the stored text has these words there' if same else 'NO: the text has changed'}")
    for claim in answer.claims:
        if citation in claim.citations:
            verdict = {True: "yes", False: "no", None: "not judged"}[claim.supported]
            if claim.text != citation.quote:
                lines += show.hanging("  claim     ", claim.text)
            lines += show.hanging("  supports  ", f"{verdict}: {claim.support_reason or 'judge for yourself'}")
            if claim.voice:
                lines.append(f"  voice     {claim.voice.value}")
    return "\n".join(lines)


def undo(conversation: Conversation) -> Turn | None:
    """Forgets the last turn and returns it. What was kept in the ledger stays there."""
    return conversation.turns.pop() if conversation.turns else None


def mark_kept(conversation: Conversation, answer_id: str) -> None:
    conversation.turns[-1] = replace(conversation.turns[-1], kept=answer_id)


Say = Callable[[str], None]
