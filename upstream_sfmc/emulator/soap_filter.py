"""SOAP filters: simple and complex filter parts as predicates over records, and what they fix.

It does not know object types beyond the property names it is given.
"""

from __future__ import annotations

from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Final

from .filters import like, parse_date, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from .soap_type import Hints, Record, SoapType

Key = tuple[int, float, str]
XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
_MAX_DEPTH: Final = 32
_ORDER: Final[dict[str, Callable[[Key, Key], bool]]] = {
    "greaterThan": gt,
    "greaterThanOrEqual": ge,
    "lessThan": lt,
    "lessThanOrEqual": le,
}
_NEEDED: Final = dict.fromkeys((*_ORDER, "equals", "notEquals", "like", "IN"), 1) | {
    "isNull": 0,
    "isNotNull": 0,
    "between": 2,
}
"""How many values each operator needs."""


class BadFilter(Exception):
    """A filter the API answers with an error status: its text is the answer's OverallStatus."""


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    return next((one for one in element if local(one) == name), None)


def text(element: Element, name: str) -> str:
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""


def compile_filter(part: Element, kind: SoapType, depth: int = 0) -> Callable[[Record], bool]:
    if depth > _MAX_DEPTH:
        raise BadFilter("Error: The filter is nested too deeply.")
    left, right = child(part, "LeftOperand"), child(part, "RightOperand")
    if left is not None and right is not None:
        first = compile_filter(left, kind, depth + 1)
        second = compile_filter(right, kind, depth + 1)
        if text(part, "LogicalOperator").upper() == "OR":
            return lambda record: first(record) or second(record)
        return lambda record: first(record) and second(record)
    return _simple(part, kind)


def hints(part: Element) -> Hints:
    """Properties an AND-only filter fixes to certain values, so that records need not all be tried."""
    left, right = child(part, "LeftOperand"), child(part, "RightOperand")
    if left is not None and right is not None:
        if text(part, "LogicalOperator").upper() == "OR":
            return {}
        return hints(left) | hints(right)
    if text(part, "SimpleOperator") in {"equals", "IN"}:
        return {text(part, "Property"): frozenset(_values(part))}
    return {}


def _values(part: Element) -> list[str]:
    return [(one.text or "").strip() for one in part if local(one) in {"Value", "DateValue"}]


def _simple(part: Element, kind: SoapType) -> Callable[[Record], bool]:
    name, operator, values = text(part, "Property"), text(part, "SimpleOperator"), _values(part)
    if name not in kind.properties:
        raise BadFilter(f"Error: The Filter Property '{name}' does not match with the fields of {kind.name} retrieve")
    type_ = "Date" if name in kind.dates else "Number" if name in kind.numbers else "Text"
    if operator not in _NEEDED:
        raise BadFilter("Error: The filter operator is not known.")
    if len(values) < _NEEDED[operator]:
        raise BadFilter("Error: The filter needs a value.")
    if type_ == "Date" and any(parse_date(value) is None for value in values):
        raise BadFilter("Error: A filter value is not a date.")
    if operator == "like" and kind.name == "DataExtensionObject":
        raise BadFilter("Error: The like operator is not supported for DataExtensionObject.")
    holds = _operation(operator, values, [sort_key(value, type_) for value in values])

    def accepts(record: Record) -> bool:
        value = record.get(name)
        cell = value if isinstance(value, str) else None
        return holds(cell, sort_key(cell, type_))

    return accepts


def _operation(operator: str, values: list[str], wanted: list[Key]) -> Callable[[str | None, Key], bool]:
    """What an operator asks of a cell and its sort key; a null is neither more nor less than anything."""
    match operator:
        case "isNull":
            return lambda cell, _: cell is None
        case "isNotNull":
            return lambda cell, _: cell is not None
        case "between":
            return lambda cell, key: cell is not None and wanted[0] <= key <= wanted[1]
        case "IN":
            return lambda _, key: key in wanted
        case "like":
            return lambda cell, _: like(values[0], cell or "")
        case "equals":
            return lambda _, key: key == wanted[0]
        case "notEquals":
            return lambda _, key: key != wanted[0]
        case _:
            order = _ORDER[operator]
            return lambda cell, key: cell is not None and order(key, wanted[0])
