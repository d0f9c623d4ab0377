"""
Find passages: by words and by meaning, mixed; spread over documents; near-duplicates once.

Asks a PassageIndex and nothing else. The same index and the same question always give the same list: ties are broken by
passage id. Where there is no embedder, words decide alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import Misused
from assistant.model import Hit
from assistant.retrieve_mix import EVERYDAY, HEAD, mix, weigh
from assistant.retrieve_spread import collapse, share_of_one, spread, studies
from zotero_bridge.errors import NoSuchSource
from zotero_bridge.index.words_query import WordQuery, parse_query
from zotero_bridge.model import Filters, Item, Passage, SectionKind, SourceKind
from zotero_bridge.ports import PassageIndex

_WORD = re.compile(r"[^\W\d_]{2,}")
DEEPER = 3  # candidates per passage asked for, so that collapsing and spreading have something to choose from
ENOUGH = 6  # candidates per passage asked for, among which a list without repeats and floods is nearly always found
SIBLINGS_WITHIN = 5  # times the length of the list: how deep siblings are recognised
FEW_WORDS, A_LINE, SCRAP = 4, 80, 0.4  # a passage of fewer words, and no longer than a line, counts so much
MOST = 2_000  # candidates of each side, however long the list asked for


def retrieve(
    index: PassageIndex,
    query: str,
    *,
    limit: int,
    filters: Filters,
    spread: bool = True,
    weights: Mapping[SectionKind, float] = EVERYDAY,
) -> list[Hit]:
    """
    The best passages, best first. "Phrases" must be held unless nothing holds them, -words must not.

    `spread=False` lets one document fill the list; near-duplicates are collapsed all the same. `weights` are left
    aside where the filters name the kinds of section themselves.
    """
    asked = parse_query(query)
    hits = candidates(index, asked, query, limit=limit, filters=filters, weights=weights)
    if not hits and asked.phrases:
        relaxed = WordQuery(asked.text, (), asked.excluded)
        hits = candidates(index, relaxed, written(relaxed), limit=limit, filters=filters, weights=weights)
    return shortlist(index, hits, limit=limit, spread_out=spread)


def more_like(index: PassageIndex, passage_id: str, *, limit: int, filters: Filters) -> list[Hit]:
    """Passages like this one, without it and its near-duplicates. Raises NoSuchSource where there is none such."""
    found = index.passages([passage_id])
    if not found:
        raise NoSuchSource(f"There is no passage {passage_id}.", hint="`realist search` shows passage ids.")
    text = plain(found[0].text)
    hits = candidates(index, WordQuery(text), text, limit=limit + 1, filters=filters)
    itself = Hit(passage=found[0], score=float("inf"))
    others = [hit for hit in hits if hit.passage.id != passage_id]
    alike = collapse([itself, *others])[1:]
    return _spread(index, alike, limit)


@dataclass(frozen=True, slots=True)
class BatchQuery:
    id: str
    query: str


def read_queries(path: Path) -> list[BatchQuery]:
    """One `{"id", "query"}` a line; BEIR's `{"_id", "text"}` reads as well. Raises Misused, naming the line."""
    queries: list[BatchQuery] = []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Misused(f"{path} cannot be read: {error}.", hint="Give a text file in UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        known = value if isinstance(value, dict) else {}
        one, text = known.get("id", known.get("_id")), known.get("query", known.get("text"))
        if isinstance(one, bool) or not isinstance(one, str | int) or not isinstance(text, str):
            raise Misused(
                f"{path}, line {number} is not a query.", hint='Each line must look like {"id": "1", "query": "…"}.'
            )
        queries.append(BatchQuery(str(one), text))
    return queries


def retrieve_batch(
    index: PassageIndex, queries: Iterable[BatchQuery], *, limit: int, filters: Filters
) -> Iterator[tuple[BatchQuery, list[Hit]]]:
    """
    Each query with its hits, in order, as they are found: the bare ranking, as it was measured. A query is text and
    asks for no phrases and no exclusions; near-duplicates stay apart and no document has to wait for another.
    """
    for one in queries:
        asked = WordQuery(one.query.strip())
        bare: Mapping[SectionKind, float] = {}
        depth = max(HEAD, limit)
        hits = candidates(index, asked, plain(one.query), limit=limit, filters=filters, weights=bare, depth=depth)
        yield one, hits[:limit]


def candidates(
    index: PassageIndex,
    asked: WordQuery,
    query: str,
    *,
    limit: int,
    filters: Filters,
    weights: Mapping[SectionKind, float] = EVERYDAY,
    depth: int | None = None,
) -> list[Hit]:
    """
    Every candidate of both sides with its mixed score, best first. `query` is what the words are ranked by, `depth`
    how many of each side are looked at.
    """
    if not asked.text or limit < 1:
        return []
    depth = min(MOST, depth or max(HEAD, DEEPER * limit))
    words = dict(index.rank_words(query, limit=depth, filters=filters))
    meaning = dict(index.rank_meaning(asked.text, limit=depth, filters=filters))
    by_words, by_meaning = list(words), list(meaning)
    words |= index.score_words(query, [one for one in by_meaning if one not in words])
    meaning |= index.score_meaning(asked.text, [one for one in by_words if one not in meaning])
    ids = list(dict.fromkeys([*by_words, *by_meaning]))
    held = [p for p in index.passages(ids) if p.id in words]
    held = _allowed(index, held, asked)
    head = dict.fromkeys([*by_words[:HEAD], *by_meaning[:HEAD]])
    mixed = mix({p.id: words[p.id] for p in held}, meaning, head=head)
    kinds: Mapping[SectionKind, float] = {} if filters.section_kinds else weights
    hits = [
        Hit(
            passage=p,
            score=weigh(mixed[p.id], kinds.get(p.locator.section_kind, 1.0) * (_fullness(p) if kinds else 1.0)),
            words=words[p.id],
            meaning=meaning.get(p.id, 0.0),
        )
        for p in held
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))


def _fullness(passage: Passage) -> float:
    """What the text of a figure or a table leaves behind has its heading's words, and says nothing itself."""
    if len(passage.text) > A_LINE or passage.source_kind in (
        SourceKind.NOTE,
        SourceKind.ANNOTATION,
        SourceKind.ABSTRACT,
    ):
        return 1.0
    return 1.0 if len(_WORD.findall(passage.text)) >= FEW_WORDS else SCRAP


def shortlist(index: PassageIndex, hits: Sequence[Hit], *, limit: int, spread_out: bool = True) -> list[Hit]:
    """The first `limit` of hits in order: near-duplicates once, and no study in the way of others."""
    for depth in (ENOUGH * limit, len(hits)):  # comparing all of a long list costs more than finding it
        single = collapse(hits[:depth])
        chosen = _spread(index, single, limit) if spread_out else single[:limit]
        if len(chosen) == limit and (not spread_out or _spread_well(chosen, limit)):
            break
    return chosen


def _spread_well(chosen: Sequence[Hit], limit: int) -> bool:
    """Whether no item has more of the list than its share, so that looking further would change nothing."""
    items = Counter(hit.passage.item_key for hit in chosen)
    return max(items.values()) <= share_of_one(limit)


def plain(text: str) -> str:
    """`text` as words alone: its quotation marks and hyphens ask for nothing."""
    for mark in '"“”„«»″':
        text = text.replace(mark, " ")
    return " ".join(word.lstrip("-−–") for word in text.split())


def written(query: WordQuery) -> str:
    """A query that reads as `query`."""
    return " ".join([query.words, *(f'"{p}"' for p in query.phrases), *(f'-"{e}"' for e in query.excluded)])


def _spread(index: PassageIndex, hits: Sequence[Hit], limit: int) -> list[Hit]:
    keys = dict.fromkeys(hit.passage.item_key for hit in hits[: SIBLINGS_WITHIN * limit])
    items: list[Item] = [item for item in map(index.item, keys) if item is not None]
    study = studies(items)
    return spread(hits, limit, lambda key: study.get(key, key))


def _allowed(index: PassageIndex, held: list[Passage], asked: WordQuery) -> list[Passage]:
    """Meaning finds passages that a phrase or an exclusion rules out."""
    if not asked.phrases and not asked.excluded:
        return held

    def whole(passage: Passage) -> str:
        item = index.item(passage.item_key)
        tags = [t.name for t in item.tags] if item else []
        return "\n".join([item.title if item else "", passage.locator.section, passage.text, *tags])

    return [p for p in held if asked.allows(whole(p))]
