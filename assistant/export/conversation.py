"""
A conversation as a manuscript: each question with what was found, in order, then how each answer was made.

As for a single answer, every quotation carries its citation and what was refused is listed as refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from assistant.export.answer import (
    NOT_FOUND,
    Exported,
    claim_blocks,
    provenance_facts,
    refused_blocks,
    searched_in_words,
)
from assistant.export.bibliography import Bibliography, bibliography
from assistant.export.pandoc import format_named, write_manuscript
from assistant.export.styles import find_style, zotero_styles
from assistant.export.tree import Manuscript, Node, bibliography_here, heading, paragraph, plain, table, text
from assistant.export.writing import check_free
from assistant.ledger_events import Turn
from assistant.model import Answer
from zotero_bridge.model import Item


def export_conversation(
    name: str,
    turns: Sequence[Turn],
    items: Mapping[str, Item],
    *,
    fmt: str,
    path: Path,
    style: str = "",
    force: bool = False,
) -> Exported:
    """As `export_answer`, for all the turns of the conversation that began at `name`."""
    named = format_named(fmt)
    check_free(path, force=force)
    answered = [(turn, turn.answer) for turn in turns if turn.answer is not None]
    cited = [c for _, answer in answered for claim in answer.claims for c in claim.citations]
    entries = bibliography(cited, items)
    blocks: list[Node] = []
    for turn, answer in answered:
        blocks += _turn(turn, answer, entries)
    if entries.entries:
        blocks += [heading(1, "References", numbered=False), bibliography_here()]
    blocks.append(heading(1, "How these answers were made", numbered=False))
    for turn, answer in answered:
        facts = [("Question", turn.question), *provenance_facts(answer.provenance)]
        rows = ([[plain(*text(n))], [plain(*text(v))]] for n, v in facts)
        blocks.append(table((), rows, widths=(0.25, 0.75)))
    manuscript = Manuscript(title=f"Conversation of {name[:10]}", blocks=tuple(blocks))
    style_file = find_style(style, zotero_styles())
    return Exported(path, write_manuscript(manuscript, entries, fmt=named, path=path, style=style_file))


def _turn(turn: Turn, answer: Answer, entries: Bibliography) -> list[Node]:
    blocks: list[Node] = [heading(1, turn.question)]
    if turn.query and turn.query != turn.question:
        blocks.append(paragraph(*text(f"Asked as: {turn.query}")))
    for section, claims in groupby(answer.claims, key=lambda c: c.section):
        if section:
            blocks.append(heading(2, section))
        for claim in claims:
            blocks += claim_blocks(claim, entries)
    if not answer.found:
        blocks.append(paragraph(*text(NOT_FOUND)))
    if answer.refused:
        blocks += refused_blocks(answer, level=2)
    return [*blocks, paragraph(*text(searched_in_words(answer)))]
