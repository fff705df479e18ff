"""What a model cannot do, in plain words, derived from what is known of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from danetka.data.split import MADE
from danetka.schema import LABEL_NAMES, YES
from danetka.training.card.facts import CardFacts, Measured

_CHANCE: Final = 0.5
_SELDOM: Final = 0.3
"""A recall under this is said to be low."""
_RARE: Final = 0.35
"""An answer that is less than this share of the training rows is said to be rare."""
_OFF: Final = 0.1
"""A calibration error from this on is said to be large."""


def limits(facts: CardFacts) -> tuple[str, ...]:
    """One sentence or two for each limit; those that figures give come first."""
    found: list[str] = []
    for measured in facts.measured:
        found += _of_scores(measured)
    if not facts.measured:
        found += _of_dev(facts)
    return (*found, *_of_training(facts), *_of_kind(facts))


def _of_scores(measured: Measured) -> Iterator[str]:
    scores, on = measured.scores, f"On {measured.rows}"
    matrix = scores.confusion
    yes, no = matrix.yes_yes + matrix.yes_no, matrix.no_yes + matrix.no_no
    low, high = scores.intervals["balanced_accuracy"]
    if not yes or not no:
        yield f"{on} only one answer is right: what it is worth on the other is not known."
    elif low <= _CHANCE <= high:
        yield (
            f"{on} it cannot be told from guessing: the 95% interval of its balanced accuracy, "
            f"{low:.3f} to {high:.3f}, holds {_CHANCE}."
        )
    elif high < _CHANCE:
        yield f"{on} it is worse than guessing: its balanced accuracy is at most {high:.3f}."
    said_yes, said_no = matrix.yes_yes + matrix.no_yes, matrix.yes_no + matrix.no_no
    if not said_yes or not said_no:
        yield f"{on} it answers every row «{LABEL_NAMES[int(not said_no)]}»."
    else:
        for answer, right, of in (("yes", matrix.yes_yes, yes), ("no", matrix.no_no, no)):
            if of and right / of < _SELDOM:
                yield f"{on} it finds {right} of the {of} rows whose answer is {_named(answer)}."
    if baseline := measured.question_only:
        ours, theirs = scores["balanced_accuracy"], baseline["balanced_accuracy"]
        if theirs >= ours:
            yield (
                f"{on} a TF-IDF that reads the question alone does as well or better (balanced "
                f"accuracy {theirs:.3f}, the model's {ours:.3f}): nothing shows that it uses the "
                "passage."
            )
    error = scores["calibration_error"]
    if not math.isnan(error) and error >= _OFF:
        yield (
            f"{on} its probabilities are off by {error:.3f} on average: they do not "
            "say how sure one may be."
        )


def _of_dev(facts: CardFacts) -> Iterator[str]:
    if facts.dev is None:
        yield "Nothing has been measured: what its answers are worth is not known."
        return
    chosen = ", where its epoch was chosen" if facts.checkpoint == "best" else ""
    yield f"It has been measured on dev alone{chosen}."
    if facts.epoch.get("balanced_accuracy", math.nan) <= _CHANCE:
        yield "Even there its balanced accuracy is no better than that of guessing."
    for answer in ("yes", "no"):
        recall = facts.epoch.get(f"{answer}_recall", math.nan)
        if recall < _SELDOM:
            share = f"{recall:.1%} of the rows whose answer is {_named(answer)}"
            yield f"Even there it finds only {share}."


def _of_training(facts: CardFacts) -> Iterator[str]:
    train, settings = facts.train, facts.settings
    if train.yes is not None:
        share = min(train.yes, train.rows - train.yes) / train.rows
        rare = "yes" if train.yes * 2 < train.rows else "no"
        balanced = settings.class_weights or settings.sampling
        if share == 0:
            yield f"No training row is answered {_named(rare)}: it has never seen that answer."
        elif share < _RARE and not balanced:
            yield (
                f"Of its training rows {share:.1%} are answered {_named(rare)}, and nothing made "
                "up for that: it may lean to the other answer."
            )
    made = sum(rows for source, rows in train.sources if source in MADE)
    if made:
        yield (
            f"{made / train.rows:.1%} of its training rows were made by a program: they are not "
            "what people ask, and some are wrong."
        )


def _of_kind(facts: CardFacts) -> Iterator[str]:
    yield (
        f"Question and passage together take at most {facts.decision.max_length} tokens: the rest "
        f"of a longer passage is not read ({facts.truncated} of the {facts.train.rows} training "
        "pairs were cut)."
    )
    if facts.decision.threshold != _CHANCE:
        yield (
            f"Its threshold, {facts.decision.threshold:.3f}, was chosen on dev: on other texts "
            "another one may be right."
        )
    yield (
        "It answers by what, in its training rows, went with which answer, not by knowledge: a "
        "question that the passage does not decide is answered too, and as surely."
    )
    yield "Russian, and the kind of text that it was trained on; no other language."


def _named(answer: str) -> str:
    return f"«{LABEL_NAMES[YES if answer == 'yes' else 1 - YES]}»"
