"""A keyring in one JSON file, named by REALIST_TEST_KEYRING: what a command keeps, another process finds."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileKeyring(KeyringBackend):
    priority = 1  # type: ignore[assignment]  # keyring's own way of saying that it may be used

    @property
    def _path(self) -> Path:
        return Path(os.environ["REALIST_TEST_KEYRING"])

    def _held(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.is_file() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._held().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._path.write_text(json.dumps({**self._held(), f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        held = self._held()
        if held.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError(username)
        self._path.write_text(json.dumps(held))
