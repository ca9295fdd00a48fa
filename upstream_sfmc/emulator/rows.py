"""Rows and fields of data extensions as the REST API reads and writes them.

It checks values against fields and shows them the API's way; it routes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import GENERIC, Refusal, invalid, missing
from .filters import parse_date, us_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .extension import Extension
    from .table import Field, Row


def shown_field(column: Field, place: int, field_id: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": field_id,
        "name": column.name,
        "type": column.type,
        "ordinal": place,
        "isPrimaryKey": column.is_key,
        "isNullable": column.is_nullable,
        "isTemplateField": False,
        "isHidden": False,
        "isReadOnly": False,
        "isInheritable": False,
        "isOverridable": False,
        "mustOverride": False,
        "maskType": "None",
        "storageType": "Plain",
    }
    if column.default is not None:
        described["defaultValue"] = column.default
    if column.default_length is not None:
        described["length"] = column.default_length
    if column.type == "Decimal":
        described |= {"length": 18, "scale": 2}
    return described


def shown_row(fields: Sequence[Field], row: Row) -> dict[str, Any]:
    """A row as the rowset shows it: lower-cased names, strings only, US dates, an empty string for null."""
    shown: dict[str, dict[str, str]] = {"keys": {}, "values": {}}
    for column, value in zip(fields, row, strict=True):
        text = value or ""
        if column.type == "Date" and text:
            text = us_date(text)
        shown["keys" if column.is_key else "values"][column.name.lower()] = text
    return shown if shown["keys"] else {"values": shown["values"]}


def merge(extension: Extension, keys: Mapping[str, Any], values: Mapping[str, Any]) -> Row:
    """The row to write: given cells over the stored row. Raises a 400 `Refusal` for unknown or missing fields."""
    table = extension.table
    cells: dict[int, str | None] = {}
    for name, value in {**keys, **values}.items():
        place = table.place(str(name))
        if place is None:
            raise Refusal(400, GENERIC, "Unable to save rows for data extension ID", additionalErrors=[_unknown()])
        cells[place] = None if value is None else _store(value, table.fields[place])
    stored = extension.find(key_of(extension, cells))
    base = stored if stored is not None else tuple(column.default for column in table.fields)
    row = tuple(cells.get(place, base[place]) for place in range(len(table.fields)))
    if any(value in {None, ""} and column.is_required for value, column in zip(row, table.fields, strict=True)):
        raise missing("a field that is not nullable")
    return row


def key_of(extension: Extension, cells: Mapping[int, str | None]) -> Row:
    """The primary key among cells by place. Raises a 400 `Refusal` when part of it is missing."""
    places = extension.table.key_places
    if any(not cells.get(place) for place in places):
        raise missing("primary key")
    return tuple(cells[place] for place in places)


def key_named(extension: Extension, keys: Mapping[str, Any]) -> Row:
    """The primary key given by field names in any case. Raises a 400 `Refusal` for another field or a missing one."""
    cells: dict[int, str | None] = {}
    for name, value in keys.items():
        place = extension.table.place(str(name))
        if place not in extension.table.key_places:
            raise invalid("A row is named by its primary key fields")
        cells[place] = None if value is None else str(value)
    if not cells:
        raise missing("primary key")
    return key_of(extension, cells)


def _unknown() -> dict[str, Any]:
    return {"message": "A column in the row is not a field of the data extension", "errorcode": 10005}


def _store(value: Any, column: Field) -> str:
    text = str(value)
    length = column.default_length
    if length is not None and len(text) > length:
        raise invalid(f"A value is longer than its field allows ({length})")
    if column.type == "EmailAddress" and "@" not in text:
        raise invalid("A value is not a valid EmailAddress")
    if column.type in {"Number", "Decimal"}:
        try:
            float(text)
        except ValueError:
            raise invalid(f"A value is not a valid {column.type}") from None
    if column.type == "Date":
        moment = parse_date(text)
        if moment is None:
            raise invalid("A value is not a valid Date")
        return moment.isoformat(timespec="seconds")
    return text


def echo(keys: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What a synchronous upsert answers: the first letter of names lowered, every value a string."""
    return {
        part: {name[:1].lower() + name[1:]: "" if value is None else str(value) for name, value in cells.items()}
        for part, cells in (("keys", keys), ("values", values))
    }
