"""Rates of the unit law and the logit law: of false positives, of power, of false refutations.

    python -m tests.benchmarks.composition_rates [--networks 1000] [--seed 0]
        [--tables units logits outside]

Prints the tables of docs/unit_law.md and docs/logit_law.md, "outside" those of the perceptrons of
others (see `tests.analysis.outside`). Every cell has its own stream of random numbers. Of networks
that obey no law a cell counts p <= .05 / p <= .01 / held, that is p <= .05 and the floors reached.
"""

import argparse
import zlib
from collections.abc import Callable

import numpy as np

from symtheory.analysis.composition.coefficients import irreps_of
from symtheory.analysis.composition.factors import embedding_factors
from symtheory.analysis.composition.logits import check_logits
from symtheory.analysis.composition.units import check_units, sides_on_group
from symtheory.claims.composition import ALIGNMENT_FLOOR, LOGITS_FLOOR, UNITS_FLOOR
from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group
from symtheory.records import HiddenUnits
from tests.analysis import outside
from tests.analysis.composition.made_networks import (
    Sides,
    accuracy,
    aligned_units,
    dealt,
    gaussian_units,
    perceptron,
    relabeled,
)

GROUPS = ("Z13", "D10", "Q8 x Z3", "S4")
DRAWS = 99


def stream(seed: int, *words: object) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32("|".join(map(str, words)).encode())])


def of_units(sides: Sides, group: Group, rng: np.random.Generator) -> tuple[float, bool]:
    test = check_units(sides, group, rng=rng, n_draws=DRAWS)
    passes = test.null.observed >= UNITS_FLOOR and test.mean(test.alignment) >= ALIGNMENT_FLOOR
    return test.null.p_value, passes


def of_logits(logits: np.ndarray, group: Group, rng: np.random.Generator) -> tuple[float, bool]:
    test = check_logits(logits, group, rng=rng, n_draws=DRAWS)
    return test.null.p_value, test.null.observed >= LOGITS_FLOOR


def counted(
    make: Callable[[np.random.Generator], tuple[float, bool]], n: int, rng: np.random.Generator
) -> str:
    found = [make(rng) for _ in range(n)]
    at_5 = sum(p <= 0.05 for p, _ in found)
    at_1 = sum(p <= 0.01 for p, _ in found)
    held = sum(p <= 0.05 and passes for p, passes in found)
    return f"{at_5} / {at_1} / {held}"


def some_irreps(group: Group, rng: np.random.Generator, share: str) -> list[int]:
    n = len(irreps_of(group))
    k = {"one": 1, "half": (n + 1) // 2, "all": n}[share]
    return sorted(rng.choice(n, size=k, replace=False).tolist())


def nulls_of_units(n: int, seed: int) -> None:
    kinds: dict[str, Callable[[Group, np.random.Generator], Sides]] = {
        "Gaussian units": lambda g, r: gaussian_units(g, 64, rng=r),
        "relabeled exact units": lambda g, r: relabeled(aligned_units(g, 64, rng=r), rng=r),
        "exact, answers' sides dealt": lambda g, r: dealt(aligned_units(g, 64, rng=r), rng=r),
    }
    print(f"| units that obey no law ({n} networks of 64 units) |", *(f"{g} |" for g in GROUPS))
    for kind, make in kinds.items():
        cells = []
        for name in GROUPS:
            group = parse_group(name)
            cells.append(
                counted(
                    lambda r, g=group, m=make: of_units(m(g, r), g, r),
                    n,
                    stream(seed, "units", kind, name),
                )
            )
        print(f"| {kind} |", " | ".join(cells), "|", flush=True)


def exact_units(n: int, seed: int) -> None:
    print(f"| exact units ({n} networks) |", *(f"{g} |" for g in GROUPS))
    for share in ("one", "half", "all"):
        for width in (8, 64):
            for broken in ((), ("inner",), ("left", "right")):
                cells = []
                for name in GROUPS:
                    group = parse_group(name)

                    def make(r, g=group, s=share, w=width, b=broken):
                        sides = aligned_units(g, w, rng=r, irreps=some_irreps(g, r, s), broken=b)
                        return of_units(sides, g, r)

                    rng = stream(seed, "exact", share, width, broken, name)
                    cells.append(counted(make, n, rng).split(" / ")[2])
                said = " and ".join(broken) or "none"
                print(
                    f"| {share}, {width} units, broken: {said} |",
                    " | ".join(cells),
                    "|",
                    flush=True,
                )


def nulls_of_logits(n: int, seed: int) -> None:
    def permuted(group: Group, rng: np.random.Generator) -> np.ndarray:
        right = perceptron(aligned_units(group, 128, rng=rng))
        return right[:, :, rng.permutation(group.order)]

    def lookup(group: Group, rng: np.random.Generator) -> np.ndarray:
        rows, columns, answers = (rng.permutation(group.order) for _ in range(3))
        return np.eye(group.order)[answers[group.table[np.ix_(rows, columns)]]]

    kinds: dict[str, Callable[[Group, np.random.Generator], np.ndarray]] = {
        "Gaussian logits": lambda g, r: r.standard_normal((g.order,) * 3),
        "exact, answers permuted": permuted,
        "lookup of a permuted group": lookup,
    }
    print(f"| logits that obey no law ({n} networks) |", *(f"{g} |" for g in GROUPS))
    for kind, make in kinds.items():
        cells = []
        for name in GROUPS:
            group = parse_group(name)
            cells.append(
                counted(
                    lambda r, g=group, m=make: of_logits(m(g, r), g, r),
                    n,
                    stream(seed, "logits", kind, name),
                )
            )
        print(f"| {kind} |", " | ".join(cells), "|", flush=True)


def exact_logits(n: int, seed: int) -> None:
    """Perceptrons of exact units; only those that answer at least .99 of the table count."""
    print(f"| perceptrons of exact units: held / right, of {n} |", *(f"{g} |" for g in GROUPS))
    for share in ("one", "half", "all"):
        for width in (256, 2048):
            for broken in ((), ("inner",), ("left",)):
                cells = []
                for name in GROUPS:
                    group = parse_group(name)
                    rng = stream(seed, "perceptron", share, width, broken, name)
                    held = right = 0
                    for _ in range(n):
                        irreps = some_irreps(group, rng, share)
                        sides = aligned_units(group, width, rng=rng, irreps=irreps, broken=broken)
                        logits = perceptron(sides)
                        if accuracy(logits, group) < 0.99:
                            continue
                        right += 1
                        p, passes = of_logits(logits, group, rng)
                        held += p <= 0.05 and passes
                    cells.append(f"{held} / {right}")
                said = " and ".join(broken) or "none"
                print(
                    f"| {share}, {width} units, broken: {said} |",
                    " | ".join(cells),
                    "|",
                    flush=True,
                )


def outside_networks() -> None:
    """Unit law and logit law of the perceptrons that others trained."""
    for name in (name for name in outside.NETWORKS if "MLP" in name):
        network = outside.read_network(name)
        task = network.theory.composition
        assert task is not None
        x, y, z = (network.clouds[key] for key in outside.EMBEDDINGS)
        rng = np.random.default_rng(0)
        sides = sides_on_group(HiddenUnits(x.T, y.T, z.T), task)
        units = check_units(sides, task.group, rng=rng, n_draws=DRAWS)
        logits = np.maximum(x[task.x][:, None] + y[task.y], 0) @ z[task.z].T
        factors = embedding_factors(network.embeddings, task)
        found = check_logits(logits, task.group, rng=rng, n_draws=DRAWS, factors=factors)
        told, of_logits = units.to_dict(), found.to_dict()
        print(
            f"| {name} | {units.null.observed:.3f} ({units.null.draws.max():.2f}) | "
            f"{told['alignment']:.3f} | {told['same_irrep']:.3f} | "
            f"{found.null.observed:.3f} ({found.null.draws.max():.2f}) | "
            f"{of_logits['one_irrep']:.3f} | {of_logits['factors']:.3f} | "
            f"{of_logits['keeps_two']:.3f} | {of_logits['unbroken']:.3f} | "
            f"{of_logits['margin']:.1f} / {of_logits['predicted_margin']:.1f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tables", nargs="+", default=["units", "logits"])
    given = parser.parse_args()
    exact = max(given.networks // 10, 1)
    if "units" in given.tables:
        nulls_of_units(given.networks, given.seed)
        exact_units(exact, given.seed)
    if "logits" in given.tables:
        nulls_of_logits(given.networks, given.seed)
        exact_logits(exact, given.seed)
    if "outside" in given.tables:
        outside_networks()


if __name__ == "__main__":
    main()
