"""Speed and memory, measured and printed; nothing is asserted.

    python -m tests.benchmarks [step] [commands]

Run it on an idle machine: all figures are wall time on every core that torch and BLAS take.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def timed(call: Callable[[], object], *, rounds: int) -> list[float]:
    """Seconds of each of so many calls, after two that warm up."""
    call(), call()
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return seconds


def show(name: str, seconds: list[float], unit: str = "ms") -> None:
    scale = {"ms": 1e3, "s": 1.0}[unit]
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    print(f"{name:<58}{middle * scale:>9.1f}{low * scale:>9.1f}{high * scale:>9.1f}  {unit}")


def bench_step() -> None:
    """Steps at p = 97: cross-entropy by ours, the plain and the untied forward; a prompted one."""
    sys.path.insert(0, str(ROOT / "tests" / "training"))
    import torch
    from plain_transformer import plain_logits
    from torch.nn.functional import cross_entropy

    from symtheory.experiments.config import TrainingConfig
    from symtheory.experiments.data import split_of
    from symtheory.experiments.models.transformer import Transformer
    from symtheory.experiments.objectives.objective import Objective
    from symtheory.experiments.optimizers import make_optimizer
    from symtheory.tasks.catalogue import named_task
    from symtheory.theory import predict

    theory, config = predict(named_task("modadd", p=97)), TrainingConfig()
    split = split_of(theory, config)
    cells = torch.as_tensor(split.train_cells)
    answers = torch.as_tensor(split.known[split.known >= 0])

    def new_network(*, is_tied: bool = True) -> Transformer:
        generator = torch.Generator().manual_seed(0)
        return Transformer(97, 97, 97, config.model, is_tied=is_tied, generator=generator)

    def stepper(
        logits: Callable[[Transformer], torch.Tensor], *, is_tied: bool = True
    ) -> Callable[[], None]:
        network = new_network(is_tied=is_tied)
        optimizer = make_optimizer(network.parameters(), config)

        def step() -> None:
            optimizer.zero_grad(set_to_none=True)
            cross_entropy(logits(network), answers).backward()
            optimizer.step()

        return step

    ours, plain = stepper(lambda n: n(cells)), stepper(lambda n: plain_logits(n, cells))
    pairs = [(timed(ours, rounds=5), timed(plain, rounds=5)) for _ in range(6)]
    mine, theirs = ([s for pair in pairs for s in pair[i]] for i in (0, 1))
    show(f"cross-entropy step, {len(cells)} cells, ours", mine)
    show("the same, plain forward of three positions", theirs)
    ratios = [statistics.median(b) / statistics.median(a) for a, b in pairs]
    print(f"  ratio plain/ours, median of six pairs: {statistics.median(ratios):.2f}")

    untied = stepper(lambda n: n(cells), is_tied=False)
    pairs = [(timed(ours, rounds=5), timed(untied, rounds=5)) for _ in range(6)]
    show("the same, ours with a table for each operand", [s for pair in pairs for s in pair[1]])
    ratios = [statistics.median(b) / statistics.median(a) for a, b in pairs]
    print(f"  ratio untied/tied, median of six pairs: {statistics.median(ratios):.2f}")

    network = new_network()
    optimizer = make_optimizer(network.parameters(), config)
    used = [theory.relation(name) for name in config.relations]
    objective = Objective(used, split, config, torch.device("cpu"))

    def prompted() -> None:
        optimizer.zero_grad(set_to_none=True)
        objective(network, 0).total.backward()
        optimizer.step()

    show("prompted step of `verify modadd --p 97`", timed(prompted, rounds=30))


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
    chosen = sys.argv[1:] or ["step", "commands"]
    print(f"{'':<58}{'median':>9}{'min':>9}{'max':>9}   load {os.getloadavg()[0]:.1f}")
    for part in chosen:
        {"step": bench_step, "commands": bench_commands}[part]()
    print(
        f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB"
    )
