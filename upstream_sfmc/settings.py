"""The environment, parsed once into a frozen record.

It reads no file and never repeats a value: messages name variables only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from upstream_sfmc.errors import BadSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT_ID = "SFMC_CLIENT_ID"
CLIENT_SECRET = "SFMC_CLIENT_SECRET"  # noqa: S105 - a variable's name
SUBDOMAIN = "SFMC_SUBDOMAIN"
ACCOUNT_ID = "SFMC_ACCOUNT_ID"
AUTH_URL = "SFMC_AUTH_URL"
VARIABLES = (CLIENT_ID, CLIENT_SECRET, SUBDOMAIN, ACCOUNT_ID, AUTH_URL)

HOST_SUFFIX = ".marketingcloudapis.com"
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ACCOUNT = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Settings:
    client_id: str
    client_secret: str = field(repr=False)
    auth_url: str
    """Where tokens come from, without a trailing slash."""
    account_id: str | None = None
    """The business unit (MID) of calls that name none; without it the package's own (enterprise) context."""

    @property
    def is_loopback(self) -> bool:
        """Whether this is an emulator: then every address must be loopback, else none may be."""
        return is_loopback(self.auth_url)


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Raise `BadSettings` naming every variable that is missing or unusable."""
    values = {name: environ.get(name, "").strip() for name in VARIABLES}
    needed = [CLIENT_ID, CLIENT_SECRET] + ([] if values[AUTH_URL] else [SUBDOMAIN])
    missing = [name for name in needed if not values[name]]
    if missing:
        raise BadSettings(
            f"set {', '.join(missing)} in the environment, or use --emulator for a tenant on this machine"
        )
    if values[ACCOUNT_ID] and not _ACCOUNT.fullmatch(values[ACCOUNT_ID]):
        raise BadSettings(f"{ACCOUNT_ID} must be a business unit's numeric id (MID)")
    if values[AUTH_URL]:
        if values[SUBDOMAIN]:
            raise BadSettings(f"set {SUBDOMAIN} or {AUTH_URL}, not both")
        if not is_loopback(values[AUTH_URL]):
            raise BadSettings(f"{AUTH_URL} is for an emulator: it must be an http(s) address on loopback")
        auth_url = values[AUTH_URL].rstrip("/")
    else:
        if not _SUBDOMAIN.fullmatch(values[SUBDOMAIN]):
            raise BadSettings(f"{SUBDOMAIN} must be the tenant's subdomain alone: letters, digits and hyphens")
        auth_url = f"https://{values[SUBDOMAIN]}.auth{HOST_SUFFIX}"
    return Settings(
        client_id=values[CLIENT_ID],
        client_secret=values[CLIENT_SECRET],
        auth_url=auth_url,
        account_id=values[ACCOUNT_ID] or None,
    )


def is_loopback(url: str) -> bool:
    """Whether an http(s) address names this machine: a loopback IP, or exactly `localhost`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or parts.username is not None:
            return False
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_tenant(url: str) -> bool:
    """Whether an address is an https one of Marketing Cloud's API hosts, on the usual port."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return (
            parts.scheme == "https"
            and parts.port in {None, 443}
            and parts.username is None
            and host.endswith(HOST_SUFFIX)
            and len(host) > len(HOST_SUFFIX)
        )
    except ValueError:
        return False
