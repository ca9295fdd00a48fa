"""Patterns of JSON Schema taken apart, so that a text can be made that they match.

It matches nothing (``patterns`` does) and knows what patterns of identifiers and numbers are made of: literals, classes,
groups, alternatives, repetitions and anchors. Of anything else (looking around, going back, properties of characters)
it says that it does not know it.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

Draw: TypeAlias = Callable[[int], int]

_DIGITS: Final = string.digits
_WORD: Final = string.ascii_letters + string.digits + "_"
_ANY: Final = string.ascii_lowercase + string.digits
_PRINTABLE: Final = "".join(map(chr, range(0x20, 0x7F)))
_NAMED: Final = {
    "d": _DIGITS,
    "w": _WORD,
    "s": " ",
    "D": string.ascii_lowercase,
    "W": " -",
    "S": _ANY,
}
_CONTROL: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_MORE: Final = 8
"""How often something that may come without end comes at most."""
_MOST_REPEATED: Final = 300
_DEEPEST: Final = 40


class Part(Protocol):
    def make(self, draw: Draw, extra: int) -> str:
        """A text this matches; ``extra`` lengthens repetitions."""


@dataclass(frozen=True, slots=True)
class _Chars:
    chars: str

    def make(self, draw: Draw, extra: int) -> str:  # noqa: ARG002 - one character is one
        return self.chars[draw(len(self.chars))]


@dataclass(frozen=True, slots=True)
class _Nothing:
    def make(self, draw: Draw, extra: int) -> str:  # noqa: ARG002 - an anchor
        return ""


@dataclass(frozen=True, slots=True)
class _Row:
    parts: tuple[Part, ...]

    def make(self, draw: Draw, extra: int) -> str:
        return "".join(part.make(draw, extra) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Either:
    parts: tuple[Part, ...]

    def make(self, draw: Draw, extra: int) -> str:
        return self.parts[draw(len(self.parts))].make(draw, extra)


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: Part
    least: int
    most: int | None

    def make(self, draw: Draw, extra: int) -> str:
        most = self.least + max(_MORE, extra) if self.most is None else self.most
        least = min(most, max(self.least, extra))
        count = least + draw(min(most - least, _MORE) + 1)
        return "".join(self.part.make(draw, 0 if extra else extra) for _ in range(count))


class _Unknown(Exception):
    """A construct this module does not know."""


def parse(pattern: str) -> Part | None:
    """None for a pattern that is not one, or that this module does not know."""
    try:
        reader = _Reader(pattern)
        part = reader.alternatives(0)
        return part if reader.at == len(pattern) else None
    except (_Unknown, IndexError, ValueError):
        return None


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self.at = 0

    def _peek(self) -> str:
        return self._text[self.at : self.at + 1]

    def _next(self) -> str:
        char = self._text[self.at]
        self.at += 1
        return char

    def alternatives(self, depth: int) -> Part:
        if depth > _DEEPEST:
            raise _Unknown
        parts = [self._row(depth)]
        while self._peek() == "|":
            self.at += 1
            parts.append(self._row(depth))
        return parts[0] if len(parts) == 1 else _Either(tuple(parts))

    def _row(self, depth: int) -> Part:
        parts: list[Part] = []
        while self._peek() not in {"", "|", ")"}:
            parts.append(self._repeated(self._one(depth)))
        return _Row(tuple(parts))

    def _one(self, depth: int) -> Part:
        char = self._next()
        match char:
            case "^" | "$":
                return _Nothing()
            case ".":
                return _Chars(_ANY)
            case "[":
                return _Chars(self._class())
            case "(":
                return self._group(depth)
            case "\\":
                escaped = self._next()
                return _Nothing() if escaped in "bAzZ" else _Chars(self._escaped(escaped))
            case "*" | "+" | "?":
                raise _Unknown
            case _:
                return _Chars(char)

    def _group(self, depth: int) -> Part:
        if self._peek() == "?":
            self.at += 1
            mark = self._next()
            if mark in "P<":
                if mark == "P" and self._next() != "<":
                    raise _Unknown
                if self._peek() in {"=", "!"}:
                    raise _Unknown
                self.at = self._text.index(">", self.at) + 1
            elif mark != ":":
                raise _Unknown
        inner = self.alternatives(depth + 1)
        if self._next() != ")":
            raise _Unknown
        return inner

    def _escaped(self, char: str) -> str:
        if char in _NAMED:
            return _NAMED[char]
        if char in "xu":
            if self._peek() == "{":
                end = self._text.index("}", self.at)
                digits, self.at = self._text[self.at + 1 : end], end + 1
            else:
                width = 2 if char == "x" else 4
                digits = self._text[self.at : self.at + width]
                self.at += width
            return chr(int(digits, 16))
        if char in _CONTROL:
            return _CONTROL[char]
        if char.isalnum():
            raise _Unknown
        return char

    def _class(self) -> str:
        is_negated = self._peek() == "^"
        self.at += is_negated
        chars: list[str] = []
        while self._peek() != "]":
            first = self._member()
            if self._peek() == "-" and self._text[self.at + 1 : self.at + 2] != "]":
                self.at += 1
                last = self._member()
                if len(first) != 1 or len(last) != 1 or first > last:
                    raise _Unknown
                first = "".join(map(chr, range(ord(first), min(ord(last), ord(first) + 512) + 1)))
            chars.append(first)
        self.at += 1
        found = "".join(chars)
        if is_negated:
            found = "".join(char for char in _PRINTABLE if char not in found)
        if not found:
            raise _Unknown
        return found

    def _member(self) -> str:
        char = self._next()
        if char == "[":
            raise _Unknown  # classes within classes
        return self._escaped(self._next()) if char == "\\" else char

    def _repeated(self, part: Part) -> Part:
        match self._peek():
            case "*":
                least, most = 0, None
            case "+":
                least, most = 1, None
            case "?":
                least, most = 0, 1
            case "{":
                return self._lazy(self._counted(part))
            case _:
                return part
        self.at += 1
        return self._lazy(_Repeat(part, least, most))

    def _lazy(self, part: Part) -> Part:
        if self._peek() in {"?", "+"}:
            self.at += 1
        return part

    def _counted(self, part: Part) -> Part:
        end = self._text.index("}", self.at)
        least, comma, most = self._text[self.at + 1 : end].partition(",")
        self.at = end + 1
        lowest = int(least)
        highest = int(most) if most else (None if comma else lowest)
        if lowest > _MOST_REPEATED or (highest is not None and highest < lowest):
            raise _Unknown
        return _Repeat(part, lowest, highest)
