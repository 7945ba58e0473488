"""All figures of one run, written into its folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from symtheory.records import Json, Role

from ..evidence import Evidence
from ..meaning import MeaningEvidence
from ..stages import Stages
from .files import Table, write_figure
from .gram import draw_gram, gram_table
from .metric import draw_metric, metric_table
from .orders import order_figure, order_table
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
    """What the figures of one run are drawn from.

    Parameters
    ----------
    rows : sequence of mappings
        The training log; empty where a network was trained elsewhere.
    stages : Stages or None
    evidence : mapping of Role to Evidence
        Every test that was made of an embedding is drawn.
    meaning : MeaningEvidence
        The metric picture, or the axes of an order.
    """

    rows: Sequence[Mapping[str, Json]]
    stages: Stages | None
    evidence: Mapping[Role, Evidence]
    meaning: MeaningEvidence = field(default_factory=MeaningEvidence)

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
        if self.stages is not None:
            yield self._training(self.stages)
        for role, metric in self.meaning.metric.items():
            figure = _new_figure(3.0)
            drawn = draw_metric(metric, (panels := figure.subplots(1, 2)))
            figure.colorbar(drawn, ax=panels.tolist(), label="vertex", shrink=0.8, aspect=30)
            yield f"metric-{role}", figure, metric_table(metric)
        for role, order in self.meaning.order.items():
            yield f"order-{role}", order_figure(order), order_table(order)
        yield from self._planes()
        if spectra := self._with("spectrum"):
            yield self._spectrum(spectra)
        if grams := self._with("gram"):
            yield self._gram(grams)
        if shapes := self._with("shape"):
            yield self._persistence(shapes)

    def _with(self, test: str) -> dict[Role, Evidence]:
        """Return the evidence of the embeddings on which a test was made."""
        return {
            role: found for role, found in self.evidence.items() if getattr(found, test) is not None
        }

    def _training(self, stages: Stages) -> _Named:
        figure = _new_figure(4.2)
        draw_training(self.rows, stages, figure.subplots(PANELS, 1, sharex=True))
        return "training", figure, training_table(self.rows)

    def _planes(self) -> Iterator[_Named]:
        for role, found in self.evidence.items():
            planes = find_planes(found, most=_MOST_PLANES)
            if not planes:
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
            role: persistence_table(found.shape)
            for role, found in tested.items()
            if found.shape is not None
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
