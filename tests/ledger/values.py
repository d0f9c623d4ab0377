"""Fictional values for tests: citations, answers and configurations as the rest of the tool makes them."""

from __future__ import annotations

from dataclasses import replace

from assistant.model import (
    CMOC,
    Answer,
    Basis,
    Citation,
    Claim,
    Element,
    Judgement,
    Provenance,
    Refusal,
    Searched,
    Stance,
)
from zotero_bridge.model import Creator, Filters, Item, SectionKind

SHA = "ab" * 32


def citation(quote: str = "partners felt safe to ask", *, item: str = "ITEM1", start: int = 100) -> Citation:
    return Citation(
        item_key=item,
        source_key=f"S-{item}",
        citekey="",
        quote=quote,
        raw=quote,
        start=start,
        end=start + len(quote),
        text_sha256=SHA,
        page_index=11,
        page_label="127",
        section="Findings",
        section_kind=SectionKind.RESULTS,
        annotation_key="",
        uri=f"zotero://open-pdf/library/items/S-{item}?page=12",
    )


def claim(
    text: str = "partners felt safe to ask",
    *,
    basis: Basis = Basis.QUOTED,
    section: str = "Purpose — How people respond",
    citations: tuple[Citation, ...] | None = None,
) -> Claim:
    return Claim(text, section, basis, (citation(text),) if citations is None else citations, supported=True)


def answer(*claims: Claim, refused: tuple[Refusal, ...] = ()) -> Answer:
    return Answer(
        question="How does leadership work, for whom?",
        claims=claims or (claim(),),
        refused=refused,
        searched=Searched(passages=1200, documents=18, unread=1),
        provenance=Provenance(
            tool_version="0.1.0",
            engine="extractive",
            query="How does leadership work, for whom?",
            filters=Filters(tags=("leadership",), year_from=2018),
            prompt_sha256={"answer": SHA},
            library="sample",
            passages_shown=(f"0123456789abcdef:{SHA}",),
            time="2026-03-01T09:00:00+00:00",
        ),
    )


def quoted(text: str, *, item: str = "ITEM1", start: int = 100) -> Element:
    return Element(text=text, basis=Basis.QUOTED, citation=citation(text, item=item, start=start))


def cmoc(id: str = "cand-1", *, title: str = "Open figures", outcome: tuple[Element, ...] = ()) -> CMOC:
    return CMOC(
        id=id,
        version=1,
        title=title,
        statement="Where figures are open, partners speak up.",
        context=(quoted("where the board published its figures"),),
        resource=(quoted("a monthly open meeting", start=200),),
        reasoning=(quoted("partners felt safe to ask", start=300),),
        outcome=outcome,
        author="extractive",
    )


def judgement(cmoc_id: str = "C1", version: int = 1, stance: Stance = Stance.SUPPORTS) -> Judgement:
    return Judgement(cmoc_id, version, "whole", stance, "says so", citation(), "Ada", "2026-03-01T09:00:00+00:00")


def items() -> dict[str, Item]:
    first = Item(
        key="ITEM1",
        title="Shared purpose in *integrated* systems",
        creators=(Creator("Åkesson", "Eva"), Creator("O’Neill", "Pat")),
        year=2021,
        item_type="journalArticle",
        publication="Journal of Fictional Care",
        citekey="akesson:2021",
    )
    second = Item(
        key="ITEM2",
        title="Strategy for the county",
        creators=(Creator("North Vale Care Board", single_field=True),),
        item_type="report",
    )
    return {"ITEM1": first, "ITEM2": second, "ITEM3": replace(second, key="ITEM3")}
