"""Tail of a cloud beyond the natural coordinates, under each of three principles.

Let U be an orthonormal basis of the functions orthogonal to the constants and to the natural
coordinates, and Y = U^T E the cloud there. The model of a principle with Gram matrix G is

    Y = c (I + t U^T G U)^(1/2) Z,

Z with a distribution that no rotation of the functions changes: any singular values, any
dependence between coordinates of space. The low-rank principle has G = 0: only noise is left. For
a Gaussian Z, and up to constants, -2 / d log likelihood is n' log mean_i(s_i / (1 + t g_i)) +
sum_i log(1 + t g_i) with c profiled out, n' the number of functions, g_i the eigenvalues of U^T G
U and s_i the power of Y along its eigenvectors; t >= 0 is fitted on a grid, for every principle
the same. The likelihood only measures; no distribution is taken from it.

The claim is that of the square root. It is compared with each rival that predicts another tail by
the difference of log likelihoods, in nats a function and coordinate. The null of a rival keeps its
fitted model and the singular values of its residual Z, and turns the singular vectors of Z at
random (Haar): exact for known t. The p-value of the claim is the larger of the two, because both
rivals must go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.metric import LEAST_TAIL, TAIL, TAIL_COSINE
from symtheory.errors import PredictionError
from symtheory.geometry.metric.metric_geometry import MetricGeometry
from symtheory.geometry.metric.principles import Principle, predicted_tail, tail_basis
from symtheory.records import Json, Outcome, Role

from ..statistics.clouds import centered
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["TAIL_TEST", "TailTest", "check_tail"]

# t = 0 is the low-rank principle, so that no other one can be less likely than it.
_WEIGHTS = np.concatenate([[0.0], np.logspace(-2, 4, 61)])


@dataclass(frozen=True, slots=True, eq=False)
class TailTest:
    """The tail of a cloud against those of the principles.

    Parameters
    ----------
    log_likelihoods : mapping of Principle to float
        For each function and coordinate, less that of the low-rank principle; principles of one
        prediction have the same.
    cosines : mapping of Principle to float
        Between the learned and the predicted Gram matrix of the tail, both less their mean
        eigenvalue; none for a principle without tail.
    nulls : mapping of Principle to NullTest
        Gain in likelihood of the square root over each rival, under that rival.
    share : float
        Share of the variance of the cloud that lies in its tail.
    """

    log_likelihoods: Mapping[Principle, float]
    cosines: Mapping[Principle, float]
    nulls: Mapping[Principle, NullTest]
    share: float

    @property
    def decisive(self) -> NullTest:
        """The null of the rival that is harder to exclude."""
        return max(self.nulls.values(), key=lambda null: null.p_value)

    @property
    def best(self) -> Principle:
        """The principle of the greatest likelihood, the simplest of those that tie."""
        return max(Principle, key=lambda p: round(self.log_likelihoods[p], 9))


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    values: NDArray[np.float64]  # g_i, of mean 1
    vectors: NDArray[np.float64]

    def power(self, cloud: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(((self.vectors.T @ cloud) ** 2).sum(axis=1))

    def fit(self, power: NDArray[np.float64]) -> tuple[float, float]:
        """Return the log likelihood for each function and coordinate, and t."""
        variances = 1 + np.outer(_WEIGHTS, self.values)
        scales = (power / variances).mean(axis=1)
        costs = np.log(scales) + np.log(variances).mean(axis=1)
        best = int(costs.argmin())
        return -0.5 * float(costs[best]), float(_WEIGHTS[best])


def check_tail(
    cloud: NDArray[np.float64],
    geometry: MetricGeometry,
    *,
    rng: np.random.Generator,
    n_draws: int = 99,
) -> TailTest:
    """Compare the tail of a cloud with those of the three principles.

    Parameters
    ----------
    cloud : (n, d) float64
    geometry : MetricGeometry
    rng : numpy.random.Generator
    n_draws : int
        Random turns for each rival.

    Raises
    ------
    PredictionError
        If the square root predicts no tail, fewer than 8 functions are left for one, or the cloud
        has nothing there.
    """
    groups = geometry.rivals
    own = next(group for group in groups if Principle.SQUARE_ROOT in group)
    if Principle.LOW_RANK in own:
        raise PredictionError(
            f"the natural coordinates of {geometry.graph.name} are the whole square-root embedding:"
            " it has no tail"
        )
    basis = tail_basis(geometry.natural)
    if basis.shape[1] < LEAST_TAIL:
        raise PredictionError(
            f"{basis.shape[1]} functions are left beyond the natural coordinates, fewer than "
            f"{LEAST_TAIL}"
        )
    points = centered(cloud)
    left, singular, _ = np.linalg.svd(basis.T @ points, full_matrices=False)
    share = float((singular**2).sum() / (points**2).sum())
    if share < 1e-12:
        raise PredictionError("the cloud has nothing beyond the natural coordinates")
    kept = singular > 1e-9 * singular[0]
    # Right singular vectors are directions of space, which no power s_i depends on.
    tail = left[:, kept] * (singular[kept] / np.sqrt((singular**2).mean()))
    models = {group[0]: _model(group[0], geometry, basis) for group in groups}
    target = models[own[0]]
    fits = {name: model.fit(model.power(tail)) for name, model in models.items()}
    reference = fits[Principle.LOW_RANK][0]
    nulls = {
        name: NullTest(
            fits[own[0]][0] - fits[name][0],
            _turned(tail, model, fits[name][1], target, n_draws, rng=rng),
        )
        for name, model in models.items()
        if name not in own
    }
    return TailTest(
        log_likelihoods={p: fits[group[0]][0] - reference for group in groups for p in group},
        cosines={
            p: _cosine(tail, models[group[0]])
            for group in groups
            for p in group
            if models[group[0]].values.any()
        },
        nulls=nulls,
        share=share,
    )


def _model(principle: Principle, geometry: MetricGeometry, basis: NDArray[np.float64]) -> _Model:
    predicted = predicted_tail(principle, geometry.graph, geometry.natural)
    values, vectors = np.linalg.eigh(basis.T @ predicted @ basis)
    values = values.clip(min=0)
    mean = float(values.mean())
    return _Model(values / mean if mean > 0 else values, vectors)


def _turned(
    tail: NDArray[np.float64],
    rival: _Model,
    weight: float,
    target: _Model,
    n_draws: int,
    *,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return the gain of the target over the rival where the rival's residual means nothing."""
    deviations = np.sqrt(1 + weight * rival.values)[:, None]
    spread = np.linalg.svd((rival.vectors.T @ tail) / deviations, compute_uv=False)
    # Draws are in the eigenvectors of the rival; the target reads its power along its own.
    across = target.vectors.T @ rival.vectors
    gains = np.empty(n_draws)
    for i in range(n_draws):
        frame, upper = np.linalg.qr(rng.standard_normal((len(deviations), len(spread))))
        # QR alone is not Haar: R must have a positive diagonal, hence the signs.
        drawn = deviations * (frame * np.sign(np.diag(upper)) * spread)
        # Both models fit t again, as they did to the cloud.
        gain, _ = target.fit(((across @ drawn) ** 2).sum(axis=1))
        gains[i] = gain - rival.fit((drawn**2).sum(axis=1))[0]
    return gains


def _cosine(tail: NDArray[np.float64], model: _Model) -> float:
    gram = tail @ tail.T
    gram -= np.trace(gram) / len(gram) * np.eye(len(gram))
    values = model.values - model.values.mean()
    predicted = (model.vectors * values) @ model.vectors.T
    scale = float(np.linalg.norm(gram) * np.linalg.norm(values))
    return float(np.vdot(gram, predicted)) / scale if scale > 0 else 0.0


_TURNS = 99
"""Random turns for each rival: enough to pass Holm's correction for five claims at 5 %."""


def _measure(network: "Network", role: Role) -> Measurement[TailTest] | str:
    cloud = network.centered_points(role)
    test = check_tail(cloud, network.metric_geometry, rng=network.rng, n_draws=_TURNS)
    likelihoods: dict[str, Json] = {str(p): value for p, value in test.log_likelihoods.items()}
    cosines: dict[str, Json] = {str(p): value for p, value in test.cosines.items()}
    return Measurement(
        test,
        test.decisive,
        least_p=1 / (1 + test.decisive.n_draws),  # nothing is relabeled: ties mean nothing
        n_tokens=len(cloud),
        details={
            "best": str(test.best),
            "share": test.share,
            "log_likelihoods": likelihoods,
            "cosines": cosines,
            "p_values": {str(p): rival.p_value for p, rival in test.nulls.items()},
        },
        note=f"likeliest: {test.best}",
        summary={
            "tail_share": test.share,
            "tail_best": str(test.best),
            "tail_log_likelihoods": likelihoods,
            "tail_cosines": cosines,
        },
    )


def _decide(found: Measurement[TailTest], case: Case) -> Decision:
    """Ask beside the likelihood that the tail points the way that is predicted."""
    outcome, note = against_floor(found, case)
    cosine = found.test.cosines[Principle.SQUARE_ROOT]
    if outcome is Outcome.HELD and cosine < TAIL_COSINE:
        outcome = Outcome.REFUTED
        note = f"likelier than its rivals, but its cosine of {cosine:.2f} is below {TAIL_COSINE:g}"
    return outcome, note


TAIL_TEST = ClaimTest(TAIL, _measure, _decide)
