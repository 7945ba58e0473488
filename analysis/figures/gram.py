"""The Gram matrix before and after projection on the invariant space."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError

from ..claims.evidence import Evidence
from ..symmetry.factor_law import GRAM_TEST
from ..symmetry.gram import GramTest
from ..symmetry.token_cloud import TokenCloud
from .files import Table
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_gram", "gram_table"]


def gram_table(evidence: Evidence) -> Table:
    """Return every pair of tokens once: inner product, and its orbital average."""
    test, cloud = _tested(evidence)
    order = _order(cloud)
    gram, projection = (matrix[np.ix_(order, order)] for matrix in (test.gram, test.projection))
    tokens = [cloud.tokens[i] for i in order]
    rows, columns = np.triu_indices(len(order), k=1)
    return ("token_1", "token_2", "inner_product", "projected"), (
        (tokens[i], tokens[j], repr(float(gram[i, j])), repr(float(projection[i, j])))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
    )


def draw_gram(evidence: Evidence, axes: Sequence["Axes"]) -> Sequence["Axes"]:
    """Draw the centered off-diagonal Gram matrix and its projection with one color scale.

    Tokens come in the order of their group elements, those without one last, and orbit by orbit
    where there is no group; thin lines part the orbits.

    Parameters
    ----------
    evidence : Evidence
        With a test of the Gram law.
    axes : sequence of Axes
        Two.
    """
    test, cloud = _tested(evidence)
    order = _order(cloud)
    gram, projection = (matrix[np.ix_(order, order)] for matrix in (test.gram, test.projection))
    # A few extreme entries must not wash out the rest.
    limit = float(np.quantile(np.abs(gram), 0.995)) or 1.0
    panels = ((gram, "learned"), (projection, f"projected, R² = {test.null.observed:.3f}"))
    label = "token, in the order of the group" if (cloud.coordinate >= 0).any() else "token"
    edges = np.flatnonzero(np.diff(cloud.orbits[order])) + 0.5
    for ax, (matrix, title) in zip(axes, panels, strict=True):
        image = ax.imshow(
            matrix, cmap="PuOr", vmin=-limit, vmax=limit, interpolation="nearest", rasterized=True
        )
        ax.set_title(f"{evidence.role}: {title}")
        ax.set(xlabel=label, ylabel=label)
        for edge in edges:
            ax.axhline(edge, color=COLORS["gray"], linewidth=0.4)
            ax.axvline(edge, color=COLORS["gray"], linewidth=0.4)
        for spine in ax.spines.values():
            spine.set_visible(True)
    axes[0].figure.colorbar(image, ax=list(axes), label="inner product", shrink=0.85)
    return axes


def _tested(evidence: Evidence) -> tuple[GramTest, TokenCloud]:
    test = evidence.get(GRAM_TEST)
    if test is None or evidence.cloud is None:
        raise PredictionError(f"the Gram law of the {evidence.role} embedding was not tested")
    return test, evidence.cloud


def _order(cloud: TokenCloud) -> NDArray[np.int64]:
    """Tokens by orbit and group element; orbits of tokens without element come last."""
    return np.lexsort((cloud.coordinate, cloud.orbits, cloud.coordinate < 0))
