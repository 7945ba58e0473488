"""False-positive rates of L0 to L3, at 5 % and 1 %, as a CSV file and a table in markdown.

    python -m tests.benchmarks.calibration [--levels L0 L1 L2 L3] [--sizes 12 24 48 49 96 97 120]
        [--clouds 1000] [--seed 0] [--jobs 2] [--csv FILE] [--minutes M]

Every cell (law, kind of cloud, level) has its own stream of random numbers, split again for every
cloud: counts depend on the seed alone, not on the number of processes or the order of cells. Cells
that the CSV file already holds are not measured again, so a run may be stopped and taken up later.
"""

import argparse
import csv
import sys
import time
import zlib
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from symtheory.analysis.homology.comparison import Comparison, compare_shape
from symtheory.analysis.homology.null_clouds import haar_clouds
from symtheory.analysis.homology.shape import LEAST_POINTS, LEAST_SHARE, check_shape
from symtheory.analysis.statistics.clouds import principal_coordinates
from symtheory.analysis.statistics.nulls import NullTest, Tail
from symtheory.analysis.symmetry.procrustes import align
from symtheory.analysis.symmetry.token_cloud import TokenCloud
from symtheory.records import Role
from tests.analysis.binomial import binomial_bounds
from tests.benchmarks.calibration_cases import (
    NULLS,
    chosen_blocks,
    geometry,
    label_p_values,
    laws,
    noisy,
    null_cloud,
    subject,
    template,
)

T = TypeVar("T")

LABEL_LEVELS = ("L0", "L1", "L2")
N_PERMUTATIONS = 99
# Diagrams see no labels: a relabeled orbit keeps them, and is no null of L3.
SHAPE_NULLS = ("flat", "1/i", "1/i^2", "template")
CHUNK = 50
RATES = (0.05, 0.01)


@dataclass(frozen=True)
class Cell:
    """Counts of one level on clouds of one kind; "L3 fit" is L3's goodness of fit."""

    group: str
    n: int
    role: str
    cloud: str
    level: str
    clouds: int
    draws: int
    at_5: int
    at_1: int
    seed: int

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        return self.group, self.role, self.cloud, self.level, self.seed


def stream(seed: int, *words: str) -> np.random.SeedSequence:
    """Random numbers of one cell, the same whatever other cells are measured."""
    return np.random.SeedSequence([seed, zlib.crc32("|".join(words).encode())])


def label_chunk(
    group: str,
    role: Role,
    null: str,
    seeds: Sequence[np.random.SeedSequence],
    levels: Sequence[str],
) -> dict[str, list[float]]:
    """p-values of one cloud for each seed, those of a level the same whatever others are asked."""
    law = subject(group, role)
    found: dict[str, list[float]] = {level: [] for level in levels}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        cloud = null_cloud(law, null, rng=rng)
        p = label_p_values(law, cloud, rng=rng, n_permutations=N_PERMUTATIONS, levels=levels)
        for level, value in p.items():
            found[level].append(value)
    return found


def shape_chunk(
    group: str, role: Role, null: str, seeds: Sequence[np.random.SeedSequence], n_haar: int
) -> dict[str, list[float]]:
    """The same for L3; "L3 held" is 0 where the shape would be called compatible, else 1."""
    law = subject(group, role)
    found: dict[str, list[float]] = {"L3 fit": []} if null == "template" else {"L3": []}
    if null != "template":
        found["L3 held"] = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        active = chosen_blocks(law, rng=rng)
        if null == "template":
            cloud = noisy(template(law, active, rng=rng), 0.1, 64, rng=rng)
            shape = check_shape(
                cloud,
                law.blocks,
                active=active,
                laws=law.laws,
                rng=rng,
                rivals=False,
                observations=False,
                homology="exact",
                n_haar=1,
            )
            found["L3 fit"].append(shape.fit.p_value)
            continue
        p, share = haar_p_value(law, null_cloud(law, null, rng=rng), active, n_haar, rng=rng)
        found["L3"].append(p)
        found["L3 held"].append(0.0 if p <= RATES[0] and share >= LEAST_SHARE else 1.0)
    return found


def haar_p_value(
    law: TokenCloud,
    cloud: NDArray[np.float64],
    active: Sequence[int],
    n_haar: int,
    *,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """p-value of `check_shape` against Haar clouds, and the share of the template.

    Drawing stops when p is above 5 % whatever the other draws give; it is then returned as 1.
    """

    def compare(points: NDArray[np.float64]) -> Comparison:
        return compare_shape(points, law.blocks, active=active, laws=law.laws)

    own = compare(cloud)
    share = align(cloud, own.fitted.points).share
    draws = []
    for points in haar_clouds(principal_coordinates(cloud), n_haar, None, rng=rng):
        draws.append(compare(points).distance)
        test = NullTest(own.distance, np.array(draws), Tail.LOWER)
        n_nearer = round(test.p_value * (1 + len(draws))) - 1
        if (1 + n_nearer) / (1 + n_haar) > RATES[0] + 1e-12:
            return 1.0, share
    return test.p_value, share


def measure(
    options: argparse.Namespace,
    group: str,
    role: Role,
    null: str,
    levels: Sequence[str],
    *,
    is_shape: bool,
) -> list[Cell]:
    """Measure some levels of one law on one kind of cloud."""
    n_clouds = options.shape_clouds if is_shape else options.clouds
    kind = "shape" if is_shape else "labels"
    seeds = stream(options.seed, group, role, null, kind).spawn(n_clouds)
    chunks = [seeds[i : i + CHUNK] for i in range(0, n_clouds, CHUNK)]
    began = time.perf_counter()
    jobs = (
        delayed(shape_chunk)(group, role, null, chunk, options.haar)
        if is_shape
        else delayed(label_chunk)(group, role, null, chunk, levels)
        for chunk in chunks
    )
    parts = Parallel(n_jobs=options.jobs)(jobs)
    cells = []
    for level in parts[0]:
        p = np.concatenate([part[level] for part in parts])
        draws = {"L3": options.haar, "L3 held": options.haar, "L3 fit": 19}
        cells.append(
            Cell(
                group=group,
                n=len(geometry(group, role).rows),
                role=str(role),
                cloud=null,
                level=level,
                clouds=n_clouds,
                draws=draws.get(level, N_PERMUTATIONS),
                at_5=int((p <= 0.05).sum()),
                at_1=int((p <= 0.01).sum()),
                seed=options.seed,
            )
        )
    counts = ", ".join(f"{cell.level} {cell.at_5}" for cell in cells)
    seconds = time.perf_counter() - began
    print(f"{group} {role} {null}: {counts} of {n_clouds}, {seconds:.0f} s", file=sys.stderr)
    return cells


def read_cells(path: Path, *, of: type[T]) -> list[T]:
    """Cells of this class measured before."""
    if not path.exists():
        return []
    kinds = {field.name: field.type for field in fields(of)}  # type: ignore[arg-type]
    with path.open(newline="") as file:
        return [
            of(**{key: kinds[key](value) for key, value in row.items()})  # type: ignore[operator]
            for row in csv.DictReader(file)
        ]


def write_cells(path: Path, cells: Sequence[Any]) -> None:
    """Write cells, of one class and at least one, as a table."""
    with path.open("w", newline="") as file:
        names = [field.name for field in fields(cells[0])]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(cell) for cell in cells)


def outside(cells: Sequence[Cell], *, confidence: float = 0.999) -> tuple[list[str], int]:
    """Return the counts beyond their binomial bounds, and the number of counts."""
    found, n_counts = [], 0
    for cell in cells:
        if cell.level == "L3 held":
            continue  # no rate is claimed of the verdict but that it is not above 5 %
        for rate, count in ((0.05, cell.at_5), (0.01, cell.at_1)):
            if rate * (cell.draws + 1) < 1 - 1e-9:
                continue  # so few draws never give so small a p-value
            n_counts += 1
            low, high = binomial_bounds(cell.clouds, rate, confidence=confidence)
            if not low <= count <= high:
                found.append(
                    f"{cell.group} {cell.role}, {cell.cloud}, {cell.level}: {count} of "
                    f"{cell.clouds} at {rate:.0%} ({low} to {high})"
                )
    return found, n_counts


def markdown(cells: Sequence[Cell]) -> str:
    """Tables of the rates in percent, 5 % / 1 %, and what lies outside."""
    lines = []
    for levels, nulls in ((LABEL_LEVELS, NULLS), (("L3", "L3 held", "L3 fit"), SHAPE_NULLS)):
        by_key = {(c.group, c.n, c.role, c.cloud, c.level): c for c in cells if c.level in levels}
        rows = dict.fromkeys((c.group, c.n, c.role, c.level) for c in by_key.values())
        if not rows:
            continue
        lines += ["| group | n | embedding | level | " + " | ".join(nulls) + " |"]
        lines += ["|---" * (4 + len(nulls)) + "|"]
        for group, n, role, level in rows:
            found = (by_key.get((group, n, role, null, level)) for null in nulls)
            entries = " | ".join("–" if cell is None else _entry(cell) for cell in found)
            lines.append(f"| {group} | {n} | {role} | {level} | {entries} |")
        lines.append("")
    beyond, n_counts = outside(cells)
    lines.append(
        f"{n_counts} counts; {n_counts / 1000:.1f} are expected outside their 99.9 % bounds by "
        f"chance at most, {len(beyond)} are: {'; '.join(beyond) or 'none'}."
    )
    return "\n".join(lines)


def _entry(cell: Cell) -> str:
    rates = [f"{100 * cell.at_5 / cell.clouds:.1f}"]
    if cell.draws >= 99:
        rates.append(f"{100 * cell.at_1 / cell.clouds:.1f}")
    return " / ".join(rates) + ("" if cell.clouds == 1000 else f" ({cell.clouds})")


def planned(options: argparse.Namespace, n: int) -> list[tuple[str, bool]]:
    """Kinds of clouds of n tokens, and whether it is their shape that is tested."""
    found = [(null, False) for null in NULLS if set(options.levels) & set(LABEL_LEVELS)]
    if "L3" in options.levels and n >= LEAST_POINTS:
        found += [(null, True) for null in SHAPE_NULLS]
    return [(null, is_shape) for null, is_shape in found if null in (options.kinds or [null])]


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--levels", nargs="+", default=["L0", "L1", "L2", "L3"])
    parser.add_argument("--sizes", nargs="+", type=int, help="numbers of tokens; default all")
    parser.add_argument("--groups", nargs="+", help="default all")
    parser.add_argument("--roles", nargs="+", help="default all")
    parser.add_argument("--kinds", nargs="+", help="kinds of clouds; default all")
    parser.add_argument("--clouds", type=int, default=1000, help="clouds a cell, L0 to L2")
    parser.add_argument("--shape-clouds", type=int, default=1000, help="the same for L3")
    parser.add_argument("--haar", type=int, default=19, help="Haar draws of L3; 99 for 1 %%")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=np.inf, help="start no cell after these")
    parser.add_argument("--csv", type=Path, default=Path("calibration.csv"))
    options = parser.parse_args(words)
    cells = read_cells(options.csv, of=Cell)
    known = {cell.key for cell in cells}
    end = time.perf_counter() + 60 * options.minutes
    for group, role in laws():
        n = len(geometry(group, role).rows)
        if options.sizes and n not in options.sizes:
            continue
        if options.groups and group not in options.groups:
            continue
        if options.roles and str(role) not in options.roles:
            continue
        for null, is_shape in planned(options, n):
            if is_shape:
                wanted = ["L3 fit" if null == "template" else "L3"]
            else:
                wanted = [level for level in LABEL_LEVELS if level in options.levels]
            key = group, str(role), null
            wanted = [level for level in wanted if (*key, level, options.seed) not in known]
            if not wanted:
                continue
            if time.perf_counter() > end:
                break
            cells += measure(options, group, role, null, wanted, is_shape=is_shape)
            write_cells(options.csv, cells)
    cells.sort(key=lambda cell: (cell.n, *astuple(cell)))
    write_cells(options.csv, cells)
    print(markdown(cells))


if __name__ == "__main__":
    main()
