"""The tools, one module per area of Marketing Cloud; this lists them in the order clients see. It runs none.

Shapes come from Salesforce's documentation and recorded answers. What neither settles is *experimental*, that is, built to
the best reading and tried only against the emulator:

- `de_list` without a search: the wildcard `%`; `filter`: a quote doubled in a literal, a name with spaces in brackets
- `de_fields` by key: the data extension's id as its row set tells it
- `contact_get`: the answer's form; `contact_upsert`: PATCH first, POST when PATCH refuses
- `sfmc_list_business_units`: a BusinessUnit retrieve over all accounts
- `tracking_events`: `List.ID` of an unsubscribe event; `subscriber_upsert`: error codes other than 12014
- `automation_list`: `$page` and `$pageSize`
"""

from upstream_sfmc.tools import (
    account,
    automations,
    contacts,
    content,
    data_extensions,
    journeys,
    messaging,
    subscribers,
    tracking,
)
from upstream_sfmc.tools.spec import ToolSpec

TOOLS: dict[str, ToolSpec] = {
    tool.name: tool
    for area in (
        account,
        data_extensions,
        contacts,
        subscribers,
        journeys,
        messaging,
        content,
        automations,
        tracking,
    )
    for tool in area.TOOLS
}
