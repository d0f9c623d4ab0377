"""
Read EPUB books in the order of their spine.

Pages are those of the printed edition where the book names them (a page list or page-break marks); otherwise the book
has no pages. Chapters are read as web pages are, without looking for a main part.
"""

from __future__ import annotations

import posixpath
import re

from lxml import etree

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.archive import Archive
from zotero_bridge.extract.build import Block, assemble
from zotero_bridge.extract.html import hidden, parse
from zotero_bridge.extract.markup import blocks_of, tag_of
from zotero_bridge.model import DocumentText

EXTRACTOR = "epub@1"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_BREAK_LABEL = re.compile(r"^(?:page|pg?|p\.)?[\s_.-]*([0-9]{1,5}|[ivxlcdm]{1,8})$", re.IGNORECASE)
_TEXTUAL = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")


def extract_epub(raw: bytes, *, source_key: str) -> DocumentText:
    """Raises SourceUnreadable for a damaged, protected or empty book."""
    archive = Archive(raw)
    _refuse_protected(archive)
    package_path = _package_path(archive)
    chapters, toc_page_list = _spine(archive, package_path)
    targets = _page_list(archive, toc_page_list) if toc_page_list else {}
    pages = _Pages(targets)
    blocks: list[Block] = []
    unread = 0
    for name in chapters:
        try:
            root = parse(archive.read(name))
        except SourceUnreadable as error:
            if "too large" in str(error):
                raise
            unread += 1
            continue
        if root is not None:
            pages.chapter(name)
            blocks.extend(blocks_of(root, skip=_skipped, page=pages.current, page_break=pages.opened_by))
    if not blocks:
        raise SourceUnreadable("the book holds no text" if not unread else "it is truncated or damaged")
    notes = (f"{unread} of {len(chapters)} chapters could not be read",) if unread else ()
    return assemble(blocks, source_key=source_key, extractor=EXTRACTOR, page_labels=pages.labels, notes=notes)


def _refuse_protected(archive: Archive) -> None:
    if "META-INF/rights.xml" in archive or "META-INF/sinf.xml" in archive:
        raise SourceUnreadable("it is protected (DRM) and cannot be read")
    if "META-INF/encryption.xml" in archive:
        encrypted = [
            e.get("URI", "") for e in archive.xml("META-INF/encryption.xml").iter("{*}CipherReference") if e.get("URI")
        ]
        if any(name.lower().endswith((".xhtml", ".html", ".htm", ".xml")) for name in encrypted):
            raise SourceUnreadable("it is protected (DRM) and cannot be read")


def _package_path(archive: Archive) -> str:
    if "META-INF/container.xml" in archive:
        for rootfile in archive.xml("META-INF/container.xml").iter("{*}rootfile"):
            path = str(rootfile.get("full-path", ""))
            if path and path in archive:
                return path
    found = [name for name in archive.names if name.lower().endswith(".opf")]
    if not found:
        raise SourceUnreadable("it is damaged: the book has no package file")
    return found[0]


def _spine(archive: Archive, package_path: str) -> tuple[list[str], str]:
    """The chapters' names in reading order, and the name of the file with the page list ("" where there is none)."""
    package = archive.xml(package_path)
    base = posixpath.dirname(package_path)
    names: dict[str, str] = {}
    lists = ""
    for item in package.iter("{*}manifest"):
        for entry in item.iter("{*}item"):
            path = posixpath.normpath(posixpath.join(base, entry.get("href", "").partition("#")[0]))
            media = entry.get("media-type", "").lower()
            if "nav" in entry.get("properties", "").split() or (media == "application/x-dtbncx+xml" and not lists):
                lists = path
            if media in _TEXTUAL or path.lower().endswith((".xhtml", ".html", ".htm")):
                names[entry.get("id", "")] = path
    navigation = {lists}
    chapters = [
        names[ref.get("idref", "")]
        for ref in package.iter("{*}itemref")
        if ref.get("idref", "") in names and names[ref.get("idref", "")] not in navigation
    ]
    if not chapters:
        chapters = [name for name in names.values() if name not in navigation]
    return [name for name in dict.fromkeys(chapters) if name in archive], lists if lists in archive else ""


def _page_list(archive: Archive, name: str) -> dict[tuple[str, str], str]:
    """Printed page labels by (chapter, anchor)."""
    base = posixpath.dirname(name)
    root = archive.xml(name)
    labels: dict[tuple[str, str], str] = {}

    def put(href: str, label: str) -> None:
        path, _, anchor = href.partition("#")
        if label.strip():
            labels[posixpath.normpath(posixpath.join(base, path)), anchor] = " ".join(label.split())[:20]

    for nav in root.iter("{*}nav"):
        if "page-list" in nav.get(_EPUB_TYPE, ""):
            for link in nav.iter("{*}a"):
                put(link.get("href", ""), "".join(link.itertext()))
    for target in root.iter("{*}pageTarget"):
        content = next(target.iter("{*}content"), None)
        if content is not None:
            put(content.get("src", ""), "".join(target.itertext()))
    return labels


class _Pages:
    """Numbers the printed pages in the order in which they are met."""

    def __init__(self, targets: dict[tuple[str, str], str]) -> None:
        self._targets = targets
        self._chapter = ""
        self.labels: list[str] = [""]

    @property
    def current(self) -> int:
        return len(self.labels) - 1

    def chapter(self, name: str) -> None:
        self._chapter = posixpath.normpath(name)
        if (self._chapter, "") in self._targets:
            self._open(self._targets[self._chapter, ""])

    def opened_by(self, element: etree._Element) -> int | None:
        label = self._targets.get((self._chapter, element.get("id", ""))) if element.get("id") else None
        if label is None and self._marks_break(element):
            shown = (
                element.get("title")
                or element.get("aria-label")
                or "".join(element.itertext())
                or element.get("id", "")
            )
            found = _BREAK_LABEL.match(shown.strip())
            label = found.group(1) if found else None
        return self._open(label) if label is not None else None

    @staticmethod
    def _marks_break(element: etree._Element) -> bool:
        return (
            "pagebreak" in (element.get(_EPUB_TYPE, "") or element.get("epub:type", ""))
            or element.get("role") == "doc-pagebreak"
            or tag_of(element) == "pagenum"
        )

    def _open(self, label: str) -> int:
        if self.labels[-1] != label:
            self.labels.append(label)
        return self.current


def _skipped(element: etree._Element) -> bool:
    kinds = element.get(_EPUB_TYPE, "") or element.get("epub:type", "")
    if tag_of(element) == "nav" and ("toc" in kinds or "page-list" in kinds or "landmarks" in kinds):
        return True
    return hidden(element)
