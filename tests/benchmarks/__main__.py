"""Speed and memory, measured and printed; nothing is asserted.

    python -m tests.benchmarks

Run it on an idle machine: all figures are wall time on every core that torch and BLAS take.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def show(name: str, seconds: list[float], unit: str = "ms") -> None:
    scale = {"ms": 1e3, "s": 1.0}[unit]
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    print(f"{name:<58}{middle * scale:>9.1f}{low * scale:>9.1f}{high * scale:>9.1f}  {unit}")


def bench_commands() -> None:
    """Whole commands, from shell to exit, with their peak memory."""
    for words, rounds in (
        (["--help"], 5),
        (["predict", "modadd", "--p", "97"], 5),
        (["verify", "modadd", "--p", "97"], 3),
    ):
        seconds, peaks, codes = [], [], set()
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                process = subprocess.Popen(
                    [sys.executable, "-m", "symtheory", *words],
                    cwd=folder,
                    env={**os.environ, "PYTHONPATH": str(ROOT)},
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                _, status, usage = os.wait4(process.pid, 0)
                seconds.append(time.perf_counter() - began)
                process.returncode = os.waitstatus_to_exitcode(status)
            peaks.append(usage.ru_maxrss / 1e6)
            codes.add(process.returncode)
        show(f"symtheory {' '.join(words)}", seconds, "s")
        print(f"  peak memory {max(peaks):.2f} GB, exit codes {sorted(codes)}")


if __name__ == "__main__":
    print(f"{'':<58}{'median':>9}{'min':>9}{'max':>9}   load {os.getloadavg()[0]:.1f}")
    bench_commands()
    print(
        f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB"
    )
