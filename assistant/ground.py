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
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from assistant.model import Basis, Citation, Claim, DraftClaim, DraftQuote, Refusal
from zotero_bridge.fold import Folded, Match, find, fold, readable
from zotero_bridge.links import source_uri
from zotero_bridge.model import DocumentText, Item, LibraryRef, Passage, SourceInfo, SourceKind
from zotero_bridge.ports import PassageIndex

MIN_WORDS = 2  # one word is found in any document and proves nothing
_DOCUMENTS_KEPT = 64  # folded texts in memory; a 300-page document takes about 3 MB

_NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|hardly|scarcely|barely|rarely|seldom"
    r"|fail(?:s|ed|ing)? to|far from|rather than|instead of|lack(?:s|ed|ing)? of|absence of|unable to"
    r"|refus(?:es|ed) to)\b|n['’]t\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"[.;:!?,()\u2013\u2014\"“”]|\b(?:but|and|because|so|although|though|while|whereas|yet)\b", re.IGNORECASE
)
_REACH = 4  # words before a quotation within which a negation still governs it
_QUOTED_INSIDE = re.compile(r"[“\"]([^“”\"]{12,}?)[”\"]")
_NUMBER = re.compile(r"\d")


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
    if len(quote.split()) < MIN_WORDS:
        return Refused("The quotation is too short to prove anything.")
    matches = list(find(quote, folded)) or list(find(_unwrapped(quote), folded))
    if not matches:
        return Refused(_why_not(quote, passage, folded))
    begin, end = passage.locator.start, passage.locator.end
    match = min(matches, key=lambda m: (max(begin - m.start, m.end - end, 0), m.start))
    governed = _negation_before(folded.original, match.start)
    if governed:
        return Refused(f"The quotation leaves out the words before it that turn its meaning: “{governed}”.")
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


def _unwrapped(quote: str) -> str:
    """Without the quotation marks a writer puts around a quotation."""
    return quote.strip().strip("“”\"‘’'«»").strip()


def _negation_before(text: str, start: int) -> str:
    """The words from a negation up to `start`, where it stands in the same clause and near enough to govern."""
    before = readable(text[max(0, start - 80) : start] + "|")[:-1].rstrip()
    clause = _CLAUSE_END.split(before)[-1]
    near = clause.split()[-_REACH:]
    reach = " ".join(near)
    found = list(_NEGATION.finditer(reach))
    return reach[found[-1].start() :] if found and near else ""


def _why_not(quote: str, passage: Passage, folded: Folded) -> str:
    """The plainest true reason why the words were not found."""
    wanted = fold(quote).text.strip()
    near = fold(passage.text)
    if wanted.casefold() in near.text.casefold():
        return "The words stand there in other capitals, or inside longer words; the quotation is not exact."
    nearest = _nearest(wanted.split(), near.text.split())
    if _is_stitched(wanted, near, folded):
        return "The words stand in the source in separate places; a quotation may not join them."
    if nearest is None:
        return "These words are not in the document it cites."
    theirs, ours = nearest
    if bool(_NEGATION.search(theirs)) != bool(_NEGATION.search(ours)):
        return f"A negation differs: the source says “{theirs or '…'}” where the quotation has “{ours or 'nothing'}”."
    if _NUMBER.search(theirs + ours):
        return f"A number differs: the source says “{theirs or '…'}” where the quotation has “{ours or 'nothing'}”."
    return f"The words differ: the source says “{theirs or 'nothing'}” where the quotation has “{ours or 'nothing'}”."


def _is_stitched(wanted: str, near: Folded, folded: Folded) -> bool:
    """Two runs of at least four words each, apart in the passage; or parts joined by an ellipsis, anywhere."""
    parts = [p.strip(" .,;") for p in re.split(r"\[?(?:…|\.\.\.)\]?", wanted)]
    if len(parts) > 1:
        return all(next(find(p, folded), None) for p in parts if p)
    words = wanted.split()
    for cut in range(4, len(words) - 3):
        first = next(find(" ".join(words[:cut]), near), None)
        second = next(find(" ".join(words[cut:]), near), None)
        if first and second:
            between = near.original[first.end : second.start]
            return second.start < first.end or len(between.split()) > 3
    return False


def _nearest(wanted: list[str], present: list[str]) -> tuple[str, str] | None:
    """(source's words, quotation's words) at the first difference, where the rest is nearly the same; else None."""
    matcher = SequenceMatcher(None, present, wanted, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if same < 0.6 * len(wanted):
        return None
    blocks = [b for b in matcher.get_matching_blocks() if b.size]
    for left, right in pairwise(blocks):
        theirs = present[left.a + left.size : right.a]
        ours = wanted[left.b + left.size : right.b]
        if theirs or ours:
            return " ".join(theirs[:12]), " ".join(ours[:12])
    first, last = blocks[0], blocks[-1]
    if first.b > 0:
        return " ".join(present[max(0, first.a - first.b) : first.a]), " ".join(wanted[: first.b])
    after = last.b + last.size
    return " ".join(present[last.a + last.size :][: len(wanted) - after]), " ".join(wanted[after:])


def _name(item: Item | None, passage: Passage) -> str:
    if item is None:
        return passage.locator.source_key
    year = f" ({item.year})" if item.year else ""
    return f"{item.creators_display or item.title}{year}"
