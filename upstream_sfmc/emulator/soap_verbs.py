"""SOAP Perform, Schedule, Configure, Execute, Describe, GetSystemStatus and VersionInfo.

Perform starts what the REST side starts too: queries, automations; it clears data extensions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from .activities import set_status
from .soap_filter import child, local, text
from .soap_render import PARTNER, described
from .soap_write import NO_PERMISSION, Outcome, type_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from .auth import Grant
    from .soap_types import SoapTypes
    from .tenant import Tenant

UNSUPPORTED: Final = 105
NOT_FOUND: Final = 2
VERSION: Final = "1.1"
VERSION_DATE: Final = "2026-01-15T00:00:00"


class Verbs:
    """Answers by the name of the request message: the response's action and its body."""

    def __init__(self, tenant: Tenant, types: SoapTypes) -> None:
        self._tenant = tenant
        self._types = types

    def table(self) -> dict[str, tuple[str, Callable[[Element, Grant], str]]]:
        return {
            "PerformRequestMsg": ("PerformResponse", self._perform),
            "ScheduleRequestMsg": ("ScheduleResponse", self._schedule),
            "ConfigureRequestMsg": ("ConfigureResponse", self._configure),
            "ExecuteRequestMsg": ("ExecuteResponse", self._execute),
            "DefinitionRequestMsg": ("DescribeResponse", self._describe),
            "SystemStatusRequestMsg": ("SystemStatusResponse", self._status),
            "VersionInfoRequestMsg": ("VersionInfoResponse", self._version),
        }

    def _perform(self, message: Element, grant: Grant) -> str:
        action = text(message, "Action").lower()
        holder = child(message, "Definitions")
        asked = [] if holder is None else [one for one in holder if local(one) == "Definition"]
        outcomes = [(one, self._act(action, one, grant)) for one in asked]
        return self._answer("Perform", outcomes)

    def _act(self, action: str, element: Element, grant: Grant) -> Outcome:
        kind, activities = type_of(element), self._tenant.activities
        needed = "data_extensions_write" if kind == "DataExtension" else "automations_execute"
        if needed not in grant.scopes:
            return Outcome("API Permission Failed.", NO_PERMISSION)
        object_id, key = text(element, "ObjectID"), text(element, "CustomerKey")
        match kind, action:
            case "DataExtension", "cleardata":
                extension = self._tenant.extension_by_key(key, grant.mid)
                if extension is None:
                    return Outcome("The data extension does not exist.", NOT_FOUND)
                extension.clear()
                return Outcome("Cleared Data Extension")
            case "QueryDefinition", "start":
                shelf = activities.queries
                query = shelf.get(object_id, grant.mid) or shelf.find("key", key, grant.mid)
                if query is None:
                    return Outcome("The QueryDefinition does not exist.", NOT_FOUND)
                activities.start_query(query, grant.mid)
                return Outcome("QueryDefinition perform called successfully")
            case (("Automation" | "Program"), "start"):
                shelf = activities.automations
                automation = shelf.get(object_id, grant.mid) or shelf.find("key", key, grant.mid)
                if automation is None:
                    return Outcome("The Automation does not exist.", NOT_FOUND)
                activities.start_automation(automation, grant.mid)
                return Outcome("Performed Activity")
        return Outcome(f"The Perform method is not supported for the {kind} object", UNSUPPORTED)

    def _schedule(self, message: Element, grant: Grant) -> str:
        """Automations are put on a schedule; that it runs them later is not emulated."""
        holder, schedule = child(message, "Interactions"), child(message, "Schedule")
        asked = [] if holder is None else [one for one in holder if local(one) == "Interaction"]
        outcomes = []
        for one in asked:
            if schedule is None or not text(schedule, "StartDateTime"):
                outcome = Outcome("Schedule_Recurrence_Start DateTime Not Specified", 151)
            else:
                outcome = self._scheduled(one, grant)
            outcomes.append((one, outcome))
        return self._answer("Schedule", outcomes)

    def _scheduled(self, element: Element, grant: Grant) -> Outcome:
        kind, key = type_of(element), text(element, "CustomerKey")
        if "automations_execute" not in grant.scopes:
            return Outcome("API Permission Failed.", NO_PERMISSION)
        if kind != "Automation":
            return Outcome(f"The Schedule method is not supported for the {kind} object", UNSUPPORTED)
        shelf = self._tenant.activities.automations
        found = shelf.get(text(element, "ObjectID"), grant.mid) or shelf.find("key", key, grant.mid)
        if found is None:
            return Outcome("The Automation does not exist.", NOT_FOUND)
        set_status(found, "Scheduled")
        return Outcome("Scheduled")

    def _configure(self, message: Element, grant: Grant) -> str:
        """Profile attributes of subscribers: `PropertyDefinition`, create and delete."""
        holder = child(message, "Configurations")
        asked = [] if holder is None else [one for one in holder if local(one) == "Configuration"]
        action = text(message, "Action").lower()
        return self._answer("Configure", [(one, self._configured(action, one, grant)) for one in asked])

    def _configured(self, action: str, element: Element, grant: Grant) -> Outcome:
        kind, name = type_of(element), text(element, "Name")
        known = self._tenant.subscribers.profile_attributes
        if "list_and_subscribers_write" not in grant.scopes:
            return Outcome("API Permission Failed.", NO_PERMISSION)
        if kind != "PropertyDefinition" or action not in {"create", "delete"}:
            return Outcome(f"The Configure method is not supported for the {kind} object", UNSUPPORTED)
        if not name or (name in known) is (action == "create"):
            return Outcome("The attribute has no name, or exists already, or does not exist.", NOT_FOUND)
        if action == "create":
            known.append(name)
        else:
            known.remove(name)
        return Outcome(f"{action.capitalize()}d Attribute")

    def _execute(self, message: Element, grant: Grant) -> str:
        """`LogUnsubEvent`, the request a custom unsubscribe page makes."""
        results: list[str] = []
        for one in (part for part in message if local(part) == "Requests"):
            pairs = {text(pair, "Name"): text(pair, "Value") for pair in one if local(pair) == "Parameters"}
            outcome = self._executed(text(one, "Name"), pairs, grant)
            status = "Error" if outcome.code else "OK"
            results.append(
                f"<Results><StatusCode>{status}</StatusCode><StatusMessage>{escape(outcome.message)}</StatusMessage>"
                f"<OrdinalID>{len(results)}</OrdinalID>"
                + (f"<ErrorCode>{outcome.code}</ErrorCode>" if outcome.code else "")
                + "</Results>"
            )
        overall = "OK" if all("<ErrorCode>" not in one for one in results) else "Error"
        return (
            f'<ExecuteResponseMsg xmlns="{PARTNER}"><OverallStatus>{overall}</OverallStatus>'
            f"<RequestID>{self._tenant.new_id('execute')}</RequestID>{''.join(results)}</ExecuteResponseMsg>"
        )

    def _executed(self, name: str, pairs: dict[str, str], grant: Grant) -> Outcome:
        if name != "LogUnsubEvent":
            return Outcome("The request name is not known.", UNSUPPORTED)
        if "list_and_subscribers_write" not in grant.scopes:
            return Outcome("API Permission Failed.", NO_PERMISSION)
        store = self._tenant.subscribers
        key = pairs.get("SubscriberKey") or next(
            (one.key for one in store.all() if str(one.subscriber_id) == pairs.get("SubscriberID")), ""
        )
        if store.get(key) is None:
            return Outcome("The subscriber does not exist.", 12012)
        number = pairs.get("ListID", "")
        if number.isdecimal() and int(number) in store.lists and number != "23":
            store.set_membership(int(number), key, "Unsubscribed")
        else:
            store.update(key, status="Unsubscribed")
        return Outcome("Event posted")

    def _describe(self, message: Element, grant: Grant) -> str:
        holder = child(message, "DescribeRequests")
        asked = [] if holder is None else [text(one, "ObjectType") for one in holder]
        return described(self._tenant, [(name, self._types.get(name, grant.mid)) for name in asked])

    def _status(self, _: Element, __: Grant) -> str:
        return (
            f'<SystemStatusResponseMsg xmlns="{PARTNER}"><Results><Result><StatusCode>OK</StatusCode>'
            "<StatusMessage>System Status Retrieved</StatusMessage><SystemStatus>OK</SystemStatus></Result></Results>"
            "<OverallStatus>OK</OverallStatus><OverallStatusMessage></OverallStatusMessage>"
            f"<RequestID>{self._tenant.new_id('status')}</RequestID>"
            "</SystemStatusResponseMsg>"
        )

    def _version(self, _: Element, __: Grant) -> str:
        return (
            f'<VersionInfoResponseMsg xmlns="{PARTNER}"><VersionInfo><Version>{VERSION}</Version>'
            f"<VersionDate>{VERSION_DATE}</VersionDate><Notes></Notes></VersionInfo>"
            f"<RequestID>{self._tenant.new_id('version')}</RequestID></VersionInfoResponseMsg>"
        )

    def _answer(self, verb: str, outcomes: list[tuple[Element, Outcome]]) -> str:
        results = []
        for ordinal, (element, outcome) in enumerate(outcomes):
            kind = type_of(element)
            code = f"<ErrorCode>{outcome.code}</ErrorCode>" if outcome.code else ""
            names = ("ObjectID", "CustomerKey", "Name")
            known = "".join(f"<{name}>{escape(text(element, name))}</{name}>" for name in names if text(element, name))
            nil = '<PartnerKey xsi:nil="true" />'
            inner = f"<Object xsi:type={quoteattr(kind)}>{nil}{known}</Object>" if kind else ""
            results.append(
                f"<Result><StatusCode>{'Error' if outcome.code else 'OK'}</StatusCode>"
                f"<StatusMessage>{escape(outcome.message)}</StatusMessage><OrdinalID>{ordinal}</OrdinalID>{code}{inner}</Result>"
            )
        worked = sum(not outcome.code for _, outcome in outcomes)
        overall = "OK" if outcomes and worked == len(outcomes) else "Has Errors" if worked else "Error"
        return (
            f'<{verb}ResponseMsg xmlns="{PARTNER}"><Results>{"".join(results)}</Results>'
            f"<OverallStatus>{overall}</OverallStatus><OverallStatusMessage></OverallStatusMessage>"
            f"<RequestID>{self._tenant.new_id(verb)}</RequestID></{verb}ResponseMsg>"
        )
