"""What a push is made of: the plan, what was written, what was not. Values only; they know no Zotero."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from zotero_bridge.model import LibraryRef
from zotero_bridge.writeback_note import shown_lines

Entry = dict[str, Any]  # an object as Zotero's API takes it


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """One object to be written. `entry` is what Zotero will be sent."""

    kind: Literal["note", "tags"]
    title: str
    entry: Entry
    ref: str = ""
    adds: tuple[str, ...] = ()  # tags that are not there yet

    @property
    def line(self) -> str:
        if self.kind == "tags":
            return f"{self.entry['key']}  {self.title}: add {', '.join(self.adds)}"
        where = f"below {self.entry['parentItem']}" if "parentItem" in self.entry else "standing alone"
        tagged = f", tagged {', '.join(self.adds)}" if self.adds else ""
        return f"note '{self.title}' {where}{tagged} ({len(self.entry['note'])} characters)"

    @property
    def content(self) -> tuple[str, ...]:
        """What a note will say, line by line."""
        return tuple(shown_lines(self.entry["note"])) if self.kind == "note" else ()


@dataclass(frozen=True, slots=True)
class NotWritten:
    """Something that was, or would be, refused, and why. `conflict`: it was changed in Zotero meanwhile."""

    title: str
    reason: str
    ref: str = ""
    key: str = ""
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class PushPlan:
    library: LibraryRef
    version: int  # the library's, when it was looked at
    writes: tuple[PlannedWrite, ...] = ()
    refused: tuple[NotWritten, ...] = ()
    unchanged: tuple[str, ...] = ()  # titles of what is there already

    @property
    def lines(self) -> tuple[str, ...]:
        """What will be written and what not, for the person who is asked; a note with all that it says."""
        made = [line for write in self.writes for line in (write.line, *(f"    {said}" for said in write.content))]
        made += [f"there already: {title}" for title in self.unchanged]
        return (*made, *(f"cannot be written: {refused.title}: {refused.reason}" for refused in self.refused))


@dataclass(frozen=True, slots=True)
class Written:
    """One thing that was written: the journal's entry, and all that is needed to take it back."""

    kind: Literal["note", "tags"]
    key: str
    version: int
    library: str  # the library's URI
    server_id: str  # of the Zotero it went to; "" for zotero.org
    title: str
    ref: str = ""
    tags: tuple[str, ...] = ()  # that were added
    sent_sha256: str = ""  # of a note as it was sent
    stored_sha256: str = ""  # of the note as Zotero stored it
    at: str = ""  # ISO 8601, UTC
    gist_sha256: str = ""  # of the note's words, which stay when Zotero's editor renews its markup

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "tags": list(self.tags)}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Written:
        return cls(**{**raw, "tags": tuple(raw.get("tags", ()))})


@dataclass(frozen=True, slots=True)
class PushOutcome:
    written: tuple[Written, ...] = ()
    failed: tuple[NotWritten, ...] = ()


@dataclass(frozen=True, slots=True)
class UndoOutcome:
    undone: tuple[Written, ...] = ()
    failed: tuple[NotWritten, ...] = ()
