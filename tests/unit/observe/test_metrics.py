"""Events as numbers."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from sidecar.events import (
    BinaryPassed,
    Change,
    ChildExited,
    DetectorReady,
    FrameDropped,
    MessagePassed,
    MessageWithheld,
    PolicyLoaded,
)
from sidecar.observe.metrics import MetricsSink


def samples(*events) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    sink = MetricsSink()
    for event in events:
        sink(event)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(sink.render().decode())
        for sample in family.samples
    }


def value(found, name, **labels):
    return found.get((name, tuple(sorted(labels.items()))))


def passed(*changes, tool="t", restored=0):
    return MessagePassed(1, "to_client", "tools/call", tool, changes, restored, 1.5, "d1")


def test_redactions_are_counted_by_entity_operator_and_direction():
    change = Change("PERSON", "token", "reversible#1", 3)
    found = samples(passed(change), passed(change, Change("US_SSN", "label", "x", 1)))
    labels = {"direction": "to_client"}
    assert value(found, "mcp_sidecar_redactions_total", entity="PERSON", operator="token", **labels) == 6
    assert value(found, "mcp_sidecar_redactions_total", entity="US_SSN", operator="label", **labels) == 1


def test_messages_are_timed_by_method_tool_and_direction_in_seconds():
    found = samples(passed(), passed())
    labels = {"mcp_method_name": "tools/call", "gen_ai_tool_name": "t", "direction": "to_client"}
    assert value(found, "mcp_sidecar_message_duration_seconds_count", **labels) == 2
    assert value(found, "mcp_sidecar_message_duration_seconds_sum", **labels) == 0.003
    assert value(found, "mcp_sidecar_message_duration_seconds_bucket", le="0.002", **labels) == 2


def test_restorations_refusals_and_binaries_are_counted():
    found = samples(
        passed(restored=2),
        MessageWithheld(1, "to_server", "tools/call", "t", "policy", "r", "p"),
        FrameDropped("to_server", "malformed", 3),
        FrameDropped("to_server", "malformed", 3),
        BinaryPassed(1, "to_client", "tools/call", "p"),
    )
    assert value(found, "mcp_sidecar_restorations_total", direction="to_client") == 2
    assert value(found, "mcp_sidecar_withheld_total", reason="policy") == 1
    assert value(found, "mcp_sidecar_withheld_total", reason="malformed") == 2
    assert value(found, "mcp_sidecar_binaries_passed_total", direction="to_client") == 1


def test_the_detector_is_ready_once_it_said_so():
    assert value(samples(), "mcp_sidecar_detector_ready") == 0
    assert value(samples(DetectorReady("f", 2.0)), "mcp_sidecar_detector_ready") == 1


def test_one_policy_is_in_force():
    found = samples(PolicyLoaded("strict", "d1", False), PolicyLoaded("strict", "d2", False))
    assert value(found, "mcp_sidecar_policy_info", digest="d1") is None
    assert value(found, "mcp_sidecar_policy_info", digest="d2") == 1


def test_tools_beyond_the_two_hundredth_are_other():
    found = samples(*(passed(tool=f"t{n}") for n in range(205)), passed(tool="t3"))
    tools = {dict(labels).get("gen_ai_tool_name") for name, labels in found if name.endswith("_seconds_count")}
    assert len(tools) == 201
    labels = {"mcp_method_name": "tools/call", "direction": "to_client"}
    assert value(found, "mcp_sidecar_message_duration_seconds_count", gen_ai_tool_name="other", **labels) == 5
    assert value(found, "mcp_sidecar_message_duration_seconds_count", gen_ai_tool_name="t3", **labels) == 2


def test_versions_are_shown_and_other_events_change_nothing():
    found = samples(ChildExited(3))
    assert [v for (name, _), v in found.items() if name == "mcp_sidecar_build_info"] == [1]
    assert {name for name, _ in found} == {name for name, _ in samples()}
