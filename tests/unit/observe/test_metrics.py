"""Events as numbers."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from sidecar.config.secret_registry import REGISTRY
from sidecar.events import (
    AnalysisEnded,
    BinaryPassed,
    Change,
    ChildExited,
    DetectorReady,
    FrameDropped,
    MessagePassed,
    MessageWithheld,
    OperationEnded,
    OperationFailed,
    PolicyKept,
    PolicyLoaded,
    SecretsRenewed,
    SelfChecked,
    SessionClosed,
    SessionOpened,
    Suspected,
    ThresholdPassed,
    ValueRestored,
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
        ValueRestored(1, "tools/call", "t", "params.arguments.to", "PERSON", "r#1", 2),
        MessageWithheld(1, "to_server", "tools/call", "t", "policy", "r", "p"),
        FrameDropped("to_server", "malformed", 3),
        FrameDropped("to_server", "malformed", 3),
        BinaryPassed(1, "to_client", "tools/call", "p"),
    )
    assert value(found, "mcp_sidecar_restorations_total", entity="PERSON", direction="to_server") == 2
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
    tools = {
        dict(labels).get("gen_ai_tool_name")
        for name, labels in found
        if name == "mcp_sidecar_message_duration_seconds_count"
    }
    assert len(tools) == 201
    labels = {"mcp_method_name": "tools/call", "direction": "to_client"}
    assert value(found, "mcp_sidecar_message_duration_seconds_count", gen_ai_tool_name="other", **labels) == 5
    assert value(found, "mcp_sidecar_message_duration_seconds_count", gen_ai_tool_name="t3", **labels) == 2


def test_versions_are_shown_and_other_events_change_nothing():
    found = samples(ChildExited(3))
    assert [v for (name, _), v in found.items() if name == "mcp_sidecar_build_info"] == [1]
    assert {name for name, _ in found} == {name for name, _ in samples()}


OPERATION = {
    "mcp_method_name": "tools/call", "gen_ai_tool_name": "t", "error_type": "tool_error",
    "mcp_protocol_version": "2026-07-28",
}  # fmt: skip


def test_operations_are_timed_as_the_conventions_name_them():
    found = samples(
        SessionOpened(1, "pipe", ""),
        OperationFailed(1, "tools/call", "t", "2026-07-28", "tool_error", 250.0, "tool_error", 200.0),
        OperationFailed(2, "tools/call", "t", "2026-07-28", "other", 250.0, "tool_error", 200.0),
        OperationEnded(1, "tools/call", "t", "2026-07-28", "other", 1.0),
    )
    labels = {**OPERATION, "network_transport": "pipe"}
    assert value(found, "mcp_server_operation_duration_seconds_sum", **labels) == 0.25
    assert value(found, "mcp_server_operation_duration_seconds_bucket", le="0.2", **labels) == 0
    assert value(found, "mcp_server_operation_duration_seconds_bucket", le="0.5", **labels) == 1
    assert value(found, "mcp_client_operation_duration_seconds_sum", **labels) == 0.2
    assert value(found, "mcp_client_operation_duration_seconds_count", **{**labels, "network_transport": "tcp"}) == 1
    assert sum(v for (name, _), v in found.items() if name == "mcp_client_operation_duration_seconds_count") == 2


def test_the_buckets_of_operations_are_the_conventions():
    found = samples(OperationEnded(1, "ping", "", "", "", 1.0))
    edges = {dict(labels)["le"] for name, labels in found if name == "mcp_server_operation_duration_seconds_bucket"}
    wanted = ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "30", "60", "120", "300"]
    assert sorted(map(float, edges))[:-1] == list(map(float, wanted))


def test_sessions_are_counted_while_they_are_open():
    opened = [SessionOpened(1, "tcp", ""), SessionOpened(2, "tcp", ""), SessionOpened(3, "pipe", "")]
    found = samples(*opened, SessionClosed(1, 5), SessionClosed(9, 5))
    assert value(found, "mcp_sidecar_sessions", transport="tcp") == 1
    assert value(found, "mcp_sidecar_sessions", transport="pipe") == 1


def test_what_was_known_at_once_and_what_the_worker_read_is_counted():
    event = MessagePassed(1, "to_client", "tools/call", "t", (), 0, 1.5, "d1", passages=10, misses=3)
    found = samples(event, event, AnalysisEnded(1, 3, 2.0))
    assert value(found, "mcp_sidecar_cache_requests_total", result="hit") == 14
    assert value(found, "mcp_sidecar_cache_requests_total", result="miss") == 6
    assert value(found, "mcp_sidecar_analysis_duration_seconds_sum") == 0.002
    assert value(found, "mcp_sidecar_analysis_duration_seconds_bucket", le="0.001") == 0


def test_what_was_read_again_is_counted_by_how_it_went():
    first = PolicyLoaded("strict", "d1", False)
    renewed = [SecretsRenewed(is_changed=True), SecretsRenewed(is_changed=False)]
    found = samples(first, PolicyLoaded("strict", "d2", False), PolicyKept("d2"), *renewed)
    assert value(found, "mcp_sidecar_config_reload_total", result="ok") == 2
    assert value(found, "mcp_sidecar_config_reload_total", result="failed") == 1
    assert value(found, "mcp_sidecar_config_reload_total", result="unchanged") == 1


def test_suspicions_and_alerts_are_counted_by_kind():
    found = samples(Suspected("path.attempt"), Suspected("path.attempt"), ThresholdPassed("api_errors", 11))
    assert value(found, "mcp_sidecar_security_events_total", kind="path.attempt") == 2
    assert value(found, "mcp_sidecar_alerts_total", kind="api_errors") == 1


def test_the_self_check_is_clean_or_not():
    assert value(samples(SelfChecked("clean", 1, 0, 0)), "mcp_sidecar_selfcheck_clean") == 1
    assert value(samples(SelfChecked("leak", 1, 1, 0)), "mcp_sidecar_selfcheck_clean") == 0


def test_gauges_are_asked_when_somebody_looks():
    sink = MetricsSink()
    waiting = [0]
    sink.probe("mcp_sidecar_analysis_queue_depth", lambda: waiting[0])
    waiting[0] = 7
    assert b"mcp_sidecar_analysis_queue_depth 7.0" in sink.render()


def test_no_metric_holds_a_secret_of_ours():
    before = len(REGISTRY)
    REGISTRY.add("s3cr3t-CANARY-1")
    try:
        sink = MetricsSink()
        sink(passed(tool="s3cr3t-CANARY-1"))
        assert b"CANARY" not in sink.render()
        assert f"mcp_sidecar_secrets {before + 1}.0".encode() in sink.render()
    finally:
        REGISTRY.drop("s3cr3t-CANARY-1")


def test_events_are_counted_together_and_none_is_lost_over_one_that_cannot_be():
    sink = MetricsSink()
    nowhere = OperationEnded(1, "tools/call", "", "", "", "no duration")
    for number in range(1000):
        sink(Suspected("path.attempt") if number % 10 else nowhere)
    assert len(sink._waiting) < 300
    found = next(
        line for line in sink.render().decode().splitlines() if 'kind="path.attempt"' in line and "total" in line
    )
    assert found.endswith(" 900.0")
    assert not sink._waiting
