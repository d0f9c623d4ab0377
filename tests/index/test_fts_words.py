"""SQLite's full-text search as a WordIndex."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.word_index import A, WordIndexContract
from zotero_bridge.errors import IndexDamaged
from zotero_bridge.index.fts_words import FtsWords, parse_words
from zotero_bridge.ports import WordEntry


class TestFtsWords(WordIndexContract):
    @pytest.fixture
    def words(self, tmp_path: Path) -> FtsWords:
        return FtsWords(tmp_path / "words.sqlite", writing=True)

    def test_what_was_written_is_there_when_opened_again(self, filled: FtsWords, tmp_path: Path) -> None:
        filled.close()

        again = FtsWords(tmp_path / "words.sqlite", writing=True)

        assert len(again.ids()) == 4

    def test_a_line_end_hyphen_does_not_hide_a_word(self, words: FtsWords) -> None:
        words.update([WordEntry(A, "They were account\u00ad able to partners, organi\u00adsed well.")], [])

        assert words.rank("accountable", limit=1, among=None)
        assert words.rank("organised", limit=1, among=None)


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    path.write_bytes(b"this is not a database, and long enough to be read as one" * 40)

    with pytest.raises(IndexDamaged):
        FtsWords(path, writing=True)


def test_a_query_of_common_words_alone_is_still_asked() -> None:
    assert parse_words("to be or not to be").wanted == ("to", "be", "or", "not", "to", "be")
    assert parse_words("how does trust grow").wanted == ("trust", "grow")


def test_a_hyphen_inside_a_word_excludes_nothing() -> None:
    assert parse_words("co-production well-being").excluded == ()
    assert parse_words('-"pooled budgets" trust').excluded == ("pooled budgets",)
