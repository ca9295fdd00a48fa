"""The HTTP header fields of a message that came without any: what a client of Streamable HTTP would have written.

It checks nothing the other way round but for :func:`disagreement`, which is what a server owes a client's fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sidecar.protocol import eras
from sidecar.protocol.leaf import Path
from sidecar.wire import headers as fields
from sidecar.wire import tree
from sidecar.wire.headers import decode_value, encode_value
from sidecar.wire.jsonrpc import Headers, Json, Message

VERSION: Final = "MCP-Protocol-Version"
METHOD: Final = "Mcp-Method"
NAME: Final = "Mcp-Name"
ACCEPT: Final = (("Accept", "application/json, text/event-stream"),)
JSON: Final = (("Content-Type", "application/json"),)

_NAMED: Final[Mapping[str, str]] = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}
"""What ``Mcp-Name`` repeats (MCP 2026-07-28, basic/transports/streamable-http: standard headers)."""
_WHOLE: Final = re.compile(r"(-?[0-9]{1,400})(?:\.0+)?")


def modern(message: Message, declared: Mapping[str, Path]) -> Headers:
    """``declared`` as ``schemas.Tools.mirrors`` has it. Raises ``Malformed`` for a text no header can carry."""
    method = message.method or ""
    result = [(VERSION, eras.revision_of(message.body)), (METHOD, method)]
    name = _text(message.body, ("params", _NAMED.get(method, "")))
    if name is not None:
        result.append((NAME, encode_value(name)))
    for header, path in declared.items() if method == "tools/call" else ():
        value = _text(message.body, ("params", "arguments", *path))
        if value is not None:
            result.append((header.title(), encode_value(value)))
    return tuple(result)


def disagreement(headers: Headers, message: Message, declared: Mapping[str, Path]) -> str:
    """Which field does not say what the body says, ``""`` when all do. A field the body has no word for is passed over."""
    expected = dict(modern(message, declared))
    if NAME not in expected and fields.get(headers, NAME) is not None and (message.method or "") in _NAMED:
        return NAME
    for name, value in expected.items():
        given = fields.get(headers, name)
        if given is None or not _same(decode_value(given), decode_value(value)):
            return name
    absent = [header for header in declared if header not in {name.lower() for name in expected}]
    return next((header.title() for header in absent if fields.get(headers, header) is not None), "")


def _text(body: dict[str, Json], path: Path) -> str | None:
    """None for what no header carries: nothing, null, an object, a list."""
    try:
        value = tree.get(body, path)
    except ValueError:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    found = tree.scalar(value)
    return found[1] if found is not None else None


def _same(left: str | None, right: str | None) -> bool:
    if left is None or right is None or left == right:
        return left is not None and left == right
    one, other = _WHOLE.fullmatch(left), _WHOLE.fullmatch(right)
    return one is not None and other is not None and int(one[1]) == int(other[1])
