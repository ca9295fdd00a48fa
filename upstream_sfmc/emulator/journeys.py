"""The seeded journeys, their versions, activities and triggers, and who is in them.

It renders what a GET shows; it runs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .ids import guid, past, roll

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES: Final = (
    ("Welcome Series", "Published", 3),
    ("Abandoned Cart", "Published", 2),
    ("Birthday Offer", "Published", 1),
    ("Paris Store Opening", "Stopped", 1),
    ("Winback 90 Days", "Published", 2),
    ("Loyalty Tier Up", "Published", 1),
    ("Post Purchase Survey", "Paused", 2),
    ("Grant Programme Onboarding", "Published", 1),
    ("Back In Stock", "Draft", 1),
    ("Newsletter Re-permission", "Stopped", 2),
    ("Summer Sale Countdown", "ScheduledToPublish", 1),
    ("Case Closed Follow-up", "Published", 2),
    ("SMS Double Opt-in", "Draft", 1),
    ("Holiday 2025", "Deleted", 2),
)
_MODES: Final = ("OnceAndDone", "MultipleEntries", "SingleEntryAcrossAllVersions")
_MEMBER_PER_MILLE: Final = 90


@dataclass(frozen=True, slots=True)
class Journey:
    number: int
    name: str
    status: str
    versions: int
    definition_id: str
    key: str
    event_key: str


def build_journeys(seed: int) -> list[Journey]:
    return [
        Journey(
            number=number,
            name=name,
            status=status,
            versions=versions,
            definition_id=guid(seed, "journeydefinition", number),
            key=guid(seed, "journeykey", number),
            event_key=f"{'APIEvent' if number % 3 < 2 else 'DEAudience'}-{guid(seed, 'event', number)}",  # noqa: PLR2004
        )
        for number, (name, status, versions) in enumerate(_NAMES)
    ]


def version_id(seed: int, journey: Journey, version: int) -> str:
    return guid(seed, f"journey{journey.number}", version)


def is_member(seed: int, journey: Journey, index: int) -> bool:
    """Whether seeded contact `index` is in a running journey."""
    running = journey.status in {"Published", "Paused"}
    return running and roll(seed, journey.key, index, 1000) < _MEMBER_PER_MILLE


def describe(
    seed: int, journey: Journey, version: int, staff: Callable[[str, int], tuple[str, str, int]], *, in_full: bool
) -> dict[str, Any]:
    """The JSON of one version; `in_full` adds activities and triggers."""
    is_latest = version == journey.versions
    population = roll(seed, "population", journey.number, 4000)
    shown: dict[str, Any] = {
        "id": version_id(seed, journey, version),
        "key": journey.key,
        "name": journey.name,
        "description": "",
        "version": version,
        "workflowApiVersion": 1.0,
        "createdDate": past(seed, "journeycreated", journey.number * 10 + version, 900) + ".237",
        "modifiedDate": past(seed, "journeymodified", journey.number * 10 + version, 200) + ".55",
        "lastPublishedDate": "0001-01-01T00:00:00"
        if journey.status == "Draft"
        else past(seed, "journeypublished", journey.number, 200),
        "goals": [],
        "exits": [],
        "stats": {
            "currentPopulation": population if journey.status == "Published" and is_latest else 0,
            "cumulativePopulation": population * 3,
            "metGoal": 0,
            "metExitCriteria": 0,
            "goalPerformance": 0.0,
        },
        "entryMode": _MODES[journey.number % len(_MODES)],
        "definitionType": "Multistep",
        "channel": "",
        "defaults": {
            "email": [f'{{{{Event.{journey.event_key}."EmailAddress"}}}}', "{{Contact.Default.Email}}"],
            "properties": {"analyticsTracking": {"enabled": False}},
        },
        "metaData": {"hasCopiedActivity": False},
        "executionMode": "Production",
        "categoryId": 516_040,
        "status": journey.status if is_latest else "Stopped",
        "definitionId": journey.definition_id,
        "scheduledStatus": "Draft",
    }
    if in_full:
        shown["activities"] = _activities(seed, journey, staff)
        shown["triggers"] = [_trigger(seed, journey)]
    return shown


def _activities(seed: int, journey: Journey, staff: Callable[[str, int], tuple[str, str, int]]) -> list[dict[str, Any]]:
    sender, sender_email, _ = staff("journeysender", journey.number)
    _, bcc, _ = staff("journeybcc", journey.number)
    number = journey.number
    email = {
        "id": guid(seed, "activity", number * 10),
        "key": "EMAILV2-1",
        "name": f"{journey.name} - Email 1",
        "description": "",
        "type": "EMAILV2",
        "outcomes": [{"key": guid(seed, "outcome", number), "next": "WAITBYDURATION-1", "arguments": {}}],
        "arguments": {},
        "configurationArguments": {
            "triggeredSend": {
                "emailId": 44_000 + number,
                "emailSubject": "%%FirstName%%, this is for you",
                "preHeader": "%%=v(@preheader)=%%",
                "fromName": sender,
                "fromEmail": sender_email,
                "replyToDisplayName": "",
                "replyToEmail": "",
                "bccEmail": bcc if number % 2 else "",
                "ccEmail": "",
                "key": guid(seed, "triggeredsendkey", number),
                "isSendLogging": True,
                "dynamicEmailSubject": "%%=treatascontent(@subject)=%%",
            },
            "applicationExtensionKey": "jb-email-activity",
        },
        "metaData": {"category": "message", "version": "1.0"},
    }
    wait = {
        "id": guid(seed, "activity", number * 10 + 1),
        "key": "WAITBYDURATION-1",
        "name": "",
        "type": "WAIT",
        "outcomes": [],
        "configurationArguments": {"waitDuration": 1 + number % 5, "waitUnit": "DAYS"},
    }
    return [email, wait]


def _trigger(seed: int, journey: Journey) -> dict[str, Any]:
    kind = journey.event_key.partition("-")[0]
    return {
        "id": guid(seed, "trigger", journey.number),
        "key": "TRIGGER",
        "name": "TRIGGER",
        "type": kind,
        "eventDefinitionKey": journey.event_key,
        "metaData": {
            "eventDefinitionKey": journey.event_key,
            "eventDefinitionId": guid(seed, "eventdef", journey.number),
        },
    }
