"""
The fields of a BibTeX entry that hold several things: names, files, keywords, groups.

File fields come in the dialects of Zotero and Better BibTeX ("Title:files/12/x.pdf:application/pdf;…"), JabRef
(":x.pdf:PDF"), Mendeley (":home/me/x.pdf:pdf", characters in LaTeX), and as plain paths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from zotero_bridge.sources.bibtex_latex import plain_text
from zotero_bridge.sources.export_entries import AttachedFile

_FILE_FIELDS = ("file", "pdf", "files", "local-url", "localfile")
_TYPE = re.compile(r"^(?:[\w.+-]+/[\w.+;=-]+|[A-Za-z][\w+ -]{0,14})?$")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


def attached_files(fields: Mapping[str, str]) -> tuple[AttachedFile, ...]:
    """Files in the order of the field; web addresses are not files."""
    files: dict[str, AttachedFile] = {}
    for name in _FILE_FIELDS:
        for part in _escaped_split(_without_latex(fields.get(name, "")), ";"):
            file = _file(part.strip())
            if file is not None:
                files.setdefault(file.path, file)
    return tuple(files.values())


def split_keywords(fields: Mapping[str, str]) -> list[str]:
    tags: list[str] = []
    for name in ("keywords", "keyword", "mendeley-tags", "tags"):
        text = plain_text(fields.get(name, ""))
        tags += [" ".join(tag.split()) for tag in re.split(r";" if ";" in text else r",", text)]
    return [tag for tag in dict.fromkeys(tags) if tag]


def split_groups(fields: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Paths from the top: JabRef names groups, Mendeley writes "Folder/Inner folder"."""
    named = [(_plain(name.replace("\\,", ",")),) for name in _escaped_split(fields.get("groups", ""), ",")]
    paths = [
        tuple(part.strip() for part in path.split("/") if part.strip())
        for path in plain_text(fields.get("mendeley-groups", "")).split(",")
    ]
    return tuple(dict.fromkeys(path for path in [*named, *paths] if path and all(path)))


def person_names(value: str) -> list[dict[str, str]]:
    """Creators of Zotero's item JSON, without their role. "and others" is nobody."""
    people = []
    for name in _split_outside_braces(" ".join(value.split()), _AND):
        person = _person(name.strip())
        if person is not None:
            people.append(person)
    return people


def _file(part: str) -> AttachedFile | None:
    title, path, kind = _file_parts(part)
    path = re.sub(r"\\([\\:;{}_&%#$~ ])", r"\1", path).strip()
    if not path or re.match(r"(?:https?|ftp):", path, re.IGNORECASE):
        return None
    return AttachedFile(path=path, title=title.strip(), content_type=kind if "/" in kind else "")


def _file_parts(part: str) -> tuple[str, str, str]:
    """(title, path, type)"""
    if re.match(r"[a-z][\w+.-]+://", part, re.IGNORECASE):
        return "", part, ""
    pieces = _escaped_split(part, ":")
    if len(pieces) >= 3 and _TYPE.match(pieces[-1].strip()):
        return _unescaped(pieces[0]), ":".join(pieces[1:-1]), pieces[-1].strip()
    if len(pieces) == 2 and len(pieces[0].strip()) != 1:
        first, second = pieces
        if first.strip() and _TYPE.match(second.strip()) and re.search(r"\.\w{2,5}$", first.strip()):
            return "", first, second.strip()
        return _unescaped(first), second, ""
    if len(pieces) >= 3 and len(pieces[0].strip()) != 1:  # a title and a path with a drive, no type
        return _unescaped(pieces[0]), ":".join(pieces[1:]), ""
    return "", part, ""


def _without_latex(field: str) -> str:
    """Mendeley writes a path's special characters in LaTeX; elsewhere a backslash is an escape or a folder."""
    if "{\\" in field or "$\\backslash$" in field:
        shielded = field.replace("$\\backslash$", "\0")
        pieces = re.split(r"(\{\\[^{}]*(?:\{[^{}]*\}[^{}]*)*\})", shielded)
        return "".join(plain_text(p) if p.startswith("{\\") else p for p in pieces).replace("\0", "\\")
    return field


def _escaped_split(text: str, separator: str) -> list[str]:
    """Parts between separators that no backslash escapes; escapes stay as they are."""
    parts, current, skip = [], "", False
    for index, letter in enumerate(text):
        if skip:
            skip = False
        elif letter == "\\" and text[index + 1 : index + 2] in ("\\", separator):
            skip = True
        elif letter == separator:
            parts.append(current)
            current = ""
            continue
        current += letter
    return [*parts, current]


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\:;])", r"\1", text)


def _split_outside_braces(text: str, separator: re.Pattern[str]) -> list[str]:
    parts, begin, at, depth = [], 0, 0, 0
    while at < len(text):
        letter = text[at]
        if depth == 0 and (found := separator.match(text, at)) is not None and found.end() > at:
            parts.append(text[begin:at])
            begin = at = found.end()
            continue
        depth += {"{": 1, "}": -1}.get(letter, 0)
        at += 1
    return [*parts, text[begin:]]


def _person(name: str) -> dict[str, str] | None:
    if not name or name.lower() in ("others", "et al.", "et al"):
        return None
    if name.startswith("{") and name.endswith("}") and _closes_at_end(name):
        return {"name": _plain(name)}
    if re.search(r"\bfamily\s*=", name):  # biblatex's extended format
        return _extended_person(name)
    parts = [_plain(part) for part in _split_outside_braces(name, re.compile(r","))]
    if len(parts) == 2:
        return {"lastName": parts[0], "firstName": parts[1]} if all(parts) else {"name": parts[0] or parts[1]}
    if len(parts) > 2:
        return {"lastName": parts[0], "firstName": ", ".join(part for part in (parts[-1], parts[1]) if part)}
    words = _split_outside_braces(name, re.compile(r"[\s~]+"))
    if len(words) == 1:
        return {"name": _plain(name)}
    particle = next((index for index, word in enumerate(words[1:-1], start=1) if _is_particle(word)), len(words) - 1)
    return {"lastName": _plain(" ".join(words[particle:])), "firstName": _plain(" ".join(words[:particle]))}


def _extended_person(name: str) -> dict[str, str] | None:
    parts = {
        key.strip().lower(): _plain(value).strip('"')
        for key, _, value in (part.partition("=") for part in _split_outside_braces(name, re.compile(r",")))
    }
    last = " ".join(part for part in (parts.get("prefix", ""), parts.get("family", "")) if part)
    return {"lastName": last, "firstName": parts.get("given", "")} if last else None


def _is_particle(word: str) -> bool:
    letters = [letter for letter in plain_text(word) if letter.isalpha()]
    return bool(letters) and letters[0].islower() and not word.startswith("{")


def _closes_at_end(name: str) -> bool:
    depth = 0
    for index, letter in enumerate(name):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return index == len(name) - 1
    return False


def _plain(latex: str) -> str:
    return " ".join(plain_text(latex).replace("\u00a0", " ").split())
