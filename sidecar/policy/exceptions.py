"""Values somebody has said are nobody's data, as keyed digests: no value stands here, and nobody without the key can test a guess.

It reads no file (``parse_exceptions`` is handed the text) and asks nobody for the time but its clock.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sidecar.config.document import Part
from sidecar.config.document import parse as parse_document
from sidecar.errors import BadConfig

KEY_BYTES: Final = 32
_DIGEST: Final = re.compile(r"[0-9a-f]{32}")
_ENTITY: Final = re.compile(r"[A-Z][A-Z0-9_]{1,47}|\*")
_KEYS: Final = ("version", "exceptions")
_MEMBERS: Final = ("digest", "entity", "until")


@dataclass(frozen=True, slots=True)
class Exempt:
    """``entity`` may be ``*``; ``until`` is the last day it holds, or None for ever."""

    digest: str
    entity: str
    until: date | None = None

    def line(self) -> str:
        """As it stands in the file."""
        until = f", until: {self.until.isoformat()}" if self.until else ""
        entity = "'*'" if self.entity == "*" else self.entity
        return f'  - {{digest: "{self.digest}", entity: {entity}{until}}}\n'


def is_entity(text: str) -> bool:
    """An entity's name, or ``*`` for any."""
    return _ENTITY.fullmatch(text) is not None


def digest_of(key: bytes, value: str) -> str:
    """Letter case and blanks make no other value."""
    folded = " ".join(value.casefold().split())
    return hmac.digest(key, folded.encode("utf-8", "surrogatepass"), "sha256")[:16].hex()


class Exceptions:
    def __init__(self, key: bytes, entries: Sequence[Exempt], clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock
        self._until: dict[tuple[str, str], date | None] = {(one.digest, one.entity): one.until for one in entries}
        self.entries = tuple(entries)

    def __len__(self) -> int:
        return len(self._until)

    def __repr__(self) -> str:
        return f"Exceptions({len(self)})"

    def digest(self, policy: str) -> str:
        """Of the policy and its exceptions together."""
        lines = "\n".join(sorted(map(Exempt.line, self.entries)))
        return hashlib.sha256(f"{policy}\n{lines}".encode()).hexdigest()[:16] if self.entries else policy

    def has(self, entity: str, value: str) -> bool:
        digest = digest_of(self._key, value)
        return any(
            found in self._until and self._holds(self._until[found]) for found in ((digest, entity), (digest, "*"))
        )

    def new(self, value: str, entity: str, until: date | None) -> Exempt:
        return Exempt(digest_of(self._key, value), entity, until)

    def _holds(self, until: date | None) -> bool:
        return until is None or datetime.fromtimestamp(self._clock(), UTC).date() <= until


def parse_exceptions(text: str, source: str) -> tuple[Exempt, ...]:
    """Raises ``BadConfig`` with file:line:column."""
    root = parse_document(text, source)
    keys = root.members(_KEYS)
    if "version" not in keys or keys["version"].scalar() != 1:
        root.fail("'version: 1' is missing")
    return tuple(map(_exempt, keys["exceptions"].items())) if "exceptions" in keys else ()


def _exempt(part: Part) -> Exempt:
    keys = part.members(_MEMBERS)
    for name in ("digest", "entity"):
        if name not in keys:
            part.fail(f"an exception needs '{name}'")
    digest, entity = keys["digest"].text(), keys["entity"].text()
    if _DIGEST.fullmatch(digest) is None:
        keys["digest"].fail("expected 32 hexadecimal digits, as 'mcp-sidecar except' writes them; never a value")
    if not is_entity(entity):
        keys["entity"].fail("expected an entity in capitals, such as PERSON, or '*'")
    return Exempt(digest, entity, _day(keys["until"]) if "until" in keys else None)


def _day(part: Part) -> date:
    value = part.scalar()
    if isinstance(value, datetime) or not isinstance(value, date):
        part.fail("expected a day: 2027-01-31")
    return value


def read_key(data: bytes, source: str) -> bytes:
    """A key file's bytes, checked. Raises ``BadConfig``."""
    if len(data) < KEY_BYTES:
        raise BadConfig(f"{source}: expected a key of at least {KEY_BYTES} bytes")
    return data
