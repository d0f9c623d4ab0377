from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.engines.reply_schema import ANSWER, DRAFT, Broken, ClaimReply, ReplyReader, partial_text

CLAIMS: list[dict[str, Any]] = [
    {"text": 'He said "}]" and \\ left', "basis": "quoted", "quotes": [{"passage": 1, "words": "a {b} [c]"}]},
    {"text": "Zweite Ünïcode 中文", "basis": "inferred", "quotes": [{"passage": 2, "words": "x"}], "voice": "author"},
    {"text": "third", "basis": "paraphrased", "quotes": [], "section": "s", "role": "context", "stance": "refutes"},
]
WHOLE = json.dumps({"claims": CLAIMS}, ensure_ascii=False)


def read(*pieces: str) -> tuple[list[str], ReplyReader]:
    reader = ReplyReader(ANSWER)
    objects = [o for piece in pieces for o in reader.feed(piece)]
    return [o.text for o in objects if isinstance(o, ClaimReply | Broken)], reader


@given(st.lists(st.integers(0, len(WHOLE)), max_size=30), st.booleans())
def test_a_reply_reads_the_same_however_it_is_cut_into_pieces(cuts: list[int], indented: bool) -> None:
    whole = json.dumps({"claims": CLAIMS}, indent=2, ensure_ascii=True) if indented else WHOLE
    places = [0, *sorted(min(c, len(whole)) for c in cuts), len(whole)]

    texts, reader = read(*(whole[a:b] for a, b in pairwise(places)))

    assert texts == [c["text"] for c in CLAIMS]
    assert reader.whole


@given(st.integers(0, len(WHOLE)))
def test_a_reply_cut_anywhere_gives_every_object_that_arrived_whole(cut: int) -> None:
    texts, reader = read(WHOLE[:cut])

    assert texts == [c["text"] for c in CLAIMS][: len(texts)]
    assert reader.whole == (cut >= len(WHOLE) - 1)


@given(st.data())
@settings(max_examples=200)
def test_no_damage_to_a_reply_raises_or_makes_up_a_claim(data: st.DataObject) -> None:
    damaged = list(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.sampled_from(list('{}[]",:\\x0 ')))

    texts, _ = read("".join(damaged))

    assert len(texts) <= 60


def test_deep_nesting_is_refused_and_not_followed() -> None:
    texts, _ = read('{"claims": [' + '{"a":' * 30_000 + "1" + "}" * 30_000 + "]}")

    assert len(texts) <= 1


def test_the_words_of_a_claim_can_be_followed_while_they_arrive() -> None:
    assert partial_text('{"claims": [{"text": "He said \\"so', 0) == 'He said "so'
    assert partial_text('{"claims": [{"text": "half an escape \\', 0) == "half an escape "
    assert partial_text('{"claims": [{"basis": "quoted"', 0) == ""


def test_the_schema_in_words_names_its_list() -> None:
    assert '{"candidates": [...]}' in DRAFT.in_words
