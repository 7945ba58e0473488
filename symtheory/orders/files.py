"""Posets from text files of comparisons.

A line holds a comparison or a chain of them, ``a < b`` or ``a < b < c``; a name alone is an entity
that may be comparable to no other. What stands behind # is a comment. Entities are numbered as they
first come; what follows by transitivity need not be written.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np

from symtheory.errors import BudgetError, SpecError
from symtheory.orders.poset import Poset

__all__ = ["read_poset"]

_MAX_BYTES = 1_000_000
_MAX_ENTITIES = 1024


def read_poset(path: Path) -> Poset:
    """Return the poset that a file holds.

    Raises
    ------
    SpecError
        If the file cannot be read, a line is no comparison (names the line), or the comparisons
        have a cycle (shows it).
    BudgetError
        If there are too many entities.
    """
    lines = _comparisons(path)
    entities = list(dict.fromkeys(name for names in lines for name in names))
    if len(entities) > _MAX_ENTITIES:
        raise BudgetError(
            f"{path} has {len(entities)} entities; the limit is {_MAX_ENTITIES}, choose fewer"
        )
    itself = next((a for names in lines for a, b in pairwise(names) if a == b), None)
    if itself is not None:
        raise SpecError(f"{path} is no order, it has the cycle {itself} < {itself}")
    if len(entities) < 2:
        raise SpecError(f"{path} has {len(entities)} entities; an order has two or more")
    number = {name: i for i, name in enumerate(entities)}
    relation = np.zeros((len(entities), len(entities)), dtype=bool)
    for names in lines:
        for low, high in pairwise(names):
            relation[number[low], number[high]] = True
    return Poset(path.stem, entities, relation)


def _comparisons(path: Path) -> list[list[str]]:
    """Return the names of every line that holds any, lowest first."""
    try:
        is_file, size = path.is_file(), path.stat().st_size
        text = path.read_text(encoding="utf-8-sig") if is_file and size <= _MAX_BYTES else ""
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is no text in UTF-8: byte {error.start}") from error
    except ValueError as error:
        raise SpecError(f"cannot read {str(path)!r:.60}: {error}") from error
    if not is_file:
        raise SpecError(f"cannot read {path}: it is no file; give one of comparisons a < b")
    if size > _MAX_BYTES:
        raise SpecError(f"{path} has over {_MAX_BYTES} bytes; orders are shorter")
    found = []
    for i, line in enumerate(text.splitlines(), start=1):
        content = line.split("#", 1)[0].strip()
        if not content:
            continue
        names = [name.strip() for name in content.split("<")]
        if not all(names) or any(sign in content for sign in "=>≤≥"):
            raise SpecError(
                f"{path}, line {i}: {content!r:.60} is no comparison; write a < b, a < b < c, or "
                "a name alone"
            )
        if not content.isprintable():
            raise SpecError(
                f"{path}, line {i}: {content!r:.60} holds a control character; remove it"
            )
        found.append(names)
    return found
