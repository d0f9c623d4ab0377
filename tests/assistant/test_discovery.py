"""Looking around for libraries, and choosing one."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.discovery import NothingFound, choose_library, look_around
from assistant.errors import Misused
from tests.emulator import LocalZoteroEmulator, load_recorded
from tests.sources.test_zotero_data import PROFILES
from zotero_bridge.errors import LibraryError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the data directory of a Zotero 10, which holds a group."""
    data = tmp_path / "Zotero"
    data.mkdir()
    (data / "zotero.sqlite").write_bytes(gzip.decompress((PROFILES / "zotero-10.0.sqlite.gz").read_bytes()))
    return tmp_path


def saying(*words: str) -> Iterator[str]:
    yield from words


def test_the_groups_and_collections_of_a_data_directory_can_be_chosen(home: Path) -> None:
    answers = saying("2", "1")
    uri, collections = choose_library(
        interactive=True, notify=print, ask=lambda _: next(answers, "1"), home=home, ports=[]
    )

    assert uri == f"zotero-data:{(home / 'Zotero').as_posix()}?group=4242"
    assert collections == ()

    answers = saying("1", "nonsense", "99", "3, 2")
    _, collections = choose_library(interactive=True, notify=print, ask=lambda _: next(answers), home=home, ports=[])

    assert collections == ("Alpha", "After restart")


def test_several_libraries_and_nobody_to_ask_are_listed(home: Path) -> None:
    with pytest.raises(Misused) as refused:
        choose_library(interactive=False, notify=print, home=home, ports=[])

    assert "?group=4242" in refused.value.hint


def test_a_running_zotero_is_found_first(home: Path) -> None:
    with LocalZoteroEmulator(load_recorded("10.0"), version="10.0") as server:
        found = look_around(home, [server.port])

    assert [c.uri for c in found.choices[:2]] == [server.uri, f"zotero://local/groups/4242?port={server.port}"]
    assert "Alpha/Alpha Sub" in found.choices[0].collections


def test_a_zotero_with_its_api_switched_off_is_said_beside_what_is_found(home: Path) -> None:
    told: list[str] = []
    with LocalZoteroEmulator(load_recorded("10.0"), version="10.0") as server:
        server.api.enabled = False

        choose_library(interactive=True, notify=told.append, ask=lambda _: "1", home=home, ports=[server.port])

    assert "Allow other applications" in told[0]


def test_nothing_at_all_names_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingFound) as nothing:
        choose_library(interactive=False, notify=print, home=tmp_path, ports=[])

    assert "Start Zotero" in nothing.value.hint
    assert isinstance(nothing.value, LibraryError)
