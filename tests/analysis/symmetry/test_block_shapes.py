"""Free shapes of blocks: the weights that a law from one side, or a sum of two laws, leaves."""

import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.block_shapes import free_shapes, nearest_shapes, round_shape
from symtheory.analysis.symmetry.procrustes import check_procrustes
from symtheory.claims.symmetry import PROCRUSTES_FLOOR
from symtheory.combinatorics.orbitals import Side, translation_orbitals
from symtheory.geometry.statistics import gram_share
from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group
from symtheory.representations.isotypic import IsotypicBlock, isotypic_blocks


def blocks_of(group: Group) -> tuple[IsotypicBlock, ...]:
    return isotypic_blocks(group)[1:]


def laws(group: Group) -> dict[str, list[NDArray[np.int64]]]:
    one = {str(side): [translation_orbitals(group, side)] for side in Side}
    return {**one, "sum": [*one["left"], *one["right"]]}


def shapes_of(group: Group, law: str) -> tuple[NDArray[np.float64], ...]:
    blocks = blocks_of(group)
    return free_shapes(blocks, laws(group)[law], [2] * len(blocks))


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
    roots, nuclear = nearest_shapes(gram, shapes)
    r = len(gram)
    assert np.allclose(roots @ roots, gram * r / np.trace(gram))
    assert nuclear**2 / (r * np.trace(gram)) == pytest.approx(1)
    round_fit = nearest_shapes(gram, round_shape(r))[1]
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
            cloud, blocks_of(group), permutations=permutations, shapes=shapes_of(group, law)
        )
        share[law] = fit.alignment.share
        if law == "left":
            assert gram_share(cloud, laws(group)["left"]) == pytest.approx(1)
            assert fit.null.p_value == 0.01
    assert share["left"] == pytest.approx(1)
    assert share["right"] < PROCRUSTES_FLOOR
    assert share["both"] < PROCRUSTES_FLOOR
    assert share["sum"] > share["right"]
