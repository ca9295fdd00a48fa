"""Asking a person before something is destroyed, in the three ways a client can: by round, by request, by argument.

It decides nothing but whether the answer was yes. A client that can ask is asked, whatever the arguments say: a model
may write `confirm: true`, a person's answer comes from the client (MCP 2026-07-28, client/elicitation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.shared.exceptions import MCPError, NoBackChannelError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from upstream_sfmc.errors import Category, Failure

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

QUESTION = "confirm"
SCHEMA: types.ElicitRequestedSchema = {
    "type": "object",
    "properties": {"confirm": {"type": "boolean", "title": "Go ahead", "default": False}},
    "required": ["confirm"],
}


async def confirmed(
    context: ServerRequestContext[Any], params: types.CallToolRequestParams, question: str
) -> types.InputRequiredResult | None:
    """None when a person has agreed; a result that asks the client to ask; or `Failure` when they did not agree."""
    if not _can_ask(context):
        _check_argument(params)
        return None
    if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
        answer = (params.input_responses or {}).get(QUESTION)
        if answer is None:
            asking = types.ElicitRequest(
                params=types.ElicitRequestFormParams(message=question, requested_schema=SCHEMA)
            )
            return types.InputRequiredResult(input_requests={QUESTION: asking})
        _check(answer)
        return None
    try:
        _check(await context.session.elicit_form(question, SCHEMA, related_request_id=context.request_id))
    except NoBackChannelError:
        _check_argument(params)
    except MCPError:
        raise Failure(Category.INVALID_INPUT, "not_confirmed", "The client could not ask a person.") from None
    return None


def _can_ask(context: ServerRequestContext[Any]) -> bool:
    """`elicitation: {}` of older clients means forms; one that has URLs alone cannot show this question."""
    capabilities = context.session.client_capabilities
    declared = capabilities.elicitation if capabilities is not None else None
    return declared is not None and (declared.form is not None or declared.url is None)


def _check_argument(params: types.CallToolRequestParams) -> None:
    if (params.arguments or {}).get(QUESTION) is not True:
        raise Failure(
            Category.INVALID_INPUT,
            "not_confirmed",
            "Nothing was done: this cannot be undone. Ask a person, then call again with confirm: true.",
        )


def _check(answer: object) -> None:
    agreed = (
        isinstance(answer, types.ElicitResult)
        and answer.action == "accept"
        and (answer.content or {}).get("confirm") is True
    )
    if not agreed:
        raise Failure(Category.INVALID_INPUT, "declined", "Nothing was done: the person asked did not agree.")
