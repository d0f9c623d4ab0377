"""
Put the lines of a page into reading order.

A page is divided where a gutter runs between lines for a good part of its height: what stands above comes first, then
the column left of the gutter, the one right of it, then what stands below; each part is divided again the same way.
Rows of a table look like columns too: they are told by cells that do not fill their width, and are kept as rows.
Pure.
"""

from __future__ import annotations

import itertools
from functools import reduce
from statistics import median

from zotero_bridge.extract.pdf_lines import Line, joined

_MIN_GUTTER = 5.0  # points
_MIN_LINES = 3  # on each side
_MIN_CELLS = 3
_CELL_WORDS = 3
_MAX_DEPTH = 12


def strips(lines: list[Line]) -> list[list[Line]]:
    """The lines in reading order, one list for each column or full-width part, in order."""
    ordered = _rows_joined(sorted(lines, key=lambda line: (line.y, line.x0)))
    return [strip for strip in _divided(ordered, 0) if strip]


def _rows_joined(lines: list[Line]) -> list[Line]:
    """Three or more short pieces on one baseline are the cells of a row, not lines of columns: they become one line."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and line.y - rows[-1][0].y < 0.3 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    cells = [_cells(row) if len(row) >= _MIN_CELLS else [] for row in rows]
    out: list[Line] = []
    for index, (row, runs) in enumerate(zip(rows, cells, strict=True)):
        if runs and any(cells[max(0, index - 2) : index] + cells[index + 1 : index + 3]):
            inside = {id(piece) for run in runs for piece in run}
            out.extend(piece for piece in row if id(piece) not in inside)
            out.extend(reduce(joined, run) for run in runs)
        else:
            out.extend(row)
    return sorted(out, key=lambda line: (line.y, line.x0))


def _cells(row: list[Line]) -> list[list[Line]]:
    """Runs of at least three neighbouring pieces of few words."""
    runs: list[list[Line]] = [[]]
    for piece in sorted(row, key=lambda line: line.x0):
        if piece.words <= _CELL_WORDS:
            runs[-1].append(piece)
        else:
            runs.append([])
    return [run for run in runs if len(run) >= _MIN_CELLS]


def _divided(lines: list[Line], depth: int) -> list[list[Line]]:
    if len(lines) < 2 * _MIN_LINES or depth > _MAX_DEPTH:
        return [lines]
    found = _best_gutter(lines)
    if found is None:
        return [lines]
    gutter, begin, end = found
    left = [line for line in lines[begin:end] if line.x0 < gutter]
    right = [line for line in lines[begin:end] if line.x0 >= gutter]
    return [
        *_divided(lines[:begin], depth + 1),
        *_divided(left, depth + 1),
        *_divided(right, depth + 1),
        *_divided(lines[end:], depth + 1),
    ]


def _best_gutter(lines: list[Line]) -> tuple[float, int, int] | None:
    """The gutter with most lines beside it: its x and the run of lines (by index) that it parts."""
    best: tuple[float, float, int, int] | None = None
    for edge in _candidates(lines):
        for begin, end in _runs(lines, edge):
            score = _score(lines[begin:end], edge)
            if score > 0 and (best is None or score > best[0]):
                best = (score, edge, begin, end)
    return best[1:] if best else None


def _candidates(lines: list[Line]) -> list[float]:
    """Where several lines begin, right of the leftmost of them."""
    starts = sorted(line.x0 for line in lines)
    floor = starts[0] + 20
    edges: list[float] = []
    group: list[float] = []
    for x in [*(s for s in starts if s > floor), float("inf")]:
        if group and x - group[-1] > 4:
            if len(group) >= _MIN_LINES - 1:
                edges.append(group[0] - 1.0)
            group = []
        group.append(x)
    return edges


def _runs(lines: list[Line], edge: float) -> list[tuple[int, int]]:
    """Runs of lines (by index) none of which crosses the edge."""
    runs: list[tuple[int, int]] = []
    begin = 0
    for index, line in enumerate(lines):
        if line.x0 < edge and line.x1 > edge - _MIN_GUTTER + 1:
            if index - begin >= 2 * _MIN_LINES:
                runs.append((begin, index))
            begin = index + 1
    if len(lines) - begin >= 2 * _MIN_LINES:
        runs.append((begin, len(lines)))
    return runs


def _score(run: list[Line], edge: float) -> float:
    """How much text the gutter parts; 0 where this is no gutter between columns of prose."""
    left = [line for line in run if line.x0 < edge]
    right = [line for line in run if line.x0 >= edge]
    if len(left) < _MIN_LINES or len(right) < _MIN_LINES:
        return 0
    gap = min(line.x0 for line in right) - max(line.x1 for line in left)
    size = median(line.size for line in run)
    if gap < max(_MIN_GUTTER, 0.6 * size):
        return 0
    overlap = min(left[-1].y, right[-1].y) - max(left[0].y, right[0].y)
    if overlap < 2 * size:
        return 0
    if _tabular(left, right):
        return 0
    chars = min(sum(len(line.text) for line in left), sum(len(line.text) for line in right))
    return chars * (1 + min(gap, 30) / 100)


def _tabular(left: list[Line], right: list[Line]) -> bool:
    """Whether these are cells of rows: beside each other on one baseline, not filling their width, of few words."""
    fewer, more = (left, right) if len(left) <= len(right) else (right, left)
    ys = sorted(line.y for line in more)
    aligned = sum(_near(ys, line.y) for line in fewer) / len(fewer)
    words = min(median(line.words for line in left), median(line.words for line in right))
    fill = min(_fill(left), _fill(right))
    if words < 2.5 and aligned > 0.5:
        return not _lists_beside_prose(left, right)
    return aligned > 0.7 and (fill < 0.55 or (fill < 0.7 and words < 4))


def _lists_beside_prose(left: list[Line], right: list[Line]) -> bool:
    """Short lines close below each other beside full lines: key words beside an abstract, not labels of rows."""
    short, long = (left, right) if median(line.words for line in left) < 2.5 else (right, left)
    if median(line.words for line in long) < 5 or _fill(long) < 0.75 or len(long) <= len(short):
        return False
    return _pace(short) < 1.5 * _pace(long)


def _pace(side: list[Line]) -> float:
    return median(b.y - a.y for a, b in itertools.pairwise(side))


def _near(ys: list[float], y: float) -> bool:
    from bisect import bisect_left

    at = bisect_left(ys, y - 1.5)
    return at < len(ys) and ys[at] <= y + 1.5


def _fill(side: list[Line]) -> float:
    """How evenly the lines are filled: prose nearly to 1, cells to anything. Several columns of prose are even too."""
    widths = sorted(line.x1 - line.x0 for line in side)
    widest = widths[-1 - len(widths) // 10]
    return median(widths) / widest if widest else 1.0
