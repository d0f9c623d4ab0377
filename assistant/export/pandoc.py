"""
The one door to pandoc: a manuscript and its bibliography become a file.

Everything pandoc is given was made here, so it reads no markup, no file but the bibliography and the style, and no
network. Markdown keeps its citations as keys, beside a CSL JSON bibliography; every other format has them set.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from assistant.export.bibliography import Bibliography
from assistant.export.tree import Manuscript, Node
from assistant.export.writing import placed, write_text
from zotero_bridge.errors import MissingPart, RealistError

SUFFIXES = {"markdown": ".md", "docx": ".docx", "odt": ".odt", "html": ".html", "latex": ".tex", "pdf": ".pdf"}
BIBLIOGRAPHY = ".csl.json"  # what a Markdown manuscript's references lie in, beside it
_NAMES = {"md": "markdown", "word": "docx", "tex": "latex", **{s.strip("."): f for f, s in SUFFIXES.items()}}
_PDF_ENGINES = ("typst", "xelatex", "lualatex", "tectonic", "weasyprint", "wkhtmltopdf", "pdflatex")
# What pandoc's Markdown writer and reader do not hand back as it was: shapes that smart reading may turn into others
# (pandoc 3.9), & where it begins an entity, and : where it could begin a definition, which the writer does not escape.
# Such characters go through the writer as ones that mean nothing to it, and are put back in its output.
_PUT_BACK = {**{c: c for c in "‘’“”„‚‟‛–—…"}, "\x01": "&amp;", "\x02": "\\:", "@": "\\@"}
_ENTITY = re.compile(r"&(?=#|\w+;)")
_DEFINES = re.compile(r"^:")
_STAND_INS = {ord(c): 0xF8A0 + n for n, c in enumerate(_PUT_BACK)}
_BACK = {stand_in: _PUT_BACK[chr(c)] for c, stand_in in _STAND_INS.items()}


class UnknownFormat(RealistError):
    exit_code = 2


class PandocFailed(RealistError):
    hint = "Export to Markdown works without it; the message above is pandoc's own."


def format_named(name: str) -> str:
    """'markdown', 'docx', … for a format or a file suffix. Raises UnknownFormat."""
    wanted = name.strip().lstrip(".").lower()
    found = _NAMES.get(wanted, wanted if wanted in SUFFIXES else "")
    if not found:
        raise UnknownFormat(f"{name} is no format.", hint=f"Use one of: md, {', '.join(sorted(SUFFIXES))}.")
    return found


def write_manuscript(
    manuscript: Manuscript, bibliography: Bibliography, *, fmt: str, path: Path, style: Path | None
) -> tuple[Path, ...]:
    """Writes `path`; returns further files written beside it."""
    if fmt == "markdown":
        return _write_markdown(manuscript, bibliography, path=path, style=style)
    arguments = ["--standalone", "--citeproc", *_engine(fmt)]
    with tempfile.TemporaryDirectory(prefix="realist-") as folder:
        entries = Path(folder) / "bibliography.json"
        entries.write_text(bibliography.as_json, encoding="utf-8", errors="replace")
        arguments += ["--bibliography", str(entries)]
        if style is not None:
            arguments += ["--csl", str(style)]
        with placed(path) as temporary:
            _run(json.dumps(manuscript.tree(api_version())), fmt, arguments, output=temporary)
            if fmt == "docx":
                from assistant.export.word import finish

                finish(temporary, landscape=manuscript.landscape)
    return ()


def _write_markdown(
    manuscript: Manuscript, bibliography: Bibliography, *, path: Path, style: Path | None
) -> tuple[Path, ...]:
    beside = path.with_suffix(BIBLIOGRAPHY)
    extra = {"bibliography": {"t": "MetaString", "c": beside.name}} if bibliography.entries else {}
    if style is not None:
        extra["csl"] = {"t": "MetaString", "c": style.as_posix()}
    written = as_markdown(manuscript.tree(api_version(), extra=extra))
    if bibliography.entries:
        write_text(beside, bibliography.as_json)
    write_text(path, written)
    return (beside,) if bibliography.entries else ()


def as_markdown(tree: Node) -> str:
    """pandoc's Markdown, which any pandoc reads back to the same words."""
    hidden = json.dumps(_with_stand_ins(tree), ensure_ascii=False)
    return _run(hidden, "markdown", ["--standalone", "--wrap=none"]).translate(_BACK)


def _with_stand_ins(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_stand_ins(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("t") == "Str":
        return {"t": "Str", "c": _DEFINES.sub("\x02", _ENTITY.sub("\x01", node["c"])).translate(_STAND_INS)}
    return {name: _with_stand_ins(one) for name, one in node.items()}


def _engine(fmt: str) -> list[str]:
    if fmt != "pdf":
        return []
    for engine in _PDF_ENGINES:
        if shutil.which(engine):
            return [f"--pdf-engine={engine}"]
    raise MissingPart(
        "Making a PDF needs a typesetter, and there is none on this machine.",
        hint="Export to Word and save as PDF there, or install typst or LaTeX.",
    )


def _run(tree: str, fmt: str, arguments: list[str], *, output: Path | None = None) -> str:
    try:
        import pypandoc
    except ImportError as error:
        raise MissingPart("pandoc is not installed.", hint="pip install pypandoc_binary") from error
    try:
        made: str = pypandoc.convert_text(
            tree, fmt, format="json", extra_args=arguments, outputfile=str(output) if output else None
        )
    except (RuntimeError, OSError) as error:
        raise PandocFailed(f"pandoc could not make the {fmt} file: {str(error).strip()[:300]}") from error
    return made.replace("\r\n", "\n")


@cache
def api_version() -> tuple[int, ...]:
    """The version of the tree that this pandoc reads."""
    try:
        import pypandoc

        empty = json.loads(pypandoc.convert_text("", "json", format="markdown"))
    except ImportError as error:
        raise MissingPart("pandoc is not installed.", hint="pip install pypandoc_binary") from error
    except (RuntimeError, OSError) as error:
        raise PandocFailed(f"pandoc does not run here: {str(error).strip()[:300]}") from error
    return tuple(empty["pandoc-api-version"])
