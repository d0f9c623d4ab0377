"""
What a library holds, in Zotero's own names: items, attachments, notes, annotations, collections. Imported from `model`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LibraryRef:
    """One library. Keys and versions mean something only within it."""

    kind: Literal["user", "group"]
    id: str  # Zotero's numeric id; "0" for the local user; "0" for an export file
    origin: str  # the library URI it is reached by, secrets never included
    name: str = ""

    @property
    def slug(self) -> str:
        """A short, stable name for this library, used to scope stored keys."""
        return f"{self.kind}-{self.id}-{hashlib.sha256(self.origin.encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class Creator:
    """A person, or a body with a single-field name (then `first` is empty and `single_field` true)."""

    last: str
    first: str = ""
    role: str = "author"  # Zotero's creatorType
    single_field: bool = False

    @property
    def display(self) -> str:
        return self.last if self.single_field or not self.first else f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    key: str
    name: str
    parent_key: str | None = None  # None: at the top


@dataclass(frozen=True, slots=True)
class SavedSearch:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """A bibliographic item. `collections` holds collection keys; `csl` is CSL JSON, as a JSON string."""

    key: str
    title: str
    version: int = 0
    item_type: str = "document"  # Zotero's itemType
    creators: tuple[Creator, ...] = ()
    date: str = ""
    year: int | None = None  # None: undated
    abstract: str = ""
    citekey: str = ""
    doi: str = ""
    language: str = ""
    publication: str = ""
    tags: tuple[Tag, ...] = ()
    collections: tuple[str, ...] = ()
    relations: tuple[tuple[str, str], ...] = ()  # (predicate, URI)
    csl: str = "{}"
    uri: str = ""  # the item's Zotero URI, http://zotero.org/users/…/items/KEY; empty outside Zotero
    date_added: str = ""
    date_modified: str = ""

    @property
    def creators_display(self) -> str:
        """'Smith', 'Smith and Jones' or 'Smith et al.', from the authors, else from whoever there is."""
        people = [c for c in self.creators if c.role == "author"] or list(self.creators)
        names = [c.last for c in people]
        if not names:
            return ""
        if len(names) > 2:
            return f"{names[0]} et al."
        return " and ".join(names)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of an item (or standing alone, when `parent_key` is None). Links to web pages are not attachments here."""

    key: str
    parent_key: str | None
    title: str = ""
    version: int = 0
    link_mode: str = "imported_file"  # Zotero's linkMode
    content_type: str = ""
    filename: str = ""
    path: str = ""  # as the library states it; resolving is the source's work
    md5: str = ""  # empty where the library does not know it
    tags: tuple[Tag, ...] = ()
    collections: tuple[str, ...] = ()  # only standalone attachments have any
    url: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A child or standalone note; `html` as Zotero stores it."""

    key: str
    parent_key: str | None
    html: str
    version: int = 0
    title: str = ""
    tags: tuple[Tag, ...] = ()
    collections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mark on an attachment. `text` is what it marks (highlights and underlines), `comment` the reader's words."""

    key: str
    parent_key: str  # the attachment
    annotation_type: str = "highlight"  # highlight, note, image, ink, underline, text
    text: str = ""
    comment: str = ""
    color: str = ""  # '#ffd400', lower case
    page_label: str = ""
    page_index: int | None = None  # 0-based, from a PDF position; None for EPUB and snapshots
    sort_index: str = ""
    position: str = ""  # Zotero's annotationPosition, a JSON string
    version: int = 0
    author: str = ""
    tags: tuple[Tag, ...] = ()


LibraryObject = Item | Attachment | Note | Annotation


@dataclass(frozen=True, slots=True)
class Survey:
    """What a library holds now: a stamp per live object key. Equal stamps mean unchanged; the trash is left out."""

    stamps: Mapping[str, str]
    mark: str  # handed back at the next survey, opaque to everyone but the source
    collections: tuple[Collection, ...] = ()
    searches: tuple[SavedSearch, ...] = ()
    problems: tuple[str, ...] = ()  # what of the library could not be read, one sentence each
