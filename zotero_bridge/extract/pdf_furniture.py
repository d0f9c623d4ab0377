"""
Recognise what a PDF prints on page after page and is not its text: running heads and feet, page numbers, stamps,
line numbers of manuscripts. Pure: lines in, lines and printed page numbers out.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict

from zotero_bridge.extract.pdf_lines import Line, PageLines

_MARGIN = 0.12  # of the page's height, at its top and foot
_DEEP_MARGIN = 0.2
_NUMBER = re.compile(
    r"^(?:[-–—|•·\s]*|.{0,60}?\|\s*|page\s+|p\.?\s*)(\d{1,5}|[ivxlc]{1,7}|[a-z]\d{1,4})(?:\s*(?:/|of)\s*\d{1,5})?"
    r"(?:[-–—|•·.\s]*|\s*\|.{0,80})$",
    re.IGNORECASE,
)
_EDGE_NUMBER = re.compile(r"^(\d{1,5})\s+\S|\S\s+(\d{1,5})$")
_LINE_NUMBER = re.compile(r"(\d{1,4})(?:\s+(?=\S)|$)")
_DIGITS = re.compile(r"\d+")
_STAMP = re.compile(
    r"^(?:downloaded from\b|this content downloaded|content courtesy of|arxiv:\d|author manuscript|nih-pa author|"
    r"(?:bmj open|thorax|heart|gut).{0,40}first published as|protected by copyright|"
    r"see the terms and conditions \(https|for personal use only|preprint not peer reviewed|"
    r"this preprint research paper has not been peer reviewed)",
    re.IGNORECASE,
)
_STAMP_INITIALS = frozenset("DTCAaNBHGPFSdtcnbhgpfs")
Signature = tuple[str, int, bool]
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def without_furniture(pages: list[PageLines], own: list[str]) -> list[str]:
    """
    Takes heads, feet, page numbers, stamps and line numbers out of the pages. The page labels.

    `own` are the labels the file gives, "" where it gives none; they come before what is printed.
    """
    _drop_line_numbers(pages)
    for page in pages:
        _set_margins(page)
    labels = [given or printed for given, printed in zip(own, _printed_numbers(pages), strict=True)]
    edges, stamps = _repeated_at_edges(pages), _repeated_within(pages)
    places = _places_of_heads(pages)
    said = Counter(_words(line) for page in pages for line in page.lines) if places else Counter[str]()
    for page, label in zip(pages, labels, strict=True):
        kept = [
            line
            for line in page.lines
            if not (
                (_at_edge(line, page) and (_signature(line, page) in edges or _is_number(line, label)))
                or (places and _place(line) in places and _at_edge(line, page) and said[_words(line)] > 1)
                or (stamps and (line.text, round(line.x0 / 3), round(line.y / 3)) in stamps)
                or (line.text[0] in _STAMP_INITIALS and _STAMP.match(line.text))
            )
        ]
        page.lines = _without_lone_edges(_with_body_lines(page.lines, kept, label), page)
    return labels


def _without_lone_edges(lines: list[Line], page: PageLines) -> list[Line]:
    """
    Heads and feet that come only once, as in a short paper: small, alone at the edge, well apart from the text.

    First pages are left as they are: what stands at their edges (journal, licence, address) comes once by nature.
    """
    upright = sorted((line for line in lines if line.upright), key=lambda line: line.y)
    if len(upright) < 8 or upright[0].page == 0:
        return lines
    usual = _usual_size(upright)
    head, foot = upright[0], upright[-1]
    gone: set[int] = set()
    if upright[1].y - head.y > 1.8 * usual and head.y < page.height * _MARGIN and _lone(head, usual):
        gone.add(id(head))
    if foot.y - upright[-2].y > 1.8 * usual and foot.y > page.height * (1 - _MARGIN) and _lone(foot, usual):
        gone.add(id(foot))
    return [line for line in lines if id(line) not in gone] if gone else lines


def _lone(line: Line, usual: float) -> bool:
    marked = line.text[:1].isdigit() or line.text[:1] in "*†‡§∗⁎⋆" or line.text[-1:] in ".;:,?!"
    return line.size < 0.95 * usual and line.words <= 14 and not marked and not line.hyphen


def _set_margins(page: PageLines) -> None:
    """The outer eighth; deeper where the first or last row stands apart from all the rest, as in books."""
    page.head, page.foot = page.height * _MARGIN, page.height * (1 - _MARGIN)
    rows = sorted([(line.y, line.size) for line in page.lines if line.upright])
    if len(rows) < 4:
        return
    first, last = rows[0][0], rows[-1][0]
    below = next((y - first for y, _ in rows if y > first + 2), 0.0)
    above = next((last - y for y, _ in reversed(rows) if y < last - 2), 0.0)
    if first < page.height * _DEEP_MARGIN and below > 1.7 * rows[0][1]:
        page.head = max(page.head, first + 1)
    if last > page.height * (1 - _DEEP_MARGIN) and above > 1.7 * rows[-1][1]:
        page.foot = min(page.foot, last - 1)


def _at_edge(line: Line, page: PageLines) -> bool:
    return not line.upright or line.y < page.head or line.y > page.foot


def _place(line: Line) -> int:
    return round(line.y / 2)


def _places_of_heads(pages: list[PageLines]) -> set[int]:
    """
    Heights at which most pages have a line that stands apart: heads that name the section, another on every page.

    Where the text itself begins at one height, its first line does not stand apart on most pages. Chapters may begin
    there, but with a heading that is larger, and that no other line repeats.
    """
    if len(pages) < 6:
        return set()
    apart, there = Counter[int](), Counter[int]()
    for page in pages:
        lines = sorted((line for line in page.lines if line.upright), key=lambda line: line.y)
        if len(lines) < 6:
            continue
        head = [line for line in lines if line.y < lines[0].y + 2]
        there.update({_place(line) for line in lines})
        below = lines[len(head)].y - lines[0].y if len(head) < len(lines) else 0
        usual = _usual_size(lines)
        small = all(line.size < 1.05 * usual for line in head)
        if small and len(head) <= 3 and below > 1.6 * usual and lines[0].y < page.head:
            apart[_place(lines[0])] += 1
    found: set[int] = set()
    for place in list(apart):
        near = range(place - 1, place + 2)
        alone, all_of_them = sum(apart[p] for p in near), sum(there[p] for p in near)
        if alone >= max(4, 0.4 * len(pages)) and alone >= 0.85 * all_of_them:
            found.update(near)
    return found


def _words(line: Line) -> str:
    return re.sub(r"[\W\d_]+", "", line.text).casefold().removeprefix("chapter")


def _usual_size(lines: list[Line]) -> float:
    return sorted(line.size for line in lines)[len(lines) // 2]


def _signature(line: Line, page: PageLines) -> Signature:
    """What makes a line the same line on another page: words without digits, height, direction."""
    place = round(line.y / 6) if line.y < page.height / 2 else round((line.y - page.height) / 6)
    return _DIGITS.sub("#", line.text).lower().replace(" ", ""), place, line.upright


def _repeated_at_edges(pages: list[PageLines]) -> set[Signature]:
    """Lines at the heads and feet of pages that come again, but for their digits."""
    counts: Counter[Signature] = Counter()
    for page in pages:
        counts.update({_signature(line, page) for line in page.lines if _at_edge(line, page)})
    least = 2 if len(pages) <= 10 else 3
    return _with_neighbours({s for s, n in counts.items() if n >= least}, counts)


def _repeated_within(pages: list[PageLines]) -> set[tuple[str, int, int]]:
    """Stamps and watermarks: the very same line in the same place on most pages, wherever that is."""
    if len(pages) < 4:
        return set()
    least = max(4, 0.6 * len(pages))
    texts = Counter(line.text for page in pages for line in page.lines)
    often = {text for text, n in texts.items() if n >= least and len(text) > 3}
    counts = Counter(
        (line.text, round(line.x0 / 3), round(line.y / 3))
        for page in pages
        for line in page.lines
        if line.text in often
    )
    return {key for key, n in counts.items() if n >= least}


def _with_body_lines(lines: list[Line], kept: list[Line], label: str) -> list[Line]:
    """
    Gives back what only looked like a head: a line of words set just as the text beside it, at the text's own distance.

    Numbered examples and forms repeat a first line on every page; a running head stands apart or is set otherwise.
    """
    if len(kept) == len(lines) or len(kept) < 3:
        return kept
    gone = {id(line) for line in lines} - {id(line) for line in kept}
    step = sorted(abs(b.y - a.y) for a, b in itertools.pairwise(kept))[len(kept) // 2]
    waiting = [line for line in lines if id(line) in gone and line.upright and not _is_number(line, label)]
    near = list(kept)
    back: set[int] = set()
    while near:  # a line that is given back may be what the next one stands by
        found = [line for line in waiting if any(_set_alike(line, other, step) for other in near)]
        back |= {id(line) for line in found}
        waiting = [line for line in waiting if id(line) not in back]
        near = found
    return [line for line in lines if id(line) not in gone or id(line) in back] if back else kept


def _set_alike(line: Line, near: Line, step: float) -> bool:
    alike = abs(line.size - near.size) < 0.3 and line.bold == near.bold and -2 < line.x0 - near.x0 < 2.5 * line.size
    return alike and 0 < abs(line.y - near.y) < 1.15 * min(step, 2 * near.size)


def _with_neighbours(found: set[Signature], edges: Counter[Signature]) -> set[Signature]:
    """A head may stand a little higher on some pages: heights that round to the next step count too."""
    return found | {
        (t, place + step, up) for t, place, up in found for step in (-1, 1) if (t, place + step, up) in edges
    }


def _printed_numbers(pages: list[PageLines]) -> list[str]:
    """The number printed on each page, where the numbers run consistently; "" elsewhere."""
    candidates: list[list[tuple[int, str]]] = []  # per page: (value, as printed)
    for page in pages:
        found: list[tuple[int, str]] = []
        for line in page.lines:
            if line.upright and _at_edge(line, page) and len(line.text) < 160:
                found.extend(_numbers_of(line.text))
        candidates.append(found)
    votes: dict[tuple[int, bool], int] = defaultdict(int)
    for index, found in enumerate(candidates):
        for key in {(value - index, printed.isdigit()) for value, printed in found}:
            votes[key] += 1
    labels = [""] * len(pages)
    for (offset, arabic), count in sorted(votes.items(), key=lambda vote: -vote[1]):
        if count < 2 or (count < 3 and len(pages) > 8):
            continue
        on = [
            i for i, found in enumerate(candidates) if any(v - i == offset and p.isdigit() == arabic for v, p in found)
        ]
        for index in range(on[0], on[-1] + 1):
            if labels[index]:
                continue
            shown = [p for v, p in candidates[index] if v - index == offset and p.isdigit() == arabic]
            if shown:
                labels[index] = shown[0]
            elif arabic and count * 2 > on[-1] - on[0]:
                labels[index] = str(index + offset)  # a page without its number among pages with theirs
    return labels


def _numbers_of(text: str) -> list[tuple[int, str]]:
    if found := _NUMBER.match(text):
        printed = found.group(1)
        if printed.isdigit():
            return [(int(printed), printed)]
        if all(c in _ROMAN for c in printed.lower()):
            return [(_roman(printed.lower()), printed)]
        return []
    return [(int(n), n) for pair in _EDGE_NUMBER.findall(text) for n in pair if n]


def _roman(text: str) -> int:
    values = [_ROMAN[c] for c in text]
    return sum(-v if any(w > v for w in values[i + 1 : i + 2]) else v for i, v in enumerate(values))


def _is_number(line: Line, label: str) -> bool:
    """Whether a line is the page's number, with or without a word around it."""
    return (
        bool(label)
        and any(printed == label for _, printed in _numbers_of(line.text))
        and len(line.text) < 100
        and (bool(_NUMBER.match(line.text)))
    )


def _drop_line_numbers(pages: list[PageLines]) -> None:
    """Manuscripts number their lines in the margin: those numbers go, as lines of their own or before a line's text."""
    numbered = False  # a page before this one was: a last page may have a line or two
    for page in pages:
        found = [(line, m) for line in page.lines if (m := _LINE_NUMBER.match(line.text))]
        if len(found) < (2 if numbered else 8):
            continue
        margin = sorted(line.x0 for line, _ in found)[len(found) // 2]
        found = [(line, m) for line, m in found if abs(line.x0 - margin) < 8]
        alone = sum(m.end() == len(line.text) for line, m in found)
        share = (len(found) - alone) / max(1, len(page.lines) - alone)
        if alone < (1 if numbered else 8) and share < (0.4 if numbered else 0.7):
            continue
        if not _counts_up([int(m[1]) for _, m in sorted(found, key=lambda pair: pair[0].y)]):
            continue
        numbered = True
        for line, m in found:
            width = (line.x1 - line.x0) / max(1, len(line.text))
            line.x0 += width * m.end()
            line.text = line.text[m.end() :]
        page.lines = [line for line in page.lines if line.text]


def _counts_up(numbers: list[int]) -> bool:
    if len(numbers) < 2:
        return False
    steps = Counter(b - a for a, b in itertools.pairwise(numbers))
    step, count = steps.most_common(1)[0]
    return step in (1, 5) and count >= 0.8 * (len(numbers) - 1)
