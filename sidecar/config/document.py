"""A YAML document in which every part remembers its line and column, so that errors can name the place.

It knows no keys; what a key means is for the one who reads the document. Errors never quote a value, since the file
may hold a pattern made from somebody's data.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

import yaml

from sidecar.errors import BadConfig

_WORD: Final = re.compile(r"[a-z_]{1,16}")
_QUOTED: Final = re.compile(r"'[^']{2,}'|\"[^\"]{2,}\"")


@dataclass(frozen=True, slots=True)
class Part:
    """One node of a document. ``path`` is dotted: ``rules[2].do``."""

    source: str
    node: yaml.Node
    path: str

    @property
    def at(self) -> str:
        """``file:line:column``."""
        mark = self.node.start_mark
        return f"{self.source}:{mark.line + 1}:{mark.column + 1}"

    @property
    def is_single(self) -> bool:
        """Not a mapping and not a list."""
        return isinstance(self.node, yaml.ScalarNode)

    def fail(self, complaint: str) -> NoReturn:
        raise BadConfig(f"{self.at} {self.path}: {complaint}" if self.path else f"{self.at} {complaint}")

    def members(self, known: Collection[str]) -> dict[str, Part]:
        """The members of a mapping; a key that is unknown or given twice fails, with a suggestion."""
        return self._members(known)

    def mapping(self) -> dict[str, Part]:
        """The members of a mapping whose keys are the user's own; one given twice fails."""
        return self._members(None)

    def _members(self, known: Collection[str] | None) -> dict[str, Part]:
        if not isinstance(self.node, yaml.MappingNode):
            self.fail("expected a mapping of keys to values")
        found: dict[str, Part] = {}
        for key_node, value_node in self.node.value:
            key = Part(self.source, key_node, self.path)
            name = key_node.value if isinstance(key_node, yaml.ScalarNode) else key.fail("a key must be a word")
            child = Part(self.source, value_node, f"{self.path}.{name}" if self.path else name)
            if known is not None and name not in known:
                near = suggestion(name, known)
                # What is like no key may be somebody's name in a key's place.
                Part(self.source, key_node, child.path if near else self.path).fail(f"unknown key{near}")
            if name in found:
                Part(self.source, key_node, child.path).fail("the key is given twice")
            found[name] = child
        return found

    def items(self) -> Iterator[Part]:
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail("expected a list")
        for place, node in enumerate(self.node.value):
            yield Part(self.source, node, f"{self.path}[{place}]")

    def scalar(self) -> object:
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail("expected a single value")
        return yaml.SafeLoader("").construct_object(self.node)

    def text(self) -> str:
        value = self.scalar()
        return value if isinstance(value, str) else self.fail("expected text")

    def texts(self) -> tuple[str, ...]:
        """One text or a list of them."""
        if isinstance(self.node, yaml.SequenceNode):
            return tuple(item.text() for item in self.items())
        return (self.text(),)

    def flag(self) -> bool:
        value = self.scalar()
        return value if isinstance(value, bool) else self.fail("expected true or false")

    def number(self, low: float, high: float) -> float:
        value = self.scalar()
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            self.fail(f"expected a number from {low:g} to {high:g}")
        return float(value)

    def choice(self, known: Collection[str], what: str) -> str:
        # As it is written: YAML reads a bare ``off`` as false.
        value = self.node.value if isinstance(self.node, yaml.ScalarNode) else self.text()
        if value not in known:
            near = suggestion(value, known)
            # A small word may be told; anything else that is like none of them may be somebody's data in a wrong place.
            said = repr(value[:40]) if near or _WORD.fullmatch(value) else "that"
            self.fail(f"{said} is not {what}{near}; one of: {', '.join(known)}")
        return value


def suggestion(word: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"; did you mean '{near[0]}'?" if near else ""


def parse(text: str, source: str) -> Part:
    """The root of a document. Raises ``BadConfig`` with file:line:column for what is no YAML."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
        # The problem quotes what stands there, such as an anchor's name: single signs may be told, more is the file's.
        problem = _QUOTED.sub("that", error.problem or "cannot be read")
        raise BadConfig(f"{place} not YAML: {problem}") from None
    except yaml.YAMLError:
        raise BadConfig(f"{source}:1:1 not YAML: holds characters YAML does not allow") from None
    if node is None:
        raise BadConfig(f"{source}:1:1 the file is empty; it needs at least 'version: 1'")
    return Part(source, node, "")
