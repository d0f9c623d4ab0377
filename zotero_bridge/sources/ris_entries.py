"""
RIS, as Zotero, EndNote, Mendeley, JabRef, Citavi and databases write it.

Taken apart here rather than by rispy 0.10, which drops a record that is not closed without a word and keeps only the
first of several files. A record that is cut short is read as far as it goes, and said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from zotero_bridge.model import Item, LibraryRef
from zotero_bridge.sources.csl_import import as_html
from zotero_bridge.sources.export_entries import AttachedFile, Entry, ExportContents, assemble, is_positional
from zotero_bridge.sources.item_json import parse_object

_TYPES = {
    "ABST": "journalArticle",
    "ADVS": "film",
    "ART": "artwork",
    "BILL": "bill",
    "BLOG": "blogPost",
    "BOOK": "book",
    "CASE": "case",
    "CHAP": "bookSection",
    "COMP": "computerProgram",
    "CONF": "conferencePaper",
    "CPAPER": "conferencePaper",
    "DATA": "dataset",
    "DICT": "dictionaryEntry",
    "EBOOK": "book",
    "ECHAP": "bookSection",
    "EDBOOK": "book",
    "EJOUR": "journalArticle",
    "ELEC": "webpage",
    "ENCYC": "encyclopediaArticle",
    "GOVDOC": "report",
    "HEAR": "hearing",
    "ICOMM": "email",
    "INPR": "journalArticle",
    "JFULL": "journalArticle",
    "JOUR": "journalArticle",
    "LEGAL": "case",
    "MANSCPT": "manuscript",
    "MAP": "map",
    "MGZN": "magazineArticle",
    "MPCT": "film",
    "MULTI": "videoRecording",
    "MUSIC": "audioRecording",
    "NEWS": "newspaperArticle",
    "PAMP": "document",
    "PAT": "patent",
    "PCOMM": "letter",
    "RPRT": "report",
    "SER": "book",
    "SLIDE": "presentation",
    "SOUND": "audioRecording",
    "STAND": "standard",
    "STAT": "statute",
    "THES": "thesis",
    "UNPB": "manuscript",
    "UNPD": "manuscript",
    "VIDEO": "videoRecording",
    "WEB": "webpage",
}
_WHOLE_BOOKS = ("book", "report", "thesis")
_TEXTS = {
    "volume": ("VL",),
    "place": ("CY", "PP"),
    "publisher": ("PB",),
    "DOI": ("DO", "DI"),
    "language": ("LA",),
    "edition": ("ET",),
    "shortTitle": ("ST",),
    "journalAbbreviation": ("JA", "J2"),
    "rights": ("CP",),
    "archive": ("DB",),
    "callNumber": ("CN",),
    "libraryCatalog": ("DP",),
    "accessDate": ("Y2",),
}
_ROLES = {"AU": "author", "A1": "author", "A2": "editor", "ED": "editor", "A3": "seriesEditor", "A4": "translator"}
_FILES = ("L1", "L2", "L3", "L4", "LK")
_BY_LINE = ("KW", *_FILES, "UR")  # tags of which a line that goes on is another value
_TAG = re.compile(r"^\s{0,3}([A-Z][A-Z0-9])  ?-(?: (.*)|\s*)$")
_ADDRESS = re.compile(r"^(?:https?|ftp|doi):|^www\.", re.IGNORECASE)


@dataclass(slots=True)
class _Record:
    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    closed: bool = False
    open_tag: str = ""  # the tag whose last value may go on
    open_lines: list[str] = field(default_factory=list)  # of that value, "" for a blank line

    def add(self, tag: str, value: str) -> None:
        self.settle()
        self.open_tag, self.open_lines = tag, [value]

    def settle(self) -> None:
        """Puts the value that may have gone on over several lines among the others."""
        if self.open_tag in _BY_LINE:
            self.values.setdefault(self.open_tag, []).extend(line for line in self.open_lines if line)
        elif self.open_tag:
            line_end = "\n" if self.open_tag in ("N1", "RN") else " "
            paragraphs = [line_end.join(lines) for lines in _paragraphs(self.open_lines)]
            self.values.setdefault(self.open_tag, []).append("\n\n".join(paragraphs))
        self.open_tag, self.open_lines = "", []

    def first(self, *tags: str) -> str:
        return next((value for tag in tags for value in self.values.get(tag, []) if value), "")

    def all(self, *tags: str) -> list[str]:
        return [value for tag in tags for value in self.values.get(tag, []) if value]


def read_ris(text: str, library: LibraryRef) -> ExportContents:
    """Records that are cut short, and lines outside every record, are among the problems."""
    problems: list[str] = []
    records = list(_records(text, problems))
    problems += [
        f"The record that begins on line {record.line} is not closed by 'ER  -'; is it cut short?"
        for record in records
        if not record.closed
    ]
    return assemble([_entry(record, library) for record in records], problems)


def _records(text: str, problems: list[str]) -> Iterator[_Record]:
    record: _Record | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        match = _TAG.match(line)
        tag, value = (match[1], (match[2] or "").strip()) if match else ("", line.strip())
        if tag == "TY":
            if record is not None:
                yield record
            record = _Record(line=number, values={"TY": [value]})
        elif record is None:
            if tag and tag != "ER":
                problems.append(f"Line {number} ('{line.strip()[:30]}') stands outside every record and was not read.")
        elif tag == "ER":
            record.closed = True
            yield record
            record = None
        elif tag:
            record.add(tag, value)
        elif record.open_tag:
            record.open_lines.append(value)
    if record is not None:
        yield record


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """Stretches of lines between blank ones."""
    for blank, stretch in groupby(lines, key=lambda line: not line):
        if not blank:
            yield list(stretch)


def _entry(record: _Record, library: LibraryRef) -> Entry:
    record.settle()
    item_type = _TYPES.get(record.first("TY").upper(), "document")
    name = record.first("ID")
    abstract = record.first("AB") or record.first("N2")
    data: dict[str, object] = {
        "key": "",
        "itemType": item_type,
        "title": record.first("TI", "T1", "CT", "BT" if item_type in _WHOLE_BOOKS else "TI", "T2"),
        "publicationTitle": _container(record, item_type),
        "citationKey": "" if is_positional(name) or re.search(r"\s", name) else name,
        "date": _date(record),
        "pages": _pages(record),
        "abstractNote": abstract,
        "url": next((url for url in record.all("UR", *_FILES) if _ADDRESS.match(url)), ""),
        "creators": [
            {"creatorType": role, **_person(name)} for tag, role in _ROLES.items() for name in record.all(tag)
        ],
        "tags": [{"tag": " ".join(tag.split())} for value in record.all("KW") for tag in value.split(";")],
    }
    for zotero_name, tags in _TEXTS.items():
        data[zotero_name] = record.first(*tags)
    if not data["DOI"] and (misplaced := re.match(r"DOI:?\s*(10\.\S+)", record.first("SP", "M3"), re.IGNORECASE)):
        data["DOI"] = misplaced[1]
    data["issue" if item_type.endswith("Article") else "number"] = record.first("IS", "M1")
    data["series"] = record.first("T3")
    serial = record.first("SN")
    data["ISBN" if item_type in ("book", "bookSection") else "ISSN"] = serial
    item = parse_object(data, library=library, version=0, base_uri="")
    assert isinstance(item, Item)  # its itemType is none of attachment, note, annotation
    second = record.first("N2")
    written = [*record.all("N1"), *record.all("RN"), *([second] if second and second != abstract else [])]
    return Entry(item=item, where=f"line {record.line}", files=_files(record), notes=tuple(_notes(written)))


def _container(record: _Record, item_type: str) -> str:
    if item_type in _WHOLE_BOOKS:
        return ""
    title = record.first("TI", "T1", "CT")
    return next((found for found in record.all("T2", "JF", "JO", "BT", "JA", "J2") if found != title), "")


def _date(record: _Record) -> str:
    """The most exact of the dates: "2020/05/01/" is 2020-05-01, "2020///Spring" is "Spring 2020"."""
    dates = []
    for value in record.all("DA", "PY", "Y1"):
        *numbers, other = [part.strip() for part in value.split("/")] if value.count("/") == 3 else [value, ""]
        date = "-".join(part.zfill(2) for part in numbers if part)
        dates.append(f"{other} {date}".strip())
    return max(dates, key=len, default="") if dates else ""


def _pages(record: _Record) -> str:
    first, last = record.first("SP"), record.first("EP")
    if first.upper().startswith("DOI"):  # EndNote's converters put it there
        return last
    return f"{first}-{last}" if first and last and last not in first else first or last


def _person(name: str) -> dict[str, str]:
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 1 or not any(parts[1:]):
        return {"name": parts[0]}
    return {"lastName": parts[0], "firstName": ", ".join(part for part in parts[1:] if part)}


def _files(record: _Record) -> tuple[AttachedFile, ...]:
    stated = record.all(*_FILES) + [url for url in record.all("UR") if url.lower().startswith("file:")]
    paths = [path.strip() for value in stated for path in re.split(r";\s*(?=file:|internal-pdf:)", value)]
    return tuple(AttachedFile(path=path) for path in dict.fromkeys(paths) if path and not _ADDRESS.match(path))


def _notes(written: list[str]) -> list[str]:
    """Zotero writes notes as HTML; the others write text."""
    notes = [text if re.search(r"</\w+>", text) else as_html(text) for text in written]
    return [note for note in dict.fromkeys(notes) if note]
