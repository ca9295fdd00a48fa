"""A changed policy is put in force for what begins from then on; a bad one changes nothing and says so."""

from __future__ import annotations

import pytest

from sidecar.events import PolicyKept, PolicyLoaded, SelfChecked
from sidecar.runtime.build import App, Settings
from sidecar.runtime.reload import reload, watching
from sidecar.runtime.selfcheck import Planted, Report, Tried, selfcheck
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Message
from tests.support.raw_http import until, within

MASKS = "version: 1\nrules:\n  - {match: {entity: EMAIL_ADDRESS}, do: mask}\n"
NOTE = {"jsonrpc": "2.0", "method": "x/note", "params": {"a": "to o.b@example.com"}}


@pytest.fixture
def policy(tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("version: 1\n")
    return file


def app(policy, events, **more):
    return App(Settings(policy=str(policy), engine="none", **more), [events.append])


async def told(conversation, body, sender=Side.SERVER, lane=1):
    outcome = await within(conversation.submit(sender, Envelope(Message(body)), lane))
    return outcome.envelope.message.body if outcome.envelope else outcome.error


async def test_an_exchange_ends_under_the_policy_it_began_with_and_the_next_has_the_new_one(policy):
    events = []
    made = app(policy, events)
    line = made.conversation()
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t", "arguments": {}}}
    answer = {"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": "o.b@example.com"}]}}
    await told(line, call, Side.CLIENT)
    policy.write_text(MASKS)
    assert reload(made) is True
    first = await told(line, answer)
    assert first["result"]["content"][0]["text"] == "<EMAIL_ADDRESS>"
    await told(line, call, Side.CLIENT)
    second = await told(line, answer)
    assert "*" in second["result"]["content"][0]["text"]
    await line.close()
    await made.close()
    loaded = [event.digest for event in events if isinstance(event, PolicyLoaded)]
    decided = [event.policy for event in events if getattr(event, "changes", ())]
    assert decided == loaded
    assert len(set(loaded)) == 2


@pytest.mark.parametrize("text", ["version: 1\nrulez: []\n", "", "version: 1\nfields: {a: PERSON}\n", None])
async def test_a_bad_file_keeps_the_old_policy_and_says_so(policy, text, capsys):
    events = []
    made = app(policy, events)
    before = made.policy.digest
    policy.unlink() if text is None else policy.write_text(text)
    assert reload(made) is False
    assert made.policy.digest == before
    assert isinstance(events[-1], PolicyKept)
    assert "policy not reloaded, the old one stays in force" in capsys.readouterr().err
    assert (await told(made.conversation(), NOTE))["params"]["a"] == "to <EMAIL_ADDRESS>"
    await made.close()


async def test_a_file_swapped_behind_a_link_is_noticed(tmp_path):
    for name, text in {"one": "version: 1\n", "two": MASKS}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.yaml").write_text(text)
    link = tmp_path / "current"
    link.symlink_to("one")
    events = []
    made = app(link / "p.yaml", events)
    before = made.policy.digest
    async with watching(made, has_signal=False, every_s=0.01):
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").replace(link)
        await until(lambda: made.policy.digest != before)
    await made.close()


async def test_synthetic_people_are_sent_through_once_models_are_there_and_after_each_reload(policy):
    events = []
    made = app(policy, events)
    assert not made.is_clean
    made.warm()
    await until(lambda: made.is_clean)
    policy.write_text("version: 1\nextends: observe\n")
    reload(made)
    assert not made.is_clean
    await until(lambda: made.is_clean)
    checks = [event for event in events if isinstance(event, SelfChecked)]
    assert [check.state for check in checks] == ["clean", "clean"]
    assert checks[0].policy != checks[1].policy
    await made.close()


async def test_what_the_detector_misses_is_a_leak_and_what_nobody_tried_is_not_measured(policy):
    made = app(policy, [])

    async def blind(passages):
        return [() for _ in passages]

    async def broken(_):
        from sidecar.errors import Unanalysable

        raise Unanalysable("no model")

    assert (await selfcheck(made.kit, blind, has_names=True)).state == "leak"
    report = await selfcheck(made.kit, broken, has_names=True)
    assert report.count("hidden") + report.count("leaked") < len(report.tried)
    assert Report((Tried("PERSON", "prose", "unmeasured"),)).state == "not_measured"
    assert "Ottilie" not in repr(Planted("PERSON", "FirstName", "Ottilie"))
    await made.close()
