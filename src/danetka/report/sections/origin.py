"""What the data is, and how to get all of this again."""

from __future__ import annotations

from typing import Final

from danetka.report.audit import audit_tables, faults
from danetka.report.document import Block, Code, Facts, Folded, Grid, Points, Section, Text
from danetka.report.sections.context import Context, missing
from danetka.report.table import Table
from danetka.report.words import Speech

_VERSIONS: Final = ("danetka", "python", "torch", "transformers")


def audit(context: Context) -> Section:
    """What is wrong with the dataset, and what it gives away."""
    say, found = context.say, context.details.audit
    title = say("The data, audited", "Проверка данных")
    if found is None:
        return Section("audit", title, (missing(context),))
    wrong = faults(found, context.language)
    blocks: list[Block] = []
    if wrong:
        lead = say("A strict audit fails:", "Строгую проверку данные не проходят:")
        blocks += [Text(lead), Points(tuple((fault, "") for fault in wrong))]
    else:
        lead = say("No leaks, no conflicts.", "Ни утечек, ни противоречий.")
        blocks.append(Text(lead))
    blocks += [Grid(table) for table in audit_tables(found, context.language)]
    return Section("audit", title, tuple(blocks))


def origin(context: Context) -> Section:
    """Data with hashes, settings, versions, machine, command."""
    results, say = context.results, context.say
    blocks: list[Block] = [_splits(context)]
    if results.made:
        title = say("Made questions, by seed", "Созданные вопросы по сидам")
        blocks.append(Folded(title, (_made(context),)))
    blocks += [
        Facts(_facts(context)),
        Code(
            say("Settings, as resolved", "Настройки, как они применены"),
            _yaml(results.settings),
            True,
        ),
        Code(say("To get it again", "Чтобы получить то же"), _again(context)),
        Text(
            say(
                "The data is the same if the hashes above are the same. Figures may differ in the "
                "last place on another processor or with other versions.",
                "Данные те же, если совпали хеши выше. На другом процессоре или с другими версиями "
                "числа могут отличаться в последнем знаке.",
            ),
            "note",
        ),
    ]
    title = say("Settings, versions, hashes", "Настройки, версии, хеши")
    return Section("origin", title, tuple(blocks))


def _splits(context: Context) -> Grid:
    say = context.say
    rows = []
    for name, split in context.results.splits.items():
        known = [split.get(key) for key in ("yes", "unseen")]
        shown = ["–" if value is None else str(value) for value in known]
        rows.append((name, str(split["rows"]), *shown, str(split["sha256"])))
    header = (
        say("split", "часть"), say("rows", "строк"), "«да»", say("unseen", "новых"), "sha256",
    )  # fmt: skip
    return Grid(Table(context.results.release, header, tuple(rows)))


def _made(context: Context) -> Grid:
    say = context.say
    rows = tuple(
        (
            say.arm(arm), str(seed), f"{made['rows']} / {made['wanted']}",
            str(made["train_rows"]), str(made["train_yes"]), str(made["file"]),
        )
        for arm, by_seed in context.results.made.items()
        for seed, made in by_seed.items()
    )  # fmt: skip
    header = (
        say("arm", "вариант"), say("seed", "сид"), say("made / wanted", "создано / нужно"),
        say("training rows", "обучающих строк"), say("of them «да»", "из них «да»"),
        say("file", "файл"),
    )  # fmt: skip
    return Grid(Table(say("Made questions", "Созданные вопросы"), header, rows))


def _facts(context: Context) -> tuple[tuple[str, str], ...]:
    results, say = context.results, context.say
    machine = dict(results.environment)
    packages = machine.pop("packages", {})
    names = {
        "python": "Python", "platform": say("platform", "платформа"),
        "processor": say("processor", "процессор"), "cores": say("cores", "ядер"),
        "threads": say("threads", "потоков"), "accelerator": say("accelerator", "ускоритель"),
    }  # fmt: skip
    bases = dict.fromkeys(e.base for e in results.evaluations if e.base)
    return (
        (say("written", "записано"), results.created),
        (say("dataset", "набор данных"), results.release),
        (say("base model", "базовая модель"), ", ".join(bases)),
        (say("seeds", "сиды"), ", ".join(map(str, results.settings["seeds"]))),
        *((names.get(key, key), _plain(value, say)) for key, value in machine.items()),
        *((name, str(version)) for name, version in packages.items()),
    )


def _plain(value: object, say: Speech) -> str:
    return say("none", "нет") if value is None else str(value)


def _yaml(settings: dict[str, object]) -> str:
    import yaml

    return str(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False, width=80))


def _again(context: Context) -> str:
    """What was typed, under the versions that matter most."""
    found = context.results.environment
    packages = {"python": found.get("python", ""), **found.get("packages", {})}
    known = [f"{name} {packages[name]}" for name in _VERSIONS if packages.get(name)]
    return f"# {', '.join(known)}\n{context.results.command}\n"
