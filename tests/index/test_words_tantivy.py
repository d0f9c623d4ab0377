"""Words in tantivy: the contract, and what only this index has."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.word_index import ENTRIES, A, WordIndexContract
from zotero_bridge.errors import IndexDamaged, IndexLocked
from zotero_bridge.index.words_query import parse_query
from zotero_bridge.index.words_spelling import fold_spelling
from zotero_bridge.index.words_tantivy import SMALL, TantivyWords
from zotero_bridge.ports import WordEntry, WordIndex


class TestTantivyWords(WordIndexContract):
    @pytest.fixture
    def words(self, tmp_path: Path) -> WordIndex:
        return TantivyWords(tmp_path / "words", writing=True)

    def test_two_spellings_of_a_word_meet(self, words: WordIndex) -> None:
        words.update(
            [
                WordEntry("p1", "The organisation prioritised behaviour and counselling in paediatric centres."),
                WordEntry("p2", "Co-production of programmes; a judgement about ageing."),
            ],
            [],
        )

        for american in ("organization", "prioritized", "behavior", "counseling", "pediatric", "center"):
            assert [i for i, _ in words.rank(american, limit=5, among=None)] == ["p1"], american
        for other in ("coproduction", "program", "judgment", "aging"):
            assert [i for i, _ in words.rank(other, limit=5, among=None)] == ["p2"], other

    def test_a_hyphen_left_from_a_line_end_does_not_hide_a_word(self, words: WordIndex) -> None:
        words.update([WordEntry("p1", "a shared respon\u00adsibility")], [])

        assert [i for i, _ in words.rank("responsibility", limit=5, among=None)] == ["p1"]

    def test_a_phrase_may_hold_stop_words(self, words: WordIndex) -> None:
        words.update(
            [WordEntry("p1", "a lack of trust in the board"), WordEntry("p2", "trust the board, lack nothing")], []
        )

        assert [i for i, _ in words.rank('"trust in the board"', limit=5, among=None)] == ["p1"]

    def test_a_reader_sees_what_a_writer_commits_later(self, filled: WordIndex, tmp_path: Path) -> None:
        reader = TantivyWords(tmp_path / "words", writing=False)
        assert [i for i, _ in reader.rank("minutes", limit=5, among=None)] != []

        filled.update([WordEntry("new", "minutes of the steering group")], [])

        assert "new" in dict(reader.rank("minutes", limit=5, among=None))

    def test_filtering_a_long_list_gives_what_filtering_by_name_gives(self, words: WordIndex) -> None:
        ids = [f"{n:016x}" for n in range(SMALL + 500)]
        words.update(
            [WordEntry(i, "trust " * (1 + n % 7) + f"filler{n % 90} " * (n % 11)) for n, i in enumerate(ids)], []
        )
        among = frozenset(ids[100 : 100 + SMALL + 200])

        ranked = words.rank("trust filler3", limit=50, among=among)

        everything = [pair for pair in words.rank("trust filler3", limit=len(ids), among=None) if pair[0] in among]
        assert [s for _, s in ranked] == [s for _, s in everything[:50]]
        assert {i for i, _ in ranked} <= among

    def test_a_rare_word_is_found_within_a_filter_of_many(self, words: WordIndex) -> None:
        ids = [f"{n:016x}" for n in range(3 * SMALL)]
        words.update(
            [WordEntry(i, "common ground" + (" zebra" if n == 2 * SMALL else "")) for n, i in enumerate(ids)], []
        )

        found = words.rank("zebra", limit=10, among=frozenset(ids[SMALL:]))

        assert [i for i, _ in found] == [ids[2 * SMALL]]


class TestDamage:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "words"
        TantivyWords(folder, writing=True).update(ENTRIES, [])
        return folder

    def test_a_writer_makes_a_folder_of_another_version_anew(self, folder: Path) -> None:
        (folder / "format.json").write_text(json.dumps({"format": "tantivy-words@0"}), encoding="utf-8")

        assert TantivyWords(folder, writing=True).ids() == set()

    @pytest.mark.parametrize("keep", [0, 1, 20])
    def test_every_file_cut_short_is_noticed_and_made_anew(self, folder: Path, keep: int) -> None:
        for path in sorted(folder.iterdir()):
            if path.suffix in (".lock", ".managed") or path.name.startswith(".") or not path.stat().st_size:
                continue
            whole = path.read_bytes()
            path.write_bytes(whole[:keep])
            with pytest.raises(IndexDamaged):
                TantivyWords(folder, writing=False).rank("trust", limit=5, among=None)
            path.write_bytes(whole)

        for path in folder.glob("*.idx"):
            path.write_bytes(b"")
        try:
            writer = TantivyWords(folder, writing=True)
            writer.ids()
        except IndexDamaged:
            return  # said so; a sync throws the folder away
        writer.update(ENTRIES, [])
        assert A in dict(writer.rank("trust", limit=5, among=None))

    def test_a_reader_says_that_there_is_no_index(self, tmp_path: Path) -> None:
        with pytest.raises(IndexDamaged):
            TantivyWords(tmp_path / "nothing", writing=False)

    def test_a_second_writer_is_told_so(self, folder: Path) -> None:
        first, second = TantivyWords(folder, writing=True), TantivyWords(folder, writing=True)

        def intrude() -> object:
            with pytest.raises(IndexLocked):
                second.update([WordEntry("x", "x")], [])
            yield WordEntry("y", "yonder")

        first.update(intrude(), [])  # type: ignore[arg-type]  # a generator of entries
        assert second.ids() >= {"y"}


WRITER = """
import sys
from pathlib import Path
from zotero_bridge.index.words_tantivy import TantivyWords
from zotero_bridge.ports import WordEntry
words = TantivyWords(Path(sys.argv[1]), writing=True)
n = 0
while True:
    words.update([WordEntry(f"{n:04}-{k}", f"passage number {n} part {k}") for k in range(5)], [])
    print(n, flush=True)
    n += 1
"""


def test_a_writer_killed_at_any_moment_loses_nothing_it_committed(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    for delay in (0.0, 0.013, 0.031):
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        committed = int(child.stdout.readline())
        time.sleep(delay)
        child.kill() if os.name == "nt" else os.kill(child.pid, signal.SIGKILL)
        rest = child.stdout.read().split()
        child.wait()
        committed = int(rest[-1]) if rest else committed

        held = TantivyWords(folder, writing=True).ids()

        assert {f"{n:04}-{k}" for n in range(committed + 1) for k in range(5)} <= held
        assert len(held) % 5 == 0


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_folding_a_spelling_twice_changes_nothing(text: str) -> None:
    once = fold_spelling(text)

    assert fold_spelling(once) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("four", "for"), ("hour", "hor"), ("our", "or"), ("tour", "tor"), ("poetry", "petry"), ("canoe", "cane"),
        ("revise", "revize"), ("precise", "precize"), ("genre", "gener"), ("shoes", "shes"),
    ],
)  # fmt: skip
def test_words_that_only_look_british_are_left_alone(one: str, other: str) -> None:
    assert fold_spelling(one) == one != other


@given(st.text(max_size=80))
@settings(max_examples=300)
def test_any_text_reads_as_a_query(text: str) -> None:
    query = parse_query(text)

    assert isinstance(query.text, str)
    assert not query.excluded or query.text  # exclusions alone are read as words


def test_phrases_exclusions_and_words_are_told_apart() -> None:
    query = parse_query('shared “sense of purpose” -children -"middle managers" well-being "trust"')

    assert query.words == "shared well-being trust"
    assert query.phrases == ("sense of purpose",)
    assert query.excluded == ("children", "middle managers")
    assert query.allows("A sense of purpose among nurses.")
    assert not query.allows("A sense of purpose among middle managers.")
    assert not query.allows("Purpose and sense.")
