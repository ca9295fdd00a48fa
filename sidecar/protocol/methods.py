"""Every method and notification of every MCP revision as rows: who sends it when, and the shapes of its parts.

It walks nothing and knows no transport; ``shapes`` explains the notation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sidecar.protocol.leaf import Channel
from sidecar.protocol.shapes import CACHED, RESULT

REVISIONS: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
"""Every published revision, oldest first. A digit *n* in ``Row.client`` and ``Row.server`` is the *n*-th of them."""

_META: Final = "_meta:ParamsMeta"
_PAGE: Final = "cursor:O _meta:ParamsMeta"
_ROUND: Final = " inputResponses:InputResponse{} requestState:O _meta:ParamsMeta"
_EMPTY: Final = RESULT.strip()
_URI: Final = "uri:U _meta:ParamsMeta"
_TASK: Final = "taskId:I _meta:ParamsMeta"
_FILTER: Final = "notifications:SubscriptionFilter _meta:ParamsMeta"


@dataclass(frozen=True, slots=True)
class Row:
    """One method.

    ``client``, ``server``: the revisions in which that side may send it. ``params`` and ``result`` are members or
    the name of a definition; a notification has no ``result``. ``extension``: the capability it belongs to in
    modern revisions. ``reference`` is a page of the specification.
    """

    method: str
    reference: str
    client: str = ""
    server: str = ""
    params: str = _META
    result: str = _EMPTY
    channel: Channel = Channel.MODEL
    extension: str = ""

    @property
    def is_notification(self) -> bool:
        return self.method.startswith("notifications/")


_TASKS: Final = "io.modelcontextprotocol/tasks"
_SKILLS: Final = "io.modelcontextprotocol/skills"
_LIST: Final = Channel.LIST

ROWS: Final[tuple[Row, ...]] = (
    Row(
        "initialize",
        "basic/lifecycle#initialization",
        client="1234",
        params="protocolVersion:I capabilities:X clientInfo:Implementation _meta:ParamsMeta",
        result="protocolVersion:I capabilities:X serverInfo:Implementation instructions:T" + RESULT,
    ),
    Row(
        "server/discover",
        "server/discover",
        client="5",
        result="supportedVersions:I[] capabilities:X instructions:T" + CACHED,
    ),
    Row("ping", "basic/utilities/ping", client="1234", server="1234"),
    Row(
        "tools/list",
        "server/tools#listing-tools",
        client="12345",
        params=_PAGE,
        result="tools:Tool[] nextCursor:O" + CACHED,
        channel=_LIST,
    ),
    Row(
        "tools/call",
        "server/tools#calling-tools",
        client="12345",
        params="name:I arguments:J task:TaskAsk" + _ROUND,
        result="ToolCallResult",
    ),
    Row(
        "prompts/list",
        "server/prompts#listing-prompts",
        client="12345",
        params=_PAGE,
        result="prompts:Prompt[] nextCursor:O" + CACHED,
        channel=_LIST,
    ),
    Row(
        "prompts/get",
        "server/prompts#getting-a-prompt",
        client="12345",
        params="name:I arguments:T{}" + _ROUND,
        result="PromptResult",
    ),
    Row(
        "resources/list",
        "server/resources#listing-resources",
        client="12345",
        params=_PAGE,
        result="resources:Resource[] nextCursor:O" + CACHED,
        channel=_LIST,
    ),
    Row(
        "resources/templates/list",
        "server/resources#resource-templates",
        client="12345",
        params=_PAGE,
        result="resourceTemplates:ResourceTemplate[] nextCursor:O" + CACHED,
        channel=_LIST,
    ),
    Row(
        "resources/read",
        "server/resources#reading-resources",
        client="12345",
        params="uri:U" + _ROUND,
        result="ReadResult",
    ),
    Row("resources/subscribe", "server/resources#subscriptions", client="1234", params=_URI),
    Row("resources/unsubscribe", "server/resources#subscriptions", client="1234", params=_URI),
    Row("subscriptions/listen", "basic/patterns/subscriptions", client="5", params=_FILTER),
    Row(
        "completion/complete",
        "server/utilities/completion",
        client="12345",
        params="ref:CompletionReference argument:CompletionArgument context:CompletionContext _meta:ParamsMeta",
        result="completion:Completion" + RESULT,
        channel=Channel.HUMAN,
    ),
    Row("logging/setLevel", "server/utilities/logging", client="1234", params="level:E _meta:ParamsMeta"),
    Row(
        "sampling/createMessage",
        "client/sampling",
        server="1234",
        params="SamplingParams",
        result="SamplingResult",
    ),
    Row("elicitation/create", "client/elicitation", server="34", params="ElicitParams", result="ElicitResult"),
    Row("roots/list", "client/roots", server="1234", params="RootsParams", result="RootsResult"),
    Row(
        "tasks/get",
        "basic/utilities/tasks",
        client="45",
        server="4",
        params=_TASK,
        result="DetailedTaskResult",
        extension=_TASKS,
    ),
    Row(
        "tasks/result",
        "basic/utilities/tasks",
        client="4",
        server="4",
        params=_TASK,
        result="TaskPayload",
        extension=_TASKS,
    ),
    Row(
        "tasks/list",
        "basic/utilities/tasks",
        client="4",
        server="4",
        params=_PAGE,
        result="tasks:Task[] nextCursor:O" + RESULT,
        extension=_TASKS,
    ),
    Row(
        "tasks/update",
        "extension io.modelcontextprotocol/tasks",
        client="5",
        params="taskId:I inputResponses:InputResponse{} _meta:ParamsMeta",
        extension=_TASKS,
    ),
    Row(
        "tasks/cancel",
        "basic/utilities/tasks",
        client="45",
        server="4",
        params=_TASK,
        result="TaskResult",
        extension=_TASKS,
    ),
    Row(
        "skills/list",
        "extension io.modelcontextprotocol/skills",
        client="5",
        params=_PAGE,
        result="skills:Skill[] nextCursor:O" + CACHED,
        channel=_LIST,
        extension=_SKILLS,
    ),
    Row(
        "skills/get",
        "extension io.modelcontextprotocol/skills",
        client="5",
        params=_URI,
        result="skill:Skill" + CACHED,
        channel=_LIST,
        extension=_SKILLS,
    ),
    Row(
        "resources/directory/read",
        "extension io.modelcontextprotocol/skills",
        client="5",
        params="uri:U cursor:O _meta:ParamsMeta",
        result="resources:Resource[] nextCursor:O" + CACHED,
        channel=_LIST,
        extension=_SKILLS,
    ),
    Row("notifications/initialized", "basic/lifecycle#initialization", client="1234"),
    Row(
        "notifications/cancelled",
        "basic/patterns/cancellation",
        client="12345",
        server="12345",
        params="requestId:I reason:T _meta:ParamsMeta",
    ),
    Row(
        "notifications/progress",
        "basic/patterns/progress",
        client="1234",
        server="12345",
        params="progressToken:I progress:N total:N message:T _meta:ParamsMeta",
    ),
    Row(
        "notifications/message",
        "server/utilities/logging",
        server="12345",
        params="level:E logger:T data:J _meta:ParamsMeta",
        channel=Channel.LOG,
    ),
    Row(
        "notifications/resources/updated",
        "server/resources#subscriptions",
        server="12345",
        params="uri:U title:T _meta:ParamsMeta",
    ),
    Row("notifications/resources/list_changed", "server/resources", server="12345"),
    Row("notifications/tools/list_changed", "server/tools", server="12345"),
    Row("notifications/prompts/list_changed", "server/prompts", server="12345"),
    Row("notifications/roots/list_changed", "client/roots", client="1234"),
    Row(
        "notifications/elicitation/complete",
        "client/elicitation",
        server="4",
        params="elicitationId:I _meta:ParamsMeta",
    ),
    Row(
        "notifications/tasks/status",
        "basic/utilities/tasks",
        client="4",
        server="4",
        params="Task",
        extension=_TASKS,
    ),
    Row(
        "notifications/subscriptions/acknowledged",
        "basic/patterns/subscriptions",
        server="5",
        params=_FILTER,
    ),
    Row(
        "notifications/tasks",
        "extension io.modelcontextprotocol/tasks",
        server="5",
        params="DetailedTask",
        extension=_TASKS,
    ),
)

BY_METHOD: Final[dict[str, Row]] = {row.method: row for row in ROWS}
