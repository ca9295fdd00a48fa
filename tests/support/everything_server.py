"""A server with one of everything, both eras, over standard input and output or HTTP: what our tests send through the sidecar.

It knows nothing of redaction. Fixture names are those the official conformance suite asks for; beside them stand a few
tools that hold invented personal data and tell, by digest, what really reached the server.

    python -m tests.support.everything_server            # standard input and output
    python -m tests.support.everything_server --http     # loopback; prints the URL to standard error
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import socket
import sys
from typing import Annotated, Any

import mcp_types as types
import uvicorn
from mcp.server.mcpserver import AssistantMessage, Context, MCPServer, UserMessage
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from tests.support.everything_rounds import add_rounds
from tests.support.everything_tasks import Tasks
from tests.support.kept_events import Events

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA="
STEP_S = 0.05
READS = types.ToolAnnotations(read_only_hint=True)
PEOPLE = {
    "c-1": {
        "id": "c-1",
        "full_name": "Maria Lindqvist",
        "email": "maria.lindqvist@example.com",
        "phone": "212-555-0142",
    },
    "c-2": {"id": "c-2", "full_name": "Tobias Brenner", "email": "t.brenner@example.org", "phone": "212-555-0177"},
}
"""Invented people: their values must not reach a client that may not see them."""

server = MCPServer(
    "everything",
    version="1.0.0",
    instructions="One of everything, for tests.",
    log_level="ERROR",
    extensions=[Tasks()],
)
subscribed: set[str] = set()


class Contact(BaseModel):
    id: str
    full_name: str
    email: Annotated[str, Field(json_schema_extra={"format": "email"})]
    phone: str


class Reading(BaseModel):
    temperature: float
    conditions: str


def text(value: str) -> types.TextContent:
    return types.TextContent(type="text", text=value)


def image() -> types.ImageContent:
    return types.ImageContent(type="image", data=PNG, mime_type="image/png")


def embedded(uri: str, value: str, mime_type: str = "text/plain") -> types.EmbeddedResource:
    contents = types.TextResourceContents(uri=uri, mime_type=mime_type, text=value)
    return types.EmbeddedResource(type="resource", resource=contents)


# --- people ---------------------------------------------------------------------------------------------------------


@server.tool(annotations=READS)
def find_contact(contact_id: str) -> Contact:
    """Look a contact up by its id."""
    if contact_id not in PEOPLE:
        raise ToolError("no such contact")
    return Contact(**PEOPLE[contact_id])


@server.tool(annotations=READS)
def find_by_email(email: str) -> str:
    """Which contact has this address? Returns its id."""
    found = [person["id"] for person in PEOPLE.values() if person["email"] == email]
    return found[0] if found else "none"


@server.tool()
def write_note(contact_id: str, note: str) -> str:
    """Store a note. The answer is the digest of what was stored."""
    return f"{contact_id}: {hashlib.sha256(note.encode()).hexdigest()}"


# --- content --------------------------------------------------------------------------------------------------------


@server.tool(annotations=READS)
def test_simple_text() -> str:
    """Text."""
    return "This is a simple text response for testing."


@server.tool(annotations=READS, structured_output=False)
def test_image_content() -> list[types.ImageContent]:
    """An image."""
    return [image()]


@server.tool(annotations=READS, structured_output=False)
def test_audio_content() -> list[types.AudioContent]:
    """Sound."""
    return [types.AudioContent(type="audio", data=WAV, mime_type="audio/wav")]


@server.tool(annotations=READS, structured_output=False)
def test_embedded_resource() -> list[types.EmbeddedResource]:
    """A resource inside a result."""
    return [embedded("test://embedded-resource", "This is an embedded resource content.")]


@server.tool(annotations=READS, structured_output=False)
def test_multiple_content_types() -> list[types.ContentBlock]:
    """Text, image and resource together."""
    data = embedded("test://mixed-content-resource", '{"test":"data","value":123}', "application/json")
    return [text("Multiple content types test:"), image(), data]


@server.tool(annotations=READS, structured_output=False)
def test_resource_link() -> list[types.ResourceLink]:
    """A link to a resource."""
    return [types.ResourceLink(type="resource_link", uri="test://static-text", name="static", mime_type="text/plain")]


@server.tool(annotations=READS)
def get_reading(city: str) -> Reading:
    """The weather, as structured content."""
    return Reading(temperature=21.5, conditions=f"Clear over {city}")


@server.tool(annotations=READS)
def test_error_handling() -> str:
    """Always fails."""
    raise ToolError("This tool intentionally returns an error for testing")


@server.tool(annotations=READS)
def test_header_param(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]) -> str:
    """Its argument is mirrored in a header."""
    return f"region {region}"


@server.tool(annotations=READS)
def json_schema_2020_12_tool(name: str = "") -> str:
    """Tool with JSON Schema 2020-12 features"""
    return f"named {name}"


_ADDRESS = {
    "$anchor": "addressDef",
    "type": "object",
    "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
}
server._tool_manager._tools["json_schema_2020_12_tool"].parameters = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": _ADDRESS},
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}

# --- talking while working ------------------------------------------------------------------------------------------


@server.tool(annotations=READS)
async def test_tool_with_logging(ctx: Context) -> str:
    """Logs three times."""
    await ctx.info("Tool execution started")
    await asyncio.sleep(STEP_S)
    await ctx.info("Tool processing data")
    await asyncio.sleep(STEP_S)
    await ctx.info("Tool execution completed")
    return "Tool with logging executed successfully"


@server.tool(annotations=READS)
async def test_logging_tool(ctx: Context) -> str:
    """Logs once, for those who asked for it."""
    await ctx.info("A log message")
    return "logged"


@server.tool(annotations=READS)
async def test_tool_with_progress(ctx: Context) -> str:
    """Reports progress three times."""
    for done in (0, 50, 100):
        await ctx.report_progress(done, 100, f"Completed step {done} of 100")
        await asyncio.sleep(STEP_S)
    return "Tool with progress executed successfully"


@server.tool(annotations=READS)
async def test_reconnection(ctx: Context) -> str:
    """Closes its stream; the answer comes on the next one."""
    await ctx.close_sse_stream()
    await asyncio.sleep(STEP_S)
    return "Reconnection test completed"


@server.tool()
async def test_sampling(prompt: str, ctx: Context) -> str:
    """Asks the client's model."""
    message = types.SamplingMessage(role="user", content=text(prompt))
    result = await ctx.session.create_message([message], max_tokens=100, related_request_id=ctx.request_id)
    return f"LLM response: {result.content.text if isinstance(result.content, types.TextContent) else '?'}"


async def ask(ctx: Context, message: str, properties: dict[str, Any]) -> str:
    form = {"type": "object", "properties": properties, "required": []}
    answer = await ctx.session.elicit_form(message, form, related_request_id=ctx.request_id)
    return f"action={answer.action}, content={json.dumps(answer.content or {})}"


@server.tool()
async def test_elicitation(message: str, ctx: Context) -> str:
    """Asks the user for a name and an address."""
    user = {"type": "string", "description": "User's response"}
    email = {"type": "string", "description": "User's email address"}
    return "User response: " + await ask(ctx, message, {"username": user, "email": email})


@server.tool()
async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
    """Asks with defaults of every primitive type."""
    properties = {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    }
    return "Elicitation completed: " + await ask(ctx, "Please check the defaults", properties)


@server.tool()
async def test_elicitation_sep1330_enums(ctx: Context) -> str:
    """Asks with every kind of enumeration."""
    options = ["option1", "option2", "option3"]
    titled = [
        {"const": f"value{n}", "title": f"{word} Option"} for n, word in enumerate(("First", "Second", "Third"), 1)
    ]
    properties = {
        "untitledSingle": {"type": "string", "enum": options},
        "titledSingle": {"type": "string", "oneOf": titled},
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
        "titledMulti": {"type": "array", "items": {"anyOf": titled}},
    }
    return "Elicitation completed: " + await ask(ctx, "Please choose", properties)


# --- resources, prompts, completion -----------------------------------------------------------------------------------


@server.resource("test://static-text", name="static-text", description="Text", mime_type="text/plain")
def static_text() -> str:
    return "This is the content of the static text resource."


@server.resource("test://static-binary", name="static-binary", description="Image", mime_type="image/png")
def static_binary() -> bytes:
    import base64

    return base64.b64decode(PNG)


@server.resource("test://watched-resource", name="watched", description="Changes", mime_type="text/plain")
def watched() -> str:
    return "Watched resource content"


@server.resource("test://contacts", name="contacts", description="All contacts", mime_type="application/json")
def contacts() -> str:
    return json.dumps(list(PEOPLE.values()))


@server.resource("test://template/{id}/data", name="template", description="By id", mime_type="application/json")
def template(id: str) -> str:  # noqa: A002 - the template's own name
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


@server.tool()
async def touch_watched(ctx: Context) -> str:
    """Says that the watched resource changed."""
    await ctx.notify_resource_updated("test://watched-resource")
    if "test://watched-resource" in subscribed:
        await ctx.session.send_resource_updated("test://watched-resource")
    return "touched"


@server.prompt()
def test_simple_prompt() -> str:
    """No arguments."""
    return "This is a simple prompt for testing."


@server.prompt()
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """Two arguments."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@server.prompt()
def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:  # noqa: N803 - a fixture's own name
    """A resource inside a prompt."""
    block = embedded(resourceUri, "Embedded resource content for testing.")
    return [UserMessage(block), UserMessage("Please process the embedded resource above.")]


@server.prompt()
def test_prompt_with_image() -> list[UserMessage]:
    """An image inside a prompt."""
    return [UserMessage(image()), UserMessage("Please analyze the image above.")]


@server.prompt()
def summarise_contact(contact_id: str) -> list[UserMessage | AssistantMessage]:
    """A prompt with personal data in it."""
    return [UserMessage(f"Summarise: {json.dumps(PEOPLE[contact_id])}"), AssistantMessage("Understood.")]


@server.completion()
async def complete(_ref: Any, argument: Any, _context: Any) -> types.Completion:
    values = [word for word in ("paris", "park", "party") if word.startswith(argument.value)]
    return types.Completion(values=values, total=len(values), has_more=False)


async def _subscribe(_ctx: Any, params: types.SubscribeRequestParams) -> types.EmptyResult:
    subscribed.add(str(params.uri))
    return types.EmptyResult()


async def _unsubscribe(_ctx: Any, params: types.UnsubscribeRequestParams) -> types.EmptyResult:
    subscribed.discard(str(params.uri))
    return types.EmptyResult()


async def _set_level(_ctx: Any, _params: types.SetLevelRequestParams) -> types.EmptyResult:
    return types.EmptyResult()


server._lowlevel_server.add_request_handler("resources/subscribe", types.SubscribeRequestParams, _subscribe)
server._lowlevel_server.add_request_handler("resources/unsubscribe", types.UnsubscribeRequestParams, _unsubscribe)
server._lowlevel_server.add_request_handler("logging/setLevel", types.SetLevelRequestParams, _set_level)


add_rounds(server)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--http", action="store_true")
    if not parser.parse_args().http:
        server.run("stdio")
        return
    app = server.streamable_http_app(event_store=Events(), retry_interval=100)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}/mcp", file=sys.stderr, flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)).run(sockets=[listener])


if __name__ == "__main__":
    main()
