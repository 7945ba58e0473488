import numpy as np
import pytest
from synthetic import circulant, cyclic_blocks, gaussian, helix

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.gram import check_gram, invariance_defect
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.invariant_space import InvariantSpace, join_partitions
from symtheory.geometry.statistics import centered_gram, gram_share

# The symmetric group on three letters, elements as pairs (rotation, flip).
S3 = np.array(
    [
        [(a + (b if s == 0 else -b)) % 3 + 3 * (s ^ t) for t in (0, 1) for b in range(3)]
        for s in (0, 1)
        for a in range(3)
    ]
)


def left_and_right(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetrised classes of g^-1 h and of g h^-1."""
    inverse = (table == 0).argmax(axis=1)
    left, right = table[inverse], table[:, inverse]
    return np.minimum(left, inverse[left]), np.minimum(right, inverse[right])


def indicator_basis(partition: np.ndarray) -> np.ndarray:
    pairs = partition[np.triu_indices(len(partition), k=1)]
    return (pairs[:, None] == np.unique(pairs)).astype(float)


def test_projection_is_idempotent_and_orthogonal() -> None:
    rng = np.random.default_rng(0)
    space = InvariantSpace(left_and_right(S3))
    a, b = (centered_gram(rng.standard_normal((6, 4))) for _ in range(2))
    assert np.allclose(space.project(space.project(a)), space.project(a), atol=1e-12)
    off = ~np.eye(6, dtype=bool)
    residual = (a - space.project(a))[off]
    assert residual @ space.project(b)[off] == pytest.approx(0, abs=1e-10)


def test_projection_on_a_sum_is_the_least_squares_one() -> None:
    left, right = left_and_right(S3)
    gram = centered_gram(np.random.default_rng(1).standard_normal((6, 4)))
    pairs = np.triu_indices(6, k=1)
    basis = np.concatenate([indicator_basis(left), indicator_basis(right)], axis=1)
    fitted = basis @ np.linalg.lstsq(basis, gram[pairs], rcond=None)[0]
    space = InvariantSpace([left, right])
    assert np.allclose(space.project(gram)[pairs], fitted, atol=1e-12)
    assert space.dimension == np.linalg.matrix_rank(basis)
    assert space.share(gram) == pytest.approx((fitted**2).sum() / (gram[pairs] ** 2).sum())


def test_left_invariant_clouds_are_left_and_not_right_invariant() -> None:
    left, right = left_and_right(S3)
    # The orbit g -> rho(g) v of one vector is left-invariant; a generic v makes it no more.
    turn, flip = np.array([[-0.5, -(3**0.5) / 2], [3**0.5 / 2, -0.5]]), np.diag([1.0, -1.0])
    matrices = [
        np.linalg.matrix_power(turn, a) @ np.linalg.matrix_power(flip, s)
        for s in (0, 1)
        for a in range(3)
    ]
    cloud = np.array([m @ [1.0, 0.3] for m in matrices])
    assert gram_share(cloud, [left]) == pytest.approx(1)
    assert gram_share(cloud, [right]) < 0.9
    assert gram_share(cloud, [left, right]) == pytest.approx(1)
    assert gram_share(cloud, [join_partitions(left, right)]) < 0.9


def test_an_abelian_group_has_one_space() -> None:
    space = InvariantSpace([circulant(11), circulant(11)])
    assert space.dimension == InvariantSpace([circulant(11)]).dimension == 5


def test_share_ignores_rotation_scale_place_and_group_translation() -> None:
    rng = np.random.default_rng(2)
    cloud = gaussian(17, [2, 1, 1], rng=rng)
    share = gram_share(cloud, [circulant(17)])
    turned = -3 * cloud @ np.linalg.qr(rng.standard_normal((3, 3)))[0] + 5
    assert gram_share(turned, [circulant(17)]) == pytest.approx(share)
    assert gram_share(np.roll(cloud, 4, axis=0), [circulant(17)]) == pytest.approx(share)


def test_an_orbit_obeys_the_law_and_a_relabeled_one_does_not() -> None:
    rng = np.random.default_rng(3)
    cloud = helix(97, [3, 17, 41], radii=[3, 2, 1], rng=rng)
    permutations = label_permutations(97, 199, rng=rng)
    held = check_gram(cloud, [circulant(97)], permutations=permutations)
    assert held.null.observed == pytest.approx(1)
    assert held.null.p_value == 1 / 200
    assert np.allclose(held.projection, held.gram, atol=1e-12)
    refuted = check_gram(cloud[permutations[0]], [circulant(97)], permutations=permutations)
    assert refuted.null.observed < 0.1
    assert refuted.null.p_value > 0.01


def test_the_engine_agrees_with_relabeling_the_cloud() -> None:
    rng = np.random.default_rng(4)
    cloud = gaussian(6, [1, 1, 1], rng=rng)
    permutations = label_permutations(6, 30, rng=rng)
    for orbitals in (left_and_right(S3)[:1], left_and_right(S3)):
        engine = check_gram(cloud, orbitals, permutations=permutations).null.draws
        naive = [gram_share(cloud[permutation], orbitals) for permutation in permutations]
        assert engine == pytest.approx(naive)


def test_a_simplex_is_invariant_under_everything_so_the_test_has_no_power() -> None:
    permutations = label_permutations(20, 99, rng=np.random.default_rng(0))
    found = check_gram(np.eye(20), [circulant(20)], permutations=permutations)
    assert found.null.observed == pytest.approx(1)
    assert found.null.least_p_value == 1


def test_circulancy_defects_of_known_clouds() -> None:
    rng = np.random.default_rng(5)
    n, k = 113, (5, 23, 41)
    circles = [np.sqrt(2 / n) * cyclic_blocks(n)[f - 1].basis for f in k]
    circulants = circulant(n)
    round_ones = np.concatenate(circles, axis=1)
    assert invariance_defect(round_ones, circulants) == pytest.approx(0, abs=1e-12)
    mixed = [
        invariance_defect(round_ones @ rng.standard_normal((6, 64)), circulants) for _ in range(40)
    ]
    # A Wishart matrix W W^T / m with m = 64 keeps 6 + 6/m of 6 + 42/m in mean square.
    assert np.mean(mixed) == pytest.approx(1 - (6 + 6 / 64) / (6 + 42 / 64), abs=0.006)
    assert min(mixed) < 0.06 < max(mixed)
    ellipses = np.concatenate([circle * [1, 0.5] for circle in circles], axis=1)
    assert invariance_defect(ellipses, circulants) == pytest.approx(0.27, abs=0.01)
    tilted = np.concatenate(
        [circles[0] + 0.5 * circles[1], np.sqrt(0.75) * circles[1]], axis=1
    )  # two planes at 60 degrees
    assert invariance_defect(tilted, circulants) == pytest.approx(0.20, abs=0.005)
    gaussians = [invariance_defect(rng.standard_normal((n, 6)), circulants) for _ in range(20)]
    assert np.mean(gaussians) == pytest.approx(0.94, abs=0.01)


def test_partitions_that_do_not_commute_are_refused() -> None:
    first = np.array([[0, 1, 1], [1, 0, 2], [1, 2, 0]])
    second = np.array([[0, 1, 2], [1, 0, 2], [2, 2, 0]])
    with pytest.raises(PredictionError, match="do not commute"):
        InvariantSpace([first, second])


def test_malformed_partitions_are_refused() -> None:
    with pytest.raises(SpecError, match="square"):
        InvariantSpace([np.zeros((2, 3), dtype=int)])
    with pytest.raises(SpecError, match="symmetric"):
        InvariantSpace([np.array([[0, 1], [2, 0]])])
    with pytest.raises(PredictionError, match="equal and pairs of distinct"):
        InvariantSpace([np.zeros((3, 3), dtype=int)])
    with pytest.raises(PredictionError, match="one partition or two, not 0"):
        InvariantSpace([])
    with pytest.raises(SpecError, match=r"over 7 tokens, but the matrix has shape \(6, 6\)"):
        InvariantSpace([circulant(7)]).share(np.eye(6))
