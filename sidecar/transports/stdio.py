"""The stdio wrapper: in place of a server's command, one process that runs it and stands in its pipes.

It does not look into messages (``relay`` moves them, the core decides) and starts nothing but the command and its watchdog.

How it ends, whoever begins (MCP 2025-11-25, basic/lifecycle: shutdown):

1. Our stdin ends, our stdout or the server's is closed, or SIGTERM, SIGINT or SIGHUP comes: what was read is delivered, the server's
   stdin is closed, its output still goes to the client.
2. After ``grace_s``, or at another signal: SIGTERM to the server's group. After ``grace_s`` more: SIGKILL.
3. A second SIGINT: SIGKILL at once.
4. The server ends by itself: its last output goes to the client, calls it never answered get an error reply.

In all four, what is left of the group ends, and we exit with the server's own code (128 + n: ended by signal n).
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sidecar.errors import BadUsage, SidecarError
from sidecar.events import ChildExited
from sidecar.session.actions import Side
from sidecar.transports.base import Core
from sidecar.transports.child import CannotStart, Child
from sidecar.transports.pipes import ClientPipes, Sink, claim_client_pipes, open_sink, open_source
from sidecar.transports.relay import Calls, PipeOutlet, Relay
from sidecar.transports.stderr import StderrRelay, dropped_notice
from sidecar.wire.framing import encode_line
from sidecar.wire.jsonrpc import encode

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LAST_READ_S: Final = 0.5
"""After everything of the server has ended, for output that is still in the pipe."""
_LAST_WORDS_S: Final = 15.0
"""For the stderr of a server that failed: it says why, and the first lines may wait until detection is loaded."""
_NO_WATCHDOG: Final = b"[mcp-sidecar: no watchdog: if this process is killed, the server may stay behind]\n"


@dataclass(frozen=True, slots=True)
class StdioSettings:
    """``grace_s``: how long the server may take to end after its stdin is closed, and again after SIGTERM."""

    grace_s: float = 2.0


async def run_stdio(
    core: Core, command: Sequence[str], settings: StdioSettings, client: ClientPipes | None = None
) -> int:
    """Run ``command`` and return the exit code: the server's own, 128 + n, or 125, 126, 127 when there is none.

    ``client``: what :func:`claim_client_pipes` returned, when it was called before heavy imports; claimed here otherwise.
    """
    if not command:
        raise BadUsage("no command to run")
    try:
        pipes = client or claim_client_pipes()
        errors = open_sink(os.dup(2), is_shared=True)
    except OSError:  # and nowhere to say so
        return SidecarError.exit_code
    try:
        return await _Wrapper(core, Child.start(command), settings, pipes, errors).run()
    except CannotStart as error:
        await errors.write(f"mcp-sidecar: {error}\n".encode(errors="replace"))
        return error.status
    except OSError as error:
        await errors.write(f"mcp-sidecar: {os.strerror(error.errno or 0)}\n".encode())
        return SidecarError.exit_code
    finally:
        await _first(errors.drain(), timeout_s=settings.grace_s)
        errors.close()


class _Wrapper:
    def __init__(self, core: Core, child: Child, settings: StdioSettings, pipes: ClientPipes, errors: Sink) -> None:
        self._core = core
        self._child = child
        self._grace_s = settings.grace_s
        self._errors = errors
        self._closing = asyncio.Event()
        self._hurry = asyncio.Event()
        self._interrupts = 0
        self._is_signalled = False
        self._conversation = core.conversation()
        self._calls = Calls()
        self._client_source = open_source(pipes.stdin)
        self._client_sink = open_sink(pipes.stdout, self._closing.set)
        self._server_source = open_source(child.stdout)
        self._server_sink = open_sink(child.stdin)
        outlets = {Side.CLIENT: PipeOutlet(self._client_sink), Side.SERVER: PipeOutlet(self._server_sink)}
        lane, most = self._conversation.lane(), core.limits.max_line_bytes
        self._to_server = Relay(core, self._conversation, lane, Side.CLIENT, self._client_source, outlets, self._calls)
        self._to_client = Relay(
            core, self._conversation, lane, Side.SERVER, self._server_source, outlets, self._calls, most
        )
        self._stderr_source = open_source(child.stderr)
        self._stderr = StderrRelay(core, self._stderr_source, self._errors)

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._on_signal, number)
        to_server = asyncio.create_task(self._forward_input())
        to_client = asyncio.create_task(self._forward_output())
        stderr = asyncio.create_task(self._stderr.run())
        try:
            if not self._child.has_watchdog:
                await self._errors.write(_NO_WATCHDOG)
            await self._until_exit(to_server)
            await self._wind_up(to_server, to_client, stderr)
        except BaseException:
            self._child.kill()
            raise
        finally:
            code = await self._child.code()
            broken = await _cancelled(to_server, to_client, stderr)
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
            for pipe in (self._client_source, self._client_sink, self._server_source, self._server_sink):
                pipe.close()
            self._stderr_source.close()
            await self._conversation.close()
        self._core.record(ChildExited(code))
        if broken:
            await self._errors.write(f"mcp-sidecar: internal error: {broken}\n".encode())
            return SidecarError.exit_code
        return code

    def _on_signal(self, number: signal.Signals) -> None:
        self._interrupts += number is signal.SIGINT
        if self._interrupts > 1:
            self._child.kill()
        if self._closing.is_set():
            self._hurry.set()
        self._is_signalled = True
        self._closing.set()

    async def _forward_input(self) -> None:
        try:
            await self._to_server.run()
            await self._server_sink.drain()
        finally:
            self._server_sink.close()
            self._closing.set()

    async def _forward_output(self) -> None:
        """At the end of its output the server can answer no more: it is treated as one that ends."""
        try:
            await self._to_client.run()
        finally:
            self._closing.set()

    async def _until_exit(self, to_server: asyncio.Task[None]) -> None:
        """Steps 1 to 3 of the module's docstring."""
        await _first(self._child.exited.wait(), self._closing.wait())
        self._to_server.stop()
        if self._child.exited.is_set():
            return
        await self._finished(to_server, self._server_sink)
        if to_server.done():
            await _first(self._child.exited.wait(), self._hurry.wait(), timeout_s=self._grace_s)
        if not self._child.exited.is_set():
            self._hurry.clear()
            self._child.terminate()
            await _first(self._child.exited.wait(), self._hurry.wait(), timeout_s=self._grace_s)
        if not self._child.exited.is_set():
            self._child.kill()

    async def _finished(self, relay: asyncio.Task[None], sink: Sink) -> None:
        """Wait for ``relay`` while it gets on: not for a peer that reads nothing, and not for long after a signal.

        A message that waits for its analysis is waited for; the core's deadlines bound that.
        """
        while not relay.done() and not self._hurry.is_set():
            before = sink.sent_bytes
            await _first(relay, self._hurry.wait(), timeout_s=self._grace_s)
            if self._is_signalled or (sink.unsent_bytes and sink.sent_bytes == before):
                return

    async def _wind_up(
        self, to_server: asyncio.Task[None], to_client: asyncio.Task[None], stderr: asyncio.Task[None]
    ) -> None:
        """Step 4. A process that the server left behind may hold its stdout: it gets the same grace, then it ends."""
        ended = self._to_client.ended
        await _first(ended.wait(), self._hurry.wait(), timeout_s=self._grace_s)
        await self._child.end_rest(self._grace_s)
        await _first(ended.wait(), timeout_s=_LAST_READ_S)
        self._to_client.stop()
        await self._finished(to_client, self._client_sink)
        await self._finished(to_server, self._client_sink)
        is_ending_it = self._is_signalled or self._to_server.is_at_end  # a client that did so waits for nothing
        for reply in () if is_ending_it else self._calls.lost():
            await _first(self._client_sink.write(encode_line(encode(reply.message))), timeout_s=self._grace_s)
        await _first(self._client_sink.drain(), self._hurry.wait(), timeout_s=self._grace_s)
        has_failed = not self._is_signalled and await self._child.code() != 0
        wait_s = max(self._grace_s, _LAST_WORDS_S) if has_failed else self._grace_s
        await _first(stderr, self._hurry.wait(), timeout_s=wait_s)
        if self._stderr.unshown:
            await _first(self._errors.write(dropped_notice(self._stderr.unshown)), timeout_s=self._grace_s)


async def _first(*waited: Coroutine[Any, Any, Any] | asyncio.Task[None], timeout_s: float | None = None) -> None:
    """Until one of them is done or the time is up. Tasks go on; coroutines end here."""
    own = [asyncio.ensure_future(each) for each in waited if asyncio.iscoroutine(each)]
    tasks = [each for each in waited if isinstance(each, asyncio.Task)]
    try:
        await asyncio.wait((*own, *tasks), timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in own:
            each.cancel()


async def _cancelled(*tasks: asyncio.Task[None]) -> str:
    """End them; the type of what broke one of them, if anything did."""
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            return type(result).__name__
    return ""
