"""Passages → drafts: facts, edits and questions put together."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from danetka.augmentation.forms import Form
from danetka.augmentation.generator import Draft
from danetka.augmentation.rules.definitions import core
from danetka.augmentation.rules.edits import Context, Edit, edit
from danetka.augmentation.rules.facts import Facts, find_facts
from danetka.augmentation.rules.main_clauses import main_clause
from danetka.augmentation.rules.passage import Passage, Pool
from danetka.augmentation.rules.questions import Question, ask
from danetka.augmentation.rules.questions.implied import OWNING
from danetka.language.parse import Parser, Sentence, sentences
from danetka.language.tree import Tree

LONGEST_PASSAGE: Final = 20_000
"""Characters; a longer text is no passage: cut it into paragraphs."""

_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
"""Surrogates, which no file can hold: what is left of text that was decoded wrongly."""

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
        elif _HALF_A_CHARACTER.search(text):
            skipped["passage: not Unicode text"] += 1
            fits = False
        found = sentences(text) if fits else []
        if fits and not found:
            skipped["passage: empty"] += 1
        cut.append(found)
    definitions = _parsed(parser, [core(s) for found in cut for s in found])
    trees = parser.parse([s for found in cut for s in found])
    facts = [find_facts(*part) for part in _shares(cut, trees, definitions)]
    silent = [_without_facts(found, own) for found, own in zip(cut, facts, strict=True)]
    clauses = _parsed(parser, [s for own in silent for s in own])
    again = [new or old for new, old in zip(clauses, trees, strict=True)]
    passages: list[Passage] = []
    parts = _shares(cut, again, definitions)
    for text, first, mute, part in zip(texts, facts, silent, parts, strict=True):
        found_now = find_facts(*part) if any(mute) else first
        skipped += found_now.skipped
        passages.append(Passage(text, part[0], tuple(found_now.clauses)))
    return passages, skipped


def _parsed(parser: Parser, given: Sequence[Sentence | None]) -> list[Tree | None]:
    """A tree for each sentence that is there."""
    trees = iter(parser.parse([s for s in given if s is not None]))
    return [None if s is None else next(trees) for s in given]


def _shares(
    cut: Sequence[Sequence[Sentence]], *lists: Sequence[Tree | None]
) -> Iterator[tuple[tuple[Tree | None, ...], ...]]:
    """Every passage's share of lists that run over the sentences of all."""
    start = 0
    for found in cut:
        end = start + len(found)
        yield tuple(tuple(trees[start:end]) for trees in lists)
        start = end


def _without_facts(found: Sequence[Sentence], facts: Facts) -> list[Sentence | None]:
    """The main clauses of the sentences that gave no fact."""
    told = {clause.sentence for clause in facts.clauses}
    return [None if i in told else main_clause(s) for i, s in enumerate(found)]


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
    return random.Random(hashlib.sha256(text.encode(errors="surrogatepass")).digest())  # noqa: S311


def questions_of(change: Edit) -> list[Question]:
    """What an edited clause is asked as."""
    return ask(
        change.clause,
        change.part,
        extra=0 if change.part.isdigit() else 1,
        denied=change.denied,
        true=change.name in ("none", "synonym", "denied") or _of_an_owner(change),
    )


def _of_an_owner(change: Edit) -> bool:
    """«У гитары не семь струн»: what one has shows what one has not."""
    verb = change.clause.predicate
    return change.name in ("antonym", "number") and verb is not None and verb.lemma in OWNING


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
