"""Settings of a training as plain tables: checked key by key, merged, built into a record.

A table has the fields of `TrainingConfig` as keys. Fields that are records themselves (model,
optimizer) are tables inside it and merge key by key; everything else is replaced as a whole.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
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
    read = {}
    for key, value in check_keys(table, where, hints, what="setting").items():
        path = f"{where}.{key}"
        if key == "model":
            read[key] = _read_table(value, path, _model_hints())
        elif key == "optimizer":
            read[key] = _read_table(value, path, _hints(OptimizerConfig))
        else:
            read[key] = read_value(value, hints[key], path)
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
    arguments = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (argument for argument in arguments if argument is not NoneType)
        return read_value(value, hint, where)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise SpecError(f"{where} must be a list, got {value!r:.60}")
        kinds = [arguments[0]] * len(value) if arguments[-1] is ... else list(arguments)
        if len(kinds) != len(value):
            raise SpecError(f"{where} needs {len(kinds)} values, got {len(value)}")
        return tuple(
            read_value(item, kind, f"{where}[{i}]")
            for i, (item, kind) in enumerate(zip(value, kinds, strict=True))
        )
    if hint is Auxiliary:
        return _auxiliary(value, where)
    is_number = type(value) in (int, float) if hint is float else type(value) is hint
    if not is_number:
        raise SpecError(f"{where} must be {_KINDS[hint]}, got {value!r:.60}")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _MOST:
        raise SpecError(f"{where} must not be larger than 10^18")
    if hint is not float:
        return value
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        raise SpecError(f"{where} must be finite, got {value}")
    return number


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
    for layer in layers:
        merged = _merged(merged, layer)
    try:
        return _config(merged)
    except SpecError as error:
        raise SpecError(f"{_culprit(layers)}: {error}") from None


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
    if type(config.model) is not type(TrainingConfig().model):
        model = found.get("model")
        found["model"] = {**(model if isinstance(model, dict) else {}), "kind": _kind(config.model)}
    return {key: value for key, value in found.items() if key not in {"seed", "device"}}


def _difference(found: dict[str, Json], default: dict[str, Json]) -> dict[str, Json]:
    changed: dict[str, Json] = {}
    for key, value in found.items():
        usual = default.get(key)
        if isinstance(value, dict) and isinstance(usual, dict):
            inner = _difference(value, usual)
            changed |= {key: inner} if inner else {}
        elif value != usual:
            changed[key] = value
    return changed


def _kind(model: ModelConfig) -> str:
    return next(kind for kind, record in MODELS.items() if type(model) is record)


def _hints(record: type) -> dict[str, Any]:
    """Return the types of what a record's constructor takes."""
    types = get_type_hints(record)
    return {field.name: types[field.name] for field in fields(record) if field.init}


def _model_hints() -> dict[str, Any]:
    hints: dict[str, Any] = {"kind": str}
    for record in MODELS.values():
        hints |= _hints(record)
    return hints


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
    kind = after.get("kind", before.get("kind", _kind(TrainingConfig().model)))
    known = {"kind", *_hints(MODELS[kind])}
    for key in after:
        if key not in known:
            raise SpecError(
                f"{layer.where}.model.{key} is no setting of a model of kind {kind}; it has "
                f"{', '.join(sorted(known - {'kind'}))}"
            )
    kept = {key: value for key, value in before.items() if key in known}
    merged["model"] = {**kept, **after, "kind": kind}
    return merged


def _config(settings: Settings) -> TrainingConfig:
    model = {**settings.get("model", {})}
    record = MODELS[model.pop("kind", _kind(TrainingConfig().model))]
    optimizer = OptimizerConfig(**settings.get("optimizer", {}))
    return TrainingConfig(**{**settings, "model": record(**model), "optimizer": optimizer})


def _culprit(layers: Sequence[Layer]) -> str:
    """Return the path of the first layer with which the settings cannot be any more."""
    merged: Settings = {}
    for layer in layers:
        merged = _merged(merged, layer)
        try:
            _config(merged)
        except SpecError:
            return layer.where
    return layers[-1].where
