"""Speed of training, measured and printed; nothing is asserted.

    python -m tests.benchmarks.bench_training [step] [field] [seeds] [--device cuda]

step: one step at p = 97. field: the same step, cross-entropy alone, beside the one-layer
HookedTransformer of TransformerLens (`pip install "transformer-lens<4"`, for this benchmark only).
seeds: one program of several seeds beside runs one after the other. On an idle machine.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from symtheory.experiments.architecture import new_network
from symtheory.experiments.config.training import TrainingConfig
from symtheory.experiments.data import split_task
from symtheory.experiments.denormals import fast_arithmetic
from symtheory.experiments.objectives.objective import Objective
from symtheory.experiments.objectives.selection import auxiliary_terms
from symtheory.experiments.optimizers.build import make_optimizer
from symtheory.experiments.training.ensemble import Ensemble, Workers, workers
from symtheory.experiments.training.runs import Run
from symtheory.experiments.training.trainer import train, train_batch
from symtheory.tasks.catalogue import named_task
from symtheory.theory import Theory, predict


def milliseconds(call: Callable[[], object], device: str, *, rounds: int = 20) -> float:
    """Median time of a call, after three that warm up."""

    def wait() -> None:
        if device != "cpu":
            torch.cuda.synchronize()

    for _ in range(3):
        call()
    seconds = []
    for _ in range(rounds):
        wait()
        began = time.perf_counter()
        call()
        wait()
        seconds.append(time.perf_counter() - began)
    return 1e3 * statistics.median(seconds)


def our_step(
    theory: Theory, config: TrainingConfig, crew: Workers
) -> tuple[Callable[[], None], int]:
    """Return one step of training as `verify` takes it, and the number of its cells."""
    split = split_task(theory, config)
    ensemble = Ensemble([new_network(theory, config)], is_shared_out=True)
    optimizer = make_optimizer(ensemble.parameters.values(), config.optimizer)
    terms = auxiliary_terms(theory, config, split.known)
    objective = Objective(terms, split, split.known, config, torch.device(config.device))

    def step() -> None:
        ensemble.backward([objective.draw(0)], with_workers=crew)
        optimizer.step()

    return step, len(objective.draw(0).cells)


def bench_step(device: str) -> None:
    """Steps of `verify modadd --p 97`."""
    theory, config = predict(named_task("modadd", p=97)), TrainingConfig(device=device)
    alone = replace(config, auxiliaries=())
    with workers(torch.device(device)) as crew:
        for name, each in (("prompted", config), ("cross-entropy", alone)):
            step, n_cells = our_step(theory, each, crew)
            print(f"{name} step, {n_cells} cells: {milliseconds(step, device):.1f} ms")


class _Hooked(torch.nn.Module):
    """TransformerLens on cells (x, y): tokens x, y and "=", logits at the last position."""

    def __init__(self, p: int, device: str) -> None:
        super().__init__()
        from transformer_lens import HookedTransformer, HookedTransformerConfig

        self.equals = p
        self.model = HookedTransformer(
            HookedTransformerConfig(
                n_layers=1,
                n_heads=4,
                d_model=128,
                d_head=32,
                d_mlp=512,
                act_fn="relu",
                normalization_type=None,
                d_vocab=p + 1,
                d_vocab_out=p,
                n_ctx=3,
                init_weights=True,
                seed=0,
                device=device,
            )
        )

    def forward(self, cells: torch.Tensor) -> torch.Tensor:
        """Return the logits."""
        last = torch.full_like(cells[:, :1], self.equals)
        return self.model(torch.cat([cells, last], dim=1))[:, -1]


def bench_field(device: str) -> None:
    """Our cross-entropy step beside that of TransformerLens, in turns; the same batch, AdamW."""
    theory = predict(named_task("modadd", p=97))
    config = TrainingConfig(device=device, auxiliaries=())
    split = split_task(theory, config)
    cells = torch.as_tensor(split.train_cells, device=device)
    answers = torch.as_tensor(split.known[split.known >= 0], device=device)
    hooked = _Hooked(97, device)
    optimizer = torch.optim.AdamW(hooked.parameters(), lr=0.005, weight_decay=1.0, fused=True)

    def theirs() -> None:
        optimizer.zero_grad(set_to_none=True)
        cross_entropy(hooked(cells), answers).backward()
        optimizer.step()

    pairs = []
    for _ in range(6):
        with workers(torch.device(device)) as crew:
            mine = milliseconds(our_step(theory, config, crew)[0], device)
        pairs.append((mine, milliseconds(theirs, device)))
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratios = sorted(b / a for a, b in pairs)
    print(f"cross-entropy step, {len(cells)} cells: ours {mine:.1f}, theirs {other:.1f} ms")
    print(
        f"  ratio of six pairs: median {statistics.median(ratios):.2f}, {ratios[0]:.2f} to "
        f"{ratios[-1]:.2f} (TransformerLens {version('transformer-lens')}, {torch.__version__})"
    )


def bench_seeds(device: str) -> None:
    """One program of several seeds beside single runs: whole trainings, with logs and states."""
    sizes = ((97, 60), (59, 120), (31, 200))
    for p, steps in sizes:
        theory = predict(named_task("modadd", p=p))
        for n_seeds in (4, 20) if device == "cpu" else (16, 64):
            configs = [
                TrainingConfig(steps=steps, device=device, seed=seed) for seed in range(n_seeds)
            ]
            with tempfile.TemporaryDirectory() as folder:
                runs = [
                    [Run.create(Path(folder, f"{kind}{c.seed}"), theory.task, c) for c in configs]
                    for kind in ("one", "all")
                ]
                began = time.perf_counter()
                n_alone = min(n_seeds, 4)  # single runs cost the same each
                for config, run in list(zip(configs, runs[0], strict=True))[:n_alone]:
                    train(theory, config, run)
                alone = (time.perf_counter() - began) / n_alone
                began = time.perf_counter()
                train_batch(theory, configs, runs[1])
                together = (time.perf_counter() - began) / n_seeds
            print(
                f"p = {p}, {steps} steps, {n_seeds} seeds: {alone:.2f} s a run alone, "
                f"{together:.2f} s a run together, {alone / together:.2f} times"
            )


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["step", "seeds"])
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {torch.get_num_threads()} threads, {arguments.device}")
    with fast_arithmetic():
        for part in arguments.parts:
            {"step": bench_step, "field": bench_field, "seeds": bench_seeds}[part](arguments.device)


if __name__ == "__main__":
    main()
