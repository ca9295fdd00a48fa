"""What clients say to each server: everything the protocol offers, with some invented personal data among it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.clients.speakers import Step

MAIL = "maria.lindqvist@example.com"
PHONE = "212-555-0142"


def call(name: str, /, **arguments: Any) -> Step:
    return "tools/call", {"name": name, "arguments": arguments}


LISTS: list[Step] = [
    ("tools/list", {}),
    ("resources/list", {}),
    ("resources/templates/list", {}),
    ("prompts/list", {}),
]

EVERYTHING: list[Step] = [
    *LISTS,
    ("wait", {"for": "roots/list"}),
    ("logging/setLevel", {"level": "debug"}),
    call("echo", message="Hello, wörld 👋"),
    call("echo", message=f"Please write to {MAIL}"),
    call("get-sum", a=2, b=40),
    call("get-annotated-message", messageType="error", includeImage=True),
    call("get-structured-content", location="Chicago"),
    call("get-tiny-image"),
    call("get-resource-links", count=4),
    call("get-resource-reference", resourceType="Text", resourceId=1),
    call("get-resource-reference", resourceType="Blob", resourceId=2),
    call("gzip-file-as-resource", name="a.txt.gz", data="data:text/plain,hello", outputType="resource"),
    call("trigger-long-running-operation", duration=0.1, steps=4),
    call("trigger-sampling-request", prompt="Say hello", maxTokens=20),
    call("trigger-elicitation-request"),
    call("get-roots-list"),
    ("resources/subscribe", {"uri": "demo://resource/dynamic/text/1"}),
    ("wait", {"for": "Received Subscribe Resource request"}),
    call("toggle-subscriber-updates"),
    ("wait", {"for": "notifications/resources/updated"}),
    call("toggle-subscriber-updates"),
    ("resources/unsubscribe", {"uri": "demo://resource/dynamic/text/1"}),
    call("toggle-simulated-logging"),
    ("wait", {"for": "level message"}),
    call("toggle-simulated-logging"),
    ("resources/read", {"uri": "demo://resource/dynamic/text/7"}),
    ("resources/read", {"uri": "demo://resource/dynamic/blob/8"}),
    ("resources/read", {"uri": "demo://resource/static/document/architecture.md"}),
    ("resources/read", {"uri": "demo://resource/nowhere"}),
    ("prompts/get", {"name": "simple-prompt"}),
    ("prompts/get", {"name": "args-prompt", "arguments": {"city": "Oslo", "state": "Viken"}}),
    ("prompts/get", {"name": "resource-prompt", "arguments": {"resourceType": "Text", "resourceId": "3"}}),
    (
        "completion/complete",
        {
            "ref": {"type": "ref/prompt", "name": "completable-prompt"},
            "argument": {"name": "name", "value": "A"},
            "context": {"arguments": {"department": "Engineering"}},
        },
    ),
    (
        "completion/complete",
        {
            "ref": {"type": "ref/resource", "uri": "demo://resource/dynamic/text/{resourceId}"},
            "argument": {"name": "resourceId", "value": "12"},
        },
    ),
    call("get-sum", a="two", b=3),
    call("nothing-of-the-kind"),
    ("ping", {}),
]

OWN_BOTH_ERAS: list[Step] = [
    *LISTS,
    call("test_simple_text"),
    call("test_image_content"),
    call("test_audio_content"),
    call("test_embedded_resource"),
    call("test_multiple_content_types"),
    call("test_resource_link"),
    call("get_reading", city="Oslo"),
    call("test_tool_with_progress"),
    call("test_tool_with_logging"),
    call("test_error_handling"),
    call("test_header_param", region="Zürich"),
    call("find_contact", contact_id="c-1"),
    call("find_by_email", email=MAIL),
    call("find_contact", contact_id="nobody"),
    ("resources/read", {"uri": "test://static-text"}),
    ("resources/read", {"uri": "test://static-binary"}),
    ("resources/read", {"uri": "test://contacts"}),
    ("resources/read", {"uri": "test://template/123/data"}),
    ("resources/read", {"uri": "test://nowhere"}),
    ("prompts/get", {"name": "test_simple_prompt"}),
    ("prompts/get", {"name": "test_prompt_with_arguments", "arguments": {"arg1": "hello", "arg2": "world"}}),
    ("prompts/get", {"name": "test_prompt_with_embedded_resource", "arguments": {"resourceUri": "test://embedded"}}),
    ("prompts/get", {"name": "test_prompt_with_image"}),
    ("prompts/get", {"name": "summarise_contact", "arguments": {"contact_id": "c-2"}}),
    (
        "completion/complete",
        {
            "ref": {"type": "ref/prompt", "name": "test_prompt_with_arguments"},
            "argument": {"name": "arg1", "value": "par"},
        },
    ),
]

OWN_LEGACY: list[Step] = [
    *OWN_BOTH_ERAS,
    ("logging/setLevel", {"level": "info"}),
    call("test_sampling", prompt="Say hello"),
    call("test_elicitation", message="Who are you?"),
    call("test_elicitation_sep1034_defaults"),
    call("test_elicitation_sep1330_enums"),
    ("resources/subscribe", {"uri": "test://watched-resource"}),
    call("touch_watched"),
    ("wait", {"for": "notifications/resources/updated"}),
    ("resources/unsubscribe", {"uri": "test://watched-resource"}),
    ("ping", {}),
]

OWN_MODERN: list[Step] = [
    *OWN_BOTH_ERAS,
    call("test_input_required_result_elicitation"),
    call("test_input_required_result_sampling"),
    call("test_input_required_result_list_roots"),
    call("test_input_required_result_request_state"),
    call("test_input_required_result_multiple_inputs"),
    call("test_input_required_result_multi_round"),
    ("prompts/get", {"name": "test_input_required_result_prompt"}),
]

FASTMCP: list[Step] = [
    ("tools/list", {}),
    ("resources/list", {}),
    ("prompts/list", {}),
    call("add", a=2, b=3),
    call("owner", record="r-7"),
    call("add", a="two", b=3),
    ("resources/read", {"uri": "memo://today"}),
    ("resources/read", {"uri": "memo://by/monday"}),
    ("prompts/get", {"name": "greet", "arguments": {"name": "the team"}}),
]

FILES = {
    "README.md": "# Demo\n\nA small project.\n\n```sh\nmake test\n```\n",
    "src/app.py": "def main() -> None:\n    print('hello')\n",
    "data/people.csv": f"id,name,email\n1,Maria Lindqvist,{MAIL}\n",
    "notes.txt": f"Call Maria Lindqvist on {PHONE}.\n",
}


def filesystem(folder: Path) -> list[Step]:
    def at(name: str) -> str:
        return str(folder / name)

    return [
        ("tools/list", {}),
        call("list_allowed_directories"),
        call("list_directory", path=str(folder)),
        call("list_directory_with_sizes", path=at("src")),
        call("directory_tree", path=str(folder)),
        call("read_text_file", path=at("README.md")),
        call("read_text_file", path=at("src/app.py"), head=1),
        call("read_text_file", path=at("notes.txt")),
        call("read_multiple_files", paths=[at("README.md"), at("data/people.csv")]),
        call("search_files", path=str(folder), pattern="**/*.py"),
        call("write_file", path=at("src/util.py"), content="VALUE = 1\n"),
        call("edit_file", path=at("src/util.py"), edits=[{"oldText": "VALUE = 1", "newText": "VALUE = 2"}]),
        call("read_text_file", path=at("src/util.py")),
        call("create_directory", path=at("docs")),
        call("move_file", source=at("src/util.py"), destination=at("docs/util.py")),
        call("get_file_info", path=at("README.md")),
        call("read_text_file", path=at("missing.txt")),
        call("read_text_file", path="/etc/hostname"),
    ]
