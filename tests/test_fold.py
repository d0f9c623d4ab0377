"""Finding words whatever the typesetter did to them: properties of the folded copy."""

from __future__ import annotations

import unicodedata

from hypothesis import assume, given
from hypothesis import strategies as st

from zotero_bridge.fold import find, fold, readable
from zotero_bridge.model import SOFT_HYPHEN

WORDS = st.sampled_from(
    ["trust", "leaders", "office", "flow", "naïve", "café", "not", "3.5", "1,000", "decision", "making", "we", "O'Neil"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)


def typeset(text: str, choices: list[int]) -> str:
    """The same words as a typesetter might leave them."""
    out: list[str] = []
    for index, character in enumerate(text):
        choice = choices[index % len(choices)] if choices else 0
        if character == " ":
            out.append([" ", "\n", "  ", "\u00a0", " \n "][choice % 5])
        elif character == "'":
            out.append(["'", "’", "‘"][choice % 3])
        elif choice % 7 == 6 and character.isalpha() and 0 < index < len(text) - 1 and _inside(text, index):
            out.append(character + SOFT_HYPHEN)
        elif choice % 5 == 4:
            out.append(unicodedata.normalize("NFD", character))
        else:
            out.append(character)
    return "".join(out).replace("ffi", "ﬃ").replace("fl", "ﬂ")


def _inside(text: str, index: int) -> bool:
    return text[index - 1].isalpha() and text[index + 1].isalpha()


@given(SENTENCES, SENTENCES, SENTENCES, st.lists(st.integers(0, 34), max_size=40))
def test_words_are_found_however_they_were_set_and_the_find_is_a_slice(
    before: str, quote: str, after: str, choices: list[int]
) -> None:
    text = f"{typeset(before, choices)} {typeset(quote, choices[::-1])} {typeset(after, choices)}"

    matches = list(find(quote, fold(text)))

    assert matches
    for match in matches:
        found = text[match.start : match.end]
        assert fold(found).text == fold(quote).text
        assert found == found.strip()


@given(SENTENCES, st.integers(0, 11))
def test_a_quotation_with_a_word_more_or_less_is_another_quotation(text: str, at: int) -> None:
    words = text.split()
    words.insert(at % (len(words) + 1), "never")

    assert not list(find(" ".join(words), fold(text)))


@given(SENTENCES, st.integers(0, 9))
def test_a_changed_number_is_not_found(text: str, digit: int) -> None:
    source = f"{text} {digit}7.5 per cent"
    assume(f"{(digit + 1) % 10}7.5" not in source)

    assert not list(find(f"{(digit + 1) % 10}7.5 per cent", fold(source)))
    assert not list(find("7.5 per cent", fold(source)))


@given(st.text())
def test_every_position_of_the_copy_maps_into_the_original_in_order(text: str) -> None:
    folded = fold(text)

    at = 0
    for position in range(len(folded.text)):
        start, end = folded.start_of(position), folded.end_of(position)
        assert at <= start <= end <= len(text)
        at = start


@given(st.text())
def test_what_is_readable_holds_no_line_ends_and_no_soft_hyphens(text: str) -> None:
    shown = readable(text)

    assert SOFT_HYPHEN not in shown
    assert "\n" not in shown


def test_a_hyphen_at_a_line_end_may_be_quoted_or_not() -> None:
    folded = fold(f"the decision{SOFT_HYPHEN}making process")

    assert list(find("decision-making process", folded))
    assert list(find("decisionmaking process", folded))
    assert not list(find("decision making process", folded))
