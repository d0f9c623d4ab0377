"""
How an answer came about, and what differs between two answers and why.

Pure. A reason is given only where the records hold one: a text that changed, a passage no longer shown, another engine,
a refusal. Otherwise it says that the engine chose otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from assistant.ledger_codec import canonical, encode
from assistant.model import Answer, Claim, Hit, Provenance
from assistant.ports import Told
from zotero_bridge import __version__
from zotero_bridge.model import Coverage, Filters, LibraryRef


def index_id(coverage: Coverage) -> str:
    """The same until the index is synced again or made by another embedder: 12 hexadecimal digits."""
    known = {"library": coverage.library, "embedder": coverage.embedder, "synced_at": coverage.synced_at}
    known |= {"items": str(coverage.items), "sources": str(coverage.sources), "passages": str(coverage.passages)}
    return hashlib.sha256(canonical(known).encode()).hexdigest()[:12]


def provenance_of(
    query: str,
    *,
    engine: str,
    draft: Told,
    hits: Sequence[Hit],
    filters: Filters,
    coverage: Coverage,
    library: LibraryRef,
    now: datetime | None = None,
) -> Provenance:
    """Everything that is known of how a draft was made."""
    read = hits[: len(hits) - draft.left_out]
    return Provenance(
        tool_version=__version__,
        engine=engine,
        query=query,
        filters=filters,
        prompt_sha256=dict(draft.prompt_sha256),
        parameters=dict(draft.parameters),
        model_reported=draft.model_reported,
        index_id=index_id(coverage),
        embedder_id=coverage.embedder,
        library=library.origin,
        library_mark=coverage.synced_at,
        passages_shown=tuple(f"{h.passage.id}:{h.passage.locator.text_sha256}" for h in read),
        tokens_in=draft.tokens_in,
        tokens_out=draft.tokens_out,
        time=(now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that was set otherwise."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A claim that is in one answer alone, and why as far as the records tell."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two answers. `kept` counts claims that rest on the same words."""

    settings: tuple[Setting, ...]
    kept: int
    reworded: tuple[tuple[str, str], ...]
    gone: tuple[Moved, ...]
    new: tuple[Moved, ...]
    passages_gone: int
    passages_new: int
    texts_changed: int
    refused_before: int
    refused_after: int

    @property
    def nothing(self) -> bool:
        return not (self.settings or self.reworded or self.gone or self.new)

    @property
    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = encode(self)
        return plain

    @property
    def text(self) -> str:
        """For a reader, line by line."""
        if self.nothing:
            return f"The same answer: all {self.kept} claims rest on the same words, and it was made the same way."
        same = "1 claim rests" if self.kept == 1 else f"{self.kept} claims rest"
        lines = [f"{same} on the same words as before."]
        lines += [f"Set otherwise: {s.name}: {s.before or 'none'} → {s.after or 'none'}" for s in self.settings]
        if self.passages_gone or self.passages_new or self.texts_changed:
            lines.append(
                f"Passages shown: {self.passages_new} new, {self.passages_gone} gone, "
                f"{self.texts_changed} from a text that has changed."
            )
        lines += [f"Reworded: {before} → {after}" for before, after in self.reworded]
        lines += [f"Gone: {one.text} ({one.why})" for one in self.gone]
        lines += [f"New: {one.text} ({one.why})" for one in self.new]
        if self.refused_before != self.refused_after:
            lines.append(f"Refused: {self.refused_before} before, {self.refused_after} now.")
        return "\n".join(lines)


def differences(before: Answer, after: Answer) -> Changes:
    """What changed from one answer to the other, and why."""
    was, now = _by_words(before.claims), _by_words(after.claims)
    same = was.keys() & now.keys()
    shown_before, shown_after = _shown(before), _shown(after)
    gone = [c for key, c in was.items() if key not in now]
    new = [c for key, c in now.items() if key not in was]
    return Changes(
        settings=_settings(before.provenance, after.provenance),
        kept=len(same),
        reworded=tuple((was[k].text, now[k].text) for k in was if k in same and was[k].text != now[k].text),
        gone=tuple(Moved(c.text, _why(c, before, after)) for c in gone),
        new=tuple(Moved(c.text, _why(c, after, before)) for c in new),
        passages_gone=len(shown_before.keys() - shown_after.keys()),
        passages_new=len(shown_after.keys() - shown_before.keys()),
        texts_changed=sum(shown_before[k] != shown_after[k] for k in shown_before.keys() & shown_after.keys()),
        refused_before=len(before.refused),
        refused_after=len(after.refused),
    )


def _by_words(claims: Iterable[Claim]) -> Mapping[tuple[object, ...], Claim]:
    """Claims by what they rest on: sources and words, whatever their place in a text that was read again."""
    return {tuple(sorted((c.source_key, c.quote) for c in claim.citations)): claim for claim in claims}


def _shown(answer: Answer) -> dict[str, str]:
    pairs = (one.partition(":") for one in answer.provenance.passages_shown)
    return {passage: sha for passage, _, sha in pairs}


def _why(claim: Claim, here: Answer, there: Answer) -> str:
    """Why a claim of `here` is not in `there`."""
    refused = next((r for r in there.refused if r.text == claim.text), None)
    if refused:
        return f"refused there: {refused.reason}"
    elsewhere = _shown(there)
    known_texts = set(elsewhere.values())
    if elsewhere and any(c.text_sha256 not in known_texts and c.passage_id not in elsewhere for c in claim.citations):
        return "its document was not among those shown, or has been read again since"
    if elsewhere and any(c.passage_id and c.passage_id not in elsewhere for c in claim.citations):
        return "its passage was not among those shown"
    if here.provenance.engine != there.provenance.engine:
        return "another engine"
    if dict(here.provenance.prompt_sha256) != dict(there.provenance.prompt_sha256):
        return "other prompts"
    return "the engine chose otherwise"


_NOT_SETTINGS = {"passages_shown", "tokens_in", "tokens_out", "time", "index_id"}


def _settings(before: Provenance, after: Provenance) -> tuple[Setting, ...]:
    found = []
    for one in fields(Provenance):
        was, now = encode(getattr(before, one.name)), encode(getattr(after, one.name))
        if one.name not in _NOT_SETTINGS and was != now:
            found.append(Setting(one.name.replace("_", " "), *_told(was, now)))
    return tuple(found)


def _told(was: object, now: object) -> tuple[str, str]:
    """The parts that differ, where the setting has parts."""
    if isinstance(was, dict) and isinstance(now, dict):
        differing = [k for k in sorted({*was, *now}) if was.get(k) != now.get(k)]
        return _parts(was, differing), _parts(now, differing)
    return _short(was), _short(now)


def _parts(table: dict[str, object], names: Sequence[str]) -> str:
    return ", ".join(f"{name}={_short(table[name])}" for name in names if name in table)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else canonical(value)
    return text[:12] if len(text) == 64 else text
