"""
What a reader types, read as words, "phrases" and -exclusions. Any text is a valid query.

A quotation mark without a partner and a hyphen inside a word are just text. Pure; knows no index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zotero_bridge.index.words_spelling import fold_spelling

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"'})
_PART = re.compile(r'(?P<minus>(?:(?<=\s)|^)[-−–](?=["\w]))?(?:"(?P<phrase>[^"]+)"|(?P<word>[^\s"]+)|")')
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class WordQuery:
    """Texts as typed. A required phrase has several words; what is excluded may be a word or a phrase."""

    words: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is asked for, without marks and without what is excluded: for measuring meaning."""
        return " ".join(part for part in (self.words, *self.phrases) if part)

    def allows(self, text: str) -> bool:
        """Whether `text` holds every phrase and nothing excluded, by the letter but for spelling and endings in -s."""
        if not self.phrases and not self.excluded:
            return True
        tokens = f" {' '.join(_plain_tokens(text))} "
        return all(f" {' '.join(_plain_tokens(p))} " in tokens for p in self.phrases) and not any(
            f" {' '.join(_plain_tokens(e))} " in tokens for e in self.excluded
        )


def parse_query(text: str) -> WordQuery:
    """A query of exclusions alone is read as words: leaving out everything else cannot be meant."""
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for part in _PART.finditer(text.translate(_QUOTES)):
        found = part["phrase"] if part["phrase"] is not None else part["word"]
        if found is None or not _TOKEN.search(found):
            continue
        if part["minus"]:
            excluded.append(found.strip())
        elif part["phrase"] is not None and len(_TOKEN.findall(found)) > 1:
            phrases.append(found.strip())
        else:
            words.append(found.strip())
    if not words and not phrases:
        words, excluded = excluded, []
    return WordQuery(" ".join(words), tuple(phrases), tuple(excluded))


def _plain_tokens(text: str) -> list[str]:
    return [t[:-1] if len(t) > 3 and t.endswith("s") and not t.endswith("ss") else t for t in _fold_tokens(text)]


def _fold_tokens(text: str) -> list[str]:
    return _TOKEN.findall(fold_spelling(text))
