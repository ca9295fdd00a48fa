"""SOAP writing of data extensions, their fields and their rows.

The checks are those of the REST side; only their form differs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from .errors import Refusal
from .rest_extensions import TYPES, no_row
from .rows import key_named, merge
from .soap_filter import child, local, text
from .soap_write import Outcome, Write
from .table import Field, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from .extension import Extension
    from .tenant import Tenant

NO_KEY: Final = 310001
NOTHING_TO_DELETE: Final = 310002
KNOWN_ALREADY: Final = 310003
UNKNOWN: Final = 310004
INVALID_ROW: Final = 310007
DUPLICATE_ROW: Final = 2627


class RowWriters:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def table(self) -> dict[str, Callable[[Write], Outcome]]:
        return {
            "DataExtension": self._extension,
            "DataExtensionField": self._field,
            "DataExtensionObject": self._row,
        }

    def _find(self, element: Element, mid: int) -> Extension | None:
        key, object_id = text(element, "CustomerKey"), text(element, "ObjectID")
        if key:
            return self._tenant.extension_by_key(key, mid)
        return self._tenant.extension_by_id(object_id, mid) if object_id else None

    def _extension(self, write: Write) -> Outcome:
        element = write.element
        found = self._find(element, write.mid)
        if write.verb == "Create":
            return self._make(write, found)
        if found is None:
            code = NOTHING_TO_DELETE if write.verb == "Delete" else UNKNOWN
            return Outcome("The data extension does not exist.", code)
        if write.verb == "Delete":
            self._tenant.extensions.remove(found)
            return Outcome("Data Extension deleted.")
        new = self._fields(element)
        if isinstance(new, Outcome):
            return new
        added = tuple(one for one in new if found.table.place(one.name) is None)
        if added:
            found.widen(added)
        table = found.table
        name, description = text(element, "Name"), text(element, "Description")
        found.table = replace(table, name=name or table.name, description=description or table.description)
        found.changed = self._tenant.clock.stamp()
        return Outcome("Data Extension updated.", object_id=found.object_id)

    def _make(self, write: Write, found: Extension | None) -> Outcome:
        element = write.element
        key, name = text(element, "CustomerKey"), text(element, "Name")
        if not name:
            return Outcome("Name, CustomerKey or ObjectID is required.", NO_KEY)
        known = {one.table.name.casefold() for one in self._tenant.visible(write.mid)}
        if found is not None or name.casefold() in known:
            return Outcome("A data extension of this key or name already exists.", KNOWN_ALREADY)
        fields = self._fields(element)
        if isinstance(fields, Outcome):
            return fields
        if not fields:
            return Outcome("A data extension needs fields.", INVALID_ROW)
        sendable = child(element, "SendableDataExtensionField")
        table = Table(name, key or self._tenant.new_id("dekey").upper(), fields, 0, no_row)
        table = replace(table, description=text(element, "Description"))
        if text(element, "IsSendable") == "true" and sendable is not None:
            table = replace(table, sendable=text(sendable, "Name"))
        made = self._tenant.add_extension(table, write.mid)
        if text(element, "CategoryID").isdecimal():
            made.folder = int(text(element, "CategoryID"))
        return Outcome("Data Extension created.", object_id=made.object_id)

    def _fields(self, element: Element) -> tuple[Field, ...] | Outcome:
        holder = child(element, "Fields")
        fields = []
        for one in holder if holder is not None else ():
            type_, length = text(one, "FieldType") or "Text", text(one, "MaxLength")
            if not text(one, "Name") or type_ not in TYPES:
                return Outcome("A field needs a name and a known type.", INVALID_ROW)
            is_key = text(one, "IsPrimaryKey") == "true"
            fields.append(
                Field(
                    text(one, "Name"),
                    type_,
                    length=int(length) if length.isdecimal() and type_ in {"Text", "EmailAddress", "Phone"} else None,
                    is_key=is_key,
                    is_required=text(one, "IsRequired") == "true" and not is_key,
                    default=text(one, "DefaultValue") or None,
                )
            )
        return tuple(fields)

    def _field(self, write: Write) -> Outcome:
        return Outcome(f"The {write.verb} method is not supported for the DataExtensionField object", 100)

    def _row(self, write: Write) -> Outcome:
        """A row as properties; keys may stand among them or, for Delete and Update, apart."""
        element = write.element
        found = self._find(element, write.mid)
        if found is None:
            return Outcome("The data extension does not exist.", UNKNOWN)
        values, keys = _pairs(element, "Properties", "Property"), _pairs(element, "Keys", "Key")
        places = found.table.key_places
        keys |= {name: value for name, value in values.items() if found.table.place(name) in places}
        try:
            if write.verb == "Delete":
                gone = found.delete(key_named(found, keys))
                return Outcome("Deleted DataExtensionObject") if gone else Outcome("The row does not exist.", UNKNOWN)
            key = key_named(found, keys) if places else ()
            known = bool(places) and found.find(key) is not None
            if write.verb == "Create" and known and not write.upserts:
                quoted = ", ".join(value or "" for value in key)
                words = f"Violation of PRIMARY KEY constraint. The duplicate key value is ({quoted})."
                return Outcome(words, DUPLICATE_ROW)
            if write.verb == "Update" and not known and not write.upserts:
                return Outcome("The row does not exist.", UNKNOWN)
            found.write(merge(found, keys, {name: value for name, value in values.items() if name not in keys}))
        except Refusal as refusal:
            return Outcome(str(refusal.body["message"]), INVALID_ROW)
        return Outcome(f"{'Updated' if known else 'Created'} DataExtensionObject")


def _pairs(element: Element, outer: str, inner: str) -> dict[str, str | None]:
    """Names and values; a name without a value is a null."""
    found: dict[str, str | None] = {}
    for holder in (one for one in element if local(one) == outer):
        for one in (pair for pair in holder if local(pair) == inner):
            found[text(one, "Name")] = text(one, "Value") if child(one, "Value") is not None else None
    return found
