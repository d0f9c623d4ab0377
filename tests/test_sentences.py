"""Sentences of scholarly prose, and the invariant that no text is lost between them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zotero_bridge.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "Smith et al. (2012) found that trust matters (p. 12).",
        "See Fig. 2 and cf. Table 3 for details.",
        "Dr. J. Smith said, e.g., that it rose by 1.5 per cent.",
        "By J. A. Smith and B. C. Jones of the U.K. office.",
        "We met no. 5 in vol. 3, pp. 12–14, and St. Mary's.",
        "“It is ours,” he said, “and theirs.”",
        "“I would sort it.” (Director of community services, Ellerwick)",
        "'It is ours,' he said. (Jones, 2014; Smith, 2015.)",
        "What was promised … was not done.",
        "1. First of all, they met.",
        "• Meet without an agenda.",
        "The founding cir\u00adcular mentions it vs. nothing, i.e. never.",
    ],
)
def test_what_belongs_together_stays_together(whole: str) -> None:
    assert split(f"Before it came this. {whole} After it came that.")[1:-1] == [whole]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("They did not.1 The next began.", ["They did not.1", "The next began."]),
        ("Owned by all.12,13 This mattered.", ["Owned by all.12,13", "This mattered."]),
        ("Trust grew.[4] Later it fell.", ["Trust grew.[4]", "Later it fell."]),
        ("It is so (Smith, 2012). However, no.", ["It is so (Smith, 2012).", "However, no."]),
        ("Why? Because they said so!", ["Why?", "Because they said so!"]),
        ("“We did it.” The board agreed.", ["“We did it.”", "The board agreed."]),
        ("Interviewer: How? P3: By phone. It rang.", ["Interviewer: How?", "P3: By phone.", "It rang."]),
        ("A heading\n\nA paragraph of text.", ["A heading", "A paragraph of text."]),
        ("Site 1 | 30\nSite 2 | 40", ["Site 1 | 30", "Site 2 | 40"]),
        ("a line that was\nwrapped by an editor. Next.", ["a line that was\nwrapped by an editor.", "Next."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: list[str]) -> None:
    assert split(text) == parts


WORDS = [
    "The board",
    "agreed",
    "et al.",
    "e.g.",
    "(2012)",
    "Dr.",
    "A.",
    "1.5",
    "p.",
    "12",
    "[4]",
    "é",
    "𝒳",
    "Σ",
    "x" * 50,
]
SIGNS = [
    ".",
    "!",
    "?",
    " ",
    "\n",
    "\n\n",
    "“",
    "”",
    "'",
    "…",
    ":",
    "•",
    "\u00ad",
    "\u00a0",
    "\u200b",
    "\t",
    ")",
    "(",
    "ﬁ",
]
PIECES = st.sampled_from([*WORDS, *SIGNS])


@given(st.one_of(st.lists(PIECES, max_size=60).map("".join), st.lists(PIECES, max_size=60).map(" ".join), st.text()))
@example("a.\u2029b")
@example("He said: “It is ours.” (Jones, 2014) The board agreed.")
@example("x" * 20_001)
@example("\x1c. \x85 A")
def test_spans_are_ordered_disjoint_trimmed_and_leave_out_only_white_space(text: str) -> None:
    spans = sentences(text)

    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize("endless", ["x" * 300_000, "a, " * 100_000, ". " * 100_000, "A. " * 50_000, "(a. " * 20_000])
def test_a_paragraph_without_end_is_still_covered(endless: str) -> None:
    assert sum(end - start for start, end in sentences(endless)) >= len(endless.replace(" ", ""))
