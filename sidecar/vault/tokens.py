"""The token grammar: how a token is derived, written, recognised and checked.

It keeps no values. A token is ``ENTITY_`` + the letter of the key + eleven characters of ``[a-z2-7]`` + one check
character, for example ``PERSON_a7k2q7xw3fav4``-like; only ``[A-Za-z0-9_]``, so it survives JSON, HTML, Markdown, URLs
and models. The eleven are the first 55 bits of HMAC-SHA-256 over (origin, scope, entity, exact value): the same value gets
the same token in every message, another scope another one, and nobody without the key can test a guess. The check
character tells every token with one character wrong, or two exchanged, from a real one before the vault is asked. A
*sealed* token has a longer tail, which is the value itself, encrypted (``sealed``). What else a token can look like is in
``spellings``; what models make of one in ``tolerant``.
"""

from __future__ import annotations

import base64
import hmac
import re
import zlib
from collections.abc import Collection
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from sidecar.vault.keys import VERSIONS, Key

Origin: TypeAlias = Literal["server", "client"]
"""Who sent the value the token stands for. Values the client sent use another domain of the key: no equality oracle."""

_DRAWN: Final = 11
TAIL: Final = 1 + _DRAWN + 1
"""Characters of a tail: the key's letter, what was drawn, the check character."""
SEALED_TAIL: Final = (30, 93)
"""Characters of a sealed token's tail, least and most (``sealed``: 1 to 40 bytes of value)."""
SHORTEST: Final = 1 + 1 + TAIL
"""Characters of the shortest token: callers with thousands of texts need not have shorter ones searched."""
_TAIL: Final = re.compile(rf"_([A-Za-z2-7]{{{TAIL}}}(?:[A-Za-z2-7]{{17,80}})?)(?![A-Za-z0-9])")
_NAME: Final = re.compile(r"(?<![A-Za-z0-9_\\])[A-Za-z_\\][A-Za-z0-9]*(?:\\?_+[A-Za-z0-9]+)*\\?\Z")
_WORDS: Final = re.compile(r"[A-Za-z0-9_\\]+\Z")
_LONGEST_NAME: Final = 48


class TokenSpan(NamedTuple):
    """A token found in a text, in its canonical spelling.

    ``is_genuine`` is what the check character says; ``is_plain`` that it is written as tokens are, so that nothing else
    can be meant. ``escape`` names how the text around it is escaped, and the value must be.
    """

    start: int
    end: int
    token: str
    is_genuine: bool
    is_plain: bool = True
    escape: Literal["", "percent", "html", "json"] = ""

    @property
    def entity(self) -> str:
        """Empty where the spelling does not tell it."""
        return self.token.rpartition("_")[0]

    @property
    def version(self) -> str:
        """The letter of the key it was made with."""
        return self.token.rpartition("_")[2][:1]


# GF(32) over x^5 + x^2 + 1; alpha has order 31, so the weights of any two places differ and a single wrong character or an
# exchange of two always changes the sum.
def _times_alpha(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 32 else value


def _weighted() -> tuple[dict[str, int], ...]:
    """For each place, what each character adds to the sum; places repeat after 31."""
    tables = []
    row = list(range(32))
    for _ in range(31):
        row = [_times_alpha(value) for value in row]
        tables.append(dict(zip(VERSIONS, row, strict=True)))
    return tuple(tables)


_WEIGHTED: Final = _weighted()


@lru_cache(maxsize=1024)
def _begin(entity: str) -> int:
    return zlib.crc32(entity.encode()) & 31


def check_character(entity: str, body: str) -> str:
    """``body``: the tail without its last character, in lower case."""
    total = _begin(entity)
    for place, character in enumerate(body):
        total ^= _WEIGHTED[place % 31][character]
    return VERSIONS[total]


def is_checked(entity: str, tail: str) -> bool:
    """Whether the check character is right; ``tail`` in lower case and of the right characters."""
    return check_character(entity, tail[:-1]) == tail[-1]


def derive(key: Key, origin: Origin, scope: str, entity: str, value: str, *, attempt: int = 0) -> str:
    """The token of ``value``; ``attempt`` > 0 only after a collision inside one scope."""
    material = "\x1f".join((origin, scope, entity, value, str(attempt))).encode("utf-8", "surrogatepass")
    drawn = base64.b32encode(hmac.digest(key.sub("tokens"), material, "sha256")[:7])[:_DRAWN].decode().lower()
    body = key.version + drawn
    return f"{entity}_{body}{check_character(entity, body)}"


def find(text: str, names: Collection[str] | None = None) -> list[TokenSpan]:
    r"""Tokens as they are written, in any letter case, also with Markdown's ``\_``, in order.

    With ``names`` (the entities there are) only tokens of one of those; words before it (``report_PERSON_…``) stay outside.
    """
    spans: list[TokenSpan] = []
    if "_" not in text:
        return spans
    for tail in _TAIL.finditer(text):
        low = max(0, tail.start() - _LONGEST_NAME)
        name = (_NAME if names is None else _WORDS).search(text, low, tail.start())
        if name is None:
            continue
        start, entity = name.start(), name.group().replace("\\", "").upper()
        if names is not None:
            # A name cut off by the limit has lost its beginning, so the first word of what is left does not count.
            known = known_end(f"?{entity}" if name.start() == low > 0 else entity, names)
            if known is None:
                continue
            start, entity = _start(text, tail.start(), known), known
        body = tail.group(1).lower()
        spans.append(TokenSpan(start, tail.end(), f"{entity}_{body}", is_checked(entity, body)))
    return spans


def known_end(entity: str, names: Collection[str]) -> str | None:
    """The longest end of ``entity``, cut at an underscore, that is one of ``names``."""
    while entity not in names:
        _, found, entity = entity.partition("_")
        if not found:
            return None
    return entity


def _start(text: str, end: int, entity: str) -> int:
    r"""Where ``entity`` begins that ends at ``end`` of ``text``, ``\_`` counted as one."""
    place, left = end, len(entity)
    while left:
        place -= 1
        left -= text[place] != "\\"
    return place
