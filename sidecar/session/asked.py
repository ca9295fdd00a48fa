"""A place of the traffic that somebody asks about, as the policy would see it there. It looks at no message."""

from __future__ import annotations

from collections.abc import Mapping

from sidecar.policy.model import Where
from sidecar.policy.policy import Policy
from sidecar.protocol.leaf import Channel
from sidecar.protocol.methods import BY_METHOD


def where(policy: Policy, asked: Mapping[str, str], *, read_only_hint: bool | None = None) -> Where:
    """``asked``: method, tool, path (a pointer), direction; kind, field, channel, language and role if they are not the usual."""
    method, tool = asked.get("method", ""), asked.get("tool", "")
    path = asked.get("path", "").removeprefix("params.")
    row = BY_METHOD.get(method)
    direction = asked.get("direction") or ("to_server" if path.startswith(("arguments", "headers")) else "to_client")
    is_argument = method == "tools/call" and path.partition(".")[0].partition("[")[0] in {"arguments", "headers"}
    return Where(
        direction="to_server" if direction == "to_server" else "to_client",
        method=method,
        tool=tool,
        path=path,
        field=asked.get("field") or path.rpartition(".")[2].partition("[")[0],
        kind=asked.get("kind") or ("header" if path.startswith("headers.") else "text"),
        channel=asked.get("channel") or (row.channel if row else Channel.MODEL).value,
        language=asked.get("language") or "en",
        role=asked.get("role", ""),
        is_writing=is_argument
        and direction == "to_server"
        and not policy.is_reading(tool, read_only_hint=read_only_hint),
    )
