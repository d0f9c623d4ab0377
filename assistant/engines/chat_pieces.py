"""
What the chunks of a stream hold: the words of a reply, and what the provider tells about it.

A chunk is LangChain's `AIMessageChunk`; it is taken as it comes, since this is not its door.
"""

from __future__ import annotations

from typing import Any

from assistant.engines.reply_schema import Shape


class Told:
    """What a stream says about itself, in the several ways providers say it."""

    def __init__(self) -> None:
        self.model = ""
        self.tokens_in = 0
        self.tokens_out = 0
        self.cut = ""

    def note(self, chunk: Any) -> None:
        about = chunk.response_metadata
        self.model = str(about.get("model_name") or about.get("model") or self.model)
        ended = about.get("finish_reason") or about.get("stop_reason") or about.get("done_reason")
        if ended in ("length", "max_tokens", "MAX_TOKENS"):
            self.cut = "length"
        if chunk.usage_metadata:
            self.tokens_in += chunk.usage_metadata["input_tokens"]
            self.tokens_out += chunk.usage_metadata["output_tokens"]


class Pieces:
    """The text of chunks: of the call that gives the form, else what is said. Calls of other tools are left alone."""

    def __init__(self, shape: Shape | None) -> None:
        self._wanted = shape.name if shape else ""
        self._named: dict[int, str] = {}  # a call is named in its first chunk alone

    def of(self, chunk: Any) -> str:
        calls = getattr(chunk, "tool_call_chunks", None) or []
        if not self._wanted or not calls:
            return _said(chunk)
        return "".join(self._argument(call) for call in calls)

    def _argument(self, call: Any) -> str:
        index = call.get("index") or 0
        if call.get("name"):
            self._named[index] = call["name"]
        return (call.get("args") or "") if self._named.get(index) == self._wanted else ""


def _said(chunk: Any) -> str:
    content = chunk.content
    if isinstance(content, str):
        return content
    return "".join(
        part if isinstance(part, str) else str(part.get("text") or "")
        for part in content
        if isinstance(part, str) or part.get("type") == "text"
    )
