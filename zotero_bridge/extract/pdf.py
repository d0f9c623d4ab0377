"""
Read PDF files through PDFium.

Page by page for lines, then over the whole document: what repeats on every page is taken out, columns are put in
order, lines become paragraphs, paragraphs go on over column and page breaks, and asides (footnotes, tables, captions)
step out of the way of a sentence that runs on. Knows nothing of HTML or Zotero.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdfium2.raw as pdfium

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.build import Block, assemble
from zotero_bridge.extract.hyphens import Hyphens
from zotero_bridge.extract.pdf_body import Body, Paragraph, body_of, settle_drop_caps
from zotero_bridge.extract.pdf_calls import address_of
from zotero_bridge.extract.pdf_columns import strips
from zotero_bridge.extract.pdf_furniture import without_furniture
from zotero_bridge.extract.pdf_lines import LineReader, PageLines
from zotero_bridge.extract.pdf_paragraphs import paragraphs
from zotero_bridge.extract.pdf_unseen import unseen
from zotero_bridge.model import DocumentText, SectionKind

EXTRACTOR = "pdf@2"
_SPACES = re.compile(r" {2,}")
_SCANNED = 20  # characters: a page with fewer holds no text worth the name
_PAGES_LIMIT = 20_000
_EMPTY = "it holds no text (scanned?)"
_GARBLED = "its fonts do not say which letters they hold, so no words can be read; text recognition (OCR) would help"
_ERRORS = {
    1: "it is truncated or damaged",
    2: "the file cannot be opened",
    3: "it is truncated or damaged",
    4: "it is encrypted and needs a password",
    5: "it is encrypted in a way that is not supported",
    6: "it is truncated or damaged",
}


def extract_pdf(path: Path, *, source_key: str) -> DocumentText:
    """Raises SourceUnreadable for what is encrypted, damaged or holds no text."""
    with _Document(path) as document:
        pages = document.pages()
        read = [sum(len(line.text) for line in page.lines) for page in pages]
        garbled = sum(page.garbled for page in pages)
        if _SCANNED <= sum(read) < 100 * _SCANNED and _worded(pages) < _SCANNED:
            raise SourceUnreadable(_GARBLED)
        if sum(read) < _SCANNED:
            raise SourceUnreadable(_GARBLED if garbled else _EMPTY if document.intact else _ERRORS[1])
        labels = without_furniture(pages, document.labels())
        blank = sum(count < _SCANNED for count in read) - garbled
        notes = [f"{blank} of {len(pages)} pages hold no text (scanned or blank?)"] if blank else []
        if garbled:
            notes.append(f"{garbled} of {len(pages)} pages are set in fonts that do not say which letters they hold")
        if document.unread:
            notes.append(f"{document.unread} of {len(pages)} pages could not be read")
        if document.unseen:
            notes.append(f"{document.unseen} lines that no reader sees (white on white, off the page) were left out")
    body = body_of(pages)
    hyphens = Hyphens((line.text, line.hyphen) for page in pages for line in page.lines)
    for page in pages:
        settle_drop_caps(page, body, hyphens.knows)
    flow = [paragraph for page in pages for paragraph in _page_flow(page, body)]
    blocks = _blocks(flow, body, hyphens)
    return assemble(
        blocks,
        source_key=source_key,
        extractor=EXTRACTOR,
        page_labels=labels,
        notes=notes,
    )


def _worded(pages: list[PageLines]) -> int:
    """Letters and digits: dots and boxes alone are no text."""
    return sum(c.isalnum() for page in pages for line in page.lines for c in line.text)


def _page_flow(page: PageLines, body: Body) -> list[Paragraph]:
    """A page's paragraphs in reading order. What is written sideways comes last: axis labels, turned tables."""
    local = body.on(page)
    upright = [line for line in page.lines if line.upright]
    flow = [paragraph for strip in strips(upright) for paragraph in paragraphs(strip, local, page)]
    if len(upright) < len(page.lines):
        aside = [line for line in page.lines if not line.upright]
        flow.append(Paragraph(aside, kind=SectionKind.TABLE))
    return flow


class _Document:
    """An open PDF. Closes what PDFium holds when left."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw: Any = None
        self.intact = True
        self.unread = 0
        self.unseen = 0  # lines that no reader of the page sees

    def __enter__(self) -> _Document:
        import pypdfium2

        try:
            self._document = pypdfium2.PdfDocument(self._path)
        except pypdfium2.PdfiumError as error:
            code = pdfium.FPDF_GetLastError()
            raise SourceUnreadable(_ERRORS.get(code, "it is truncated or damaged")) from error
        self._raw = self._document.raw
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def pages(self) -> list[PageLines]:
        count = pdfium.FPDF_GetPageCount(self._raw)
        if count <= 0:
            raise SourceUnreadable("it is truncated or damaged (no pages)")
        if count > _PAGES_LIMIT:
            raise SourceUnreadable(f"too large: it claims to have {count} pages")
        reader = LineReader()
        return [self._page(reader, index) for index in range(count)]

    def _page(self, reader: LineReader, index: int) -> PageLines:
        page = pdfium.FPDF_LoadPage(self._raw, index)
        if not page:
            self.unread += 1
            self.intact = False
            return PageLines([], 595.0, 842.0)
        handle = pdfium.FPDFText_LoadPage(page)
        try:
            if not handle:
                self.unread += 1
                return PageLines([], 595.0, 842.0)
            rect = pdfium.FS_RECTF()
            pdfium.FPDF_GetPageBoundingBox(page, rect)
            lines = reader.read(address_of(handle), index, (rect.left, rect.bottom, rect.right, rect.top))
            if gone := {id(line) for line in unseen(page, handle, lines.lines, lines.width, lines.height)}:
                self.unseen += len(gone)
                lines.lines = [line for line in lines.lines if id(line) not in gone]
        finally:
            if handle:
                pdfium.FPDFText_ClosePage(handle)
            pdfium.FPDF_ClosePage(page)
        return lines

    def labels(self) -> list[str]:
        """The labels the file itself gives its pages; "" where it gives none."""
        count = len(self._document)
        labels = [self._document.get_page_label(index) for index in range(count)]
        plain = [str(index + 1) for index in range(count)]
        return labels if any(labels) and labels != plain else [""] * count


def _blocks(flow: list[Paragraph], body: Body, hyphens: Hyphens) -> list[Block]:
    """Blocks in order; a paragraph that goes on takes its continuation, and the asides between come before it."""
    blocks: list[Block] = []
    index = 0
    while index < len(flow):
        paragraph = flow[index]
        index += 1
        if paragraph.kind is SectionKind.CAPTION and index < len(flow) and _ends_caption(paragraph, flow[index]):
            blocks.append(_block([paragraph, flow[index]], hyphens))
            index += 1
            continue
        if paragraph.kind is not None or paragraph.level:
            blocks.append(_block([paragraph], hyphens))
            continue
        chain = [paragraph]
        while (ahead := _continuation(flow, index, chain[-1], body)) is not None:
            blocks.extend(_block([aside], hyphens) for aside in flow[index:ahead])
            chain.append(flow[ahead])
            index = ahead + 1
        blocks.append(_block(chain, hyphens))
    return blocks


def _ends_caption(caption: Paragraph, following: Paragraph) -> bool:
    """Whether a paragraph is the rest of a caption or a box, parted from it by the columns that begin beside it."""
    last, first = caption.lines[-1], following.lines[0]
    if following.kind is not None or following.level or last.page != first.page or not caption.full:
        return False
    near = 0 < first.y - last.y < 1.6 * last.size and abs(first.x0 - last.x0) < last.size
    return near and first.text[:1].islower() and last.text[-1:] not in ".!?" and abs(first.size - last.size) < 0.5


def _continuation(flow: list[Paragraph], index: int, last: Paragraph, body: Body) -> int | None:
    """Where the paragraph goes on, past asides; None where it is over."""
    ahead = index
    while ahead < len(flow) and flow[ahead].kind is not None:
        ahead += 1
    if ahead >= len(flow) or flow[ahead].level or ahead - index > 30:
        return None
    following = flow[ahead]
    tail, head = last.lines[-1], following.lines[0]
    same_page = tail.page == head.page
    if head.page - tail.page > 2 or abs(last.size - following.size) > 0.12 * last.size:
        return None
    if same_page and ahead == index and not following.opens_strip:
        return None  # they follow each other in one column: the break between them was meant
    if same_page and following.opens_strip and head.y - tail.y > 1.6 * body.leading:
        return None
    if tail.hyphen:
        return ahead if head.text[:1].isalpha() else None
    text = tail.text.rstrip("\"'’”)]")
    if text[-1:] in ".!?:" or tail.bold != head.bold:
        return ahead if last.full and head.text[:1].islower() else None
    if head.text[:1].islower():
        return ahead
    reaches = last.full or tail.x1 - last.left > 0.7 * (last.right - last.left)
    return ahead if reaches and not following.indented else None


def _block(chain: list[Paragraph], hyphens: Hyphens) -> Block:
    """One block of one or more stretches; the page of each line is kept."""
    parts: list[tuple[int, list[str]]] = []
    first = chain[0]
    separator = "\n" if first.kind is SectionKind.TABLE else " "
    lines = [line for paragraph in chain for line in paragraph.lines]
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if not parts or parts[-1][0] != line.page:
            parts.append((line.page, []))
        put = parts[-1][1].append
        put(line.text)
        if line.hyphen:
            put(hyphens.between(line.text, following.text.lstrip()) if following else "-")
        elif following and not (line is lines[0] and len(line.text) == 1 and line.size > 1.6 * following.size):
            put(separator)
    return Block(tuple((page, _SPACES.sub(" ", "".join(texts))) for page, texts in parts), first.level, first.kind)
