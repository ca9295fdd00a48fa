"""Settings → App: the one place that knows every implementation.

It reads the policy file and builds; it moves no bytes and imports no model: detectors load on first use, on the worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from weakref import WeakKeyDictionary

from cachetools import LRUCache

from sidecar.config.load import read_file
from sidecar.errors import BadConfig, SidecarError
from sidecar.events import DetectorReady, DirectionName, Event, PolicyLoaded, SelfChecked, SessionOpened
from sidecar.observe.telling import Telling
from sidecar.observe.watch import Observing, Watch
from sidecar.policy.policy import Policy
from sidecar.protocol.schemas import Tools
from sidecar.redaction.detector import DetectorSettings, PresidioDetector
from sidecar.redaction.own_detector import OwnDetector, OwnSettings
from sidecar.redaction.own_setup import read as read_own_setup
from sidecar.redaction.shape import is_plain_key
from sidecar.runtime.guarding import Guarding
from sidecar.runtime.guarding import load as load_guard
from sidecar.runtime.policies import Sources, load, load_policy
from sidecar.runtime.roles import policy_for
from sidecar.runtime.selfcheck import Report, selfcheck
from sidecar.runtime.vaults import Built, VaultSettings
from sidecar.runtime.vaults import build as build_vault
from sidecar.session.actions import Inspect, Side
from sidecar.session.context import Kit
from sidecar.session.recall import Recall
from sidecar.session.session import LARGE, Session
from sidecar.transports.base import Conversation
from sidecar.transports.pool import Pool, PoolSettings
from sidecar.transports.pump import Pump
from sidecar.transports.waits import Afterwards
from sidecar.vault.keys import scope_of
from sidecar.wire.jsonrpc import Envelope, Limits, Message
from sidecar.wire.places import Places

__all__ = ["App", "Settings", "build_detector", "build_kit", "load_policy"]

_SCOPES = 1000
_CALLERS = 10_000
_DEEPEST: Final = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """``upstream`` names whose tokens these are: the server's URL or command."""

    policy: str = "strict"
    local_policy: str = ""
    """A policy file that may only tighten ``policy``."""
    exceptions: str = ""
    """A file of values that are nobody's data, as keyed digests."""
    role: str = ""
    """The callers' role, for rules that ask for it."""
    upstream: str = ""
    engine: str = "rampart"
    analyzer_config: str = ""
    """With the engine ``presidio``: paths of Presidio's own files, comma-separated."""
    deadline_s: float = 30.0
    max_text: int = DetectorSettings().max_chars
    """Characters of one text; a message with a longer one is withheld, or passes where the policy's ``on_failure`` says so."""
    max_message_bytes: int = Limits().max_bytes
    max_depth: int = Limits().max_depth
    max_line_bytes: int = Limits().max_line_bytes
    max_event_bytes: int = Limits().max_event_bytes
    max_header_bytes: int = Limits().max_header_bytes
    vault: VaultSettings = field(default_factory=VaultSettings)
    guard: str = ""
    """A guard file; empty: the defaults for others, or nothing on loopback."""
    is_public: bool = False
    """Others than this machine can reach the listener."""

    @property
    def transport(self) -> Literal["pipe", "tcp"]:
        return "pipe" if self.upstream.startswith("stdio:") else "tcp"

    @property
    def sources(self) -> Sources:
        return Sources(self.policy, self.local_policy, self.exceptions)


def build_detector(settings: Settings, fields: tuple[tuple[str, str], ...] = ()) -> PresidioDetector | OwnDetector:
    """``fields``: what the policy says of field names. Loads nothing heavy. Raises ``BadConfig``."""
    paths = [path.strip() for path in settings.analyzer_config.split(",") if path.strip()]
    if settings.engine == "presidio":
        return OwnDetector(
            OwnSettings(read_own_setup([(path, read_file(path)) for path in paths]), max_chars=settings.max_text)
        )
    if paths:
        raise BadConfig("analyzer-config: only --engine presidio reads it")
    return PresidioDetector(DetectorSettings(engine=settings.engine, max_chars=settings.max_text, fields=fields))


def build_kit(settings: Settings) -> Kit:
    """Everything a session needs, without I/O at run time."""
    return _kit(settings, build_vault(settings.vault))


def _kit(settings: Settings, built: Built) -> Kit:
    policy: Policy = load(settings.sources)
    detector = build_detector(settings, policy.data.fields)
    return Kit(
        policy=policy,
        detector=detector,
        vault=built.vault,
        tools=Tools(),
        key=built.salt,
        entities=detector.entities,
        places=Places(is_plain_key, detector.reads_numbers),
        role=settings.role,
    )


_YOUNG_OBJECTS: Final = 20_000
"""Objects between two collections: a page makes some thousand, which are gone when it has left."""


class App:
    """The ``Core`` transports work with."""

    def __init__(
        self,
        settings: Settings,
        sinks: Sequence[Callable[[Event], None]],
        inspect: Callable[[Inspect], None] | None = None,
        observing: Observing | None = None,
    ) -> None:
        built = build_vault(settings.vault)
        self.store = built.store
        """Where tokens lie when not in this process."""
        guard = load_guard(settings.guard, is_public=settings.is_public)
        self.guarding = Guarding(guard) if guard is not None else None
        self.gate = self.guarding.gate(self.record) if self.guarding is not None else None
        self.kit = replace(_kit(settings, built), guard=self.guarding.guard if self.guarding is not None else None)
        self._roles: OrderedDict[str, str] = OrderedDict()
        """What a caller may, by principal; who is not in it has no role."""
        self._kits: dict[str, Kit] = {}
        """By role: the kit in force, with what the role may see and restore."""
        if settings.max_depth > _DEEPEST:
            raise BadConfig(f"max-depth: at most {_DEEPEST}")
        response_bytes = guard.response_bytes if guard is not None else None
        self.limits = Limits(
            min(settings.max_message_bytes, response_bytes or settings.max_message_bytes),
            settings.max_depth,
            settings.max_line_bytes,
            settings.max_event_bytes,
            settings.max_header_bytes,
        )
        self._settings = settings
        self._inspect = inspect
        self._observing = observing or Observing()
        is_told_first = self._observing.is_usable is not None or inspect is not None
        self._later = None if is_told_first else Afterwards()
        """What is required, or shown as it happens, is told of before a message leaves."""
        self._telling = Telling(sinks, self._digest, self._later)
        self.pool = Pool(self.kit.detector.detect, self.kit.detector.warm, PoolSettings(deadline_s=settings.deadline_s))
        self._numbers = itertools.count(1)
        self._recalls: LRUCache[str, Recall] = LRUCache(_SCOPES)
        self._scrubber: Conversation | None = None
        self._warming: asyncio.Task[None] | None = None
        self.is_warm = False
        self.is_clean = False
        """Whether synthetic people crossed as the policy in force says (``selfcheck``)."""
        self._sessions: WeakKeyDictionary[Session, str] = WeakKeyDictionary()
        """With the principal of each."""
        self._checking: asyncio.Task[Report] | None = None
        self._tell_policy()

    @property
    def policy(self) -> Policy:
        return self.kit.policy

    @property
    def sources(self) -> Sources:
        return self._settings.sources

    def adopt(self, policy: Policy) -> None:
        """In force for every exchange that begins from now on; those under way end under the one they began with."""
        self._telling.catch_up()
        self.kit = replace(self.kit, policy=policy)
        self._kits.clear()
        for session, principal in list(self._sessions.items()):
            session.adopt(self._kit_of(principal))
        self._tell_policy()
        self.is_clean = False
        if self.is_warm:
            self._check()

    def _tell_policy(self) -> None:
        data = self.policy.data
        self.record(PolicyLoaded(data.name, self.policy.digest, data.on_failure == "pass"))

    def record(self, event: Event) -> None:
        self._telling.record(event)

    def conversation(self, principal: str = "") -> Pump:
        return self._conversation(principal, is_inspected=self._inspect is not None)

    def _conversation(self, principal: str, *, is_inspected: bool) -> Pump:
        scope = scope_of(self._settings.upstream, principal, self._settings.vault.scope_group)
        recall = self._recalls.get(scope) or Recall(self.kit.key)
        self._recalls[scope] = recall
        number = next(self._numbers)
        kit = self._kit_of(principal)
        session = Session(kit, scope=scope, number=number, recall=recall, is_inspected=is_inspected, pauses_from=LARGE)
        self._sessions[session] = principal
        self.record(SessionOpened(number, self._settings.transport, principal, self.policy.digest))
        record = self._telling.record
        watch = Watch(self._observing, number, record, self._tool_name, self._digest, self._later)
        return Pump(session, number, self.pool, record, self._inspect, self.warm, self.store, watch)

    def introduce(self, principal: str, role: str) -> None:
        """A caller has shown who it is. What it may holds at once, in conversations under way too."""
        known = self._roles.get(principal)
        self._roles[principal] = role
        self._roles.move_to_end(principal)
        if known == role:
            return
        if len(self._roles) > _CALLERS:
            self._roles.popitem(last=False)
        for session, whose in list(self._sessions.items()):
            if whose == principal:
                session.adopt(self._kit_of(principal))

    def _kit_of(self, principal: str) -> Kit:
        if self.guarding is None or not self.guarding.settings.roles:
            return self.kit
        role = self._roles.get(principal, self._settings.role)
        kit = self._kits.get(role)
        if kit is None:
            known = next((one for one in self.guarding.settings.roles if one.name == role), None)
            kit = self._kits[role] = replace(self.kit, policy=policy_for(self.kit.policy, known), role=role)
        return kit

    def _digest(self) -> str:
        return self.kit.policy.digest

    def _tool_name(self, name: str) -> str:
        return name if self.kit.tools.knows(name) else "other"

    async def scrub(self, text: str, direction: DirectionName) -> str:
        """Plain text as a log message would be: irreversible. Raises the error that withheld it."""
        if self._scrubber is None:
            self._scrubber = self._conversation("", is_inspected=False)
        message = Message(
            {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": text}}
        )
        sender = Side.SERVER if direction == "to_client" else Side.CLIENT
        outcome = await self._scrubber.submit(sender, Envelope(message), self._scrubber.lane())
        if outcome.error is not None or outcome.envelope is None:
            raise outcome.error or SidecarError("withheld")
        return str(outcome.envelope.message.body["params"]["data"])

    def warm(self) -> None:
        """Begin to load models, once; called when the first message has been forwarded."""
        if self._warming is None:
            self._warming = asyncio.get_running_loop().create_task(self._warm())

    async def _warm(self) -> None:
        started = time.monotonic()
        try:
            await self.pool.warm()
        except SidecarError:
            return  # the first message that needs the models meets the same error and says so
        gc.set_threshold(_YOUNG_OBJECTS)
        gc.freeze()  # models never become garbage: without this, full collections walk them in the middle of messages
        self.is_warm = True
        detector = self.kit.detector
        self.record(DetectorReady(detector.fingerprint, round(time.monotonic() - started, 3), detector.models))
        await asyncio.wait([self._check()])  # first, because nobody is sent here before it is done
        with contextlib.suppress(SidecarError):
            await self.pool.do(detector.hone)
            gc.freeze()

    def _check(self) -> asyncio.Task[Report]:
        """Synthetic people through what is in force now; once it is done, ``is_clean`` says how it went."""
        if self._checking is not None:
            self._checking.cancel()
        self._checking = asyncio.get_running_loop().create_task(self.selfcheck())
        return self._checking

    async def selfcheck(self) -> Report:
        kit = self.kit
        report = await selfcheck(kit, self.pool.detect, has_names=self._settings.engine not in {"none", "presidio"})
        if kit is self.kit:
            self.is_clean = report.state == "clean"
            passed = report.count("hidden") + report.count("kept")
            self.record(
                SelfChecked(report.state, passed, report.count("leaked"), report.count("unmeasured"), kit.policy.digest)
            )
        return report

    async def close(self) -> None:
        self._tell_rest()
        if self._scrubber is not None:
            await self._scrubber.close()
        for task in (self._warming, self._checking):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self.pool.close()
        if self.store is not None:
            await self.store.close()
        self.kit.vault.close()
        self._tell_rest()

    def _tell_rest(self) -> None:
        """From now on everything is told of at once."""
        if self._later is not None:
            self._later.catch_up()
        self._telling.close()
