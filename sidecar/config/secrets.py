"""References to secrets, and the values they stand for now: read at the start, read again when they have been rotated.

It knows the grammar, not the places; each scheme is a module of its own (``secret_env``, ``secret_file``, …), imported
when a reference names it. ::

    env:NAME              the variable, or the file NAME_FILE names
    file:PATH             a file of mode 600 or 400; a file a container engine or Kubernetes mounts
    keyring:SERVICE/USER  the operating system's keyring                      (extra: keyring)
    vault:MOUNT/PATH#KEY  HashiCorp Vault, KV version 2, at $VAULT_ADDR
    aws:NAME#KEY          AWS Secrets Manager; without #KEY the whole text    (extra: aws)
    exec:COMMAND ARGS     what a command prints

A value is in memory only, and listed in the registry of what no output may hold. No message repeats one.
"""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import Callable
from typing import Final, Protocol, cast

from sidecar.config.secret_registry import MIN_CHARS, REGISTRY, Registry
from sidecar.errors import BadConfig

SCHEMES: Final = ("env", "file", "keyring", "vault", "aws", "exec")
LONGEST: Final = 64 * 1024
_TIMEOUT_S: Final = 15.0
_CALM_S: Final = 1.0
"""Sources are not asked again sooner: a server that refuses everything must not make us ask for every call."""


class Source(Protocol):
    """What the module of a scheme offers."""

    async def read(self, place: str) -> str:
        """The value now. Raises ``BadConfig`` saying what is wrong with the place, never what it holds."""

    def files(self, place: str) -> tuple[str, ...]:
        """Files whose change means another value."""


class Secret:
    """One reference and its present value. ``name`` is the option or key that gave it, for messages."""

    __slots__ = ("_place", "_value", "name", "scheme")

    def __init__(self, name: str, scheme: str, place: str) -> None:
        self.name: Final = name
        self.scheme: Final = scheme
        self._place: Final = place
        self._value: str | None = None

    def __repr__(self) -> str:
        return f"Secret({self.name}, {self.scheme})"

    @property
    def value(self) -> str:
        """Raises ``BadConfig`` before it was loaded."""
        if self._value is None:
            raise BadConfig(f"{self.name}: the secret has not been read")
        return self._value


class Secrets:
    """All references of a process. ``load`` once, ``renew`` whenever a value may be an old one."""

    def __init__(self, registry: Registry = REGISTRY, clock: Callable[[], float] = time.monotonic) -> None:
        self._registry: Final = registry
        self._clock: Final = clock
        self._all: list[Secret] = []
        self._lock = asyncio.Lock()
        self._asked = float("-inf")
        self.generation = 0
        """Grows when a value changes."""

    def __len__(self) -> int:
        return len(self._all)

    def refer(self, reference: str, name: str) -> Secret:
        """Raises ``BadConfig`` naming ``name``, and never the text: it may be the secret itself."""
        scheme, colon, place = reference.partition(":")
        if not colon or scheme not in SCHEMES or not place.strip():
            raise BadConfig(
                f"{name}: expected a reference such as env:VARIABLE or file:PATH ({', '.join(SCHEMES)}); "
                "a secret's value does not belong here"
            )
        secret = Secret(name, scheme, place)
        self._all.append(secret)
        return secret

    @property
    def files(self) -> tuple[str, ...]:
        """What has to be watched."""
        return tuple(file for secret in self._all for file in _source(secret).files(secret._place))  # noqa: SLF001

    async def load(self) -> None:
        """Read everything. Raises ``BadConfig`` naming the first that cannot be had."""
        for secret, found in zip(self._all, await self._read(), strict=True):
            if isinstance(found, BadConfig):
                raise BadConfig(f"{secret.name}: {found}")
            self._put(secret, found)

    async def renew(self, seen: int | None = None) -> bool:
        """Read again what may have been rotated; whether there is something new.

        1. Whoever used an older generation (``seen``) than ours has it already: nothing is read.
        2. Sources that were asked a moment ago are not asked again.
        3. A source that fails keeps its value: the next renewal asks again.
        """
        async with self._lock:
            if seen is not None and seen < self.generation:
                return True
            if seen is not None and self._clock() - self._asked < _CALM_S:
                return False
            before = self.generation
            for secret, found in zip(self._all, await self._read(), strict=True):
                if isinstance(found, str) and found != secret._value:  # noqa: SLF001
                    self._put(secret, found)
                    self.generation = before + 1
            self._asked = self._clock()
            return self.generation != before

    def forget(self) -> None:
        """Every value is gone from here and from the registry."""
        for secret in self._all:
            self._put(secret, None)

    async def _read(self) -> list[str | BadConfig]:
        return list(await asyncio.gather(*map(_read, self._all)))

    def _put(self, secret: Secret, value: str | None) -> None:
        old, secret._value = secret._value, value  # noqa: SLF001
        if value is not None:
            self._registry.add(value)
        if old is not None:
            self._registry.drop(old)


def _source(secret: Secret) -> Source:
    return cast("Source", importlib.import_module(f"sidecar.config.secret_{secret.scheme}"))


async def _read(secret: Secret) -> str | BadConfig:
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            found = (await _source(secret).read(secret._place)).strip("\r\n")  # noqa: SLF001
    except BadConfig as error:
        return error
    except TimeoutError:
        return BadConfig(f"the {secret.scheme} source did not answer in {_TIMEOUT_S:g} s")
    except Exception:  # noqa: BLE001 - whatever broke, its text may hold the value
        return BadConfig(f"the {secret.scheme} source failed")
    if len(found) < MIN_CHARS:
        return BadConfig(f"a secret needs at least {MIN_CHARS} characters")
    return found if len(found) <= LONGEST else BadConfig(f"more than {LONGEST} characters")


def picked(text: str, key: str, what: str) -> str:
    """The member ``key`` of a JSON object, or the whole text without a key. Raises ``BadConfig``."""
    if not key:
        return text
    import json

    try:
        found = json.loads(text)
    except ValueError:
        raise BadConfig(f"{what} holds no JSON object to take a key from") from None
    return member(found, key, what)


def member(found: object, key: str, what: str) -> str:
    value = found.get(key) if isinstance(found, dict) else None
    if not isinstance(value, str):
        raise BadConfig(f"{what} has no text under that key")
    return value
