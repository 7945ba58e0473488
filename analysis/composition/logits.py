"""Logit law: in each irrep the logits keep one of the three translations of x·y.

The three-way part T of the logits is what is left when all means over one token are removed: no sum
of functions of two tokens is in it. The law of units (docs/unit_law.md) makes it

    T(x, y, z) = sum over rho of  w_rho tr(A rho(x) B rho(y) C rho(z)^-1),

A, B, C positive. A = 1 iff the translation (ax, y, az) is kept, B = 1 iff (xb, b^-1 y, z) is, and
C = 1 iff (x, yc, zc) is. Where one of them is 1, T is in that irrep a function of (z^-1 x, y), of
(xy, z) or of (x, y z^-1). The effect is the share of T in these functions, the best translation
chosen for each irrep; irreps are orthogonal, so shares add.

With coefficients h of T in rho (x) rho (x) rho, all of this is contractions of one tensor of D^6
numbers per irrep, and the null, which permutes answers, one matrix product each.

Told beside it: the share in one irrep for all three tokens; of functions of one *word* (x y z^-1,
y z^-1 x, z^-1 x y: two translations kept); of sum w chi(x y z^-1), all three kept; and of the sum
above with A, B, C read off the embeddings and one weight per irrep (`.factors`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.composition import LOGITS
from symtheory.errors import PredictionError
from symtheory.groups.group import Group
from symtheory.records import Json, Role
from symtheory.representations.irreps import RealIrrep
from symtheory.representations.matrix_coefficients import coefficient_frame

from ..statistics.measurement import ClaimTest, Measurement
from ..statistics.nulls import NullTest, label_permutations
from .coefficients import irreps_of
from .factors import Factors, embedding_factors

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["LOGITS_TEST", "TRANSLATIONS", "LogitsTest", "check_logits", "margins", "three_way"]

TRANSLATIONS = ("left", "inner", "right")
"""(ax, y, az), (xb, b^-1 y, z), (x, yc, zc)."""

_KEPT = ("ijkliq->jklq", "ijjlpq->ilpq", "ijklpl->ijkp")
_WORDS = ("ijjlpl->ip", "ijklil->jk", "ijjliq->lq")  # left, inner, right broken, the others kept
_MOST_LOGITS = 30_000_000


@dataclass(frozen=True, slots=True, eq=False)
class LogitsTest:
    """Three-way part of logits by irrep; all shares are of its whole power.

    Parameters
    ----------
    names : tuple of str
        Of the irreps.
    power : (n_irreps,) float64
        Share in the irrep for all three tokens.
    kept : (n_irreps, 3) float64
        Share that keeps each of `TRANSLATIONS`.
    words : (n_irreps, 3) float64
        Share that keeps the two others.
    unbroken : (n_irreps,) float64
        Share that keeps all three.
    factors, weights : (n_irreps,) float64 or None
        Share of tr(A rho(x) B rho(y) C rho(z)^-1) with given factors, and w_rho.
    three_way : float
        Share of the three-way part in the power of the logits, each cell centered.
    margin, predicted_margin : float, float or None
        Mean over cells of the right answer's logit less the largest other, and of that sum.
    null : NullTest
    """

    names: tuple[str, ...]
    power: NDArray[np.float64]
    kept: NDArray[np.float64]
    words: NDArray[np.float64]
    unbroken: NDArray[np.float64]
    factors: NDArray[np.float64] | None
    weights: NDArray[np.float64] | None
    three_way: float
    margin: float
    predicted_margin: float | None
    null: NullTest

    def to_dict(self) -> dict[str, Json]:
        """Return the details as plain JSON values; irreps of at least .5 % of the power."""
        factors, weights = self.factors, self.weights
        irreps: dict[str, Json] = {}
        for i in np.argsort(-self.power):
            if self.power[i] < 0.005:
                break
            irreps[self.names[i]] = {
                "share": float(self.power[i]),
                "keeps": dict(zip(TRANSLATIONS, self.kept[i].tolist(), strict=True)),
                "breaks_only": dict(zip(TRANSLATIONS, self.words[i].tolist(), strict=True)),
                "unbroken": float(self.unbroken[i]),
                "factors": None if factors is None else float(factors[i]),
                "weight": None if weights is None else float(weights[i]),
            }
        return {
            "three_way": self.three_way,
            "one_irrep": float(self.power.sum()),
            "keeps_two": float(self.words.max(axis=1).sum()),
            "one_word": float(self.words.sum(axis=0).max()),
            "unbroken": float(self.unbroken.sum()),
            "factors": None if factors is None else float(factors.sum()),
            "margin": self.margin,
            "predicted_margin": self.predicted_margin,
            "irreps": irreps,
        }


def three_way(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return logits without any mean over one token, (n, n, n) float64.

    Examples
    --------
    >>> sums = np.add.outer(np.arange(9).reshape(3, 3) ** 2, [0, 5, 1])
    >>> bool(np.allclose(three_way(sums), 0))
    True
    """
    found = np.array(logits, dtype=np.float64)
    for axis in range(3):
        found -= found.mean(axis=axis, keepdims=True)
    return found


def margins(logits: NDArray[np.floating], group: Group) -> NDArray[np.float64]:
    """Return the logit of xy less the largest other at every cell, (n, n) float64."""
    others = np.array(logits, dtype=np.float64)
    right = np.take_along_axis(others, group.table[..., None], axis=2)
    np.put_along_axis(others, group.table[..., None], -np.inf, axis=2)
    return np.asarray(right[..., 0] - others.max(axis=2))


def check_logits(
    logits: NDArray[np.floating],
    group: Group,
    *,
    rng: np.random.Generator,
    n_draws: int = 199,
    factors: Sequence[Factors] | None = None,
) -> LogitsTest:
    """Test the three-way part of logits for translations that it keeps.

    Parameters
    ----------
    logits : (n, n, n) float
        By elements x, y, z of the group.
    group : Group
    rng : numpy.random.Generator
    n_draws : int
        Permutations of the answers.
    factors : sequence of Factors, optional
        Of each irrep but the trivial one.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> group = symmetric(4)
    >>> rho = irreps_of(group)[3].matrices
    >>> weight = np.diag([1.0, 0.2, 0.0])  # the inner translation is broken
    >>> products = np.einsum("xij,jk,ykl->xyil", rho, weight, rho)
    >>> logits = np.einsum("xyil,zil->xyz", products, rho)
    >>> test = check_logits(logits, group, rng=np.random.default_rng(0))
    >>> test.null, [round(share, 3) for share in test.kept[3].tolist()]
    (NullTest(1, p = 0.005, 199 draws), [1.0, 0.462, 1.0])
    """
    part = three_way(logits)
    total = float((part**2).sum())
    if total <= 0:
        raise PredictionError("the logits are sums of functions of two tokens")
    irreps, n = irreps_of(group), group.order
    moves = label_permutations(n, n_draws, rng=rng)
    power, unbroken = np.zeros(len(irreps)), np.zeros(len(irreps))
    kept, words = np.zeros((len(irreps), 3)), np.zeros((len(irreps), 3))
    share, weights = np.zeros(len(irreps)), np.zeros(len(irreps))
    draws = np.zeros(n_draws)
    for i, irrep in enumerate(irreps):
        half = _half_transform(part, irrep)
        functions = coefficient_frame(irrep)
        found = _tensor(half, functions)
        power[i] = (found**2).sum() / total
        kept[i] = _kept(found, irrep) / total
        words[i], unbroken[i] = _words(found, irrep)
        if factors is not None:
            share[i], weights[i] = _fit(found, irrep, factors[i])
        for j, move in enumerate(moves):
            draws[j] += _kept(_tensor(half, functions[move]), irrep).max() / total
    at_cells = np.array(logits, dtype=np.float64)
    at_cells -= at_cells.mean(axis=2, keepdims=True)
    predicted = None
    if factors is not None:
        predicted = float(margins(_fitted(irreps, factors, weights), group).mean())
    return LogitsTest(
        names=tuple(irrep.name for irrep in irreps),
        power=power,
        kept=kept,
        words=words / total,
        unbroken=unbroken / total,
        factors=None if factors is None else share / total,
        weights=None if factors is None else weights,
        three_way=total / float((at_cells**2).sum()),
        margin=float(margins(logits, group).mean()),
        predicted_margin=predicted,
        null=NullTest(float(kept.max(axis=1).sum()), draws),
    )


def _half_transform(part: NDArray[np.float64], irrep: RealIrrep) -> NDArray[np.float64]:
    """Coefficients in x and y, (D^2 * D^2, n): the answers are left as they are."""
    functions = coefficient_frame(irrep)
    n = len(functions)
    in_x = (functions.T @ part.reshape(n, n * n)).reshape(-1, n, n)
    in_xy = np.matmul(functions.T, in_x)  # (D^2 of x, D^2 of y, n)
    return np.asarray(in_xy.reshape(-1, n))


def _tensor(half: NDArray[np.float64], functions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients in rho (x) rho (x) rho, with the rows and columns of x, y, z in this order."""
    dimension = round(functions.shape[1] ** 0.5)
    return np.asarray((half @ functions).reshape((dimension,) * 6))


def _kept(found: NDArray[np.float64], irrep: RealIrrep) -> NDArray[np.float64]:
    """Power that keeps each translation, (3,)."""
    scale = irrep.commutant / irrep.dimension
    return np.array([scale * (np.einsum(rule, found) ** 2).sum() for rule in _KEPT])


def _words(found: NDArray[np.float64], irrep: RealIrrep) -> tuple[NDArray[np.float64], float]:
    """Power that breaks one translation at most, (3,), and that breaks none."""
    scale = (irrep.commutant / irrep.dimension) ** 2
    matrices = [np.einsum(rule, found) for rule in _WORDS]
    unbroken = scale * np.trace(matrices[0]) ** 2 / irrep.dimension
    return np.array([scale * (matrix**2).sum() for matrix in matrices]), float(unbroken)


def _fit(found: NDArray[np.float64], irrep: RealIrrep, factors: Factors) -> tuple[float, float]:
    """Power of the best multiple of tr(A rho(x) B rho(y) C rho(z)^-1), and that multiple."""
    a, b, c = factors.left, factors.inner, factors.right
    product = float(np.einsum("pi,jk,lq,ijklpq->", a, b, c, found, optimize=True))
    size = (a**2).sum() * (b**2).sum() * (c**2).sum()
    n, commutant = len(irrep.matrices), irrep.commutant
    weight = product * commutant**0.5 * (irrep.dimension / n) ** 1.5 / size
    return product**2 * commutant**2 / size, weight


def _fitted(
    irreps: Sequence[RealIrrep], factors: Sequence[Factors], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sum over the irreps of w tr(A rho(x) B rho(y) C rho(z)^-1), (n, n, n)."""
    n = len(irreps[0].matrices)
    found = np.zeros((n * n, n))
    for irrep, each, weight in zip(irreps, factors, weights, strict=True):
        if weight:
            rho = irrep.matrices
            left, right = each.left @ rho @ each.inner, weight * (rho @ each.right)
            products = np.einsum("xij,yjk->xyik", left, right, optimize=True)
            found += products.reshape(n * n, -1) @ rho.reshape(n, -1).T
    return found.reshape(n, n, n)


def _measure(network: "Network", role: Role) -> Measurement[LogitsTest]:  # noqa: ARG001
    task = network.composition
    if task is None:
        raise PredictionError("the task is not composition in a group")
    if network.logits is None:
        raise PredictionError("the network cannot be called")
    if task.group.order**3 > _MOST_LOGITS:
        raise PredictionError(f"{task.group.order}^3 logits are too many to be taken apart")
    points = {role: embedding.points for role, embedding in network.embeddings.items()}
    logits = np.asarray(network.logits(points))[np.ix_(task.x, task.y, task.z)]
    test = check_logits(
        logits,
        task.group,
        rng=network.rng,
        n_draws=min(network.n_permutations, 199),
        factors=embedding_factors(network.embeddings, task),
    )
    told = test.to_dict()
    said = f"keeps two {told['keeps_two']:.2f}, all three {told['unbroken']:.2f}"
    return Measurement(test, test.null, n_tokens=task.group.order, details=told, note=said)


LOGITS_TEST = ClaimTest(LOGITS, _measure, needs="logits")
