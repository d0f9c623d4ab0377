"""
Who says which words of a passage play which part: rules of language, or a small fitted tagger under the same gates.

Both give `RoleSpan`s that are slices of the passage, disjoint, in order, each within one sentence that counts as
evidence. The fitted one needs MiniLM on the machine; without it the rules do, and they find less and fill more that
should stay empty (`python -m bench realist` prints both).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from assistant.gates import Sentence, read
from assistant.roles import RoleSpan, tag
from assistant.roles_head import READER, LikelySpan, likely_spans, load_head
from assistant.roles_memory import RolesMemory
from zotero_bridge.model import Passage
from zotero_bridge.ports import PieceReader

LEAST_SURE = 0.5  # probability below which a span is left out; what is left empty is the reviewer's to fill
FEWEST_LETTERS = 4
_CONNECTIVE = re.compile(r"(?:where|when|because|so that|so|and|but|that|if|while)\s+", re.IGNORECASE)
AT_ONCE = 16  # texts whose states (a megabyte each) are held at once
STRENGTH = 4.0  # of a certain span, on the scale of the rules


class Tagger(Protocol):
    """Finds the role spans of passages."""

    @property
    def id(self) -> str:
        """Goes into provenance: which tagger, and which version of it."""
        ...

    def tag(self, passages: Sequence[Passage]) -> list[tuple[RoleSpan, ...]]:
        """The spans of each passage, in text order; none where there is no evidence."""
        ...


class RuleTagger:
    """Words, clauses and their order; needs nothing."""

    id = "rules@1"

    def tag(self, passages: Sequence[Passage]) -> list[tuple[RoleSpan, ...]]:
        return [tag(p.text, p.locator.section_kind, p.source_kind) for p in passages]


class FittedTagger:
    """A small network over MiniLM's states. Remembers what it has read, in `memory` from one command to the next."""

    id = f"fitted@1 over {READER}"

    def __init__(self, reader: PieceReader, memory: RolesMemory | None = None) -> None:
        self._reader = reader
        self._memory = memory
        self._read: dict[str, tuple[LikelySpan, ...]] = {}

    def tag(self, passages: Sequence[Passage]) -> list[tuple[RoleSpan, ...]]:
        told = [read(p.text, p.locator.section_kind, p.source_kind) for p in passages]
        evidence = [p.text for p, sentences in zip(passages, told, strict=True) if any(s.evidence for s in sentences)]
        self._look(dict.fromkeys(evidence))
        return [
            tuple(_within(p.text, sentences, self._read.get(p.text, ())))
            for p, sentences in zip(passages, told, strict=True)
        ]

    def _look(self, texts: Iterable[str]) -> None:
        unread = [text for text in texts if text not in self._read]
        if self._memory and unread:
            self._read |= self._memory.known(unread)
            unread = [text for text in unread if text not in self._read]
        if not unread:
            return
        fresh: dict[str, tuple[LikelySpan, ...]] = {}
        for start in range(0, len(unread), AT_ONCE):
            some = unread[start : start + AT_ONCE]
            for text, states in zip(some, self._reader.states(some), strict=True):
                fresh[text] = likely_spans(states, load_head())
        self._read |= fresh
        if self._memory:
            self._memory.keep(fresh)


def _within(text: str, told: tuple[Sentence, ...], likely: Iterable[LikelySpan]) -> Iterable[RoleSpan]:
    """The sure ones, each cut to the sentence that holds most of it, where that sentence is evidence."""
    for span in likely:
        shared = [min(span.end, s.end) - max(span.start, s.start) for s in told]
        number = max(range(len(told)), key=lambda n: shared[n], default=None)
        if span.probability < LEAST_SURE or number is None or shared[number] <= 0 or not told[number].evidence:
            continue
        start, end = max(span.start, told[number].start), min(span.end, told[number].end)
        start, end = _trimmed(text, start, end)
        if sum(c.isalpha() for c in text[start:end]) >= FEWEST_LETTERS:
            yield RoleSpan(span.role, start, end, STRENGTH * span.probability, number)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without connectives, white space and stray marks at the edges, and never in the middle of a word."""
    while start and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while start < end and text[start] in " \n\t,;:.–—-":
        start += 1
    if (lead := _CONNECTIVE.match(text, start, end)) and lead.end() < end:
        start = lead.end()
    while end > start and text[end - 1] in " \n\t,;:.–—-":
        end -= 1
    return start, end
