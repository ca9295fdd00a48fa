"""The headers that repeat a part of the body, ``Mcp-Name`` and ``Mcp-Param-*``: found before a rewrite, redone after it.

It repairs nothing: where a client's header and body disagree they still do afterwards, and the server says so
(MCP 2026-07-28, basic/transports/streamable-http: standard and custom headers).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sidecar.protocol.leaf import Path
from sidecar.wire import tree
from sidecar.wire.headers import decode_value, encode_value
from sidecar.wire.jsonrpc import Headers, Json

NAME: Final = "mcp-name"
PARAM: Final = "mcp-param-"

_NAMED: Final = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}
"""What ``Mcp-Name`` repeats."""

BAGGAGE: Final = "baggage"
"""Context that travels beside a request (W3C Baggage): a text of its own, which may say who the user is."""

_WHOLE: Final = re.compile(r"(-?[0-9]{1,400})(?:\.0+)?")
_UNDECLARED: Final[Mapping[str, Path]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Mirror:
    """One header that says ``value`` (decoded).

    ``path`` is the leaf it repeats. Without one the value stands only in the header and has to be analysed as a leaf
    of its own: the client is wrong, or the codec is. ``name`` is the header's, made unique by its position where a
    header comes twice; ``field`` what the value is called; ``index`` its place among the headers.
    """

    name: str
    field: str
    value: str
    path: Path | None
    index: int

    def __repr__(self) -> str:
        return f"Mirror({self.index}, {'body' if self.path else 'header only'})"


def mirrored(headers: Headers, body: dict[str, Json], declared: Mapping[str, Path] = _UNDECLARED) -> list[Mirror]:
    """The mirrors among ``headers``.

    ``declared`` tells at which path below ``arguments`` a header's property stands, by lower-case header name
    (``schemas.Tools.mirrors``). Another header is looked for among all arguments: first the one of the same name, then
    any equal one.
    """
    found: list[Mirror] = []
    seen: set[str] = set()
    for index, (header, raw) in enumerate(headers):
        lower = header.lower()
        if lower not in (NAME, BAGGAGE) and not lower.startswith(PARAM):
            continue
        name = f"{header} ({index})" if lower in seen else header
        seen.add(lower)
        member = _NAMED.get(str(body.get("method")), "name")
        decoded = raw if lower == BAGGAGE else decode_value(raw)
        path: Path | None = None
        if decoded is not None and lower == NAME:
            path = _equal(body, ("params", member), decoded)
        elif decoded is not None and lower != BAGGAGE:
            path = _argument(body, lower, decoded, declared)
        field = {NAME: member, BAGGAGE: BAGGAGE}.get(lower, header[len(PARAM) :])
        found.append(Mirror(name, field, raw if decoded is None else decoded, path, index))
    return found


def _argument(body: dict[str, Json], header: str, value: str, declared: Mapping[str, Path]) -> Path | None:
    root: Path = ("params", "arguments")
    if header in declared:
        return _equal(body, (*root, *declared[header]), value)
    try:
        arguments = tree.get(body, root)
    except ValueError:
        return None
    equal = [
        (path, name)
        for path, name, _, json_type, text in tree.walk(arguments, root)
        if json_type != tree.KEY and _same(text, json_type, value)
    ]
    wanted = _plain(header.removeprefix(PARAM))
    for path, name in equal:
        if _plain(name) == wanted:
            return path
    return equal[0][0] if equal else None


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _equal(body: dict[str, Json], path: Path, value: str) -> Path | None:
    try:
        found = tree.scalar(tree.get(body, path))
    except ValueError:
        return None
    return path if found is not None and _same(found[1], found[0], value) else None


def _same(text: str, json_type: str, value: str) -> bool:
    """Integers are compared as numbers: ``42.0`` mirrors 42."""
    if text == value:
        return True
    if json_type == tree.STRING:
        return False
    left, right = _WHOLE.fullmatch(text), _WHOLE.fullmatch(value)
    return left is not None and right is not None and int(left[1]) == int(right[1])


def recompute(headers: Headers, mirrors: Sequence[Mirror], new_values: Mapping[str, str]) -> Headers:
    """``headers`` with the mirrors named in ``new_values`` saying the new value; all others as they came."""
    result = list(headers)
    for mirror in mirrors:
        value = new_values.get(mirror.name, mirror.value)
        if value != mirror.value:
            result[mirror.index] = (headers[mirror.index][0], encode_value(value))
    return tuple(result)
