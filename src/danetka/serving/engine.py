"""The model as the server sees it. All that touches it is called from one thread."""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from danetka.answering.answer import Answer

if TYPE_CHECKING:
    from danetka.answering.answerer import Answerer

_log: Final = logging.getLogger("danetka.serving")


@dataclass(frozen=True, slots=True)
class Ask:
    """One row to answer.

    Attributes:
        question: The question.
        passage: The passage.
        evidence: Whether the sentence that matters most is looked for; None as the server does.
        margin: Of «не знаю»; None for the server's.
    """

    question: str
    passage: str
    evidence: bool | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why a row has no answer.

    Attributes:
        trouble: What is wrong with it.
        failed: Whether that is no fault of the row: the model failed on it.
    """

    trouble: str
    failed: bool = False


Outcome = Answer | Unanswered


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What there is to know of a model.

    Attributes:
        name: What it was loaded by.
        backend: What computes: ``torch`` or ``onnx``.
        max_length: The most tokens of a window.
        threshold: «да» from this probability on.
        temperature: What calibration has found; 1 for none.
        margin: Of the server's «не знаю».
        evidence: Whether evidence is looked for unless the caller says otherwise.
    """

    name: str
    backend: str
    max_length: int
    threshold: float
    temperature: float
    margin: float
    evidence: bool


class Engine:
    """Answers rows, each alone where they cannot be answered together.

    Args:
        answerer: What answers.
    """

    def __init__(self, answerer: Answerer) -> None:
        other = copy.copy(answerer)  # the same model
        other.evidence = not answerer.evidence
        self._by_evidence = {answerer.evidence: answerer, other.evidence: other}
        self._default = answerer
        decision = answerer.classifier.decision
        self.facts = ModelFacts(
            name=_shown(answerer.classifier.name),
            backend=str(getattr(answerer.classifier, "backend", "torch")),
            max_length=decision.max_length,
            threshold=decision.threshold,
            temperature=decision.temperature,
            margin=answerer.margin,
            evidence=answerer.evidence,
        )

    def warm(self) -> None:
        """Answer something: what is made on first use is made now."""
        for answerer in self._by_evidence.values():
            answerer.answer_all([("Есть ли у кита зубы?", "У кашалота есть зубы. У кита их нет.")])

    def answer(self, asks: Sequence[Ask]) -> list[Outcome]:
        """Answer rows.

        Returns:
            What became of each, in order. An exception in the model is not one of all the rows:
            they are then answered one by one.
        """
        found: dict[int, Outcome] = {}
        for evidence, answerer in self._by_evidence.items():
            good = []
            for number, ask in enumerate(asks):
                wanted = self._default.evidence if ask.evidence is None else ask.evidence
                if wanted == evidence:
                    if trouble := self._trouble(ask):
                        found[number] = trouble
                    else:
                        good.append(number)
            found |= zip(good, _answer(answerer, [asks[n] for n in good]), strict=True)
        return [self._decided(found[number], ask) for number, ask in enumerate(asks)]

    def _decided(self, outcome: Outcome, ask: Ask) -> Outcome:
        """What the caller's margin makes of it."""
        if ask.margin is None or not isinstance(outcome, Answer):
            return outcome
        return outcome.with_margin(self.facts.threshold, ask.margin)

    def _trouble(self, ask: Ask) -> Unanswered | None:
        try:
            trouble = self._default.trouble(ask.question, ask.passage)
        except Exception as error:
            return _failed(error)
        return Unanswered(trouble) if trouble else None


def _answer(answerer: Answerer, asks: Sequence[Ask]) -> list[Outcome]:
    if not asks:
        return []
    try:
        return list(answerer.answer_all([(ask.question, ask.passage) for ask in asks]))
    except Exception as error:
        if len(asks) == 1:
            return [_failed(error)]
    return [_answer(answerer, [ask])[0] for ask in asks]


def _failed(error: Exception) -> Unanswered:
    _log.error("the model failed on a row: %s", type(error).__name__)  # a message may quote texts
    return Unanswered("the model failed on this row", failed=True)


def _shown(name: str) -> str:
    """A model's name without the folders it lies in: these are nobody's business."""
    parts = [part for part in name.replace("\\", "/").split("/") if part]
    if name.startswith(("/", ".", "~")) or len(parts) > 2:  # noqa: PLR2004 - OWNER/NAME
        kept = parts[-2:] if parts[-1:] in (["best"], ["last"]) else parts[-1:]
        return "/".join(kept)
    return name
