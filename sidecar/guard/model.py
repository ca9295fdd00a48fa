"""What a guard file says, as frozen data. It parses nothing and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Screening: TypeAlias = Literal["off", "log", "annotate", "block"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of one request's JSON. ``None``: no limit."""

    string_chars: int | None = None
    array_items: int | None = None
    object_keys: int | None = None
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute, in bursts of a minute's worth; ``concurrent``: under way at once. ``None``: no limit."""

    per_caller: int | None = None
    in_all: int | None = None
    concurrent_per_caller: int | None = None
    concurrent: int | None = None


@dataclass(frozen=True, slots=True)
class Ban:
    """After ``violations`` within ``within_s`` a caller is refused for ``for_s``. No violations: never."""

    violations: int = 0
    within_s: float = 60.0
    for_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Key:
    """A caller known by a bearer key. ``sha256``: hex digest of the key, which stands nowhere."""

    name: str
    sha256: str = field(repr=False)
    role: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A caller known by the subject of a verified client certificate, as RFC 4514 writes it (a glob)."""

    subject: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """JWTs of an authorization server (OAuth resource server, RFC 9068). ``jwks``: a file or an https URL."""

    issuer: str
    audience: str
    jwks: str
    algorithms: tuple[str, ...] = ("RS256", "ES256", "PS256", "EdDSA")
    scopes: tuple[str, ...] = ()
    """All of these are needed."""
    roles_claim: str = "roles"
    roles: tuple[tuple[str, str], ...] = ()
    """Values of the claim, or scopes → role; the first that is there."""
    default_role: str = ""
    leeway_s: float = 30.0
    resource: str = ""
    """Our own address, as clients know it (RFC 9728); empty: the audience, where that is an address."""
    authorization_servers: tuple[str, ...] = ()
    """Where clients get such tokens; none: the issuer, where that is an address."""


@dataclass(frozen=True, slots=True)
class Role:
    """``tools``: globs it may list and call; ``deny`` wins. ``sees``: entities that stay as they are toward it."""

    name: str
    tools: tuple[str, ...] = ("*",)
    deny: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    restores: bool = True
    """Whether its tokens become values in requests."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """More than a tool's own schema says of one argument. ``tool`` and ``path`` are globs (``arguments.to``)."""

    tool: tuple[str, ...]
    path: tuple[str, ...]
    pattern: str = ""
    max_length: int | None = None
    enum: tuple[str, ...] = ()
    is_path: bool = False
    """The argument names a file: nothing may lead out of ``within``."""
    within: tuple[str, ...] = ()
    """Folders an absolute path may lie in; relative ones may never leave where they start."""
    extensions: tuple[str, ...] = ()
    is_name: bool = False
    """Letters, digits, underscore and hyphen only."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The defaults switch everything off; what a listener for others needs is ``PUBLIC``."""

    sizes: Sizes = Sizes()
    rates: Rates = Rates()
    ban: Ban = Ban()
    request_bytes: int | None = None
    response_bytes: int | None = None
    idle_s: float | None = None
    networks: tuple[str, ...] = ()
    """CIDR blocks callers may come from; none: all."""
    keys: tuple[Key, ...] = ()
    subjects: tuple[Subject, ...] = ()
    tokens: Tokens | None = None
    roles: tuple[Role, ...] = ()
    checks_arguments: bool = False
    overlays: tuple[Overlay, ...] = ()
    injection: Screening = "off"
    pins: Screening = "off"
    pins_file: str = ""
    """Where hashes of tool definitions are kept from run to run; empty: until the process ends."""
    has_closed_pins: bool = False
    """A tool that is not in the file counts as changed, and none is added."""

    @property
    def has_callers(self) -> bool:
        return bool(self.keys or self.subjects or self.tokens)

    @property
    def asks_of_listeners(self) -> tuple[str, ...]:
        """Keys of the file that ask what only a listener can answer: a pipe has one client, whoever started it."""
        asked = {
            "rates": self.rates not in (Rates(), PUBLIC.rates),
            "networks": bool(self.networks),
            "callers": self.has_callers,
        }
        return tuple(key for key, is_asked in asked.items() if is_asked)


PUBLIC = Settings(
    sizes=Sizes(string_chars=256 * 1024, array_items=10_000, object_keys=10_000, depth=64),
    rates=Rates(per_caller=60, in_all=600, concurrent_per_caller=16, concurrent=256),
    ban=Ban(violations=20),
    request_bytes=1024 * 1024,
    response_bytes=16 * 1024 * 1024,
    idle_s=30.0,
    checks_arguments=True,
    injection="log",
    pins="log",
)
"""What holds for ``serve`` on a listener beyond loopback where the file says nothing else."""
