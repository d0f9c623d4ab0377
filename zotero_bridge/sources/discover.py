"""
Find Zotero's data directories on this computer, from its profiles and the usual places.

Reads `profiles.ini` and `prefs.js`; writes nothing, opens no database. Places are those of Windows, macOS, Linux
packages, Flatpak and Snap, all below the home directory.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

_PROFILE_PLACES = (
    ".zotero/zotero",
    ".var/app/org.zotero.Zotero/.zotero/zotero",
    ".var/app/org.zotero.Zotero/data/zotero",
    "snap/zotero-snap/common/.zotero/zotero",
    "Library/Application Support/Zotero",
    "AppData/Roaming/Zotero/Zotero",
)
_DATA_PLACES = (
    "Zotero",
    ".var/app/org.zotero.Zotero/Zotero",
    "snap/zotero-snap/common/Zotero",
    "Documents/Zotero",
)
_PREFERENCE = re.compile(r'^\s*user_pref\("((?:[^"\\]|\\.)*)",\s*(.+?)\);\s*$', re.MULTILINE)
_DATA_DIR = "extensions.zotero.dataDir"
_USE_DATA_DIR = "extensions.zotero.useDataDir"
_PORT = "extensions.zotero.httpServer.port"

LOCAL_PORT = 23119

Preferences = dict[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Found:
    """A data directory that holds a Zotero database, and the profile that uses it, if one does."""

    directory: Path
    profile: Path | None = None

    @property
    def uri(self) -> str:
        return f"zotero-data:{self.directory}"


def discover(home: Path) -> list[Found]:
    """Data directories, those of a profile first, each once, the one used last at the head."""
    found: dict[Path, Found] = {}
    for profile in _profiles(home):
        directory = _data_directory(read_preferences(profile), profile, home)
        if directory is not None:
            found.setdefault(directory, Found(directory, profile))
    for place in _DATA_PLACES:
        if _holds_database(home / place):
            found.setdefault(home / place, Found(home / place))
    return sorted(found.values(), key=lambda f: (f.profile is None, -_last_used(f.directory)))


def local_ports(home: Path) -> list[int]:
    """Where a running Zotero may listen: the usual port, and those its profiles name."""
    named = [read_preferences(profile).get(_PORT) for profile in _profiles(home)]
    return list(dict.fromkeys([LOCAL_PORT, *(p for p in named if type(p) is int and 0 < p < 65536)]))


def preferences_for(directory: Path, home: Path) -> Preferences:
    """The preferences of the profile that uses this data directory; {} where none says so."""
    for profile in [*_profiles(home), *_beside(directory)]:
        preferences = read_preferences(profile)
        used = _data_directory(preferences, profile, home)
        if used is not None and _same(used, directory):
            return preferences
    return {}


def _beside(directory: Path) -> list[Path]:
    """Profiles near a data directory: one that it lies in, and those that lie next to it."""
    above = directory.absolute().parent
    return [place for place in [above, *_unlisted(above)] if (place / "prefs.js").is_file()]


def read_preferences(profile: Path) -> Preferences:
    """What `prefs.js` sets, by name; values that are no plain text, number or truth value are left out."""
    try:
        text = (profile / "prefs.js").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    preferences: Preferences = {}
    for name, literal in _PREFERENCE.findall(text):
        try:
            value = json.loads(literal)
        except ValueError:
            continue
        if isinstance(value, str | int | bool):
            preferences[name] = value
    return preferences


def _profiles(home: Path) -> list[Path]:
    """Every profile, the default ones first."""
    profiles: dict[Path, None] = {}
    for place in (home / place for place in _PROFILE_PLACES):
        for profile in [*_listed(place), *_unlisted(place)]:
            profiles.setdefault(profile)
    return list(profiles)


def _listed(place: Path) -> list[Path]:
    """The profiles that profiles.ini names, the default one first."""
    try:
        text = (place / "profiles.ini").read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return []
    listed = []
    for section in re.split(r"(?m)^\[", text):
        values = dict(line.partition("=")[::2] for line in section.splitlines() if "=" in line)
        if not section.startswith("Profile") or not values.get("Path"):
            continue
        path = place / values["Path"] if values.get("IsRelative", "1").strip() != "0" else Path(values["Path"])
        listed.append((values.get("Default", "").strip() != "1", path))
    return [path for _, path in sorted(listed, key=lambda entry: entry[0]) if (path / "prefs.js").is_file()]


def _unlisted(place: Path) -> list[Path]:
    found: list[Path] = []
    for folder in (place, place / "Profiles"):
        try:
            found += sorted(path for path in folder.iterdir() if (path / "prefs.js").is_file())
        except OSError:
            continue
    return found


def _data_directory(preferences: Preferences, profile: Path, home: Path) -> Path | None:
    stated = preferences.get(_DATA_DIR)
    if isinstance(stated, str) and stated and preferences.get(_USE_DATA_DIR, True) is True:
        return Path(stated) if _holds_database(Path(stated)) else None
    for place in (home / "Zotero", profile / "zotero"):
        if _holds_database(place):
            return place
    # Snap and Flatpak see another home
    for place in (home / place for place in _DATA_PLACES[1:3]):
        if _holds_database(place) and _shared_root(place, profile):
            return place
    return None


def _shared_root(place: Path, profile: Path) -> bool:
    return profile.is_relative_to(place.parent)


def _holds_database(directory: Path) -> bool:
    try:
        return (directory / "zotero.sqlite").is_file()
    except (OSError, ValueError):
        return False


def _last_used(directory: Path) -> float:
    times = []
    for name in ("zotero.sqlite", "zotero.sqlite-wal"):
        try:
            times.append((directory / name).stat().st_mtime)
        except OSError:
            continue
    return max(times, default=0.0)


def _same(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:
        return first.absolute() == second.absolute()
