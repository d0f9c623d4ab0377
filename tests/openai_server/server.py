"""
A loopback server that speaks OpenAI's chat completions, scripted by tests.

Each request takes the next step of the script. A step says what arrives: text, the arguments of a tool call, an error,
a stream that is cut, a server that hangs. What was asked is kept for looking at.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Kind = Literal["tool", "text", "auto"]


@dataclass(frozen=True)
class Step:
    """One reply. `auto` answers by tool call where a tool is offered, else as text."""

    reply: str = ""
    kind: Kind = "auto"
    tool: str = ""  # "": the tool that was offered
    status: int = 200
    error: str = "scripted failure"
    cut_after: int | None = None  # characters after which the connection breaks; None: not
    hang: float = 0.0  # seconds of silence before anything arrives
    finish: str = ""
    model: str = "m-large-2026-02-01"
    piece: int = 17  # characters a chunk
    raw: bytes | None = None  # sent as it is, in place of a completion
    pause: float = 0.0  # seconds between chunks
    usage: bool = True  # whether tokens are told where they are asked for
    retry_after: str = ""  # the header of that name, beside an error


Act = Callable[[dict[str, Any]], Step]  # what is asked -> what is replied


@dataclass
class Script:
    steps: list[Step | Act]
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def next(self, asked: dict[str, Any]) -> Step:
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        return step if isinstance(step, Step) else step(asked)


@contextmanager
def openai_server(*steps: Step | Act) -> Iterator[tuple[str, Script]]:
    """The base URL and the script. The last step is repeated."""
    script = Script(list(steps))

    class Handler(_Handler):
        pass

    Handler.script = script
    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", script
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as it came


class _Handler(BaseHTTPRequestHandler):
    script: Script
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append(asked)
        self.script.keys.append(self.headers.get("Authorization", ""))
        step = self.script.next(asked)
        if step.hang:
            time.sleep(step.hang)
        try:
            if step.status != 200:
                fault = {"message": step.error, "type": "scripted", "code": None}
                self._whole(step.status, {"error": fault}, retry_after=step.retry_after)
            elif step.raw is not None:
                self._begin(200, "application/json", length=len(step.raw))
                self.wfile.write(step.raw)
            elif asked.get("stream"):
                self._stream(asked, step)
            else:
                self._whole(200, _completion(asked, step))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _begin(self, status: int, kind: str, *, length: int | None, retry_after: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _whole(self, status: int, body: dict[str, Any], *, retry_after: str = "") -> None:
        content = json.dumps(body).encode()
        self._begin(status, "application/json", length=len(content), retry_after=retry_after)
        self.wfile.write(content)

    def _stream(self, asked: dict[str, Any], step: Step) -> None:
        self._begin(200, "text/event-stream", length=None)
        sent = 0
        for delta in _deltas(asked, step):
            if step.cut_after is not None and sent >= step.cut_after:
                self.close_connection = True
                self.connection.close()
                return
            self._event(_chunk(step, delta, None))
            sent += step.piece
            if step.pause:
                time.sleep(step.pause)
        self._event(_chunk(step, {}, step.finish or ("tool_calls" if _tool(asked, step) else "stop")))
        usage = {"prompt_tokens": 120, "completion_tokens": 45, "total_tokens": 165}
        if step.usage and (asked.get("stream_options") or {}).get("include_usage"):
            self._event({**_chunk(step, {}, None), "choices": [], "usage": usage})
        self._send(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _event(self, body: dict[str, Any]) -> None:
        self._send(f"data: {json.dumps(body)}\n\n".encode())

    def _send(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()


def _tool(asked: dict[str, Any], step: Step) -> str:
    offered = [t["function"]["name"] for t in asked.get("tools", [])]
    if step.kind == "text" or (step.kind == "auto" and not offered):
        return ""
    return step.tool or offered[0]


def _deltas(asked: dict[str, Any], step: Step) -> Iterator[dict[str, Any]]:
    tool = _tool(asked, step)
    pieces: Sequence[str] = [step.reply[i : i + step.piece] for i in range(0, len(step.reply), step.piece)]
    if not tool:
        yield {"role": "assistant", "content": ""}
        for piece in pieces:
            yield {"content": piece}
        return
    head = {"index": 0, "id": "call_1", "type": "function", "function": {"name": tool, "arguments": ""}}
    yield {"role": "assistant", "content": None, "tool_calls": [head]}
    for piece in pieces:
        yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def _chunk(step: Step, delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": step.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def _completion(asked: dict[str, Any], step: Step) -> dict[str, Any]:
    tool = _tool(asked, step)
    message: dict[str, Any] = {"role": "assistant", "content": step.reply}
    if tool:
        call = {"id": "call_1", "type": "function", "function": {"name": tool, "arguments": step.reply}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": step.model,
        "choices": [{"index": 0, "message": message, "finish_reason": step.finish or "stop"}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 45, "total_tokens": 165},
    }
