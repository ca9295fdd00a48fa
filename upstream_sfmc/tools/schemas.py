"""Small words to write JSON Schemas with, so that many tools stay readable and short on the wire.

No tool's schema is here. Names of fields are Marketing Cloud's own; what it may leave empty may be null.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

BUSINESS_UNIT: Json = {
    "type": "string",
    "pattern": "^[0-9]{1,12}$",
    "description": "MID of the business unit; default: the configured one",
}

TEXT: Json = {"type": ["string", "null"]}
WHOLE: Json = {"type": ["integer", "null"]}
NUMBER: Json = {"type": ["number", "null"]}
FLAG: Json = {"type": ["boolean", "null"]}
EMAIL: Json = {"type": "string", "format": "email"}
EMAIL_OR_NULL: Json = {"type": ["string", "null"], "format": "email"}
CELL: Json = {"type": ["string", "number", "boolean", "null"]}
CELLS: Json = {"type": "object", "additionalProperties": CELL}
"""A row's columns, or a subscriber's attributes: names are the account's own."""
DATE: Json = {"type": "string", "maxLength": 19, "pattern": r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$"}
"""A day or a moment, in SFMC's own time."""
ANYTHING: Json = {"type": "object"}


def text(description: str, *, max_length: int = 400) -> Json:
    return {"type": "string", "minLength": 1, "maxLength": max_length, "description": description}


def whole(description: str, low: int, high: int) -> Json:
    return {"type": "integer", "minimum": low, "maximum": high, "description": description}


def identifier(description: str) -> Json:
    return {"type": "integer", "minimum": 0, "description": description}


def one_of(description: str, *values: str) -> Json:
    return {"type": "string", "enum": list(values), "description": description}


def many(item: Json, description: str = "", low: int = 1, high: int = 50) -> Json:
    schema: Json = {"type": "array", "items": item, "minItems": low, "maxItems": high}
    return schema | ({"description": description} if description else {})


def takes(required: tuple[str, ...] = (), /, **properties: Json) -> Json:
    """An input schema: closed, with the business unit every tool accepts."""
    schema: Json = {"type": "object", "properties": properties | {"business_unit": BUSINESS_UNIT}}
    if required:
        schema["required"] = list(required)
    return schema | {"additionalProperties": False}


PAGES: Json = {"type": "integer", "minimum": 1, "maximum": 20, "default": 1, "description": "Read on so many pages"}
CONFIRM: Json = {"type": "boolean", "description": "true once a person has agreed, if the client cannot ask them"}


def paged(largest: int, usual: int = 50) -> dict[str, Json]:
    """`page` and `page_size` of a REST list."""
    return {
        "page": {"type": "integer", "minimum": 1, "default": 1},
        "page_size": {"type": "integer", "minimum": 1, "maximum": largest, "default": usual},
        "pages": PAGES,
    }


def continued(largest: int = 2500, usual: int = 50) -> dict[str, Json]:
    """`page` and `page_size` of a SOAP list, whose pages have no number but an id that is good once."""
    return {
        "page": text("next_page of the answer before; leave out for the first page", max_length=100),
        "page_size": {"type": "integer", "minimum": 1, "maximum": largest, "default": usual},
        "pages": PAGES,
    }


def listed(item: Json) -> Json:
    return {"type": "array", "items": item}


def fields(**properties: Json) -> Json:
    """An object of which these fields are known; the account may have more."""
    return {"type": "object", "properties": properties}


def gives(required: tuple[str, ...], /, **properties: Json) -> Json:
    """An output schema. What Marketing Cloud may leave out is described but not required."""
    return {"type": "object", "properties": properties, "required": list(required)}


def gives_page(name: str, item: Json, next_page: Json | None = None, **more: Json) -> Json:
    """The output schema of a list: its rows, the page, where the next one is and what was cut."""
    return gives(
        (name, "next_page", "cut"),
        **{name: {"type": "array", "items": item}},
        count=WHOLE,
        page=WHOLE,
        pageSize=WHOLE,
        **more,
        next_page=next_page or WHOLE,
        cut=TEXT,
    )
