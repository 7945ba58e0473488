"""Rates at which rivals are held, refuted or left open: each rival, role, group and dimension.

    python -m tests.benchmarks.rivals [--groups Z23 Z59 Z97 Z120 D60 S5] [--dimensions 16 128 512]
        [--roles x shared readout] [--rivals NAME ...] [--clouds 200] [--seed 0] [--jobs 2]
        [--csv FILE] [--minutes M]

A cloud is judged as the one embedding of a network that generalizes, by its primary claims L0, L1
and L2 with 39 relabelings: refuted if a claim is, held if one that is a law is held and none
refuted, as `symtheory.analysis.claims.judge` says. Rivals with three embeddings (role "network")
are judged by those of all three and by `irreps`. Counts depend on the seed alone; cells that the
CSV file already holds are not measured again.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.claims.judge import judge, overall_outcome
from symtheory.analysis.claims.network import Network
from symtheory.analysis.claims.registry import TESTS
from symtheory.records import Embedding, Outcome, Prediction, Role, Verdict
from symtheory.tasks.catalogue import named_task
from symtheory.theory import Theory, predict
from tests.benchmarks.calibration import read_cells, stream, write_cells
from tests.benchmarks.rival_clouds import (
    CONTROLS,
    LIKE_A_NETWORK,
    NETWORKS,
    RIVALS,
    other_groups,
    own_orbit,
)

GROUPS = ("Z23", "Z59", "Z97", "Z120", "D60", "S5")
ROLES = ("x", "shared", "readout", "network")
DIMENSIONS = (16, 128, 512)
LEVELS = ("L1", "L2", "L0")  # the one that refutes most rivals first
N_PERMUTATIONS = 39
CHUNK = 25
MOST_HELD = 0.05


@dataclass(frozen=True)
class Cell:
    """Outcomes of one rival as one embedding of a network of the group."""

    rival: str
    group: str
    n: int
    d: int
    role: str
    clouds: int
    held: int
    refuted: int
    seed: int

    @property
    def key(self) -> tuple[str, str, int, str, int]:
        return self.rival, self.group, self.d, self.role, self.seed


_THEORIES: dict[str, Theory] = {}


def theory_of(group: str) -> Theory:
    """Of a product in the group; made once in a process."""
    if group not in _THEORIES:
        _THEORIES[group] = predict(named_task("compose", group=group))
    return _THEORIES[group]


def rivals_of(group: str, role: str) -> list[str]:
    """Names of the rivals of a network of the group in this role.

    All embeddings of an abelian group have one law: x stands for the others.
    """
    is_cyclic, n = group.startswith("Z"), len(theory_of(group).geometries[Role.X].rows)
    if is_cyclic and role in {"shared", "readout"}:
        return []
    if role == "network":
        return [name for name in NETWORKS if is_cyclic and (name != "unfaithful set" or n == 120)]
    return [*CONTROLS, *RIVALS, *other_groups(group)]


def judged(group: str, role: str, rival: str, d: int, rng: np.random.Generator) -> Outcome:
    """Draw a rival and judge it."""
    theory = theory_of(group)
    n = len(theory.geometries[Role.X].rows)
    if role == "network":
        roles: tuple[Role, ...] = (Role.X, Role.Y, Role.READOUT)
        clouds = NETWORKS[rival](n, d, rng)
    else:
        roles = (Role(role),)
        known = {CONTROLS[0]: own_orbit(group, roles[0]), **RIVALS, **other_groups(group)}
        clouds = (known[rival](n, d, rng),)
    network = Network(
        {r: Embedding(points, r) for r, points in zip(roles, clouds, strict=True)},
        rng,
        geometries={r: theory.geometries[r] for r in roles},
        n_permutations=N_PERMUTATIONS,
    )
    verdicts: list[Verdict] = []
    for claim in _claims(theory, roles):
        found = TESTS[claim.level].measure(network, claim.role)
        evidence = {claim.role: Evidence(claim.role, {claim.level: found})}
        verdicts += judge([claim], evidence, generalized=True)
        if verdicts[-1].outcome is Outcome.REFUTED:
            break
    return overall_outcome(verdicts, generalized=True)


def _claims(theory: Theory, roles: Sequence[Role]) -> list[Prediction]:
    """Primary claims about the embeddings alone, that of several together first."""
    known = {p.key: p for p in theory.predictions(roles)}
    levels = [f"{role}/{level}" for level in LEVELS for role in roles]
    return [known[key] for key in ("network/irreps", *levels) if key in known]


def chunk(
    group: str, role: str, rival: str, d: int, seeds: Sequence[np.random.SeedSequence]
) -> list[Outcome]:
    return [judged(group, role, rival, d, np.random.default_rng(seed)) for seed in seeds]


def measure(
    options: argparse.Namespace, group: str, role: str, rival: str, d: int, parallel: Parallel
) -> Cell:
    """Measure one cell."""
    seeds = stream(options.seed, group, role, rival, str(d)).spawn(options.clouds)
    began = time.perf_counter()
    parts = parallel(
        delayed(chunk)(group, role, rival, d, seeds[i : i + CHUNK])
        for i in range(0, options.clouds, CHUNK)
    )
    outcomes = [outcome for part in parts for outcome in part]
    cell = Cell(
        rival=rival,
        group=group,
        n=len(theory_of(group).geometries[Role.X].rows),
        d=d,
        role=role,
        clouds=options.clouds,
        held=outcomes.count(Outcome.HELD),
        refuted=outcomes.count(Outcome.REFUTED),
        seed=options.seed,
    )
    seconds = time.perf_counter() - began
    print(
        f"{group} {role} {rival} {d}: held {cell.held}, refuted {cell.refuted} of {cell.clouds}, "
        f"{seconds:.0f} s",
        file=sys.stderr,
    )
    return cell


def planned(options: argparse.Namespace) -> Iterator[tuple[str, str, str, int]]:
    for group in options.groups:
        for role in options.roles:
            for rival in rivals_of(group, role):
                if options.rivals and rival not in options.rivals:
                    continue
                for d in options.dimensions:
                    yield group, role, rival, d


def is_fault(cell: Cell) -> bool:
    """Whether a rival that can be told from a network is held too often."""
    excused = cell.rival in LIKE_A_NETWORK or cell.rival in CONTROLS
    return not excused and cell.held > MOST_HELD * cell.clouds


def markdown(cells: Sequence[Cell]) -> str:
    """Percent held in each dimension, a row for each rival and role, a column for each group."""
    groups = [group for group in GROUPS if any(c.group == group for c in cells)]
    dimensions = sorted({c.d for c in cells})
    lines = ["| rival | role | " + " | ".join(groups) + " |", "|---" * (2 + len(groups)) + "|"]
    by_key = {(c.rival, c.role, c.group, c.d): c for c in cells}
    names = [*CONTROLS, *RIVALS, *(n for group in groups for n in other_groups(group)), *NETWORKS]
    for rival in dict.fromkeys(names):
        for role in ROLES:
            found = [[by_key.get((rival, role, group, d)) for d in dimensions] for group in groups]
            if any(cell is not None for entry in found for cell in entry):
                entries = " | ".join(" / ".join(map(_entry, entry)) for entry in found)
                lines.append(f"| {rival} | {role} | {entries} |")
    faults = [c for c in cells if is_fault(c)]
    told = "; ".join(f"{c.rival} as {c.role} of {c.group}, d = {c.d}" for c in faults)
    lines += ["", f"{len(cells)} cells; held in more than 5 %, and not excused: {told or 'none'}."]
    return "\n".join(lines)


def _entry(cell: Cell | None) -> str:
    return "–" if cell is None else f"{100 * cell.held / cell.clouds:.3g}"


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=GROUPS)
    parser.add_argument("--roles", nargs="+", choices=ROLES, default=ROLES)
    parser.add_argument("--dimensions", nargs="+", type=int, default=DIMENSIONS)
    parser.add_argument("--rivals", nargs="+", help="default all")
    parser.add_argument("--clouds", type=int, default=200, help="clouds a cell")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=np.inf, help="start no cell after these")
    parser.add_argument("--csv", type=Path, default=Path("rivals.csv"))
    options = parser.parse_args(words)
    cells = read_cells(options.csv, of=Cell)
    known = {cell.key for cell in cells}
    end = time.perf_counter() + 60 * options.minutes
    with Parallel(n_jobs=options.jobs) as parallel:
        for group, role, rival, d in planned(options):
            if (rival, group, d, role, options.seed) in known:
                continue
            if time.perf_counter() > end:
                break
            cells.append(measure(options, group, role, rival, d, parallel))
            write_cells(options.csv, cells)
    print(markdown(cells))


if __name__ == "__main__":
    main()
