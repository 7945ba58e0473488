"""The tests of one embedding as estimators with the manners of scikit-learn [1]_.

Each wraps one test of this layer and adds nothing to it: parameters are kept as given, ``fit`` runs
the test on an (n_tokens, d) array whose rows stand in the task's own token order, and what it finds
is in attributes that end in an underscore. ``sklearn.base.clone`` and ``set_params`` work;
scikit-learn itself is not needed. There is no ``predict``: what is estimated is a property of the
whole cloud.

References
----------
.. [1] L. Buitinck et al., API design for machine learning software: experiences from the
   scikit-learn project, 2013, https://arxiv.org/abs/1309.0238
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, Self, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Level

from .homology.shape import ShapeTest, check_shape
from .statistics.nulls import NullTest, label_permutations
from .symmetry.gram import GramTest, check_gram
from .symmetry.procrustes import ProcrustesTest, check_procrustes
from .symmetry.spectrum import SpectrumTest, check_spectrum
from .symmetry.token_cloud import Subject, subject_of

__all__ = [
    "GramLaw",
    "IsotypicSpectrum",
    "OrbitTemplate",
    "PersistentShape",
    "RandomState",
    "generator",
]

RandomState: TypeAlias = "int | np.random.Generator | np.random.RandomState | None"
Result = TypeVar("Result", SpectrumTest, GramTest, ProcrustesTest, ShapeTest)


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


class _LevelTest(ABC, Generic[Result]):
    """One level of the ladder as an estimator.

    Attributes
    ----------
    result_
        The record of the test that was run.
    subject_ : Subject
        What the test saw of X: rows that theory speaks of, twins merged.
    null_ : NullTest
    effect_, p_value_ : float
    n_features_in_ : int
    """

    level: Level
    geometry: OperandGeometry
    random_state: RandomState
    result_: Result

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: ARG002 - the name that pipelines use
        """Run the test on a cloud.

        Parameters
        ----------
        X : (n_tokens, d) array
            Row i is the vector of token i.
        y : ignored

        Raises
        ------
        SpecError
            If X is no matrix of finite numbers, or has another number of rows than tokens.
        PredictionError
            If the geometry does not support the level.
        """
        if self.level not in self.geometry.levels:
            supported = ", ".join(self.geometry.levels) or "none"
            raise PredictionError(
                f"{type(self).__name__} tests {self.level}, but the geometry of the "
                f"{self.geometry.role} embedding supports {supported}"
            )
        embedding = Embedding(np.asarray(X), self.geometry.role)
        self.subject_: Subject = subject_of(embedding, self.geometry)
        self.result_ = self._test(self.subject_, generator(self.random_state))
        self.null_: NullTest = self.result_.null
        self.effect_: float = self.null_.observed
        self.p_value_: float = self.null_.p_value
        self.n_features_in_: int = embedding.points.shape[1]
        return self

    @abstractmethod
    def _test(self, subject: Subject, rng: np.random.Generator) -> Result:
        """Run the test that this estimator wraps."""

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return [name for name in inspect.signature(cls).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, object]:  # noqa: ARG002 - `clone` gives it
        """Return the parameters by name; ``deep`` makes no difference here."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **params: object) -> Self:
        """Change parameters by name.

        Raises
        ------
        SpecError
            If there is no parameter of that name.
        """
        names = self._parameter_names()
        for name, value in params.items():
            if name not in names:
                raise SpecError(
                    f"{type(self).__name__} has no parameter {name!r}, only {', '.join(names)}"
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"{type(self).__name__}({values})"


class _LabelTest(_LevelTest[Result]):
    """A level whose null relabels the tokens.

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

    def _permutations(self, subject: Subject, rng: np.random.Generator) -> NDArray[np.int64]:
        return label_permutations(
            len(subject.points), self.n_permutations, rng=rng, exchangeable=subject.exchangeable
        )


class IsotypicSpectrum(_LabelTest[SpectrumTest]):
    """L0, see `symtheory.analysis.symmetry.spectrum`: the power lies in few isotypic blocks.

    Besides what all have, ``active_`` are the indices of the blocks above their white share and
    ``power_`` (n_blocks,) the shares of the power.

    Parameters
    ----------
    geometry : OperandGeometry
    n_permutations : int
    random_state : None, int, Generator or RandomState

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

    def _test(self, subject: Subject, rng: np.random.Generator) -> SpectrumTest:
        permutations = self._permutations(subject, rng)
        found = check_spectrum(subject.points, subject.blocks, permutations=permutations)
        self.active_, self.power_ = found.active, found.power
        return found


class GramLaw(_LabelTest[GramTest]):
    """L1, the Gram matrix is invariant under translations, see `symtheory.analysis.symmetry.gram`.

    Besides what all have, ``gram_`` and ``projection_`` (n, n) are the centered Gram matrix and its
    invariant part, both with zero diagonal.

    Parameters
    ----------
    geometry : OperandGeometry
    n_permutations : int
    random_state : None, int, Generator or RandomState

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> geometry = predict(named_task("modadd", p=29)).geometries[Role.X]
    >>> found = GramLaw(geometry, random_state=0).fit(geometry.blocks[4].basis)
    >>> round(found.effect_, 9), found.p_value_
    (1.0, 0.001)
    """

    level = Level.GRAM

    def _test(self, subject: Subject, rng: np.random.Generator) -> GramTest:
        permutations = self._permutations(subject, rng)
        found = check_gram(subject.points, subject.orbitals, permutations=permutations)
        self.gram_, self.projection_ = found.gram, found.projection
        return found


class OrbitTemplate(_LabelTest[ProcrustesTest]):
    """L2, the points lie on the template, see `symtheory.analysis.symmetry.procrustes`.

    Besides what all have, ``active_`` are the indices of the blocks of the template, ``radii_``
    their radii and ``template_`` (n, r) its points.

    Parameters
    ----------
    geometry : OperandGeometry
    n_permutations : int
    random_state : None, int, Generator or RandomState

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> geometry = predict(named_task("modadd", p=29)).geometries[Role.X]
    >>> found = OrbitTemplate(geometry, random_state=0).fit(geometry.blocks[4].basis)
    >>> round(found.effect_, 9), found.active_, found.p_value_
    (1.0, (4,), 0.001)
    """

    level = Level.PROCRUSTES

    def _test(self, subject: Subject, rng: np.random.Generator) -> ProcrustesTest:
        found = check_procrustes(
            subject.points,
            subject.blocks,
            permutations=self._permutations(subject, rng),
            shapes=subject.shapes,
        )
        self.active_, self.radii_ = found.template.active, found.radii
        self.template_ = found.template.points
        return found


class PersistentShape(_LevelTest[ShapeTest]):
    """L3, see `symtheory.analysis.homology.shape`: the diagrams are those of the template.

    Besides what all have, ``fit_p_value_`` is the p-value of the goodness of fit (small speaks
    against the template) and ``share_`` the share of the cloud that the template explains.

    Parameters
    ----------
    geometry : OperandGeometry
    active : sequence of int, optional
        The blocks of the template, by index, from another embedding of the network. By default they
        are chosen on X, and on every null cloud.
    n_haar, n_bootstrap : int
        Draws of the two nulls.
    random_state : None, int, Generator or RandomState

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> geometry = predict(named_task("modadd", p=29)).geometries[Role.X]
    >>> noise = 0.01 * np.random.default_rng(0).standard_normal((29, 2))
    >>> shape = PersistentShape(geometry, [4], n_haar=9, n_bootstrap=3, random_state=0)
    >>> shape.fit(geometry.blocks[4].basis + noise).p_value_
    0.1
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

    def _test(self, subject: Subject, rng: np.random.Generator) -> ShapeTest:
        found = check_shape(
            subject.points,
            subject.blocks,
            active=self.active,
            shapes=subject.shapes,
            rng=rng,
            orbits=subject.orbits,
            n_haar=self.n_haar,
            n_bootstrap=self.n_bootstrap,
        )
        self.fit_p_value_, self.share_ = found.fit.p_value, found.share
        return found
