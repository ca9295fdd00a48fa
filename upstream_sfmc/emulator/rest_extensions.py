"""REST: data extensions and their fields (`/data/v1/customobjects`): list, get, create, change, clear, delete.

Rows are in `rest_data`. What a created one must say (seven booleans a field, a folder) is what the API insists on.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from .errors import BUSINESS_RULE, GENERIC, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route, page_of
from .ids import guid, past
from .rows import shown_field
from .shapes import record, records
from .table import Field, Table

if TYPE_CHECKING:
    from .extension import Extension
    from .table import Row
    from .tenant import Tenant

LIST_MAX: Final = 500
TYPES: Final = ("Text", "EmailAddress", "Phone", "Date", "Number", "Boolean", "Decimal", "Locale")
FIELD_BOOLEANS: Final = (
    "isNullable",
    "isPrimaryKey",
    "isTemplateField",
    "isHidden",
    "isReadOnly",
    "isInheritable",
    "isOverridable",
)
EMAIL_LENGTH: Final = 254
_KEY: Final = re.compile(r"[^\x00-\x1f<>]{1,36}")
_NAME_MAX: Final = 128


class ExtensionRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, base = "data_extensions_read", "data_extensions_write", "/data/v1/customobjects"
        later = "/data/v1/customobjectsasync/{id}/fields"
        return [
            Route("GET", base, read, self._list),
            Route("POST", base, write, self._create),
            Route("GET", base + "/category/{category}", read, self._category),
            Route("GET", base + "/{id}", read, self._get),
            Route("PATCH", base + "/{id}", write, self._change),
            Route("DELETE", base + "/{id}", write, self._delete),
            Route("GET", base + "/{id}/fields", read, self._fields),
            Route("POST", base + "/{id}/cleardata", write, self._clear),
            Route("POST", later, write, self._add_fields),
            Route("PATCH", later, write, self._add_fields),
        ]

    def _list(self, call: Call) -> Reply:
        if "$search" not in call.query:
            raise missing("$search")
        wanted = call.query["$search"].strip("%* ").casefold()
        found = [one for one in self._tenant.visible(call.mid) if wanted in one.table.name.casefold()]
        return self._page(call, found)

    def _category(self, call: Call) -> Reply:
        return self._page(
            call, [one for one in self._tenant.visible(call.mid) if str(one.folder) == call.match["category"]]
        )

    def _page(self, call: Call, found: list[Extension]) -> Reply:
        page, size = call.page(25, LIST_MAX)
        answer = page_of(found, page, size)
        answer["items"] = [self.describe(one) for one in answer["items"]]
        return Reply(answer)

    def _get(self, call: Call) -> Reply:
        return Reply(self.describe(self._by_id(call)))

    def _fields(self, call: Call) -> Reply:
        extension = self._by_id(call)
        return Reply({"id": extension.object_id, "key": extension.table.key, "fields": self.fields_of(extension)})

    def fields_of(self, extension: Extension) -> list[dict[str, Any]]:
        label = f"field:{extension.table.key}"
        return [
            shown_field(column, place, guid(self._tenant.seed, label, place))
            for place, column in enumerate(extension.table.fields)
        ]

    def _create(self, call: Call) -> Reply:
        """Sendable settings of the body are ignored: they take a second request, as on the live API."""
        body = record(call.body)
        name, key = body.get("name"), body.get("key") or self._tenant.new_id("dekey").upper()
        if not isinstance(name, str) or not 0 < len(name) <= _NAME_MAX:
            raise missing("name")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise invalid("key is not a valid external key")
        if not isinstance(body.get("categoryId"), int):
            raise missing("categoryId")
        known = self._tenant.visible(call.mid)
        if any(name.casefold() == one.table.name.casefold() for one in known):
            raise Refusal(400, BUSINESS_RULE, "A data extension of this name already exists.")
        if self._tenant.extension_by_key(key, call.mid) is not None:
            raise Refusal(400, BUSINESS_RULE, "A data extension of this external key already exists.")
        fields = read_fields(body.get("fields"))
        if not fields:
            raise missing("fields")
        table = Table(name, key, fields, 0, no_row, description=str(body.get("description") or ""))
        extension = self._tenant.add_extension(table, call.mid)
        extension.folder = body["categoryId"]
        return Reply(self.describe(extension) | {"fields": self.fields_of(extension)}, 201)

    def _change(self, call: Call) -> Reply:
        """Fields nobody knows are discarded without a word, as on the live API."""
        extension, body = self._by_id(call), record(call.body)
        table = extension.table
        for name in ("name", "description", "sendableCustomObjectField", "sendableSubscriberField"):
            if name in body and not isinstance(body[name], str):
                raise Refusal(400, 10001, f"Invalid data type for {name}")
        if body.get("isSendable") is True:
            column = body.get("sendableCustomObjectField")
            if not column or table.place(column) is None:
                raise missing("sendableCustomObjectField")
            table = replace(table, sendable=column)
            extension.subscriber_field = body.get("sendableSubscriberField", "_SubscriberKey")
        elif body.get("isSendable") is False:
            table = replace(table, sendable=None)
        extension.table = replace(
            table, name=body.get("name", table.name), description=body.get("description", table.description)
        )
        extension.is_testable = bool(body.get("isTestable", extension.is_testable))
        if isinstance(body.get("categoryId"), int):
            extension.folder = body["categoryId"]
        extension.changed = self._tenant.clock.stamp()
        return Reply(self.describe(extension))

    def _delete(self, call: Call) -> Reply:
        self._tenant.extensions.remove(self._by_id(call))
        return Reply(text="")

    def _clear(self, call: Call) -> Reply:
        self._by_id(call).clear()
        return Reply(text="")

    def _add_fields(self, call: Call) -> Reply:
        extension = self._by_id(call)
        fields = read_fields(record(call.body).get("fields"))
        if not fields:
            raise missing("fields")
        if any(extension.table.place(one.name) is not None for one in fields):
            raise Refusal(400, BUSINESS_RULE, "A field of this name already exists.")
        if any(one.is_key for one in fields):
            raise Refusal(400, BUSINESS_RULE, "A primary key cannot be added to a data extension that exists.")

        def work() -> list[str]:
            extension.widen(fields)
            extension.changed = self._tenant.clock.stamp()
            return []

        request_id = self._tenant.new_id("async")
        self._tenant.agenda.add(request_id, "rows", call.mid, work)
        return Reply({"requestId": request_id, "resultMessages": []}, 202)

    def _by_id(self, call: Call) -> Extension:
        extension = self._tenant.extension_by_id(call.match["id"], call.mid)
        if extension is None:
            raise not_found()
        return extension

    def describe(self, extension: Extension) -> dict[str, Any]:
        table, seed = extension.table, self._tenant.seed
        owner, _, owner_id = self._tenant.staff_for("de", extension.number)
        editor, _, editor_id = self._tenant.staff_for("de2", extension.number)
        sendable = {"sendableCustomObjectField": table.sendable, "sendableSubscriberField": extension.subscriber_field}
        return {
            "id": extension.object_id,
            "name": table.name,
            "key": table.key,
            "description": table.description,
            "isActive": True,
            "isSendable": table.sendable is not None,
            **(sendable if table.sendable else {}),
            "isTestable": extension.is_testable,
            "categoryId": extension.folder,
            "ownerId": owner_id,
            "isObjectDeletable": True,
            "isFieldAdditionAllowed": True,
            "isFieldModificationAllowed": True,
            "createdDate": extension.made or past(seed, "decreated", extension.number, 1500) + ".137",
            "createdById": owner_id,
            "createdByName": owner,
            "modifiedDate": extension.changed or past(seed, "demodified", extension.number, 90) + ".547",
            "modifiedById": editor_id,
            "modifiedByName": editor,
            "ownerName": owner,
            "partnerApiObjectTypeId": 310,
            "partnerApiObjectTypeName": "DataExtension",
            "rowCount": extension.count,
            "dataRetentionProperties": {
                "isDeleteAtEndOfRetentionPeriod": False,
                "isRowBasedRetention": False,
                "isResetRetentionPeriodOnImport": False,
            },
            "fieldCount": len(table.fields),
        }


def read_fields(given: Any) -> tuple[Field, ...]:
    """Field definitions of a create request. Raises a 400 `Refusal`."""
    fields: list[Field] = []
    for one in records(given):
        name, type_, length = one.get("name"), one.get("type"), one.get("length")
        if not isinstance(name, str) or not name:
            raise missing("fields.name")
        if type_ not in TYPES:
            raise invalid("A field's type is not one of the data extension types")
        absent = [flag for flag in FIELD_BOOLEANS if not isinstance(one.get(flag), bool)]
        if absent:
            raise missing(f"fields.{absent[0]}")
        if type_ == "EmailAddress" and length != EMAIL_LENGTH:
            words = "Length is invalid for field EmailAddress because it does not have a data type of Text"
            raise Refusal(400, GENERIC, words)
        if length is not None and (not isinstance(length, int) or length < 1):
            raise invalid("A field's length must be a positive number")
        if name.casefold() in {one.name.casefold() for one in fields}:
            raise Refusal(400, BUSINESS_RULE, "A field of this name already exists.")
        default = one.get("defaultValue")
        fields.append(
            Field(
                name,
                type_,
                length=length if type_ in {"Text", "EmailAddress", "Phone"} else None,
                is_key=one["isPrimaryKey"],
                is_required=not one["isNullable"] and not one["isPrimaryKey"],
                default=None if default in {None, ""} else str(default),
                description=str(one.get("description") or ""),
            )
        )
    return tuple(fields)


def no_row(_: int) -> Row:
    raise IndexError("a created data extension has no seeded rows")
