"""From a dependency tree to phrases: which words belong together and can be carried elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from danetka.augmentation.rules.words import JOINING, LOOSE, SUPERLATIVES, Phrase, Word
from danetka.language import inflect
from danetka.language.tree import Token, Tree


class SkippedError(Exception):
    """Something that no question is made of; its text is the reason that is counted."""


LONGEST: Final = 5
"""Words of a phrase without its preposition."""

_KEPT: Final = frozenset(
    ("amod", "nmod", "nummod", "det", "flat", "fixed", "compound", "case", "advmod", "punct",
     "appos")
)  # fmt: skip
_POINTING: Final = frozenset(
    "этот тот такой данный другой иной его её ее их наш мой ваш твой который сам некий какой чей "
    "подобный аналогичный это следующий указанный упомянутый вышеуказанный последующий остальной прочий таковой оба "
    "нижеследующий предыдущий чей-то какой-то ряд свой".split()
)
"""Words that point out of the phrase: alone it would not be known what is meant."""
_ABBREVIATIONS: Final = frozenset(
    "г гг т д др н э в вв ок см им проф акад ст ул руб коп тыс млн млрд км м см мм кг га л с ч мин "
    "стр св обл р п тел англ лат род кв напр рис табл пр о оз".split()
)
_WORD = re.compile(r"[А-ЯЁа-яё]+(?:-[А-ЯЁа-яё]+)*|\d{1,4}|[A-Za-z]+(?:-[A-Za-z]+)*")
_QUOTES: Final = {"«": "»", '"': '"', "„": "“", "“": "”"}
TIME_NOUNS: Final = frozenset(
    "год век месяц неделя день ночь утро вечер час минута столетие десятилетие тысячелетие эпоха "
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь время период "
    "понедельник вторник среда четверг пятница суббота воскресенье весна лето осень зима "
    "половина начало конец середина момент".split()
)


def phrase(tree: Tree, head: Token, role: str, before: int | None = None) -> Phrase:
    """The noun phrase of a token.

    What hangs on it by a clause, an apposition between commas or a conjunction is left out.

    Args:
        tree: The sentence.
        head: The head of the phrase.
        role: What it is in its clause.
        before: The index of the predicate, for `Phrase.before`.

    Raises:
        SkippedError: If it cannot stand by itself.
    """
    prep = _preposition(tree, head)
    _check_complement(tree, head)
    tokens = _shortened(tree, head, _kept(tree, head, prep))
    _check_gaps(tree, tokens, prep)
    words, places = _words(tokens)
    if not words or head.index not in places:
        raise SkippedError("a phrase without words")
    index = places[head.index]
    built = tuple(_word(token, places, left, right) for token, left, right in words)
    if _is_date(built):
        built, index = _year(built), 1
    _check(built, index)
    noun = built[index]
    if noun.case == "Loc" and not prep and built[0].rel != "year":
        raise SkippedError("a locative without a preposition")
    if noun.lemma in JOINING and prep and len(built) == 1:
        raise SkippedError("a phrase that is broken off")
    if noun.pos not in ("NOUN", "PROPN") and any(w.pos == "ADV" or w.pos == "PART" for w in built):
        raise SkippedError("a phrase that is broken off")
    after = tree.tokens[tokens[-1].index + 1 : tokens[-1].index + 2]
    if any(t.lower in ("назад", "спустя", "тому") for t in after):
        raise SkippedError("a phrase that is broken off")
    if any(w.pos == "ADJ" and w.rel in ("nmod", "obl", "conj") and not _stands(w) for w in built):
        raise SkippedError("an adjective without its noun")
    _check_sides(tree, tokens)
    if any(t.text.lower() in _SINGLED for t in tokens) and tree.child(head, "acl"):
        raise SkippedError("the only one of a kind that is not told")
    if noun.lemma == "один" and not any(w.lemma == "из" for w in built):
        raise SkippedError("a phrase that is broken off")
    superlative = any(w.lemma in SUPERLATIVES or w.lemma.endswith("ейший") for w in built)
    if superlative and len(tree.subtree(head)) - bool(prep) > len(tokens):
        raise SkippedError("the only one of a kind that is not told")
    if any(t.entity and not t.starts_entity for t in after) or (
        noun.pos == "PROPN" and any(t.text.isdigit() or t.text.isupper() for t in after)
    ):
        raise SkippedError("a name that is cut")
    split_number = built[0].text.isdigit() and any(
        t.text.isdigit() for t in tree.tokens[max(0, tokens[0].index - 1) : tokens[0].index]
    )
    if split_number:
        raise SkippedError("a number of several words")
    deverbal = noun.lemma.endswith(("ние", "тие")) and bool(prep) and len(built) == 1
    if deverbal and role == "oblique":
        raise SkippedError("a noun that needs its object")
    if any(t.text in "«„" for t in after) and not built[-1].right:
        raise SkippedError("a name that is cut")  # завод «Заря»
    if noun.lemma in THAT and not any(w.rel == "nmod" and w.head == index for w in built):
        raise SkippedError("a noun that needs its clause")
    if noun.lemma in TIME_NOUNS and prep and prep.lower in ("в", "во") and len(built) == 1:
        if noun.lemma in _BARE_TIMES:
            raise SkippedError("a phrase that is broken off")
    _check_count(built, index)
    named_on = any(
        t.text[:1].isupper() and any("ADJF" in r.tag for r in inflect.readings(t.lower)[:1])
        for t in after
    )
    if named_on and (noun.pos == "PROPN" or head.text[:1].isupper()):
        raise SkippedError("a name that is cut")
    age = noun.lemma == "год" and prep and noun.case != "Loc" and built[0].text.isdigit()
    if age and len(built[0].text) < 3:  # noqa: PLR2004 - an age, not a year
        raise SkippedError("an age")
    whole = len(tree.subtree(head)) - (1 if prep else 0)
    if built and noun.lemma in TIME_NOUNS and prep and prep.lower in ("через", "спустя"):
        raise SkippedError("a time without its anchor")
    time = noun.lemma in TIME_NOUNS and bool(prep or noun.case in ("Ins", "Gen", "Acc"))
    return Phrase(
        built,
        index,
        role,
        _short(prep.lower) if prep else "в" if built[0].rel == "year" else "",
        time=time,
        before=before is not None and head.index < before,
        cut=whole > len(tokens),
    )


def _stands(word: Word) -> bool:
    """Whether an adjective is a number or used as a noun."""
    if not word.text.isalpha():
        return True
    found = inflect.find_reading(word.text, "NOUN", word.case, word.number)
    return found is not None and str(found.tag.POS) == "NOUN"


_SINGLED: Final = frozenset(
    form for base in ("единственн", "перв", "последн", "кажд", "люб", "втор", "редк")
    for form in (f"{base}ый", f"{base}ая", f"{base}ое", f"{base}ые", f"{base}ого", f"{base}ой",
                 f"{base}ым", f"{base}ом", f"{base}ую", f"{base}ых", f"{base}ыми", f"{base}ий",
                 f"{base}яя", f"{base}ее", f"{base}ие", f"{base}его", f"{base}ей", f"{base}им")
)  # fmt: skip
_TWO_SIDED: Final = frozenset(
    "отношение война договор соглашение связь граница сотрудничество переговоры конфликт матч "
    "встреча спор брак разница различие союз партнерство партнёрство сходство борьба бой битва "
    "обмен пакт сравнение соотношение".split()
)
"""Nouns that have two sides: without the second they say something else."""


def _check_sides(tree: Tree, kept: list[Token]) -> None:
    for token in kept:
        on = tree.head(token)
        if on is None or token.relation != "nmod" or _lemma(on) not in _TWO_SIDED:
            continue
        if tree.child(token, "conj"):
            raise SkippedError("a phrase with two sides")


_BARE_TIMES: Final = frozenset(
    "год день месяц век период время час неделя минута момент эпоха столетие".split()
)
THAT: Final = frozenset(
    "мнение точка факт версия вывод мысль гипотеза идея теория слух разрешение право решение "
    "возможность способность попытка причина необходимость".split()
)
"""Nouns that ask what."""


def _check_count(words: tuple[Word, ...], head: int) -> None:
    """That a noun stands in the form that its number in digits asks for."""
    noun = words[head]
    for word in words[:head]:
        if word.head != head or not word.text.isdigit() or word.rel != "nummod":
            continue
        number = int(word.text)
        few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
        one = number % 10 == 1 and number % 100 != 11  # noqa: PLR2004
        fits = noun.number == "Sing" if few or one else noun.number == "Plur"
        if noun.case in ("Nom", "Acc", "Gen") and not fits and noun.lemma != "человек":
            raise SkippedError("a number that does not agree")
        if noun.lemma == "человек" and (noun.text == "человека") != few:
            raise SkippedError("a number that does not agree")


def _check_complement(tree: Tree, head: Token) -> None:
    """«мнение, что …», «попытка бежать»: without its clause such a noun says nothing."""
    if any(t.lower in ("или", "либо", "ни") for c in tree.children(head, "conj")
           for t in tree.children(c, "cc", "advmod")):  # fmt: skip
        raise SkippedError("one of several")
    for other in tree.children(head, "conj"):
        shared = tree.child(other, "nmod") and not tree.child(head, "nmod")
        if shared and not tree.child(other, "case"):
            raise SkippedError("a phrase that shares its attribute")  # «длительность и частота сна»
    following = tree.tokens[head.index + 1 : head.index + 2]
    if any(t.entity and t.entity == head.entity and not t.starts_entity
           and t.head not in (head.index, head.head) for t in following):  # fmt: skip
        raise SkippedError("a name that is cut")
    for child in tree.children(head, "acl", "ccomp", "csubj", "advcl", "xcomp"):
        marks = {t.lower for t in tree.children(child) if t.index < child.index}
        if child["VerbForm"] == "Inf" or marks & {"что", "чтобы", "когда", "как", "ли", "где"}:
            raise SkippedError("a noun that needs its clause")


def date(tree: Tree, day: Token, before: bool) -> Phrase | None:
    """«30 мая 1934 года» as «30 мая 1934 года», or None if it is something else."""
    tokens = [t for t in tree.tokens[day.index : day.index + 4]]
    found = [t.lower for t in tokens]
    if len(found) < 2 or lemma_of_month(found[1]) is None:  # noqa: PLR2004 - a day and a month
        return None
    full = len(found) == 4 and found[2].isdigit() and found[3] in ("года", "г")  # noqa: PLR2004
    if not full and any(t.isdigit() for t in found[2:3]):
        return None
    month = Word(found[1], str(lemma_of_month(found[1])), "NOUN", "Gen", "Sing", "Masc", "Inan")
    words = [Word(found[0], found[0], "NUM", rel="day"), month]
    if full:
        words += [
            Word(found[2], found[2], "ADJ", "Gen", "Sing", "Masc", "Inan", "amod", 3),
            Word("года", "год", "NOUN", "Gen", "Sing", "Masc", "Inan"),
        ]
    prep = tree.child(day, "case")
    governed = prep.lower if prep else ""
    if _is_date(tuple(words)) and not governed:
        return Phrase(_year(tuple(words)), 1, "oblique", "в", time=True, before=before)
    return Phrase(tuple(words), len(words) - 1, "oblique", governed, time=True, before=before)


def _is_date(words: tuple[Word, ...]) -> bool:
    """Whether it is a day, a month, a year and «года»."""
    return (
        len(words) == 4  # noqa: PLR2004
        and words[0].text.isdigit()
        and words[1].text in _MONTHS
        and words[2].text.isdigit()
        and words[3].lemma == "год"
    )


def _year(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Of a full date the year alone: four words less, and as true."""
    return (
        replace(words[2], case="Loc", rel="year", head=1),
        replace(words[3], text="году", case="Loc", head=-1),
    )


def lemma_of_month(word: str) -> str | None:
    """The month whose genitive a word is."""
    return _MONTHS.get(word)


_MONTHS: Final = {
    "января": "январь", "февраля": "февраль", "марта": "март", "апреля": "апрель",
    "мая": "май", "июня": "июнь", "июля": "июль", "августа": "август",
    "сентября": "сентябрь", "октября": "октябрь", "ноября": "ноябрь", "декабря": "декабрь",
}  # fmt: skip


def _preposition(tree: Tree, head: Token) -> Token | None:
    found = [t for t in tree.children(head, "case") if t.index < head.index]
    if len(found) > 1 or any(tree.children(t, "fixed") for t in found):
        raise SkippedError("a compound preposition")
    if found and found[0].lower == "между":
        raise SkippedError("a phrase with two sides")
    return found[0] if found else None


def _short(prep: str) -> str:
    return {"во": "в", "со": "с", "ко": "к", "об": "о", "обо": "о", "изо": "из", "ото": "от"}.get(
        prep, prep
    )


def _kept(tree: Tree, head: Token, prep: Token | None) -> list[Token]:
    """The tokens of the phrase, in order and without a gap."""
    kept = {head.index}
    waiting = [head]
    while waiting:
        token = waiting.pop()
        for child in tree.children(token):
            if prep and child.index == prep.index:
                continue
            if child.index not in kept and _belongs(tree, token, child):
                kept.add(child.index)
                waiting.append(child)
    return [tree.tokens[i] for i in sorted(kept)]


def _shortened(tree: Tree, head: Token, tokens: list[Token]) -> list[Token]:
    """Without the attributes on the right that part it or make it too long.

    Less said is as true: «система охраны природы в стране» → «система охраны природы».
    """
    kept = {t.index for t in tokens}
    while True:
        words = [i for i in sorted(kept) if not tree.tokens[i].is_mark]
        broken = [
            i
            for i in range(head.index + 1, max(kept))
            if i not in kept and tree.tokens[i].text not in "«»"
        ]
        too_long = len(words) > LONGEST
        if not broken and not too_long:
            return [tree.tokens[i] for i in sorted(kept)]
        last = tree.tokens[max(kept)]
        branch = _branch(tree, last, head, kept)
        if branch is None:
            raise SkippedError("a phrase is too long" if too_long else "a phrase with a gap")
        gone = {t.index for t in tree.subtree(branch)}
        if head.index in gone:  # a parser's arcs may run in a circle
            raise SkippedError("a phrase with a gap")
        kept -= gone


def _branch(tree: Tree, last: Token, head: Token, kept: set[int]) -> Token | None:
    """The smallest attribute that may be left out and ends in the last word."""
    found: Token | None = None
    token: Token | None = last
    while token is not None and token.index != head.index:
        prep = tree.child(token, "case")
        where = prep is not None and prep.lower in LOOSE and token["Case"] in ("Loc", "Gen")
        loose = token.relation == "nmod" and where
        if loose and token.index > head.index and token.index in kept:
            found = found or token
        token = tree.head(token)
    return found


def _belongs(tree: Tree, head: Token, child: Token) -> bool:
    relation = child.relation
    if relation not in _KEPT:
        return False
    if relation == "punct":
        return child.text in "«»\"„“”"
    if _quoted_after(tree, head, child):
        return True
    if relation == "appos":
        return child.index == head.index + 1 and child.pos == "PROPN"
    if relation == "advmod":
        if child.lower == "не":
            raise SkippedError("a denied phrase")
        return head.pos in ("ADJ", "ADV", "NUM") and child.index < head.index
    if relation == "nmod" and child.index < head.index:
        return False
    return not tree.children(child, "mark")


def _quoted_after(tree: Tree, head: Token, child: Token) -> bool:
    """Whether it is the name in quotation marks that follows its noun: завод «Заря»."""
    if child.relation not in ("appos", "nmod", "flat") or child.index <= head.index + 1:
        return False
    between = tree.tokens[head.index + 1 : child.index]
    own = {t.index for t in tree.subtree(child)}
    return between[0].text in "«„" and all(t.index in own or t.is_mark for t in between)


def _check_gaps(tree: Tree, tokens: list[Token], prep: Token | None) -> None:
    first = prep.index if prep else tokens[0].index
    inside = {t.index for t in tokens} | ({prep.index} if prep else set())
    gap = [i for i in range(first, tokens[-1].index + 1) if i not in inside]
    if any(not tree.tokens[i].is_mark for i in gap):
        raise SkippedError("a phrase with a gap")
    if any(tree.tokens[i].text in ",;:—" for i in gap):
        raise SkippedError("a phrase with a comma")


def _words(
    tokens: list[Token],
) -> tuple[list[tuple[Token, str, str]], dict[int, int]]:
    """The words with the quotation marks on either side, and each token's place among them."""
    found: list[tuple[Token, str, str]] = []
    places: dict[int, int] = {}
    opened = ""
    left = ""
    for token in tokens:
        if token.is_mark or token.text in "«»\"„“”":
            if token.text in _QUOTES and not opened:
                opened = _QUOTES[token.text]
                left = token.text
            elif found and token.text == opened:
                last, before, _ = found[-1]
                found[-1] = (last, before, token.text)
                opened = ""
            continue
        places[token.index] = len(found)
        found.append((token, left, ""))
        left = ""
    if opened:
        raise SkippedError("a quotation mark without its pair")
    return found, places


def _word(token: Token, places: dict[int, int], left: str, right: str) -> Word:
    if not _WORD.fullmatch(token.text) or token.text[:1].lower() in "abcdefghijklmnopqrstuvwxyz" and len(token.text) < 3:  # noqa: E501, PLR2004
        raise SkippedError("a word of other signs")
    if token.lower in _ABBREVIATIONS and token.pos not in ("ADP", "CCONJ"):
        raise SkippedError("an abbreviation")
    if token.pos == "PRON":
        raise SkippedError("a pronoun")
    base = _lemma(token)
    points = token.pos in ("DET", "ADJ", "PRON") and any(
        str(r.normal_form) in _POINTING for r in inflect.readings(token.lower)
    )
    if points or base in _POINTING or token.lower in _POINTING:
        raise SkippedError("a word that points elsewhere")
    if token.lower == "всё" and token["Number"] == "Plur":
        return Word("все", "весь", "DET", token["Case"], "Plur", rel="det",
                    head=places.get(token.head, -1))  # fmt: skip
    return Word(
        text=_in_mid_sentence(token, left),
        lemma=base,
        pos=token.pos,
        case=token["Case"],
        number=token["Number"],
        gender=token["Gender"],
        animacy=token["Animacy"],
        rel=token.relation,
        head=places.get(token.head, -1),
        entity=token.entity,
        left=left,
        right=right,
    )


def _lemma(token: Token) -> str:
    found = inflect.reading_of(token)
    return str(found.normal_form) if found else inflect.lemma(token.text, token.pos)


def _in_mid_sentence(token: Token, left: str) -> str:
    """Without the capital that only the sentence's start gave it."""
    if token.index > 0 and not (token.index == 1 and left):
        return token.text
    if left or not token.text[:1].isupper() or token.text[1:2].isupper():
        return token.text
    found = inflect.reading_of(token)
    names = ("Name", "Surn", "Patr", "Geox", "Orgn")
    if token.entity and (token.entity == "PER" or found is None or not token.starts_entity):
        return token.text
    if token.pos == "PROPN" and (found is None or not found.is_known):
        return token.text
    if found is not None and any(name in found.tag for name in names):
        return token.text
    return token.text.lower()


def _tag(word: Word) -> str:
    found = inflect.find_reading(word.text, word.pos, word.case, word.number)
    return str(found.tag) if found else ""


def _check(words: tuple[Word, ...], head: int) -> None:
    """That the words agree as the dictionary knows them.

    Raises:
        SkippedError: If slovnet's tags cannot be true.
    """
    noun = words[head]
    loose = words[-1].pos in ("ADP", "ADV", "PART", "CCONJ", "SCONJ")
    open_interval = len(words) > 1 and words[-1].text.isdigit() and words[-2].pos == "ADP"
    if loose or open_interval:
        raise SkippedError("a phrase that is broken off")
    for index, word in enumerate(words):
        if word.pos == "VERB" and "PRTF" not in _tag(word):
            raise SkippedError("a phrase with a verb in it")
        if len(word.text) > 1 and word.text.isupper():
            continue  # НАТО, XX: not declined
        checked = word.pos in ("NOUN", "ADJ", "DET", "PROPN") and not word.text.isdigit()
        common = word.text.lower() == word.text
        if checked and (common or (word.entity != "PER" and inflect.is_known(word.text))):
            gender = word.gender if word.number != "Plur" and word.pos != "NOUN" else ""
            found = inflect.find_reading(word.text, word.pos, word.case, word.number, gender)
            if found is None:
                raise SkippedError("tags that the dictionary denies")
            if common and not found.is_known and "-" not in word.text and word.pos != "ADJ" and "-" not in word.text:
                raise SkippedError("a word that the dictionary does not know")
        attribute = word.rel == "amod" and word.head == head and word.pos == "ADJ"
        counted = any(w.rel == "nummod" for w in words)
        if attribute and not counted and word.text.isalpha() and not word.text.isupper() and noun.number == "Sing" and not word.text.isdigit() and noun.case:
            gender = inflect.noun_gender(noun.text, noun.case, "Sing")
            if gender and inflect.find_reading(word.text, "ADJ", noun.case, "Sing", gender) is None:
                raise SkippedError("an adjective that does not agree")
        agrees = word.rel in ("amod", "det") and word.head == head and word.pos in ("ADJ", "DET")
        if agrees and word.case and noun.case and index < head and word.case != noun.case:
            raise SkippedError("an adjective that does not agree")
