"""
Put the blocks of a document together into its one text, with pages and sections.

Every format ends here: an extractor says what the paragraphs, headings, tables, footnotes and captions are and on
which pages they stand; this module alone decides offsets. Knows nothing of files. The text it makes has paragraphs
separated by a blank line, no white space but single spaces inside them (tables and verses keep their line ends), and
sections that cover it without a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from zotero_bridge.extract.headings import runs_in
from zotero_bridge.extract.outline import Block, Outline
from zotero_bridge.model import DocumentText, Section, SectionKind

__all__ = ["Block", "assemble", "block", "tidy"]

_SPACES = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile(r" ?\n[ \n]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_RUN_IN = {SectionKind.ABSTRACT, SectionKind.ACKNOWLEDGEMENTS, SectionKind.FRONT_MATTER}


def block(text: str, page: int = 0, *, level: int = 0, kind: SectionKind | None = None) -> Block:
    return Block(((page, text),), level, kind)


def tidy(text: str) -> str:
    """Single spaces, no space around line ends, nothing that cannot be shown."""
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
    return _LINE_ENDS.sub("\n", _SPACES.sub(" ", text)).strip()


def assemble(
    blocks: Iterable[Block],
    *,
    source_key: str,
    extractor: str,
    page_labels: Sequence[str] = ("",),
    notes: Sequence[str] = (),
) -> DocumentText:
    """One text from blocks in reading order. Blocks without text are left out; pages without text keep their place."""
    kept = [_with_run_in_kind(b) for b in blocks if b.text.strip()]
    text, spans, pages = _joined(kept)
    starts, moved = _page_starts(pages, len(page_labels), len(text))
    return DocumentText(
        source_key=source_key,
        text=text,
        page_starts=starts,
        page_labels=tuple(page_labels),
        sections=_sections(kept, spans, len(text)),
        extractor=extractor,
        moved=moved,
        notes=tuple(notes),
    )


def _with_run_in_kind(b: Block) -> Block:
    """A paragraph that names its own matter stands aside from the section around it: "Funding: none", "Keywords: …"."""
    if b.level or b.kind is not None:
        return b
    found = runs_in(b.text[:80])
    return replace(b, kind=found[1]) if found and found[1] in _RUN_IN else b


def _joined(blocks: list[Block]) -> tuple[str, list[tuple[int, int]], list[tuple[int, int, int]]]:
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    pages: list[tuple[int, int, int]] = []  # start, end, page of every part
    at = 0
    for b in blocks:
        if out:
            out.append("\n\n")
            at += 2
        begin = at
        for page, text in b.parts:
            out.append(text)
            pages.append((at, at + len(text), page))
            at += len(text)
        spans.append((begin, at))
    return "".join(out), spans, pages


def _page_starts(
    parts: list[tuple[int, int, int]], count: int, length: int
) -> tuple[tuple[int, ...], tuple[tuple[int, int, int], ...]]:
    """Where each page begins, and the stretches that stand behind the beginning of a later page."""
    starts: list[int] = [0]
    moved: list[tuple[int, int, int]] = []
    for start, end, page in parts:
        if page < len(starts) - 1:
            moved.append((start, end, page))
        while len(starts) <= page:
            starts.append(start)
    starts.extend([length] * (count - len(starts)))
    return tuple(starts[:count]), tuple(moved)


def _sections(blocks: list[Block], spans: list[tuple[int, int]], length: int) -> tuple[Section, ...]:
    if not blocks:
        return ()
    firsts: list[tuple[int, SectionKind, str]] = []  # where a section begins, its kind and heading
    outline = Outline(blocks)
    heading = ""
    aside, waiting = False, False  # waiting: the last section holds only headings so far
    for b, (start, _) in zip(blocks, spans, strict=True):
        if b.level and not outline.lists(b):
            outline.enter(b, under_heading=waiting)
            heading = _shown(b.text)
            if waiting:
                firsts[-1] = (firsts[-1][0], outline.kind, heading)
            else:
                firsts.append((start, outline.kind, heading))
            aside, waiting = False, True
        elif b.kind is not None:
            if not (aside and firsts[-1][1] == b.kind):
                firsts.append((start, b.kind, heading))
            aside, waiting = True, False
        else:
            if aside or not firsts:
                firsts.append((start, outline.kind, heading))
            aside, waiting = False, False
            outline.passed(len(b.text))
    ends = [start for start, _, _ in firsts[1:]] + [length]
    return tuple(Section(start, end, kind, name) for (start, kind, name), end in zip(firsts, ends, strict=True))


def _shown(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split())[:300]
