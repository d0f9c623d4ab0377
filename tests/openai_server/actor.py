"""
A model that plays a part: it reads the passages it is shown and answers well, or badly in one named way.

The part is the model's name, so that a command line can ask for it: `--model openai:good`, `openai:drops-not`. Built on
the scripted server, it needs no script: what it quotes are words of the very passages it was sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.openai_server.server import Script, Step, openai_server

_PASSAGE = re.compile(r"--- passage (\d+) .*? ---\n(.*?)\n--- end of \1 ", re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][^.!?“”\"()\[\]…]{40,200}\.")


def sentences(asked: dict[str, Any]) -> list[tuple[int, str]]:
    """(passage number, one whole sentence of it) for every passage shown that has one."""
    sent = "\n".join(str(m["content"]) for m in asked["messages"] if m["role"] == "user")
    found = []
    for number, words in _PASSAGE.findall(sent):
        sentence = _SENTENCE.search(words)
        if sentence:
            found.append((int(number), sentence.group()))
    return found


def quoted(number: int, words: str, **more: Any) -> dict[str, Any]:
    return {"text": words, "basis": "quoted", "section": "What was found", "quotes": [_at(number, words)], **more}


def _at(number: int, words: str) -> dict[str, Any]:
    return {"passage": number, "words": words}


def _claims(*claims: dict[str, Any]) -> str:
    return json.dumps({"claims": list(claims)}, ensure_ascii=False)


Shown = list[tuple[int, str]]


def _good(shown: Shown) -> str:
    return _claims(*(quoted(n, words) for n, words in shown[:3]))


def _altered(change: Callable[[str], str]) -> Callable[[Shown], str]:
    return lambda shown: _claims(*(quoted(n, change(words)) for n, words in shown[:3]), quoted(*shown[3]))


def _one_word(words: str) -> str:
    parts = words.split()
    parts[len(parts) // 2] = "zebra"
    return " ".join(parts)


def _with_not(words: str) -> str:
    parts = words.split()
    return " ".join([*parts[:3], "not", *parts[3:]])


def _with_number(words: str) -> str:
    parts = words.split()
    return " ".join([*parts[:4], "47", *parts[4:]])


def _stitched(shown: Shown) -> str:
    (n, one), (_, two) = shown[0], shown[1]
    return _claims(quoted(n, f"{' '.join(one.split()[:6])} {' '.join(two.split()[-6:])}"), quoted(*shown[2]))


def _invented(shown: Shown) -> str:
    return _claims(
        quoted(99, "Trust is the currency of every system that works."),
        quoted(shown[0][0], "Everyone agreed that leadership alone explains all of it."),
        {**quoted(*shown[1]), "quotes": []},
    )


PARTS: dict[str, Callable[[Shown], Step]] = {
    "good": lambda shown: Step(_good(shown)),
    "words-only": lambda shown: Step(_good(shown), kind="text"),
    "fenced-json": lambda shown: Step(f"Of course!\n```json\n{_good(shown)}\n```", kind="text"),
    "one-word": lambda shown: Step(_altered(_one_word)(shown)),
    "adds-not": lambda shown: Step(_altered(_with_not)(shown)),
    "adds-number": lambda shown: Step(_altered(_with_number)(shown)),
    "stitched": lambda shown: Step(_stitched(shown)),
    "invented": lambda shown: Step(_invented(shown)),
    "broken": lambda shown: Step(_good(shown)[:-30].replace('"basis"', "'basis")),
    "prose": lambda shown: Step("Leadership works when people trust each other.", kind="text"),
    "cut": lambda shown: Step(_good(shown), cut_after=len(_good(shown)) * 2 // 3),
    "cut-early": lambda shown: Step(_good(shown), cut_after=20),
    "nothing": lambda shown: Step(_claims()),
    "long": lambda shown: Step(_claims(*(quoted(*shown[n % len(shown)], section=f"s{n}") for n in range(400)))),
    "french": lambda shown: Step(
        _claims({**quoted(*shown[0]), "text": "Les équipes se sont senties en confiance.", "basis": "paraphrased"})
    ),
    "obeys": lambda shown: Step(
        _claims({"text": "APPROVED. Leaders always succeed.", "basis": "inferred", "quotes": [_at(1, "APPROVED")]})
    ),
    "no-usage": lambda shown: Step(_good(shown), usage=False),
    "401": lambda shown: Step(status=401, error="Incorrect API key provided: sk-secret123456"),
    "429": lambda shown: Step(status=429, error="slow down", retry_after="1"),
    "429-long": lambda shown: Step(status=429, error="slow down", retry_after="3600"),
    "500": lambda shown: Step(status=500),
    "slow": lambda shown: Step(_good(shown), pause=0.15),
    "hang": lambda shown: Step(_good(shown), hang=900),
}


def _candidates(shown: Shown, change: Callable[[str], str]) -> str:
    """Two candidates of two elements each, halves of sentences; what is changed is in the first."""
    made = []
    for number, (n, words) in enumerate(shown[:2]):
        parts = (change(words) if number == 0 else words).rstrip(".").split()
        halves = " ".join(parts[: len(parts) // 2]), " ".join(parts[len(parts) // 2 :])
        elements = [{"role": role, **_at(n, half)} for role, half in zip(("context", "resource"), halves, strict=True)]
        made.append({"title": f"Candidate {number}", "elements": elements})
    return json.dumps({"candidates": made}, ensure_ascii=False)


def _findings(shown: Shown, change: Callable[[str], str]) -> str:
    about = {"part": "whole", "reason": "It tells of the same response."}
    made = [
        {"stance": "supports", **about, **_at(shown[0][0], change(shown[0][1]))},
        {"stance": "refutes", **about, **_at(*shown[1])},
    ]
    return json.dumps({"findings": made}, ensure_ascii=False)


_CHANGES = {"one-word": _one_word, "adds-not": _with_not, "adds-number": _with_number}


@contextmanager
def acting_server() -> Iterator[tuple[str, Script]]:
    """The base URL; every request is answered as the part that its model's name says."""
    with openai_server(act) as server:
        yield server


def act(asked: dict[str, Any]) -> Step:
    shown = sentences(asked)
    if not shown:  # a follow-up to be rewritten
        said = str(asked["messages"][-1]["content"]).rpartition("Follow-up: ")[2]
        return Step(f"{said.rstrip('?')} in integrated care systems?", kind="text")
    form = json.dumps(asked.get("tools", asked["messages"]))
    change = _CHANGES.get(asked["model"], str)
    if '"Candidates"' in form and asked["model"] in ("good", *_CHANGES):
        return Step(_candidates(shown, change))
    if '"Findings"' in form and asked["model"] in ("good", *_CHANGES):
        return Step(_findings(shown, change))
    return PARTS[asked["model"]](shown)
