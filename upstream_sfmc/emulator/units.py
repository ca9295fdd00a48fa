"""The business units of the emulated enterprise, and which unit sees what belongs to which.

It holds no data of any unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Unit:
    """A business unit: its MID, its name, and whether it is the enterprise."""

    mid: int
    name: str
    is_enterprise: bool = False
    is_sandbox: bool = False


UNITS: Final = (
    Unit(7_203_100, "Northwind Sample Enterprise", is_enterprise=True),
    Unit(7_203_368, "Northwind Retail"),
    Unit(7_203_402, "Northwind Travel"),
    Unit(7_203_515, "Northwind Services"),
    Unit(7_203_990, "Northwind Sandbox", is_sandbox=True),
)
ENTERPRISE_ID: Final = UNITS[0].mid
HOME_MID: Final = UNITS[1].mid
"""The unit that holds the seeded journeys, content, automations and messages."""


def is_visible(owner: int, mid: int) -> bool:
    """What a unit owns is seen by itself and by the enterprise."""
    return mid in {owner, ENTERPRISE_ID}
