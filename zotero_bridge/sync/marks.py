"""
Find the slice of a document that an annotation marks.

Pure. Zotero keeps the words of a highlight as its reader's program saw them: without the spaces at some line ends, with
hyphens at others. The words are looked for exactly first, then without regard to spaces and hyphens near the page the
mark stands on, then by how they begin and end there. What is not found is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from zotero_bridge.fold import Folded, Match, find
from zotero_bridge.model import Annotation, DocumentText

_SPACING = frozenset("-\u00ad\u2010\u2011\u2013\u2014\ufffe\x02")
_LEAST = 12  # letters without which a mark is too short to be looked for loosely
_ANCHOR = 24  # letters by which a long mark is known at either end
_STRETCH = 1.6  # a slice between two anchors may be longer than the mark by this: footnotes and heads stand between


def marked_slice(annotation: Annotation, document: DocumentText, folded: Folded) -> Match | None:
    """`folded` is the document's text, folded. None where the marked words are not there."""
    if not annotation.text.strip():
        return None
    exact = _nearest(find(annotation.text, folded, whole_words=False), annotation, document)
    if exact is not None and _pages_off(annotation, document, exact.start) <= 1:
        return exact
    return _nearest(_loosely(annotation, document), annotation, document) or exact


def _nearest(matches: Iterable[Match], annotation: Annotation, document: DocumentText) -> Match | None:
    return min(matches, key=lambda m: (_pages_off(annotation, document, m.start), m.start), default=None)


def _pages_off(annotation: Annotation, document: DocumentText, offset: int) -> int:
    page = _page(annotation, document)
    return 0 if page is None else abs(document.page_index_at(offset) - page)


def _page(annotation: Annotation, document: DocumentText) -> int | None:
    """The physical page of a mark: as the annotation says, else by its label where that names one page alone."""
    if annotation.page_index is not None:
        return annotation.page_index
    labelled = [i for i, label in enumerate(document.page_labels) if label and label == annotation.page_label]
    return labelled[0] if len(labelled) == 1 else None


def _loosely(annotation: Annotation, document: DocumentText) -> Iterator[Match]:
    wanted, _ = _letters(annotation.text, 0, len(annotation.text))
    if len(wanted) < _LEAST:
        return
    letters, origin = _letters(document.text, *_neighbourhood(annotation, document))
    at = letters.find(wanted)
    if at < 0:
        yield from _by_its_ends(wanted, letters, origin)
    while at >= 0:
        yield Match(origin[at], origin[at + len(wanted) - 1] + 1)
        at = letters.find(wanted, at + 1)


def _by_its_ends(wanted: str, letters: str, origin: Sequence[int]) -> Iterator[Match]:
    if len(wanted) < 2 * _ANCHOR:
        return
    begins = letters.find(wanted[:_ANCHOR])
    while begins >= 0:
        reach = begins + round(len(wanted) * _STRETCH) + _ANCHOR
        ends = letters.find(wanted[-_ANCHOR:], begins + _ANCHOR, reach)
        if ends >= 0:
            yield Match(origin[begins], origin[ends + _ANCHOR - 1] + 1)
        begins = letters.find(wanted[:_ANCHOR], begins + 1)


def _neighbourhood(annotation: Annotation, document: DocumentText) -> tuple[int, int]:
    """From the page before to the page after, and as far as a long mark may run; all of it where no page is told."""
    page, starts = _page(annotation, document), document.page_starts
    if page is None or len(starts) < 2:
        return 0, len(document.text)
    first = starts[min(max(0, page - 1), len(starts) - 1)]
    last = starts[page + 2] + 2 * len(annotation.text) if page + 2 < len(starts) else len(document.text)
    return first, min(last, len(document.text))


def _letters(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """A stretch without spaces and hyphens, ligatures spelt out, quotation marks plain; and where each letter stood."""
    letters: list[str] = []
    origin: list[int] = []
    for offset in range(start, end):
        character = text[offset]
        if character.isspace() or character in _SPACING:
            continue
        for letter in _SPELT.get(character, character):
            letters.append(letter)
            origin.append(offset)
    return "".join(letters), origin


_SPELT = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u200b": "",
    "\ufeff": "",
}
