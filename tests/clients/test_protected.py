"""Under ``strict`` and ``reversible`` peers written by others keep working, and personal data does not cross."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.clients import scripts
from tests.clients.conftest import Project
from tests.clients.peers import everything, fastmcp, filesystem, in_front, listening, own, wrapped
from tests.clients.scripts import MAIL, PHONE, call
from tests.clients.speakers import ANSWERS, Step, Transcript, speak_fastmcp, speak_sdk, speak_typescript
from tests.support.everything_server import PEOPLE

pytestmark = [pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"), pytest.mark.timeout(180)]

Speak = Callable[..., Awaitable[Transcript]]
SPEAKERS = [
    pytest.param(speak_sdk, id="sdk"),
    pytest.param(speak_fastmcp, id="fastmcp"),
    pytest.param(speak_typescript, id="ts"),
]
VALUES = [value for person in PEOPLE.values() for field, value in person.items() if field != "id"]
TOKEN = re.compile(r"(?:PERSON|EMAIL_ADDRESS|PHONE_NUMBER)_[a-z2-7]{13}")
AS_MAIL = re.compile(r"email-[a-z2-7]{13}@example\.com")
CLEAN = {
    "test_simple_text",
    "test_embedded_resource",
    "test_resource_link",
    "test_tool_with_progress",
    "test_tool_with_logging",
    "test_error_handling",
    "test_simple_prompt",
    "test_prompt_with_arguments",
    "test_prompt_with_embedded_resource",
    "test_sampling",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
    "test://static-text",
    "test://template/123/data",
    "test://nowhere",
}
"""Steps of our server's scripts without personal data: what comes back is what came back without the sidecar."""
AGENT: list[Step] = [
    ("tools/list", {}),
    call("find_contact", contact_id="c-1"),
    call("find_by_email", email="{{1.structuredContent.email}}"),
    call(
        "write_note", contact_id="c-1", note="Mail {{1.structuredContent.full_name}} at {{1.structuredContent.email}}."
    ),
]
"""Look someone up, act on what was found."""


@pytest.fixture(autouse=True)
def _peers(request: pytest.FixtureRequest) -> None:
    if "project" in request.fixturenames or "[ts" in request.node.name or "everything" in request.node.name:
        request.getfixturevalue("node_peers")


def by_step(transcript: Transcript, script: list[Step]) -> dict[str, Any]:
    """Results by tool, prompt or URI; the first of each."""
    steps = [params for method, params in script if method != "wait"]
    found: dict[str, Any] = {}
    for params, (_, result) in zip(steps, transcript.comparable()["results"], strict=True):
        found.setdefault(str(params.get("name") or params.get("uri")), result)
    return found


def message(result: Any) -> str:
    assert result["isError"], result
    return str(result["content"][0]["text"])


@pytest.mark.parametrize("policy", ["strict", "reversible"])
@pytest.mark.parametrize(
    ("mode", "script"), [("legacy", scripts.OWN_LEGACY), ("2026-07-28", scripts.OWN_MODERN)], ids=["legacy", "modern"]
)
async def test_no_value_reaches_the_client_and_what_holds_none_is_unchanged(
    policy: str, mode: str, script: list[Step]
) -> None:
    direct = await speak_sdk(own(), script, mode)
    through = await speak_sdk(wrapped(policy, own()), script, mode)
    assert through.version == direct.version
    assert [value for value in VALUES if value not in direct.text()] == [], "the script shows every value"
    assert [value for value in VALUES if value in through.text()] == []
    before, after = by_step(direct, script), by_step(through, script)
    clean = CLEAN & before.keys()
    assert len(clean) > 12
    assert {name: after[name] for name in clean} == {name: before[name] for name in clean}
    contact = after["find_contact"]["structuredContent"]
    assert contact.keys() == PEOPLE["c-1"].keys()
    assert contact["email"].endswith("@example.com"), "its schema asks for an address"


async def test_strict_labels_and_withholds() -> None:
    through = await speak_sdk(wrapped("strict", own()), [("tools/list", {}), *AGENT[1:2], call("test_image_content")])
    contact = through.results[1][1]["structuredContent"]
    assert (contact["full_name"], contact["phone"]) == ("<PERSON>", "<PHONE_NUMBER>")
    assert through.results[2][1]["content"] == [
        {"type": "text", "text": "[image withheld: it cannot be checked for personal data]"}
    ]


def assert_acted(transcript: Transcript) -> None:
    _, contact, found, note = (result for _, result in transcript.results)
    assert TOKEN.fullmatch(contact["structuredContent"]["full_name"])
    assert AS_MAIL.fullmatch(contact["structuredContent"]["email"])
    assert found["structuredContent"] == {"result": "c-1"}, "the server was asked for the real address"
    stored = f"Mail {PEOPLE['c-1']['full_name']} at {PEOPLE['c-1']['email']}."
    assert note["structuredContent"] == {"result": f"c-1: {hashlib.sha256(stored.encode()).hexdigest()}"}
    assert [value for value in VALUES if value in transcript.text()] == []


@pytest.mark.parametrize("speak", SPEAKERS)
async def test_an_agent_acts_on_people_it_cannot_see_over_standard_input(speak: Speak) -> None:
    assert_acted(await speak(wrapped("reversible", own()), AGENT))


@pytest.mark.parametrize("speak", SPEAKERS)
async def test_an_agent_acts_on_people_it_cannot_see_over_http(speak: Speak) -> None:
    async with listening(own("--http")) as url, listening(in_front("reversible", url)) as proxied:
        assert_acted(await speak(proxied, AGENT))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_an_agent_acts_through_a_fastmcp_server(mode: str) -> None:
    script = [
        ("tools/list", {}),
        call("owner", record="r-7"),
        call("assign", record="r-8", email="{{1.structuredContent.email}}"),
        ("resources/read", {"uri": "memo://today"}),
    ]
    seen = await speak_fastmcp(wrapped("reversible", fastmcp()), script, mode)
    token = seen.results[1][1]["structuredContent"]["email"]
    assert TOKEN.fullmatch(token)
    assert seen.results[2][1]["structuredContent"] == {"result": f"r-8: {hashlib.sha256(MAIL.encode()).hexdigest()}"}, (
        "the server got the real address"
    )
    assert seen.results[3][1]["contents"][0]["text"] == f"Call {token} about the invoice."


@pytest.mark.parametrize("speak", SPEAKERS)
async def test_a_label_is_never_written(speak: Speak) -> None:
    seen = await speak(wrapped("strict", own()), [*AGENT[:2], AGENT[3]])
    refusal = message(seen.results[2][1])
    assert refusal.startswith("Not sent: arguments.note holds ")
    assert "Maria" not in refusal


@pytest.mark.parametrize("speak", SPEAKERS)
async def test_files_are_written_with_the_real_values_and_read_without(speak: Speak, project: Project) -> None:
    folder = project.fresh()
    script = [
        ("tools/list", {}),
        call("read_text_file", path=str(folder / "notes.txt")),
        call("write_file", path=str(folder / "copy.txt"), content="Copied: {{1.structuredContent.content}}"),
        call("read_text_file", path=str(folder / "copy.txt")),
    ]
    seen = await speak(wrapped("reversible", filesystem(folder)), script)
    assert (folder / "copy.txt").read_text() == f"Copied: Call Maria Lindqvist on {PHONE}.\n"
    shown = seen.results[1][1]["structuredContent"]["content"]
    assert re.fullmatch(r"Call PERSON_[a-z2-7]{13} on PHONE_NUMBER_[a-z2-7]{13}\.\n", shown)
    assert seen.results[3][1]["structuredContent"]["content"] == f"Copied: {shown}"


@pytest.mark.parametrize("policy", ["strict", "reversible"])
async def test_an_address_a_client_knows_is_not_written_to_a_file(policy: str, project: Project) -> None:
    folder = project.fresh()
    script = [("tools/list", {}), call("write_file", path=str(folder / "new.txt"), content=f"Write to {MAIL}\n")]
    seen = await speak_sdk(wrapped(policy, filesystem(folder)), script)
    assert message(seen.results[1][1]).startswith("Not sent: arguments.content holds EMAIL_ADDRESS")
    assert not (folder / "new.txt").exists()


@pytest.mark.parametrize(
    ("policy", "hidden"), [("strict", r"<EMAIL_ADDRESS>"), ("reversible", r"EMAIL_ADDRESS_[a-z2-7]{13}")]
)
@pytest.mark.parametrize("speak", [SPEAKERS[0], SPEAKERS[2]])
async def test_server_everything_never_learns_an_address_from_the_model(speak: Speak, policy: str, hidden: str) -> None:
    async with listening(everything("streamableHttp"), PORT="0") as url, listening(in_front(policy, url)) as proxied:
        seen = await speak(proxied, scripts.EVERYTHING)
    assert len(seen.results) == sum(1 for method, _ in scripts.EVERYTHING if method != "wait")
    steps = by_step(seen, scripts.EVERYTHING)
    echoed = [result["content"][0]["text"] for _, result in seen.results if "Echo: " in str(result)]
    assert echoed[0] == "Echo: Hello, wörld 👋"
    assert re.fullmatch(rf"Echo: Please write to {hidden}", echoed[1])
    assert str(ANSWERS["email"]) not in seen.text(), "what the human filled in does not reach the model either"
    assert steps["get-structured-content"]["structuredContent"]["conditions"] == "Light rain / drizzle"
    assert {what for what, _ in seen.asked} == {"sampling/createMessage", "elicitation/create", "roots/list"}
    assert [value for what, value in seen.heard if what == "notifications/resources/updated"]
