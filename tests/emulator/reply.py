"""What a server answers, before it becomes bytes on a wire."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

REASONS = {
    200: "OK",
    204: "No Content",
    206: "Partial Content",
    304: "Not Modified",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Service Unavailable",
}


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return REASONS.get(self.status, "undefined")  # as Zotero's server writes those it does not know

    @classmethod
    def text(cls, status: int, body: str, headers: Mapping[str, str] | None = None) -> Reply:
        return cls(status, body.encode(), {"Content-Type": "text/plain", **(headers or {})})

    @classmethod
    def json(cls, body: Any, headers: Mapping[str, str] | None = None, *, status: int = 200) -> Reply:
        return cls(status, dump(body).encode(), {"Content-Type": "application/json", **(headers or {})})

    def having(self, headers: Mapping[str, str]) -> Reply:
        return replace(self, headers={**self.headers, **headers})


CUT = Reply(0)  # the connection is closed without an answer


def dump(value: Any) -> str:
    """As Zotero writes JSON: half of a UTF-16 pair is escaped, all else stands as it is."""
    made = json.dumps(value, indent=4, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", made)
