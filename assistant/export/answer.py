"""
An answer as a manuscript: claims under their headings, each quotation set off with its citation, then how it was made.

Every word between quotation marks or set off is a citation's `quote`; what was refused is listed only when asked for,
and then as refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from assistant.export.bibliography import Bibliography, bibliography
from assistant.export.pandoc import format_named, write_manuscript
from assistant.export.styles import find_style, zotero_styles
from assistant.export.tree import (
    SPACE,
    Manuscript,
    Node,
    bibliography_here,
    bullets,
    cited,
    emphasised,
    heading,
    link,
    paragraph,
    plain,
    quotation,
    table,
    text,
)
from assistant.export.writing import check_free
from assistant.model import Answer, Basis, Citation, Claim, Provenance, Voice
from zotero_bridge.model import Item

_THEME_ENDS = " — "  # a section may name a theme and, after the dash, a part of it
NOT_FOUND = "Nothing in this library bears on the question."


@dataclass(frozen=True, slots=True)
class Exported:
    """The file that was written, and the files beside it."""

    path: Path
    beside: tuple[Path, ...] = ()


def export_answer(
    answer: Answer,
    items: Mapping[str, Item],
    *,
    fmt: str,
    path: Path,
    style: str = "",
    styles_folders: Sequence[Path] | None = None,
    with_refused: bool = False,
    with_appendix: bool = True,
    force: bool = False,
) -> Exported:
    """
    Writes the answer as md, docx, odt, html, latex or pdf. `style` is a citation style's name or file; "" is Chicago
    author-date. Raises ExportExists unless `force`, StyleMissing, UnknownFormat, MissingPart.
    """
    named = format_named(fmt)
    check_free(path, force=force)
    style_file = find_style(style, zotero_styles() if styles_folders is None else styles_folders)
    entries = bibliography(_citations(answer), items)
    manuscript = answer_manuscript(answer, entries, with_refused=with_refused, with_appendix=with_appendix)
    beside = write_manuscript(manuscript, entries, fmt=named, path=path, style=style_file)
    return Exported(path, beside)


def _citations(answer: Answer) -> list[Citation]:
    return [citation for claim in answer.claims for citation in claim.citations]


def answer_manuscript(
    answer: Answer, entries: Bibliography, *, with_refused: bool = False, with_appendix: bool = True
) -> Manuscript:
    blocks: list[Node] = []
    theme = ""
    for section, claims in groupby(answer.claims, key=lambda c: c.section):
        above, dash, below = section.partition(_THEME_ENDS)
        if above and above != theme:
            blocks.append(heading(1, above))
        if dash:
            blocks.append(heading(2, below))
        theme = above
        for claim in claims:
            blocks += claim_blocks(claim, entries)
    if not answer.found:
        blocks.append(paragraph(*text(NOT_FOUND)))
        blocks.append(paragraph(*text(searched_in_words(answer))))
    if with_refused and answer.refused:
        blocks += refused_blocks(answer)
    if entries.entries:
        blocks += [heading(1, "References", numbered=False), bibliography_here()]
    if with_appendix:
        blocks += _appendix(answer, entries)
    return Manuscript(title=answer.question, blocks=tuple(blocks))


_WHOSE = {Voice.CITED_WORK: "(reports another work)", Voice.ASPIRATION: "(a plan or a demand, not a finding)"}


def claim_blocks(claim: Claim, entries: Bibliography) -> list[Node]:
    whose = _WHOSE.get(claim.voice, "") if claim.voice else ""
    quotes = [quotation(_quoted(c, entries, whose)) for c in claim.citations]
    if claim.basis is Basis.QUOTED:
        return quotes
    words = claim.text.rstrip()
    stop = "." if words.endswith(".") else ""
    said = [*text(words.removesuffix(".")), SPACE, cited([entries.reference(c) for c in claim.citations])]
    if claim.basis is Basis.INFERRED:
        said += [SPACE, emphasised("(inferred)")]
    elif not claim.supported:
        said += [SPACE, emphasised("(support to be judged)")]
    return [paragraph(*said, *text(stop)), *quotes]


def _quoted(citation: Citation, entries: Bibliography, whose: str) -> Node:
    note = [SPACE, emphasised(whose)] if whose else []
    return paragraph(*text(citation.quote), SPACE, cited([entries.reference(citation)]), *note)


def refused_blocks(answer: Answer, *, level: int = 1) -> list[Node]:
    rows = [[paragraph(*text(one.text), SPACE, emphasised(one.reason))] for one in answer.refused]
    return [heading(level, "Not let through", numbered=False), bullets(rows)]


def searched_in_words(answer: Answer) -> str:
    looked = answer.searched
    sources = "1 source" if looked.unread == 1 else f"{looked.unread} sources"
    unread = f"; {sources} could not be read" if looked.unread else ""
    return f"Searched: {looked.passages} passages in {looked.documents} documents{unread}."


def _appendix(answer: Answer, entries: Bibliography) -> list[Node]:
    facts = [
        ("Question", answer.question),
        *provenance_facts(answer.provenance),
        ("Searched", searched_in_words(answer)[10:]),
    ]
    blocks = [
        heading(1, "How this answer was made", numbered=False),
        table((), ([[_plain(n)], [_plain(v)]] for n, v in facts), widths=(0.25, 0.75)),
    ]
    if answer.claims:
        blocks += [heading(1, "Where each quotation stands", numbered=False), _places(answer, entries)]
    return blocks


def provenance_facts(provenance: Provenance) -> list[tuple[str, str]]:
    """What is known about how it came about, in the reader's words; what is not known is left out."""
    p = provenance
    prompts = "; ".join(f"{name} {digest[:12]}" for name, digest in sorted(p.prompt_sha256.items()))
    settings = "; ".join(f"{name}={value}" for name, value in sorted(p.parameters.items()))
    tokens = f"{p.tokens_in} in, {p.tokens_out} out" if p.tokens_in or p.tokens_out else ""
    facts = [
        ("Asked as", p.query),
        ("Engine", f"{p.engine} ({p.model_reported})" if p.model_reported else p.engine),
        ("Settings", settings),
        ("Prompts (SHA-256)", prompts),
        ("Filters", filters_in_words(p)),
        ("Passages shown", str(len(p.passages_shown)) if p.passages_shown else ""),
        ("Library", " ".join(filter(None, (p.library, p.library_mark and f"at {p.library_mark}")))),
        ("Index", p.index_id),
        ("Search by meaning", p.embedder_id or "none: by words alone"),
        ("Tokens", tokens),
        ("Made with", f"realist {p.tool_version}"),
        ("Time", p.time),
    ]
    return [(name, value) for name, value in facts if value]


def filters_in_words(provenance: Provenance) -> str:
    f = provenance.filters
    parts: list[tuple[str, Iterable[str]]] = [
        ("tags", f.tags),
        ("collections", f.collections),
        ("types", f.item_types),
        ("items", f.item_keys),
        ("sources", (k.value for k in f.source_kinds)),
        ("sections", (k.value for k in f.section_kinds)),
        ("colours", f.colors),
        ("marked with", (*f.marks.tags, *f.marks.colors) if f.marks else ()),
    ]
    words = [f"{name}: {', '.join(values)}" for name, values in ((n, list(v)) for n, v in parts) if values]
    if f.year_from is not None or f.year_to is not None:
        words.append(f"years: {f.year_from or ''}–{f.year_to or ''}")
    return "; ".join(words)


def _places(answer: Answer, entries: Bibliography) -> Node:
    rows = []
    for number, citation in enumerate(_citations(answer), start=1):
        where = f"p. {citation.page_label}" if citation.page_label else ""
        if not where and citation.page_index is not None:
            where = f"file page {citation.page_index + 1}"
        place = [plain(link(citation.source_key, citation.uri))] if citation.uri else None
        exact = f"{citation.start}–{citation.end} of text {citation.text_sha256[:12]}"
        rows.append(
            [
                [_plain(str(number))],
                [_plain(entries.keys[citation.item_key])],
                [_plain(", ".join(filter(None, (where, citation.section))))],
                place or [_plain(citation.source_key)],
                [_plain(exact)],
                [_plain(_shortened(citation.quote))],
            ]
        )
    return table(
        ("No.", "Source", "Page, section", "Opens", "Characters", "Begins"),
        rows,
        widths=(0.06, 0.2, 0.2, 0.13, 0.19, 0.22),
    )


def _shortened(quote: str, words: int = 6) -> str:
    parts = quote.split()
    return quote if len(parts) <= words else " ".join(parts[:words]) + " …"


def _plain(words: str) -> Node:
    return plain(*text(words))
