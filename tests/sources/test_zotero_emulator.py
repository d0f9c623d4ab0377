"""The emulator answers every recorded request as the real Zotero of that version did."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import Exchange, LocalZoteroEmulator, generate_library, load_exchanges, load_recorded
from tests.emulator.recorded import VERSIONS

COMPARED_HEADERS = (
    "X-Zotero-Version",
    "X-Zotero-Connector-API-Version",
    "Total-Results",
    "Link",
    "Last-Modified-Version",
    "Content-Type",
    "Zotero-API-Version",
    "Zotero-Schema-Version",
    "Zotero-Server-ID",
    "Location",
    "WWW-Authenticate",
)
NOT_EMULATED = {
    "qmode=everything": "Zotero's own full-text search decides what is found",
    "include=data,csljson,citation": "Zotero's exporters and citation processor",
    "format=csljson": "Zotero's exporters; only the address, the names, the title and the date are made here",
    "format=bibtex": "Zotero's exporters",
}


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def emulator(version: str) -> Iterator[LocalZoteroEmulator]:
    with LocalZoteroEmulator(load_recorded(version), version=version, stated_port=23119) as server:
        server.api.keys["LOCALKEYLOCALKEYLOCALKEYLOCALKEY"] = True
        server.library.next_keys.append("I5MR83NU")
        server.library.now = "2026-11-22T21:20:33Z"
        yield server


def test_every_recorded_request_is_answered_as_the_real_zotero_did(emulator: LocalZoteroEmulator, version: str) -> None:
    exchanges = load_exchanges(version)

    differing = [d for x in exchanges if not _excused(x) and (d := _difference(x, _ask(emulator.port, x)))]

    assert differing == [], "\n".join(differing)
    assert sum(_excused(x) for x in exchanges) == len(NOT_EMULATED)


def test_a_generated_library_is_the_same_each_time(tmp_path: Path) -> None:
    one, two = (generate_library(12, 3, tmp_path / name) for name in ("a", "b"))

    assert one.items == two.items
    assert len(one.items) == 15
    assert all(Path(path).read_bytes().startswith(b"%PDF") for path in one.files.values())


def test_the_emulator_holds_fifty_thousand_items(tmp_path: Path) -> None:
    library = generate_library(50_000, 2, tmp_path)

    with LocalZoteroEmulator(library) as server:
        got = _ask(server.port, Exchange(0, "GET", "/api/users/0/items?format=versions", {}, "", 200, "", {}, ""))

    assert len(json.loads(got.reply_body)) == 50_002


def _excused(exchange: Exchange) -> bool:
    return any(part in exchange.path for part in NOT_EMULATED)


def _ask(port: int, exchange: Exchange) -> Exchange:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": "127.0.0.1:23119", **exchange.headers}
    try:
        connection.request(exchange.method, exchange.path, exchange.body.encode() or None, headers)
        reply = connection.getresponse()
    except http.client.RemoteDisconnected:
        return Exchange(exchange.number, "", "", {}, "", None, "", {}, "")
    else:
        body = reply.read().decode()
        return Exchange(exchange.number, "", "", {}, "", reply.status, reply.reason, dict(reply.getheaders()), body)
    finally:
        connection.close()


def _difference(recorded: Exchange, got: Exchange) -> str:
    """'' where they agree."""
    where = f"{recorded.number} {recorded.method} {recorded.path}"
    if (recorded.status, recorded.reason) != (got.status, got.reason):
        return f"{where}: {got.status} {got.reason} is not {recorded.status} {recorded.reason}"
    for name in COMPARED_HEADERS:
        if recorded.reply_headers.get(name) != got.reply_headers.get(name):
            return f"{where}: {name} {got.reply_headers.get(name)!r} is not {recorded.reply_headers.get(name)!r}"
    if recorded.reply_headers.get("Content-Type") == "application/json":
        apart = _apart(json.loads(recorded.reply_body), json.loads(got.reply_body))
        same_order = _keys(recorded.reply_body) == _keys(got.reply_body)
        return f"{where}: {apart or 'another order'}" if apart or not same_order else ""
    return "" if recorded.reply_body == got.reply_body else f"{where}: {got.reply_body[:200]!r}"


def _keys(body: str) -> list[str]:
    made = json.loads(body)
    return [str(o.get("key", o.get("id"))) for o in made] if isinstance(made, list) else list(made)


def _apart(recorded: object, got: object, at: str = "$") -> str:
    """The first place where two JSON values differ; '' where they are equal."""
    if isinstance(recorded, dict) and isinstance(got, dict) and recorded.keys() == got.keys():
        return next((d for k in recorded if (d := _apart(recorded[k], got[k], f"{at}.{k}"))), "")
    if isinstance(recorded, list) and isinstance(got, list) and len(recorded) == len(got):
        pairs = enumerate(zip(recorded, got, strict=True))
        return next((d for n, (a, b) in pairs if (d := _apart(a, b, f"{at}[{n}]"))), "")
    return "" if recorded == got else f"{at} is {got!r}, was {recorded!r}"
