"""The tools, one module per area of Marketing Cloud; this lists them in the order clients see. It runs none."""

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
