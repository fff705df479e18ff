"""The bundled dataset is what its card says: sizes, balance, style, and no giveaways."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest

from danetka.data import read_corpus
from danetka.data.audit import audit_corpus
from danetka.data.catalog import DATASETS, Bundled
from danetka.data.split import group_ids, seen_in
from danetka.evaluation.baselines import BASELINES
from danetka.evaluation.scores import score
from danetka.language.text import has_double_spaces, has_stress_marks, words
from danetka.schema import SPLITS, Corpus, Example

PHENOMENA = {
    "stated",
    "synonym",
    "negation",
    "number",
    "time_order",
    "part_whole",
    "quantifier",
    "cause",
    "comparison",
    "role",
    "membership",
    "place",
    "purpose",
    "property",
    "possibility",
    "coreference",
}


@pytest.fixture(scope="module")
def sample() -> Corpus:
    return read_corpus("sample")


@pytest.fixture(scope="module")
def rows(sample: Corpus) -> list[Example]:
    return [row for split in sample.splits.values() for row in split]


def test_size_and_fields(sample: Corpus, rows: list[Example]) -> None:
    assert tuple(sample.splits) == SPLITS
    by_passage = defaultdict(list)
    for row in rows:
        by_passage[row.passage].append(row)
    assert len(by_passage) >= 160
    assert len(rows) >= 960
    assert len({row.question for row in rows}) == len(rows)
    assert len({row.meta["field"] for row in rows}) >= 12
    for passage, asked in by_passage.items():
        assert 60 <= len(passage.split()) <= 110, passage
        assert {row.label for row in asked} == {0, 1}, passage
        assert len({(row.group, row.meta["field"]) for row in asked}) == 1, passage
        assert len({row.meta["phenomenon"] for row in asked}) >= 4, passage


def test_the_card_counts_rightly(sample: Corpus) -> None:
    """Each row of the card's table: passages, questions and «да» of a split."""
    folder = DATASETS["sample"]
    assert isinstance(folder, Bundled)
    card = (folder.folder / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \((\d+)%\)", card, re.MULTILINE)
    assert [row[0] for row in table] == list(SPLITS)
    for split, passages, questions, yes, percent in table:
        rows = sample[split]
        found = (len(set(rows.passages)), len(rows), int(rows.labels.sum()))
        assert found == (int(passages), int(questions), int(yes))
        assert round(100 * rows.labels.mean()) == int(percent)


def test_balance(sample: Corpus) -> None:
    assert sample.train.labels.mean() == pytest.approx(0.756, abs=0.01)
    for split in ("dev", "val", "test"):
        assert sample[split].labels.mean() == 0.5
        assert len(sample[split]) >= 250


def test_groups_never_cross(sample: Corpus) -> None:
    for i, split in enumerate(SPLITS):
        assert group_ids(sample[split]).max() + 1 == len(set(sample[split].passages))
        for other in SPLITS[:i]:
            assert not seen_in(sample[split], sample[other]).any()


def test_rows_are_complete_and_clean(sample: Corpus, rows: list[Example]) -> None:
    for split in sample.splits.values():
        assert [row.idx for row in split] == list(range(len(split)))
    for row in rows:
        assert row.meta["phenomenon"] in PHENOMENA
        assert row.meta["evidence"], row.question
        assert all(sentence in row.passage for sentence in row.meta["evidence"]), row.question
        for text in (row.question, row.passage):
            assert not has_stress_marks(text)
            assert not has_double_spaces(text)
            assert '"' not in text
        assert re.fullmatch(r"[А-ЯЁ].*\?", row.question), row.question
        assert "«" not in row.question


def form(question: str) -> str:
    """The row of the style table of DaNetQA that a question belongs to."""
    first, *rest = words(question)
    if "ли" not in rest[:1]:
        return "no ли"
    if first in {"был", "была", "было", "были"}:
        return "был"
    if first in {"правда", "верно"} and rest[1:2] == ["что"]:
        return "правда"
    if first.startswith("существ"):
        return "существует"
    return "есть" if first == "есть" else "other"


def test_forms_follow_the_style_table(rows: list[Example]) -> None:
    """Shares of DaNetQA's forms, each within a few points; «other» is verbs and short forms."""
    share = Counter(form(row.question) for row in rows)
    expected = {"был": 41.9, "есть": 12.6, "правда": 5.5, "no ли": 2.1, "существует": 1.9}
    for name, percent in expected.items():
        assert 100 * share[name] / len(rows) == pytest.approx(percent, abs=2.5), name
    assert 100 * share["other"] / len(rows) == pytest.approx(25.8 + 9.6 + 0.6, abs=4)
    first = {words(row.question)[0] for row in rows}
    assert not first & {"разве", "неужели"}


def test_lengths_follow_the_style_table(rows: list[Example]) -> None:
    lengths = sorted(len(words(row.question)) for row in rows)
    assert sum(lengths) / len(lengths) == pytest.approx(5.4, abs=0.15)
    assert lengths[len(lengths) // 20] >= 4
    assert lengths[-len(lengths) // 20] <= 7
    by_label = [[len(words(r.question)) for r in rows if r.label == label] for label in (0, 1)]
    means = [sum(found) / len(found) for found in by_label]
    assert means[0] == pytest.approx(means[1], abs=0.2)


def test_no_visible_template(rows: list[Example]) -> None:
    frames: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        found = words(row.question)
        frames.update({tuple(found[i : i + 4]) for i in range(len(found) - 3)})
    assert max(frames.values()) <= 0.02 * len(rows)


def test_no_form_tells_the_answer(sample: Corpus) -> None:
    """In dev, val and test together each form is answered both ways, about evenly."""
    together = [row for split in ("dev", "val", "test") for row in sample[split]]
    for name, n in Counter(form(row.question) for row in together).items():
        yes = sum(row.label == 1 for row in together if form(row.question) == name)
        assert 0.5 - 2 * (0.25 / n) ** 0.5 <= yes / n <= 0.5 + 2 * (0.25 / n) ** 0.5, name


@pytest.mark.parametrize("split", ["val", "test"])
@pytest.mark.parametrize(
    "baseline", ["first word", "TF-IDF, question only", "TF-IDF, passage only"]
)
def test_one_text_alone_gives_nothing_away(sample: Corpus, split: str, baseline: str) -> None:
    found = score(sample[split].labels, BASELINES[baseline](sample.train, sample[split]))
    assert found["balanced_accuracy"] <= 0.60


def test_the_audit_is_content(sample: Corpus) -> None:
    found = audit_corpus(sample)
    assert found.fails == []
    assert all(s.duplicates == s.conflicts == 0 for s in found.splits)
