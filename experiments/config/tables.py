"""Tables of settings, as TOML and JSON have them, and the training configuration built from them.

A table has the fields of `TrainingConfig` as keys. Fields that are records themselves (model,
optimizer) are tables inside it and merge key by key; everything else is replaced as a whole.

Converters such as msgspec and cattrs check types, which are a fifth of what follows. A table here
holds some of the fields only, is merged with others before it can be a record, and a mistake is
reported with the table that it stands in, the value and the nearest known key: none of it is
theirs, and their messages would have to be taken apart for it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from symtheory.errors import SpecError
from symtheory.records import Json

from .model import MLPConfig, ModelConfig, TransformerConfig
from .optimizer import OptimizerConfig
from .training import Auxiliary, TrainingConfig

__all__ = ["Layer", "build_config", "check_keys", "plain_settings", "read_settings", "read_value"]

Settings = dict[str, Any]

MODELS: Mapping[str, type[ModelConfig]] = MappingProxyType(
    {"transformer": TransformerConfig, "mlp": MLPConfig}
)
"""The record of each ``kind`` of model."""

_KINDS = {str: "a text in quotes", int: "an integer", float: "a number", bool: "true or false"}
_MOST = 10**18  # beyond lies a slip of the finger


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings from one place of a file.

    Parameters
    ----------
    where : str
        The path of the table, such as ``"variants[2]"``.
    settings : dict
        What `read_settings` made of it.
    """

    where: str
    settings: Settings


def read_settings(table: object, where: str) -> Layer:
    """Check keys and types of a table of settings.

    Parameters
    ----------
    table : object
        As read from a file; ``seed`` and ``device`` are no settings here.
    where : str
        The path of the table, for messages.

    Raises
    ------
    SpecError
        Names the path of the key.

    Examples
    --------
    >>> read_settings({"step": 100}, "variants[2]")
    Traceback (most recent call last):
    symtheory.errors.SpecError: variants[2].step is no setting; did you mean steps?
    """
    hints = _hints(TrainingConfig)
    for name, instead in (("seed", "in the list seeds"), ("device", "as --device")):
        del hints[name]
        if isinstance(table, dict) and name in table:
            raise SpecError(f"{where}.{name} is no setting of one run; give it {instead}")
    read = _read_table(table, where, hints)
    kind = read.get("model", {}).get("kind", "mlp")
    if kind not in MODELS:
        raise SpecError(f"{where}.model.kind is one of {', '.join(MODELS)}, not {kind!r:.60}")
    return Layer(where, read)


def check_keys(
    table: object, where: str, known: Mapping[str, object], *, what: str
) -> dict[str, object]:
    """Return the table itself, or refuse what is none or has an unknown key.

    Parameters
    ----------
    table : object
    where : str
        Path of the table, empty at the top of the file.
    known : mapping
        Has the known keys.
    what : str
        What a key is called in messages.
    """
    if not isinstance(table, dict):
        raise SpecError(f"{where} must be a table, got {table!r:.60}")
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            path = f"{where}.{key:.60}" if where else f"{key:.60}"
            raise SpecError(f"{path} is no {what}; {hint}")
    return table


def read_value(value: object, hint: Any, where: str) -> Any:
    """Return a value as a field of that type holds it: lists as tuples, numbers as floats.

    Examples
    --------
    >>> read_value([0.9, 0.98], tuple[float, float], "optimizer.betas")
    (0.9, 0.98)
    """
    arguments = [kind for kind in get_args(hint) if kind is not NoneType]
    is_union = get_origin(hint) in (Union, UnionType)
    if is_union and len(arguments) == 1:
        return read_value(value, arguments[0], where)
    if hint is Auxiliary:
        return _auxiliary(value, where)
    if is_union or is_dataclass(hint):  # some fields of a record, of whichever kind it will be
        records = arguments or [hint]
        return _read_table(
            value, where, {k: v for each in records for k, v in _hints(each).items()}
        )
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise SpecError(f"{where} must be a list, got {value!r:.60}")
        kinds = [arguments[0]] * len(value) if arguments[-1] is ... else arguments
        if len(kinds) != len(value):
            raise SpecError(f"{where} needs {len(kinds)} values, got {len(value)}")
        items = enumerate(zip(value, kinds, strict=True))
        return tuple(read_value(item, kind, f"{where}[{i}]") for i, (item, kind) in items)
    # Not isinstance: true and false are integers to Python.
    if type(value) is not hint and not (hint is float and type(value) is int):
        raise SpecError(f"{where} must be {_KINDS[hint]}, got {value!r:.60}")
    if type(value) is int and abs(value) > _MOST:
        raise SpecError(f"{where} must not be larger than 10^18")
    if isinstance(value, float) and not math.isfinite(value):
        raise SpecError(f"{where} must be finite, got {value}")
    return float(value) if hint is float else value  # type: ignore[arg-type]


def build_config(layers: Sequence[Layer]) -> TrainingConfig:
    """Merge layers of settings, later ones over earlier ones, into a configuration of seed 0.

    Raises
    ------
    SpecError
        Names the layer that brings the value or the combination that cannot be.

    Examples
    --------
    >>> base = read_settings({"model": {"n_layers": 2, "activation": "gelu"}}, "base")
    >>> variant = read_settings({"model": {"kind": "mlp"}}, "variants[0]")
    >>> build_config([base, variant]).model.activation
    'gelu'
    """
    merged: Settings = {}
    config, problem, culprit = TrainingConfig(), None, None
    for layer in layers:
        merged = _merged(merged, layer)
        try:
            config, problem = _config(merged), None
        except SpecError as error:  # a later layer may mend it
            problem, culprit = error, culprit or layer
    if problem and culprit:
        raise SpecError(f"{culprit.where}: {problem}")
    return config


def plain_settings(config: TrainingConfig) -> dict[str, Json]:
    """Return the settings that are not the defaults, as plain JSON values.

    Seed and device are left out. Of a model that is not of the default kind, the kind and what
    differs from that kind's own defaults are given.

    Examples
    --------
    >>> plain_settings(TrainingConfig(steps=70, seed=4, model=MLPConfig(one_hot=True)))
    {'steps': 70, 'model': {'one_hot': True, 'kind': 'mlp'}}
    """
    default = TrainingConfig(model=type(config.model)())
    found = _difference(config.to_dict(), default.to_dict())
    if config.model.kind != TrainingConfig().model.kind:
        found["model"] = {**found.get("model", {}), "kind": config.model.kind}
    return {key: value for key, value in found.items() if key not in {"seed", "device"}}


def _difference(found: dict[str, Json], default: dict[str, Json]) -> Settings:
    changed: Settings = {}
    for key, value in found.items():
        usual = default.get(key)
        if value != usual:
            both = isinstance(value, dict) and isinstance(usual, dict)
            changed[key] = _difference(value, usual) if both else value  # type: ignore[arg-type]
    return changed


def _hints(record: type) -> dict[str, Any]:
    """Return the types of a record's fields."""
    types = get_type_hints(record)
    return {field.name: types[field.name] for field in fields(record)}


def _read_table(table: object, where: str, hints: Mapping[str, Any]) -> Settings:
    return {
        key: read_value(value, hints[key], f"{where}.{key}")
        for key, value in check_keys(table, where, hints, what="setting").items()
    }


def _auxiliary(value: object, where: str) -> Auxiliary:
    """Read a term of the loss: its name, or a table."""
    if isinstance(value, str):
        return Auxiliary(value)
    if not isinstance(value, dict):
        raise SpecError(f"{where} must be a name in quotes or a table, got {value!r:.60}")
    read = _read_table(value, where, _hints(Auxiliary))
    if "name" not in read:
        raise SpecError(f"{where} has no name")
    try:
        return Auxiliary(**read)
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from None


def _merged(settings: Settings, layer: Layer) -> Settings:
    """Put a layer over settings; a change of the kind of model drops what the new kind lacks."""
    merged = {**settings, **layer.settings}
    merged["optimizer"] = {**settings.get("optimizer", {}), **layer.settings.get("optimizer", {})}
    before, after = settings.get("model", {}), layer.settings.get("model", {})
    kind = after.get("kind", before.get("kind", TrainingConfig().model.kind))
    known = _hints(MODELS[kind])
    for key in after:
        if key not in known:
            raise SpecError(
                f"{layer.where}.model.{key} is no setting of a model of kind {kind}; it has "
                f"{', '.join(sorted(known.keys() - {'kind'}))}"
            )
    kept = {key: value for key, value in before.items() if key in known}
    merged["model"] = {**kept, **after, "kind": kind}
    return merged


def _config(settings: Settings) -> TrainingConfig:
    model = {**settings["model"]}
    record = MODELS[model.pop("kind")]
    optimizer = OptimizerConfig(**settings["optimizer"])
    return TrainingConfig(**{**settings, "model": record(**model), "optimizer": optimizer})
