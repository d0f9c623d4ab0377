"""
Link annotations to what they mark, for all that is new: another mark, or another text under it.
"""

from __future__ import annotations

from zotero_bridge.fold import fold
from zotero_bridge.index.catalogue_known import Link
from zotero_bridge.index.catalogue_write import CatalogueWriter
from zotero_bridge.model import Annotation, SourceKind
from zotero_bridge.sync.marks import marked_slice


def link_annotations(catalogue: CatalogueWriter) -> None:
    """One transaction for each document. What was not found is written down too, and not looked for again."""
    sources, known = catalogue.known_sources(), catalogue.known_links()
    objects = catalogue.known_objects()
    due: dict[str, list[str]] = {}
    for key, source in sources.items():
        if source.kind is not SourceKind.ANNOTATION:
            continue
        document = sources.get(objects[key].parent_key)
        if document is not None and known.get(key) != (document.text_sha256, source.made_of):
            due.setdefault(document.key, []).append(key)
    for document_key, keys in due.items():
        document_text = catalogue.document(document_key)
        folded, sha = fold(document_text.text), sources[document_key].text_sha256
        links = []
        for key, held in catalogue.objects(keys).items():
            if isinstance(held, Annotation):
                match = marked_slice(held, document_text, folded)
                start, end = (match.start, match.end) if match else (None, None)
                links.append(Link(key, document_key, sha, sources[key].made_of, start, end))
        catalogue.put_links(links)
