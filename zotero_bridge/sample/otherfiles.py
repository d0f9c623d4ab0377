"""
Set a sample text as a saved web page, an EPUB, a Word file or a scan without text.

The same text always gives the same bytes, except for the scan, whose pictures depend on the image library's version.
Furniture that no reader wants (navigation, cookie notice, footer) is put around the web page on purpose.
"""

from __future__ import annotations

import datetime
import zipfile
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from zotero_bridge.sample import FICTIONAL, FONTS
from zotero_bridge.sample.markup import Block, Text

EPOCH = (2024, 1, 1, 0, 0, 0)  # every archive member's time, so that archives do not differ


def set_web_page(text: Text, path: Path) -> None:
    body = "\n".join(_html(block) for block in text.blocks)
    path.write_text(_WEB_PAGE.format(title=escape(text.head["title"]), body=body), encoding="utf-8", newline="\n")


def set_epub(text: Text, path: Path) -> None:
    """One XHTML file per heading, as e-books are cut."""
    parts: list[list[Block]] = [[]]
    for block in text.blocks:
        if block.kind == "heading":
            parts.append([])
        parts[-1].append(block)
    names = [f"chapter-06-{number}.xhtml" for number in range(len(parts))]
    with zipfile.ZipFile(path, "w") as archive:
        _add(archive, "mimetype", "application/epub+zip", stored=True)
        _add(archive, "META-INF/container.xml", _CONTAINER)
        _add(archive, "OEBPS/content.opf", _opf(text.head["title"], names))
        _add(archive, "OEBPS/nav.xhtml", _nav(parts, names))
        for name, part in zip(names, parts, strict=True):
            title = escape(next((b.text for b in part if b.kind in ("title", "heading")), text.head["title"]))
            body = "\n".join(_html(block) for block in part)
            _add(archive, f"OEBPS/{name}", _XHTML.format(title=title, body=body))


def set_word(text: Text, path: Path) -> None:
    """Needs python-docx."""
    from docx import Document

    document: Any = Document()
    for block in text.blocks:
        if block.kind == "title":
            document.add_heading(block.text, level=0)
        elif block.kind in ("heading", "subheading"):
            document.add_heading(block.text, level=1 if block.kind == "heading" else 2)
        else:
            speaker, colon, words = block.text.partition(": ")
            paragraph = document.add_paragraph()
            if colon and len(speaker) < 60 and block.kind == "paragraph":
                paragraph.add_run(f"{speaker}: ").bold = True
            else:
                words = block.text
            paragraph.add_run(words)
    moment = datetime.datetime(*EPOCH)
    core = document.core_properties
    core.author, core.title, core.created, core.modified = "", text.head["title"], moment, moment
    held = BytesIO()
    document.save(held)
    _restamped(held, path)


def set_scan(text: Text, path: Path) -> None:
    """Pages as pictures, slightly askew, with no text behind them. Needs Pillow and reportlab."""
    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    width, height, size = 860, 1216, 19
    body = ImageFont.truetype(str(FONTS / "serif.ttf"), size)
    bold = ImageFont.truetype(str(FONTS / "serif-bold.ttf"), size + 3)
    lines: list[tuple[str, Any]] = []
    for block in text.blocks:
        font = bold if block.kind in ("title", "heading") else body
        lines += [(line, font) for line in _wrapped(block.text, font, width - 190)]
        lines.append(("", body))
    canvas: Any = Canvas(str(path), pagesize=(595.28, 841.89), invariant=1, pageCompression=1)
    canvas.setTitle("Scanned document")
    per_page = (height - 190) // 26
    for number, start in enumerate(range(0, len(lines), per_page)):
        page = Image.new("L", (width, height), 246)
        draw = ImageDraw.Draw(page)
        for row, (line, font) in enumerate(lines[start : start + per_page]):
            draw.text((98, 92 + row * 26), line, font=font, fill=42)
        page = page.rotate(0.5 if number % 2 else -0.4, fillcolor=238, resample=Image.Resampling.BILINEAR)
        picture = BytesIO()
        page.save(picture, "JPEG", quality=38)
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 0, 0, 595.28, 841.89)
        canvas.showPage()
    canvas.save()


def _wrapped(words: str, font: Any, width: float) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _html(block: Block) -> str:
    tags = {"title": "h1", "heading": "h2", "subheading": "h3", "bullet": "li", "quotation": "blockquote"}
    if block.kind in tags:
        return f"<{tags[block.kind]}>{_emphasised(block)}</{tags[block.kind]}>"
    return f"<p>{_emphasised(block)}</p>"


def _emphasised(block: Block) -> str:
    out, at = [], 0
    for start, end in block.italic:
        out += [escape(block.text[at:start], quote=False), f"<em>{escape(block.text[start:end], quote=False)}</em>"]
        at = end
    return "".join([*out, escape(block.text[at:], quote=False)])


def _add(archive: zipfile.ZipFile, name: str, content: str | bytes, *, stored: bool = False) -> None:
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    archive.writestr(member, content)


def _restamped(held: BytesIO, path: Path) -> None:
    """The same archive with every member's time set to EPOCH."""
    with zipfile.ZipFile(held) as made, zipfile.ZipFile(path, "w") as archive:
        for member in made.infolist():
            _add(archive, member.filename, made.read(member))


def _opf(title: str, names: list[str]) -> str:
    manifest = "".join(
        f'<item id="p{number}" href="{name}" media-type="application/xhtml+xml"/>' for number, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="p{number}"/>' for number in range(len(names)))
    return _OPF.format(title=escape(title), manifest=manifest, spine=spine)


def _nav(parts: list[list[Block]], names: list[str]) -> str:
    entries = "".join(
        f'<li><a href="{name}">{escape(part[0].text)}</a></li>' for name, part in zip(names, parts, strict=True)
    )
    body = f'<nav xmlns:epub="http://www.idpf.org/2007/ops" epub:type="toc"><ol>{entries}</ol></nav>'
    return _XHTML.format(title="Contents", body=body)


_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""

_OPF = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">sample-chapter-6</dc:identifier>
<dc:title>{title}</dc:title><dc:language>en-GB</dc:language>
<meta property="dcterms:modified">2024-01-01T00:00:00Z</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{manifest}</manifest>
<spine>{spine}</spine></package>
"""

_XHTML = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en-GB"><head><title>{title}</title></head>
<body>
{body}
</body></html>
"""

_WEB_PAGE = (
    """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>{title} | Westering Leadership Exchange</title>
<style>body{{font-family:sans-serif;max-width:44em;margin:auto}} nav a{{margin-right:1em}}</style>
<script>window.pageSettings = {{"consent": "unset", "reading": 8}};</script>
</head><body>
<div class="cookie-banner" role="dialog" aria-label="Cookies"><p>We use cookies to make this site work. May we also set
cookies that count visits?</p><button>Accept</button><button>Refuse</button></div>
<header><a href="/">Westering Leadership Exchange</a>
<nav aria-label="Main"><a href="/resources">Resources</a><a href="/events">Events</a><a href="/join">Join</a>
<a href="/contact">Contact us</a></nav></header>
<main><article>
{body}
</article></main>
<aside><h2>You may also like</h2><ul><li><a href="/a">Mapping who talks to whom</a></li>
<li><a href="/b">Ten questions for a new chair</a></li></ul></aside>
<footer><p>Share this page: by e-mail, by post. Was this page useful? Yes / No</p>
<p>Westering Leadership Exchange is a fictional body. """
    + FICTIONAL
    + """</p></footer>
</body></html>
"""
)
