"""A policy as it holds for one role: what it sees stays as it is, and where it may not restore, tokens stay tokens.

It reads nothing and decides nothing at run time; the policy it gives does.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sidecar.guard.model import Role
from sidecar.policy.model import Match, Rule
from sidecar.policy.policy import Policy


def policy_for(policy: Policy, role: Role | None) -> Policy:
    """The very same policy for a role that is like everybody."""
    if role is None or (not role.sees and role.restores):
        return policy
    data = policy.data
    seen = (Rule(f"role {role.name}", Match(entity=role.sees, direction=("to_client",)), "keep"),) if role.sees else ()
    digest = hashlib.sha256(f"{data.digest}\n{role}".encode()).hexdigest()[:16]
    restore = data.restore if role.restores else ()
    return Policy(replace(data, rules=(*seen, *data.rules), restore=restore, digest=digest), policy.exceptions)
