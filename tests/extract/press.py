"""
A small press: sets known paragraphs as publishers do, and says on which page each word came to stand.

Made with reportlab's canvas alone, so that every line, hyphen, head and footnote is where a test wants it.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
SUBJECTS = [
    "senior leaders", "the partnership board", "community nurses", "district councils", "neighbourhood teams",
    "general practices", "voluntary organisations", "the integrated care board", "clinical directors", "residents",
]  # fmt: skip
VERBS = [
    "described", "questioned", "strengthened", "renegotiated", "postponed", "understood", "undermined", "supported",
    "acknowledged", "communicated",
]  # fmt: skip
OBJECTS = [
    "a shared purpose", "the accountability arrangements", "their responsibilities for population health",
    "the memorandum of understanding", "long-standing relationships", "the decision-making process",
    "a collaborative approach to commissioning", "organisational boundaries", "co-produced priorities",
    "the performance framework",
]  # fmt: skip
TAILS = [
    "because trust had been established over several years", "when workforce shortages became unmanageable",
    "although funding remained uncertain (Okonjo and Brandt, 2019)", "in circumstances where rurality mattered",
    "so that problems were owned by the whole system", "despite considerable scepticism [12, 14]",
    "which participants interpreted as an invitation", "in 37.5% of the meetings observed",
]  # fmt: skip


def sentence(rng: random.Random) -> str:
    words = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)} {rng.choice(TAILS)}"
    return words[0].upper() + words[1:] + f" in case {rng.randrange(10_000)}."


def paragraph(rng: random.Random, sentences: int) -> str:
    return " ".join(sentence(rng) for _ in range(sentences))


@dataclass
class Column:
    x: float
    width: float


@dataclass
class Press:
    """Sets text into columns. `placed` records (text of the word, page index) in reading order."""

    columns: int = 2
    size: float = 9.5
    leading: float = 11.5
    font: str = "Times-Roman"
    bold: str = "Times-Bold"
    indent: float = 10.0
    gap: float = 0.0  # between paragraphs
    hyphenate: bool = True
    justify: bool = True
    head: str = "Journal of Invented Systems 12 (2024) 101–118"
    foot: str = ""
    first_number: int | None = 101
    labels: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4)
        self.page = 0
        self.placed: list[tuple[str, int]] = []
        self.top, self.bottom = HEIGHT - 70.0, 70.0
        self.footnotes: list[str] = []
        self._footnote_lines: dict[int, list[str]] = {}
        self._lay_columns()
        self.column = 0
        self.y = self.top
        self.floor = self.bottom
        self.ceiling = self.top

    def _lay_columns(self) -> None:
        gutter = 18.0
        total = WIDTH - 100
        width = (total - gutter * (self.columns - 1)) / self.columns
        self.frames = [Column(50 + i * (width + gutter), width) for i in range(self.columns)]

    def _furnish(self) -> None:
        c = self.canvas
        c.setFont("Times-Italic", 8)
        if self.head:
            c.drawString(50, HEIGHT - 40, self.head if self.page % 2 else "Okonjo et al.")
        if self.foot:
            c.drawCentredString(WIDTH / 2, 28, self.foot)
        if self.first_number is not None:
            c.drawCentredString(WIDTH / 2, 40, str(self.first_number + self.page))

    def next_column(self) -> None:
        self.column += 1
        if self.column >= self.columns:
            self.next_page()
        self.y = self.ceiling
        self.floor = self.bottom

    def next_page(self) -> None:
        self._furnish()
        self.canvas.showPage()
        self.page += 1
        self.column = 0
        self.ceiling = self.top
        self.y = self.ceiling
        self.floor = self.bottom

    def footnote(self, text: str) -> None:
        """At the foot of the column at hand, in smaller print."""
        frame = self.frames[self.column]
        lines = self._broken(text, frame.width, 7.5, 0)
        self.floor = self.bottom + 9 * len(lines) + 8
        y = self.floor - 10
        for line, _ in lines:
            self.canvas.setFont(self.font, 7.5)
            self.canvas.drawString(frame.x, y, line)
            y -= 9

    def wide(self, text: str, size: float, *, bold: bool = False, leading: float | None = None) -> None:
        """Over the whole width, at the top of what is left of the page. Only before any column is begun."""
        font = self.bold if bold else self.font
        for line, _ in self._broken(text, WIDTH - 100, size, 0, font):
            self.y -= leading or size * 1.2
            self.canvas.setFont(font, size)
            self.canvas.drawString(50, self.y, line)
            self._place(line)
        self.y -= 8
        self.ceiling = self.y

    def table(self, caption: str, rows: list[list[str]]) -> None:
        """A table in the column at hand, cell by cell."""
        frame = self.frames[self.column]
        need = 14 * (len(rows) + 2)
        if self.y - need < self.floor:
            self.next_column()
            frame = self.frames[self.column]
        self.y -= 14
        self.canvas.setFont(self.bold, 8)
        self.canvas.drawString(frame.x, self.y, caption)
        for row in rows:
            self.y -= 12
            self.canvas.setFont(self.font, 8)
            for i, cell in enumerate(row):
                self.canvas.drawString(frame.x + i * frame.width / len(row), self.y, cell)
        self.y -= 16

    def heading(self, text: str, size: float = 11.0) -> None:
        if self.y - 3.5 * self.leading < self.floor:
            self.next_column()
        self.y -= size * 1.2 + 8
        self.canvas.setFont(self.bold, size)
        self.canvas.drawString(self.frames[self.column].x, self.y, text)
        self._place(text)
        self.y -= 3

    def text(self, text: str, *, indent: float | None = None) -> None:
        width = self.frames[0].width
        lines = self._broken(text, width, self.size, self.indent if indent is None else indent)
        self.y -= self.gap
        for number, (line, last) in enumerate(lines):
            if self.y - self.leading < self.floor:
                self.next_column()
            self.y -= self.leading
            frame = self.frames[self.column]
            x = frame.x + ((self.indent if indent is None else indent) if number == 0 else 0)
            room = frame.x + frame.width - x
            spaces = line.count(" ")
            short = room - stringWidth(line, self.font, self.size)
            extra = short / spaces if spaces and self.justify and not last else 0
            writing = self.canvas.beginText(x, self.y)
            writing.setFont(self.font, self.size)
            writing.setWordSpace(max(0.0, extra))
            writing.textOut(line)
            self.canvas.drawText(writing)
            self._place(line)

    def _place(self, line: str) -> None:
        self.placed.extend((word, self.page) for word in line.split())

    def _broken(
        self, text: str, width: float, size: float, indent: float, font: str | None = None
    ) -> list[tuple[str, bool]]:
        font = font or self.font
        lines: list[str] = []
        current = ""
        room = width - indent
        for word in text.split():
            candidate = f"{current} {word}" if current else word
            if stringWidth(candidate, font, size) <= room:
                current = candidate
                continue
            head, tail = self._divided(current, word, room, font, size)
            lines.append(f"{current} {head}" if head and current else current or head)
            current, room = tail, width
        lines.append(current)
        return [(line, i == len(lines) - 1) for i, line in enumerate(lines) if line]

    def _divided(self, current: str, word: str, room: float, font: str, size: float) -> tuple[str, str]:
        if "-" in word[1:-1]:
            at = word.index("-", 1) + 1
            if stringWidth(f"{current} {word[:at]}", font, size) <= room:
                return word[:at], word[at:]
        core = word.rstrip(".,;")
        if not self.hyphenate or len(core) < 8 or not core.isalpha():
            return "", word
        for at in range(len(core) - 3, 3, -1):
            if stringWidth(f"{current} {word[:at]}-", font, size) <= room:
                return f"{word[:at]}-", word[at:]
        return "", word

    def finish(self) -> bytes:
        self._furnish()
        self.canvas.save()
        return self.buffer.getvalue()


def article(seed: int = 1, *, pages: int = 6, **settings: object) -> tuple[bytes, list[str], Press]:
    """A two-column article: title, abstract, sections, footnotes, tables, references. Its paragraphs come with it."""
    rng = random.Random(seed)
    press = Press(**settings)  # type: ignore[arg-type]  # the settings are Press's own fields
    paragraphs: list[str] = []
    press.wide("Leading without authority in invented care systems: a fictional study", 17, bold=True)
    press.wide("Ada Okonjo, Bertil Brandt and Chandra Mehta", 10)
    press.wide("Abstract", 11, bold=True)
    abstract = paragraph(rng, 6)
    press.wide(abstract, 9.5)
    paragraphs.append(abstract)
    for number, title in enumerate(["Introduction", "Methods", "Findings", "Trust as a resource", "Discussion"], 1):
        press.heading(f"{number} {title}")
        first = True
        while press.page < pages * number / 5.4:
            body = paragraph(rng, rng.randint(3, 7))
            press.text(body, indent=0 if first else None)
            paragraphs.append(body)
            first = False
            if rng.random() < 0.12 and press.floor == press.bottom and press.y - press.bottom > 80:
                press.footnote(f"{rng.randint(1, 9)} {sentence(rng)}")
            elif rng.random() < 0.12:
                rows = [[f"Site {i}", str(rng.randint(10, 99)), f"{rng.randint(1, 9)}.{i}"] for i in range(5)]
                press.table(f"Table {rng.randint(1, 9)}. Characteristics of sites", rows)
    press.heading("References")
    for i in range(1, 12):
        reference = f"{i}. Okonjo A, Brandt B. {sentence(rng)} J Invent Syst. 2019;{i}(2):1{i}0–1{i}9."
        press.text(reference, indent=0)
        paragraphs.append(reference)
    return press.finish(), paragraphs, press


def raw_pdf(lines: list[str], *, unicode: dict[str, str]) -> bytes:
    """A page of lines in one font, which says of some letters that they stand for others."""
    pairs = {**{chr(c): chr(c) for c in range(32, 127)}, **unicode}
    entries = [f"<{ord(c):02x}> <{u.encode('utf-16-be').hex()}>" for c, u in pairs.items()]
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(entries)} beginbfchar\n" + "\n".join(entries) + "\nendbfchar endcmap end"
    )
    shown = "\n".join(
        f"1 0 0 1 72 {760 - 14 * i} Tm ({line.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj"
        for i, line in enumerate(lines)
    )
    content = f"BT /F1 11 Tf {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 7\n0000000000 65535 f \n{table}trailer << /Size 7 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()
