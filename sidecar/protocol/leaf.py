"""What the surface table yields: one leaf is one string, number or object key that may carry text.

It decides nothing: which parts of a message are leaves is ``surface``'s business, what to do with them the policy's.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Any, NamedTuple, TypeAlias

from sidecar.wire.places import Place

Path: TypeAlias = tuple[str | int, ...]
"""Steps from the message's root: ``("result", "content", 0, "text")``."""


class Kind(Enum):
    TEXT = "text"
    """Free text: natural language, code or serialised data."""
    JSON = "json"
    """A string, number or key inside arbitrary JSON (arguments, structuredContent, error.data …)."""
    URI = "uri"
    """A URI or URI template: a lookup key, compared as an opaque string."""
    BLOB = "blob"
    """base64 with a MIME type."""
    SCHEMA = "schema"
    """A text keyword of a JSON Schema (title, description …)."""
    OPAQUE = "opaque"
    """Echoed byte for byte (cursor, requestState): never scanned or edited, by policy sealed."""


class JsonType(StrEnum):
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    KEY = "key"


class Channel(Enum):
    MODEL = "model"
    """Reaches the model (or, to the server, the tool)."""
    HUMAN = "human"
    """Shown to a person: elicitation, completion."""
    LIST = "list"
    """A definition list; must not vary by connection (MCP 2026-07-28, server/tools)."""
    LOG = "log"
    """notifications/message and child stderr: irreversible always."""


class Part(Enum):
    PARAMS = "params"
    RESULT = "result"
    ERROR = "error"
    HEADERS = "headers"


class Leaf(NamedTuple):
    """``field``: nearest object key; ``sibling``: the name in ``{"name": …, "value": leaf}``; ``text`` of a number is its literal.

    A tuple, because a message may have thousands and a frozen dataclass costs four times as much to make.
    """

    ordinal: int
    kind: Kind
    path: Path
    text: str
    field: str = ""
    sibling: str = ""
    json_type: JsonType = JsonType.STRING
    mime: str = ""
    channel: Channel = Channel.MODEL
    place: Place | None = None
    """Where answers for its text are remembered, if anywhere."""
    known: Any = None
    """The answer remembered for this text at this place."""

    def __repr__(self) -> str:
        return f"Leaf({self.ordinal}, {self.kind.value}, {pointer(self.path)})"


def pointer(path: Path) -> str:
    """``result.content[0].text``: the spelling of policies and errors."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text
