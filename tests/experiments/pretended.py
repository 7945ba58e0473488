"""A stand-in for training a batch: rows that follow from settings and seed, at no cost."""

import time
from collections.abc import Callable

from symtheory.errors import RunError
from symtheory.experiments.config.training import TrainingConfig
from symtheory.experiments.training import trainer
from symtheory.records import SCHEMA


def row(config: TrainingConfig, step: int) -> dict[str, object]:
    measured = {
        "train_loss": 1 / (1 + step + config.seed), "train_accuracy": 1.0, "test_loss": 0.5,
        "test_accuracy": min(1.0, step / config.steps), "violation": 0.1, "violation_max": 0.2,
        "effective_dimension": 3, "gram_similarity": None, "seconds": step / 10,
        "step_norm": None, "violations": {}, "gram": {},
    }  # fmt: skip
    return {"step": step, **measured, "irreps": {"shared": {}}, "norms": {"parameters": 1.0}}


class Pretended:
    """Trains as fast as the rows can be written, and keeps what it was called with.

    Parameters
    ----------
    fails : callable, optional
        Given a configuration and a step, returns an exception to raise there, or None.
    pause : float
        Seconds between rows.
    """

    def __init__(self, fails: Callable = lambda *_: None, pause: float = 0.0) -> None:
        self.fails, self.pause = fails, pause
        self.batches: list[list[int]] = []

    def __call__(self, theory, configs, runs, *, on_rows=lambda *_: None, interrupted) -> None:
        self.batches.append([config.seed for config in configs])
        for config, run in zip(configs, runs, strict=True):
            run.check_identity(theory.task, config)
        for step in range(0, configs[0].steps + 1, configs[0].log_every):
            for config, run in zip(configs, runs, strict=True):
                error = self.fails(config, step)
                if error is not None:
                    raise error
                there = run.metrics
                if not there or there[-1]["step"] < step:
                    run.append_metrics(row(config, step))
                    on_rows([row(config, step)])
            time.sleep(self.pause)
            if interrupted():
                raise KeyboardInterrupt
        for config, run in zip(configs, runs, strict=True):
            run.write_json("finished.json", {"step": config.steps, "reason": "pretended"})


class Visitor:
    """Something to examine runs with that takes the stand-in along to another process."""

    def __call__(self, *_) -> dict[str, object]:
        return {"verdicts": [], "outcome": "inconclusive"}

    def __reduce__(self) -> tuple[Callable, tuple]:
        return _arrive, ()


def _arrive() -> Visitor:
    trainer.train_batch = Pretended(fails=fails_at_seed_13, pause=0.05)
    return Visitor()


def fails_at_seed_13(config: TrainingConfig, step: int) -> Exception | None:
    return RunError(f"diverged at step {step}") if config.seed == 13 and step >= 20 else None


def table_of(title: str) -> Callable[..., str]:
    """A stand-in for a table: how many records there are of which status."""

    def table(records: list[dict], **_: object) -> str:
        assert all(record["schema"] == SCHEMA and "rows" in record for record in records)
        n_done = sum(record["status"] == "done" for record in records)
        return f"{title}: {n_done} of {len(records)}\n"

    return table


SPEC = """
name = "small"
claim = "Nothing is claimed"
seeds = [1, 2, 3]

[base]
steps = 40
auxiliaries = []
train_fraction = 0.5

[[tasks]]
task = "modadd"
p = 7

[[tasks]]
task = "x + 2*y"
mod = 5
steps = 60

[[variants]]
name = "baseline"

[[variants]]
name = "swapped"
auxiliaries = ["swap"]
optimizer = {learning_rate = 0.003}

[quick]
seeds = [4]
base = {steps = 20}
variants = ["swapped"]
"""
