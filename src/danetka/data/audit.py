"""What is wrong with a dataset, and what it gives away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from danetka.data.split import cut, seen_in, shared_texts
from danetka.errors import DanetkaError
from danetka.evaluation.baselines import BASELINES
from danetka.evaluation.scores import score
from danetka.language.text import first_word, has_double_spaces, has_stress_marks, normalize
from danetka.schema import Corpus, Example, Examples

_FIRST_WORDS: Final = 12
_AUDITED: Final = ("first word", "TF-IDF, question only", "TF-IDF, passage only")


@dataclass(frozen=True, slots=True)
class SplitAudit:
    """One split.

    Attributes:
        split: Its name.
        rows: How many rows.
        yes: How many are «да»; None where rows lack answers.
        passages: How many different passages (normalised).
        questions: How many different questions (normalised).
        duplicates: Rows whose question and passage stand further up already.
        conflicts: Pairs of question and passage that have both answers.
        stressed: Passages with stress marks.
        double_spaced: Passages with double spaces.
        truncated: Pairs longer than the model takes; None where none was asked about.
    """

    split: str
    rows: int
    yes: int | None
    passages: int
    questions: int
    duplicates: int
    conflicts: int
    stressed: int
    double_spaced: int
    truncated: int | None


@dataclass(frozen=True, slots=True)
class Leak:
    """Rows of one split that share something with another.

    Attributes:
        split: The split that is to be reported or chosen on.
        other: The split that comes before it: train, dev or val.
        passages: Its rows whose passage stands in the other.
        questions: Its rows whose question stands in the other.
        rows: Its rows of either kind.
    """

    split: str
    other: str
    passages: int
    questions: int
    rows: int


@dataclass(frozen=True, slots=True)
class FirstWord:
    """How questions with the same first word are answered in train."""

    word: str
    rows: int
    yes_share: float


@dataclass(frozen=True, slots=True)
class Giveaway:
    """What a baseline scores that does not see both texts.

    Attributes:
        baseline: Its name.
        split: The rows that it answered: dev, or val where there is no dev, but never leaked ones.
        balanced_accuracy: 0.5 gives nothing away.
        roc_auc: 0.5 gives nothing away.
    """

    baseline: str
    split: str
    balanced_accuracy: float
    roc_auc: float


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes:
        name: The dataset.
        splits: Each split.
        leaks: Shared rows, where there are any.
        first_words: The commonest first words of train.
        giveaways: Baselines that see one text only.
        shift: The widest gap between two splits' shares of «да», as (split, split, gap), or None.
        model: Whose tokenizer counted, with its longest pair; None where none was asked.
    """

    name: str
    splits: tuple[SplitAudit, ...]
    leaks: tuple[Leak, ...]
    first_words: tuple[FirstWord, ...]
    giveaways: tuple[Giveaway, ...]
    shift: tuple[str, str, float] | None
    model: str | None

    @property
    def fails(self) -> list[str]:
        """Why a strict audit would fail: leaks and conflicts, in words."""
        found = [f"{leak.rows} rows of {leak.split} leak from {leak.other}" for leak in self.leaks]
        found += [f"{s.conflicts} conflicts in {s.split}" for s in self.splits if s.conflicts]
        return found


def audit_corpus(
    corpus: Corpus,
    model: str | None = None,
    count_truncated: Callable[[Examples], int] | None = None,
) -> Audit:
    """Audit every split and what the splits share.

    Args:
        corpus: The dataset as read, before any dev split is cut from it.
        model: The name of the model whose tokenizer counts, for the report.
        count_truncated: How many rows of a split the model would cut.
    """
    order = list(corpus.splits)
    leaks = [
        leak
        for i, split in enumerate(order)
        for other in order[:i]
        if (leak := _leak(corpus, split, other)).rows
    ]
    return Audit(
        corpus.name,
        tuple(_audit_split(name, rows, count_truncated) for name, rows in corpus.splits.items()),
        tuple(leaks),
        tuple(_first_words(corpus.get("train"))),
        tuple(_giveaways(corpus)),
        _shift(corpus),
        model,
    )


def _audit_split(
    name: str, rows: Examples, count_truncated: Callable[[Examples], int] | None
) -> SplitAudit:
    answers: dict[tuple[str, str], set[int | None]] = defaultdict(set)
    for row in rows:
        answers[_key(row)].add(row.label)
    return SplitAudit(
        split=name,
        rows=len(rows),
        yes=int(rows.labels.sum()) if rows.labelled else None,
        passages=len({passage for _, passage in answers}),
        questions=len({question for question, _ in answers}),
        duplicates=len(rows) - len(answers),
        conflicts=sum({0, 1} <= given for given in answers.values()),
        stressed=_count(has_stress_marks, rows.passages),
        double_spaced=_count(has_double_spaces, rows.passages),
        truncated=count_truncated(rows) if count_truncated else None,
    )


def _key(row: Example) -> tuple[str, str]:
    return normalize(row.question), normalize(row.passage)


def _count(test: Callable[[str], bool], texts: Iterable[str]) -> int:
    return sum(map(test, texts))


def _leak(corpus: Corpus, split: str, other: str) -> Leak:
    by_passage, by_question = shared_texts(corpus[split], corpus[other])
    counts = (int(mask.sum()) for mask in (by_passage, by_question, by_passage | by_question))
    return Leak(split, other, *counts)


def _first_words(train: Examples | None) -> list[FirstWord]:
    if train is None or not train.labelled:
        return []
    firsts = [first_word(question) for question in train.questions]
    count = Counter(firsts)
    yes = Counter(w for w, label in zip(firsts, train.labels, strict=True) if label)
    return [FirstWord(w, n, yes[w] / n) for w, n in count.most_common(_FIRST_WORDS)]


def _giveaways(corpus: Corpus) -> list[Giveaway]:
    """Fitted on train and asked about dev, else val, else a part cut from train."""
    train = corpus.get("train")
    if train is None or not train.labelled or len(set(train.labels.tolist())) < 2:  # noqa: PLR2004
        return []
    name, rows = next(
        ((n, r) for n in ("dev", "val") if (r := corpus.get(n)) is not None and r.labelled),
        ("", train),
    )
    if not name:
        try:
            train, rows = cut(train, 0.2)
        except DanetkaError:  # too few groups to hold any out
            return []
        name = "held out of train"
    else:
        rows = rows.select(np.flatnonzero(~seen_in(rows, train)))
    if not len(rows):
        return []
    scored = {n: score(rows.labels, BASELINES[n](train, rows)) for n in _AUDITED}
    return [Giveaway(n, name, s["balanced_accuracy"], s["roc_auc"]) for n, s in scored.items()]


def _shift(corpus: Corpus) -> tuple[str, str, float] | None:
    shares = {n: float(r.labels.mean()) for n, r in corpus.splits.items() if r.labelled}
    if len(shares) < 2:  # noqa: PLR2004 - a gap is between two
        return None
    low, high = min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)
    return (low, high, shares[high] - shares[low])
