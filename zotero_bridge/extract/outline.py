"""
Follow the headings of a document and say what the section under each is for.

A heading tells its kind by its words, else by the headings above it. Pure; knows nothing of offsets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from zotero_bridge.extract.headings import bare_heading, kind_of, numbering_depth
from zotero_bridge.model import SectionKind

_BACK = {SectionKind.REFERENCES, SectionKind.ACKNOWLEDGEMENTS, SectionKind.APPENDIX, SectionKind.FRONT_MATTER}
_FOLLOWS_FRONT_MATTER = {SectionKind.ABSTRACT, SectionKind.INTRODUCTION, SectionKind.FRONT_MATTER}
_ASIDES = {SectionKind.CAPTION, SectionKind.TABLE, SectionKind.FOOTNOTE}
_FRONT_REACH = 4_000  # characters within which a title page gives way to the first heading that tells a kind
_ABSTRACT_REACH = 4_500  # characters of an abstract; those of a summary of a report are many more
_LETTERED = re.compile(r"[A-H](?:\.(?:\d{1,2}\.?)*|(?:\.\d{1,2})+)\s+\S")
_CHAPTER = re.compile(
    r"(?:chapter|part)\s+(?:\d{1,2}|[ivxlc]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten)[.:]?", re.IGNORECASE
)
_CONTENTS = re.compile(r"(?:table of )?contents|list of \w+(?: and \w+)?", re.IGNORECASE)
_ENTRY = re.compile(r"[\s.…](?:\d{1,3}|[ivxl]{1,6})$")


@dataclass(frozen=True, slots=True)
class Block:
    """
    A paragraph, a heading or an aside. `parts` are its stretches of text with the physical page of each.

    `level` is 1 for the title, 2 and deeper for headings, 0 for all else. `kind` is set for what stands aside from the
    prose (footnote, table, caption) or where the format itself says what a stretch is for.
    """

    parts: tuple[tuple[int, str], ...]
    level: int = 0
    kind: SectionKind | None = None

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.parts)


class Outline:
    """The kind of section we are in, told by the headings passed so far."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._opening = _has_front_matter(blocks)  # no heading has told a kind yet
        self._trail: list[tuple[int, SectionKind]] = []
        self._numbered = 0  # headings with a number of their own
        self._contents = False  # the last heading was that of a table of contents
        self._abstract: _Abstract | None = None
        self.kind = SectionKind.FRONT_MATTER if self._opening else SectionKind.BODY

    def enter(self, b: Block, *, under_heading: bool) -> None:
        """
        By the heading's words, else by the nearest heading above it that is higher.

        `under_heading`: nothing stands between it and the heading before, so it may be that one's second line.
        """
        level = b.level + max(0, numbering_depth(b.text) - 1)
        if _CHAPTER.fullmatch(b.text.strip()):  # set smaller than the chapter's own title that follows
            level = 1
        told = b.kind or kind_of(b.text) or self._lettered(b.text)
        if under_heading and told is None and self._trail:
            level = max(level, self._trail[-1][0] + 1)
        self._numbered += numbering_depth(b.text) == 1
        self._contents = bool(_CONTENTS.fullmatch(bare_heading(b.text)))
        while self._trail and (self._trail[-1][0] >= level or self._abstract_over(told)):
            self._trail.pop()
        above = self._trail[-1][1] if self._trail else SectionKind.BODY
        if told is None:
            inherits = above is not SectionKind.FRONT_MATTER or self._opening
            self.kind = SectionKind.FRONT_MATTER if self._opening else above if inherits else SectionKind.BODY
        elif above is SectionKind.ABSTRACT and told not in _BACK:
            self.kind = SectionKind.ABSTRACT  # a structured abstract: its "Results" are not the results
            if self._abstract:
                self._abstract.told.add(told)
        elif above in (SectionKind.APPENDIX, SectionKind.REFERENCES):
            self.kind = above
        else:
            self.kind = told
            if told is SectionKind.ABSTRACT:
                self._abstract = _Abstract(plain="abstract" in b.text.lower())
        self._opening = self._opening and told is None
        self._trail.append((level, self.kind))

    def passed(self, characters: int) -> None:
        """Prose stands under the last heading."""
        if self._abstract:
            self._abstract.length += characters
            if not self._abstract.told:
                self._abstract.before_headings += characters

    def lists(self, b: Block) -> bool:
        """Whether what looks like a heading is an entry of the table of contents."""
        return self._contents and bool(_ENTRY.search(b.text))

    def _abstract_over(self, told: SectionKind | None) -> bool:
        """Whether the heading at hand cannot belong to the abstract that is on the trail, whatever its size."""
        if self._trail[-1][1] is not SectionKind.ABSTRACT or self._abstract is None or not self._abstract.plain:
            return False
        seen = self._abstract
        return seen.length > _ABSTRACT_REACH or seen.before_headings > 200 or (told in seen.told)

    def _lettered(self, heading: str) -> SectionKind | None:
        """Letters after numbers are appendices: "A. Search terms" in an article whose sections are 1, 2, 3."""
        return SectionKind.APPENDIX if self._numbered > 1 and _LETTERED.match(heading) else None


@dataclass(slots=True)
class _Abstract:
    """What has been seen of an abstract: one with headings inside begins with a heading, and has each kind once."""

    plain: bool
    length: int = 0
    before_headings: int = 0
    told: set[SectionKind | None] = field(default_factory=set)


def _has_front_matter(blocks: Sequence[Block]) -> bool:
    """Whether what stands before the first telling heading is title, authors and the like: an abstract follows soon."""
    seen = 0
    for b in blocks:
        kind = b.kind or (kind_of(b.text) if b.level else None)
        if kind and kind not in _ASIDES:
            return kind in _FOLLOWS_FRONT_MATTER
        seen += len(b.text)
        if seen > _FRONT_REACH:
            break
    return False
