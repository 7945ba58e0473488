"""Estimators for scikit-learn [1]_: the tests of one embedding with ``fit`` and ``get_params``.

Each wraps one test of this layer. ``fit`` runs it on an (n_tokens, d) array whose rows stand in the
task's own token order, and what it finds is in attributes that end in an underscore. There is no
``predict``: what is estimated is a property of the whole cloud.

References
----------
.. [1] L. Buitinck et al., API design for machine learning software: experiences from the
   scikit-learn project, 2013, https://arxiv.org/abs/1309.0238
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from symtheory.errors import PredictionError
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Level

from .homology.shape import ShapeTest, check_shape
from .statistics.nulls import relabelings
from .symmetry.factor_law import check_law
from .symmetry.gram import GramTest
from .symmetry.procrustes import ProcrustesTest, check_procrustes
from .symmetry.spectrum import SpectrumTest, check_spectrum
from .symmetry.token_cloud import TokenCloud, make_token_cloud

__all__ = [
    "GramLaw",
    "IsotypicSpectrum",
    "OrbitTemplate",
    "PersistentShape",
    "RandomState",
    "generator",
]

RandomState: TypeAlias = "int | np.random.Generator | np.random.RandomState | None"
Result: TypeAlias = SpectrumTest | GramTest | ProcrustesTest | ShapeTest


def generator(random_state: RandomState) -> np.random.Generator:
    """Return a generator: the given one, or a new one from a seed, a legacy state or the system.

    Examples
    --------
    >>> bool(generator(3).integers(1000) == generator(3).integers(1000))
    True
    """
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**32, size=4, dtype=np.uint64))
    return np.random.default_rng(random_state)


class _Test(BaseEstimator, ABC):  # type: ignore[misc]  # it has no types
    """One claim about the geometry as an estimator.

    Attributes
    ----------
    result_
        The record of the test that was run.
    subject_ : TokenCloud
        The point cloud that was tested: one row per distinct token.
    null_ : NullTest
    effect_, p_value_ : float
    n_features_in_ : int
    """

    level: Level
    geometry: OperandGeometry
    random_state: RandomState

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: ARG002 - the name that pipelines use
        """Run the test on a cloud.

        Parameters
        ----------
        X : (n_tokens, d) array
            Row i is the vector of token i.
        y : ignored

        Raises
        ------
        ValueError
            If X is no matrix of finite numbers, or has another number of rows than tokens.
        PredictionError
            If the geometry does not support the test.
        """
        points = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        if self.level not in self.geometry.levels:
            supported = ", ".join(self.geometry.levels) or "none"
            raise PredictionError(
                f"{type(self).__name__} tests {self.level}, but the geometry of the "
                f"{self.geometry.role} embedding supports {supported}"
            )
        self.subject_ = make_token_cloud(Embedding(points, self.geometry.role), self.geometry)
        self.result_ = self._test(self.subject_, generator(self.random_state))
        self.null_ = self.result_.null
        self.effect_, self.p_value_ = self.null_.observed, self.null_.p_value
        return self

    @abstractmethod
    def _test(self, subject: TokenCloud, rng: np.random.Generator) -> Result:
        """Run the test that this estimator wraps, and set the attributes of its own."""


class _LabelTest(_Test):
    """A claim whose null relabels the tokens.

    Parameters
    ----------
    geometry : OperandGeometry
        The prediction, from ``predict(task).geometries[role]``.
    n_permutations : int
    random_state : None, int, Generator or RandomState
    """

    def __init__(
        self,
        geometry: OperandGeometry,
        *,
        n_permutations: int = 999,
        random_state: RandomState = None,
    ) -> None:
        self.geometry = geometry
        self.n_permutations = n_permutations
        self.random_state = random_state

    def _permutations(self, subject: TokenCloud, rng: np.random.Generator) -> NDArray[np.int64]:
        return relabelings(
            len(subject.points), self.n_permutations, rng=rng, exchangeable=subject.exchangeable
        )


class IsotypicSpectrum(_LabelTest):
    """L0, the power lies in few isotypic blocks; see `symtheory.analysis.symmetry.spectrum`.

    ``active_`` are the indices of the blocks above their white share, ``power_`` (n_blocks,) the
    shares of the power.

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> geometry = predict(named_task("modadd", p=29)).geometries[Role.X]
    >>> circle = 3 * geometry.blocks[4].basis
    >>> found = IsotypicSpectrum(geometry, random_state=0).fit(circle)
    >>> found.active_, found.p_value_, round(found.effect_, 3)
    ((4,), 0.001, 0.929)
    """

    level = Level.SPECTRUM

    def _test(self, subject: TokenCloud, rng: np.random.Generator) -> SpectrumTest:
        permutations = self._permutations(subject, rng)
        found = check_spectrum(subject.points, subject.blocks, permutations=permutations)
        self.active_, self.power_ = found.active, found.power
        return found


class GramLaw(_LabelTest):
    """L1, the Gram matrix is invariant under translations; see `symtheory.analysis.symmetry.gram`.

    ``gram_`` and ``projection_`` (n, n) are the centered Gram matrix and its invariant part, both
    with zero diagonal.
    """

    level = Level.GRAM

    def _test(self, subject: TokenCloud, rng: np.random.Generator) -> GramTest:
        permutations = self._permutations(subject, rng)
        found = check_law(subject, permutations=permutations)
        self.gram_, self.projection_ = found.gram, found.projection
        return found


class OrbitTemplate(_LabelTest):
    """L2, the points lie on the template; see `symtheory.analysis.symmetry.procrustes`.

    ``active_`` are the indices of the blocks of the template, ``radii_`` their radii and
    ``template_`` (n, r) its points.
    """

    level = Level.PROCRUSTES

    def _test(self, subject: TokenCloud, rng: np.random.Generator) -> ProcrustesTest:
        permutations, laws = self._permutations(subject, rng), subject.laws
        found = check_procrustes(
            subject.points, subject.blocks, permutations=permutations, laws=laws
        )
        self.active_, self.radii_ = found.template.active, found.radii
        self.template_ = found.template.points
        return found


class PersistentShape(_Test):
    """L3, the persistence diagrams are those of the template; see `symtheory.analysis.homology`.

    ``fit_p_value_`` is the p-value of the goodness of fit (small speaks against the template) and
    ``share_`` the share of the cloud that the template explains.

    Parameters
    ----------
    geometry : OperandGeometry
    active : sequence of int, optional
        The blocks of the template, by index, from another embedding of the network. By default they
        are chosen on X, and on every null cloud.
    n_haar, n_bootstrap : int
        Draws of the two nulls.
    random_state : None, int, Generator or RandomState
    """

    level = Level.HOMOLOGY

    def __init__(
        self,
        geometry: OperandGeometry,
        active: Sequence[int] | None = None,
        *,
        n_haar: int = 39,
        n_bootstrap: int = 19,
        random_state: RandomState = None,
    ) -> None:
        self.geometry = geometry
        self.active = active
        self.n_haar = n_haar
        self.n_bootstrap = n_bootstrap
        self.random_state = random_state

    def _test(self, subject: TokenCloud, rng: np.random.Generator) -> ShapeTest:
        found = check_shape(
            subject.points,
            subject.blocks,
            active=self.active,
            laws=subject.laws,
            rng=rng,
            orbits=subject.orbits,
            n_haar=self.n_haar,
            n_bootstrap=self.n_bootstrap,
        )
        self.fit_p_value_, self.share_ = found.fit.p_value, found.share
        return found
