"""
Make the sample library: `python -m zotero_bridge.sample.make_sample OUTDIR`.

Writes OUTDIR/library/library.json, the files beside it, and OUTDIR/answer_key.json. Needs the development
dependencies (reportlab). The same sources give the same library; the committed one is checked against a fresh one.

FORMAT of library.json: a Better BibTeX JSON export (translator 36a3b0b5-bad0-4a04-b79b-441c7cef77db), as the
translator writes it with notes and files included:

- top level: `config {id, label, preferences, options}`, `version {zotero, bbt}`, `collections`, `items`;
- `collections`: key → `{id, key, parent, name, items, collections}`; `parent` is "" at the top, `items` holds itemIDs,
  `collections` keys;
- an item: Zotero's own field names flat beside `itemID`, `itemKey`, `key`, `libraryID`, `itemType`, `citationKey`,
  `uri`, `select`, `creators [{creatorType, firstName, lastName} or {creatorType, name}]`, `tags [{tag, type?}]`
  (`type` 1 is automatic), `relations`, `notes [{itemType, key, note, tags, uri, …}]`, `attachments`;
- an attachment: `itemType, title, path` (relative to library.json), `mimeType, tags, uri, relations, dateAdded,
  dateModified`. The translator keeps no key there: it is the last part of `uri`. The sample writes `key` as well;
- annotations: the translator's own attachments carry none. Where Zotero hands them to a translator they are nested
  as `attachments[].annotations[]` in the form of Zotero's API (`annotationType`, `annotationText`,
  `annotationPosition` as a JSON string, …), and so they are here;
- a standalone note is an item with `itemType` "note" and its HTML in `note`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from zotero_bridge.sample.answers import answer_key
from zotero_bridge.sample.catalogue import Catalogue, SampleFile, export, load
from zotero_bridge.sample.otherfiles import set_epub, set_scan, set_web_page, set_word
from zotero_bridge.sample.typeset import set_pdf

_SETTERS = {"web": set_web_page, "epub": set_epub, "word": set_word, "scan": set_scan}


def make(folder: Path, catalogue: Catalogue | None = None) -> None:
    """Writes `folder`/library and `folder`/answer_key.json; raises LookupError where planted words are not found."""
    catalogue = catalogue or load()
    library = folder / "library"
    for item in catalogue.items:
        for file in item.files:
            _set_file(file, library / file.path)
    (library / "library.json").write_text(export(catalogue, library), encoding="utf-8", newline="\n")
    (folder / "answer_key.json").write_text(answer_key(catalogue, library), encoding="utf-8", newline="\n")


def _set_file(file: SampleFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _SETTERS.get(file.text.head["look"], set_pdf)(file.text, path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m zotero_bridge.sample.make_sample OUTDIR")
    make(Path(sys.argv[1]))
