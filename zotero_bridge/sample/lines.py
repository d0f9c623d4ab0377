"""
Break a block into lines, the way a typesetter does: justified, with words broken at line ends and real ligatures.

Pure: what a word measures is asked of a function. Knows nothing of pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from zotero_bridge.sample.markup import Block

Width = Callable[[str, str, float], float]  # text, font, size -> points

_SUFFIXES = (
    "bility",
    "tions",
    "tion",
    "ments",
    "ment",
    "ness",
    "ships",
    "ship",
    "ably",
    "ality",
    "ities",
    "ising",
    "tional",
)
_JOINED = {"ch", "ck", "gh", "gn", "ng", "ph", "sh", "th", "tr", "wh", "qu", "bl", "br", "cl", "cr"}
_JOINED |= {"dr", "fl", "fr", "gl", "gr", "pl", "pr", "sc", "sk", "sl", "sm", "sn", "sw", "tw", "wr", "kn"}
_VOWELS = "aeiouy"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one font at a horizontal offset from the start of its line."""

    x: float
    text: str
    font: str
    size: float
    rise: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """`height` includes leading. `calls` are the footnotes called in it; `rule` draws a line under it."""

    height: float
    pieces: tuple[Piece, ...] = ()
    calls: tuple[int, ...] = ()
    keep: bool = False  # with the next line
    rule: bool = False
    bars: tuple[tuple[str, float], ...] = ()  # a drawn figure instead of words


@dataclass(frozen=True, slots=True)
class Face:
    """How a block is set. `hyphenate` breaks words at line ends, `ligatures` sets fi and fl as one glyph."""

    font: str
    italic: str
    size: float
    leading: float
    justify: bool = True
    hyphenate: bool = True
    ligatures: bool = True
    indent: float = 0.0  # every line
    first: float = 0.0  # the first line, on top of `indent`

    def cut(self, text: str) -> str:
        return text.replace("fi", "\ufb01").replace("fl", "\ufb02") if self.ligatures else text


@dataclass(slots=True)
class _Word:
    pieces: list[tuple[str, str, float, float]]  # text, font, size, rise
    calls: tuple[int, ...] = ()

    def width(self, measure: Width) -> float:
        return sum(measure(text, font, size) for text, font, size, _ in self.pieces)


def set_lines(block: Block, face: Face, width: float, measure: Width, *, bold: int = 0) -> list[Line]:
    """The block's lines. The first `bold` characters of the text are set in the bold face."""
    words = _words(block, face, bold)
    lines: list[Line] = []
    queue = list(reversed(words))
    space = measure(" ", face.font, face.size)
    while queue:
        left = face.indent + (face.first if not lines else 0.0)
        room = width - left
        taken: list[_Word] = []
        used = 0.0
        while queue:
            word = queue[-1]
            wide = word.width(measure)
            gap = space if taken else 0.0
            if used + gap + wide <= room or (not taken and wide > room and not face.hyphenate):
                taken.append(queue.pop())
                used += gap + wide
                continue
            broken = _broken(word, room - used - gap, face, measure) if room - used > 0.05 * room else None
            if broken:
                taken.append(broken[0])
                used += gap + broken[0].width(measure)
                queue[-1] = broken[1]
            elif not taken:
                taken.append(queue.pop())
            break
        stretch = (room - used) / (len(taken) - 1) if face.justify and queue and len(taken) > 1 else 0.0
        lines.append(_line(taken, left, space + min(stretch, 9.0 * space), space, face, measure))
    return lines


def _line(words: list[_Word], left: float, gap: float, space: float, face: Face, measure: Width) -> Line:
    pieces: list[Piece] = []
    x = left
    for position, word in enumerate(words):
        last = position == len(words) - 1
        for number, (text, font, size, rise) in enumerate(word.pieces):
            end = " " if number == len(word.pieces) - 1 and not last else ""
            pieces.append(Piece(x, text + end, font, size, rise))
            x += measure(text, font, size)
        x += gap
    return Line(face.leading, tuple(pieces), tuple(call for word in words for call in word.calls))


def _words(block: Block, face: Face, bold: int) -> list[_Word]:
    words: list[_Word] = []
    calls = dict(block.calls)
    for found in re.finditer(r"\S+", block.text):
        pieces: list[tuple[str, str, float, float]] = []
        begin = found.start()
        inside = [offset for offset in sorted(calls) if begin < offset <= found.end()]
        for offset in sorted({*inside, found.end()}):
            if text := block.text[begin:offset]:
                italic = any(start <= begin < end for start, end in block.italic)
                font = face.italic if italic else "serif-bold" if begin < bold and "serif" in face.font else face.font
                font = "sans-bold" if begin < bold and font == "sans" else font
                pieces.append((face.cut(text), font, face.size, 0.0))
            if offset in inside:
                pieces.append((str(calls[offset]), face.font, face.size * 0.65, face.size * 0.33))
            begin = offset
        words.append(_Word(pieces, tuple(calls[offset] for offset in inside)))
    return words


def _broken(word: _Word, room: float, face: Face, measure: Width) -> tuple[_Word, _Word] | None:
    """The word in two, at the last place where its head still fits; None where it cannot be broken."""
    text, font, size, rise = word.pieces[0]
    for at in reversed(break_points(text) if face.hyphenate else compound_points(text)):
        head = text[:at] if text[at - 1] == "-" else text[:at] + "-"
        if measure(head, font, size) <= room:
            rest = _Word([(text[at:], font, size, rise), *word.pieces[1:]], word.calls)
            return _Word([(head, font, size, rise)]), rest
    return None


def compound_points(text: str) -> list[int]:
    """Places after a hyphen that is part of the word."""
    return [found.end() for found in re.finditer(r"(?<=\w{2})-(?=\w{2})", text)]


def break_points(text: str) -> list[int]:
    """Offsets where an English word may be broken: at its own hyphens, before endings, between two sounds."""
    points = set(compound_points(text))
    for part in re.finditer(r"[a-z\ufb01\ufb02]{6,}", text):
        word = part.group()
        points.update(part.start() + at for at in _syllables(word))
    return sorted(points)


def _syllables(word: str) -> list[int]:
    points: set[int] = set()
    for ending in _SUFFIXES:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            points.add(len(word) - len(ending))
            break
    for at in range(3, len(word) - 2):
        before, after = word[at - 1], word[at]
        between_consonants = before not in _VOWELS and after not in _VOWELS and before.isascii() and after.isascii()
        if between_consonants and before + after not in _JOINED and word[at - 2] in _VOWELS and word[at + 1] in _VOWELS:
            points.add(at)
        after_vowel = before in "iou" and after not in _VOWELS and after.isascii() and word[at + 1] in _VOWELS
        if after_vowel and 4 <= at <= len(word) - 4 and word[at - 2] not in _VOWELS:  # "commu-nity", "evi-dence"
            points.add(at)
    if word.endswith("ing"):
        doubled = word[-4] == word[-5]  # "transform-ing", but "run-ning"
        points.discard(len(word) - 3 if doubled else len(word) - 4)
        points.add(len(word) - 4 if doubled else len(word) - 3)
    if word.endswith("ed") and word[-3] != word[-4]:  # never "foun-ded", but "plan-ned"
        points.discard(len(word) - 3)
    return sorted(point for point in points if 3 <= point <= len(word) - 3)


def kept(lines: list[Line]) -> list[Line]:
    """The same lines, each kept with the next."""
    return [replace(line, keep=True) for line in lines]
