"""Where text lives in MCP messages, as data: every definition and every method of every revision.

It walks nothing: ``forms`` compiles these rows, ``surface`` applies them.

A definition is a list of ``member:Class``. ``Class[]`` is an array, ``Class[?]`` one or an array, ``Class{}`` an
object whose keys are identifiers. Classes of one letter::

    T  free text                    J  arbitrary JSON: every string, number and key
    U  URI or URI template          D  icon source: a URI, or ``data:`` and then a blob
    B  base64, typed by mimeType    S  JSON Schema: its text and its values, never its names
    O  opaque, echoed byte for byte P  a protocol revision where free text may stand too
    I  identifier, never altered    E  closed set, never altered
    N  number or boolean            X  capabilities: an object nothing in which is altered

The revisions are merged, because no member changes its class between them. A member that is not listed is class J,
its key too: what a newer revision or a vendor adds is analysed, not trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sidecar.protocol.leaf import Channel

_MCP: Final = "io.modelcontextprotocol/"
RESULT: Final = " resultType:E _meta:ResultMeta"
CACHED: Final = " ttlMs:N cacheScope:E" + RESULT
SHOWN: Final = " annotations:Annotations icons:Icon[] _meta:Meta"
TASK: Final = (
    "taskId:I status:E statusMessage:T createdAt:I lastUpdatedAt:I"
    " ttl:N pollInterval:N ttlMs:N pollIntervalMs:N _meta:ParamsMeta"
)

DEFINITIONS: Final[dict[str, str]] = {
    # basic: common types (schema.ts, 2026-07-28)
    "Implementation": "name:I title:T version:I description:T websiteUrl:I icons:Icon[]",
    "Icon": "src:D mimeType:I sizes:I[?] theme:E",
    "Annotations": "audience:E[] priority:N lastModified:I",
    # basic, the general fields of every message
    "Meta": "ui:AppMeta ui/resourceUri:U",
    "ParamsMeta": f"progressToken:I {_MCP}protocolVersion:I {_MCP}clientCapabilities:X {_MCP}logLevel:E"
    f" {_MCP}clientInfo:Implementation {_MCP}subscriptionId:I {_MCP}related-task:RelatedTask"
    " traceparent:I tracestate:I baggage:T",
    "ResultMeta": f"{_MCP}serverInfo:Implementation {_MCP}subscriptionId:I {_MCP}related-task:RelatedTask"
    f" {_MCP}model-immediate-response:T",
    "RelatedTask": "taskId:I",
    # extension io.modelcontextprotocol/ui (MCP Apps, 2026-01-26)
    "AppMeta": "resourceUri:U visibility:I[] csp:AppPolicy permissions:X domain:I prefersBorder:N",
    "AppPolicy": "connectDomains:I[] resourceDomains:I[] frameDomains:I[] baseUriDomains:I[]",
    # server: content blocks
    "TextContent": "type:I text:T annotations:Annotations _meta:Meta",
    "MediaContent": "type:I data:B mimeType:I annotations:Annotations _meta:Meta",
    "ResourceLink": "type:I uri:U name:T title:T description:T mimeType:I size:N" + SHOWN,
    "EmbeddedResource": "type:I resource:ResourceContents annotations:Annotations _meta:Meta",
    "PlainContents": "uri:U mimeType:I text:T blob:B _meta:Meta",
    "AppContents": "uri:U mimeType:I text:T blob:B _meta:Meta",
    "ToolUse": "type:I id:I name:I input:J _meta:Meta",
    "ToolResult": "type:I toolUseId:I content:ContentBlock[] structuredContent:J isError:N _meta:Meta",
    # server/tools
    "Tool": "name:I title:T description:T inputSchema:S outputSchema:S annotations:ToolAnnotations"
    " execution:ToolExecution icons:Icon[] _meta:Meta",
    "ToolAnnotations": "title:T readOnlyHint:N destructiveHint:N idempotentHint:N openWorldHint:N",
    "ToolExecution": "taskSupport:E",
    "CompleteToolResult": "content:ContentBlock[] structuredContent:J isError:N task:Task" + RESULT,
    # server/prompts
    "Prompt": "name:I title:T description:T arguments:PromptArgument[] icons:Icon[] _meta:Meta",
    "PromptArgument": "name:I title:T description:T required:N",
    "PromptMessage": "role:E content:ContentBlock",
    "CompletePromptResult": "description:T messages:PromptMessage[]" + RESULT,
    # server/resources
    "Resource": "uri:U name:T title:T description:T mimeType:I size:N" + SHOWN,
    "ResourceTemplate": "uriTemplate:U name:T title:T description:T mimeType:I" + SHOWN,
    "CompleteReadResult": "contents:ResourceContents[]" + CACHED,
    # server/utilities/completion
    "PromptReference": "type:I name:I title:T",
    "ResourceReference": "type:I uri:U",
    "CompletionArgument": "name:I value:T",
    "CompletionContext": "arguments:T{}",
    "Completion": "values:T[] total:N hasMore:N",
    # client/sampling
    "SamplingMessage": "role:E content:ContentBlock[?] _meta:Meta",
    "ModelPreferences": "hints:ModelHint[] costPriority:N speedPriority:N intelligencePriority:N",
    "ModelHint": "name:I",
    "ToolChoice": "mode:E",
    "SamplingParams": "messages:SamplingMessage[] systemPrompt:T includeContext:E temperature:N maxTokens:N"
    " stopSequences:T[] modelPreferences:ModelPreferences metadata:J tools:Tool[] toolChoice:ToolChoice"
    " task:TaskAsk _meta:ParamsMeta",
    "SamplingResult": "role:E content:ContentBlock[?] model:I stopReason:E task:Task" + RESULT,
    # client/elicitation; the url of URL mode must be shown to the person in full, it is never altered
    "ElicitForm": "mode:E message:T requestedSchema:S task:TaskAsk _meta:ParamsMeta",
    "ElicitUrl": "mode:E message:T url:I elicitationId:I task:TaskAsk _meta:ParamsMeta",
    "ElicitResult": "action:E content:T[?]{} task:Task" + RESULT,
    # client/roots
    "Root": "uri:U name:T _meta:Meta",
    "RootsParams": "_meta:ParamsMeta",
    "RootsResult": "roots:Root[]" + RESULT,
    # basic/patterns/mrtr
    "SamplingAsk": "method:I params:SamplingParams",
    "ElicitAsk": "method:I params:ElicitParams",
    "RootsAsk": "method:I params:RootsParams",
    "InputRequired": "inputRequests:InputRequest{} requestState:O" + RESULT,
    # basic/utilities/tasks (2025-11-25) and extension io.modelcontextprotocol/tasks
    "TaskAsk": "ttl:N",
    "Task": TASK,
    "TaskResult": TASK.removesuffix(" _meta:ParamsMeta") + RESULT,
    "CreateTaskResult": TASK.removesuffix(" _meta:ParamsMeta") + " task:Task" + RESULT,
    "DetailedTask": TASK + " inputRequests:InputRequest{} result:ToolCallResult error:Error",
    "DetailedTaskResult": TASK.removesuffix(" _meta:ParamsMeta")
    + " inputRequests:InputRequest{} result:ToolCallResult error:Error"
    + RESULT,
    # basic/patterns/subscriptions
    "SubscriptionFilter": "toolsListChanged:N promptsListChanged:N resourcesListChanged:N"
    " resourceSubscriptions:U[] taskIds:I[]",
    # extension io.modelcontextprotocol/skills
    "Skill": "uri:U frontmatter:J resources:SkillFile[]",
    "SkillFile": "uri:U digest:I size:N",
    # basic: error codes
    "PlainError": "code:N message:T data:J",
    "VersionError": "code:N message:T data:VersionData",
    "VersionData": "supported:I[] requested:I",
    "CapabilityError": "code:N message:T data:CapabilityData",
    "CapabilityData": "requiredCapabilities:X",
    "ElicitationError": "code:N message:T data:ElicitationData",
    "ElicitationData": "elicitations:ElicitParams[]",
    "PlaceError": "code:N message:T data:PlaceData",
    "PlaceData": "uri:U supported:P[] requested:P",
}
"""Object types by name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An object whose definition depends on the value of ``member``; ``otherwise`` is J if empty."""

    member: str
    cases: dict[str | int, str]
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """An object whose definition is the first that has one of the members named; else J."""

    cases: tuple[tuple[frozenset[str], str], ...]


CHOICES: Final[dict[str, Choice | Guess]] = {
    "ContentBlock": Choice(
        "type",
        {
            "text": "TextContent",
            "image": "MediaContent",
            "audio": "MediaContent",
            "resource_link": "ResourceLink",
            "resource": "EmbeddedResource",
            "tool_use": "ToolUse",
            "tool_result": "ToolResult",
        },
    ),
    "ResourceContents": Choice("mimeType", {"text/html;profile=mcp-app": "AppContents"}, "PlainContents"),
    "CompletionReference": Choice("type", {"ref/prompt": "PromptReference", "ref/resource": "ResourceReference"}),
    "ElicitParams": Choice("mode", {"url": "ElicitUrl"}, "ElicitForm"),
    "InputRequest": Choice(
        "method",
        {"sampling/createMessage": "SamplingAsk", "elicitation/create": "ElicitAsk", "roots/list": "RootsAsk"},
    ),
    "InputResponse": Guess(
        (
            (frozenset(("action",)), "ElicitResult"),
            (frozenset(("roots",)), "RootsResult"),
            (frozenset(("role", "model")), "SamplingResult"),
        )
    ),
    "ToolCallResult": Choice(
        "resultType", {"input_required": "InputRequired", "task": "CreateTaskResult"}, "CompleteToolResult"
    ),
    "PromptResult": Choice("resultType", {"input_required": "InputRequired"}, "CompletePromptResult"),
    "ReadResult": Choice("resultType", {"input_required": "InputRequired"}, "CompleteReadResult"),
    "TaskPayload": Guess(
        (
            (frozenset(("action",)), "ElicitResult"),
            (frozenset(("role", "model")), "SamplingResult"),
            (frozenset(("content", "structuredContent", "isError")), "ToolCallResult"),
        )
    ),
    "Error": Choice(
        "code",
        {
            -32022: "VersionError",
            -32021: "CapabilityError",
            -32042: "ElicitationError",
            -32602: "PlaceError",
            -32002: "PlaceError",
        },
        "PlainError",
    ),
}
"""Types told apart by what they hold."""

CHANNELS: Final[dict[str, Channel]] = {
    "Tool": Channel.LIST,
    "AppContents": Channel.HUMAN,
    "ElicitForm": Channel.HUMAN,
    "ElicitUrl": Channel.HUMAN,
    "ElicitResult": Channel.HUMAN,
}
"""Definitions that set the channel of all below them, wherever they stand."""
