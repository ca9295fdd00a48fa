"""Alerts when too much of one kind happens in a while: by a command, or by a POST to an address the configuration names.

It keeps counts, no events; what it sends is a kind, a count and a time. One alert of a kind in each window: whoever is
paged need not be paged a hundred times. The defaults are the ones security documents ask for.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from sidecar.config.records import AlertSettings
from sidecar.events import Event, FrameDropped, OperationFailed, Suspected, SuspicionKind, ThresholdPassed

_SEND_S: Final = 10.0
_MOST: Final = 10_000
_ASKED_BACK: Final = frozenset({"sampling/createMessage", "elicitation/create", "roots/list"})
"""What the client answers: its errors are not the server's."""
_KINDS: Final[Mapping[SuspicionKind, str]] = {
    "auth.fail": "auth_failures",
    "origin.refused": "auth_failures",
    "input.reject": "failed_validations",
    "path.attempt": "suspicious_paths",
    "rate.limit": "rate_limited",
    "banned": "rate_limited",
    "role.refused": "auth_failures",
    "tool.changed": "suspicious_texts",
    "tool.unkept": "failed_validations",
    "injection": "suspicious_texts",
}


class Alerts:
    """A sink. ``send`` gives one alert away; what it raises is not heard of again."""

    def __init__(
        self,
        settings: AlertSettings,
        send: Callable[[bytes], Awaitable[None]],
        record: Callable[[Event], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings: Final = settings
        self._send: Final = send
        self._record: Final = record
        self._clock: Final = clock
        self._seen: dict[str, deque[tuple[float, int]]] = {}
        self._given: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def hears(self, kind: type[Any]) -> bool:
        return kind in {FrameDropped, OperationFailed, Suspected}

    def __call__(self, event: Event) -> None:
        match event:
            case FrameDropped(reason="too_large", size_bytes=size):
                self._sized(size)
            case FrameDropped():
                self._count("failed_validations")
            case OperationFailed(method=method) if method not in _ASKED_BACK:
                self._count("api_errors")
            case Suspected(kind=kind):
                self._count(_KINDS[kind])
            case _:
                pass

    def _count(self, kind: str) -> None:
        seen = self._within(kind, 1)
        if len(seen) > self._settings.thresholds[kind]:
            self._give(kind, len(seen))

    def _sized(self, size: int) -> None:
        """Messages refused for their size: the average of the window counts, as for uploads."""
        seen = self._within("avg_file_size", size)
        average = sum(amount for _, amount in seen) // len(seen)
        if average > self._settings.thresholds["avg_file_size"]:
            self._give("avg_file_size", average)

    def _within(self, kind: str, amount: int) -> deque[tuple[float, int]]:
        now = self._clock()
        seen = self._seen.setdefault(kind, deque(maxlen=_MOST))
        seen.append((now, amount))
        while now - seen[0][0] > self._settings.window_s:
            seen.popleft()
        return seen

    def _give(self, kind: str, count: int) -> None:
        now = self._clock()
        if now - self._given.get(kind, float("-inf")) <= self._settings.window_s:
            return
        self._given[kind] = now
        self._record(ThresholdPassed(kind, count))
        body = json.dumps(
            {"alert": kind, "count": count, "window_s": self._settings.window_s, "time": int(time.time())}
        ).encode()
        task = asyncio.get_running_loop().create_task(self._deliver(body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, body: bytes) -> None:
        try:
            async with asyncio.timeout(_SEND_S):
                await self._send(body)
        except Exception:  # noqa: BLE001, S110 - an alert that cannot be given must not disturb the traffic; the log has the event
            pass

    async def close(self) -> None:
        """Alerts under way are still given."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def run_command(words: tuple[str, ...], body: bytes) -> None:
    """The alert on the command's stdin. No shell."""
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await process.communicate(body)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def post(url: str, headers: Mapping[str, str], body: bytes) -> None:
    """One POST; redirects are not followed, the answer is not read."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_SEND_S)
    content = {"Content-Type": "application/json", **headers}
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
        session.post(url, data=body, headers=content, allow_redirects=False),
    ):
        pass
