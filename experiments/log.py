"""What a line of a training log must be, so that nothing read from a file is taken on trust."""

import json
import math

from symtheory.records import Json

__all__ = ["is_step", "parse_json", "read_row"]

_COLUMNS = frozenset(
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
        "seconds",
    }
)


def is_step(value: object) -> bool:
    """Whether a value read from a file can be the number of a step."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def read_row(line: str) -> dict[str, Json] | None:
    """Return the row, or None if the line is none: a step, and otherwise numbers or null."""
    row = parse_json(line)
    if not isinstance(row, dict) or not is_step(row.get("step")):
        return None
    measured = (row.get(key) for key in _COLUMNS)
    numbers = [value for value in measured if value is not None]
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in numbers):
        return None
    if not isinstance(row.get("train_accuracy"), int | float) or not row.keys() >= _COLUMNS:
        return None
    return row if all(math.isfinite(value) for value in numbers) else None


def parse_json(text: str) -> object:
    """Return the JSON value of a text, None where it is no JSON that Python can hold."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
