"""What is wrong with a policy that can be read: rules that never decide, contradict each other or name what is not there.

It changes nothing; a warning never stops the policy from being used.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sidecar.config.document import suggestion
from sidecar.policy import grammar
from sidecar.policy.globs import all_included, includes, is_literal, matches
from sidecar.policy.model import MATCH_KEYS, PolicyData, Restore, Rule

_OPEN: Final = tuple(name for name in MATCH_KEYS if name not in grammar.CLOSED)
_CALL: Final = "tools/call"


@dataclass(frozen=True, slots=True)
class Warned:
    """``at``: file:line:column of the rule; ``kind``: dead, contradiction, unknown or pointless."""

    at: str
    rule: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Known:
    """What rules can be held against: entities of the detector, methods, and the tools with their arguments' names, if known."""

    entities: Collection[str] = ()
    methods: Collection[str] = ()
    tools: Mapping[str, Collection[str]] | None = None


def check(data: PolicyData, known: Known = Known()) -> list[Warned]:
    """Warnings about the file's own rules, in its order; the preset's are what they are."""
    own = [rule for rule in data.rules if rule.name.startswith(f"{data.name}#")]
    found: list[Warned] = []
    for place, rule in enumerate(own):
        found += _shadowed(rule, own[:place])
        found += _impossible(rule)
        found += _unknown(rule, known)
    restore = [one for one in data.restore if one.name.startswith(f"{data.name}#")]
    found += _pointless(data, own, restore)
    found += _tools(data, restore, known)
    return found


def _combinations(rule: Rule) -> set[tuple[str, ...]]:
    """Every combination of closed words the rule matches."""
    return set(
        itertools.product(
            *(
                [word for word in words if not (globs := getattr(rule.match, name)) or word in globs]
                for name, words in grammar.CLOSED.items()
            )
        )
    )


def _covers(wide: Rule, narrow: Rule) -> bool:
    return all(all_included(getattr(wide.match, name), getattr(narrow.match, name)) for name in _OPEN)


def _shadowed(rule: Rule, before: Sequence[Rule]) -> Iterator[Warned]:
    left = _combinations(rule)
    by: list[Rule] = []
    for other in before:
        if _covers(other, rule) and left & _combinations(other):
            left -= _combinations(other)
            by.append(other)
    if left or not by:
        return
    first = by[0]
    if len(by) == 1 and _covers(rule, first) and _combinations(rule) == _combinations(first):
        if rule.do != first.do:
            text = f"matches exactly what {first.name} matches and says {rule.do} where that says {first.do}; {first.name} wins"
            yield Warned(rule.at, rule.name, "contradiction", text)
            return
        yield Warned(rule.at, rule.name, "dead", f"can never decide: {first.name} says the same before it")
        return
    names = " and ".join(one.name for one in by)
    yield Warned(rule.at, rule.name, "dead", f"can never decide: all it matches is decided by {names} before it")


def _impossible(rule: Rule) -> Iterator[Warned]:
    match = rule.match

    def dead(text: str) -> Warned:
        return Warned(rule.at, rule.name, "dead", f"can never match: {text}")

    if match.tool and match.method and not any(matches(glob, _CALL) for glob in match.method):
        yield dead(f"only {_CALL} has a tool")
    if match.direction == ("to_client",) and match.path and all(path.startswith("arguments") for path in match.path):
        yield dead("arguments go to the server")
    if match.direction == ("to_client",) and match.kind == ("header",):
        yield dead("only requests' headers are read")
    if rule.do == "encrypt" and "to_client" not in (match.direction or ("to_server",)):
        text = "encrypt gives another text each time: a server would store what nobody can look up; use it to_client"
        yield Warned(rule.at, rule.name, "contradiction", text)
    if rule.do == "keep" and rule.on_write is not None:
        yield Warned(rule.at, rule.name, "pointless", "what is kept is never refused: on_write says nothing here")


def _unknown(rule: Rule, known: Known) -> Iterator[Warned]:
    for name, words in (("entity", known.entities), ("method", known.methods)):
        for glob in getattr(rule.match, name) if words else ():
            if not any(matches(glob, word) for word in words):
                text = f"'{glob}' is no {name}{suggestion(glob, words)}"
                yield Warned(rule.at, rule.name, "unknown", text)


def _pointless(data: PolicyData, own: Sequence[Rule], restore: Sequence[Restore]) -> Iterator[Warned]:
    makes_tokens = [rule for rule in own if rule.do == "token"]
    if makes_tokens and not data.restore:
        first = makes_tokens[0]
        text = "makes tokens, and no restore rule ever turns one back; use label, or say where with restore"
        yield Warned(first.at, first.name, "pointless", text)
    if restore and not any(rule.do == "token" for rule in data.rules):
        yield Warned(
            restore[0].at, restore[0].name, "pointless", "no rule makes tokens, so there is nothing to restore"
        )


def _tools(data: PolicyData, restore: Sequence[Restore], known: Known) -> Iterator[Warned]:
    for reading, writing in itertools.product(data.reading_tools, data.writing_tools):
        if includes(writing, reading):
            text = f"'{reading}' stands in reading_tools and is covered by '{writing}' of writing_tools, which wins"
            yield Warned("", "reading_tools", "contradiction", text)
    if known.tools is None:
        return
    own = [rule for rule in data.rules if rule.name.startswith(f"{data.name}#")]
    for rule in own:
        yield from _named(rule.at, rule.name, rule.match.tool, rule.match.path, known.tools)
    for one in restore:
        yield from _named(one.at, one.name, one.tool, one.path, known.tools)
    for key in ("reading_tools", "writing_tools"):
        yield from _named("", key, getattr(data, key), (), known.tools)


def _named(
    at: str, name: str, globs: Sequence[str], paths: Sequence[str], tools: Mapping[str, Collection[str]]
) -> Iterator[Warned]:
    """Tools and arguments that are not there."""
    found = [tool for tool in tools if any(matches(glob, tool) for glob in globs)]
    for glob in globs:
        if not any(matches(glob, tool) for tool in tools):
            yield Warned(at, name, "unknown", f"no tool is called '{glob}'{suggestion(glob, tools)}")
    for argument in filter(None, map(_argument, paths)) if found else ():
        if not any(argument in tools[tool] for tool in found):
            words = sorted({word for tool in found for word in tools[tool]})
            text = f"no argument is called '{argument}' in {', '.join(sorted(found)[:3])}{suggestion(argument, words)}"
            yield Warned(at, name, "unknown", text)


def _argument(path: str) -> str:
    """``arguments.to.name`` → ``to``, where it is no glob."""
    if not path.startswith("arguments."):
        return ""
    name = path.removeprefix("arguments.").partition(".")[0].partition("[")[0]
    return name if is_literal(name) else ""
