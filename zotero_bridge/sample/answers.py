"""
Write the answer key: what was planted in every document, and where it came to stand in the finished files.

For tests. A quotation here is the planted words as the text has them; its page is read from the file itself.
`interrupted` marks words in whose midst the file has a running head, a page number or a footnote.
`section_kind` is what a section is for, which its heading does not always tell.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zotero_bridge.sample.catalogue import Catalogue, SampleFile, SampleItem
from zotero_bridge.sample.markup import Block, Planted
from zotero_bridge.sample.readings import Reading


def answer_key(catalogue: Catalogue, folder: Path) -> str:
    documents = [_document(item, folder) for item in catalogue.items]
    data = {"theories": dict(catalogue.theories), "documents": documents}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _document(item: SampleItem, folder: Path) -> dict[str, Any]:
    evidence: list[dict[str, Any]] = []
    not_evidence: list[dict[str, Any]] = []
    files = []
    for file in item.files:
        scanned = file.text.head["look"] == "scan"
        reading = None if scanned else file.reading(folder)
        labels = reading.labels if reading else []
        files.append({"key": file.key, "path": file.path, "readable": not scanned, "page_labels": labels})
        heading = ""
        for block in file.text.blocks:
            heading = block.text if block.kind == "heading" else heading
            for mark in block.planted:
                entry = _entry(file, block, mark, heading, reading)
                (not_evidence if mark.why_not else evidence).append(entry)
    return {
        "item_key": item.key,
        "citekey": item.record["citekey"],
        "text": item.text.name,
        "kind": item.record["kind"],
        "words": sum(file.text.words for file in item.files),
        "theories": sorted({theory for entry in evidence for theory in entry["theories"]}),
        "nothing_to_extract": not evidence,
        "files": files,
        "evidence": evidence,
        "not_evidence": not_evidence,
    }


def _entry(file: SampleFile, block: Block, mark: Planted, heading: str, reading: Reading | None) -> dict[str, Any]:
    quote = block.text[mark.start : mark.end]
    place = reading.place(quote) if reading else None
    entry: dict[str, Any] = {"quote": quote}
    if mark.why_not:
        entry["why"] = mark.why_not
    else:
        roles = [{"role": role, "quote": block.text[start:end]} for role, start, end in mark.roles]
        entry |= {"theories": list(mark.theories), "stance": mark.stance, "partial": mark.partial, "roles": roles}
    return entry | {
        "source_key": file.key,
        "page_index": place.page_index if place else None,
        "page_label": place.page_label if place else "",
        "page_label_end": reading.ends_on(quote) if reading and place and place.page_label else "",
        "interrupted": bool(reading and reading.interrupted(quote)),
        "section": heading,
        "section_kind": block.section_kind,
    }
