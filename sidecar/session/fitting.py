"""What a stand-in has to satisfy where it will stand, and what does when the rule's own does not.

It holds values against the schemas announced for them and chooses nothing a policy decides. The order of tries, one test
per number:

1. The rule's operator.
2. The token's own spelling for the place (an e-mail address), else a surrogate of the format asked for.
3. An invented value for the whole leaf: of its shape, of the schema's pattern, of its length, within its bounds.
4. Nothing: the message is withheld.

A value that the schema itself lists was announced already and stays; if the list went out with another name for it, it
gets that name.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain

from sidecar.protocol import instances, specimens
from sidecar.protocol.leaf import JsonType, Leaf, Path
from sidecar.protocol.schemas import Declared, declares, describe, describe_key, fits, fits_key
from sidecar.protocol.upheld import Upheld, upheld
from sidecar.session.choose import Chooser
from sidecar.session.context import Topic
from sidecar.wire import tree
from sidecar.wire.jsonrpc import Json, Number

_TOLD = 4
"""A value of so many characters is not left inside a longer one either."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """One message's.

    ``insists``: operators that may make two values one are passed over, every stand-in differs, and satisfies each
    alternative that the value satisfied.
    """

    topic: Topic
    chooser: Chooser
    insists: bool = False
    _upheld: dict[tuple[Path, bool], Upheld | None] = field(default_factory=dict, repr=False, compare=False)

    def _place(self, leaf: Leaf) -> tuple[Json, Path] | None:
        """The schema the leaf stands under, and where."""
        for root, schema in described(self.topic):
            if leaf.path[: len(root)] == root:
                return schema, leaf.path[len(root) :]
        return None

    def declared(self, leaf: Leaf) -> Declared:
        place = self._place(leaf)
        if place is None:
            return Declared()
        kept = self._kept(leaf)
        if kept is not None:
            return kept.declared
        return describe_key(*place) if leaf.json_type is JsonType.KEY else describe(*place)

    def is_declared(self, leaf: Leaf) -> bool:
        """Whether the leaf is a name the schema itself gives a member: never renamed."""
        place = self._place(leaf) if leaf.json_type is JsonType.KEY else None
        return place is not None and declares(*place)

    def named(self, leaf: Leaf) -> str | None:
        """What a value from an enumeration is called on the other side; None if it has no other name."""
        name = self.topic.choices.get(leaf.text)
        place = self._place(leaf)
        if name is None or leaf.json_type is not JsonType.STRING:
            return None
        if place is None:
            return name if self.topic.method == "elicitation/create" else None
        return name if fits(*place, name) else None

    def is_enumerated(self, leaf: Leaf) -> bool:
        """Whether the schema lists this very value."""
        allowed = self.declared(leaf).enum if self._place(leaf) is not None else None
        if not allowed:
            return False
        return leaf.text in allowed if leaf.json_type is JsonType.STRING else _is_among(leaf, allowed)

    def fits(self, leaf: Leaf, value: Json, found: Sequence[str] = ()) -> bool:
        """Whether ``value`` may stand for the leaf; ``found`` is what it must not show."""
        if value is None or (found and _shows(value, found)):
            return False
        place = self._place(leaf)
        if place is None:
            return True
        kept = self._kept(leaf)
        if kept is not None and not kept.allows(value):
            return False
        return fits_key(*place, value) if leaf.json_type is JsonType.KEY else fits(*place, value)

    def _kept(self, leaf: Leaf) -> Upheld | None:
        """What the stand-in has to satisfy beyond its place's schema."""
        return self._upheld_by(leaf) if self.insists else None

    def _upheld_by(self, leaf: Leaf) -> Upheld | None:
        place, key = self._place(leaf), (leaf.path, leaf.json_type is JsonType.KEY)
        if place is None:
            return None
        if key not in self._upheld:
            is_text = leaf.json_type in (JsonType.STRING, JsonType.KEY)
            value = (self.topic.choices.get(leaf.text) or leaf.text) if is_text else Number(leaf.text)
            self._upheld[key] = upheld(*place, value, is_key=key[1])
        return self._upheld[key]

    def must_differ(self, leaf: Leaf) -> bool:
        return self.insists and self._place(leaf) is not None

    def invented(self, leaf: Leaf, found: Sequence[str]) -> Iterator[Json]:
        """The third try: values that fit, those first that fit whatever alternatives the value itself fitted."""
        draw = _Draw(self.chooser.key, self.chooser.scope, leaf.text)
        is_text = leaf.json_type in (JsonType.STRING, JsonType.KEY)
        kept = None if self.insists else self._upheld_by(leaf)
        made: Iterator[Json] = chain.from_iterable(
            specimens.texts(declared, leaf.text, draw)
            if is_text
            else map(Number, specimens.numbers(declared, leaf.text, draw))
            for declared in (*([kept.declared] if kept is not None else ()), self.declared(leaf))
        )
        return (value for value in made if self.fits(leaf, value, found))


def described(topic: Topic) -> tuple[tuple[Path, Json], ...]:
    """Parts of the message that a schema was announced for."""
    return topic.also if topic.schema is None else ((topic.schema_root, topic.schema), *topic.also)


def holds_together(topic: Topic, before: dict[str, Json], after: dict[str, Json]) -> bool:
    """Whether every described part that was valid still is; what nobody can tell counts as valid.

    Where choices have other names the schema is the one with those names, so that nothing can be said of what was.
    """
    for root, schema in described(topic):
        was, now = _at(before, root), _at(after, root)
        if now is was or instances.satisfies(schema, now) is not False:
            continue
        if topic.choices or instances.satisfies(schema, was) is not False:
            return False
    return True


def _at(body: dict[str, Json], path: Path) -> Json:
    try:
        return tree.get(body, path)
    except ValueError:
        return None


def _is_among(leaf: Leaf, allowed: Sequence[Json]) -> bool:
    return any((tree.scalar(value) or ("", ""))[1] == leaf.text for value in allowed)


def _shows(value: Json, found: Sequence[str]) -> bool:
    text = (value.text if isinstance(value, Number) else str(value)).casefold()
    return any(part.casefold() == text or (len(part) >= _TOLD and part.casefold() in text) for part in found)


class _Draw:
    """Numbers drawn from a text, the same each time for the same key, scope and text."""

    def __init__(self, key: bytes, scope: str, text: str) -> None:
        material = f"{scope}\x1f{text}".encode("utf-8", "surrogatepass")
        self._seed = hmac.digest(key, b"specimen\0" + material, sha256)
        self._left = int.from_bytes(self._seed, "big")

    def __call__(self, limit: int) -> int:
        if self._left < limit << 16:
            self._seed = sha256(b"more\0" + self._seed).digest()
            self._left = int.from_bytes(self._seed, "big")
        self._left, drawn = divmod(self._left, limit)
        return drawn
