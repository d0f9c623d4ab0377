"""
The one door to pyzotero, and to the HTTP client it brings along.

Reading goes by thin requests on pyzotero's client with its headers, and raw JSON comes back: pyzotero's own readers
keep the last request's parameters on the client, take any address with "tags" in it for a list of tags, and know no
If-Modified-Since-Version. Asking Zotero's consent and writing lists of items are pyzotero's own.

An api key is held by pyzotero's object alone; nothing here shows it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zotero_bridge.sources.discover import LOCAL_PORT
from zotero_bridge.sources.zotero_api_errors import MalformedReply

if TYPE_CHECKING:
    from pyzotero.zotero import Zotero

WEB_API = "https://api.zotero.org"
CONNECT_SECONDS = 10.0
LOCAL_SECONDS = 300.0  # Zotero 10 hashes every file it lists, and a large library is one reply
WEB_SECONDS = 60.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")
HALF_PAIR = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")  # maybe half of a UTF-16 pair; Zotero cuts texts there
AT_ONCE = 2  # Zotero has one thread; more requests at once make each of them slower


class ConnectionRefused(Exception):
    """Nobody listens there."""


class ConnectionLost(Exception):
    """Slow, cut off, or broken on the way. The text says which."""


class Denied(Exception):
    """The person at Zotero pressed Deny, or was asked too often. The text says which."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def json(self) -> Any:
        """Raises ConnectionLost where the body breaks off: the local API states no lengths."""
        try:
            made = json.loads(self.body)
        except ValueError as error:
            raise ConnectionLost("the reply broke off") from error
        return _whole(made) if HALF_PAIR.search(self.body) else made

    def envelopes(self) -> list[dict[str, Any]]:
        """A list of objects as Zotero sends them, each with `key`, `version` and `data`. Raises MalformedReply."""
        made = self.json()
        if not isinstance(made, list) or not all(_is_envelope(one) for one in made):
            raise MalformedReply("The reply is not a list of what a Zotero library holds.")
        return made

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def number(self, header: str) -> int:
        """A header that must be a number. Raises MalformedReply."""
        value = self.headers.get(header.lower(), "")
        if not value.removeprefix("-").isdigit():  # -1: never synced
            raise MalformedReply(f"The reply has no {header}.")
        return int(value)


class ZoteroApi:
    """One library behind one API. Paths are relative to the library, absolute ones (with a slash) to the API."""

    def __init__(self, client: Zotero, seconds: float, *, shows: str) -> None:
        self._client = client
        self._seconds = seconds
        self._shows = shows
        self._gate = threading.BoundedSemaphore(AT_ONCE)

    def __repr__(self) -> str:
        return f"ZoteroApi({self._shows})"

    @property
    def local(self) -> bool:
        return bool(self._client.local)

    @property
    def address(self) -> str:
        return str(self._client.endpoint)

    @property
    def prefix(self) -> str:
        return f"/{self._client.library_type}/{self._client.library_id}"

    def request(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: object = None,
        seconds: float | None = None,
    ) -> Reply:
        """Any status is an answer. Raises ConnectionRefused or ConnectionLost."""
        import httpx2

        where = path if path.startswith("/") else f"{self.prefix}/{path}"
        sent = {**self._client.default_headers(), **(headers or {})}
        timeout = httpx2.Timeout(seconds or self._seconds, connect=CONNECT_SECONDS)
        with self._gate, _translated():
            reply = self._http.request(
                method,
                self._client.endpoint + where,
                params=dict(params) if params else None,
                headers=sent,
                json=body,
                timeout=timeout,
                follow_redirects=False,
            )
        return Reply(reply.status_code, {k.lower(): v for k, v in reply.headers.items()}, reply.content)

    def authorize(self, name: str) -> tuple[str, bool]:
        """
        Ask the person at Zotero 10 for leave to write: (key, whether it may be used again). Raises Denied.

        Zotero shows a dialog and answers when a button is pressed, so this waits for as long as that takes.
        """
        from pyzotero import errors

        with self._gate, _translated():
            try:
                granted = self._client.authorize_local(name)
            except errors.LocalAPIDeniedError as error:
                raise Denied("Zotero was told not to allow it") from error
            except errors.TooManyRequestsError as error:
                raise Denied("Zotero was asked too often; wait a minute") from error
            except errors.PyZoteroError as error:
                raise MalformedReply("Zotero did not answer the question for leave to write.") from error
        return str(granted["key"]), bool(granted["remember"])

    def use_server(self, server_id: str) -> None:
        """Every write names the Zotero it is meant for."""
        self._client.server_id = server_id

    def use_local_key(self, key: str) -> None:
        self._client.local_api_key = key

    @property
    def write_headers(self) -> dict[str, str]:
        """What a local write must carry besides its versions."""
        made = {"Zotero-Server-ID": self._client.server_id or ""} if self.local else {}
        return made | ({"Zotero-API-Key": self._client.local_api_key} if self._client.local_api_key else {})

    @property
    def _http(self) -> Any:
        return self._client.client


def local_api(kind: str, number: str, *, port: int = LOCAL_PORT, server_id: str | None = None) -> ZoteroApi:
    """The local API of the Zotero on this computer. Environment proxies are left aside."""
    client = _client(number, kind, local=True, server_id=server_id)
    client.endpoint = f"http://127.0.0.1:{port}/api"
    return ZoteroApi(client, LOCAL_SECONDS, shows=f"{kind} {number} on port {port}")


def web_api(kind: str, number: str, api_key: str, *, base_url: str = WEB_API) -> ZoteroApi:
    client = _client(number, kind, local=False, api_key=api_key or None)
    client.endpoint = base_url.rstrip("/")
    return ZoteroApi(client, WEB_SECONDS, shows=f"{kind} {number} at {client.endpoint}")


@contextmanager
def open_download(url: str, *, start: int) -> Iterator[tuple[Reply, Iterator[bytes]]]:
    """A file's bytes from `start`, from wherever it is kept; nothing about the reader is told there."""
    import httpx2

    headers = {"Range": f"bytes={start}-"} if start else {}
    timeout = httpx2.Timeout(WEB_SECONDS, connect=CONNECT_SECONDS)
    with _translated(), httpx2.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as reply:
        shown = Reply(reply.status_code, {k.lower(): v for k, v in reply.headers.items()})
        yield shown, reply.iter_bytes()


def _whole(made: Any) -> Any:
    """With a replacement character for each half of a UTF-16 pair, which nothing could store or send."""
    if isinstance(made, str):
        return made.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(made, list):
        return [_whole(one) for one in made]
    if isinstance(made, dict):
        return {_whole(name): _whole(value) for name, value in made.items()}
    return made


def _is_envelope(one: object) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("data"), dict):
        return False
    return isinstance(one.get("key"), str) and isinstance(one.get("version"), int)


def _client(number: str, kind: str, **options: Any) -> Zotero:
    import httpx2
    from pyzotero.zotero import Zotero

    # The client's own time limit counts where pyzotero sends: asking for leave waits for a person.
    # Zotero on this computer speaks plain HTTP; reading the certificates for nothing takes longer than its answer.
    local = bool(options["local"])
    http = httpx2.Client(trust_env=not local, verify=not local, follow_redirects=False, timeout=LOCAL_SECONDS)
    return Zotero(number, kind, client=http, **options)


@contextmanager
def _translated() -> Iterator[None]:
    import httpx2

    try:
        yield
    except httpx2.ConnectError as error:
        raise ConnectionRefused("nobody answers there") from error
    except httpx2.TimeoutException as error:
        raise ConnectionLost("no answer in time") from error
    except (httpx2.TransportError, httpx2.DecodingError) as error:
        raise ConnectionLost("the connection broke") from error
