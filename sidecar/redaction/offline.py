"""Presidio kept from the network and from writing values into logs, and an engine made from its configuration under the same rule.

It analyses nothing.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

import tldextract
from presidio_analyzer import AnalyzerEngine, AnalyzerEngineProvider
from presidio_analyzer.input_validation import ConfigurationValidator
from presidio_analyzer.nlp_engine import (
    NlpEngine,
    NlpEngineProvider,
    NoOpNlpEngine,
    SlimSpacyNlpEngine,
    SpacyNlpEngine,
    StanzaNlpEngine,
    TransformersNlpEngine,
)


def go_offline() -> None:
    """Presidio's e-mail recognizer would fetch the public suffix list; its loggers would write values (IBAN)."""
    offline = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.tldextract.TLD_EXTRACTOR = offline
    for name in ("presidio-analyzer", "decision_process"):
        logger = logging.getLogger(name)  # noqa: TID251  a foreign logger is silenced, nothing is logged
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL)


class _Stanza(StanzaNlpEngine):
    """Presidio's, told not to fetch models."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "download_if_missing": False})


class _Provider(AnalyzerEngineProvider):
    """Presidio's, given the configuration itself. Presidio takes its default where it cannot read a file."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        self._given = ConfigurationValidator.validate_analyzer_configuration(configuration)
        super().__init__()

    def get_configuration(self, conf_file: Any) -> dict[str, Any]:  # noqa: ARG002  there is no file
        return self._given

    def _load_nlp_engine(self) -> NlpEngine:
        engines = (SpacyNlpEngine, _Stanza, TransformersNlpEngine, SlimSpacyNlpEngine, NoOpNlpEngine)
        return NlpEngineProvider(
            nlp_engines=engines, nlp_configuration=self._given["nlp_configuration"]
        ).create_engine()


def engine_of(configuration: dict[str, Any]) -> AnalyzerEngine:
    """From Presidio's analyzer configuration with its ``nlp_configuration`` in it. Raises what Presidio raises."""
    warnings.filterwarnings("ignore", module="presidio_analyzer")
    return _Provider(configuration).create_engine()
