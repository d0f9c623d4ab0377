"""
BibTeX and BibLaTeX entries as references, with the files, notes, keywords and groups that programs put into them.

Understands what Zotero, Better BibTeX, JabRef, Mendeley and Paperpile write. Entries that refer to another by
`crossref` take from it what they lack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from zotero_bridge.model import Item, LibraryRef
from zotero_bridge.sources.bibtex_fields import attached_files, person_names, split_groups, split_keywords
from zotero_bridge.sources.bibtex_latex import plain_text
from zotero_bridge.sources.bibtex_syntax import RawEntry, take_apart
from zotero_bridge.sources.csl_import import as_html, readers_note
from zotero_bridge.sources.export_entries import Entry, ExportContents, assemble
from zotero_bridge.sources.item_json import parse_object

_TYPES = {
    "article": "journalArticle",
    "artwork": "artwork",
    "audio": "audioRecording",
    "book": "book",
    "bookinbook": "bookSection",
    "booklet": "document",
    "collection": "book",
    "conference": "conferencePaper",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "bookSection",
    "incollection": "bookSection",
    "inproceedings": "conferencePaper",
    "inreference": "encyclopediaArticle",
    "jurisdiction": "case",
    "legislation": "statute",
    "letter": "letter",
    "manual": "report",
    "mastersthesis": "thesis",
    "misc": "document",
    "movie": "film",
    "mvbook": "book",
    "mvcollection": "book",
    "online": "webpage",
    "patent": "patent",
    "periodical": "journalArticle",
    "phdthesis": "thesis",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "software": "computerProgram",
    "standard": "standard",
    "suppbook": "bookSection",
    "suppcollection": "bookSection",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "videoRecording",
    "webpage": "webpage",
    "www": "webpage",
}
# Zotero's field -> BibTeX's, first filled one wins
_TEXTS = {
    "publicationTitle": ("journaltitle", "journal", "booktitle", "maintitle"),
    "publisher": ("publisher", "institution", "school", "organization", "howpublished"),
    "place": ("location", "address"),
    "volume": ("volume",),
    "pages": ("pages",),
    "edition": ("edition",),
    "series": ("series",),
    "seriesNumber": (),
    "ISBN": ("isbn",),
    "ISSN": ("issn",),
    "DOI": ("doi",),
    "url": ("url", "bdsk-url-1"),
    "accessDate": ("urldate",),
    "language": ("language", "langid", "hyphenation"),
    "abstractNote": ("abstract",),
    "shortTitle": ("shorttitle",),
    "journalAbbreviation": ("shortjournal",),
    "type": ("type",),
    "versionNumber": ("version",),
    "conferenceName": ("eventtitle",),
    "numPages": ("pagetotal",),
    "rights": ("copyright",),
}
_VERBATIM = {"doi", "url", "isbn", "issn", "bdsk-url-1"}
_ROLES = {"author": "author", "editor": "editor", "translator": "translator", "bookauthor": "bookAuthor"}
_NOTES = ("annote", "annotation", "note", "review", "comment", "annotate")
_NOT_INHERITED = {"crossref", "xref", "ids", "file", "keywords", "groups", "abstract", *_NOTES}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GROUP_LINE = re.compile(r"^(\d+) (\w+)Group:((?:\\.|[^;\\])*)", re.MULTILINE)


def read_bibtex(text: str, library: LibraryRef) -> ExportContents:
    """Entries that cannot be read are among the problems, by line."""
    taken = take_apart(text)
    by_key = {entry.key.lower(): entry for entry in reversed(taken.entries)}
    places = _group_places(taken.comments)
    entries = [_entry(_with_parent(entry, by_key), places, library) for entry in taken.entries if entry.type != "xdata"]
    return assemble(entries, taken.problems)


def _with_parent(entry: RawEntry, by_key: Mapping[str, RawEntry]) -> RawEntry:
    named = [entry.fields.get("crossref", ""), *entry.fields.get("xdata", "").split(",")]
    fields = dict(entry.fields)
    for parent in (by_key.get(key.strip().lower()) for key in named if key.strip()):
        if parent is None or parent is entry:
            continue
        inherited = {name: value for name, value in parent.fields.items() if name not in _NOT_INHERITED}
        if parent.type != "xdata" and "title" in inherited:
            title = inherited.pop("title")
            inherited.setdefault("booktitle", title)
        if parent.type != "xdata" and "author" in inherited and parent.type in ("book", "mvbook"):
            inherited.setdefault("bookauthor", inherited["author"])
        fields = {**inherited, **fields}
    return replace(entry, fields=fields)


def _entry(entry: RawEntry, places: Mapping[str, tuple[str, ...]], library: LibraryRef) -> Entry:
    fields = entry.fields
    data: dict[str, object] = {
        "key": "",
        "itemType": _item_type(entry),
        "title": _title(fields),
        "citationKey": entry.key if not re.search(r"\s", entry.key) else "",
        "date": _date(fields),
        "creators": [
            {"creatorType": zotero_role, **person}
            for role, zotero_role in _ROLES.items()
            for person in person_names(fields.get(role, ""))
        ],
        "tags": [{"tag": tag} for tag in split_keywords(fields)],
    }
    for zotero_name, names in _TEXTS.items():
        data[zotero_name] = next((_plain(fields[name], name) for name in names if fields.get(name, "").strip()), "")
    number = _plain(fields.get("issue") or fields.get("number", ""), "number")
    in_series = data["itemType"] in ("book", "bookSection", "conferencePaper")
    data["issue" if data["itemType"] == "journalArticle" else "seriesNumber" if in_series else "number"] = number
    item = parse_object(data, library=library, version=0, base_uri="")
    assert isinstance(item, Item)  # its itemType is none of attachment, note, annotation
    return Entry(
        item=item,
        where=f"line {entry.line}",
        files=attached_files(fields),
        notes=tuple(_notes(fields)),
        groups=tuple(places.get(path[0], path) if len(path) == 1 else path for path in split_groups(fields)),
    )


def _item_type(entry: RawEntry) -> str:
    if entry.type == "misc" and "eprint" in entry.fields:
        return "preprint"
    if entry.type == "misc" and "url" in entry.fields and "howpublished" not in entry.fields:
        return "webpage"
    return _TYPES.get(entry.type, "document")


def _title(fields: Mapping[str, str]) -> str:
    title, subtitle = (_one_line(plain_text(fields.get(name, ""), markup=True)) for name in ("title", "subtitle"))
    return f"{title}: {subtitle}" if title and subtitle else title or subtitle


def _date(fields: Mapping[str, str]) -> str:
    if date := _plain(fields.get("date", ""), "date"):
        return date
    year = _plain(fields.get("year", ""), "year")
    month = _plain(fields.get("month", ""), "month").lower()
    if not re.fullmatch(r"\d{4}", year) or not month:
        return year
    number = next((index for index, name in enumerate(_MONTHS, start=1) if month.startswith(name)), 0)
    if not number and month.isdecimal():
        number = int(month)
    day = _plain(fields.get("day", ""), "day")
    date = f"{year}-{number:02}" if 1 <= number <= 12 else year
    return f"{date}-{int(day):02}" if day.isdecimal() and len(date) > 4 and 1 <= int(day) <= 31 else date


def _notes(fields: Mapping[str, str]) -> list[str]:
    names = [*_NOTES, *sorted(name for name in fields if name.startswith("comment-"))]
    written = {name: plain_text(fields[name]).strip() for name in names if name in fields}
    texts = [readers_note(text) if name == "note" else text for name, text in written.items()]
    return [as_html(text) for text in dict.fromkeys(texts) if text]


def _plain(value: str, name: str) -> str:
    if name in _VERBATIM:
        address = re.sub(r"\{\\?([%#&_$~])\}|\\([%#&_{}~$])", r"\1\2", value).strip().strip("{}")
        return address.split()[0] if "url" in name and address else address  # Mendeley writes several in a row
    text = plain_text(value)
    return text.strip() if name == "abstract" else _one_line(text)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def _group_places(comments: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Where JabRef's group tree puts each group, by its name; a name used twice stands for its first place."""
    places: dict[str, tuple[str, ...]] = {}
    for comment in comments:
        kind, _, tree = comment.strip().partition("\n")
        if not re.match(r"jabref-meta:\s*(?:grouping|groupstree)", kind):
            continue
        above: list[str] = []
        for depth, _kind, label in _GROUP_LINE.findall(tree):
            if int(depth) == 0:
                continue
            name = re.split(r"\\;", label)[0].replace("\\", "").strip()
            above = [*above[: int(depth) - 1], name]
            places.setdefault(name, tuple(above))
    return places
