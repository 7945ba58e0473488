"""Times of character tables and irreps, beside GAP where a GAP command is given.

    python tests/benchmarks/bench_groups.py [--gap "GAP COMMAND"] [--limit SECONDS]

Both sides start from permutation generators. "build" is our Cayley table; "table" the exact
character table, best of three; "irreps" all real irreps as matrices. GAP computes
Irr(CharacterTable(G)) and IrreducibleRepresentations(G) on fresh groups, each in a process of its
own, timed inside GAP (start-up excluded) and stopped after the limit.
"""

import argparse
import gzip
import json
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group
from symtheory.groups.permutations import permutation_group
from symtheory.representations.character_table import character_table
from symtheory.representations.irreps import real_irreps

DATA = Path(__file__).resolve().parents[1] / "oracles" / "groups.json.gz"
NAMED = (
    "Z12", "Z4 x Z6", "D7", "D8", "Q8", "Dic5", "A4", "S4", "A5", "S5", "SL(2,3)", "Heis(3)",
    "Heis(5)", "F(7,3)", "F(13,4)", "PSL(2,7)", "D59", "D100", "Z200", "A6", "S6",
)  # fmt: skip
BESIDE_GAP = (
    (24, 3), (24, 12), (27, 3), (36, 9), (42, 1), (54, 5), (56, 11), (60, 5), (64, 138), (72, 39),
    (96, 227), (118, 1), (120, 5), (120, 34), (125, 3), (168, 42), (216, 153), (336, 208),
    (360, 118), (720, 763),
)  # fmt: skip


def best_of(times: int, call: "object") -> float:
    """Shortest of several runs, in seconds."""
    shortest = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        call()  # type: ignore[operator]
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def ours(build: "object") -> tuple[Group, float, float, float]:
    """Times to build the group, its character table and its irreps."""
    built = best_of(3, build)
    group: Group = build()  # type: ignore[operator]
    table = character_table(group)
    tables = best_of(3, lambda: character_table(group))
    irreps = best_of(1 if group.order > 300 else 3, lambda: real_irreps(table))
    return group, built, tables, irreps


def gap_seconds(gap: str, generators: list[list[int]], what: str, limit: float) -> float | None:
    """Time of one GAP computation, or None where it exceeds the limit."""
    permutations = ",".join(f"PermList({g})" for g in generators)
    with tempfile.TemporaryDirectory() as folder:
        program, out = Path(folder) / "time.g", Path(folder) / "time.txt"
        program.write_text(
            f"G := Group({permutations});; start := NanosecondsSinceEpoch();;\n"
            f"result := {what};;\n"
            f'PrintTo("{out}", NanosecondsSinceEpoch() - start);\nQUIT;\n'
        )
        command = [*shlex.split(gap), "-q", "-A", str(program)]
        try:
            subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            return None
        return int(out.read_text()) / 1e9 if out.exists() else None


def line(*cells: object) -> None:
    """Print one row."""
    texts = [f"{c:9.4f}" if isinstance(c, float) else f"{c!s:>9}" for c in cells[1:]]
    sys.stdout.write(f"{cells[0]!s:<14}" + " ".join(texts) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--gap", help="the command that starts GAP")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds per GAP computation")
    args = parser.parse_args()
    line("group", "order", "classes", "build s", "table s", "irreps s")
    for text in NAMED:
        group, built, tables, irreps = ours(lambda text=text: parse_group(text))
        classes = character_table(group).count
        line(text, group.order, classes, built, tables, irreps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:.0f} MiB\n")
    if not args.gap:
        return
    records = {tuple(r["id"]): r for r in json.loads(gzip.decompress(DATA.read_bytes()))["groups"]}
    sys.stdout.write("\n")
    line("SmallGroup", "build s", "table s", "irreps s", "GAP table", "GAP irreps", "table/GAP",
         "irreps/GAP")  # fmt: skip
    for key in BESIDE_GAP:
        generators = records[key]["generators"]
        zero_based = [tuple(i - 1 for i in g) for g in generators]
        _, built, tables, irreps = ours(lambda g=zero_based: permutation_group(g))
        theirs = gap_seconds(args.gap, generators, "Irr(CharacterTable(G))", args.limit)
        matrices = gap_seconds(args.gap, generators, "IrreducibleRepresentations(G)", args.limit)
        line(
            key, built, tables, irreps, theirs or "-", matrices or f"> {args.limit:.0f}",
            tables / theirs if theirs else "-", irreps / matrices if matrices else "-",
        )  # fmt: skip


if __name__ == "__main__":
    main()
