"""Tests of an embedding: seconds of CPU and peak memory of each level.

Run with ``python tests/benchmarks/bench_analysis.py`` on a quiet machine.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "analysis"))

from synthetic import cyclic_blocks, helix  # noqa: E402

from symtheory import named_task, predict  # noqa: E402
from symtheory.analysis.claims.network import Network  # noqa: E402
from symtheory.analysis.claims.registry import collect_evidence  # noqa: E402
from symtheory.analysis.homology.shape import check_shape  # noqa: E402
from symtheory.analysis.statistics.nulls import label_permutations  # noqa: E402
from symtheory.analysis.symmetry.factor_law import check_law  # noqa: E402
from symtheory.analysis.symmetry.procrustes import check_procrustes  # noqa: E402
from symtheory.analysis.symmetry.spectrum import check_spectrum  # noqa: E402
from symtheory.analysis.symmetry.token_cloud import make_token_cloud  # noqa: E402
from symtheory.records import Embedding, Role  # noqa: E402

FREQUENCIES = ((3, 17, 40), (3, 17, 40, 22, 51))


def bench_shape() -> None:
    """L3 with its defaults: 39 Haar and 19 bootstrap clouds, rivals, voids and torsion."""
    for n in (113, 512):
        blocks = cyclic_blocks(n)
        for frequencies in FREQUENCIES:
            rng = np.random.default_rng(0)
            cloud = helix(n, frequencies, noise=0.1, rng=rng)
            began = time.process_time()
            check_shape(cloud, blocks, active=[k - 1 for k in frequencies], rng=rng)
            seconds = time.process_time() - began
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
            print(
                f"shape of {n} tokens, {len(frequencies)} frequencies"
                f"{seconds:>10.1f} s{peak:>8} MiB at most"
            )


def bench_embedding() -> None:
    """One embedding of 128 dimensions with 999 relabelings: L0 to L2, then everything."""
    for n in (113, 512):
        geometry = predict(named_task("modadd", p=n)).geometries[Role.SHARED]
        rng = np.random.default_rng(0)
        points = helix(n, FREQUENCIES[1], noise=0.1, d=128, rng=rng)
        embedding = Embedding(points, Role.SHARED)
        began = time.perf_counter()
        seen = make_token_cloud(embedding, geometry)
        draws = label_permutations(n, 999, rng=rng)
        check_spectrum(seen.points, seen.blocks, permutations=draws)
        check_law(seen, permutations=draws)
        check_procrustes(seen.points, seen.blocks, permutations=draws, laws=seen.laws)
        labels = time.perf_counter() - began
        began = time.perf_counter()
        roles = {Role.SHARED: geometry}
        collect_evidence(Network({Role.SHARED: embedding}, rng, geometries=roles))
        everything = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(
            f"{n} x 128, L0 to L2 {labels:6.1f} s, L0 to L3 {everything:6.1f} s, {peak} MiB at most"
        )


if __name__ == "__main__":
    bench_embedding()
    bench_shape()
