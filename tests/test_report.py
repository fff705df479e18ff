"""The report: every section in both languages, every figure from the results, nothing unescaped."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from danetka.experiment.results import Results
from danetka.report.document import Plots, Section
from danetka.report.files import (
    write_csv,
    write_latex,
    write_markdown,
    write_report,
)
from danetka.report.markdown import markdown
from danetka.report.page import html
from danetka.report.plots import Line, Panel
from danetka.report.sections import document
from danetka.report.words import LANGUAGES, Language, figure

from .made_details import PROBES
from .made_results import ARMS, BASELINES, HOSTILE, SEEDS, make_results
from .page import Page

pytest.importorskip("jinja2")

SECTIONS = (
    "answer", "table", "study", "effects", "matrices", "epochs", "reliability",
    "precision-recall", "threshold", "breakdown", "robustness", "mistakes", "audit", "origin",
)  # fmt: skip


@pytest.fixture(scope="module")
def results() -> Results:
    return make_results()


@pytest.fixture(scope="module")
def pages(results: Results) -> dict[Language, str]:
    return {language: html(document(results, language)) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_stands_in_the_page_and_in_markdown(
    pages: dict[Language, str], results: Results, language: Language
) -> None:
    page = Page(pages[language])
    assert tuple(page.sections) == SECTIONS
    assert all(len(text.split()) > 12 for text in page.sections.values())
    assert f'<html lang="{language}">' in pages[language]
    assert all(head.get("scope") in {"col", "row"} for head in page.heads)
    written = markdown(document(results, language))
    titles = [section.title for section in document(results, language).sections]
    assert re.findall(r"^## (.+)$", written, re.MULTILINE) == titles
    for name in SECTIONS:
        assert f'href="#{name}"' in pages[language]


def test_the_languages_share_figures_and_nothing_else(pages: dict[Language, str]) -> None:
    english, russian = (Page(pages[language]) for language in LANGUAGES)
    for name in SECTIONS:
        figures = [re.findall(r"\d\.\d{3}\b", p.sections[name]) for p in (english, russian)]
        assert sorted(figures[0]) == sorted(figures[1]), name
    words = " ".join(re.findall(r"[A-Za-z]{4,}", russian.sections["effects"]))
    assert not re.search(r"\b(adds|against|shown|seeds|rows)\b", words)
    assert not re.search(r"[а-яё]{5,}", english.sections["threshold"])


def test_the_page_asks_nothing_of_anyone(pages: dict[Language, str]) -> None:
    page = pages["en"]
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#|data:)", page)
    assert not re.search(r"@import|url\(|https?://", page)
    assert len(page.encode()) < 1_500_000


def test_the_table_is_the_results(pages: dict[Language, str], results: Results) -> None:
    page = Page(pages["en"])
    unseen = results.get("val", "unseen")
    table = page.tables[
        "The 160 rows of val (127 «да») without passage or question of training data"
    ]
    assert [row[0] for row in table[1:]] == [*BASELINES, *ARMS]
    for row, evaluation in zip(table[1:], unseen, strict=True):
        assert row[1].split(" ± ")[0] == f"{evaluation.scores['accuracy']:.3f}"
        assert row[4] == " / ".join(
            f"{evaluation.scores[f'no_{what}']:.2f}" for what in ("precision", "recall", "f1")
        )
        spread = evaluation.spread("accuracy")
        assert row[1].endswith(f"± {spread:.3f}") if spread is not None else "±" not in row[1]
    everything = page.tables["Mean ± deviation"]
    for row, evaluation in zip(everything[1:], unseen, strict=True):
        assert row[8].split() == [
            f"{evaluation.mean('no_f1'):.3f}",
            *([] if not evaluation.by_seed else ["±", f"{evaluation.spread('no_f1'):.3f}"]),
        ]


def test_matrices_tests_and_slices_are_the_results(
    pages: dict[Language, str], results: Results
) -> None:
    page = Page(pages["en"])
    for evaluation in results.get("val", "unseen"):
        if evaluation.kind != "baseline":
            shown = [
                int(cell.split()[0]) for row in page.tables[evaluation.arm][1:] for cell in row[1:]
            ]
            assert tuple(shown) == evaluation.scores.confusion.cells
    tests = page.tables["All tests: val, unseen rows (160)"][1:]
    found = [c for c in results.comparisons if (c.split, c.part) == ("val", "unseen")]
    assert len(tests) == len(found) == 11
    for row, comparison in zip(tests, found, strict=True):
        assert row[:2] == [comparison.arm, comparison.against]
        value = comparison.differences["no_f1"].value
        assert float(row[2].split()[0].replace("−", "-")) == pytest.approx(value, abs=0.0006)
        assert row[8] == f"{comparison.mcnemar.ours} : {comparison.mcnemar.theirs}"
    assert results.details
    forms = page.tables["Form of the question"]
    assert forms[0][3:] == ["TF-IDF, question only", *ARMS]
    for row in forms[1:]:
        for arm, cell in zip(forms[0][3:], row[3:], strict=True):
            (one,) = [
                s for s in results.details.slices
                if (s.arm, s.split, s.by, s.value) == (arm, "val", "form", row[0])
            ]  # fmt: skip
            assert cell.split(" / ")[0] == f"{one.confusion.scores()['no_f1']:.3f}"
            assert row[1] == str(one.rows)


def test_robustness_mistakes_and_origin_are_the_results(
    pages: dict[Language, str], results: Results
) -> None:
    page = Page(pages["en"])
    assert results.details
    consistent = page.tables["Consistent answers"]
    assert len(consistent) == 1 + len(PROBES)
    shares = [[r.found.share for r in results.details.robustness if r.arm == arm] for arm in ARMS]
    for i, row in enumerate(consistent[1:]):
        assert [cell.split()[0] for cell in row[3:]] == [figure(share[i]) for share in shares]
    mistakes = [m for m in results.details.mistakes if m.split == "val"]
    assert len(mistakes) == 20
    for mistake in mistakes:
        assert f"idx {mistake.row} " in page.sections["mistakes"]
        assert str(mistake.passage) in page.sections["mistakes"]
    bars = [table for name, table in page.tables.items() if name.startswith("P(да)")]
    assert [float(row[2]) for row in bars[0]] == pytest.approx(
        list(mistakes[0].yes.values()), abs=0.0006
    )
    for split in results.splits.values():
        assert split["sha256"] in page.sections["origin"]
    for said in (results.command, "2.13.0+cpu", "learning_rate: 1.0e-05", "Made CPU", "made-mini"):
        assert said in page.sections["origin"]
    assert "40 rows of val leak from train" in page.sections["audit"]
    assert "утечка" in Page(pages["ru"]).sections["audit"]


def test_what_data_says_stays_text(pages: dict[Language, str], results: Results) -> None:
    page = Page(pages["en"])
    assert HOSTILE in page.sections["mistakes"]
    assert page.tags.count("script") == 1
    assert "<script>alert" not in pages["en"]
    hostile = "</style><script>alert(1)</script> {{ 7*7 }} ** `"
    evil = dataclasses.replace(results, name=hostile, release=hostile, command=hostile)
    evil = dataclasses.replace(
        evil, settings={**results.settings, "note": hostile, "arms": {hostile: None}}
    )
    made = Page(html(document(evil)))
    assert made.tags.count("script") == 1
    assert "{{ 7*7 }}" in made.sections["origin"]
    written = markdown(document(evil))
    assert "\\<script\\>" in written
    outside = re.sub(r"````*.*?````*", "", written, flags=re.DOTALL)
    assert outside.count("script>") > 3
    for line in outside.splitlines():
        bare = re.sub(r"`[^`]*`", "", line.replace("\\`", ""))
        assert not re.search(r"(?<!\\)</?(script|style)", bare), line


def test_the_same_results_give_the_same_bytes(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "results.json")
    read = Results.read(tmp_path / "results.json")
    for language in LANGUAGES:
        for name, write in {
            "html": write_report, "md": write_markdown, "tex": write_latex, "csv": write_csv,
        }.items():  # fmt: skip
            write(results, tmp_path / f"a.{name}", language)
            write(read, tmp_path / f"b.{name}", language)
            assert (tmp_path / f"a.{name}").read_bytes() == (tmp_path / f"b.{name}").read_bytes()


def test_texts_may_be_withheld(results: Results) -> None:
    assert results.details
    mute = dataclasses.replace(
        results.details,
        instances=(),
        mistakes=tuple(
            dataclasses.replace(m, question=None, passage=None) for m in results.details.mistakes
        ),
    )
    hidden = dataclasses.replace(results, details=mute)
    page = Page(html(document(hidden)))
    assert "The texts are withheld" in page.sections["mistakes"]
    assert f"idx {results.details.mistakes[0].row}" in page.sections["mistakes"]
    assert "Examples are withheld" in page.sections["robustness"]
    for text in (markdown(document(hidden)), html(document(hidden))):
        assert "Старый" not in text
        assert "колодец" not in text
    assert "Тексты не показаны" in markdown(document(hidden, "ru"))


def test_a_file_without_details_is_reported_all_the_same(results: Results) -> None:
    bare = dataclasses.replace(results, details=None, comparisons=(), made={})
    page = Page(html(document(bare)))
    assert tuple(page.sections) == SECTIONS
    for name in ("epochs", "reliability", "threshold", "breakdown", "mistakes", "audit"):
        assert "holds nothing of this" in page.sections[name]
    assert "was not measured" in page.sections["robustness"]
    assert "nothing can be advised" in page.sections["answer"]


def test_a_split_without_answers_is_left_out() -> None:
    results = make_results(tested=False)
    page = Page(html(document(results)))
    assert "test, all rows" not in "".join(page.sections.values())
    table = page.tables[
        "The 160 rows of val (127 «да») without passage or question of training data"
    ]
    assert table[0][2] == "test acc"
    assert {row[2] for row in table[1:]} == {"–"}


def _plots(section: Section) -> Plots:
    return next(block for block in section.blocks if isinstance(block, Plots))


def test_plots_draw_the_curves(results: Results) -> None:
    assert results.details
    sections = {s.name: s for s in document(results).sections}
    epochs = _plots(sections["epochs"]).panels
    assert [p.title for p in epochs][:2] == ["original / threshold", "class weights"]
    mean = next(line for line in epochs[1].lines if line.style == "no")
    runs = [c for c in results.details.courses if c.arm == "class weights"]
    assert mean.points[-1][1] == pytest.approx(
        sum(c.epochs[-1]["no_f1"] for c in runs) / len(SEEDS)
    )
    recalled = _plots(sections["precision-recall"]).panels
    both = next(p for p in recalled if p.title == "original / threshold")
    by_arm = {e.arm: e.scores for e in results.get("val", "unseen")}
    assert [m.at for m in both.marks] == [
        (by_arm[arm]["no_recall"], by_arm[arm]["no_precision"]) for arm in ("original", "threshold")
    ]
    weighted = next(p for p in recalled if p.title == "class weights")
    own = next(line for line in weighted.lines if line.style == "no")
    assert (
        min(abs(x - a) + abs(y - b) for x, y in own.points for a, b in [weighted.marks[0].at])
        < 1e-9
    )
    swept = _plots(sections["threshold"]).panels[1]
    at_half = dict(next(line for line in swept.lines if line.style == "no").points)[0.5]
    assert at_half == pytest.approx(by_arm["class weights"]["no_f1"])
    bins = _plots(sections["reliability"]).panels[0]
    assert sum(int(label.text) for label in bins.labels) == 160 * len(SEEDS)


def test_points_on_a_line_are_left_out() -> None:
    panel = Panel("t", "x", "y", "", x_range=(0, 10))
    straight = Line(tuple((float(i), i / 10) for i in range(11)), "main")
    assert panel.path(straight).count("L") == 1
    bent = Line(((0.0, 0.0), (5.0, 1.0), (10.0, 0.0)), "main")
    assert panel.path(bent).count("L") == 2
    assert panel.path(Line((), "main")) == ""
    slow = Line(tuple((i / 10, (i / 100) ** 2) for i in range(101)), "main")
    drawn = [tuple(map(float, p.split())) for p in re.split("[ML]", panel.path(slow))[1:]]
    assert 3 < len(drawn) < 30
    xs, ys = zip(*drawn, strict=True)
    for x, y in slow.points:  # nowhere farther off than a hair
        at = np.interp(float(panel.across(x)), xs, ys)
        assert at == pytest.approx(float(panel.down(y)), abs=0.7)
