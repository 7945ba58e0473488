"""Null distributions and their p-values: label permutations and Haar frames.

Two nulls serve all levels. *Label permutation* says that the cloud is what it is but its labels
mean nothing: exact under exchangeable rows, with no model of the cloud. *Haar frames* say that
the cloud keeps its singular values but its left singular vectors are uniform among the frames
orthogonal to the constant vector: for statistics that cannot see labels at all.

A p-value is (1 + #{null at least as extreme}) / (1 + #null), which is never 0 and is valid for
any number of draws [1]_. What is selected on the data (irreps, radii) must be selected again on
every draw; the functions of this layer do so.

References
----------
.. [1] B. Phipson, G. K. Smyth, Permutation P-values Should Never Be Zero, 2010,
   https://doi.org/10.2202/1544-6115.1585
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations, product
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError

__all__ = ["NullTest", "Tail", "class_means", "haar_frame", "label_permutations", "relabelings"]

# Equal statistics computed from differently ordered sums differ by less than this.
_RELATIVE_TIE, _ABSOLUTE_TIE = 1e-6, 1e-12


class Tail(StrEnum):
    """Tail of a null: the values of a statistic that speak against it."""

    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, eq=False)
class NullTest:
    """An observed statistic beside draws of it under the null.

    Parameters
    ----------
    observed : float
    draws : (n_draws,) float64
    tail : Tail
        UPPER where large values speak against the null (the default), LOWER where small ones do.

    Examples
    --------
    >>> test = NullTest(0.9, np.linspace(0, 1, 99))
    >>> round(test.p_value, 2), round(test.mean, 2), round(test.critical_value, 2)
    (0.11, 0.5, 0.95)
    >>> NullTest(0.9, np.linspace(0, 1, 99), Tail.LOWER).p_value
    0.9
    """

    observed: float
    draws: NDArray[np.float64]
    tail: Tail = Tail.UPPER

    def __post_init__(self) -> None:
        if not len(self.draws):
            raise SpecError("a null distribution needs at least one draw, none was given")

    def __repr__(self) -> str:
        return f"NullTest({self.observed:.4g}, p = {self.p_value:.4g}, {self.n_draws} draws)"

    @property
    def n_draws(self) -> int:
        """Number of null draws."""
        return len(self.draws)

    @property
    def p_value(self) -> float:
        """(1 + number of draws at least as extreme as the observed value) / (1 + n_draws)."""
        if self.tail is Tail.UPPER:
            extreme = self.draws >= self.observed - self._slack
        else:
            extreme = self.draws <= self.observed + self._slack
        return float((1 + extreme.sum()) / (1 + self.n_draws))

    @property
    def least_p_value(self) -> float:
        """Least p-value that this null can give: draws that tie with the observed value count.

        Relabelings that are symmetries of the statistic return the observed value itself. Where
        they are a share s of all relabelings (5 tokens on a circle: 20 of 120), no cloud
        whatever can have p below s, and the test has no power at levels under it.
        """
        ties = np.abs(self.draws - self.observed) <= self._slack
        return float((1 + ties.sum()) / (1 + self.n_draws))

    @property
    def _slack(self) -> float:
        return _RELATIVE_TIE * abs(self.observed) + _ABSOLUTE_TIE

    @property
    def mean(self) -> float:
        """Mean of the draws."""
        return float(self.draws.mean())

    @property
    def critical_value(self) -> float:
        """The 95 % quantile of the draws (of the 5 % one for the lower tail)."""
        return float(np.quantile(self.draws, 0.95 if self.tail is Tail.UPPER else 0.05))


def label_permutations(
    n: int,
    n_draws: int,
    *,
    rng: np.random.Generator,
    exchangeable: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Draw uniform relabelings of n tokens.

    Parameters
    ----------
    n : int
        Number of tokens.
    n_draws : int
        Number of relabelings.
    exchangeable : (n,) int64, optional
        Only tokens of one class trade places; by default all do.

    Returns
    -------
    (n_draws, n) int64
        Each row is a permutation pi; the relabeled cloud is ``cloud[pi]``.

    Examples
    --------
    >>> draws = label_permutations(5, 3, rng=np.random.default_rng(0))
    >>> draws.shape, np.sort(draws, axis=1).tolist() == [[0, 1, 2, 3, 4]] * 3
    ((3, 5), True)
    """
    classes = np.zeros(n, dtype=np.int64) if exchangeable is None else exchangeable
    permutations = np.empty((n_draws, n), dtype=np.int64)
    for chosen in np.unique(classes):
        members = np.flatnonzero(classes == chosen)
        permutations[:, members] = rng.permuted(np.tile(members, (n_draws, 1)), axis=1)
    return permutations


MOST_ENUMERATED = 8
"""Most tokens of which all relabelings are listed: 40,319 beside the unmoved one."""


def relabelings(
    n: int,
    n_draws: int,
    *,
    rng: np.random.Generator,
    exchangeable: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Return all relabelings but the unmoved one of up to eight tokens, and draw them of more.

    With all of them p = (1 + number at least as extreme) / (1 + number) is the share of all
    relabelings that are, the observed one among them, which no draw of another seed changes.

    Parameters
    ----------
    n, n_draws, rng, exchangeable
        As of `label_permutations`; all relabelings are listed whatever ``n_draws`` is.

    Examples
    --------
    >>> relabelings(3, 99, rng=np.random.default_rng(0)).tolist()
    [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    """
    classes = np.zeros(n, dtype=np.int64) if exchangeable is None else exchangeable
    members = [np.flatnonzero(classes == chosen) for chosen in np.unique(classes)]
    n_others = prod(factorial(len(own)) for own in members) - 1
    if n > MOST_ENUMERATED or not n_others:
        return label_permutations(n, n_draws, rng=rng, exchangeable=exchangeable)
    return np.fromiter(_others(members, n), dtype=np.dtype((np.int64, n)), count=n_others)


def _others(members: list[NDArray[np.int64]], n: int) -> Iterator[NDArray[np.int64]]:
    orders = product(*(permutations(own.tolist()) for own in members))
    next(orders)  # the unmoved one comes first
    for order in orders:
        found = np.empty(n, dtype=np.int64)
        for own, moved in zip(members, order, strict=True):
            found[own] = moved
        yield found


def haar_frame(
    n: int, k: int, *, rng: np.random.Generator, orbits: NDArray[np.int64] | None = None
) -> NDArray[np.float64]:
    """Draw k orthonormal functions on n tokens, uniform among those that sum to zero.

    A Gaussian matrix orthogonal to the constants is orthonormalized by QR with a positive
    diagonal, which makes the result exactly Haar distributed [1]_.

    Parameters
    ----------
    n, k : int
    orbits : (n,) int64, optional
        The functions sum to zero on each class of tokens; by default on all tokens together.

    Returns
    -------
    (n, k) float64

    Raises
    ------
    SpecError
        If k > n - 1 (n less the number of classes): no more such functions are orthogonal.

    Examples
    --------
    >>> frame = haar_frame(6, 2, rng=np.random.default_rng(0))
    >>> np.allclose(frame.T @ frame, np.eye(2)), np.allclose(frame.sum(axis=0), 0)
    (True, True)

    References
    ----------
    .. [1] F. Mezzadri, How to generate random matrices from the classical compact groups, 2007,
       https://arxiv.org/abs/math-ph/0609050
    """
    n_most = n - (1 if orbits is None else len(np.unique(orbits)))
    if not 1 <= k <= n_most:
        raise SpecError(
            f"{n} tokens have {n_most} orthogonal functions of mean zero, asked for {k}"
        )
    gaussian = rng.standard_normal((n, k))
    q, r = np.linalg.qr(gaussian - class_means(gaussian, orbits))
    return np.asarray(q * np.sign(np.diag(r)))


def class_means(
    values: NDArray[np.float64], classes: NDArray[np.int64] | None
) -> NDArray[np.float64]:
    """Return the mean of the rows in each row's class, (n, k) float64; None is one class of all.

    Examples
    --------
    >>> class_means(np.array([[0.0], [2.0], [9.0]]), np.array([0, 0, 1])).tolist()
    [[1.0], [1.0], [9.0]]
    """
    if classes is None:
        return np.broadcast_to(values.mean(axis=0), values.shape)
    names, numbers = np.unique(classes, return_inverse=True)
    sums = np.zeros((len(names), values.shape[1]))
    np.add.at(sums, numbers, values)
    return np.asarray((sums / np.bincount(numbers)[:, None])[numbers])
