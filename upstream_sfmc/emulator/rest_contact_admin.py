"""REST: deleting contacts and following it, preferences, address validation, and the contact schema.

Deletion is asynchronous: the contact and its subscriber go when the virtual clock says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .clock import central
from .contacts import SETS
from .envelopes import answered, refused
from .errors import invalid, missing, not_found
from .guard import Call, Reply, Route
from .ids import guid
from .shapes import record, values
from .units import ENTERPRISE_ID

if TYPE_CHECKING:
    from .agenda import Job
    from .tenant import Tenant

DELETE_AFTER_S: Final = 60.0
FIRST_OPERATION: Final = 2037
_SYNTAX: Final = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")
_ROLES: Final = frozenset({"abuse", "admin", "noreply", "postmaster", "spam", "webmaster"})
"""Local parts List Detective refuses (a documented idea; the real list is not public)."""
_VALIDATORS: Final = ("SyntaxValidator", "MXValidator", "ListDetectiveValidator")
_TYPES: Final = {
    "Email Address": "EmailAddress",
    "Mobile Number": "Phone",
    "Birthday": "Date",
    "HTML Enabled": "Boolean",
}
_STATUS_IDS: Final = {"1": "Processing", "5": "Completed", "7": "Invalid"}


class ContactAdminRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, base = "list_and_subscribers_read", "list_and_subscribers_write", "/contacts/v1"
        contacts = base + "/contacts"
        return [
            Route("POST", contacts + "/actions/delete", write, self._delete),
            Route("GET", contacts + "/actions/delete/status", read, self._status),
            Route("GET", contacts + "/analytics/deleterequests", read, self._requests),
            Route("GET", contacts + "/analytics/deleterequests/summary", read, self._summary),
            Route("GET", contacts + "/deleteOperations", read, self._operations),
            Route("GET", contacts + "/key:{key}/{preferences:[pP]references}", read, self._preferences),
            Route("GET", contacts + "/id:{id}/{preferences:[pP]references}", read, self._preferences),
            Route("POST", contacts + "/key:{key}/{preferences:[pP]references}", write, self._prefer),
            Route("GET", base + "/schema", read, self._schema),
            Route("GET", base + "/attributeGroups", read, self._groups),
            Route("GET", base + "/attributeSetDefinitions", read, self._definitions),
            Route("GET", "/hub/v1/contacts/schema/setDefinitions", read, self._definitions),
            Route("GET", base + "/attributeSets/name:{name}", read, self._rows),
            Route("POST", base + "/addresses/search/{attribute}", "audiences_read", self._addresses),
            Route("POST", "/address/v1/validateEmail", "email_read", self._validate),
        ]

    def _delete(self, call: Call) -> Reply:
        body, by = record(call.body), call.query.get("type", "")
        wanted = [str(one) for one in values(body.get("values"))]
        if by not in {"keys", "ids"}:
            raise invalid("type must be keys or ids")
        if not wanted:
            raise missing("values")
        if body.get("DeleteOperationType", "ContactAndAttributes") != "ContactAndAttributes":
            raise invalid("DeleteOperationType is not known")
        contacts = self._tenant.contacts
        keys = wanted if by == "keys" else [contacts.key_of_id(one) or "" for one in wanted]
        number = FIRST_OPERATION + len(self._tenant.agenda.of_kind("contactdelete"))

        def work() -> list[str]:
            for key in keys:
                contacts.delete(key)
                self._tenant.subscribers.delete(key)
            return []

        about = {"operation": number, "count": len(keys), "known": sum(contacts.has(key) for key in keys)}
        request_id = self._tenant.new_id("contactdelete")
        self._tenant.agenda.add(request_id, "contactdelete", call.mid, work, about, DELETE_AFTER_S)
        return answered(self._tenant, operationInitiated=True, operationID=number)

    def _jobs(self, call: Call) -> list[Job]:
        return [job for job in self._tenant.agenda.of_kind("contactdelete") if call.mid in {job.mid, ENTERPRISE_ID}]

    def _status(self, call: Call) -> Reply:
        number = call.query.get("operationid", "")
        if not number:
            raise missing("operationID")
        job = next((one for one in self._jobs(call) if str(one.about["operation"]) == number), None)
        if job is None:
            return refused(self._tenant, "OperationNotFound", "An operation of this operationID does not exist.")
        return answered(self._tenant, operation=self._operation(job))

    def _operation(self, job: Job) -> dict[str, Any]:
        _, _, user = self._tenant.staff(0)
        asked = central(job.asked_at)
        return {
            "listTypeID": 5,
            "listIdentifier": job.job_id,
            "listKey": job.job_id,
            "expectedListCount": job.about["count"],
            "deleteType": "ContactAndAttributes",
            "deleteListOnCompleted": False,
            "operationID": job.about["operation"],
            "eID": ENTERPRISE_ID,
            "mID": job.mid,
            "employeeID": user,
            "operationRequestID": guid(self._tenant.seed, "deleterequest", job.about["operation"]),
            "status": _state(job),
            "scheduledTime": asked,
            "retryCount": 0,
            "createdDate": asked[:19],
            "createdBy": user,
            "modifiedDate": asked[:19],
            "modifiedBy": user,
            "backgroundOperationsSummary": {"backgroundOperationStatusID": _state(job)},
        }

    def _operations(self, call: Call) -> Reply:
        page, size = call.page(50)
        every = [self._operation(job) for job in self._jobs(call)]
        shown = every[(page - 1) * size : page * size]
        return answered(self._tenant, page=page, pageSize=size, count=len(every), items=shown)

    def _requests(self, call: Call) -> Reply:
        start, end = _range(call)
        status = _STATUS_IDS.get(call.query.get("statusid", ""))
        jobs = [job for job in self._jobs(call) if status in {None, _state(job)}]
        page, size = call.page(50)
        shown = [
            {
                "operationId": job.about["operation"],
                "totalContactCount": job.about["count"],
                "completedContactCount": job.about["known"] if job.is_done else 0,
                "receivedDateUtc": central(job.asked_at)[:19],
                "status": _state(job),
                "lastStatusDateUtc": central(job.asked_at + (job.after_s if job.is_done else 0)),
                "deleteMethod": "Contact Key/ID",
            }
            for job in reversed(jobs)
        ][(page - 1) * size : page * size]
        head = {"startDateUtc": start, "endDateUtc": end, "statusAsOfDateUtc": self._tenant.clock.utc()}
        return answered(self._tenant, **head, pageNumber=page, pageSize=size, operations=shown)

    def _summary(self, call: Call) -> Reply:
        start, end = _range(call)
        jobs = self._jobs(call)
        series = [
            {
                "statusid": int(number),
                "status": name,
                "requestcount": count,
                "minvalue": 0,
                "maxvalue": count,
                "items": [],
            }
            for number, name in _STATUS_IDS.items()
            for count in (sum(_state(job) == name for job in jobs),)
        ]
        total = {"requestcount": len(jobs), "minvalue": 0, "maxvalue": len(jobs), "items": []}
        return answered(
            self._tenant,
            startdateutc=start,
            enddateutc=end,
            statusofdateutc=self._tenant.clock.utc(),
            interval="0",
            itemcount=0,
            totaltimeseries=[total],
            statustimeseries=series,
        )

    def _preferences(self, call: Call) -> Reply:
        key = self._contact(call)
        if key is None:
            return refused(self._tenant, "ContactNotFound", "A contact of this key or id does not exist.")
        contacts = self._tenant.contacts
        value = {"contactID": contacts.contact_id(key), "hasOptedOutTracking": key in contacts.opted_out}
        return answered(self._tenant, value=value, rowsAffected=1)

    def _prefer(self, call: Call) -> Reply:
        key, wish = self._contact(call), record(call.body).get("hasOptedOutTracking")
        if key is None:
            return refused(self._tenant, "ContactNotFound", "A contact of this key or id does not exist.")
        if not isinstance(wish, bool):
            raise missing("hasOptedOutTracking")
        (self._tenant.contacts.opted_out.add if wish else self._tenant.contacts.opted_out.discard)(key)
        return self._preferences(call)

    def _contact(self, call: Call) -> str | None:
        contacts = self._tenant.contacts
        key = call.match["key"] if "key" in call.match else contacts.key_of_id(call.match["id"])
        return key if key is not None and contacts.has(key) else None

    def _schema(self, _: Call) -> Reply:
        schema = guid(self._tenant.seed, "schema", 0)
        item = {
            "id": schema,
            "enterpriseID": ENTERPRISE_ID,
            "availableBusinessUnits": [ENTERPRISE_ID],
            "version": 16,
            "schemaType": "Contacts",
            "links": {"self": {"href": f"/v1/schemas/{schema}"}},
        }
        return answered(self._tenant, page=1, pageSize=1, count=1, items=[item], links={"self": {"href": "/v1/schema"}})

    def _groups(self, _: Call) -> Reply:
        seed = self._tenant.seed
        items = [
            {"id": guid(seed, "attributegroup", n), "key": key, "name": name, "parentId": guid(seed, "schema", 0)}
            for n, (key, name) in enumerate((("EmailData", "Email Data"), ("MobileConnectData", "MobileConnect Data")))
        ]
        return answered(self._tenant, count=len(items), page=1, pageSize=25, links={}, items=items)

    def _definitions(self, call: Call) -> Reply:
        page, size = call.page(50)
        every = [self._definition(number, name) for number, name in enumerate(SETS)]
        shown = every[(page - 1) * size : page * size]
        return answered(self._tenant, page=page, pageSize=size, count=len(every), items=shown)

    def _definition(self, number: int, name: str) -> dict[str, Any]:
        """An attribute set with its attributes: Marketing Cloud's own statement of what kind each value is."""
        seed, set_id = self._tenant.seed, guid(self._tenant.seed, "attributeset", number)
        attributes = []
        for place, attribute in enumerate(SETS[name]):
            one = guid(seed, f"attribute:{name}", place)
            plain = {"storageTypeID": 1, "maskTypeID": 0, "storageType": "Plain", "maskType": "None"}
            attributes.append(
                {
                    "id": one,
                    "key": attribute.replace(" ", ""),
                    "name": {"value": attribute},
                    "dataType": _TYPES.get(attribute, "Text"),
                    "isPrimaryKey": False,
                    "isNullable": True,
                    "isReadOnly": False,
                    "displayOrder": place,
                    "obfuscationProperties": {"valueDefinitionID": one, **plain},
                    "fullyQualifiedName": f"{name}.{attribute}",
                    "parentId": set_id,
                    "isSystemDefined": False,
                    "isHidden": False,
                    "parentType": "Set",
                }
            )
        return {
            "id": set_id,
            "key": name.replace(" ", ""),
            "name": {"value": name},
            "fullyQualifiedName": name,
            "storageLogicalType": "DataExtension",
            "isRoot": False,
            "isSendable": False,
            "categoryID": 516_016,
            "isShared": False,
            "relationships": [],
            "attributes": attributes,
            "valueDefinitions": attributes,
        }

    def _rows(self, call: Call) -> Reply:
        """Rows of one attribute set, as name and value."""
        name = call.match["name"]
        if name not in SETS:
            raise not_found()
        contacts = self._tenant.contacts
        page, size = call.page(25)
        keys = list(contacts.keys())
        items = []
        for key in keys[(page - 1) * size : page * size]:
            known = contacts.attributes(key)
            pairs = [{"key": one, "name": one, "value": known.get(f"{name}.{one}")} for one in SETS[name]]
            items.append({"values": [{"key": "Contact Key", "name": "Contact Key", "value": key}, *pairs]})
        head = {"id": guid(self._tenant.seed, "attributeset", list(SETS).index(name)), "key": name, "name": name}
        return answered(self._tenant, count=len(keys), page=page, pageSize=size, links={}, **head, items=items)

    def _addresses(self, call: Call) -> Reply:
        """Contact keys by a channel's addresses: the general form of the e-mail search."""
        attribute = call.match["attribute"].casefold()
        place = {"email": "Email Addresses.Email Address", "mobile": "MobileConnect Demographics.Mobile Number"}
        if attribute not in place:
            raise invalid("The attribute is not a channel address")
        wanted = [str(one) for one in values(record(call.body).get("ChannelAddressList"))]
        if not wanted:
            raise missing("ChannelAddressList")
        contacts = self._tenant.contacts
        found: dict[str, list[str]] = {one: [] for one in wanted}
        plain = {_plain(one): one for one in wanted}
        for key in contacts.keys():  # noqa: SIM118 - not a mapping
            address = plain.get(_plain(contacts.attributes(key).get(place[attribute]) or ""))
            if address is not None:
                found[address].append(key)
        entities = [
            {
                "contactKeyDetails": [{"contactKey": key, "createDate": contacts.created(key)} for key in keys],
                "channelAddress": address,
            }
            for address, keys in found.items()
        ]
        return answered(self._tenant, channelAddressResponseEntities=entities)

    def _validate(self, call: Call) -> Reply:
        body = record(call.body)
        email, asked = body.get("email"), [str(one) for one in values(body.get("validators"))]
        if not isinstance(email, str) or not email:
            raise missing("email")
        if not set(asked) <= set(_VALIDATORS):
            raise invalid("A validator is not known")
        failed = next((one for one in _VALIDATORS if one in (asked or _VALIDATORS) and not _passes(one, email)), None)
        if failed is None:
            return Reply({"email": email, "valid": True})
        return Reply({"email": email, "valid": False, "failedValidation": failed})


def _passes(validator: str, email: str) -> bool:
    local, _, domain = email.rpartition("@")
    match validator:
        case "SyntaxValidator":
            return _SYNTAX.fullmatch(email) is not None
        case "MXValidator":
            return not domain.casefold().endswith(".invalid")
        case _:
            return local.casefold() not in _ROLES


def _state(job: Job) -> str:
    return "Completed" if job.is_done else "Processing"


def _range(call: Call) -> tuple[str, str]:
    for name in ("startdateutc", "enddateutc"):
        if not call.query.get(name):
            raise missing(name)
    return call.query["startdateutc"], call.query["enddateutc"]


def _plain(address: str) -> str:
    """E-mail addresses compare without case, numbers by their digits."""
    return address.casefold() if "@" in address else "".join(char for char in address if char.isdecimal())
