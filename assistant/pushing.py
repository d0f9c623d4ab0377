"""
Chosen things go to Zotero: a kept answer or a CMOC as a note, and tags on what it cites; and they can be taken back.

Nothing is written that was not shown first. What was written is in the ledger, with all that is needed to undo it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from assistant.cmoc import PART_NAMES, PARTS, UNSTATED
from assistant.ledger_events import Pushed
from assistant.ledger_find import answer_of, cmoc_of
from assistant.ledger_state import ReviewState
from assistant.model import CMOC, Answer, Basis, Citation
from zotero_bridge.model import Item, SourceInfo, SourceKind
from zotero_bridge.ports import PassageIndex
from zotero_bridge.writeback import PushNote, PushTags, Written
from zotero_bridge.writeback_note import PushParagraph, PushQuotation

UNDONE = "undone"


def wanted(
    state: ReviewState, what: str, index: PassageIndex, *, parent: str | None, namespace: str, tags: bool
) -> list[PushNote | PushTags]:
    """The note for an answer (A1) or a CMOC (C1), and with `tags` a tag on every item it cites."""
    if what.strip().upper().startswith("A"):
        kept = answer_of(state, what)
        note, cited, ref = _answer_note(kept.answer, index), _cited(kept.answer), kept.id
    else:
        one = cmoc_of(state, what)
        note, cited, ref = _cmoc_note(one, index), _elements_cited(one), one.id
    tag = f"{namespace}{ref}"
    pushed: list[PushNote | PushTags] = [
        PushNote(title=note[0], blocks=tuple(note[1]), parent_item_key=parent, tags=(tag,), ref=ref)
    ]
    if tags:
        keys = dict.fromkeys(c.item_key for c in cited)
        pushed += [PushTags(item_key=key, tags=(tag,), title=_title(index.item(key), key), ref=ref) for key in keys]
    return pushed


def _answer_note(answer: Answer, index: PassageIndex) -> tuple[str, list[PushParagraph | PushQuotation]]:
    blocks: list[PushParagraph | PushQuotation] = []
    section = None
    for claim in answer.claims:
        if claim.section != section:
            section = claim.section
            blocks.append(PushParagraph(section or "What the sources say", heading=True))
        quotations = tuple(_quotation(c, index) for c in claim.citations)
        if claim.basis is Basis.QUOTED:
            blocks += quotations
        else:
            blocks += [PushParagraph(f"{claim.text} ({claim.basis.value})", cites=quotations), *quotations]
    looked = answer.searched
    blocks.append(PushParagraph(f"Searched {looked.passages} passages in {looked.documents} documents."))
    return answer.question, blocks


def _cmoc_note(one: CMOC, index: PassageIndex) -> tuple[str, list[PushParagraph | PushQuotation]]:
    blocks: list[PushParagraph | PushQuotation] = [PushParagraph(one.statement)]
    for role in PARTS:
        blocks.append(PushParagraph(PART_NAMES[role], heading=True))
        for element in one.part(role):
            if element.citation:
                blocks.append(_quotation(element.citation, index))
            else:
                blocks.append(PushParagraph(f"{element.text} (inferred: {element.memo})"))
        if not one.part(role):
            blocks.append(PushParagraph(UNSTATED))
    return f"{one.id}: {one.title}", blocks


def _quotation(citation: Citation, index: PassageIndex) -> PushQuotation:
    item = index.item(citation.item_key)
    source = index.source(citation.source_key)
    return PushQuotation(
        text=citation.quote,
        item_uri=item.uri if item else "",
        csl=item.csl if item else "{}",
        label=_title(item, citation.item_key),
        page_label=citation.page_label,
        page_index=citation.page_index,
        attachment_key=_attachment(source),
        annotation_key=citation.annotation_key,
        annotation_position=source.position if source else "",
        color=source.color if source else "",
    )


def _attachment(source: SourceInfo | None) -> str:
    if source is None or source.kind in (SourceKind.NOTE, SourceKind.ABSTRACT):
        return ""
    return source.parent_key if source.kind is SourceKind.ANNOTATION else source.key


def _title(item: Item | None, key: str) -> str:
    return f"{item.creators_display or item.title}, {item.year or 'n.d.'}" if item else key


def _cited(answer: Answer) -> list[Citation]:
    return [citation for claim in answer.claims for citation in claim.citations]


def _elements_cited(one: CMOC) -> list[Citation]:
    return [e.citation for role in PARTS for e in one.part(role) if e.citation]


def record(library: str, what: str, written: Sequence[Written]) -> Pushed:
    journal = json.dumps([w.to_json() for w in written], ensure_ascii=False)
    return Pushed(library, what, tuple(w.key for w in written), about=what, undo=journal)


def record_undone(library: str, undone: Iterable[Written]) -> Pushed:
    return Pushed(library, UNDONE, tuple(w.key for w in undone))


def journal_of(state: ReviewState, about: str | None = None) -> list[Written]:
    """What was written and not taken back, oldest first; of one thing with `about`."""
    journal: list[tuple[str, Written]] = []
    for push in state.pushes:
        if push.what == UNDONE:
            journal = [(ref, w) for ref, w in journal if w.key not in push.object_keys]
        elif push.undo:
            journal += [(push.about, Written.from_json(raw)) for raw in json.loads(push.undo)]
    wanted_ref = about.strip().upper() if about else None
    return [w for ref, w in journal if wanted_ref in (None, ref.upper())]
