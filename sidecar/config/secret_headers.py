"""Header fields whose values are secrets: as they are now, and once more when the other side no longer takes them.

It sends nothing. A name is on the command line, its value never.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from sidecar.config.secrets import Secret, Secrets
from sidecar.errors import BadConfig, BadUsage

Fields: TypeAlias = tuple[tuple[str, str], ...]

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[\x20-\x7E\x80-\xFF]*")
_TRANSPORT: Final = frozenset(
    {
        "host", "content-length", "transfer-encoding", "connection", "content-type", "accept", "accept-encoding",
        "content-encoding",
    }
)  # fmt: skip


class SecretHeaders:
    """What a transport puts into each request. Falsy without any."""

    def __init__(self, secrets: Secrets, texts: Sequence[str], flag: str) -> None:
        """``texts``: ``NAME=REFERENCE``. Raises ``BadUsage`` and ``BadConfig`` naming ``flag``, never a value."""
        self._secrets: Final = secrets
        self._fields: Final[tuple[tuple[str, Secret], ...]] = tuple(self._field(text, flag) for text in texts)

    def __bool__(self) -> bool:
        return bool(self._fields)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._fields)

    @property
    def generation(self) -> int:
        """Which values ``fields`` gives now."""
        return self._secrets.generation

    def fields(self) -> Fields:
        """Raises ``BadConfig`` for a value that cannot stand in a header."""
        found = []
        for name, secret in self._fields:
            value = secret.value.strip()
            if not value or not _VALUE.fullmatch(value):
                raise BadConfig(f"{secret.name}: what the {secret.scheme} source holds cannot be a header's value")
            found.append((name, value))
        return tuple(found)

    async def renew(self, seen: int) -> bool:
        """The other side refused generation ``seen``; whether there is another now."""
        return await self._secrets.renew(seen)

    def _field(self, text: str, flag: str) -> tuple[str, Secret]:
        name, equals, reference = text.partition("=")
        if not equals or not _TOKEN.fullmatch(name):
            raise BadUsage(f"{flag}: expected NAME=env:VARIABLE or NAME=file:PATH; a value does not belong here")
        if name.lower() in _TRANSPORT:
            raise BadUsage(f"{flag}: {name} is the transport's own")
        if ":" not in reference:
            raise BadUsage(f"{flag}: expected NAME=env:VARIABLE or NAME=file:PATH; a value does not belong here")
        return name, self._secrets.refer(reference, flag)
