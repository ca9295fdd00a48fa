"""A guard file → the guard in force, who it lets in, and the key set of its access tokens, kept up to date.

It decides nothing. Key sets are read from where the configuration says, never from where a token says.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from sidecar.config.load import read_file
from sidecar.errors import BadConfig
from sidecar.events import Event
from sidecar.guard.callers import Callers
from sidecar.guard.guard import Guard
from sidecar.guard.model import PUBLIC, Settings
from sidecar.guard.parse import parse
from sidecar.guard.tokens import Verifier
from sidecar.runtime.pin_files import pins_of
from sidecar.transports.gate import Gate

_EVERY_S: Final = 300.0
_SOON_S: Final = 5.0
_MAX_BYTES: Final = 1024 * 1024
_FETCH_S: Final = 10.0


def load(path: str, *, is_public: bool) -> Settings | None:
    """``is_public``: others than this machine can reach the listener. None: nothing is asked. Raises ``BadConfig``."""
    if path:
        return parse(read_file(path), path)
    return PUBLIC if is_public else None


class Guarding:
    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ``BadConfig``, also for a key set or pins in a file that cannot be used."""
        self.settings: Final = settings
        pins = pins_of(settings.pins_file, is_closed=settings.has_closed_pins) if settings.pins_file else None
        self.guard: Final = Guard(settings, clock, pins)
        self._verifier: Final = Verifier(settings.tokens, time.time) if settings.tokens is not None else None
        self.callers: Final = Callers(settings, self._verifier)
        self._is_fetched: Final = settings.tokens is not None and "://" in settings.tokens.jwks
        if settings.tokens is not None and self._verifier is not None and not self._is_fetched:
            self._verifier.replace(_read(settings.tokens.jwks))

    def gate(self, record: Callable[[Event], None]) -> Gate:
        return Gate(self.guard, self.callers, record)

    @asynccontextmanager
    async def keeping_keys(self, every_s: float = _EVERY_S) -> AsyncIterator[None]:
        """While the block runs the key set is read again and again; what cannot be read leaves the last good one."""
        tokens, verifier = self.settings.tokens, self._verifier
        if tokens is None or verifier is None:
            yield
            return
        is_there = await self._renew(tokens.jwks, verifier) if self._is_fetched else True
        task = asyncio.get_running_loop().create_task(self._keep(tokens.jwks, verifier, every_s, is_there=is_there))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep(self, jwks: str, verifier: Verifier, every_s: float, *, is_there: bool) -> None:
        while True:
            await asyncio.sleep(every_s if is_there else min(_SOON_S, every_s))
            is_there = await self._renew(jwks, verifier)

    async def _renew(self, jwks: str, verifier: Verifier) -> bool:
        try:
            found = await _fetch(jwks) if self._is_fetched else await asyncio.to_thread(_read, jwks)
            verifier.replace(found)
        except BadConfig:
            return False
        return True


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise BadConfig(f"tokens.jwks: {path} cannot be read: {error.strerror or 'failed'}") from None


async def _fetch(url: str) -> bytes:
    import aiohttp

    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_FETCH_S), trust_env=False) as client,
            client.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:  # noqa: PLR2004
                raise BadConfig("tokens.jwks: the key set's address did not answer with one")
            return await answer.content.read(_MAX_BYTES)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        raise BadConfig("tokens.jwks: the key set's address cannot be reached") from None
