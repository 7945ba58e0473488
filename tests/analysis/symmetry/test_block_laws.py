"""Laws of blocks: invariance from one side or both, and products of irreps of all three types."""

import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.block_laws import (
    LinearLaw,
    ProductLaw,
    invariant_laws,
    nearest_roots,
    product_laws,
    round_law,
)
from symtheory.analysis.symmetry.factor_law import factor_share
from symtheory.analysis.symmetry.procrustes import check_procrustes
from symtheory.claims.symmetry import FACTOR_FLOOR, PROCRUSTES_FLOOR
from symtheory.combinatorics.orbitals import Side, translation_orbitals
from symtheory.geometry.statistics import gram_share
from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group
from symtheory.representations.isotypic import IsotypicBlock, isotypic_blocks
from symtheory.representations.matrix_coefficients import matrix_coefficients


def blocks_of(group: Group) -> tuple[IsotypicBlock, ...]:
    return isotypic_blocks(group)[1:]


def laws(group: Group) -> dict[str, list[NDArray[np.int64]]]:
    one = {str(side): [translation_orbitals(group, side)] for side in Side}
    return {**one, "sum": [*one["left"], *one["right"]]}


def linear_laws(group: Group, law: str) -> list[LinearLaw]:
    blocks = blocks_of(group)
    found = invariant_laws(blocks, laws(group)[law], [2] * len(blocks))
    return [own for own in found if isinstance(own, LinearLaw)]


def shapes_of(group: Group, law: str) -> list[NDArray[np.float64]]:
    return [own.shapes for own in linear_laws(group, law)]


def coset_orbit(group: Group, block: IsotypicBlock, rng: np.random.Generator) -> np.ndarray:
    """Left translates of one function of the block: the law from the left, with W of rank 1."""
    start = block.basis @ rng.standard_normal(block.dimension)
    return np.asarray(start[group.table[group.inverses]])  # row g, column h: start(g^-1 h)


@pytest.mark.parametrize("name", ["S4", "F(7,3)", "SL(2,3)", "Q8", "D7", "Z9"])
def test_number_of_free_weights(name: str) -> None:
    """Symmetric, hermitian or quaternion-hermitian matrices, by the type of the irrep."""
    group = parse_group(name)
    for side in ("left", "right"):
        for block, shapes in zip(blocks_of(group), shapes_of(group, side), strict=True):
            d = block.degree
            wanted = {1: d * (d + 1) // 2, 0: d * d, -1: d * (d - 1) // 2}[block.indicator]
            assert len(shapes) == wanted, block
    assert all(len(shapes) == 1 for shapes in shapes_of(group, "both"))
    lefts, sums = shapes_of(group, "left"), shapes_of(group, "sum")
    for left, both in zip(lefts, sums, strict=True):
        assert len(both) == 2 * len(left) - 1


@pytest.mark.parametrize("law", ["left", "right", "both", "sum"])
def test_shapes_are_the_invariant_matrices(law: str) -> None:
    """Orthonormal, and as Gram matrices constant on orbitals (or a sum of two such)."""
    group = parse_group("S4")
    for block, shapes in zip(blocks_of(group), shapes_of(group, law), strict=True):
        flat = shapes.reshape(len(shapes), -1)
        assert np.allclose(flat @ flat.T, np.eye(len(shapes)))
        for shape in shapes:
            gram = block.basis @ shape @ block.basis.T
            if law == "sum":
                parts = [_averaged(gram, partition) for partition in laws(group)["sum"]]
                meet = _averaged(parts[0], laws(group)["right"][0])
                assert np.allclose(parts[0] + parts[1] - meet, gram)
            else:
                assert np.allclose(_averaged(gram, laws(group)[law][0]), gram)


def _averaged(gram: NDArray[np.float64], partition: NDArray[np.int64]) -> NDArray[np.float64]:
    classes = np.unique(partition, return_inverse=True)[1].reshape(partition.shape)
    sums = np.bincount(classes.ravel(), weights=gram.ravel())
    return np.asarray((sums / np.bincount(classes.ravel()))[classes])


def test_the_nearest_shape_of_a_free_shape_is_itself() -> None:
    shapes = shapes_of(parse_group("S4"), "left")[-1]
    rng = np.random.default_rng(0)
    weights = shapes[0] + 0.3 * np.tensordot(rng.standard_normal(len(shapes)), shapes, 1)
    gram = weights @ weights  # an algebra: squares of free shapes are free, and positive
    roots, nuclear = nearest_roots(gram, LinearLaw(shapes))
    r = len(gram)
    assert np.allclose(roots @ roots, gram * r / np.trace(gram))
    assert nuclear**2 / (r * np.trace(gram)) == pytest.approx(1)
    round_fit = nearest_roots(gram, round_law(r))[1]
    assert round_fit**2 / (r * np.trace(gram)) < 0.99


@pytest.mark.parametrize("name", ["S4", "F(7,3)", "A5"])
def test_an_orbit_of_one_vector_is_a_template_from_its_own_side_only(name: str) -> None:
    group, rng = parse_group(name), np.random.default_rng(1)
    block = max(blocks_of(group), key=lambda b: b.degree)
    cloud = coset_orbit(group, block, rng)
    permutations = label_permutations(group.order, 99, rng=rng)
    share = {}
    for law in ("left", "right", "both", "sum"):
        fit = check_procrustes(
            cloud, blocks_of(group), permutations=permutations, laws=linear_laws(group, law)
        )
        share[law] = fit.alignment.share
        if law == "left":
            assert gram_share(cloud, laws(group)["left"]) == pytest.approx(1)
            assert fit.null.p_value == 0.01
    assert share["left"] == pytest.approx(1)
    assert share["right"] < PROCRUSTES_FLOOR
    assert share["both"] < PROCRUSTES_FLOOR
    assert share["sum"] > share["right"]


def random_covariance(size: int, rng: np.random.Generator, rank: int | None = None) -> np.ndarray:
    root = rng.standard_normal((size, rank or size))
    return root @ root.T


# Irreps of real, complex and quaternionic type, of degrees 1 to 4.
@pytest.mark.parametrize("name", ["S4", "A5", "F(13,4)", "Q8 x Z3", "SL(2,3)", "Q16", "Z7"])
def test_a_gram_matrix_of_products_obeys_its_law(name: str) -> None:
    """Second moments A and B of alpha and beta give A (x) B, over R, C and H alike."""
    group, rng = parse_group(name), np.random.default_rng(0)
    blocks = blocks_of(group)
    coefficients = {c.irrep.name: c for c in matrix_coefficients(group)}
    for block, law in zip(blocks, product_laws(group, blocks, np.arange(group.order)), strict=True):
        own = coefficients[block.name]
        size = own.irrep.dimension
        for rank in (1, size):
            moments = np.kron(random_covariance(size, rng, rank), random_covariance(size, rng))
            gram = block.basis.T @ own.frame @ moments @ own.frame.T @ block.basis
            assert np.allclose(law.nearest(gram), gram, atol=1e-9 * np.abs(gram).max()), block
        r = block.dimension
        free = random_covariance(r, rng)
        assert np.allclose(law.nearest(free), free) == own.is_free, block
        assert isinstance(law, ProductLaw) != own.is_free


@pytest.mark.parametrize("name", ["S4", "SL(2,3)"])
def test_units_that_are_products_have_the_moments_of_their_vectors(name: str) -> None:
    """The definition: many units alpha^T rho(g) beta, alpha and beta drawn independently."""
    group, rng = parse_group(name), np.random.default_rng(1)
    blocks = blocks_of(group)
    b = max(range(len(blocks)), key=lambda i: blocks[i].dimension)
    law = product_laws(group, blocks, np.arange(group.order))[b]
    assert isinstance(law, ProductLaw)
    size = law.coefficients.irrep.dimension
    one, other = (rng.standard_normal((size, size)) for _ in range(2))
    alpha, beta = (rng.standard_normal((200_000, size)) @ root.T for root in (one, other))
    moments = np.einsum("ua,ub->ab", alpha, beta) / len(alpha)
    assert np.abs(moments).max() < 0.1  # uncorrelated
    tensors = (alpha[:, :, None] * beta[:, None, :]).reshape(len(alpha), -1) @ law.frame.T
    gram = tensors.T @ tensors / len(alpha)
    assert 1 - ((law.nearest(gram) - gram) ** 2).sum() / (gram**2).sum() > 0.999
    rows, columns = law.factors(gram)
    if law.coefficients.irrep.commutant == 1:
        assert (rows * (one @ one.T)).sum() / np.linalg.norm(one @ one.T) > 0.999
        assert (columns * (other @ other.T)).sum() / np.linalg.norm(other @ other.T) > 0.999


def test_a_subspace_of_a_block_without_products_does_not_obey_the_law() -> None:
    """What the floor of L1 must exclude: the right irreps alone."""
    group, rng = parse_group("A5"), np.random.default_rng(2)
    blocks = blocks_of(group)
    found = product_laws(group, blocks, np.arange(group.order))
    shares = []
    for _ in range(200):
        cloud = np.hstack([b.basis @ rng.standard_normal((9, 6)) for b in blocks[:2]])
        shares.append(factor_share(cloud, blocks, found))
    assert np.mean(shares) < FACTOR_FLOOR
    assert np.quantile(shares, 0.95) < FACTOR_FLOOR + 0.05


def test_an_invariant_matrix_is_a_product_with_the_unit_matrix() -> None:
    """A = 1 is invariance from the left, C = 1 from the right, and the sum of both is tied."""
    group, rng = parse_group("S4"), np.random.default_rng(3)
    blocks = blocks_of(group)
    one, two = (product_laws(group, blocks, np.arange(24), terms=terms) for terms in (1, 2))
    for side in ("left", "right", "both"):
        for law, linear in zip(one, linear_laws(group, side), strict=True):
            weights = np.tensordot(rng.standard_normal(linear.n_parameters), linear.shapes, 1)
            gram = weights @ weights
            assert np.allclose(law.nearest(gram), gram)
    pair = zip(linear_laws(group, "left"), linear_laws(group, "right"), strict=True)
    for law, (left, right) in zip(two, pair, strict=True):
        gram = sum(
            np.tensordot(rng.standard_normal(own.n_parameters), own.shapes, 1)
            for own in (left, right)
        )
        assert np.allclose(law.nearest(gram), gram)
