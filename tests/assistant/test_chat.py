"""A conversation: questions that lean on the one before take its words along."""

from __future__ import annotations

import pytest

from assistant.chat import HELP, standalone
from assistant.chat_prompt import completed

FIRST = "How does leadership in integrated care systems work?"


@pytest.mark.parametrize("question", ["and in rural systems?", "What about small charities?", "Why did they withdraw?"])
def test_a_question_that_leans_on_the_last_takes_its_words_along(question: str) -> None:
    assert "leadership in integrated care systems" in standalone(question, FIRST)


@pytest.mark.parametrize("question", ["How does public scrutiny of waiting times affect board members?", FIRST])
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert standalone(question, "When do charities withdraw?") == question


def test_the_first_question_is_never_rewritten() -> None:
    assert standalone("and in rural systems?", None) == "and in rural systems?"


def test_a_chain_of_follow_ups_keeps_the_first_question_and_not_all_of_them() -> None:
    second = standalone("and in rural systems?", FIRST)
    third = standalone("and in cities?", second)

    assert "rural" not in third
    assert "leadership in integrated care systems" in third


@pytest.mark.parametrize(
    ("typed", "may_be"),
    [
        ("/ex", ["/export"]),
        ("/", None),
        ("/export d", ["docx"]),
        ("/filter --tag x --y", ["--year"]),
        ("/keep ", ["draft"]),
        ("How do", []),
        ("", []),
    ],
)
def test_what_is_typed_after_a_slash_can_be_completed_and_a_question_is_left_alone(
    typed: str, may_be: list[str] | None
) -> None:
    words = completed(typed)[1]

    assert words == may_be if may_be is not None else len(words) >= 13


def test_every_line_of_the_help_fits_a_narrow_terminal() -> None:
    assert max(map(len, HELP.splitlines())) <= 80
