"""
What the assistant adds to a chat model, and what its records cost: time to the first proved claim over a bare call, the
fence and the rules on many passages, a ledger of a long review, an export.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from assistant.engines.chat_model import ChatEngine, open_chat_engine
from assistant.engines.fence import fence
from assistant.export.answer import export_answer
from assistant.ledger import Ledger
from assistant.ledger_events import Event
from assistant.ledger_moves import judge
from assistant.model import Basis, Hit, Stance
from assistant.support import check_support
from tests.ledger.values import answer, citation, claim, cmoc, items
from tests.openai_server.server import Step, openai_server
from zotero_bridge.model import Locator, Passage, SectionKind, SourceKind

ROUNDS = 9
TEXT = (
    "Where the board published its own figures, partners felt safe to ask. Trust did not fall in the second year, and "
    "referrals rose by 12% after the monthly meetings began, though staff may have been reluctant to speak at first. "
) * 5


def main() -> None:
    over_a_bare_call()
    rules()
    ledger()
    export()


def over_a_bare_call() -> None:
    """The same server, the same reply, once by the bare client and once by the engine with 60 passages."""
    from langchain.chat_models import init_chat_model

    hits = [_hit(n) for n in range(60)]
    reply = json.dumps(
        {
            "claims": [
                {
                    "text": "Partners felt safe to ask.",
                    "basis": "paraphrased",
                    "quotes": [{"passage": n, "words": "partners felt safe to ask"}],
                }
                for n in range(1, 9)
            ]
        }
    )
    with openai_server(Step(reply)) as (url, _):
        engine = open_chat_engine("openai:m", base_url=url, max_retries=0, context=128_000)
        bare = init_chat_model("openai:m", base_url=url, api_key="x", max_retries=0, stream_usage=True)
        prompt = "word " * (len(TEXT) * 60 // 5)
        _timed(lambda: _bare(bare, prompt)), _timed(lambda: _first_claim(engine, hits))
        first_bare = _median(lambda: _bare(bare, prompt))
        first_claim = _median(lambda: _first_claim(engine, hits))
        whole = _median(lambda: engine.answer("How?", hits))
    print(
        f"bare call to first token {first_bare * 1000:.0f} ms, engine to first whole claim {first_claim * 1000:.0f} ms"
    )
    print(
        f"overhead {(first_claim - first_bare) * 1000:.0f} ms (aim: under 150 ms warm); whole answer {whole * 1000:.0f} ms"
    )


def _bare(model: object, prompt: str) -> float:
    begun = time.perf_counter()
    next(model.stream(prompt))  # type: ignore[attr-defined]  # whichever class LangChain opens
    return time.perf_counter() - begun


def _first_claim(engine: ChatEngine, hits: list[Hit]) -> float:
    begun = time.perf_counter()
    first: list[float] = []
    engine.answer("How?", hits, claimed=lambda _: first.append(time.perf_counter() - begun))
    return first[0]


def rules() -> None:
    seconds = _timed(lambda: fence([_hit(n) for n in range(60, 120)]))  # passages not seen before
    print(f"fencing 60 passages of {len(TEXT)} characters {seconds * 1000:.0f} ms")
    judged = [
        claim(f"Referrals rose by {n}%.", basis=Basis.PARAPHRASED, citations=(citation(TEXT[:230]),))
        for n in range(200)
    ]
    seconds = _median(lambda: [check_support(c) for c in judged])
    print(f"support of 200 claims {seconds * 1000:.0f} ms")


def ledger() -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = Ledger(Path(folder) / "ledger.jsonl")
        events: list[Event] = []
        book.record(lambda _: _add(), who="Ada")
        state = book.state()
        for n in range(5000):
            events += judge(
                state, "C1", citation(start=n), part="whole", stance=Stance.SUPPORTS, reason="r", who="Ada", time="t"
            )
        seconds = _timed(lambda: book.append(events, who="Ada"))
        size = book.path.stat().st_size / 1e6
        print(f"ledger of 5,001 events, {size:.1f} MB: written in {seconds:.2f} s", end=", ")
        print(f"read, checked and folded in {_timed(book.state):.2f} s", end=", ")
        print(f"one more event {_timed(lambda: book.append(events[:1], who='Ada')):.2f} s")


def _add() -> tuple[Event, ...]:
    from assistant.ledger_moves import add
    from assistant.ledger_state import ReviewState

    return add(ReviewState(), cmoc())


def export() -> None:
    made = answer(*(claim(f"partners felt safe to ask {n}") for n in range(16)))
    with tempfile.TemporaryDirectory() as folder:
        for fmt in ("md", "docx"):
            path = Path(folder) / f"a.{fmt}"
            seconds = _timed(lambda fmt=fmt, path=path: export_answer(made, items(), fmt=fmt, path=path))
            print(f"answer of 16 claims to {fmt} {seconds:.2f} s")


def _hit(number: int) -> Hit:
    at = Locator(f"S{number}", "ab" * 32, 0, len(TEXT), section_kind=SectionKind.RESULTS)
    return Hit(Passage(f"p{number}", f"ITEM{number}", SourceKind.PDF, f"{TEXT} Passage {number}.", at), 1.0)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _median(work: Callable[[], object]) -> float:
    def once() -> float:
        begun = time.perf_counter()
        told = work()
        return told if isinstance(told, float) else time.perf_counter() - begun

    return statistics.median(once() for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
