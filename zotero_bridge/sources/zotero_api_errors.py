"""
What can go wrong between us and a Zotero, each with the fix. All of it is `LibraryError`.

A message here never holds a key, and never more of a server's reply than its first line.
"""

from __future__ import annotations

from zotero_bridge.errors import LibraryError, LibraryRefused, LibraryUnreachable

LOCAL_SETTING = (
    'In Zotero open Settings > Advanced and switch on "Allow other applications on this computer to communicate with '
    'Zotero", then run the command again.'
)


class ZoteroNotRunning(LibraryUnreachable):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"No Zotero is running here: nothing listens on port {port}.",
            hint="Start Zotero and run the command again. If its port was changed, write zotero://local?port=N.",
        )


class ZoteroSilent(LibraryUnreachable):
    """It is there, and it does not answer or breaks off."""


class NotZotero(LibraryUnreachable):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Something else than Zotero answers on port {port}.",
            hint="End the other program, or set Zotero's port (extensions.zotero.httpServer.port) and write "
            "zotero://local?port=N.",
        )


class HostRefused(LibraryRefused):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Zotero on port {port} answers only to its own computer's address.",
            hint="Reach it as zotero://local?port=N on the computer it runs on; tunnels that change the address are "
            "refused by Zotero.",
        )


class LocalApiOff(LibraryRefused):
    hint = LOCAL_SETTING

    def __init__(self) -> None:
        super().__init__("Zotero is running, but its local API is switched off.")


class ZoteroTooOld(LibraryRefused):
    def __init__(self, version: str) -> None:
        super().__init__(
            f"Zotero {version} has no local API; it came with Zotero 7.",
            hint="Update Zotero, or read its files instead: zotero-data:DIR.",
        )


class UnknownGroup(LibraryRefused):
    def __init__(self, group: str, known: str) -> None:
        super().__init__(
            f"This Zotero holds no group {group}.",
            hint=f"It holds {known}. A group that was joined elsewhere appears after Zotero has synced.",
        )


class AnotherUser(LibraryRefused):
    def __init__(self, user: str) -> None:
        super().__init__(
            f"User {user} is not the one logged in to this Zotero.",
            hint="Write zotero://local for the library of whoever uses this Zotero.",
        )


class AnotherProfile(LibraryRefused):
    def __init__(self) -> None:
        super().__init__(
            "The Zotero that answers is not the one this review was read from: it holds another database.",
            hint="Start Zotero with the profile used before. If the change is meant (a restored or moved database), "
            "run `realist sync --full`.",
        )


class WrongKey(LibraryRefused):
    def __init__(self) -> None:
        super().__init__(
            "zotero.org does not know this API key.",
            hint="Make a key at https://www.zotero.org/settings/keys and give it with `realist login` or in "
            "ZOTERO_API_KEY.",
        )


class KeyMayNot(LibraryRefused):
    """The key is good, but not for this."""

    hint = "Change what the key may do at https://www.zotero.org/settings/keys, or make another."


class MalformedReply(LibraryError):
    """A reply that is not what Zotero sends. Part of a library is never taken for the whole."""

    hint = "Run the command again. If it stays so, restart Zotero."
