"""How consistent the arms are when rows are changed on purpose."""

from __future__ import annotations

from typing import Final

from danetka.experiment.details import Robustness
from danetka.report.document import Block, Grid, Section, Text
from danetka.report.sections.context import Context
from danetka.report.table import Table
from danetka.report.words import Speech, capital, figure

_PROBES: Final = {
    "negated": (
        "denied", "с отрицанием",
        "the question’s predicate is denied, or a denial is taken out",
        "к сказуемому вопроса добавлено «не» или отрицание убрано",
    ),
    "swapped": (
        "one word swapped", "с заменой слова",
        "a number, place or word of a question whose answer is «да» is exchanged",
        "в вопросе с ответом «да» заменено число, место или слово",
    ),
    "contrast": (
        "contrast pair", "контрастная пара",
        "two rule-made questions about one passage that differ in one word: «да» and «нет»",
        "два созданных по правилам вопроса к одному тексту, различающиеся одним словом: «да» и "
        "«нет»",
    ),
    "typing": (
        "typing errors", "опечатки",
        "one or two typing errors in the question",
        "одна или две опечатки в вопросе",
    ),
    "case": (
        "other letters", "регистр",
        "the question in other letters: capitals or lower case",
        "вопрос набран в другом регистре",
    ),
    "distractor": (
        "stray sentence", "лишнее предложение",
        "a sentence from another passage is put into the passage",
        "в текст вставлено предложение из чужого текста",
    ),
    "order": (
        "sentences reordered", "порядок предложений",
        "the passage’s sentences stand in another order",
        "предложения текста переставлены",
    ),
}  # fmt: skip


def robustness(context: Context) -> Section:
    """What stays and what changes when a row is changed so that its answer must, or must not."""
    say, found = context.say, context.details.robustness
    title = say("Robustness", "Устойчивость")
    if not found:
        text = say(
            "Consistency was not measured (`robustness: null`, or no row could be changed).",
            "Согласованность не измерялась (`robustness: null`, или ни одну строку изменить не "
            "удалось).",
        )
        return Section("robustness", title, (Text(text, "note"),))
    lead = say(
        "Rows are changed by rules so that the answer must flip, or must stay. The share of pairs "
        "× seeds in which it did, with its 95% interval. Whether the answers are right plays no "
        "part: whoever always answers «да» has 1.000 where it must stay and 0.000 where it must "
        "flip, so read both halves together.",
        "Строки изменены по правилам так, что ответ обязан смениться или обязан остаться. Доля "
        "пар × сидов, в которых так и вышло, с 95-процентным интервалом. Верны ли ответы, роли не "
        "играет: у того, кто всегда отвечает «да», 1.000 там, где ответ обязан остаться, и "
        "0.000 там, где обязан смениться; поэтому читайте обе половины вместе.",
    )
    return Section("robustness", title, (Text(lead), _shares(found, say), *_examples(context)))


def _shares(found: tuple[Robustness, ...], say: Speech) -> Grid:
    probes = {r.found.probe: r.found for r in found}
    arms = list(dict.fromkeys(r.arm for r in found))
    cells = {(r.found.probe, r.arm): r.found for r in found}
    ordered = sorted(probes.values(), key=lambda p: not p.flips)
    rows, shades = [], {}
    for i, probe in enumerate(ordered):
        must = say("flip", "смениться") if probe.flips else say("stay", "остаться")
        row = [_name(probe.probe, say), must, str(probe.rows)]
        for j, arm in enumerate(arms, len(row)):
            one = cells.get((probe.probe, arm))
            row.append(
                f"{figure(one.share)} [{figure(one.low)}, {figure(one.high)}]" if one else "–"
            )
            if one:
                shades[i, j] = one.share
        rows.append(tuple(row))
    header = (
        say("change", "изменение"), say("answer must", "ответ обязан"), say("pairs", "пар"),
        *map(say.arm, arms),
    )  # fmt: skip
    title = say("Consistent answers", "Согласованные ответы")
    flips = sum(p.flips for p in ordered)
    rules = frozenset({flips - 1}) if 0 < flips < len(ordered) else frozenset()
    note = say(
        "Contrast pairs and swaps are made by the rules that augment training data: an arm that "
        "has learnt from rule-made questions is at home there, so its figures say less of what "
        "people ask.",
        "Контрастные пары и замены созданы по тем же правилам, что и вопросы аугментации: вариант, "
        "который на таких вопросах учился, здесь как дома, и о вопросах людей эти числа говорят "
        "меньше.",
    )
    return Grid(Table(title, header, tuple(rows), (note,), rules), shades, stacked=True)


def _examples(context: Context) -> list[Block]:
    """What each probe changes, with its first pair."""
    say = context.say
    shown = {i.probe: i for i in context.details.instances}
    probes = dict.fromkeys(r.found.probe for r in context.details.robustness)
    rows = []
    for probe in probes:
        known = _PROBES.get(probe)
        what = capital(say(known[2], known[3])) + "." if known else ""
        one = shown.get(probe)
        before, after = (one.before, one.after) if one else ("–", "–")
        rows.append((_name(probe, say), what, before, after))
    header = (
        say("change", "изменение"), say("what is done", "что делается"),
        say("before", "до"), say("after", "после"),
    )  # fmt: skip
    notes = (
        ()
        if shown
        else (say("Examples are withheld with the texts.", "Примеры не показаны, как и тексты."),)
    )
    title = say("What each change does", "Что делает каждое изменение")
    return [Grid(Table(title, header, tuple(rows), notes))]


def _name(probe: str, say: Speech) -> str:
    known = _PROBES.get(probe)
    return say(known[0], known[1]) if known else probe
