"""The Gram matrix before and after projection on the invariant space."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.operand import OperandGeometry

from ..evidence import Evidence
from .files import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_gram", "gram_table"]


def _ordered(
    evidence: Evidence, geometry: OperandGeometry
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the tokens in the order of their group elements, and both matrices in it."""
    order = np.argsort(geometry.coordinate, kind="stable")
    grid = np.ix_(order, order)
    return order, evidence.gram.gram[grid], evidence.gram.projection[grid]


def gram_table(evidence: Evidence, geometry: OperandGeometry) -> Table:
    """Return every pair of tokens once: inner product, and its orbital average."""
    order, gram, projection = _ordered(evidence, geometry)
    tokens = [geometry.tokens[i] for i in order]
    rows, columns = np.triu_indices(len(order), k=1)
    return ("token_1", "token_2", "inner_product", "projected"), (
        (tokens[i], tokens[j], repr(float(gram[i, j])), repr(float(projection[i, j])))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
    )


def draw_gram(
    evidence: Evidence, geometry: OperandGeometry, axes: Sequence["Axes"]
) -> Sequence["Axes"]:
    """Draw the centered off-diagonal Gram matrix and its projection with one color scale.

    Parameters
    ----------
    evidence : Evidence
    geometry : OperandGeometry
        Gives the order of the tokens: that of their group elements.
    axes : sequence of Axes
        Two.
    """
    _, gram, projection = _ordered(evidence, geometry)
    # A few extreme entries must not wash out the rest.
    limit = float(np.quantile(np.abs(gram), 0.995)) or 1.0
    panels = ((gram, "learned"), (projection, f"projected, R² = {evidence.gram.null.observed:.3f}"))
    for ax, (matrix, title) in zip(axes, panels, strict=True):
        image = ax.imshow(
            matrix, cmap="PuOr", vmin=-limit, vmax=limit, interpolation="nearest", rasterized=True
        )
        ax.set_title(f"{evidence.role}: {title}")
        ax.set(xlabel="group element", ylabel="group element")
        for spine in ax.spines.values():
            spine.set_visible(True)
    axes[0].figure.colorbar(image, ax=list(axes), label="inner product", shrink=0.85)
    return axes
