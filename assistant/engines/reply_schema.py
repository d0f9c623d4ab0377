"""
What a model is asked to reply with, and what is made of the reply it gives.

A reply is read one object at a time, so that a stream can be followed and a cut, over-long or half-broken reply still
gives every object that arrived whole. What cannot be read is handed back as such; nothing is guessed. Knows JSON and
the shapes of a reply; whether a quotation is true is not decided here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

MOST_OBJECTS = 60  # of one reply; a model that loops is not followed for ever


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class QuoteReply(_Reply):
    """Words that stand in a passage, exactly."""

    passage: int = Field(description="Number of the passage the words stand in.")
    words: str = Field(description="The words, copied exactly from that passage.")

    @field_validator("passage", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        """Models write 3, "3", "[3]" and "passage 3"."""
        found = re.search(r"\d{1,6}", value) if isinstance(value, str) else None
        return int(found.group()) if found else value


class ClaimReply(_Reply):
    text: str = Field(description="The claim, one sentence, in the language of the question.")
    section: str = Field(default="", description="A short heading it belongs under.")
    basis: Literal["quoted", "paraphrased", "inferred"] = Field(description="How the claim stands to the words.")
    quotes: list[QuoteReply] = Field(description="The words the claim rests on.")
    stance: Literal["supports", "refines", "extends", "refutes"] = Field(default="supports")
    voice: Literal["participant", "author", "cited work", "aspiration", "document"] | None = Field(
        default=None, description="Whose statement it is."
    )
    role: Literal["context", "resource", "reasoning", "outcome", "actor"] | None = Field(default=None)

    @field_validator("basis", "stance", "voice", "role", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        if isinstance(value, str):
            word = value.strip().lower().replace("_", " ")
            return None if word in ("", "none", "null", "unknown") else word
        return value

    @field_validator("quotes", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [value] if isinstance(value, dict) else value


class ElementReply(_Reply):
    role: Literal["context", "resource", "reasoning", "outcome", "actor"]
    passage: int
    words: str

    _number = field_validator("passage", mode="before")(QuoteReply._number.__func__)  # type: ignore[attr-defined]


class CandidateReply(_Reply):
    title: str = ""
    limits: bool = False
    elements: list[ElementReply]


class FindingReply(_Reply):
    stance: Literal["supports", "refines", "extends", "refutes"]
    part: Literal["context", "resource", "reasoning", "outcome", "context→mechanism", "mechanism→outcome", "whole"] = (
        "whole"
    )
    reason: str
    passage: int
    words: str

    _number = field_validator("passage", mode="before")(QuoteReply._number.__func__)  # type: ignore[attr-defined]


class Claims(_Reply):
    """The claims that answer the question, each resting on exact words of numbered passages."""

    claims: list[ClaimReply]


class Candidates(_Reply):
    """Candidate configurations, each element copied exactly from a numbered passage."""

    candidates: list[CandidateReply]


class Findings(_Reply):
    """What bears on the configuration, each resting on exact words of a numbered passage."""

    findings: list[FindingReply]


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of reply: the schema sent along, the list it holds and what that list is made of."""

    schema: type[BaseModel]
    field: str
    member: type[BaseModel]

    @property
    def name(self) -> str:
        return self.schema.__name__

    @property
    def json_schema(self) -> dict[str, Any]:
        return self.schema.model_json_schema()

    @property
    def in_words(self) -> str:
        """For models that take no schema."""
        return (
            f'Reply with one JSON object and nothing else: {{"{self.field}": [...]}}. Its JSON Schema is:\n'
            + json.dumps(self.json_schema, ensure_ascii=False)
        )


ANSWER = Shape(Claims, "claims", ClaimReply)
DRAFT = Shape(Candidates, "candidates", CandidateReply)
TEST = Shape(Findings, "findings", FindingReply)


@dataclass(frozen=True, slots=True)
class Broken:
    """An object of a reply that does not keep the form, and why."""

    text: str
    reason: str


class ReplyReader:
    """Follows a reply as it arrives. `whole` says whether its list was closed; `found` whether there was one at all."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._text = ""
        self._at = 0
        self.count = 0
        self.found = False
        self.whole = False

    @property
    def text(self) -> str:
        return self._text

    @property
    def at(self) -> int:
        """Where the object that is still arriving begins, or a little before."""
        return self._at

    def feed(self, piece: str) -> list[BaseModel | Broken]:
        """The objects that this piece completes."""
        self._text += piece
        if self.found and "}" not in piece and "]" not in piece:
            return []  # nothing can have ended; without this an endless string would be read again for every token
        return list(self._objects())

    def _objects(self) -> Iterator[BaseModel | Broken]:
        if (not self.found or self.whole) and not self._enter():
            return
        while self.count < MOST_OBJECTS:
            begin = _next_mark(self._text, self._at)
            if begin is None:
                return
            if self._text[begin] == "]":
                self._at = begin + 1
                self.whole = not self._enter()  # some models give the form once for every claim
                if self.whole:
                    return
                continue
            end = _object_end(self._text, begin)
            if end is None:
                return
            self._at = end
            self.count += 1
            yield parse_object(self._text[begin:end], self._shape.member)

    def _enter(self) -> bool:
        """Finds the list: under its name, or as the whole reply."""
        begin = self._at or _after_thinking(self._text)
        if begin is None:
            return False
        named = re.compile(rf'"{self._shape.field}"\s*:\s*\[').search(self._text, begin)
        bare = re.compile(r"\s*(?:```\w*\s*)?\[\s*(?=[\]{])").match(self._text, begin) if not self.found else None
        opening = named or bare
        if opening is None:
            return False
        self.found, self.whole, self._at = True, False, opening.end()
        return True


def _after_thinking(text: str) -> int | None:
    """Where the reply begins after what some local models think aloud; None while they still do."""
    if not text.lstrip().startswith("<think>"):
        return 0
    end = text.find("</think>")
    return None if end < 0 else end + len("</think>")


def _next_mark(text: str, at: int) -> int | None:
    """Where the next object begins or the list ends; commas, white space and stray words between are skipped."""
    found = re.compile(r"[{\]]").search(text, at)
    return found.start() if found else None


def _object_end(text: str, begin: int) -> int | None:
    """Just past the brace that closes the object at `begin`; None while it is still open."""
    depth, inside, escaped = 0, False, False
    for at in range(begin, len(text)):
        c = text[at]
        if inside:
            if escaped:
                escaped = False
            elif c == "\\":
                escaped = True
            elif c == '"':
                inside = False
        elif c == '"':
            inside = True
        elif c in "{[":
            depth += 1
        elif c in "}]":
            depth -= 1
            if depth == 0:
                return at + 1
    return None


def parse_object(text: str, member: type[BaseModel]) -> BaseModel | Broken:
    try:
        return member.model_validate(json.loads(_mended(text), strict=False))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return Broken(_told(text), f"The model’s reply does not keep the form: {place}: {first['msg']}.")
    except (ValueError, RecursionError):
        return Broken(_told(text), "The model’s reply is not JSON.")


def _mended(text: str) -> str:
    """Without a comma before a closing bracket, outside strings: the commonest slip."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', text)
    return "".join(p if n % 2 else re.sub(r",\s*([}\]])", r"\1", p) for n, p in enumerate(parts))


def _told(text: str) -> str:
    """The claim's words where they can be read, else the beginning of what came."""
    found = re.search(r'"(?:text|title|reason|words)"\s*:\s*"((?:[^"\\]|\\.)*)', text)
    return " ".join((found.group(1) if found else text).split())[:200]


def partial_text(text: str, begin: int) -> str:
    """The value of "text" in an object that is still arriving at `begin`, as far as it has come."""
    found = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.)*)').search(text, begin)
    if not found:
        return ""
    try:
        return str(json.loads(f'"{found.group(1)}"', strict=False))
    except ValueError:
        return ""
