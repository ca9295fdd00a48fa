"""Whether a string, number, boolean or null satisfies a JSON Schema, formats asserted.

It judges no objects or arrays, opens no remote reference, and takes bounded time. Where drafts differ the stricter
reading wins; peers validate with different ones.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeAlias

from sidecar.protocol.descend import Schema, Walk
from sidecar.protocol.formats import fits_format
from sidecar.protocol.patterns import Unevaluable, search
from sidecar.wire.jsonrpc import Json, Number

BITS: Final = {"int32": 31, "int64": 63}

Scalar: TypeAlias = str | bool | Decimal | None


def scalar_of(value: Json) -> Scalar:
    """Numbers become ``Decimal``, exactly. Raises :class:`Unevaluable` for a container."""
    if value is None or isinstance(value, (str, bool, Decimal)):
        return value
    if isinstance(value, Number):
        return Decimal(value.text)
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    raise Unevaluable


def _is_type(name: Json, value: Scalar) -> bool:
    match name:
        case "string":
            return isinstance(value, str)
        case "number":
            return isinstance(value, Decimal)
        case "integer":
            return isinstance(value, Decimal) and value == value.to_integral_value()
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "object" | "array":
            return False
        case _:
            raise Unevaluable


def _type(rule: Json, value: Scalar, schema: dict[str, Json]) -> bool:
    names = rule if isinstance(rule, list) else [rule]
    if value is None and schema.get("nullable") is True:
        return True
    return any(_is_type(name, value) for name in names)


def _equals(given: Json, value: Scalar) -> bool:
    if isinstance(given, (dict, list)):
        return False
    other = scalar_of(given)
    return isinstance(other, bool) == isinstance(value, bool) and other == value


def _enum(rule: Json, value: Scalar, _schema: dict[str, Json]) -> bool:
    if not isinstance(rule, list):
        raise Unevaluable
    return any(_equals(given, value) for given in rule)


def _const(rule: Json, value: Scalar, _schema: dict[str, Json]) -> bool:
    return _equals(rule, value)


def _pattern(rule: Json, value: Scalar, _schema: dict[str, Json]) -> bool:
    return not isinstance(value, str) or search(rule, value)


def _format(rule: Json, value: Scalar, _schema: dict[str, Json]) -> bool:
    if isinstance(value, Decimal) and rule in BITS:  # OpenAPI's formats of numbers, which Ajv asserts
        return value == value.to_integral_value() and -(2 ** BITS[rule]) <= value < 2 ** BITS[rule]
    return not isinstance(value, str) or not isinstance(rule, str) or fits_format(rule, value)


def _number(rule: Json) -> Decimal:
    number = scalar_of(rule)
    if not isinstance(number, Decimal):
        raise Unevaluable
    return number


def _length(accepts: Callable[[int, Decimal], bool]) -> Callable[[Json, Scalar, dict[str, Json]], bool]:
    return lambda rule, value, _schema: not isinstance(value, str) or accepts(len(value), _number(rule))


def _bound(accepts: Callable[[Decimal, Decimal], bool]) -> Callable[[Json, Scalar, dict[str, Json]], bool]:
    def check(rule: Json, value: Scalar, _schema: dict[str, Json]) -> bool:
        if isinstance(rule, bool):  # draft-04: ``exclusiveMinimum: true`` sharpens ``minimum``
            raise Unevaluable
        return not isinstance(value, Decimal) or accepts(value, _number(rule))

    return check


def _multiple(rule: Json, value: Scalar, _schema: dict[str, Json]) -> bool:
    return not isinstance(value, Decimal) or value % _number(rule) == 0


_CHECKS: Final[dict[str, Callable[[Json, Scalar, dict[str, Json]], bool]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "format": _format,
    "minLength": _length(lambda length, bound: length >= bound),
    "maxLength": _length(lambda length, bound: length <= bound),
    "minimum": _bound(lambda value, bound: value >= bound),
    "maximum": _bound(lambda value, bound: value <= bound),
    "exclusiveMinimum": _bound(lambda value, bound: value > bound),
    "exclusiveMaximum": _bound(lambda value, bound: value < bound),
    "multipleOf": _multiple,
}


def holds(walk: Walk, schema: Schema, value: Scalar) -> bool:
    """Whether ``value`` satisfies ``schema``. Raises :class:`Unevaluable` where that cannot be told."""
    walk.spend()
    if isinstance(schema, bool):
        return schema
    if not isinstance(schema, dict):
        raise Unevaluable
    for keyword, rule in schema.items():
        check = _CHECKS.get(keyword)
        if check is not None and not check(rule, value, schema):
            return False
    return all(holds(walk, part, value) for part in walk.referred(schema)) and _combined(walk, schema, value)


def _combined(walk: Walk, schema: dict[str, Json], value: Scalar) -> bool:
    if not all(holds(walk, part, value) for part in schema.get("allOf", ())):
        return False
    if "anyOf" in schema and not any(holds(walk, part, value) for part in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(holds(walk, part, value) for part in schema["oneOf"]) != 1:
        return False
    if "not" in schema and holds(walk, schema["not"], value):
        return False
    if "if" in schema:
        return holds(walk, schema.get("then" if holds(walk, schema["if"], value) else "else", True), value)
    return True
