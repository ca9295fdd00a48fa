"""JSON Schema keywords by what they hold: text, values, names or further schemas.

It validates nothing (``schemas`` does) and follows no ``$ref``. Keywords are positional: below ``properties`` a
member called ``description`` is a property, not a text (JSON Schema 2020-12, core, section 10).
"""

from __future__ import annotations

from typing import Final

TEXTS: Final = frozenset(("title", "description", "$comment", "markdownDescription", "enumNames"))
"""Annotations people and models read."""

VALUES: Final = frozenset(("default", "const", "enum", "examples", "example", "pattern"))
"""Values an instance may or must have, and what they must match."""

NAMES: Final = frozenset(
    (
        *("$schema", "$id", "id", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef"),
        *("$recursiveAnchor", "type", "format", "required", "contentEncoding", "contentMediaType", "x-mcp-header"),
    )
)
"""Identifiers and property names, one or many. Never altered."""

NAME_MAPS: Final = frozenset(("dependentRequired", "$vocabulary"))
"""Names, or booleans, by name. Never altered."""

NUMBERS: Final = frozenset(
    (
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
        *("minItems", "maxItems", "minContains", "maxContains", "minProperties", "maxProperties"),
        *("readOnly", "writeOnly", "deprecated", "uniqueItems", "nullable"),
    )
)
"""Bounds and flags. Never altered."""

STRUCTURE: Final = NAMES | NAME_MAPS | NUMBERS

SCHEMAS: Final = frozenset(
    (
        *("items", "additionalItems", "contains", "unevaluatedItems", "additionalProperties", "propertyNames"),
        *("unevaluatedProperties", "not", "if", "then", "else", "contentSchema", "allOf", "anyOf", "oneOf"),
        "prefixItems",
    )
)
"""A schema or an array of schemas."""

SCHEMA_MAPS: Final = frozenset(
    ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "dependencies")
)
"""Schemas by name; the names are never altered."""
