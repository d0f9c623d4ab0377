"""
Follow a library: look again and again, and tell only what changed.

Polite: between two looks at least ten times as long passes as a look took. A library that is away for a while (Zotero
closed, no network) is waited for, and asked again as often as was said; any other failure ends the following. It knows
no terminal and no Zotero.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from zotero_bridge.errors import IndexLocked, LibraryUnreachable

if TYPE_CHECKING:
    from zotero_bridge.sync import SyncReport

RATIO = 10.0  # a look of 3 s at a large library of Zotero 9 is followed by 30 s of peace


def follow(
    look: Callable[[], SyncReport],
    *,
    every: float,
    notify: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[SyncReport]:
    """The first report, and then each that tells of a change, without end. The first look must succeed."""
    away = failed = None
    first = True
    while True:
        began, rest = clock(), every
        try:
            report = look()
        except (LibraryUnreachable, IndexLocked) as error:
            if first:
                raise
            if str(error) != away:
                away = str(error)
                notify(f"{error} Looking again every {every:.0f} s.")
        else:
            if away is not None:
                notify("It is there again.")
            away = None
            reasons = {(one.source_key, one.reason) for one in report.failed}
            if first or report.sources_read or report.removed or reasons != failed:
                yield report
            first, failed = False, reasons
            rest = max(every, RATIO * (clock() - began))
        sleep(rest)
