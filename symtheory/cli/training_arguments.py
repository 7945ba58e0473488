"""Arguments of a training, and the configurations that they stand for."""

import argparse
from typing import TYPE_CHECKING, Any, TypeVar

from symtheory.cli.arguments import integer, split_settings
from symtheory.errors import SpecError

if TYPE_CHECKING:
    from symtheory.experiments.config.training import (
        Auxiliary,
        MLPConfig,
        TrainingConfig,
        TransformerConfig,
    )
    from symtheory.tasks.task import Task

__all__ = ["add_training_arguments", "read_configs"]

_MOST_SEEDS = 1000
_OPTIONS = {
    "d_model": "--d-model",
    "d_mlp": "--d-mlp",
    "d_hidden": "--d-mlp",
    "n_layers": "--layers",
    "init_scale": "--init-scale",
    "output_scale": "--output-scale",
}


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what determines a training besides task and split."""
    run = parser.add_argument_group("training")
    run.add_argument(
        "--steps",
        type=integer,
        metavar="N",
        help="most optimizer steps (2500; 3500 for tables of more than 10,000 cells)",
    )
    run.add_argument(
        "--seeds", type=integer, metavar="K", help="train K seeds together, from --seed on"
    )
    run.add_argument(
        "--device", default="auto", metavar="D", help="auto, cpu, cuda or cuda:N (auto)"
    )
    run.add_argument(
        "--precision", choices=("float32", "float64"), default="float32", help="(float32)"
    )
    run.add_argument(
        "--out",
        metavar="DIR",
        help="run folder (runs/TASK-MODEL-sSEED-HASH); with --seeds that of folders sSEED",
    )
    run.add_argument("--resume", action="store_true", help="continue an unfinished run")

    loss = parser.add_argument_group("loss")
    loss.add_argument(
        "--relation",
        action="append",
        metavar="NAME[=W]",
        help="add this to the loss, with weight W (1): a relation that predict lists, consistency "
        "(all of them, the default), placebo, 'nuclear norm', entropy or lipschitz; may be given "
        "several times; none adds nothing",
    )
    loss.add_argument(
        "--symmetry",
        choices=("known", "derived"),
        help="the relations of the whole table, as prior knowledge (known, the default for names, "
        "expressions, groups, graphs and orders), or those that the training cells alone "
        "determine (derived, the default for .csv and .npy)",
    )
    loss.add_argument(
        "--augment",
        action="store_true",
        help="learn the answers that the relations determine as further labels",
    )

    model = parser.add_argument_group("model")
    model.add_argument(
        "--model", choices=("transformer", "mlp"), default="transformer", help="(transformer)"
    )
    model.add_argument("--layers", type=integer, metavar="L", help="of the transformer (1)")
    model.add_argument("--layer-norm", action="store_true", help="with LayerNorm")
    model.add_argument(
        "--d-model",
        type=integer,
        metavar="D",
        help="of token vectors (128), in a transformer a multiple of its 4 heads",
    )
    model.add_argument("--d-mlp", type=integer, metavar="M", help="hidden units (512)")
    model.add_argument(
        "--activation", choices=("relu", "gelu", "quadratic"), default="relu", help="(relu)"
    )
    model.add_argument("--one-hot", action="store_true", help="the mlp reads one-hot operands")
    model.add_argument(
        "--tied",
        action=argparse.BooleanOptionalAction,
        help="one table of vectors for both operands, or one each (as suits the task)",
    )
    model.add_argument("--init-scale", type=float, default=1.0, metavar="F", help="of tokens (1)")
    model.add_argument("--output-scale", type=float, default=1.0, metavar="F", help="of logits (1)")

    optimizer = parser.add_argument_group("optimizer")
    optimizer.add_argument(
        "--optimizer",
        choices=("adamw", "grokfast-ema", "grokfast-ma", "egd"),
        default="adamw",
        help="(adamw)",
    )
    optimizer.add_argument(
        "--learning-rate",
        type=float,
        metavar="R",
        help="(.005; for distances and comparisons .002)",
    )
    optimizer.add_argument("--weight-decay", type=float, metavar="W", help="(1)")
    optimizer.add_argument(
        "--cooldown",
        type=float,
        metavar="C",
        help="share of the steps, at the end, over which the learning rate falls to zero (.2)",
    )
    optimizer.add_argument(
        "--equal-step",
        action="store_true",
        help="control: the direction of AdamW on the labels alone, with this step's length",
    )


def read_configs(arguments: argparse.Namespace, task: "Task") -> "list[TrainingConfig]":
    """Return the configuration of every seed that the arguments give, with the device resolved.

    What the arguments leave open is in `symtheory.experiments.config.defaults`.

    Raises
    ------
    SpecError
        If arguments contradict each other, or a value cannot be.
    """
    from dataclasses import replace

    from symtheory.experiments.config.defaults import default_settings
    from symtheory.experiments.config.training import OptimizerConfig, TrainingConfig
    from symtheory.experiments.denormals import use_fast_arithmetic
    from symtheory.experiments.device import resolve_device
    from symtheory.prompting import usual_symmetry

    use_fast_arithmetic()  # before anything is computed

    n_seeds = 1 if arguments.seeds is None else arguments.seeds
    if not 1 <= n_seeds <= _MOST_SEEDS:
        raise SpecError(f"--seeds must lie between 1 and {_MOST_SEEDS}, got {n_seeds}")
    usual = default_settings(task)
    config = TrainingConfig(
        steps=_or(arguments.steps, usual.steps),
        **split_settings(arguments, task),
        symmetry=arguments.symmetry or str(usual_symmetry(task)),
        auxiliaries=_auxiliaries(arguments),
        augmentation=("consistency",) if arguments.augment else (),
        model=_checked_model(arguments),
        optimizer=OptimizerConfig(
            name=arguments.optimizer,
            learning_rate=_or(arguments.learning_rate, usual.learning_rate),
            weight_decay=_or(arguments.weight_decay, usual.weight_decay),
            cooldown=_or(arguments.cooldown, usual.cooldown),
            equal_step=arguments.equal_step,
        ),
        settled_window=usual.settled_window,
        precision=arguments.precision,
        device=resolve_device(arguments.device),
    )
    return [replace(config, seed=config.seed + k) for k in range(n_seeds)]


_Number = TypeVar("_Number", int, float)


def _or(given: _Number | None, usual: _Number) -> _Number:
    return usual if given is None else given


def _auxiliaries(arguments: argparse.Namespace) -> "tuple[Auxiliary, ...]":
    from symtheory.experiments.config.training import Auxiliary

    wanted = ["consistency"] if arguments.relation is None else arguments.relation
    if "none" in wanted:
        if len(wanted) > 1:
            raise SpecError("--relation none adds nothing to the loss; leave out the others")
        return ()
    found = []
    for text in wanted:
        name, equals, weight = text.partition("=")
        try:
            found.append(Auxiliary(name.strip(), float(weight) if equals else 1.0))
        except ValueError as error:
            if isinstance(error, SpecError):
                raise
            raise SpecError(
                f"--relation is NAME or NAME=WEIGHT with a number, got {text!r}"
            ) from error
    return tuple(found)


def _checked_model(arguments: argparse.Namespace) -> "TransformerConfig | MLPConfig":
    """Return the model; errors name the option and not the field of the record."""
    try:
        return _model(arguments)
    except SpecError as error:
        field, space, rest = str(error).partition(" ")
        raise SpecError(_OPTIONS.get(field, field) + space + rest) from error


def _model(arguments: argparse.Namespace) -> "TransformerConfig | MLPConfig":
    from symtheory.experiments.config.training import MLPConfig, TransformerConfig

    every: dict[str, Any] = {
        "activation": arguments.activation,
        "tied": arguments.tied,
        "init_scale": arguments.init_scale,
        "output_scale": arguments.output_scale,
    }
    if arguments.d_model is not None:
        every["d_model"] = arguments.d_model
    foreign = (
        {"--one-hot": arguments.one_hot}
        if arguments.model == "transformer"
        else {"--layers": arguments.layers is not None, "--layer-norm": arguments.layer_norm}
    )
    for option, is_given in foreign.items():
        if is_given:
            raise SpecError(f"{option} does not go with --model {arguments.model}")
    if arguments.one_hot and arguments.d_model is not None:
        raise SpecError("--d-model does not go with --one-hot: the token vectors are of --d-mlp")
    if arguments.model == "mlp":
        if arguments.d_mlp is not None:
            every["d_hidden"] = arguments.d_mlp
        return MLPConfig(**every, one_hot=arguments.one_hot)
    if arguments.d_mlp is not None:
        every["d_mlp"] = arguments.d_mlp
    n_layers = 1 if arguments.layers is None else arguments.layers
    return TransformerConfig(**every, n_layers=n_layers, layer_norm=arguments.layer_norm)
