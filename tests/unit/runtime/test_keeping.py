"""What ``--records`` asks for is there, used and closed; what cannot be had is said before any message passes."""

from __future__ import annotations

import asyncio
import json

import pytest

from sidecar.config.secret_registry import REGISTRY
from sidecar.errors import BadConfig
from sidecar.events import FrameDropped, PolicyLoaded, ThresholdPassed
from sidecar.runtime.build import App, Settings
from sidecar.runtime.keeping import Keeping
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Message
from tests.support.raw_http import until, within

KEY = "an audit key of thirty-two letters"


@pytest.fixture
def records(tmp_path):
    """Writes the file and gives its path."""
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o600)

    def write(**parts):
        audit = {"file": str(tmp_path / "audit.jsonl"), "key": f"file:{tmp_path / 'key'}"}
        if "audit" in parts:
            parts["audit"] = {**audit, **parts["audit"]}
        path = tmp_path / "records.yaml"
        path.write_text(json.dumps({"version": 1, **parts}))
        return str(path)

    return write


def loaded(path):
    keeping = Keeping(path, "tcp")
    keeping.load()
    return keeping


async def test_without_a_file_nothing_is_kept():
    keeping = loaded("")
    assert keeping.sinks == []
    assert keeping.observing.is_usable is None
    assert keeping.observing.begin is None
    await keeping.close()


def test_every_part_is_there_and_forgotten_at_the_end(records, tmp_path):
    out = tmp_path / "alert"
    command = f"/bin/sh -c 'cat > {out}'"
    path = records(
        audit={"required": True}, alerts={"command": command, "thresholds": {"failed_validations": 0}}, traces=True
    )
    keeping = loaded(path)
    told = []
    keeping.tell(told.append)
    assert KEY in REGISTRY
    assert keeping.observing.is_usable()
    assert keeping.observing.begin is not None

    async def run():
        for sink in keeping.sinks:
            sink(FrameDropped("to_server", "malformed", 9))
            sink(PolicyLoaded("strict", "d1", passes_on_failure=False))
        await keeping.close()

    asyncio.run(run())
    assert told == [ThresholdPassed("failed_validations", 1)]
    assert json.loads(out.read_text())["alert"] == "failed_validations"
    assert b"frame.dropped" in (tmp_path / "audit.jsonl").read_bytes()
    assert KEY not in REGISTRY


@pytest.mark.parametrize(
    ("audit", "told"),
    [
        ({"file": "/no/such/folder/audit.jsonl"}, "audit: /no/such/folder/audit.jsonl cannot be written"),
        ({"key": "env:NO_SUCH_VARIABLE_HERE"}, "audit.key: neither NO_SUCH_VARIABLE_HERE nor"),
        ({"key": KEY}, "audit.key: expected a reference"),
    ],
)
def test_what_cannot_be_had_is_said_at_once(records, audit, told):
    with pytest.raises(BadConfig) as raised:
        loaded(records(audit=audit))
    assert told in str(raised.value)
    assert KEY not in str(raised.value)


def test_a_key_that_is_too_short_is_none(records, tmp_path):
    (tmp_path / "key").write_text("too-short")
    with pytest.raises(BadConfig, match="at least 16 characters"):
        loaded(records(audit={}))


@pytest.mark.parametrize(
    ("sender", "body", "answered_to"),
    [
        (Side.CLIENT, {"id": 1, "method": "ping"}, Side.CLIENT),
        (Side.SERVER, {"id": 1, "result": {}}, Side.CLIENT),
        (Side.SERVER, {"method": "notifications/progress"}, None),
    ],
)
async def test_what_cannot_be_accounted_for_does_not_pass_and_whoever_waits_is_answered(sender, body, answered_to):
    from sidecar.observe.watch import Observing

    usable = [False]
    events = []
    app = App(Settings(engine="none"), [events.append], observing=Observing(lambda: usable[0]))
    conversation = app.conversation()
    outcome = await within(conversation.submit(sender, Envelope(Message({"jsonrpc": "2.0", **body})), 1))
    assert outcome.error.code == -31016
    if answered_to is None:
        assert outcome.envelope is None
    else:
        assert outcome.to is answered_to
        assert outcome.envelope.message.body["error"]["code"] == -31016
        assert outcome.envelope.message.id == 1
    assert [event.reason for event in events if type(event).__name__ == "MessageWithheld"] == ["audit"]
    usable[0] = True
    outcome = await within(conversation.submit(sender, Envelope(Message({"jsonrpc": "2.0", **body})), 1))
    assert outcome.error is None
    await conversation.close()
    await app.close()


@pytest.mark.parametrize("required", [False, True])
async def test_a_line_is_written_before_its_message_leaves_only_where_it_is_required(records, tmp_path, required):
    keeping = await asyncio.to_thread(loaded, records(audit={"required": required}))
    app = App(Settings(engine="none"), keeping.sinks, observing=keeping.observing)
    conversation = app.conversation()
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "orders", "arguments": {}}}

    def has_line():
        return b"tools/call" in (tmp_path / "audit.jsonl").read_bytes()

    had = []
    submitted = conversation.submit(Side.CLIENT, Envelope(Message(body)), 1)
    submitted.add_done_callback(lambda _: had.append(has_line()))
    assert (await within(submitted)).error is None
    assert had == [required]
    await until(has_line)
    await conversation.close()
    await app.close()
    await keeping.close()
