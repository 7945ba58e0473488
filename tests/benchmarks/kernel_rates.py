"""Rates of the test of the answer kernel: false positives, power, false refutations.

    python -m tests.benchmarks.kernel_rates [--clouds 1000] [--power-clouds 200] [--draws 39]
        [--seed 0]

Prints two tables in markdown, in percent of the clouds that are significant at 5 %, and that are
held: clouds without structure, and clouds with the power lambda^a in every dimension and noise of a
share of their power. Every cell has its own stream of random numbers.
"""

import argparse
import zlib
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from symtheory.analysis.kernel.power_order import check_kernel
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.claims.kernel import KERNEL_FLOOR
from symtheory.structure.answer_kernel import AnswerKernel
from tests.analysis.kernel_clouds import (
    EXPONENTS,
    NOISES,
    NULLS,
    TASKS,
    kernel_of,
    null_cloud,
    obedient,
)

Draw = Callable[[AnswerKernel, np.random.Generator], NDArray[np.float64]]


def without_structure(
    kind: str, kernel: AnswerKernel, rng: np.random.Generator
) -> NDArray[np.float64]:
    return null_cloud(kernel, kind, rng=rng)


def with_power(
    exponent: float, noise: float, kernel: AnswerKernel, rng: np.random.Generator
) -> NDArray[np.float64]:
    return obedient(kernel, exponent, noise, rng=rng)


def entry(name: str, words: str, draw: Draw, n_clouds: int, options: argparse.Namespace) -> str:
    """Percentages of clouds that are significant at 5 %, and that reach the floor as well."""
    rng = np.random.default_rng([options.seed, zlib.crc32(f"{name}|{words}".encode())])
    kernel, n_significant, n_held = kernel_of(name), 0, 0
    for _ in range(n_clouds):
        cloud = draw(kernel, rng)
        permutations = label_permutations(len(cloud), options.draws, rng=rng)
        null = check_kernel(cloud, kernel, permutations=permutations).null
        if null.p_value <= 0.05:
            n_significant += 1
            n_held += null.observed >= KERNEL_FLOOR
    return " / ".join(f"{100 * count / n_clouds:.1f}" for count in (n_significant, n_held))


def table(cases: dict[str, Draw], n_clouds: int, options: argparse.Namespace) -> None:
    print("| task | " + " | ".join(cases) + " |", "|---" * (len(cases) + 1) + "|", sep="\n")
    for name in TASKS:
        cells = [entry(name, words, draw, n_clouds, options) for words, draw in cases.items()]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    print()


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clouds", type=int, default=1000, help="clouds without structure a cell")
    parser.add_argument("--power-clouds", type=int, default=200, help="clouds with power a cell")
    parser.add_argument("--draws", type=int, default=39, help="relabelings of each")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(words)
    table({kind: partial(without_structure, kind) for kind in NULLS}, options.clouds, options)
    table(
        {
            f"a = {exponent:g}, noise {noise:g}": partial(with_power, exponent, noise)
            for exponent in EXPONENTS
            for noise in NOISES
            if noise
        },
        options.power_clouds,
        options,
    )


if __name__ == "__main__":
    main()
