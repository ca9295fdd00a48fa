"""Content Builder as it stands now: seeded assets, made when they are read, and what callers made, changed or deleted.

What a seeded asset looks like is in `assets`.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from .assets import COUNT, FIRST_ID, describe
from .units import ENTERPRISE_ID, HOME_MID, is_visible

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant

HEAVY: Final = frozenset({"views", "content", "data", "design", "fileProperties"})
"""What a list leaves out unless asked."""

_PIXEL: Final = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c6360000000020001e221bc33"
        "0000000049454e44ae426082"
    )
).decode()


class Library:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._written: dict[int, tuple[int, Item]] = {}
        self._deleted: set[int] = set()

    def get(self, asset_id: int, mid: int) -> Item | None:
        """The whole asset."""
        if asset_id in self._deleted:
            return None
        if asset_id in self._written:
            owner, item = self._written[asset_id]
            return item if is_visible(owner, mid) else None
        is_seeded = FIRST_ID <= asset_id < FIRST_ID + COUNT
        return describe(self._tenant, asset_id - FIRST_ID, in_full=True) if is_seeded and self._is_home(mid) else None

    def all(self, mid: int) -> list[Item]:
        """Every asset without its heavy parts."""
        seeded = range(COUNT if self._is_home(mid) else 0)
        shown = [
            describe(self._tenant, number, in_full=False)
            for number in seeded
            if FIRST_ID + number not in self._deleted | self._written.keys()
        ]
        for asset_id, (owner, item) in self._written.items():
            if asset_id not in self._deleted and is_visible(owner, mid):
                shown.append({name: value for name, value in item.items() if name not in HEAVY})
        return sorted(shown, key=lambda one: int(one["id"]))

    def put(self, item: Item, mid: int) -> None:
        known = self._written.get(item["id"])
        owner = known[0] if known else HOME_MID if item["id"] < FIRST_ID + COUNT else mid
        self._written[item["id"]] = (owner, item)

    def next_id(self) -> int:
        return 1 + max((FIRST_ID + COUNT, *self._written))

    def delete(self, asset_id: int) -> None:
        self._deleted.add(asset_id)

    def file(self, item: Item) -> str | None:
        """The binary of an image in base64; `None` for what is no file."""
        given = item.get("file")
        if isinstance(given, str):
            return given
        return _PIXEL if "fileProperties" in item else None

    @staticmethod
    def _is_home(mid: int) -> bool:
        return mid in {HOME_MID, ENTERPRISE_ID}
