"""What the tests share: no network, a small real checkpoint, examples that are not trivial."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["COLUMNS"] = "120"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch

from danetka.schema import Examples

from .made import make_examples

REAL = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the real data lies beside a checkout, if it does."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: one that came last would leave a worker without work."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)  # stable: a file stays together


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that leaves this machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in {"127.0.0.1", "::1", "localhost", "local"}:
            raise OSError(f"a test reached for {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Workers run side by side: two threads each would fight for the cores."""
    torch.set_num_threads(1)


@pytest.fixture
def real_danetqa() -> Path:
    """The real dataset's folder; the test is skipped where it is absent."""
    path = REAL / "danetqa"
    if not path.is_dir():
        pytest.skip("the real DaNetQA is not beside this checkout")
    return path


@pytest.fixture
def real_rubert() -> Path:
    """RuBERT's vocabulary and configuration; the test is skipped where they are absent."""
    path = REAL / "rubert-base-cased"
    if not path.is_dir():
        pytest.skip("RuBERT's vocabulary is not beside this checkout")
    return path


@pytest.fixture
def examples() -> Callable[..., Examples]:
    """`make_examples`."""
    return make_examples


@pytest.fixture(scope="module")
def few_running_words() -> Iterator[None]:
    """Vocabularies are trained on a hundredth of the words: a tenth of a second, not three."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("danetka.models.wordpiece._RUNNING_WORDS", 30_000)
        yield


@pytest.fixture(scope="session")
def tiny_gpt(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An ordinary GPT-2 checkpoint of 2 layers × 32 with 96 positions, as a path."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny-gpt")
    trained = ByteLevelBPETokenizer()
    rows = make_examples(200)
    trained.train_from_iterator(
        [*rows.questions, *rows.passages], 400, special_tokens=["<|endoftext|>"],
        show_progress=False,
    )  # fmt: skip
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=trained._tokenizer, eos_token="<|endoftext|>", model_max_length=96
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=trained.get_vocab_size(), n_positions=96, n_embd=32, n_layer=2, n_head=2,
        bos_token_id=0, eos_token_id=0,
    )  # fmt: skip
    model = GPT2LMHeadModel(config)
    texts = tokenizer([f"{row.question} {row.passage}" for row in rows])["input_ids"]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for text in texts[:60]:  # enough that what it reads matters to what it says
        ids = torch.tensor([text[:96]])
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An ordinary BERT checkpoint of 2 layers × 32, as a path."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    rows = make_examples(200)
    tokenizer.train_from_iterator(
        [*rows.questions, *rows.passages],
        trainers.WordPieceTrainer(vocab_size=300, special_tokens=special, show_progress=False),
    )
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=128,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    ).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        id2label={0: "нет", 1: "да"},
        label2id={"нет": 0, "да": 1},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)
