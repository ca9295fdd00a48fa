"""REST: campaigns (`/hub/v1/campaigns`) and the assets associated with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .errors import invalid, missing, not_found
from .guard import Call, Reply, Route
from .shapes import record, values

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant

_TEXTS = ("name", "description", "campaignCode", "color")


class CampaignRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        read, write, base = "campaign_read", "campaign_write", "/hub/v1/campaigns"
        one = base + "/{id}"
        return [
            Route("GET", base, read, self._list),
            Route("GET", base + "/", read, self._list),
            Route("POST", base, write, self._create),
            Route("GET", one, read, self._get),
            Route("PATCH", one, write, self._change),
            Route("DELETE", one, write, self._delete),
            Route("GET", one + "/assets", read, self._assets),
            Route("POST", one + "/assets", write, self._associate),
            Route("DELETE", one + "/assets/{asset}", write, self._dissociate),
        ]

    def _list(self, call: Call) -> Reply:
        found = self._tenant.campaigns.all(call.mid)
        name, _, direction = call.query.get("$orderby", "").strip().partition(" ")
        if name:
            field = next((one for one in ("name", "createdDate", "modifiedDate") if one.lower() == name.lower()), None)
            if field is None:
                raise invalid("$orderBy names a field that does not exist")
            found = sorted(found, key=lambda one: str(one[field]).casefold(), reverse=direction.lower() == "desc")
        page, size = call.page(50)
        shown = [_without_assets(one) for one in found[(page - 1) * size : page * size]]
        here = f"/v1/campaigns?$page={{}}&$pagesize={size}"
        links = {"self": {"href": here.format(page)}}
        if page * size < len(found):
            links["next"] = {"href": here.format(page + 1)}
        return Reply({"count": len(found), "page": page, "pageSize": size, "links": links, "items": shown})

    def _one(self, call: Call) -> Item:
        found = self._tenant.campaigns.get(call.match["id"], call.mid)
        if found is None:
            raise not_found()
        return found

    def _get(self, call: Call) -> Reply:
        return Reply(_without_assets(self._one(call)))

    def _create(self, call: Call) -> Reply:
        body = record(call.body)
        for name in ("name", "campaignCode"):
            if not body.get(name):
                raise missing(name)
        now = self._tenant.clock.stamp()[:19]
        newest = max((int(one["id"]) for one in self._tenant.campaigns.all(call.mid)), default=1_000)
        campaign: Item = {
            "id": str(newest + 1),
            "createdDate": now,
            "modifiedDate": now,
            "favorite": False,
            "assets": [],
        }
        campaign |= {name: str(body.get(name) or "") for name in _TEXTS}
        campaign["favorite"] = bool(body.get("favorite", False))
        self._tenant.campaigns.put(campaign, call.mid)
        return Reply(_without_assets(campaign), 201)

    def _change(self, call: Call) -> Reply:
        campaign, body = self._one(call), record(call.body)
        campaign |= {name: str(body[name]) for name in _TEXTS if name in body}
        campaign["modifiedDate"] = self._tenant.clock.stamp()[:19]
        return Reply(_without_assets(campaign))

    def _delete(self, call: Call) -> Reply:
        self._tenant.campaigns.remove(self._one(call))
        return Reply(text="")

    def _assets(self, call: Call) -> Reply:
        campaign = self._one(call)
        page, size = call.page(50)
        shown = campaign["assets"][(page - 1) * size : page * size]
        return Reply({"page": page, "pageSize": size, "totalCount": len(campaign["assets"]), "entities": shown})

    def _associate(self, call: Call) -> Reply:
        campaign, body = self._one(call), record(call.body)
        ids, kind = values(body.get("ids")), str(body.get("type") or "")
        if not ids or not kind:
            raise missing("ids and type")
        newest = max((int(one["id"]) for one in campaign["assets"]), default=0)
        made: list[dict[str, Any]] = [
            {
                "id": str(newest + place),
                "campaignId": int(campaign["id"]),
                "type": kind,
                ("itemID" if str(one).isdecimal() else "objectID"): json.loads(str(one))
                if str(one).isdecimal()
                else one,
                "createdDate": self._tenant.clock.stamp()[:19],
            }
            for place, one in enumerate(ids, 1)
        ]
        campaign["assets"] = campaign["assets"] + made
        return Reply(made, 201)

    def _dissociate(self, call: Call) -> Reply:
        campaign = self._one(call)
        left = [one for one in campaign["assets"] if one["id"] != call.match["asset"]]
        if len(left) == len(campaign["assets"]):
            raise not_found()
        campaign["assets"] = left
        return Reply(text="")


def _without_assets(campaign: Item) -> Item:
    return {name: value for name, value in campaign.items() if name != "assets"}
