"""The journeys as they stand now: versions, event definitions, entries, exits and the audit log of each.

It decides nothing about requests; the journey routes do. What a seeded version looks like is in `journeys`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .ids import guid, past
from .journeys import Journey, build_journeys, describe, is_member
from .shelf import Item, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from .clock import VirtualClock

RUNNING: Final = frozenset({"Published", "Paused"})
_SEEDED_EVENTS: Final = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact fired into a journey's version."""

    contact: str
    key: str
    version: int
    instance: str
    at: str


class JourneyBook:
    def __init__(self, seed: int, clock: VirtualClock, staff: Callable[[str, int], tuple[str, str, int]]) -> None:
        self._seed = seed
        self._clock = clock
        self._staff = staff
        seeded = build_journeys(seed)
        self._seeded = {one.key: one for one in seeded}
        self.versions = Shelf(
            "id",
            (
                describe(seed, journey, version, staff, in_full=True)
                for journey in seeded
                for version in range(1, journey.versions + 1)
            ),
        )
        self.event_definitions = Shelf("id", (self._event(one) for one in seeded[:_SEEDED_EVENTS]))
        self.entries: list[Entry] = []
        self.exits: dict[tuple[str, str], str] = {}
        """Contact and journey key to the time the contact was taken out."""
        self._log: dict[str, list[Item]] = {one.key: self._history(one) for one in seeded}

    def of_key(self, key: str, mid: int) -> list[Item]:
        """Every version of a journey a unit sees, the newest last."""
        wanted = key.casefold()
        found = [one for one in self.versions.all(mid) if one["key"].casefold() == wanted]
        return sorted(found, key=lambda one: int(one["version"]))

    def of_definition(self, definition_id: str, mid: int) -> list[Item]:
        found = [one for one in self.versions.all(mid) if one["definitionId"] == definition_id.lower()]
        return sorted(found, key=lambda one: int(one["version"]))

    def latest(self, mid: int) -> list[Item]:
        """One item a journey: its newest version, in the order the journeys were made."""
        newest: dict[str, Item] = {}
        for one in self.versions.all(mid):
            if one["key"] not in newest or one["version"] > newest[one["key"]]["version"]:
                newest[one["key"]] = one
        return list(newest.values())

    def by_event(self, event_key: str, mid: int) -> Item | None:
        """The newest version that an entry event feeds."""
        return next((one for one in self.latest(mid) if event_key in event_keys(one)), None)

    def enter(self, contact: str, version: Item) -> str:
        instance = guid(self._seed, "eventinstance", len(self.entries))
        entry = Entry(contact, version["key"], int(version["version"]), instance, self._clock.stamp())
        self.entries.append(entry)
        self.exits.pop((contact, version["key"]), None)
        return instance

    def is_in(self, contact: str, index: int | None, version: Item) -> bool:
        """Whether a contact (`index`: its place among the seeded people) is in a journey now."""
        if version["status"] not in RUNNING or (contact, version["key"]) in self.exits:
            return False
        if any(one.contact == contact and one.key == version["key"] for one in self.entries):
            return True
        seeded = self._seeded.get(version["key"])
        return seeded is not None and index is not None and is_member(self._seed, seeded, index)

    def set_status(self, version: Item, status: str, action: str, **more: Any) -> None:
        version["status"] = status
        version["modifiedDate"] = self._clock.stamp()
        self.note(version, action, **more)

    def note(self, version: Item, action: str, **more: Any) -> None:
        """Write an action into the journey's audit log."""
        name, _, user = self._staff("journeyactor", len(self._log.setdefault(version["key"], [])))
        self._log[version["key"]].append(self._logged(version, action, self._clock.stamp(), (name, user)) | more)

    def log(self, key: str) -> list[Item]:
        return self._log.get(key, [])

    def _logged(self, version: Item, action: str, at: str, user: tuple[str, int]) -> Item:
        return {
            "action": action,
            "key": version["key"],
            "versionNumber": version["version"],
            "id": version["id"],
            "originalDefinitionId": version["definitionId"],
            "name": version["name"],
            "description": version["description"],
            "timeStamp": at,
            "user": {"name": user[0], "userId": user[1]},
            "executionMode": "Production",
        }

    def _history(self, journey: Journey) -> list[Item]:
        """What the log of a seeded journey says: made, changed, published where it was."""
        version = describe(self._seed, journey, journey.versions, self._staff, in_full=False)
        actions = ["Create", "Modify", *(["Publish"] if journey.status != "Draft" else [])]
        shown = []
        for place, action in enumerate(actions):
            label = journey.number * 10 + place
            name, _, user = self._staff("journeylog", label)
            entry = self._logged(version, action, past(self._seed, "journeylog", label, 200) + ".15", (name, user))
            shown.append(entry | ({"publishStatus": "PublishCompleted"} if action == "Publish" else {}))
        return shown

    def _event(self, journey: Journey) -> Item:
        kind = journey.event_key.partition("-")[0]
        name, _, user = self._staff("eventdefinition", journey.number)
        return {
            "id": guid(self._seed, "eventdef", journey.number),
            "type": kind,
            "name": f"{journey.name} entry",
            "description": "",
            "createdDate": past(self._seed, "eventdefinition", journey.number, 800),
            "createdBy": user,
            "createdByName": name,
            "modifiedDate": past(self._seed, "eventdefinition2", journey.number, 90),
            "modifiedBy": user,
            "mode": "Production",
            "eventDefinitionKey": journey.event_key,
            "dataExtensionId": guid(self._seed, "dataextension", 0),
            "dataExtensionName": "Customer_Master",
            "sourceApplicationExtensionId": guid(self._seed, "sourceextension", 0),
            "iconUrl": "/images/icon-data-extension.svg",
            "arguments": {"serializedObjectType": 11, "eventDefinitionKey": journey.event_key},
            "metaData": {"scheduleState": "No Schedule"},
            "interactionCount": 1,
            "isVisibleInPicker": False,
            "category": "Event",
            "publishedInteractionCount": int(journey.status in RUNNING),
        }


def event_keys(version: Item) -> list[str]:
    """The event definition keys of a version's triggers."""
    found = []
    for trigger in version.get("triggers") or []:
        if isinstance(trigger, dict):
            data = trigger.get("metaData")
            named = data.get("eventDefinitionKey") if isinstance(data, dict) else None
            found.append(str(trigger.get("eventDefinitionKey") or named or ""))
    return found
