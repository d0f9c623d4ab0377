from __future__ import annotations

from pathlib import Path

import pytest

from prompts import NAMES, PromptMalformed, load_prompt


@pytest.mark.parametrize("name", NAMES)
def test_every_prompt_says_its_version_and_what_it_may_assume(name: str) -> None:
    from importlib import resources

    comment = resources.files("prompts").joinpath(f"{name}.md").read_text("utf-8").split("-->")[0]
    assert load_prompt(name).version.isdigit()
    assert "May assume" in comment


# What is shipped: a prompt that is changed gets another version, and its line here with it.
SHIPPED = {
    "answer": ("1", "209814e82728"),
    "draft": ("1", "11403b8b9842"),
    "test": ("1", "b4fa9983d723"),
    "rewrite": ("1", "f3c8396cbe2c"),
    "repair": ("1", "51e54a4ffdc8"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_prompt_has_another_version(name: str) -> None:
    prompt = load_prompt(name)

    assert (prompt.version, prompt.sha256[:12]) == SHIPPED[name]


@pytest.mark.parametrize(
    "name, placeholders",
    [
        ("answer", {"question", "passages", "mark", "most"}),
        ("draft", {"question", "passages", "mark"}),
        ("test", {"configuration", "passages", "mark"}),
        ("rewrite", {"question", "history"}),
        ("repair", {"faults"}),
    ],
)
def test_a_prompt_uses_exactly_what_it_is_given(name: str, placeholders: set[str]) -> None:
    assert load_prompt(name).placeholders == placeholders


def test_what_is_filled_in_is_never_read_for_placeholders() -> None:
    _, user = load_prompt("answer").filled(question="$mark and ${most}", passages="$$", mark="m", most="9")

    assert "$mark and ${most}" in user
    assert "$$" in user


def test_a_review_may_name_its_own_prompt_and_the_hash_tells(tmp_path: Path) -> None:
    own = tmp_path / "mine.md"
    own.write_bytes(b"<!-- version: 7 -->\r\n# System\r\nBe brief.\r\n# User\r\n$question $passages $mark $most\r\n")

    prompt = load_prompt("answer", {"answer": own})

    assert (prompt.version, prompt.system) == ("7", "Be brief.")
    assert prompt.sha256 != load_prompt("answer").sha256
    own.write_bytes(own.read_bytes().replace(b"\r\n", b"\n"))
    assert load_prompt("answer", {"answer": own}).sha256 == prompt.sha256, "line ends are no change"


@pytest.mark.parametrize(
    "content, told",
    [
        ("# System\nx\n# User\n$question", "lacks $mark"),
        ("just words", "# System"),
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_prompt_that_cannot_serve_is_refused(tmp_path: Path, content: str | bytes | None, told: str) -> None:
    own = tmp_path / "mine.md"
    if content is not None:
        own.write_bytes(content.encode() if isinstance(content, str) else content)

    with pytest.raises(PromptMalformed) as raised:
        load_prompt("answer", {"answer": own})
    assert told in str(raised.value)


def test_a_placeholder_without_a_value_is_an_error_and_not_sent() -> None:
    with pytest.raises(PromptMalformed, match="mark"):
        load_prompt("draft").filled(question="q", passages="p")
