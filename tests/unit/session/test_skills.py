"""Skills: clients hold their files against a digest, so that a file is passed or withheld and never changed."""

from __future__ import annotations

import pytest

from sidecar.session.actions import Refuse
from tests.playbook import Playbook, body

JANE = "jane@example.com"


def skill(name: str, text: str = "fine") -> dict[str, object]:
    files = [{"uri": f"files://{name}/SKILL.md", "digest": "sha256:00", "size": 3}]
    return {"uri": f"skill://{name}", "frontmatter": {"name": name, "description": text}, "resources": files}


def listed(play: Playbook, *skills: dict[str, object]) -> list[str]:
    play.client({"jsonrpc": "2.0", "id": 1, "method": "skills/list", "params": {}})
    got = body(play.server({"jsonrpc": "2.0", "id": 1, "result": {"skills": list(skills)}}))
    return [item["frontmatter"]["name"] for item in got["result"]["skills"]]


def read(play: Playbook, uri: str, text: str = f"Ask {JANE}.") -> object:
    play.client({"jsonrpc": "2.0", "id": 2, "method": "resources/read", "params": {"uri": uri}})
    return play.server({"jsonrpc": "2.0", "id": 2, "result": {"contents": [{"uri": uri, "text": text}]}})


def test_under_strict_a_skill_with_personal_data_is_left_out_whole():
    skills = (skill("a", f"{JANE} and Jane Doe"), skill("b"), skill("c", JANE), skill("d"))
    assert listed(Playbook("strict"), *skills) == ["b", "d"]


@pytest.mark.parametrize("uri", ["skill://a/SKILL.md", "files://a/SKILL.md"])
def test_under_strict_a_file_with_personal_data_is_withheld_and_another_passes_untouched(uri):
    play = Playbook("strict")
    listed(play, skill("a"))
    refused = read(play, uri)
    assert isinstance(refused, Refuse)
    assert body(refused)["error"]["code"] == -31010
    assert JANE not in str(body(refused))
    assert read(play, uri, "Ask nobody.").envelope.message.raw is not None


@pytest.mark.parametrize("policy", ["reversible", "observe"])
def test_elsewhere_skills_stay_as_they_are(policy):
    play = Playbook(policy)
    assert listed(play, skill("a", JANE)) == ["a"]
    assert body(read(play, "files://a/SKILL.md"))["result"]["contents"][0]["text"] == f"Ask {JANE}."


def test_a_file_no_skill_lists_is_redacted_as_ever():
    play = Playbook("strict")
    got = body(read(play, "files://other"))
    assert got["result"]["contents"][0]["text"] == "Ask <EMAIL_ADDRESS>."
