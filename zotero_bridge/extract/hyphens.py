"""
Decide what a hyphen at a line end was: the typesetter's, or part of the word.

The document itself is the dictionary: a word seen whole elsewhere in it was divided by the typesetter, one seen with
its hyphen keeps it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from zotero_bridge.model import SOFT_HYPHEN

_BETWEEN_WORDS = re.compile(r"[^\w-]+")
_LAST = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)$")
_FIRST = re.compile(r"^([^\W\d_]+)((?:-[^\W\d_]+)*)")
_COMPOUND_PREFIXES = re.compile(
    r"self|well|non|cross|high|low|long|short|full|part|half|multi|all|ex|quasi|mid|post|pre|"
    r"anti|semi|hands|evidence|person|people|patient|family|community|place|theory|system|decision|"
    r"policy|problem|goal|team|value|values|user|client|nurse|doctor|clinician|physician|staff|"
    r"need|needs|work|service|role|trust|asset|strength|data|time|cost|government|state|nation|"
    r"world|region|county|city|council|board|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"first|second|third|face|real|top|bottom|front|back|on|off|in|out|up|down|over|under|"
    r"follow|check|built|large|small|wide|narrow|deep|open|closed|hard|soft|fast|slow|early|"
    r"late|old|new|ill|better|best|so|much|ever|still|hospital|health|care|peer|lay|semi-"
    r"structured|socio|inter|intra"
)
_NEVER_ALONE = re.compile(
    r"in|on|off|out|up|down|over|under|one|so|all|pre|post|inter|intra|ex|mid|non|anti|semi|"
    r"multi|state|real"
)
_ENDINGS = re.compile(
    r"(?:s?tions?|t?ional(?:ly)?|sions?|ments?|ness|ities|ity|ings?|e?ly|ers?|ors?|ies|ive(?:ly)?|ous(?:ly)?|ances?|ences?|"
    r"able|ably|ible|ibly|ally|ated?|ates|ating|ation(?:al|s)?|ship|ships|hood|ful(?:ly)?|less|isms?|ists?|i[sz]e[ds]?|"
    r"i[sz]ing|i[sz]ation(?:al|s)?|ged|ted|ded|ned|red|sed|ced|ved|led|ping|ting|ning|ring|sing|cing|ving|ling|ding)$"
)


class Hyphens:
    """The words of one document, and what they say about its line ends."""

    def __init__(self, lines: Iterable[tuple[str, bool]]) -> None:
        """Lines in order, each with whether it ended with a hyphen: the halves of a divided word are no words."""
        whole: list[str] = []
        divided = False
        for line, hyphen in lines:
            text = line.partition(" ")[2] if divided else line
            whole.append(text.rpartition(" ")[0] if hyphen else text)
            divided = hyphen
        words = set(_BETWEEN_WORDS.split("\n".join(whole).lower()))
        self._compound = {word.strip("-") for word in words if "-" in word}
        self._whole = words

    def knows(self, word: str) -> bool:
        """Whether the document has this word elsewhere."""
        return word.lower() in self._whole

    def between(self, before: str, after: str) -> str:
        """What stands between two line ends parted by a hyphen: the hyphen itself, or SOFT_HYPHEN."""
        last, first = _LAST.search(before), _FIRST.match(after)
        if last is None or first is None:
            return "-"
        left, right = last.group(1), first.group(1)
        if not right[0].islower():
            return "-" if not left.isupper() or not right.isupper() else SOFT_HYPHEN
        left, right = left.lower().rpartition("-")[2], right.lower()
        if left + right in self._whole:
            return SOFT_HYPHEN
        if f"{left}-{right}" in self._compound or any(
            c.startswith(f"{left}-{right}-") or c.endswith(f"-{left}-{right}") for c in self._compound
        ):
            return "-"
        if "-" in last.group(1) or first.group(2):  # one of several hyphens in a chain: "hard-to-reach"
            return "-"
        return "-" if self._likely_compound(left, right) else SOFT_HYPHEN

    def _likely_compound(self, left: str, right: str) -> bool:
        if left in ("self", "well", "non", "cross", "quasi", "co") and (len(right) > 3 and left != "co"):
            return not (left == "non" and right.startswith("e"))
        known = right in self._whole and len(right) > 3
        if _COMPOUND_PREFIXES.fullmatch(left) and not _NEVER_ALONE.fullmatch(left):
            return known or right.endswith(
                ("ed", "ing", "led", "based", "wide", "level", "making", "centred", "focused")
            )
        return known and left in self._whole and len(left) > 3 and not _ENDINGS.fullmatch(right)
