"""Passages → drafts: facts, edits and questions put together."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from danetka.augmentation.forms import Form
from danetka.augmentation.generator import Draft
from danetka.augmentation.rules.edits import Context, Edit, edit
from danetka.augmentation.rules.facts import find_facts
from danetka.augmentation.rules.passage import Passage, Pool
from danetka.augmentation.rules.questions import Question, ask
from danetka.language.parse import Parser, Sentence, sentences

LONGEST_PASSAGE: Final = 20_000
"""Characters; a longer text is no passage: cut it into paragraphs."""

_A_FORM: Final = 3
"""How many drafts of a passage, an answer and a form are kept."""


def read(texts: Sequence[str], parser: Parser) -> tuple[list[Passage], Counter[str]]:
    """Parse passages together and find their facts.

    Returns:
        The passages, and reason → how often something was passed over for it.
    """
    cut: list[list[Sentence]] = []
    skipped: Counter[str] = Counter()
    for text in texts:
        fits = len(text) <= LONGEST_PASSAGE
        if not fits:
            skipped["passage: longer than 20,000 characters"] += 1
        found = sentences(text) if fits else []
        if fits and not found:
            skipped["passage: empty"] += 1
        cut.append(found)
    trees = iter(parser.parse([s for found in cut for s in found]))
    passages = []
    for text, found in zip(texts, cut, strict=True):
        own = tuple(next(trees) for _ in found)
        facts = find_facts(own)
        skipped += facts.skipped
        passages.append(Passage(text, own, tuple(facts.clauses)))
    return passages, skipped


def drafts(index: int, passage: Passage, pool: Pool) -> list[Draft]:
    """The questions that a passage gives, the safest first, some of each form and answer.

    What is drawn is drawn by the passage's text: a seed decides only which drafts are chosen, so
    that a passage is parsed once for all seeds.

    Args:
        index: Its number, for `Draft.passage`.
        passage: The passage.
        pool: Phrases of the passages beside it.
    """
    rng = draws_of(passage.text)
    found = list(_all(index, passage, pool, rng))
    rng.shuffle(found)
    found.sort(key=lambda d: -d.sure)
    kept: list[Draft] = []
    counts: Counter[tuple[int, Form]] = Counter()
    seen: set[str] = set()
    answers: dict[str, set[int]] = {}
    for draft in found:
        answers.setdefault(draft.question, set()).add(draft.label)
    for draft in found:
        if draft.question in seen or len(answers[draft.question]) > 1:
            continue
        if counts[draft.label, draft.form] < _A_FORM:
            counts[draft.label, draft.form] += 1
            seen.add(draft.question)
            kept.append(draft)
    return kept


def draws_of(text: str) -> random.Random:
    """What decides every draw about a passage."""
    return random.Random(hashlib.sha256(text.encode()).digest())  # noqa: S311


def questions_of(change: Edit) -> list[Question]:
    """What an edited clause is asked as."""
    return ask(
        change.clause,
        change.part,
        extra=0 if change.part.isdigit() else 1,
        denied=change.denied,
        true=change.name in ("none", "synonym", "denied"),
    )


def _all(index: int, passage: Passage, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    context = Context(passage, pool, rng)
    for fact, clause in enumerate(passage.clauses):
        for change in edit(clause, context):
            yield from _asked(index, fact, change, passage)


def _asked(index: int, fact: int, change: Edit, passage: Passage) -> Iterator[Draft]:
    tree = passage.trees[change.clause.sentence]
    questions = questions_of(change)
    for question in questions:
        yield Draft(
            question.text,
            index,
            change.label,
            question.form,
            change.clause.rule,
            change.name,
            change.old,
            change.new,
            tree.text if tree else "",
            change.sure,
            fact,
            question.subject,
        )
