"""Structure, symmetries and theory: seconds, without and with starting Python.

Run with ``python tests/benchmarks/bench_theory.py`` on a quiet machine.
"""

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from symtheory.groups.notation import parse_group
from symtheory.symmetry.automorphisms import table_automorphisms
from symtheory.symmetry.structure import find_structure
from symtheory.tasks.catalogue import CATALOGUE
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task

RECOVERED = ("Z168", "Z2 x Z84", "PSL(2,7)", "D84", "Dic42", "F(7,6) x Z4", "S4 x Z7")


def best(action: Callable[[], object], repeats: int = 5) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def shuffled(text: str) -> Task:
    rng = np.random.default_rng(0)
    table = parse_group(text).table
    n = len(table)
    x, y, z = (rng.permutation(n) for _ in range(3))
    names = tuple(map(str, range(n)))
    return Task(text, z[table[np.ix_(x, y)]], names, names, names, formula=f"{text} in disguise")


def main() -> None:
    for text in RECOVERED:
        task = shuffled(text)
        milliseconds = 1000 * best(lambda task=task: find_structure(task))
        print(f"structure of a shuffled {text:12} {milliseconds:8.1f} ms")
    table = modular_task("x + y", 113).table
    seconds = best(lambda: table_automorphisms(table, 113))
    print(f"automorphisms of a 113 x 113 table {seconds:8.2f} s")
    for name, entry in CATALOGUE.items():
        words = ["--p", "113"] if entry.parameter == "p" else ["--group", "S5"]
        command = [sys.executable, "-m", "symtheory", "predict", name, *words]
        seconds = best(lambda c=command: subprocess.run(c, capture_output=True, check=True), 3)
        print(f"predict {name:10} {' '.join(words):12} {seconds:8.2f} s")


if __name__ == "__main__":
    main()
