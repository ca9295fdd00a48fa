"""REST: assets made, changed and deleted, their files, and the folders of Content Builder (`/asset/v1/content`).

Reading and querying assets is in `rest_assets`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .assets import person_of
from .errors import BUSINESS_RULE, Refusal, invalid, missing, not_found
from .guard import Call, Reply, Route, page_of
from .shapes import record

if TYPE_CHECKING:
    from .shelf import Item
    from .tenant import Tenant

AGGREGATE: Final = 10006
NOT_UNIQUE: Final = 118_039
NAME_MAX: Final = 200
_CHANGEABLE: Final = (
    "name",
    "description",
    "category",
    "content",
    "data",
    "views",
    "file",
    "meta",
    "tags",
    "status",
    "contentType",
    "customerKey",
    "channels",
    "design",
    "slots",
    "blocks",
    "fileProperties",
)
_READ, _WRITE = "documents_and_images_read|saved_content_read", "documents_and_images_write|saved_content_write"


class AssetChangeRoutes:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        base = "/asset/v1/content/assets"
        folders = "/asset/v1/content/categories"
        return [
            Route("POST", base, _WRITE, self._create),
            Route("PATCH", base + "/{id}", _WRITE, self._change),
            Route("PUT", base + "/{id}", _WRITE, self._replace),
            Route("DELETE", base + "/{id}", _WRITE, self._delete),
            Route("GET", base + "/{id}/file", _READ, self._file),
            Route("GET", folders, _READ, self._folders),
            Route("POST", folders, _WRITE, self._make_folder),
            Route("GET", folders + "/{id}", _READ, self._folder),
            Route("PUT", folders + "/{id}", _WRITE, self._change_folder),
            Route("DELETE", folders + "/{id}", _WRITE, self._drop_folder),
        ]

    def _create(self, call: Call) -> Reply:
        body = record(call.body)
        kind = record(body.get("assetType"))
        if not isinstance(body.get("name"), str) or not body["name"]:
            raise missing("name")
        if not isinstance(kind.get("id"), int):
            raise missing("assetType.id")
        self._check(body, call, None)
        library, now = self._tenant.library, self._tenant.clock.stamp() + "-06:00"
        asset_id = library.next_id()
        name = str(kind.get("name") or "")
        item: Item = {
            "id": asset_id,
            "customerKey": body.get("customerKey") or self._tenant.new_id("asset"),
            "objectID": self._tenant.new_id("assetobject"),
            "contentType": body.get("contentType") or ("text/html" if "html" in name else "application/json"),
            "assetType": {"id": kind["id"], "name": name, "displayName": name},
            "name": body["name"],
            "description": "",
            "owner": person_of(self._tenant, "assetmade", asset_id),
            "createdDate": now,
            "createdBy": person_of(self._tenant, "assetmade", asset_id),
            "modifiedDate": now,
            "modifiedBy": person_of(self._tenant, "assetmade", asset_id),
            "enterpriseId": 7_203_100,
            "memberId": call.mid,
            "status": {"id": 1, "name": "Draft"},
            "category": {"id": 516_018, "name": "Content Builder", "parentId": 0},
            "modelVersion": 2,
        }
        item |= {name: body[name] for name in _CHANGEABLE if body.get(name) is not None}
        item["category"] = self._category(item["category"], call)
        library.put(item, call.mid)
        return Reply(item, 201)

    def _check(self, body: dict[str, Any], call: Call, own_id: int | None) -> None:
        """A name is unique within its folder, a customer key everywhere."""
        name = body.get("name")
        if name is not None and (not isinstance(name, str) or not 0 < len(name) <= NAME_MAX):
            raise invalid(f"name is 1 to {NAME_MAX} characters")
        for one in self._tenant.library.all(call.mid):
            if one["id"] == own_id:
                continue
            folder = record(body.get("category")).get("id")
            same_name = name is not None and one["name"] == name and folder in {None, one["category"]["id"]}
            if same_name or (body.get("customerKey") and one["customerKey"] == body["customerKey"]):
                words = "Asset names within a category and customer keys must be unique."
                problem = {"message": words, "errorcode": NOT_UNIQUE, "documentation": ""}
                raise Refusal(400, AGGREGATE, "Validation errors", validationErrors=[problem])

    def _category(self, given: Any, call: Call) -> dict[str, Any]:
        folder = self._tenant.soap.of("DataFolder").find("ID", str(record(given).get("id")), call.mid)
        if folder is None:
            raise invalid("category.id is not a folder")
        return {"id": int(folder["ID"]), "name": folder["Name"], "parentId": int(folder["ParentFolder.ID"])}

    def _one(self, call: Call) -> Item:
        text = call.match["id"]
        found = self._tenant.library.get(int(text), call.mid) if text.isdecimal() else None
        if found is None:
            raise not_found()
        return found

    def _change(self, call: Call) -> Reply:
        """Given fields replace those there; views are merged by name. Fields nobody knows are discarded silently."""
        item, body = self._one(call), record(call.body)
        self._check({"category": item["category"], **body}, call, item["id"])
        changed = item | {name: body[name] for name in _CHANGEABLE if name in body}
        if isinstance(body.get("views"), dict):
            changed["views"] = record(item.get("views")) | body["views"]
        return self._keep(changed, call)

    def _replace(self, call: Call) -> Reply:
        item, body = self._one(call), record(call.body)
        if not body.get("name"):
            raise missing("name")
        self._check({"category": item["category"], **body}, call, item["id"])
        kept = {name: value for name, value in item.items() if name not in _CHANGEABLE or name == "customerKey"}
        given = {name: body[name] for name in _CHANGEABLE if name in body}
        return self._keep(kept | {"category": item["category"], "status": item["status"]} | given, call)

    def _keep(self, item: Item, call: Call) -> Reply:
        if "category" in record(call.body):
            item["category"] = self._category(item["category"], call)
        item["modifiedDate"] = self._tenant.clock.stamp() + "-06:00"
        self._tenant.library.put(item, call.mid)
        return Reply(item)

    def _delete(self, call: Call) -> Reply:
        self._tenant.library.delete(self._one(call)["id"])
        return Reply(text="OK")

    def _file(self, call: Call) -> Reply:
        file = self._tenant.library.file(self._one(call))
        if file is None:
            raise not_found()
        return Reply(text=file)

    def _folders(self, call: Call) -> Reply:
        """Content Builder's folders; `$filter=parentId eq 516018`."""
        shelf = self._tenant.soap.of("DataFolder")
        found = [_category_of(one, call.mid) for one in shelf.all(call.mid) if one["ContentType"] == "asset"]
        words = call.query.get("$filter", "").split()
        if words:
            if len(words) != 3 or words[0].lower() != "parentid" or words[1].lower() != "eq":  # noqa: PLR2004
                raise invalid("Unable to parse the $filter expression")
            found = [one for one in found if str(one["parentId"]) == words[2]]
        page, size = call.page(50, 500)
        return Reply(page_of(found, page, size))

    def _one_folder(self, call: Call) -> Item:
        found = self._tenant.soap.of("DataFolder").find("ID", call.match["id"], call.mid)
        if found is None or found["ContentType"] != "asset":
            raise not_found()
        return found

    def _folder(self, call: Call) -> Reply:
        return Reply(_category_of(self._one_folder(call), call.mid))

    def _make_folder(self, call: Call) -> Reply:
        body = {name[:1].lower() + name[1:]: value for name, value in record(call.body).items()}
        parent = self._tenant.soap.of("DataFolder").find("ID", str(body.get("parentId")), call.mid)
        if not body.get("name"):
            raise missing("Name")
        if parent is None or parent["ContentType"] != "asset":
            raise invalid("ParentId is not a folder")
        folder = self._tenant.soap.make("DataFolder", self._tenant.new_id("folder"), self._tenant.clock.stamp()[:19])
        folder |= {"Name": str(body["name"]), "ContentType": "asset", "Client.ID": str(call.mid)}
        folder |= {"ParentFolder.ID": parent["ID"], "ParentFolder.Name": parent["Name"], "AllowChildren": "true"}
        self._tenant.soap.of("DataFolder").put(folder, call.mid)
        return Reply(_category_of(folder, call.mid), 201)

    def _change_folder(self, call: Call) -> Reply:
        folder, body = self._one_folder(call), record(call.body)
        name = body.get("Name") or body.get("name")
        if not name:
            raise missing("Name")
        folder["Name"] = str(name)
        return Reply(_category_of(folder, call.mid))

    def _drop_folder(self, call: Call) -> Reply:
        folder = self._one_folder(call)
        if any(str(one["category"]["id"]) == folder["ID"] for one in self._tenant.library.all(call.mid)):
            raise Refusal(400, BUSINESS_RULE, "The folder is not empty.")
        self._tenant.soap.of("DataFolder").remove(folder)
        return Reply(text="OK")


def _category_of(folder: Item, mid: int) -> dict[str, Any]:
    return {
        "id": int(folder["ID"]),
        "name": folder["Name"],
        "parentId": int(folder["ParentFolder.ID"] or 0),
        "categoryType": folder["ContentType"],
        "memberId": mid,
        "enterpriseId": 7_203_100,
        "description": folder.get("Description") or "",
    }
