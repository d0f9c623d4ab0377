"""
Read the dates that people and reference managers write: "2023-05-17", "May 2019", "17/5/2023", "in press".

A date without a year has no year (None), never a guessed one. Knows nothing of items.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_ISO = re.compile(r"^\s*(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)")
_NUMERIC = re.compile(r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*$")
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio januari",
            "february feb februar février febrero febbraio februari",
            "march mar märz mars marzo maart",
            "april apr avril abril aprile",
            "may mai mayo maggio mei",
            "june jun juni juin junio giugno",
            "july jul juli juillet julio luglio",
            "august aug août agosto augustus",
            "september sep sept septembre septiembre settembre",
            "october oct oktober octobre octubre ottobre",
            "november nov novembre noviembre",
            "december dec dezember décembre diciembre dicembre",
        ),
        start=1,
    )
    for name in names.split()
}


def date_parts(date: str) -> tuple[int, ...]:
    """(year, month, day) as far as the text tells; () where there is no year."""
    multipart = re.match(r"^(\d{4})-(\d\d)-(\d\d) ", date)  # Zotero's database: "2012-05-00 May 2012"
    if multipart and int(multipart[1]):
        return _clean(int(multipart[1]), int(multipart[2]), int(multipart[3]))
    if iso := _ISO.match(date):
        return _clean(int(iso[1]), int(iso[2] or 0), int(iso[3] or 0)) if int(iso[1]) else ()
    if numeric := _NUMERIC.match(date):
        first, second, year = (int(part) for part in numeric.groups())
        if first > 12:
            return _clean(year, second, first)
        if second > 12:
            return _clean(year, first, second)
        return (year,)  # 3/4/2021 is March in one country and April in another
    found = _YEAR.search(date)
    if found is None:
        return ()
    months = [_MONTHS[word] for word in _WORD.findall(date.lower()) if word in _MONTHS]
    if len(months) != 1:  # none, or a range
        return (int(found[1]),)
    days = _DAY.findall(date[: found.start()] + " " + date[found.end() :])
    return _clean(int(found[1]), months[0], int(days[0]) if len(days) == 1 else 0)


def year_of(date: str) -> int | None:
    parts = date_parts(date)
    return parts[0] if parts else None


def plain_date(date: str) -> str:
    """What a person wrote: without the sortable half that Zotero's database puts before it."""
    sortable, _, written = date.partition(" ")
    return written if re.fullmatch(r"\d{4}-\d\d-\d\d", sortable) and written else date


def csl_date(date: str) -> dict[str, object] | None:
    """A CSL date; None for no date at all."""
    parts = date_parts(date)
    if parts:
        return {"date-parts": [list(parts)]}
    return {"literal": date.strip()} if date.strip() else None


def written_date(value: object) -> str:
    """A CSL date as text: "2023-05-17", "2019/2020", or what `raw` and `literal` hold."""
    if isinstance(value, str | int):
        return str(value)
    if not isinstance(value, Mapping):
        return ""
    ends = value.get("date-parts")
    if isinstance(ends, Sequence) and not isinstance(ends, str):
        texts = [_written_parts(end) for end in ends if isinstance(end, Sequence) and not isinstance(end, str)]
        if any(texts):
            return "/".join(text for text in texts if text)
    return next((str(value[name]) for name in ("raw", "literal") if value.get(name)), "")


def _clean(year: int, month: int, day: int) -> tuple[int, ...]:
    if not 1 <= month <= 12:
        return (year,)
    return (year, month, day) if 1 <= day <= 31 else (year, month)


def _written_parts(parts: Sequence[object]) -> str:
    numbers = [str(part).strip() for part in parts if str(part).strip().lstrip("-").isdigit()]
    return "-".join(number if index == 0 else number.zfill(2) for index, number in enumerate(numbers[:3]))
