"""Duplicate tokens ("twins"): tokens that the task cannot tell apart should coincide.

The rows (or columns) of such tokens in the task's table are equal, as those of x and -x in
x^2 + y^2. No other claim says that they coincide: all see a class of twins as its mean. The
statistic is

    ratio = mean squared distance within classes of twins / mean squared distance of all pairs,

0 where twins coincide and about 1 where they are no nearer to each other than any two tokens. The
null permutes the labels of all tokens, so that the classes keep their sizes: exact where labels
mean nothing to the cloud. It is rejected too where twins are merely nearer than average, so the
ratio is what counts: its square root compares typical distances.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Json

from ..statistics.clouds import principal_coordinates
from ..statistics.nulls import NullTest, Tail
from .token_cloud import make_token_cloud

__all__ = [
    "DuplicateTokenTest",
    "check_duplicate_tokens",
    "duplicate_token_ratios",
    "has_duplicate_tokens",
]


@dataclass(frozen=True, slots=True, eq=False)
class DuplicateTokenTest:
    """Test of the distances between twins (duplicate tokens).

    Parameters
    ----------
    null : NullTest
        The ratio against relabeled clouds; small is good.
    classes : tuple of tuple of str
        Labels of the tokens of each class of at least two.
    """

    null: NullTest
    classes: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return f"DuplicateTokenTest({len(self.classes)} classes, {self.null!r})"

    @property
    def ratio(self) -> float:
        """Mean squared distance of twins over that of all pairs."""
        return self.null.observed

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "ratio": self.ratio,
            "p_value": self.null.p_value,
            "null_mean": self.null.mean,
            "null_quantile": self.null.critical_value,
            "n_null": self.null.n_draws,
            "classes": [list(names) for names in self.classes],
        }


def has_duplicate_tokens(geometry: OperandGeometry) -> bool:
    """Whether the task has tokens that it cannot tell apart."""
    return len(np.unique(geometry.twins)) < len(geometry.twins)


def check_duplicate_tokens(
    embedding: Embedding, geometry: OperandGeometry, *, permutations: NDArray[np.int64]
) -> DuplicateTokenTest:
    """Test that twins are nearer to each other than tokens at random.

    Parameters
    ----------
    embedding : Embedding
    geometry : OperandGeometry
        Of the same embedding.
    permutations : (n_draws, n) int64
        Of the n rows that the geometry speaks of, from `label_permutations`.

    Raises
    ------
    PredictionError
        If the task has no twins.
    SpecError
        If the geometry speaks of rows that the embedding does not have, or all its rows coincide.

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> from symtheory.analysis.statistics.nulls import label_permutations
    >>> geometry = predict(named_task("modsquares", p=13)).geometries[Role.X]
    >>> squares = (np.arange(13.0) ** 2 % 13)[:, None]
    >>> draws = label_permutations(13, 99, rng=np.random.default_rng(0))
    >>> found = check_duplicate_tokens(Embedding(squares, Role.X), geometry, permutations=draws)
    >>> found.ratio, found.null.p_value, found.classes[0]
    (0.0, 0.01, ('1', '12'))
    """
    if not has_duplicate_tokens(geometry):
        raise PredictionError(f"no two tokens of the {geometry.role} operand are twins")
    make_token_cloud(embedding, geometry)  # refuses an embedding of another number of rows
    points = embedding.points[geometry.rows]
    numbers = np.unique(geometry.twins, return_inverse=True)[1]
    classes = [np.flatnonzero(numbers == c) for c in range(int(numbers.max()) + 1)]
    everyone = np.vstack([np.arange(len(points)), permutations])
    ratios = duplicate_token_ratios(points, geometry.twins, everyone)
    return DuplicateTokenTest(
        null=NullTest(float(ratios[0]), ratios[1:], Tail.LOWER),
        classes=tuple(tuple(geometry.tokens[i] for i in c) for c in classes if len(c) > 1),
    )


def duplicate_token_ratios(
    cloud: NDArray[np.float64], classes: NDArray[np.int64], permutations: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the ratio of each relabeled cloud, (n_draws,) float64.

    The squared distances of the pairs in a class of m points sum to m sum |x|^2 - |sum x|^2.

    Parameters
    ----------
    cloud : (n, d) float64
    classes : (n,) int64
        Class of every row; at least one has two members.
    permutations : (n_draws, n) int64

    Examples
    --------
    >>> line = np.array([[0.0], [0.0], [3.0], [3.0]])
    >>> both = np.array([[0, 1, 2, 3], [0, 2, 1, 3]])
    >>> duplicate_token_ratios(line, np.array([0, 0, 1, 1]), both).tolist()
    [0.0, 1.5]
    """
    points = principal_coordinates(cloud)
    n = len(points)
    squares = (points**2).sum(axis=1)
    within = np.zeros(len(permutations))
    n_pairs = 0
    numbers = np.unique(classes, return_inverse=True)[1]
    for chosen in np.flatnonzero(np.bincount(numbers) > 1):
        members = permutations[:, numbers == chosen]
        m = members.shape[1]
        sums = points[members].sum(axis=1)
        within += m * squares[members].sum(axis=1) - (sums**2).sum(axis=1)
        n_pairs += m * (m - 1) // 2
    # All pairs of a centered cloud: n sum |x|^2 over n (n - 1) / 2 pairs.
    overall = 2 * squares.sum() / (n - 1)
    return np.asarray(within.clip(min=0) / n_pairs / overall)
