"""
What a PDF's ordinary text looks like, and the paragraph that lines are gathered into. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from zotero_bridge.extract.pdf_lines import Line, PageLines
from zotero_bridge.model import SectionKind

BULLET = re.compile(r"(?:[•●▪■◦‣○□➢➤✓]|\uf0b7|\uf0a7)\s*")
ENUMERATOR = re.compile(
    r"(?:[*–—·-]|o(?= [A-Z])|\((?:[a-z]|\d{1,2}|[ivx]{1,4})\)|(?:[a-z]|\d{1,3}|[ivx]{1,4})[.)]|\[\d{1,3}\])\s"
)
FOOTNOTE_MARK = re.compile(r"(?:\d{1,3}|[*†‡§¶∗⁎⋆]{1,3}|[a-z])(?:[.)]|\s|(?=[A-Z“\"']))")
TURN = re.compile(r"([A-Z][^:.!?]{0,60}):\s")


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together. `kind` is set for what stands aside, `level` for headings."""

    lines: list[Line]
    kind: SectionKind | None = None
    level: int = 0
    indented: bool = False  # the first line begins further right than the column
    opens_strip: bool = False  # nothing stands before it in its column
    full: bool = False  # the last line reaches the column's right edge
    left: float = 0.0
    right: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        if len(self.lines) == 1:
            return self.lines[0].size
        return sorted([line.size for line in self.lines])[len(self.lines) // 2]

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


@dataclass(slots=True)
class Body:
    """What the document's ordinary text looks like."""

    size: float = 10.0
    leading: float = 12.0
    bold: bool = False
    italic: bool = False
    speakers: frozenset[str] = frozenset()  # who speaks in a transcript, as the turns name them
    sizes: list[float] = field(default_factory=list)  # those of headings, largest first

    def on(self, page: PageLines) -> Body:
        """The same for one page, where its ordinary text is set larger: a report's summary, a merged file."""
        sizes: Counter[float] = Counter()
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
        if not sizes:
            return self
        size, count = sizes.most_common(1)[0]
        if size <= self.size or count < 0.5 * sizes.total() or count < 600:
            return self
        return replace(self, size=size, leading=self.leading * size / self.size)


def body_of(pages: list[PageLines]) -> Body:
    """The commonest size by characters, and the distance of lines in it."""
    sizes: Counter[float] = Counter()
    bold = italic = total = 0
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
            bold += len(line.text) if line.bold else 0
            italic += len(line.text) if line.italic else 0
            total += len(line.text)
    if not sizes:
        return Body()
    size = sizes.most_common(1)[0][0]
    steps: Counter[float] = Counter()
    for page in pages:
        for above, below in zip(page.lines, page.lines[1:], strict=False):
            step = below.y - above.y
            if abs(above.size - size) < 0.6 and abs(below.size - size) < 0.6 and 0.8 * size < step < 3 * size:
                steps[round(step * 2) / 2] += 1
    leading = steps.most_common(1)[0][0] if steps else 1.2 * size
    larger = sorted({s for s, n in sizes.items() if s > size * 1.08}, reverse=True)
    return Body(size, leading, total > 0 and bold > 0.6 * total, italic > 0.6 * total, _speakers(pages), larger)


def _speakers(pages: list[PageLines]) -> frozenset[str]:
    """Labels before a colon that begin many lines."""
    labels = Counter(m[1] for page in pages for line in page.lines if ":" in line.text and (m := TURN.match(line.text)))
    return frozenset(label for label, n in labels.items() if n >= 4)


def settle_drop_caps(page: PageLines, body: Body, knows: Callable[[str], bool]) -> None:
    """Puts a large initial back before the line it begins: its baseline is that of a line further down."""
    for cap in [li for li in page.lines if len(li.text) == 1 and li.text.isupper() and li.size > 1.7 * body.size]:
        beside = [
            line
            for line in page.lines
            if line is not cap
            and line.size < 0.7 * cap.size
            and cap.x1 - body.size < line.x0 < cap.x1 + 2 * body.size
            and cap.y - cap.size < line.y <= cap.y + 0.3 * body.size
        ]
        if not beside:
            continue
        first = min(beside, key=lambda line: line.y)
        word = re.split(r"[^\w’'-]", first.text, maxsplit=1)[0]
        alone = cap.text in "AI" and word[:1].islower() and knows(word) and not knows(cap.text + word)
        first.text = cap.text + (" " if alone else "") + first.text
        page.lines.remove(cap)


def listed(text: str) -> bool:
    return bool(BULLET.match(text) or ENUMERATOR.match(text))
