"""
Read saved web pages, Zotero snapshots among them.

Finds what the page is about and leaves out what surrounds it: navigation, banners, footers, comments, scripts, whatever
is hidden. Embedded images and fonts (SingleFile keeps them in the page) are cut out before parsing. External entities
are never fetched: the HTML parser knows none.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

from zotero_bridge.errors import SourceUnreadable
from zotero_bridge.extract.build import Block, assemble, block
from zotero_bridge.extract.markup import blocks_of, tag_of
from zotero_bridge.extract.plain import decode
from zotero_bridge.model import DocumentText

EXTRACTOR = "html@1"
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_DATA_URI = re.compile(r"data:[a-z0-9.+/-]{0,80}(?:;[a-z0-9=.+-]{1,40})*,[A-Za-z0-9+/=%_.~!*'()-]{200,}", re.IGNORECASE)
_SCRIPT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SURROUND_TAGS = frozenset({"nav", "aside", "dialog", "menu"})
_SURROUND_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "search",
        "complementary",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "alert",
    ]
)
_SURROUND_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookie|cookies|consent|gdpr|breadcrumbs?|nav|navbar|navigation|menu|sidebar|side-bar|site-header|"
    r"site-footer|page-footer|global-header|global-footer|masthead|social|share|sharing|share-buttons|addthis|related|"
    r"related-(?:content|articles|posts)|recommended|newsletter|subscribe|subscription|signup|sign-up|popup|pop-up|modal|"
    r"overlay|advert|adverts|advertisement|ads|ad-slot|promo|comments|comment-list|skip-link|skip-to-content|skiplinks?|"
    r"screen-reader-text|visually-hidden|sr-only|print-only|noprint|toolbar|feedback|pagination|pager|login|"
    r"metrics|altmetric|back-to-top|mw-editsection|toc|table-of-contents)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|$)|"
    r"opacity\s*:\s*0(?:\.0*)?\s*(?:;|$)",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:sign in|log ?in|password|institutional access|access denied|captcha|verify you are human)\b", re.IGNORECASE
)


def extract_html(raw: bytes, *, source_key: str) -> DocumentText:
    """Raises SourceUnreadable where the page holds no text."""
    blocks = page_blocks(raw)
    if not blocks:
        raise SourceUnreadable("the page holds no text")
    length = sum(len(b.text) for b in blocks)
    text = " ".join(b.text for b in blocks) if length < 1500 else ""
    notes = ("the page looks like a login or access page",) if text and len(_LOGIN.findall(text)) >= 2 else ()
    return assemble(blocks, source_key=source_key, extractor=EXTRACTOR, notes=notes)


def page_blocks(raw: bytes) -> list[Block]:
    """The blocks of a page's main content, its title first."""
    root = parse(raw)
    if root is None:
        return []
    main = _main(root)
    blocks = blocks_of(main, skip=_surrounds)
    if _length(blocks) * 4 < _length(whole := blocks_of(root, skip=_surrounds)):
        blocks = whole  # the element that called itself the main content was not
    if _length(blocks) < 200 and _length(everything := blocks_of(root, skip=hidden)) > 4 * _length(blocks):
        blocks = everything
    return _titled(_without_stray(blocks), root)


def parse(raw: bytes) -> etree._Element | None:
    """The root element, whatever the bytes; None where there is none."""
    declared = _CHARSET.search(raw[:4096])
    text = decode(raw, declared.group(1).decode("ascii") if declared else "")
    text = _XML_DECLARATION.sub("", _SCRIPT.sub(" ", _DATA_URI.sub("data:,", text))).replace("\x00", "")
    if not text.strip():
        return None
    parser = lxml_html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True, no_network=True
    )
    try:
        root: etree._Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return root


def _main(root: etree._Element) -> etree._Element:
    """The element that holds the page's own text."""
    for path in ("//main", "//*[@role='main']", "//article", "//*[@itemprop='articleBody']"):
        found = [e for e in root.xpath(path) if not _inside_surround(e)]
        if len(found) == 1:
            return found[0]
        if found:
            parent = found[0].getparent()
            if path == "//article" and len(found) > 1:
                longest = max(found, key=_text_length)
                if _text_length(longest) * 2 > sum(map(_text_length, found)):
                    return longest
            return parent if parent is not None else root
    bodies = root.xpath("//body")
    return bodies[0] if bodies else root


def _inside_surround(element: etree._Element) -> bool:
    return any(_surrounds(ancestor) for ancestor in element.iterancestors())


def _text_length(element: etree._Element) -> int:
    return sum(map(len, element.itertext()))


def _surrounds(element: etree._Element) -> bool:
    tag = tag_of(element)
    if tag in _SURROUND_TAGS or element.get("role", "").lower() in _SURROUND_ROLES:
        return True
    if tag == "footer" or (tag == "header" and not _heads_article(element)):
        return not any(tag_of(a) in ("blockquote", "figure") for a in element.iterancestors())
    if tag in ("div", "section", "ul", "ol", "p", "span", "header", "form", "a", "button", "details"):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if names != " " and _SURROUND_NAMES.search(names) and not _holds_heading_one(element):
            return True
    return hidden(element)


def _heads_article(element: etree._Element) -> bool:
    return any(tag_of(a) in ("article", "main", "section") for a in element.iterancestors()) or _holds_heading_one(
        element
    )


def _holds_heading_one(element: etree._Element) -> bool:
    return next(element.iter("{*}h1", "h1"), None) is not None


def hidden(element: etree._Element) -> bool:
    """Whether the page keeps this from its reader: by attribute or by inline style."""
    if element.get("hidden") is not None and tag_of(element) != "html":
        return True
    if element.get("aria-hidden", "").lower() == "true" and tag_of(element) != "body":
        return True
    style = element.get("style")
    return bool(style) and bool(_HIDING_STYLE.search(style))


def _length(blocks: list[Block]) -> int:
    return sum(len(b.text) for b in blocks)


def _without_stray(blocks: list[Block]) -> list[Block]:
    """Without separators and the like that hold no word."""
    return [b for b in blocks if any(c.isalnum() for c in b.text)]


def _titled(blocks: list[Block], root: etree._Element) -> list[Block]:
    if not blocks or any(b.level == 1 for b in blocks[:8]):
        return blocks
    title = " ".join("".join(root.xpath("string((//title)[1])")).split())
    if not title or any(title.startswith(b.text) or b.text.startswith(title) for b in blocks[:8] if len(b.text) > 10):
        return blocks
    return [block(title[:500], level=1), *blocks]
