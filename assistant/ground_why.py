"""
What stands around a quotation and turns it, and the plainest true reason why words were not found.

Pure. A negation is looked for in the clause before the quotation, a sign or a unit at its two ends; what was not found
is compared with the passage it names, to say what differs.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise

from assistant.support_words import numbers
from zotero_bridge.fold import Folded, find, fold, readable
from zotero_bridge.model import Passage

MOST_COMPARED = 300  # words; comparing takes time that grows with the square, and so long a quotation is no slip

_DENYING = (
    r"(?:\b(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|hardly|scarcely|barely|rarely|seldom"
    r"|fail(?:s|ed|ing)? to|far from|rather than|instead of|lack(?:s|ed|ing)? of|absence of|unable to"
    r"|refus(?:es|ed) to|declined to|unwilling to|(?<!a )few of|(?<!a )little|unclear|unlikely|doubt(?:s|ed|ful)?"
    r"|non)\b|n['’]t\b)"
)
_NEGATION = re.compile(_DENYING, re.IGNORECASE)
_CLAUSE_END = re.compile(
    r"[.;:!?,()\u2013\u2014\"“”]|\b(?:but|and|because|so|although|though|while|whereas|yet)\b", re.IGNORECASE
)
_ASIDE = re.compile(r",[^,.;:!?]{1,40},\s*$")  # "do not, in general, share"
_OPENS_ASIDE = re.compile(rf"{_DENYING},\s*$", re.IGNORECASE)
_THAT = re.compile(r"\b(?:that|whether|if)$", re.IGNORECASE)
_REACH = 4  # words before a quotation within which a negation still governs it
_REACH_OVER_THAT = 8  # "no evidence was found in any of them that"
_NUMBER = re.compile(r"\d")
_SIGN_BEFORE = re.compile(r"(?:(?<!\w)[-\u2212+]|[<>\u2264\u2265~\u00b1£$€]|\d\s?[-\u2013])\s?$")
_UNIT_AFTER = re.compile(
    r"\s?(?:[%‰]|per ?cent\b|percent\w*|(?:hundred|thousand|million|billion)\b"
    r"|(?:[-\u2013]|to |/|(?:out )?of (?:the )?)\s?\d[\d.,]*\b|in \d{1,3}\b)"
)


def negation_before(text: str, start: int) -> str:
    """The words from a negation up to `start`, where it stands in the same clause and near enough to govern."""
    before = readable(text[max(0, start - 120) : start] + "|")[:-1].rstrip()
    opening = _OPENS_ASIDE.search(before)
    if opening:
        return opening.group().rstrip(", ")
    clause = _CLAUSE_END.split(_ASIDE.sub("", before))[-1]
    near = clause.split()[-(_REACH_OVER_THAT if _THAT.search(clause.rstrip()) else _REACH) :]
    reach = " ".join(near)
    found = list(_NEGATION.finditer(reach))
    return reach[found[-1].start() :] if found and near else ""


def cut_quantity(text: str, start: int, end: int) -> str:
    """The number as the source has it, where the quotation leaves out its sign, unit or the other end of a range."""
    before = _SIGN_BEFORE.search(text[max(0, start - 8) : start]) if text[start].isdigit() else None
    after = _UNIT_AFTER.match(text[end : end + 24]) if text[end - 1].isdigit() else None
    if not before and not after:
        return ""
    first = start - len(before.group()) if before else max(text.rfind(" ", start, end) + 1, start)
    last = end + len(after.group()) if after else start + len(text[start:end].split()[0])
    return readable(text[first:last])


def why_not(quote: str, passage: Passage, folded: Folded) -> str:
    """The plainest true reason why the words were not found."""
    wanted = fold(quote).text.strip()
    near = fold(passage.text)
    if wanted.casefold() in near.text.casefold():
        return "The words stand there in other capitals, or inside longer words; the quotation is not exact."
    if len(wanted.split()) > MOST_COMPARED:
        return "These words are not in the document it cites."
    nearest = _nearest(wanted.split(), near.text.split())
    if _is_stitched(wanted, near, folded):
        return "The words stand in the source in separate places; a quotation may not join them."
    if nearest is None:
        return "These words are not in the document it cites."
    theirs, ours = nearest
    kind = "The words differ"
    if bool(_NEGATION.search(theirs)) != bool(_NEGATION.search(ours)):
        kind = "A negation differs"
    elif _NUMBER.search(theirs + ours) or numbers(theirs) != numbers(ours):
        kind = "A number differs"
    if not theirs:
        return f"{kind}: the quotation adds “{ours}”."
    if not ours:
        return f"{kind}: the quotation leaves out “{theirs}”."
    return f"{kind}: the source says “{theirs}” where the quotation has “{ours}”."


def _is_stitched(wanted: str, near: Folded, folded: Folded) -> bool:
    """Two runs of at least four words each, apart in the passage; or parts joined by an ellipsis, anywhere."""
    parts = [p.strip(" .,;") for p in re.split(r"\[?(?:…|\.\.\.)\]?", wanted)]
    if len(parts) > 1:
        return all(next(find(p, folded), None) for p in parts if p)
    words = wanted.split()
    for cut in range(4, len(words) - 3):
        first = next(find(" ".join(words[:cut]), near), None)
        second = next(find(" ".join(words[cut:]), near), None)
        if first and second:
            between = near.original[first.end : second.start]
            return second.start < first.end or len(between.split()) > 3
    return False


def _nearest(wanted: list[str], present: list[str]) -> tuple[str, str] | None:
    """(source's words, quotation's words) at the first difference, where the rest is nearly the same; else None."""
    matcher = SequenceMatcher(None, present, wanted, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if same < 0.6 * len(wanted):
        return None
    blocks = [b for b in matcher.get_matching_blocks() if b.size]
    for left, right in pairwise(blocks):
        theirs = present[left.a + left.size : right.a]
        ours = wanted[left.b + left.size : right.b]
        if theirs or ours:
            return " ".join(theirs[:12]), " ".join(ours[:12])
    first, last = blocks[0], blocks[-1]
    if first.b > 0:
        return " ".join(present[max(0, first.a - first.b) : first.a]), " ".join(wanted[: first.b])
    after = last.b + last.size
    return " ".join(present[last.a + last.size :][: len(wanted) - after]), " ".join(wanted[after:])
