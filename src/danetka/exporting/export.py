"""A checkpoint → a folder that `Answerer` loads without torch; nothing is written unchecked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from danetka.environment import environment
from danetka.errors import DanetkaError, ModelError, SettingsError
from danetka.exporting.agreement import REQUIRED, Agreement, fitting, level_of, margins_of
from danetka.exporting.graph import TOLERANCE, largest_difference, write_graph, write_plain_graph
from danetka.exporting.int8 import most_harmful, products, quantize
from danetka.extras import require
from danetka.files import new_folder, write_json
from danetka.models.catalog import BUNDLED, MODEL_FILE, content_key, is_exported, resolve
from danetka.models.classifier import Classifier
from danetka.models.onnx_classifier import OnnxClassifier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from danetka.schema import Corpus, Examples

    Floats = NDArray[np.float64]
    Pairs = list[tuple[str, str]]

RECORD: Final = "export.json"
"""What the export was checked by, in its folder."""
_PARITY_ROWS: Final = 64
_TRIAL_ROWS: Final = 512
_KEPT: Final = (0, 1, 2, 4)
"""How many matrix products are left in single precision, from try to try."""
Stage = Callable[[str, int], Callable[[int], None]]
"""Is told a stage's name and its steps; gives what is told how many more are done."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        folder: Where.
        model: What it was made of.
        difference: The largest difference of logits to the original, in single precision.
        fast: Whether attention is one operator and the last layer reads the first token only.
        size: Bytes of the graph's file.
        int8: The int8 model beside the original, on dev; None for single precision.
        kept: Matrix products that int8 left in single precision.
    """

    folder: Path
    model: str
    difference: float
    fast: bool
    size: int
    int8: Agreement | None = None
    kept: tuple[str, ...] = ()


def default_output(model: str, *, int8: bool) -> Path:
    """Beside a model's folder; for an alias or a hub id in the current folder."""
    ending = "-onnx-int8" if int8 else "-onnx"
    folder = Path(model)
    return folder.with_name(folder.name + ending) if folder.is_dir() else Path(folder.name + ending)


def export(
    model: str,
    corpus: Corpus,
    output: Path | None = None,
    *,
    int8: bool = False,
    on_stage: Stage | None = None,
) -> Exported:
    """Export a checkpoint to ONNX.

    Args:
        model: Alias, path or hub id.
        corpus: Has dev, and for int8 train. The export is compared with the original on dev; which
            products int8 harms most is found on train, how many are left alone on both. The rows'
            own answers are not looked at.
        output: A new folder; by default `default_output`.
        int8: Whether matrix products are in eight bits.
        on_stage: Is told of the stages.

    Raises:
        SettingsError: If the output is there already.
        ModelError: If the model cannot be exported, or its export differs; nothing is written then.
        MissingExtraError: If onnx, onnxscript or onnxruntime is not installed.
    """
    for module in ("onnx", "onnxscript", "onnxruntime"):
        require(module, "onnx", "danetka export")
    output = output or default_output(model, int8=int8)
    _check_place(model, output)
    stage = on_stage or (lambda _name, _steps: lambda _done: None)
    classifier = Classifier.from_pretrained(model)
    dev = _pairs(classifier, corpus.dev)
    with new_folder(output, replace=False) as folder:
        _write_beside(classifier, folder)
        stage("exporting", 0)
        fast, difference = _write_checked(classifier, folder, dev[:_PARITY_ROWS])
        agreement: Agreement | None = None
        kept: tuple[str, ...] = ()
        if int8:
            train = _some(_pairs(classifier, corpus.train))
            kept, agreement = _quantize(classifier, folder, train, dev, stage)
        size = (folder / MODEL_FILE).stat().st_size
        found = Exported(output, model, difference, fast, size, agreement, kept)
        write_json(folder / RECORD, _record(found, corpus, len(dev)))
    return found


def _check_place(model: str, output: Path) -> None:
    if is_exported(model):
        raise ModelError(f"{model}: is exported already: give the checkpoint that it was made of")
    if output.exists():
        raise SettingsError(f"{output}: is there already: delete it or give --output NEW_FOLDER")
    if output.resolve().is_relative_to(BUNDLED):
        raise SettingsError(f"{output}: lies inside the package: give another folder")


def _pairs(classifier: Classifier, rows: Examples) -> Pairs:
    fit = fitting(classifier, list(zip(rows.questions, rows.passages, strict=True)))
    if not fit:
        raise DanetkaError("export: every row of the data is longer than the model: give others")
    return fit


def _some(pairs: Pairs) -> Pairs:
    chosen = np.linspace(0, len(pairs) - 1, min(len(pairs), _TRIAL_ROWS)).astype(int)
    return [pairs[i] for i in chosen]


def _write_beside(classifier: Classifier, folder: Path) -> None:
    """All that loading needs beside the graph."""
    classifier.model.config.save_pretrained(folder)
    classifier.tokenizer.save_pretrained(folder)
    classifier.decision.write(folder)


def _write_checked(classifier: Classifier, folder: Path, pairs: Pairs) -> tuple[bool, float]:
    """Write the graph; the plain one where the faster one is not exact for this model."""
    path = folder / MODEL_FILE
    fast = write_graph(classifier, path)
    difference = largest_difference(classifier, OnnxClassifier.from_pretrained(folder), pairs)
    if fast and not difference <= TOLERANCE:  # its head reads more than the first token
        fast = False
        write_plain_graph(classifier.model, classifier.pair_tokenizer.inputs, path)
        difference = largest_difference(classifier, OnnxClassifier.from_pretrained(folder), pairs)
    if not difference <= TOLERANCE:
        raise ModelError(
            f"{classifier.name}: the export's logits differ by {difference:.2g} from the "
            f"original's, more than {TOLERANCE:.0g}: nothing was written"
        )
    return fast, difference


def _quantize(
    classifier: Classifier, folder: Path, train: Pairs, dev: Pairs, stage: Stage
) -> tuple[tuple[str, ...], Agreement]:
    """Put the int8 graph in the place of the other one.

    Returns:
        The products that it leaves alone, the fewest that do, and its agreement on dev.

    Raises:
        ModelError: If no try agrees on both; with the figures of the best.
    """
    path, whole = folder / MODEL_FILE, folder / "float.onnx"
    path.rename(whole)
    level = level_of(classifier)
    on_train = margins_of(classifier, train, stage("answering train", len(train)))
    on_dev = margins_of(classifier, dev, stage("answering dev", len(dev)))

    def answer(trial: Path, pairs: Pairs = train) -> Floats:
        if trial != path:
            trial.replace(path)
        return margins_of(OnnxClassifier.from_pretrained(folder), pairs)

    ranked: list[str] = []
    failed: list[tuple[str, Agreement]] = []
    for count in _KEPT:
        if count and not ranked:
            trials = stage("int8: which products it harms", len(products(whole)))
            ranked = most_harmful(whole, answer, on_train, folder / "trial.onnx", trials)
        quantize(whole, ranked[:count], path)
        seen = Agreement.of(on_train, answer(path), level)
        found = Agreement.of(on_dev, answer(path, dev), level)
        if found.enough and seen.lowest >= REQUIRED:
            whole.unlink()
            return tuple(ranked[:count]), found
        failed.append(("train", seen) if found.enough else ("dev", found))
    closest = max(failed, key=lambda one: one[1].lowest)
    raise ModelError(f"{classifier.name}: {_refusal(*closest)}")


def _refusal(split: str, found: Agreement) -> str:
    figures = ", ".join(
        f"{name} {'never said' if share is None else f'{share:.1%} of {rows}'}"
        for name, share, rows in (
            ("«да»", found.yes, found.yes_rows),
            ("«нет»", found.no, found.rows - found.yes_rows),
        )
    )
    return (
        f"int8 does not say what the original says on {split} ({figures}; 99% of both are "
        "needed): "
        "nothing was written: export it without --int8, or give --data with rows of your own"
    )


def _record(found: Exported, corpus: Corpus, rows: int) -> dict[str, Any]:
    return {
        "model": content_key(resolve(found.model)),
        "largest_difference_of_logits": found.difference,
        "faster_graph": found.fast,
        "int8": None if found.int8 is None else asdict(found.int8),
        "kept_in_single_precision": list(found.kept),
        "data": {"name": corpus.name, "dev_rows": rows, "dev_sha256": corpus.dev.sha256},
        "environment": environment(),
    }
