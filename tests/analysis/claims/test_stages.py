import pytest

from symtheory.analysis.statistics.stages import Milestone, find_stages
from symtheory.errors import SpecError
from symtheory.records import Outcome


def log(
    *rows: tuple[int, float | None, float | None, float | None], test: float = 0.0
) -> list[dict[str, object]]:
    return [
        {
            "step": step,
            "train_accuracy": train,
            "violation": violation,
            "effective_dimension": dimension,
            "test_accuracy": test,
        }
        for step, train, violation, dimension in rows
    ]


ORDERED = log(
    (0, 0.01, 0.1, 40),
    (50, 1.0, 8.0, 39),
    (100, 1.0, 9.0, 36),
    (150, 1.0, 0.8, 30),
    (200, 1.0, 0.3, 20),
    (250, 1.0, 0.1, 11),
    (300, 1.0, 0.1, 10),
)


def test_the_three_rules() -> None:
    stages = find_stages(ORDERED)
    assert stages.memorization == Milestone(0, 50)
    assert stages.acquisition == Milestone(100, 150)  # below a tenth of 9
    assert stages.organization == Milestone(150, 200)  # sqrt(40 * 10) = 20
    assert stages.generalization.step is None
    assert stages.outcome is Outcome.HELD
    assert "memorization at step 50" in stages.note


def test_an_event_counts_from_where_it_lasts() -> None:
    rows = log(
        (0, 1.0, 5.0, 40),
        (10, 0.9, 0.1, 9),
        (20, 1.0, 0.6, 40),
        (30, 1.0, 0.1, 9),
        (40, 1.0, 0.1, 9),
    )
    stages = find_stages(rows)
    assert stages.memorization == Milestone(10, 20)
    assert stages.acquisition == Milestone(20, 30)
    assert stages.organization == Milestone(20, 30)


def test_a_violation_before_its_peak_is_not_acquisition() -> None:
    stages = find_stages(log((0, 0.0, 0.01, 40), (10, 1.0, 5.0, 40), (20, 1.0, 0.1, 10)))
    assert stages.acquisition.step == 20


def test_what_never_happened_is_censored() -> None:
    stages = find_stages(log((0, 0.0, 0.1, 10), (10, 0.9, 5.0, 20), (20, 0.99, 5.0, 20)))
    assert stages.to_dict() == {
        "memorization": None,
        "symmetry_acquisition": None,
        "geometric_organization": None,
        "generalization": None,
    }
    assert stages.outcome is Outcome.INCONCLUSIVE
    assert "never seen" in stages.note


def test_symmetry_before_memorization_refutes() -> None:
    rows = log((0, 0.0, 9.0, 40), (10, 0.5, 0.1, 40), (20, 0.9, 0.1, 30), (30, 1.0, 0.1, 9))
    assert find_stages(rows).outcome is Outcome.REFUTED


def test_geometry_before_symmetry_refutes() -> None:
    rows = log((0, 1.0, 1.0, 40), (10, 1.0, 9.0, 9), (20, 1.0, 8.0, 9), (30, 1.0, 0.1, 9))
    assert find_stages(rows).outcome is Outcome.REFUTED


def test_symmetry_never_seen_before_geometry_refutes() -> None:
    rows = log((0, 0.5, 1.0, 40), (10, 1.0, 9.0, 9), (20, 1.0, 8.0, 9))
    assert find_stages(rows).outcome is Outcome.REFUTED


def test_a_tie_leaves_the_first_part_open_and_agrees_with_the_second() -> None:
    tied_first = log((0, 0.5, 9.0, 40), (10, 1.0, 0.1, 40), (20, 1.0, 0.1, 9))
    assert find_stages(tied_first).outcome is Outcome.INCONCLUSIVE
    assert "tie" in find_stages(tied_first).note
    tied_second = log((0, 0.5, 1.0, 40), (10, 1.0, 9.0, 40), (20, 1.0, 0.1, 9))
    assert find_stages(tied_second).outcome is Outcome.HELD
    assert "tie" in find_stages(tied_second).note


def test_each_curve_has_its_own_logging_interval() -> None:
    # The dimension is measured seldom: its fall is only known to lie between 0 and 30.
    rows = log((0, 0.5, 1.0, 40), (10, 1.0, 9.0, None), (20, 1.0, 0.1, None), (30, 1.0, 0.1, 9))
    assert find_stages(rows).organization == Milestone(0, 30)
    assert find_stages(rows).outcome is Outcome.HELD


def test_overlapping_intervals_tie_although_the_steps_differ() -> None:
    # Memorized between 10 and 20; the violation fell somewhere between 10 and 30.
    rows = log((0, 0.5, 1.0, 40), (10, 0.9, 9.0, 40), (20, 1.0, None, 40), (30, 1.0, 0.1, 9))
    assert find_stages(rows).memorization == Milestone(10, 20)
    assert find_stages(rows).acquisition == Milestone(10, 30)
    assert find_stages(rows).outcome is Outcome.INCONCLUSIVE


def test_held_out_accuracy_decides_nothing() -> None:
    for test in (0.0, 1.0):
        rows = [{**row, "test_accuracy": test} for row in ORDERED]
        stages = find_stages(rows)
        assert stages.outcome is Outcome.HELD
        assert stages.memorization == Milestone(0, 50)
    assert stages.generalization == Milestone(-1, 0)


def test_malformed_logs_are_refused() -> None:
    for rows in ([], [{"train_accuracy": 1.0}], log((10, 1, 1, 1), (10, 1, 1, 1))):
        with pytest.raises(SpecError, match="rows whose steps increase"):
            find_stages(rows)
