"""The search command's work: one query, two lists for a claim, passages like one, or a file of queries."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from assistant import jsonout, show
from assistant.answer import Reading, look
from assistant.errors import Misused
from assistant.model import Hit
from assistant.retrieve import more_like, read_queries, retrieve, retrieve_batch
from assistant.retrieve_sides import retrieve_for
from zotero_bridge.links import source_uri
from zotero_bridge.model import Filters

Print = Callable[[str], None]


def run_search(
    reading: Reading, query: str | None, filters: Filters, options: Mapping[str, Any], *, print_: Print
) -> None:
    """Prints what one way of searching finds. Raises Misused unless exactly one way is named."""
    ways = [name for name in ("supporting", "against", "more_like", "queries") if options.get(name)]
    if len(ways) + bool(query) != 1:
        raise Misused(
            "Say one thing to search for.", hint="A query, or one of --for, --against, --more-like and --queries."
        )
    if options.get("queries"):
        _batch(reading, options["queries"], filters, options)
    elif options.get("supporting") or options.get("against"):
        _sides(reading, filters, options, print_)
    else:
        _list(reading, query, filters, options, print_)


def _list(reading: Reading, query: str | None, filters: Filters, options: Mapping[str, Any], print_: Print) -> None:
    limit, alike = options["limit"], options.get("more_like")
    if alike:
        hits = more_like(reading.index, alike, limit=limit, filters=filters)
    else:
        hits = retrieve(reading.index, query or "", limit=limit, filters=filters, spread=not options.get("flood"))
    searched = look(reading.index, filters)
    if options["as_json"]:
        print_(_dumped({"query": query, "hits": _hits(hits, reading), "searched": jsonout.searched(searched)}))
        return
    print_(_shown(hits, reading) if hits else "\n".join(show.hanging("", f"Nothing found. {show.searched(searched)}")))


def _sides(reading: Reading, filters: Filters, options: Mapping[str, Any], print_: Print) -> None:
    claim = options.get("supporting") or options["against"]
    sides = retrieve_for(reading.index, claim, limit=options["limit"], filters=filters)
    searched = look(reading.index, filters)
    supporting = () if options.get("against") else sides.supporting
    if options["as_json"]:
        print_(
            _dumped(
                {
                    "claim": claim,
                    "supporting": _hits(supporting, reading),
                    "limiting": _hits(sides.limiting, reading),
                    "searched_by": list(sides.searched_by),
                    "searched": jsonout.searched(searched),
                }
            )
        )
        return
    if options.get("supporting"):
        print_("What may support it\n-------------------\n" + (_shown(supporting, reading) or "  None found.") + "\n")
    print_("What may limit or contradict it\n-------------------------------")
    print_((_shown(sides.limiting, reading) or "  None found.") + f"\n\n{show.searched(searched)}")


def _batch(reading: Reading, path: Path, filters: Filters, options: Mapping[str, Any]) -> None:
    """One JSON line a query, as it is answered."""
    for one, hits in retrieve_batch(reading.index, read_queries(path), limit=options["limit"], filters=filters):
        line = {"id": one.id, "query": one.query, "hits": _hits(hits, reading)}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def _hits(hits: Iterable[Hit], reading: Reading) -> list[dict[str, Any]]:
    return [jsonout.hit(rank, hit, reading.index, reading.library) for rank, hit in enumerate(hits, start=1)]


def _shown(hits: Iterable[Hit], reading: Reading) -> str:
    def uri(hit: Hit) -> str:
        at = hit.passage.locator
        source = reading.index.source(at.source_key)
        return source_uri(reading.library, source, page_index=at.page_index) if source else ""

    return show.hits(list(hits), reading.index.item, uri)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
