"""
The one door to LangChain's chat models: messages go in, the pieces of a reply come out, failures in our own words.

Knows providers, streams and ways of asking for structure; nothing of claims. A model is asked by tool call first, then
by JSON schema, then in words, and what worked is remembered. No tool is ever run: the one it is offered only gives the
reply its form.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from assistant.engines.chat_errors import (
    ModelError,
    ModelFailed,
    ModelPasses,
    ModelRejected,
    UnknownModel,
    explained,
    provider_errors,
)
from assistant.engines.chat_pieces import Pieces, Told
from assistant.engines.reply_schema import Shape
from zotero_bridge.errors import MissingPart

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.runnables import Runnable

MOST_CHARACTERS = 60_000  # of one reply; what comes after is not waited for
_CLIENTS_TRIES = {"google_genai": 1}  # tries are counted here, not by the client; this one counts the first, too
_EXTRAS = {"openai": "openai", "anthropic": "anthropic", "ollama": "ollama", "google_genai": "google"}
_WAYS = ("tool", "schema", "words")
_PAUSES = (0.5, 2.0)  # seconds before a second and a third try, where the server says nothing about it
MOST_WAIT = 30.0  # seconds a server may ask for; beyond that the reader decides


@dataclass(frozen=True, slots=True)
class Reply:
    """`cut` says why a reply is not whole: "length", "connection" or "" where it is."""

    text: str
    model_reported: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cut: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    base_url: str = ""
    timeout: float = 120.0  # seconds without a byte from the server
    max_retries: int = 2  # after a failure that may pass, before anything has arrived; never after a silence
    temperature: float = 0.0
    context: int = 0  # tokens; 0: what the model is known to take
    notify: Callable[[str], None] = lambda _: None  # told why it takes longer


Receive = Callable[[str], None]


class ChatCall:
    """One chat model, opened once."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self._settings = settings
        self._provider, self._model = _open(name, settings, sparse=False)
        self._way = 0
        self._sparse = False

    @property
    def context(self) -> int:
        """Tokens the model is said to take; 0 where nobody says."""
        profile = getattr(self._model, "profile", None)
        known = profile.get("max_input_tokens") if isinstance(profile, dict) else None
        return self._settings.context or (known if isinstance(known, int) else 0)

    @property
    def parameters(self) -> dict[str, str]:
        asked = {"temperature": f"{self._settings.temperature:g}"} if not self._sparse else {}
        server = {"server": _host(self._settings.base_url)} if self._settings.base_url else {}
        return {**asked, **server, "reply_form": _WAYS[self._way]}

    def say(self, system: str, user: str) -> Reply:
        """A short reply in plain words."""
        from langchain_core.messages import HumanMessage, SystemMessage

        return self._streamed(self._model, [SystemMessage(system), HumanMessage(user)], None, lambda _: None)

    def ask(self, turns: Sequence[tuple[str, str]], shape: Shape, receive: Receive) -> Reply:
        """
        A reply in this shape, its pieces handed to `receive` as they come. `turns` are (role, text), role being system,
        user or assistant. Raises ModelError.
        """
        while True:
            try:
                messages = _messages(turns, shape if _WAYS[self._way] == "words" else None)
                return self._streamed(self._shaped(shape), messages, shape, receive)
            except (ModelRejected, NotImplementedError) as error:
                if not self._step_down(error):
                    raise
            except ModelFailed:
                # some local servers answer 500 where others answer 400 to a form they do not know
                if self._way + 1 >= len(_WAYS) or not self._settings.base_url:
                    raise
                self._way = len(_WAYS) - 1

    def _step_down(self, error: Exception) -> bool:
        """The next simpler way of asking; False when there is none left."""
        if not self._sparse and any(word in str(error) for word in ("temperature", "stream_options", "include_usage")):
            self._sparse = True
            _, self._model = _open(self.name, self._settings, sparse=True)
            return True
        if self._way + 1 < len(_WAYS):
            self._way += 1
            return True
        if not self._sparse:
            self._sparse = True
            _, self._model = _open(self.name, self._settings, sparse=True)
            return True
        return False

    def _shaped(self, shape: Shape) -> Runnable[Any, Any]:
        way = _WAYS[self._way]
        if way == "tool":
            return self._model.bind_tools([shape.schema], tool_choice=shape.name)
        if way == "schema":
            if self._provider == "ollama":
                return self._model.bind(format=shape.json_schema)
            form = {"name": shape.name, "schema": shape.json_schema}
            return self._model.bind(response_format={"type": "json_schema", "json_schema": form})
        return self._model

    def simplify(self) -> None:
        """Takes the next simpler way from now on: the one in use was accepted, and was not kept to."""
        self._way = min(self._way + 1, len(_WAYS) - 1)

    def _streamed(
        self, model: Runnable[Any, Any], messages: list[BaseMessage], shape: Shape | None, receive: Receive
    ) -> Reply:
        """One reply; what fails before anything has arrived is tried again, where that may help."""
        for tries in range(self._settings.max_retries):
            try:
                return self._once(model, messages, shape, receive)
            except ModelPasses as error:
                wait = error.wait or _PAUSES[min(tries, len(_PAUSES) - 1)]
                if wait > MOST_WAIT:
                    raise
                self._settings.notify(f"{error} Trying again in {math.ceil(wait)} s ...")
                time.sleep(wait)
        return self._once(model, messages, shape, receive)

    def _once(
        self, model: Runnable[Any, Any], messages: list[BaseMessage], shape: Shape | None, receive: Receive
    ) -> Reply:
        parts: list[str] = []
        length = 0
        cut = ""
        told = Told()
        pieces = Pieces(shape)
        try:
            for chunk in _chunks(model, messages, self.name):
                told.note(chunk)
                piece = pieces.of(chunk)
                if piece:
                    parts.append(piece)
                    length += len(piece)
                    receive(piece)
                if length > MOST_CHARACTERS:
                    cut = "length"
                    break
        except ModelError:
            if not parts:
                raise
            cut = "connection"
        return Reply("".join(parts), told.model, told.tokens_in, told.tokens_out, cut or told.cut)


def _host(address: str) -> str:
    """Host and port alone: an address may carry a name and a password."""
    return urlsplit(address).netloc.rpartition("@")[2]


def _chunks(model: Runnable[Any, Any], messages: list[BaseMessage], name: str) -> Iterator[AIMessageChunk]:
    """The stream, its failures told in our own words. What the reader of a chunk does is not guarded here."""
    stream = model.stream(messages)
    while True:
        try:
            chunk = next(stream, None)
        except NotImplementedError:
            raise
        except provider_errors() as error:
            raise explained(error, name) from error
        if chunk is None:
            return
        yield chunk


def _messages(turns: Sequence[tuple[str, str]], in_words: Shape | None) -> list[BaseMessage]:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds: dict[str, Callable[[str], BaseMessage]] = {
        "system": SystemMessage,
        "user": HumanMessage,
        "assistant": AIMessage,
    }
    messages = [kinds[role](text) for role, text in turns]
    if in_words is not None:
        messages[0] = SystemMessage(f"{turns[0][1]}\n\n{in_words.in_words}")
    return messages


def _open(name: str, settings: Settings, *, sparse: bool) -> tuple[str, BaseChatModel]:
    """The provider and its model. `sparse` leaves out what some servers refuse: temperature, usage in streams."""
    provider, _, model = name.partition(":")
    if not model.strip():
        raise UnknownModel(f"{name} does not say whose model it is.")
    wanted: dict[str, Any] = {"timeout": settings.timeout, "max_retries": _CLIENTS_TRIES.get(provider, 0)}
    if provider == "ollama":
        wanted = {"client_kwargs": {"timeout": settings.timeout}}
        if settings.context:
            wanted["num_ctx"] = settings.context
    if settings.base_url:
        wanted["base_url"] = settings.base_url
    if not sparse:
        wanted["temperature"] = settings.temperature
        if provider == "openai":
            wanted["stream_usage"] = True
    return provider, _init(name, wanted)


def _init(name: str, wanted: dict[str, Any]) -> BaseChatModel:
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        raise MissingPart("LangChain is not installed.", hint="pip install langchain") from error
    provider = name.partition(":")[0]
    try:
        return cast("BaseChatModel", init_chat_model(name, **wanted))
    except ImportError as error:
        named = re.search(r"pip install ([\w.-]+)", str(error))
        package = f"'realist[{_EXTRAS[provider]}]'" if provider in _EXTRAS else named.group(1) if named else provider
        raise MissingPart(f"The part for {provider} models is not installed.", hint=f"pip install {package}") from error
    except provider_errors() as error:
        return _with_a_made_up_key(name, wanted, error)


def _with_a_made_up_key(name: str, wanted: dict[str, Any], error: BaseException) -> BaseChatModel:
    """A server of one's own needs no key, but its client insists on one."""
    from langchain.chat_models import init_chat_model

    if isinstance(error, ValueError) and "provider" in str(error).lower():
        raise UnknownModel(f"{name}: LangChain knows no such provider.") from error
    if "base_url" not in wanted or "api_key" in wanted:
        raise explained(error, name) from error
    try:
        return cast("BaseChatModel", init_chat_model(name, **wanted, api_key="not-needed"))
    except provider_errors() as again:
        raise explained(again, name) from again
