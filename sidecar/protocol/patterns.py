"""Regular expressions somebody else wrote, matched in linear time.

It supports no lookaround and no back-references: those need backtracking, and a server could stop us with one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sidecar.wire.jsonrpc import Json

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

_MAX_PATTERN: Final = 2048
_MAX_TEXT: Final = 65536


class Unevaluable(Exception):
    """Nothing can be said about this place of this schema."""


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> SchemaValidator | None:
    """Pydantic's engine is Rust's ``regex``: it has no backtracking and bounds what it compiles."""
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex", strict=True))
    except SchemaError:
        return None


def search(pattern: Json, text: str) -> bool:
    """Whether ``pattern`` matches somewhere in ``text`` (JSON Schema patterns are not anchored).

    Raises :class:`Unevaluable` for what is not a pattern, is too large, or needs backtracking.
    """
    if not isinstance(pattern, str) or len(pattern) > _MAX_PATTERN or len(text) > _MAX_TEXT:
        raise Unevaluable
    validator = _compiled(pattern)
    if validator is None:
        raise Unevaluable
    return validator.isinstance_python(text)
