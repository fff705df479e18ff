"""Baselines that stand in every table: what the answer is worth without reading the passage."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from danetka.language.text import first_word, words
from danetka.schema import Examples

if TYPE_CHECKING:
    from numpy.typing import NDArray


def majority(train: Examples, examples: Examples) -> NDArray[np.float64]:
    """The share of «да» in train, for every row: always the common answer."""
    return np.full(len(examples), train.labels.mean())


def first_word_only(train: Examples, examples: Examples) -> NDArray[np.float64]:
    """Logistic regression on the question's first word («был», «есть», «входит» …)."""
    return _fit_predict(lambda rows: [first_word(row.question) for row in rows], train, examples)


def question_only(train: Examples, examples: Examples) -> NDArray[np.float64]:
    """TF-IDF and logistic regression on the question alone."""
    return _fit_predict(lambda rows: rows.questions, train, examples)


def passage_only(train: Examples, examples: Examples) -> NDArray[np.float64]:
    """TF-IDF and logistic regression on the passage alone."""
    return _fit_predict(lambda rows: rows.passages, train, examples)


def question_and_passage(train: Examples, examples: Examples) -> NDArray[np.float64]:
    """TF-IDF of the question and TF-IDF of the passage side by side, and logistic regression."""
    from sklearn.compose import make_column_transformer

    features = make_column_transformer((_tfidf(), 0), (_tfidf(), 1))

    def columns(rows: Examples) -> NDArray[np.object_]:
        return np.array([rows.questions, rows.passages], dtype=object).T

    return _fit_predict(columns, train, examples, features)


QUESTION_ONLY: Final = "TF-IDF, question only"
"""The baseline that does not read the passage: what it scores is to be had without reading."""
BASELINES: Final[dict[str, Callable[[Examples, Examples], NDArray[np.float64]]]] = {
    "majority": majority,
    "first word": first_word_only,
    QUESTION_ONLY: question_only,
    "TF-IDF, passage only": passage_only,
    "TF-IDF, question + passage": question_and_passage,
}
"""Name → P(да) of each row, fitted on train; classes are weighted equally but for the majority."""


def _tfidf() -> Any:
    """Words and pairs of words, and pieces of words, which stand in for Russian's endings."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    return make_union(
        TfidfVectorizer(analyzer=_words_and_pairs, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )


def _words_and_pairs(text: str) -> list[str]:
    found = words(text)
    return found + [" ".join(pair) for pair in pairwise(found)]


def _fit_predict(
    view: Callable[[Examples], Any],
    train: Examples,
    examples: Examples,
    features: Any = None,
) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    labels = train.labels
    if labels.min() == labels.max():  # nothing to tell apart
        return np.full(len(examples), float(labels[0]))
    classifier = LogisticRegression(class_weight="balanced", max_iter=1000)
    model = make_pipeline(features or _tfidf(), classifier).fit(view(train), labels)
    return np.asarray(model.predict_proba(view(examples))[:, 1])
