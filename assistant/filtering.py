"""Filters as a reader states them, checked and turned into the index's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.config import Review
from assistant.errors import Misused
from zotero_bridge.model import Filters, SectionKind, SourceKind


def filters_from(review: Review, chosen: Mapping[str, Any]) -> Filters:
    """Raises Misused for a year, section or role that cannot be."""
    first, last = _years(chosen.get("year"))
    try:
        sections = tuple(SectionKind(s.lower()) for s in chosen.get("sections", ()))
    except ValueError as error:
        kinds = ", ".join(SectionKind)
        raise Misused(f"There is no such section kind: {error}.", hint=f"Use one of: {kinds}.") from error
    try:
        kinds_chosen = tuple(SourceKind(k.lower()) for k in chosen.get("kinds", ()))
    except ValueError as error:
        raise Misused(f"There is no such source kind: {error}.", hint=f"Use: {', '.join(SourceKind)}.") from error
    role = chosen.get("role")
    marks = review.marks(role) if role else None
    if marks is not None and not (marks.tags or marks.colors):
        meanings = sorted({*review.tag_map.values(), *review.color_map.values()})
        raise Misused(
            f"No tag or colour of this review means {role}.",
            hint=f"Known meanings: {', '.join(meanings) or 'none yet'}. Map them in review.toml under [map.tags].",
        )
    return Filters(
        tags=tuple(chosen.get("tags", ())),
        collections=tuple(chosen.get("collections", ())),
        item_types=tuple(chosen.get("types", ())),
        item_keys=tuple(chosen.get("items", ())),
        year_from=first,
        year_to=last,
        source_kinds=kinds_chosen,
        section_kinds=sections,
        marks=marks,
    )


def _years(text: str | None) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    first, dash, last = text.replace("–", "-").partition("-")
    try:
        start = int(first) if first.strip() else None
        end = (int(last) if last.strip() else None) if dash else start
    except ValueError as error:
        raise Misused(f"{text} is not a range of years.", hint="Write 2020, 2018-2022, 2018- or -2022.") from error
    if start is not None and end is not None and start > end:
        raise Misused(f"{text} ends before it begins.", hint="Write the earlier year first.")
    return start, end
