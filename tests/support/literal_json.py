"""JSON read and written with nothing lost: number text, key order, keys that stand twice, lone surrogates.

Independent of ``sidecar.wire`` on purpose: a hand-written reader, so that a fault there cannot hide itself here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}


class Num(NamedTuple):
    """A number as it is written."""

    text: str


class Obj(NamedTuple):
    """Members in order."""

    members: tuple[tuple[str, Any], ...]


def read(data: bytes | str) -> Any:
    """Raises ``ValueError`` for what is not strict JSON."""
    text = data.decode("utf-8") if isinstance(data, bytes) else data
    value, at = _value(text, _skip(text, 0))
    if _skip(text, at) != len(text):
        raise ValueError("something follows")
    return value


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found
    return found.end()


def _value(text: str, at: int) -> tuple[Any, int]:
    match text[at : at + 1]:
        case '"':
            return _string(text, at)
        case "{":
            return _object(text, at)
        case "[":
            return _array(text, at)
    for word, value in _WORDS.items():
        if text.startswith(word, at):
            return value, at + len(word)
    found = _NUMBER.match(text, at)
    if not found:
        raise ValueError(f"no value at {at}")
    return Num(found.group()), found.end()


def _object(text: str, at: int) -> tuple[Obj, int]:
    members: list[tuple[str, Any]] = []
    at = _skip(text, at + 1)
    while text[at] != "}" or members:
        key, at = _string(text, at)
        at = _expect(text, _skip(text, at), ":")
        value, at = _value(text, _skip(text, at))
        members.append((key, value))
        at = _skip(text, at)
        if text[at] == "}":
            break
        at = _skip(text, _expect(text, at, ","))
    return Obj(tuple(members)), at + 1


def _array(text: str, at: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    at = _skip(text, at + 1)
    while text[at] != "]" or items:
        value, at = _value(text, at)
        items.append(value)
        at = _skip(text, at)
        if text[at] == "]":
            break
        at = _skip(text, _expect(text, at, ","))
    return items, at + 1


def _expect(text: str, at: int, mark: str) -> int:
    if text[at] != mark:
        raise ValueError(f"no {mark} at {at}")
    return at + 1


def _string(text: str, at: int) -> tuple[str, int]:
    at = _expect(text, at, '"')
    units: list[str] = []
    while text[at] != '"':
        if text[at] == "\\":
            escape = text[at + 1]
            units.append(chr(int(text[at + 2 : at + 6], 16)) if escape == "u" else _SHORT[escape])
            at += 6 if escape == "u" else 2
        else:
            plain = _PLAIN.match(text, at)
            if not plain or plain.end() == at:
                raise ValueError(f"a control character at {at}")
            units.append(plain.group())
            at = plain.end()
    joined = "".join(units).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return joined, at + 1


def write(value: Any, spell: Callable[[str], str], blank: Callable[[], str]) -> str:
    """``spell`` writes one string with its quotes; ``blank`` is asked wherever white space may stand."""
    match value:
        case Num(text):
            return text
        case str():
            return spell(value)
        case Obj(members):
            inner = f"{blank()},{blank()}".join(
                f"{spell(key)}{blank()}:{blank()}{write(item, spell, blank)}" for key, item in members
            )
            return "{" + blank() + inner + blank() + "}"
        case list():
            inner = f"{blank()},{blank()}".join(write(item, spell, blank) for item in value)
            return "[" + blank() + inner + blank() + "]"
        case _:
            return {True: "true", False: "false", None: "null"}[value]
