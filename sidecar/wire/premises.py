"""Whether an object is the record of a shop, by the names of its members: where a shop stands is no person's whereabouts.

It reads no value. In doubt it says no: a record that also names somebody, or is called after somebody, is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

COORDINATES: Final = frozenset(
    form for name in ("latitude", "longitude", "lat", "lng", "lon") for form in (name, name.capitalize(), name.upper())
)
_SHOP: Final = re.compile(
    r"(?:retail)?(?:stores?|shops?|branch(?:es)?|outlets?|showrooms?|warehouses?|filialen?|magasins?|tiendas?|negozi)"
)
_SHOPS: Final = re.compile(
    rf"{_SHOP.pattern}(?:name|id|no|nr|num|number|key|code|type|format|hours|title|locations?)|openinghours"
)
"""A name that says so by itself: ``store`` alone may be an object, or anything."""
_CALLED: Final = re.compile(rf"{_SHOP.pattern}(?:locations?)?")
_SOMEBODY: Final = re.compile(
    r"first|last|full|given|family|sur|middle|nick|mail|phone|mobile|birth|gender|person|people|customer|contact|subscriber|"
    r"user|member|client|guest|patient|employee|recipient|owner|buyer|visitor|device|visit|home|preferred|favou?rite|nearest|deliver|ship|billing|order|lead|account"
)
_OWN: Final = "name"
"""Of a shop where the object is called so (``stores``), else of anybody."""


def is_shop(names: Iterable[str], own: str = "") -> bool:
    """``own``: the object's own name."""
    called = _folded(own)
    is_called = _CALLED.fullmatch(called) is not None
    if not is_called and _SOMEBODY.search(called):
        return False
    folded = [_folded(name) for name in names if type(name) is str]
    if any(_is_somebody(name) or (name == _OWN and not is_called) for name in folded):
        return False
    return is_called or any(_SHOPS.fullmatch(name) for name in folded)


def _is_somebody(name: str) -> bool:
    """``StorePhone`` is the shop's own."""
    return _SOMEBODY.search(name) is not None and _SHOP.match(name) is None


@lru_cache(maxsize=2048)
def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name[:64]).casefold()
