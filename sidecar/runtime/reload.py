"""Watches the policy's files and SIGHUP, and puts a changed policy in force. A bad file changes nothing and is told of.

It decides nothing about messages: those under way end under the policy they began with (``Session.adopt``).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, Protocol, TypeAlias

from sidecar.errors import BadConfig
from sidecar.events import Event, PolicyKept, SecretsRenewed
from sidecar.policy.policy import Policy
from sidecar.runtime.policies import Sources, load

_EVERY_S: Final = 1.0
_State: TypeAlias = tuple[tuple[int, ...] | None, ...]


class Reloadable(Protocol):
    """The App."""

    @property
    def policy(self) -> Policy: ...

    @property
    def sources(self) -> Sources: ...

    def record(self, event: Event) -> None: ...

    def adopt(self, policy: Policy) -> None:
        """In force for every exchange that begins from now on."""


class Renewable(Protocol):
    """The secrets."""

    def __len__(self) -> int: ...

    @property
    def files(self) -> Sequence[str]: ...

    async def renew(self) -> bool: ...


def reload(app: Reloadable) -> bool:
    """Read the files again; whether another policy is in force now. A bad one is told of on stderr, and the old one stays."""
    try:
        policy = _loaded(app)
    except BadConfig as error:
        sys.stderr.write(f"mcp-sidecar: policy not reloaded, the old one stays in force: {error}\n")
        sys.stderr.flush()
        app.record(PolicyKept(app.policy.digest))
        return False
    if policy.digest == app.policy.digest and _exceptions(policy) == _exceptions(app.policy):
        return False
    app.adopt(policy)
    return True


def _loaded(app: Reloadable) -> Policy:
    policy = load(app.sources)
    if policy.data.fields != app.policy.data.fields:
        raise BadConfig("'fields' changed: the detector reads them once, so this needs a restart")
    return policy


def _exceptions(policy: Policy) -> object:
    return policy.exceptions.entries if policy.exceptions else ()


def _states(files: Sequence[str]) -> _State:
    """Links are followed: Kubernetes swaps the one a mounted file stands behind."""
    states: list[tuple[int, ...] | None] = []
    for file in files:
        try:
            found = os.stat(file)  # noqa: PTH116 - a Path for each of them each second costs more than the call
            states.append((found.st_mtime_ns, found.st_ino, found.st_size))
        except OSError:
            states.append(None)
    return tuple(states)


@asynccontextmanager
async def watching(
    app: Reloadable, *, has_signal: bool, secrets: Renewable | None = None, every_s: float = _EVERY_S
) -> AsyncIterator[None]:
    """While the block runs; ``secrets`` are read again too. ``has_signal``: SIGHUP asks for it too; a stdio wrapper ends at SIGHUP, as its server would."""
    files = (*app.sources.files, *(secrets.files if secrets is not None else ()))
    wanted = asyncio.Event()
    loop = asyncio.get_running_loop()
    if has_signal:
        loop.add_signal_handler(signal.SIGHUP, wanted.set)
    task = loop.create_task(_watch(app, secrets, files, wanted, _states(files), every_s))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        if has_signal:
            loop.remove_signal_handler(signal.SIGHUP)


async def _watch(
    app: Reloadable,
    secrets: Renewable | None,
    files: Sequence[str],
    wanted: asyncio.Event,
    seen: _State,
    every_s: float,
) -> None:
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(wanted.wait(), every_s if files else None)
        now = _states(files)
        if wanted.is_set() or now != seen:
            wanted.clear()
            seen = now
            reload(app)
            if secrets is not None and len(secrets):
                app.record(SecretsRenewed(await secrets.renew()))
