"""Validation of the rows of a training log: nothing read from a file is taken on trust."""

import json
import math

from symtheory.records import Json

__all__ = ["is_step", "parse_json", "read_row"]

_NUMBERS = frozenset(
    {
        "step",
        "train_loss",
        "train_accuracy",
        "test_loss",
        "test_accuracy",
        "violation",
        "violation_max",
        "effective_dimension",
        "gram_similarity",
        "step_norm",
        "seconds",
    }
)
_GROUPS = frozenset({"violations", "gram", "irreps", "norms"})  # numbers or lists of them, by name


def is_step(value: object) -> bool:
    """Whether a value read from a file can be the number of a step."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def read_row(line: str) -> dict[str, Json] | None:
    """Return the row, or None if the line is none: a step, and otherwise numbers or null."""
    row = parse_json(line)
    if not isinstance(row, dict) or not is_step(row.get("step")):
        return None
    if not row.keys() >= _NUMBERS | _GROUPS:
        return None
    is_whole = isinstance(row["train_accuracy"], int | float)
    flat = all(_is_number(row[key]) for key in _NUMBERS)
    deep = all(isinstance(row[key], dict) and _are_numbers(row[key]) for key in _GROUPS)
    return row if is_whole and flat and deep else None


def _is_number(value: object) -> bool:
    if value is None:
        return True
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and math.isfinite(value)  # type: ignore[arg-type]


def _are_numbers(value: object) -> bool:
    if isinstance(value, dict):
        return all(_are_numbers(part) for part in value.values())
    if isinstance(value, list):
        return all(_is_number(part) for part in value)
    return _is_number(value)


def parse_json(text: str) -> object:
    """Return the JSON value of a text, None where it is no JSON that Python can hold."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
