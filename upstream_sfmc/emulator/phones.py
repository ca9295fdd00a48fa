"""Telephone numbers that belong to nobody, written the way people write them.

It uses only ranges reserved for fiction or never assigned; it does not check numbers.
"""

from __future__ import annotations

from typing import Final

from .ids import roll

_US_AREAS: Final = (201, 212, 213, 305, 312, 404, 415, 503, 512, 602, 615, 617, 702, 713, 720, 773, 808, 813, 917, 971)


def phone(seed: int, index: int, locale: str) -> str:
    """A number of the person's country: 555-01xx, 07700 900xxx, the drama ranges, or unassigned prefixes."""
    number = index % 100
    thousand = index % 1000
    style = roll(seed, "phone", index, 4)
    match locale:
        case "en_US":
            area = _US_AREAS[(index // 100) % len(_US_AREAS)]
            return (
                f"+1 {area} 555 01{number:02d}",
                f"({area}) 555-01{number:02d}",
                f"{area}-555-01{number:02d}",
                f"+1{area}55501{number:02d}",
            )[style]
        case "en_GB":
            return (
                f"07700 900{thousand:03d}",
                f"+44 7700 900{thousand:03d}",
                f"+447700900{thousand:03d}",
                f"(07700) 900 {thousand:03d}",
            )[style]
        case "de_DE":
            return (
                f"+49 30 23125 {thousand:03d}",
                f"030 23125{thousand:03d}",
                f"+49 171 39200{number:02d}",
                f"0171/39200{number:02d}",
            )[style]
        case "fr_FR":
            pairs = f"{index % 100:02d} {(index // 100) % 100:02d}"
            return (f"01 99 00 {pairs}", f"+33 1 99 00 {pairs}", f"06 39 98 {pairs}", f"+33 6 39 98 {pairs}")[style]
        case "es_ES":
            return f"+34 555 01 {thousand // 10:02d} {number:02d}"
        case "pt_BR":
            return f"+55 20 95550-1{thousand:03d}"
        case "ja_JP":
            return (f"090-0000-{index % 10_000:04d}", f"+81 90-0000-{index % 10_000:04d}")[style % 2]
        case "vi_VN":
            return f"+84 95 555 01{number:02d}"
        case "sv_SE":
            return (f"070-174 06 {5 + index % 95:02d}", f"+46 70 174 06 {5 + index % 95:02d}")[style % 2]
        case _:
            return f"+48 405 550 {thousand:03d}"
