"""
The values of the bridge: what a library holds (in `model_library`, and known here too) and what is made of it.

Everything here is frozen. A `Passage` is only ever a slice: `document.text[p.locator.start : p.locator.end] == p.text`.
Names are Zotero's own (item, attachment, annotation, collection, tag) wherever Zotero has one.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from zotero_bridge.model_library import Annotation as Annotation
from zotero_bridge.model_library import Attachment as Attachment
from zotero_bridge.model_library import Collection as Collection
from zotero_bridge.model_library import Creator as Creator
from zotero_bridge.model_library import Item as Item
from zotero_bridge.model_library import LibraryObject as LibraryObject
from zotero_bridge.model_library import LibraryRef as LibraryRef
from zotero_bridge.model_library import Note as Note
from zotero_bridge.model_library import SavedSearch as SavedSearch
from zotero_bridge.model_library import Survey as Survey
from zotero_bridge.model_library import Tag as Tag


class SectionKind(StrEnum):
    """What a stretch of a document is for. Evidence is looked for in some and never in others."""

    FRONT_MATTER = "front_matter"
    ABSTRACT = "abstract"
    INTRODUCTION = "introduction"
    METHODS = "methods"
    RESULTS = "results"
    DISCUSSION = "discussion"
    CONCLUSION = "conclusion"
    RECOMMENDATIONS = "recommendations"
    REFERENCES = "references"
    ACKNOWLEDGEMENTS = "acknowledgements"  # with funding, interests, ethics, data availability
    APPENDIX = "appendix"
    FOOTNOTE = "footnote"
    TABLE = "table"
    CAPTION = "caption"
    BODY = "body"  # prose under a heading that tells no kind, or under none


@dataclass(frozen=True, slots=True)
class Section:
    """`text[start:end]`, heading line included. Sections of a document are contiguous, ordered and cover its text."""

    start: int
    end: int
    kind: SectionKind = SectionKind.BODY
    heading: str = ""


class SourceKind(StrEnum):
    PDF = "pdf"
    HTML = "html"
    EPUB = "epub"
    WORD = "word"
    TEXT = "text"
    NOTE = "note"
    ANNOTATION = "annotation"
    ABSTRACT = "abstract"


SOFT_HYPHEN = "\u00ad"  # marks a hyphen that stood at a line end and is not part of the word


@dataclass(frozen=True, slots=True)
class DocumentText:
    """
    The one immutable text of a source.

    Paragraphs are separated by a blank line ("\\n\\n"); inside a paragraph line ends have become single spaces, and a
    hyphen that stood at a line end and is not part of the word has become SOFT_HYPHEN. Running heads and printed page
    numbers are left out. A paragraph that runs over a page break is not broken: `page_starts` falls inside it. Where a
    footnote or a table had to step aside for such a paragraph, `moved` says which page those stretches stand on.
    """

    source_key: str
    text: str
    page_starts: tuple[int, ...] = (0,)  # offset of each physical page, ascending; (0,) where there are no pages
    page_labels: tuple[str, ...] = ("",)  # what is printed on each page; "" where nothing is
    sections: tuple[Section, ...] = ()
    extractor: str = ""  # name and version of what made this text
    moved: tuple[
        tuple[int, int, int], ...
    ] = ()  # (start, end, page_index) that `page_starts` would tell wrongly; ordered
    notes: tuple[str, ...] = ()  # what the reader of this text should know: "3 of 40 pages hold no text (scanned?)"

    @property
    def text_sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def paged(self) -> bool:
        return len(self.page_starts) > 1 or any(self.page_labels)

    def page_index_at(self, offset: int) -> int:
        """0-based physical page that holds this offset."""
        at = bisect_right(self.moved, offset, key=lambda span: span[0]) - 1
        if at >= 0 and offset < self.moved[at][1]:
            return self.moved[at][2]
        return max(0, bisect_right(self.page_starts, offset) - 1)

    def section_at(self, offset: int) -> Section | None:
        index = bisect_right([s.start for s in self.sections], offset) - 1
        return self.sections[index] if index >= 0 and offset < self.sections[index].end else None


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a slice of a document stands. `page_index` is physical and 0-based; `page_label` is what is printed."""

    source_key: str
    text_sha256: str
    start: int
    end: int
    page_index: int | None = None  # None: the source has no pages
    page_label: str = ""
    page_label_end: str = ""  # set only where the slice runs over a page break
    section: str = ""  # the heading
    section_kind: SectionKind = SectionKind.BODY
    annotation_key: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable slice of one source."""

    id: str
    item_key: str
    source_kind: SourceKind
    text: str
    locator: Locator


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as the index knows it: which item it belongs to, what kind it is, how to name and open it."""

    key: str
    item_key: str
    kind: SourceKind
    title: str
    tags: tuple[Tag, ...] = ()
    color: str = ""  # annotations only
    parent_key: str = ""  # the attachment, for annotations
    position: str = ""  # annotations: Zotero's annotationPosition
    path: str = ""  # the file the text was read from; "" where there is none


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read, and why."""

    source_key: str
    item_key: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Which items of a library a review brings in. Empty: all of it. Fields add up, values of one are alternatives."""

    collections: tuple[str, ...] = ()  # names, "Parent/Child" paths or keys; sub-collections are included
    tags: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()  # names or keys of saved searches


@dataclass(frozen=True, slots=True)
class Marks:
    """What the reviewer's tag and colour map makes of one role: a mapped tag counts, and wins over any colour."""

    tags: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    overriding_tags: tuple[str, ...] = ()  # tags mapped to other roles: they cancel a colour


@dataclass(frozen=True, slots=True)
class Filters:
    """
    Which passages may be found. Values of one field are alternatives, fields add up.

    `tags` match an item's, a source's and an annotation's tags; `collections` match a name, a "Parent/Child" path or
    a key and include sub-collections; `marks` finds what the reviewer marked: annotations, and the passages they mark.
    """

    tags: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    item_keys: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    source_kinds: tuple[SourceKind, ...] = ()
    section_kinds: tuple[SectionKind, ...] = ()
    colors: tuple[str, ...] = ()
    marks: Marks | None = None  # None: marked or not

    @property
    def empty(self) -> bool:
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the index holds and what it could not read."""

    items: int
    sources: int
    passages: int
    failures: tuple[Failure, ...] = ()
    library: str = ""
    embedder: str = ""  # "" where there are words alone
    vectors: int = 0
    synced_at: str = ""  # ISO 8601, UTC; "" before the first sync
    by_kind: Mapping[str, int] = field(default_factory=dict)  # sources per source kind


def passage_id(library: str, source_key: str, text_sha256: str, start: int, end: int) -> str:
    """The same slice of the same text always has the same id: 16 hexadecimal digits."""
    return hashlib.sha256(f"{library}|{source_key}|{text_sha256}|{start}|{end}".encode()).hexdigest()[:16]
