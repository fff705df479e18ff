"""Open text → token files → sequences: streamed, weighted, the same again."""

from __future__ import annotations

import gzip
import json
import lzma
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from danetka.errors import DanetkaError
from danetka.pretraining.documents import find_source, is_held_out, read_documents
from danetka.pretraining.settings import CorpusSettings, ShapeSettings
from danetka.pretraining.tokens import Sequences, TokenFiles, write_tokens
from danetka.pretraining.vocabulary import encoder_tokenizer, generator_tokenizer

from .made_passages import PASSAGES

pytestmark = pytest.mark.usefixtures("few_running_words")
DOCUMENTS = [f"{text} Запись номер {i}." for i in range(8) for text in PASSAGES]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> CorpusSettings:
    folder = tmp_path_factory.mktemp("corpus")
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in DOCUMENTS]
    with lzma.open(folder / "many.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    (folder / "few.txt").write_text("\n\n".join(DOCUMENTS[:40]), encoding="utf-8")
    return CorpusSettings(folder=folder, sources={"many": 1, "few": 4}, held_out=0.1)


@pytest.fixture(scope="module")
def files(corpus: CorpusSettings, tmp_path_factory: pytest.TempPathFactory) -> TokenFiles:
    folder = tmp_path_factory.mktemp("tokens")
    tokenizer = encoder_tokenizer(corpus, ShapeSettings(vocabulary=600), folder / "tokenizer")
    return write_tokens(corpus, tokenizer, "[SEP]", folder)


def test_every_format_is_read(tmp_path: Path) -> None:
    rows = "\n".join(json.dumps({"text": f"Текст {i}.", "licence": "CC0"}) for i in range(3))
    (tmp_path / "a.jsonl").write_text(f"{rows}\n\n", encoding="utf-8")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(rows)
    with lzma.open(tmp_path / "c.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(rows)
    (tmp_path / "d.txt").write_text("Текст\n0.\n\n\nТекст 1.\n\nТекст 2.", encoding="utf-8")
    expected = ["Текст 0.", "Текст 1.", "Текст 2."]
    for name in "abc":
        assert list(read_documents(find_source(tmp_path, name))) == expected
    assert list(read_documents(find_source(tmp_path, "d"))) == ["Текст\n0.", *expected[1:]]


@pytest.mark.parametrize(
    ("content", "line"),
    [(b'{"text": "a"}\n{"text": 1}\n', 2), (b"[]\n", 1), (b'{"text": "a"}\n{oops\n', 2)],
)
def test_a_bad_line_is_named(tmp_path: Path, content: bytes, line: int) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(DanetkaError, match=rf"a\.jsonl:{line}: not a document"):
        list(read_documents(tmp_path / "a.jsonl"))


def test_a_damaged_archive_and_a_missing_source(tmp_path: Path) -> None:
    whole = lzma.compress(b'{"text": "a"}\n' * 1000)
    (tmp_path / "a.jsonl.xz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DanetkaError, match=r"a\.jsonl\.xz:\d+: not a document"):
        list(read_documents(tmp_path / "a.jsonl.xz"))
    with pytest.raises(DanetkaError, match=r"no source 'b': looked for b\.jsonl, b\.jsonl\.xz"):
        find_source(tmp_path, "b")


def test_what_is_held_out_is_told_by_the_text_alone() -> None:
    held = [text for text in DOCUMENTS if is_held_out(text, 0.1)]
    assert 0.05 < len(held) / len(DOCUMENTS) < 0.15
    assert all(is_held_out(text, 0.2) for text in held)


def test_token_files_hold_every_document(corpus: CorpusSettings, files: TokenFiles) -> None:
    tokenizer = encoder_tokenizer(corpus, ShapeSettings(), files.folder.parent / "tokenizer")
    end = tokenizer.token_to_id("[SEP]")
    for part in ("train", "held-out"):
        ids = files.read("many", part)
        assert len(ids) == files.counts["many"][part]
        at = np.flatnonzero(ids == end)
        wanted = [text for text in DOCUMENTS if is_held_out(text, 0.1) == (part == "held-out")]
        assert len(at) == len(wanted)
        assert list(ids[: at[0]]) == tokenizer.encode(wanted[0], add_special_tokens=False).ids


def test_tokens_are_written_once(corpus: CorpusSettings, files: TokenFiles) -> None:
    tokenizer = encoder_tokenizer(corpus, ShapeSettings(), files.folder.parent / "tokenizer")
    written = {path: path.stat().st_mtime_ns for path in files.folder.iterdir()}
    again = write_tokens(corpus, tokenizer, "[SEP]", files.folder.parent)
    assert again == files
    assert written == {path: path.stat().st_mtime_ns for path in files.folder.iterdir()}
    other = corpus.model_copy(update={"held_out": 0.3})
    assert write_tokens(other, tokenizer, "[SEP]", files.folder.parent).folder != files.folder


def test_sequences_follow_the_weights_and_repeat_late(files: TokenFiles) -> None:
    windows = {name: files.counts[name]["train"] // 32 for name in ("many", "few")}
    rows = Sequences(files, {"many": 1, "few": 4}, 6 * windows["few"], 32, seed=3)
    expected = 4 * windows["few"] / (windows["many"] + 4 * windows["few"])
    assert np.mean(rows.sources == 1) == pytest.approx(expected, abs=0.08)
    few = [int(w) for w in rows.windows[rows.sources == 1]]
    assert len(few) > windows["few"], "some must come twice for this test to tell anything"
    first = few[: windows["few"]]
    assert sorted(first) == list(range(windows["few"]))
    assert max(Counter(few).values()) - min(Counter(few).values()) <= 1
    assert len(rows.tokens(0)) == 32


def test_sequences_are_the_same_again(files: TokenFiles) -> None:
    weights = {"many": 1.0, "few": 4.0}
    one, same, other = (Sequences(files, weights, 50, 32, seed) for seed in (1, 1, 2))
    taken = [[list(rows.tokens(i)) for i in range(50)] for rows in (one, same, other)]
    assert taken[0] == taken[1] != taken[2]


def test_too_little_text_is_said(files: TokenFiles) -> None:
    with pytest.raises(DanetkaError, match="no source has 100000 tokens of held-out"):
        Sequences(files, {"many": 1}, 5, 100_000, 0, "held-out")


def test_the_encoders_tokenizer_is_uncased_and_keeps_short_i(
    corpus: CorpusSettings, tmp_path: Path
) -> None:
    tokenizer = encoder_tokenizer(corpus, ShapeSettings(vocabulary=600), tmp_path / "t")
    assert tokenizer.encode("МОСТ").ids == tokenizer.encode("мо\u0301ст").ids
    pieces = tokenizer.encode("Ёж, ЧАЙ", add_special_tokens=False).tokens
    assert "".join(pieces).replace("##", "") == "еж,чай"
    assert tokenizer.get_vocab_size() <= 600


def test_the_generators_tokenizer_gives_the_text_back(
    corpus: CorpusSettings, tmp_path: Path
) -> None:
    tokenizer = generator_tokenizer(corpus, ShapeSettings(vocabulary=600), tmp_path / "t")
    text = "Мост построен в 1874 году: «Маяк» — 🦉 \t ё."
    assert tokenizer.decode(tokenizer.encode(text).ids) == text
    assert tokenizer.get_vocab_size() == 600
