"""Settings become an App; nothing heavy is loaded on the way."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from sidecar.errors import BadConfig, SidecarError
from sidecar.events import DetectorReady, Event, PolicyLoaded
from sidecar.runtime.build import App, Settings, load_policy
from sidecar.session.actions import Inspect, Side
from sidecar.wire.jsonrpc import Envelope, Message
from tests.support.raw_http import until, within

JANE = "jane@example.com"
NOTE = {"jsonrpc": "2.0", "method": "x/note", "params": {"a": f"to {JANE}"}}
BLOCK = "version: 1\nrules:\n  - {match: {entity: EMAIL_ADDRESS}, do: block}\n"


def app(events: list[Event] | None = None, **settings) -> App:
    return App(Settings(**{"engine": "none", **settings}), [events.append] if events is not None else [])


async def told(conversation, body, sender=Side.SERVER):
    outcome = await within(conversation.submit(sender, Envelope(Message(body)), conversation.lane()))
    assert outcome.envelope is not None
    return outcome.envelope.message.body


@pytest.mark.parametrize("name", ["strict", "reversible", "observe"])
def test_presets_are_found_by_name(name):
    data = load_policy(name)
    assert data.name == name
    assert data.digest


def test_a_file_stands_before_its_preset(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("version: 1\nextends: reversible\nrules:\n  - {match: {entity: PERSON}, do: keep}\n")
    data = load_policy(str(file))
    assert data.name == "mine"
    assert [rule.name for rule in data.rules][:2] == ["mine#1", "reversible#1"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("version: 1\nrulez: []\n", ":2:1 rulez: unknown key; did you mean 'rules'?"),
        ("version: 1\nrules:\n  - {do: hide}\n", ":3:10 rules[0].do: "),
        ("version: 1\nrules: [\n", ":3:1 not YAML"),
        ("", ":1:1 the file is empty"),
        ("version: 2\n", ":1:10 version: this program reads version 1"),
        ("version: 1\nmin_score: 7\n", ":2:12 min_score: expected a number from 0 to 1"),
        ("- a\n", ":1:1 expected a mapping"),
    ],
)
def test_a_bad_policy_file_names_file_line_and_column(tmp_path, text, place):
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    with pytest.raises(BadConfig) as refused:
        app(policy=str(file))
    assert str(refused.value).startswith(f"{file}{place}")


def test_a_policy_file_that_cannot_be_read_says_why(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"version: 1 # \xe9\n")
    with pytest.raises(BadConfig, match=r"latin\.yaml:1:1 not UTF-8"):
        load_policy(str(tmp_path / "latin.yaml"))
    with pytest.raises(BadConfig, match="neither a preset"):
        load_policy(str(tmp_path))


async def test_the_policy_in_force_is_recorded_first():
    events: list[Event] = []
    made = app(events, policy="observe")
    digest = made.kit.policy.digest
    assert events == [PolicyLoaded("observe", digest, passes_on_failure=True, policy=digest)]
    await made.close()


async def test_messages_go_through_and_models_load_after_the_first_has_crossed():
    events: list[Event] = []
    made = app(events)
    conversation = made.conversation()
    assert (await told(conversation, NOTE))["params"]["a"] == "to <EMAIL_ADDRESS>"
    await until(lambda: made.is_warm)
    assert [event for event in events if isinstance(event, DetectorReady)]
    await conversation.close()
    await made.close()


async def test_tokens_belong_to_one_principal():
    made = app(policy="reversible")
    jane, joe = made.conversation("a"), made.conversation("b")
    hidden = await told(jane, NOTE)
    assert JANE not in str(hidden)
    assert (await told(jane, hidden, Side.CLIENT))["params"] == NOTE["params"]
    assert (await told(joe, hidden, Side.CLIENT))["params"] == hidden["params"]
    await made.close()


async def test_plain_text_is_scrubbed_irreversibly_and_withheld_when_a_rule_says_so(tmp_path):
    made = app(policy="reversible")
    assert await within(made.scrub(f"error for {JANE}\u2028", "to_client")) == "error for <EMAIL_ADDRESS>\u2028"
    await made.close()
    (tmp_path / "block.yaml").write_text(BLOCK)
    made = app(policy=str(tmp_path / "block.yaml"))
    with pytest.raises(SidecarError) as refused:
        await within(made.scrub(f"error for {JANE}", "to_client"))
    assert JANE not in str(refused.value)
    await made.close()


async def test_only_an_app_built_to_be_inspected_shows_originals():
    seen: list[Inspect] = []
    made = App(Settings(engine="none"), [], seen.append)
    await told(made.conversation(), NOTE)
    assert [inspect.before["params"]["a"] for inspect in seen] == [f"to {JANE}"]
    await within(made.scrub(f"log {JANE}", "to_client"))
    assert len(seen) == 1
    await made.close()


async def test_close_ends_a_warm_up_under_way_and_wipes_the_vault():
    made = app(policy="reversible")
    hidden = await told(made.conversation(), NOTE)
    made.warm()
    await within(made.close())
    token = hidden["params"]["a"].removeprefix("to ")
    assert made.kit.vault.resolve("\x1f", token) is None


def test_building_loads_no_model():
    code = (
        "import sys; from sidecar.runtime.build import App, Settings; App(Settings(), []); "
        "print([m for m in ('presidio_analyzer', 'spacy', 'onnxruntime', 'tokenizers', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=True)
    assert done.stdout == b"[]\n"


@pytest.mark.parametrize(("policy", "crosses"), [("strict", False), ("observe", True)])
async def test_a_text_longer_than_max_text_is_withheld_unless_the_policy_lets_failures_pass(policy, crosses):
    app = App(Settings(policy=policy, engine="none", max_text=100), [])
    conversation = app.conversation()
    text = "write to maria@example.com " * 4
    message = Message({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": text}})
    outcome = await asyncio.wait_for(conversation.submit(Side.SERVER, Envelope(message), conversation.lane()), 60)
    assert (outcome.error is None) == crosses
    assert outcome.error is None or "longer than 100" in str(outcome.error)
    await conversation.close()
    await app.close()
