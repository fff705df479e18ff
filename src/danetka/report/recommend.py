"""The recommendation in words."""

from __future__ import annotations

from danetka.experiment.results import Results
from danetka.report.advice import Advice, advise
from danetka.report.statistics import CLAIM, effect
from danetka.report.words import Language, Speech, chance, figure, interval, signed


def recommendation(results: Results, language: Language = "en") -> list[str]:
    """A paragraph for each base model; names of arms are in ``**``."""
    return [" ".join(paragraph) for paragraph in sentences(results, language)]


def sentences(results: Results, language: Language = "en") -> list[list[str]]:
    """The same, sentence by sentence; the first one says what to do."""
    say = Speech(language)
    found = advise(results)
    made = [_sentences(advice, results, say) for advice in found]
    if len(found) > 1:
        for advice, said in zip(found, made, strict=True):
            if advice.base not in said[0]:
                said[0] = f"{advice.base}: {said[0]}"
    return made


def _sentences(advice: Advice, results: Results, say: Speech) -> list[str]:
    return [
        *_verdict(advice, say),
        *_price(advice, say),
        *_passage(advice, say),
        *_limits(advice, results, say),
    ]


def _verdict(advice: Advice, say: Speech) -> list[str]:
    arm, original = (_bold(name, say) for name in (advice.arm, advice.original))
    against = [
        advice.against(advice.arm, other)
        for other in dict.fromkeys((advice.original, advice.control))
    ]
    effects = [effect(t, say) for t in against if t]
    match advice.reason:
        case "augmented":
            rest = [_bold(name, say) for name in advice.winners[1:]]
            also = say(
                f"So do {', '.join(rest)}: of them it has the highest F1 on these rows, which "
                "alone does not show that it is better than they are.",
                f"То же верно для: {', '.join(rest)}; из них у него самая высокая F1 на этих "
                "строках, но это само по себе не доказывает, что он лучше.",
            )
            lead = say(f"Take {arm}.", f"Берите вариант {arm}.")
            return [lead, *effects, *([also] if rest else [])]
        case "control":
            return [*_cheap(advice, say), *effects]
        case "enough":
            return [
                say(
                    f"Take {arm}: made questions do better than {original}, but not beyond chance "
                    "better than this control, which costs nothing.",
                    f"Берите вариант {arm}: с созданными вопросами лучше, чем в варианте "
                    f"{original}, но не значимо лучше этого приёма, который ничего не стоит.",
                ),
                *effects,
            ]
        case "original":
            return _nothing(advice, original, say)
        case "alone":
            return [
                say(
                    f"{arm} is compared with nothing: nothing can be advised.",
                    f"Вариант {arm} не с чем сравнить: советовать нечего.",
                )
            ]


def _cheap(advice: Advice, say: Speech) -> list[str]:
    arm, original, control = (
        _bold(name, say) for name in (advice.arm, advice.original, advice.control)
    )
    if advice.arm == advice.control:
        return [
            say(
                f"Take {arm}: it needs no made questions, and no arm that makes some beats it "
                "beyond chance.",
                f"Берите вариант {arm}: созданные вопросы ему не нужны, и ни один вариант с ними "
                "не лучше его статистически значимо.",
            )
        ]
    return [
        say(
            f"Take {arm}: it beats {original} beyond chance and needs no made questions.",
            f"Берите вариант {arm}: он значимо лучше варианта {original}, и созданные вопросы ему "
            "не нужны.",
        ),
        say(
            f"On dev {control} was the best of the arms that make nothing, so with this one the "
            "others were not compared.",
            f"На dev лучшим из вариантов, где ничего не создаётся, был вариант {control}, поэтому "
            "с этим вариантом остальные не сравнивались.",
        ),
    ]


def _nothing(advice: Advice, original: str, say: Speech) -> list[str]:
    nearest = max(advice.tests, key=lambda t: t.claimed.value)
    moved = nearest.claimed
    p = chance(nearest.holm[CLAIM])
    of = _bold(nearest.comparison.arm, say)
    shown = f"{signed(moved.value)} {interval(moved.low, moved.high)}"
    return [
        say(
            f"No arm beats {original} beyond chance: take {original}, the cheapest.",
            f"Ни один вариант не лучше варианта {original} статистически значимо: берите "
            f"{original} как самый дешёвый.",
        ),
        say(
            f"The largest difference in F1 of «нет» is that of {of}: {shown} (Holm-corrected p "
            f"{p}).",
            f"Наибольшая разность F1 «нет» — у варианта {of}: {shown} (с поправкой Холма p {p}).",
        ),
    ]


def _price(advice: Advice, say: Speech) -> list[str]:
    """What the arm does to accuracy, and whether it tells the answers apart better at all."""
    found = advice.against(advice.arm, advice.original)
    if not found:
        return []
    moved = found.comparison.differences
    shown = {name: f"{signed(d.value)} {interval(d.low, d.high)}" for name, d in moved.items()}
    said = []
    if "accuracy" in moved and moved["accuracy"].high < 0:
        said.append(
            say(
                f"It pays for that with accuracy: {shown['accuracy']}.",
                f"Цена — доля верных ответов (accuracy): {shown['accuracy']}.",
            )
        )
    elif "accuracy" in moved:
        said.append(
            say(
                f"Accuracy against {_bold(advice.original, say)}: {shown['accuracy']}.",
                f"Доля верных ответов (accuracy) по сравнению с вариантом "
                f"{_bold(advice.original, say)}: {shown['accuracy']}.",
            )
        )
    if "balanced_accuracy" in moved and moved["balanced_accuracy"].low <= 0:
        value = shown["balanced_accuracy"]
        said.append(
            say(
                f"Balanced accuracy is not shown to rise ({value}): it may only answer «нет» more "
                "often, without telling the answers apart any better.",
                f"Рост сбалансированной accuracy не доказан ({value}): возможно, этот вариант лишь "
                "чаще отвечает «нет», а различает ответы не лучше.",
            )
        )
    return said


def _bold(arm: str, say: Speech) -> str:
    return f"**{say.arm(arm)}**"


def _passage(advice: Advice, say: Speech) -> list[str]:
    if advice.baseline is None or not advice.blind:
        return []
    value, own = advice.baseline.scores[CLAIM], advice.taken.scores[CLAIM]
    low, high = advice.taken.scores.intervals[CLAIM]
    name = _bold(advice.baseline.arm, say)
    shown = f"{figure(own)} [{figure(low)}, {figure(high)}]"
    if advice.blind == "level":
        return [
            say(
                f"But the baseline {name}, which never sees the passage, has F1 of «нет» "
                f"{figure(value)} where this arm has {shown}: nothing here shows that the model "
                "reads the passage.",
                f"Но базовый метод {name}, не видя текста, получает F1 «нет» {figure(value)}, а "
                f"этот вариант — {shown}: ничто здесь не показывает, что модель читает текст.",
            )
        ]
    return [
        say(
            f"But the baseline {name}, which never sees the passage, has F1 of «нет» "
            f"{figure(value)}, within this arm’s interval {shown}: that the model reads the "
            "passage is not shown.",
            f"Но базовый метод {name}, не видя текста, получает F1 «нет» {figure(value)} — в "
            f"пределах интервала этого варианта {shown}: что модель читает текст, не доказано.",
        )
    ]


def _limits(advice: Advice, results: Results, say: Speech) -> list[str]:
    where = say.rows(results, advice.split, advice.part)
    seeds = len(advice.taken.by_seed)
    runs = say.many(seeds, ("seed", "seeds"), ("сид", "сида", "сидов"))
    found = [say(f"Measured on {where}; {runs}.", f"Основание: {where}; {runs}.")]
    if seeds < 2:  # noqa: PLR2004 - what a spread needs
        found.append(
            say(
                "One seed does not show how much chance there is in training: run more.",
                "Один сид не показывает, сколько в обучении случайного: запустите ещё.",
            )
        )
    if results.settings.get("dev") == "val":
        found.append(
            say(
                "There is no clean dev here (`dev: val`).",
                "Чистой dev здесь нет (`dev: val`).",
            )
        )
    return found
