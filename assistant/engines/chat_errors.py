"""
What can go wrong between here and a chat model, said in a sentence and a hint.

Providers raise exceptions of their own, from packages that may not be installed; they are known by their root classes
and told apart by status and kind. A provider's message is quoted only where it cannot hold a key.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from zotero_bridge.errors import RealistError

_ROOTS = (
    ("openai", "OpenAIError"),
    ("anthropic", "AnthropicError"),
    ("ollama", "ResponseError"),
    ("ollama", "RequestError"),
    ("groq", "GroqError"),
    ("httpx", "HTTPError"),
    ("httpx", "StreamError"),
    ("httpx", "InvalidURL"),
    ("httpx_sse", "SSEError"),
    ("requests", "RequestException"),
    ("google.genai.errors", "APIError"),
    ("google.api_core.exceptions", "GoogleAPIError"),
    ("langchain_google_genai.chat_models", "ChatGoogleGenerativeAIError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("langchain_core.exceptions", "LangChainException"),
)
_KEYS = re.compile(r"\b(?:sk|pk|key|Bearer|gsk|AIza)[-_ ]?[A-Za-z0-9*_-]{6,}")
_TOO_LONG = re.compile(
    r"context.{0,12}(?:length|window|size)|maximum.{0,20}(?:context|tokens)|too (?:long|many tokens)"
    r"|input (?:is|length).{0,20}(?:long|exceed)|exceeds?.{0,30}(?:context|token)",
    re.IGNORECASE,
)
_NO_KEY = re.compile(r"api[_ -]?key|credential|authentication method|access token", re.IGNORECASE)


class ModelError(RealistError):
    """The chat model could not be used. Without a model the same question still has an answer: `--model none`."""

    hint = "Ask without a model: add `--model none`."


class UnknownModel(ModelError):
    exit_code = 2
    hint = "Name it as LangChain does, provider:model; for example openai:…, anthropic:…, ollama:llama3.1; or none."


class ModelKeyRefused(ModelError):
    hint = "Check the provider's key in your environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, …) and what it may use."


class ModelMissing(ModelError):
    hint = "Check the model's name with your provider; for a local server, pull or load it first."


class ModelPasses(ModelError):
    """A failure that may pass by itself. `wait` is how long the server asks to be left alone, in seconds; 0: unsaid."""

    wait: float = 0.0


class ModelBusy(ModelPasses):
    hint = "Wait a little and ask again, check your quota, or add `--model none`."


class ModelFailed(ModelPasses):
    hint = "The fault is on the server's side. Ask again, or add `--model none`."


class ModelTooSlow(ModelError):
    hint = "Ask again with narrower filters, raise `timeout` in review.toml (seconds), or add `--model none`."


class ModelUnreachable(ModelPasses):
    hint = (
        "Check that the server runs and the address is right (`base_url` in review.toml, or OPENAI_BASE_URL), "
        "or add `--model none`."
    )


class ModelRejected(ModelError):
    hint = "The server does not take this request; try another model, or add `--model none`."


class ContextTooLong(ModelError):
    hint = "Narrow the question with filters, or choose a model with a longer context."


class ReplyUnreadable(ModelError):
    hint = "The server does not speak the protocol of its provider; check `base_url`, or add `--model none`."


def provider_errors() -> tuple[type[BaseException], ...]:
    """The root exceptions of whatever client packages are loaded, and what a broken reply raises inside them."""
    roots: list[type[BaseException]] = [ConnectionError, TimeoutError, ValueError, TypeError, KeyError, IndexError]
    roots += [AttributeError]  # clients read fields of replies that another server left out
    for module, name in _ROOTS:
        root = getattr(sys.modules.get(module), name, None)
        if isinstance(root, type) and issubclass(root, BaseException):
            roots.append(root)
    return tuple(roots)


def explained(error: BaseException, model: str) -> ModelError:
    """The same failure in the reader's words."""
    chain = tuple(_chain(error))
    status = next((s for s in map(_status, chain) if s), 0)
    kinds = " ".join(type(one).__name__ for one in chain)
    said = _said(error)
    if status in (401, 403) or "AuthenticationError" in kinds or "PermissionDenied" in kinds:
        return ModelKeyRefused(f"{model}: the provider does not accept the key.")
    if status == 404:
        return ModelMissing(f"{model}: the server does not know this model or address.")
    if status == 429:
        return _busy(chain, model)
    if status in (400, 413, 422):
        if _TOO_LONG.search(str(error)):
            return ContextTooLong(f"{model}: the passages do not fit in its context.")
        return ModelRejected(f"{model}: the server refused the request: {said}")
    if status >= 500:
        return ModelFailed(f"{model}: the server failed ({status}).")
    if "Timeout" in kinds:
        return ModelTooSlow(f"{model}: no answer in time.")
    if re.search(r"Connect|Connection|RemoteProtocol|ReadError|Network|InvalidURL|UnsupportedProtocol", kinds):
        return ModelUnreachable(f"{model}: the connection failed.")
    if _NO_KEY.search(str(error)):
        return ModelKeyRefused(f"{model}: there is no key for this provider.")
    if _TOO_LONG.search(str(error)):
        return ContextTooLong(f"{model}: the passages do not fit in its context.")
    return ReplyUnreadable(f"{model}: the reply cannot be read ({type(error).__name__}: {said})")


def _busy(chain: Sequence[BaseException], model: str) -> ModelBusy:
    """With what the server says about waiting: seconds, or a date (RFC 9110, 10.2.3)."""
    headers = [getattr(getattr(one, "response", None), "headers", None) for one in chain]
    said = next((str(h["retry-after"]) for h in headers if h and "retry-after" in h), "")
    wait = _seconds(said)
    asks = f" It asks to wait {math.ceil(wait)} s." if wait else ""
    busy = ModelBusy(f"{model}: too many requests, or the quota is used up.{asks}")
    busy.wait = wait
    return busy


def _seconds(said: str) -> float:
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        due = parsedate_to_datetime(said)
        return max(0.0, (due - datetime.now(due.tzinfo or UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    seen: set[int] = set()
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _status(error: BaseException) -> int:
    for holder in (error, getattr(error, "response", None)):
        for name in ("status_code", "code", "http_status"):
            value = getattr(holder, name, None)
            if isinstance(value, int) and 100 <= value < 600:
                return value
    return 0


def _said(error: BaseException) -> str:
    return _KEYS.sub("…", " ".join(str(error).split()))[:200]
