"""What the server sends in one HTTP response, offered to the core message by message.

It knows neither HTTP nor event streams; it keeps count of which requests of this exchange have no answer yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from sidecar.errors import NotJsonRpc, Unanalysable
from sidecar.session import replies
from sidecar.session.actions import Lane, Side
from sidecar.transports.base import Conversation, Core, Outcome
from sidecar.wire.jsonrpc import Caller, Envelope, Json, Message, decode, dumps, encode, encode_batch, loads

_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1252"})
"""Texts in others could hide what the detector looks for, so they do not cross."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One frame handed to the core; outcomes come in its messages' order."""

    outcomes: Sequence[asyncio.Future[Outcome]]
    is_batch: bool


class Hold(Protocol):
    """A conversation, and a lane of it."""

    @property
    def conversation(self) -> Conversation: ...

    @property
    def lane(self) -> Lane: ...


class Inbound:
    __slots__ = ("_answer_server", "_caller", "_core", "_has_lost", "_lease", "_on_crossing", "_on_offered", "_waiting")

    def __init__(
        self,
        core: Core,
        lease: Hold,
        caller: Caller,
        requests: Sequence[Message],
        answer_server: Callable[[Message], None],
        on_crossing: Callable[[Message], None] | None = None,
        on_offered: Callable[[Message], None] | None = None,
    ) -> None:
        self._core: Final = core
        self._lease: Final = lease
        self._caller: Final = caller
        self._answer_server: Final = answer_server
        self._on_crossing: Final = on_crossing
        self._on_offered: Final = on_offered
        self._waiting: dict[bytes, Message] = {dumps(request.id): request for request in requests}
        self._has_lost = False

    def offer(self, frame: bytes, max_bytes: int = 0) -> Offered:
        """``max_bytes``: what the client reads of one frame; 0: any size. Raises ``Malformed`` and ``TooLarge``: then nothing was offered."""
        decoded = decode(frame, self._core.limits)
        messages = decoded if isinstance(decoded, list) else [decoded]
        if self._on_offered is not None:
            for message in messages:
                self._on_offered(message)
        conversation, lane = self._lease.conversation, self._lease.lane
        envelopes = [Envelope(message, (), self._caller, max_bytes) for message in messages]
        outcomes = [conversation.submit(Side.SERVER, envelope, lane) for envelope in envelopes]
        return Offered(outcomes, isinstance(decoded, list))

    async def settle(self, offered: Offered) -> bytes | None:
        """The frame for the client, an array where there was one; None when nothing of it crosses."""
        crossing: list[Message] = []
        for future in offered.outcomes:
            outcome = await future
            if outcome.envelope is None:
                self._has_lost = True
                continue
            message = outcome.envelope.message
            if outcome.to is Side.SERVER:  # a server's request that may not reach the client has its answer already
                self._answer_server(message)
                continue
            if message.is_response:
                self._waiting.pop(dumps(message.id), None)
            if self._on_crossing is not None:
                self._on_crossing(message)
            crossing.append(message)
        if not crossing:
            return None
        return encode_batch(crossing) if offered.is_batch else encode(crossing[0])

    async def cross(self, frame: bytes, max_bytes: int = 0) -> bytes | None:
        return await self.settle(self.offer(frame, max_bytes))

    def lose(self) -> None:
        """A frame that could not be offered was dropped: it may have been an answer."""
        self._has_lost = True

    def lost(self) -> list[Message]:
        """Error replies for the requests whose answer may have been in what did not cross; none when all crossed."""
        if not self._has_lost:
            return []
        failure = Unanalysable("the server's answer could not be read and was withheld")
        return [replies.error(request.id, failure) for request in self._waiting.values()]

    async def scrub(self, text: str) -> str:
        """Text that is no message, irreversibly redacted. Raises ``SidecarError``."""
        return await self._core.scrub(text, "to_client")

    async def scrub_body(self, body: bytes, charset: str) -> bytes:
        """A body that is no JSON-RPC. Raises ``SidecarError``."""
        if charset.lower() not in _CHARSETS:
            raise Unanalysable("the response has a charset that cannot be read")
        scrubbed = await self.scrub(body.decode(charset, errors="replace"))
        return scrubbed.encode(charset, errors="replace")

    async def scrub_json(self, body: bytes) -> bytes:
        """JSON that is no JSON-RPC message: scrubbed without its escapes, which could hide what is looked for."""
        try:
            value: Json = loads(body.decode("utf-8"))
        except UnicodeDecodeError:
            raise NotJsonRpc("not UTF-8") from None
        text = dumps(value).decode()
        scrubbed = await self.scrub(text)
        return body if scrubbed == text else scrubbed.encode()
