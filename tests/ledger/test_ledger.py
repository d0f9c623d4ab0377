from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.ledger import Ledger, LedgerDamaged, LedgerLocked, LedgerOfAnotherVersion, parse
from assistant.ledger_codec import Undecodable, canonical, decode, encode
from assistant.ledger_events import KINDS, NAMES, Appraisal, Decision, Event, Judged, Memo, Turn
from assistant.ledger_state import ReviewState
from assistant.model import CMOC, Answer
from tests.ledger.values import answer, cmoc, judgement
from zotero_bridge.errors import DiskFull, RealistError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ledger(folder: Path) -> Ledger:
    return Ledger(folder / "ledger.jsonl", now=lambda: NOON)


def notes(*texts: str) -> list[Event]:
    return [Memo(text=text) for text in texts]


def texts_of(book: Ledger) -> list[str]:
    return [e.event.text for e in book.read().entries if isinstance(e.event, Memo)]


def test_what_is_recorded_is_read_back_with_who_and_when(tmp_path: Path) -> None:
    events: list[Event] = [
        *notes("one\nline", "\u2028 ünï \x00 \ud800"),
        Judged(judgement()),
        Turn("c1", "q?", answer=answer()),
        Appraisal("ITEM1", "rich", richness="high"),
    ]

    ledger(tmp_path).append(events, who="Ada")

    entries = ledger(tmp_path).read().entries
    assert [e.event for e in entries] == events
    assert {(e.who, e.time) for e in entries} == {("Ada", "2026-03-01T12:00:00+00:00")}
    assert [e.line for e in entries] == [1, 2, 3, 4, 5]


def test_a_review_without_a_ledger_is_empty_and_reading_makes_no_file(tmp_path: Path) -> None:
    assert ledger(tmp_path).state() == ReviewState()
    assert list(tmp_path.iterdir()) == []


def test_every_line_carries_the_hash_of_the_one_before(tmp_path: Path) -> None:
    ledger(tmp_path).append(notes("a", "b"), who="Ada")
    ledger(tmp_path).append(notes("c"), who="Ben")

    lines = [json.loads(line) for line in (tmp_path / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert [line["prev"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]


def _changed(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b"second", b"sEcond"), *lines[2:]]


def _swapped(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], lines[3]]


def _dropped(lines: list[bytes]) -> list[bytes]:
    return [lines[0], *lines[2:]]


def _doubled(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[0], *lines[1:]]


def _blank(lines: list[bytes]) -> list[bytes]:
    return [lines[0], b"", *lines[1:]]


def _not_text(lines: list[bytes]) -> list[bytes]:
    return [lines[0], b"\xff\xfe", *lines[1:]]


def _no_number(lines: list[bytes]) -> list[bytes]:
    return [lines[0], b'{"data":NaN}', *lines[1:]]


def _another_author(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[1].replace(b'"Ada"', b'"Eve"'), *lines[2:]]


@pytest.mark.parametrize(
    "tamper", [_changed, _swapped, _dropped, _doubled, _blank, _not_text, _no_number, _another_author]
)
def test_tampering_is_found_and_its_line_told(tmp_path: Path, tamper: Any) -> None:
    ledger(tmp_path).append(notes("first", "second", "third", "fourth"), who="Ada")
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(b"\n".join(tamper(path.read_bytes().split(b"\n")[:-1])) + b"\n")
    before = path.read_bytes()

    with pytest.raises(LedgerDamaged, match="Line 2 "):
        ledger(tmp_path).read()
    with pytest.raises(LedgerDamaged):
        ledger(tmp_path).append(notes("fifth"), who="Ada")
    assert path.read_bytes() == before


def test_a_ledger_whose_line_ends_were_turned_is_still_whole(tmp_path: Path) -> None:
    ledger(tmp_path).append(notes("first", "second"), who="Ada")
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    ledger(tmp_path).append(notes("third"), who="Ada")

    assert texts_of(ledger(tmp_path)) == ["first", "second", "third"]


@given(cut=st.integers(min_value=1, max_value=2000))
@settings(max_examples=60, deadline=None)
def test_a_line_torn_anywhere_is_set_aside_and_the_rest_stands(tmp_path_factory: Any, cut: int) -> None:
    folder = tmp_path_factory.mktemp("torn")
    ledger(folder).append(notes("first", "second"), who="Ada")
    path = folder / "ledger.jsonl"
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    keep = last + cut % (len(whole) - last - 1)
    path.write_bytes(whole[:keep])

    log = ledger(folder).read()
    recorded = ledger(folder).append(notes("third"), who="Ada")

    assert texts_of(ledger(folder)) == ["first", "third"]
    assert log.torn == whole[last:keep]
    if keep > last:
        assert "cut off" in log.notice
        assert recorded.set_aside is not None
        assert recorded.set_aside.read_bytes() == whole[last:keep]


def test_a_last_line_that_lost_only_its_line_end_is_kept(tmp_path: Path) -> None:
    ledger(tmp_path).append(notes("first", "second"), who="Ada")
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))

    ledger(tmp_path).append(notes("third"), who="Ada")

    assert texts_of(ledger(tmp_path)) == ["first", "second", "third"]


def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    ledger(tmp_path).append(notes("first"), who="Ada")
    before = (tmp_path / "ledger.jsonl").read_bytes()

    with pytest.raises(DiskFull):
        Ledger(tmp_path / "ledger.jsonl", to_disk=full).append(notes("second"), who="Ada")
    assert (tmp_path / "ledger.jsonl").read_bytes() == before


def test_a_decision_that_fails_writes_nothing(tmp_path: Path) -> None:
    def decide(_: ReviewState) -> Sequence[Event]:
        raise RealistError("no")

    with pytest.raises(RealistError):
        ledger(tmp_path).record(decide, who="Ada")
    assert not (tmp_path / "ledger.jsonl").exists()


def test_writers_take_turns(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from assistant.ledger import Ledger\n"
        "from assistant.ledger_events import Memo\n"
        "book = Ledger(Path(sys.argv[1]))\n"
        "for _ in range(15):\n"
        "    book.record(lambda s: [Memo(text=str(len(s.notes)))], who=sys.argv[2])\n"
    )
    path = tmp_path / "ledger.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", program, str(path), who]) for who in ("Ada", "Ben", "Cy")]
    codes = [writer.wait(timeout=60) for writer in writers]

    assert codes == [0, 0, 0]
    assert texts_of(Ledger(path)) == [str(n) for n in range(45)]


def test_a_writer_that_never_ends_is_told_of(tmp_path: Path) -> None:
    from filelock import FileLock

    (tmp_path / ".realist").mkdir()
    with FileLock(tmp_path / ".realist" / "ledger.lock"), pytest.raises(LedgerLocked):
        Ledger(tmp_path / "ledger.jsonl", patience=0.05).append(notes("x"), who="Ada")


def test_a_ledger_of_a_later_version_is_refused_and_not_guessed_at(tmp_path: Path) -> None:
    from assistant.ledger import START, _hash

    def line(event: str, data: object) -> bytes:
        body = {"data": data, "event": event, "prev": START, "time": "t", "v": 1, "who": "Ada"}
        return canonical({**body, "hash": _hash(body)}).encode() + b"\n"

    with pytest.raises(LedgerOfAnotherVersion, match=r"Line 1 .*'vision'"):
        parse(line("vision", {}))
    with pytest.raises(LedgerOfAnotherVersion, match="mood"):
        parse(line("memo", {"text": "x", "mood": "glad"}))
    with pytest.raises(LedgerDamaged, match="text"):
        parse(line("memo", {}))


def test_every_kind_of_event_has_one_name() -> None:
    assert NAMES[Decision] == "decision"
    assert len(NAMES) == len(KINDS)


_words = st.text(st.characters(), max_size=8)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_every_event_survives_the_ledger(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(KINDS.values(), key=lambda k: k.__name__)))
    st.register_type_strategy(str, _words)
    event = data.draw(st.from_type(kind))

    assert decode(kind, json.loads(canonical(encode(event)))) == event


@pytest.mark.parametrize("kind, value", [(Answer, answer()), (CMOC, cmoc())])
def test_a_value_with_a_field_of_another_type_is_refused(kind: type[Any], value: object) -> None:
    raw = encode(value)
    for name in raw:
        with pytest.raises(Undecodable):
            decode(kind, {**raw, name: object()})
