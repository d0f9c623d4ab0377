"""
A library of any size, made the same way each time, with one-page PDFs that really hold text.

The prose is made of a small stock of words about services and teams; nobody wrote it and it says nothing.
"""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

from tests.emulator.library import EmulatedLibrary

WORDS = (
    "leaders",
    "trust",
    "partners",
    "shared",
    "purpose",
    "across",
    "services",
    "meeting",
    "local",
    "boards",
    "listening",
    "frontline",
    "staff",
    "funding",
    "pressure",
    "neighbourhood",
    "teams",
    "budgets",
    "agreed",
    "priorities",
    "accountable",
    "population",
    "health",
    "together",
    "change",
    "slowly",
    "review",
    "evidence",
)
NAMES = ("Amara", "Brook", "Castell", "Dunmore", "Eastby", "Farrow", "Gillard", "Hale")


def generate_library(
    items: int, attachments: int, folder: Path, *, kind: str = "user", number: int = 0, annotations: int = 0
) -> EmulatedLibrary:
    """`items` articles, the first `attachments` of them with a one-page PDF below `folder`/storage."""
    library = EmulatedLibrary(kind=kind, id=number, name="Generated")
    dice = random.Random(2026)
    places = [library.add_collection(f"Theme {n}") for n in range(8)]
    for count in range(items):
        key = library.new_key()
        year = 1995 + count % 30
        library.items[key] = {
            "key": key,
            "version": library.bump(),
            "itemType": "journalArticle",
            "title": f"{' '.join(dice.choices(WORDS, k=6)).capitalize()} {count}",
            "abstractNote": " ".join(dice.choices(WORDS, k=60)).capitalize() + ".",
            "date": str(year),
            "creators": [{"creatorType": "author", "firstName": "J.", "lastName": NAMES[count % len(NAMES)]}],
            "tags": [{"tag": f"tag {count % 40}"}],
            "collections": [places[count % len(places)]],
            "relations": {},
            "dateAdded": _second(count),
            "dateModified": _second(count),
        }
        if count < attachments:
            _attach(library, key, count, dice, folder, annotations)
    return library


def _attach(
    library: EmulatedLibrary, parent: str, count: int, dice: random.Random, folder: Path, annotations: int
) -> None:
    key = library.new_key()
    path = folder / "storage" / key / f"paper {count}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    body = one_page_pdf([" ".join(dice.choices(WORDS, k=12)).capitalize() + "." for _ in range(20)])
    path.write_bytes(body)
    common = {"tags": [], "relations": {}, "dateAdded": _second(count), "dateModified": _second(count)}
    library.items[key] = {
        "key": key,
        "version": library.bump(),
        "itemType": "attachment",
        "title": "Full Text PDF",
        "parentItem": parent,
        "linkMode": "imported_file",
        "contentType": "application/pdf",
        "charset": "",
        "filename": path.name,
        "md5": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "mtime": 1795381598000 + count,
        **common,
    }
    library.files[key], library.sizes[key] = str(path), len(body)
    library.contents[key] = body
    for mark in range(annotations):
        own = library.new_key()
        library.items[own] = {
            "key": own,
            "version": library.bump(),
            "itemType": "annotation",
            "parentItem": key,
            "annotationType": "highlight",
            "annotationText": " ".join(dice.choices(WORDS, k=6)),
            "annotationComment": "",
            "annotationColor": "#ffd400",
            "annotationPageLabel": "1",
            "annotationSortIndex": f"00000|{mark:06d}|00080",
            "annotationPosition": '{"pageIndex":0,"rects":[[72,730,250,745]]}',
            **common,
        }


def one_page_pdf(lines: list[str]) -> bytes:
    """A PDF of one page with these lines (plain letters only)."""
    shown = "\n".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 10 Tf 14 TL 50 780 Td\n{shown}\nET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    made, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return made + trailer % (table, len(made))


def _second(count: int) -> str:
    hours, rest = divmod(count, 3600)
    days, hours = divmod(hours, 24)
    return f"2026-{1 + days // 28:02d}-{1 + days % 28:02d}T{hours:02d}:{rest // 60:02d}:{rest % 60:02d}Z"
