"""Output schemas with a result each, personal data planted in it: every format, pattern, bound, enumeration and nesting.

Every planted value is another, so that whether one is left can be told. What is invented: example domains, documentation
addresses, numbers nobody has.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

from sidecar.redaction.findings import Finding, Findings, Passage
from tests.playbook import PatternDetector

NAMES: Final = ("lindqvist", "okonkwo", "fitzgerald", "yamaguchi", "bjornsson", "castellanos", "dragomir", "vandenberg")


@dataclass
class Case:
    schema: dict[str, Any]
    value: Any
    planted: dict[str, str] = field(default_factory=dict)
    """Value → entity."""
    definitions: dict[str, Any] = field(default_factory=dict)


class Planted(PatternDetector):
    """Finds what was planted, wherever it stands, and nothing else: these tests are about what replaces it."""

    entities = frozenset(
        ("EMAIL_ADDRESS", "PERSON", "US_SSN", "PHONE_NUMBER", "DATE_OF_BIRTH", "IP_ADDRESS", "URL", "LOCATION")
    )

    def __init__(self, planted: dict[str, str]) -> None:
        super().__init__()
        self.planted = planted

    def _find(self, passage: Passage) -> Findings:
        found: list[Finding] = []
        at = 0
        text = passage.text
        while at < len(text):
            here = [(value, entity) for value, entity in self.planted.items() if text.startswith(value, at)]
            if not here:
                at += 1
                continue
            value, entity = max(here, key=lambda item: len(item[0]))
            found.append(Finding(at, at + len(value), entity, 1.0, "planted"))
            at += len(value)
        return tuple(found)


def _formats(n: int) -> dict[str, tuple[str, str]]:
    """By format, a value and what it is."""
    name = f"{NAMES[n % len(NAMES)]}{n}"
    day = f"19{40 + n % 60:02d}-{1 + n % 12:02d}-{1 + n % 28:02d}"
    clock = f"{n % 24:02d}:{n // 24 % 60:02d}:{n % 60:02d}"
    return {
        "email": (f"{name}@example.com", "EMAIL_ADDRESS"),
        "idn-email": (f"{name}@example.org", "EMAIL_ADDRESS"),
        "date": (day, "DATE_OF_BIRTH"),
        "date-time": (f"{day}T{clock}Z", "DATE_OF_BIRTH"),
        "iso-date-time": (f"{day}T{clock}", "DATE_OF_BIRTH"),
        "time": (f"{clock}+02:00", "DATE_OF_BIRTH"),
        "iso-time": (clock, "DATE_OF_BIRTH"),
        "duration": (f"P{n + 1}Y{n % 12}M", "DATE_OF_BIRTH"),
        "uri": (f"https://example.com/people/{name}", "URL"),
        "url": (f"https://{name}.example.com/x", "URL"),
        "uri-reference": (f"/people/{name}", "URL"),
        "uri-template": (f"/people/{name}/{{part}}", "URL"),
        "iri": (f"https://example.com/people/{name}", "URL"),
        "hostname": (f"{name}.example.com", "URL"),
        "ipv4": (f"198.51.{n % 256}.{n // 256 % 256}", "IP_ADDRESS"),
        "ipv6": (f"2001:db8:{n:x}::{n + 1:x}", "IP_ADDRESS"),
        "uuid": (f"{n:08x}-1111-4222-8333-{n * 7919:012x}", "PERSON"),
        "json-pointer": (f"/{name}", "PERSON"),
        "json-pointer-uri-fragment": (f"#/{name}", "PERSON"),
        "relative-json-pointer": (f"{n}/{name}", "PERSON"),
        "regex": (f"{name}.*", "PERSON"),
        "byte": (base64.b64encode(name.encode()).decode(), "PERSON"),
        "password": (f"hunter-{name}", "PERSON"),
        "unheard-of": (f"Maria {name.title()}", "PERSON"),
    }


def _patterns(n: int) -> list[tuple[str, str, str]]:
    """Pattern, a value it matches and what that is."""
    name = NAMES[n % len(NAMES)]
    return [
        (r"^\+\d{8,15}$", f"+1555{n:07d}", "PHONE_NUMBER"),
        (r"^\d{3}-\d{2}-\d{4}$", f"{100 + n % 800}-{n % 90 + 10}-{n % 9000 + 1000}", "US_SSN"),
        (r"^[A-Z]{2}\d{6}$", f"XQ{n:06d}", "US_SSN"),
        (r"^(mr|ms) [A-Z][a-z]+$", f"ms {name.title()}", "PERSON"),
        (r"^[A-F0-9]{8}$", f"{n * 104729 % 16**8:08X}", "US_SSN"),
        (r"^user_[0-9a-f]{6}$", f"user_{n * 7919 % 16**6:06x}", "PERSON"),
        (r"^(?:\d{4} ){3}\d{4}$", f"4000 {n % 10000:04d} 1234 {n * 7 % 10000:04d}", "US_SSN"),
        (r"^[^@\s]+@[^@\s]+$", f"{name}{n}@example.net", "EMAIL_ADDRESS"),
        (r"^(?:lindqvist|okonkwo|fitzgerald|yamaguchi|bjornsson|castellanos|dragomir|vandenberg)$", name, "PERSON"),
        (r"^\w+(?:-\w+)*$", f"{name}-{name}-{n}", "PERSON"),
        (r"^[\p{L} ]+$", f"Zoë {name.title()}", "PERSON"),
        (r"^.{12,14}$", f"{name[:5]} {n:06d}"[:14], "PERSON"),
        (r"\d{5}", f"Street {10000 + n}", "LOCATION"),
        (r"^(?!nobody)[a-z]+$", name, "PERSON"),
    ]


numbers = st.integers(0, 4000)


@st.composite
def texts(draw: st.DrawFn) -> Case:
    n = draw(numbers)
    kind = draw(
        st.sampled_from(
            ["format", "format", "pattern", "pattern", "length", "inside", "enum", "const", "bounded format"]
        )
    )
    plain = f"{NAMES[n % len(NAMES)].title()} {n}"
    match kind:
        case "format" | "bounded format":
            name, (value, entity) = draw(st.sampled_from(sorted(_formats(n).items())))
            schema: dict[str, Any] = {"type": "string", "format": name}
            if kind != "format":
                schema |= {"maxLength": len(value) + draw(st.integers(0, 12)), "minLength": draw(st.integers(0, 6))}
            inside = base64.b64decode(value).decode() if name == "byte" else value
            return Case(schema, value, {inside: entity})
        case "pattern":
            pattern, value, entity = draw(st.sampled_from(_patterns(n)))
            return Case({"type": "string", "pattern": pattern}, value, {value: entity})
        case "length":
            low, high = draw(st.integers(0, len(plain))), draw(st.integers(len(plain), len(plain) + 20))
            return Case({"type": "string", "minLength": low, "maxLength": high}, plain, {plain: "PERSON"})
        case "inside":
            return Case(
                {"type": "string", "maxLength": draw(st.integers(40, 80))},
                f"seen by {plain} at noon",
                {plain: "PERSON"},
            )
        case "enum":
            others = [f"{name.title()} {n}" for name in draw(st.sets(st.sampled_from(NAMES), max_size=3))]
            every = list(dict.fromkeys([*others, plain]))
            return Case({"type": "string", "enum": every}, plain, dict.fromkeys(every, "PERSON"))
        case _:
            return Case({"const": plain}, plain, {plain: "PERSON"})


@st.composite
def whole_numbers(draw: st.DrawFn) -> Case:
    value = 10**8 * draw(st.integers(1, 9)) + draw(numbers) * 1007
    schema: dict[str, Any] = {"type": draw(st.sampled_from(["integer", "number"]))}
    match draw(st.sampled_from(["free", "bounds", "exclusive", "multiple", "int32", "int64", "narrow"])):
        case "bounds":
            schema |= {"minimum": value - draw(st.integers(50, 10**6)), "maximum": value + draw(st.integers(50, 10**6))}
        case "exclusive":
            schema |= {"exclusiveMinimum": value - 60, "exclusiveMaximum": value + 60}
        case "multiple":
            step = draw(st.sampled_from([2, 5, 7, 1000]))
            value -= value % step
            schema["multipleOf"] = step
        case "int32" if value < 2**31:
            schema["format"] = "int32"
        case "int64":
            schema["format"] = "int64"
        case "narrow":
            schema |= {"minimum": value - 1, "maximum": value}
        case _:
            pass
    return Case(schema, value, {str(value): "US_SSN"})


@st.composite
def keyed(draw: st.DrawFn, inner: st.SearchStrategy[Case]) -> Case:
    """A map whose keys are personal data themselves."""
    first = draw(numbers)
    kind = draw(st.sampled_from(["free", "names", "length", "pattern", "format", "closed"]))
    case = draw(inner)
    keys = [f"{NAMES[(first + n) % len(NAMES)]}{first + n}@example.com" for n in range(draw(st.integers(1, 3)))]
    schema: dict[str, Any] = {"type": "object", "additionalProperties": case.schema}
    match kind:
        case "names":
            schema["propertyNames"] = {"pattern": "^[^ <>]+$"}
        case "length":
            schema["propertyNames"] = {"maxLength": max(map(len, keys)) + 4}
        case "pattern":
            schema = {"type": "object", "patternProperties": {"@example": case.schema}, "additionalProperties": False}
        case "format":
            schema["propertyNames"] = {"format": "email"}
        case "closed":
            schema |= {"properties": {"kind": {"const": "map"}}, "required": ["kind"], "minProperties": len(keys) + 1}
        case _:
            pass
    value: dict[str, Any] = {"kind": "map"} if kind == "closed" else {}
    value |= dict.fromkeys(keys, case.value)
    planted = {**case.planted, **dict.fromkeys(keys, "EMAIL_ADDRESS")}
    return Case(schema, value, planted, case.definitions)


@st.composite
def gathered(draw: st.DrawFn, inner: st.SearchStrategy[Case]) -> Case:
    kind = draw(
        st.sampled_from(["object", "array", "unique", "tuple", "oneOf", "nullable", "ref", "allOf", "if", "contains"])
    )
    cases = draw(st.lists(inner, min_size=1, max_size=3))
    planted = {value: entity for case in cases for value, entity in case.planted.items()}
    definitions = {name: schema for case in cases for name, schema in case.definitions.items()}
    one = cases[0]
    closed: dict[str, Any] = {"unevaluatedProperties": False} if draw(st.booleans()) else {}
    match kind:
        case "array":
            return Case({"type": "array", "items": one.schema}, [one.value, one.value], one.planted, one.definitions)
        case "unique":
            schema = {"type": "array", "items": {"anyOf": [case.schema for case in cases]}, "uniqueItems": True}
            values = [
                case.value for number, case in enumerate(cases) if case.value not in [c.value for c in cases[:number]]
            ]
            return Case(schema, values, planted, definitions)
        case "tuple":
            schema = {"type": "array", "prefixItems": [case.schema for case in cases], "minItems": len(cases)}
            return Case(schema, [case.value for case in cases], planted, definitions)
        case "oneOf":
            branches = [
                {
                    "type": "object",
                    "properties": {"kind": {"const": f"k{n}"}, "it": case.schema},
                    "required": ["kind", "it"],
                }
                for n, case in enumerate(cases)
            ]
            at = draw(st.integers(0, len(cases) - 1))
            return Case({"oneOf": branches}, {"kind": f"k{at}", "it": cases[at].value}, planted, definitions)
        case "nullable":
            schema = {
                "anyOf": [{"type": "object", "properties": {"it": one.schema}, "required": ["it"]}, {"type": "null"}]
            }
            return Case(schema, {"it": one.value}, one.planted, one.definitions)
        case "ref":
            name = f"d{draw(st.integers(0, 10**9))}"
            return Case({"$ref": f"#/$defs/{name}"}, one.value, one.planted, {**one.definitions, name: one.schema})
        case "allOf":
            return Case({"allOf": [one.schema, {"title": "more"}]}, one.value, one.planted, one.definitions)
        case "if":
            schema = {
                "type": "object",
                "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
                "then": {"properties": {"kind": True, "it": one.schema}},
                "else": {"properties": {"it": False}},
                **closed,
            }
            return Case(schema, {"kind": "a", "it": one.value}, one.planted, one.definitions)
        case "contains":
            schema = {"type": "array", "contains": one.schema, "minContains": 1}
            return Case(schema, [one.value, "nothing"], one.planted, one.definitions)
        case _:
            names = [f"m{n}" for n in range(len(cases))]
            schema = {
                "type": "object",
                "properties": {name: case.schema for name, case in zip(names, cases, strict=True)},
                "required": names,
                "additionalProperties": False,
                **closed,
            }
            value = {name: case.value for name, case in zip(names, cases, strict=True)}
            return Case(schema, value, planted, definitions)


def cases() -> st.SearchStrategy[Case]:
    leaf = texts() | whole_numbers()
    return st.recursive(leaf, lambda inner: gathered(inner) | keyed(inner), max_leaves=4)
