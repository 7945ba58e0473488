"""Times to generalization, read off the records of a sweep.

The time of a run is the first logged step at which its held-out accuracy is 1 (arXiv:2603.01968). A
run that never gets there is censored at its last logged step: its time is larger, by an unknown
amount. A run may lose an answer again, in a spike of the loss; its stages say from when on it keeps
them (`symtheory.analysis.statistics.stages`).
A run that failed has no time; it is left out, and counted.

Seconds are those of the record (of a batch of runs, divided by their number) times the part of the
steps that lies before generalization: rows of a batched training show the seconds of the batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.records import Json

from ..statistics.stages import find_stages

__all__ = ["Record", "Times", "log_rows", "read_times"]

Record = Mapping[str, Json]
"""One trained run of a sweep; a line of its results.jsonl."""

_EMPTY: NDArray[np.float64] = np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Steps until generalization, one run each.

    Parameters
    ----------
    steps : (n_runs,) float64
        The step of generalization, or of censoring.
    observed : (n_runs,) bool
        False where the run was censored: it generalizes later than that, or never.
    seeds : tuple of int
        By which runs of two variants are paired; 0, 1, ... if not given.
    seconds : (n_runs,) float64
        Until generalization or censoring; empty if unknown.
    costs : (n_runs,) float64
        Seconds of the whole training; empty if unknown.
    budgets : (n_runs,) float64
        Steps that each run was allowed; infinite, so taken to be equal, if not given.
    n_failed : int
        Runs that are not among these because they ended in an error.

    Examples
    --------
    >>> Times(np.array([200, 3000]), np.array([True, False]))
    Times(200, >3000)
    """

    steps: NDArray[np.float64]
    observed: NDArray[np.bool_]
    seeds: tuple[int, ...] = ()
    seconds: NDArray[np.float64] = field(default_factory=_EMPTY.copy)
    costs: NDArray[np.float64] = field(default_factory=_EMPTY.copy)
    budgets: NDArray[np.float64] = field(default_factory=_EMPTY.copy)
    n_failed: int = 0

    def __post_init__(self) -> None:
        """Check shapes, and that a seed occurs once."""
        steps = np.asarray(self.steps, dtype=np.float64)
        observed = np.asarray(self.observed)
        seeds = self.seeds or tuple(range(len(steps)))
        if steps.ndim != 1 or observed.shape != steps.shape or observed.dtype != np.bool_:
            raise SpecError(
                f"times are one step and one bool a run, got {steps.shape} and "
                f"{observed.shape} of {observed.dtype}"
            )
        if not (np.isfinite(steps).all() and (steps >= 0).all()):
            raise SpecError("times must be finite and not negative; censor what was never seen")
        repeated = sorted({seed for seed in seeds if seeds.count(seed) > 1})
        if repeated:
            raise SpecError(f"seed {repeated[0]} has two runs; give one run of each seed")
        if len(seeds) != len(steps):
            raise SpecError(f"{len(steps)} runs have {len(seeds)} seeds")
        budgets = self.budgets
        if not len(budgets):
            budgets = np.full(len(steps), np.inf)
        for name, values in (("seconds", self.seconds), ("costs", self.costs)):
            if len(values) not in {0, len(steps)}:
                raise SpecError(f"{len(steps)} runs have {len(values)} {name}")
        if len(budgets) != len(steps) or (steps > budgets).any():
            raise SpecError("each run needs a budget that is not below its steps")
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "observed", observed)
        object.__setattr__(self, "seeds", seeds)
        object.__setattr__(self, "budgets", np.asarray(budgets, dtype=np.float64))

    def __repr__(self) -> str:
        pairs = zip(self.steps, self.observed, strict=True)
        return f"Times({', '.join(f'{step:g}' if seen else f'>{step:g}' for step, seen in pairs)})"

    @property
    def n_runs(self) -> int:
        """Number of runs with a time."""
        return len(self.steps)

    @property
    def n_solved(self) -> int:
        """Number of runs that generalized."""
        return int(self.observed.sum())

    @property
    def n_early(self) -> int:
        """Number of runs that ended before their budget without generalizing.

        They stopped for a reason of their own, so what Kaplan and Meier assume of the censored,
        that they would have gone on like the rest, is open. Permutation tests do not need it.
        """
        known = np.isfinite(self.budgets)
        return int((~self.observed & known & (self.steps < self.budgets)).sum())

    def cut(self, horizon: float) -> "Times":
        """Return what would be known had every run been allowed this many steps only.

        Tests that exchange runs need equal budgets: cut both sides at the lower one.

        Examples
        --------
        >>> Times(np.array([200, 900]), np.array([True, True])).cut(500)
        Times(200, >500)
        """
        return Times(
            np.minimum(self.steps, horizon),
            self.observed & (self.steps <= horizon),
            self.seeds,
            budgets=np.minimum(self.budgets, horizon),
            n_failed=self.n_failed,
        )


def read_times(records: Sequence[Record]) -> Times:
    """Read the times of the runs of one task and one variant.

    Parameters
    ----------
    records : sequence of mappings
        Of a sweep; those whose status is "failed" are counted and left out.

    Raises
    ------
    SpecError
        If two runs that did not fail share a seed, or a log has no rows or steps out of order.

    Examples
    --------
    >>> rows = [{"step": s, "test_accuracy": a} for s, a in [(0, 0.0), (10, 0.9), (20, 1.0)]]
    >>> done = {"status": "done", "seed": 5, "seconds": 3.0, "step": 20, "rows": rows}
    >>> read_times([done, {"status": "failed", "seed": 6}]).n_failed
    1
    >>> read_times([done])
    Times(20)
    """
    kept = [record for record in records if record.get("status") != "failed"]
    steps, observed, seconds, costs, budgets = [], [], [], [], []
    for record in kept:
        rows = log_rows(record)
        find_stages(rows)  # refuses a log that is none
        solved = [_number(row.get("step")) for row in rows if row.get("test_accuracy") == 1]
        last = float(rows[-1]["step"])  # type: ignore[arg-type]
        step = solved[0] if solved else last
        cost = _number(record.get("seconds"))
        steps.append(step)
        observed.append(bool(solved))
        costs.append(cost)
        seconds.append(cost * step / last if last else cost)
        budgets.append(max(_number(record.get("budget"), default=last), last))
    return Times(
        np.array(steps, dtype=np.float64),
        np.array(observed, dtype=np.bool_),
        tuple(int(_number(record.get("seed"))) for record in kept),
        np.array(seconds),
        np.array(costs),
        np.array(budgets),
        n_failed=len(records) - len(kept),
    )


def log_rows(record: Record) -> list[Mapping[str, Json]]:
    """Return the log rows of a record.

    Raises
    ------
    SpecError
        If it has none.
    """
    rows = record.get("rows")
    if not isinstance(rows, list) or not rows:
        named = ", ".join(str(record.get(key)) for key in ("task", "variant", "seed"))
        raise SpecError(f"the record of {named} is not failed and yet has no log rows")
    return [row for row in rows if isinstance(row, Mapping)]


def _number(value: Json, *, default: float | None = None) -> float:
    if isinstance(value, int | float):
        return float(value)
    if default is None:
        raise SpecError(f"a sweep record needs a number here, got {value!r}")
    return default
