"""
Values to plain JSON and back, by their own type hints.

Knows frozen dataclasses, enums, tuples, mappings of text, optional and literal values, and the plain JSON types;
nothing of events or reviews. `decode(type(v), encode(v)) == v` holds for every value of both models. A field that is
missing takes its default; a field that is unknown is refused, since what wrote it knew more than we do.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar

T = TypeVar("T")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Undecodable(ValueError):
    """The JSON does not hold a value of this type. The message names the place."""


class UnknownField(Undecodable):
    """A field that this version does not know."""


def canonical(value: object) -> str:
    """One line of JSON, the same for the same value whatever wrote it: sorted keys, no spaces, UTF-8 throughout."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def encode(value: object) -> Any:
    """Plain JSON types. Fields are written in full, defaults included, so that a later default changes nothing."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [encode(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no place in a ledger")


def decode(kind: type[T], raw: object) -> T:
    """A value of `kind`. Raises Undecodable, or UnknownField for what a later version wrote."""
    return typing.cast(T, _decode(kind, raw, kind.__name__))


def _decode(kind: Any, raw: Any, at: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(typing.get_args(kind), raw, at)
    if origin is Literal:
        return _decode_literal(typing.get_args(kind), raw, at)
    if origin is tuple:
        return _decode_tuple(typing.get_args(kind), raw, at)
    if origin is not None and issubclass(origin, Mapping):
        return _decode_mapping(typing.get_args(kind)[1], raw, at)
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, raw, at)
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(raw)
        except ValueError as error:
            raise Undecodable(f"{at}: {error}") from error
    if kind is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    if not isinstance(raw, kind) or (kind is int and isinstance(raw, bool)):
        raise Undecodable(f"{at}: expected {getattr(kind, '__name__', kind)}, found {type(raw).__name__}")
    return raw


def _decode_union(members: tuple[Any, ...], raw: Any, at: str) -> Any:
    if raw is None and type(None) in members:
        return None
    failures: list[str] = []
    for member in members:
        if member is not type(None):
            try:
                return _decode(member, raw, at)
            except Undecodable as error:
                failures.append(str(error))
    raise Undecodable("; ".join(failures))


def _decode_literal(choices: tuple[Any, ...], raw: Any, at: str) -> Any:
    for choice in choices:
        if (choice.value if isinstance(choice, Enum) else choice) == raw:
            return choice
    raise Undecodable(f"{at}: {raw!r} is none of {', '.join(map(str, choices))}")


def _decode_tuple(members: tuple[Any, ...], raw: Any, at: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise Undecodable(f"{at}: expected a list, found {type(raw).__name__}")
    if len(members) == 2 and members[1] is Ellipsis:
        return tuple(_decode(members[0], one, f"{at}[{n}]") for n, one in enumerate(raw))
    if len(members) != len(raw):
        raise Undecodable(f"{at}: expected {len(members)} values, found {len(raw)}")
    return tuple(_decode(kind, one, f"{at}[{n}]") for n, (kind, one) in enumerate(zip(members, raw, strict=True)))


def _decode_mapping(member: Any, raw: Any, at: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise Undecodable(f"{at}: expected a table, found {type(raw).__name__}")
    return {key: _decode(member, one, f"{at}.{key}") for key, one in raw.items()}


def _decode_dataclass(kind: Any, raw: Any, at: str) -> Any:
    if not isinstance(raw, dict):
        raise Undecodable(f"{at}: expected a table, found {type(raw).__name__}")
    hints, required = _shape(kind)
    strange = raw.keys() - hints.keys()
    if strange:
        raise UnknownField(f"{at} has the unknown field {min(strange)!r}")
    missing = required - raw.keys()
    if missing:
        raise Undecodable(f"{at} lacks the field {min(missing)!r}")
    return kind(**{name: _decode(hints[name], one, f"{at}.{name}") for name, one in raw.items()})


@cache
def _shape(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """The types of a dataclass's fields, and which of them have no default."""
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    empty = dataclasses.MISSING
    required = frozenset(f.name for f in fields if f.default is empty and f.default_factory is empty)
    return {f.name: hints[f.name] for f in fields}, required
