"""What every generator is, and what it makes: drafts, which become examples if they are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from danetka.augmentation.forms import Form
from danetka.schema import Example, Examples


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that may be taken.

    Attributes:
        question: In the style that was asked for.
        passage: The index of its passage among those given.
        label: Its answer, 1 for «да».
        form: Its form.
        rule: What found the fact.
        edit: What was done to it; ``none`` if nothing.
        old, new: What was there, and what stands there now.
        evidence: The sentence that decides.
        sure: How safe the answer is, 0 to 1.
        fact: The number of the fact in its passage; two drafts of one fact are alike.
        subject: The head of what it asks about, for the check of its grammar.
    """

    question: str
    passage: int
    label: int
    form: Form
    rule: str
    edit: str
    old: str = ""
    new: str = ""
    evidence: str = ""
    sure: float = 1.0
    fact: int = 0
    subject: str = ""

    def example(self, passages: Sequence[str], source: str) -> Example:
        """The draft as a row of a dataset."""
        kept = ("form", "rule", "edit", "old", "new", "evidence", "sure")
        values = {k: v for k, v in asdict(self).items() if k in kept and v}
        meta: Mapping[str, Any] = {**values, "form": str(self.form)}
        return Example(self.question, passages[self.passage], self.label, source=source, meta=meta)


@dataclass
class Made:
    """What a generator made.

    Attributes:
        examples: The questions with their passages and answers.
        skipped: Reason → how often something was passed over for it.
        passages: For how many passages at least one question was made.
        gates: Gate → how many questions were left after it, in the order of the gates; for
            generators that write more than they keep.
    """

    examples: Examples
    skipped: Counter[str] = field(default_factory=Counter)
    passages: int = 0
    gates: dict[str, int] = field(default_factory=dict)


class Generator(Protocol):
    """Makes questions about passages: by rules, by a prompted language model, by an API.

    Filters, quotas and balance know nothing of which one made an example.
    """

    @property
    def name(self) -> str:
        """Goes into `Example.source`."""

    def generate(self, passages: Sequence[str], answer: int | None, n: int) -> Made:
        """Make questions.

        Args:
            passages: Texts; a question's passage is one of them.
            answer: 1 for «да», 0 for «нет», None for as many of each.
            n: How many questions at most; fewer where the passages do not yield them.

        Returns:
            The examples, their label as asked, in the order of the passages.
        """
