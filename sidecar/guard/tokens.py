"""Access tokens as JWTs: signature by a key of the configured set, issuer, audience, expiry, scopes (RFC 9068, RFC 8725).

It fetches no key: the set is handed in, and what the token says of its own keys (``jku``, ``jwk``, ``x5u``) is never read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from sidecar.errors import BadConfig, Forbidden
from sidecar.guard.model import Tokens

_LONGEST: Final = 16 * 1024
_MOST_KEYS: Final = 100
_INVALID: Final = "invalid_token"
_FAMILIES: Final[Mapping[str, str]] = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
"""Which kind of key an algorithm may be used with: a public key is never a shared secret (RFC 8725, 3.1)."""


class Verifier:
    """``replace`` takes a newer key set; the old one holds until then."""

    def __init__(self, settings: Tokens, clock: Callable[[], float]) -> None:
        """Raises ``BadConfig`` for an algorithm that is not one of ``_FAMILIES``."""
        wrong = [name for name in settings.algorithms if name[:2] not in _FAMILIES]
        if wrong or not settings.algorithms:
            raise BadConfig("tokens.algorithms: only signatures by a public key (RS…, PS…, ES…, EdDSA)")
        self._settings = settings
        self._clock = clock
        self._keys: dict[str, Any] = {}

    def replace(self, jwks: bytes) -> None:
        """Raises ``BadConfig``: then the keys stay as they were."""
        import jwt

        try:
            entries = json.loads(jwks)["keys"]
            keys = {}
            for place, entry in enumerate(entries[:_MOST_KEYS]):
                if entry.get("use", "sig") == "sig" and entry.get("kty") in set(_FAMILIES.values()):
                    keys[str(entry.get("kid", f"#{place}"))] = jwt.PyJWK(entry, _algorithm(entry))
        except (ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError):
            raise BadConfig("the key set (JWKS) cannot be read") from None
        if not keys:
            raise BadConfig("the key set (JWKS) holds no public signing key")
        self._keys = keys

    def __call__(self, token: str) -> tuple[str, str]:
        """Issuer and subject, and role. Raises ``Forbidden``: 401 for a token that does not hold, 403 for missing scopes."""
        import jwt

        settings = self._settings
        try:
            if len(token) > _LONGEST:
                raise Forbidden("the access token is not valid", 401, _INVALID)
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in settings.algorithms or "crit" in header:
                raise Forbidden("the access token is not valid", 401, _INVALID)
            key = self._key(header.get("kid"), algorithm)
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[algorithm],
                audience=settings.audience,
                issuer=settings.issuer,
                options={
                    "require": ["exp", "iss", "aud", "sub"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
            self._in_time(claims)
        except (jwt.PyJWTError, ValueError, TypeError):
            raise Forbidden("the access token is not valid", 401, _INVALID) from None
        scopes = _words(claims.get("scope")) | _words(claims.get("scp"))
        if not set(settings.scopes) <= scopes:
            raise Forbidden("the access token lacks a scope that is needed", 403, "insufficient_scope")
        return f"{claims['iss']}|{claims['sub']}", self._role(claims, scopes)

    def _key(self, name: object, algorithm: str) -> Any:
        """``kid`` is compared, never used as a path, a query or an address."""
        if isinstance(name, str):
            found = self._keys.get(name)
        else:
            found = next(iter(self._keys.values())) if len(self._keys) == 1 else None
        if found is None or found.key_type != _FAMILIES[algorithm[:2]]:
            raise Forbidden("the access token is not valid", 401, _INVALID)
        return found

    def _in_time(self, claims: Mapping[str, Any]) -> None:
        now, leeway = self._clock(), self._settings.leeway_s
        if float(claims["exp"]) + leeway <= now or float(claims.get("nbf", 0)) - leeway > now:
            raise Forbidden("the access token has expired or is not valid yet", 401, _INVALID)

    def _role(self, claims: Mapping[str, Any], scopes: frozenset[str]) -> str:
        named = _words(claims.get(self._settings.roles_claim)) | scopes
        return next((role for claim, role in self._settings.roles if claim in named), self._settings.default_role)


def _algorithm(entry: Mapping[str, Any]) -> str | None:
    if "alg" in entry:
        return str(entry["alg"])
    if entry.get("kty") == "RSA":
        return "RS256"
    return None if entry.get("kty") == "EC" else "EdDSA"


def _words(claim: object) -> frozenset[str]:
    if isinstance(claim, str):
        return frozenset(claim.split())
    return frozenset(item for item in claim if isinstance(item, str)) if isinstance(claim, list) else frozenset()
