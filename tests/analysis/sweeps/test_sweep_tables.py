"""Tables of sweeps: every number against a count by hand."""

import numpy as np
import pytest
from sweep_records import failed, record, row, solved_at, three_stages

from symtheory.analysis.sweeps.tables import (
    by_variant,
    criteria_table,
    failures,
    markdown,
    stages_table,
    times_table,
)
from symtheory.errors import SpecError
from symtheory.records import Json

Rows = list[dict[str, str]]


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def parse(text: str, table: int = 0) -> Rows:
    """Read back one of the tables of a page."""
    blocks = [part for part in text.split("\n\n") if part.startswith("|")]
    header, _, *rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in blocks[table].split("\n")
    ]
    assert all(len(cells) == len(header) for cells in rows)
    return [dict(zip(header, cells, strict=True)) for cells in rows]


def variant(name: str, *steps: int | None, **named: object) -> list[dict[str, Json]]:
    return [
        solved_at(step, seed=seed, variant=name, **named)  # type: ignore[arg-type]
        for seed, step in enumerate(steps)
    ]


def test_times_by_hand() -> None:
    records = [
        *variant("consistency", 20, 30, 60, closure=0.42, seconds=6.0),
        *variant("baseline", 200, 240, None, seconds=30.0),
    ]
    base, fast = parse(times_table(records, rng=rng()))
    assert base == {
        "task": "modadd p=59",
        "variant": "baseline",
        "solved": "2 of 3",
        "median step": "240",
        "95 %": "–",  # three runs give no interval
        "range": "200–>300",
        "s to solve": "24",
        "speed-up": "–",
        "log-rank p": "–",
        "Holm": "–",
        "sign-flip p": "–",
        "closure": "0 %",
        "s/run": "30",
    }
    assert fast["solved"] == "3 of 3"
    assert (fast["median step"], fast["range"]) == ("30", "20–60")
    # Ratios 10, 8 and at least 5: geometric mean 400^(1/3).
    assert fast["speed-up"] == "≥ 7.4× [≥5, 10]"
    assert (fast["log-rank p"], fast["sign-flip p"]) == ("(0.1)", "(0.25)")
    assert fast["closure"] == "42 %"
    assert "nothing is claimed to be significant" in times_table(records, rng=rng())


def test_many_seeds_need_no_brackets_and_holm_counts_all_comparisons() -> None:
    slow = (200, 210, 220, 230, 240, 250)
    records = [
        *variant("baseline", *slow),
        *variant("fast", *(step // 10 for step in slow)),
        *variant("same", *reversed(slow)),
    ]
    _, fast, same = parse(times_table(records, rng=rng()))
    assert (fast["log-rank p"], fast["Holm"]) == ("0.0022", "0.0043")  # 2 / C(12, 6), times 2
    assert (fast["speed-up"], fast["sign-flip p"]) == ("10×", "0.031")
    assert fast["95 %"] == "20–25"
    assert (same["log-rank p"], same["Holm"]) == ("1", "1")
    assert float(same["sign-flip p"]) > 0.9


def test_tasks_are_compared_with_their_own_baseline() -> None:
    records = [
        *variant("baseline", 100, 100, task="a"),
        *variant("fast", 50, 50, task="a"),
        *variant("fast", 50, 50, task="b"),
        *variant("slow", 90, 100, task="c"),
        *variant("baseline", 30, 20, task="c"),
    ]
    table = {(r["task"], r["variant"]): r for r in parse(times_table(records, rng=rng()))}
    assert table["a", "fast"]["speed-up"] == "2×"
    assert table["b", "fast"]["speed-up"] == "–"  # no baseline
    assert list(table)[-2:] == [("c", "baseline"), ("c", "slow")]
    assert table["c", "slow"]["speed-up"] == "0.26× [0.2, 0.33]"


def test_censored_variants() -> None:
    records = [
        *variant("baseline", None, None),
        *variant("never", None, None),
        *variant("late", 250, None),
        *variant("alone", None, 120, 200, last=250, budget=1000),
    ]
    base, never, late, alone = parse(times_table(records, rng=rng()))
    assert (base["median step"], base["range"], base["s to solve"]) == (">300", ">300", ">30")
    assert (never["speed-up"], never["sign-flip p"], never["log-rank p"]) == ("–", "–", "(1)")
    assert late["speed-up"] == "≥ 1.2×"
    assert late["range"] == "250–>300"
    assert alone["range"] == "120–>250"
    page = times_table(records, rng=rng())
    assert "alone: 1 runs ended before their budget without generalizing" in page
    assert "never: 0 pairs of runs; 2 pairs censored on both sides say nothing" in page


def test_an_early_end_does_not_hide_later_times() -> None:
    records = [solved_at(None, seed=0, last=50), solved_at(200, seed=1), solved_at(100, seed=2)]
    assert parse(times_table(records, rng=rng()))[0]["range"] == "100–200 and >50"


def test_budgets_are_cut_before_they_are_compared() -> None:
    # The baseline was given 100 steps: that the variant is solved later is no difference.
    records = [
        *variant("baseline", None, None, None, None, last=100, budget=100),
        *variant("longer", 200, 210, 220, 230, budget=300),
    ]
    longer = parse(times_table(records, rng=rng()))[1]
    assert longer["log-rank p"] == "(1)"
    assert longer["sign-flip p"] == "–"


def test_failed_runs_are_listed_with_their_errors() -> None:
    records = [
        *variant("baseline", 100, 100),
        failed(seed=7, error="loss was not finite at step 30"),
        failed(seed=8, variant="broken", error="no such relation"),
    ]
    for page in (
        times_table(records, rng=rng()),
        stages_table(records),
        criteria_table(records, rng=rng()),
    ):
        assert "Failed runs (2)" in page
        assert "- modadd p=59 / baseline / seed 7: loss was not finite at step 30" in page
    broken = parse(times_table(records, rng=rng()))[1]
    assert (broken["solved"], broken["median step"], broken["s/run"]) == ("0 of 0", "–", "–")
    assert failures(variant("baseline", 100)) == ""


def test_stages_by_hand() -> None:
    ordered = [
        row(0, train=0.5, violation=1.0, dimension=40),
        row(10, violation=9.0, dimension=40),
        row(20, violation=0.5, dimension=40, test=1.0),
        row(30, violation=0.1, dimension=9, test=1.0),
    ]
    reversed_order = [
        row(0, train=0.5, violation=9.0, dimension=40),
        row(10, train=0.5, violation=0.1, dimension=40),
        row(20, train=0.5, violation=0.1, dimension=40),
        row(30, violation=0.1, dimension=40),
    ]
    records = [record(ordered, seed=0), record(reversed_order, seed=1), record(ordered, seed=2)]
    page = stages_table(records)
    first, second, _ = parse(page)
    assert first == {
        "task": "modadd p=59",
        "variant": "baseline",
        "seed": "0",
        "memorization": "10",
        "symmetry acquisition": "20",
        "geometric organization": "30",
        "generalization": "20",
        "order": "held",
    }
    assert (second["order"], second["generalization"]) == ("refuted", ">30")
    (count,) = parse(page, 1)
    assert (count["held"], count["refuted"], count["inconclusive"]) == ("2", "1", "0")
    assert count["share held, 95 %"] == "0.09–0.99"


def test_criteria_by_hand() -> None:
    rows = [
        row(0, violation=8.0, worst=9.0, loss=3.0, dimension=40),
        row(10, violation=4.0, worst=9.0, loss=1.0, dimension=40),
        row(20, violation=1.0, worst=9.0, test=1.0, loss=2.0, dimension=40),
        row(30, violation=0.5, worst=9.0, test=1.0, loss=0.5, dimension=10),
    ]
    records = [record(rows, seed=seed) for seed in range(3)]
    page = criteria_table(records, rng=rng())
    table = {r["score"]: r for r in parse(page)}
    assert list(table) == [
        "mean violation",
        "worst violation",
        "step",
        "train loss",
        "effective dimension",
    ]
    mean = table["mean violation"]
    assert (mean["seeds"], mean["rows"], mean["AUC"], mean["threshold"]) == (
        "3",
        "12",
        "1.000",
        "2",
    )
    assert (mean["error"], mean["left-out error"], mean["majority error"]) == (
        ("0.000", "0.000", "0.500")
    )
    assert mean["p"] == "(1)"  # seeds are alike
    assert mean["lead"] == "0 [0, 0]"
    assert mean["acquisition lead"] == "-10 [-10, -10]"  # below .8 at 30 only
    assert (table["worst violation"]["AUC"], table["worst violation"]["threshold"]) == (
        "0.500",
        "–",
    )
    assert (table["step"]["AUC"], table["step"]["threshold"]) == ("1.000", "15")
    assert table["train loss"]["AUC"] == "0.750"
    assert table["effective dimension"]["AUC"] == "0.750"
    assert "separated as well or better by step" in page


def test_rows_before_memorization_count_if_asked() -> None:
    records = [three_stages(seed, acquired=60, solved=70) for seed in range(2)]
    after = parse(criteria_table(records, rng=rng()))[0]
    everything = parse(criteria_table(records, rng=rng(), after_memorization=False))[0]
    assert int(everything["rows"]) > int(after["rows"])
    # An untrained network violates little, and so all rows together separate worse.
    assert float(everything["AUC"]) < float(after["AUC"])


def test_groups_and_cells() -> None:
    with pytest.raises(SpecError, match="names its task and variant"):
        by_variant([{"task": "a"}])
    assert markdown(("a",), [("x|y",)]).endswith("| x\\|y |")
    renamed = variant("plain", 100, 100) + variant("fast", 50, 50)
    assert next(iter(by_variant(renamed[2:] + renamed, baseline="plain")))[1] == "plain"
    table = parse(times_table(renamed, rng=rng(), baseline="plain"))
    assert [r["speed-up"] for r in table] == ["–", "2×"]
