"""Who calls: a bearer key, an access token or a client certificate → name, principal and role. It opens no file and no connection.

Rules, in order (one test per number):

1. With no caller configured everybody is nobody in particular; then a credential is only passed on.
2. A bearer credential is a configured key, else an access token; one that is neither is refused.
3. Without a bearer credential a verified client certificate names the caller.
4. Without either the request is refused (401), never passed on anonymously.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sidecar.errors import Forbidden
from sidecar.guard.model import Settings
from sidecar.policy.globs import matches


@dataclass(frozen=True, slots=True)
class Known:
    """``principal`` is an opaque digest; ``name`` the operator's own word for the caller, for the audit."""

    principal: str
    name: str = ""
    role: str = ""


NOBODY = Known("")

_BEARER = "bearer "
_SCHEME = len(_BEARER)

Verify = Callable[[str], tuple[str, str]]
"""An access token → (issuer and subject, role). Raises ``Forbidden``."""


class Callers:
    __slots__ = ("_is_open", "_keys", "_subjects", "_verify")

    def __init__(self, settings: Settings, verify: Verify | None = None) -> None:
        self._keys = {key.sha256: Known(_digest("key", key.name), key.name, key.role) for key in settings.keys}
        """By digest. What a lookup takes tells of digests of what was offered, of which nobody can choose a part."""
        self._subjects = settings.subjects
        self._verify = verify
        self._is_open = not settings.has_callers

    def identify(self, authorization: str | None, subject: str = "") -> Known:
        """``subject``: of a verified client certificate. Raises ``Forbidden`` with status 401."""
        if self._is_open:
            return NOBODY
        credential = authorization or ""
        if credential[:_SCHEME].lower() == _BEARER:
            credential = credential[_SCHEME:].strip()
            found = self._keys.get(hashlib.sha256(credential.encode("utf-8", "surrogateescape")).hexdigest())
            return found if found is not None else self._verified(credential)
        if credential:
            raise Forbidden("only bearer credentials are accepted", 401)
        for known in self._subjects:
            if subject and matches(known.subject, subject):
                return Known(_digest("subject", subject), known.subject, known.role)
        raise Forbidden("a credential is needed", 401)

    def _verified(self, credential: str) -> Known:
        if self._verify is None:
            raise Forbidden("the credential is not known", 401)
        who, role = self._verify(credential)
        return Known(_digest("token", who), "", role)


def _digest(kind: str, who: str) -> str:
    return hashlib.sha256(f"{kind}\x1f{who}".encode()).hexdigest()
