"""Training loop of several seeds in lockstep, which resumes from their checkpoints.

All runs are at the same step: they differ in their seeds only, so one schedule, one optimizer and
one stack of parameters serve them all. A run that ends leaves the stack; the others go on. What is
drawn for a step depends on (seed, step) alone, so parameters and optimizer state are all that a
checkpoint needs, and on a CPU a resumed run is bit for bit the one that was not interrupted.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from symtheory.errors import RunError
from symtheory.theory import Theory

from ..architecture import new_network
from ..config.training import TrainingConfig
from ..data import split_task
from ..models.build import Network
from ..objectives.objective import Objective
from ..objectives.selection import augmented_answers, auxiliary_terms
from ..optimizers.build import make_optimizer, set_learning_rate, state_shapes
from ..optimizers.equal_step import EqualStep
from .checkpoints import load_stack, run_states
from .ensemble import Ensemble, Workers
from .monitor import Monitor, Row, is_logged
from .network import table_logits
from .runs import Run

__all__ = ["SeedBatch", "SeedRun", "has_settled"]


def has_settled(row: Row, config: TrainingConfig) -> bool:
    """Say whether training may stop, by the rule in `TrainingConfig`."""
    violation, similarity = row["violation"], row["gram_similarity"]
    return (
        row["train_accuracy"] == 1.0
        and (violation is None or float(violation) <= config.settled_violation)  # type: ignore[arg-type]
        and similarity is not None
        and float(similarity) >= config.settled_similarity  # type: ignore[arg-type]
    )


class SeedRun:
    """One seed of a batch: its objective, its log, its reason to stop."""

    def __init__(
        self,
        theory: Theory,
        config: TrainingConfig,
        run: Run,
        device: torch.device,
    ) -> None:
        split = split_task(theory, config)
        self.config = config
        self.run = run
        self.objective = Objective(
            auxiliary_terms(theory, config, split.known),
            split,
            augmented_answers(theory, config, split.known),
            config,
            device,
        )
        self._monitor = Monitor(theory, config, split, run, device)
        self.rows = run.metrics

    def measure(
        self,
        network: Network,
        logits: Tensor,
        step: int,
        *,
        step_norm: float | None,
        seconds: float,
    ) -> None:
        """Add the row of a step."""
        row = self._monitor.row(network, logits, step, step_norm=step_norm, seconds=seconds)
        self.rows.append(row)

    def why_to_stop(self, step: int) -> str | None:
        """Say why the run ends at a step, if it does."""
        if not self.rows or self.rows[-1]["step"] != step:
            return None
        if has_settled(self.rows[-1], self.config):
            # In the cool-down anything comes to rest: the reason says so, and the reader decides.
            rate = self.config.optimizer.rate(step, self.config.steps)
            falls = step > 0 and rate < self.config.optimizer.rate(step - 1, self.config.steps)
            return "the geometry has settled" + (" as the learning rate fell" if falls else "")
        return "the steps were used up" if step == self.config.steps else None


class SeedBatch:
    """Several seeds that are trained together.

    Parameters
    ----------
    theory : Theory
    config : TrainingConfig
        Of any of the runs; they differ in the seed only.
    seed_runs : sequence of SeedRun
    with_workers : Workers
    is_alone : bool
        Whether there was one run from the start; its cells are then shared out among threads. The
        last that is left of several goes on as it began: sums in another order would change bits.
    """

    def __init__(
        self,
        theory: Theory,
        config: TrainingConfig,
        seed_runs: Sequence[SeedRun],
        with_workers: Workers,
        *,
        is_alone: bool,
    ) -> None:
        self._is_alone = is_alone
        self._theory = theory
        self._config = config
        self._seed_runs = list(seed_runs)
        self._workers = with_workers
        self._before: list[Tensor] = []
        self._start = self._restore()

    def train(
        self, on_rows: Callable[[Sequence[Row]], None], interrupted: Callable[[], bool]
    ) -> None:
        """Take steps until every run has ended."""
        start = self._start
        # The clock of the log goes on where the last session left it.
        done = max(_seconds(seed_run.rows) for seed_run in self._seed_runs)
        began = time.perf_counter() - done
        # One round more than there are steps: the last is measured, and then every run has ended.
        for step in range(max(start, 0), self._config.steps + 1):
            wished = interrupted()
            fresh = step > start  # rows and states of the starting step exist already
            if fresh and is_logged(step, self._config):
                self._measure(step, time.perf_counter() - began)
                on_rows([seed_run.rows[-1] for seed_run in self._seed_runs])
            reasons = [seed_run.why_to_stop(step) for seed_run in self._seed_runs]
            is_due = step > 0 and step % self._config.checkpoint_every == 0
            if fresh and (any(reasons) or wished or is_due):
                self._write_states(step)
            # All states are written before the first run is closed, so that a batch killed in
            # between goes on from one common step.
            self._end(step, reasons)
            if not self._seed_runs:
                return
            if wished:
                raise KeyboardInterrupt
            self._step(step)

    def _step(self, step: int) -> None:
        config = self._config
        set_learning_rate(self._optimizer, config.optimizer, step=step, steps=config.steps)
        draws = self._workers.each(
            lambda number: self._seed_runs[number].objective.draw(step), range(len(self._seed_runs))
        )
        parameters = self._ensemble.parameters.values()
        # Kept only where the next step is logged: for the length of the step in its row.
        self._before = []
        if is_logged(step + 1, self._config):
            self._before = [stack.detach().clone() for stack in parameters]
        if isinstance(self._optimizer, EqualStep):
            # Two gradients at one point: the whole objective's, copied away, gives the length; the
            # cross-entropy's, left in place, the direction.
            self._ensemble.backward(draws, with_workers=self._workers)
            whole = [stack.grad.clone() for stack in parameters if stack.grad is not None]
            self._ensemble.backward(draws, with_workers=self._workers, labels_only=True)
            self._optimizer.step(whole)
        else:
            self._ensemble.backward(draws, with_workers=self._workers)
            self._optimizer.step()

    def _measure(self, step: int, seconds: float) -> None:
        norms: list[float | None] = [None] * len(self._seed_runs)
        if self._before:
            pairs = zip(self._ensemble.parameters.values(), self._before, strict=True)
            moves = [(now.detach() - then).flatten(1) for now, then in pairs]
            parts = [torch.linalg.vector_norm(each, dim=1, dtype=torch.float64) for each in moves]
            norms = torch.linalg.vector_norm(torch.stack(parts), dim=0).tolist()

        def one(number: int) -> None:
            network, seed_run = self._ensemble.networks[number], self._seed_runs[number]
            shape = self._theory.task.table.shape
            logits = table_logits(network, shape, self._workers if self._is_alone else None)
            seed_run.measure(network, logits, step, step_norm=norms[number], seconds=seconds)

        numbers = range(len(self._seed_runs))
        if self._is_alone:
            one(0)
        else:
            self._workers.each(one, numbers)

    def _write_states(self, step: int) -> None:
        states = run_states(self._ensemble.parameters, self._optimizer)
        for seed_run, state in zip(self._seed_runs, states, strict=True):
            seed_run.run.write_state(step, state)

    def _end(self, step: int, reasons: Sequence[str | None]) -> None:
        """Close the runs that end, and go on with a smaller stack."""
        if not any(reasons):
            return
        states = run_states(self._ensemble.parameters, self._optimizer)
        for seed_run, reason in zip(self._seed_runs, reasons, strict=True):
            if reason:
                seed_run.run.write_json("finished.json", {"step": step, "reason": reason})
        # The stack is made anew of the runs that go on. Their states are copied as they are, so
        # nothing in them changes; the optimizer cannot drop rows of what it remembers.
        going = [number for number, reason in enumerate(reasons) if not reason]
        self._seed_runs = [self._seed_runs[number] for number in going]
        if going:
            self._stack([states[number] for number in going])

    def _restore(self) -> int:
        """Load the last common states and forget what came after; return their step, -1 if none."""
        # A batch that was killed may have written some of the states of a step: the earlier step
        # is the one that all have, since two states are kept of each run.
        step = min(_last_step(seed_run.run) for seed_run in self._seed_runs)
        states = None
        if step < 0:
            for seed_run in self._seed_runs:
                _check_begun_together(seed_run.run)
        if step >= 0:
            states = [seed_run.run.state(step) for seed_run in self._seed_runs]
        self._stack(states)
        for seed_run in self._seed_runs:
            if step >= 0:
                seed_run.run.check_history(last=step, log_every=self._config.log_every)
            seed_run.run.rewind(step)
            seed_run.rows = seed_run.run.metrics
        return step

    def _stack(self, states: Sequence[Mapping[str, NDArray[np.floating]]] | None) -> None:
        networks = [new_network(self._theory, seed_run.config) for seed_run in self._seed_runs]
        self._ensemble = Ensemble(networks, is_shared_out=self._is_alone)
        self._optimizer = make_optimizer(self._ensemble.parameters.values(), self._config.optimizer)
        if states is not None:
            shapes = partial(state_shapes, self._config.optimizer)
            load_stack(self._ensemble.parameters, self._optimizer, states, shapes)


def _seconds(rows: Sequence[Row]) -> float:
    return float(rows[-1]["seconds"]) if rows else 0.0  # type: ignore[arg-type]


def _check_begun_together(run: Run) -> None:
    """Refuse to throw away the work of a run because another run of the batch has none.

    A batch whose process was killed leaves states that are at most one checkpoint apart.
    """
    if len(run.state_steps) > 1:
        raise RunError(
            f"{run.folder} is at step {run.state_steps[-1]} and another run of its batch has not "
            "begun; train it by itself with --resume"
        )


def _last_step(run: Run) -> int:
    """Return the step of the last state, -1 if there is none."""
    steps = run.state_steps
    if not steps and any(row["step"] > run.config["checkpoint_every"] for row in run.metrics):  # type: ignore[operator]
        raise RunError(f"{run.folder} has a log but no state to resume from; choose another --out")
    return steps[-1] if steps else -1
