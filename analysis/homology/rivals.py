"""Rival templates, and the margin by which a cloud is nearer to its own.

A shape that is compatible with its template may be as compatible with another one. Rivals are

- templates of *other active sets* of equal dimensions, with the same radii;
- the template *without* its weakest block;
- the template *with* one more block, the strongest of the inactive ones in this cloud, with the
  least radius of the template.

An automorphism of the group that carries one active set to another makes the two templates
congruent, and nothing that does not see labels can tell them apart. Congruent clouds have the same
sorted distances, so sets whose templates of equal radii agree in these are no rivals.

Each rival is compared as the template is, on as many principal components of the cloud as the
larger of the two has dimensions: on fewer, a cloud with one strong and one weak circle would fit
the strong circle alone. The margin

    Delta = d(cloud, rival) - d(cloud, template)

is random through the noise of the cloud. How much is seen on the bootstrap clouds of the fit, whose
Delta* is centered at its mean: the lower limit of the margin is Delta less the 95 % quantile of
that error, the basic bootstrap limit. Nearer to the template than to the rival is said where the
limit is positive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from symtheory.geometry.statistics import block_power
from symtheory.records import Json
from symtheory.representations.isotypic import IsotypicBlock

from ..symmetry.spectrum import white_power
from ..symmetry.template import Template
from .comparison import Comparison, Protocol
from .diagrams import Diagrams

__all__ = ["N_RIVALS", "Rival", "RivalTest", "check_rivals"]

N_RIVALS = 5
_ATTEMPTS = 40
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Rival:
    """Comparison of a cloud with one rival template.

    Parameters
    ----------
    active : tuple of int
        Its blocks.
    distance : float
        From the cloud to the rival.
    margin : float
        What the rival is farther away than the template.
    lower_limit : float
        5 % limit of the margin; nearer to the template iff positive.
    """

    active: tuple[int, ...]
    distance: float
    margin: float
    lower_limit: float


@dataclass(frozen=True, slots=True)
class RivalTest:
    """All rivals of one template.

    Parameters
    ----------
    rivals : tuple of Rival
    n_congruent : int
        Active sets that were drawn but have a template congruent to this one.
    """

    rivals: tuple[Rival, ...]
    n_congruent: int

    @property
    def nearest(self) -> Rival | None:
        """The rival with the least lower limit; None where there is no rival."""
        return min(self.rivals, key=lambda rival: rival.lower_limit, default=None)

    def to_json(self, names: Sequence[str]) -> list[Json]:
        """Return a record of each rival, with the names of its active blocks."""
        return [
            {
                "active": [names[b] for b in rival.active],
                "distance": rival.distance,
                "lower_limit_of_margin": rival.lower_limit,
            }
            for rival in self.rivals
        ]

    @property
    def all_farther(self) -> bool:
        """Whether there is a rival, and each is farther than the template by a margin."""
        return self.nearest is not None and self.nearest.lower_limit > 0


def check_rivals(
    cloud: NDArray[np.float64],
    bootstrap: Sequence[NDArray[np.float64]],
    comparison: Comparison,
    bootstrap_comparisons: Sequence[Comparison],
    blocks: Sequence[IsotypicBlock],
    *,
    protocol: Protocol,
    rng: np.random.Generator,
) -> RivalTest:
    """Compare a cloud with the rivals of its template.

    Parameters
    ----------
    cloud : (n, d) float64
    bootstrap : sequence of (n, k) float64
        Clouds of the fitted template under its residual.
    comparison, bootstrap_comparisons : Comparison
        Of the cloud and of each of these, with the template.
    blocks : sequence of IsotypicBlock
    protocol : Protocol
    rng : numpy.random.Generator
        Draws the active sets.
    """
    fitted = comparison.fitted
    other_sets, n_congruent = _other_sets(fitted, blocks, rng=rng)
    sets = [*other_sets, *_nested_sets(cloud, fitted, blocks)]
    rivals = []
    clouds = (cloud, *bootstrap)
    own = np.array([c.distance for c in (comparison, *bootstrap_comparisons)])
    seen: dict[int, list[Diagrams]] = {
        comparison.dimension: [c.learned for c in (comparison, *bootstrap_comparisons)]
    }
    for active in sets:
        points = _rival_points(active, fitted, blocks)
        dimension = max(points.shape[1], comparison.dimension)
        template, _ = protocol.diagrams(points)
        if dimension not in seen:
            seen[dimension] = [protocol.learned(c, n_components=dimension)[0] for c in clouds]
        distances = np.array([max(protocol.distances(d, template)) for d in seen[dimension]])
        margins = distances - own
        error = float(np.quantile(margins[1:] - margins[1:].mean(), 0.95))
        margin = float(margins[0])
        rivals.append(Rival(active, float(distances[0]), margin, margin - error))
    return RivalTest(tuple(rivals), n_congruent)


def _other_sets(
    fitted: Template, blocks: Sequence[IsotypicBlock], *, rng: np.random.Generator
) -> tuple[list[tuple[int, ...]], int]:
    """Draw other active sets of the same dimensions; also how many were congruent."""
    dimensions = np.array([block.dimension for block in blocks])
    signature = _signature(fitted.active, blocks)
    own = np.array(fitted.dimensions)
    found: dict[tuple[int, ...], tuple[int, ...]] = {}
    congruent = set()
    for _ in range(_ATTEMPTS):
        active = np.empty(len(own), dtype=np.int64)
        for r in np.unique(own):
            at = np.flatnonzero(own == r)
            active[at] = rng.choice(np.flatnonzero(dimensions == r), size=len(at), replace=False)
        members = tuple(sorted(active.tolist()))
        if members in found or members in congruent or members == tuple(sorted(fitted.active)):
            continue
        if np.abs(_signature(members, blocks) - signature).max() < _SAME * signature[-1]:
            congruent.add(members)
            continue
        found[members] = tuple(active.tolist())
        if len(found) == N_RIVALS:
            break
    return list(found.values()), len(congruent)


def _signature(active: Sequence[int], blocks: Sequence[IsotypicBlock]) -> NDArray[np.float64]:
    """Sorted distances of the template with equal radii."""
    return np.sort(pdist(np.concatenate([blocks[b].basis for b in active], axis=1)))


def _nested_sets(
    cloud: NDArray[np.float64], fitted: Template, blocks: Sequence[IsotypicBlock]
) -> Iterator[tuple[int, ...]]:
    """Yield the set without its weakest block, and with the strongest inactive one."""
    if len(fitted.active) > 1:
        weakest = int(np.argmin(fitted.radii))
        yield tuple(b for i, b in enumerate(fitted.active) if i != weakest)
    inactive = [b for b in range(len(blocks)) if b not in fitted.active]
    if inactive:
        excess = block_power(cloud, blocks) - white_power(blocks, n=len(cloud))
        yield (*fitted.active, max(inactive, key=lambda b: excess[b]))


def _rival_points(
    active: Sequence[int], fitted: Template, blocks: Sequence[IsotypicBlock]
) -> NDArray[np.float64]:
    """Return the rival: blocks of the template as they are, others with the radii of those lost.

    A block that is no circle hands on the singular values of its points.
    """
    starts = np.cumsum([0, *fitted.dimensions])
    own = {b: fitted.points[:, starts[i] : starts[i + 1]] for i, b in enumerate(fitted.active)}
    lost = [b for b in fitted.active if b not in active]
    columns = []
    for b in active:
        if b in own:
            columns.append(own[b])
            continue
        dimension = blocks[b].dimension
        heir = next((a for a in lost if own[a].shape[1] == dimension), None)
        if heir is None:
            weights = np.full(dimension, fitted.radii.min())
        else:
            lost.remove(heir)
            weights = np.linalg.svd(own[heir], compute_uv=False)
        columns.append(blocks[b].basis * weights)
    return np.concatenate(columns, axis=1)
