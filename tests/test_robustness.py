"""Probes: what must change and what must not, and how consistency is counted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from danetka.errors import SettingsError
from danetka.language.inflect import is_known
from danetka.language.parse import sentences
from danetka.robustness.consistency import consistency
from danetka.robustness.context import content
from danetka.robustness.probes import PROBES, Probe, make_probes
from danetka.schema import NO, YES, Example, Examples

FLIPPING = ("negated", "swapped", "contrast")
TOWNS = ("Тверь", "Казань", "Омск", "Пермь", "Курск", "Тула", "Калуга", "Рязань")
TOWNS_IN = ("Твери", "Казани", "Омске", "Перми", "Курске", "Туле", "Калуге", "Рязани")


def town(i: int) -> Examples:
    name, place = TOWNS[i], TOWNS_IN[i]
    passage = (
        f"В {place} есть старинный театр. Мельничный мост построен в {1870 + i} году. "
        f"Купцы торговали здесь пряниками и воском. Зимой в город приезжают туристы номер {i}."
    )
    return Examples(
        (
            Example(f"Есть ли в {place} театр?", passage, YES, 2 * i, meta={"kept": name}),
            Example(f"Построен ли мост в {1970 + i} году?", passage, NO, 2 * i + 1),
        )
    )


@pytest.fixture(scope="module")
def rows() -> Examples:
    found = [row for i in range(len(TOWNS)) for row in town(i)]
    return Examples((*found, Example("Вреден ли кофе?", "Кофе вреден сердцу.", YES)), "towns")


@pytest.fixture(scope="module")
def probes(rows: Examples) -> dict[str, Probe]:
    return {probe.name: probe for probe in make_probes(rows)}


def answers(examples: Examples) -> NDArray[np.bool_]:
    return np.asarray(examples.labels == YES, dtype=np.bool_)


def test_every_kind_is_made_and_says_what_it_did(probes: dict[str, Probe]) -> None:
    assert list(probes) == list(PROBES)
    for name, probe in probes.items():
        assert probe.flips == (name in FLIPPING)
        assert len(probe.before) == len(probe.after) > 0
        for one, other in zip(probe.before, probe.after, strict=True):
            assert (one.question, one.passage) != (other.question, other.passage)
            assert one.idx == other.idx
            assert other.meta["probe"] == name
            assert other.meta["new"] != other.meta["old"]
    assert {row.meta.get("kept") for row in probes["negated"].after} >= set(TOWNS)


def test_labels_turn_where_the_answer_must(probes: dict[str, Probe]) -> None:
    for probe in probes.values():
        turned = probe.before.labels != probe.after.labels
        assert (turned == probe.flips).all(), probe.name
    for name in ("swapped", "contrast"):
        assert (probes[name].before.labels == YES).all()


def test_before_are_the_rows_as_they_are(probes: dict[str, Probe], rows: Examples) -> None:
    for name in set(PROBES) - {"contrast"}:
        assert set(probes[name].before.questions) <= set(rows.questions)
        assert all(row in rows.rows for row in probes[name].before)
    assert set(probes["contrast"].before.passages) <= set(rows.passages)
    assert Counter(probes["contrast"].before.passages).most_common(1)[0][1] == 1


def test_questions_or_passages_alone_are_changed(probes: dict[str, Probe]) -> None:
    for name, probe in probes.items():
        same = "question" if name in ("distractor", "order") else "passage"
        pairs = zip(probe.before, probe.after, strict=True)
        assert all(getattr(one, same) == getattr(other, same) for one, other in pairs)


def test_contrasts_differ_in_what_they_say(probes: dict[str, Probe]) -> None:
    for one, other in zip(probes["contrast"].before, probes["contrast"].after, strict=True):
        assert str(other.meta["old"]) in one.question
        assert one.question.replace(other.meta["old"], other.meta["new"]) == other.question
        assert other.meta["old"] in one.passage
        assert other.meta["new"] not in one.passage


def test_typing_errors_spare_short_words_numbers_and_first_letters(
    probes: dict[str, Probe],
) -> None:
    kinds = set()
    for one, other in zip(probes["typing"].before, probes["typing"].after, strict=True):
        was, now = one.question.rstrip("?").split(), other.question.rstrip("?").split()
        changed = [(a, b) for a, b in zip(was, now, strict=True) if a != b]
        assert 1 <= len(changed) <= 2
        for a, b in changed:
            assert len(a) >= 5
            assert a[0] == b[0]
            assert not a.isdigit()
            assert not is_known(b)
            kinds.add(len(b) - len(a))
    assert kinds == {-1, 0, 1}


def test_case_keeps_every_letter(probes: dict[str, Probe]) -> None:
    ways = set()
    for one, other in zip(probes["case"].before, probes["case"].after, strict=True):
        assert one.question.lower() == other.question.lower()
        ways.add((other.question.isupper(), other.question.islower()))
    assert ways == {(True, False), (False, True), (False, False)}


def test_a_distractor_is_one_foreign_sentence_that_says_nothing_of_the_question(
    probes: dict[str, Probe],
) -> None:
    last = []
    for one, other in zip(probes["distractor"].before, probes["distractor"].after, strict=True):
        new = str(other.meta["new"])
        assert not content(one.question) & content(new)
        assert new not in one.passage
        kept = [s.text for s in sentences(other.passage) if s.text != new]
        assert kept == [s.text for s in sentences(one.passage)]
        last.append(other.passage.endswith(new))
    assert set(last) == {True, False}


def test_no_sentence_comes_from_the_row_s_own_group(rows: Examples) -> None:
    one = Examples(tuple(replace(row, group="one") for row in rows))
    assert make_probes(one, names=["distractor"]) == ()


def test_order_keeps_every_sentence(probes: dict[str, Probe]) -> None:
    for one, other in zip(probes["order"].before, probes["order"].after, strict=True):
        was, now = ([s.text for s in sentences(row.passage)] for row in (one, other))
        assert now != was
        assert sorted(now) == sorted(was)
        assert [was[int(i) - 1] for i in other.meta["new"].split()] == now
    assert "Вреден ли кофе?" not in probes["order"].before.questions, "one sentence has one order"


def test_the_same_seed_makes_the_same_pairs_whatever_else_is_made(
    probes: dict[str, Probe], rows: Examples
) -> None:
    again = make_probes(rows, names=[*reversed(PROBES)])
    assert [probe.name for probe in again] == list(reversed(PROBES))
    assert {probe.name: probe for probe in again} == probes
    other = make_probes(rows, names=["typing"], seed=1)
    assert other[0] != probes["typing"]


@pytest.mark.parametrize("name", PROBES)
def test_no_more_than_the_limit_and_in_the_order_of_the_rows(rows: Examples, name: str) -> None:
    [whole] = make_probes(rows, names=[name])
    most = min(3, len(whole.before))
    [few] = make_probes(rows, names=[name], limit=most)
    assert len(few.before) == most
    passages = list(dict.fromkeys(rows.passages))
    places = [passages.index(row.passage) for row in few.before]
    assert places == sorted(places)


def test_the_rows_are_drawn_not_the_first_ones(rows: Examples) -> None:
    drawn = {make_probes(rows, names=["case"], limit=1, seed=s)[0].before[0].idx for s in range(6)}
    assert len(drawn) > 1


def test_style_is_that_of_the_rows_unless_told(rows: Examples) -> None:
    bare = Examples(tuple(replace(r, question=r.question.capitalize()) for r in rows))
    for probe in make_probes(bare, names=FLIPPING):
        for question in probe.after.questions:
            assert question[1:] == question[1:].lower()
            assert "," not in question
    [negated] = make_probes(bare, names=["negated"], style="plain")
    assert all("ли, что" in question for question in negated.after.questions)


def test_rows_without_an_answer_are_passed_over() -> None:
    bare = Example("Есть ли у кита зубы?", "У кита есть зубы.")
    assert make_probes(Examples((bare,))) == ()
    [probe] = make_probes(Examples((bare, replace(bare, label=YES))), names=["negated"])
    assert len(probe.before) == 1


def test_progress_is_told(rows: Examples) -> None:
    heard: list[tuple[int, int]] = []
    make_probes(rows, names=["case", "typing"], progress=lambda *told: heard.append(told))
    assert heard == [(1, 2), (2, 2)]


def test_what_cannot_be_is_refused(rows: Examples) -> None:
    with pytest.raises(SettingsError, match=r"probe 'synonym': there is none; known are negated, "):
        make_probes(rows, names=["synonym"])
    with pytest.raises(SettingsError, match="limit 0: ask for at least one pair"):
        make_probes(rows, limit=0)


@pytest.mark.parametrize(
    ("name", "module"), [("negated", "pymorphy3"), ("swapped", "slovnet"), ("order", "razdel")]
)
def test_a_missing_library_is_named_in_one_line(name: str, module: str) -> None:
    code = f"""
import sys; sys.modules[{module!r}] = None
from danetka.robustness.probes import make_probes
from danetka.schema import Example, Examples
row = Example("Есть ли у кита зубы?", "Зубы есть. Кит плывёт.", 1)
try:
    make_probes(Examples((row,)), names=[{name!r}])
except Exception as error:
    print(type(error).__name__, error)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told = ran.stdout.strip().splitlines()
    assert len(told) == 1
    assert told[0].startswith("MissingExtraError ")
    assert f"needs {module}: pip install 'danetka[rules]'" in told[0]


def test_who_answers_rightly_is_consistent(probes: dict[str, Probe]) -> None:
    for probe in probes.values():
        found = consistency(probe, answers(probe.before), answers(probe.after))
        assert found.share == 1.0
        assert (found.probe, found.flips, found.rows) == (probe.name, probe.flips, len(probe.after))
        assert found.changed_share == float(probe.flips)
        assert 0 < found.low < 1.0 == found.high


def test_who_always_says_yes_is_consistent_where_nothing_must_change(
    probes: dict[str, Probe],
) -> None:
    for probe in probes.values():
        yes = np.ones((2, len(probe.before)), dtype=np.bool_)
        found = consistency(probe, yes, yes)
        assert found.share == float(not probe.flips)
        assert found.consistent == (0 if probe.flips else 2 * len(probe.before))
        assert (found.runs, found.changed_share) == (2, 0.0)


def _probe(groups: list[str]) -> Probe:
    rows = Examples(
        tuple(Example(f"Вопрос {i}?", f"Текст {i}.", YES, group=g) for i, g in enumerate(groups))
    )
    return Probe("typing", False, rows, rows)


def test_runs_are_counted_together_and_groups_are_the_evidence() -> None:
    probe = _probe(["a", "a", "b", "b"])
    before = np.array([[1, 1, 1, 1], [0, 0, 1, 1]], dtype=np.bool_)
    after = np.array([[1, 1, 1, 0], [1, 0, 1, 1]], dtype=np.bool_)
    found = consistency(probe, before, after)
    assert (found.consistent, found.runs, found.groups) == (6, 2, 2)
    assert found.share == 0.75
    assert found.changed_share == 0.25
    alone = consistency(_probe(["a", "b", "c", "d"]), before, after)
    assert alone.groups == 4
    assert alone.high - alone.low < found.high - found.low


def test_the_interval_is_wilsons() -> None:
    from scipy.stats import binomtest

    probe = _probe([str(i) for i in range(20)])
    before = np.ones(20, dtype=np.bool_)
    after = np.arange(20) < 17
    found = consistency(probe, before, after)
    theirs = binomtest(17, 20).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_answers_must_fit_the_probe() -> None:
    probe = _probe(["a", "b"])
    two, three = np.ones(2, dtype=np.bool_), np.ones(3, dtype=np.bool_)
    for given in [(two, three), (three, three), (np.ones((0, 2), dtype=np.bool_),) * 2]:
        with pytest.raises(ValueError, match=r"typing: answers .* must be \(runs, 2\)"):
            consistency(probe, *given)


def test_on_real_rows_most_questions_are_negated(real_danetqa: Path) -> None:
    lines = (real_danetqa / "val.jsonl").read_text(encoding="utf-8").splitlines()[:300]
    read = [json.loads(line) for line in lines]
    rows = Examples(tuple(Example(r["question"], r["passage"], int(r["label"])) for r in read))
    [probe] = make_probes(rows, names=["negated"], limit=300)
    assert len(probe.before) > 0.7 * len(rows)
    assert all(" не " in q or " нет" in q for q in probe.after.questions)
