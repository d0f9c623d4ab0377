"""
A manuscript as pandoc's document tree, from which every format is made.

Text goes in as it is and comes out as it is: nothing here is ever read as markup, so a quotation with an asterisk, an @
or a < stands verbatim in every format. Knows the shapes of pandoc-types 1.23 and nothing of answers or configurations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Node = dict[str, Any]

_LABEL_IS_PLAIN = re.compile(r"[0-9]+|[ivxlcdm]+|[IVXLCDM]+")
_RANGE = "–"


def clean(text: str) -> str:
    """Without the characters that no document format can hold: controls, lone surrogates, non-characters."""
    return "".join(c if _holdable(c) else ("\ufffd" if unicodedata.category(c) == "Cs" else " ") for c in text)


def _holdable(c: str) -> bool:
    if c in "\t\n\r" or c.isascii():
        return c >= " " or c in "\t\n\r"
    return unicodedata.category(c) not in ("Cs", "Cc") and ord(c) & 0xFFFE != 0xFFFE and not "\ufdd0" <= c <= "\ufdef"


def text(words: str) -> list[Node]:
    """Plain words, white space single."""
    nodes: list[Node] = []
    for word in re.split(r"[ \t\n\r]+", clean(words)):
        if nodes:
            nodes.append({"t": "Space"})
        nodes.append({"t": "Str", "c": word})
    return [n for n in nodes if n.get("c") != ""]


def strong(words: str) -> Node:
    return {"t": "Strong", "c": text(words)}


def emphasised(words: str) -> Node:
    return {"t": "Emph", "c": text(words)}


def link(words: str, address: str) -> Node:
    return {"t": "Link", "c": [_attributes(), text(words), [clean(address), ""]]}


SPACE: Node = {"t": "Space"}


@dataclass(frozen=True, slots=True)
class Reference:
    """One source in a citation: its key in the bibliography, and where in it."""

    key: str
    page_label: str = ""  # as printed; "12–13" where it runs over a page break
    place: str = ""  # in words, where no page is printed


def cited(references: Sequence[Reference]) -> Node:
    """[@key, p. 127; @other, pp. 3–4]"""
    return {
        "t": "Cite",
        "c": [
            [
                {
                    "citationId": one.key,
                    "citationPrefix": [],
                    "citationSuffix": text(", " + locator(one)) if locator(one) else [],
                    "citationMode": {"t": "NormalCitation"},
                    "citationNoteNum": 0,
                    "citationHash": 0,
                }
                for one in references
            ],
            text(f"[{'; '.join('@' + one.key for one in references)}]"),
        ],
    }


def locator(reference: Reference) -> str:
    """What follows the key. Braces make pandoc take a label that is no number whole; a hyphen in one is no range."""
    label = clean(reference.page_label).strip()
    if not label:
        return clean(reference.place)
    ends = label.split(_RANGE)
    kind = "pp." if len(ends) == 2 and all(ends) else "p."
    if all(_LABEL_IS_PLAIN.fullmatch(end) for end in ends):
        return f"{kind} {label}"
    return f"{{{kind} {re.sub('[{}]', '', label).replace('-', chr(0x2011))}}}"


def paragraph(*nodes: Node) -> Node:
    return {"t": "Para", "c": list(nodes)}


def plain(*nodes: Node) -> Node:
    """A paragraph without the space around one, for cells."""
    return {"t": "Plain", "c": list(nodes)}


def heading(level: int, words: str, *, numbered: bool = True) -> Node:
    return {"t": "Header", "c": [level, ["", [] if numbered else ["unnumbered"], []], text(words)]}


def quotation(*blocks: Node) -> Node:
    return {"t": "BlockQuote", "c": list(blocks)}


def bullets(items: Iterable[Sequence[Node]]) -> Node:
    return {"t": "BulletList", "c": [list(blocks) for blocks in items]}


def bibliography_here() -> Node:
    """Where the list of references goes."""
    return {"t": "Div", "c": [["refs", [], []], []]}


def table(
    header: Sequence[str], rows: Iterable[Sequence[Sequence[Node]]], *, widths: Sequence[float], caption: str = ""
) -> Node:
    """`rows` hold cells, a cell holds blocks; `widths` are shares of the line, at most 1 in all; () is no header."""
    columns = [[{"t": "AlignLeft"}, {"t": "ColWidth", "c": width}] for width in widths]
    head = [[_attributes(), [_cell([plain(strong(words))]) for words in header]]] if header else []
    body = [[_attributes(), [_cell(blocks) for blocks in row]] for row in rows]
    long = [{"t": "Plain", "c": text(caption)}] if caption else []
    return {
        "t": "Table",
        "c": [
            _attributes(),
            [None, long],
            columns,
            [_attributes(), head],
            [[_attributes(), 0, [], body]],
            [_attributes(), []],
        ],
    }


def _cell(blocks: Sequence[Node]) -> list[Any]:
    return [_attributes(), {"t": "AlignDefault"}, 1, 1, list(blocks)]


def _attributes() -> list[Any]:
    return ["", [], []]


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document before it has a format."""

    title: str
    blocks: tuple[Node, ...]
    language: str = "en-GB"
    landscape: bool = False  # Word only: for tables of many columns
    facts: tuple[tuple[str, str], ...] = field(default=())  # further metadata, as text

    def tree(self, api_version: Sequence[int], *, extra: dict[str, Node] | None = None) -> Node:
        meta: dict[str, Node] = {
            "title": {"t": "MetaInlines", "c": text(self.title)},
            "lang": {"t": "MetaString", "c": self.language},
            "link-citations": {"t": "MetaBool", "c": True},
            **{name: {"t": "MetaString", "c": clean(value)} for name, value in self.facts},
            **(extra or {}),
        }
        return {"pandoc-api-version": list(api_version), "meta": meta, "blocks": list(self.blocks)}
