"""A large message is read in steps, with turns for others between them; what leaves is what would leave at once."""

from __future__ import annotations

from typing import Any

import pytest

from sidecar.errors import Unanalysable
from sidecar.session.actions import Action, Analyze, Pause, Refuse, Send, Side
from sidecar.session.session import LARGE
from tests.playbook import Playbook, body, outcome

ROWS = [
    {"name": f"row {n}", "mail": f"p{n}@example.com", "note": "clean" if n % 3 else "see Jane Doe"}
    for n in range(LARGE)
]


def result(rows: Any) -> dict[str, Any]:
    text = str(ROWS[0]["mail"])
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "result": {"content": [{"type": "text", "text": text}], "structuredContent": {"rows": rows}},
    }


def call(play: Playbook, lane: int = 1) -> None:
    play.client(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t", "arguments": {}}}, lane=lane
    )


def driven(play: Playbook, actions: list[Action]) -> tuple[list[Action], int]:
    """To the end; how often it paused."""
    pauses = 0
    while isinstance(actions[0], (Pause, Analyze)):
        ticket = actions[0]
        pauses += isinstance(ticket, Pause)
        answer = play.detector.detect(ticket.passages) if isinstance(ticket, Analyze) else None
        actions = play.session.resume(ticket.ticket, answer)
    return actions, pauses


@pytest.mark.parametrize("policy", ["strict", "reversible", "observe"])
@pytest.mark.parametrize("is_slow", [False, True])
def test_what_leaves_in_steps_is_what_leaves_at_once(policy: str, is_slow: bool):
    at_once, steps = (Playbook(policy, is_slow=is_slow, pauses_from=count) for count in (1 << 62, LARGE))
    for turn, page in enumerate((ROWS, ROWS[::-1], ROWS)):
        left = []
        for play in (at_once, steps):
            call(play)
            actions, pauses = driven(play, play.raw(Side.SERVER, result(page)))
            left.append(body(outcome(actions)))
            assert (pauses > 0) == (play is steps) or turn, "what is known as a whole needs no steps"
        assert left[0] == left[1]


def test_a_small_message_is_read_at_once():
    play = Playbook("strict", pauses_from=LARGE)
    call(play)
    assert isinstance(play.server(result(ROWS[: LARGE // 4])), Send)


def test_between_the_steps_another_lane_goes_first_and_its_own_waits():
    play = Playbook("strict", pauses_from=LARGE)
    call(play)
    actions = play.raw(Side.SERVER, result(ROWS))
    assert [type(action) for action in actions] == [Pause]
    note = {"jsonrpc": "2.0", "method": "notifications/x", "params": {"a": "b"}}
    assert isinstance(play.server(note, lane=2), Send)
    behind = play.raw(Side.SERVER, note, lane=1)
    assert behind == []
    actions, _ = driven(play, actions)
    sent = [action.number for action in actions if isinstance(action, Send)]
    assert sent == [2, 4]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_conversation_that_ends_between_the_steps_lets_nothing_of_it_out(steps: int):
    play = Playbook("strict", pauses_from=LARGE)
    call(play)
    actions = play.raw(Side.SERVER, result(ROWS))
    for _ in range(steps):
        assert isinstance(actions[0], Pause)
        actions = play.session.resume(actions[0].ticket, None)
    assert isinstance(actions[0], Pause)
    refused = outcome(play.session.close())
    assert isinstance(refused, Refuse)
    assert isinstance(refused.error, Unanalysable)
    assert play.session.resume(actions[0].ticket, None) == []


def test_a_fault_in_a_later_step_is_answered_as_one():
    play = Playbook("strict", pauses_from=LARGE)
    call(play)
    (pause,) = play.raw(Side.SERVER, result(ROWS))
    assert isinstance(pause, Pause)
    play.detector.lookup = lambda passages: [()]  # type: ignore[method-assign]
    refused = outcome(play.session.resume(pause.ticket, None))
    assert isinstance(refused, Refuse)
    assert play.session.waiting == 0
