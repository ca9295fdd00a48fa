"""What tool definitions said as they passed: hints and schemas by tool, and whether a replacement is valid there.

It asks no server for anything: a tool whose list was never seen has no schema, and its values must fit nothing.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from types import MappingProxyType
from typing import Final

from sidecar.protocol.descend import Schema, Walk
from sidecar.protocol.instances import ties
from sidecar.protocol.leaf import Path
from sidecar.protocol.mirrors import PARAM
from sidecar.protocol.validity import holds, scalar_of
from sidecar.wire import tree
from sidecar.wire.jsonrpc import Json
from sidecar.wire.places import SALT

_MAX_TOOLS: Final = 2000
_MAX_COMPILED: Final = 256
_MAX_PLACES: Final = 2000
_MAX_DEPTH: Final = 64
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NAMING: Final = ("properties", "required", "dependentRequired", "dependentSchemas", "dependencies")
_TUPLES: Final = frozenset(("prefixItems", "additionalItems"))


@dataclass(frozen=True, slots=True)
class Hints:
    """A tool's annotations; None where the server said nothing (MCP 2025-03-26, server/tools: annotations)."""

    read_only: bool | None = None
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a schema says about one place, all its references and branches taken together.

    ``types`` and ``enum`` hold what any of them allows (``enum`` of a ``const`` has one member, None is no
    restriction); the others what the first that speaks says.
    """

    types: tuple[str, ...] = ()
    format: str = ""
    enum: tuple[Json, ...] | None = None
    max_length: int | None = None
    min_length: int | None = None
    pattern: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    multiple_of: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Tool:
    """``output_schema`` is what the client was shown: it validates with that."""

    hints: Hints
    input_schema: Schema
    output_schema: Schema
    mirrors: Mapping[str, Path]
    choices: Mapping[str, str]


class Tools:
    """The tools one upstream announced; the newest definition counts, the oldest goes when there are too many."""

    def __init__(self, limit: int = _MAX_TOOLS) -> None:
        self._limit = limit
        self._tools: OrderedDict[str, _Tool] = OrderedDict()

    def learn(
        self,
        body: dict[str, Json],
        shown: dict[str, Json] | None = None,
        choices: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take in a ``tools/list`` response (a page of it). What is not a tool is passed over.

        ``shown``: as the client got it, where that differs; ``choices``: what enumerated values were called in it.
        """
        seen = {tool["name"]: tool for tool in _listed(shown or body)}
        for tool in _listed(body):
            name = tool["name"]
            self._tools[name] = _tool(tool, seen.get(name, tool), choices)
            self._tools.move_to_end(name)
        while len(self._tools) > self._limit:
            self._tools.popitem(last=False)

    def knows(self, tool: str) -> bool:
        return tool in self._tools

    def annotations(self, tool: str) -> Hints:
        known = self._tools.get(tool)
        return known.hints if known else Hints()

    def read_only(self, tool: str) -> bool | None:
        return self.annotations(tool).read_only

    def input_schema(self, tool: str) -> Schema:
        """As the server sent it; None if never seen."""
        known = self._tools.get(tool)
        return known.input_schema if known else None

    def output_schema(self, tool: str) -> Schema:
        """As the client was shown it; None if never seen or not declared."""
        known = self._tools.get(tool)
        return known.output_schema if known else None

    def choices(self, tool: str) -> Mapping[str, str]:
        """What values of its schemas' enumerations are called toward the client."""
        known = self._tools.get(tool)
        return known.choices if known else {}

    def mirrors(self, tool: str) -> Mapping[str, Path]:
        """Paths below ``arguments`` by the lower-case name of the header that repeats them (``x-mcp-header``)."""
        known = self._tools.get(tool)
        return known.mirrors if known else {}


def _listed(body: dict[str, Json]) -> list[dict[str, Json]]:
    result = body.get("result")
    tools = result.get("tools") if isinstance(result, dict) else None
    listed = tools if isinstance(tools, list) else ()
    return [tool for tool in listed if isinstance(tool, dict) and isinstance(tool.get("name"), str)]


def _tool(tool: dict[str, Json], shown: dict[str, Json], choices: Mapping[str, str]) -> _Tool:
    hints = tool.get("annotations")
    given = hints if isinstance(hints, dict) else {}
    read = {name: value for name, value in given.items() if isinstance(value, bool)}
    return _Tool(
        Hints(
            read.get("readOnlyHint"),
            read.get("destructiveHint"),
            read.get("idempotentHint"),
            read.get("openWorldHint"),
        ),
        tool.get("inputSchema"),
        shown.get("outputSchema"),
        _mirrors(tool.get("inputSchema")),
        choices,
    )


def _mirrors(schema: Schema) -> dict[str, Path]:
    """``x-mcp-header`` counts on properties reached through ``properties`` only (MCP 2026-07-28, custom headers)."""
    found: dict[str, Path] = {}
    pending: list[tuple[Path, Schema]] = [((), schema)]
    while pending:
        path, part = pending.pop()
        properties = part.get("properties") if isinstance(part, dict) else None
        for name, below in properties.items() if isinstance(properties, dict) and len(path) < _MAX_DEPTH else ():
            header = below.get("x-mcp-header") if isinstance(below, dict) else None
            if isinstance(header, str) and _TOKEN.fullmatch(header):
                found[PARAM + header.lower()] = (*path, name)
            pending.append(((*path, name), below))
    return found


class _Compiled:
    """A schema with the places already looked up in it. It holds the schema, so that its ``id`` stays its own."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._places: dict[int, Schema] = {}
        """By a path's hash: the names on it come from traffic and may be values themselves."""
        self._options: dict[int, list[Schema]] = {}
        self.ties: bool | None = None
        """Whether members depend on each other; None: nobody has asked yet."""
        self.has_tuples = any(
            json_type == tree.KEY and (text in _TUPLES or text == "items") and _is_tuple(schema, path)
            for path, _, _, json_type, text in tree.walk(schema)
        )

    def at(self, path: Path) -> Schema:
        """The schema at ``path``; elements of arrays are alike unless some schema tells them apart by position."""
        if not self.has_tuples:
            path = tuple(0 if isinstance(step, int) else step for step in path)
        key = hash((SALT, *path))
        found = self._places.get(key)
        if found is None:
            found = Walk(self.schema).at(path)
            if len(self._places) < _MAX_PLACES:
                self._places[key] = found
        return found

    def options(self, path: Path) -> list[Schema]:
        """All that may have to hold there, each by itself."""
        if not self.has_tuples:
            path = tuple(0 if isinstance(step, int) else step for step in path)
        key = hash((SALT, *path))
        found = self._options.get(key)
        if found is None:
            found = Walk(self.schema).options(path)
            if len(self._options) < _MAX_PLACES:
                self._options[key] = found
        return found


def _is_tuple(schema: Schema, path: Path) -> bool:
    return path[-1] in _TUPLES or isinstance(tree.get(schema, path), list)


_compiled: OrderedDict[int, _Compiled] = OrderedDict()


def _compile(schema: Schema) -> _Compiled:
    known = _compiled.get(id(schema))
    if known is None or known.schema is not schema:
        known = _compiled[id(schema)] = _Compiled(schema)
        if len(_compiled) > _MAX_COMPILED:
            _compiled.popitem(last=False)
    return known


def fits(schema: Schema, path: Path, value: Json) -> bool:
    """Whether ``value`` may stand at ``path`` of a value described by ``schema``, formats asserted.

    Only for strings, numbers, booleans and null. False also where it cannot be told: a remote reference, a pattern
    that needs backtracking, a schema without end.
    """
    try:
        return holds(Walk(schema), _compile(schema).at(path), scalar_of(value))
    except Exception:  # noqa: BLE001 - whatever a foreign schema does to us, the answer is no
        return False


def is_positional(schema: Schema) -> bool:
    """Whether elements of one array may have to satisfy different schemas."""
    try:
        return _compile(schema).has_tuples
    except Exception:  # noqa: BLE001 - see fits
        return True


def is_tied(schema: Schema) -> bool:
    """Whether values that fit at their places may still make the whole invalid (unique elements, alternatives …)."""
    try:
        compiled = _compile(schema)
        if compiled.ties is None:
            compiled.ties = ties(schema)
    except Exception:  # noqa: BLE001 - see fits
        return True
    return compiled.ties


def fits_key(schema: Schema, path: Path, name: str) -> bool:
    """Whether the member at ``path`` may be called ``name``, which must not be what the schema calls another."""
    try:
        rule = Walk(schema).key_at(path)
    except Exception:  # noqa: BLE001 - see fits
        return False
    return fits(rule, (), name) and not declares(schema, (*path[:-1], name))


def describe_key(schema: Schema, path: Path) -> Declared:
    """What to make another name of the member at ``path`` look like."""
    try:
        rule = Walk(schema).key_at(path)
    except Exception:  # noqa: BLE001 - see fits
        return Declared()
    return describe(rule, ())


def describe(schema: Schema, path: Path) -> Declared:
    """What to make a stand-in for ``path`` look like; empty where nothing is declared or nothing can be told."""
    try:
        parts = list(Walk(schema).alternatives(_compile(schema).at(path)))
    except Exception:  # noqa: BLE001 - see fits
        return Declared()
    return summary(parts)


def options(schema: Schema, path: Path) -> list[Schema]:
    """All schemas that may have to hold at ``path``, each by itself. Raises what a foreign schema makes it raise."""
    return _compile(schema).options(path)


def summary(parts: Iterable[dict[str, Json]]) -> Declared:
    """What they say together."""
    return reduce(_merged, map(_declared, parts), Declared())


def _declared(part: dict[str, Json]) -> Declared:
    types = part.get("type", [])
    enum = part.get("enum")
    longest, shortest = part.get("maxLength"), part.get("minLength")
    return Declared(
        types=tuple(name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)),
        format=_text(part.get("format")),
        enum=(part["const"],) if "const" in part else tuple(enum) if isinstance(enum, list) else None,
        max_length=longest if isinstance(longest, int) else None,
        min_length=shortest if isinstance(shortest, int) else None,
        pattern=_text(part.get("pattern")),
        minimum=_bound(part, "minimum", "exclusiveMinimum", 1),
        maximum=_bound(part, "maximum", "exclusiveMaximum", -1),
        multiple_of=_number(part.get("multipleOf")),
    )


def _number(value: Json) -> Decimal | None:
    found = scalar_of(value) if not isinstance(value, (dict, list)) else None
    return found if isinstance(found, Decimal) else None


def _bound(part: dict[str, Json], inclusive: str, exclusive: str, inward: int) -> Decimal | None:
    """The nearest whole number within."""
    beyond = _number(part.get(exclusive))
    return _number(part.get(inclusive)) if beyond is None else beyond + inward


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _merged(one: Declared, two: Declared) -> Declared:
    enum = one.enum if two.enum is None else (*(one.enum or ()), *two.enum)
    return Declared(
        types=tuple(dict.fromkeys((*one.types, *two.types))),
        format=one.format or two.format,
        enum=enum,
        max_length=two.max_length if one.max_length is None else one.max_length,
        min_length=two.min_length if one.min_length is None else one.min_length,
        pattern=one.pattern or two.pattern,
        minimum=two.minimum if one.minimum is None else one.minimum,
        maximum=two.maximum if one.maximum is None else one.maximum,
        multiple_of=two.multiple_of if one.multiple_of is None else one.multiple_of,
    )


def declares(schema: Schema, path: Path) -> bool:
    """Whether the last step of ``path`` is a property the schema names: such a key is never renamed.

    True also where that cannot be told.
    """
    if not path or not isinstance(path[-1], str):
        return False
    try:
        parts = list(Walk(schema).alternatives(_compile(schema).at(path[:-1])))
    except Exception:  # noqa: BLE001 - see fits
        return True
    return any(_names(part.get(keyword), path[-1]) for part in parts for keyword in _NAMING)


def _names(declared: Json, name: str) -> bool:
    return isinstance(declared, (dict, list)) and name in declared
