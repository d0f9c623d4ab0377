"""Looking around for Zotero: profiles, preferences, data directories of every system."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zotero_bridge.sources.discover import discover, local_ports, preferences_for, read_preferences


def data_directory(path: Path, *, at: int = 1_700_000_000) -> Path:
    path.mkdir(parents=True)
    (path / "zotero.sqlite").write_bytes(b"SQLite format 3\0")
    os.utime(path / "zotero.sqlite", (at, at))
    return path


def settings(profile: Path, **preferences: object) -> Path:
    profile.mkdir(parents=True)
    lines = ["// Mozilla User Preferences", ""]
    for name, value in preferences.items():
        written = str(value).lower() if isinstance(value, bool) else '"' + str(value).replace("\\", "\\\\") + '"'
        lines.append(f'user_pref("extensions.zotero.{name}", {written});')
    (profile / "prefs.js").write_text("\n".join(lines), encoding="utf-8")
    return profile


def test_nothing_is_found_where_there_is_no_zotero(tmp_path: Path) -> None:
    assert discover(tmp_path) == []
    assert discover(tmp_path / "no such home") == []


def test_the_usual_place_is_found_without_a_profile(tmp_path: Path) -> None:
    usual = data_directory(tmp_path / "Zotero")

    (found,) = discover(tmp_path)

    assert (found.directory, found.profile) == (usual, None)
    assert found.uri == f"zotero-data:{usual}"


@pytest.mark.parametrize(
    "place",
    [
        ".zotero/zotero/abc.default",
        "Library/Application Support/Zotero/Profiles/abc.default",
        "AppData/Roaming/Zotero/Zotero/Profiles/abc.default",
        ".var/app/org.zotero.Zotero/.zotero/zotero/abc.default",
        "snap/zotero-snap/common/.zotero/zotero/abc.default",
    ],
)
def test_a_data_directory_elsewhere_is_found_by_the_profile_of_every_system(tmp_path: Path, place: str) -> None:
    elsewhere = data_directory(tmp_path / "elsewhere" / "my data")
    profile = settings(tmp_path / place, dataDir=elsewhere, useDataDir=True, baseAttachmentPath="/base")

    (found,) = discover(tmp_path)

    assert (found.directory, found.profile) == (elsewhere, profile)
    assert preferences_for(elsewhere, tmp_path)["extensions.zotero.baseAttachmentPath"] == "/base"


def test_a_data_directory_that_a_profile_no_longer_uses_does_not_hide_the_usual_one(tmp_path: Path) -> None:
    usual = data_directory(tmp_path / "Zotero")
    settings(tmp_path / ".zotero/zotero/abc.default", dataDir=tmp_path / "old", useDataDir=False)

    (found,) = discover(tmp_path)

    assert found.directory == usual
    assert found.profile is not None


def test_a_profile_of_a_snap_finds_the_data_of_the_snap(tmp_path: Path) -> None:
    inside = data_directory(tmp_path / "snap/zotero-snap/common/Zotero")
    profile = settings(tmp_path / "snap/zotero-snap/common/.zotero/zotero/abc.default")

    (found,) = discover(tmp_path)

    assert (found.directory, found.profile) == (inside, profile)


def test_of_several_the_one_used_last_comes_first(tmp_path: Path) -> None:
    old = data_directory(tmp_path / "old", at=1_600_000_000)
    new = data_directory(tmp_path / "new", at=1_700_000_000)
    settings(tmp_path / ".zotero/zotero/a.default", dataDir=old)
    settings(tmp_path / ".zotero/zotero/b.work", dataDir=new)

    assert [found.directory for found in discover(tmp_path)] == [new, old]


def test_a_profile_list_may_name_profiles_elsewhere(tmp_path: Path) -> None:
    elsewhere = data_directory(tmp_path / "data")
    profile = settings(tmp_path / "profiles" / "mine", dataDir=elsewhere)
    (tmp_path / ".zotero" / "zotero").mkdir(parents=True)
    (tmp_path / ".zotero" / "zotero" / "profiles.ini").write_text(
        f"[General]\nStartWithLastProfile=1\n\n[Profile0]\nName=mine\nIsRelative=0\nPath={profile}\nDefault=1\n",
        encoding="utf-8",
    )

    (found,) = discover(tmp_path)

    assert found.profile == profile


def test_preferences_that_are_damaged_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "prefs.js").write_bytes(
        b'user_pref("a", "kept \\"so\\"");\nuser_pref("b", 3);\nuser_pref("c", true);\n'
        b'user_pref("d", );\nuser_pref("e", "half\n\xff\xfe'
    )

    assert read_preferences(tmp_path) == {"a": 'kept "so"', "b": 3, "c": True}
    assert read_preferences(tmp_path / "nowhere") == {}


def test_the_port_a_profile_names_is_looked_at_after_the_usual_one(tmp_path: Path) -> None:
    profile = settings(tmp_path / ".zotero/zotero/abc.default", dataDir="/nowhere")
    with (profile / "prefs.js").open("a", encoding="utf-8") as preferences:
        preferences.write('\nuser_pref("extensions.zotero.httpServer.port", 23999);\n')

    assert local_ports(tmp_path) == [23119, 23999]


def test_the_preferences_of_a_profile_beside_or_around_a_data_directory_are_found(tmp_path: Path) -> None:
    beside = data_directory(tmp_path / "carried" / "data")
    settings(tmp_path / "carried" / "profile", dataDir=beside, useDataDir=True, baseAttachmentPath="/beside")
    settings(tmp_path / "carried" / "another", dataDir=tmp_path / "other", useDataDir=True, baseAttachmentPath="/wrong")
    inside = data_directory(settings(tmp_path / "whole", baseAttachmentPath="/around") / "zotero")

    home = tmp_path / "home"
    assert preferences_for(beside, home)["extensions.zotero.baseAttachmentPath"] == "/beside"
    assert preferences_for(inside, home)["extensions.zotero.baseAttachmentPath"] == "/around"
