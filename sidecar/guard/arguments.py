"""A tool call's arguments, held against what the tool announced and what the operator allows on top of that.

Judged by the tool's ``inputSchema`` (JSON Schema 2020-12, or the draft it names), then by overlays. No remote reference is ever opened: a
schema that has one is not judged, which is said. Complaints name the place and the rule, never the value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cachetools import LRUCache

from sidecar.guard import paths
from sidecar.guard.model import Overlay
from sidecar.guard.plain_schemas import Surely, compiled
from sidecar.policy.globs import matches
from sidecar.protocol.leaf import Path, pointer
from sidecar.protocol.patterns import Unevaluable, search
from sidecar.wire.jsonrpc import Json, Number, dumps

_MOST_VALIDATORS: Final = 512
_MOST_CHARS: Final = 1_000_000
"""Of arguments and of schemas; larger ones are not judged by their schema: other limits hold them."""
_PATH_NAMES: Final = re.compile(
    r"(?:^|[._-]|(?<=[a-z])(?=[A-Z]))(?:file|dir|directory|folder)?[._-]?(?:[Pp]ath|[Ff]ile[_-]?[Nn]ame)s?$"
)
_OUTSIDE: Final = "arguments"


@dataclass(frozen=True, slots=True)
class Complaint:
    """``rule``: ``schema``, ``overlay`` or ``path``; ``at``: the argument's place; ``says``: one sentence without the value."""

    rule: str
    at: str
    says: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of one tool's calls before there is one, from its schema as it was listed last."""

    schema: Json
    is_surely_fine: Surely | None
    plain: frozenset[str]
    """Announced arguments whose texts nobody looks at, because no rule of the operator's is there and their names do not say path."""


class Arguments:
    """``checks_schema``: whether the tool's own schema is held against its calls."""

    __slots__ = ("_checks_schema", "_overlays", "_plans", "_validators")

    def __init__(self, overlays: Sequence[Overlay], *, checks_schema: bool) -> None:
        self._overlays = tuple(overlays)
        self._checks_schema = checks_schema
        self._validators: LRUCache[bytes, Any] = LRUCache(_MOST_VALIDATORS)
        self._plans: dict[str, _Plan] = {}

    def complaint(self, tool: str, arguments: Json, schema: Json) -> Complaint | None:
        """The first, or None. ``schema``: the tool's ``inputSchema``, if it was listed."""
        given = {} if arguments is None else arguments
        if not isinstance(given, dict):
            return Complaint("schema", _OUTSIDE, "is not an object")
        plan = self._plans.get(tool)
        if plan is None or plan.schema is not schema:
            plan = self._planned(tool, schema)
        if self._checks_schema:
            is_fine = plan.is_surely_fine is not None and plan.is_surely_fine(given)
            found = None if is_fine else self._by_schema(given, schema)
            if found is not None:
                return found
        for name, value in given.items():
            if name not in plan.plain or isinstance(value, (dict, list)):
                return self._by_text(tool, given, schema)
        return None

    def _planned(self, tool: str, schema: Json) -> _Plan:
        names = () if self._overlays else (name for name in _declared(schema) if not _PATH_NAMES.search(name))
        if len(self._plans) >= _MOST_VALIDATORS:
            self._plans.clear()
        is_surely_fine = compiled(schema) if self._checks_schema else None
        plan = self._plans[tool] = _Plan(schema, is_surely_fine, frozenset(names))
        return plan

    def _by_text(self, tool: str, given: dict[str, Json], schema: Json) -> Complaint | None:
        declared = _declared(schema)
        for path, name, text in _texts(given):
            found = self._by_overlay(tool, path, text, declared) or self._as_path(path, name, text, declared)
            if found is not None:
                return found
        return None

    def _by_schema(self, arguments: dict[str, Json], schema: Json) -> Complaint | None:
        if not isinstance(schema, dict):
            return None
        written = dumps(schema)
        if len(written) > _MOST_CHARS or len(dumps(arguments)) > _MOST_CHARS:
            return None
        validator = self._validators.get(written)
        if validator is None:
            validator = self._validators[written] = _validator(_plain(schema))
        if validator is _NONE:
            return None
        return _first(validator, _plain(arguments))

    def _by_overlay(self, tool: str, path: Path, text: str, declared: Container[str]) -> Complaint | None:
        at = pointer(("arguments", *path))
        for overlay in self._overlays:
            if _is_meant(overlay, tool, at):
                says = _says(overlay, text)
                if says:
                    named = declared if at not in overlay.path else {str(path[0])}
                    return Complaint("overlay", _shown(path, named), says)
        return None

    def _as_path(self, path: Path, name: str, text: str, declared: Container[str]) -> Complaint | None:
        """Arguments whose name says path, where no overlay says more of them."""
        if not self._checks_schema or not _PATH_NAMES.search(name):
            return None
        says = paths.complaint(text, ("/",))  # absolute ones are for an overlay to forbid: most servers live on them
        return Complaint("path", _shown(path, declared), says) if says else None


def _is_meant(overlay: Overlay, tool: str, at: str) -> bool:
    return any(matches(glob, tool) for glob in overlay.tool) and any(matches(glob, at) for glob in overlay.path)


def _says(overlay: Overlay, text: str) -> str | None:
    if overlay.max_length is not None and len(text) > overlay.max_length:
        return f"has more than {overlay.max_length} characters"
    if overlay.enum and text not in overlay.enum:
        return "is none of the values that are allowed"
    if overlay.is_name and not paths.is_name(text):
        return "may hold only letters, digits, '_' and '-'"
    if overlay.pattern and _pattern(overlay.pattern).fullmatch(text) is None:
        return "does not have the form that is asked for"
    return paths.complaint(text, overlay.within, overlay.extensions) if overlay.is_path else None


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _texts(value: Json) -> Iterator[tuple[Path, str, str]]:
    """Path, nearest member's name and text of every string."""
    waiting: list[tuple[Path, str, Json]] = [((), "", value)]
    while waiting:
        path, name, item = waiting.pop()
        if isinstance(item, str):
            yield path, name, item
        elif isinstance(item, dict):
            waiting += reversed([((*path, key), key, child) for key, child in item.items()])
        elif isinstance(item, list):
            waiting += reversed([((*path, step), name, child) for step, child in enumerate(item)])


def _declared(schema: Json) -> Collection[str]:
    """Names of arguments that are the server's."""
    named = schema.get("properties") if isinstance(schema, dict) else None
    return named if isinstance(named, dict) else ()


def _shown(path: Path, named: Container[str]) -> str:
    """A member the caller made up, and whatever is further in, is not named: it may be a value."""
    if not path or path[0] not in named:
        return _OUTSIDE if not path else f"{_OUTSIDE} (further in)"
    return pointer((_OUTSIDE, *path[:1])) + (" (further in)" if len(path) > 1 else "")


_NONE: Final = object()


def _validator(schema: Json) -> Any:
    """``_NONE`` for a schema that is none, or that refers to somewhere else."""
    import jsonschema
    import referencing.exceptions
    from referencing import Registry

    if _is_remote(schema) or {"patternProperties", "unevaluatedProperties"} <= _keywords(schema):
        return _NONE
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
        judge = jsonschema.validators.extend(kind, _IN_LINEAR_TIME)  # type: ignore[no-untyped-call]
        return judge(schema, registry=Registry())  # a registry that retrieves nothing
    except (jsonschema.SchemaError, referencing.exceptions.Unresolvable, re.error, RecursionError):
        return _NONE


def _matches(pattern: Any, text: Any) -> bool | None:
    """In linear time: a server wrote the pattern, a caller the text, and the loop must not wait for what the two come to.

    None where that cannot be told (look-around, back-references).
    """
    try:
        return search(pattern, text)
    except Unevaluable:
        return None


def _by_pattern(_validator: Any, pattern: Any, text: Any, _schema: Any) -> Iterator[Any]:
    import jsonschema

    if isinstance(text, str) and _matches(pattern, text) is False:
        yield jsonschema.ValidationError("the pattern does not match")


def _by_names(validator: Any, patterns: Any, members: Any, _schema: Any) -> Iterator[Any]:
    """``patternProperties``."""
    if isinstance(members, dict):
        for pattern, schema in patterns.items():
            for name, item in members.items():
                if _matches(pattern, name):
                    yield from validator.descend(item, schema, path=name, schema_path=pattern)


def _by_rest(validator: Any, rest: Any, members: Any, schema: Any) -> Iterator[Any]:
    """``additionalProperties``: of members that nothing else speaks of. Where a pattern cannot tell, it speaks."""
    import jsonschema

    if not isinstance(members, dict):
        return
    for name, item in members.items():
        is_named = name in schema.get("properties", {})
        if is_named or any(_matches(pattern, name) is not False for pattern in schema.get("patternProperties", {})):
            continue
        if rest is False:
            yield jsonschema.ValidationError("a member too many")
        elif isinstance(rest, dict):
            yield from validator.descend(item, rest, path=name)


_IN_LINEAR_TIME: Final = {"pattern": _by_pattern, "patternProperties": _by_names, "additionalProperties": _by_rest}


def _objects(schema: Json) -> Iterator[dict[str, Json]]:
    waiting = [schema]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _keywords(schema: Json) -> set[str]:
    return {keyword for item in _objects(schema) for keyword in item}


def _is_remote(schema: Json) -> bool:
    references = (item.get("$ref", item.get("$dynamicRef", "#")) for item in _objects(schema))
    return any(isinstance(reference, str) and not reference.startswith("#") for reference in references)


def _first(validator: Any, arguments: Json) -> Complaint | None:
    import referencing.exceptions

    try:
        error = next(validator.iter_errors(arguments), None)
    except (referencing.exceptions.Unresolvable, re.error, RecursionError):
        return None
    if error is None:
        return None
    keyword = str(error.validator or "false")
    says = f"does not satisfy '{keyword}' of the tool's input schema"
    if keyword == "required":
        missing = [name for name in error.validator_value if isinstance(name, str) and name not in error.instance]
        says = f"lacks {', '.join(missing[:5])}, which the tool requires"
    elif keyword == "type":
        says = f"is not of type {error.validator_value}"
    return Complaint("schema", _shown(tuple(error.absolute_path), _declared(validator.schema)), says)


def _plain(value: Json) -> Any:
    """As ``jsonschema`` knows JSON: numbers as Python's own."""
    if isinstance(value, Number):
        return int(value.text) if value.is_integer else float(value.text)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
