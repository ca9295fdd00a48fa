"""``keyring:SERVICE/USER``: the operating system's keyring, through the package of that name. It may ask on the desktop."""

from __future__ import annotations

import asyncio

from sidecar.errors import BadConfig


async def read(place: str) -> str:
    service, slash, user = place.partition("/")
    if not slash or not service or not user:
        raise BadConfig("expected keyring:SERVICE/USER")
    return await asyncio.to_thread(_fetch, service, user)


def files(_place: str) -> tuple[str, ...]:
    return ()


def _fetch(service: str, user: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise BadConfig("keyring: needs the package: install mcp-sidecar[keyring]") from None
    try:
        found = keyring.get_password(service, user)
    except KeyringError as error:
        raise BadConfig(f"the keyring cannot be asked: {type(error).__name__}") from None
    if found is None:
        raise BadConfig("the keyring has no such entry")
    return found
