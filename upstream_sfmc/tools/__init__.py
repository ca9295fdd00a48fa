"""The tools, one module per area of Marketing Cloud; this lists them in the order clients see. It runs none.

Shapes come from Salesforce's documentation and recorded answers. A tool whose answer neither settles says so in its
description. Beside those, these details are *experimental*: built to the best reading and tried only against the emulator:

- `de_list` without a search: the wildcard `%`; `filter`: a quote doubled in a literal, a name with spaces in brackets
- `de_fields` by key: the data extension's id as its row set tells it
- `contact_get`: the answer's form; `contact_upsert`: PATCH first, POST when PATCH refuses
- `sfmc_list_business_units`: a BusinessUnit retrieve over all accounts
- `tracking_events`: `List.ID` of an unsubscribe event; `subscriber_upsert`: error codes other than 12014
- `automation_list`: `$page` and `$pageSize`
"""

from collections.abc import Iterable

from upstream_sfmc.errors import BadSettings
from upstream_sfmc.tools import (
    account,
    audit,
    automations,
    contacts,
    content,
    data_extensions,
    escape,
    extension_changes,
    journey_changes,
    journeys,
    messaging,
    queries,
    sends,
    sms,
    subscribers,
    tracking,
)
from upstream_sfmc.tools.spec import ToolSpec

AREAS: dict[str, tuple[ToolSpec, ...]] = {
    "account": account.TOOLS,
    "data_extensions": data_extensions.TOOLS + extension_changes.TOOLS,
    "contacts": contacts.TOOLS,
    "subscribers": subscribers.TOOLS,
    "journeys": journeys.TOOLS + journey_changes.TOOLS,
    "messaging": messaging.TOOLS + sms.TOOLS + sends.TRIGGERED,
    "content": content.TOOLS,
    "automation": automations.TOOLS + queries.TOOLS,
    "tracking": tracking.TOOLS + sends.TOOLS,
    "audit": audit.TOOLS,
}
TOOLS: dict[str, ToolSpec] = {tool.name: tool for area in AREAS.values() for tool in area}
ESCAPE: dict[str, ToolSpec] = {tool.name: tool for tool in escape.TOOLS}
"""In no toolset but its own: `all` does not have it."""

CORE = (
    "sfmc_whoami",
    "sfmc_list_business_units",
    "de_list",
    "de_fields",
    "de_rows",
    "de_row_get",
    "de_rows_upsert",
    "contact_search_by_email",
    "contact_get",
    "contact_upsert",
    "subscriber_get",
    "subscriber_upsert",
    "subscriber_unsubscribe",
    "list_subscribers",
    "journey_list",
    "journey_get",
    "journey_fire_event",
    "journey_contact_membership",
    "email_send",
    "message_status",
    "asset_search",
    "asset_get",
    "automation_list",
    "tracking_events",
)
TOOLSETS: dict[str, tuple[str, ...]] = {
    "core": CORE,
    "all": tuple(TOOLS),
    **{area: tuple(tool.name for tool in tools) for area, tools in AREAS.items()},
    "rest_get": tuple(ESCAPE),
}


def chosen(toolsets: Iterable[str]) -> dict[str, ToolSpec]:
    """The tools of the named sets, in the usual order. Raises `BadSettings` for a name that is none."""
    wanted = list(toolsets) or ["core"]
    if unknown := sorted(set(wanted) - set(TOOLSETS)):
        raise BadSettings(f"SFMC_TOOLSETS has no {', '.join(map(repr, unknown))}; there are {', '.join(TOOLSETS)}")
    names = {name for one in wanted for name in TOOLSETS[one]}
    return {name: tool for name, tool in (TOOLS | ESCAPE).items() if name in names}
