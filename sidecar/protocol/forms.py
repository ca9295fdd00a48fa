"""Compiles the shapes into forms: each knows how to list the leaves of a value that stands where the shape says.

It holds no table and never fails: what does not have its shape is walked as arbitrary JSON.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from sidecar.protocol.keywords import NAME_MAPS, NUMBERS, SCHEMA_MAPS, SCHEMAS, STRUCTURE, TEXTS, VALUES
from sidecar.protocol.leaf import Channel, JsonType, Kind, Leaf, Path
from sidecar.protocol.rows import Known, list_new
from sidecar.protocol.shapes import CHANNELS, CHOICES, DEFINITIONS, Choice, Guess
from sidecar.wire.jsonrpc import Json, Number
from sidecar.wire.places import Place
from sidecar.wire.tree import partner, walk

MAX_NESTING: Final = 200
"""Forms inside forms; below that everything is arbitrary JSON, which is walked without recursion."""

_TYPES: Final = {kind.value: kind for kind in JsonType}
_REVISION: Final = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_NOBODY: Final[dict[str, Json]] = {}
_new: Final = tuple.__new__


class Here(NamedTuple):
    """Where a value stands: ``name`` is the nearest object key, ``members`` the object it is a member of."""

    path: Path
    name: str
    members: dict[str, Json]
    channel: Channel
    depth: int = 0
    place: Place | None = None
    """What passed in messages like this; with it, only what is new is listed of arbitrary JSON."""
    known: Known | None = None


class Form(Protocol):
    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        """Append the leaves of ``value`` to ``out``, in document order."""


def add(out: list[Leaf], kind: Kind, text: str, here: Here, mime: Json = "") -> None:
    sibling = partner(here.members, here.name)
    kept = mime if isinstance(mime, str) else ""
    place = here.place.member(here.name) if here.place is not None else None
    out.append(Leaf(len(out), kind, here.path, text, here.name, sibling, JsonType.STRING, kept, here.channel, place))


def list_json(out: list[Leaf], value: Json, here: Here, kind: Kind = Kind.JSON, sibling: str = "") -> None:
    """Every string, number and key of ``value``: the answer to whatever the table does not know."""
    channel = here.channel
    number = len(out)
    if here.place is not None and kind is Kind.JSON and not sibling:
        list_new(out, value, here.path, here.name, here.place.member(here.name), channel, here.known)
        return
    if type(value) is str:
        leaf = (number, kind, here.path, value, here.name, sibling, JsonType.STRING, "", channel, None, None)
        out.append(_new(Leaf, leaf))
        return
    append = out.append
    for path, name, beside, json_type, text in walk(value, here.path, here.name, sibling):
        append(_new(Leaf, (number, kind, path, text, name, beside, _TYPES[json_type], "", channel, None, None)))
        number += 1


def list_unknown(out: list[Leaf], key: str, value: Json, here: Here) -> None:
    """A member nobody told us of: its key is a leaf too. ``here`` is the member's place, ``name`` its object's."""
    out.append(Leaf(len(out), Kind.JSON, here.path, key, here.name, "", JsonType.KEY, "", here.channel))
    list_json(out, value, Here(here.path, key, here.members, here.channel, here.depth, here.place, here.known))


@dataclass(frozen=True, slots=True)
class Anything:
    """Class J."""

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        list_json(out, value, here)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Classes I, E, N and X: no leaf, as long as it has one of the types it must have."""

    types: tuple[type, ...]

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if value is not None and not isinstance(value, self.types):
            list_json(out, value, here)


@dataclass(frozen=True, slots=True)
class Revision:
    """Class P: no leaf if it looks like a protocol revision."""

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if not isinstance(value, str) or not _REVISION.fullmatch(value):
            list_json(out, value, here)


@dataclass(frozen=True, slots=True)
class Text:
    """Classes T, U and O. Only a resource's text has a MIME type."""

    kind: Kind

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if isinstance(value, str):
            add(out, self.kind, value, here, here.members.get("mimeType") if here.name == "text" else "")
        else:
            list_json(out, value, here)


@dataclass(frozen=True, slots=True)
class Blob:
    """Class B."""

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if isinstance(value, str):
            add(out, Kind.BLOB, value, here, here.members.get("mimeType"))
        else:
            list_json(out, value, here)


@dataclass(frozen=True, slots=True)
class IconSource:
    """Class D: a ``data:`` URI is a blob with the MIME type it names, prefix included in the text (RFC 2397)."""

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if not isinstance(value, str):
            list_json(out, value, here)
        elif value[:5].lower() == "data:":
            mime = value[5:].partition(",")[0].partition(";")[0]
            add(out, Kind.BLOB, value, here, mime or "text/plain")
        else:
            add(out, Kind.URI, value, here)


@dataclass(frozen=True, slots=True)
class Array:
    """``Class[]``; with ``or_one``, ``Class[?]``."""

    item: Form
    or_one: bool

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if isinstance(value, list) and here.depth < MAX_NESTING:
            for index, item in enumerate(value):
                self.item.visit(
                    out,
                    item,
                    Here((*here.path, index), here.name, _NOBODY, here.channel, here.depth + 1, here.place, here.known),
                )
        elif self.or_one and not isinstance(value, list):
            self.item.visit(out, value, here)
        else:
            list_json(out, value, here)


@dataclass(frozen=True, slots=True)
class Map:
    """``Class{}``: the keys are identifiers."""

    item: Form

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if isinstance(value, dict) and here.depth < MAX_NESTING:
            for key, item in value.items():
                self.item.visit(
                    out, item, Here((*here.path, key), key, value, here.channel, here.depth + 1, here.place, here.known)
                )
        else:
            list_json(out, value, here)


@dataclass(slots=True)
class Record:
    """A definition. ``members`` is filled after all definitions are known, because they refer to each other."""

    channel: Channel | None = None
    members: dict[str, Form] = field(default_factory=dict)

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if not isinstance(value, dict) or here.depth >= MAX_NESTING:
            list_json(out, value, here)
            return
        channel = self.channel or here.channel
        for key, item in value.items():
            form = self.members.get(key)
            path = (*here.path, key)
            if form is None:
                list_unknown(out, key, item, Here(path, here.name, value, channel, here.depth, here.place, here.known))
            else:
                form.visit(out, item, Here(path, key, value, channel, here.depth + 1, here.place, here.known))


@dataclass(slots=True)
class OneOf:
    """A :class:`Choice`."""

    member: str
    otherwise: Form
    cases: dict[str | int, Form] = field(default_factory=dict)

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        mark = value.get(self.member) if isinstance(value, dict) else None
        form = self.cases.get(mark, self.otherwise) if isinstance(mark, (str, int)) else self.otherwise
        form.visit(out, value, here)


@dataclass(slots=True)
class FirstOf:
    """A :class:`Guess`."""

    cases: list[tuple[frozenset[str], Form]] = field(default_factory=list)

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        if isinstance(value, dict):
            for marks, form in self.cases:
                if not marks.isdisjoint(value):
                    form.visit(out, value, here)
                    return
        list_json(out, value, here)


@dataclass(frozen=True, slots=True)
class Schema:
    """Class S: texts and values are leaves, names and structure are not. The sibling is the property described."""

    def visit(self, out: list[Leaf], value: Json, here: Here) -> None:
        self._schema(out, value, here, "")

    def _schema(self, out: list[Leaf], value: Json, here: Here, described: str) -> None:
        if not isinstance(value, dict) or here.depth >= MAX_NESTING:
            list_json(out, value, here)
            return
        for key, item in value.items():
            below = Here((*here.path, key), key, value, here.channel, here.depth + 1, here.place, here.known)
            if key in TEXTS or key in VALUES:
                list_json(out, item, below, Kind.SCHEMA, described)
            elif key in SCHEMA_MAPS and isinstance(item, dict):
                for name, schema in item.items():
                    if key != "dependencies" or not _is_names(schema):
                        place = Here(
                            (*below.path, name), name, item, here.channel, below.depth + 1, here.place, here.known
                        )
                        self._one_or_many(out, schema, place, name)
            elif key in SCHEMAS:
                self._one_or_many(out, item, below, described)
            elif key not in STRUCTURE:
                list_unknown(
                    out, key, item, Here(below.path, here.name, value, here.channel, here.depth, here.place, here.known)
                )
            elif not _is_structure(key, item):
                list_json(out, item, below)

    def _one_or_many(self, out: list[Leaf], value: Json, here: Here, described: str) -> None:
        if isinstance(value, list):
            for index, item in enumerate(value):
                place = Here(
                    (*here.path, index), here.name, _NOBODY, here.channel, here.depth + 1, here.place, here.known
                )
                self._schema(out, item, place, described)
        else:
            self._schema(out, value, here, described)


def _is_names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_structure(key: str, value: Json) -> bool:
    """Whether a structural keyword holds what it may hold; where it does not, text may hide in it."""
    if key in NUMBERS:
        return not isinstance(value, (str, dict, list))
    if key in NAME_MAPS:
        return isinstance(value, dict) and all(isinstance(item, bool) or _is_names(item) for item in value.values())
    return isinstance(value, (str, bool)) or _is_names(value)


_LETTERS: Final[dict[str, Form]] = {
    "T": Text(Kind.TEXT),
    "J": Anything(),
    "U": Text(Kind.URI),
    "D": IconSource(),
    "B": Blob(),
    "S": Schema(),
    "O": Text(Kind.OPAQUE),
    "P": Revision(),
    "I": Fixed((str, int, float, Number)),
    "E": Fixed((str,)),
    "N": Fixed((bool, int, float, Number)),
    "X": Fixed((dict,)),
}
_SUFFIX: Final = re.compile(r"(\[\]|\[\?\]|\{\})$")


class Forms:
    """All definitions, compiled."""

    def __init__(self) -> None:
        self._named: dict[str, Form] = {name: Record(CHANNELS.get(name)) for name in DEFINITIONS}
        for name, rule in CHOICES.items():
            self._named[name] = OneOf(rule.member, Anything()) if isinstance(rule, Choice) else FirstOf()
        for name, members in DEFINITIONS.items():
            self._fill(self._named[name], members)
        for name, rule in CHOICES.items():
            self._fill(self._named[name], rule)

    def _fill(self, form: Form, rule: str | Choice | Guess) -> None:
        if isinstance(form, Record) and isinstance(rule, str):
            for member in rule.split():
                name, _, spelled = member.rpartition(":")
                form.members[name] = self._form(spelled)
        elif isinstance(form, OneOf) and isinstance(rule, Choice):
            form.cases = {mark: self._form(name) for mark, name in rule.cases.items()}
            if rule.otherwise:
                form.otherwise = self._form(rule.otherwise)
        elif isinstance(form, FirstOf) and isinstance(rule, Guess):
            form.cases = [(marks, self._form(name)) for marks, name in rule.cases]

    def _form(self, spelled: str) -> Form:
        suffix = _SUFFIX.search(spelled)
        if suffix is None:
            return _LETTERS[spelled] if spelled in _LETTERS else self._named[spelled]
        item = self._form(spelled[: suffix.start()])
        return Map(item) if suffix[1] == "{}" else Array(item, or_one=suffix[1] == "[?]")

    def of(self, spelled: str) -> Form:
        """The form of a row's part: a definition's name, or members."""
        if ":" not in spelled:
            return self._form(spelled)
        form = Record()
        self._fill(form, spelled)
        return form
