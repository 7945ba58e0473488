"""Groups from any source: a text in the notation, a table file, or a TOML file.

A TOML file holds exactly one definition and, if wanted, a name and names for the elements::

    name = "rotations of the square"
    group = "Z4"                                  # the notation, or one of
    # table = "square.csv"                        # a path, from the folder of the TOML file
    # table = [[0, 1], [1, 0]]                    # rows of integers
    # permutations = ["(1 2 3 4)"]
    # matrices = [[[0, 1], [-1, 0]]]
    # modulus = 5                                 # a prime, with matrices
    elements = ["0°", "90°", "180°", "270°"]      # in table order
"""

import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from symtheory.errors import GroupAxiomError, SpecError
from symtheory.groups.group import Group
from symtheory.groups.matrices import Matrix, matrix_group
from symtheory.groups.notation import parse_group
from symtheory.groups.permutations import parse_cycles, permutation_group
from symtheory.groups.table_files import read_table
from symtheory.groups.todd_coxeter import COSET_LIMIT

__all__ = ["read_group"]

_SOURCES = ("group", "table", "permutations", "matrices")
_KEYS = (*_SOURCES, "modulus", "name", "elements")


def read_group(source: str | Path, *, max_cosets: int = COSET_LIMIT) -> Group:
    """Return the group of a text in the notation or of a .csv, .npy or .toml file.

    Raises
    ------
    SpecError, GroupAxiomError, BudgetError
        As `parse_group` and `read_table`; for TOML the message names file and key.

    Examples
    --------
    >>> read_group("D4").order
    8
    """
    suffix = Path(source).suffix.lower() if len(str(source)) < 1000 else ""
    if suffix in {".csv", ".npy"}:
        return read_table(Path(source))
    if suffix == ".toml":
        return _read_toml(Path(source), max_cosets)
    return parse_group(str(source), max_cosets=max_cosets)


def _read_toml(path: Path, max_cosets: int) -> Group:
    try:
        with path.open("rb") as file:
            data: dict[str, object] = tomllib.load(file)
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(f"{path} is no TOML: {error}") from None
    source = _only_source(data, path)
    readers: dict[str, Callable[[], Group]] = {
        "group": lambda: parse_group(_text(data["group"], path, "group"), max_cosets=max_cosets),
        "table": lambda: _table(data["table"], path),
        "permutations": lambda: permutation_group(
            [
                parse_cycles(_text(x, path, "permutations"))
                for x in _list(data, "permutations", path)
            ]
        ),
        "matrices": lambda: _matrices(data, path),
    }
    try:
        group = readers[source]()
    except (SpecError, GroupAxiomError) as error:
        if str(error).startswith(str(path)):
            raise
        raise type(error)(f"{path}, key {source}: {error}") from None
    labels = group.labels
    if "elements" in data:
        labels = tuple(_text(x, path, "elements") for x in _list(data, "elements", path))
        if len(labels) != group.order or len(set(labels)) != group.order:
            raise SpecError(
                f"{path}, key elements: the group has {group.order} elements, so it needs as many "
                f"distinct names; {len(labels)} are given, {len(set(labels))} of them distinct"
            )
    name = _text(data.get("name", group.name), path, "name")
    return Group(group.table, labels, name)


def _only_source(data: dict[str, object], path: Path) -> str:
    """Check the keys and return the one that defines the group."""
    for key in data:
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else f"; known keys: {', '.join(_KEYS)}"
            raise SpecError(f'{path}: unknown key "{key}"{hint}')
    given = [key for key in _SOURCES if key in data]
    if len(given) != 1:
        raise SpecError(
            f"{path}: exactly one of {', '.join(_SOURCES)} must define the group, found "
            f"{', '.join(given) or 'none'}"
        )
    if ("modulus" in data) != (given[0] == "matrices"):
        raise SpecError(f'{path}: "modulus" goes with "matrices" and only with it')
    return given[0]


def _table(value: object, path: Path) -> Group:
    if isinstance(value, str):
        return read_table(path.parent / value)
    rows = value if isinstance(value, list) else []
    if not rows or not all(isinstance(row, list) and len(row) == len(rows) for row in rows):
        raise SpecError(f"{path}, key table: needs a path or a square list of lists of integers")
    for i, row in enumerate(rows):
        for j, x in enumerate(row):
            if type(x) is not int or abs(x) > 10**9:
                raise SpecError(
                    f"{path}, key table: row {i + 1}, column {j + 1} holds {x!r}, no integer"
                )
    return Group(rows, (), path.stem)


def _matrices(data: dict[str, object], path: Path) -> Group:
    matrices: list[Matrix] = []
    for k, rows in enumerate(_list(data, "matrices", path)):
        good = (
            isinstance(rows, list)
            and rows
            and all(
                isinstance(row, list) and len(row) == len(rows) and all(type(x) is int for x in row)
                for row in rows
            )
        )
        if not good or not isinstance(rows, list):
            raise SpecError(f"{path}, key matrices: matrix {k + 1} is no square of integers")
        matrices.append(tuple(tuple(row) for row in rows))
    modulus = data["modulus"]
    if type(modulus) is not int:
        raise SpecError(f"{path}, key modulus: needs a prime, got {modulus!r}")
    return matrix_group(matrices, modulus=modulus)


def _list(data: dict[str, object], key: str, path: Path) -> list[object]:
    value = data[key]
    if not isinstance(value, list):
        raise SpecError(f"{path}, key {key}: needs a list, got {value!r}")
    return value


def _text(value: object, path: Path, key: str) -> str:
    if not isinstance(value, str):
        raise SpecError(f"{path}, key {key}: needs a text in quotes, got {value!r}")
    return value
