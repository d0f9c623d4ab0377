"""
The only maker of citations: drafted words become a `Citation`, or the reason why not.

A quotation is found in the document's own text, allowing only for what typesetting changes (see `zotero_bridge.fold`).
A dropped "not", a changed number, words stitched from two places, words that stand in another document, and words cut
off from the negation before them are refused. `document.text[c.start : c.end] == c.raw` holds for every citation.

Pure but for a cache of folded documents; knows nothing of engines.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.ground_why import cut_quantity, negation_before, why_not
from assistant.model import Basis, Citation, Claim, DraftClaim, DraftQuote, Refusal
from zotero_bridge.fold import Folded, Match, find, fold, readable
from zotero_bridge.links import source_uri
from zotero_bridge.model import DocumentText, Item, LibraryRef, Passage, SourceInfo, SourceKind
from zotero_bridge.ports import PassageIndex

MIN_WORDS = 2  # one word is found in any document and proves nothing
_SUBSTANCE = re.compile(r"\d|\w{4,}")  # "of the" proves nothing either
_DOCUMENTS_KEPT = 64  # folded texts in memory; a 300-page document takes about 3 MB

_QUOTED_INSIDE = re.compile(r"[“\"]([^“”\"]{12,}?)[”\"]")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why words were not let through, in a sentence for the reader."""

    reason: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A document with what a citation needs to name and open it."""

    document: DocumentText
    folded: Folded
    sha256: str


class Grounder:
    """Grounds quotations against an index. One per command; holds folded copies of the documents it has seen."""

    def __init__(self, index: PassageIndex, library: LibraryRef) -> None:
        self._index = index
        self._library = library
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def ground(self, draft: DraftQuote, *, shown: Iterable[Passage]) -> Citation | Refused:
        """The quotation's citation. `shown` are the passages the engine was given; it may cite no other."""
        passages = {p.id: p for p in shown}
        passage = passages.get(draft.passage_id)
        if passage is None:
            return Refused("It cites a passage that was not among those searched.")
        known = self._document(passage.locator.source_key)
        found = locate(draft.quote, passage, known.folded)
        if isinstance(found, Refused):
            return self._misattributed(draft, passage, passages.values()) or found
        return cite(
            found,
            passage,
            known.document,
            text_sha256=known.sha256,
            library=self._library,
            item=self._index.item(passage.item_key),
            source=self._index.source(passage.locator.source_key),
        )

    def claims(
        self, drafts: Iterable[DraftClaim], *, shown: Iterable[Passage]
    ) -> tuple[tuple[Claim, ...], tuple[Refusal, ...]]:
        """Claims whose every quotation stands in its source, and the refusals, each in the order drafted."""
        passages = tuple(shown)
        claims: list[Claim] = []
        refused: list[Refusal] = []
        for draft in drafts:
            outcome = self._claim(draft, passages)
            if isinstance(outcome, Claim):
                claims.append(outcome)
            else:
                refused.append(Refusal(text=draft.text, reason=outcome.reason, section=draft.section))
        return tuple(claims), tuple(refused)

    def _claim(self, draft: DraftClaim, shown: tuple[Passage, ...]) -> Claim | Refused:
        if not draft.quotes:
            return Refused("It rests on no quotation.")
        citations: list[Citation] = []
        for quote in draft.quotes:
            outcome = self.ground(quote, shown=shown)
            if isinstance(outcome, Refused):
                return outcome
            citations.append(outcome)
        if draft.basis is Basis.QUOTED:
            text = " ".join(c.quote for c in citations)
        else:
            text = draft.text
            stray = self._unfounded_quotation(text, citations)
            if stray:
                return Refused(f"It puts “{stray}” in quotation marks; the cited sources do not say so.")
        return Claim(
            text=text,
            section=draft.section,
            basis=draft.basis,
            citations=tuple(citations),
            role=draft.role,
            stance=draft.stance,
            voice=draft.voice,
        )

    def _unfounded_quotation(self, text: str, citations: list[Citation]) -> str:
        for inside in _QUOTED_INSIDE.finditer(text):
            words = inside.group(1).strip().rstrip(".,;")
            if not any(next(find(words, self._document(c.source_key).folded), None) for c in citations):
                return words
        return ""

    def _misattributed(self, draft: DraftQuote, cited: Passage, shown: Iterable[Passage]) -> Refused | None:
        if len(draft.quote.split()) < MIN_WORDS:
            return None
        for other in shown:
            source = other.locator.source_key
            if source != cited.locator.source_key and next(find(draft.quote, self._document(source).folded), None):
                item = self._index.item(other.item_key)
                return Refused(f"These words stand in {_name(item, other)}, not in the document it cites.")
        return None

    def _document(self, source_key: str) -> _Known:
        known = self._known.get(source_key)
        if known is None:
            document = self._index.document(source_key)
            known = _Known(document, fold(document.text), document.text_sha256)
            self._known[source_key] = known
            if len(self._known) > _DOCUMENTS_KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(source_key)
        return known


def locate(quote: str, passage: Passage, folded: Folded) -> Match | Refused:
    """Where the words stand: inside the passage if they do, else the nearest place in the same document."""
    if len(fold(quote).text.split()) < MIN_WORDS or not _SUBSTANCE.search(quote):
        return Refused("The quotation is too short to prove anything.")
    matches = next(filter(None, (list(find(one, folded)) for one in _as_written(quote))), [])
    if not matches:
        return Refused(why_not(quote, passage, folded))
    begin, end = passage.locator.start, passage.locator.end
    match = min(matches, key=lambda m: (max(begin - m.start, m.end - end, 0), m.start))
    governed = negation_before(folded.original, match.start)
    if governed:
        return Refused(f"The quotation leaves out the words before it that turn its meaning: “{governed}”.")
    quantity = cut_quantity(folded.original, match.start, match.end)
    if quantity:
        return Refused(f"The quotation cuts a number short: the source says “{quantity}”.")
    return match


def cite(
    match: Match,
    passage: Passage,
    document: DocumentText,
    *,
    text_sha256: str,
    library: LibraryRef,
    item: Item | None,
    source: SourceInfo | None,
) -> Citation:
    """The citation of a place that has been found."""
    raw = document.text[match.start : match.end]
    section = document.section_at(match.start)
    page_index = document.page_index_at(match.start) if document.paged else None
    annotation = passage.locator.annotation_key
    if page_index is None and passage.source_kind is SourceKind.ANNOTATION:
        page_index = passage.locator.page_index
    return Citation(
        item_key=passage.item_key,
        source_key=passage.locator.source_key,
        citekey=item.citekey if item else "",
        quote=readable(raw),
        raw=raw,
        start=match.start,
        end=match.end,
        text_sha256=text_sha256,
        page_index=page_index,
        page_label=page_labels(document, match.start, match.end) or _annotated_label(passage),
        section=section.heading if section else "",
        section_kind=section.kind if section else passage.locator.section_kind,
        annotation_key=annotation,
        uri=source_uri(library, source, page_index=page_index) if source else "",
        passage_id=passage.id,
    )


def page_labels(document: DocumentText, start: int, end: int) -> str:
    """The printed page of a slice, "12–13" where it runs over a page break, "" where no page is printed."""
    if not document.paged:
        return ""
    first = document.page_labels[document.page_index_at(start)]
    last = document.page_labels[document.page_index_at(max(start, end - 1))]
    return first if first == last or not last else f"{first}–{last}"


def _annotated_label(passage: Passage) -> str:
    return passage.locator.page_label if passage.source_kind is SourceKind.ANNOTATION else ""


def _as_written(quote: str) -> Iterator[str]:
    """As it is; without the quotation marks put around it; without the stop that ends the writer's own sentence."""
    yield quote
    bare = quote.strip().strip("“”\"‘’'«»").strip()
    yield bare
    yield bare.rstrip(".,;:")


def _name(item: Item | None, passage: Passage) -> str:
    if item is None:
        return passage.locator.source_key
    year = f" ({item.year})" if item.year else ""
    return f"{item.creators_display or item.title}{year}"
