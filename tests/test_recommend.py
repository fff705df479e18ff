"""What is recommended: a clear winner, nothing, a cheap control, and a baseline that is as good."""

from __future__ import annotations

import dataclasses

import pytest

from danetka.evaluation.mcnemar import McNemar
from danetka.evaluation.paired import Difference
from danetka.experiment.results import COMPARED, Comparison, Evaluation, Results
from danetka.report.advice import Advice, advise
from danetka.report.recommend import recommendation

from .made_results import BASE, make_results

SURE, UNSURE = 0.0001, 0.4


def _against(arm: str, other: str, role: str, value: float, p: float) -> Comparison:
    one = Difference(value, value - 0.05, value + 0.05, p)
    scores = dict.fromkeys(COMPARED, one)
    return Comparison(arm, other, role, "val", "unseen", scores, McNemar(9, 4, 0.3), BASE)


def _with(*comparisons: Comparison) -> Results:
    return dataclasses.replace(make_results(), comparisons=comparisons)


def _advice(results: Results) -> Advice:
    (advice,) = advise(results)
    return advice


def test_an_arm_that_beats_the_original_and_the_best_control() -> None:
    results = _with(
        _against("class weights", "original", "original", 0.1, UNSURE),
        _against("+ rules", "original", "original", 0.2, SURE),
        _against("+ rules", "class weights", "control", 0.1, SURE),
        _against("+ both", "original", "original", 0.2, SURE),
        _against("+ both", "class weights", "control", 0.1, SURE),
    )
    advice = _advice(results)
    assert (advice.arm, advice.reason, advice.control) == ("+ rules", "augmented", "class weights")
    assert advice.winners == ("+ rules", "+ both")
    (text,) = recommendation(results)
    assert text.startswith("Take **+ rules**. **+ rules** adds 0.200 [0.150, 0.250] to F1 of «нет»")
    assert "against **class weights**" in text
    assert "So do **+ both**" in text
    assert "Holm-corrected p < 0.001" in text
    assert "160 rows of val" in text


def test_nothing_beats_the_original() -> None:
    results = _with(
        _against("class weights", "original", "original", 0.05, UNSURE),
        _against("+ rules", "original", "original", 0.1, UNSURE),
        _against("+ rules", "class weights", "control", 0.04, UNSURE),
    )
    assert (_advice(results).arm, _advice(results).reason) == ("original", "original")
    (text,) = recommendation(results)
    assert text.startswith("No arm beats **original** beyond chance: take **original**")
    assert "that of **+ rules**: +0.100 [+0.050, +0.150] (Holm-corrected p = 1.000)" in text
    (russian,) = recommendation(results, "ru")
    assert russian.startswith(
        "Ни один вариант не лучше варианта **исходные** статистически значимо"
    )


def test_chance_is_counted_after_the_correction() -> None:
    arms = ("class weights", "oversampling", "threshold", "+ rules", "+ p-tuning", "+ both")
    one = [_against("+ rules", "original", "original", 0.1, 0.02)]
    assert _advice(_with(*one)).reason == "augmented"
    many = [_against(arm, "original", "original", 0.1, 0.02) for arm in arms]
    assert _advice(_with(*many)).reason == "original"


def test_more_of_the_rare_answer_is_not_yet_better_answers() -> None:
    won = _against("+ rules", "original", "original", 0.2, SURE)
    (better,) = recommendation(_with(won))
    assert "Accuracy against **original**: +0.200 [+0.150, +0.250]" in better
    assert "Balanced accuracy" not in better
    lost = Difference(-0.1, -0.2, -0.01, SURE)
    moved = {**won.differences, "balanced_accuracy": lost, "accuracy": lost}
    (dearer,) = recommendation(_with(dataclasses.replace(won, differences=moved)))
    assert dearer.startswith("Take **+ rules**.")
    assert "It pays for that with accuracy: −0.100 [−0.200, −0.010]" in dearer
    assert "Balanced accuracy is not shown to rise (−0.100 [−0.200, −0.010])" in dearer


def test_what_does_worse_wins_nothing() -> None:
    results = _with(_against("+ rules", "original", "original", -0.2, SURE))
    assert _advice(results).arm == "original"


def test_an_arm_that_beats_the_original_but_not_the_best_control() -> None:
    results = _with(
        _against("class weights", "original", "original", 0.1, UNSURE),
        _against("+ rules", "original", "original", 0.2, SURE),
        _against("+ rules", "class weights", "control", 0.1, UNSURE),
    )
    assert (_advice(results).arm, _advice(results).reason) == ("class weights", "enough")
    (text,) = recommendation(results)
    assert "made questions do better than **original**, but not beyond chance better" in text


def test_a_cheap_control_that_is_enough() -> None:
    results = _with(
        _against("class weights", "original", "original", 0.2, SURE),
        _against("+ rules", "original", "original", 0.2, SURE),
        _against("+ rules", "class weights", "control", 0.0, UNSURE),
    )
    assert (_advice(results).arm, _advice(results).reason) == ("class weights", "control")
    (text,) = recommendation(results)
    assert text.startswith("Take **class weights**: it needs no made questions")


def test_a_control_that_dev_did_not_choose_may_still_beat_the_original() -> None:
    results = _with(
        _against("class weights", "original", "original", 0.05, UNSURE),
        _against("threshold", "original", "original", 0.2, SURE),
        _against("threshold", "class weights", "control", 0.1, UNSURE),
        _against("+ rules", "original", "original", 0.1, UNSURE),
        _against("+ rules", "class weights", "control", 0.0, UNSURE),
    )
    assert (_advice(results).arm, _advice(results).reason) == ("threshold", "control")
    (text,) = recommendation(results)
    assert text.startswith("Take **threshold**: it beats **original** beyond chance")
    assert "On dev **class weights** was the best" in text


def _raised(evaluation: Evaluation, value: float) -> Evaluation:
    values = {**evaluation.scores.values, "no_f1": value}
    return dataclasses.replace(
        evaluation, scores=dataclasses.replace(evaluation.scores, values=values)
    )


@pytest.mark.parametrize(("value", "said"), [(0.99, "level"), (None, "near"), (0.1, "")])
def test_a_baseline_that_never_reads_may_be_as_good(value: float | None, said: str) -> None:
    results = make_results()
    taken = _advice(results).taken
    near = (taken.scores["no_f1"] + taken.scores.intervals["no_f1"][0]) / 2
    evaluations = tuple(
        _raised(e, near if value is None else value)
        if e.arm in {"TF-IDF, question only", "first word"}
        else e
        for e in results.evaluations
    )
    changed = dataclasses.replace(results, evaluations=evaluations)
    assert _advice(changed).blind == said
    (text,) = recommendation(changed)
    assert ("nothing here shows that the model reads the passage" in text) == (said == "level")
    assert ("that the model reads the passage is not shown" in text) == (said == "near")


def test_each_base_model_has_its_own_advice() -> None:
    results = make_results()
    other = [
        dataclasses.replace(e, arm=f"{e.arm} (other)", base="other")
        for e in results.evaluations
        if e.kind != "baseline"
    ]
    both = dataclasses.replace(results, evaluations=(*results.evaluations, *other))
    first, second = advise(both)
    assert first.arm == "+ rules"
    assert (second.base, second.reason, second.arm) == ("other", "alone", "original (other)")
    assert recommendation(both, "ru")[1].startswith("Вариант **исходные (other)** не с чем")


def test_one_seed_is_said_to_be_one() -> None:
    results = make_results()
    evaluations = tuple(
        dataclasses.replace(e, by_seed=dict(list(e.by_seed.items())[:1]))
        for e in results.evaluations
    )
    (text,) = recommendation(dataclasses.replace(results, evaluations=evaluations))
    assert "1 seed. One seed does not show how much chance there is in training" in text
