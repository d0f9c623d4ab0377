"""
Read a sample text: light markup in, blocks and planted evidence out.

A file is a head of `key: value` lines between two `---` lines, then blocks separated by blank lines: `# title`,
`## heading | section_kind`, `### heading`, `- bullet`, `> block quotation`, `Table: caption` over `| cell | cell |`
rows, `Figure: caption :: label=value, …`, `[^1]: a footnote`, `\\main` (front matter ends here), `\\newpage`, and
paragraphs. Inside a paragraph `*words*` are italic, `[^1]` calls a footnote, and evidence is marked where it stands:

    {B~|<c:After two years of deficits> the vision <m:read to staff as a promise already broken>.}

The letters name programme theories, the sign the stance (`+` supports, `~` refines, `-` refutes), `?` evidence with a
part missing. `{!aspiration|…}` marks what must not be taken for evidence, and why. Angle brackets give the role.

Knows nothing of pages or file formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

STANCES = {"+": "supports", "~": "refines", "-": "refutes"}
ROLES = {"c": "context", "r": "resource", "m": "reasoning", "o": "outcome", "a": "actor"}
_BRACE = re.compile(r"\{(?:(?P<theories>[A-D]+)(?P<stance>[+~-])(?P<partial>\??)|!(?P<why>\w+))\|")
_ROLE = re.compile(r"<([crmoa]):")
_CALL = re.compile(r"\[\^(\d+)\]")


@dataclass(frozen=True, slots=True)
class Planted:
    """`text[start:end]` of its block: evidence, or (with `why_not`) a sentence that must not be taken for it."""

    start: int
    end: int
    theories: str = ""
    stance: str = ""
    partial: bool = False
    why_not: str = ""
    roles: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `text` is what a reader reads; `calls` are (offset, number) of footnotes; `italic` are ranges."""

    kind: str  # title heading subheading paragraph bullet quotation table figure footnote main newpage
    text: str = ""
    section_kind: str = "body"
    rows: tuple[tuple[str, ...], ...] = ()
    bars: tuple[tuple[str, float], ...] = ()
    number: int = 0
    calls: tuple[tuple[int, int], ...] = ()
    italic: tuple[tuple[int, int], ...] = ()
    planted: tuple[Planted, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    name: str
    head: dict[str, str]
    blocks: tuple[Block, ...]
    footnotes: dict[int, Block] = field(default_factory=dict)

    @property
    def words(self) -> int:
        cells = " ".join(cell for block in self.blocks for row in block.rows for cell in row)
        return len(" ".join([*(block.text for block in self.blocks), cells]).split())

    def planted(self) -> list[tuple[Block, Planted]]:
        return [(block, mark) for block in self.blocks for mark in block.planted]


def read(path: Path) -> Text:
    """Raises ValueError, naming the file, where the markup is broken."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.split(":", 1) for line in head.splitlines() if line.strip())
    blocks: list[Block] = []
    footnotes: dict[int, Block] = {}
    kind = "front_matter"
    for raw in re.split(r"\n\s*\n", body.strip()):
        try:
            for block in _blocks(raw.strip(), kind):
                kind = block.section_kind
                if block.kind == "footnote":
                    footnotes[block.number] = block
                else:
                    blocks.append(block)
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}: {raw[:80]}") from error
    return Text(path.stem, {key.strip(): value.strip() for key, value in pairs}, tuple(blocks), footnotes)


def _blocks(raw: str, kind: str) -> list[Block]:
    lines = raw.splitlines()
    first = lines[0]
    if first.startswith("\\"):
        return [Block(first[1:], section_kind=kind)]
    if first.startswith("# "):
        return [_inline(Block("title", section_kind=kind), first[2:])]
    if first.startswith("### "):
        return [_inline(Block("subheading", section_kind=kind), first[4:])]
    if first.startswith("## "):
        heading, _, told = first[3:].partition(" | ")
        return [Block("heading", _smart(heading), section_kind=told or "body")]
    if first.startswith("Table: "):
        rows = [tuple(_smart(cell.strip()) for cell in line.strip().strip("|").split("|")) for line in lines[1:]]
        return [Block("table", _smart(first[7:]), kind, rows=tuple(rows))]
    if first.startswith("Figure: "):
        caption, _, bars = raw[8:].replace("\n", " ").partition(" :: ")
        pairs = [bar.split("=") for bar in bars.split(",") if bar.strip()]
        return [
            Block("figure", _smart(caption), kind, bars=tuple((name.strip(), float(value)) for name, value in pairs))
        ]
    note = re.match(r"\[\^(\d+)\]: ", first)
    if note:
        return [_inline(Block("footnote", section_kind=kind, number=int(note[1])), _joined(lines)[note.end() :])]
    if first.startswith("> "):
        return [_inline(Block("quotation", section_kind=kind), _joined([line.removeprefix("> ") for line in lines]))]
    if first.startswith("- "):
        bullets = re.split(r"\n- ", raw[2:])
        return [_inline(Block("bullet", section_kind=kind), _joined(bullet.splitlines())) for bullet in bullets]
    return [_inline(Block("paragraph", section_kind=kind), _joined(lines))]


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


def _inline(block: Block, raw: str) -> Block:
    """The block with its markup taken out of the text and kept as offsets."""
    out: list[str] = []
    length = at = 0
    open_mark: tuple[int, re.Match[str]] | None = None
    open_role: tuple[int, str] | None = None
    open_italic: int | None = None
    roles: list[tuple[str, int, int]] = []
    planted: list[Planted] = []
    calls: list[tuple[int, int]] = []
    italic: list[tuple[int, int]] = []
    while at < len(raw):
        char = raw[at]
        if char == "{" and (mark := _BRACE.match(raw, at)) and open_mark is None:
            open_mark, at = (length, mark), mark.end()
        elif char == "<" and (role := _ROLE.match(raw, at)) and open_role is None:
            open_role, at = (length, ROLES[role[1]]), role.end()
        elif char == "[" and (call := _CALL.match(raw, at)):
            calls.append((length, int(call[1])))
            at = call.end()
        elif char == ">" and open_role is not None:
            roles.append((open_role[1], open_role[0], length))
            open_role, at = None, at + 1
        elif char == "}" and open_mark is not None:
            planted.append(_mark(open_mark[0], length, open_mark[1], tuple(roles)))
            open_mark, roles, at = None, [], at + 1
        elif char == "*":
            if open_italic is not None:
                italic.append((open_italic, length))
            open_italic, at = (length if open_italic is None else None), at + 1
        elif char in "{}<>":
            raise ValueError(f"stray {char!r}")
        else:
            out.append(_curled(char, out[-1] if out else " "))
            length, at = length + 1, at + 1
    if open_mark or open_role or open_italic is not None:
        raise ValueError("markup left open")
    return Block(
        block.kind,
        "".join(out),
        block.section_kind,
        number=block.number,
        calls=tuple(calls),
        italic=tuple(italic),
        planted=tuple(planted),
    )


def _curled(char: str, before: str) -> str:
    """The typographer's quotation mark for a straight one."""
    if char not in "'\"":
        return char
    opens = before.isspace() or before in "([\u2018\u201c\u2014"
    return {"'": "\u2018\u2019", '"': "\u201c\u201d"}[char][0 if opens else 1]


def _smart(raw: str) -> str:
    return "".join(_curled(char, raw[at - 1] if at else " ") for at, char in enumerate(raw))


def _mark(start: int, end: int, mark: re.Match[str], roles: tuple[tuple[str, int, int], ...]) -> Planted:
    if mark["why"]:
        return Planted(start, end, why_not=mark["why"])
    return Planted(start, end, mark["theories"], STANCES[mark["stance"]], bool(mark["partial"]), roles=roles)
