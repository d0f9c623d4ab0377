"""
How much of what was found a model may read.

Tokens are estimated from the text, on the safe side, since every model counts its own; a server that still finds it too
long is asked again with less. Passages are dropped from the end of the ranking, whole, and the reader is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.model import Hit

DEFAULT_CONTEXT = 16_000  # tokens; what today's local models commonly take without further setting
REPLY_TOKENS = 3_000
_BYTES_PER_TOKEN = 3.2  # English runs to about 4, other scripts to less; a low figure trims early rather than late
_FENCE_TOKENS = 50  # two fence lines a passage
_LEAST = 1


@dataclass(frozen=True, slots=True)
class Trimmed:
    hits: tuple[Hit, ...]
    left_out: int

    @property
    def notice(self) -> str:
        if not self.left_out:
            return ""
        total = len(self.hits) + self.left_out
        return f"The model read the best {len(self.hits)} of {total} passages; more do not fit in its context."


def estimate_tokens(text: str) -> int:
    return int(len(text.encode("utf-8", "surrogatepass")) / _BYTES_PER_TOKEN) + 1


def trim(hits: Sequence[Hit], *, context: int, prompt: int) -> Trimmed:
    """The best passages that fit beside a prompt of `prompt` tokens and a reply; always at least one."""
    room = context - prompt - min(REPLY_TOKENS, context // 3)
    kept = 0
    for hit in hits:
        room -= estimate_tokens(hit.passage.text) + _FENCE_TOKENS
        if room < 0 and kept >= _LEAST:
            break
        kept += 1
    return Trimmed(tuple(hits[:kept]), len(hits) - kept)
