"""What passed at a place before: a trie of member names over the messages of one tool, with an opaque answer per value seen there.

It knows no meaning: the session says what an answer is, and that an empty one need not be listed again. Rows of an array share their
places, so that a page of records costs what is new in it. No name and no value is kept, only keyed hashes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from hashlib import blake2b
from secrets import token_bytes, token_hex
from typing import Any, ClassVar, Final, NamedTuple

NOTHING: Final = False
"""The answer that stands for "holds nothing"."""

SALT: Final = token_hex(16)
"""Before each value that is hashed (64 bits, SipHash): the interpreter's own key can be fixed from outside (``PYTHONHASHSEED``), this cannot."""
_MAX_ANSWERS: Final = 50_000
_MAX_PLACES: Final = 8_192
_MAX_ROOTS: Final = 512
_MAX_PLANS: Final = 64
_MAX_CHARS: Final = 256
"""Longer values are not remembered here; hashing them costs as much as asking a proper cache."""


class Again(NamedTuple):
    """A flat object all of whose members have answers, by their positions: of ``kept`` and the long ``numbers`` nothing is to be listed."""

    kept: tuple[int, ...]
    numbers: tuple[int, ...]
    answers: tuple[tuple[int, Place, Any], ...]


class Place:
    """One member name under another; an array's elements stand at the array's own place."""

    __slots__ = ("_alike", "_plans", "_trie", "below", "column", "has_plain_name", "rows", "seen", "skips_numbers")

    is_opened: ClassVar[bool] = False

    def __init__(self, trie: Places, column: bytes, *, has_plain_name: bool, skips_numbers: bool) -> None:
        self._trie = trie
        self._plans: dict[int, tuple[Place, ...]] = {}
        self.below: dict[int, Place] = {}
        self.column = column
        """Tells this place from others; says nothing of its names."""
        self.has_plain_name = has_plain_name
        """The member's name need not be listed."""
        self.skips_numbers = skips_numbers
        self.seen: dict[int, Any] = {}
        self.rows: dict[int, Again] = {}
        """Objects seen here as a whole, by a keyed hash."""
        self._alike: dict[Again, Again] = {}

    def __repr__(self) -> str:
        return f"Place({len(self.seen)} seen, {len(self.below)} below)"

    def member(self, name: str) -> Place:
        key = hash(SALT + name)
        found = self.below.get(key)
        return found if found is not None else self._trie.grow(self, key, name)

    def members(self, names: Collection[str]) -> tuple[Place, ...]:
        """``member`` of each; rows with the same names in the same order are told at once."""
        key = hash((SALT, *names))
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            plan = self._plans[key] = tuple(map(self.member, names))
        return plan

    def opened(self) -> Place:
        """The same place for a message in which everything has to be listed: nothing is known to have been seen here."""
        return _Opened(self)

    def remember(self, text: str, answer: Any) -> None:
        if len(text) <= _MAX_CHARS:
            self._trie.count()
            self.seen[hash(SALT + text)] = answer

    def remember_row(self, key: int, again: Again) -> None:
        """Most rows of a table are alike: they share one object."""
        self._trie.count()
        self.rows[key] = self._alike.setdefault(again, again)


class _Opened(Place):
    __slots__ = ("_real",)

    is_opened: ClassVar[bool] = True

    def __init__(self, real: Place) -> None:
        super().__init__(real._trie, real.column, has_plain_name=False, skips_numbers=False)  # noqa: SLF001 - its own kind
        self._real = real

    def member(self, name: str) -> Place:
        return _Opened(self._real.member(name))

    def members(self, names: Collection[str]) -> tuple[Place, ...]:
        return tuple(map(_Opened, self._real.members(names)))

    def remember(self, text: str, answer: Any) -> None:
        self._real.remember(text, answer)


class Places:
    """``is_plain``: need a member of this name be listed; ``reads_numbers``: its numbers? Bounded: what is too much starts anew."""

    def __init__(self, is_plain: Callable[[str], bool], reads_numbers: Callable[[str], bool]) -> None:
        self._is_plain = is_plain
        self._reads_numbers = reads_numbers
        self._key = token_bytes(16)
        self.generation = 0
        self._roots: dict[int, Place] = {}
        self._places = 0
        self._answers = 0

    def __len__(self) -> int:
        """Answers remembered, at most."""
        return self._answers

    def root(self, *about: str) -> Place:
        """``about``: direction, method and tool, say."""
        key = hash((SALT, *about))
        found = self._roots.get(key)
        if found is None:
            if len(self._roots) >= _MAX_ROOTS:
                self.clear()
            found = self._roots[key] = self._place("\0".join(about).encode("utf-8", "surrogatepass"), "")
        return found

    def follow(self, generation: int) -> None:
        """Answers hold for one generation of what whoever gives them has learned."""
        if generation != self.generation:
            self.generation = generation
            self.clear()

    def clear(self) -> None:
        self._roots.clear()
        self._places = self._answers = 0

    def count(self) -> None:
        self._answers += 1
        if self._answers > _MAX_ANSWERS:
            self.clear()

    def grow(self, above: Place, key: int, name: str) -> Place:
        if self._places >= _MAX_PLACES:
            self.clear()
        place = self._place(above.column + name.encode("utf-8", "surrogatepass"), name)
        above.below[key] = place
        return place

    def _place(self, path: bytes, name: str) -> Place:
        self._places += 1
        column = blake2b(path, digest_size=12, key=self._key).digest()
        is_plain = bool(name) and self._is_plain(name)
        return Place(self, column, has_plain_name=is_plain, skips_numbers=bool(name) and not self._reads_numbers(name))
