"""What a reviewer changes about a configuration's elements, checked before anything is recorded."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.config import Review
from assistant.errors import Misused
from assistant.ledger_find import open_cmoc_of
from assistant.model import Element, Role
from assistant.records import inferred_element, quoted_element, role_of, state_of


def edited_parts(
    review: Review,
    cmoc_id: str,
    *,
    quotes: Sequence[tuple[str, str, str]],
    inferences: Sequence[tuple[str, str, str]],
    drops: Sequence[tuple[str, int]],
) -> dict[Role, tuple[Element, ...]]:
    """The parts that change, whole. Quotations are proved against the index; element numbers count from 1."""
    known = open_cmoc_of(state_of(review), cmoc_id)
    parts: dict[Role, list[Element]] = {}

    def part(name: str) -> list[Element]:
        role = role_of(name)
        return parts.setdefault(role, list(known.part(role)))

    for name, number in sorted(drops, key=lambda d: -d[1]):
        elements = part(name)
        if not 1 <= number <= len(elements):
            raise Misused(f"{known.id} has no {name} element {number}.", hint=f"`realist cmoc show {known.id}`")
        del elements[number - 1]
    if quotes:
        from assistant.wiring import open_reading

        with open_reading(review) as reading:
            for name, passage_id, words in quotes:
                part(name).append(quoted_element(reading, passage_id, words))
    for name, words, memo in inferences:
        part(name).append(inferred_element(words, memo))
    return {role: tuple(elements) for role, elements in parts.items()}
