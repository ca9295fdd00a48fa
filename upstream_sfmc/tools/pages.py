"""Pages of REST and SOAP lists brought to one form: rows, `next_page`, and a sentence about what was cut.

It fetches nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from upstream_sfmc import soap

Json = dict[str, Any]

DEFAULT_PAGE_SIZE = 50


def rows(answer: Any, name: str = "items") -> list[Json]:
    """The list under a name; an empty data extension's answer has none, and that is no error."""
    found = answer.get(name) if isinstance(answer, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def only(row: Json, names: Iterable[str]) -> Json:
    """The named fields of a row that are there, names and values as they came."""
    return {name: row[name] for name in names if name in row}


def rest_page(answer: Any, page: int, page_size: int, shown: list[Json], name: str = "items") -> Json:
    """A page of a REST list; `count` is SFMC's total where it gives one."""
    total = answer.get("count") if isinstance(answer, dict) else None
    total = total if isinstance(total, int) else None
    size = answer.get("pageSize") if isinstance(answer, dict) else None
    size = size if isinstance(size, int) and size > 0 else page_size
    before = (page - 1) * size
    has_more = total is not None and bool(shown) and before + len(shown) < total
    return {
        name: shown,
        "count": total,
        "page": page,
        "pageSize": size,
        "next_page": page + 1 if has_more else None,
        "cut": f"{len(shown)} of {total} shown, {total - before - len(shown)} after this page" if has_more else None,  # type: ignore[operator]
    }


def soap_page(answer: soap.Answer, shown: list[Json], name: str = "items") -> Json:
    """A page of a SOAP list: the next one is named by an id, and how many there are is not told."""
    more = answer.has_more and answer.request_id is not None
    return {
        name: shown,
        "pageSize": len(shown),
        "next_page": answer.request_id if more else None,
        "cut": f"{len(shown)} shown, there are more" if more else None,
    }
