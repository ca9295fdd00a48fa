"""Objects of one kind as JSON, by id, each belonging to a business unit.

It knows no kind: what an object must say is checked by whoever puts it here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .units import HOME_MID, is_visible

if TYPE_CHECKING:
    from collections.abc import Iterable

Item = dict[str, Any]


class Shelf:
    """Seeded objects first, in their order; `key` is the field that identifies one."""

    def __init__(self, key: str, seeded: Iterable[Item] = ()) -> None:
        self._key = key
        self._items: dict[str, tuple[int, Item]] = {}
        for item in seeded:
            self.put(item, HOME_MID)

    def put(self, item: Item, mid: int) -> None:
        self._items[str(item[self._key])] = (mid, item)

    def get(self, key: str, mid: int) -> Item | None:
        """What a unit sees under this id, in any case."""
        wanted = key.casefold()
        return next((one for one in self.all(mid) if str(one[self._key]).casefold() == wanted), None)

    def find(self, field: str, value: str, mid: int) -> Item | None:
        wanted = value.casefold()
        return next((one for one in self.all(mid) if str(one.get(field, "")).casefold() == wanted), None)

    def all(self, mid: int) -> list[Item]:
        return [item for owner, item in self._items.values() if is_visible(owner, mid)]

    def at(self, key: str) -> Item:
        """The object of this id, whoever owns it; an empty one when there is none."""
        return self._items[key][1] if key in self._items else {}

    def owner(self, key: str) -> int:
        return self._items[key][0]

    def remove(self, item: Item) -> None:
        del self._items[str(item[self._key])]
