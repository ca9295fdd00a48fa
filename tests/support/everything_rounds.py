"""Calls of the everything server that take several rounds (MCP 2026-07-28, multi round-trip requests)."""

from __future__ import annotations

from typing import Any

import mcp_types as types
from mcp.server.mcpserver import Context, MCPServer, UserMessage
from mcp.shared.exceptions import MCPError


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def elicitation(message: str, **properties: Any) -> types.ElicitRequest:
    params = types.ElicitRequestFormParams(message=message, requested_schema=schema(**properties))
    return types.ElicitRequest(params=params)


def question(message: str, max_tokens: int) -> types.CreateMessageRequest:
    messages = [types.SamplingMessage(role="user", content=types.TextContent(type="text", text=message))]
    return types.CreateMessageRequest(params=types.CreateMessageRequestParams(messages=messages, max_tokens=max_tokens))


def needs(state: str | None = None, **requests: types.InputRequest) -> types.InputRequiredResult:
    return types.InputRequiredResult(input_requests=requests, request_state=state)


def require(ctx: Context, capability: str) -> None:
    declared = ctx.client_capabilities
    if declared is None or getattr(declared, capability) is None:
        raise MCPError(
            code=types.MISSING_REQUIRED_CLIENT_CAPABILITY,
            message=f"this tool needs the client capability {capability}",
            data={"requiredCapabilities": {capability: {}}},
        )


def answered(ctx: Context, key: str) -> Any:
    return (ctx.input_responses or {}).get(key)


def elicited(ctx: Context, key: str, name: str) -> Any:
    answer = answered(ctx, key)
    return (answer.content or {}).get(name) if isinstance(answer, types.ElicitResult) else None


STRING = {"type": "string"}


def test_input_required_result_elicitation(ctx: Context) -> str | types.InputRequiredResult:
    """One question to the user."""
    require(ctx, "elicitation")
    name = elicited(ctx, "user_name", "name")
    return (
        f"Hello, {name}!" if isinstance(name, str) else needs(user_name=elicitation("What is your name?", name=STRING))
    )


def test_streaming_elicitation(ctx: Context) -> str | types.InputRequiredResult:
    """One question, on a stream."""
    return "done" if answered(ctx, "go") else needs(go=elicitation("Go on?", ok={"type": "boolean"}))


def test_missing_capability(ctx: Context) -> str:
    """Needs sampling."""
    require(ctx, "sampling")
    return "sampling is there"


def test_input_required_result_sampling(ctx: Context) -> str | types.InputRequiredResult:
    """One question to the model."""
    require(ctx, "sampling")
    answer = answered(ctx, "capital_question")
    if isinstance(answer, types.CreateMessageResult) and isinstance(answer.content, types.TextContent):
        return answer.content.text
    return needs(capital_question=question("What is the capital of France?", 100))


def test_input_required_result_list_roots(ctx: Context) -> str | types.InputRequiredResult:
    """Asks for the roots."""
    answer = answered(ctx, "client_roots")
    if isinstance(answer, types.ListRootsResult):
        return "Roots: " + ", ".join(str(root.uri) for root in answer.roots)
    return needs(client_roots=types.ListRootsRequest())


def test_input_required_result_request_state(ctx: Context) -> str | types.InputRequiredResult:
    """A question with state."""
    if ctx.request_state == "confirming" and answered(ctx, "confirm"):
        return "state-ok"
    return needs("confirming", confirm=elicitation("Please confirm", ok={"type": "boolean"}))


def test_input_required_result_tampered_state(ctx: Context) -> str | types.InputRequiredResult:
    """A question with state that must not be changed."""
    if ctx.request_state == "sealed":
        return "untouched"
    return needs("sealed", confirm=elicitation("Please confirm", ok={"type": "boolean"}))


def test_input_required_result_multiple_inputs(ctx: Context) -> str | types.InputRequiredResult:
    """Three questions at once."""
    if all(answered(ctx, key) for key in ("user_name", "greeting", "client_roots")):
        return "All answers received"
    return needs(
        "several",
        user_name=elicitation("What is your name?", name=STRING),
        greeting=question("Generate a greeting", 50),
        client_roots=types.ListRootsRequest(),
    )


def test_input_required_result_multi_round(ctx: Context) -> str | types.InputRequiredResult:
    """Two questions, one after the other."""
    if ctx.request_state == "second" and answered(ctx, "step2"):
        return f"Color {elicited(ctx, 'step2', 'color')}"
    if ctx.request_state == "first" and answered(ctx, "step1"):
        return needs("second", step2=elicitation("Step 2: What is your favorite color?", color=STRING))
    return needs("first", step1=elicitation("Step 1: What is your name?", name=STRING))


def test_input_required_result_capabilities(ctx: Context) -> str | types.InputRequiredResult:
    """Asks only what the client can answer."""
    declared = ctx.client_capabilities
    if declared is not None and declared.sampling is not None:
        return "sampled" if answered(ctx, "q") else needs(q=question("Hello?", 10))
    return "asked" if answered(ctx, "q") else needs(q=elicitation("Hello?", ok={"type": "boolean"}))


def test_input_required_result_prompt(ctx: Context) -> Any:
    """A prompt that asks first."""
    context = elicited(ctx, "user_context", "context")
    if context is None:
        return needs(user_context=elicitation("What context should the prompt use?", context=STRING))
    return [UserMessage(f"Use this context: {context}")]


def add_rounds(server: MCPServer) -> None:
    for tool in (
        test_input_required_result_elicitation,
        test_streaming_elicitation,
        test_missing_capability,
        test_input_required_result_sampling,
        test_input_required_result_list_roots,
        test_input_required_result_request_state,
        test_input_required_result_tampered_state,
        test_input_required_result_multiple_inputs,
        test_input_required_result_multi_round,
        test_input_required_result_capabilities,
    ):
        server.add_tool(tool)
    server.prompt()(test_input_required_result_prompt)
