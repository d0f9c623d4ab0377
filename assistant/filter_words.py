"""Filters as words, for the prompt of a conversation: `--tag interview --year 2020-`, as on the command line."""

from __future__ import annotations

import shlex

from assistant.config import Review
from assistant.errors import Misused
from assistant.filtering import filters_from
from zotero_bridge.model import Filters

_LISTS = {
    "--tag": "tags",
    "--collection": "collections",
    "--type": "types",
    "--item": "items",
    "--source-kind": "kinds",
    "--section": "sections",
}
_SINGLE = {"--year": "year", "--role": "role"}
OPTIONS = (*_LISTS, *_SINGLE)


def parse_filters(review: Review, words: str) -> Filters:
    """No words: no filter. Raises Misused for an option that is not one."""
    chosen: dict[str, list[str] | str] = {}
    try:
        parts = iter(shlex.split(words))
    except ValueError as error:
        raise Misused("A quotation mark is missing.", hint='For example: /filter --tag "case study"') from error
    for option in parts:
        if option not in OPTIONS:
            raise Misused(f"{option} is no filter.", hint=f"Use {', '.join(OPTIONS)}.")
        value = next(parts, None)
        if value is None:
            raise Misused(f"{option} needs a value.", hint="For example: /filter --year 2018-2022")
        if option in _LISTS:
            values = chosen.setdefault(_LISTS[option], [])
            if isinstance(values, list):
                values.append(value)
        else:
            chosen[_SINGLE[option]] = value
    return filters_from(review, chosen)
