import numpy as np
import outside
import pytest
from binomial import binomial_bounds

from symtheory.analysis.claims.network import Network
from symtheory.analysis.composition.coefficients import irreps_of
from symtheory.analysis.composition.units import UNITS_TEST, check_units, sides_on_group
from symtheory.analysis.statistics.measurement import Case
from symtheory.claims.composition import ALIGNMENT_FLOOR, UNITS_FLOOR
from symtheory.errors import PredictionError, SpecError
from symtheory.groups.notation import parse_group
from symtheory.records import HiddenUnits, Outcome, Role
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict
from tests.analysis.composition.made_networks import (
    aligned_units,
    dealt,
    gaussian_units,
    relabeled,
)

GROUPS = ("Z13", "D10", "Q8 x Z3", "F(13,4)")


def rng(seed=0):
    return np.random.default_rng(seed)


def outcome(sides, name, n_permutations=99):
    """Verdict of the claim on units given by the elements of a group."""
    theory = predict(named_task("compose", group=name))
    task = theory.composition
    assert task is not None
    tokens = []
    for side, order in zip(sides, (task.x, task.y, task.z), strict=True):
        tokens.append(np.empty_like(side))
        tokens[-1][:, order] = side
    network = Network(
        {},
        rng(5),
        composition=task,
        units=HiddenUnits(*tokens),
        n_permutations=n_permutations,
    )
    found = UNITS_TEST.measure(network, Role.NETWORK)
    assert not isinstance(found, str)
    case = Case(UNITS_FLOOR, found.p_value, found.least_p_value, 0.05)
    return UNITS_TEST.decide(found, case)


@pytest.mark.parametrize("broken", [(), ("inner",), ("left", "right"), ("left", "inner", "right")])
@pytest.mark.parametrize("name", GROUPS)
def test_units_that_obey_the_law_obey_it_whatever_is_broken(name, broken):
    group = parse_group(name)
    test = check_units(aligned_units(group, 40, rng=rng(), broken=broken), group, rng=rng())
    assert test.null.observed == pytest.approx(1)
    np.testing.assert_allclose(test.alignment, 1)
    np.testing.assert_allclose(test.rank_one, 1)
    assert test.same == pytest.approx(1)
    assert test.median_angle == pytest.approx(0, abs=1e-6)
    assert test.null.p_value == 1 / 200


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("n_irreps", [1, 2, None])
def test_from_one_irrep_to_all_of_them_the_law_is_held(name, n_irreps):
    group = parse_group(name)
    chosen = None if n_irreps is None else range(len(irreps_of(group)))[-n_irreps:]
    assert outcome(aligned_units(group, 24, rng=rng(), irreps=chosen), name) == (Outcome.HELD, "")


def test_sides_with_another_irrep_for_the_answers_are_refuted():
    group = parse_group("D10")
    found = check_units(dealt(aligned_units(group, 60, rng=rng()), rng=rng(1)), group, rng=rng())
    assert found.null.p_value <= 0.05  # the labels do mean something
    assert found.null.observed < 0.75
    assert found.same < 0.4
    verdict, why = outcome(dealt(aligned_units(group, 60, rng=rng()), rng=rng(1)), "D10")
    assert verdict is Outcome.REFUTED
    assert "floor" in why


def test_one_irrep_without_alignment_is_refuted():
    turns = 2 * np.pi * np.outer(rng().integers(1, 7, 50), np.arange(13)) / 13
    phases = rng(1).uniform(0, 2 * np.pi, (3, 50, 1))
    sides = [np.cos(turns + phase) for phase in phases]
    found = check_units(sides, parse_group("Z13"), rng=rng())
    assert found.null.observed == pytest.approx(1)
    assert abs(found.mean(found.alignment)) < 0.4
    assert found.median_angle > 1
    # For the conjugate frequency the same phases are another matter: x + y, not x - y.
    assert outcome(sides, "Z13")[0] is Outcome.REFUTED
    assert "alignment" in outcome(sides, "Z13")[1]


def test_for_cyclic_groups_the_alignment_is_the_cosine_of_the_error_of_the_phases():
    turns = 2 * np.pi * np.outer([2, 3, 5], np.arange(13)) / 13
    error = np.array([[0.0], [0.5], [2.0]])
    sides = [np.cos(turns + 1), np.cos(turns + 2), np.cos(turns + 3 + error)]
    found = check_units(sides, parse_group("Z13"), rng=rng())
    np.testing.assert_allclose(found.alignment, np.cos(error[:, 0]))


def test_units_of_several_irreps_are_refuted():
    group = parse_group("Z13")
    a, b, c = (np.array(aligned_units(group, 60, rng=rng(seed))) for seed in range(3))
    mixed = a + np.roll(b, 1, axis=1) + np.roll(c, 3, axis=1)  # three frequencies in a unit
    assert outcome(mixed, "Z13")[0] is Outcome.REFUTED


def test_units_of_another_group_are_refuted():
    sides = aligned_units(parse_group("D10"), 60, rng=rng(), irreps=[3, 5, 6])
    assert outcome(sides, "D10")[0] is Outcome.HELD
    assert outcome(sides, "Z20")[0] is Outcome.REFUTED


def test_scales_and_dead_units_do_not_matter():
    group = parse_group("D10")
    x, y, z = aligned_units(group, 40, rng=rng())
    dead = np.zeros((5, 20))
    noise = rng().standard_normal((5, 20))
    more = [np.vstack([3 * x + 7, noise]), np.vstack([y, noise]), np.vstack([z / 9, dead])]
    found = check_units(more, group, rng=rng())
    assert found.null.observed == pytest.approx(1)
    assert len(found.weights) == 40
    with pytest.raises(PredictionError, match="no hidden unit"):
        check_units([x, y, np.zeros((40, 20))], group, rng=rng())


@pytest.mark.parametrize("kind", ["Gaussian", "relabeled"])
@pytest.mark.parametrize("name", ["Z13", "Q8 x Z3"])
def test_false_positives_are_as_many_as_the_level_says(name, kind):
    group, stream, n = parse_group(name), rng(7), 200
    count = held = 0
    for _ in range(n):
        sides = (
            gaussian_units(group, 24, rng=stream)
            if kind == "Gaussian"
            else relabeled(aligned_units(group, 24, rng=stream), rng=stream)
        )
        test = check_units(sides, group, rng=stream, n_draws=39)
        count += test.null.p_value <= 0.05
        held += test.null.observed >= UNITS_FLOOR
    low, high = binomial_bounds(n, 0.05)
    assert low <= count <= high
    assert held == 0


def test_what_is_not_known_is_not_tested():
    theory = predict(named_task("modadd", p=13))
    assert theory.composition is not None
    with pytest.raises(PredictionError, match="not known"):
        UNITS_TEST.measure(Network({}, rng(), composition=theory.composition), Role.NETWORK)
    with pytest.raises(PredictionError, match="not composition"):
        UNITS_TEST.measure(Network({}, rng()), Role.NETWORK)
    short = HiddenUnits(np.ones((2, 13)), np.ones((2, 13)), np.ones((2, 12)))
    with pytest.raises(SpecError, match="readout side"):
        sides_on_group(short, theory.composition)


@pytest.mark.skipif(not outside.IS_HERE, reason=outside.WHERE)
@pytest.mark.parametrize("name", [name for name in outside.NETWORKS if "MLP" in name])
def test_networks_of_others_obey_the_law(name):
    network = outside.read_network(name)
    task = network.theory.composition
    assert task is not None
    units = HiddenUnits(*(network.clouds[key].T for key in outside.EMBEDDINGS))
    sides = sides_on_group(units, task)
    test = check_units(sides, task.group, rng=rng(), n_draws=39)
    assert test.null.p_value == 1 / 40
    assert test.null.observed > 0.9 > test.null.draws.max() + 0.4
    assert test.mean(test.alignment) > 0.95 > ALIGNMENT_FLOOR
    assert test.same > 0.95
    moved = check_units(relabeled(sides, rng=rng(1)), task.group, rng=rng(), n_draws=39)
    assert moved.null.observed < 0.55
