"""
Read Word documents (docx, docm).

Works on the document's own XML: paragraphs and tables in order, headings by style or outline level, footnotes and
endnotes after the paragraph that calls them. Tracked insertions are read, tracked deletions are not; comments,
fields' codes and hidden text are left out. Word keeps no pages; none are invented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.archive import Archive
from zotero_bridge.extract.build import Block, assemble, block, tidy
from zotero_bridge.extract.headings import kind_of
from zotero_bridge.model import DocumentText, SectionKind

EXTRACTOR = "word@1"
_HEADING_STYLE = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik)\s*(\d)", re.IGNORECASE)
_DROPPED = frozenset(
    {"del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr", "sectPr", "tblPr", "Fallback"}
)


def extract_word(raw: bytes, *, source_key: str) -> DocumentText:
    """Raises SourceUnreadable for a damaged, protected or empty document."""
    archive = Archive(raw)
    main = _main_part(archive)
    body = next(archive.xml(main).iter("{*}body"), None)
    if body is None:
        raise SourceUnreadable("it is truncated or damaged (no document body)")
    folder = main.rpartition("/")[0]
    reader = _Reader(
        levels=_style_levels(archive, f"{folder}/styles.xml"),
        footnotes=_notes(archive, f"{folder}/footnotes.xml", "footnote"),
        endnotes=_notes(archive, f"{folder}/endnotes.xml", "endnote"),
    )
    blocks = reader.blocks(body)
    if not any(b.text.strip() for b in blocks):
        raise SourceUnreadable("the document holds no text")
    return assemble(blocks, source_key=source_key, extractor=EXTRACTOR)


def _main_part(archive: Archive) -> str:
    if "_rels/.rels" in archive:
        for relation in archive.xml("_rels/.rels").iter("{*}Relationship"):
            target = str(relation.get("Target", "")).lstrip("/")
            if relation.get("Type", "").endswith("/officeDocument") and target in archive:
                return target
    if "word/document.xml" in archive:
        return "word/document.xml"
    raise SourceUnreadable("it is truncated or damaged (no document part)")


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: etree._Element | None, attribute: str = "val") -> str:
    """An attribute whatever its namespace: strict and transitional documents differ in it."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == attribute:
            return str(value)
    return ""


def _style_levels(archive: Archive, name: str) -> dict[str, int]:
    """Heading levels by style id: 1 is the title, 2 is "heading 1"."""
    if name not in archive:
        return {}
    levels: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in archive.xml(name).iter("{*}style"):
        if _value(style, "type") != "paragraph":
            continue
        style_id = _value(style, "styleId")
        title = _value(style.find("{*}name"))
        based[style_id] = _value(style.find("{*}basedOn"))
        outline = next(style.iter("{*}outlineLvl"), None)
        found = _HEADING_STYLE.match(title)
        if title.lower() == "title":
            levels[style_id] = 1
        elif found:
            levels[style_id] = int(found.group(1)) + 1
        elif outline is not None and _value(outline).isdigit() and int(_value(outline)) < 9:
            levels[style_id] = int(_value(outline)) + 2
    for style_id in based:
        seen: set[str] = set()
        above = based[style_id]
        while style_id not in levels and above and above not in seen:
            seen.add(above)
            if above in levels:
                levels[style_id] = levels[above]
            above = based.get(above, "")
    return levels


def _notes(archive: Archive, name: str, element: str) -> dict[str, str]:
    if name not in archive:
        return {}
    return {
        _value(note, "id"): tidy(" ".join(_runs(p)[0] for p in note.iter("{*}p")))
        for note in archive.xml(name).iter(f"{{*}}{element}")
        if _value(note, "type") not in ("separator", "continuationSeparator", "continuationNotice")
    }


def _runs(paragraph: etree._Element) -> tuple[str, list[tuple[str, str]], bool]:
    """The visible text of a paragraph, the notes it calls (kind, id), and whether all of it is bold."""
    parts: list[str] = []
    calls: list[tuple[str, str]] = []
    bold = True
    for run in _visible(paragraph):
        name = _name(run)
        if name == "t" and run.text:
            parts.append(run.text)
            bold = bold and (not run.text.strip() or _is_bold(run))
        elif name in ("tab", "ptab"):
            parts.append(" ")
        elif name in ("br", "cr"):
            parts.append("\n" if _value(run, "type") not in ("page", "column") else " ")
        elif name == "noBreakHyphen":
            parts.append("\u2011")
        elif name in ("footnoteReference", "endnoteReference"):
            calls.append((name[:-9], _value(run, "id")))
    return "".join(parts), calls, bold


def _visible(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Elements of a paragraph in order, without deletions, field codes, hidden runs and what nested paragraphs hold."""
    walker = etree.iterwalk(paragraph, events=("start",))
    for _, element in walker:
        name = _name(element)
        hides = name == "r" and _on(element.find("{*}rPr/{*}vanish"))
        nested = name == "txbxContent" or (name == "p" and element is not paragraph)
        if name in _DROPPED or hides or nested:
            walker.skip_subtree()
        else:
            yield element


def _on(switch: etree._Element | None) -> bool:
    return switch is not None and _value(switch) not in ("0", "false", "off", "none")


def _is_bold(text: etree._Element) -> bool:
    run = text.getparent()
    return run is not None and _on(run.find("{*}rPr/{*}b"))


class _Reader:
    """Turns the body's children into blocks."""

    def __init__(self, levels: dict[str, int], footnotes: dict[str, str], endnotes: dict[str, str]) -> None:
        self._levels = levels
        self._notes = {"footnote": footnotes, "endnote": endnotes}

    def blocks(self, body: etree._Element) -> list[Block]:
        blocks: list[Block] = []
        walker = etree.iterwalk(body, events=("start",))
        for _, element in walker:
            name = _name(element)
            if name in _DROPPED:
                walker.skip_subtree()
            elif name == "tbl":
                walker.skip_subtree()
                blocks.extend(self._table(element))
            elif name == "p":
                blocks.extend(self._paragraph(element))
        return blocks

    def _paragraph(self, paragraph: etree._Element) -> list[Block]:
        raw, calls, bold = _runs(paragraph)
        text = tidy(raw)
        level = self._level(paragraph)
        if (
            text
            and not level
            and bold
            and len(text) <= 80
            and "\n" not in text
            and (kind_of(text) or text[-1] not in ".,;:?!")
        ):
            level = 3
        kind = SectionKind.CAPTION if "caption" in _value(paragraph.find("{*}pPr/{*}pStyle")).lower() else None
        blocks = [block(" ".join(text.split()), level=level)] if level else [block(text, kind=kind)]
        for where, number in calls:
            note = self._notes[where].get(number, "")
            if note:
                blocks.append(block(note, kind=SectionKind.FOOTNOTE))
        return [b for b in blocks if b.text]

    def _level(self, paragraph: etree._Element) -> int:
        outline = _value(paragraph.find("{*}pPr/{*}outlineLvl"))
        if outline.isdigit() and int(outline) < 9:
            return int(outline) + 2
        return self._levels.get(_value(paragraph.find("{*}pPr/{*}pStyle")), 0)

    def _table(self, table: etree._Element) -> list[Block]:
        """A line for each row. A table of one cell is a box: its paragraphs are prose."""
        rows = [row for row in table.iter("{*}tr") if not _inside_deletion(row)]
        cells = [[cell for cell in row if _name(cell) == "tc"] for row in rows]
        if sum(map(len, cells)) == 1:
            return [b for p in table.iter("{*}p") for b in self._paragraph(p)]
        lines: list[str] = []
        after: list[Block] = []
        for row in cells:
            texts: list[str] = []
            for cell in row:
                held = [self._paragraph(p) for p in cell.iter("{*}p")]
                texts.append(" ".join(" ".join(b.text.split()) for bs in held for b in bs if b.kind is None))
                after.extend(b for bs in held for b in bs if b.kind is SectionKind.FOOTNOTE)
            lines.append(" | ".join(texts).strip(" |"))
        text = "\n".join(line for line in lines if line)
        return [*([block(text, kind=SectionKind.TABLE)] if text else []), *after]


def _inside_deletion(row: etree._Element) -> bool:
    return row.find("{*}trPr/{*}del") is not None
