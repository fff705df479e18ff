"""Text → sentences → trees: what is taken out before parsing, and how a tree is walked."""

from __future__ import annotations

import pytest

from danetka.augmentation.rules.batch import parser
from danetka.language.parse import LONGEST, Parser, Sentence, clean, natasha_file, sentences
from danetka.language.tree import ROOT, Token, Tree


def tool() -> Parser:
    """The parser that the process loads once."""
    return parser()


def plain(text: str) -> list[str]:
    return [sentence.plain for sentence in sentences(text)]


def parsed(text: str) -> Tree:
    (tree,) = tool().parse(sentences(text))
    assert tree is not None
    return tree


def test_a_text_is_cleaned() -> None:
    assert clean("\ufeff Мо\u0301ст  сто\u00adит\n здесь.\t") == "Мост стоит здесь."


def test_brackets_are_dropped_and_kept_in_the_text() -> None:
    (found,) = sentences("Мо\u0301ст (англ. bridge (Tver) [bridʒ]) стоит [1] в Твери {здесь}.")
    assert found == Sentence(
        "Мост (англ. bridge (Tver) [bridʒ]) стоит [1] в Твери {здесь}.", "Мост стоит в Твери."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("В 1961 г. мост сгорел.", "В 1961 году мост сгорел."),
        ("Мост сгорел в 1961г. зимой.", "Мост сгорел в 1961 году зимой."),
        ("К 2019 г. моста нет.", "К 2019 году моста нет."),
        ("С 1950 по 1961 г. был мост.", "С 1950 по 1961 год был мост."),
        ("Летом 1961 г. мост сгорел.", "Летом 1961 года мост сгорел."),
        ("В XVI в. построен мост.", "В XVI веке построен мост."),
        ("Это мост XVI в. из камня.", "Это мост XVI века из камня."),
        ("В 1941—1945 гг. шла война.", "В 1941—1945 гг. шла война."),
        ("Мост - это путь.", "Мост — это путь."),
        ("Мост – путь северо-запада.", "Мост — путь северо-запада."),
    ],
)
def test_what_is_shortened_is_written_out(text: str, expected: str) -> None:
    assert plain(text) == [expected]
    assert sentences(text)[0].text == text


def test_a_line_break_ends_a_sentence() -> None:
    assert plain("Список мостов\nМост стоит. А. С. Седов жил тут.") == [
        "Список мостов",
        "Мост стоит.",
        "А. С. Седов жил тут.",
    ]
    assert sentences("") == []


def test_what_is_too_long_or_empty_has_no_tree() -> None:
    given = ["а " * (LONGEST + 1), "", "ы" * (LONGEST * 20 + 1), "а " * LONGEST]
    *none, longest = tool().parse([Sentence(text, text) for text in given])
    assert none == [None, None, None]
    assert longest is not None
    assert len(longest) == LONGEST


def test_a_small_tree() -> None:
    tree = parsed("Анна Лугова родилась в Омске (на реке).")
    assert tree.text == "Анна Лугова родилась в Омске (на реке)."
    assert tree.draw().splitlines() == [
        "  0 Анна      nsubj        ← родилась  PROPN Nom Fem Sing [PER]",
        "  1 Лугова    appos        ← Анна      PROPN Nom Fem Sing [PER]",
        "  2 родилась  root         ← ·         VERB Perf Fem Ind Sing Past Fin Mid",
        "  3 в         case         ← Омске     ADP ",
        "  4 Омске     obl          ← родилась  PROPN Loc Masc Sing [LOC]",
        "  5 .         punct        ← родилась  PUNCT ",
    ]


def test_entities_are_marked_from_their_start() -> None:
    tree = parsed("Анна Лугова родилась в Омске (на реке).")
    assert [(t.text, t.entity) for t in tree if t.starts_entity] == [
        ("Анна", "PER"),
        ("Омске", "LOC"),
    ]
    (bare,) = tool().parse(sentences(tree.text), entities=False)
    assert bare is not None
    assert not any(t.entity for t in bare)
    assert [(t.rel, t.head) for t in bare] == [(t.rel, t.head) for t in tree]


def test_trees_come_in_the_order_of_their_sentences() -> None:
    """Though they are parsed from the shortest to the longest."""
    text = "Мост построен в 1874 году в Твери. Он стоит. Река впадает в Волгу."
    trees = tool().parse(sentences(text))
    assert [tree and tree.text for tree in trees] == [s.text for s in sentences(text)]
    for tree in trees:
        assert tree is not None
        assert "".join(t.text for t in tree) == tree.text.replace(" ", "")


def made(*arcs: tuple[str, str, int]) -> Tree:
    tokens = (Token(i, word, "NOUN", {}, rel, head) for i, (word, rel, head) in enumerate(arcs))
    return Tree(" ".join(word for word, _, _ in arcs), tuple(tokens))


TREE = made(
    ("старый", "amod", 1),
    ("мост", "nsubj:pass", 2),
    ("построен", "root", ROOT),
    ("в", "case", 4),
    ("Твери", "obl", 2),
    ("зимой", "obl", 2),
)


def test_a_tree_is_walked() -> None:
    _, bridge, root, at, tver, winter = TREE
    assert TREE.roots == (root,)
    assert TREE.children(root) == (bridge, tver, winter)
    assert TREE.children(root, "obl") == (tver, winter)
    assert TREE.children(root, "nsubj", "case") == (bridge,), "a subtype does not matter"
    assert TREE.child(root, "obl") == tver
    assert TREE.child(root, "obj") is None
    assert TREE.head(at) == tver
    assert TREE.head(root) is None
    assert [t.text for t in TREE.subtree(bridge)] == ["старый", "мост"]
    assert TREE.subtree(root) == list(TREE)


def test_a_cycle_ends() -> None:
    """A parser may join words in a circle: the walk must come back all the same."""
    ring = made(("а", "conj", 2), ("б", "conj", 0), ("в", "conj", 1), ("г", "root", ROOT))
    for start in ring.tokens[:3]:
        assert [t.text for t in ring.subtree(start)] == ["а", "б", "в"]
    assert [t.text for t in ring.subtree(ring.tokens[3])] == ["г"]
    assert ring.draw().count("conj") == 3


def test_a_token_answers_for_its_features() -> None:
    token = Token(0, "Мост", "NOUN", {"Case": "Nom"}, "nsubj:pass", 1)
    assert (token["Case"], token["Gender"], token.lower) == ("Nom", "", "мост")
    assert (token.relation, token.is_mark) == ("nsubj", False)


def test_an_empty_tree_draws_nothing() -> None:
    assert Tree("", ()).draw() == ""
    assert Tree("", ()).roots == ()


def test_the_models_lie_in_the_wheel() -> None:
    assert natasha_file("slovnet_syntax_").is_file()
