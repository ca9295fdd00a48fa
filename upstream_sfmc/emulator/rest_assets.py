"""REST: Content Builder (`/asset/v1/content/assets`): the query endpoint, the filtered list, one asset.

Writing, files and folders are in `rest_asset_changes`.
"""

from __future__ import annotations

from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, Final

from .errors import invalid, not_found
from .filters import like
from .guard import Call, Reply, Route, page_of
from .library import HEAVY
from .shapes import record, records, values

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tenant import Tenant

_MAX_DEPTH: Final = 16
_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": eq,
    "ne": ne,
    "lt": lt,
    "le": le,
    "gt": gt,
    "ge": ge,
}
_SYNONYMS: Final = {
    "equal": "eq",
    "equals": "eq",
    "notEqual": "ne",
    "notEquals": "ne",
    "lessThan": "lt",
    "lessThanOrEqual": "le",
    "greaterThan": "gt",
    "greaterThanOrEqual": "ge",
    "like": "like",
    "contains": "contains",
    "mustcontain": "contains",
    "startsWith": "starts",
    "in": "in",
    "isNull": "null",
    "isNotNull": "notnull",
}


class AssetRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, base = "documents_and_images_read|saved_content_read", "/asset/v1/content/assets"
        return [
            Route("POST", base + "/query", read, self._query),
            Route("GET", base, read, self._list),
            Route("GET", base + "/{id}", read, self._get),
        ]

    def _query(self, call: Call) -> Reply:
        body = record(call.body)
        where = body.get("query")
        accepts = _compile(where, 0) if where else None
        found = [one for one in self._all(call) if accepts is None or accepts(one)]
        for order in reversed(records(body.get("sort"))):
            name, down = str(order.get("property")), str(order.get("direction", "ASC")).upper() == "DESC"
            found.sort(key=lambda one, n=name: _key(_dotted(one, n)), reverse=down)  # type: ignore[misc]
        paging = record(body.get("page"))
        page, size = paging.get("page", 1), paging.get("pageSize", 50)
        if not all(isinstance(number, int) and number > 0 for number in (page, size)):
            raise invalid("page.page and page.pageSize must be positive integers")
        names = {str(name).partition(".")[0] for name in values(body.get("fields"))}
        answer = page_of(found, page, min(size, 500))
        answer["items"] = [self._shown(one, names, call.mid) for one in answer["items"]]
        return Reply(answer)

    def _list(self, call: Call) -> Reply:
        text = call.query.get("$filter", "").strip()
        found = list(self._all(call))
        if text:
            name, operator, value = _simple(text)
            accepts = _compile({"property": name, "simpleOperator": operator, "value": value}, 0)
            found = [one for one in found if accepts(one)]
        page, size = call.page(50, 500)
        return Reply(page_of(found, page, size))

    def _get(self, call: Call) -> Reply:
        text = call.match["id"]
        found = self._tenant.library.get(int(text), call.mid) if text.isdecimal() else None
        if found is None:
            raise not_found()
        return Reply(found)

    def _all(self, call: Call) -> list[dict[str, Any]]:
        return self._tenant.library.all(call.mid)

    def _shown(self, one: dict[str, Any], names: set[str], mid: int) -> dict[str, Any]:
        if not names:
            return one
        if names & HEAVY:
            one = self._tenant.library.get(one["id"], mid) or one
        return {name: value for name, value in one.items() if name in names | {"id"}}


def _compile(part: Any, depth: int) -> Callable[[dict[str, Any]], bool]:
    if not isinstance(part, dict) or depth > _MAX_DEPTH:
        raise invalid("The query cannot be read")
    if "leftOperand" in part:
        left, right = _compile(part["leftOperand"], depth + 1), _compile(part.get("rightOperand"), depth + 1)
        if str(part.get("logicalOperator")).upper() == "OR":
            return lambda one: left(one) or right(one)
        return lambda one: left(one) and right(one)
    name, operator, value = part.get("property"), _SYNONYMS.get(str(part.get("simpleOperator"))), part.get("value")
    if not isinstance(name, str) or operator is None:
        raise invalid("The query names no property or an operator that does not exist")
    return lambda one: _holds(operator, _dotted(one, name), value)


def _holds(operator: str, found: Any, value: Any) -> bool:
    match operator:
        case "null":
            return found is None
        case "notnull":
            return found is not None
        case "in":
            return _key(found) in {_key(one) for one in (value if isinstance(value, list) else [value])}
        case "like":
            return like(str(value), str(found or ""))
        case "contains":
            return str(value).casefold() in str(found or "").casefold()
        case "starts":
            return str(found or "").casefold().startswith(str(value).casefold())
        case _:
            return _COMPARISONS[operator](_key(found), _key(value))


def _key(value: Any) -> tuple[int, float, str]:
    """Numbers compare as numbers, also when written as text; everything else as text without case."""
    if isinstance(value, int | float) or (isinstance(value, str) and value.isdecimal()):
        return (0, float(value), "")
    return (1, 0.0, "" if value is None else str(value).casefold())


def _dotted(one: dict[str, Any], name: str) -> Any:
    found: Any = one
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _simple(text: str) -> tuple[str, str, str]:
    """`assetType.name=htmlemail`, `name eq 'x'`, `name like 'x'`."""
    for mark, operator in ((" eq ", "equals"), (" like ", "like"), (" neq ", "notEquals"), ("=", "equals")):
        name, found, value = text.partition(mark)
        if found:
            return name.strip(), operator, value.strip().strip("'\"")
    raise invalid("Unable to parse the $filter expression")
