"""
Rank passages by words with SQLite's own full-text search: needs nothing, slow on long questions in large libraries.

Any text is a valid query: "quoted phrases" must not fall apart, a -word or -"phrase" must not occur, a word said twice
counts twice, and everything else only adds to the score. Stemming is Porter's; diacritics and case are folded.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zotero_bridge.errors import IndexDamaged
from zotero_bridge.index.catalogue_open import in_our_words
from zotero_bridge.ports import WordEntry

_VERSION = 1
_SHAPE = f"""
BEGIN IMMEDIATE;
CREATE TABLE entries (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE words USING fts5 (title, heading, body, tags, tokenize = 'porter unicode61 remove_diacritics 2');
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_RANK = "bm25(words, 1.0, 0.5, 1.0, 1.0)"  # title, heading, body, tags: the title weighs as if it stood in the passage
_PIECE = re.compile(r'(?:(?<!\S)(-))?(?:"([^"]*)"|([^\s"]+))')
_WORD = re.compile(r"\w+")
_MOST_TERMS = 400  # of one query; what follows adds nothing to a ranking and costs time
_STOPWORDS = frozenset(  # they tell nothing and cost most of the time
    """
    a about after all also an and any are as at be because been before being between both but by can could did do does
    during each for from had has have having he her here his how i if in into is it its itself just may me more most my
    no nor not of off on once only or other our out over own same she should so some such than that the their them then
    there these they this those through to too under until up very was we were what when where which while who whom why
    will with would you your
    """.split()  # noqa: SIM905 - a list of a hundred lines says no more
)


@dataclass(frozen=True, slots=True)
class WordQuery:
    """What a reader's words ask for: phrases and single words that add up, and what must not occur."""

    wanted: tuple[str, ...]
    excluded: tuple[str, ...] = ()

    @property
    def match(self) -> str:
        """The query in FTS5's language, every term quoted; "" where it can match nothing."""
        if not self.wanted:
            return ""
        wanted = " OR ".join(f'"{w}"' for w in self.wanted)
        if not self.excluded:
            return wanted
        return f"({wanted}) NOT ({' OR '.join(f'{chr(34)}{w}{chr(34)}' for w in self.excluded)})"


def parse_words(query: str) -> WordQuery:
    wanted: list[str] = []
    excluded: list[str] = []
    for minus, phrase, word in _PIECE.findall(query):
        words = _WORD.findall(phrase or word)
        if not words:
            continue
        if minus:
            excluded.append(" ".join(words))
        elif phrase:
            wanted.append(" ".join(words))
        else:
            wanted += words
    telling = [w for w in wanted if w.lower() not in _STOPWORDS]
    return WordQuery(tuple((telling or wanted)[:_MOST_TERMS]), tuple(excluded[:_MOST_TERMS]))


class FtsWords:
    """A WordIndex in one SQLite file of its own."""

    def __init__(self, path: Path, *, writing: bool) -> None:
        """Raises IndexDamaged where the file is no database, or is asked to be read and is not there."""
        if writing:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.is_file():
            raise IndexDamaged("The word index is missing.", hint="Run `realist sync`; it makes it anew.")
        with in_our_words():
            self._connection = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
            try:
                if writing:
                    self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._check(writing)
            except BaseException:
                self._connection.close()
                raise

    def _check(self, writing: bool) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0 and writing:
            self._connection.executescript(_SHAPE)
        elif version != _VERSION:
            raise IndexDamaged("The word index is of another version.", hint="Run `realist sync`; it makes it anew.")

    def close(self) -> None:
        self._connection.close()

    def ids(self) -> set[str]:
        with in_our_words():
            return {row[0] for row in self._connection.execute("SELECT id FROM entries")}

    def update(self, add: Iterable[WordEntry], remove: Iterable[str]) -> None:
        with in_our_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for passage_id in remove:
                    self._drop(passage_id)
                for entry in add:
                    self._drop(entry.id)
                    number = self._connection.execute("INSERT INTO entries (id) VALUES (?)", (entry.id,)).lastrowid
                    self._connection.execute(
                        "INSERT INTO words (rowid, title, heading, body, tags) VALUES (?, ?, ?, ?, ?)",
                        (number, entry.title, entry.heading, _joined(entry.body), entry.tags),
                    )
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _drop(self, passage_id: str) -> None:
        row = self._connection.execute("SELECT number FROM entries WHERE id = ?", (passage_id,)).fetchone()
        if row is not None:
            self._connection.execute("DELETE FROM words WHERE rowid = ?", row)
            self._connection.execute("DELETE FROM entries WHERE number = ?", row)

    def rank(self, query: str, *, limit: int, among: frozenset[str] | None) -> list[tuple[str, float]]:
        match = parse_words(query).match
        if not match or limit <= 0 or (among is not None and not among):
            return []
        found: list[tuple[str, float]] = []
        with in_our_words():
            rows = self._connection.execute(
                f"SELECT e.id, s.score FROM (SELECT rowid AS number, {_RANK} AS score FROM words WHERE words MATCH ?) s"
                " JOIN entries e USING (number) ORDER BY s.score, e.id" + (f" LIMIT {limit}" if among is None else ""),
                (match,),
            )
            for passage_id, score in rows:
                if among is None or passage_id in among:
                    found.append((passage_id, -score))
                    if len(found) == limit:
                        break
        return found

    def scores(self, query: str, ids: Sequence[str]) -> dict[str, float]:
        scores = dict.fromkeys(ids, 0.0)
        match = parse_words(query).match
        if match and ids:
            with in_our_words():
                scores |= {
                    passage_id: -score
                    for passage_id, score in self._connection.execute(
                        f"SELECT e.id, {_RANK} FROM words JOIN entries e ON e.number = words.rowid WHERE words MATCH ? "
                        "AND words.rowid IN (SELECT number FROM entries WHERE id IN (SELECT value FROM json_each(?)))",
                        (match, json.dumps(list(ids))),
                    )
                }
        return scores


def _joined(body: str) -> str:
    """As the words would stand without line-end hyphens."""
    return re.sub("\u00ad\\s*", "", body)
