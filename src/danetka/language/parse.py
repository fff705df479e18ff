"""Text → sentences → dependency trees, by slovnet's models from the `natasha` wheel.

Traps:
    * The models were trained on news: stress marks, double spaces and brackets throw them off, so a
      text is cleaned before it is parsed (see `sentences`).
    * A sentence's tags may change in the last bit with the batch that it stands in; callers that
      must repeat themselves exactly parse the same sentences together.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from danetka.extras import file_of, require
from danetka.language import inflect, vectors
from danetka.language.text import STRESS
from danetka.language.tree import ROOT, Token, Tree

LONGEST: Final = 60
"""Sentences of more words are not parsed: they are lists or markup, and their trees are wrong."""

_PURPOSE: Final = "parsing Russian"
_BATCH: Final = 16
_SPACES = re.compile(r"\s+")
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\})")
_SHORTENED: Final = (
    (re.compile(r"\b([Вв]о?|[Кк]) (\d{3,4}) ?г\.(?! ?г)"), r"\1 \2 году"),
    (re.compile(r"\b([Пп]о|[Нн]а) (\d{3,4}) ?г\.(?! ?г)"), r"\1 \2 год"),
    (re.compile(r"\b(\d{3,4}) ?г\.(?! ?г)"), r"\1 года"),
    (re.compile(r"\b([Вв]) ([IVX]+) ?в\.(?! ?в)"), r"\1 \2 веке"),
    (re.compile(r"\b([IVX]+) ?в\.(?! ?в)"), r"\1 века"),
)
_DASH = re.compile(r"(?<=\s)[-–−](?=\s)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence before it is parsed.

    Attributes:
        text: As it stands in the passage, in one line.
        plain: Without brackets, with em dashes: what the parser sees.
    """

    text: str
    plain: str


def natasha_file(start: str) -> Path:
    """The path of a data file in the `natasha` wheel.

    Raises:
        MissingExtraError: If `natasha` is not installed.
    """
    return file_of("natasha", start, "rules", _PURPOSE)


def clean(text: str) -> str:
    """A text in one line, without stress marks and soft hyphens."""
    plain = text.replace(STRESS, "").replace("\u00ad", "").replace("\ufeff", "")
    return _SPACES.sub(" ", plain).strip()


def sentences(text: str) -> list[Sentence]:
    """Cut a text into sentences."""
    razdel = require("razdel", "rules", _PURPOSE)
    found = []
    parts = [part for line in text.splitlines() for part in razdel.sentenize(clean(line))]
    for part in parts:
        plain = _BRACKETS.sub("", _BRACKETS.sub("", part.text))
        plain = _DASH.sub("—", plain)
        for shortened, full in _SHORTENED:
            plain = shortened.sub(full, plain)
        found.append(Sentence(part.text, plain))
    return found


class Parser:
    """slovnet's morphology, syntax and named entities.

    Example:
        >>> trees = Parser.load().parse(sentences("Байкал — озеро в Сибири."))
        >>> [token.rel for token in trees[0].tokens]
        ['nsubj', 'punct', 'root', 'case', 'nmod', 'punct']
    """

    seconds: float = 0.0
    """How long it has parsed so far."""

    def __init__(self, morph: Any, syntax: Any, ner: Any) -> None:
        self._morph = morph
        self._syntax = syntax
        self._ner = ner
        self._tokenize = require("razdel", "rules", _PURPOSE).tokenize

    @classmethod
    def load(cls) -> Parser:
        """Load the models; about a second.

        Raises:
            MissingExtraError: If the `rules` extra is not installed.
        """
        slovnet = require("slovnet", "rules", _PURPOSE)
        navec = vectors.load()
        morph, syntax, ner = (
            kind.load(str(natasha_file(f"slovnet_{name}_")), batch_size=_BATCH).navec(navec)
            for kind, name in (
                (slovnet.Morph, "morph"),
                (slovnet.Syntax, "syntax"),
                (slovnet.NER, "ner"),
            )
        )
        return cls(morph, syntax, ner)

    def parse(self, given: Sequence[Sentence], *, entities: bool = True) -> list[Tree | None]:
        """Parse sentences.

        Args:
            given: The sentences.
            entities: Whether named entities are looked for.

        Returns:
            A tree for each; None for one that is empty or longer than `LONGEST` words.
        """
        start = time.perf_counter()
        trees = self._parse(given, entities=entities)
        self.seconds += time.perf_counter() - start
        return trees

    def _parse(self, given: Sequence[Sentence], *, entities: bool) -> list[Tree | None]:
        words = [self._words(sentence.plain) for sentence in given]
        # Batches are padded to their longest sentence.
        order = sorted((i for i in range(len(words)) if words[i]), key=lambda i: len(words[i]))
        ordered = [words[i] for i in order]
        trees: list[Tree | None] = [None] * len(given)
        for i, tags, arcs in zip(
            order, self._morph.map(ordered), self._syntax.map(ordered), strict=True
        ):
            trees[i] = Tree(given[i].text, _tokens(tags.tokens, arcs.tokens))
        if entities:
            texts = [" ".join(words[i]) for i in order]
            for i, found in zip(order, self._ner.map(texts), strict=True):
                tree = trees[i]
                if tree and found.spans:
                    trees[i] = _with_entities(tree, found.spans)
        return trees

    def _words(self, text: str) -> list[str]:
        if len(text) > LONGEST * 20:
            return []
        found = [token.text for token in self._tokenize(text)]
        return found if len(found) <= LONGEST else []


def _tokens(tags: Sequence[Any], arcs: Sequence[Any]) -> tuple[Token, ...]:
    found = []
    for i, (tag, arc) in enumerate(zip(tags, arcs, strict=True)):
        head = int(arc.head_id) - 1
        head = ROOT if arc.rel == "root" or head == i or head >= len(tags) else head
        found.append(Token(i, tag.text, tag.pos, _mended(tag), arc.rel, head))
    if any(token.head == ROOT for token in found):
        return tuple(found)
    return _with_root(found)


def _mended(tag: Any) -> dict[str, str]:
    """A word's features, its case, number and gender as the dictionary has them."""
    feats = dict(tag.feats)
    better = inflect.mend(
        tag.text, tag.pos, feats.get("Case", ""), feats.get("Number", ""), feats.get("Gender", "")
    )
    if better is not None:
        feats |= dict(zip(("Case", "Number", "Gender"), better, strict=True))
    return feats


def _with_root(tokens: list[Token]) -> tuple[Token, ...]:
    """A tree whose arcs run in a circle, opened at the first verb that has a subject."""
    subjects = {t.head for t in tokens if t.relation == "nsubj"}
    for t in tokens:
        if t.index in subjects and t.pos in ("VERB", "NOUN"):
            tokens[t.index] = Token(
                t.index, t.text, t.pos, t.feats, "root", ROOT, t.entity, t.starts_entity
            )
            break
    return tuple(tokens)


def _with_entities(tree: Tree, spans: Sequence[Any]) -> Tree:
    """Mark the tokens of entities; spans are over the words joined by single spaces."""
    kinds: dict[int, tuple[str, bool]] = {}
    start = 0
    for token in tree.tokens:
        for span in spans:
            if span.start <= start < span.stop:
                kinds[token.index] = (span.type, span.start == start)
        start += len(token.text) + 1
    tokens = tuple(
        Token(t.index, t.text, t.pos, t.feats, t.rel, t.head, *kinds[t.index])
        if t.index in kinds
        else t
        for t in tree.tokens
    )
    return Tree(tree.text, tokens)
