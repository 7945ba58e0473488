"""Train one network on one theory, into a run folder."""

import time
from collections.abc import Callable
from dataclasses import replace

import torch

from symtheory.errors import RunError
from symtheory.records import Role
from symtheory.theory import Theory

from .checkpoints import load_parameters, load_state, state_arrays
from .config import TrainingConfig
from .data import split_of
from .models.transformer import Transformer
from .monitor import Monitor, Row
from .network import TrainedNetwork
from .objectives.objective import Objective
from .objectives.selection import select_relations
from .optimizers import make_optimizer, set_learning_rate
from .runs import Run
from .seeds import integer

__all__ = ["has_settled", "load_network", "train"]


def train(
    theory: Theory,
    config: TrainingConfig,
    run: Run,
    *,
    on_row: Callable[[Row], None] = lambda _: None,
    interrupted: Callable[[], bool] = lambda: False,
) -> None:
    """Train until the geometry has settled or the steps are used up.

    Continues from the last resumable state in the run folder, if there is one. On the CPU a
    resumed run is bit for bit the run that was never interrupted.

    Parameters
    ----------
    theory : Theory
    config : TrainingConfig
    run : Run
        Folder that receives metrics, embeddings and states.
    on_row : callable
        Called with every logged row.
    interrupted : callable
        Asked before every step; when it says yes, the state is written and KeyboardInterrupt
        raised.
    """
    run.check_identity(theory.task, config)
    if run.finished is not None:
        return
    with run.locked():
        _train(theory, config, run, on_row=on_row, interrupted=interrupted)


def _train(
    theory: Theory,
    config: TrainingConfig,
    run: Run,
    *,
    on_row: Callable[[Row], None],
    interrupted: Callable[[], bool],
) -> None:
    device = torch.device(config.device)
    split = split_of(theory, config)
    network = _new_network(theory, config).to(device)
    optimizer = make_optimizer(network.parameters(), config)
    used = select_relations(theory.relations, config, split.known)
    objective = Objective(used if config.loss == "symmetry" else (), split, config, device)
    monitor = Monitor(theory, config, split, run)

    start = _restore(run, config, network=network, optimizer=optimizer)
    rows = run.metrics
    began = time.perf_counter() - float(rows[-1]["seconds"] if rows else 0.0)  # type: ignore[arg-type]
    for step in range(max(start, 0), config.steps + 1):
        wished = interrupted()
        fresh = step > start  # the row and the state of the starting step exist already
        if fresh and (step % config.log_every == 0 or step == config.steps):
            rows.append(monitor.row(network, step, time.perf_counter() - began))
            on_row(rows[-1])
        why = _why_to_stop(rows[-1], config) if rows and rows[-1]["step"] == step else None
        if fresh and (why or wished or (step and step % config.checkpoint_every == 0)):
            run.write_state(step, state_arrays(network, optimizer))
        if why:
            run.write_json("finished.json", {"step": step, "reason": why})
            return
        if wished:
            raise KeyboardInterrupt
        set_learning_rate(optimizer, config, step=step)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(objective(network, step).total)
        optimizer.step()


def has_settled(row: Row, config: TrainingConfig) -> bool:
    """Say whether training may stop, by the rule in `TrainingConfig`."""
    violation, similarity = row["violation"], row["gram_similarity"]
    return (
        row["train_accuracy"] == 1.0
        and (violation is None or float(violation) <= config.settled_violation)  # type: ignore[arg-type]
        and similarity is not None
        and float(similarity) >= config.settled_similarity  # type: ignore[arg-type]
    )


def _why_to_stop(row: Row, config: TrainingConfig) -> str | None:
    if has_settled(row, config):
        return "the geometry has settled"
    return "the steps were used up" if row["step"] == config.steps else None


def load_network(theory: Theory, config: TrainingConfig, run: Run) -> TrainedNetwork:
    """Return the network of the run's last state, on the CPU."""
    run.check_identity(theory.task, config)
    state, finished = run.last_state(), run.finished
    if state is not None and finished is not None and state[0] != finished["step"]:
        raise RunError(
            f"{run.folder} finished at step {finished['step']} but its last state is of step "
            f"{state[0]}; delete finished.json and continue with --resume"
        )
    if state is None:
        raise RunError(f"{run.folder} holds no trained network yet; train it first")
    network = _new_network(theory, replace(config, device="cpu"))
    load_parameters(network, state[1])
    nx, ny = theory.task.table.shape
    return TrainedNetwork(network, (nx, ny))


def _new_network(theory: Theory, config: TrainingConfig) -> Transformer:
    task = theory.task
    return Transformer(
        len(task.x_labels),
        len(task.y_labels),
        len(task.z_labels),
        config.model,
        is_tied=Role.SHARED in theory.roles,
        generator=torch.Generator().manual_seed(integer(config.seed, "initial parameters")),
    )


def _restore(
    run: Run, config: TrainingConfig, *, network: Transformer, optimizer: torch.optim.Optimizer
) -> int:
    """Load the last state and forget what came after it; return its step, -1 if there is none."""
    last = run.last_state()
    if last is not None:
        step, arrays = last
        load_state(network, optimizer, arrays)
        run.check_history(last=step, log_every=config.log_every)
    else:
        step = -1
        if any(row["step"] > config.checkpoint_every for row in run.metrics):  # type: ignore[operator]
            raise RunError(
                f"{run.folder} has a log but no state to resume from; choose another --out"
            )
    run.rewind(step)
    return step
