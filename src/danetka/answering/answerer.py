"""`danetka.Answerer`: one question, many, a stream of any length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from danetka.answering.answer import Answer, decide
from danetka.answering.evidence import (
    DEFAULT_METHOD,
    METHODS,
    Span,
    candidates,
    most_important,
    sentences_within,
    variants,
)
from danetka.answering.windows import COMBINE, DEFAULT_COMBINE, window_spans
from danetka.data.rows import text_trouble
from danetka.errors import DanetkaError, SettingsError
from danetka.models.catalog import ANSWERING_MODEL
from danetka.models.load import load_pair_classifier
from danetka.models.pair_classifier import BATCH, PairClassifier, pair_margins
from danetka.schema import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding

    Floats = NDArray[np.float64]

CHUNK: Final = 256
"""How many rows of a stream are held at once."""

Row = tuple[str, str] | Example | Mapping[str, Any]
"""A question with its passage: a pair, an `Example`, or a mapping that holds both."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A row as the model read it: the windows, and the log-odds of «да» of each and of all."""

    question: str
    passage: str
    windows: list[Span]
    margins: Floats
    margin: float


class Answerer:
    """Answers questions from passages of any length.

    Probabilities are calibrated if the checkpoint is (`danetka calibrate`), the threshold is the
    checkpoint's. A passage longer than the model is read in overlapping windows.

    Args:
        classifier: A loaded model.
        margin: «не знаю» where P(да) is nearer to the threshold than this, from 0 to 0.5; 0 for
            never.
        evidence: Whether the sentence that matters most is looked for.
        batch: How many texts the model reads at once.
        method: How evidence is found: one of `danetka.answering.evidence.METHODS`.
        combine: How windows become one answer: one of `danetka.answering.windows.COMBINE`.

    Raises:
        SettingsError: If one of these is not what it may be.
    """

    def __init__(
        self,
        classifier: PairClassifier,
        *,
        margin: float = 0.0,
        evidence: bool = True,
        batch: int = BATCH,
        method: str = DEFAULT_METHOD,
        combine: str = DEFAULT_COMBINE,
    ) -> None:
        if not 0 <= margin <= 0.5:  # noqa: PLR2004 - half of what a probability can be
            raise SettingsError(f"margin {margin}: give a number from 0 to 0.5")
        if batch < 1:
            raise SettingsError(f"batch {batch}: give 1 or more")
        if method not in METHODS:
            raise SettingsError(f"method {method!r}: give one of {', '.join(METHODS)}")
        if combine not in COMBINE:
            raise SettingsError(f"combine {combine!r}: give one of {', '.join(COMBINE)}")
        self.classifier = classifier
        self.margin = margin
        self.evidence = evidence
        self.batch = batch
        self.method = method
        self.combine = combine

    @classmethod
    def from_pretrained(cls, name: str | Path = ANSWERING_MODEL, **options: Any) -> Self:
        """Load a checkpoint by alias, path or hub id; the bundled `mini-int8` by default.

        Args:
            name: The checkpoint.
            options: As for `Answerer`.

        Raises:
            ModelError: If it is not there, or is no model of two classes.
        """
        return cls(load_pair_classifier(name), **options)

    def __call__(self, question: str, passage: str) -> Answer:
        """Answer one question.

        Raises:
            DanetkaError: If the question or the passage is no text, or the question is longer than
                the model.
        """
        return self.answer_all([(question, passage)])[0]

    def answer_all(self, rows: Sequence[Row]) -> list[Answer]:
        """Answer these rows at once, in batches of about the same length.

        Args:
            rows: Pairs ``(question, passage)``, examples, or mappings with these two keys.

        Returns:
            The answers, in the order of the rows.

        Raises:
            DanetkaError: If a row cannot be answered; it says which and why.
        """
        pairs = [self._pair(row, number) for number, row in enumerate(rows, 1)]
        return self._answer(pairs)

    def stream(self, rows: Iterable[Row], chunk: int = CHUNK) -> Iterator[Answer]:
        """Answer rows as they come, in order, holding no more than `chunk` of them.

        Args:
            rows: As for `answer_all`; may be endless.
            chunk: How many rows are read ahead.

        Raises:
            DanetkaError: If a row cannot be answered; those before it have been.
        """
        numbered = enumerate(rows, 1)
        while taken := list(islice(numbered, chunk)):
            pairs: list[tuple[str, str]] = []
            for number, row in taken:
                try:
                    pairs.append(self._pair(row, number))
                except DanetkaError:
                    yield from self._answer(pairs)
                    raise
            yield from self._answer(pairs)

    def trouble(self, question: object, passage: object) -> str | None:
        """Why a row cannot be answered, or None if it can."""
        for name, value in (("question", question), ("passage", passage)):
            if found := text_trouble(value, name):
                return found[0]
        tokenizer = self.classifier.pair_tokenizer
        room = tokenizer.longest_question(self.classifier.decision.max_length)
        text = str(question)
        if len(text.encode()) <= room:  # a token is at least a byte
            return None
        tokens = len(tokenizer.places(text))
        if tokens <= room:
            return None
        return f"the question has {tokens} tokens, and the model reads {room} beside a passage"

    def _pair(self, row: Row, number: int) -> tuple[str, str]:
        question, passage = _texts(row)
        if trouble := self.trouble(question, passage):
            raise DanetkaError(f"row {number}: {trouble}")
        return str(question).strip(), str(passage)

    def _answer(self, pairs: list[tuple[str, str]]) -> list[Answer]:
        if not pairs:
            return []
        read = self._read(pairs)
        spans = self._find_evidence(read) if self.evidence else [None] * len(read)
        return [self._say(row, span) for row, span in zip(read, spans, strict=True)]

    def _say(self, row: _Read, span: Span | None) -> Answer:
        decision = self.classifier.decision
        share = float(1 / (1 + np.exp(-row.margin / decision.temperature)))
        label, yes, probability = decide(share, decision.threshold, self.margin)
        sentence = None if span is None else row.passage[slice(*span)]
        return Answer(label, yes, share, probability, sentence, span, len(row.windows))

    def _read(self, pairs: list[tuple[str, str]]) -> list[_Read]:
        """Read every window of every passage, all together."""
        tokenizer, length = self.classifier.pair_tokenizer, self.classifier.decision.max_length
        windows: list[list[Span]] = []
        encodings: list[Encoding] = []
        for pair, encoding in zip(pairs, tokenizer.encode(pairs), strict=True):
            if len(encoding) <= length:
                windows.append([(0, len(pair[1]))])
                encodings.append(encoding)
            else:
                windows.append(self._windows(*pair))
                encodings += tokenizer.encode([(pair[0], pair[1][a:b]) for a, b in windows[-1]])
        margins = pair_margins(self.classifier, encodings, self.batch)
        ends = np.cumsum([len(spans) for spans in windows])[:-1]
        combine = COMBINE[self.combine]
        return [
            _Read(question, passage, spans, part, combine(part))
            for (question, passage), spans, part in zip(
                pairs, windows, np.split(margins, ends), strict=True
            )
        ]

    def _windows(self, question: str, passage: str) -> list[Span]:
        tokenizer, length = self.classifier.pair_tokenizer, self.classifier.decision.max_length
        room = length - tokenizer.special - len(tokenizer.places(question))
        return window_spans(passage, tokenizer, room)

    def _find_evidence(self, read: list[_Read]) -> list[Span | None]:
        """Ask again with changed passages, for all rows together."""
        decision, method = self.classifier.decision, self.method
        level = np.log(max(decision.threshold, 1e-12) / max(1 - decision.threshold, 1e-12))
        sides = [bool(row.margin / decision.temperature >= level) for row in read]
        chosen = [self._deciding(row, yes) for row, yes in zip(read, sides, strict=True)]
        spans: list[list[Span]] = []
        asked: list[list[str]] = []
        for row, number in zip(read, chosen, strict=True):
            window = row.windows[number]
            sentences = sentences_within(row.passage, window)
            spans.append(candidates(row.question, row.passage, sentences, method))
            asked.append(variants(row.passage, window, spans[-1], method))
        texts = [(r.question, text) for r, many in zip(read, asked, strict=True) for text in many]
        encodings = self.classifier.pair_tokenizer.encode(texts)
        margins = pair_margins(self.classifier, encodings, self.batch)
        parts = np.split(margins, np.cumsum([len(many) for many in asked])[:-1])
        found: list[Span | None] = []
        for row, number, within, part, yes in zip(read, chosen, spans, parts, sides, strict=True):
            whole = float(row.margins[number])
            best = most_important(part, whole, method, yes=yes) if len(part) else 0
            found.append(within[best] if within else None)
        return found

    def _deciding(self, row: _Read, yes: bool) -> int:
        """The window that made the answer; of a mean, the one that speaks most for it."""
        if self.combine == "highest":
            return int(row.margins.argmax())
        return int((row.margins if yes else -row.margins).argmax())


def _texts(row: Row) -> tuple[object, object]:
    if isinstance(row, Example):
        return row.question, row.passage
    if isinstance(row, Mapping):
        return row.get("question"), row.get("passage")
    question, passage = row
    return question, passage
