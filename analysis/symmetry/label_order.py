"""Whether a cloud of a group shows the order in which its tokens were numbered.

A cyclic group has no first element: the labels 0, ..., n-1 of its tokens end somewhere, its law
does not. A curve through the tokens in the order of their labels that does not close obeys the
factor law at all pairs but those near its ends, too few for an R^2 over all pairs to see. Two tests
look where it differs.

*Seam.* A unit of one frequency, cos(2 pi k i / n + phase), whatever translation it breaks, has
the Gram matrix

    K(i, j) = c(i - j) + h(i + j),   indices modulo n,

so every sum of such units has, at any width: the c are circles, the h what makes them ellipses or
lines. What the nearest such matrix leaves of half the squared distances, in units of the mean
power of a token, is V. The pairs of shift s that wrap around are the s pairs (n - s, 0), ...,
(n - 1, s - 1), and

    T = sum over s of s^-2 (mean of V^2 over them) / sum over s of s^-2,   s <= n/4.

The null moves the seam to every other place of the cycle, n images in all. It is exact where
the law of the cloud is invariant under translations, whatever frequencies a network uses: the
p-value is the rank of T. Of n networks one has p = 1/n by chance, so the effect decides as well,
the *gap*

    sqrt(max(0, T - mean of T over all places)):

1 where half a squared distance across the seam differs by the power of a token from what the law
says; and the *contrast*, T over the upper quartile of other places: a cloud that joins irreps
breaks the law everywhere, and has no seam. All shifts count, short ones most: a rough curve is open
over a few tokens only. Squares, because a curve whose ends are out of phase is nearer than it
should be at some shifts. (The share R^2 of these pairs that the other pairs predict tells smooth
curves from circles, and misses a ramp beside circles, which is most of no pair.)

*Smoothness.* The mean frequency sum q_k |k| / sum q_k against its images under all automorphisms
k -> u k, exact where training prefers no frequency. Smooth curves have the least of all. So has,
by chance, one network in twenty at 5 %, hence it never refutes; it adds to a seam that is not
clear.

Labels may run through the cosets of a cyclic subgroup, as those of a product Z_a x Z_b in the order
of its pairs, or of a dihedral group, rotations first. Where every irrep has one frequency on the
subgroup, up to its sign, a unit alpha^T rho(x) beta is a cosine on each coset, and cosets are
tested all at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import MOST_SEAM_GAP
from symtheory.groups.group import Group
from symtheory.records import Json

from ..statistics.clouds import centered
from ..statistics.nulls import NullTest, Tail
from .token_cloud import TokenCloud

__all__ = ["LabelOrder", "check_label_order", "check_seam", "check_smoothness", "label_cycles"]

LEAST_CYCLE = 20
"""Below so many places of the seam no p-value can reach 5 %."""

_ALPHA = 0.05
_ROUNDING = 1e-9  # residuals of exact solutions, in units of the mean power


@dataclass(frozen=True, slots=True, eq=False)
class LabelOrder:
    """What a cloud shows of the order of its labels.

    Parameters
    ----------
    seam : NullTest
        T against its images under translations.
    smoothness : NullTest or None
        The mean frequency, as a share of the largest, against its images under automorphisms; None
        where there are none but inversion.
    """

    seam: NullTest
    smoothness: NullTest | None

    @property
    def gap(self) -> float:
        """How far the seam is open beyond other places, in units of the mean power of a token."""
        n_places = self.seam.n_draws + 1
        mean = (self.seam.observed + self.seam.draws.sum()) / n_places
        return float(np.sqrt(max(self.seam.observed - mean, 0)))

    @property
    def contrast(self) -> float:
        """What is left at the seam, in units of the upper quartile of other places."""
        elsewhere = float(np.quantile(self.seam.draws, 0.75))
        return self.seam.observed / max(elsewhere, _ROUNDING**2)

    @property
    def is_smooth(self) -> bool:
        """Whether frequencies are significantly low in the order of the labels."""
        return self.smoothness is not None and self.smoothness.p_value <= _ALPHA

    def conditions(self) -> dict[str, float]:
        """Return what the rule of L1 looks at."""
        return {
            "gap": self.gap,
            "contrast": self.contrast,
            "p of the seam": self.seam.p_value,
            "p of smoothness": 1.0 if self.smoothness is None else self.smoothness.p_value,
        }

    def to_dict(self) -> dict[str, Json]:
        """Return plain JSON values."""
        found: dict[str, Json] = {
            "gap": self.gap,
            "contrast": self.contrast,
            "seam_p_value": self.seam.p_value,
        }
        if self.smoothness is not None:
            found["mean_frequency"] = self.smoothness.observed
            found["mean_frequency_p_value"] = self.smoothness.p_value
        return found

    @property
    def note(self) -> str:
        """What a reader must know of a cloud that closes."""
        is_closed = self.gap <= MOST_SEAM_GAP and self.seam.p_value > _ALPHA
        if not is_closed or not self.is_smooth or self.smoothness is None:
            return ""
        return (
            f"smooth in the order of its labels (p = {self.smoothness.p_value:.2g}), as every "
            "closed smooth curve is and one network in twenty"
        )


def label_cycles(group: Group, coordinate: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return the tokens in the order of their labels, one row for each coset of a cyclic subgroup.

    Parameters
    ----------
    group : Group
    coordinate : (n,) int64
        Element of each token, -1 where it has none.

    Returns
    -------
    (n_cosets, length) int64 or None
        Indices of tokens. None where the labels are in no such order, or where an irrep may have
        several frequencies on the subgroup: its generator must be conjugate to nothing but itself
        and its inverse, as in abelian and dihedral groups.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> label_cycles(cyclic(5), np.array([1, 2, 0, 3, 4])) is None
    True
    >>> label_cycles(cyclic(5), np.array([1, 3, 0, 2, 4])).tolist()
    [[0, 1, 2, 3, 4]]
    """
    tokens = np.flatnonzero(coordinate >= 0)
    if len(tokens) != group.order:
        return None
    elements, table = coordinate[tokens], group.table
    identity = int(np.flatnonzero((table == np.arange(group.order)).all(axis=1))[0])
    inverses = np.argmax(table == identity, axis=1)
    before, after = elements[:-1], elements[1:]
    # Steps by which the labels are multiplied from the left, or else from the right.
    for steps in (table[after, inverses[before]], table[inverses[before], after]):
        step = int(steps[0])
        conjugates = table[table[np.arange(group.order), step], inverses]
        length = _order(step, table, identity)
        inside = np.arange(1, len(tokens)) % length != 0
        has_one_frequency = np.isin(conjugates, [step, inverses[step]]).all()
        if length > 1 and has_one_frequency and (steps[inside] == step).all():
            return np.asarray(tokens.reshape(-1, length))
    return None


def _order(element: int, table: NDArray[np.int64], identity: int) -> int:
    power, found = element, 1
    while power != identity:
        power, found = int(table[power, element]), found + 1
    return found


def check_label_order(cloud: TokenCloud, group: Group | None) -> LabelOrder | None:
    """Test a cloud for a seam and for smoothness; None where its labels run through no cycle."""
    cycles = None if group is None else label_cycles(group, cloud.coordinate)
    if cycles is None or cycles.shape[1] < LEAST_CYCLE:
        return None
    points = centered(cloud.points)[cycles]
    return LabelOrder(check_seam(points), check_smoothness(points))


def check_seam(cycles: NDArray[np.float64]) -> NullTest:
    """Test the step from the last token to the first against steps at all other places.

    Parameters
    ----------
    cycles : (n_cosets, n, d) float64
        Centered points in the order of their labels.

    Examples
    --------
    >>> angles = 2 * np.pi * np.arange(29)[:, None] / 29 * [3, 5]
    >>> circles = np.hstack([np.cos(angles), np.sin(angles)])
    >>> check_seam(circles[None]).p_value
    1.0
    >>> ramp = np.linspace(-1, 1, 29)[:, None]
    >>> round(check_seam(np.hstack([circles, ramp])[None]).p_value, 3)  # 1/29
    0.034
    """
    n = cycles.shape[1]
    places = np.arange(n, 2 * n)
    total, weight = np.zeros(n), 0.0
    left = [_left_of_distances(points) ** 2 for points in cycles]
    for shift in range(1, n // 4 + 1):
        here = np.arange(n)
        pairs = np.mean([matrix[here, (here + shift) % n] for matrix in left], axis=0)
        sums = np.concatenate([[0.0], np.cumsum(np.tile(pairs, 2))])
        total += (sums[places] - sums[places - shift]) / shift**3
        weight += shift**-2.0
    scale = (cycles**2).sum() / cycles[..., 0].size
    found = total / weight / scale**2
    found[found < _ROUNDING**2] = 0.0
    return NullTest(float(found[0]), found[1:])


def _left_of_distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what c(i - j) + h(i + j) leaves of half the squared distances, (n, n) float64.

    The two projections commute. For even n, i - j and i + j are even together, so matrices that
    know nothing but this are of both kinds, and are taken away once.
    """
    gram = points @ points.T
    n = len(gram)
    here = np.arange(n)
    difference = (here[:, None] - here) % n

    def mean_on(classes: NDArray[np.int64]) -> NDArray[np.float64]:
        sums = np.bincount(classes.ravel(), gram.ravel())
        return np.asarray((sums / np.bincount(classes.ravel()))[classes])

    both = mean_on(difference % 2 if n % 2 == 0 else np.zeros_like(difference))
    left = gram - mean_on(difference) - mean_on((here[:, None] + here) % n) + both
    return np.asarray((left.diagonal()[:, None] + left.diagonal()) / 2 - left)


def check_smoothness(cycles: NDArray[np.float64]) -> NullTest | None:
    """Test the mean frequency against its images under all automorphisms of the cycle.

    Parameters
    ----------
    cycles : (n_cosets, n, d) float64

    Examples
    --------
    >>> angles = 2 * np.pi * np.arange(29)[:, None] / 29
    >>> low = np.hstack([np.cos(angles), np.sin(angles)])[None]
    >>> round(check_smoothness(low).p_value, 3)  # the least of 14 images
    0.071
    """
    n = cycles.shape[1]
    power = (np.abs(np.fft.fft(cycles, axis=1)) ** 2).sum(axis=(0, 2))
    power[0] = 0.0
    frequencies = np.arange(n)
    units = [u for u in range(1, n // 2 + 1) if np.gcd(u, n) == 1]
    if len(units) < 2 or not power.sum() > 0:
        return None
    images = np.outer(units, frequencies) % n
    means = np.minimum(images, n - images) @ power / power.sum() / (n / 2)
    return NullTest(float(means[0]), means[1:], Tail.LOWER)
