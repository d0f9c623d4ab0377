"""
Turn files and what a library holds into texts with exact offsets.

`Extractor` keeps the port `TextExtractor`. Each file is read by what it really is: PDF, web page, EPUB, Word, RTF,
plain text or Markdown.
"""

from __future__ import annotations

from zotero_bridge.extract.formats import expected_kind, kind_of_text, readable
from zotero_bridge.extract.notes import abstract_document, annotation_document, note_document
from zotero_bridge.extract.pool import Extractor, Job

READING = 2  # counts up when the same file gives another text: a full sync then reads it anew

__all__ = [
    "READING",
    "Extractor",
    "Job",
    "abstract_document",
    "annotation_document",
    "expected_kind",
    "kind_of_text",
    "note_document",
    "readable",
]
