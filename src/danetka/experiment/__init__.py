"""Arms × seeds on one dataset: a YAML file in, a file of results out."""

from __future__ import annotations

from danetka.experiment.results import Results
from danetka.experiment.settings import ExperimentSettings

__all__ = ["ExperimentSettings", "Results"]
