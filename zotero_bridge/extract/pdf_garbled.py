"""
Tell a page's text from the codes of fonts that do not say which letters they hold.

Such a file looks right on paper, and copying from it gives "/HDGHUV" or signs from the private area. Pure.
"""

from __future__ import annotations

import re

_STRANGE = re.compile("[\x01\x03-\x08\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_ASCII_LETTER = re.compile("[A-Za-z]")
_VOWELS = "aeiouyAEIOUY"
_LEAST_LETTERS = 400  # fewer prove nothing: tables, formulas, abbreviations
_FEWEST_VOWELS = 0.19  # of all letters; prose in European languages has 0.3 to 0.5, shifted codes 0.05 to 0.17
_MOST_STRANGE = 0.15  # of all signs; bullets and a line of formula stay far below


def garbled(text: str) -> bool:
    """Whether most of this cannot be what the page shows."""
    signs = len(text) - text.count(" ") - text.count("\r") - text.count("\n")
    if signs < 20:
        return False
    if _STRANGE.search(text) and len(_STRANGE.findall(text)) > _MOST_STRANGE * signs:
        return True
    if text.count("e") + text.count("a") > 0.08 * signs:  # soon told for most pages
        return False
    vowels = sum(map(text.count, _VOWELS))
    if vowels > 0.2 * signs:
        return False
    letters = len(_ASCII_LETTER.findall(text))
    return letters >= _LEAST_LETTERS and letters > 0.5 * signs and vowels < _FEWEST_VOWELS * letters
