"""The report's tables: LaTeX, the published study's figures, comparisons corrected by Holm."""

from __future__ import annotations

import re

import pytest

from danetka.evaluation.mcnemar import holm
from danetka.report.latex import escaped, latex
from danetka.report.published import STUDY, f1_range, matrices, published_table
from danetka.report.statistics import comparison_tables, corrected, effect
from danetka.report.study import spread_table, study_table
from danetka.report.table import Table
from danetka.report.words import Speech, figure, interval, p_value, signed

from .made_results import make_results


def test_latex_is_balanced_and_escaped() -> None:
    table = Table(
        "50% of a_b & c", ("name", "«да» P / R"), (("[x] #1", "0.5 ± 0.1"), ("a\\b", "~^{}")),
        ("Written by `danetka --set a_b=1`.",), frozenset({0}),
    )  # fmt: skip
    made = latex(table, "a b_c")
    assert re.findall(r"\\begin\{(\w+)\}", made) == ["table", "tabular", "minipage"]
    assert re.findall(r"\\end\{(\w+)\}", made) == ["tabular", "minipage", "table"]
    assert r"\caption{50\% of a\_b \& c}" in made
    assert r"\label{tab:a-b-c}" in made
    assert r"\texttt{danetka --set a\_b=1}" in made
    assert r"{}[x] \#1 & 0.5 $\pm$ 0.1 \\" in made
    body = made.split(r"\toprule")[1].split(r"\bottomrule")[0]
    for line in body.strip().splitlines():
        assert line == r"\midrule" or len(re.findall(r"(?<!\\)&", line)) == 1
    bare = re.sub(r"\\[{}\\]", "", made)
    assert bare.count("{") == bare.count("}")
    assert escaped("a_b%&$#{}~^\\") == (
        r"a\_b\%\&\$\#\{\}\textasciitilde{}\textasciicircum{}\textbackslash{}"
    )


def test_the_studys_table_as_latex() -> None:
    made = latex(study_table(make_results(), "unseen", "ru"), "made")
    assert made.count(r"\\") == 1 + 12
    assert r"\begin{tabular}{lrrrr}" in made
    assert "«нет» P / R / F1" in made


@pytest.mark.parametrize(("arm", "fits"), [("original", 16), ("+ p-tuning", 0), ("+ rules", 11)])
def test_which_published_rows_follow_from_one_matrix(arm: str, fits: int) -> None:
    row = next(row for row in STUDY if row.arm == arm)
    found = matrices(row.scores)
    assert len(found) == fits
    for matrix in found:
        assert sum(matrix.cells) == 821
        scores = matrix.scores()
        assert all(round(scores[name], 2) == value for name, value in row.scores.items())


def test_a_matrix_is_found_from_its_own_rounded_figures() -> None:
    from danetka.evaluation.scores import Confusion

    matrix = Confusion(23, 7, 11, 19)
    names = STUDY[0].scores
    rounded = {name: round(value, 2) for name, value in matrix.scores().items() if name in names}
    assert matrix in matrices(rounded, 60)
    assert not matrices({**rounded, "no_f1": rounded["no_f1"] + 0.05}, 60)


def test_what_is_said_of_the_published_table() -> None:
    low, high = f1_range(0.59, 0.90)
    assert low < 2 * 0.59 * 0.9 / 1.49 < high < 0.72
    table = published_table()
    assert [row[-1] for row in table.rows] == ["yes (16)", "no", "yes (11)"]
    notes = "\n".join(table.notes)
    assert "0.503 on its test set is what always answering «да» scores" in notes
    assert (
        "**+ p-tuning**: by its own precision and recall F1 of «да» would be 0.71 to 0.72" in notes
    )
    assert "**+ rules**:" not in notes
    assert "другая модель" in "\n".join(published_table("ru").notes)


def test_p_values_are_corrected_for_all_comparisons_on_the_same_rows() -> None:
    results = make_results()
    found = corrected(results, "val", "unseen")
    for name in ("no_f1", "accuracy"):
        p = [t.comparison.differences[name].p for t in found]
        assert [t.holm[name] for t in found] == holm(p)
    assert [t.mcnemar for t in found] == holm([t.comparison.mcnemar.p for t in found])
    tables = comparison_tables(results, "ru")
    assert len(tables) == 3
    assert tables[0].header[:3] == ("вариант", "против", "Δ F1 «нет»")
    assert "(11)" in tables[0].notes[1]
    assert all(len(row) == len(tables[0].header) for row in tables[0].rows)


def test_effects_are_said_in_words() -> None:
    results = make_results()
    said = {
        (t.comparison.arm, t.comparison.against): effect(t, Speech("en"))
        for t in corrected(results, "val", "unseen")
    }
    better = next(t for t in corrected(results, "val", "unseen") if t.better)
    d = better.claimed
    assert said[better.comparison.arm, better.comparison.against].startswith(
        f"**{better.comparison.arm}** adds {d.value:.3f} [{d.low:.3f}, {d.high:.3f}] to F1 of «нет»"
    )
    assert said["+ p-tuning", "class weights"].startswith(
        "**+ p-tuning** is not shown to differ from **class weights**: F1 of «нет» −0."
    )


def test_every_score_has_its_spread() -> None:
    results = make_results()
    table = spread_table(results, "test")
    assert len(table.header) == 13
    original = next(row for row in table.rows if row[0] == "original")
    assert all(re.fullmatch(r"\d\.\d{3} ± \d\.\d{3}", cell) for cell in original[1:])


def test_figures_as_they_stand() -> None:
    assert figure(float("nan")) == "–"
    assert (signed(0.1), signed(-0.1), signed(-0.0001)) == ("+0.100", "−0.100", "0.000")
    assert interval(-0.02, 0.1) == "[−0.020, +0.100]"
    assert (p_value(0.0004), p_value(0.05)) == ("< 0.001", "0.050")
    say = Speech("ru")
    assert say.arm("+ rules (rubert)") == "+ правила (rubert)"
    forms = ("сид", "сида", "сидов")
    assert [say.many(n, ("", ""), forms) for n in (1, 3, 5, 11, 21, 112)] == [
        "1 сид", "3 сида", "5 сидов", "11 сидов", "21 сид", "112 сидов",
    ]  # fmt: skip
