"""Pairs of rows that differ in one deliberate way, made from labelled rows by rules.

The rules prefer certainty to yield: what cannot be changed grammatically, with a sure answer, is
left out, so a probe may have far fewer pairs than rows. The idea is that of behavioural tests
(Ribeiro et al. 2020, CheckList, arXiv 2005.04118) and contrast sets (Gardner et al. 2020,
arXiv 2004.02709).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from danetka.augmentation.style import Style, in_style, style_of
from danetka.errors import SettingsError
from danetka.schema import NO, YES, Example, Examples

if TYPE_CHECKING:
    from danetka.augmentation.progress import Progress

_FLIPPING: Final = ("negated", "swapped", "contrast")
PROBES: Final[tuple[str, ...]] = (*_FLIPPING, "typing", "case", "distractor", "order")
"""Every probe: the answer must change in the first three, and must not in the others."""
_BATCH: Final = 32
"""Passages that are parsed together."""
_QUESTIONS: Final = 128
"""Questions that are parsed together."""

Pair = tuple[Example, Example]
Maker = Callable[[Sequence[Example], Style, random.Random], Iterator[Pair | None]]


@dataclass(frozen=True)
class Probe:
    """Rows and what became of them.

    Attributes:
        name: One of `PROBES`.
        flips: Whether the answer must change.
        before: Rows, labelled.
        after: Row i is the changed row i of `before`, with its label; its ``meta`` says the
            ``probe`` and what (``old``) became what (``new``).
    """

    name: str
    flips: bool
    before: Examples
    after: Examples


def make_probes(
    rows: Examples,
    *,
    names: Sequence[str] = PROBES,
    limit: int = 200,
    seed: int = 0,
    style: Style | Literal["auto"] = "auto",
    progress: Progress | None = None,
) -> tuple[Probe, ...]:
    """Make probes of labelled rows.

    ``contrast`` parses as many passages as it needs, some forty a second; the others take seconds.

    Args:
        rows: Rows; those without a label are passed over.
        names: Which probes, among `PROBES`.
        limit: How many pairs a probe has at most.
        seed: Decides which rows are taken and how they are changed; each probe draws for itself, so
            that its pairs do not depend on the others.
        style: Of made questions: ``danetqa``, ``plain``, or ``auto``, that of the rows.
        progress: Hears of the probes that are done.

    Returns:
        The probes in the order of `names`, their pairs in the order of the rows; a probe to which
        no row can be put is not among them.

    Raises:
        SettingsError: If there is no such probe, or a limit below 1.
        MissingExtraError: If the `rules` extra is not installed.
    """
    unknown = [name for name in names if name not in PROBES]
    if unknown:
        known = ", ".join(PROBES)
        raise SettingsError(f"probe {unknown[0]!r}: there is none; known are {known}")
    if limit < 1:
        raise SettingsError(f"limit {limit}: ask for at least one pair")
    written = style_of(rows.questions) if style == "auto" else style
    labelled = Examples(tuple(r for r in rows if r.label is not None), rows.origin)
    probes = []
    for done, name in enumerate(dict.fromkeys(names), 1):
        pairs = _draw(name, labelled, limit, seed, written)
        if pairs:
            before, after = zip(*pairs, strict=True)
            origin = f"{rows.origin}, {name}"
            probes.append(
                Probe(name, name in _FLIPPING, Examples(before, origin), Examples(after, origin))
            )
        if progress:
            progress(done, len(names))
    return tuple(probes)


def _draw(name: str, rows: Examples, limit: int, seed: int, style: Style) -> list[Pair]:
    """The pairs of one probe, from as many rows as it takes."""
    rng = random.Random(f"{seed} {name}")  # noqa: S311
    given = list(range(len(rows)))
    rng.shuffle(given)
    found: dict[int, Pair] = {}
    if name == "distractor":
        return _in_order(_distract(rows, given, limit, rng))
    if name == "swapped":
        given = [i for i in given if rows[i].label == YES]
    if name == "contrast":  # a passage once
        given = list({rows[i].passage: i for i in reversed(given)}.values())[::-1]
    size = _BATCH if name == "contrast" else _QUESTIONS
    for start in range(0, len(given), size):
        part = given[start : start + size]
        made = _MAKERS[name](rows.select(part), style, rng)
        for i, pair in zip(part, made, strict=True):
            if pair is not None and len(found) < limit:
                found[i] = pair
        if len(found) == limit:
            break
    return _in_order(found)


def _in_order(found: dict[int, Pair]) -> list[Pair]:
    return [found[i] for i in sorted(found)]


def _pair(row: Example, probe: str, old: str, new: str, **changed: str | int) -> Pair:
    meta = {**row.meta, "probe": probe, "old": old, "new": new}
    return row, replace(row, meta=meta, **changed)  # type: ignore[arg-type]


def _negate(rows: Sequence[Example], style: Style, _: random.Random) -> Iterator[Pair | None]:
    from danetka.robustness.names import names_in
    from danetka.robustness.negation import negated

    for row in rows:
        question = negated(row.question, style, names_in(row.passage))
        if question is None:
            yield None
            continue
        label = YES + NO - int(row.label or NO)
        yield _pair(row, "negated", row.question, question, question=question, label=label)


def _swap(rows: Sequence[Example], style: Style, rng: random.Random) -> Iterator[Pair | None]:
    from danetka.augmentation.rules.batch import parser
    from danetka.robustness.swaps import swaps

    for row, swap in zip(rows, swaps(rows, parser(), rng), strict=True):
        if swap is None:
            yield None
            continue
        question = in_style(swap.question, style)
        yield _pair(row, "swapped", swap.old, swap.new, question=question, label=NO)


def _contrast(rows: Sequence[Example], style: Style, rng: random.Random) -> Iterator[Pair | None]:
    from danetka.augmentation.rules.batch import parser
    from danetka.robustness.facts import pairs

    found = pairs([row.passage for row in rows], parser(), rng)
    for row, pair in zip(rows, found, strict=True):
        if pair is None:
            yield None
            continue
        true, false = (in_style(text, style) for text in (pair.true, pair.false))
        asked = replace(row, question=true, label=YES, source="rules")
        yield _pair(asked, "contrast", pair.old, pair.new, question=false, label=NO)


def _mistype(rows: Sequence[Example], _: Style, rng: random.Random) -> Iterator[Pair | None]:
    from danetka.robustness.noise import mistyped

    for row in rows:
        question, changed = mistyped(row.question, rng)
        if not changed:
            yield None
            continue
        old, new = (" ".join(words) for words in zip(*changed, strict=True))
        yield _pair(row, "typing", old, new, question=question)


def _recase(rows: Sequence[Example], _: Style, rng: random.Random) -> Iterator[Pair | None]:
    from danetka.robustness.noise import recased

    for row in rows:
        question = recased(row.question, rng)
        changed = question != row.question
        yield _pair(row, "case", row.question, question, question=question) if changed else None


def _reorder(rows: Sequence[Example], _: Style, rng: random.Random) -> Iterator[Pair | None]:
    from danetka.robustness.context import reordered

    for row in rows:
        made = reordered(row.passage, rng)
        if made is None:
            yield None
            continue
        passage, order = made
        old, new = (" ".join(map(str, places)) for places in (sorted(order), order))
        yield _pair(row, "order", old, new, passage=passage)


def _distract(
    rows: Examples, given: Sequence[int], limit: int, rng: random.Random
) -> dict[int, Pair]:
    from danetka.data.split import group_ids
    from danetka.robustness.context import Sentence, content, cut, distracted, may_distract

    if not len(rows):
        return {}
    groups = group_ids(rows)
    others = [
        Sentence(text, int(groups[i]), content(text))
        for i in given[: 2 * limit]
        for text in cut(rows[i].passage)
        if may_distract(text)
    ]
    found: dict[int, Pair] = {}
    for i in given:
        row = rows[i]
        made = distracted(row.passage, row.question, int(groups[i]), others, rng)
        if made is not None and len(found) < limit:
            passage, sentence = made
            found[i] = _pair(row, "distractor", "", sentence, passage=passage)
        if len(found) == limit:
            break
    return found


_MAKERS: Final[dict[str, Maker]] = {
    "negated": _negate,
    "swapped": _swap,
    "contrast": _contrast,
    "typing": _mistype,
    "case": _recase,
    "order": _reorder,
}
