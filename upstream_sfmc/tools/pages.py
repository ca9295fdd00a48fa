"""Pages of REST and SOAP lists brought to one form: rows, `next_page`, and a sentence about what was cut.

It fetches nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from upstream_sfmc import soap
from upstream_sfmc.errors import Category, Failure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from upstream_sfmc.tools.spec import Call

Json = dict[str, Any]

DEFAULT_PAGE_SIZE = 50


def rows(answer: Any, name: str = "items") -> list[Json]:
    """The list under a name; an empty data extension's answer has none, and that is no error."""
    found = answer.get(name) if isinstance(answer, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def record(answer: Any, what: str) -> Json:
    """An answer that must be an object."""
    if not isinstance(answer, dict):
        raise Failure(Category.PROTOCOL, what, f"The answer about the {what.replace('_', ' ')} cannot be read.")
    return answer


def only(row: Json, names: Iterable[str]) -> Json:
    """The named fields of a row that are there, names and values as they came."""
    return {name: row[name] for name in names if name in row}


def asked(call: Call) -> tuple[int, int]:
    """The page and page size of a REST list that the caller wants."""
    return call.get("page", 1), call.get("page_size", DEFAULT_PAGE_SIZE)


def rest_page(answer: Any, page: int, page_size: int, shown: list[Json], name: str = "items") -> Json:
    """A page of a REST list; `count` is SFMC's total where it gives one."""
    total = _whole(answer, "count")
    size = _whole(answer, "pageSize") or page_size
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


def uncounted_page(answer: Any, page: int, page_size: int, shown: list[Json], name: str = "items") -> Json:
    """A page of a REST list whose total is not told, or is wrong: where a page is full there may be another."""
    size = _whole(answer, "pageSize") or page_size
    may_have_more = len(shown) >= size
    return {
        name: shown,
        "page": page,
        "pageSize": size,
        "next_page": page + 1 if may_have_more else None,
        "cut": f"{len(shown)} shown, there may be more" if may_have_more else None,
    }


def local_page(found: list[Json], page: int, page_size: int, name: str = "items") -> Json:
    """A page of what Marketing Cloud answers whole."""
    start = (page - 1) * page_size
    whole = {"count": len(found), "pageSize": page_size}
    return rest_page(whole, page, page_size, found[start : start + page_size], name)


def _whole(answer: Any, name: str) -> int | None:
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def soap_request(
    call: Call, object_type: str, properties: Iterable[str], where: Iterable[soap.Where] = ()
) -> soap.Retrieve:
    """The Retrieve for the page of a SOAP list that the caller wants."""
    return soap.Retrieve(
        object_type,
        tuple(properties),
        tuple(where),
        batch_size=call.get("page_size", DEFAULT_PAGE_SIZE),
        continue_id=call.get("page"),
    )


def soap_page(answer: soap.Answer, shown: list[Json], name: str = "items") -> Json:
    """A page of a SOAP list: the next one is named by an id, and how many there are is not told."""
    more = answer.has_more and answer.request_id is not None
    return {
        name: shown,
        "pageSize": len(shown),
        "next_page": answer.request_id if more else None,
        "cut": f"{len(shown)} shown, there are more" if more else None,
    }
