"""Pushing: what goes, what stays, what is said; the hub's client is a local stand-in."""

from __future__ import annotations

import importlib
import inspect
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError
from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]

from danetka.errors import DanetkaError, ModelError, SettingsError
from danetka.models.classifier import Classifier
from danetka.models.decision import Decision
from danetka.schema import Examples
from danetka.sharing.push import HubClient, prepare, push
from danetka.training.api import train

from .commands import danetka
from .local_hub import LocalHub
from .made import make_examples

CARD = "---\nlanguage: ru\n---\n# Пробная модель\n"


METHODS = ("whoami", "create_repo", "create_branch", "upload_folder")


@pytest.mark.parametrize("name", METHODS)
def test_the_stand_in_has_the_real_client_s_interface(name: str) -> None:
    """A parameter that the real client renames, drops or newly demands fails here."""
    real = inspect.signature(getattr(HfApi, name)).parameters
    for ours in (getattr(LocalHub, name), getattr(HubClient, name)):
        given = inspect.signature(ours).parameters
        for parameter in given.values():
            assert parameter.name in real
            theirs = real[parameter.name].kind
            assert theirs in {parameter.kind, inspect.Parameter.POSITIONAL_OR_KEYWORD}
        demanded = {p.name for p in real.values() if p.default is inspect.Parameter.empty}
        assert demanded <= set(given)
    own = {n for n in vars(HubClient) if not n.startswith("_")}
    assert own == set(METHODS)


@pytest.fixture
def model(tiny: str, tmp_path: Path) -> Path:
    """A checkpoint with a card."""
    folder = shutil.copytree(tiny, tmp_path / "model")
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    Decision(64, 0.4).write(folder)
    return folder


@pytest.fixture
def hub(tmp_path: Path) -> LocalHub:
    return LocalHub(tmp_path / "hub")


def test_what_is_pushed_can_be_loaded_and_answers_the_same(model: Path, hub: LocalHub) -> None:
    upload = prepare(model, "somebody/danetka-test")
    assert push(upload, hub, private=True, message="Первая") == "somebody/danetka-test"
    there = hub.root / "somebody/danetka-test/main"
    assert {p.name: p.stat().st_size for p in there.iterdir()} == dict(upload.files)
    rows = make_examples(5)
    ours, theirs = (Classifier.from_pretrained(folder) for folder in (model, there))
    assert theirs.decision == Decision(64, 0.4)
    assert (ours.probabilities(rows) == theirs.probabilities(rows)).all()
    assert hub.private == {"somebody/danetka-test": True}
    assert hub.messages == ["Первая"]


def test_a_name_without_owner_and_a_branch(model: Path, hub: LocalHub) -> None:
    for _ in range(2):  # the second time everything is there already
        assert push(prepare(model, "mine"), hub, revision="v1") == "somebody/mine"
    assert (hub.root / "somebody/mine/v1/config.json").is_file()
    assert list((hub.root / "somebody/mine/main").iterdir()) == []
    assert hub.messages[0] is not None
    assert hub.messages[0].startswith("Model by danetka")


def test_pickles_and_strangers_stay_behind(model: Path, hub: LocalHub) -> None:
    strangers = (
        "training_args.bin",
        "pytorch_model.bin",
        "state.pt",
        "x.pkl",
        "notes.md",
        "run.py",
    )
    for name in strangers:
        torch.save({}, model / name)
    (model / ".env.json").write_text("{}", encoding="utf-8")
    (model / "checkpoint-1").mkdir()
    (model / "checkpoint-1/config.json").write_text("{}", encoding="utf-8")
    upload = prepare(model, "a/b")
    assert set(upload.left_out) == {*strangers, ".env.json"}
    push(upload, hub)
    found = {
        p.relative_to(hub.root / "a/b/main").as_posix() for p in (hub.root / "a/b/main").rglob("*")
    }
    assert found == {name for name, _ in upload.files}
    assert {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "danetka.json",
        "README.md",
    } <= found


def break_weights(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "model.bin")


def break_head(folder: Path) -> None:
    config = folder / "config.json"
    values = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**values, "architectures": ["BertModel"]}), encoding="utf-8")


def break_classes(folder: Path) -> None:
    from transformers import AutoModelForSequenceClassification, BertConfig

    config = BertConfig.from_pretrained(folder, num_labels=3)
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)


def break_numbers(folder: Path) -> None:
    model = Classifier.from_pretrained(folder).model
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(float("nan"))
    model.save_pretrained(folder)


def break_bytes(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


def break_config(folder: Path) -> None:
    (folder / "config.json").write_text("[]", encoding="utf-8")


def break_card(folder: Path) -> None:
    (folder / "README.md").unlink()


def break_metadata(folder: Path) -> None:
    (folder / "README.md").write_text("---\n: [\n---\n", encoding="utf-8")


def break_front(folder: Path) -> None:
    (folder / "README.md").write_text("# Модель\n", encoding="utf-8")


def break_tokenizer(folder: Path) -> None:
    for path in folder.glob("token*"):
        path.unlink()


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (break_weights, "has no *.safetensors, and pickles are not shared"),
        (break_head, "BertModel is no classifier"),
        (break_classes, "has 3 classes"),
        (break_numbers, "answers with NaN"),
        (break_bytes, "not a checkpoint that can be loaded"),
        (break_config, "config.json: cannot be read"),
        (break_card, "README.md: there is no card"),
        (break_metadata, "README.md: its metadata cannot be read"),
        (break_front, "README.md: has no metadata"),
        (break_tokenizer, "has no tokenizer"),
    ],
)
def test_what_is_no_model_to_share_is_refused(model: Path, damage: Any, expected: str) -> None:
    damage(model)
    done = danetka("push", model, "a/b", "--dry-run")
    assert done.returncode == 2
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("repo", ["a/b/c", "a b", "-x", "x..y", "", "привет/мир", "a/b.git"])
def test_names_that_the_hub_would_refuse(model: Path, repo: str) -> None:
    with pytest.raises(SettingsError, match="no name of a repository"):
        prepare(model, repo)


def test_a_run_s_folder(tiny: str, tmp_path: Path) -> None:
    """The checkpoint that it chose goes, with its card; one trained before cards gets it now."""
    folder = tmp_path / "run"
    settings: dict[str, Any] = {"max_length": 64, "training": {"max_steps": 2}}
    rows = make_examples(24)
    train(rows[:16], Examples(rows.rows[16:]), tiny, output=folder, **settings)
    (folder / "best/README.md").unlink(missing_ok=True)
    upload = prepare(folder, "a/b")
    assert upload.folder == folder / "best"
    assert "README.md" in dict(upload.files)
    assert prepare(folder / "last", "a/b").folder == folder / "last"
    (folder / "result.json").unlink()
    with pytest.raises(ModelError, match="the run is not finished"):
        prepare(folder, "a/b")
    with pytest.raises(ModelError, match="neither a run nor a checkpoint"):
        prepare(tmp_path, "a/b")
    with pytest.raises(ModelError, match="there is no such folder"):
        prepare(tmp_path / "none", "a/b")


def test_a_dry_run_shows_all_and_touches_no_network(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def no(*_: object, **__: object) -> None:
        raise AssertionError("a dry run opens no connection")

    monkeypatch.setattr(socket.socket, "connect", no)
    monkeypatch.setattr(socket, "getaddrinfo", no)
    torch.save({}, model / "training_args.bin")
    done = danetka("push", model, "a/b", "--dry-run", "--revision", "v1")
    assert done.returncode == 0, done.stderr
    assert f"{model} → a/b@v1" in done.stderr
    size = (model / "model.safetensors").stat().st_size
    (line,) = [line for line in done.stdout.splitlines() if "model.safetensors" in line]
    assert f"{size:,}" in line
    assert "left out: training_args.bin" in done.stdout
    assert "nothing is uploaded" in done.stderr


def test_without_the_hub_it_is_one_line(model: Path) -> None:
    """The real client, which the tests' environment switches off."""
    done = danetka("push", model, "a/b")
    assert done.returncode == 2
    shown, error = done.stderr.splitlines()
    assert shown == f"{model} → a/b"
    assert error.startswith("a/b: ")
    assert "hf auth login" in done.stderr or "HF_HUB_OFFLINE" in done.stderr


HTTP = importlib.import_module(HfHubHTTPError.__mro__[1].__module__)
"""The library that the real client speaks HTTP with: httpx or its successor."""


def refusal(status: int) -> Exception:
    """What the real client raises when the hub answers with this status."""
    request = HTTP.Request("POST", "https://huggingface.co/api/repos/create")
    with pytest.raises(HfHubHTTPError) as caught:
        hf_raise_for_status(HTTP.Response(status, request=request))
    return caught.value


@pytest.mark.parametrize(
    ("method", "error", "expected"),
    [
        ("whoami", LocalTokenNotFoundError("Token is required"), "nobody is logged in"),
        ("whoami", refusal(401), "the hub refuses (401): log in with `hf auth login`"),
        ("create_repo", refusal(403), "the hub refuses (403): log in with `hf auth login`"),
        ("upload_folder", refusal(500), "the hub refuses ("),
        (
            "create_repo",
            HTTP.ConnectError("no route\nto host"),
            "cannot be reached (no route): check",
        ),
        ("upload_folder", OSError("broken pipe"), "cannot be reached (broken pipe)"),
    ],
)
def test_what_the_client_raises_is_one_line(
    model: Path, hub: LocalHub, method: str, error: Exception, expected: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    setattr(hub, method, fail)
    with pytest.raises(DanetkaError) as caught:
        push(prepare(model, "a/b"), hub)
    assert str(caught.value).startswith("a/b: ")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
