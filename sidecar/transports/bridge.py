"""A stdio client before an HTTP server: one process that a client starts in place of the server, and that talks to it by HTTP.

It does not look into messages (``relay`` reads the pipe, ``remote`` talks to the server, the core decides).

How it ends: at the end of stdin, when stdout is closed, at SIGTERM, SIGINT or SIGHUP, or when the server ends the session. What was
read is delivered; requests under way get ``grace_s`` more, the answers in analysis theirs; then the session is ended at the server.
A second signal ends it at once.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sidecar.errors import SidecarError
from sidecar.session.actions import Side
from sidecar.transports.base import Core
from sidecar.transports.pipes import ClientPipes, open_sink, open_source
from sidecar.transports.relay import Calls, Outlet, PipeOutlet, Relay
from sidecar.transports.remote import Remote
from sidecar.transports.upstream import Upstream
from sidecar.transports.waits import first, settled
from sidecar.wire.framing import encode_line
from sidecar.wire.jsonrpc import Message

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_SIGNAL_BASE: Final = 128


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """``grace_s``: how long the server may take to answer what was asked before the client left, and to end the session."""

    grace_s: float = 2.0


class _RemoteOutlet:
    """Where the client's messages go."""

    is_broken = False

    def __init__(self, remote: Remote) -> None:
        self._remote: Final = remote

    async def send(self, messages: Sequence[Message], *, is_batch: bool, is_large: bool = False) -> None:  # noqa: ARG002
        await self._remote.send(messages, is_batch=is_batch)


async def run_bridge(core: Core, upstream: Upstream, settings: BridgeSettings, client: ClientPipes) -> int:
    """Until either side ends; the exit code: 0, 128 + n after signal n, 125 when the server ended the session."""
    await upstream.start()
    try:
        return await _Bridge(core, upstream, settings, client).run()
    finally:
        await upstream.close()


class _Bridge:
    def __init__(self, core: Core, upstream: Upstream, settings: BridgeSettings, pipes: ClientPipes) -> None:
        self._grace_s: Final = settings.grace_s
        self._closing: Final = asyncio.Event()
        self._hurry: Final = asyncio.Event()
        self._signal = 0
        self._conversation: Final = core.conversation()
        self._source: Final = open_source(pipes.stdin)
        self._sink: Final = open_sink(pipes.stdout, self._closing.set)
        self._remote: Final = Remote(core, upstream, self._conversation, self._write)
        outlets: dict[Side, Outlet] = {Side.CLIENT: PipeOutlet(self._sink), Side.SERVER: _RemoteOutlet(self._remote)}
        self._relay: Final = Relay(
            core, self._conversation, self._conversation.lane(), Side.CLIENT, self._source, outlets, Calls()
        )

    async def _write(self, frame: bytes) -> None:
        await self._sink.write(encode_line(frame))

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._on_signal, number)
        reading = asyncio.create_task(self._relay.run())
        try:
            await first(self._relay.ended.wait(), self._closing.wait(), self._remote.lost.wait())
            self._relay.stop()
            if not self._remote.lost.is_set():
                await self._finish(reading)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await self._remote.close(self._grace_s)
            await first(self._sink.drain(), self._hurry.wait(), timeout_s=self._grace_s)
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
            self._source.close()
            self._sink.close()
            await self._conversation.close()
        if self._signal:
            return _SIGNAL_BASE + self._signal
        return SidecarError.exit_code if self._remote.lost.is_set() else 0

    def _on_signal(self, number: signal.Signals) -> None:
        if self._closing.is_set():
            self._hurry.set()
        self._signal = number.value
        self._closing.set()

    async def _finish(self, reading: asyncio.Task[None]) -> None:
        """Deliver what was read, and wait while the server goes on answering."""
        remote = self._remote
        while (remote.waiting or not reading.done()) and not self._hurry.is_set() and not remote.lost.is_set():
            remote.changed.clear()
            sent, was_reading = self._sink.sent_bytes, not reading.done()
            waits = [remote.changed.wait(), self._hurry.wait(), remote.lost.wait()]
            await first(*waits, *([settled(reading)] if was_reading else []), timeout_s=self._grace_s)
            has_moved = remote.changed.is_set() or self._sink.sent_bytes != sent or was_reading == reading.done()
            if remote.waiting and not has_moved and not remote.is_reading:
                return
