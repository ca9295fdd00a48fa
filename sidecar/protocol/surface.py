"""The surface of a message: which of its strings, numbers and keys may carry text, and how to replace some of them.

It finds nothing in them and decides nothing. Directed by the schema, never by key names inside payloads, and fail
closed: what the tables do not know (a method, a member, a type) is a leaf.

Never a leaf, because peers compare or act on it: ids, methods, versions, tool and prompt names, enums, capabilities,
property names of schemas, and the ``url`` of URL-mode elicitation, which a person must see as it was sent
(MCP 2025-11-25, client/elicitation).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sidecar.protocol.forms import Anything, Fixed, Form, Forms, Here, list_unknown
from sidecar.protocol.leaf import Channel, JsonType, Leaf, Part
from sidecar.protocol.methods import ROWS
from sidecar.protocol.rows import Known
from sidecar.wire import tree
from sidecar.wire.jsonrpc import Json, Message, Number
from sidecar.wire.places import Place

_FORMS: Final = Forms()
_PARAMS: Final = {row.method: (_FORMS.of(row.params), row.channel) for row in ROWS}
_RESULTS: Final = {row.method: (_FORMS.of(row.result), row.channel) for row in ROWS if not row.is_notification}
_ERROR: Final = _FORMS.of("Error")

_UNKNOWN_PARAMS: Final = (_FORMS.of("_meta:ParamsMeta"), Channel.MODEL)
_UNKNOWN_RESULT: Final = (_FORMS.of("_meta:ResultMeta"), Channel.MODEL)
"""Every method has the envelope of its revision in ``_meta``, extensions too (MCP 2026-07-28, basic: _meta)."""

_NAME: Final = Fixed((str,))
_ID: Final = Fixed((str, int, float, Number))
_ENVELOPE: Final[dict[str, Form]] = {"jsonrpc": _NAME, "method": _NAME, "id": _ID}


def _form(member: str, method: str, part: Part) -> tuple[Form, Channel] | None:
    match member:
        case "params":
            if part is Part.PARAMS:
                return _PARAMS.get(method, _UNKNOWN_PARAMS)
            return Anything(), Channel.MODEL
        case "result":
            if part is Part.PARAMS:
                return Anything(), Channel.MODEL
            return _RESULTS.get(method, _UNKNOWN_RESULT)
        case "error":
            return _ERROR, Channel.MODEL
        case _:
            form = _ENVELOPE.get(member)
            return None if form is None else (form, Channel.MODEL)


def leaves(
    body: dict[str, Json], method: str, part: Part, place: Place | None = None, known: Known | None = None
) -> list[Leaf]:
    """All leaves of ``body`` in document order; with ``place``, but for those known to hold nothing, or replaced by ``known``.

    ``method`` is the message's own, or that of the request it answers (empty if unknown); ``part`` says which. A
    message that is both request and response is walked in all its parts, and members JSON-RPC does not define are
    arbitrary JSON: some peers match names without regard to case.
    """
    out: list[Leaf] = []
    for key, value in body.items():
        found = _form(key, method, part)
        if found is None:
            list_unknown(out, key, value, Here((key,), "", body, Channel.MODEL, 0, place, known))
        else:
            form, channel = found
            form.visit(out, value, Here((key,), key, body, channel, 0, place, known))
    return out


def rewrite(message: Message, changes: Sequence[tuple[Leaf, Json]]) -> Message:
    """``message`` with each leaf set to its new value, a key leaf's member renamed to it.

    The original is untouched. Raises ``ValueError`` where two members would become one.
    """
    if not changes:
        return message
    edits = [(leaf.path, leaf.json_type is JsonType.KEY, value) for leaf, value in changes]
    return Message(tree.rewrite(message.body, edits))
