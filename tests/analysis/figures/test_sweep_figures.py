"""Figures of sweeps hold the numbers of the analysis, for whole, censored and failed runs."""

import csv
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sweep_records import failed, record, row, solved_at, three_stages

from symtheory.analysis.figures.criterion_plot import criterion_rows, draw_criterion
from symtheory.analysis.figures.files import FORMATS
from symtheory.analysis.figures.logarithmic import log_steps
from symtheory.analysis.figures.style import COLORS
from symtheory.analysis.figures.survival_curves import draw_survival, survival_table
from symtheory.analysis.figures.sweep_curves import draw_seeds, seeds_table
from symtheory.analysis.figures.sweep_figures import SweepFigures
from symtheory.analysis.sweeps.criterion import find_criterion
from symtheory.analysis.sweeps.time_to_generalization import Times, read_times


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_every_figure_is_written_in_every_format_with_its_numbers(tmp_path: Path) -> None:
    records = [three_stages(s, acquired=60, solved=70 + 20 * s) for s in range(2)]
    records += [failed(seed=9), failed(seed=0, variant="broken")]
    names = SweepFigures(records, rng()).write(tmp_path)
    assert names == [
        "survival-modadd-p-59",
        "stages-modadd-p-59-baseline",
        "criterion-modadd-p-59-baseline",
    ]
    expected = {f"{name}.{kind}" for name in names for kind in (*FORMATS, "csv")}
    assert {path.name for path in tmp_path.iterdir()} == expected
    with (tmp_path / "stages-modadd-p-59-baseline.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(r["rows"]) for r in records[:2])
    assert {r["seed"] for r in rows} == {"0", "1"}


def test_stages_are_marked_at_their_median_step() -> None:
    def log(seed: int, acquired: int) -> dict[str, object]:
        rows = [row(0, train=0.0, violation=0.1, dimension=40)]
        rows += [
            row(s, violation=9.0 if s < acquired else 0.1, dimension=40) for s in (10, 20, 30, 40)
        ]
        return record(rows, seed=seed)

    axes = Figure().subplots(3, 1, sharex=True)
    draw_seeds([log(0, 20), log(1, 30), log(2, 99)], axes)
    labels = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert labels[2:] == ["memorization: step 10", "symmetry acquisition: step 30"]  # 20, 30, never
    marks = [line.get_xdata()[0] for line in axes[2].lines if len(line.get_xdata()) == 2]
    assert marks == [10, 30]
    # One thin line a seed and the median.
    assert len(axes[2].lines) - len(marks) == 4


def test_one_run_is_one_line_a_curve() -> None:
    axes = Figure().subplots(3, 1, sharex=True)
    draw_seeds([three_stages(0, acquired=60, solved=70)], axes)
    (curve,) = [line for line in axes[1].lines if len(line.get_xdata()) > 2]
    assert curve.get_xdata()[0] == 0  # step 0 is shown on the logarithmic axis
    assert axes[1].get_xlim()[0] <= 0


def drawn(times: dict[str, Times]) -> tuple[Axes, Axes]:
    """Draw survival; return the rows and the curves."""
    rows, curves = Figure().subplots(2, 1, sharex=True)
    draw_survival(times, (rows, curves))
    return rows, curves


def test_the_survival_figure_shows_the_runs_and_the_estimate() -> None:
    slow = read_times([solved_at(s, seed=i) for i, s in enumerate((100, 200, None))])
    fast = read_times([solved_at(s, seed=i) for i, s in enumerate((20, 40))])
    nothing = read_times([failed()])
    times = {"baseline": slow, "broken": nothing, "fast": fast}
    rows, curves = drawn(times)
    labels = [text.get_text() for text in rows.get_yticklabels()]
    assert labels == ["baseline: 2 of 3 solved", "fast: 2 of 2 solved"]
    by_marker = {
        marker: [
            (x, y)
            for line in rows.lines
            if line.get_marker() == marker
            for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
        ]
        for marker in "o>|"
    }
    assert by_marker["o"] == [(100, 0), (200, 0), (20, 1), (40, 1)]
    assert by_marker[">"] == [(300, 0)]
    assert by_marker["|"] == [(200, 0), (20, 1)]  # of Kaplan and Meier
    for ax in (rows, curves):
        (median,) = [line for line in ax.lines if line.get_color() == COLORS["gray"]]
        assert median.get_xdata() == [200, 200]
    curve, ticks = curves.lines[:2]
    assert curve.get_xdata().tolist() == [0, 100, 200, 300]
    assert curve.get_ydata() == pytest.approx([1, 2 / 3, 1 / 3, 1 / 3])
    assert (ticks.get_xdata().tolist(), ticks.get_ydata()) == ([300], pytest.approx([1 / 3]))
    assert not len(curves.lines[3].get_xdata())  # nothing censored
    low, high = curves.get_xlim()
    assert 0 < low < 20
    assert high > 300
    header, table = survival_table(times)
    assert header[0] == "variant"
    assert [(r[0], r[1], r[2]) for r in table] == [
        ("baseline", 100, 3),
        ("baseline", 200, 2),
        ("fast", 20, 2),
        ("fast", 40, 1),
    ]


def test_a_variant_without_any_solution_is_a_flat_line() -> None:
    never = read_times([solved_at(None)])
    _, curves = drawn({"never": never})
    assert curves.lines[0].get_ydata().tolist() == [1, 1]
    rows, _ = drawn({})
    assert not rows.get_yticklabels()
    rows, _ = drawn({"baseline": never})  # whose median is not known
    assert not any(line.get_color() == COLORS["gray"] for line in rows.lines)


def test_a_variant_looks_the_same_in_the_figures_of_all_tasks() -> None:
    own = read_times([solved_at(100)])
    _, both = drawn({"baseline": own, "fast": own})
    _, alone = drawn({"baseline": read_times([]), "fast": own})
    assert both.lines[2].get_color() == alone.lines[0].get_color() != both.lines[0].get_color()


def test_every_axis_of_steps_has_ticks_to_read_it_by() -> None:
    for first, last in ((0, 60), (0.5, 1), (30, 40), (80, 220), (5, 5e4), (450, 1e5)):
        ax = Figure().subplots()
        log_steps(ax, last * 1.15, first=first / 2)
        ticks = [t for t in ax.get_xticks() if first / 2 <= t <= last * 1.15]
        assert 1 <= len(ticks) <= 9, (first, last)


def test_a_criterion_that_cannot_be_is_not_drawn(tmp_path: Path, svg_only: None) -> None:
    records = [record([row(0, train=0.5), row(9)], seed=s) for s in range(2)]
    assert SweepFigures(records, rng()).write(tmp_path) == [
        "survival-modadd-p-59",
        "stages-modadd-p-59-baseline",
    ]


def test_the_criterion_figure_shows_points_threshold_and_areas() -> None:
    records = [three_stages(s, acquired=40 * 1.5**s, solved=45 * 1.5**s) for s in range(4)]
    found = find_criterion(records, rng=rng(), after_memorization=True)
    left, right = draw_criterion(records, found, Figure().subplots(1, 2))
    n_points = sum(len(points.get_offsets()) for points in left.collections)
    assert n_points == found.measured.n_rows
    (line,) = left.lines
    assert line.get_xdata()[0] == found.measured.threshold
    labels = [text.get_text() for text in right.get_legend().get_texts()]
    assert labels[0] == f"mean violation: AUC {found.measured.auc:.3f}"
    assert len(labels) == 4
    curve = right.lines[0]
    area = np.sum(np.diff(curve.get_xdata()) * (curve.get_ydata()[1:] + curve.get_ydata()[:-1]) / 2)
    assert area == pytest.approx(found.measured.auc)
    header, rows = criterion_rows(records, found)
    assert header[:3] == ("seed", "step", "violation")
    assert len(list(rows)) == n_points


def test_unsolved_runs_and_missing_numbers_can_be_drawn() -> None:
    records = [
        record([row(0, violation=None, dimension=None), row(9, violation=None)], seed=s)
        for s in range(2)
    ]
    found = find_criterion(records, rng=rng())
    figure = Figure()
    left, right = draw_criterion(records, found, figure.subplots(1, 2))
    assert not left.lines
    assert right.get_legend() is None
    draw_seeds(records, Figure().subplots(3, 1))
    figure.draw_without_rendering()
    _, rows = seeds_table(records)
    assert [r[4] for r in rows] == [""] * 4
