"""Reference distributions, and the p-values that they give.

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

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError

__all__ = ["NullTest", "Tail", "binomial_bounds", "haar_frame", "label_permutations"]

# Equal statistics computed from differently ordered sums differ by less than this.
_RELATIVE_TIE, _ABSOLUTE_TIE = 1e-6, 1e-12


class Tail(StrEnum):
    """Which values of a statistic speak against the null."""

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


def label_permutations(n: int, n_draws: int, *, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw uniform relabelings of n tokens.

    Parameters
    ----------
    n : int
        Number of tokens.
    n_draws : int
        Number of relabelings.

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
    rows = np.tile(np.arange(n, dtype=np.int64), (n_draws, 1))
    return rng.permuted(rows, axis=1)


def haar_frame(n: int, k: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw k orthonormal functions on n tokens, uniform among those that sum to zero.

    A Gaussian matrix orthogonal to the constants is orthonormalized by QR with a positive
    diagonal, which makes the result exactly Haar distributed [1]_.

    Returns
    -------
    (n, k) float64

    Raises
    ------
    SpecError
        If k > n - 1: no more functions of mean zero are orthogonal.

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
    if not 1 <= k <= n - 1:
        raise SpecError(f"{n} tokens have {n - 1} orthogonal functions of mean zero, asked for {k}")
    gaussian = rng.standard_normal((n, k))
    q, r = np.linalg.qr(gaussian - gaussian.mean(axis=0))
    return np.asarray(q * np.sign(np.diag(r)))


def binomial_bounds(n_trials: int, rate: float, *, confidence: float = 0.999) -> tuple[int, int]:
    """Return the counts that a binomial variable lies between with at least this confidence.

    For calibration: a test of level ``rate`` run on ``n_trials`` true nulls rejects a number of
    them within these bounds.

    Examples
    --------
    >>> binomial_bounds(400, 0.05)
    (7, 36)
    """
    from scipy.special import bdtr

    below = bdtr(np.arange(n_trials + 1), n_trials, rate)  # P(count <= k)
    tail = (1 - confidence) / 2
    return int(np.argmax(below >= tail)), int(np.argmax(below >= 1 - tail))
