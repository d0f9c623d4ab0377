"""
Find planted words again in a finished file: on which page, under which printed label, in which rectangles.

Reads files with pypdfium2 and the standard library only, and not with the product's own extractors, so that the answer
key does not rest on what it is used to test.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from zotero_bridge.fold import Folded, find, fold
from zotero_bridge.model import SOFT_HYPHEN
from zotero_bridge.sample import FICTIONAL

_LINE_HYPHEN = re.compile("[\ufffe\x02](?=\r?\n)|-(?=\r?\n)|[\ufffe\x02]")
_TAG = re.compile(r"<(script|style|head|nav|footer|aside)\b.*?</\1>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand. `rects` are PDF points, (left, bottom, right, top), one per line; empty outside PDFs."""

    page_index: int | None
    page_label: str
    rects: tuple[tuple[float, float, float, float], ...] = ()
    offset: int = 0  # characters from the start of the page
    top: float = 0.0  # points from the top of the page
    next_rects: tuple[tuple[float, float, float, float], ...] = ()  # on the page after, where the words run on


class Reading:
    """The text of one file, page by page."""

    def __init__(
        self,
        path: Path,
        furniture: Iterable[str] = (),
        *,
        footnotes: Iterable[str] = (),
        first_printed: int | None = None,
    ) -> None:
        """
        `furniture`: what the running heads say; they, printed page numbers and footnotes do not part a quotation.
        `first_printed`: the number on the first page, for a file that prints page numbers but has no page labels.
        """
        self.path = path
        self.labels = _labels(path) if path.suffix == ".pdf" else [""]
        if first_printed is not None:
            self.labels = [str(first_printed + number) for number in range(len(self.labels))]
        known = {FICTIONAL, *furniture}
        bare = _pages(path)
        self.bare: Folded = fold("\n".join(bare))
        pages = zip(bare, self.labels, strict=True)
        self.pages = [_without(_blanked(page, {*known, label, f"Page {label}"}), footnotes) for page, label in pages]
        starts = [0]
        for page in self.pages[:-1]:
            starts.append(starts[-1] + len(page) + 1)
        self.starts = starts
        self.folded: Folded = fold("\n".join(self.pages))

    def places(self, quote: str) -> list[tuple[int, int]]:
        """(start, end) in the joined pages."""
        return [(match.start, match.end) for match in find(quote, self.folded)]

    def interrupted(self, quote: str) -> bool:
        """Whether a running head, a page number or a footnote stands in the midst of the words."""
        return not any(find(quote, self.bare))

    def place(self, quote: str) -> Place:
        """Raises LookupError where the words stand nowhere, or in two places."""
        found = self.places(quote)
        if len(found) != 1:
            raise LookupError(f"{self.path.name}: found {len(found)} times: {quote[:90]}")
        start, end = found[0]
        page = max(number for number, begin in enumerate(self.starts) if begin <= start)
        if self.path.suffix != ".pdf":
            return Place(None, "")
        offset = start - self.starts[page]
        stop = len(self.pages[page].rstrip())
        rects, height = _rects(self.path, page, offset, min(end - self.starts[page], stop))
        after: tuple[tuple[float, float, float, float], ...] = ()
        if page + 1 < len(self.pages) and end > self.starts[page + 1]:
            begin = len(self.pages[page + 1]) - len(self.pages[page + 1].lstrip())
            after, _ = _rects(self.path, page + 1, begin, end - self.starts[page + 1])
        return Place(page, self.labels[page], rects, offset, height - rects[0][3] if rects else 0.0, after)

    def ends_on(self, quote: str) -> str:
        """The printed label of the page on which the words end."""
        _, end = self.places(quote)[0]
        return self.labels[max(number for number, begin in enumerate(self.starts) if begin < end)]


def _blanked(page: str, furniture: set[str]) -> str:
    """The page with every line that is furniture turned into spaces, so that offsets stay."""
    lines = re.split(r"(\r?\n)", page)
    return "".join(" " * len(line) if line.strip() in furniture else line for line in lines)


def _without(page: str, footnotes: Iterable[str]) -> str:
    """The page with these footnotes turned into spaces."""
    for footnote in footnotes:
        for match in find(footnote, fold(page)):
            page = page[: match.start] + " " * (match.end - match.start) + page[match.end :]
    return page


def _pages(path: Path) -> list[str]:
    if path.suffix == ".pdf":
        return _pdf_pages(path)
    if path.suffix == ".html":
        return [_plain(path.read_text(encoding="utf-8"))]
    with zipfile.ZipFile(path) as archive:
        if path.suffix == ".docx":
            xml = archive.read("word/document.xml").decode()
            return [_plain(xml.replace("</w:p>", "\n"))]
        names = [name for name in archive.namelist() if "chapter" in name]
        return ["\n".join(_plain(archive.read(name).decode()) for name in names)]


def _plain(markup: str) -> str:
    words = _TAG.sub("", re.sub(r"</(p|h\d|li|blockquote)>", "\n", markup))
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _pdf_pages(path: Path) -> list[str]:
    """Character for character as the library counts them, with line-end hyphens made soft (one character each)."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(str(path))
    try:
        return [_LINE_HYPHEN.sub(SOFT_HYPHEN, page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def _labels(path: Path) -> list[str]:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(str(path))
    try:
        return [document.get_page_label(number) for number in range(len(document))]
    finally:
        document.close()


def _rects(path: Path, page: int, start: int, end: int) -> tuple[tuple[tuple[float, float, float, float], ...], float]:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(str(path))
    try:
        held = document[page]
        text = held.get_textpage()
        count = text.count_rects(start, end - start)
        boxes = [text.get_rect(number) for number in range(count)]
        return _one_per_line(boxes), float(held.get_height())
    finally:
        document.close()


def _one_per_line(boxes: list[tuple[float, float, float, float]]) -> tuple[tuple[float, float, float, float], ...]:
    lines: list[tuple[float, float, float, float]] = []
    for left, bottom, right, top in boxes:
        if lines and abs(lines[-1][1] - bottom) < 4 and left >= lines[-1][0]:
            before = lines[-1]
            lines[-1] = (before[0], min(bottom, before[1]), max(right, before[2]), max(top, before[3]))
        else:
            lines.append((left, bottom, right, top))
    return tuple((round(a, 3), round(b, 3), round(c, 3), round(d, 3)) for a, b, c, d in lines)
