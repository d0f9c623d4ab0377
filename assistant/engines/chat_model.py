"""
An engine that lets a chat model draft, and believes nothing it says.

Passages go in numbered and fenced, a reply comes back in a schema, and what rests on no words of a passage is marked
before `ground` ever sees it. One repair round is allowed. What the model could not read, what was cut off, and sources
that try to speak to it are told to the reader in notices. Knows nothing of documents, items or the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, TypeVar

from pydantic import BaseModel

from assistant.engines.budget import DEFAULT_CONTEXT, Trimmed, estimate_tokens, trim
from assistant.engines.chat_call import ChatCall, Reply, Settings
from assistant.engines.chat_errors import ContextTooLong, ModelUnreachable
from assistant.engines.chat_follow import Follow
from assistant.engines.chat_reading import (
    candidate_of,
    claim_of,
    faults,
    finding_of,
    in_words,
    is_sound,
    mended_by,
    plain,
    same_words,
)
from assistant.engines.fence import Fenced, addresses_model, fence
from assistant.engines.reply_schema import (
    ANSWER,
    DRAFT,
    TEST,
    Broken,
    ReplyReader,
    Shape,
)
from assistant.model import (
    CMOC,
    Hit,
    Refusal,
)
from assistant.ports import CUT, CandidateDraft, Claimed, Draft, DraftFinding, FindingDraft, Tokens
from prompts import NAMES, Prompt, load_prompt

Made = TypeVar("Made")

MOST_CLAIMS = 16
_REPLY_SHOWN_AGAIN = 8000  # characters of a faulty reply that the model is shown when it is asked to mend it
_FORM_TOKENS = 900  # the schema that goes along
_RETRIES_WITH_LESS = 3  # times the passages are halved when the server says they are too long


@dataclass(slots=True)
class _Asked:
    """One question put to the model, and what came of it."""

    fenced: Fenced
    trimmed: Trimmed
    replies: list[Reply] = field(default_factory=list)
    objects: list[BaseModel | Broken] = field(default_factory=list)
    formed: bool = False  # a list in the form asked for was found

    @property
    def cut(self) -> str:
        return self.replies[-1].cut if self.replies else ""


class ChatEngine:
    """See `assistant.ports.Engine`; `answer` also streams, `rewrite` makes follow-ups stand alone."""

    def __init__(self, call: ChatCall, prompts: Mapping[str, Prompt]) -> None:
        self._call = call
        self._prompts = prompts

    @property
    def name(self) -> str:
        return self._call.name

    @property
    def prompt_sha256(self) -> Mapping[str, str]:
        return {name: prompt.sha256 for name, prompt in self._prompts.items()}

    @property
    def parameters(self) -> Mapping[str, str]:
        return self._call.parameters

    def answer(
        self, question: str, hits: Sequence[Hit], *, tokens: Tokens | None = None, claimed: Claimed | None = None
    ) -> Draft:
        """
        `tokens` gets the claims' words as they arrive, unproved; `claimed` each claim once it is whole, to be grounded
        and shown. The draft returned is what counts. Raises ModelError.
        """
        if not hits:
            return Draft(claims=())
        follow = Follow(tokens, claimed)
        asked = self._ask(ANSWER, "answer", hits, follow, question=question, most=str(MOST_CLAIMS))
        claims, refused = _sorted_out(asked, claim_of)
        if claims[MOST_CLAIMS:]:
            more = len(claims) - MOST_CLAIMS
            refused.append(Refusal(f"({more} more claims)", f"The model was asked for at most {MOST_CLAIMS} claims."))
        return Draft(claims=claims[:MOST_CLAIMS], **self._told(asked, refused))

    def draft(self, question: str, hits: Sequence[Hit]) -> CandidateDraft:
        if not hits:
            return CandidateDraft(candidates=(), abstained=0)
        asked = self._ask(DRAFT, "draft", hits, Follow(), question=question)
        candidates, refused = _sorted_out(asked, candidate_of)
        used = {e.quote.passage_id for c in candidates for e in c.elements}
        shown = {hit.passage.id for hit in asked.trimmed.hits}
        return CandidateDraft(candidates=candidates, abstained=len(shown - used), **self._told(asked, refused))

    def test(self, cmoc: CMOC, hits: Sequence[Hit]) -> tuple[DraftFinding, ...]:
        return self.find(cmoc, hits).findings

    def find(self, cmoc: CMOC, hits: Sequence[Hit]) -> FindingDraft:
        if not hits:
            return FindingDraft(findings=())
        asked = self._ask(TEST, "test", hits, Follow(), configuration=in_words(cmoc))
        findings, refused = _sorted_out(asked, finding_of)
        return FindingDraft(findings=findings, **self._told(asked, refused))

    def _told(self, asked: _Asked, refused: Sequence[Refusal]) -> _ToldFields:
        return {
            "refused": tuple(refused),
            "left_out": asked.trimmed.left_out,
            "model_reported": next((r.model_reported for r in reversed(asked.replies) if r.model_reported), ""),
            "tokens_in": sum(r.tokens_in for r in asked.replies),
            "tokens_out": sum(r.tokens_out for r in asked.replies),
            "prompt_sha256": self.prompt_sha256,
            "parameters": self.parameters,
            "notices": _notices(asked),
        }

    def rewrite(self, question: str, history: Sequence[str]) -> str:
        """The question so that it stands alone; unchanged where the model's rewriting is not one."""
        if not history:
            return question
        system, user = self._prompts["rewrite"].filled(question=question, history="\n".join(f"- {q}" for q in history))
        said = plain(self._call.say(system, user).text.split("</think>")[-1].strip()).strip("“”\"' ")
        too_long = len(said) > 3 * len(question) + max(map(len, history)) + 100
        return question if not said or too_long or "\n" in said or addresses_model(said) else said

    def _ask(self, shape: Shape, prompt: str, hits: Sequence[Hit], follow: Follow, **values: str) -> _Asked:
        context = self._call.context or DEFAULT_CONTEXT
        overhead = estimate_tokens(self._prompts[prompt].system + "".join(values.values())) + _FORM_TOKENS
        trimmed = trim(hits, context=context, prompt=overhead)
        for _ in range(_RETRIES_WITH_LESS):
            try:
                return self._asked(shape, prompt, trimmed, follow, values)
            except ContextTooLong:
                if len(trimmed.hits) < 2:
                    raise
                half = trimmed.hits[: len(trimmed.hits) // 2]
                trimmed = Trimmed(half, len(hits) - len(half))
        return self._asked(shape, prompt, trimmed, follow, values)

    def _asked(self, shape: Shape, prompt: str, trimmed: Trimmed, follow: Follow, values: Mapping[str, str]) -> _Asked:
        fenced = fence(trimmed.hits)
        asked = _Asked(fenced, trimmed)
        given = {**values, "passages": fenced.text, "mark": fenced.mark}
        system, user = self._prompts[prompt].filled(**{k: given[k] for k in self._prompts[prompt].placeholders})
        turns = [("system", system), ("user", user)]
        self._take(asked, shape, turns, follow)
        wrong = faults(asked.objects, fenced) if asked.formed else ["It is not in the form asked for."]
        if wrong and asked.cut != "connection":
            self._repair(asked, shape, turns, wrong, follow)
        if not asked.objects and asked.cut == "connection":
            raise ModelUnreachable(f"{self.name}: the connection broke before anything was said.")
        return asked

    def _take(self, asked: _Asked, shape: Shape, turns: Sequence[tuple[str, str]], follow: Follow) -> None:
        reader = ReplyReader(shape)

        def receive(piece: str) -> None:
            arrived = reader.feed(piece)
            asked.objects += arrived
            follow.arrived(arrived, reader, asked.fenced)

        asked.replies.append(self._call.ask(turns, shape, receive))
        asked.formed = asked.formed or reader.found

    def _repair(
        self, asked: _Asked, shape: Shape, turns: Sequence[tuple[str, str]], wrong: Sequence[str], follow: Follow
    ) -> None:
        """One more round. What was sound stays; what was not is dropped only where the new reply has it mended."""
        system, user = self._prompts["repair"].filled(faults="\n".join(f"- {fault}" for fault in wrong))
        if not asked.formed:
            self._call.simplify()
            user = f"{user}\n\n{shape.in_words}"
        again = _Asked(asked.fenced, asked.trimmed)
        said = asked.replies[-1].text[:_REPLY_SHOWN_AGAIN] or "(nothing)"
        self._take(again, shape, [*turns, ("assistant", said), ("user", f"{system}\n\n{user}")], Follow())
        asked.replies += again.replies
        asked.formed = asked.formed or again.formed
        sound = [o for o in asked.objects if is_sound(o, asked.fenced)]
        new = [o for o in again.objects if is_sound(o, asked.fenced) and not same_words(o, sound)]
        kept = [o for o in asked.objects if o in sound or not mended_by(o, new)]
        asked.objects = kept + new if asked.objects else again.objects
        follow.claims(new, asked.fenced)


class _ToldFields(TypedDict):
    """The fields of `ports.Told`."""

    refused: tuple[Refusal, ...]
    left_out: int
    model_reported: str
    tokens_in: int
    tokens_out: int
    prompt_sha256: Mapping[str, str]
    parameters: Mapping[str, str]
    notices: tuple[str, ...]


def _sorted_out(
    asked: _Asked, made_of: Callable[[BaseModel | Broken, Fenced], Made | Refusal]
) -> tuple[tuple[Made, ...], list[Refusal]]:
    """What can be used of a reply, each once, and what cannot, with the reason."""
    made: dict[Made, None] = {}
    refused: dict[Refusal, None] = {}
    for one in asked.objects:
        outcome = made_of(one, asked.fenced)
        if isinstance(outcome, Refusal):
            refused[outcome] = None
        else:
            made[outcome] = None
    if not asked.formed:
        refused[Refusal(_beginning(asked), "The model’s reply does not keep the form that can be checked.")] = None
    return tuple(made), list(refused)


def _beginning(asked: _Asked) -> str:
    said = plain(" ".join(asked.replies[-1].text.split()))
    return said[:200] or "(an empty reply)"


def _notices(asked: _Asked) -> tuple[str, ...]:
    notices = [asked.trimmed.notice] if asked.trimmed.notice else []
    sources = dict.fromkeys(hit.passage.item_key for hit in asked.fenced.instructing)
    if sources:
        notices.append(f"Words that try to instruct the model were left out of what it read ({', '.join(sources)}).")
    if asked.cut == "connection":
        notices.append(CUT)
    if asked.cut == "length":
        notices.append("The model’s reply was cut off at its greatest length; what had arrived whole is shown.")
    return tuple(notices)


def open_chat_engine(
    model: str,
    *,
    base_url: str | None = None,
    prompts: Mapping[str, str | Path] | None = None,
    timeout: float = 120.0,
    max_retries: int = 2,
    temperature: float = 0.0,
    context: int = 0,
    notify: Callable[[str], None] = lambda _: None,
) -> ChatEngine:
    """
    The engine for LangChain's `provider:model`. `base_url` is an OpenAI-compatible server or another address of the
    provider; `prompts` names files that replace shipped prompts; `context` is the model's in tokens, 0 where the
    provider tells or nobody does. Raises MissingPart with the line to install, UnknownModel, ModelKeyRefused.
    """
    settings = Settings(
        base_url=base_url or "",
        timeout=timeout,
        max_retries=max_retries,
        temperature=temperature,
        context=context,
        notify=notify,
    )
    loaded = {name: load_prompt(name, prompts) for name in NAMES}
    return ChatEngine(ChatCall(model, settings), loaded)
