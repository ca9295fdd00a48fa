"""Resources: a data extension's schema, an asset and a journey by address. What they hold, tools read.

It lists none by itself: a tenant has thousands, and the tools that search them give keys and ids.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import mcp_types as types

from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import content, data_extensions, journeys

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.server.context import ServerRequestContext

    from upstream_sfmc.tools.spec import Call, Json


@dataclass(frozen=True, slots=True)
class Kind:
    template: str
    name: str
    says: str
    pattern: re.Pattern[str]
    arguments: Callable[[str], Json]
    read: Callable[[Call], Awaitable[Json]]


KINDS = (
    Kind(
        "sfmc://de/{key}/schema",
        "Data extension schema",
        "Fields, types and primary key of the data extension with this customer key.",
        re.compile(r"sfmc://de/([^/?#]+)/schema"),
        lambda key: {"key": key},
        data_extensions.extension_fields,
    ),
    Kind(
        "sfmc://asset/{id}",
        "Asset",
        "A Content Builder asset with its content; long content is cut.",
        re.compile(r"sfmc://asset/([0-9]{1,12})"),
        lambda key: {"asset_id": int(key)},
        content.get_asset,
    ),
    Kind(
        "sfmc://journey/{id}",
        "Journey",
        "A journey version with its activities, triggers, goals and exits.",
        re.compile(r"sfmc://journey/([^/?#]+)"),
        lambda key: {"journey_id": key},
        journeys.get_journey,
    ),
)


def parsed(uri: str) -> tuple[Kind, str]:
    for kind in KINDS:
        found = kind.pattern.fullmatch(str(uri))
        if found:
            return kind, unquote(found.group(1))
    raise Failure(Category.NOT_FOUND, "resource", "No resource has an address of this form.")


async def listed(
    _context: ServerRequestContext[Any], _params: types.PaginatedRequestParams | None
) -> types.ListResourcesResult:
    return types.ListResourcesResult(resources=[])


async def templates(
    _context: ServerRequestContext[Any], _params: types.PaginatedRequestParams | None
) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(
        resource_templates=[
            types.ResourceTemplate(
                uri_template=kind.template, name=kind.name, description=kind.says, mime_type="application/json"
            )
            for kind in KINDS
        ]
    )
