import numpy as np
import outside
import pytest
from binomial import binomial_bounds

from symtheory.analysis.claims.network import Network
from symtheory.analysis.composition.coefficients import irreps_of
from symtheory.analysis.composition.factors import Factors, embedding_factors
from symtheory.analysis.composition.logits import LOGITS_TEST, check_logits, margins, three_way
from symtheory.claims.composition import LOGITS_FLOOR
from symtheory.errors import PredictionError
from symtheory.groups.notation import parse_group
from symtheory.records import Role
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict
from tests.analysis.composition.made_networks import (
    FACTORS,
    accuracy,
    aligned_units,
    perceptron,
)

GROUPS = ("Z13", "D10", "Q8 x Z3", "S4")


def rng(seed=0):
    return np.random.default_rng(seed)


def random_factor(irrep, stream):
    """A positive matrix that commutes with all that the irrep commutes with, of trace D."""
    dimension = irrep.dimension
    root = stream.standard_normal((dimension, dimension))
    rho = irrep.matrices
    commuting = np.einsum("gij,gkl->ikjl", rho, rho).reshape(dimension**2, -1) / len(rho)
    values, vectors = np.linalg.eigh(commuting)
    units = vectors[:, values > 0.5].T.reshape(-1, dimension, dimension) * dimension**0.5
    found = sum(unit @ root @ root.T @ unit.T for unit in units)
    return found * dimension / np.trace(found)


def law(group, broken, stream, irreps=None):
    """Logits sum of w tr(A rho(x) B rho(y) C rho(z)^-1), and the factors of all irreps."""
    known = irreps_of(group)
    chosen = range(len(known)) if irreps is None else irreps
    logits, factors = np.zeros((group.order,) * 3), []
    for i, irrep in enumerate(known):
        one = np.eye(irrep.dimension)
        each = Factors(
            *(random_factor(irrep, stream) if name in broken else one for name in FACTORS)
        )
        factors.append(each)
        if i in chosen:
            rho = irrep.matrices
            left, right = each.left @ rho @ each.inner, rho @ each.right
            products = np.einsum("xij,yjk->xyik", left, right)
            logits += (1 + i) * np.einsum("xyik,zik->xyz", products, rho)
    return logits, factors


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("broken", FACTORS)
def test_one_broken_factor_leaves_the_two_other_translations_and_one_word(name, broken):
    group = parse_group(name)
    logits, factors = law(group, (broken,), rng())
    test = check_logits(logits, group, rng=rng(), n_draws=39, factors=factors)
    assert test.null.observed == pytest.approx(1)
    total = dict(zip(FACTORS, test.kept.sum(axis=0), strict=True))
    words = dict(zip(FACTORS, test.words.sum(axis=0), strict=True))
    assert words[broken] == pytest.approx(1)
    assert test.factors is not None
    assert test.factors.sum() == pytest.approx(1)
    assert test.weights is not None
    np.testing.assert_allclose(test.weights, 1 + np.arange(len(test.names)))
    for other in FACTORS:
        if other != broken:
            assert total[other] == pytest.approx(1)
    if not group.is_abelian:
        assert total[broken] < 0.99
        assert test.unbroken.sum() < 0.99


@pytest.mark.parametrize("name", GROUPS)
def test_one_broken_factor_leaves_every_answer_right(name):
    """tr(M rho(g)) <= tr M, and equality at z = xy alone for a faithful sum with M > 0."""
    group = parse_group(name)
    for broken in FACTORS:
        logits, _ = law(group, (broken,), rng(3))
        assert accuracy(logits, group) == 1
        assert margins(logits, group).min() > 0


def test_two_broken_factors_keep_the_third_and_three_keep_none():
    group = parse_group("S4")
    two, factors = law(group, ("left", "right"), rng())
    test = check_logits(two, group, rng=rng(), n_draws=39, factors=factors)
    assert test.kept[:, 1].sum() == pytest.approx(1)
    assert test.words.max(axis=1).sum() < 0.95
    three, factors = law(group, FACTORS, rng())
    test = check_logits(three, group, rng=rng(), n_draws=39, factors=factors)
    assert test.null.observed < 0.97
    assert test.power.sum() == pytest.approx(1)
    assert test.factors is not None
    assert test.factors.sum() == pytest.approx(1)


def test_the_predicted_margin_is_the_margin_of_the_sum():
    group = parse_group("D10")
    logits, factors = law(group, ("inner",), rng())
    test = check_logits(logits, group, rng=rng(), n_draws=39, factors=factors)
    assert test.predicted_margin == pytest.approx(test.margin)
    assert test.three_way == pytest.approx(1)


def test_sums_of_functions_of_two_tokens_are_no_part_of_it():
    group = parse_group("D10")
    logits, _ = law(group, (), rng())
    a, b, c = rng(1).standard_normal((3, 20, 20))
    more = logits + 50 * (a[:, :, None] + b[:, None, :] + c[None])
    np.testing.assert_allclose(three_way(more), three_way(logits), atol=1e-9)
    assert check_logits(more, group, rng=rng()).null.observed == pytest.approx(1)
    with pytest.raises(PredictionError, match="two tokens"):
        check_logits(np.zeros((20, 20, 20)), group, rng=rng())


def test_a_lookup_table_of_the_right_group_obeys_the_law_and_one_of_another_does_not():
    """One-hot answers are the flat case: chi of the regular representation."""
    group = parse_group("D10")
    lookup = np.eye(20)[group.table]
    test = check_logits(lookup, group, rng=rng())
    assert test.unbroken.sum() == pytest.approx(1)
    other = np.eye(20)[parse_group("Z20").table]
    assert check_logits(other, group, rng=rng()).null.observed < LOGITS_FLOOR


def test_a_rival_counts_against_it_by_its_power():
    group, moved = parse_group("Z31"), rng(2).permutation(31)
    logits, _ = law(group, (), rng())
    for size in (1, 2):
        both = logits + size * logits[:, :, moved]
        found = check_logits(both, group, rng=rng(), n_draws=39).null.observed
        assert found == pytest.approx(1 / (1 + size**2), abs=0.1)


@pytest.mark.parametrize("kind", ["Gaussian", "permuted"])
@pytest.mark.parametrize("name", ["Z13", "S4"])
def test_false_positives_are_as_many_as_the_level_says(name, kind):
    group, stream, n = parse_group(name), rng(9), 200
    right = perceptron(aligned_units(group, 100, rng=stream))
    count = held = 0
    for _ in range(n):
        logits = (
            stream.standard_normal((group.order,) * 3)
            if kind == "Gaussian"
            else right[:, :, stream.permutation(group.order)]
        )
        test = check_logits(logits, group, rng=stream, n_draws=39)
        count += test.null.p_value <= 0.05
        held += test.null.p_value <= 0.05 and test.null.observed >= LOGITS_FLOOR
    low, high = binomial_bounds(n, 0.05)
    assert low <= count <= high
    assert held == 0


@pytest.mark.parametrize("irreps", [None, (1, 2, 4), (3,)])
@pytest.mark.parametrize("broken", [(), ("inner",), ("left",)])
def test_perceptrons_of_exact_units_are_not_refuted(irreps, broken):
    group = parse_group("Z13")
    chosen = None if irreps is None else list(irreps)
    sides = aligned_units(group, 2000, rng=rng(4), irreps=chosen, broken=broken)
    logits = perceptron(sides)
    assert accuracy(logits, group) > 0.99
    assert check_logits(logits, group, rng=rng()).null.observed > LOGITS_FLOOR


def test_one_unit_for_each_frequency_is_at_the_floor():
    """cos cos cos is four waves of equal power, of which a translation keeps two."""
    turns = 2 * np.pi * np.arange(13) / 13
    logits = np.cos(turns + 1)[:, None, None] * np.cos(turns + 2)[:, None] * np.cos(turns + 3)
    test = check_logits(logits, parse_group("Z13"), rng=rng())
    assert test.null.observed == pytest.approx(0.5)
    assert test.power.sum() == pytest.approx(1)


def test_what_is_not_known_is_not_tested():
    theory = predict(named_task("modadd", p=13))
    with pytest.raises(PredictionError, match="cannot be called"):
        LOGITS_TEST.measure(Network({}, rng(), composition=theory.composition), Role.NETWORK)
    with pytest.raises(PredictionError, match="not composition"):
        LOGITS_TEST.measure(Network({}, rng()), Role.NETWORK)
    large = predict(named_task("modadd", p=331))
    network = Network({}, rng(), composition=large.composition, logits=lambda _: np.zeros(0))
    with pytest.raises(PredictionError, match="too many"):
        LOGITS_TEST.measure(network, Role.NETWORK)


@pytest.mark.skipif(not outside.IS_HERE, reason=outside.WHERE)
@pytest.mark.parametrize("name", [name for name in outside.NETWORKS if "MLP" in name])
def test_networks_of_others_obey_the_law(name):
    network = outside.read_network(name)
    task = network.theory.composition
    assert task is not None
    x, y, z = (network.clouds[key] for key in outside.EMBEDDINGS)
    logits = np.maximum(x[task.x][:, None] + y[task.y], 0) @ z[task.z].T
    factors = embedding_factors(network.embeddings, task)
    test = check_logits(logits, task.group, rng=rng(), n_draws=39, factors=factors)
    assert test.null.p_value == 1 / 40
    assert test.null.observed > 0.9
    assert test.null.draws.max() < 0.25
    assert test.factors is not None
    assert test.factors.sum() > 0.8
    assert test.factors.sum() > test.unbroken.sum() - 1e-9
