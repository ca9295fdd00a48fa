"""A guard document → ``Settings``: every key checked, unknown ones refused with a suggestion. It opens no file."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, Final, TypeVar

from sidecar.config.document import Part
from sidecar.config.document import parse as parse_document
from sidecar.guard.model import PUBLIC, Ban, Key, Overlay, Role, Settings, Sizes, Subject, Tokens
from sidecar.guard.resource import is_address

VERSION: Final = 1
SCREENINGS: Final = ("off", "log", "annotate", "block")
PINS: Final = ("off", "log", "block")
_LARGEST: Final = 2**40
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_KEYS: Final = (
    "version", "defaults", "limits", "rates", "ban", "networks", "callers", "roles", "arguments", "injection", "pins",
)  # fmt: skip
_LIMITS: Final = ("request_bytes", "response_bytes", "idle_s", *(field.name for field in fields(Sizes)))

_T = TypeVar("_T")


def parse(text: str, source: str) -> Settings:
    """Raises ``BadConfig`` with file:line:column."""
    root = parse_document(text, source)
    keys = root.members(_KEYS)
    if "version" not in keys:
        root.fail("'version: 1' is missing")
    if keys["version"].scalar() != VERSION:
        keys["version"].fail("this program reads version 1")
    choice = keys["defaults"].choice(("public", "none"), "a set of defaults") if "defaults" in keys else "public"
    settings = PUBLIC if choice == "public" else Settings()
    readers: dict[str, Callable[[Part, Settings], Settings]] = {
        "limits": _limits,
        "rates": lambda part, known: replace(known, rates=_numbers(part, known.rates)),
        "ban": lambda part, known: replace(known, ban=_numbers(part, known.ban)),
        "networks": lambda part, known: replace(known, networks=_networks(part)),
        "callers": _callers,
        "roles": lambda part, known: replace(known, roles=tuple(_role(n, p) for n, p in part.mapping().items())),
        "arguments": _arguments,
        "injection": lambda part, known: replace(known, injection=_any(part.choice(SCREENINGS, "an action"))),
        "pins": _pins,
    }
    for name, part in keys.items():
        if name in readers:
            settings = readers[name](part, settings)
    _known_roles(root, settings)
    return settings


def _any(value: str) -> Any:
    return value


def _amount(part: Part, *, is_whole: bool) -> Any:
    """A number over 0, or ``none`` for no limit."""
    if part.scalar() in {"none", None}:
        return None
    number = part.number(0, _LARGEST)
    if number <= 0 or (is_whole and number != int(number)):
        part.fail("expected a whole number over 0, or none" if is_whole else "expected a number over 0, or none")
    return int(number) if is_whole else number


def _numbers(part: Part, known: _T) -> _T:
    names = [field.name for field in fields(known)]  # type: ignore[arg-type]
    found = {name: _amount(value, is_whole=not name.endswith("_s")) for name, value in part.members(names).items()}
    if isinstance(known, Ban):
        found = {name: value if value is not None else 0 for name, value in found.items()}
    return replace(known, **found)  # type: ignore[type-var]


def _limits(part: Part, settings: Settings) -> Settings:
    given = {name: _amount(value, is_whole=name != "idle_s") for name, value in part.members(_LIMITS).items()}
    shape = {field.name: given.pop(field.name) for field in fields(Sizes) if field.name in given}
    return replace(settings, sizes=replace(settings.sizes, **shape), **given)


def _networks(part: Part) -> tuple[str, ...]:
    for item in part.items():
        try:
            ipaddress.ip_network(item.text())
        except ValueError:
            item.fail("expected a network such as 192.0.2.0/24")
    return part.texts()


def _callers(part: Part, settings: Settings) -> Settings:
    keys = part.members(("keys", "certificates", "tokens"))
    return replace(
        settings,
        keys=tuple(map(_key, keys["keys"].items())) if "keys" in keys else (),
        subjects=tuple(map(_subject, keys["certificates"].items())) if "certificates" in keys else (),
        tokens=_tokens(keys["tokens"]) if "tokens" in keys else None,
    )


def _key(part: Part) -> Key:
    keys = part.members(("name", "sha256", "role"))
    if "name" not in keys or "sha256" not in keys:
        part.fail("a key needs 'name' and 'sha256': printf %s \"$KEY\" | sha256sum")
    digest = keys["sha256"].text()
    if _DIGEST.fullmatch(digest) is None:
        keys["sha256"].fail("expected 64 hexadecimal digits: the digest of the key, never the key")
    return Key(keys["name"].text(), digest, keys["role"].text() if "role" in keys else "")


def _subject(part: Part) -> Subject:
    keys = part.members(("subject", "role"))
    if "subject" not in keys:
        part.fail("a certificate needs 'subject', such as 'CN=agent,O=Example'")
    return Subject(keys["subject"].text(), keys["role"].text() if "role" in keys else "")


def _tokens(part: Part) -> Tokens:
    keys = part.members(tuple(field.name for field in fields(Tokens)))
    missing = [name for name in ("issuer", "audience", "jwks") if name not in keys]
    if missing:
        part.fail(f"tokens need {', '.join(missing)}")
    found: dict[str, Any] = {name: keys[name].text() for name in ("issuer", "audience", "jwks")}
    if not found["jwks"].startswith(("/", "./")) and not is_address(found["jwks"]):
        keys["jwks"].fail("expected a file's path or an https URL")
    found |= {name: keys[name].texts() for name in ("algorithms", "scopes", "authorization_servers") if name in keys}
    if not all(map(_SCOPE.fullmatch, found.get("scopes", ()))):
        keys["scopes"].fail("a scope is a word of printable characters, without quotes and backslashes")
    if not all(map(is_address, found.get("authorization_servers", ()))):
        keys["authorization_servers"].fail("expected https URLs")
    if "resource" in keys:
        found["resource"] = keys["resource"].text()
        if not is_address(found["resource"]):
            keys["resource"].fail("expected an https URL without a fragment")
    found |= {name: keys[name].text() for name in ("roles_claim", "default_role") if name in keys}
    if "roles" in keys:
        found["roles"] = tuple((name, value.text()) for name, value in keys["roles"].mapping().items())
    if "leeway_s" in keys:
        found["leeway_s"] = keys["leeway_s"].number(0, 300)
    return Tokens(**found)


def _role(name: str, part: Part) -> Role:
    keys = part.members(("tools", "deny", "sees", "restores"))
    found: dict[str, Any] = {key: keys[key].texts() for key in ("tools", "deny", "sees") if key in keys}
    if "restores" in keys:
        found["restores"] = keys["restores"].flag()
    return Role(name, **found)


def _arguments(part: Part, settings: Settings) -> Settings:
    keys = part.members(("by_schema", "rules"))
    checks = keys["by_schema"].flag() if "by_schema" in keys else settings.checks_arguments
    overlays = tuple(map(_overlay, keys["rules"].items())) if "rules" in keys else ()
    return replace(settings, checks_arguments=checks, overlays=overlays)


def _overlay(part: Part) -> Overlay:
    keys = part.members(("tool", "path", "pattern", "max_length", "enum", "is_path", "within", "extensions", "is_name"))
    if "path" not in keys:
        part.fail("an argument rule needs 'path', such as arguments.name")
    found: dict[str, Any] = {name: keys[name].texts() for name in ("enum", "within", "extensions") if name in keys}
    found |= {name: keys[name].flag() for name in ("is_path", "is_name") if name in keys}
    if "pattern" in keys:
        found["pattern"] = keys["pattern"].text()
        try:
            re.compile(found["pattern"])
        except re.error:
            keys["pattern"].fail("not a regular expression")
    if "max_length" in keys:
        found["max_length"] = _amount(keys["max_length"], is_whole=True)
    if not found:
        part.fail("an argument rule needs something to hold: pattern, max_length, enum, is_path or is_name")
    found["is_path"] = found.get("is_path", False) or "within" in found or "extensions" in found
    return Overlay(keys["tool"].texts() if "tool" in keys else ("*",), keys["path"].texts(), **found)


def _pins(part: Part, settings: Settings) -> Settings:
    """``pins: log``, or ``pins: {do: block, file: PATH, closed: true}``."""
    if part.is_single:
        return replace(settings, pins=_any(part.choice(PINS, "an action")))
    keys = part.members(("do", "file", "closed"))
    action = keys["do"].choice(PINS, "an action") if "do" in keys else settings.pins
    file = keys["file"].text() if "file" in keys else ""
    is_closed = keys["closed"].flag() if "closed" in keys else False
    if "file" in keys and not file:
        keys["file"].fail("expected a file's path")
    if is_closed and not file:
        part.fail("'closed' needs 'file': without one there is nothing from an earlier run")
    if file and action == "off":
        part.fail("'file' needs 'do: log' or 'do: block'")
    return replace(settings, pins=_any(action), pins_file=file, has_closed_pins=is_closed)


def _known_roles(root: Part, settings: Settings) -> None:
    names = {role.name for role in settings.roles}
    used = {key.role for key in settings.keys} | {subject.role for subject in settings.subjects}
    if settings.tokens is not None:
        used |= {role for _, role in settings.tokens.roles} | {settings.tokens.default_role}
    unknown = sorted(used - names - {""})
    if unknown:
        root.fail(f"a caller has the role '{unknown[0]}', which 'roles' does not list")
