"""
Find the sentences of a text.

The segmenter is sentencex; what it gets wrong in scholarly prose is mended after it. Spans never leave a paragraph.
Knows nothing of documents. One invariant: the spans are ordered and disjoint, begin and end on a visible character, and
leave out nothing but white space.
"""

from __future__ import annotations

import re

_PARAGRAPH_END = re.compile(
    r"\s*\n[^\S\n]*\n\s*|[^\S\n]*\n[^\S\n]*(?=[^\sa-z])"
)  # a blank line; a line that starts anew
_LONGEST = 20_000  # characters handed to the segmenter at once, so that one endless paragraph stays linear

# What goes on after these is the same sentence.
_OPEN_END = re.compile(
    r"(?:\b(?:et al|e\.g|i\.e|cf|viz|ca|approx|resp|incl|esp|vs|c\.f|p|pp|vol|vols|ed|eds|ch|chs|sect|sec|para|paras|"
    r"fig|figs|tab|eq|eqs|ref|refs|app|suppl|no|nos|Nos?|Vol|Ch|Fig|Figs|Tab|Eq|Eqs|Ref|Refs|App|Sect|Sec|Suppl|"
    r"Dr|Drs|Prof|Profs|Mr|Mrs|Ms|Mx|Rev|Hon|Sir|St|Lt|Gen|Col|Capt|Gov|Sen|Rep|Jr|Sr|trans|repr|op|loc|cit|ibid)\."
    r"|(?<![\w.])(?:[A-Z]\.[ ]?)+)[\"'’”)\]]*\s*$"
)
_ALWAYS_OPEN = re.compile(
    r"\b(?:e\.g|i\.e|cf|viz|vs|pp?|[Ff]igs?|[Tt]ab|[Ee]qs?|[Vv]ols?|Drs?|Profs?|Mrs?|Ms|Mx|Rev|eds?|Ch|chs?|"
    r"[Ss]ect?|paras?|[Nn]os)\.\s*$"
)
_INITIAL = re.compile(r"(?<![\w.])[A-Z]\.\s*$")
_GOES_ON = re.compile(r"[\"'“‘(\[]*(?:[a-z(\[&0-9]|[–—-]\s)")
_LOWER = re.compile(r"[\"'“‘(\[…]*[a-z]")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[a-z]|[ivx]{1,4})[.)\]]+|[•●▪■◦–—-]")
_SOURCE = re.compile(r"[(\[][^()\[\]]{3,160}[)\]][.,;:]?(?=\s+[\"'“‘(\[]?[A-Z0-9]|$)")
_SPEAKER_ONLY = re.compile(r"^[^\s:][^:.!?\n]{0,30}:\s*$")
_MISSED = re.compile(r"[.!?…][\"'’”)\]]*\d{0,3}(?:[,–-]\d{1,3})*\s+(?=[\"'“‘(\[]?[A-Z])")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, in order: `text[start:end]`. White space stands between them, never around."""
    spans: list[tuple[int, int]] = []
    for start, end in _paragraphs(text):
        spans.extend(_mended(text, _segmented(text, start, end)))
    return spans


def _paragraphs(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in _PARAGRAPH_END.finditer(text):
        spans.append((start, gap.start()))
        start = gap.end()
    spans.append((start, len(text)))
    return [span for begin, stop in spans if (span := _trimmed(text, begin, stop))]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if right > left else None


def _segmented(text: str, start: int, end: int) -> list[tuple[int, int]]:
    from sentencex import segment

    spans: list[tuple[int, int]] = []
    for begin, stop in _windows(text, start, end):
        at = begin
        for piece in segment("en", text[begin:stop]):
            if not text.startswith(piece, at):  # the segmenter left something out: look no further in this window
                break
            spans.extend(_split_missed(text, at, at + len(piece)))
            at += len(piece)
        if at < stop:
            spans.append((at, stop))
    return [span for begin, stop in spans if (span := _trimmed(text, begin, stop))]


def _windows(text: str, start: int, end: int) -> list[tuple[int, int]]:
    windows: list[tuple[int, int]] = []
    while end - start > _LONGEST:
        stop = text.rfind(". ", start + _LONGEST // 2, start + _LONGEST) + 2
        if stop < start + 2:
            stop = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST) + 1
        if stop < start + 1:
            stop = start + _LONGEST
        windows.append((start, stop))
        start = stop
    windows.append((start, end))
    return windows


def _split_missed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ends of sentences the segmenter does not see: inside quotation marks, or before a reference number."""
    spans: list[tuple[int, int]] = []
    for found in _MISSED.finditer(text, start, end):
        head = text[start : found.end()]
        if found.end() >= end or _OPEN_END.search(head.rstrip()[-40:]) or _depth(head) > 0:
            continue
        if text[found.end() - 1].isspace() and len(head.split()) > 1:
            spans.append((start, found.end()))
            start = found.end()
    spans.append((start, end))
    return spans


def _depth(head: str) -> int:
    return head.count("(") + head.count("[") - head.count(")") - head.count("]")


def _mended(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Joins what belongs together: after an abbreviation, before a lower-case word or a citation in brackets."""
    mended: list[tuple[int, int]] = []
    for begin, end in spans:
        start = begin
        if mended and _belongs(text, mended[-1], (start, end)):
            mended[-1] = (mended[-1][0], end)
            continue
        if mended and (source := _source_of(text, mended[-1], (start, end))):
            mended[-1] = (mended[-1][0], source)
            rest = _trimmed(text, source, end)
            if rest is None:
                continue
            start = rest[0]
        mended.append((start, end))
    return mended


def _source_of(text: str, before: tuple[int, int], after: tuple[int, int]) -> int | None:
    """Where the bracket ends that says whose words the quotation before it is, or where they were published."""
    found = _SOURCE.match(text, after[0], after[1]) if text[after[0]] in "([" else None
    if found is None:
        return None
    quoted = text[before[1] - 1] in "\"”’'" or text[before[1] - 2 : before[1]] in ("”.", "’.", '".')
    return found.end() if quoted or any(c.isdigit() for c in found.group()) else None


def _belongs(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    gap = text[before[1] : after[0]]
    if "\n" in gap:
        return False
    tail, head = text[max(before[0], before[1] - 40) : before[1]], text[after[0] : min(after[1], after[0] + 320)]
    if before[1] - before[0] < 9 and _ENUMERATOR.fullmatch(text, before[0], before[1]):
        return True
    if _SPEAKER_ONLY.match(text[before[0] : before[1]][:40]) and before[1] - before[0] < 40:
        return True
    if not gap:  # a break inside a word is never right
        return True
    if _ALWAYS_OPEN.search(tail) or _INITIAL.search(tail):
        return True
    if _OPEN_END.search(tail) and _GOES_ON.match(head):
        return True
    return bool(_LOWER.match(head)) and not head.startswith("…")
