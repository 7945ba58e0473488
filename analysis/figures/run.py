"""All figures of one run, written into its folder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Json, Role

from ..evidence import Evidence
from ..stages import Stages
from .files import Table, write_figure
from .gram import draw_gram, gram_table
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
        The training log.
    stages : Stages
    embeddings, evidence, geometries : mappings by Role
        Every role of ``evidence`` is drawn.
    """

    rows: Sequence[Mapping[str, Json]]
    stages: Stages
    embeddings: Mapping[Role, Embedding]
    evidence: Mapping[Role, Evidence]
    geometries: Mapping[Role, OperandGeometry]

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
        yield self._training()
        yield from self._planes()
        yield self._spectrum()
        yield self._gram()
        if any(found.shape is not None for found in self.evidence.values()):
            yield self._persistence()

    def _training(self) -> _Named:
        figure = _new_figure(4.2)
        draw_training(self.rows, self.stages, figure.subplots(PANELS, 1, sharex=True))
        return "training", figure, training_table(self.rows)

    def _planes(self) -> Iterator[_Named]:
        for role, found in self.evidence.items():
            planes = find_planes(self.embeddings[role].points, found, most=_MOST_PLANES)
            if not planes:
                continue
            n_rows = -(-len(planes) // _PLANES_PER_ROW)
            figure = _new_figure(2.35 * n_rows)
            axes = np.ravel(figure.subplots(n_rows, _PLANES_PER_ROW, squeeze=False))
            for ax, plane in zip(axes, planes, strict=False):
                points = draw_plane(plane, ax)
            for ax in axes[len(planes) :]:
                ax.set_axis_off()
            figure.colorbar(points, ax=axes.tolist(), label="token", shrink=0.8, aspect=30)
            yield f"planes-{role}", figure, planes_table(planes, self.geometries[role].tokens)

    def _spectrum(self) -> _Named:
        figure = _new_figure(2.0 * len(self.evidence))
        axes = np.ravel(figure.subplots(len(self.evidence), squeeze=False))
        for ax, found in zip(axes, self.evidence.values(), strict=True):
            draw_spectrum(found, ax)
        tables = {role: spectrum_table(found) for role, found in self.evidence.items()}
        return "spectrum", figure, _by_role(tables)

    def _gram(self) -> _Named:
        figure = _new_figure(3.0 * len(self.evidence))
        grid = figure.subplots(len(self.evidence), 2, squeeze=False)
        for axes, (role, found) in zip(grid, self.evidence.items(), strict=True):
            draw_gram(found, self.geometries[role], axes)
        tables = {
            role: gram_table(found, self.geometries[role]) for role, found in self.evidence.items()
        }
        return "gram", figure, _by_role(tables)

    def _persistence(self) -> _Named:
        figure = _new_figure(3.3)
        axes = np.ravel(figure.subplots(1, len(self.evidence), squeeze=False))
        for ax, found in zip(axes, self.evidence.values(), strict=True):
            draw_persistence(found, ax)
        tables = {
            role: persistence_table(found.shape)
            for role, found in self.evidence.items()
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
