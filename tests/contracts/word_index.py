"""What every WordIndex promises."""

from __future__ import annotations

import pytest

from zotero_bridge.ports import WordEntry, WordIndex

ENTRIES = (
    WordEntry("a" * 16, "Trust between partners grew slowly where leaders kept their promises.", "Keeping promises"),
    WordEntry("b" * 16, "Budgets were pooled. Nobody spoke of trust, and promises went unkept.", "Pooled budgets"),
    WordEntry("c" * 16, "The naïve reader meets a café and a résumé.", "Diacritics", tags="context\nrural"),
    WordEntry("d" * 16, "Boards met every month and wrote minutes.", "Governance of boards", heading="Methods"),
)
A, B, C, D = (e.id for e in ENTRIES)


class WordIndexContract:
    """Inherit, and give a fixture `words` that is empty."""

    @pytest.fixture
    def words(self) -> WordIndex:
        raise NotImplementedError

    @pytest.fixture
    def filled(self, words: WordIndex) -> WordIndex:
        words.update(ENTRIES, [])
        return words

    def test_it_begins_empty_and_answers_with_nothing(self, words: WordIndex) -> None:
        assert words.ids() == set()
        assert words.rank("trust", limit=5, among=None) == []

    def test_it_holds_what_it_was_given(self, filled: WordIndex) -> None:
        assert filled.ids() == {A, B, C, D}

    def test_the_passage_that_says_it_comes_first(self, filled: WordIndex) -> None:
        assert filled.rank("pooled budgets", limit=5, among=None)[0][0] == B
        assert filled.rank("monthly minutes of boards", limit=5, among=None)[0][0] == D

    def test_scores_fall_along_the_ranking(self, filled: WordIndex) -> None:
        scores = [s for _, s in filled.rank("trust promises leaders", limit=5, among=None)]

        assert len(scores) == 2
        assert scores == sorted(scores, reverse=True)
        assert all(s > 0 for s in scores)

    def test_forms_of_a_word_are_one_word(self, filled: WordIndex) -> None:
        assert {i for i, _ in filled.rank("promise", limit=5, among=None)} == {A, B}

    def test_diacritics_and_case_do_not_matter(self, filled: WordIndex) -> None:
        assert [i for i, _ in filled.rank("NAIVE Resume", limit=5, among=None)] == [C]

    def test_titles_and_tags_are_searched_too(self, filled: WordIndex) -> None:
        assert [i for i, _ in filled.rank("governance", limit=5, among=None)] == [D]
        assert [i for i, _ in filled.rank("rural", limit=5, among=None)] == [C]

    def test_a_quoted_phrase_does_not_fall_apart(self, filled: WordIndex) -> None:
        assert [i for i, _ in filled.rank('"kept their promises"', limit=5, among=None)] == [A]
        assert filled.rank('"promises their kept"', limit=5, among=None) == []

    def test_an_excluded_word_does_not_occur(self, filled: WordIndex) -> None:
        assert [i for i, _ in filled.rank("trust -budgets", limit=5, among=None)] == [A]

    def test_a_word_said_twice_counts_twice(self, filled: WordIndex) -> None:
        once = filled.scores("trust budgets", [A, B])
        twice = filled.scores("trust trust budgets", [A, B])

        assert twice[A] > once[A]

    def test_only_what_is_among_is_ranked(self, filled: WordIndex) -> None:
        assert [i for i, _ in filled.rank("trust", limit=5, among=frozenset({B}))] == [B]
        assert filled.rank("trust", limit=5, among=frozenset()) == []

    def test_a_limit_is_kept(self, filled: WordIndex) -> None:
        assert len(filled.rank("trust", limit=1, among=None)) == 1

    def test_scores_are_those_of_the_ranking(self, filled: WordIndex) -> None:
        ranked = dict(filled.rank("trust promises unkept", limit=5, among=None))
        scored = filled.scores("trust promises unkept", [A, B, C])

        assert scored[A] == pytest.approx(ranked[A], rel=1e-4)
        assert scored[B] == pytest.approx(ranked[B], rel=1e-4)
        assert scored[C] == 0.0

    def test_an_unknown_id_scores_nothing(self, filled: WordIndex) -> None:
        assert filled.scores("trust", ["f" * 16]) == {"f" * 16: 0.0}

    @pytest.mark.parametrize(
        "query",
        ["", " ", '"', '""', "-", "--", "-trust", "(", "trust AND", "NOT", "a:b", "title:", "*", "^x", "\\",
         "\x00trust", "trust OR OR", '"trust', "NEAR(trust promises)", "{x}", "[1 TO 2]", "~", "trust~2", "日本語",
         "🙂", "'", ";--", "trust " * 300, "?" * 50, "+trust +(", "https://example.org/?q=1&r=2", "\ud800"],
    )  # fmt: skip
    def test_any_text_is_a_valid_query(self, filled: WordIndex, query: str) -> None:
        assert isinstance(filled.rank(query, limit=5, among=None), list)
        assert filled.scores(query, [A]).keys() == {A}

    def test_adding_what_is_held_replaces_it(self, filled: WordIndex) -> None:
        filled.update([WordEntry(A, "Something else entirely.", "Renamed")], [])

        assert len(filled.ids()) == 4
        assert A not in dict(filled.rank("trust", limit=5, among=None))
        assert [i for i, _ in filled.rank("renamed", limit=5, among=None)] == [A]

    def test_what_is_removed_is_found_no_more(self, filled: WordIndex) -> None:
        filled.update([], [A, "f" * 16])

        assert filled.ids() == {B, C, D}
        assert [i for i, _ in filled.rank("trust", limit=5, among=None)] == [B]

    def test_an_update_that_fails_leaves_everything_as_it_was(self, filled: WordIndex) -> None:
        def torn() -> object:
            yield WordEntry("e" * 16, "A passage that comes before the break.")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            filled.update(torn(), [B])  # type: ignore[arg-type]  # a generator of entries, typed loosely on purpose

        assert filled.ids() == {A, B, C, D}
        assert B in dict(filled.rank("trust", limit=5, among=None))
