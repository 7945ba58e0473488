"""Power of L0 to L3 against noise, and wrong templates as rivals, as tables in markdown.

    python -m tests.benchmarks.power [power] [rivals] [--clouds 100] [--shape-clouds 20] [--seed 0]
        [--jobs 2] [--csv FILE]

Each entry is the share of clouds on which a level is significant at 5 %, and on which it is held,
that is reaches the floor as well: verdicts are those of `symtheory.analysis.claims.judge`.
The active blocks of L3 are those above their white share in a second cloud of the same kind.
"""

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.claims.judge import judge
from symtheory.analysis.claims.network import Network
from symtheory.analysis.claims.registry import TESTS
from symtheory.claims.symmetry import claims
from symtheory.records import Embedding, Level, Outcome, Role
from tests.benchmarks.calibration import stream
from tests.benchmarks.calibration_cases import geometry, noisy, subject, template

NOISES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0)
LEVELS = (Level.SPECTRUM, Level.GRAM, Level.PROCRUSTES, Level.HOMOLOGY)
N_COORDINATES = 64
RIVAL_NOISE = 0.05

Draw = Callable[[np.random.Generator], NDArray[np.float64]]


def orbit(
    group: str, role: Role, n_blocks: int, degree: int | None, noise: float, *, seed: int
) -> Draw:
    """Noisy templates of so many irreps, of this degree if one is given."""
    law = subject(group, role)
    fitting = [b for b, block in enumerate(law.blocks) if degree in (None, block.degree)]
    rng = np.random.default_rng(seed)
    active = sorted(rng.choice(fitting, size=n_blocks, replace=False).tolist())

    def draw(rng: np.random.Generator) -> NDArray[np.float64]:
        return noisy(template(law, active, rng=rng), noise, N_COORDINATES, rng=rng)

    return draw


def planes(n: int, build: Callable[..., NDArray[np.float64]]) -> Draw:
    """Clouds from the planes of two or three frequencies of Z_n."""
    law = subject(f"Z{n}", Role.X)

    def draw(rng: np.random.Generator) -> NDArray[np.float64]:
        a, b, c = (law.blocks[k].basis for k in rng.choice((n - 1) // 2, size=3, replace=False))
        return noisy(build(a, b, c), RIVAL_NOISE, N_COORDINATES, rng=rng)

    return draw


def ellipses(*bases: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([basis * [1, 0.5] for basis in bases], axis=1)


def oblique(
    a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Circles of two frequencies in planes at 60 degrees, in every direction of them."""
    return np.concatenate([a + 0.5 * b, np.sqrt(0.75) * b], axis=1)


def relabeled(*bases: NDArray[np.float64]) -> NDArray[np.float64]:
    """Token i stands at i^5 mod 97: a permutation of the residues that no affine map is."""
    order = [pow(i, 5, len(bases[0])) for i in range(len(bases[0]))]
    return np.concatenate(bases, axis=1)[order]


def rivals(seed: int) -> dict[str, tuple[str, Role, Draw]]:
    """Wrong templates: group and role under which they are tested, and how they are drawn."""

    def foreign(
        group: str, role: Role, n_blocks: int, degree: int | None, tested: str, as_role: Role
    ) -> tuple[str, Role, Draw]:
        return tested, as_role, orbit(group, role, n_blocks, degree, RIVAL_NOISE, seed=seed)

    x, y, readout = Role.X, Role.Y, Role.READOUT
    return {
        "Z97: ellipses 1 : 0.5": ("Z97", x, planes(97, ellipses)),
        "Z97: two circles, planes at 60°": ("Z97", x, planes(97, oblique)),
        "Z97: circles, token i at place i^5": ("Z97", x, planes(97, relabeled)),
        "circles of Z24 as left operand of S4": foreign("Z24", x, 3, None, "S4", x),
        "circles of Z24 as readout of S4": foreign("Z24", x, 3, None, "S4", readout),
        "readout of S4 as operand of Z24": foreign("S4", readout, 1, 3, "Z24", x),
        "circles of Z120 as left operand of S5": foreign("Z120", x, 3, None, "S5", x),
        "right operand of S4 as left one": foreign("S4", y, 1, 3, "S4", x),
        "right operand of S5 as left one": foreign("S5", y, 1, 4, "S5", x),
        "right operand of D48 as left one": foreign("D48", y, 3, 2, "D48", x),
        "left operand of S5 as readout": foreign("S5", x, 1, 4, "S5", readout),
    }


def powers(seed: int) -> dict[str, tuple[str, Role, Draw]]:
    """True templates under noise."""
    cases = {
        "Z97, 3 frequencies": ("Z97", Role.X, 3, None),
        "Z97, 5 frequencies": ("Z97", Role.X, 5, None),
        "S4, left operand, one irrep of degree 3": ("S4", Role.X, 1, 3),
        "S4, readout, one irrep of degree 3": ("S4", Role.READOUT, 1, 3),
        "S5, left operand, one irrep of degree 4": ("S5", Role.X, 1, 4),
        "S5, readout, one irrep of degree 4": ("S5", Role.READOUT, 1, 4),
    }
    return {
        f"{name}; noise {noise:g}": (*case[:2], orbit(*case, noise, seed=seed))
        for name, case in cases.items()
        for noise in NOISES
    }


def judged(
    group: str, role: Role, draw: Draw, *, with_shape: bool, rng: np.random.Generator
) -> dict[str, tuple[bool, bool]]:
    """Whether each level is significant at 5 %, and whether it is held."""
    own, second = geometry(group, role), Role.READOUT if role is not Role.READOUT else Role.X
    network = Network(
        {role: Embedding(draw(rng), role), second: Embedding(draw(rng), second)},
        rng,
        geometries={role: own, second: replace(own, role=second)},
        n_permutations=99,
        n_haar=19,
        observations=False,
        homology="exact",
    )
    tests = [TESTS[level] for level in LEVELS if with_shape or level != Level.HOMOLOGY]
    found = {test.claim.level: test.measure(network, role) for test in tests}
    measured = {level: one for level, one in found.items() if one is not None}
    has_shape = not isinstance(measured.get(Level.HOMOLOGY, ""), str)
    evidence = Evidence(role, measured)
    predictions = [
        p
        for p in claims({role: geometry(group, role)}, [role])
        if p.level in LEVELS and (has_shape or p.level != Level.HOMOLOGY)
    ]
    verdicts = judge(predictions, {role: evidence}, generalized=True)
    results = {
        str(v.prediction.level): (
            v.p_value is not None and v.p_value <= 0.05,
            v.outcome is Outcome.HELD,
        )
        for v in verdicts
    }
    primary = [v.outcome is Outcome.HELD for v in verdicts if v.prediction.primary]
    return {**results, "all primary": (all(primary), all(primary))}


def batch(
    seeds: Sequence[np.random.SeedSequence],
    shapes: int,
    cases: Callable[[int], dict[str, tuple[str, Role, Draw]]],
    name: str,
    seed: int,
) -> list[dict[str, tuple[bool, bool]]]:
    group, role, draw = cases(seed)[name]
    return [
        judged(group, role, draw, with_shape=i < shapes, rng=np.random.default_rng(own))
        for i, own in enumerate(seeds)
    ]


def measure(options: argparse.Namespace, kind: str) -> list[dict[str, str | int]]:
    """Counts for every case of one kind."""
    cases = {"power": powers, "rivals": rivals}[kind]
    names = [name for name in cases(options.seed) if name.startswith(options.cases)]
    jobs = (
        delayed(batch)(
            stream(options.seed, name).spawn(options.clouds),
            options.shape_clouds,
            cases,
            name,
            options.seed,
        )
        for name in names
    )
    rows: list[dict[str, str | int]] = []
    results = Parallel(n_jobs=options.jobs, return_as="generator")(jobs)
    for name, found in zip(names, results, strict=True):
        for level in sorted({level for one in found for level in one}):
            counted = [one[level] for one in found if level in one]
            rows.append(
                {
                    "case": name,
                    "level": level,
                    "clouds": len(counted),
                    "significant": sum(significant for significant, _ in counted),
                    "held": sum(held for _, held in counted),
                }
            )
        print(f"{name}: {[(r['level'], r['held']) for r in rows[-5:]]}", file=sys.stderr)
    return rows


def markdown(rows: Sequence[dict[str, str | int]]) -> str:
    """One line for each case: significant / held, in percent."""
    by_case: dict[str, dict[str, str]] = {}
    for row in rows:
        share = [round(100 * int(row[key]) / int(row["clouds"])) for key in ("significant", "held")]
        entry = f"{share[1]}" if row["level"] == "all primary" else f"{share[0]} / {share[1]}"
        by_case.setdefault(str(row["case"]), {})[str(row["level"])] = entry
    columns = [*map(str, LEVELS), "all primary"]
    lines = ["| cloud | " + " | ".join(columns) + " |", "|---" * (1 + len(columns)) + "|"]
    for case, entries in by_case.items():
        lines.append(f"| {case} | " + " | ".join(entries.get(c, "–") for c in columns) + " |")
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", default=["power", "rivals"])
    parser.add_argument("--clouds", type=int, default=100)
    parser.add_argument("--shape-clouds", type=int, default=20, help="of these, with L3")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cases", default="", help="only those whose name begins so")
    parser.add_argument("--csv", type=Path, default=Path("power.csv"))
    options = parser.parse_args(words)
    rows = []
    for kind in options.kinds:
        found = measure(options, kind)
        rows += found
        print(markdown(found), end="\n\n")
    with options.csv.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
