"""The alias table, and the one way in which a checkpoint or a tokenizer is loaded.

A model is whatever ``AutoModelForSequenceClassification.from_pretrained`` loads. An alias names a
hub id, a folder inside the package, or a function that builds an ordinary checkpoint in the user's
cache folder and returns its path; from there on there is no second code path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from danetka.errors import ModelError
from danetka.models import navec_mini
from danetka.models.quiet import quiet
from danetka.network import hub_access
from danetka.schema import LABEL_NAMES

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

BUNDLED: Final = Path(__file__).parents[1] / "checkpoints"
"""Where the checkpoints that ship with the package lie."""
ALIASES: Final[dict[str, str | Callable[[], Path]]] = {
    "mini": str(BUNDLED / "mini"),
    "mini-int8": str(BUNDLED / "mini-int8"),
    "mini-gpt": str(BUNDLED / "mini-gpt"),
    "navec-mini": navec_mini.build,
    "rubert": "DeepPavlov/rubert-base-cased",
}
DEFAULT_MODEL: Final = "mini"
"""What training starts from."""
ANSWERING_MODEL: Final = "mini-int8"
"""What answers where nothing is named: `mini` exported in eight bits, which needs no torch, loads
at once and says the same."""
MODEL_FILE: Final = "model.onnx"
"""What a folder that `danetka export` wrote has in place of weights."""


def resolve(name: str) -> str:
    """An alias → the hub id or path behind it (built first, if need be); other names stay."""
    target = ALIASES.get(name, name)
    return target if isinstance(target, str) else str(target())


def is_exported(name: str | Path) -> bool:
    """Whether a name stands for a folder that `danetka export` wrote."""
    return (Path(resolve(str(name))) / MODEL_FILE).is_file()


def content_key(name: str) -> str:
    """What stands behind a name, for keys of runs: a hash of a local checkpoint's files.

    A path with new contents is another model; so is an alias whose recipe has changed. A hub id
    stands for itself.
    """
    target = resolve(name)
    folder = Path(target)
    return _hash_folder(folder) if folder.is_dir() else target


@cache
def _hash_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for pattern in ("*.json", "*.txt", "*.model", "*.safetensors", "*.bin", "*.onnx"):
        for path in sorted(folder.glob(pattern)):
            digest.update(path.name.encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def load_tokenizer(name: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a checkpoint.

    Args:
        name: An alias, a path or a hub id.

    Raises:
        ModelError: If it is not there or cannot be reached.
    """
    from transformers import AutoTokenizer

    tokenizer = _load(name, AutoTokenizer.from_pretrained)
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(f"{name}: its tokenizer has no fast version: convert it to tokenizer.json")
    return tokenizer  # type: ignore[no-any-return]


def load_classifier(name: str, *, safetensors: bool = False) -> PreTrainedModel:
    """A checkpoint with a head of two classes; a new head is put on one that has none.

    In single precision, whatever it is stored in: transformers 5 would train half-precision
    weights as they are, and small steps would be lost in rounding.

    Args:
        name: An alias, a path or a hub id.
        safetensors: Whether pickled weights are refused.

    Raises:
        ModelError: If it is not there, cannot be reached, or has a head of another size.
    """
    import torch
    from transformers import AutoModelForSequenceClassification

    labels = dict(enumerate(LABEL_NAMES))
    head = {"num_labels": 2, "id2label": labels, "label2id": {v: k for k, v in labels.items()}}
    with quiet():  # a new head is what we ask for, not news
        trained = _is_trained(_load_config(name))
        loader = AutoModelForSequenceClassification.from_pretrained
        options: dict[str, Any] = {} if trained else dict(head)
        if safetensors:
            options["use_safetensors"] = True
        model = _load(name, loader, dtype=torch.float32, **options)
    if model.config.num_labels != 2:  # noqa: PLR2004 - да and нет
        raise ModelError(f"{name}: has {model.config.num_labels} classes: give a model of two")
    return model  # type: ignore[no-any-return]


def load_causal(name: str) -> PreTrainedModel:
    """A causal language model, in single precision.

    Args:
        name: An alias, a path or a hub id.

    Raises:
        ModelError: If it is not there, cannot be reached, or is of another kind.
    """
    import torch
    from transformers import AutoModelForCausalLM

    kinds = _load_config(name).architectures or ("no model",)
    if not any("LMHead" in kind or "CausalLM" in kind for kind in kinds):
        raise ModelError(
            f"{name}: {kinds[0]} is no causal language model: give one, for example mini-gpt"
        )
    with quiet():
        return _load(name, AutoModelForCausalLM.from_pretrained, dtype=torch.float32)  # type: ignore[no-any-return]


def _load_config(name: str) -> Any:
    from transformers import AutoConfig

    return _load(name, AutoConfig.from_pretrained)


def _is_trained(config: Any) -> bool:
    """Whether the checkpoint already has a classification head, whose class names then count."""
    return any("SequenceClassification" in a for a in config.architectures or ())


def _has_weights(folder: Path) -> bool:
    return any(any(folder.glob(pattern)) for pattern in ("*.safetensors", "*.bin"))


def _load(name: str, loader: Callable[..., Any], **options: Any) -> Any:
    target = resolve(name)
    if is_exported(target) and not _has_weights(Path(target)):
        raise ModelError(
            f"{name}: is exported, to answer and nothing else: "
            "give the checkpoint that it was made of"
        )
    try:
        if Path(target).exists():
            return loader(target, **options)
        with hub_access():
            return loader(target, **options)
    except Exception as error:  # a damaged file raises whatever its reader raises
        if Path(target).exists():
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ModelError(f"{target}: not a checkpoint that can be loaded ({reason})") from error
        if target.startswith((".", "/", "~")):
            raise ModelError(f"{target}: there is no such folder") from error
        raise ModelError(
            f"{target}: cannot be fetched from the hub: check the name and the network, or pass "
            f"the path of a downloaded copy, or one of {', '.join(ALIASES)}"
        ) from error
