"""What one scope remembers between its conversations: restored values, rounds under way, tasks. Bounded, in memory only.

In the modern era a connection is no conversation (MCP 2026-07-28, basic): the next round of a call, or the question after
a task, may come over another. It decides nothing; sessions ask and tell.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache, TTLCache

from sidecar.protocol.leaf import JsonType, Path
from sidecar.session.actions import Side
from sidecar.session.exchange import Exchange
from sidecar.session.hidden import Hidden
from sidecar.session.written import Written
from sidecar.wire.jsonrpc import Json, Number

if TYPE_CHECKING:
    from sidecar.session.context import Topic
    from sidecar.session.decided import Verdict

ROUNDS: Final = frozenset(("tools/call", "prompts/get", "resources/read"))
"""Methods whose result may ask for more input (MCP 2026-07-28, basic/patterns/mrtr)."""
_MOST_ROUNDS: Final = 500
_ROUND_S: Final = 600.0
"""As long as servers usually keep the state of a round."""
_MOST_TASKS: Final = 2000
_MOST_FILES: Final = 10_000
_MOST_DOUBTFUL: Final = 10_000
_VARYING: Final = ("_meta", "inputResponses", "requestState", "task")

Decided = Mapping[tuple[Path, bool], Json]
"""What leaves became: by path, and whether it is the leaf's key."""


@dataclass(frozen=True, slots=True)
class Round:
    """A request whose answer was a question.

    Servers bind the state of a round to a digest of the arguments (MCP 2026-07-28, basic/patterns/mrtr), so what the
    arguments became the first time they become again, whatever was learned or forgotten in between.
    """

    decided: Decided
    restored: tuple[tuple[str, str], ...]
    choices: Mapping[str, str]
    """Stand-ins of the choices its forms offered → what the server called them."""
    forms: Mapping[str, Json]
    """Schemas of its forms, by the key of the question."""


class Recall:
    """``key`` makes digests of arguments worthless to whoever reads memory."""

    __slots__ = ("_key", "_rounds", "_skills", "_tasks", "doubtful", "hidden", "written")

    def __init__(self, key: bytes = b"", clock: Callable[[], float] = time.monotonic) -> None:
        self.hidden = Hidden()
        self.written = Written()
        self.doubtful: LRUCache[str, None] = LRUCache(_MOST_DOUBTFUL)
        self._key = key
        self._rounds: TTLCache[bytes, Round] = TTLCache(_MOST_ROUNDS, _ROUND_S, timer=clock)
        self._skills: LRUCache[str, None] = LRUCache(_MOST_FILES)
        self._tasks: LRUCache[tuple[Side, str], Task] = LRUCache(_MOST_TASKS)

    def round(self, method: str, params: dict[str, Json]) -> Round | None:
        """For a request that says that it goes on with something."""
        if "inputResponses" not in params and "requestState" not in params:
            return None
        return self._rounds.get(self._digest(method, params))

    def _digest(self, method: str, params: Json) -> bytes:
        kept = (
            {name: value for name, value in params.items() if name not in _VARYING} if isinstance(params, dict) else {}
        )
        text = json.dumps([method, kept], sort_keys=True, default=_literal)
        return hmac.digest(self._key, text.encode(), "sha256")

    def note(self, sender: Side, body: dict[str, Json], topic: Topic, verdict: Verdict) -> None:
        """What the next message of the same request needs to know of this one, which begins or ends an exchange."""
        exchange = topic.exchange
        if exchange is None:
            return
        choices = {stand_in: choice for choice, stand_in in verdict.choices.items()}
        if topic.is_request:
            if choices:
                exchange.choices = choices
            if topic.is_modern and topic.method in ROUNDS:
                exchange.params = body.get("params")
                exchange.decided = {
                    (leaf.path, leaf.json_type is JsonType.KEY): value
                    for leaf, value in verdict.edits
                    if is_argument(leaf.path)
                }
                exchange.restored = tuple(verdict.restored)
            return
        result = body.get("result")
        if not isinstance(result, dict):
            return
        if topic.is_skill:
            self._skills.update(dict.fromkeys(skill_files(result)))
        if exchange.params is not None and result.get("resultType") == "input_required":
            kept = Round(exchange.decided, exchange.restored, choices, forms(result))
            self._rounds[self._digest(exchange.method, exchange.params)] = kept
        if found := task_id(result):
            self._tasks[sender.other, found] = Task(exchange)
        if exchange.task is not None and "inputRequests" in result:
            exchange.task.choices, exchange.task.forms = choices, forms(result)

    def is_skill(self, method: str, params: dict[str, Json]) -> bool:
        """Whether a request asks for skills, or for a file that one lists with its digest."""
        if method == "resources/read":
            uri = params.get("uri")
            return isinstance(uri, str) and (uri.startswith("skill://") or uri in self._skills)
        return method in {"skills/list", "skills/get"}

    def task(self, requester: Side, task_id: Json) -> Task | None:
        return self._tasks.get((requester, task_id)) if isinstance(task_id, str) else None


@dataclass(slots=True)
class Task:
    """A request that is answered later: what its result will be the result of, and what it asked meanwhile."""

    exchange: Exchange
    choices: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, Json] = field(default_factory=dict)


def is_argument(path: Path) -> bool:
    """Whether this place of a request must not change from round to round."""
    return path[:1] == ("params",) and path[1:2] in (("arguments",), ("uri",))


def _literal(value: object) -> str:
    if isinstance(value, Number):
        return value.text
    raise TypeError


def forms(result: Json) -> dict[str, Json]:
    """Schemas of the forms among a result's ``inputRequests``, by key."""
    asked = result.get("inputRequests") if isinstance(result, dict) else None
    found: dict[str, Json] = {}
    for key, ask in asked.items() if isinstance(asked, dict) else ():
        params = ask.get("params") if isinstance(ask, dict) else None
        if isinstance(params, dict) and "requestedSchema" in params:
            found[key] = params["requestedSchema"]
    return found


def skill_files(result: dict[str, Json]) -> Iterator[str]:
    """URIs of the files that the skills in a result list with their digests, and of the skills."""
    listed = result.get("skills")
    for skill in listed if isinstance(listed, list) else [result.get("skill")]:
        files = skill.get("resources") if isinstance(skill, dict) else None
        for item in [skill, *(files if isinstance(files, list) else ())]:
            uri = item.get("uri") if isinstance(item, dict) else None
            if isinstance(uri, str):
                yield uri


def task_id(result: Json) -> str:
    """The id in a result that announces a task: nested (MCP 2025-11-25), or flat with its own result type (the extension)."""
    if not isinstance(result, dict):
        return ""
    nested = result.get("task")
    found = result.get("taskId") if result.get("resultType") == "task" else None
    if isinstance(nested, dict) and found is None:
        found = nested.get("taskId")
    return found if isinstance(found, str) else ""
