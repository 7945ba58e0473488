"""The logged rows of several seeds as one table, and as curves over a common grid of steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.records import Json

from ..statistics.stages import find_stages
from .time_to_generalization import Record, log_rows

__all__ = ["COLUMNS", "Checkpoints", "read_checkpoints"]

COLUMNS = (
    "train_loss",
    "train_accuracy",
    "test_accuracy",
    "violation",
    "violation_max",
    "effective_dimension",
)
"""What is kept of each row."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoints:
    """Rows of the logs of several seeds.

    Parameters
    ----------
    seeds : tuple of int
    seed : (n_rows,) int64
        Index into ``seeds`` of each row; steps increase within a seed.
    step : (n_rows,) float64
    values : mapping of str to (n_rows,) float64
        `COLUMNS`; not a number where a row has none.
    """

    seeds: tuple[int, ...]
    seed: NDArray[np.int64]
    step: NDArray[np.float64]
    values: Mapping[str, NDArray[np.float64]]

    def __repr__(self) -> str:
        return f"Checkpoints({len(self.step)} rows of {len(self.seeds)} seeds)"

    @property
    def is_solved(self) -> NDArray[np.bool_]:
        """Whether every held-out cell is answered."""
        return np.asarray(self.values["test_accuracy"] >= 1)

    def curves(self, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return a column of every seed over the steps that any seed logged.

        Between two rows, and after the last one, a seed keeps the value of the row before. The
        grid begins where every seed has one.

        Returns
        -------
        steps : (n_steps,) float64
        curves : (n_seeds, n_steps) float64
        """
        values = self.values[column]
        has = np.isfinite(values)
        if not all(has[self.seed == s].any() for s in range(len(self.seeds))):
            return np.zeros(0), np.zeros((len(self.seeds), 0))
        own = [(self.seed == s) & has for s in range(len(self.seeds))]
        first = max((self.step[mask][0] for mask in own), default=0.0)
        steps = np.unique(self.step)
        steps = steps[steps >= first]
        places = [np.searchsorted(self.step[mask], steps, side="right") - 1 for mask in own]
        return steps, np.array([values[m][place] for m, place in zip(own, places, strict=True)])


def read_checkpoints(records: Sequence[Record], *, after_memorization: bool = False) -> Checkpoints:
    """Collect the rows of the runs of one task and one variant.

    Parameters
    ----------
    records : sequence of mappings
        Failed ones are left out. So are rows without a held-out accuracy.
    after_memorization : bool
        Keep a row only from the step on at which its run had memorized for good.

    Raises
    ------
    SpecError
        If two runs share a seed, or a log has no rows or steps out of order.
    """
    seeds: list[int] = []
    kept: list[tuple[int, Mapping[str, Json]]] = []
    for record in records:
        if record.get("status") == "failed":
            continue
        rows = log_rows(record)
        seed = record.get("seed")
        if not isinstance(seed, int) or seed in seeds:
            raise SpecError(f"give one run of each seed of one task and variant, seed {seed!r}")
        memorized = find_stages(rows).memorization.step
        begin = (np.inf if memorized is None else memorized) if after_memorization else 0
        own = [row for row in rows if row.get("test_accuracy") is not None]
        kept += [(len(seeds), row) for row in own if _float(row, "step") >= begin]
        seeds.append(seed)
    return Checkpoints(
        tuple(seeds),
        np.array([index for index, _ in kept], dtype=np.int64),
        np.array([_float(row, "step") for _, row in kept], dtype=np.float64),
        {
            column: np.array([_float(row, column) for _, row in kept], dtype=np.float64)
            for column in COLUMNS
        },
    )


def _float(row: Mapping[str, Json], key: str) -> float:
    value = row.get(key)
    return float(value) if isinstance(value, int | float) else float("nan")
