"""The file storage that zotero.org sends downloads to: plain files by address, in ranges."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from tests.emulator.faults import Seen
from tests.emulator.library import EmulatedLibrary
from tests.emulator.reply import Reply


class FileStorage:
    """`/KEY/name` gives the attachment's bytes. It refuses to be shown a key of zotero.org."""

    def __init__(self, library: EmulatedLibrary) -> None:
        self.library = library

    def answer(self, request: Seen) -> Reply:
        headers = {k.lower(): v for k, v in request.headers.items()}
        if "authorization" in headers or "zotero-api-key" in headers:
            return Reply.text(400, "Only one auth mechanism allowed")
        key = unquote(urlsplit(request.path).path).split("/")[1]
        body = self.library.contents.get(key)
        if body is None:
            return Reply.text(404, "NoSuchKey")
        if match := re.fullmatch(r"bytes=(\d+)-", headers.get("range", "")):
            start = int(match[1])
            if start >= len(body):
                return Reply(416, b"", {"Content-Range": f"bytes */{len(body)}"})
            shown = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
            return Reply(206, body[start:], {"Content-Type": "application/octet-stream", **shown})
        return Reply(200, body, {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"})
