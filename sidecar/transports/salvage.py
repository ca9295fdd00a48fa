"""Who waits for an answer to a frame that cannot be read: its id and kind, found without reading the whole.

It trusts nothing it finds beyond that: the worst a wrong id does is to fail a call of the side that wrote the frame.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sidecar.errors import SidecarError
from sidecar.session.actions import Side
from sidecar.transports.base import Outcome
from sidecar.wire.jsonrpc import Envelope, Json, Message, loads

HEAD_BYTES: Final = 16 * 1024
TAIL_BYTES: Final = 512

Kind: TypeAlias = Literal["request", "response", "unknown"]

_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,"]|[^\s{}\[\]:,"]+', re.DOTALL)
"""Possessive: an unterminated string costs linear time. A lone quote is where the bytes were cut inside a string."""
_ID: Final = re.compile(rb'-?[0-9]{1,20}|"[^\x00-\x1f"]{0,512}"')
_LAST_MEMBER: Final = re.compile(rb'[,{]\s*"id"\s*:\s*(-?[0-9]{1,20}|"[^\x00-\x1f"\\]{0,400}")\s*\}\s*\Z')


@dataclass(frozen=True, slots=True)
class Salvaged:
    kind: Kind
    id: Json = None


def salvage(head: bytes, tail: bytes, *, is_whole: bool) -> Salvaged:
    """Look at the first and last bytes of a frame. One SDK writes the id near the start, another as the last member."""
    kind: Kind = "unknown"
    ids: set[bytes] = set()
    for key, value in _members(head, is_whole=is_whole):
        match key:
            case b'"method"':
                kind = "request"
            case b'"result"' | b'"error"' if kind == "unknown":
                kind = "response"
            case b'"id"':
                ids.add(value)
            case _:
                pass
    if not ids and head.lstrip().startswith(b"{") and (last := _LAST_MEMBER.search(tail)):
        ids.add(last[1])
    found = ids.pop() if len(ids) == 1 else b""
    return Salvaged(kind, _parsed(found))


def refusal(sender: Side, salvaged: Salvaged, error: SidecarError, *, null_id: bool = False) -> Outcome:
    """The answer goes to whoever waits: a request's sender, or the side that asked for a response.

    ``null_id``: a sender whose id is unknown hears of it too (JSON-RPC 2.0, section 5: id is null).
    """
    to = sender.other if salvaged.kind == "response" else sender
    if salvaged.id is None and not (null_id and to is sender):
        return Outcome(to, None, error)
    return Outcome(to, error_reply(salvaged.id, error), error)


def error_reply(request_id: Json, error: SidecarError) -> Envelope:
    problem = {"code": error.code, "message": str(error)}
    return Envelope(Message({"jsonrpc": "2.0", "id": request_id, "error": problem}))


def _members(head: bytes, *, is_whole: bool) -> list[tuple[bytes, bytes]]:
    """Key and first token of the value of the members of the top-level object, as far as ``head`` goes."""
    members = []
    depth = 0
    key = b""
    is_key_next = is_value_next = False
    for match in _TOKEN.finditer(head):
        token = match[0]
        if token == b'"' or (depth == 0 and token != b"{"):  # cut inside a string, or no object
            break
        if depth == 1 and is_value_next:
            if match.end() < len(head) or is_whole:
                members.append((key, token))
            is_value_next = False
        elif depth == 1 and is_key_next:
            key, is_key_next = token, False
        elif depth == 1 and token == b":":
            is_value_next = True
        elif depth == 1 and token == b",":
            is_key_next = True
        if token in (b"{", b"["):
            depth += 1
            is_key_next = is_key_next or depth == 1
        elif token in (b"}", b"]"):
            depth -= 1
    return members


def _parsed(text: bytes) -> Json:
    if not _ID.fullmatch(text):
        return None
    try:
        return loads(text.decode())
    except (SidecarError, UnicodeDecodeError):
        return None
