"""A wrapper process whose core forwards everything as it is, so that only the edge is on trial. It redacts nothing.

``--hold METHOD``: that message's outcome waits until the *other* side has sent ``test/release``.
``--refuse METHOD``: that message is withheld.
stderr lines: ``secret`` becomes ``<S>``; a line with ``poison`` cannot be scrubbed; one with ``stall`` is never finished.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import os
import sys

from sidecar.config.addresses import endpoint
from sidecar.errors import SidecarError, Unanalysable, Withheld
from sidecar.events import DirectionName, Event
from sidecar.session.actions import Lane, Side
from sidecar.transports.base import Outcome
from sidecar.transports.bridge import BridgeSettings, run_bridge
from sidecar.transports.pipes import claim_client_pipes
from sidecar.transports.salvage import error_reply
from sidecar.transports.stdio import StdioSettings, run_stdio
from sidecar.transports.upstream import Upstream
from sidecar.wire.jsonrpc import Envelope, Limits


class PassThrough:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self.limits = Limits(max_bytes=arguments.max_bytes)

    gate = None

    def introduce(self, principal: str, role: str) -> None:
        """Nobody is anybody here."""

    def conversation(self, principal: str = "") -> Conversation:
        return Conversation(self._arguments)

    async def scrub(self, text: str, direction: DirectionName) -> str:
        if "poison" in text:
            raise Unanalysable("poison")
        if "stall" in text:
            await asyncio.Event().wait()
        return text.replace("secret", "<S>")

    def record(self, event: Event) -> None:
        os.write(2, f"event {event}\n".encode())  # in one piece: the server's lines go there too


class Conversation:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._released = {side: asyncio.Event() for side in Side}
        self._last: dict[Side, asyncio.Task[Outcome] | None] = dict.fromkeys(Side)

    def lane(self) -> Lane:
        return 0

    def submit(self, sender: Side, envelope: Envelope, lane: Lane) -> asyncio.Future[Outcome]:
        method = envelope.message.method
        if method == "test/release":
            self._released[sender].set()
        if method == "test/print":
            print("stray output of a library")
            ctypes.CDLL(None).puts(b"stray output of C code")
            ctypes.CDLL(None).fflush(None)
            os.write(1, b"stray bytes\n")
        task = asyncio.ensure_future(self._decide(sender, envelope, self._last[sender]))
        self._last[sender] = task
        return task

    async def _decide(self, sender: Side, envelope: Envelope, before: asyncio.Task[Outcome] | None) -> Outcome:
        message = envelope.message
        if before is not None:
            await asyncio.wait((before,))
        if message.method in self._arguments.hold:
            await self._released[sender.other].wait()
        if message.method in self._arguments.crash:
            raise RuntimeError("a bug")
        if message.method in self._arguments.refuse:
            error: SidecarError = Withheld("refused by the test")
            return Outcome(sender, error_reply(message.id, error) if message.is_request else None, error)
        return Outcome(sender.other, envelope)

    async def close(self) -> None:
        pass


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hold", action="append", default=[])
    parser.add_argument("--refuse", action="append", default=[])
    parser.add_argument("--crash", action="append", default=[])
    parser.add_argument("--grace", type=float, default=5.0)
    parser.add_argument("--max-bytes", type=int, default=32 * 1024 * 1024)
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="uvloop")
    parser.add_argument("--url", help="bridge to this server instead of running a command")
    parser.add_argument("command", nargs="*")
    arguments = parser.parse_args()

    async def run() -> int:
        core = PassThrough(arguments)
        if arguments.url:
            upstream = Upstream(endpoint(arguments.url))
            return await run_bridge(core, upstream, BridgeSettings(arguments.grace), claim_client_pipes())
        return await run_stdio(core, arguments.command, StdioSettings(grace_s=arguments.grace))

    if arguments.loop == "uvloop":
        import uvloop

        return int(uvloop.run(run()))
    return asyncio.run(run())


if __name__ == "__main__":
    sys.exit(main())
