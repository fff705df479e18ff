"""One pre-training: a folder that holds all of it, and goes on after a kill.

The folder::

    settings.yaml   as resolved
    tokenizer/      the tokenizer
    tokens-…/       the corpus as uint16
    checkpoints/    while it runs
    curve.csv       loss and speed; curve.png, drawn
    text/           of an encoder that learns to answer: the masked language model before it
    questions/      and what it learns from, with checkpoints and a curve of its own
    model/          the checkpoint: half precision, with its tokenizer
    result.json     comes last: budget, speed, the loss on unseen text of each source
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
import yaml
from transformers import BertForMaskedLM, GPT2LMHeadModel

from danetka.environment import environment
from danetka.errors import SettingsError
from danetka.files import new_folder, write_json, write_text
from danetka.models.quiet import quiet
from danetka.pretraining.curve import draw_curve
from danetka.pretraining.loop import Watcher, train_on_text
from danetka.pretraining.masked import MaskedEncoder, MaskedSequences, Masks
from danetka.pretraining.processes import processes
from danetka.pretraining.questions.prompts import write_prompts
from danetka.pretraining.questions.stage import learn_to_answer
from danetka.pretraining.questions.task import Progress, make_task
from danetka.pretraining.start import start_encoder, start_generator
from danetka.pretraining.tokens import Sequences, write_tokens
from danetka.pretraining.unseen import Items, unseen_losses
from danetka.pretraining.vocabulary import END, encoder_tokenizer, generator_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

    from danetka.pretraining.settings import (
        CorpusSettings,
        EncoderSettings,
        GeneratorSettings,
        PretrainSettings,
    )
    from danetka.pretraining.tokens import TokenFiles

_RESULT: Final = "result.json"
_TEXT: Final = "text"
_LOSSES: Final = "unseen.json"
_DROPOUT: Final = 0.1
"""Of the finished encoder: for fine-tuning, whose data is small."""


def pretrain_encoder(
    settings: EncoderSettings, folder: Path, watcher: Watcher | None = None
) -> Path:
    """Train a masked language model, or go on with it, or find it done.

    Args:
        settings: Text, shape, start and budget.
        folder: The run's.
        watcher: Hears of the progress.

    Returns:
        The checkpoint's folder.

    Raises:
        DanetkaError: If the text, the start or the folder is not what it should be.
    """
    with processes().main_process_first():
        if _is_done(folder, settings):
            return folder / "model"
        tokenizer = encoder_tokenizer(settings.corpus, settings.shape, folder / "tokenizer")
        files = write_tokens(settings.corpus, tokenizer, "[SEP]", folder)
    losses = _learn_text(settings, folder, tokenizer, files, watcher)
    base = folder / _TEXT
    if settings.questions is None:
        if processes().is_main_process:
            with quiet():
                plain = BertForMaskedLM.from_pretrained(base, dtype=torch.float16)
            _finish(plain, folder, files, {"unseen": losses})
        return folder / "model"
    place = folder / "questions"
    with processes().main_process_first():
        progress = _told(watcher, "reading passages")
        task = make_task(settings.corpus, settings.questions, place, progress)
    model, scores = learn_to_answer(base, task, settings.questions, place, watcher)
    if processes().is_main_process:
        model.config.hidden_dropout_prob = _DROPOUT
        draw_curve(place / "curve.csv", place / "curve.png")
        _finish(model.half(), folder, files, {"unseen": losses, "questions": scores})
    return folder / "model"


def _learn_text(
    settings: EncoderSettings,
    folder: Path,
    tokenizer: Tokenizer,
    files: TokenFiles,
    watcher: Watcher | None,
) -> dict[str, Any]:
    """Masked language modelling; its model goes to text/, its losses on unseen text come back."""
    place = folder / _TEXT
    if (place / _LOSSES).exists():
        found: dict[str, Any] = json.loads((place / _LOSSES).read_text(encoding="utf-8"))
        return found
    masks = _masks(tokenizer)
    rows = MaskedSequences(_sequences(files, settings), masks)
    model = start_encoder(tokenizer, settings.shape, settings.start, settings.text.seed)
    last = train_on_text(model, rows, settings.text, folder, watcher)
    losses = {}
    if processes().is_main_process:
        with quiet():
            trained = MaskedEncoder.from_pretrained(last)
        losses = unseen_losses(trained, files, settings, lambda s: MaskedSequences(s, masks))
        with new_folder(place) as fresh, quiet():
            plain = BertForMaskedLM.from_pretrained(last, dtype=torch.float16)
            plain.config.hidden_dropout_prob = _DROPOUT
            plain.save_pretrained(fresh)
            shutil.copytree(folder / "tokenizer", fresh, dirs_exist_ok=True)
            write_json(fresh / _LOSSES, losses)
    processes().wait_for_everyone()
    return losses


def pretrain_generator(
    settings: GeneratorSettings, folder: Path, watcher: Watcher | None = None
) -> Path:
    """Train a causal language model, or go on with it, or find it done; see `pretrain_encoder`."""
    with processes().main_process_first():
        if _is_done(folder, settings):
            return folder / "model"
        if settings.prompts is not None:
            prompts = folder / "prompts.jsonl"
            progress = _told(watcher, "reading passages")
            write_prompts(settings.corpus, settings.prompts, prompts, progress)
            settings = settings.model_copy(update={"corpus": _with_prompts(settings, prompts)})
        tokenizer = generator_tokenizer(settings.corpus, settings.shape, folder / "tokenizer")
        files = write_tokens(settings.corpus, tokenizer, END, folder)
    model = start_generator(tokenizer, settings)
    rows = _sequences(files, settings)
    last = train_on_text(model, rows, settings.text, folder, watcher)
    if not processes().is_main_process:
        return folder / "model"
    with quiet():
        trained = GPT2LMHeadModel.from_pretrained(last, dtype=torch.float32)
    losses = unseen_losses(trained, files, settings, _as_they_are)
    return _finish(trained.half(), folder, files, {"unseen": losses})


def _with_prompts(settings: GeneratorSettings, path: Path) -> CorpusSettings:
    """The corpus with one more source, which lies elsewhere."""
    corpus, prompts = settings.corpus, settings.prompts
    assert prompts is not None  # noqa: S101 - the caller has looked
    return corpus.model_copy(
        update={
            "sources": {**corpus.sources, path.stem: prompts.weight},
            "elsewhere": {path.stem: path},
        }
    )


def _told(watcher: Watcher | None, what: str) -> Progress:
    """Passages read, as steps of a watcher; each pool of them starts anew."""
    last = 0

    def hear(done: int, total: int) -> None:
        nonlocal last
        if watcher is None:
            return
        if done <= last or not last:
            watcher.restart(what, total)
        watcher.reach(done)
        last = done

    return hear


def _as_they_are(sequences: Sequences) -> Items:
    return sequences


def _masks(tokenizer: Tokenizer) -> Masks:
    ids = tokenizer.get_vocab()
    begin, end, mask = (ids[name] for name in ("[CLS]", "[SEP]", "[MASK]"))
    return Masks(begin, end, mask, max(begin, end, mask) + 1, tokenizer.get_vocab_size())


def _sequences(files: TokenFiles, settings: PretrainSettings) -> Sequences:
    text = settings.text
    return Sequences(files, settings.corpus.sources, text.sequences, text.length, text.seed)


def _is_done(folder: Path, settings: PretrainSettings) -> bool:
    """Whether the run is finished; its folder is claimed for these settings.

    Raises:
        DanetkaError: If the folder holds another run, or a source is missing.
    """
    plain = settings.model_dump(mode="json")
    path = folder / "settings.yaml"
    if path.exists():
        # Parsed: a folder of before a setting came is held by the same run, with its default.
        noted = yaml.safe_load(path.read_text(encoding="utf-8"))
        there = type(settings).parse(noted, str(path)).model_dump(mode="json")
        if there != plain:
            changed = ", ".join(key for key in plain if there.get(key) != plain[key])
            raise SettingsError(
                f"{folder}: holds another run (differs in {changed}): give another folder"
            )
    else:
        for name in settings.corpus.sources:
            settings.corpus.file(name)  # or a typing mistake claims the folder
        write_text(path, yaml.safe_dump(plain, allow_unicode=True, sort_keys=False))
    return (folder / _RESULT).exists()


def _finish(model: PreTrainedModel, folder: Path, files: TokenFiles, found: dict[str, Any]) -> Path:
    with new_folder(folder / "model") as fresh, quiet():
        model.save_pretrained(fresh)
        shutil.copytree(folder / "tokenizer", fresh, dirs_exist_ok=True)
    draw_curve(folder / "curve.csv", folder / "curve.png")
    result = {"corpus": files.counts, **found, "environment": environment()}
    write_json(folder / _RESULT, result)
    return folder / "model"
