"""Structure, symmetries and theory: seconds, without and with starting Python.

Run with ``python tests/benchmarks/bench_theory.py`` on a quiet machine; with the word ``large`` it
predicts and prints tables of about 512 operands instead, with the word ``graphs`` graphs of about
350 and of about 2,000 vertices. Both take minutes.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.table_automorphisms import table_automorphisms
from symtheory.groups.notation import parse_group
from symtheory.structure.structure import find_structure
from symtheory.tasks.catalogue import CATALOGUE
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task

RECOVERED = (
    "Z168", "Z2 x Z84", "PSL(2,7)", "D84", "Dic42", "F(7,6) x Z4", "S4 x Z7", "D42 x Z2",
    "Dic21 x Z2", "D7 x A4", "D7 x Dic3", "D7 x S3 x Z2", "Z7 x S3 x Z2 x Z2", "D4 x Z7 x Z3",
    "F(7,3) x Q8", "F(7,6) x Z2 x Z2", "SL(2,3) x Z7", "Z7 : Z24 by 1 -> {1 -> 3}",
)  # fmt: skip
LARGE = (
    "x+y mod 512", "(x+y)^2 mod 509", "x^2+y^2 mod 509", "x^2+x*y+y^2 mod 509", "x*y mod 510",
    "x*y mod 512", "x^3+x*y^2+y mod 509",
)  # fmt: skip
N_LARGE = 512
GRAPHS = (
    "path(343)", "cycle(344)", "lattice(7,7,7)", "torus(18,19)", "hypercube(8)", "tree(2,7)",
    "path(2000)", "cycle(2000)", "lattice(12,13,13)", "torus(44,45)", "hypercube(11)", "tree(3,6)",
    "tree(2,9)",
)  # fmt: skip


_WORDS = {
    "p": ["--p", "113"],
    "group": ["--group", "S5"],
    "graph": ["--graph", "lattice(7,7,7)"],
    "levels": ["--levels", "7,7"],
}


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


def large_tables() -> dict[str, NDArray[np.int64]]:
    """Tables of integers that no expression mod n gives; -1 is an unknown answer."""
    rng = np.random.default_rng(0)
    x = np.arange(N_LARGE)
    half, some = N_LARGE // 2, rng.integers(N_LARGE, size=(N_LARGE, N_LARGE))
    turned = np.add.outer(x, x) % N_LARGE
    turned[np.ix_([0, half], [1, 1 + half])] = turned[np.ix_([0, half], [1 + half, 1])]
    maxima = np.maximum.outer(x, x)
    return {
        "max(x, y)": maxima,
        "max(x, y), half known": np.where(rng.random(maxima.shape) < 0.5, maxima, -1),
        "gcd(x, y)": np.gcd.outer(x + 1, x + 1),
        "|x - y|": abs(x[:, None] - x),
        "x and y, bit by bit": x[:, None] & x,
        "x^y mod 512": np.array([[pow(a, b, N_LARGE) for b in range(N_LARGE)] for a in x.tolist()]),
        "random": some,
        "random, symmetric": np.minimum(some, some.T),
        "x + y mod 512, a square turned": turned,
    }


def time_large_tables() -> None:
    """Seconds from starting Python to the last line, or to the refusal."""
    with tempfile.TemporaryDirectory() as folder:
        questions = {}
        for text in LARGE:
            expression, modulus = text.split(" mod ")
            questions[text] = [expression, "--mod", modulus]
        for number, (text, table) in enumerate(large_tables().items()):
            path = Path(folder) / f"{number}.npy"
            np.save(path, table)
            questions[text] = [str(path)]
        for text, words in questions.items():
            time_prediction(text, words)


def time_prediction(text: str, words: list[str]) -> None:
    """Seconds from shell to exit, and the peak of the memory of all processes until then."""
    command = [sys.executable, "-m", "symtheory", "predict", *words]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    refused = ", refused" if done.returncode else ""
    print(f"predict {text:31} {seconds:8.2f} s, so far {peak:.2f} GB{refused}", flush=True)


def main() -> None:
    if sys.argv[1:] == ["large"]:
        time_large_tables()
        return
    if sys.argv[1:] == ["graphs"]:
        for text in GRAPHS:
            time_prediction(text, ["graph", "--graph", text])
        return
    for text in RECOVERED:
        task = shuffled(text)
        milliseconds = 1000 * best(lambda task=task: find_structure(task))
        print(f"structure of a shuffled {text:25} {milliseconds:8.1f} ms")
    table = modular_task("x + y", 113).table
    seconds = best(lambda: table_automorphisms(table, 113))
    print(f"automorphisms of a 113 x 113 table {seconds:8.2f} s")
    for name, entry in CATALOGUE.items():
        words = _WORDS[entry.parameters[0]]
        command = [sys.executable, "-m", "symtheory", "predict", name, *words]
        seconds = best(lambda c=command: subprocess.run(c, capture_output=True, check=True), 3)
        print(f"predict {name:10} {' '.join(words):12} {seconds:8.2f} s")


if __name__ == "__main__":
    main()
