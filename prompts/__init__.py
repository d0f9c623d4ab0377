"""
The prompts a chat model is given: one Markdown file each, with `$name` placeholders, versioned and hashed.

A file opens with a comment (its version, what it may assume), then holds a part under `# System` and one under
`# User`. What is filled in is never read for placeholders again. A review may name its own file for any of them; it
must use the same placeholders, for a prompt without its passages would be answered from nowhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template

from zotero_bridge.errors import RealistError

NAMES = ("answer", "draft", "test", "rewrite", "repair")
_COMMENT = re.compile(r"\A\s*<!--(.*?)-->", re.DOTALL)
_VERSION = re.compile(r"version:\s*(\S+)")
_PARTS = re.compile(r"^# System\s*$(?P<system>.*?)^# User\s*$(?P<user>.*)\Z", re.DOTALL | re.MULTILINE)


class PromptMalformed(RealistError):
    hint = "Mend the file, or take its line out of [prompts] in review.toml to use the one that is shipped."


@dataclass(frozen=True, slots=True)
class Prompt:
    name: str
    version: str
    sha256: str  # of the file's text with \\n line ends
    system: str
    user: str

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(Template(self.system).get_identifiers() + Template(self.user).get_identifiers())

    def filled(self, **values: str) -> tuple[str, str]:
        """The system and the user part. Raises PromptMalformed for a placeholder that has no value."""
        try:
            return Template(self.system).substitute(values), Template(self.user).substitute(values)
        except (KeyError, ValueError) as error:
            raise PromptMalformed(f"The prompt {self.name!r} has a placeholder without a value: {error}.") from error


def load_prompt(name: str, overrides: Mapping[str, str | Path] | None = None) -> Prompt:
    """The shipped prompt, or the file a review names for it. Raises PromptMalformed."""
    shipped = resources.files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    named = (overrides or {}).get(name)
    if named is None:
        return _parse(name, shipped)
    try:
        own = _parse(name, Path(named).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise PromptMalformed(f"The prompt file {named} cannot be read: {error}.") from error
    missing = _parse(name, shipped).placeholders - own.placeholders
    if missing:
        raise PromptMalformed(f"The prompt file {named} lacks ${min(missing)}.")
    return own


def _parse(name: str, text: str) -> Prompt:
    plain = text.replace("\r\n", "\n")
    comment = _COMMENT.search(plain)
    version = _VERSION.search(comment.group(1)) if comment else None
    parts = _PARTS.search(plain[comment.end() if comment else 0 :])
    if parts is None:
        raise PromptMalformed(f"The prompt {name!r} has no part under `# System` and `# User`.")
    return Prompt(
        name=name,
        version=version.group(1) if version else "unversioned",
        sha256=hashlib.sha256(plain.encode()).hexdigest(),
        system=parts["system"].strip(),
        user=parts["user"].strip(),
    )
