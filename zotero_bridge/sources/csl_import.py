"""
CSL JSON, as Zotero, Mendeley, Paperpile, EndNote converters and pandoc write it.

It names no files. Its `note` holds what Zotero calls Extra; what is left of it without the "Key: value" lines that
Zotero and its plugins keep there is a reader's note.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence

from zotero_bridge.errors import ExportMalformed
from zotero_bridge.model import Creator, Item, LibraryRef, Tag
from zotero_bridge.sources.csl_dates import date_parts, written_date
from zotero_bridge.sources.csl_fields import CSL_TYPES
from zotero_bridge.sources.export_entries import Entry, ExportContents, assemble
from zotero_bridge.sources.item_json import plain_doi, plain_title

ITEM_TYPES = {
    **{csl: zotero for zotero, csl in reversed(CSL_TYPES.items())},
    "article": "preprint",
    "broadcast": "tvBroadcast",
    "entry": "encyclopediaArticle",
    "figure": "artwork",
    "motion_picture": "film",
    "pamphlet": "document",
    "personal_communication": "letter",
    "review": "journalArticle",
    "review-book": "journalArticle",
}
_ROLES = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "collection-editor": "seriesEditor",
    "container-author": "bookAuthor",
    "contributor": "contributor",
    "director": "director",
    "composer": "composer",
    "interviewer": "interviewer",
    "recipient": "recipient",
    "reviewed-author": "reviewedAuthor",
    "editorial-director": "editor",
    "chair": "chair",
    "performer": "performer",
    "producer": "producer",
}
_ZOTERO_URI = re.compile(r"^https?://(?:www\.)?zotero\.org/((?:users|groups)/.+)/items/([A-Z0-9]{8})$")
_EXTRA_LINE = re.compile(
    r"^[ \t]*(?:citation[ -]?key|citekey|bibtex|pmid|pmcid|doi|is[bs]n|arxiv|oclc|lccn|publisher|place|type|number"
    r"|version|accession number|google-?books-?id|ads bibcode|page version id|tex\.\S+|_\S+|original-\S+"
    r"|issued|\S+ citations)\*?\s*:.*$",
    re.IGNORECASE | re.MULTILINE,
)


def read_csl(entries: Sequence[object], name: str, library: LibraryRef) -> ExportContents:
    """Raises ExportMalformed where an entry is no object; entries without a title stay."""
    read = []
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping):
            raise ExportMalformed(f"{name} is not CSL JSON: entry {number} is not an object.")
        read.append(_entry(entry, number))
    return assemble(read)


def _entry(entry: Mapping[str, object], number: int) -> Entry:
    stated = _text(entry, "id")
    in_zotero = _ZOTERO_URI.match(stated)
    citekey = _text(entry, "citation-key") or _text(entry, "citation-label")
    if not citekey and not re.match(r"https?://", stated):  # a mere counter is cited by as well, in this export
        citekey = stated
    if re.search(r"\s", citekey):  # no manuscript could cite by it
        citekey = ""
    date = written_date(entry.get("issued"))
    note = readers_note(_text(entry, "note"))
    parts = date_parts(date)
    item = Item(
        key=in_zotero[2] if in_zotero else "",
        title=plain_title(_text(entry, "title")),
        item_type=ITEM_TYPES.get(_text(entry, "type"), "document"),
        creators=tuple(_creators(entry)),
        date=date,
        year=parts[0] if parts else None,
        abstract=_text(entry, "abstract"),
        citekey=citekey,
        doi=plain_doi(_text(entry, "DOI")),
        language=_text(entry, "language"),
        publication=plain_title(_text(entry, "container-title")),
        tags=_keywords(entry.get("keyword")),
        csl=json.dumps({**entry, "type": _text(entry, "type") or "document"}, ensure_ascii=False, sort_keys=True),
        uri=f"http://zotero.org/{in_zotero[1]}/items/{in_zotero[2]}" if in_zotero else "",
    )
    return Entry(item=item, where=f"entry {number}", notes=(as_html(note),) if note else ())


def readers_note(text: str) -> str:
    """What a person wrote into a field that programs share (Zotero's Extra), without the lines that are theirs."""
    return _EXTRA_LINE.sub("", text).strip()


def as_html(text: str) -> str:
    """Plain text as a note: a paragraph for each stretch between blank lines."""
    paragraphs = [html.escape(part.strip(), quote=False) for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "".join(f"<p>{'<br>'.join(part.splitlines())}</p>" for part in paragraphs)


def _creators(entry: Mapping[str, object]) -> list[Creator]:
    creators = []
    for role, zotero_role in _ROLES.items():
        names = entry.get(role)
        for name in names if isinstance(names, list) else []:
            if isinstance(name, str) and name.strip():
                creators.append(Creator(last=name.strip(), role=zotero_role, single_field=True))
            elif isinstance(name, Mapping):
                creators += _creator(name, zotero_role)
    return creators


def _creator(name: Mapping[str, object], role: str) -> list[Creator]:
    particles = [_text(name, "dropping-particle"), _text(name, "non-dropping-particle")]
    family, given = _text(name, "family"), _text(name, "given")
    literal = _text(name, "literal") or (family if not given else "") or (given if not family else "")
    if literal and not any(particles):
        return [Creator(last=literal, role=role, single_field=True)]
    if not family:
        return []
    first = " ".join(part for part in (given, particles[0]) if part)
    return [Creator(last=" ".join(part for part in (particles[1], family) if part), first=first, role=role)]


def _keywords(value: object) -> tuple[Tag, ...]:
    if isinstance(value, str):
        value = re.split(r";" if ";" in value else r",", value)
    names = [str(name).strip() for name in value] if isinstance(value, list) else []
    return tuple(Tag(name=name) for name in dict.fromkeys(names) if name)


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
