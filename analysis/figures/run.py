"""Figures of one run, written into its folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from symtheory.records import Json, Role

from ..claims.evidence import Evidence
from ..examination import Examination
from ..homology.shape import SHAPE_TEST
from ..metric.natural_fit import NATURAL_TEST
from ..orders.arrangement import GRID_TEST
from ..orders.axes import AXES_TEST
from ..statistics.measurement import ClaimTest
from ..statistics.stages import Stages
from ..symmetry.factor_law import GRAM_TEST
from ..symmetry.spectrum import SPECTRUM_TEST
from .files import Table, write_figure
from .gram import draw_gram, gram_table
from .metric import draw_metric, metric_table
from .orders import OrderPicture, order_figure, order_table
from .persistence import draw_persistence, persistence_table
from .planes import draw_plane, find_planes, planes_table
from .spectrum import draw_spectrum, spectrum_table
from .style import FULL_WIDTH, styled
from .training import PANELS, draw_training, training_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["RunFigures"]

_PLANES_PER_ROW = 3
_MOST_PLANES = 6

_Named = tuple[str, "Figure", Table]


@dataclass(frozen=True, slots=True, eq=False)
class RunFigures:
    """Data of the figures of one run.

    Parameters
    ----------
    found : Examination
        Every test that was made of an embedding is drawn.
    rows : sequence of mappings
        The training log; empty where a network was trained elsewhere.
    """

    found: Examination
    rows: Sequence[Mapping[str, Json]] = ()

    def write(self, folder: Path) -> list[str]:
        """Draw every figure and write it as PDF, SVG, PNG and CSV.

        Returns
        -------
        list of str
            Names of the figures, in reading order.
        """
        names = []
        with styled():
            for name, figure, table in self._figures():
                write_figure(figure, folder, name, table)
                names.append(name)
        return names

    def _figures(self) -> Iterator[_Named]:
        if self.found.stages is not None:
            yield self._training(self.found.stages)
        yield from self._of_answers()
        yield from self._planes()
        if spectra := self._with(SPECTRUM_TEST):
            yield self._spectrum(spectra)
        if grams := self._with(GRAM_TEST):
            yield self._gram(grams)
        if shapes := self._with(SHAPE_TEST):
            yield self._persistence(shapes)

    def _with(self, test: ClaimTest[Any]) -> dict[Role, Evidence]:
        """Return the evidence of the embeddings on which a test was made."""
        return {
            role: evidence
            for role, evidence in self.found.evidence.items()
            if evidence.get(test) is not None
        }

    def _of_answers(self) -> Iterator[_Named]:
        """Draw the metric picture of a graph, or the axes of an order."""
        theory = self.found.theory
        for role, evidence in self.found.evidence.items():
            natural, axes = evidence.get(NATURAL_TEST), evidence.get(AXES_TEST)
            grid = evidence.get(GRID_TEST)
            if theory.metric is not None and natural is not None:
                figure = _new_figure(3.0)
                drawn = draw_metric(natural, theory.metric, (panels := figure.subplots(1, 2)))
                figure.colorbar(drawn, ax=panels.tolist(), label="vertex", shrink=0.8, aspect=30)
                yield f"metric-{role}", figure, metric_table(natural, theory.metric)
            if theory.order is not None and axes is not None and grid is not None:
                picture = OrderPicture(theory.order, axes, grid)
                yield f"order-{role}", order_figure(picture), order_table(picture)

    def _training(self, stages: Stages) -> _Named:
        figure = _new_figure(4.2)
        draw_training(self.rows, stages, figure.subplots(PANELS, 1, sharex=True))
        return "training", figure, training_table(self.rows)

    def _planes(self) -> Iterator[_Named]:
        for role, found in self.found.evidence.items():
            planes = find_planes(found, most=_MOST_PLANES)
            if not planes or found.cloud is None:
                continue
            n_columns = 2 if len(planes) in {2, 4} else _PLANES_PER_ROW
            n_rows = -(-len(planes) // n_columns)
            figure = _new_figure((3.0 if n_columns == 2 else 2.35) * n_rows)
            axes = np.ravel(figure.subplots(n_rows, n_columns, squeeze=False))
            for ax, plane in zip(axes, planes, strict=False):
                points = draw_plane(plane, ax)
            for ax in axes[len(planes) :]:
                ax.set_axis_off()
            figure.colorbar(points, ax=axes.tolist(), label="token", shrink=0.8, aspect=30)
            yield f"planes-{role}", figure, planes_table(planes, found.cloud.tokens)

    def _spectrum(self, tested: Mapping[Role, Evidence]) -> _Named:
        figure = _new_figure(2.0 * len(tested))
        axes = np.ravel(figure.subplots(len(tested), squeeze=False))
        for ax, found in zip(axes, tested.values(), strict=True):
            draw_spectrum(found, ax)
        return "spectrum", figure, _by_role({r: spectrum_table(e) for r, e in tested.items()})

    def _gram(self, tested: Mapping[Role, Evidence]) -> _Named:
        figure = _new_figure(3.0 * len(tested))
        grid = figure.subplots(len(tested), 2, squeeze=False)
        for axes, found in zip(grid, tested.values(), strict=True):
            draw_gram(found, axes)
        return "gram", figure, _by_role({r: gram_table(e) for r, e in tested.items()})

    def _persistence(self, tested: Mapping[Role, Evidence]) -> _Named:
        figure = _new_figure(3.3 if len(tested) < 3 else 2.7)
        axes = np.ravel(figure.subplots(1, len(tested), squeeze=False))
        for ax, found in zip(axes, tested.values(), strict=True):
            draw_persistence(found, ax)
        tables = {
            role: persistence_table(shape)
            for role, found in tested.items()
            if (shape := found.get(SHAPE_TEST)) is not None
        }
        return "persistence", figure, _by_role(tables)


def _new_figure(height: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(FULL_WIDTH, height), layout="constrained")


def _by_role(tables: Mapping[Role, Table]) -> Table:
    """Join tables of the same columns, with the role in front."""
    header = next(iter(tables.values()))[0]
    rows = ((str(role), *row) for role, table in tables.items() for row in table[1])
    return ("embedding", *header), rows
