"""Training of networks on one theory, each into its run folder; several seeds in one program."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace

import torch

from symtheory.errors import RunError, SpecError
from symtheory.theory import Theory

from ..architecture import embedding_roles, new_network
from ..config.training import TrainingConfig
from ..denormals import fast_arithmetic
from .checkpoints import load_parameters
from .ensemble import workers
from .lockstep import SeedBatch, SeedRun
from .monitor import Row
from .network import TrainedNetwork
from .runs import Run

__all__ = ["load_network", "train", "train_batch"]


def train(
    theory: Theory,
    config: TrainingConfig,
    run: Run,
    *,
    on_row: Callable[[Row], None] = lambda _: None,
    interrupted: Callable[[], bool] = lambda: False,
) -> None:
    """Train one network until its geometry has settled or the steps are used up.

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
    train_batch(
        theory, [config], [run], on_rows=lambda rows: on_row(rows[0]), interrupted=interrupted
    )


def train_batch(
    theory: Theory,
    configs: Sequence[TrainingConfig],
    runs: Sequence[Run],
    *,
    on_rows: Callable[[Sequence[Row]], None] = lambda _: None,
    interrupted: Callable[[], bool] = lambda: False,
) -> None:
    """Train runs that differ in their seeds as one program, each into its folder.

    Runs that are finished are left alone, and a run leaves the program when it ends.

    Parameters
    ----------
    theory : Theory
    configs : sequence of TrainingConfig
        Equal but for the seed.
    runs : sequence of Run
        One for each configuration.
    on_rows : callable
        Called with the rows that the runs in training have logged at a step.
    interrupted : callable
        As in `train`.

    Raises
    ------
    SpecError
        If the configurations differ in more than the seed, or a seed occurs twice.
    """
    _check_batch(theory, configs)
    for config, run in zip(configs, runs, strict=True):
        run.check_identity(theory.task, config)
    open_runs = [number for number, run in enumerate(runs) if run.finished is None]
    if not open_runs:
        return
    with ExitStack() as held:
        for number in open_runs:
            held.enter_context(runs[number].locked())
        device = torch.device(configs[0].device)
        # Before the threads start: they take over the choice of the thread that starts them.
        held.enter_context(fast_arithmetic())
        with_workers = held.enter_context(workers(device))
        seed_runs = [SeedRun(theory, configs[number], runs[number], device) for number in open_runs]
        # By the number of all runs, also of those that have ended: the way in which a run is
        # computed must not change when others end between two sessions.
        batch = SeedBatch(theory, configs[0], seed_runs, with_workers, is_alone=len(configs) == 1)
        batch.train(on_rows, interrupted)


def load_network(theory: Theory, config: TrainingConfig, run: Run) -> TrainedNetwork:
    """Return the network of the run's last state, on the CPU."""
    run.check_identity(theory.task, config)
    state, finished = run.last_state(), run.finished
    # States are written before a run is closed, so the last one is that of its end, unless someone
    # has put it away; then another network would be tested than the log speaks of.
    if state is not None and finished is not None and state[0] != finished["step"]:
        raise RunError(
            f"{run.folder} finished at step {finished['step']} but its last state is of step "
            f"{state[0]}; delete finished.json and continue with --resume"
        )
    if state is None:
        raise RunError(f"{run.folder} holds no trained network yet; train it first")
    network = new_network(theory, replace(config, device="cpu"))
    load_parameters(network, state[1])
    nx, ny = theory.task.table.shape
    return TrainedNetwork(network, (nx, ny))


def _check_batch(theory: Theory, configs: Sequence[TrainingConfig]) -> None:
    seeds = [config.seed for config in configs]
    if len(set(seeds)) < len(seeds):
        raise SpecError(f"every run of a batch has a seed of its own, got {seeds}")
    if any(replace(config, seed=seeds[0]) != configs[0] for config in configs):
        raise SpecError("the runs of a batch differ in their seeds only")
    roles = [embedding_roles(theory, config) for config in configs]
    if len(set(roles)) > 1:
        other = next(
            config.seed for config, own in zip(configs, roles, strict=True) if own != roles[0]
        )
        raise SpecError(
            f"the training cells of seeds {configs[0].seed} and {other} do not suit one network: "
            "say --tied or --no-tied, or train one seed at a time"
        )
