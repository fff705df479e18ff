"""The answer, the tables, the published study beside them, and the comparisons."""

from __future__ import annotations

from danetka.report.advice import advise
from danetka.report.document import Block, Folded, Grid, Points, Section, Text
from danetka.report.published import STUDY, published_table
from danetka.report.recommend import sentences
from danetka.report.sections.context import Context, titled
from danetka.report.sections.forest import forest
from danetka.report.statistics import besides, comparison_table, corrected, effect
from danetka.report.study import more_table, spread_table, study_table
from danetka.report.table import Table
from danetka.report.words import capital


def answer(context: Context) -> Section:
    """Which arm to take, in a paragraph."""
    say = context.say
    blocks: list[Block] = []
    for lead, *rest in sentences(context.results, context.language):
        blocks += [Text(lead, "lead"), Text(" ".join(rest), "answer")]
    if any(advice.blind for advice in advise(context.results)):
        blocks.append(
            Text(
                say(
                    "A baseline that never sees the passage comes as far: look at robustness "
                    "before you trust any of these models.",
                    "Метод, который не видит текста, отвечает не хуже: прежде чем доверять любой "
                    "из этих моделей, посмотрите раздел «Устойчивость».",
                ),
                "warning",
            )
        )
    return Section("answer", say("What to do", "Что делать"), tuple(blocks))


def tables(context: Context) -> Section:
    """The study's layout and every other score, on the headline rows and on all rows."""
    results, say, language = context.results, context.say, context.language
    parts = list(dict.fromkeys(results.headline(split) for split in context.splits))
    part = "unseen" if "unseen" in parts else "all"
    table = study_table(results, part, language)
    blocks: list[Block] = [_grid(context, table, 1)]
    if part == "unseen":
        blocks.append(
            Text(
                say(
                    "Claims are made on these rows, the unseen ones. All rows, some of which "
                    "training has seen, stand below for comparison with others’ figures.",
                    "Выводы делаются по этим, новым, строкам. Ниже, для сравнения с чужими "
                    "числами, — все строки, часть которых встречалась в обучении.",
                ),
                "note",
            )
        )
        whole = study_table(results, "all", language)
        blocks.append(_grid(context, whole, 0))
    blocks += [Text(note, "note") for note in table.notes[1:]]
    blocks += [_more(context, split, each) for split, each in _parts(context)]
    return Section("table", say("The table", "Таблица"), tuple(blocks))


def study(context: Context) -> Section:
    """The published study's table, and what is to be known of it."""
    say, table = context.say, published_table(context.language)
    ours = study_table(context.results, "all", context.language)
    chosen = tuple(say.arm(row.arm) for row in STUDY)
    rows = tuple(
        row
        for row in ours.rows
        if row[0] in chosen or row[0].startswith(tuple(f"{name} (" for name in chosen))
    )
    blocks: list[Block] = [Grid(titled(table, table.title))]
    if rows:
        where = _bare(context, ours)
        title = say(f"Ours. {where}", f"Наши. {where}")
        blocks.append(Grid(Table(title, ours.header, rows)))
    blocks.append(Points(tuple((note, "") for note in table.notes)))
    title = say("The published study beside it", "Рядом — опубликованное исследование")
    return Section("study", title, tuple(blocks))


def effects(context: Context) -> Section:
    """Every arm against the original and the best cheap control: in words, drawn, in figures."""
    say = context.say
    blocks = context.for_each(lambda split: _compared(context, split))
    everything = [
        Grid(
            titled(comparison_table(context.results, split, "all", say), _rows(context, split)),
            stacked=True,
        )
        for split in context.splits
        if context.results.headline(split) != "all" and corrected(context.results, split, "all")
    ]
    if everything:
        title = say("The same on all rows", "То же по всем строкам")
        blocks = (*blocks, Folded(title, tuple(everything)))
    if not context.results.comparisons:
        blocks = (Text(say("Nothing is compared.", "Сравнивать нечего."), "note"),)
    return Section("effects", say("What each arm changes", "Что меняет каждый вариант"), blocks)


def _compared(context: Context, split: str) -> list[Block]:
    say = context.say
    found = corrected(context.results, *context.headline(split))
    if not found:
        return []
    table = comparison_table(context.results, *context.headline(split), say)
    drawn = forest(found, say)
    points = tuple((effect(one, say), besides(one, say)) for one in found)
    return [
        Text(_compared_with(context, split)),
        drawn,
        Points(points),
        Grid(titled(table, _tests(context, split), len(table.notes)), stacked=True),
    ]


def _compared_with(context: Context, split: str) -> str:
    """Which rows, and with what the arms are compared there."""
    say, here = context.say, context.headline(split)
    where = capital(say.rows(context.results, *here)) + "."
    controls = dict.fromkeys(
        say.arm(c.against)
        for c in context.results.comparisons
        if (c.split, c.part) == here and c.role == "control"
    )
    if not controls:
        return where
    names = ", ".join(f"**{name}**" for name in controls)
    return say(
        f"{where} The best of the arms that make nothing was chosen on dev: {names}.",
        f"{where} Лучший из вариантов, где ничего не создаётся, выбран на dev: {names}.",
    )


def _rows(context: Context, split: str) -> str:
    return capital(context.say.rows(context.results, split, "all"))


def _tests(context: Context, split: str) -> str:
    rows = context.rows(split)
    return context.say(f"All tests: {rows}", f"Все критерии: {rows}")


def _parts(context: Context) -> list[tuple[str, str]]:
    """The headline rows of every split first."""
    every = dict.fromkeys((e.split, e.part) for e in context.results.evaluations)
    return sorted(every, key=lambda pair: pair != context.headline(pair[0]))


def _more(context: Context, split: str, part: str) -> Folded:
    results, say, language = context.results, context.say, context.language
    spread = spread_table(results, split, part, language)
    more = more_table(results, split, part, language)
    rows = say.short(results, split, part)
    return Folded(
        say(f"Every score: {rows}", f"Все оценки: {rows}"),
        (
            Grid(titled(spread, say("Mean ± deviation", "Среднее ± отклонение"), 1), stacked=True),
            Grid(titled(more, say("With intervals", "С интервалами"), 1), stacked=True),
        ),
    )


def _grid(context: Context, table: Table, notes: int) -> Grid:
    return Grid(titled(table, _bare(context, table), notes))


def _bare(context: Context, table: Table) -> str:
    """A table's title without the experiment's name: the page has it already."""
    return capital(table.title.removeprefix(f"{context.results.name}: "))
