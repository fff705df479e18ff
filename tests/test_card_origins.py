"""Where a model comes from, told without the folders of the machine."""

from __future__ import annotations

from pathlib import Path

from danetka.data.catalog import DATASETS
from danetka.training.card.origins import base_of, origin_of


def test_the_licence_of_a_local_base_is_read(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    for text, expected in (
        ("---\nlicense: mit\n---\n# x\n", "mit"),
        ("# x\n", None),
        ("---\n: [\n---\n", None),
        ("---\n- a\n---\n", None),
    ):
        card.write_text(text, encoding="utf-8")
        assert base_of(str(tmp_path)).licence == expected


def test_origins_are_told_without_folders() -> None:
    assert origin_of("/home/somebody/train.jsonl") == ("train.jsonl", None)
    assert origin_of("hub:a/b/c@main/train") == ("hub:a/b/c@main/train", "a/b")
    sample = DATASETS["sample"]
    name, dataset = origin_of(str(Path(str(getattr(sample, "folder", ""))) / "val.jsonl"))
    assert (name, dataset) == (f"{sample.release}, val.jsonl", "sample")
    inside = origin_of("/cache/datasets/DaNetQA_data.zip/train.jsonl")
    assert inside == (f"{DATASETS['danetqa'].release}, train.jsonl", "danetqa")
