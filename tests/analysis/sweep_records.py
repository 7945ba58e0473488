"""Sweep records made by hand."""

from collections.abc import Sequence

import numpy as np

from symtheory.records import SCHEMA, Json

GRID = (0, 1, 2, 4, 8, *range(10, 301, 10))


def record(
    rows: Sequence[dict[str, Json]],
    *,
    seed: int = 0,
    variant: str = "baseline",
    task: str = "modadd p=59",
    budget: int = 300,
    closure: float | None = 0.0,
    seconds: float = 30.0,
) -> dict[str, Json]:
    return {
        "schema": SCHEMA,
        "sweep": "made up",
        "size": "quick",
        "task": task,
        "variant": variant,
        "seed": seed,
        "settings": {},
        "status": "done",
        "error": None,
        "step": rows[-1]["step"] if rows else 0,
        "reason": "budget",
        "budget": budget,
        "n_train": 100,
        "n_cells": 300,
        "closure": closure,
        "seconds": seconds,
        "folder": "nowhere",
        "rows": list(rows),
    }


def failed(
    *, seed: int = 0, variant: str = "baseline", task: str = "modadd p=59", error: str = "diverged"
) -> dict[str, Json]:
    empty = record([], seed=seed, variant=variant, task=task)
    return {**empty, "status": "failed", "error": error}


def solved_at(step: int | None, *, last: int = 300, **named: object) -> dict[str, Json]:
    """A run whose held-out accuracy is 1 from a step on."""
    steps = sorted({0, last, *([] if step is None else [step])})
    rows = [row(s, test=float(step is not None and s >= step)) for s in steps]
    return record(rows, **named)  # type: ignore[arg-type]


def row(
    step: int,
    *,
    train: float = 1.0,
    test: float = 0.0,
    violation: float | None = 1.0,
    worst: float | None = None,
    dimension: float | None = 10.0,
    loss: float = 0.1,
) -> dict[str, Json]:
    return {
        "step": step,
        "train_loss": loss,
        "train_accuracy": train,
        "test_loss": 1.0 - test,
        "test_accuracy": test,
        "violation": violation,
        "violation_max": violation if worst is None else worst,
        "violations": {},
        "effective_dimension": dimension,
        "gram_similarity": None,
        "seconds": step / 10,
    }


def three_stages(
    seed: int,
    *,
    acquired: float,
    solved: float,
    memorized: float = 20.0,
    grid: Sequence[int] = GRID,
    rng: np.random.Generator | None = None,
    **named: object,
) -> dict[str, Json]:
    """A run that memorizes; its violation falls through 1 at one step, and another solves it.

    Curves are logistic in log step; noise, if any, is on the violation.
    """
    rng = rng or np.random.default_rng(seed)
    rows = []
    for step in grid:
        t = np.log(step + 1)
        rise = 1 / (1 + np.exp(-4 * (t - np.log(memorized / 2))))
        fall = 1 / (1 + np.exp(-6 * (t - np.log(acquired + 1))))
        late = 1 / (1 + np.exp(-6 * (t - np.log(1.6 * solved))))
        violation = 0.05 + 8 * rise * np.exp(-2 * np.log(8) * fall) * np.exp(0.05 * rng.normal())
        test = 1.0 if step >= solved else round(0.98 * min(1.0, (step / solved) ** 3), 4)
        rows.append(
            row(
                step,
                train=float(step >= memorized) or round(float(rise), 3) * 0.99,
                test=test,
                violation=float(violation),
                worst=float(6 * violation * np.exp(0.1 * rng.normal())),
                dimension=float(round(40 - 30 * late)),
                loss=float(4 * np.exp(-3 * rise) + 1e-3),
            )
        )
    return record(rows, seed=seed, **named)  # type: ignore[arg-type]
