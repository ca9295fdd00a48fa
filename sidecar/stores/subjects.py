"""Everything a store holds of one value: found, listed, erased, for requests of the person it belongs to.

It needs the keys and the store's address and nothing of a running sidecar.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sidecar.errors import VaultGone
from sidecar.stores.records import Named, every_key, named, subject, unseal
from sidecar.stores.redis import connect
from sidecar.vault.base import Entry
from sidecar.vault.keys import KeyRing
from sidecar.vault.tokens import find

if TYPE_CHECKING:
    from redis.asyncio import Redis

_FEW: Final = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """One record. ``ttl_s``: how long it will be there."""

    entry: Entry = field(repr=False)
    name: bytes
    ttl_s: int


class Subjects:
    """Raises ``VaultGone`` when the store cannot be reached. Leave it with ``close``."""

    def __init__(self, url: str, ring: KeyRing) -> None:
        self._redis: Redis = connect(url)
        self._ring = ring

    async def held(self, text: str) -> list[Held]:
        """Records of a value, or of the value a token stands for."""
        from redis.exceptions import RedisError

        try:
            return await self._held(text)
        except (RedisError, OSError):
            raise VaultGone("the token store cannot be reached") from None

    async def erase(self, text: str) -> int:
        """How many records there were. Running sidecars ask the store each time, so they cannot restore them any more."""
        from redis.exceptions import RedisError

        try:
            held = await self._held(text)
            names = [one.name for one in held]
            names += [subject(key, one.entry.value) for one in held for key in every_key(self._ring)]
            for start in range(0, len(names), _FEW):
                await self._redis.delete(*names[start : start + _FEW])
        except (RedisError, OSError):
            raise VaultGone("the token store cannot be reached") from None
        return len(held)

    async def _held(self, text: str) -> list[Held]:
        found: dict[bytes, Held] = {}
        for value in {text, *await self._values(text)}:
            for key in every_key(self._ring):
                members = await self._redis.smembers(subject(key, value))
                for name in sorted(member for member in members if isinstance(member, bytes)):
                    one = await self._one(Named(name, key))
                    if one is not None:
                        found[name] = one
        return list(found.values())

    async def _values(self, text: str) -> set[str]:
        """What a text stands for that is a token."""
        spans = find(text)
        if len(spans) != 1 or (spans[0].start, spans[0].end) != (0, len(text)):
            return set()
        tail = spans[0].token.rpartition("_")[2]
        places = {place.name: place for keys in self._ring.all for place in named(keys, "", tail)}
        held = [await self._one(place) for place in places.values()]
        return {one.entry.value for one in held if one is not None}

    async def _one(self, place: Named) -> Held | None:
        record = await self._redis.get(place.name)
        entry = unseal(place, record if isinstance(record, bytes) else None)
        return None if entry is None else Held(entry, place.name, int(await self._redis.ttl(place.name)))

    async def close(self) -> None:
        await self._redis.aclose()
