"""What a SOAP object type is: its properties in the WSDL's order and where its records come from.

It knows no object type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Record = dict[str, "str | list[tuple[str, str | None]] | None"]
Hints = dict[str, frozenset[str]]
"""Property → the only values a record may have to pass the filter, where the filter says so."""

API_OBJECT: Final = ("Client.ID", "PartnerKey", "CreatedDate", "ModifiedDate", "ID", "ObjectID", "CustomerKey")
"""The inherited elements, which come first (partner API WSDL, APIObject)."""


@dataclass(frozen=True, slots=True)
class SoapType:
    name: str
    properties: tuple[str, ...]
    """Retrievable properties in WSDL order."""
    records: Callable[[Hints, int], Iterator[Record]]
    dates: frozenset[str] = frozenset({"CreatedDate", "ModifiedDate", "EventDate", "UnsubscribedDate"})
    numbers: frozenset[str] = frozenset(
        {"ID", "SendID", "ListID", "BatchID", "URLID", "ParentID", "Client.ID", "List.ID"}
    )
    always: tuple[str, ...] = ()
    """Shown whether asked for or not."""

    def matching(self, name: str) -> list[str]:
        """The properties a requested name stands for: `List` means `List.ID`."""
        return [one for one in self.properties if one == name or one.startswith(f"{name}.")]
