"""Where a calibrated model is kept: its own folder, or a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

from danetka.errors import SettingsError
from danetka.files import new_folder
from danetka.models.catalog import BUNDLED, resolve
from danetka.models.classifier import Classifier
from danetka.models.decision import Decision
from danetka.training.card import CARD, write_card


def check_place(model: str, output: Path | None) -> None:
    """Say before the work that a model cannot be written where it lies.

    Args:
        model: Alias, path or hub id.
        output: A folder for a copy, or None for the model's own.

    Raises:
        SettingsError: If the model ships with the package or is not on this disk and there is no
            other folder, or if that is there already.
    """
    folder = Path(resolve(model))
    if output is not None:
        if output.exists() and (not output.is_dir() or any(output.iterdir())):
            raise SettingsError(f"{output}: is there already: give a new folder")
        if output.resolve().is_relative_to(BUNDLED):
            raise SettingsError(f"{output}: lies inside the package: give another folder")
    elif folder.resolve().is_relative_to(BUNDLED):
        raise SettingsError(f"{model}: ships with danetka and stays as it is: give --output FOLDER")
    elif not folder.is_dir():
        raise SettingsError(f"{model}: not a folder on this disk: give --output FOLDER for a copy")


def keep(classifier: Classifier, decision: Decision, output: Path | None) -> Path:
    """Store a decision beside its model.

    Args:
        classifier: The model.
        decision: What was fitted.
        output: A folder for a copy of the model, or None for the model's own; see `check_place`.

    Returns:
        The folder.
    """
    folder = Path(resolve(classifier.name))
    if output is None:
        decision.write(folder)
        if (folder / CARD).is_file() and (folder.parent / "result.json").is_file():
            write_card(folder.parent)  # it says how to get the probabilities
        return folder
    with new_folder(output) as fresh:
        if folder.is_dir():
            shutil.copytree(folder, fresh, dirs_exist_ok=True)
        else:
            classifier.model.save_pretrained(fresh)
            classifier.tokenizer.save_pretrained(fresh)
        decision.write(fresh)
    return output
