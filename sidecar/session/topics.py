"""What a message is about: its method, tool, schemas and the names of choices, from itself and from what it answers.

It remembers nothing itself: the session's exchanges and the scope's recall do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sidecar.events import DirectionName
from sidecar.protocol import eras
from sidecar.protocol.leaf import Path
from sidecar.session.actions import Side
from sidecar.session.context import Kit, Topic
from sidecar.session.exchange import Exchange, Exchanges
from sidecar.session.recall import ROUNDS, Recall
from sidecar.wire.jsonrpc import Json, Message

DIRECTIONS: Final[Mapping[Side, DirectionName]] = {Side.CLIENT: "to_server", Side.SERVER: "to_client"}
_ARGUMENTS: Final = ("params", "arguments")
_STRUCTURED: Final = ("result", "structuredContent")


class Topics:
    __slots__ = ("_exchanges", "_recall")

    def __init__(self, exchanges: Exchanges, recall: Recall) -> None:
        self._exchanges = exchanges
        self._recall = recall

    def open(self, kit: Kit, sender: Side, message: Message) -> Topic:
        """Requests are remembered, responses looked up. ``kit``: what is in force."""
        return self._answer(kit, sender, message) if message.is_response else self._ask(kit, sender, message)

    def _answer(self, kit: Kit, sender: Side, message: Message) -> Topic:
        known = self._exchanges.end(sender.other, message.id) or Exchange("")
        return Topic(
            direction=DIRECTIONS[sender],
            method=known.method,
            tool=known.tool,
            event_tool=known.event_tool,
            is_modern=known.is_modern,
            request_id=message.id,
            is_response=True,
            choices=known.choices or (kit.tools.choices(known.tool) if known.tool else {}),
            kit=known.kit,
            schema=known.schema,
            schema_root=_root(known.method),
            is_skill=known.is_skill,
            exchange=known,
        )

    def _ask(self, kit: Kit, sender: Side, message: Message) -> Topic:
        method = message.method or ""
        given = message.body.get("params")
        params = given if isinstance(given, dict) else {}
        tool = params.get("name") if method == "tools/call" else None
        tool = tool if isinstance(tool, str) else ""
        tools = kit.tools
        is_writing = method == "tools/call" and not kit.policy.is_reading(tool, read_only_hint=tools.read_only(tool))
        topic = Topic(
            direction=DIRECTIONS[sender],
            method=method,
            tool=tool,
            event_tool=_announced(kit, tool),
            is_writing=is_writing,
            is_modern=eras.is_modern_request(message.body),
            request_id=message.id,
            is_request=message.is_request,
            schema=tools.input_schema(tool) if method == "tools/call" else None,
            schema_root=_ARGUMENTS,
            choices={name: value for value, name in tools.choices(tool).items()} if tool else {},
            is_skill=self._recall.is_skill(method, params),
        )
        if method in ROUNDS and sender is Side.CLIENT:
            topic = self._continued(topic, params)
        elif "taskId" in params:
            topic = self._about_task(kit, topic, sender, params)
        if topic.is_request:
            topic = replace(topic, exchange=topic.exchange or _exchange(kit, topic, params))
            self._exchanges.begin(sender, message.id, topic.exchange or Exchange(method))
        return topic

    def _continued(self, topic: Topic, params: dict[str, Json]) -> Topic:
        """A later round of the same request."""
        kept = self._recall.round(topic.method, params)
        if kept is None:
            return topic
        return replace(
            topic, round=kept, choices={**topic.choices, **kept.choices}, also=answers("params", params, kept.forms)
        )

    def _about_task(self, kit: Kit, topic: Topic, sender: Side, params: dict[str, Json]) -> Topic:
        """A task's result has the shape of the method that began it; so has the one inside ``tasks/get``."""
        requester = sender if topic.method.startswith("tasks/") else sender.other
        task = self._recall.task(requester, params.get("taskId"))
        if task is None:
            return topic
        began = task.exchange
        nested = ("result", "structuredContent")
        match topic.method:
            case "tasks/result":
                return replace(topic, exchange=replace(began, choices=dict(began.choices)))
            case "tasks/get":
                shown = replace(began, method=topic.method, choices=dict(began.choices), task=task)
                return replace(topic, exchange=shown)
            case "tasks/update":
                return replace(topic, choices=task.choices, also=answers("params", params, task.forms))
            case "notifications/tasks":
                return replace(
                    topic,
                    tool=began.tool,
                    event_tool=began.event_tool,
                    schema=began.schema,
                    schema_root=("params", *nested),
                    choices=kit.tools.choices(began.tool) if began.tool else {},
                )
            case _:
                return topic


def _announced(kit: Kit, tool: str) -> str:
    return tool if kit.tools.knows(tool) else ("other" if tool else "")


def _exchange(kit: Kit, topic: Topic, params: dict[str, Json]) -> Exchange:
    schema = None
    if topic.method == "tools/call":
        schema = kit.tools.output_schema(topic.tool)
    elif topic.method == "elicitation/create":
        schema = params.get("requestedSchema")
    return Exchange(topic.method, topic.tool, topic.event_tool, topic.is_modern, schema, kit, is_skill=topic.is_skill)


def answers(part: str, params: dict[str, Json], asked: Mapping[str, Json]) -> tuple[tuple[Path, Json], ...]:
    """Where in a request the filled-in forms stand, with the schema of each."""
    given = params.get("inputResponses")
    return tuple(
        ((part, "inputResponses", key, "content"), schema)
        for key, schema in asked.items()
        if isinstance(given, dict) and key in given
    )


def _root(method: str) -> tuple[str | int, ...]:
    """Where in a response the value stands that is described by a schema."""
    match method:
        case "elicitation/create":
            return ("result", "content")
        case "tasks/get":
            return ("result", *_STRUCTURED)
        case _:
            return _STRUCTURED
