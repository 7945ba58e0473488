"""Chain from a task to a verdict: predict, train, examine.

The command line, sweeps and Python all go this one way. This is the only module, beside the command
line, that knows the layers `symtheory.experiments` and `symtheory.analysis`; it imports them when
it is called, so that predictions need neither torch nor figures.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from symtheory.errors import RunError
from symtheory.records import SCHEMA, Json
from symtheory.tasks.task import Task
from symtheory.theory import Theory, predict

if TYPE_CHECKING:
    from symtheory.analysis.examination import Examination
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.training.runs import Run

__all__ = ["default_config", "examine", "open_runs", "result_record", "train", "verify"]


def verify(
    task: Task, config: "TrainingConfig | None" = None, *, out: Path | str | None = None
) -> "Examination":
    """Derive what theory says of a task, train a network on it, and test every claim.

    Parameters
    ----------
    task : Task
    config : TrainingConfig, optional
        By default the settings of the command line, seed 0.
    out : path, optional
        Run folder; by default one below ``runs/``. A run that is there is continued.

    Returns
    -------
    Examination
        ``outcome``, ``sentence``, ``verdicts`` and everything measured. The run folder holds the
        same as ``result.json``.

    Raises
    ------
    SpecError
        If the configuration does not fit the task.
    RunError
        If the folder holds another run.
    """
    theory = predict(task)
    settings = default_config(task) if config is None else config
    (run,) = train(theory, settings, out=out)
    return examine(theory, settings, run)


def default_config(task: Task) -> "TrainingConfig":
    """Return the settings that the command line trains a task with where nothing is said."""
    from symtheory.experiments.config.defaults import default_settings
    from symtheory.experiments.config.optimizer import OptimizerConfig
    from symtheory.experiments.config.training import TrainingConfig

    usual = default_settings(task)
    return TrainingConfig(
        steps=usual.steps,
        train_fraction=usual.train_fraction,
        settled_window=usual.settled_window,
        optimizer=OptimizerConfig(
            learning_rate=usual.learning_rate,
            weight_decay=usual.weight_decay,
            cooldown=usual.cooldown,
        ),
    )


def train(
    theory: Theory,
    config: "TrainingConfig | Sequence[TrainingConfig]",
    *,
    out: Path | str | None = None,
    runs: "Sequence[Run] | None" = None,
    on_rows: "Callable[[Sequence[Mapping[str, Json]]], None]" = lambda _: None,
    interrupted: Callable[[], bool] = lambda: False,
) -> "list[Run]":
    """Train networks on a task, each into its run folder; continue those that were stopped.

    What theory predicts is written into each folder before its training begins.

    Parameters
    ----------
    theory : Theory
    config : TrainingConfig or sequence of TrainingConfig
        Several differ in their seeds only and are trained as one program.
    out : path, optional
        Folder of the run, or of all of them; by default below ``runs/``.
    runs : sequence of Run, optional
        From `open_runs`, in place of ``out``.
    on_rows : callable
        Called with the rows that were logged at a step.
    interrupted : callable
        Asked before every step; when it says yes, states are written and KeyboardInterrupt raised.

    Returns
    -------
    list of Run
        One for each configuration, finished.

    Raises
    ------
    SpecError
        If a configuration does not fit the task.
    RunError
        If a folder holds another run or cannot be written.
    """
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.data import split_task
    from symtheory.experiments.objectives.selection import prompting_relations
    from symtheory.experiments.prompting import prompting
    from symtheory.experiments.training.trainer import train_batch

    configs = [config] if isinstance(config, TrainingConfig) else list(config)
    opened = open_runs(theory, configs, out=out) if runs is None else list(runs)
    for settings, run in zip(configs, opened, strict=True):
        known = split_task(theory, settings).known
        prompted = prompting_relations(theory, settings, known)
        told = prompting(theory, settings, known).to_dict()
        theory_of = theory.to_dict(known, prompted=prompted)
        run.write_json("theory.json", {**theory_of, "prompting": told})
    train_batch(theory, configs, opened, on_rows=on_rows, interrupted=interrupted)
    return opened


def examine(
    theory: Theory,
    config: "TrainingConfig",
    run: "Run",
    *,
    n_permutations: int = 999,
    homology: Literal["ripser", "exact"] = "ripser",
) -> "Examination":
    """Test what a trained network learned, and write ``result.json`` into its run folder.

    The result is on disk before it is returned: nothing that fails later loses it.

    Parameters
    ----------
    theory : Theory
    config : TrainingConfig
    run : Run
        The network that was trained on the theory's task with this configuration.
    n_permutations : int
        Relabelings of each null.
    homology : {"ripser", "exact"}
        Program for the persistence diagrams that are shown; no verdict depends on it.

    Returns
    -------
    Examination

    Raises
    ------
    RunError
        If the run has no state to test, or its folder cannot be written.
    """
    from symtheory.analysis.examination import examine as test
    from symtheory.experiments.data import split_task
    from symtheory.experiments.objectives.selection import prompting_relations
    from symtheory.experiments.seeds import generator
    from symtheory.experiments.training.trainer import load_network

    split = split_task(theory, config)
    network = load_network(theory, config, run)
    found = test(
        theory,
        network.embeddings,
        rng=generator(config.seed, "nulls"),
        logits=network.logits,
        units=network.units,
        held_out=split.held_out,
        rows=run.metrics,
        n_permutations=n_permutations,
        prompted=prompting_relations(theory, config, split.known),
        homology=homology,
        layers=config.model.layers,
    )
    run.write_json("result.json", result_record(config, run, found))
    return found


def result_record(config: "TrainingConfig", run: "Run", found: "Examination") -> dict[str, Json]:
    """Return everything that was found of a trained network as plain JSON values."""
    from symtheory.analysis.claims.judge import exit_code
    from symtheory.experiments.environment import describe_environment
    from symtheory.experiments.prompting import symmetry_of

    theory = found.theory
    return {
        "schema": SCHEMA,
        "task": theory.task.name,
        "formula": theory.task.formula,
        "group": None if theory.group is None else theory.group.name,
        "outcome": str(found.outcome),
        "exit_code": exit_code(found.outcome),
        "generalized": found.generalized,
        "verdicts": [verdict.to_dict() for verdict in found.verdicts],
        "measures": found.measures,
        "active": {
            str(role): list(told.active_names) for role, (_, told) in found.embeddings.items()
        },
        "training": {**(run.finished or {}), "last": run.metrics[-1]},
        "config": {**config.to_dict(), "symmetry": str(symmetry_of(theory.task, config))},
        "environment": describe_environment(config),
        "folder": str(run.folder),
    }


def open_runs(
    theory: Theory,
    configs: "Sequence[TrainingConfig]",
    *,
    out: Path | str | None = None,
    resume: bool | None = None,
) -> "list[Run]":
    """Make the run folders, or open those that hold these very runs.

    One run goes into the folder ``out``, several into folders s0, s1, ... in it.

    Parameters
    ----------
    theory : Theory
    configs : sequence of TrainingConfig
    out : path, optional
    resume : bool, optional
        True where there must be a run to continue, False where there must be no unfinished one; by
        default what is there is continued.

    Raises
    ------
    RunError
        If a folder holds another run, or is not as ``resume`` says.
    SpecError
        If a configuration does not fit the task; then no folder is made.
    """
    from symtheory.experiments.data import split_task
    from symtheory.experiments.objectives.selection import auxiliary_terms
    from symtheory.experiments.prompting import symmetry_of
    from symtheory.experiments.training.budget import check_budget

    check_budget(theory, configs[0], len(configs))
    # A folder of a run that cannot be would be in the way of the corrected command.
    for config in configs:
        auxiliary_terms(theory, config, split_task(theory, config).known)
    if out is None:
        task = theory.task.to_dict()
        resolved = [replace(c, symmetry=str(symmetry_of(theory.task, c))) for c in configs]
        folders = [
            Path("runs", f"{theory.task.name}-{c.model.kind}-s{c.seed}-{c.fingerprint(task)}")
            for c in resolved
        ]
    elif len(configs) == 1:
        folders = [Path(out)]
    else:
        _check_parent(Path(out))
        folders = [Path(out, f"s{config.seed}") for config in configs]
    # Of several runs some may never have begun.
    if resume and not any((folder / "config.json").is_file() for folder in folders):
        raise RunError(f"there is no run to resume in {folders[0]}; leave out --resume")
    return [
        _open_run(theory, config, folder, resume=resume)
        for config, folder in zip(configs, folders, strict=True)
    ]


def _check_parent(folder: Path) -> None:
    """Refuse a folder that is something else than one of runs s0, s1, ... or empty."""
    try:
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    except OSError:  # not there yet; or making a run in it says why it cannot be
        return
    runs = {name for name in names if re.fullmatch("s[0-9]+", name)}
    foreign = names & {"config.json", "spec.toml"} if runs else names
    if foreign:
        raise RunError(
            f"{folder} is not a folder of several runs and not empty (it holds {min(foreign)}); "
            "choose another --out"
        )


def _open_run(
    theory: Theory, config: "TrainingConfig", folder: Path, *, resume: bool | None
) -> "Run":
    from symtheory.experiments.training.runs import Run

    run = Run.create(folder, theory.task, config)
    if resume is not False:
        run.check()
    elif run.finished is None and run.metrics:
        raise RunError(
            f"{folder} holds an unfinished run, stopped at step {run.metrics[-1]['step']}; add "
            "--resume to continue it, or choose another --out"
        )
    return run
