"""The figure of a metric embedding can be drawn for every number of natural coordinates."""

import csv
from pathlib import Path

import numpy as np
import pytest
from metric_clouds import geometry_of, principled

from symtheory.analysis.figures.files import write_figure
from symtheory.analysis.figures.metric import draw_metric, metric_table, plane_of
from symtheory.analysis.figures.style import FULL_WIDTH, styled
from symtheory.analysis.metric.natural_fit import check_natural
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.geometry.metric.principles import Principle


@pytest.mark.parametrize("name", ["path", "cylinder"])
def test_learned_points_beside_natural_ones(name: str, tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    rng, geometry = np.random.default_rng(0), geometry_of(name)
    cloud = principled(name, Principle.SQUARE_ROOT, noise=0.1, rng=rng)
    draws = label_permutations(len(cloud), 1, rng=rng)
    found = check_natural(cloud, geometry.natural, permutations=draws)
    with styled():
        figure = Figure(figsize=(FULL_WIDTH, 3.0), layout="constrained")
        axes = figure.subplots(1, 2)
        points = draw_metric(found, geometry, axes)
        figure.colorbar(points, ax=axes.tolist(), label="vertex")
        write_figure(figure, tmp_path, "metric", metric_table(found, geometry))
    with (tmp_path / "metric.csv").open() as file:
        rows = list(csv.DictReader(file))
    m = geometry.natural.dimension
    assert [row["vertex"] for row in rows] == list(geometry.graph.vertices)
    learned, natural = (
        np.array([[float(row[f"{what}_{k}"]) for k in range(1, m + 1)] for row in rows])
        for what in ("learned", "natural")
    )
    # In one frame and one scale: the residual is what R^2 leaves.
    rest = ((learned - natural) ** 2).sum() / (learned**2).sum()
    assert rest == pytest.approx(1 - found.null.observed, abs=1e-9)
    assert len(axes[0].collections[0].get_segments()) == len(geometry.graph.edges)


def test_directions_of_the_plane_tell_coordinates_apart() -> None:
    for m in (2, 3, 4, 7):
        directions = plane_of(m)
        cross = directions[:, None, 0] * directions[None, :, 1]
        assert (abs(cross - cross.T)[~np.eye(m, dtype=bool)] > 0.1).all()
