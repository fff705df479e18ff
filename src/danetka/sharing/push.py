"""A trained model → a repository of the Hugging Face hub."""

from __future__ import annotations

import glob
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from danetka import __version__
from danetka.errors import DanetkaError, ModelError, SettingsError
from danetka.schema import Example, Examples
from danetka.settings import read_yaml
from danetka.training.card import CARD, write_card

_WANTED: Final = ("*.json", "*.safetensors", "*.txt", "*.model", "*.png", CARD)
_TOKENIZERS: Final = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
"""One of these a tokenizer needs; without any, transformers makes up an empty one."""
_TRIAL: Final = Examples((Example("Есть ли в городе мост?", "В городе есть мост."),))
_UNAUTHORISED: Final = (401, 403)


class HubClient(Protocol):
    """What is asked of `huggingface_hub.HfApi`."""

    def whoami(self) -> dict[str, Any]:
        """Who the token belongs to, under ``name``."""

    def create_repo(self, repo_id: str, *, private: bool | None, exist_ok: bool) -> Any:
        """Make a repository of models; what is returned has its whole id as ``repo_id``."""

    def create_branch(self, repo_id: str, *, branch: str, exist_ok: bool) -> None:
        """Make a branch."""

    def upload_folder(
        self,
        *,
        repo_id: str,
        folder_path: str | Path,
        commit_message: str | None,
        revision: str | None,
        allow_patterns: list[str] | str | None,
    ) -> Any:
        """Upload the files of a folder whose names match, as one commit."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What is to be uploaded.

    Attributes:
        folder: The checkpoint's folder.
        repo: The repository, ``OWNER/NAME`` or ``NAME``.
        files: Name and size in bytes of each file.
        left_out: Names of files that stay behind.
    """

    folder: Path
    repo: str
    files: tuple[tuple[str, int], ...]
    left_out: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(size for _, size in self.files)


def prepare(model: Path, repo: str) -> Upload:
    """See that a model can be shared, and with which files.

    A run that was trained before there were cards gets its own now.

    Args:
        model: A run's folder, for the checkpoint that it chose, or a checkpoint's.
        repo: ``OWNER/NAME``, or ``NAME`` for one of the user's own.

    Raises:
        ModelError: If it is no classifier of two classes in safetensors with a card.
        SettingsError: If the hub would not take the repository's name.
    """
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise SettingsError(
            f"{repo}: no name of a repository: write OWNER/NAME in letters, digits, '-', '_', '.'"
        ) from error
    folder = checkpoint_of(model)
    _check_files(folder)
    _check_answers(folder)
    _check_card(folder)
    there = sorted(path for path in folder.iterdir() if path.is_file())
    taken = [path for path in there if any(path.match(pattern) for pattern in _WANTED)]
    taken = [path for path in taken if not path.name.startswith(".")]
    return Upload(
        folder,
        repo,
        tuple((path.name, path.stat().st_size) for path in taken),
        tuple(path.name for path in there if path not in taken),
    )


def checkpoint_of(model: Path) -> Path:
    """The folder of a run's model, or the folder itself where it is a checkpoint's.

    Raises:
        ModelError: If it is neither.
    """
    if (model / "config.json").is_file():
        return model
    if not model.is_dir():
        raise ModelError(f"{model}: there is no such folder: give a run's or a checkpoint's")
    if not (model / "settings.yaml").is_file():
        raise ModelError(f"{model}: neither a run nor a checkpoint: it has no config.json")
    if not (model / "result.json").is_file():
        raise ModelError(f"{model}: the run is not finished: type its `danetka train` again")
    folder = model / str(read_yaml(model / "settings.yaml").get("select", "best"))
    if not (folder / CARD).is_file():
        write_card(model)
    return folder


def _check_files(folder: Path) -> None:
    if not any(folder.glob("*.safetensors")):
        raise ModelError(
            f"{folder}: has no *.safetensors, and pickles are not shared: load it and "
            "call save_pretrained"
        )
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kinds = config.get("architectures") or ["no architecture"]
    except (ValueError, AttributeError) as error:
        raise ModelError(f"{folder}/config.json: cannot be read ({error})") from error
    if not any("SequenceClassification" in kind for kind in kinds):
        raise ModelError(f"{folder}: {kinds[0]} is no classifier: fine-tune it first")
    if not any(path for pattern in _TOKENIZERS for path in folder.glob(pattern)):
        raise ModelError(f"{folder}: has no tokenizer: put the model's tokenizer.json there")


def _check_answers(folder: Path) -> None:
    """Load it, and have it answer: two classes, a tokenizer, no NaN."""
    from danetka.models.classifier import Classifier

    Classifier.from_pretrained(folder).probabilities(_TRIAL)


def _check_card(folder: Path) -> None:
    from huggingface_hub import ModelCard

    path = folder / CARD
    if not path.is_file():
        raise ModelError(f"{path}: there is no card: give the run's folder, or write one")
    try:
        text = path.read_text(encoding="utf-8")
        named = ModelCard(text).data.to_dict() if text.startswith("---") else {}  # type: ignore[no-untyped-call]
    except Exception as error:  # yaml and the hub's own, of several types
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"{path}: its metadata cannot be read ({reason})") from error
    if not named:
        raise ModelError(f"{path}: has no metadata: begin it with a block between --- lines")


def push(
    upload: Upload,
    client: HubClient,
    *,
    private: bool | None = None,
    revision: str | None = None,
    message: str | None = None,
) -> str:
    """Upload a model.

    Args:
        upload: What `prepare` found.
        client: The hub's client: `huggingface_hub.HfApi()`, or what stands in for it.
        private: Whether a new repository is private; None for what the account has set.
        revision: A branch, made if need be; None for the main one.
        message: Of the commit.

    Returns:
        The repository's whole id.

    Raises:
        DanetkaError: If nobody is logged in, the hub cannot be reached, or it refuses.
    """
    try:
        client.whoami()  # first: it says best what is wrong with a token
        repo = str(client.create_repo(upload.repo, private=private, exist_ok=True).repo_id)
        if revision:
            client.create_branch(repo, branch=revision, exist_ok=True)
        client.upload_folder(
            repo_id=repo,
            folder_path=upload.folder,
            commit_message=message or f"Model by danetka {__version__}",
            revision=revision,
            allow_patterns=[glob.escape(name) for name, _ in upload.files],
        )
    except Exception as error:  # the client raises its own, its HTTP library's and the system's
        raise DanetkaError(_explain(upload.repo, error)) from error
    return repo


def _explain(repo: str, error: Exception) -> str:
    """One line for a person."""
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalTokenNotFoundError,
        OfflineModeIsEnabled,
    )

    login = "log in with `hf auth login`, or set HF_TOKEN"
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if isinstance(error, LocalTokenNotFoundError):
        return f"{repo}: nobody is logged in to the hub: {login}"
    if isinstance(error, OfflineModeIsEnabled):
        return f"{repo}: the hub is switched off: unset HF_HUB_OFFLINE"
    if isinstance(error, HfHubHTTPError):
        status = getattr(error.response, "status_code", None)
        if status in _UNAUTHORISED:
            return f"{repo}: the hub refuses ({status}): {login} as one who may write there"
        return f"{repo}: the hub refuses ({reason})"
    return f"{repo}: the hub cannot be reached ({reason}): check the network and try again"
