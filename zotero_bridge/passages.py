"""
Cut a document into passages that can be cited.

One invariant holds for every passage made here, and the property tests say so: `document.text[p.locator.start :
p.locator.end] == p.text`. Passages are in document order, do not overlap, never leave a section, and leave out
nothing but white space. Knows nothing of embedders beyond how much of a passage they see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zotero_bridge.model import DocumentText, Locator, Passage, Section, SourceKind, passage_id
from zotero_bridge.sentences import sentences

TARGET_WORDS = 130  # where a passage may end at a paragraph's end
MAX_WORDS = 165  # MiniLM sees 256 word pieces; prose has about 1.35 a word, and room is left for the title
# An abstract is one passage up to here, and the embedder averages its windows. Of 835 texts of 165 to 420 words among
# 2,335, asked for by their titles, the mix finds .881 (nDCG@10) and .999 (recall@100) whole, .884 and .996 cut; and a
# list of a hundred passages is then one of a hundred abstracts.
ABSTRACT_WORDS = 400
_PIECES_PER_WORD = 1.35
_WORD = re.compile(r"\S+")
_EACH = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # scripts of which every character is a piece
_PIECE = re.compile(rf"[{_EACH}]|[^\W\d_{_EACH}]+|\d|[^\w\s]|_")
_LETTERS_PER_PIECE = 8  # longer words fall into several pieces
_TURN = re.compile(r"[ \t]*(?:\*\*)?[A-Z][\w .'’()-]{0,30}?:(?:\*\*)?\s")


@dataclass(frozen=True, slots=True)
class _Unit:
    """The least that is kept whole: a sentence, or a part of one that is too long to keep."""

    start: int
    end: int
    words: int  # counted as an embedder would: a long number is many
    opens: bool  # the first of a paragraph
    question: bool  # ends a speaker's turn that asks: what answers it should follow


def cut(
    document: DocumentText,
    *,
    library: str,
    item_key: str,
    source_kind: SourceKind,
    max_words: int | None = None,
) -> list[Passage]:
    """
    The passages of a document, in order. `library` is `LibraryRef.slug`; it scopes the passage ids.

    A passage aims at three quarters of `max_words`, ends with a sentence, and rather with a paragraph. An abstract of
    ordinary length is one passage.
    """
    if max_words is None:
        max_words = ABSTRACT_WORDS if source_kind is SourceKind.ABSTRACT else MAX_WORDS
    fill = max_words if source_kind is SourceKind.ABSTRACT else max(1, max_words * TARGET_WORDS // MAX_WORDS)
    sha = document.text_sha256
    passages: list[Passage] = []
    for section in _sections(document):
        for start, end in _packed(list(_units(document.text, section, max_words)), max_words, fill):
            locator = _locator(document, section, sha, start, end)
            passages.append(
                Passage(
                    id=passage_id(library, document.source_key, sha, start, end),
                    item_key=item_key,
                    source_kind=source_kind,
                    text=document.text[start:end],
                    locator=locator,
                )
            )
    return passages


def _sections(document: DocumentText) -> tuple[Section, ...]:
    return document.sections or (Section(0, len(document.text)),)


def _units(text: str, section: Section, max_words: int) -> Iterator[_Unit]:
    body = text[section.start : section.end]
    previous_end = 0
    for start, end in sentences(body):
        opens = previous_end == 0 or "\n" in body[previous_end:start]
        previous_end = end
        for begin, stop in _split_long(body, start, end, max_words):
            yield _Unit(
                section.start + begin,
                section.start + stop,
                _weight(body[begin:stop]),
                opens and begin == start,
                body[stop - 1] == "?"
                or (stop - begin < 120 and bool(_TURN.match(body[begin:stop])) and "?" in body[begin:stop]),
            )


def _weight(piece: str) -> int:
    """Words of a stretch, never fewer than its word pieces allow for."""
    return max(len(piece.split()), round(_pieces(piece) / _PIECES_PER_WORD))


def _pieces(piece: str) -> int:
    return sum(1 + (len(m) - 1) // _LETTERS_PER_PIECE for m in _PIECE.findall(piece))


def _split_long(body: str, start: int, end: int, max_words: int) -> Iterator[tuple[int, int]]:
    """The sentence itself, or its parts where it alone would not be seen whole."""
    if _weight(body[start:end]) <= max_words:
        yield start, end
        return
    begin, stop, weight = start, start, 0
    for word in _WORD.finditer(body, start, end):
        for left, right in _split_word(word.start(), word.end(), max_words):
            heavier = _weight(body[left:right])
            if weight and weight + heavier > max_words:
                yield begin, stop
                begin, weight = left, 0
            stop, weight = right, weight + heavier
    yield begin, stop


def _split_word(start: int, end: int, max_words: int) -> Iterator[tuple[int, int]]:
    longest = max(1, max_words)  # characters: each may be a piece of its own
    while end - start > longest:
        yield start, start + longest
        start += longest
    yield start, end


def _packed(units: list[_Unit], max_words: int, target: int) -> Iterator[tuple[int, int]]:
    """Spans of passages: filled up to a target, ended at a paragraph's end where one is near."""
    held: list[_Unit] = []
    words = 0
    for index, unit in enumerate(units):
        full = words + unit.words > max_words
        enough = words >= target and (unit.opens or _ends_near(units, index, words, max_words))
        if held and (full or (enough and not held[-1].question)):
            keep = _carried(held, full=full)
            yield held[0].start, held[len(held) - keep - 1].end
            held = held[len(held) - keep :]
            words = sum(u.words for u in held)
        held.append(unit)
        words += unit.words
    if held:
        yield held[0].start, held[-1].end


def _ends_near(units: list[_Unit], index: int, words: int, max_words: int) -> bool:
    """Whether the paragraph goes on too long to be finished within this passage."""
    for unit in units[index:]:
        if unit.opens:
            return False
        words += unit.words
        if words > max_words:
            return True
    return False


def _carried(held: list[_Unit], *, full: bool) -> int:
    """How many of the last units go with what follows: a question goes with its answer."""
    if full and len(held) > 1 and held[-1].question and held[-1].opens and held[-1].words < 60:
        return 1
    return 0


def _locator(document: DocumentText, section: Section, sha: str, start: int, end: int) -> Locator:
    first, last = document.page_index_at(start), document.page_index_at(end - 1)
    labels = document.page_labels
    return Locator(
        source_key=document.source_key,
        text_sha256=sha,
        start=start,
        end=end,
        page_index=first if document.paged else None,
        page_label=labels[first] if first < len(labels) else "",
        page_label_end=labels[last] if last != first and last < len(labels) else "",
        section=section.heading,
        section_kind=section.kind,
    )
