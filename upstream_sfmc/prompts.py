"""Prompts: two pieces of work that take several tools, told step by step. They call nothing themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.shared.exceptions import MCPError

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext


@dataclass(frozen=True, slots=True)
class Guide:
    name: str
    title: str
    says: str
    arguments: tuple[tuple[str, str, bool], ...]
    """Name, description, whether it is required."""
    steps: str


GUIDES = (
    Guide(
        "segment_summary",
        "Segment summary",
        "Sum up who is in a data extension, without listing people.",
        (
            ("data_extension", "Customer key of the data extension", True),
            ("question", "What is to be found out about the segment", False),
        ),
        "Sum up the segment in the data extension {data_extension}. {question}\n"
        "1. de_fields: learn the columns and their types.\n"
        "2. de_rows: read a page of 200 and, with filter and page_size 1, the `count` of each group that matters.\n"
        "3. Answer with counts and shares by group, the date range and what is empty or inconsistent. "
        "Name no person and quote no address.",
    ),
    Guide(
        "bounce_investigation",
        "Bounce investigation",
        "Find out why messages of a send or to a subscriber bounced.",
        (
            ("job_id", "SendID of the send", False),
            ("subscriber_key", "Key of one subscriber", False),
            ("since", "From this date, e.g. 2026-01-31", False),
        ),
        "Find out why messages bounced. Send: {job_id}; subscriber: {subscriber_key}; since: {since}.\n"
        "1. tracking_events with type bounce: group by BounceCategory, SMTPCode and the domain in SMTPReason.\n"
        "2. For the largest group: tracking_events with type sent for the same send, to know the share.\n"
        "3. For a subscriber: subscriber_get (status Bounced or Held?) and their earlier events.\n"
        "4. Answer with the causes by share, which are permanent, and what to do: sender, content, list or address.",
    ),
)


async def listed(
    _context: ServerRequestContext[Any], _params: types.PaginatedRequestParams | None
) -> types.ListPromptsResult:
    return types.ListPromptsResult(
        prompts=[
            types.Prompt(
                name=guide.name,
                title=guide.title,
                description=guide.says,
                arguments=[
                    types.PromptArgument(name=name, description=says, required=required)
                    for name, says, required in guide.arguments
                ],
            )
            for guide in GUIDES
        ]
    )


async def got(_context: ServerRequestContext[Any], params: types.GetPromptRequestParams) -> types.GetPromptResult:
    guide = next((one for one in GUIDES if one.name == params.name), None)
    if guide is None:
        raise MCPError(types.INVALID_PARAMS, "Unknown prompt")
    given = params.arguments or {}
    missing = [name for name, _, required in guide.arguments if required and not given.get(name)]
    if missing:
        raise MCPError(types.INVALID_PARAMS, f"Missing: {', '.join(missing)}")
    text = guide.steps.format(**{name: given.get(name) or "" for name, _, _ in guide.arguments})
    message = types.PromptMessage(role="user", content=types.TextContent(text=text))
    return types.GetPromptResult(description=guide.says, messages=[message])
