"""Tokens in Redis or Valkey, shared by replicas: what ``Store`` and ``Lookup`` are answered with.

It decides nothing and keeps no value. Commands are plain (``SET NX EX``, ``MGET``, ``EXPIRE``, sets), so any version since
2.6.12 and Valkey do; a cluster does not, because a message's records are kept at once or not at all. Connections are opened
when needed and anew after they broke. While
the server is away every question is answered with ``VaultGone`` at once or within ``timeout_s``, never with a guess; when it
is back nothing has to be restarted. After an outage everything is stored again before it is sent: the server may have lost it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from sidecar.errors import BadConfig, VaultGone
from sidecar.stores.records import Named, named, seal, subject, unseal
from sidecar.vault.base import Entry
from sidecar.vault.remote import StoredVault

if TYPE_CHECKING:
    from redis.asyncio import Redis

_T = TypeVar("_T")
TIMEOUT_S: Final = 2.0
_PAUSE_S: Final = 0.2
"""After a failure questions are refused for so long without asking: an outage must not queue them up."""
_CONNECTIONS: Final = 8
_SPELT: Final = "="


def connect(url: str, timeout_s: float = TIMEOUT_S) -> Redis:
    """A client that has not connected yet. Raises ``BadConfig``; the URL may hold a password and is never shown."""
    try:
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
    except ImportError:
        raise BadConfig("vault: redis needs the extra: pip install 'mcp-sidecar[redis]'") from None
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=timeout_s,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
        )
        return Redis.from_pool(pool)
    except (ValueError, TypeError):
        raise BadConfig("vault: expected redis://HOST:PORT/DB or rediss://…") from None


class RedisStore:
    """A ``TokenStore``. ``is_usable``: whether the last command got an answer."""

    def __init__(
        self, url: str, vault: StoredVault, timeout_s: float = TIMEOUT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = connect(url, timeout_s)
        self._vault = vault
        self._timeout_s = timeout_s
        self._clock = clock
        self._refusing_until = 0.0
        self._ttl_s = max(1, int(vault.ttl_s))
        self.is_usable = True

    async def lookup(self, scope: str, tokens: Sequence[str]) -> Mapping[str, str]:
        keys = self._vault.ring.of(scope)
        places = [(token, place) for token in tokens for place in named(keys, scope, _handle(token))]
        if not places:
            return {}
        records = await self._asked(lambda: self._get([place for _, place in places]))
        found: dict[str, str] = {}
        for (token, place), record in zip(places, records, strict=True):
            entry = unseal(place, record)
            if entry is not None and entry.scope == scope and _is_meant(entry, token):
                found[token] = entry.value
        return found

    async def store(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        places = [named(self._vault.ring.of(entry.scope), entry.scope, entry.handle)[0] for entry in entries]
        kept = await self._asked(lambda: self._put(entries, places))
        return [
            entry
            for entry, place, record in zip(entries, places, kept, strict=True)
            if not _is_same(unseal(place, record), entry)
        ]

    async def _put(self, entries: Sequence[Entry], places: Sequence[Named]) -> list[bytes | None]:
        """What lies at each place afterwards: ours, or what lay there before."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for entry, place in zip(entries, places, strict=True):
                index = subject(place.key, entry.value)
                pipe.set(place.name, seal(place, entry), nx=True, ex=self._ttl_s)
                pipe.get(place.name)
                pipe.expire(place.name, self._ttl_s)
                pipe.sadd(index, place.name)
                pipe.expire(index, self._ttl_s)
            answers = await pipe.execute()
        return list(answers[1::5])

    async def ping(self) -> bool:
        """Whether the server answers now; readiness asks."""
        try:
            await self._asked(lambda: self._redis.echo(b"mcp-sidecar"))
        except VaultGone:
            return False
        return True

    async def _get(self, places: Sequence[Named]) -> list[bytes | None]:
        answers = await self._redis.mget([place.name for place in places])
        return [answer if isinstance(answer, bytes) else None for answer in answers]

    async def _asked(self, command: Callable[[], Awaitable[_T]]) -> _T:
        from redis.exceptions import RedisError

        if self._clock() < self._refusing_until:
            raise _gone()
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await command()
        except (RedisError, OSError, TimeoutError):
            self._refusing_until = self._clock() + _PAUSE_S
            self.is_usable = False
            self._vault.forget()
            raise _gone() from None
        self.is_usable = True
        return answer

    async def close(self) -> None:
        await self._redis.aclose()


def _gone() -> VaultGone:
    return VaultGone(
        "the token store cannot be reached, so placeholders can neither be made nor turned back; try again later"
    )


def _handle(token: str) -> str:
    return token if token.startswith(_SPELT) else token.rpartition("_")[2]


def _is_meant(entry: Entry, token: str) -> bool:
    """Whether the token names the entity it was made for, or none."""
    return entry.handle == _handle(token) and (
        token.startswith(_SPELT) or token.rpartition("_")[0] in ("", entry.entity)
    )


def _is_same(known: Entry | None, entry: Entry) -> bool:
    return known is not None and (known.scope, known.handle, known.entity, known.value) == (
        entry.scope,
        entry.handle,
        entry.entity,
        entry.value,
    )
