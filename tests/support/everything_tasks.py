"""The tasks extension of the everything server (MCP 2026-07-28, extension ``io.modelcontextprotocol/tasks``).

Tasks live as long as the process; nothing is sent on a listen stream, which the extension leaves to the server.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import mcp_types as types
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.extension import Extension, MethodBinding, ToolBinding
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.server import require_client_extension
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, Field

from tests.support.everything_rounds import STRING, answered, elicitation, elicited, needs

TASKS = "io.modelcontextprotocol/tasks"
REQUIRED, OPTIONAL = "required", "optional"
TTL_MS = 600_000
POLL_MS = 50
READS = types.ToolAnnotations(read_only_hint=True)
OWNER = {"name": "Maria Lindqvist", "email": "maria.lindqvist@example.com"}
"""An invented person, who must not reach a client that may not see her."""

Request = ServerRequestContext[Any, Any]


class GetTask(types.RequestParams):
    task_id: str


class UpdateTask(GetTask):
    input_responses: dict[str, Any] = Field(default_factory=dict)


class Task:
    """One running tool; ``ask`` parks it until the client has answered."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.status = "working"
        self.status_message: str | None = None
        self.created = self.updated = _now()
        self.outcome: dict[str, Any] = {}
        self.pending: dict[str, Any] = {}
        self._answers: dict[str, asyncio.Future[Any]] = {}
        self._running: asyncio.Task[None] | None = None

    def start(self, work: Callable[[], Coroutine[Any, Any, HandlerResult]]) -> None:
        self._running = asyncio.create_task(self._run(work))

    async def _run(self, work: Callable[[], Coroutine[Any, Any, HandlerResult]]) -> None:
        _CURRENT.set(self)
        try:
            self._settle("completed", result={"resultType": "complete", **_plain(await work())})
        except MCPError as error:
            self._settle("failed", error=error.error.model_dump(by_alias=True, mode="json", exclude_none=True))
        except asyncio.CancelledError:
            self._settle("cancelled")

    def _settle(self, status: str, **outcome: Any) -> None:
        self.status, self.outcome, self.updated = status, outcome, _now()
        self.pending.clear()

    async def ask(self, **requests: types.ElicitRequest) -> dict[str, Any]:
        for key, request in requests.items():
            self.pending[key] = {"method": request.method, "params": _plain(request.params)}
            self._answers[key] = asyncio.get_running_loop().create_future()
        self.status, self.updated = "input_required", _now()
        return {key: await self._answers[key] for key in requests}

    def answer(self, responses: dict[str, Any]) -> None:
        for key in self.pending.keys() & responses.keys():
            del self.pending[key]
            self._answers[key].set_result(responses[key])
        if self.status == "input_required" and not self.pending:
            self.status, self.updated = "working", _now()

    def cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def wire(self) -> dict[str, Any]:
        fields = {"taskId": self.id, "status": self.status, "createdAt": self.created, "lastUpdatedAt": self.updated}
        return {**fields, "ttlMs": TTL_MS, "pollIntervalMs": POLL_MS}


_CURRENT: ContextVar[Task | None] = ContextVar("task", default=None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: Any) -> dict[str, Any]:
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, mode="json", exclude_none=True)
    return dict(value or {})


# --- tools ----------------------------------------------------------------------------------------------------------


def greet(name: str) -> str:
    """Never a task."""
    return f"Hello, {name}!"


async def slow_compute(seconds: float = 0, label: str = "") -> str:
    """Takes its time."""
    await asyncio.sleep(seconds)
    return f"computed {label} in {seconds} s"


async def find_owner(record: str) -> dict[str, str]:
    """Who owns a record? Takes its time."""
    await asyncio.sleep(POLL_MS / 1000)
    return {"record": record, **OWNER}


async def failing_job() -> str:
    """A tool error after a while; only as a task."""
    await asyncio.sleep(1)
    raise ToolError("the job found nothing to do")


async def protocol_error_job() -> str:
    """A protocol error."""
    await asyncio.sleep(POLL_MS / 1000)
    raise MCPError(code=types.INTERNAL_ERROR, message="the job broke down")


CONFIRM = {"type": "boolean"}


async def confirm_delete(filename: str, ctx: Context) -> str | types.InputRequiredResult:
    """Asks before it deletes; as a task it waits for the answer."""
    question = elicitation(f"Delete {filename}?", confirm=CONFIRM)
    task = _CURRENT.get()
    if task is not None:
        answers = await task.ask(confirm=question)
        return f"confirmed: {(answers['confirm'].get('content') or {}).get('confirm')}"
    if answered(ctx, "confirm"):
        return f"confirmed: {elicited(ctx, 'confirm', 'confirm')}"
    return needs(confirm=question)


async def multi_input(ctx: Context) -> str | types.InputRequiredResult:
    """Asks two questions at once."""
    questions = {key: elicitation(f"Question {key}", name=STRING) for key in ("first", "second")}
    task = _CURRENT.get()
    if task is not None:
        await task.ask(**questions)
        return "two answers"
    return "two answers" if all(answered(ctx, key) for key in questions) else needs(**questions)


async def test_tool_with_task(ctx: Context) -> str | types.InputRequiredResult:
    """Asks first and goes on as a task."""
    name = elicited(ctx, "user_name", "name")
    return f"Hello, {name}!" if name else needs(user_name=elicitation("What is your name?", name=STRING))


async def test_trigger_tool_change(ctx: Context) -> str:
    """Says that the list of tools changed."""
    await ctx.notify_tools_changed()
    return "tools changed"


async def test_trigger_prompt_change(ctx: Context) -> str:
    """Says that the list of prompts changed."""
    await ctx.notify_prompts_changed()
    return "prompts changed"


SUPPORT = {
    "slow_compute": OPTIONAL,
    "find_owner": OPTIONAL,
    "failing_job": REQUIRED,
    "protocol_error_job": OPTIONAL,
    "confirm_delete": OPTIONAL,
    "multi_input": OPTIONAL,
    "test_tool_with_task": REQUIRED,
}
_TOOLS = (
    greet,
    slow_compute,
    find_owner,
    failing_job,
    protocol_error_job,
    confirm_delete,
    multi_input,
    test_tool_with_task,
    test_trigger_tool_change,
    test_trigger_prompt_change,
)


class Tasks(Extension):
    identifier = TASKS

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}

    def tools(self) -> Sequence[ToolBinding]:
        return [ToolBinding(tool, kwargs={"annotations": READS}) for tool in _TOOLS]

    def methods(self) -> Sequence[MethodBinding]:
        modern = frozenset({"2026-07-28"})
        return [
            MethodBinding("tasks/get", GetTask, self._get, modern),
            MethodBinding("tasks/update", UpdateTask, self._update, modern),
            MethodBinding("tasks/cancel", GetTask, self._cancel, modern),
        ]

    async def intercept_tool_call(
        self, params: types.CallToolRequestParams, ctx: Request, call_next: CallNext
    ) -> HandlerResult:
        support = SUPPORT.get(params.name)
        declared = ctx.session.client_capabilities
        if support is None or declared is None or TASKS not in (declared.extensions or {}):
            if support == REQUIRED:
                require_client_extension(ctx, TASKS)
            return await call_next(ctx)
        is_at_once = params.name == "slow_compute" and not (params.arguments or {}).get("seconds")
        asks_first = params.name == "test_tool_with_task" and not params.input_responses
        if is_at_once or asks_first:
            return await call_next(ctx)
        task = Task()
        self._tasks[task.id] = task
        task.start(lambda: call_next(ctx))
        return {"resultType": "task", **task.wire()}

    def _task(self, ctx: Request, params: GetTask) -> Task:
        require_client_extension(ctx, TASKS)
        if ctx.request is not None and ctx.request.headers.get("mcp-name") != params.task_id:
            raise MCPError(code=types.HEADER_MISMATCH, message="Mcp-Name is not the taskId")
        if params.task_id not in self._tasks:
            raise MCPError(code=types.INVALID_PARAMS, message="there is no such task")
        return self._tasks[params.task_id]

    async def _get(self, ctx: Request, params: GetTask) -> HandlerResult:
        task = self._task(ctx, params)
        asked = {"inputRequests": dict(task.pending)} if task.pending else {}
        return {"resultType": "complete", **task.wire(), **asked, **task.outcome}

    async def _update(self, ctx: Request, params: UpdateTask) -> HandlerResult:
        self._task(ctx, params).answer(params.input_responses)
        return {"resultType": "complete"}

    async def _cancel(self, ctx: Request, params: GetTask) -> HandlerResult:
        self._task(ctx, params).cancel()
        return {"resultType": "complete"}
