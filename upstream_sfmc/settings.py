"""The environment, parsed once into a frozen record.

It never repeats a value: messages name variables only. Files are read for the client id and secret alone, each time a
token is asked for, so that a rotated secret is used without a restart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from upstream_sfmc.errors import BadSettings, Category, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT_ID = "SFMC_CLIENT_ID"
CLIENT_SECRET = "SFMC_CLIENT_SECRET"  # noqa: S105 - a variable's name
SUBDOMAIN = "SFMC_SUBDOMAIN"
ACCOUNT_ID = "SFMC_ACCOUNT_ID"
AUTH_URL = "SFMC_AUTH_URL"
SCOPES = "SFMC_SCOPES"
TOOLSETS = "SFMC_TOOLSETS"
FILE = "_FILE"
"""After the name of the id or the secret: the file that holds it."""
VARIABLES = (CLIENT_ID, CLIENT_SECRET, CLIENT_ID + FILE, CLIENT_SECRET + FILE, SUBDOMAIN, ACCOUNT_ID, AUTH_URL)
"""What names a tenant."""

HOST_SUFFIX = ".marketingcloudapis.com"
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SCOPES = re.compile(r"[a-z0-9_ ]*")
_ACCOUNT = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Credentials:
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    client_id: str | Path
    """The id itself, or the file that holds it."""
    client_secret: str | Path = field(repr=False)
    auth_url: str
    """Where tokens come from, without a trailing slash."""
    account_id: str | None = None
    """The business unit (MID) of calls that name none; without it the package's own (enterprise) context."""
    scopes: str = ""
    """What tokens are asked for, separated by spaces; empty means all that the package has."""

    def credentials(self) -> Credentials:
        """The id and secret as they are now. Raises `Failure` when a file cannot be read."""
        return Credentials(_now(self.client_id, CLIENT_ID), _now(self.client_secret, CLIENT_SECRET))

    @property
    def is_loopback(self) -> bool:
        """Whether this is an emulator: then every address must be loopback, else none may be."""
        return is_loopback(self.auth_url)


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Raise `BadSettings` naming every variable that is missing or unusable."""
    values = {name: environ.get(name, "").strip() for name in (*VARIABLES, SCOPES)}
    needed = [CLIENT_ID, CLIENT_SECRET] + ([] if values[AUTH_URL] else [SUBDOMAIN])
    missing = [name for name in needed if not values[name] and not values.get(name + FILE)]
    if missing:
        raise BadSettings(
            f"set {', '.join(missing)} in the environment, or use --emulator for a tenant on this machine"
        )
    if values[ACCOUNT_ID] and not _ACCOUNT.fullmatch(values[ACCOUNT_ID]):
        raise BadSettings(f"{ACCOUNT_ID} must be a business unit's numeric id (MID)")
    if not _SCOPES.fullmatch(values[SCOPES]):
        raise BadSettings(f"{SCOPES} must be names of scopes separated by spaces")
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
        client_id=_source(values, CLIENT_ID),
        client_secret=_source(values, CLIENT_SECRET),
        auth_url=auth_url,
        account_id=values[ACCOUNT_ID] or None,
        scopes=values[SCOPES],
    )


def toolsets(environ: Mapping[str, str]) -> list[str]:
    """The names SFMC_TOOLSETS lists; which there are, `tools` knows."""
    return [name.strip() for name in environ.get(TOOLSETS, "").split(",") if name.strip()]


def _source(values: Mapping[str, str], name: str) -> str | Path:
    if not values[name + FILE]:
        return values[name]
    if values[name]:
        raise BadSettings(f"set {name} or {name + FILE}, not both")
    source = Path(values[name + FILE])
    try:
        _read(source)
    except (OSError, ValueError):
        raise BadSettings(f"{name + FILE} must name a file that can be read and is not empty") from None
    return source


def _now(source: str | Path, name: str) -> str:
    if isinstance(source, str):
        return source
    try:
        return _read(source)
    except (OSError, ValueError):
        raise Failure(
            Category.AUTHENTICATION, "credentials_file", f"The file {name + FILE} names cannot be read."
        ) from None


def _read(source: Path) -> str:
    content = source.read_text("utf-8").strip()
    if not content:
        raise ValueError("empty")
    return content


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
