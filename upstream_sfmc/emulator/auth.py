"""OAuth client credentials: tokens per business unit, their scopes and their life on the virtual clock.

It keeps secrets and tokens in memory only and never writes one anywhere but into the answer.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .units import ENTERPRISE_ID, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .clock import VirtualClock

SCOPES: Final = frozenset(
    [
        "accounts_read",
        "audiences_read",
        "audiences_write",
        "automations_execute",
        "automations_read",
        "automations_write",
        "campaign_read",
        "campaign_write",
        "data_extensions_read",
        "data_extensions_write",
        "documents_and_images_read",
        "documents_and_images_write",
        "email_read",
        "email_send",
        "email_write",
        "journeys_execute",
        "journeys_read",
        "journeys_write",
        "list_and_subscribers_read",
        "list_and_subscribers_write",
        "offline",
        "saved_content_read",
        "saved_content_write",
        "push_read",
        "push_send",
        "push_write",
        "sms_read",
        "sms_send",
        "sms_write",
        "tracking_events_read",
        "users_read",
    ]
)
TOKEN_TTL_S: Final = 1079
_HEADER: Final = {"alg": "HS256", "kid": "4", "ver": "1", "typ": "JWT"}
_INVALID_CLIENT: Final = {
    "error": "invalid_client",
    "error_description": (
        "Client authentication failed. Make sure that the client ID and client secret are valid "
        "and that the package is installed and enabled."
    ),
    "error_uri": "https://developer.salesforce.com/docs",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows: where, what, and until when."""

    mid: int
    scopes: frozenset[str]
    expires_at: float


class TokenDesk:
    """Hands out and recognises access tokens."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.client_id = secrets.token_hex(12)
        self.client_secret = secrets.token_urlsafe(18)
        self.ttl_s = TOKEN_TTL_S
        self.reset()

    def reset(self) -> None:
        self._grants: dict[str, Grant] = {}
        self.issued = 0

    def rotate_secret(self) -> str:
        """A new client secret; the old one stops working, tokens live on."""
        self.client_secret = secrets.token_urlsafe(18)
        return self.client_secret

    def issue(self, form: Mapping[str, Any], base_url: str) -> tuple[int, dict[str, Any]]:
        """Status and body for a token request."""
        if form.get("grant_type") != "client_credentials":
            return 400, _error("unsupported_grant_type", "The authorization grant type is not supported.")
        known = secrets.compare_digest(_text(form.get("client_id")), self.client_id.encode())
        matches = secrets.compare_digest(_text(form.get("client_secret")), self.client_secret.encode())
        if not (known and matches):
            return 401, dict(_INVALID_CLIENT)
        account = form.get("account_id")
        mid = ENTERPRISE_ID if account in {None, ""} else _number(account)
        if mid not in {unit.mid for unit in UNITS}:
            return 400, _error("invalid_request", "The account_id is not a business unit of this enterprise.")
        asked = frozenset(str(form.get("scope") or "").split())
        if not asked <= SCOPES:
            return 400, _error("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
        scopes = asked or SCOPES
        token = _token()
        self._grants[token] = Grant(mid, scopes, self._clock.now() + self.ttl_s)
        self.issued += 1
        return 200, {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self.ttl_s,
            "scope": " ".join(sorted(scopes)),
            "soap_instance_url": f"{base_url}/",
            "rest_instance_url": f"{base_url}/",
        }

    def grant_for(self, token: str) -> Grant | None:
        """The grant of a live token; `None` for an unknown or expired one."""
        grant = self._grants.get(token)
        return grant if grant is not None and grant.expires_at > self._clock.now() else None

    def number_of(self, token: str) -> int | None:
        """Which token it is, counted from one in the order of issue; `None` for one never issued here."""
        return next((number for number, known in enumerate(self._grants, 1) if known == token), None)

    def bearer(self, authorization: str | None) -> Grant | None:
        scheme, _, token = (authorization or "").partition(" ")
        return self.grant_for(token.strip()) if scheme.lower() == "bearer" else None


def userinfo(grant: Grant, base_url: str, client_id: str, staff: tuple[str, str, int]) -> dict[str, Any]:
    name, email, user_id = staff
    unit = next(unit for unit in UNITS if unit.mid == grant.mid)
    return {
        "exp": int(grant.expires_at),
        "iss": base_url,
        "user": {
            "sub": str(user_id),
            "name": name,
            "preferred_username": "0c1f7d52-6f0b-4a0e-9c57-1f4e4f0f9d11",
            "email": email,
            "locale": "en-US",
            "zoneinfo": "America/Chicago",
            "timezone": {"longName": "(GMT-06:00) Central Time (No Daylight Saving)", "offset": -6, "dst": False},
        },
        "organization": {
            "member_id": grant.mid,
            "enterprise_id": ENTERPRISE_ID,
            "enterprise_name": UNITS[0].name,
            "account_type": "enterprise" if unit.is_enterprise else "business_unit",
            "stack_key": "S7",
            "region": "NA1",
            "locale": "en-US",
        },
        "rest": {"rest_instance_url": f"{base_url}/", "soap_instance_url": f"{base_url}/"},
        "application": {"id": client_id, "name": "Emulator package", "appScopes": sorted(grant.scopes)},
    }


def discovery(query: Mapping[str, str], client_id: str, base_url: str) -> tuple[int, dict[str, Any]]:
    """Where an account's addresses are, as WebFinger tells it (RFC 7033 section 4.4); the client id is all it takes."""
    subject = query.get("resource", "")
    if query.get("client_id") != client_id:
        return 401, dict(_INVALID_CLIENT)
    if not subject.startswith("acct:") or len(subject) <= len("acct:"):
        return 400, _error("invalid_request", "The resource is not an account.")
    links = [{"rel": rel, "href": f"{base_url}/"} for rel in ("auth", "rest", "soap")]
    return 200, {"subject": subject, "links": links}


def _error(code: str, description: str) -> dict[str, Any]:
    return {"error": code, "error_description": description, "error_uri": "https://developer.salesforce.com/docs"}


def _text(value: object) -> bytes:
    return value.encode() if isinstance(value, str) else b""


def _number(value: object) -> int:
    return int(str(value)) if str(value).isdecimal() else -1


def _token() -> str:
    """Four dot-separated segments of about 500 characters, as the real ones have."""
    header = base64.urlsafe_b64encode(json.dumps(_HEADER, separators=(",", ":")).encode()).rstrip(b"=").decode()
    return ".".join((header, secrets.token_urlsafe(120), secrets.token_urlsafe(32), secrets.token_urlsafe(160)))
