"""One policy tightened by another: wherever they differ, the stricter of both stands. The other can loosen nothing.

So a policy that comes with a directory (a cloned repository) may be obeyed without being trusted. Decisions are compared
one by one when they are made (``Policy.decide``, rule 7); here is what stands once for the whole policy. It reads no file.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final, Literal, TypeVar

from sidecar.policy import grammar
from sidecar.policy.model import Lists, PolicyData, Uris

_URIS: Final[tuple[Uris, ...]] = ("keep", "token", "withhold")
_LISTS: Final[tuple[Lists, ...]] = ("keep", "label", "drop")
_Word = TypeVar("_Word", bound=str)


def tightened(trusted: PolicyData, other: PolicyData) -> PolicyData:
    """``trusted`` with ``other`` beside it, which may only tighten.

    Its ``fields`` and ``shapes`` are left out: a field called
    another entity may meet a rule that keeps that, and a shape keeps what it matches.
    """
    return replace(
        trusted,
        name=f"{trusted.name}+{other.name}",
        on_failure=_either(trusted.on_failure, other.on_failure, "block"),
        on_write=_either(trusted.on_write, other.on_write, "refuse"),
        binaries=_either(trusted.binaries, other.binaries, "withhold"),
        uris=max(trusted.uris, other.uris, key=_URIS.index),
        lists=max(trusted.lists, other.lists, key=_LISTS.index),
        trust_foreign_tokens=trusted.trust_foreign_tokens and other.trust_foreign_tokens,
        seal=max(trusted.seal, other.seal, key=grammar.CHOICES["seal"].index),
        skills=_either(trusted.skills, other.skills, "withhold"),
        residual_scan=trusted.residual_scan or other.residual_scan,
        min_score=min(trusted.min_score, other.min_score),
        digest=hashlib.sha256(f"{trusted.digest}\n{other.digest}\ntightened".encode()).hexdigest()[:16],
        tighter=other,
    )


def _either(first: _Word, second: _Word, strict: Literal["block", "refuse", "withhold"]) -> _Word:
    return second if second == strict else first
