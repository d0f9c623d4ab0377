"""
Hands a model's reply on while it arrives: the words of a claim as they come, and each claim once it is whole.

The words are unproved; whoever shows them must be able to take them back.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from assistant.engines.chat_reading import claim_of, plain
from assistant.engines.fence import Fenced
from assistant.engines.reply_schema import Broken, ReplyReader, partial_text
from assistant.model import DraftClaim
from assistant.ports import Claimed, Tokens


class Follow:
    """Hands a reply on while it arrives: words that are new, claims that are whole."""

    def __init__(self, tokens: Tokens | None = None, claimed: Claimed | None = None) -> None:
        self._tokens = tokens
        self._claimed = claimed
        self._shown = ""

    def claims(self, objects: Sequence[BaseModel | Broken], fenced: Fenced) -> None:
        """Claims that came whole, without their words having been followed."""
        for outcome in (claim_of(one, fenced) for one in objects if self._claimed):
            if self._claimed and isinstance(outcome, DraftClaim):
                self._claimed(outcome)

    def arrived(self, objects: Sequence[BaseModel | Broken], reader: ReplyReader, fenced: Fenced) -> None:
        for one in objects:
            outcome = claim_of(one, fenced) if self._claimed or self._tokens else None
            if isinstance(outcome, DraftClaim):
                self._new_words(outcome.text)
                if self._claimed:
                    self._claimed(outcome)
            self._shown = ""
        if self._tokens and reader.found:
            self._new_words(plain(partial_text(reader.text, reader.at)))

    def _new_words(self, text: str) -> None:
        if self._tokens and text.startswith(self._shown) and text != self._shown:
            self._tokens(text[len(self._shown) :])
            self._shown = text
