"""What a library's tags and colours may mean: listed, suggested, never decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import Review
from assistant.marking import color_name, suggestion, unmapped
from zotero_bridge.model import Item, SourceInfo, SourceKind, Tag


def mark(key: str, color: str, *tags: str) -> SourceInfo:
    return SourceInfo(key, "ITEM", SourceKind.ANNOTATION, "", tuple(Tag(t) for t in tags), color=color)


def test_what_the_map_leaves_out_is_listed_by_use() -> None:
    review = Review(Path(), "sample", tag_map={"m-RES": "resource"}, color_map={"#FF6666": "outcome"})
    items = [Item("ITEM", "T", tags=(Tag("to screen"), Tag("Medicine", automatic=True), Tag("realist/A1")))]
    sources = [mark("A", "#ffd400", "M-res", "context"), mark("B", "#ff6666", "context"), mark("C", "#ffd400")]

    left = unmapped(review, items, sources)

    assert dict(left.tags) == {"context": 2, "to screen": 1}
    assert list(left.colors) == ["#ffd400"]
    assert left.suggested == {"context": "context"}


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("Context", "context"),
        ("C: rural", "context"),
        ("M-res", "resource"),
        ("M-rea trust", "reasoning"),
        ("mechanism", "mechanism"),
        ("o/uptake", "outcome"),
        ("screened-in", "included"),
        ("EXCLUDE: design", "excluded"),
        ("PT2", "theory"),
        ("cardiology", ""),
        ("to read", ""),
    ],
)
def test_a_suggestion_is_made_from_the_words_of_a_tag(tag: str, meant: str) -> None:
    assert suggestion(tag) == meant


def test_zoteros_colours_have_names() -> None:
    assert (color_name("#ffd400"), color_name("#123456")) == ("#ffd400 yellow", "#123456")
