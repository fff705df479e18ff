"""One pre-training: a folder that holds all of it, and goes on after a kill.

The folder::

    settings.yaml   as resolved
    tokenizer/      the tokenizer
    tokens-…/       the corpus as uint16
    checkpoints/    while it runs
    curve.csv       loss and speed; curve.png, drawn
    model/          the checkpoint: half precision, with its tokenizer
    result.json     comes last: budget, speed, the loss on unseen text of each source
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
import yaml
from transformers import BertForMaskedLM, GPT2Config, GPT2LMHeadModel

from danetka.environment import environment
from danetka.errors import SettingsError
from danetka.files import new_folder, write_json, write_text
from danetka.models.quiet import quiet
from danetka.pretraining.curve import draw_curve
from danetka.pretraining.documents import find_source
from danetka.pretraining.loop import Watcher, train_on_text
from danetka.pretraining.masked import MaskedEncoder, MaskedSequences, Masks
from danetka.pretraining.processes import processes
from danetka.pretraining.start import start_encoder
from danetka.pretraining.tokens import Sequences, write_tokens
from danetka.pretraining.unseen import Items, unseen_losses
from danetka.pretraining.vocabulary import END, encoder_tokenizer, generator_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

    from danetka.pretraining.settings import (
        EncoderSettings,
        GeneratorSettings,
        PretrainSettings,
        ShapeSettings,
    )
    from danetka.pretraining.tokens import TokenFiles

_RESULT: Final = "result.json"
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
    masks = _masks(tokenizer)
    rows = MaskedSequences(_sequences(files, settings), masks)
    model = start_encoder(tokenizer, settings.shape, settings.start, settings.text.seed)
    last = train_on_text(model, rows, settings.text, folder, watcher)
    if not processes().is_main_process:
        return folder / "model"
    with quiet():
        trained = MaskedEncoder.from_pretrained(last)
    losses = unseen_losses(trained, files, settings, lambda s: MaskedSequences(s, masks))
    with quiet():
        plain = BertForMaskedLM.from_pretrained(last, dtype=torch.float16)
    plain.config.hidden_dropout_prob = _DROPOUT
    return _finish(plain, folder, files, losses)


def pretrain_generator(
    settings: GeneratorSettings, folder: Path, watcher: Watcher | None = None
) -> Path:
    """Train a causal language model, or go on with it, or find it done; see `pretrain_encoder`."""
    with processes().main_process_first():
        if _is_done(folder, settings):
            return folder / "model"
        tokenizer = generator_tokenizer(settings.corpus, settings.shape, folder / "tokenizer")
        files = write_tokens(settings.corpus, tokenizer, END, folder)
    torch.manual_seed(settings.text.seed)
    model = GPT2LMHeadModel(_gpt2(tokenizer, settings.shape))
    rows = _sequences(files, settings)
    last = train_on_text(model, rows, settings.text, folder, watcher)
    if not processes().is_main_process:
        return folder / "model"
    with quiet():
        trained = GPT2LMHeadModel.from_pretrained(last)
    losses = unseen_losses(trained, files, settings, _as_they_are)
    return _finish(trained.half(), folder, files, losses)


def _as_they_are(sequences: Sequences) -> Items:
    return sequences


def _gpt2(tokenizer: Tokenizer, shape: ShapeSettings) -> GPT2Config:
    end = tokenizer.token_to_id(END)
    return GPT2Config(
        vocab_size=tokenizer.get_vocab_size(),
        n_positions=shape.positions,
        n_embd=shape.hidden,
        n_layer=shape.layers,
        n_head=shape.heads,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
    )


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
        there = yaml.safe_load(path.read_text(encoding="utf-8"))
        if there != plain:
            changed = ", ".join(key for key in plain if there.get(key) != plain[key])
            raise SettingsError(
                f"{folder}: holds another run (differs in {changed}): give another folder"
            )
    else:
        for name in settings.corpus.sources:
            find_source(settings.corpus.folder, name)  # or a typing mistake claims the folder
        write_text(path, yaml.safe_dump(plain, allow_unicode=True, sort_keys=False))
    return (folder / _RESULT).exists()


def _finish(
    model: PreTrainedModel, folder: Path, files: TokenFiles, losses: dict[str, Any]
) -> Path:
    with new_folder(folder / "model") as fresh, quiet():
        model.save_pretrained(fresh)
        shutil.copytree(folder / "tokenizer", fresh, dirs_exist_ok=True)
    draw_curve(folder / "curve.csv", folder / "curve.png")
    result = {"corpus": files.counts, "unseen": losses, "environment": environment()}
    write_json(folder / _RESULT, result)
    return folder / "model"
