"""Bars of noiseless templates: orbits at RMS radius 1, metric templates in edge lengths."""

import numpy as np
import pytest
from numpy.typing import NDArray
from synthetic import helix

from symtheory.analysis.homology.diagrams import Diagrams, distance_matrix, rips_diagrams
from symtheory.analysis.statistics.clouds import unit_cloud
from symtheory.groups.notation import parse_group
from symtheory.representations.isotypic import isotypic_blocks


def orbit(text: str, *names: str, degree: int | None = None) -> NDArray[np.float64]:
    """Template of the blocks with these names, or of the first block of this degree."""
    blocks = isotypic_blocks(parse_group(text))[1:]
    if degree is not None:
        chosen = [next(block for block in blocks if block.degree == degree)]
    else:
        chosen = [next(block for block in blocks if block.name == name) for name in names]
    return unit_cloud(np.concatenate([block.basis for block in chosen], axis=1))


def circle(n: int, k: int = 1) -> NDArray[np.float64]:
    angles = 2 * np.pi * k * np.arange(n) / n
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def dihedral(n: int, *frequencies: int) -> NDArray[np.float64]:
    """Each block is two circles in orthogonal planes, rotations on one and reflections on other."""
    zero = np.zeros((n, 2))
    return unit_cloud(
        np.concatenate(
            [np.block([[circle(n, k), zero], [zero, circle(n, k)]]) for k in frequencies], axis=1
        )
    )


def bars_of(cloud: NDArray[np.float64], **options: int) -> Diagrams:
    return rips_diagrams(distance_matrix(cloud), **options)


def assert_bars(
    found: NDArray[np.float64], expected: list[tuple[float, float]], *, exactly: bool = True
) -> None:
    if exactly:
        assert len(found) == len(expected)
    assert found[: len(expected)] == pytest.approx(np.array(expected).reshape(-1, 2), abs=0.01)


@pytest.mark.parametrize(
    ("text", "degree", "n_bars", "bar"),
    [
        ("S4", 3, 49, (1.15, 1.41)),
        ("A5", 3, 1, (0.96, 1.41)),
        ("Q8", 2, 0, (0, 0)),
        ("A4", 3, 0, (0, 0)),
        ("D7", 2, 2, (0.87, 1.41)),
        ("S5", 4, 481, (1.0, 1.22)),
    ],
)
def test_loops_of_irreps(text: str, degree: int, n_bars: int, bar: tuple[float, float]) -> None:
    assert_bars(bars_of(orbit(text, degree=degree)).bars[1], [bar] * n_bars)


def test_the_loop_of_rotations_is_seen_by_one_field_only() -> None:
    cloud = orbit("A5", degree=3)
    assert_bars(bars_of(cloud).bars[1], [(0.96, 1.41)])
    assert_bars(bars_of(cloud, field=3).bars[1], [])


def test_circles_of_a_dihedral_group() -> None:
    cloud = dihedral(30, 1)
    # The circles of the group itself, not only of our picture of it.
    blocks = [b for b in isotypic_blocks(parse_group("D30"))[1:] if b.degree == 2]
    signatures = [np.sort(distance_matrix(unit_cloud(b.basis)).ravel()) for b in blocks]
    own = np.sort(distance_matrix(cloud).ravel())
    assert any(np.allclose(signature, own, atol=1e-6) for signature in signatures)
    found = bars_of(cloud)
    assert_bars(found.bars[1], [(0.209, 1.414)] * 2)
    assert found.bars[0].max() == pytest.approx(2**0.5)
    both = bars_of(dihedral(30, 1, 7), max_degree=2)
    assert_bars(both.bars[1], [(0.646, 1.414)] * 2 + [(0.958, 1.391)] * 2, exactly=False)
    assert_bars(both.bars[2], [(1.0, 1.391)] * 2, exactly=False)


def test_products_of_cyclic_groups() -> None:
    found = bars_of(orbit("Z10 x Z10", "character (1,0)", "character (0,1)"), max_degree=2)
    assert_bars(found.bars[1], [(0.437, 1.345)] * 2, exactly=False)
    assert_bars(found.bars[2], [(0.618, 1.345)], exactly=False)
    single = bars_of(orbit("Z10 x Z10", "character (1,1)"))
    assert (single.n_points, len(single.bars[1])) == (10, 1)
    # Z8 x Z12 as a grid of angles; the character (1,1) is not injective on it.
    x, y = np.divmod(np.arange(96), 12)
    angle = 2 * np.pi * (x / 8 + y / 12)
    single = bars_of(np.stack([np.cos(angle), np.sin(angle)], axis=1))
    assert (single.n_points, len(single.bars[1])) == (24, 1)


@pytest.mark.parametrize(
    ("frequencies", "void"),
    [
        ((3, 17), (0.707, 1.334)),
        ((5, 23), (0.993, 1.362)),
        ((5, 23, 41), (1.126, 1.333)),
        ((1, 10), (0.516, 1.345)),
    ],
)
def test_voids_of_cyclic_orbits(frequencies: tuple[int, ...], void: tuple[float, float]) -> None:
    cloud = helix(97, frequencies, rng=np.random.default_rng(0))
    assert_bars(bars_of(cloud, max_degree=2).bars[2], [void], exactly=False)


@pytest.mark.parametrize(
    ("frequencies", "steps"),
    [((3, 17), [0.292, 0.682]), ((5, 23), [0.188, 0.985]), ((1, 10), [0.452, 0.471])],
)
def test_loops_of_a_torus_are_born_at_the_shortest_independent_steps(
    frequencies: tuple[int, ...], steps: list[float]
) -> None:
    """A step by s moves each circle by k s turns, along a chord."""
    bars = bars_of(helix(97, frequencies, rng=np.random.default_rng(0))).bars[1]
    angles = np.pi * np.outer(np.arange(1, 49), frequencies) / 97
    chords = np.sqrt((4 * np.sin(angles) ** 2).mean(axis=1))
    assert sorted(bars[:2, 0]) == pytest.approx(steps, abs=6e-4)
    assert all(np.abs(chords - birth).min() < 1e-9 for birth in bars[:2, 0])
    assert min(bars[:2, 0]) == pytest.approx(chords.min())


def test_voids_of_the_8_by_12_torus() -> None:
    x, y = np.divmod(np.arange(96), 12)
    cloud = unit_cloud(np.concatenate([circle(8)[x], circle(12)[y]], axis=1))
    voids = bars_of(cloud, max_degree=2).bars[2]
    assert_bars(voids, [(0.653, 1.339)], exactly=False)
    assert len(voids) == 43


def grid(*sides: int) -> NDArray[np.float64]:
    return np.stack(np.unravel_index(np.arange(np.prod(sides)), sides), axis=1).astype(float)


def walks(*sides: int) -> NDArray[np.float64]:
    """Distance along the edges of a grid."""
    return np.abs(grid(*sides)[:, None] - grid(*sides)).sum(axis=2)


def around(n: int) -> NDArray[np.float64]:
    """Distance along the edges of a cycle."""
    apart = np.abs(np.arange(n)[:, None] - np.arange(n))
    return np.minimum(apart, n - apart).astype(float)


def product(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of the distances in both factors."""
    ones_first, ones_second = np.ones_like(first), np.ones_like(second)
    return np.kron(first, ones_second) + np.kron(ones_first, second)


ROOT_2 = 2**0.5
CYLINDER = product(around(7), walks(7))
STEPS = np.concatenate(
    [np.repeat(circle(7) / (2 * np.sin(np.pi / 7)), 7, axis=0), np.tile(grid(7), (7, 1))], axis=1
)
METRICS = {
    "line": (walks(64), []),
    "grid": (distance_matrix(grid(7, 7)), [(1, ROOT_2)] * 36),
    "grid, walks": (walks(7, 7), [(1, 2)] * 36),
    "grid, roots": (np.sqrt(walks(7, 7)), [(1, ROOT_2)] * 36),
    "grid in space": (distance_matrix(grid(5, 5, 5)), [(1, ROOT_2)] * 176),
    "7-cube": (distance_matrix(grid(*[2] * 7)), [(1, ROOT_2)] * 321),
    "5-cube, walks": (walks(*[2] * 5), [(1, 2)] * 49),
    "cylinder": (distance_matrix(STEPS), [(1, 2.247)] + [(1, ROOT_2)] * 42),
    "cylinder, walks": (CYLINDER, [(1, 3)] + [(1, 2)] * 42),
    "cylinder, roots": (np.sqrt(CYLINDER), [(1, 3**0.5)] + [(1, ROOT_2)] * 42),
    "cycle, walks": (around(64), [(1, 22)]),
    "cycle, roots": (np.sqrt(around(64)), [(1, 22**0.5)]),
}


@pytest.mark.parametrize("name", METRICS)
def test_loops_of_metric_templates(name: str) -> None:
    distances, expected = METRICS[name]
    assert_bars(rips_diagrams(distances).bars[1], expected)


def test_a_noisy_line_has_only_short_loops() -> None:
    rng = np.random.default_rng(0)
    line = unit_cloud(np.arange(64.0)[:, None])
    cloud = np.concatenate([line, np.zeros((64, 5))], axis=1)
    bars = bars_of(cloud + 0.05 * rng.standard_normal(cloud.shape)).bars[1]
    assert np.diff(bars, axis=1).max(initial=0) <= 0.04


@pytest.mark.slow
@pytest.mark.parametrize(
    ("p", "n_frequencies", "one_loop", "all_loops"),
    [
        (97, 1, 1.0, 1.0),
        (97, 2, 0.22, 0.80),
        (97, 3, 0.32, 0.20),
        (97, 4, 0.42, 0.02),
        (97, 5, 0.40, 0.02),
        (113, 2, 0.18, 0.80),
        (113, 3, 0.25, 0.20),
        (113, 4, 0.25, 0.02),
        (113, 5, 0.28, 0.02),
    ],
)
def test_neither_one_loop_nor_one_for_each_frequency(
    p: int, n_frequencies: int, one_loop: float, all_loops: float
) -> None:
    """Shares of random frequency sets with one, and with D, bars longer than half the longest."""
    rng = np.random.default_rng(p + n_frequencies)
    n_draws = 60
    counts = []
    for _ in range(n_draws):
        frequencies = rng.choice(np.arange(1, p // 2 + 1), n_frequencies, replace=False)
        bars = bars_of(helix(p, frequencies.tolist(), d=2 * n_frequencies, rng=rng)).bars[1]
        lengths = bars[:, 1] - bars[:, 0]
        counts.append(int((lengths > lengths.max() / 2).sum()))
    # Four standard errors of our share and of one of theirs, from samples of like size.
    for number, share in ((1, one_loop), (n_frequencies, all_loops)):
        tolerance = 4 * np.sqrt(2 * max(share * (1 - share), 0.02) / n_draws)
        assert np.mean(np.array(counts) == number) == pytest.approx(share, abs=tolerance)
