"""
Answers, candidates and passages as lines of text: 80 columns, no colour needed, fit for a pipe or a screen reader.

Pure: values in, text out. Sources are numbered in the order they are first cited.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.cmoc import PART_NAMES, PARTS, UNSTATED
from assistant.model import CMOC, Answer, Basis, Citation, Claim, Hit, Provenance, Refusal, Searched, Stance, Voice
from zotero_bridge.fold import readable
from zotero_bridge.model import Item

if TYPE_CHECKING:
    from assistant.answer import Drafted, Tested

WIDTH = 80
ItemOf = Callable[[str], Item | None]


class Numbered:
    """Numbers citations by place: the same words keep their number, or, `by_page`, all words of one page have one."""

    def __init__(self, item_of: ItemOf, *, by_page: bool = False) -> None:
        self._item_of = item_of
        self._by_page = by_page
        self._numbers: dict[tuple[object, ...], int] = {}
        self.citations: list[Citation] = []

    def number(self, citation: Citation) -> int:
        place: tuple[object, ...] = (citation.source_key, citation.start, citation.end)
        if self._by_page:
            place = (citation.source_key, citation.page_index, citation.page_label, citation.section)
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers) + 1
            self.citations.append(citation)
        return self._numbers[place]

    def reference(self, citation: Citation) -> str:
        item = self._item_of(citation.item_key)
        return reference(citation, item)

    def lines(self) -> list[str]:
        lines: list[str] = []
        for number, citation in enumerate(self.citations, start=1):
            lines += hanging(f"[{number}] ", self.reference(citation))
            if citation.uri:
                lines.append(" " * 4 + legible(citation.uri))  # never wrapped: a broken link opens nothing
        return lines


def reference(citation: Citation, item: Item | None) -> str:
    """'Åkesson et al. (2021), p. 129, Findings'."""
    who = citation.item_key
    if item:
        who = f"{item.creators_display or item.title} ({item.year or 'n.d.'})"
    kind = {"note": "reader's note", "annotation": "annotation", "abstract": "abstract"}
    parts = [who]
    if citation.page_label:
        parts.append(f"{'pp.' if '–' in citation.page_label else 'p.'} {citation.page_label}")
    elif citation.page_index is not None:
        parts.append(f"page {citation.page_index + 1} of the file")
    if citation.section:
        parts.append(readable(citation.section))
    elif citation.section_kind.value in kind:
        parts.append(kind[citation.section_kind.value])
    return ", ".join(parts)


_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def legible(text: str) -> str:
    """Without what steers a terminal: a title or a name comes from a library, and may come from anyone."""
    return _STEERING.sub("", text)


def hanging(lead: str, text: str, *, width: int = WIDTH) -> list[str]:
    return textwrap.wrap(
        legible(text),
        width=width,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [lead.rstrip()]


def answer(a: Answer, item_of: ItemOf, *, notices: Sequence[str] = ()) -> str:
    lines: list[str] = [*hanging("", a.question)]
    Written(item_of, say=lines.append).rest(a, notices)
    return "\n".join(lines).rstrip()


class Written:
    """An answer written out: claims as they come, if they come one by one, and then whatever of it was not said yet."""

    def __init__(self, item_of: ItemOf, *, say: Callable[[str], None]) -> None:
        self._numbered = Numbered(item_of)
        self._say = say
        self._section: str | None = None
        self._said: list[Claim] = []

    def claim(self, one: Claim) -> None:
        if one.section != self._section:
            self._section = one.section
            title = one.section or "What the sources say"
            self._say(f"\n{title}\n" + "-" * min(WIDTH, len(title)))
        elif self._said:
            self._say("")
        self._say("\n".join(claim_lines(one, self._numbered)))
        self._said.append(one)

    def rest(self, a: Answer, notices: Sequence[str]) -> None:
        if not a.found and a.searched.passages:
            why = "nothing that was drafted could be proved" if a.refused else "nothing in it bears on the question"
            self._say(f"\nNot found in this library: {why}.\n")
        elif not a.found:
            self._say("")
        for one in a.claims:
            if one not in self._said:
                self.claim(one)
        if self._numbered.citations:
            self._say("\n".join(["", "Sources", "-------", *self._numbered.lines(), ""]))
        if a.refused:
            self._say("\n".join(refusals(a.refused)))
        for notice in notices:
            self._say("\n".join(hanging("Note: ", notice)))
        if a.searched.asked[1:]:
            self._say("\n".join(hanging("", f"Asked for beside the question: {'; '.join(a.searched.asked[1:])}.")))
        for line in tokens(a.provenance):
            self._say(line)
        self._say("\n".join(hanging("", searched(a.searched))))


_WHOSE = {
    Voice.PARTICIPANT: "a participant’s words",
    Voice.CITED_WORK: "reports another work",
    Voice.ASPIRATION: "a plan or a demand, not a finding",
}


def claim_lines(claim: Claim, numbered: Numbered) -> list[str]:
    """A quotation is its own proof; of any other claim it is said whether it is located and whether it is supported."""
    marks = "".join(f"[{numbered.number(c)}]" for c in claim.citations)
    whose = _WHOSE.get(claim.voice) if claim.voice else None
    if claim.basis is Basis.QUOTED:
        return hanging("  ", f"“{claim.text}” {marks}" + (f" ({whose})" if whose else ""))
    said = {Basis.PARAPHRASED: "paraphrased", Basis.INFERRED: "inferred"}[claim.basis]
    borne = "supported" if claim.supported else _doubtful(claim.support_reason)
    lines = hanging("  ", f"{claim.text} {marks} ({'; '.join(filter(None, (said, whose, 'located', borne)))})")
    for citation in claim.citations:
        lines += hanging(f"    [{numbered.number(citation)}] ", f"“{citation.quote}”")
    return lines


def _doubtful(reason: str) -> str:
    """The reason without its own call to judge."""
    why = reason.partition(": ")[0].rstrip(".")
    return "whether the words support it is for you to judge" + (f": {why[0].lower()}{why[1:]}" if why else "")


def refusals(refused: Iterable[Refusal]) -> list[str]:
    listed = list(refused)
    if not listed:
        return []
    title = f"Refused ({len(listed)})"
    lines = [title, "-" * len(title)]
    for one in listed:
        lines += hanging("  - ", f"{one.text} — {one.reason}")
    return [*lines, ""]


def tokens(told: Provenance) -> list[str]:
    """What the answer took, where the provider tells."""
    if not told.tokens_in and not told.tokens_out:
        return []
    return hanging("", f"{told.engine}: {told.tokens_in} tokens read, {told.tokens_out} written.")


def searched(s: Searched) -> str:
    if not s.passages:
        return (
            "Nothing was searched: no passage passes these filters. Check the names after --tag, --collection, --type "
            "and --item; without filters, `realist status` says what is there."
        )
    looked = f"Searched {s.passages:,} passages in {s.documents:,} documents".replace(",", "\u202f")
    if not s.unread:
        return looked + "."
    sources = "1 source" if s.unread == 1 else f"{s.unread} sources"
    return f"{looked}; {sources} could not be read (see `realist status`)."


def candidate(c: CMOC, numbered: Numbered) -> list[str]:
    lines = hanging(f"{c.id}  ", c.title)
    for role in PARTS:
        elements = c.part(role)
        if not elements:
            lines.append(f"  {PART_NAMES[role]}: {UNSTATED}")
        for element in elements:
            if element.citation:
                text = f"“{element.text}” [{numbered.number(element.citation)}]"
            else:
                text = f"{element.text} (inferred: {element.memo or 'no memo yet'})"
            lines += hanging(f"  {PART_NAMES[role]}: ", text)
    return lines


def candidates(found: Sequence[CMOC], drafted: Drafted, item_of: ItemOf) -> str:
    """`found` are the candidates as the ledger names them, where it does."""
    numbered = Numbered(item_of, by_page=True)
    lines: list[str] = []
    for one in found:
        lines += [*candidate(one, numbered), ""]
    if not found:
        lines += ["No candidate: no passage links a mechanism with an outcome or a context.", ""]
    if numbered.citations:
        lines += ["Sources", "-------", *numbered.lines(), ""]
    lines += refusals(drafted.refused)
    lines += [line for notice in drafted.notices for line in hanging("Note: ", notice)]
    lines += tokens(drafted.provenance)
    left = "1 passage holds" if drafted.abstained == 1 else f"{drafted.abstained} passages hold"
    were = "was" if drafted.abstained == 1 else "were"
    lines += hanging("", f"{left} no configuration and {were} left alone. {searched(drafted.searched)}")
    return "\n".join(lines)


_STANCE_TITLES = {
    Stance.SUPPORTS: "Supports",
    Stance.REFINES: "Refines",
    Stance.EXTENDS: "Extends",
    Stance.REFUTES: "Limits or refutes",
}


def findings(tested: Tested, item_of: ItemOf) -> str:
    numbered = Numbered(item_of)
    lines: list[str] = []
    for stance, title in _STANCE_TITLES.items():
        of_stance = [f for f in tested.findings if f.stance is stance]
        lines += [f"{title} ({len(of_stance)})", "-" * (len(title) + 4)]
        for one in of_stance:
            lines += hanging("  ", f"“{one.citation.quote}” [{numbered.number(one.citation)}]")
            lines += hanging("    ", f"{one.part}: {one.reason}")
            lines += [f"    passage {one.citation.passage_id}"] if one.citation.passage_id else []
        if not of_stance:
            lines.append("  None found.")
        lines.append("")
    if numbered.citations:
        lines += ["Sources", "-------", *numbered.lines(), ""]
    lines += refusals(tested.refused)
    lines += [line for notice in tested.notices for line in hanging("Note: ", notice)]
    lines += tokens(tested.provenance)
    lines += hanging("", "These are proposals. A stance counts when you record it: `realist cmoc judge`.")
    lines += hanging("", searched(tested.searched))
    return "\n".join(lines)


def hits(found: Sequence[Hit], item_of: ItemOf, uri_of: Callable[[Hit], str]) -> str:
    lines: list[str] = []
    for rank, hit in enumerate(found, start=1):
        at = hit.passage.locator
        item = item_of(hit.passage.item_key)
        who = f"{item.creators_display or item.title} ({item.year or 'n.d.'})" if item else at.source_key
        place = [who]
        if at.page_label:
            place.append(f"p. {at.page_label}" + (f"–{at.page_label_end}" if at.page_label_end else ""))
        if at.section:
            place.append(readable(at.section))
        if hit.duplicates:
            place.append(f"+{hit.duplicates} near-duplicate{'s' if hit.duplicates > 1 else ''}")
        lines += hanging(f"{rank:>2}. ", ", ".join(place))
        lines += hanging("    ", readable(hit.passage.text))
        uri = uri_of(hit)
        lines += [*([f"    {uri}"] if uri else []), f"    passage {hit.passage.id}", ""]
    return "\n".join(lines).rstrip()
