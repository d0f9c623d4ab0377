"""
Take a BibTeX file apart into entries, without understanding them.

An entry that cannot be read becomes a problem that names its line, and reading goes on at the next one. A parser that
drops such entries without a word (bibtexparser 1.4 files them under comments) would lose evidence silently.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_START = re.compile(r"@\s*([^\W\d][\w-]*)\s*([{(])")
_LINE_START = re.compile(r"^[ \t]*@\s*[^\W\d][\w-]*\s*[{(]", re.MULTILINE)
_BRACE = re.compile(r"[{}]|^@[^\W\d]\w*\s*\{[^\s,{}\"=]+\s*,", re.MULTILINE)
_QUOTED = re.compile(r"[{}\"]|^@[^\W\d]\w*\s*\{[^\s,{}\"=]+\s*,", re.MULTILINE)
_NAME = re.compile(r"\s*([^\s,={}()\"#%']+)\s*=\s*")
_KEY = {"}": re.compile(r"[^,{}=\"]*"), ")": re.compile(r"[^,{}()=\"]*")}
_BARE = re.compile(r"[^\s,#{}()\"=]+")
_SPACE = re.compile(r"(?:\s|%[^\n]*\n)*")
_STRAY_FIELD = re.compile(r"^[ \t]*[\w-]+[ \t]*=[ \t]*[{\"]", re.MULTILINE)
_LONGEST_JOINED = 1_000_000  # strings made of strings made of strings could fill any memory


@dataclass(frozen=True, slots=True)
class RawEntry:
    """Field names are lower case, values as written, outer delimiters off and strings put in."""

    type: str
    key: str
    fields: dict[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class BibtexFile:
    entries: tuple[RawEntry, ...]
    comments: tuple[str, ...]
    problems: tuple[str, ...]


def take_apart(text: str) -> BibtexFile:
    return _Reader(text).read()


class _Broken(Exception):
    """Where an entry stops making sense. Never leaves this module."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.at = at


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    strings: dict[str, str] = field(default_factory=dict)
    entries: list[RawEntry] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    line_ends: list[int] = field(default_factory=list)

    def read(self) -> BibtexFile:
        self.line_ends = [match.start() for match in re.finditer("\n", self.text)]
        while (start := _START.search(self.text, self.at)) is not None:
            self._look_for_strays(self.at, start.start())
            self.at = start.end()
            try:
                self._entry(start[1].lower(), "}" if start[2] == "{" else ")", start.start())
            except _Broken as broken:
                self.problems.append(
                    f"The entry that begins on line {self._line(start.start())} cannot be read: "
                    f"{broken} (line {self._line(broken.at)})."
                )
                following = _LINE_START.search(self.text, start.end())
                self.at = following.start() if following else len(self.text)
        self._look_for_strays(self.at, len(self.text))
        return BibtexFile(tuple(self.entries), tuple(self.comments), tuple(self.problems))

    def _entry(self, kind: str, closing: str, begin: int) -> None:
        if kind == "comment":
            end = self._balanced(self.at) if closing == "}" else self.text.find(")", self.at)
            self.comments.append(self.text[self.at : end])
            self.at = end + 1
        elif kind == "preamble":
            self._value()
            self._close(closing)
        elif kind == "string":
            name, value = self._field()
            self.strings[name] = value
            self._skip(",")
            self._close(closing)
        else:
            self._reference(kind, closing, begin)

    def _reference(self, kind: str, closing: str, begin: int) -> None:
        key = _KEY[closing].match(self.text, self.at)
        if key is None or self.text[key.end() : key.end() + 1] not in (",", closing):
            raise _Broken("it has no citation key", self.at)
        self.at = key.end()
        fields: dict[str, str] = {}
        while True:
            self._skip(",")
            if self.text[self.at : self.at + 1] == closing:
                self.at += 1
                break
            name, value = self._field()
            fields.setdefault(name, value)
        self.entries.append(RawEntry(kind, key[0].strip(), fields, self._line(begin)))

    def _field(self) -> tuple[str, str]:
        self._skip("")
        name = _NAME.match(self.text, self.at)
        if name is None:
            found = self.text[self.at : self.at + 20].split("\n")[0]
            if found.startswith("@"):
                raise _Broken("it is not closed before the next entry", self.at)
            raise _Broken(f"a field was expected before '{found}'" if found else "it is not closed", self.at)
        self.at = name.end()
        return name[1].lower(), self._value()

    def _value(self) -> str:
        begin, parts, length = self.at, [self._part()], 0
        while self._skip("#"):
            parts.append(self._part())
            length += len(parts[-1])
            if length > _LONGEST_JOINED:
                raise _Broken("its strings add up to more than a field can be", begin)
        return "".join(parts)

    def _part(self) -> str:
        self._skip("")
        opening = self.text[self.at : self.at + 1]
        begin = self.at + 1
        if opening == "{":
            end = self._balanced(begin)
        elif opening == '"':
            end = self._quoted(begin)
        else:
            bare = _BARE.match(self.text, self.at)
            if bare is None:
                raise _Broken("a value was expected", self.at)
            self.at = bare.end()
            return self.strings.get(bare[0].lower(), bare[0])
        self.at = end + 1
        return self.text[begin:end]

    def _balanced(self, begin: int) -> int:
        """Where the brace that opened before `begin` closes."""
        depth = 1
        for token in _BRACE.finditer(self.text, begin):
            if token[0][0] == "@":
                raise _Broken("it is not closed before the next entry", token.start())
            depth += 1 if token[0] == "{" else -1
            if depth == 0:
                return token.start()
        raise _Broken("a brace is not closed", begin)

    def _quoted(self, begin: int) -> int:
        depth = 0
        for token in _QUOTED.finditer(self.text, begin):
            if token[0][0] == "@":
                raise _Broken("it is not closed before the next entry", token.start())
            if token[0] == '"' and depth == 0:
                return token.start()
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            if depth < 0:
                raise _Broken("a quoted value holds a closing brace too many", token.start())
        raise _Broken("a quotation mark is not closed", begin)

    def _skip(self, mark: str) -> bool:
        """Passes white space and, where it stands next, the mark. Several commas in a row count as one."""
        found = False
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            if not mark or self.text[self.at : self.at + 1] != mark:
                return found
            found, self.at = True, self.at + 1

    def _close(self, closing: str) -> None:
        self._skip("")
        if self.text[self.at : self.at + 1] != closing:
            raise _Broken(f"'{closing}' was expected", self.at)
        self.at += 1

    def _look_for_strays(self, begin: int, end: int) -> None:
        """Fields outside every entry: a brace too many has closed theirs early."""
        stray = _STRAY_FIELD.search(self.text, begin, end)
        if stray is not None and self.entries:
            self.problems.append(
                f"Line {self._line(stray.end() - 1)} stands outside every entry and was not read: "
                f"a brace too many in {self.entries[-1].key or 'the entry before it'}?"
            )

    def _line(self, offset: int) -> int:
        return bisect_right(self.line_ends, max(offset - 1, -1)) + 1
