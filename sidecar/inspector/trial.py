"""Redacts a pasted text the way the running policy would redact it in a message, and says what was found.

It sends nothing anywhere: its sessions are its own, and so is its scope, so that it mints no token of the real traffic.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, TypeAlias

from sidecar.errors import Malformed, SidecarError, Unanalysable
from sidecar.events import MessagePassed, MessageWithheld
from sidecar.inspector.ring import Told
from sidecar.redaction.findings import Findings, Passage
from sidecar.session.actions import Analyze, Inspect, Record, Side
from sidecar.session.context import Kit
from sidecar.session.recall import Recall
from sidecar.session.session import Session
from sidecar.vault.memory import MemoryVault
from sidecar.wire.jsonrpc import Envelope, Message, loads

Place: TypeAlias = Literal["result", "arguments"]
Detect: TypeAlias = Callable[[Sequence[Passage]], Awaitable[list[Findings]]]

_SCOPE: Final = "inspector"


class Trial:
    """``detect`` runs on the worker, with its deadline."""

    def __init__(self, kit: Callable[[], Kit], detect: Detect) -> None:
        self._kit: Callable[[], Kit] = lambda: _apart(kit())
        self._detect = detect
        self._recall = Recall(kit().key)

    async def run(self, text: str, place: Place, tool: str) -> tuple[Inspect, Told | None]:
        """``text`` as a tool's result, or as its arguments (a JSON object is taken as the arguments themselves).

        Raises ``Unanalysable`` when there is nothing to show: detection failed and the policy lets messages pass then.
        """
        session = Session(self._kit(), scope=_SCOPE, number=0, recall=self._recall, is_inspected=True)
        arguments = _arguments(text) if place == "arguments" else {}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        shown = await self._submit(session, Side.CLIENT, call)
        if place == "result":
            content = [{"type": "text", "text": text}]
            shown = await self._submit(
                session, Side.SERVER, {"jsonrpc": "2.0", "id": 1, "result": {"content": content}}
            )
        if shown[0] is None:
            raise Unanalysable("detection failed; under this policy the message would have passed unchanged")
        return shown[0], shown[1]

    async def _submit(self, session: Session, sender: Side, body: dict[str, Any]) -> tuple[Inspect | None, Told | None]:
        actions = session.receive(sender, Envelope(Message(body)), lane=0)
        while analysis := next((action for action in actions if isinstance(action, Analyze)), None):
            try:
                actions = session.resume(analysis.ticket, await self._detect(analysis.passages))
            except SidecarError as error:
                actions = session.fail(analysis.ticket, error)
        inspect: Inspect | None = None
        told: Told | None = None
        for action in actions:
            match action:
                case Inspect():
                    inspect = action
                case Record(event=(MessagePassed() | MessageWithheld()) as event):
                    told = event
                case _:
                    pass
        return inspect, told


def _apart(kit: Kit) -> Kit:
    """Nothing of a trial is put into a store."""
    return replace(kit, vault=MemoryVault()) if kit.vault.is_remote else kit


def _arguments(text: str) -> dict[str, Any]:
    try:
        value = loads(text)
    except Malformed:
        return {"text": text}
    return value if isinstance(value, dict) else {"text": text}
