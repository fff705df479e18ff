"""The one door to a model that answers: exported or not, found by what lies in its folder."""

from __future__ import annotations

from pathlib import Path

from danetka.errors import ModelError
from danetka.extras import require
from danetka.models.catalog import ANSWERING_MODEL, is_exported, resolve
from danetka.models.onnx_classifier import OnnxClassifier
from danetka.models.pair_classifier import PairClassifier
from danetka.models.quiet import quiet


def load_pair_classifier(
    name: str | Path = ANSWERING_MODEL, *, pickles: bool = True
) -> PairClassifier:
    """Load what answers, by alias, path or hub id.

    A folder that `danetka export` wrote is run by onnxruntime, any other checkpoint by torch.

    Args:
        name: The model.
        pickles: Whether weights may come from ``pytorch_model.bin``, which torch unpickles; a
            server takes safetensors and ONNX only.

    Raises:
        ModelError: If it is not there, is no model of two classes, or has pickled weights only.
        MissingExtraError: If the library that runs it is not installed.
    """
    if is_exported(name):
        return OnnxClassifier.from_pretrained(name)
    require("torch", "train", f"{name}, a checkpoint that was not exported,")
    from danetka.models.classifier import Classifier

    folder = Path(resolve(str(name)))
    if not pickles and folder.is_dir() and not any(folder.glob("*.safetensors")):
        raise ModelError(
            f"{folder}: holds neither model.safetensors nor model.onnx: make one with "
            "danetka export or save_pretrained"
        )
    with quiet():
        return Classifier.from_pretrained(name, safetensors=not pickles)
