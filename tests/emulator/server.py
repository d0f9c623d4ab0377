"""
Threaded HTTP servers on loopback that answer like Zotero and like zotero.org, with whatever faults a test asks for.

Only plumbing here: what to answer is said by `local_api`, `web_api` and `storage`.
"""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from tests.emulator.faults import Fault, Faults, Seen
from tests.emulator.library import EmulatedLibrary
from tests.emulator.local_api import LocalApi
from tests.emulator.recorded import Recorded
from tests.emulator.reply import CUT, Reply
from tests.emulator.storage import FileStorage
from tests.emulator.web_api import WebApi


class Answering(Protocol):
    def answer(self, request: Seen) -> Reply: ...


class Emulator:
    """A server that runs inside `with`. `faults.seen` holds every request it got."""

    protocol = "HTTP/1.1"

    def __init__(self, api: Answering) -> None:
        self.faults = Faults()
        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api, self.faults, self.protocol))
        self._httpd.daemon_threads = True
        self.port = int(self._httpd.server_address[1])
        self._thread = threading.Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()

    def requests(self) -> list[str]:
        return self.faults.paths()

    def fault(self, fault: Fault) -> None:
        self.faults.add(fault)


class LocalZoteroEmulator(Emulator):
    """A running Zotero. Give it a library, or everything that was recorded from a real one."""

    protocol = "HTTP/1.0"

    def __init__(
        self, library: EmulatedLibrary | Recorded, *, version: str = "10.0", stated_port: int | None = None
    ) -> None:
        if isinstance(library, Recorded):
            user, groups, server_id, local_key = library.user, library.groups, library.server_id, library.local_key
        else:
            user, groups, server_id, local_key = library, [], "SERVERID0001", "LocalKey"
        self.library = user
        self.api = LocalApi(version, [user, *groups], server_id=server_id, local_key=local_key)
        super().__init__(self.api)
        self.api.port = stated_port or self.port

    @property
    def uri(self) -> str:
        return f"zotero://local?port={self.port}"


class WebZoteroEmulator(Emulator):
    """zotero.org's API, and beside it, on another port, the storage that it sends downloads to."""

    def __init__(self, library: EmulatedLibrary, *, key: str = "WebKeyWebKeyWebKey012345") -> None:
        self.library, self.key = library, key
        self.storage_api = FileStorage(library)
        self.storage = Emulator(self.storage_api)
        self.api = WebApi([library], key=key, storage=f"http://127.0.0.1:{self.storage.port}")
        super().__init__(self.api)

    def __enter__(self) -> Self:
        self.storage.__enter__()
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.storage.__exit__(kind, error, trace)
        super().__exit__(kind, error, trace)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def uri(self) -> str:
        return f"zotero://web/{self.library.kind}s/{self.library.id}"


def _handler(api: Answering, faults: Faults, protocol: str) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()  # Zotero has one thread

    class Handler(BaseHTTPRequestHandler):
        protocol_version = protocol
        disable_nagle_algorithm = True
        wbufsize = -1  # one packet for head and body: two would wait for each other

        def handle_one(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = Seen(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
            faults.enter()
            try:
                self._answer(request, faults.take(request))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                faults.leave()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_one

        def _answer(self, request: Seen, fault: Fault | None) -> None:
            if fault and fault.delay:
                time.sleep(fault.delay)
            if fault and fault.cut:
                self.close_connection = True
                return
            if fault and fault.status:
                self._send(Reply.text(fault.status, fault.body, fault.headers))
                return
            with lock:
                if fault and fault.before:
                    fault.before()
                reply = api.answer(request)
                if fault and fault.after:
                    fault.after()
            if fault and fault.headers:
                reply = reply.having(fault.headers)
            self._send(reply, keep=fault.keep_bytes if fault else -1)

        def _send(self, reply: Reply, keep: int = -1) -> None:
            if reply is CUT:
                self.close_connection = True
                return
            headers = dict(reply.headers)
            if protocol == "HTTP/1.1" and reply.status not in (204, 304):
                headers.setdefault("Content-Length", str(len(reply.body)))
            self.send_response_only(reply.status, reply.reason)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body if keep < 0 else reply.body[:keep])
            if keep >= 0:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Said nowhere: the tests read `faults.seen`."""

    return Handler


def path_of(request: Seen) -> str:
    return urlsplit(request.path).path
