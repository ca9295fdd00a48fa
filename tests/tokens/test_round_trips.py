"""restore(redact(x)) == x and redact(redact(x)) == redact(x), over every reversible operator, format and vault, after restarts too."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecar.session.actions import Analyze, Lookup, Refuse, Send, Side, Store
from sidecar.session.session import Session
from sidecar.vault.keys import KeyRing, Keys, new_key, rotated
from sidecar.vault.memory import MemoryVault
from sidecar.vault.remote import StoredVault
from sidecar.vault.sealed import SealedVault
from tests.playbook import Playbook
from tests.tokens.keeping import Keeping

RING = KeyRing(Keys(new_key("c")))
PLANTED = st.sampled_from(
    ["jane@example.com", "Jane Doe", "JANE@EXAMPLE.COM", "j.d+x@mail.example.org", "078051120", "a@b.cd"]
)
WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters='<>&%\\"`'), max_size=12)
TEXTS = st.lists(PLANTED | WORDS, min_size=1, max_size=6).map(" ".join)
BODIES = st.recursive(
    TEXTS | st.booleans() | st.none() | st.integers(-999, 999),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=4),
    max_leaves=12,
)
VAULTS = ("memory", "sealed", "store")
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


class Side2:
    """One process: a playbook with the vault in question, and the store's half answered by what keeps the records."""

    def __init__(
        self, vault: Any, keeping: Keeping | None = None, policy: str = "reversible", scope: str = "s"
    ) -> None:
        self.play = Playbook(policy)
        self.keeping = keeping
        kit = replace(self.play.kit, vault=vault)
        self.session = Session(kit, scope=scope, number=1)

    def put(self, sender: Side, value: Any) -> Any:
        """The value as it arrives on the other side."""
        from sidecar.wire.jsonrpc import Envelope, Message, dumps, loads

        told = {"jsonrpc": "2.0", "method": "x/note", "params": {"v": value}}
        actions = self.session.receive(sender, Envelope(Message(loads(json.dumps(told)))), lane=1)
        while True:
            for action in actions:
                match action:
                    case Lookup(ticket=ticket, scope=scope, tokens=tokens):
                        actions = self.session.resume(ticket, self.keeping.lookup(scope, tokens))
                        break
                    case Store(ticket=ticket, entries=entries):
                        actions = self.session.resume(ticket, self.keeping.store(entries))
                        break
                    case Analyze(ticket=ticket, passages=passages):
                        actions = self.session.resume(ticket, self.play.detector.detect(passages))
                        break
                    case Send(envelope=envelope):
                        return json.loads(dumps(envelope.message.body))["params"]["v"]
                    case Refuse(error=error):
                        raise error
                    case _:
                        pass

    def redact(self, value: Any) -> Any:
        return self.put(Side.SERVER, value)

    def restore(self, value: Any) -> Any:
        return self.put(Side.CLIENT, value)


def two_of(name: str) -> tuple[Side2, Side2]:
    """Two processes with the same keys: a replica, or the same after a restart."""
    if name == "memory":
        return Side2(MemoryVault(key=RING)), Side2(MemoryVault(key=RING))
    if name == "sealed":
        return Side2(SealedVault(RING)), Side2(SealedVault(RING))
    keeping = Keeping(RING)
    return Side2(StoredVault(RING, 60.0), keeping), Side2(StoredVault(RING, 60.0), keeping)


@pytest.mark.parametrize("name", VAULTS)
@settings(deadline=None, max_examples=60, suppress_health_check=QUIET)
@given(value=BODIES)
def test_what_was_redacted_is_restored_and_redacting_twice_changes_nothing(name: str, value: Any) -> None:
    one, _ = two_of(name)
    shown = one.redact(value)
    assert one.redact(shown) == shown
    assert one.restore(shown) == value
    said = json.dumps(shown, ensure_ascii=False)
    assert "jane@" not in said.lower()
    assert "Jane Doe" not in said


@pytest.mark.parametrize("name", ["sealed", "store"])
@settings(deadline=None, max_examples=40, suppress_health_check=QUIET)
@given(value=BODIES)
def test_another_replica_with_the_same_keys_restores_it_and_makes_the_same_tokens(name: str, value: Any) -> None:
    one, two = two_of(name)
    shown = one.redact(value)
    assert two.restore(shown) == value
    assert two.redact(value) == shown


@settings(deadline=None, max_examples=40)
@given(value=BODIES)
def test_memory_with_a_key_file_restores_it_after_a_restart_once_the_values_have_passed_again(value: Any) -> None:
    one, two = two_of("memory")
    shown = one.redact(value)
    assert two.restore(shown) == shown
    assert two.redact(value) == shown
    assert two.restore(shown) == value


def test_memory_without_a_key_file_makes_other_tokens_after_a_restart_and_old_ones_stay_unknown() -> None:
    one, two = Side2(MemoryVault()), Side2(MemoryVault())
    shown = one.redact("Jane Doe")
    assert two.redact("Jane Doe") != shown
    assert two.restore(shown) == shown


@pytest.mark.parametrize("name", VAULTS)
def test_a_rotated_key_leaves_the_last_one_s_tokens_alive_and_the_one_before_s_dead(name: str) -> None:
    keeping = Keeping(RING)

    def process(ring: KeyRing) -> Side2:
        if name == "memory":
            made = Side2(MemoryVault(key=ring))
            made.redact("Jane Doe")  # the values pass again, as design has it for memory
            return made
        if name == "sealed":
            return Side2(SealedVault(ring))
        keeping.ring = ring
        return Side2(StoredVault(ring, 60.0), keeping)

    token = process(RING).redact("Jane Doe")
    second = KeyRing(rotated(RING.common))
    middle = process(second)
    assert middle.restore(token) == "Jane Doe"
    newer = middle.redact("Jane Doe")
    assert newer != token
    third = process(KeyRing(rotated(second.common)))
    assert third.restore(newer) == "Jane Doe"
    assert third.restore(token) == token


@pytest.mark.parametrize("name", VAULTS)
def test_two_policies_during_a_rollout_share_their_tokens(name: str) -> None:
    keeping = Keeping(RING)
    vaults = {"memory": MemoryVault(key=RING), "sealed": SealedVault(RING), "store": StoredVault(RING, 60.0)}
    old = Side2(vaults[name], keeping)
    new = Side2(
        vaults[name], keeping, "version: 1\nextends: reversible\nrules: [{match: {entity: US_SSN}, do: label}]\n"
    )
    assert old.play.kit.policy.digest != new.play.kit.policy.digest
    shown = old.redact("Jane Doe")
    assert new.redact("Jane Doe") == shown
    assert new.restore(shown) == "Jane Doe"


def test_values_over_forty_bytes_become_labels_where_tokens_are_sealed() -> None:
    one, _ = two_of("sealed")
    assert one.redact(f"{'x' * 40}@example.com") == "<EMAIL_ADDRESS>"
    assert one.restore(one.redact(f"{'x' * 28}@example.com")) == f"{'x' * 28}@example.com"


@pytest.mark.parametrize("name", VAULTS)
def test_what_the_client_sent_has_other_tokens_than_what_the_server_sent(name: str) -> None:
    one, _ = two_of(name)
    asked = Side2(one.session._kit.vault, one.keeping)
    mine = asked.restore("Jane Doe")
    assert mine != "Jane Doe"
    assert mine != one.redact("Jane Doe")
