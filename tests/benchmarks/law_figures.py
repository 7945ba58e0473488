"""Figures of the pages on the laws, drawn from networks.

    python -m tests.benchmarks.law_figures GROUP_NETS          docs/{factor,unit,logit}_law.png
    python -m tests.benchmarks.law_figures --kernel RUN ...    docs/answer_kernel.png

GROUP_NETS holds the networks of docs/outside_networks.md, RUN is a run folder of a graph, an order
or an expression.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from symtheory.analysis.composition.factors import embedding_factors
from symtheory.analysis.composition.logits import LogitsTest, check_logits
from symtheory.analysis.composition.units import UnitsTest, check_units, sides_on_group
from symtheory.analysis.figures.style import COLORS, FULL_WIDTH, styled
from symtheory.analysis.kernel.power_order import learned_shares
from symtheory.claims.composition import ALIGNMENT_FLOOR, LOGITS_FLOOR, UNITS_FLOOR
from symtheory.claims.symmetry import FACTOR_FLOOR
from symtheory.experiments.training.runs import Run
from symtheory.records import HiddenUnits, Role
from symtheory.structure.answer_kernel import answer_kernel
from symtheory.tasks.task import Task

DOCS = Path(__file__).parents[2] / "docs"
DRAWS = 99
MARKS = {
    Role.X: ("o", "blue"),
    Role.Y: ("s", "orange"),
    Role.SHARED: ("D", "green"),
    Role.READOUT: ("^", "purple"),
}


def factor_law() -> Figure:
    """R^2 of every embedding, seed 1 hollow and seed 2 filled, and of relabeled copies."""
    from tests.analysis import outside

    figure = Figure(figsize=(FULL_WIDTH, 3.0), layout="constrained")
    axes = figure.subplots()
    places: dict[str, float] = {}
    for kind, first in (("MLP", 0.0), ("T", 7.0)):
        for i, group in enumerate(("A5", "C113", "C118", "D59", "D61", "S5")):
            places[f"{group}_{kind}"] = first + i
    for name in outside.NETWORKS:
        network, seed = outside.read_network(name), int(name[-1])
        evidence, _ = outside.judged(network, n_permutations=DRAWS, n_haar=1, n_bootstrap=1)
        found = {role: one.measured["L1"].null for role, one in evidence.items()}
        for i, (role, null) in enumerate(found.items()):
            at = places[name.rpartition("_")[0]] + 0.12 * (2 * i + seed - 1 - len(found) + 0.5)
            mark, color = MARKS[role]
            axes.plot(
                at, null.observed, mark, ms=4.5, color=COLORS[color],
                mfc="white" if seed == 1 else None,
            )  # fmt: skip
            axes.plot([at - 0.1, at + 0.1], [null.critical_value] * 2, color=COLORS["gray"])
    _floor(axes, FACTOR_FLOOR)
    axes.set_xticks(list(places.values()), [name.partition("_")[0] for name in places])
    axes.set(ylabel="R² of the factor law", ylim=(0, 1.03))
    axes.set_xlabel(f"{'perceptrons':^70}{'transformers':^70}")
    handles = [
        Line2D([], [], ls="", marker=m, color=COLORS[c], label=role)
        for role, (m, c) in MARKS.items()
    ]
    handles += [
        Line2D([], [], color=COLORS["gray"], label="relabeled, 95 %"),
        Line2D(
            [], [], ls="", marker="o", color="black", mfc="white", label="seed 1 (set the floor)"
        ),
        Line2D([], [], ls="", marker="o", color="black", label="seed 2"),
    ]
    axes.legend(handles=handles, ncols=4, loc="center", bbox_to_anchor=(0.5, 0.42))
    return figure


def tests_of(name: str) -> tuple[UnitsTest, LogitsTest, Sequence[np.ndarray]]:
    """Unit law and logit law of a perceptron, and its sides."""
    from tests.analysis import outside

    network = outside.read_network(name)
    task = network.theory.composition
    assert task is not None
    x, y, z = (network.clouds[key] for key in outside.EMBEDDINGS)
    rng = np.random.default_rng(0)
    sides = sides_on_group(HiddenUnits(x.T, y.T, z.T), task)
    logits = np.maximum(x[task.x][:, None] + y[task.y], 0) @ z[task.z].T
    factors = embedding_factors(network.embeddings, task)
    return (
        check_units(sides, task.group, rng=rng, n_draws=DRAWS),
        check_logits(logits, task.group, rng=rng, n_draws=DRAWS, factors=factors),
        sides,
    )


def unit_law(found: dict[str, tuple[UnitsTest, LogitsTest, Sequence[np.ndarray]]]) -> Figure:
    """Share and alignment of every perceptron; the phases of the units of one."""
    figure = Figure(figsize=(FULL_WIDTH, 2.6), layout="constrained")
    axes, phases = figure.subplots(ncols=2, width_ratios=[2.2, 1])
    for i, (units, _, _) in enumerate(found.values()):
        axes.plot(i - 0.12, units.null.observed, "o", ms=4.5, color=COLORS["blue"])
        axes.plot(i + 0.12, units.mean(units.alignment), "s", ms=4, color=COLORS["orange"])
        axes.plot([i - 0.25, i + 0.01], [units.null.draws.max()] * 2, color=COLORS["gray"])
    axes.set_xticks(range(len(found)), [_label(name) for name in found])
    axes.set(ylim=(0, 1.03), ylabel="mean over the units", xlabel="group and seed")
    assert UNITS_FLOOR == ALIGNMENT_FLOOR
    _floor(axes, UNITS_FLOOR)
    handles = [
        Line2D([], [], ls="", marker="o", color=COLORS["blue"], label="share in one irrep"),
        Line2D([], [], ls="", marker="s", color=COLORS["orange"], label="alignment"),
        Line2D([], [], color=COLORS["gray"], label=f"share, largest of {DRAWS} relabeled"),
    ]
    axes.legend(handles=handles, loc="center right", bbox_to_anchor=(1, 0.55))
    name = "C113_MLP_seed2"
    units, _, sides = found[name]
    harmonics = [np.fft.rfft(side, axis=1) for side in sides]
    used = units.irreps + 1
    angle = [np.angle(one[np.arange(len(used)), used]) for one in harmonics]
    phases.scatter(
        (angle[0] + angle[1]) % (2 * np.pi), angle[2] % (2 * np.pi),
        s=600 * units.weights, color=COLORS["blue"], alpha=0.6, lw=0,
    )  # fmt: skip
    phases.plot([0, 2 * np.pi], [0, 2 * np.pi], color=COLORS["black"], lw=0.6)
    turns = ([0, np.pi, 2 * np.pi], ["0", "π", "2π"])
    phases.set_xticks(*turns)
    phases.set_yticks(*turns)
    phases.set(
        xlabel="phase of x + phase of y", ylabel="phase of the answers",
        title=f"units of {_label(name, sep=', seed ')}", aspect="equal",
    )  # fmt: skip
    return figure


def logit_law(found: dict[str, tuple[UnitsTest, LogitsTest, Sequence[np.ndarray]]]) -> Figure:
    """Share of the logits that keeps three, two, one translation in each irrep."""
    figure = Figure(figsize=(FULL_WIDTH, 2.6), layout="constrained")
    axes = figure.subplots()
    for i, (_, logits, _) in enumerate(found.values()):
        told = logits.to_dict()
        kept = [told["unbroken"], told["keeps_two"], logits.null.observed, told["one_irrep"]]
        below = 0.0
        for share, color in zip(kept, ("blue", "sky", "green", "yellow"), strict=True):
            assert isinstance(share, float)
            axes.bar(i, share - below, 0.62, bottom=below, color=COLORS[color])
            below = share
        axes.plot(i, told["factors"], "o", ms=4, color=COLORS["black"], mfc="white")
        axes.plot([i - 0.4, i + 0.4], [logits.null.draws.max()] * 2, color=COLORS["red"])
    axes.set_xticks(range(len(found)), [_label(name) for name in found])
    axes.set(ylim=(0, 1.03), ylabel="share of the logits", xlabel="group and seed")
    _floor(axes, LOGITS_FLOOR)
    handles = [
        Line2D([], [], ls="", marker="s", ms=7, color=COLORS[color], label=text)
        for color, text in (
            ("blue", "keeps all three translations"),
            ("sky", "keeps two in each irrep"),
            ("green", "keeps one: the law"),
            ("yellow", "in one irrep, keeps none"),
        )
    ]
    handles += [
        Line2D([], [], ls="", marker="o", color="black", mfc="white", label="(*), from embeddings"),
        Line2D([], [], color=COLORS["red"], label=f"keeps one, largest of {DRAWS} permuted"),
    ]
    figure.legend(handles=handles, loc="outside right center", handlelength=1.2)
    return figure


def answer_kernels(folders: Sequence[Path]) -> Figure:
    """Learned power in a dimension of each eigenspace against the power that is predicted."""
    rows = -(-len(folders) // 3)
    figure = Figure(figsize=(FULL_WIDTH, 2.1 * rows), layout="constrained")
    for axes, folder in zip(figure.subplots(rows, 3, squeeze=False).flat, folders, strict=False):
        run = Run.open(folder)
        told = json.loads((folder / "config.json").read_text())["task"]
        task = Task.from_dict(told)
        role = Role.SHARED if Role.SHARED in run.embeddings() else Role.X
        kernel = answer_kernel(task, role)
        predicted = kernel.shares / kernel.dimensions
        learned = learned_shares(run.embeddings()[role].points, kernel) / kernel.dimensions
        scale = len(kernel.matrix) - 1
        axes.scatter(
            predicted * scale, learned * scale, s=8 * np.sqrt(kernel.dimensions),
            color=COLORS["blue"], alpha=0.7, lw=0,
        )  # fmt: skip
        ends = [0, 1.05 * float(predicted.max()) * scale]
        axes.plot(ends, ends, color=COLORS["black"], lw=0.6)
        axes.axhline(1, color=COLORS["gray"], lw=0.8, ls=":")
        axes.set(title=task.formula, xlim=(0, None), ylim=(0, None))
        axes.set(xlabel="predicted, √λ", ylabel="learned power")
    return figure


def _label(name: str, sep: str = "\n") -> str:
    group, _, seed = name.split("_")
    return f"{group}{sep}{seed[-1]}"


def _floor(axes: Axes, floor: float) -> None:
    axes.axhline(floor, color="black", ls="--", lw=0.7)
    left = axes.get_xlim()[0]
    axes.text(left, floor - 0.02, " floor", va="top", fontsize=7)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--kernel", nargs="+", type=Path, default=[], metavar="RUN")
    options = parser.parse_args()
    with styled():
        if options.kernel:
            answer_kernels(options.kernel).savefig(DOCS / "answer_kernel.png")
        if not options.folder:
            return
        os.environ["SYMTHEORY_GROUP_NETS"] = options.folder
        from tests.analysis import outside

        if not outside.IS_HERE:
            sys.exit(outside.WHERE)
        factor_law().savefig(DOCS / "factor_law.png")
        found = {name: tests_of(name) for name in outside.NETWORKS if "_MLP_" in name}
        unit_law(found).savefig(DOCS / "unit_law.png")
        logit_law(found).savefig(DOCS / "logit_law.png")


if __name__ == "__main__":
    main()
