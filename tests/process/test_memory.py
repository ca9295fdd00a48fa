"""Memory after a million different leaves and fifty thousand different texts: within its limit, and flat."""

from __future__ import annotations

import sys

import pytest

from benchmarks import memory

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


@pytest.mark.parametrize("engine", ["rampart", "both"])
def test_a_million_different_leaves_and_fifty_thousand_texts_leave_memory_bounded_and_flat(engine):
    found = memory.in_a_process(f"grow({engine!r}, {memory.LEAVES}, {memory.TEXTS})")
    assert len(found) == memory.STEPS + 1
    assert max(found) <= memory.LIMITS_MB[engine]
    assert memory.late_growth(found) < 0.03


def test_ever_new_names_and_tools_leave_memory_bounded_and_flat():
    found = memory.in_a_process("adversary(60_000)")
    assert max(found) <= memory.LIMITS_MB["none"]
    assert memory.late_growth(found) < 0.03
