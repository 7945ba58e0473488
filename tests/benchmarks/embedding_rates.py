"""Rates of the claims about embeddings of a group: false refutations, and false agreement.

    python -m tests.benchmarks.embedding_rates [--networks 1000] [--exact 50] [--seed 0]

Prints the tables of docs/factor_law.md. *Exact* networks are units alpha^T rho beta, beta^T rho
gamma, alpha^T rho gamma of some or all irreps, faithful together, with or without broken factors: a
cell counts those that a claim refutes / holds, of so many. Of networks whose embeddings have
nothing to do with each other a cell counts p <= .05 / p <= .01 / held.
"""

import argparse
from collections import Counter
from functools import cache

import numpy as np

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.claims.judge import judge
from symtheory.analysis.claims.network import Network
from symtheory.analysis.claims.registry import TESTS
from symtheory.analysis.composition.coefficients import irreps_of
from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group
from symtheory.records import Embedding, Outcome, Role, Verdict
from symtheory.representations.character_table import character_table
from symtheory.tasks.group_words import group_task
from symtheory.theory import Theory, predict
from tests.analysis.composition.made_networks import FACTORS, Sides, aligned_units
from tests.benchmarks.composition_rates import stream

GROUPS = ("Z31", "D15", "A5", "Q8 x Z3", "F(13,4)")
ROLES = (Role.X, Role.Y, Role.READOUT)
LEVELS = ("L0", "L1", "L2")
NETWORK_LEVELS = ("irreps", "factors")


@cache
def theory_of(name: str) -> Theory:
    return predict(group_task("x*y", parse_group(name)))


def verdicts_of(name: str, sides: Sides, rng: np.random.Generator, draws: int) -> list[Verdict]:
    """Verdicts on the claims that embeddings alone decide."""
    theory = theory_of(name)
    network = Network(
        {role: Embedding(side.T, role) for role, side in zip(ROLES, sides, strict=True)},
        rng,
        geometries=theory.geometries,
        n_permutations=draws,
    )
    evidence = {}
    for role in ROLES:
        measured = {level: TESTS[level].measure(network, role) for level in LEVELS}
        evidence[role] = Evidence(role, measured, network.clouds[role], None)
    measured = {level: TESTS[level].measure(network, Role.NETWORK) for level in NETWORK_LEVELS}
    evidence[Role.NETWORK] = Evidence(Role.NETWORK, measured, None, None)
    claims = [c for c in theory.predictions(ROLES) if c.level in {*LEVELS, *NETWORK_LEVELS}]
    return list(judge(claims, evidence, generalized=True))


def are_faithful(group: Group, irreps: list[int]) -> bool:
    table = character_table(group)
    trivial = np.ones(group.order, dtype=bool)
    for i in irreps:
        for row in irreps_of(group)[i].characters:
            values = table.numeric_row(row)[table.classes.class_of]
            trivial &= np.abs(values - table.degrees[row]) < 1e-6
    return bool(trivial.sum() == 1)


def some_irreps(group: Group, n: int, rng: np.random.Generator) -> list[int]:
    """So many irreps that are faithful together, or more where so few never are."""
    known = len(irreps_of(group))
    for attempt in range(1000):
        size = min(known, n + attempt // 100)
        found = sorted(rng.choice(known, size=size, replace=False).tolist())
        if are_faithful(group, found):
            return found
    raise ValueError(f"{group.name} has no faithful set of irreps")


def exact_networks(n: int, seed: int) -> None:
    print(f"| exact networks, refuted / held of {n} |", " | ".join((*LEVELS, *NETWORK_LEVELS)), "|")
    for name in GROUPS:
        group = parse_group(name)
        known = len(irreps_of(group))
        for n_irreps in sorted({1, 3, known // 2, known}):
            for width in (32, 128, 1024):
                for broken in ((), ("inner",), ("left", "right")):
                    counts: Counter[tuple[str, Outcome]] = Counter()
                    rng = stream(seed, "exact", name, n_irreps, width, broken)
                    for _ in range(n):
                        irreps = some_irreps(group, n_irreps, rng)
                        sides = aligned_units(group, width, rng=rng, irreps=irreps, broken=broken)
                        worst: dict[str, set[Outcome]] = {}
                        for verdict in verdicts_of(name, sides, rng, 39):
                            level = verdict.prediction.level
                            worst.setdefault(level, set()).add(verdict.outcome)
                        for level, outcomes in worst.items():
                            is_refuted = Outcome.REFUTED in outcomes
                            counts[level, Outcome.REFUTED] += is_refuted
                            counts[level, Outcome.HELD] += outcomes == {Outcome.HELD}
                    cells = [
                        f"{counts[level, Outcome.REFUTED]} / {counts[level, Outcome.HELD]}"
                        for level in (*LEVELS, *NETWORK_LEVELS)
                    ]
                    said = " and ".join(broken) or "none"
                    print(
                        f"| {name}, {n_irreps} of {known} irreps, {width} units, broken: {said} |",
                        " | ".join(cells),
                        "|",
                        flush=True,
                    )


def strangers(n: int, seed: int) -> None:
    """x, y and readout of three networks: irreps drawn for each, factors broken in each."""
    print(f"| embeddings of three networks ({n}) |", " | ".join(NETWORK_LEVELS), "|")
    for name in GROUPS:
        group, rng = parse_group(name), stream(seed, "strangers", name)
        found: dict[str, list[Verdict]] = {level: [] for level in NETWORK_LEVELS}
        for _ in range(n):
            n_irreps = min(3, len(irreps_of(group)))
            drawn = [some_irreps(group, n_irreps, rng) for _ in ROLES]
            sides = [
                aligned_units(group, 64, rng=rng, irreps=irreps, broken=FACTORS)[i]
                for i, irreps in enumerate(drawn)
            ]
            for verdict in verdicts_of(name, (sides[0], sides[1], sides[2]), rng, 99):
                if verdict.prediction.level in found:
                    found[verdict.prediction.level].append(verdict)
        cells = []
        for level in NETWORK_LEVELS:
            tested = [v for v in found[level] if v.p_value is not None]
            at_5, at_1 = (sum((v.p_value or 0) <= rate for v in tested) for rate in (0.05, 0.01))
            held = sum(v.outcome is Outcome.HELD for v in tested)
            cells.append(f"{at_5} / {at_1} / {held} of {len(tested)}")
        print(f"| {name} |", " | ".join(cells), "|", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=1000)
    parser.add_argument("--exact", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    strangers(given.networks, given.seed)
    exact_networks(given.exact, given.seed)


if __name__ == "__main__":
    main()
