"""What a data extension is: fields, a row function, and who each row is about.

It holds no rows: seeded rows are made when they are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .free_text import Text
    from .people import Person

Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` names the personal data that stands in this field, `None` where there is none."""

    name: str
    type: str = "Text"
    kind: str | None = None
    length: int | None = None
    is_key: bool = False
    is_required: bool = False
    default: str | None = None
    description: str = ""

    @property
    def is_nullable(self) -> bool:
        return not (self.is_key or self.is_required)

    @property
    def default_length(self) -> int | None:
        lengths = {"Text": 100, "EmailAddress": 254, "Phone": 50, "Locale": 5}
        return self.length or lengths.get(self.type)


@dataclass(frozen=True, slots=True)
class Table:
    """A data extension. `row(i)` is aligned with `fields`; values are strings, dates ISO, booleans True/False."""

    name: str
    key: str
    fields: tuple[Field, ...]
    count: int
    row: Callable[[int], Row]
    person: Callable[[int], Person] | None = None
    texts: dict[str, Callable[[int], Text]] = field(default_factory=dict)
    description: str = ""
    sendable: str | None = None
    shared: bool = False
    kind_of: Callable[[int, str], str | None] | None = None
    """Where the kind depends on the row, not the field."""

    @property
    def key_places(self) -> tuple[int, ...]:
        return tuple(place for place, column in enumerate(self.fields) if column.is_key)

    def place(self, name: str) -> int | None:
        wanted = name.casefold()
        return next((i for i, column in enumerate(self.fields) if column.name.casefold() == wanted), None)
