"""The one editor of JSON trees: walk every string, number and key; rewrite some of them, copying only what changed.

It does not know messages or methods, and it never changes the tree it was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sidecar.wire.jsonrpc import Json, Number, dumps
from sidecar.wire.premises import COORDINATES, is_shop

Path: TypeAlias = tuple[str | int, ...]
"""Steps from the root: ``("result", "content", 0, "text")``."""

Spot: TypeAlias = tuple[Path, str, str, str, str]
"""path, field, sibling, type (``string``, ``integer``, ``number`` or ``key``), text."""

STRING: Final = "string"
INTEGER: Final = "integer"
NUMBER: Final = "number"
KEY: Final = "key"

NAMES: Final = (
    "name", "Name", "key", "Key", "label", "Label", "attribute", "field", "Field", "fieldName", "FieldName", "property",
    "attributeName", "system", "id",
)  # fmt: skip
VALUES: Final = frozenset(
    ("value", "Value", "val", "fieldValue", "FieldValue", "attributeValue", "displayValue", "newValue", "oldValue",
     "toString", "fromString", "newString", "oldString", "answer", "#text", "$", *COORDINATES)
)  # fmt: skip
"""Members that may go by another name than their own."""


def partner(members: Mapping[str, Json], key: str, name: str = "") -> str:
    """The name a ``value`` member goes by: ``Last Name`` in ``{"name": "Last Name", "value": "Cates"}``, else that of the object.

    ``name``: the object's own, as in ``{"email": {"value": …}}``. Where a shop stands is its ``store latitude``. Empty for other
    members.
    """
    if key not in VALUES:
        return ""
    if key in COORDINATES:
        return f"store {key}" if is_shop(members, name) else ""
    return next((found for other in NAMES if type(found := members.get(other)) is str and other != key), name)


def scalar(value: Json) -> tuple[str, str] | None:
    """Type and text of a string or number; ``None`` for containers, booleans and null."""
    if isinstance(value, str):
        return STRING, value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, Number):
        return (INTEGER if value.is_integer else NUMBER), value.text
    if isinstance(value, int):
        return INTEGER, str(value)
    if isinstance(value, float):
        return NUMBER, dumps(value).decode()
    return None


def walk(  # noqa: C901 - one loop, because every leaf of every message passes through it
    value: Json, path: Path = (), name: str = "", sibling: str = ""
) -> Iterator[Spot]:
    """Every string, number and key below ``value`` in document order, however deep.

    ``path``, ``name`` (its field) and ``sibling`` are where ``value`` itself stands. The elements of an array
    have the field and the sibling of the array. A key's path is that of its member.
    """
    found = scalar(value)
    if found is not None:
        yield path, name, sibling, *found
        return
    stack: list[tuple[dict[str, Json] | None, Iterator[tuple[Any, Json]], Path, str, str]] = []
    if isinstance(value, dict):
        stack.append((value, iter(value.items()), path, name, sibling))
    elif isinstance(value, list):
        stack.append((None, enumerate(value), path, name, sibling))
    while stack:
        members, items, path, name, sibling = stack[-1]
        here_name, here_sibling = name, sibling
        for step, item in items:
            here = (*path, step)
            if members is not None:
                yield here, name, "", KEY, step
                here_name = step
                here_sibling = partner(members, step, name) if step in VALUES else ""
            if type(item) is str:
                yield here, here_name, here_sibling, STRING, item
            elif isinstance(item, dict):
                stack.append((item, iter(item.items()), here, here_name, here_sibling))
                break
            elif isinstance(item, list):
                stack.append((None, enumerate(item), here, here_name, here_sibling))
                break
            else:
                found = scalar(item)
                if found is not None:
                    yield here, here_name, here_sibling, *found
        else:
            stack.pop()


def get(body: Json, path: Path) -> Json:
    """The value at ``path``. Raises ``ValueError`` where there is none."""
    for step in path:
        body = _child(body, step)
    return body


def _child(parent: Json, step: str | int) -> Json:
    if isinstance(step, str):
        if isinstance(parent, dict) and step in parent:
            return parent[step]
    elif isinstance(parent, list) and 0 <= step < len(parent):
        return parent[step]
    raise ValueError("no such place")


@dataclass(slots=True)
class _Copy:
    """A container already copied, its copied children, and what is pending in it."""

    container: Json
    children: dict[str | int, _Copy] = field(default_factory=dict)
    settled: set[str | int] = field(default_factory=set)
    renames: dict[str, str] = field(default_factory=dict)


def _copy(container: Json) -> _Copy:
    if isinstance(container, (dict, list)):
        return _Copy(container.copy())
    raise ValueError("no such place")


def _parent(root: _Copy, path: Path) -> _Copy:
    """The copy of the container that holds ``path``'s last step, copying what lies on the way."""
    node = root
    for step in path[:-1]:
        child = node.children.get(step)
        if child is None:
            if step in node.settled:
                raise ValueError("one change lies inside another")
            child = _copy(_child(node.container, step))
            node.children[step] = child
            node.container[step] = child.container
        node = child
    return node


def rewrite(body: dict[str, Json], changes: Sequence[tuple[Path, bool, Json]]) -> dict[str, Json]:
    """``body`` with each ``(path, is_key, value)`` made: the member renamed to ``value`` if ``is_key``, else set to it.

    All paths are those of ``body`` as it was. Containers off the changed paths are shared with it. Renaming keeps the
    members' order. Raises ``ValueError``, which names no value, for a path that is not there, a change inside
    another, and a rename that would merge two members.
    """
    if not changes:
        return body
    root = node = _copy(body)
    renamed: list[_Copy] = []
    above: Path | None = None
    for path, is_key, value in changes:
        if not path:
            raise ValueError("the root cannot be replaced")
        if path[:-1] != above:  # the members of a record come one after the other
            node = _parent(root, path)
            above = path[:-1]
        step = path[-1]
        container = node.container
        if type(container) is not dict or step not in container:
            _child(container, step)
        if is_key:
            if not node.renames:
                renamed.append(node)
            node.renames[_name(step)] = _name(value)
        else:
            if step in node.children or step in node.settled:
                raise ValueError("one change lies inside another")
            node.settled.add(step)
            node.container[step] = value
    for node in renamed:
        _rename(node)
    result: dict[str, Json] = root.container
    return result


def _name(step: Json) -> str:
    if isinstance(step, str):
        return step
    raise ValueError("only members have keys, and keys are strings")


def _rename(node: _Copy) -> None:
    members = {node.renames.get(key, key): item for key, item in node.container.items()}
    if len(members) != len(node.container):
        raise ValueError("a rename would merge two members")
    node.container.clear()
    node.container.update(members)


def put(body: dict[str, Json], path: Path, value: Json) -> dict[str, Json]:
    """``body`` with ``value`` at ``path``; the last step may name a member that is not there yet."""
    root, node = _opened(body, path)
    step = path[-1]
    if isinstance(node.container, dict) != isinstance(step, str):
        raise ValueError("no such place")
    if isinstance(step, int):
        _child(node.container, step)
    node.container[step] = value
    return root


def delete(body: dict[str, Json], path: Path) -> dict[str, Json]:
    """``body`` without what is at ``path``; unchanged if nothing is there."""
    try:
        get(body, path)
    except ValueError:
        return body
    root, node = _opened(body, path)
    del node.container[path[-1]]
    return root


def _opened(body: dict[str, Json], path: Path) -> tuple[dict[str, Json], _Copy]:
    if not path:
        raise ValueError("the root cannot be replaced")
    root = _copy(body)
    node = _parent(root, path)
    result: dict[str, Json] = root.container
    return result, node
