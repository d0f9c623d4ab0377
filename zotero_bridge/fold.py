"""
Find words in a text, exactly, whatever the typesetter did to them.

A folded copy of a text treats as equal only what typesetting changes: runs of white space, ligatures, the shapes of
quotation marks and hyphens, decomposed accents, invisible characters, and a hyphen that stood at a line end. Case,
digits, superscripts, negations, dashes and word order are never folded. The copy carries an offset map, so a find is
a slice of the original: `text[match.start:match.end]`.

Knows nothing of documents, pages or claims.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from zotero_bridge.model import SOFT_HYPHEN

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u2068\u2069\u200e\u200f"
_SHAPES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4\u0060\u2039\u203a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011", "-"),
    **{chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)},
}
_FOLDABLE = re.compile(
    rf"{SOFT_HYPHEN}\s*"
    rf"|[\s{_INVISIBLE}]{{2,}}"
    rf"|[^\S ]|[{_INVISIBLE}]"
    rf"|[{''.join(map(re.escape, _SHAPES))}]"
    r"|.[\u0300-\u036f]+"
)
_WORD_HYPHEN = re.compile(r"(?<=\w)- ?(?=\w)")


@dataclass(frozen=True, slots=True)
class Match:
    """`text[start:end]` of the original."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """
    A folded copy with its offset map.

    The copy is a row of pieces; piece i begins at `at[i]` in the copy and stands for the original from `origin[i]`.
    A piece is verbatim (same length in both) unless its `spans[i]` gives where its original ends.
    """

    text: str
    at: tuple[int, ...]
    origin: tuple[int, ...]
    spans: tuple[int | None, ...]
    soft: frozenset[int]  # positions of the copy before which the original has a hyphen from a line end
    original: str = field(repr=False)

    def start_of(self, position: int) -> int:
        """Offset in the original where folded character `position` begins."""
        piece = bisect_right(self.at, position) - 1
        verbatim = self.spans[piece] is None
        return self.origin[piece] + (position - self.at[piece] if verbatim else 0)

    def end_of(self, position: int) -> int:
        """Offset in the original just past folded character `position`."""
        piece = bisect_right(self.at, position) - 1
        span = self.spans[piece]
        return self.origin[piece] + position - self.at[piece] + 1 if span is None else span


def fold(text: str) -> Folded:
    """The folded copy of a text with its offset map. Time grows with the length, mostly spent in one scan."""
    out: list[str] = []
    at: list[int] = []
    origin: list[int] = []
    spans: list[int | None] = []
    soft: set[int] = set()
    length = 0
    done = 0

    def put(piece: str, begin: int, span: int | None) -> None:
        nonlocal length
        if piece:
            out.append(piece)
            at.append(length)
            origin.append(begin)
            spans.append(span)
            length += len(piece)

    for found in _FOLDABLE.finditer(text):
        put(text[done : found.start()], done, None)
        run = found.group()
        if run[0] == SOFT_HYPHEN:
            soft.add(length)
        put(_folded_run(run), found.start(), found.end())
        done = found.end()
    put(text[done:], done, None)
    return Folded("".join(out), tuple(at), tuple(origin), tuple(spans), frozenset(soft), text)


def _folded_run(run: str) -> str:
    if run[0] == SOFT_HYPHEN:
        return ""
    if run in _SHAPES:
        return _SHAPES[run]
    if unicodedata.combining(run[-1]):
        return unicodedata.normalize("NFC", run)
    return " " if any(c.isspace() for c in run) else ""


def find(quote: str, folded: Folded, *, whole_words: bool = True) -> Iterator[Match]:
    """
    Every place where the words of `quote` stand, in order; none for an empty quote.

    Where the original marks a hyphen from a line end the quotation may have it or not. With `whole_words` a quotation
    neither begins nor ends inside a word, a hyphenated compound or a number: "able to" is not a quotation of "unable
    to", nor "by 1" of "by 1.5".
    """
    wanted = fold(quote).text.strip()
    if not wanted:
        return
    for start, end in _places(wanted, folded):
        if not whole_words or _stands_alone(folded.text, start, end):
            yield Match(folded.start_of(start), folded.end_of(end - 1))


def _places(wanted: str, folded: Folded) -> Iterator[tuple[int, int]]:
    if folded.soft and _WORD_HYPHEN.search(wanted):
        yield from _places_over_soft_hyphens(wanted, folded)
        return
    at = folded.text.find(wanted)
    while at != -1:
        yield at, at + len(wanted)
        at = folded.text.find(wanted, at + 1)


def _places_over_soft_hyphens(wanted: str, folded: Folded) -> Iterator[tuple[int, int]]:
    parts = _WORD_HYPHEN.split(wanted)
    pattern = re.compile("(-|)".join(map(re.escape, parts)))
    found = pattern.search(folded.text)
    while found:
        groups = range(1, len(parts))
        if all(found.group(g) or found.start(g) in folded.soft for g in groups):
            yield found.span()
        found = pattern.search(folded.text, found.start() + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    first, last = text[start], text[end - 1]
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if first.isalnum() and before and _touches_before(before, first):
        return False
    return not (last.isalnum() and after and _touches_after(last, after))


def _touches_before(before: str, first: str) -> bool:
    if before[-1].isalnum():
        return True
    joined = len(before) == 2 and before[0].isalnum()
    if first.isdigit() and before[-1] in ".,":
        return joined and before[0].isdigit()
    return joined and before[-1] in "-'"


def _touches_after(last: str, after: str) -> bool:
    if after[0].isalnum():
        return True
    joined = len(after) == 2 and after[1].isalnum()
    if last.isdigit() and after[0] in ".,":
        return joined and after[1].isdigit()
    return joined and after[0] in "-'"


def readable(text: str) -> str:
    """The same words for a reader: line-end hyphens closed, ligatures spelt out, white space single."""
    spelt = "".join(_SHAPES[c] if "\ufb00" <= c <= "\ufb06" else c for c in text)
    closed = re.sub(rf"{SOFT_HYPHEN}\s*|[{_INVISIBLE}]", "", spelt)
    return " ".join(closed.split())
